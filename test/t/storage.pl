# Values of every type survive what happens to stored rows: dump and restore, COPY in binary, logical replication
# with the whole row as identity, indexes, materialized views refreshed concurrently, another schema. And a role that
# is no superuser may install the extension.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = Surface::start('storage', allows_streaming => 'logical');
Surface::make_data($node, 400);
Surface::make_values($node);
my @types = Surface::types($node);
my $dir = $node->basedir;

sub query { my ($sql, $database) = @_; return $node->safe_psql($database // 'postgres', $sql) }

for my $type (@types)
{
    query(qq{CREATE TABLE "t_$type" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value $type, as_text text);
        INSERT INTO "t_$type" (value, as_text) SELECT value::$type, value FROM values_of WHERE type = '$type';
        INSERT INTO "t_$type" VALUES (DEFAULT, NULL, NULL);
        CREATE INDEX ON "t_$type" (value); CREATE INDEX ON "t_$type" USING hash (value);
        CREATE MATERIALIZED VIEW "m_$type" AS SELECT id, value FROM "t_$type"; CREATE UNIQUE INDEX ON "m_$type" (id)});
}
my $wrong = q{SELECT count(*) FROM "t_%s" WHERE value::text IS DISTINCT FROM as_text};

sub all_is_well
{
    my ($database, $what) = @_;
    is(join(' ', grep { query(sprintf($wrong, $_), $database) ne '0' } @types), '', $what);
}
all_is_well('postgres', 'what is stored prints as it did');

# Views and generated columns over every accessor that takes only a state: they are restored with no search path.
query(q{
    SELECT format('CREATE VIEW "v_%s" AS SELECT r.* FROM "t_%s", LATERAL %s(value) AS r', p.oid, t.typname, p.proname)
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
    JOIN pg_type AS t ON t.oid = p.proargtypes[0] AND t.typnamespace = p.pronamespace
    WHERE p.prokind = 'f' AND p.proname NOT LIKE '\_%' AND p.pronargs = 1 AND t.typelem = 0 \gexec
});
query('ALTER TABLE t_survey_state ADD COLUMN points double precision GENERATED ALWAYS AS (nps(value)) STORED');

# Dump and restore, as text, into a database of another name.
$node->command_ok([ 'pg_dump', '-f', "$dir/dump.sql", $node->connstr('postgres') ], 'dump');
query('CREATE DATABASE restored');
$node->command_ok([ 'psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', "$dir/dump.sql", $node->connstr('restored') ], 'restore');
all_is_well('restored', 'dumped and restored');
for my $type (@types)
{
    is(query(qq{SELECT md5(string_agg(value::text, E'\\n' ORDER BY id)) FROM "m_$type"}, 'restored'),
        query(qq{SELECT md5(string_agg(value::text, E'\\n' ORDER BY id)) FROM "m_$type"}), "materialized view of $type");
}

# COPY in binary.
for my $type (@types)
{
    query(qq{COPY (SELECT value, as_text FROM "t_$type") TO '$dir/$type.copy' (FORMAT binary);
        TRUNCATE "t_$type"; COPY "t_$type" (value, as_text) FROM '$dir/$type.copy' (FORMAT binary)});
}
all_is_well('postgres', 'copied in binary');

# A refresh of what did not change changes nothing; distinct, grouping, joins.
for my $type (@types)
{
    query(qq{REFRESH MATERIALIZED VIEW "m_$type"});
    query(qq{SELECT pg_stat_force_next_flush(); REFRESH MATERIALIZED VIEW CONCURRENTLY "m_$type"; SELECT pg_stat_force_next_flush()});
    is(query(qq{SELECT n_tup_upd + n_tup_del FROM pg_stat_user_tables WHERE relname = 'm_$type'
        UNION ALL SELECT n_tup_upd + n_tup_del FROM pg_stat_all_tables WHERE relname = 'm_$type' LIMIT 1}) || 0, 0, "$type: nothing changed");
    is(query(qq{SELECT count(DISTINCT value) = count(DISTINCT as_text) FROM "t_$type"}), 't', "$type: distinct");
    is(query(qq{SET enable_hashjoin = off; SELECT count(*) FROM "t_$type" a JOIN "t_$type" b USING (value)}),
        query(qq{SET enable_mergejoin = off; SELECT count(*) FROM "t_$type" a JOIN "t_$type" b USING (value)}), "$type: joined by sorting and by hashing");
}

# Logical replication with the whole row as identity.
query('CREATE DATABASE replica');
query('CREATE EXTENSION customer_metrics', 'replica');
for my $type (@types)
{
    query(qq{CREATE TABLE "r_$type" (value $type, as_text text); ALTER TABLE "r_$type" REPLICA IDENTITY FULL});
    query(qq{CREATE TABLE "r_$type" (value $type, as_text text)}, 'replica');
}
query('CREATE PUBLICATION everything FOR TABLE ' . join ', ', map { qq{"r_$_"} } @types);
query(q{SELECT pg_create_logical_replication_slot('everything', 'pgoutput')});
query(sprintf(q{CREATE SUBSCRIPTION everything CONNECTION '%s' PUBLICATION everything WITH (create_slot = false, copy_data = false, binary = true)},
    $node->connstr('postgres') =~ s/'/''/gr), 'replica');
for my $type (@types)
{
    query(qq{INSERT INTO "r_$type" SELECT value, as_text FROM "t_$type" WHERE value IS NOT NULL;
        UPDATE "r_$type" SET as_text = as_text || ' ' WHERE as_text = (SELECT min(as_text) FROM "r_$type");
        DELETE FROM "r_$type" WHERE as_text = (SELECT max(as_text) FROM "r_$type")});
}
$node->wait_for_catchup('everything');
for my $type (@types)
{
    my $sum = qq{SELECT count(*), md5(string_agg(value::text || as_text, ',' ORDER BY as_text)) FROM "r_$type"};
    is(query($sum, 'replica'), query($sum), "$type: replicated");
}
query('DROP SUBSCRIPTION everything', 'replica');

# Another schema, and no search path at all.
query('CREATE DATABASE moved');
query(q{CREATE SCHEMA metrics; CREATE EXTENSION customer_metrics; ALTER EXTENSION customer_metrics SET SCHEMA metrics}, 'moved');
query(qq{CREATE TABLE "public"."t_$_" (value metrics.$_)}, 'moved') for @types;
is(query(q{SET search_path = ''; SELECT metrics.nps(score), (metrics.csat_estimate(metrics.survey_agg(score))).value
    FROM (VALUES (5), (4), (1)) AS a(score)}, 'moved'), '-100|0.6666666666666666', 'in another schema, with no search path');

# Trusted: whoever may create in the database may install, and owns nothing that runs as somebody else.
query(q{CREATE ROLE analyst LOGIN; CREATE DATABASE theirs; GRANT CREATE ON DATABASE theirs TO analyst});
is($node->safe_psql('theirs', q{CREATE SCHEMA mine; SET search_path = mine; CREATE EXTENSION customer_metrics; SELECT nps(10)},
    extra_params => [ '-U', 'analyst' ]), '100', 'a role that is no superuser installs and uses it');
is(query(q{SELECT count(*) FROM pg_proc AS p JOIN pg_depend AS d ON d.objid = p.oid AND d.deptype = 'e' WHERE p.prosecdef}, 'theirs'),
    0, 'no function runs as its owner');
done_testing();
