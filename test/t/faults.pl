# What goes wrong while we compute: a timeout, memory that runs out, a backend that is ended or killed. The statement
# ends with an error of the right class and in time, the server and all data live, and the next call is right again.
# CM_LONG=1: more rows, more limits.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use Calls;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time sleep);

my $long = $ENV{CM_LONG};
my $rows = $long ? 2_000_000 : 40_000;
my $node = Surface::start('faults');
$node->append_conf('postgresql.conf', "restart_after_crash = on\njit = off\n"
      # Else rows of a large table come in another order after a scan that did not reach its end.
      . "synchronize_seqscans = off\n");
$node->restart;

sub query { my ($sql) = @_; return $node->safe_psql('postgres', $sql) }

query(qq{CREATE FUNCTION try_statement(sql text, bytes bigint, OUT result text, OUT state text) AS '$ENV{CM_MODULES}/limit' LANGUAGE C});
Surface::make_data($node, 400);
Surface::make_values($node);
query('DROP TABLE data');
Surface::make_data($node, $rows, $rows / 4);
Calls::make_big($node);

# Every statement, how long it takes and what it gives.
my @statements = Calls::statements($node);
query('CREATE TABLE statements (id int, title text, sql text, result text, state text, ms float8)');
query(join ';', map { sprintf 'INSERT INTO statements VALUES (%d, $q$%s$q$, $q$%s$q$)', $_, @{ $statements[$_] }{qw(title sql)} } 0 .. $#statements);
query(q{
    DO $$
    DECLARE
        s statements; began timestamptz;
    BEGIN
        FOR s IN SELECT * FROM statements LOOP
            began = clock_timestamp();
            UPDATE statements SET (result, state) = (SELECT t.result, t.state FROM try_statement(s.sql, -1) AS t) WHERE id = s.id;
            UPDATE statements SET ms = extract(epoch FROM clock_timestamp() - began) * 1000 WHERE id = s.id;
        END LOOP;
    END $$});
is(query(q{SELECT string_agg(format('%s: %s %s', title, state, result), '; ') FROM statements WHERE state !~ '^(00|22|54|0A|42804)'}), '', 'each gives a result or blames its input');
my $usable = query(q{SELECT count(*) FROM statements WHERE state = '00000'});
cmp_ok($usable, '>=', 0.8 * @statements, "$usable of @{[ scalar @statements ]} statements give a result");
note(query(q{SELECT string_agg(format('%s: %s', title, result), '; ') FROM statements WHERE state <> '00000'}));

note(query(q{SELECT 'slowest: ' || string_agg(format('%s %s ms', title, ms::int), '; ' ORDER BY ms DESC) FROM (SELECT * FROM statements ORDER BY ms DESC LIMIT 12) AS s}));

# Interrupts. What takes longest is what may have a loop without a check for interrupts.
my $cancelled = 0;
for my $row (split /\n/, query(q{SELECT id, ms FROM statements WHERE state = '00000' AND ms > 150 ORDER BY ms DESC}))
{
    my ($id, $ms) = split /\|/, $row;
    my $began = time;
    my ($status, $out, $err) = $node->psql('postgres', "SET statement_timeout = 20; $statements[$id]{sql}");
    my $took = 1000 * (time - $began);
    like($err, qr/canceling statement due to statement timeout/, "$statements[$id]{title}: a timeout ends it");
    cmp_ok($took, '<', 120 + $ms / 3, "$statements[$id]{title}: soon (of $ms ms)");
    $cancelled++;
}
note("$cancelled statements cancelled");

# Memory runs out: at any limit the right result or "out of memory".
query(q{
    CREATE TABLE starved (id int, bytes bigint, result text, state text);
    DO $$
    DECLARE
        s statements; limits bigint[] = } . ($long ? q{'{100000,300000,1000000,2000000,4000000,8000000,16000000,32000000,64000000,128000000}'}
      : q{'{200000,4000000}'}) . q{; t record;
    BEGIN
        PERFORM try_statement(sql, -1) FROM (SELECT sql FROM statements WHERE state = '00000' LIMIT 1) AS loads_our_module;
        FOR s IN SELECT * FROM statements WHERE state = '00000' LOOP
            FOR i IN 1 .. cardinality(limits) LOOP
                SELECT * INTO t FROM try_statement(s.sql, limits[i]);
                INSERT INTO starved VALUES (s.id, limits[i], t.result, t.state);
            END LOOP;
        END LOOP;
    END $$});
is(query(q{SELECT string_agg(format('%s with %s bytes: %s %s', title, bytes, t.state, t.result), '; ') FROM starved AS t JOIN statements USING (id)
    WHERE t.state NOT IN ('00000', '53200')}), '', 'little memory: an error of class 53200');
is(query(q{SELECT string_agg(format('%s with %s bytes', title, bytes), '; ') FROM starved AS t JOIN statements AS s USING (id)
    WHERE t.state = '00000' AND t.result IS DISTINCT FROM s.result}), '', 'or the right result');
my $out_of_memory = query(q{SELECT count(*) FROM starved WHERE state = '53200'});
cmp_ok($out_of_memory, '>', 0, "it ran out $out_of_memory times");

# A backend that is ended, then killed, in the middle of a refresh: what was there stays, and a refresh works again.
query(q{
    CREATE FUNCTION slowly(bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.0005); RETURN $1; END $$;
    CREATE TABLE answers AS SELECT g, score, number FROM data LIMIT 4000;
    CREATE MATERIALIZED VIEW kept AS SELECT g, survey_agg(score) AS answers, sum(slowly(number)) FROM answers GROUP BY g;
    CREATE UNIQUE INDEX ON kept (g);
    INSERT INTO answers SELECT g, 5, 1 FROM data LIMIT 100});
my $kept = query('SELECT * FROM kept ORDER BY g');
for my $fault ('pg_terminate_backend(pid)', 'kill -9')
{
    for my $how ('', 'CONCURRENTLY')
    {
        my $victim = IPC::Run::start([ 'psql', '-X', '-c', "REFRESH MATERIALIZED VIEW $how kept", $node->connstr('postgres') ], '<', \'', '>', \my $out, '2>', \my $err);
        my $pid = '';
        for (1 .. 100)
        {
            last if ($pid = query(q{SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'REFRESH%' AND now() - query_start > '0.3 s'})) ne '';
            sleep 0.05;
        }
        isnt($pid, '', "a refresh $how is under way");
        $fault eq 'kill -9' ? kill('KILL', $pid) : query("SELECT pg_terminate_backend($pid)");
        $victim->finish;
        isnt($victim->result(0) // 0, 0, "$fault ends it");
        $node->poll_query_until('postgres', 'SELECT true');
        is(query('SELECT * FROM kept ORDER BY g'), $kept, 'what was there is there');
    }
}
query('REFRESH MATERIALIZED VIEW CONCURRENTLY kept');
is(query('SELECT sum(responses(answers)) FROM kept'), query('SELECT count(score) FROM answers'), 'the next refresh is right');
is(query(q{SELECT string_agg(title, '; ') FROM statements AS s WHERE state = '00000' AND ms < 100 AND (try_statement(sql, -1)).result <> result}), '', 'and so is everything else');
done_testing();
