# What we read past PostgreSQL's own interfaces, compared with its own functions, so that a server that changed it is noticed:
# the stored form of numeric (core/money.h) and the arguments of window functions (segment/window.c).
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = Surface::start('canary');
sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

# 10,000 numerics of up to 38 digits with zeros in any place, as they lie in a table (a header of one byte) and as an expression
# gives them (of four); the same with more digits, which only double precision can take.
srand(15);
sub digits # N of them, of which a share are 0
{
    my ($n, $zero) = @_;
    return join '', map { rand() < $zero ? 0 : int rand 10 } 1 .. $n;
}
my @drawn = map {
    my ($scale, $zero) = (int(38 * rand() * rand()), rand);
    my $whole = digits(int((39 - $scale) * rand), $zero);
    (rand() < 0.5 ? '-' : '') . "0$whole" . ($scale ? '.' . digits($scale, $zero) : '');
} 1 .. 10_000;
push @drawn, map { "0." . digits(38, 0.3), "-0." . digits(38, 0.9) } 1 .. 50; # as many decimals as there may be
my @wide = map { (rand() < 0.5 ? '-' : '') . digits(17, 0.3) . (rand() < 0.5 ? 'e60' : 'e-90') } 1 .. 1000;
query("CREATE TABLE drawn AS SELECT i, a FROM unnest('{@{[ join ',', @drawn ]}}'::numeric[]) WITH ORDINALITY AS u(a, i)");
query("CREATE TABLE wide AS SELECT i, a FROM unnest('{@{[ join ',', @wide ]}}'::numeric[]) WITH ORDINALITY AS u(a, i)");
my ($numbers, $fractions, $negative, $zeros, $long) = split /\|/, query(q{
    SELECT count(*), count(*) FILTER (WHERE scale(a) > 4), count(*) FILTER (WHERE a < 0), count(*) FILTER (WHERE a = 0), count(*) FILTER (WHERE abs(a) >= 1e18) FROM drawn});
cmp_ok($_, '>', 100, 'of each kind of numeric there are many') for $fractions, $negative, $zeros, $long;
for my $form ('a', 'a + 0')
{
    is(query(qq{
        SELECT count(*) FROM (SELECT $form AS a, purchases_agg('2024-01-01', $form) AS p FROM drawn GROUP BY i, a) AS t
        WHERE revenue(p)::text <> a::text OR refunds(p) <> greatest(-a, 0)}), 0, "$numbers amounts, $form: exactly as they are");
    is(query(qq{
        SELECT count(*) FROM (SELECT i, $form AS a FROM drawn UNION ALL SELECT 20000 + i, $form FROM wide) AS t,
            LATERAL (SELECT abc_base_agg(v)::text FROM (VALUES (a)) AS one(v)) AS b(base)
        WHERE substr(base, 3)::float8 <> a::float8}), 0, "$form: as double precision");
}

# A window function sees every argument of the row that it asks for: rfm() against rank(), with columns that are stored, computed and
# detoasted, over any frame, in memory and on disk.
query(q{
    CREATE TABLE customers AS
    SELECT i, i % 3 AS g, (i * 7919) % 1009 AS days, (i * 31) % 97 AS orders, ((i * 7727) % 5003)::numeric / 100 AS spent, repeat(md5(i::text), 30) AS label
    FROM generate_series(1, 6000) AS i;
    ANALYZE customers;
    CREATE TABLE wanted AS
    SELECT i, make_rfm((1 + (rank() OVER (PARTITION BY g ORDER BY days DESC) - 1) * 5 / count(*) OVER (PARTITION BY g))::int,
                       (1 + (rank() OVER (PARTITION BY g ORDER BY orders) - 1) * 5 / count(*) OVER (PARTITION BY g))::int,
                       (1 + (rank() OVER (PARTITION BY g ORDER BY spent) - 1) * 5 / count(*) OVER (PARTITION BY g))::int) AS cell
    FROM customers});
for my $frame ('', 'ORDER BY i', 'ORDER BY i ROWS 3 PRECEDING', 'ORDER BY label DESC ROWS BETWEEN 1 FOLLOWING AND 9 FOLLOWING',
    'ORDER BY orders RANGE BETWEEN 2 PRECEDING AND CURRENT ROW', 'ORDER BY orders GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES')
{
    for my $memory ('64kB', '64MB')
    {
        is(query(qq{
            SET work_mem = '$memory';
            SELECT count(*) FROM (SELECT i, rfm(days, orders, spent) OVER w AS stored, rfm(days + 0, orders * 2, spent + length(label)) OVER w AS computed,
                                         rfm(days, orders, spent::float8) OVER w AS floats, first_value(label) OVER w AS label
                                  FROM customers WINDOW w AS (PARTITION BY g $frame)) AS t JOIN wanted USING (i)
            WHERE stored <> cell OR computed <> cell OR floats <> cell}), 0, "rfm() over ($frame) in $memory");
    }
}
done_testing();
