# Early warning for 23,570 buyers of CDs, half of whom bought once, against figures counted by other means from
# the same file. CM_DATA names the folder that holds cdnow_master.txt; without it nothing is tested.
use strict;
use warnings;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $file = ($ENV{CM_DATA} // '') . '/cdnow_master.txt';

plan skip_all => 'CM_DATA names no folder with cdnow_master.txt (public data, brucehardie.com/datasets)' unless -r $file;

my $node = PostgreSQL::Test::Cluster->new('cdnow');
$node->init;
$node->append_conf('postgresql.conf', 'fsync = off');
$node->start;

sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

my @rows;
open my $text, '<', $file or die "$file: $!";
<$text>;
while (my $line = <$text>)
{
    my ($id, $day) = split ' ', $line;
    push @rows, "($id, '$day')";
}
query('CREATE EXTENSION customer_metrics; CREATE TABLE cdnow (id bigint, day date)');
query('INSERT INTO cdnow VALUES ' . join ', ', splice @rows, 0, 10000) while @rows;
# Purchases up to 1998-06-30 are known.
query(q{CREATE TABLE c AS SELECT cohorts_agg(id, day, 'day') AS c FROM cdnow});
query(q{CREATE TABLE own AS SELECT w.* FROM c, early_warnings(c, '1998-07-01') AS w});
query(q{CREATE TABLE all_by_population AS SELECT w.* FROM c, early_warnings(c, '1998-07-01', quantile => 0.8, min_gaps => 100000) AS w});

is(query('SELECT count(*), count(*) FILTER (WHERE gaps >= 3), count(*) FILTER (WHERE gaps = 0) FROM own'), '23570|5271|12054', 'customers, with a rhythm, with one day of purchase');
is(query(q{SELECT count(*) FILTER (WHERE basis = 'own'), count(*) FILTER (WHERE basis = 'population'), count(level) FROM own}), '5271|18299|23570', 'nobody is left out');
is(query(q{SELECT count(*) FROM own WHERE gaps >= 3 AND level > 0}), 1940, 'overdue by their own 90 %');
is(query(q{SELECT count(*) FILTER (WHERE level > 0), count(*) FILTER (WHERE level > 0 AND gaps >= 3) FROM all_by_population}), '19320|2110', 'overdue by 80 % of all gaps');
is(query(q{SELECT DISTINCT expected_within FROM own WHERE basis = 'population'}), 200, '90 % of all gaps are at most 200 days');
is(query(q{SELECT DISTINCT expected_within FROM all_by_population}), 119, '80 % of all gaps are at most 119 days');
is(query(q{SELECT DISTINCT w.expected_within FROM c, early_warnings(c, '1998-07-01', quantile => 0.4, min_gaps => 100000) AS w}), 23, '40 % are at most 23');
is(query(q{SELECT ended(g), censored(g), survival_quantile(g, 0.9) IS NULL FROM c, purchase_gaps(c, '1998-07-01') AS g}),
    query(q{SELECT count(gap), count(*) - count(gap), true FROM (SELECT day - lag(day) OVER (PARTITION BY id ORDER BY day) AS gap FROM (SELECT DISTINCT id, day FROM cdnow) AS d) AS g}),
    'gaps closed and open');
done_testing();
