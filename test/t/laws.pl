# Laws that every aggregate keeps, whatever it computes: the same rows give the same result in any order, in
# parallel, partitioned, grouped by hashing or sorting, filtered, in windows, and through rollup.
# CM_LONG=1: every expression compiled (jit from cost 0), where the server has LLVM.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = Surface::start('laws');
Surface::make_data($node, 3000);
$node->safe_psql('postgres', q{
    CREATE TABLE parts (LIKE data) PARTITION BY LIST (g);
    SELECT format('CREATE TABLE parts_%s PARTITION OF parts FOR VALUES IN (%s)', g, g) FROM generate_series(0, 6) AS g \gexec
    INSERT INTO parts SELECT * FROM data;
    ANALYZE parts;
});

if ($ENV{CM_LONG})
{
    $node->append_conf('postgresql.conf', "jit = on\njit_above_cost = 0\njit_inline_above_cost = 0\njit_optimize_above_cost = 0\n");
    $node->reload;
    note($node->safe_psql('postgres', "SELECT CASE WHEN pg_jit_available() THEN 'with jit from cost 0' ELSE 'this server has no jit' END"));
}

my %rollup = map { $_->{types}[0] => 1 } grep { $_->{name} eq 'rollup' } Surface::aggregates($node);
my $parallel = 'SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0;'
  . ' SET min_parallel_table_scan_size = 0; ';

sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

for my $aggregate (Surface::aggregates($node))
{
    my ($signature, $sane) = @$aggregate{qw(signature sane)};
    if ($sane =~ /\?/)
    {
        fail("$signature: an argument has no sane value; add it to test/t/arguments.pm");
        next;
    }
    subtest $signature => sub {
        my $call = "$aggregate->{name}($sane)";
        my $whole = query("SELECT $call FROM data");
        my $groups = query("SELECT g, $call FROM data GROUP BY g ORDER BY g");
        my $result = "(SELECT coalesce(($call)::text, 'null') FROM data WHERE data.g = s.g)";

        isnt($whole, '', 'has a result');
        ok(defined query("SELECT $call FROM data WHERE false"), 'of no rows');
        ok(defined query("SELECT $call FROM data WHERE i = 1"), 'of one row');
        is(query("SELECT $call FROM (SELECT * FROM data ORDER BY md5(i::text)) AS data"), $whole, 'in another order');
        is(query("SELECT $call FROM (SELECT * FROM data ORDER BY i DESC) AS data"), $whole, 'in reverse order');
        is(query("$parallel SELECT $call FROM data"), $whole, 'in parallel');
        is(query("$parallel SELECT g, $call FROM data GROUP BY g ORDER BY g"), $groups, 'grouped in parallel');
        like(query("$parallel EXPLAIN SELECT $call FROM data"), qr/Partial Aggregate/, 'really in parallel');
        is(query("SET enable_partitionwise_aggregate = on; SELECT $call FROM parts AS data"), $whole, 'over partitions');
        is(query("SET enable_partitionwise_aggregate = on; SELECT g, $call FROM parts AS data GROUP BY g ORDER BY g"),
            $groups, 'partitionwise');
        is(query("SET enable_hashagg = off; SELECT g, $call FROM data GROUP BY g ORDER BY g"), $groups, 'sorted groups');
        is(query("SET enable_sort = off; SELECT g, $call FROM data GROUP BY g"), query("SET enable_sort = off; SELECT g, $call FROM data GROUP BY g"), 'twice');
        is(query("SELECT count(*) FROM (SELECT DISTINCT g, ($call OVER (PARTITION BY g))::text AS r FROM data) AS s
            WHERE coalesce(r, 'null') <> $result"), 0, 'over a partition of a window');
        is(query("SELECT $call FILTER (WHERE g = 3) FROM data"), query("SELECT $call FROM data WHERE g = 3"), 'filtered');
        is(query("SELECT count(*) FROM (SELECT i, ($call OVER (ORDER BY i ROWS BETWEEN 4 PRECEDING AND 1 FOLLOWING))::text AS r
            FROM data WHERE i <= 80) AS s WHERE coalesce(r, 'null') <>
            (SELECT coalesce(($call)::text, 'null') FROM data WHERE data.i BETWEEN s.i - 4 AND s.i + 1 AND data.i <= 80)"),
            0, 'over a frame that moves');
        is(query("SET work_mem = '64kB'; SELECT md5(string_agg(r, ',' ORDER BY k)) FROM (SELECT i % 700 AS k, ($call)::text AS r FROM data GROUP BY 1) AS s"),
            query("SELECT md5(string_agg(r, ',' ORDER BY k)) FROM (SELECT i % 700 AS k, ($call)::text AS r FROM data GROUP BY 1) AS s"), 'many groups in little memory');
        if ($rollup{ $aggregate->{result} } && $aggregate->{name} ne 'rollup')
        {
            my $type = $aggregate->{result};
            for my $order ('g', 'g DESC', 'md5(g::text)')
            {
                is(query("SELECT rollup(r ORDER BY $order) FROM (SELECT g, $call AS r FROM data GROUP BY g) AS s"), $whole, "rolled up by $order");
            }
            is(query("SELECT rollup(r) FROM (SELECT rollup(r) AS r FROM (SELECT i % 17 AS k, i % 3 AS j, $call AS r FROM data GROUP BY 1, 2) AS s GROUP BY j) AS t"),
                $whole, 'rolled up twice');
            is(query("$parallel SELECT rollup(r) FROM (SELECT i % 50 AS k, $call AS r FROM data GROUP BY 1) AS s"), $whole, 'rolled up in parallel');
            is(query("SELECT rollup(r) FROM (SELECT $call AS r FROM data UNION ALL SELECT $call FROM data WHERE false) AS s"), $whole, 'the empty state changes nothing');
            is(query("SELECT count(*) FROM (SELECT $call AS r FROM data GROUP BY g) AS s WHERE r::text::$type <> r OR r::text::${type}::text <> r::text"), 0, 'text and back');
            is(query("SELECT count(*) FROM (SELECT g, $call AS r FROM data GROUP BY g) AS a JOIN (SELECT g, $call AS r FROM (SELECT * FROM data ORDER BY md5(i::text)) AS data GROUP BY g) AS b USING (g) WHERE a.r <> b.r OR a *<> b"),
                0, 'equal content is equal, to the byte');
        }
    };
}
done_testing();
