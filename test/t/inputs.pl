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
is($node->safe_psql('postgres', 'SELECT 1'), '1', "the server lives: $all_tried values tried, $all_accepted accepted");
done_testing();
