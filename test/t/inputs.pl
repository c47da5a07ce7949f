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
$node->safe_psql('postgres', qq{
    CREATE FUNCTION try_mutations(type regtype, is_binary boolean, seeds bytea[], tries bigint, seed bigint,
        OUT tried bigint, OUT accepted bigint, OUT wrong bigint, OUT example text)
    AS '$ENV{CM_MODULES}/mutate' LANGUAGE C STRICT});

my ($all_tried, $all_accepted) = (0, 0);
for my $type (Surface::types($node))
{
    my $sender = $node->safe_psql('postgres', "SELECT typsend FROM pg_type WHERE oid = '$type'::regtype");
    my %seeds = (text => "convert_to(value, 'UTF8')", binary => "$sender(value::$type)");
    for my $form ('text', 'binary')
    {
        my ($tried, $accepted, $wrong, $example) = split /\|/, $node->safe_psql('postgres', qq{
            SELECT m.* FROM (SELECT array_agg($seeds{$form} ORDER BY value COLLATE "C") AS seeds
                             FROM values_of WHERE type = '$type' AND length(value) < 2000) AS v,
                try_mutations('$type', '$form' = 'binary', seeds, $tries, $seed) AS m}), 4;
        is($wrong, 0, "$type, $form: $tried values tried, $accepted accepted") or diag($example);
        is($tried, $tries, 'all of them');
        $all_tried += $tried;
        $all_accepted += $accepted;
    }
}
is($node->safe_psql('postgres', 'SELECT 1'), '1', "the server lives: $all_tried values tried, $all_accepted accepted");
done_testing();
