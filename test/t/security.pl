# Whose code runs, and who sees what: nothing here runs as its owner, reads a table or a file, sees rows that a policy
# hides, or is made of objects that somebody put in its way before it was installed.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = Surface::start('security');

sub query { my ($sql, $database) = @_; return $node->safe_psql($database // 'postgres', $sql) }

my $ours = q{pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid AND d.deptype = 'e' AND e.extname = 'customer_metrics'};
is(query("SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p JOIN $ours ON d.objid = p.oid WHERE p.prosecdef"), '', 'no function runs as its owner');
is(query("SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p JOIN $ours ON d.objid = p.oid WHERE p.proleakproof"), '',
    'none is called leakproof: errors name values');
is(query("SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p JOIN $ours ON d.objid = p.oid WHERE p.proconfig IS NOT NULL"), '', 'none changes a setting');
is(query("SELECT string_agg(c.oid::regclass::text, ', ') FROM pg_class AS c JOIN $ours ON d.objid = c.oid AND d.classid = 'pg_class'::regclass WHERE c.relkind <> 'c'"),
    '', 'there is no table');
is(query("SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p JOIN $ours ON d.objid = p.oid
    JOIN pg_depend AS r ON r.objid = p.oid AND r.refclassid = 'pg_class'::regclass"), '', 'no function is made of a table or view');

# What the module asks of the server and the system: no query, table, file, program, clock, setting or chance.
my $module = query(q{SELECT nps(10)}) eq '100' ? query(q{SELECT nps(10); SELECT DISTINCT m[1] FROM regexp_matches(pg_read_file('/proc/self/maps'), '(/\S*/customer_metrics\.so)', 'g') AS m}) =~ s/^100\n//r : '';
like($module, qr{/customer_metrics\.so$}, 'the module is found');
my @asks = grep { / U / } split /\n/, `nm -D --undefined-only '$module'`;
cmp_ok(@asks, '>', 20, 'and what it asks for is read');
is(join(' ', map { s/.* U //r } grep { /\ U\ (SPI_|table_open|relation_open|heap_open|systable_|index_open|OpenFile|PathNameOpen|AllocateFile|fopen|open|open64|
    read|system|popen|fork|execv\w*|socket|getenv|setenv|setlocale|time|gettimeofday|clock_gettime|localtime\w*|rand|random|rand_r|drand48|pg_prng_\w+|
    GetCurrent\w+|now|session_timezone|DateStyle|IntervalStyle|GetConfigOption|SetConfigOption|DirectFunctionCall0Coll)(@|$)/x } @asks),
    '', 'no query, table, file, program, clock, setting or chance');

# Row-level security, and a view that is a barrier: hidden rows are neither counted nor named in an error.
query(q{
    CREATE ROLE analyst LOGIN;
    CREATE TABLE answers (region text, score double precision);
    INSERT INTO answers VALUES ('north', 10), ('north', 9), ('south', 0), ('south', 99);
    ALTER TABLE answers ENABLE ROW LEVEL SECURITY;
    CREATE POLICY north ON answers USING (region = 'north');
    CREATE VIEW south_hidden WITH (security_barrier) AS SELECT score FROM answers WHERE region = 'north';
    GRANT SELECT ON answers, south_hidden TO analyst});

sub as_analyst
{
    my ($sql) = @_;
    my ($status, $out, $err) = $node->psql('postgres', $sql, extra_params => [ '-U', 'analyst' ]);
    return $status ? $err : $out;
}
is(as_analyst('SELECT nps(score), count(*) FROM answers'), '100|2', 'a policy hides rows from an aggregate');
is(as_analyst(q{SELECT count(*) FROM answers WHERE nps_category(score) = 'promoter'}), '2', 'and from a condition, which would fail on them');
is(query(q{SELECT count(*) FROM south_hidden WHERE nps_category(score) = 'promoter'}), '2', 'so does a barrier');
like(($node->psql('postgres', q{SELECT nps_category(score) FROM answers}))[2], qr/99/, '(which those who see them get)');
like(as_analyst('ALTER FUNCTION nps_category(double precision, text) SECURITY DEFINER'), qr/must be owner/, 'who uses it may not change it');

# Objects that are in the way are not taken over.
query('CREATE DATABASE crowded; GRANT CREATE ON DATABASE crowded TO analyst');
for my $squatter ('FUNCTION %s.nps(promoters double precision, passives double precision, detractors double precision) RETURNS double precision RETURN 1', 'TYPE %s.survey_state',
    'TYPE %s.rate_state AS (a int)', 'FUNCTION %s._survey_state_in(cstring) RETURNS int LANGUAGE internal AS $$int4in$$', 'AGGREGATE %s.nps(score integer) (SFUNC = int4pl, STYPE = int)',
    'TABLE %s.survey_state (a int)')
{
    my $create = sprintf $squatter, 'mine';
    my ($status, undef, $err) = $node->psql('crowded', "CREATE SCHEMA mine; CREATE $create; CREATE EXTENSION customer_metrics SCHEMA mine");
    isnt($status, 0, "with CREATE $create in the schema, the extension is not installed");
    like($err, qr/already exists|cannot change name|is not a base type|conflicting/, 'and says why');
    query('DROP SCHEMA mine CASCADE', 'crowded');
}

# Operators and functions that would suit an expression in our script better than the ones of PostgreSQL, in the schema
# where we are installed: none of them becomes a part of us.
query(q{
    CREATE SCHEMA trap;
    CREATE FUNCTION trap.prepare() RETURNS bigint LANGUAGE plpgsql AS $$
    DECLARE
        types text[] = '{boolean,smallint,integer,bigint,real,double precision,numeric,text,name,date,timestamp,timestamptz,interval}';
        l text; r text; o text; f text; prepared bigint = 0;
    BEGIN
        FOREACH l IN ARRAY types LOOP
            FOREACH r IN ARRAY types LOOP
                EXECUTE format('CREATE FUNCTION trap.op(%s, %s) RETURNS double precision IMMUTABLE RETURN 666', l, r);
                FOREACH o IN ARRAY '{+,-,*,/,%,^,||}'::text[] LOOP
                    CONTINUE WHEN to_regoperator(format('pg_catalog.%s(%s,%s)', o, l, r)) IS NOT NULL;
                    EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.op, LEFTARG = %s, RIGHTARG = %s)', o, l, r);
                    prepared = prepared + 1;
                END LOOP;
                EXECUTE format('CREATE FUNCTION trap.cmp(%s, %s) RETURNS boolean IMMUTABLE RETURN true', l, r);
                FOREACH o IN ARRAY '{=,<>,<,<=,>,>=}'::text[] LOOP
                    CONTINUE WHEN to_regoperator(format('pg_catalog.%s(%s,%s)', o, l, r)) IS NOT NULL;
                    EXECUTE format('CREATE OPERATOR trap.%s (FUNCTION = trap.cmp, LEFTARG = %s, RIGHTARG = %s)', o, l, r);
                    prepared = prepared + 1;
                END LOOP;
            END LOOP;
            FOR f IN SELECT DISTINCT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'f'
                     AND proname ~ '^(a|b|c|d|e|f|g|l|m|p|r|s|t|u|w)[a-z_]{2,14}$' AND proname !~ '^(pg_|bt|gin|gist|brin|spg|hash|txid|ts_|lo_|json|xml|inet|binary|range)' LOOP
                CONTINUE WHEN to_regprocedure(format('pg_catalog.%I(%s)', f, l)) IS NOT NULL;
                EXECUTE format('CREATE FUNCTION trap.%I(%s) RETURNS double precision IMMUTABLE RETURN 666', f, l);
                prepared = prepared + 1;
            END LOOP;
        END LOOP;
        RETURN prepared;
    END $$}, 'crowded');
my $traps = query('SELECT trap.prepare()', 'crowded');
cmp_ok($traps, '>', 1000, "$traps traps are set");
my ($status, undef, $err) = $node->psql('crowded', 'CREATE EXTENSION customer_metrics SCHEMA trap');
is($err, '', 'the extension is installed among them');
is(query(q{
    SELECT string_agg(pg_describe_object(t.classid, t.objid, 0) || ' uses ' || pg_describe_object(t.refclassid, t.refobjid, 0), '; ')
    FROM pg_depend AS t JOIN pg_depend AS d ON d.classid = t.classid AND d.objid = t.objid AND d.deptype = 'e'
    WHERE t.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass)
      AND NOT EXISTS (SELECT FROM pg_depend AS m WHERE m.classid = t.refclassid AND m.objid = t.refobjid AND m.deptype IN ('e', 'i'))
      AND t.refobjid >= 16384}, 'crowded'), '', 'and is made of nothing of them');
done_testing();
