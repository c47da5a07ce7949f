# What those who run servers do: a standby that answers, a pooler that gives each transaction another connection, a dump restored by
# several workers, VACUUM FULL and REINDEX, an extension that is dropped and comes back with states that were kept as text.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = Surface::start('operations', allows_streaming => 1);
# DROP EXTENSION locks each of its 3,000 objects, for which there is room with the 100 connections that servers have, but not
# with the 10 of a test.
$node->append_conf('postgresql.conf', "max_connections = 100\n");
$node->restart;
Surface::make_data($node, 400);
Surface::make_values($node);
my @types = Surface::types($node);
my @aggregates = grep { $_->{sane} !~ /\?/ } Surface::aggregates($node);
my $dir = $node->basedir;

sub query { my ($sql, $database) = @_; return $node->safe_psql($database // 'postgres', $sql) }

# Every accessor that takes only a state is a view over stored states; a report that gives rows gives them as text.
query('CREATE SCHEMA kept; CREATE TABLE kept.titles (name text)');
for my $type (@types)
{
    query(qq{CREATE TABLE kept."$type" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value $type);
        INSERT INTO kept."$type" (value) SELECT value::$type FROM values_of WHERE type = '$type'; CREATE INDEX ON kept."$type" (value)});
}
query(q{
    SELECT format('CREATE VIEW kept.v_%s AS SELECT s.id, r::text AS result FROM kept.%I AS s, LATERAL %s(s.value) AS r', p.oid, t.typname, p.oid::regproc)
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
    JOIN pg_type AS t ON t.oid = p.proargtypes[0] AND t.typnamespace = p.pronamespace
    WHERE p.prokind = 'f' AND p.proname NOT LIKE '\_%' AND p.pronargs = 1 AND to_regclass(format('kept.%I', t.typname)) IS NOT NULL \gexec
});
my @views = split /\n/, query(q{SELECT oid::regclass FROM pg_class WHERE relkind = 'v' AND relnamespace = 'kept'::regnamespace ORDER BY relname COLLATE "C"});
cmp_ok(scalar @views, '>', 100, 'reports over stored states: ' . @views);

# Some accessors refuse some values (an empty state, a model of another kind): what they say is their answer.
query(q{CREATE FUNCTION kept.answers(source text) RETURNS text LANGUAGE plpgsql STABLE AS $$
    DECLARE found text; total text := ''; id bigint;
    BEGIN
        FOR id IN EXECUTE format('SELECT s.id FROM kept.%I AS s ORDER BY s.id', (SELECT c.relname FROM pg_depend AS d JOIN pg_rewrite AS r ON r.oid = d.objid
            JOIN pg_class AS c ON c.oid = d.refobjid WHERE r.ev_class = source::regclass AND c.relkind = 'r' LIMIT 1)) LOOP
            BEGIN
                EXECUTE format('SELECT string_agg(result, E''\n'') FROM %s WHERE id = $1', source) INTO found USING id;
            EXCEPTION WHEN data_exception OR program_limit_exceeded THEN found := SQLERRM;
            END;
            total := total || id || ': ' || coalesce(found, 'NULL') || E'\n';
        END LOOP;
        RETURN md5(total);
    END $$});

# A line for each report and aggregate, each asked by a statement of its own.
my $questions = join ";\n", map({ "SELECT '$_', kept.answers('$_')" } @views),
    map { "SELECT '$_->{signature}', md5(string_agg(v::text, ',' ORDER BY g)) FROM (SELECT g, $_->{name}($_->{sane}) AS v FROM data GROUP BY g) AS t" } @aggregates;
sub answers { my ($who) = @_; return $who->safe_psql('postgres', $questions) }
my $before = answers($node);

# A physical standby, whose transactions cannot write.
$node->backup('copy');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'copy', has_streaming => 1);
$standby->start;
query('INSERT INTO kept.titles VALUES (repeat($$late$$, 3))');
$node->wait_for_catchup($standby, 'replay', $node->lsn('write'));
is($standby->safe_psql('postgres', 'SELECT pg_is_in_recovery(), (SELECT name FROM kept.titles)'), 't|latelatelate', 'the standby follows');
is(answers($standby), $before, 'a standby answers every report and aggregate as its primary does');
$standby->stop;

# Dump in parts, restored by two workers.
$node->command_ok([ 'pg_dump', '-Fd', '-j2', '-f', "$dir/parts", $node->connstr('postgres') ], 'dump by two workers');
query('CREATE DATABASE parallel');
$node->command_ok([ 'pg_restore', '-j2', '--exit-on-error', '-d', $node->connstr('parallel'), "$dir/parts" ], 'restore by two workers');
is(query('SELECT count(*) FROM pg_views WHERE schemaname = $$kept$$', 'parallel'), scalar @views, 'all views are restored');
is(join(' ', grep { query(qq{SELECT md5(string_agg(value::text, ',' ORDER BY id)) FROM kept."$_"}, 'parallel') ne query(qq{SELECT md5(string_agg(value::text, ',' ORDER BY id)) FROM kept."$_"}) } @types),
    '', 'and all values');

# Rewritten tables and indexes.
for my $type (@types)
{
    query(qq{VACUUM FULL kept."$type"; REINDEX TABLE kept."$type"; REINDEX TABLE CONCURRENTLY kept."$type"});
}
is(answers($node), $before, 'VACUUM FULL and REINDEX change no answer');

# States kept as text, while the extension is away.
query(q{CREATE TABLE texts (type text, id bigint, value text)}, 'parallel');
query(qq{INSERT INTO texts SELECT '$_', id, value::text FROM kept."$_"}, 'parallel') for @types;
query('DROP EXTENSION customer_metrics CASCADE; CREATE EXTENSION customer_metrics', 'parallel');
is(query(qq{SELECT count(*) FROM texts WHERE type = '$_' AND value::${_}::text IS DISTINCT FROM value}, 'parallel'), 0, "$_ comes back from text") for @types;

# Which version of the library a session has loaded, which a package upgraded under a running server leaves open.
SKIP:
{
    skip 'PostgreSQL tells of loaded modules from 18 on', 1 if $node->pg_version < 18;
    my $version = query(q{SELECT default_version FROM pg_available_extensions WHERE name = 'customer_metrics'});
    is(query(q{SELECT nps(10); SELECT module_name, version FROM pg_get_loaded_modules() WHERE module_name = 'customer_metrics'}),
        "100\ncustomer_metrics|$version", 'the loaded library says its version');
}

# A pooler with a pool for transactions: each statement may run in another server process, prepared ones too.
SKIP:
{
    my $bouncer = (grep { -x } map { "$_/pgbouncer" } split(/:/, $ENV{PATH}), '/usr/sbin')[0];
    skip 'pgbouncer is not installed', 2 unless $bouncer;
    my ($port, $host) = (PostgreSQL::Test::Cluster::get_free_port(), $node->host);
    my ($user, $short) = (scalar getpwuid($>), PostgreSQL::Test::Utils::tempdir_short()); # a socket's path may have 107 bytes
    append_to_file("$dir/pgbouncer.ini", join "\n", '[databases]', "postgres = host=$host port=" . $node->port . " user=$user", '[pgbouncer]',
        'listen_addr =', "unix_socket_dir = $short", "listen_port = $port", 'auth_type = any', 'pool_mode = transaction', 'default_pool_size = 3',
        "logfile = $dir/pgbouncer.log", "pidfile = $dir/pgbouncer.pid", '');
    is(system($bouncer, '-q', '-d', "$dir/pgbouncer.ini"), 0, 'the pooler starts');
    my $waited = 0;
    sleep 1 until -s "$dir/pgbouncer.pid" && -S "$short/.s.PGSQL.$port" || $waited++ > 30;
    my $pid = slurp_file("$dir/pgbouncer.pid") + 0;
    my ($out, $err) = ('', '');
    IPC::Run::run([ 'psql', '-X', '-A', '-t', '-q', '-d', "host=$short port=$port dbname=postgres" ], '<', \$questions, '>', \$out, '2>', \$err);
    is($out =~ s/\s+$//r, $before, "answers through a pooler of transactions are the same $err");
    kill 'INT', $pid;
}

done_testing();
