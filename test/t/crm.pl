# The figures of a business in five layouts, two of Fxiaoke and three of Zoho CRM, against values computed without SQL: those of
# test/data/crm, and of the larger samples where CM_DATA names a folder beside them. Then once more after dump and restore, after
# the loader made its tables anew with other types, with names that need quotes, by a role that owns nothing but its schema,
# under row-level security, materialized, and with the extensions in schemas of their own. Faults planted in the views are seen.
use strict;
use warnings;
use lib 'test/t';
use Crm;
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = Surface::start('crm');
my %from = (small => undef);
SKIP:
{
    skip 'CM_DATA names no folder beside which crm/samples lies: only the small business is tested', 1 unless Crm::samples();
    $from{samples} = Crm::samples();
    pass('the larger samples are there');
}

sub query { my ($sql, $database) = @_; return $node->safe_psql($database, $sql) }

for my $business (sort keys %from)
{
    my $expected = $from{$business} // $Crm::folder;
    Crm::land($node, $business, $from{$business});
    query('CREATE EXTENSION customer_metrics_crm CASCADE', $business);
    my $agree = sub {
        my ($when, $database, $prefix, @user) = @_;
        for my $layout (@Crm::layouts)
        {
            my ($wanted) = Crm::expected($expected, $layout);
            is(Crm::differ(Crm::figures($node, $database, $prefix . $layout->[2], $layout->[1], @user), $wanted), '', "$business, $layout->[0], $when: " . @$wanted . ' figures');
        }
    };

    query(Crm::views($_, "v_$_->[2]"), $business) for @Crm::layouts;
    $agree->('views', $business, 'v_');
    query(Crm::views($_, "v_$_->[2]"), $business) for @Crm::layouts;
    $agree->('views made a second time', $business, 'v_');

    # Rows in approval.
    for my $layout (grep { $_->[1] eq 'fxiaoke' } @Crm::layouts)
    {
        query(Crm::views($layout, "a_$layout->[2]", 'in_approval => true'), $business);
        my (undef, $wanted) = Crm::expected($expected, $layout);
        cmp_ok(scalar @$wanted, '>=', 4, 'pairs');
        is(Crm::differ(Crm::figures($node, $business, "a_$layout->[2]", 'fxiaoke'), $wanted), '', "$business, $layout->[0], with rows in approval");
    }

    # Names.
    for my $layout (@Crm::layouts)
    {
        my $odd = qq{Mein "CRM" 客户 $layout->[2] };
        $odd .= 'x' while length $odd < 63;
        query('ALTER SCHEMA ' . $layout->[0] . ' RENAME TO ' . Crm::quoted("$layout->[0] \"quoted\" 数据"), $business);
        query(Crm::views([ "$layout->[0] \"quoted\" 数据", $layout->[1] ], $odd), $business);
        my ($wanted) = Crm::expected($expected, $layout);
        is(Crm::differ(Crm::figures($node, $business, $odd, $layout->[1]), $wanted), '', "$business, $layout->[0]: schemas with quotes, blanks and Chinese");
        query('ALTER SCHEMA ' . Crm::quoted("$layout->[0] \"quoted\" 数据") . " RENAME TO $layout->[0]", $business);
    }

    # Materialized.
    query(Crm::views($_, "m_$_->[2]", "kind => 'materialized'"), $business) for @Crm::layouts;
    $agree->('materialized', $business, 'm_');
    query("SELECT count(*) FROM crm_refresh('m_$_->[2]')", $business) for @Crm::layouts;
    $agree->('refreshed', $business, 'm_');

    # Dump and restore.
    my $file = $node->basedir . "/$business.dump";
    $node->command_ok([ 'pg_dump', '-Fc', '-f', $file, '-d', $node->connstr($business) ], 'dumped');
    query("CREATE DATABASE ${business}_restored", 'postgres');
    $node->command_ok([ 'pg_restore', '-e', '-d', $node->connstr("${business}_restored"), $file ], 'restored');
    $agree->('restored', "${business}_restored", 'v_');
    $agree->('restored, materialized', "${business}_restored", 'm_');
    like(($node->psql("${business}_restored", 'DROP EXTENSION customer_metrics_crm'))[2], qr/view a_flat.deals depends on function a_flat._deals/, 'DROP EXTENSION names the views');

    # The loader makes its tables anew: times as texts, ids as numbers, numbers as texts, JSON as text.
    query(q{
        DO $$
        DECLARE
            t record; columns text;
        BEGIN
            FOR t IN SELECT c.oid, n.nspname, c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                     WHERE n.nspname IN ('zoho_csv', 'zoho_airbyte', 'zoho_fivetran', 'fx_flat', 'fx_raw') AND c.relkind = 'r' LOOP
                SELECT string_agg(CASE
                    WHEN a.atttypid = 'timestamptz'::regtype THEN format('to_char(%1$I AT TIME ZONE ''UTC'', ''YYYY-MM-DD"T"HH24:MI:SS'') || ''+00:00'' AS %1$I', a.attname)
                    WHEN a.attname = 'id' THEN format('%1$I::bigint AS %1$I', a.attname)
                    WHEN a.atttypid = 'numeric'::regtype THEN format('%1$I::double precision AS %1$I', a.attname)
                    WHEN a.atttypid = 'double precision'::regtype THEN format('%1$I::text AS %1$I', a.attname)
                    WHEN a.atttypid = 'bigint'::regtype THEN format('%1$I::text AS %1$I', a.attname)
                    WHEN a.atttypid IN ('integer'::regtype, 'boolean'::regtype) THEN format('to_jsonb(%1$I) AS %1$I', a.attname)
                    WHEN a.atttypid = 'jsonb'::regtype AND a.attname <> 'data' THEN format('%1$I::text AS %1$I', a.attname)
                    WHEN a.atttypid = 'jsonb'::regtype THEN format('%1$I::json AS %1$I', a.attname)
                    ELSE format('%I', a.attname) END, ', ' ORDER BY a.attnum) INTO columns
                FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped;
                EXECUTE format('CREATE TABLE %1$I.tmp AS SELECT %2$s FROM %1$I.%3$I; DROP TABLE %1$I.%3$I; ALTER TABLE %1$I.tmp RENAME TO %3$I', t.nspname, columns, t.relname);
            END LOOP;
        END $$}, "${business}_restored");
    $agree->('tables made anew with other types', "${business}_restored", 'v_');
}

# A role that owns the schema of its views, may read the landed tables and may create nothing in the database. The landed
# tables show it some rows only.
query('CREATE ROLE clerk LOGIN', 'postgres');
query(qq{
    REVOKE ALL ON DATABASE small FROM public; GRANT CONNECT ON DATABASE small TO clerk;
    CREATE SCHEMA clerks AUTHORIZATION clerk;
    GRANT USAGE ON SCHEMA zoho_airbyte, zoho_csv TO clerk; GRANT SELECT ON ALL TABLES IN SCHEMA zoho_airbyte, zoho_csv TO clerk;
    ALTER TABLE zoho_airbyte.incremental_deals_zoho_crm_stream ENABLE ROW LEVEL SECURITY;
    CREATE POLICY own ON zoho_airbyte.incremental_deals_zoho_crm_stream USING (("Owner" ->> 'name') = 'Kim Alder')}, 'small');
sub as_clerk { my ($sql) = @_; my ($status, $out, $err) = $node->psql('small', $sql, extra_params => [ '-U', 'clerk' ]); return $status ? $err : $out }
is(as_clerk(Crm::views($Crm::layouts[0], 'clerks')), '10', 'a role that owns its schema only makes the views');
my ($wanted) = Crm::expected($Crm::folder, $Crm::layouts[0]);
is(Crm::differ(Crm::figures($node, 'small', 'clerks', 'zoho', '-U', 'clerk'), $wanted), '', 'and has the figures');
like(as_clerk(Crm::views($Crm::layouts[0], 'another')), qr/permission denied for database small/, 'a schema that is not there is not its to make');
like(as_clerk("SELECT count(*) FROM crm_check('clerks')"), qr/^\d+$/, 'it may ask crm_check');
query('GRANT USAGE ON SCHEMA v_airbyte TO clerk; GRANT SELECT ON ALL TABLES IN SCHEMA v_airbyte TO clerk', 'small');
is(as_clerk('SELECT count(*), count(DISTINCT owner), min(owner) FROM v_airbyte.deals'), '4|1|Kim Alder', 'a policy of the landed table hides rows from the views of somebody else');
is(query('SELECT count(*) FROM v_airbyte.deals', 'small'), '8', 'which their owner sees');
query('REVOKE SELECT ON zoho_csv."Deals_001" FROM clerk', 'small');
like(as_clerk('SELECT count(*) FROM clerks.deals'), qr/permission denied for table Deals_001/, 'rights are those of who asks');
query("ALTER TABLE zoho_airbyte.incremental_deals_zoho_crm_stream DISABLE ROW LEVEL SECURITY", 'small');

# Faults planted in the views: each changes a figure.
sub mutated # the layout's figures that differ after a change of a function's body
{
    my ($layout, $function, $from, $to) = @_;
    my $name = "v_$layout->[2]._$function";
    my $before = query("SELECT pg_get_functiondef('$name'::regproc)", 'small');
    my $after = $before;
    return 'the body has no such place' unless ($after =~ s/\Q$from\E/$to/g);
    query($after, 'small');
    my ($wanted) = Crm::expected($Crm::folder, $layout);
    my $differ = Crm::differ(Crm::figures($node, 'small', "v_$layout->[2]", $layout->[1]), $wanted);
    query($before, 'small');
    return $differ;
}
for ([ 'trash is kept', 1, 'deals', q{coalesce(public.crm_text(t."Record_Status__s"), 'Available') = 'Available'}, 'true', qr/deals is 9/ ],
    [ "what Fivetran calls deleted is kept", 2, 'deals', 'public.crm_boolean(t._fivetran_deleted) IS NOT TRUE', 'true', qr/deals is 9/ ],
    [ 'a stage saved again is two stays', 0, 'deal_stage_history', 'd.before IS NULL OR d.stage <> d.before', 'true', qr/history_rows is/ ],
    [ '-None- is a source', 0, 'leads', 'public.crm_text(t."Lead Source")', 't."Lead Source"', qr{conversion_rate:\(none\) is 1} ],
    [ 'derived leads are left out', 1, 'leads', 'd.lead_conversion_days IS NOT NULL', 'false', qr/leads is 3 and not 7/ ])
{
    my ($fault, $layout, $function, $from, $to, $seen) = @$_;
    like(mutated($Crm::layouts[$layout], $function, $from, $to), $seen, "seen: $fault");
}
for ([ 'days of UTC', 0, "zone => 'UTC'" ], [ 'own currency', 1, "currency => 'own'" ], [ 'rows in approval are counted', 3, 'in_approval => true' ])
{
    my ($fault, $number, $argument) = @$_;
    my $layout = $Crm::layouts[$number];
    my $call = Crm::views($layout, 'fault_' . $number, $argument);
    $call =~ s/, '[\w\/]+', (?=orders_from)/, / if $argument =~ /^zone/;
    query($call, 'small');
    my ($wanted) = Crm::expected($Crm::folder, $layout);
    isnt(Crm::differ(Crm::figures($node, 'small', "fault_$number", $layout->[1]), $wanted), '', "seen: $fault");
}
query(q{UPDATE v_csv.stages SET category = 'open' WHERE stage = 'Closed Lost'}, 'small');
like(Crm::differ(Crm::figures($node, 'small', 'v_csv', 'zoho'), $wanted), qr/win_rate_closed is/, 'seen: a lost stage is taken for open');
query(q{UPDATE v_csv.stages SET category = 'lost' WHERE stage = 'Closed Lost'}, 'small');

# The examples of the pages run on the views as they are, as far as their columns are there. (One adds deals that were lost to a
# history, which has them here.)
query(Crm::views([ 'zoho_csv', 'zoho' ], 'pages') =~ s/'invoices'/'deals'/r, 'small');
my ($run, $examples) = (0, 0);
for my $page ('README.md', grep { !/crm/ } glob 'src/*/README.md')
{
    my $script = "SET search_path = public, pages;\n\\set VERBOSITY verbose\n" . `perl test/readme.pl script $page`;
    my ($out, $all) = ('', '');
    IPC::Run::run([ 'psql', '-X', '-q', '-d', $node->connstr('small') ], '<', \$script, '>&', \$all);
    for my $example (grep { /^\d+$/m } split /^\@\@\@ example /m, $all)
    {
        my @errors = $example =~ /ERROR:  (\w{5}: .*)/g;
        $examples++;
        $run++ unless @errors;
        $out .= "$_\n" for grep { !/^(42703|42P01|42883)/ && !/came to stage/ } @errors;
    }
    is($out, '', "$page: examples run, or need what no CRM has");
}
cmp_ok($run, '>=', 40, "$run of $examples examples of the pages run on the views");

# Both extensions in schemas of their own, moved later, among functions of the user that have names of PostgreSQL's.
query('CREATE DATABASE apart TEMPLATE small_restored', 'postgres');
query(q{
    DO $$ DECLARE s text; BEGIN FOR s IN SELECT nspname FROM pg_namespace WHERE nspname ~ '^(v|m|a)_|^Mein|^clerks' LOOP EXECUTE format('DROP SCHEMA %I CASCADE', s); END LOOP; END $$;
    DROP EXTENSION customer_metrics_crm; DROP EXTENSION customer_metrics;
    CREATE SCHEMA "first one"; CREATE SCHEMA "second one";
    CREATE EXTENSION customer_metrics SCHEMA "first one"; CREATE EXTENSION customer_metrics_crm SCHEMA "second one";
    CREATE SCHEMA trap;
    CREATE FUNCTION trap.lead(timestamptz) RETURNS timestamptz RETURN NULL::timestamptz;
    CREATE FUNCTION trap.max(timestamptz) RETURNS timestamptz RETURN timestamptz '1990-01-01Z';
    CREATE FUNCTION trap.min(date) RETURNS date RETURN date '1990-01-01';
    CREATE FUNCTION trap.crm_text(varchar) RETURNS text RETURN 'trapped'::text;
    CREATE FUNCTION trap.eq(text, text) RETURNS boolean RETURN false;
    CREATE OPERATOR trap.= (FUNCTION = trap.eq, LEFTARG = text, RIGHTARG = text);
    ALTER DATABASE apart SET search_path = trap, public, "first one"}, 'apart');
for my $move ('', 'CREATE SCHEMA moved; ALTER EXTENSION customer_metrics_crm SET SCHEMA moved; ALTER EXTENSION customer_metrics SET SCHEMA moved')
{
    query($move, 'apart') if $move;
    for my $layout (@Crm::layouts)
    {
        my $call = Crm::views($layout, "v_$layout->[2]");
        $call =~ s/crm_views/($move ? 'moved' : '"second one"') . '.crm_views'/e;
        query($call, 'apart');
        my ($wanted) = Crm::expected($Crm::folder, $layout);
        my $sql = ($move ? 'SET search_path = trap, moved' : 'SET search_path = trap, "first one"') . ", v_$layout->[2];\n" . slurp_file("$Crm::folder/figures_$layout->[1].sql");
        my ($status, $out, $err) = $node->psql('apart', $sql);
        is(Crm::differ($status ? { error => $err } : { map { /^(.*)\|(.*)$/ ? ($1 => $2) : () } split /\n/, $out }, $wanted), '',
            "$layout->[0]: the extensions in other schemas" . ($move ? ', moved' : ''));
    }
}
is(query('SET search_path = trap, v_csv; SELECT count(closed_at), max(closed_at) > \'2000-01-01Z\' FROM v_csv.deals', 'apart') =~ s/\|.*//r, '5', 'functions of the user do not change what a view means');
is(query(q{SELECT string_agg(pg_describe_object(t.classid, t.objid, 0), '; ') FROM pg_depend AS t JOIN pg_depend AS d ON d.classid = t.classid AND d.objid = t.objid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics_crm'
    WHERE t.refobjid >= 16384 AND t.refclassid = 'pg_proc'::regclass AND NOT EXISTS (SELECT FROM pg_depend AS m WHERE m.classid = t.refclassid AND m.objid = t.refobjid AND m.deptype IN ('e', 'i'))}, 'apart'),
    '', 'and the extension is made of none of them');

# Nothing runs as its owner, no setting is left changed, and the members are functions only.
my $ours = q{pg_depend AS d JOIN pg_extension AS e ON e.oid = d.refobjid AND d.deptype = 'e' AND e.extname = 'customer_metrics_crm'};
is(query("SELECT count(*) FILTER (WHERE p.prosecdef) || ' ' || count(*) FILTER (WHERE p.proleakproof) || ' ' || (count(*) > 50) FROM pg_proc AS p JOIN $ours ON d.objid = p.oid", 'small'),
    '0 0 true', 'no function runs as its owner or is called leakproof');
is(query("SELECT string_agg(DISTINCT d.classid::regclass::text, ' ') FROM $ours", 'small'), 'pg_proc', 'there are functions and nothing else');
is(query("SELECT string_agg(p.proname || ' ' || p.proconfig::text, '; ' ORDER BY p.proname) FROM pg_proc AS p JOIN $ours ON d.objid = p.oid WHERE p.proconfig IS NOT NULL", 'small'),
    join('; ', map {qq|$_ {"search_path=pg_catalog, pg_temp"}|} qw(crm_check crm_refresh crm_views)), 'three set a search path of their own');
is(query(q{SET search_path = public, v_flat; SELECT count(*) FROM crm_views('fx_flat', 'v_flat', 'Asia/Shanghai') WHERE relation = 'deals'; SHOW search_path; SHOW client_min_messages; SHOW max_parallel_workers_per_gather}, 'small'),
    "1\npublic, v_flat\nnotice\n0", 'and it is as before afterwards');
is(query("SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p JOIN $ours ON d.objid = p.oid WHERE p.proname !~ '^_' AND obj_description(p.oid, 'pg_proc') IS NULL", 'small'),
    '', 'every public function has a comment');

# Whoever may create in the schema puts something there before: it would run for all who read the views, and could change later.
# What crm_views makes is known by its dependence on the extension, which everybody may give to a function of their own.
query('CREATE ROLE mallory LOGIN; GRANT CONNECT ON DATABASE small TO mallory', 'postgres');
for my $ambush (
    [ '_deals', 'CREATE FUNCTION ambush._deals() RETURNS TABLE (deal_id text) LANGUAGE sql AS $$SELECT 1::text$$; ALTER FUNCTION ambush._deals() DEPENDS ON EXTENSION customer_metrics_crm;
        CREATE VIEW ambush.deals AS SELECT * FROM ambush._deals()' ],
    [ '_crm_settings', 'CREATE FUNCTION ambush._crm_settings() RETURNS jsonb LANGUAGE sql AS $$SELECT NULL::jsonb$$; ALTER FUNCTION ambush._crm_settings() DEPENDS ON EXTENSION customer_metrics_crm' ],
    [ 'stages', 'CREATE TABLE ambush.stages (pipeline text, stage text, stage_number integer, category text)' ],
    [ 'words', 'CREATE TABLE ambush.words (field text, word text, meaning text)' ])
{
    my ($name, $sql) = @$ambush;
    query('CREATE SCHEMA ambush; GRANT CREATE, USAGE ON SCHEMA ambush TO mallory', 'small');
    $node->safe_psql('small', $sql, extra_params => [ '-U', 'mallory' ]);
    my ($status, undef, $error) = $node->psql('small', "SELECT count(*) FROM crm_views('zoho_csv', 'ambush', 'UTC')");
    like($error, qr/"$name" in schema "ambush" belongs to mallory/, "$name of somebody else is neither replaced nor written into");
    query('DROP SCHEMA ambush CASCADE', 'small');
}

done_testing();
