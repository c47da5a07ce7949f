# RFM on public data: the 23,570 customers of CDNOW (P. Fader and B. Hardie), against SQL written by hand, in two orders
# of rows. CM_DATA names the folder with cdnow_master.txt; without it the test is skipped.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $file = ($ENV{CM_DATA} // '') . '/cdnow_master.txt';
plan skip_all => 'CM_DATA names no folder with cdnow_master.txt (public data, brucehardie.com/datasets)' unless $ENV{CM_DATA} && -f $file;

my $node = Surface::start('cdnow');
sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

my $rows = join '', map { /^\s*(\d+)\s+(\d{8})\s+(\d+)\s+([\d.]+)\s*$/ ? "$1\t$2\t$3\t$4\n" : () } split /^/, slurp_file($file);
query('CREATE TABLE orders (customer_id int, day date, units int, amount numeric)');
$node->safe_psql('postgres', "COPY orders FROM STDIN;\n$rows\\.\n");
query(q{
    CREATE TABLE buyers AS
    SELECT customer_id, max(day) AS last, count(*) AS orders, sum(amount) AS spent FROM orders GROUP BY customer_id ORDER BY customer_id;
    CREATE TABLE shuffled AS SELECT * FROM buyers ORDER BY md5(customer_id::text);
    CREATE TABLE by_hand AS
    SELECT *, 1 + (rank() OVER (PARTITION BY r ORDER BY orders) - 1) * 5 / count(*) OVER (PARTITION BY r) AS nested_f
    FROM (SELECT *, 1 + (rank() OVER (ORDER BY last) - 1) * 5 / count(*) OVER () AS r,
                 1 + (rank() OVER (ORDER BY orders) - 1) * 5 / count(*) OVER () AS f,
                 1 + (rank() OVER (ORDER BY spent) - 1) * 5 / count(*) OVER () AS m FROM buyers) AS s;
    ANALYZE;
});

is(query('SELECT count(*), sum(orders) FROM buyers'), '23570|69659', 'customers and orders');
is(query('SELECT count(*) FROM buyers WHERE orders = 1'), '11908', 'half of them bought once');
is(query(q{
    SELECT sum(customers) FROM (SELECT orders, count(*) AS customers, count(DISTINCT score) AS scores
        FROM (SELECT orders, ntile(5) OVER (ORDER BY orders) AS score FROM buyers) AS n GROUP BY orders) AS s WHERE scores > 1}),
    '17428', 'customers whose equals get another score from NTILE');

for my $table ('buyers', 'shuffled')
{
    is(query(qq{
        SELECT count(*), count(*) FILTER (WHERE s <> make_rfm(r::int, f::int, m::int))
        FROM (SELECT customer_id, rfm(last, orders, spent) OVER () AS s FROM $table) AS o JOIN by_hand USING (customer_id)}),
        '23570|0', "$table: independent scores as by hand");
    is(query(qq{
        SELECT count(*), count(*) FILTER (WHERE s <> make_rfm(r::int, nested_f::int, nested_m::int))
        FROM (SELECT customer_id, rfm(last, orders, spent, method => 'nested') OVER () AS s FROM $table) AS o
        JOIN (SELECT *, 1 + (rank() OVER (PARTITION BY r, nested_f ORDER BY spent) - 1) * 5 / count(*) OVER (PARTITION BY r, nested_f) AS nested_m
              FROM by_hand) AS h USING (customer_id)}),
        '23570|0', "$table: nested scores as by hand");
    is(query(qq{
        WITH learned AS MATERIALIZED (SELECT rfm_cuts_agg(date '1998-06-30' - last, orders, spent) AS cuts FROM $table)
        SELECT count(*) FILTER (WHERE rfm(cuts, date '1998-06-30' - last, orders, spent) <> make_rfm(r::int, f::int, m::int)) FROM learned, by_hand}),
        '0', "$table: learned cut points give the same scores");
}
is(query('SELECT count(*) FROM (SELECT orders, count(DISTINCT frequency_score(s)) AS scores
    FROM (SELECT orders, rfm(last, orders, spent) OVER () AS s FROM buyers) AS o GROUP BY orders) AS t WHERE scores > 1'),
    '0', 'equal customers have equal scores');
is(query(q{SELECT string_agg(concat_ws(':', score, recency_days_at_most, frequency_at_least, monetary_at_least), ' ' ORDER BY score)
    FROM rfm_levels((SELECT rfm_cuts_agg(date '1998-06-30' - last, orders, spent) FROM buyers))}),
    query(q{SELECT string_agg(concat_ws(':', k + 1,
        (SELECT max(date '1998-06-30' - last) FROM by_hand WHERE r > k), (SELECT min(orders) FROM by_hand WHERE f > k),
        (SELECT min(spent) FROM by_hand WHERE m > k)::float8), ' ' ORDER BY k) FROM generate_series(1, 4) AS k}), 'the cut points as by hand');

for my $map ('rf10', 'cells11')
{
    is(query("SELECT sum(customers), bool_and(customers > 0) FROM (SELECT segment(rfm(last, orders, spent) OVER (), '$map') AS segment, 1 AS customers FROM buyers) AS s"),
        '23570|t', "$map: everybody has a segment");
}
is(query(q{
    SELECT count(*), count(*) FILTER (WHERE class <> by_hand) FROM (
        SELECT abc_class(spent) OVER () AS class, CASE WHEN spent > 0 THEN CASE WHEN above < 0.80 * total THEN 'A' WHEN above < 0.95 * total THEN 'B' ELSE 'C' END END AS by_hand
        FROM (SELECT customer_id, spent, sum(spent) OVER (ORDER BY spent DESC) - spent * count(*) OVER (PARTITION BY spent) AS above, sum(spent) OVER () AS total FROM shuffled) AS s) AS c}),
    '23570|0', 'ABC classes as by hand');
done_testing();
