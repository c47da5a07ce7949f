# Text and binary input of every type under mutation: an error of class 22 or 54, or a value that prints back to
# itself; never a crash. CM_MUTATIONS sets how many values are tried for each type and form (a million take some
# seconds), CM_SEED which ones.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $tries = $ENV{CM_MUTATIONS} // 20000;
my $seed = $ENV{CM_SEED} // 4242;
my $node = Surface::start('inputs');
Surface::make_data($node, 400);
Surface::make_values($node);
Surface::make_mutations($node);

my ($all_tried, $all_accepted) = (0, 0);
for my $type (Surface::types($node))
{
    for my $form ('text', 'binary')
    {
        my ($tried, $accepted, $wrong, $example) = split /\|/, $node->safe_psql('postgres', qq{
            SELECT tried, accepted, wrong, example FROM seeds_of AS s, try_mutations('$type', is_binary, seeds, $tries, $seed)
            WHERE s.type = '$type' AND is_binary = ('$form' = 'binary')}), 4;
        is($wrong, 0, "$type, $form: $tried values tried, $accepted accepted") or diag($example);
        is($tried, $tries, 'all of them');
        $all_tried += $tried;
        $all_accepted += $accepted;
    }
}
# And the types that are only arguments, which drivers may send in binary.
$node->safe_psql('postgres', "CREATE FUNCTION receive_value(regtype, bytea) RETURNS text AS '$ENV{CM_MODULES}/receive' LANGUAGE C STRICT");
for my $value ([ 'moment', '2024-02-29 12:00:00+00' ], [ 'moment', '2024-02-29 12:00:00' ], [ 'moment', 'infinity' ], [ 'option', 'quarter:april' ], [ 'duration', '1.5' ])
{
    my ($type, $text) = ("metric_$value->[0]", $value->[1]);
    is($node->safe_psql('postgres', "SELECT receive_value('$type', _${type}_send('$text'))"), $text, "$type $text comes back in binary");
}
for my $value ([ 'moment', '7ffffffffffffffd' ], [ 'duration', '7ff8000000000000' ], [ 'option', 'ff' ], [ 'moment', '00' ])
{
    my ($status, undef, $error) = $node->psql('postgres', "SELECT receive_value('metric_$value->[0]', '\\x$value->[1]')");
    ok($status, "metric_$value->[0]: \\x$value->[1] is refused: $error");
}
is($node->safe_psql('postgres', 'SELECT 1'), '1', "the server lives: $all_tried values tried, $all_accepted accepted");
done_testing();
