# Every function that SQL can call, private ones too, with NULLs and extreme arguments: an error of a class that blames the
# input, or a result that is neither NaN nor infinite, and that can be: rates lie from 0 to 1, an interval contains its value,
# recency and counts are not negative, merging lowers no count, a balance of points is constant after the last entry and expiry.
# The functions come from the catalogue, so that none can be forgotten. CM_HOSTILE sets how many combinations of arguments
# are tried for each.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $tries = $ENV{CM_HOSTILE} // 25;
my $node = Surface::start('hostile');
Surface::make_data($node, 400);
Surface::make_values($node);
Surface::make_mutations($node);
$node->safe_psql('postgres', q{
    CREATE TABLE extremes (type text, value text);
    INSERT INTO extremes
    SELECT type, value FROM (VALUES
        ('boolean', '{t,f}'::text[]), ('smallint', '{0,1,5,-1,32767,-32768}'), ('integer', '{0,1,5,12,-1,2147483647,-2147483648}'),
        ('bigint', '{0,1,10,100,-1,9223372036854775807,-9223372036854775808}'),
        ('double precision', '{0,-0,0.5,0.95,1,3,-1,NaN,Infinity,-Infinity,1e308,-1e308,5e-324,1e15}'),
        ('real', '{0,-0,0.5,0.1,3,-1,NaN,Infinity,-Infinity,3e38,-3e38,1e-45}'),
        ('numeric', '{0,1,0.01,99.95,-5,NaN,Infinity,-Infinity,1e40,1e-40,123456789012345678901234567890.123456789}'),
        ('character', '{"",d}'),
        ('text', '{"",x,day,week,month,UTC,Asia/Shanghai,day:sunday,week:sunday,start,mean,wald,rf10,cells11,en,zh,nested,classic,crossing_down,%s%n,"a''b",日本}'),
        ('date', '{2024-02-29,2025-12-31,0001-01-01,5874897-12-31,4713-01-01 BC,infinity,-infinity}'),
        ('timestamp with time zone', '{2024-03-10 07:00+00,2025-12-31 23:59:59.999999+00,294276-12-31 23:59:59+00,4713-01-01 00:00+00 BC,infinity,-infinity}'),
        ('timestamp without time zone', '{2024-03-10 02:30,2025-12-31 23:59:59.999999,294276-12-31 23:59:59,4713-01-01 00:00 BC,infinity,-infinity}'),
        ('metric_moment', '{2024-03-10 07:00+00,2025-12-31 23:59:59.999999+00,2024-03-10 02:30,2024-03-10,294276-12-31 23:59:59+00,294276-12-31 23:59:59,4713-01-01 00:00+00 BC,4713-01-01 BC,infinity,-infinity}'),
        ('metric_option', '{"",day,week,month,year,week:sunday,quarter:april,UTC,Asia/Shanghai,UTC+8,CNY,revenue,x,日本}'),
        ('time without time zone', '{00:00,09:00,18:00,23:59:59.999999,24:00}'),
        ('interval', '{0,1 day,-1 day,7 days,1 month,178000000 years,-178000000 years}'),
        ('metric_duration', '{0,-0,0.5,1,3,-1,1e308,-1e308,5e-324,1e15,1 day,36:00}'),
        ('uuid', '{00000000-0000-0000-0000-000000000000,ffffffff-ffff-ffff-ffff-ffffffffffff}'),
        ('double precision[]', '{"{}","{1}","{1,2,3}","{3,2,1}","{NULL}","{NaN,1}","{Infinity}","{{1,2},{3,4}}","{1e308,1e308}","[0:2]={1,2,3}"}'),
        ('numeric[]', '{"{}","{1}","{1,2,3}","{NULL}","{NaN}","{{1,2},{3,4}}"}'),
        ('bigint[]', '{"{}","{1}","{1,2,3}","{NULL,1}","{9223372036854775807,9223372036854775807}","{{1,2},{3,4}}","{0,0,0,0,0,0,0,1,2,3,4}"}'),
        ('integer[]', '{"{}","{1}","{1,2,3}","{NULL,1}","{2147483647,-2147483648}","{{1,2},{3,4}}"}'),
        ('smallint[]', '{"{}","{1}","{1,2,3}","{NULL,1}","{{1,2},{3,4}}"}'),
        ('interval[]', '{"{}","{1 day}","{NULL}","{1 day,-1 day}","{{1 day},{2 days}}"}'),
        ('date[]', '{"{}","{2024-01-01}","{NULL}","{infinity}"}'),
        ('jsonb', '{"null",5,"[]","{}","[{\"a\": 1}]","[{\"a\": 3, \"b\": 1, \"c\": 0}]","[{\"a\": 1e308, \"b\": 1e308}]","[{\"a\": -1}]","[{\"a\": 1e-400, \"b\": 1}]","[{\"a\": {\"b\": 1}}]"}'),
        ('boolean[]', '{"{}","{t,f,NULL}"}'),
        ('text[]', '{"{}","{a}","{a,b,c}","{NULL}","{{a,b},{c,d}}","{\"\"}"}')) AS v(type, vals), unnest(vals) AS value;
    INSERT INTO extremes SELECT type, value FROM values_of;
    -- And values that no aggregate makes, but that somebody may write.
    INSERT INTO extremes SELECT DISTINCT s.type, value FROM seeds_of AS s, try_mutations(s.type::regtype, is_binary, seeds, 3000, 1789), unnest(texts) AS value;
    INSERT INTO extremes SELECT type || '[]', v FROM (SELECT type, array_agg(value) AS a FROM values_of GROUP BY type) AS t,
        LATERAL (VALUES ('{}'), ('{NULL}'), (a[1:1]::text), (a[1:5]::text), (array_cat(a[1:3], ARRAY[NULL::text])::text), (ARRAY[a[1:2], a[1:2]]::text)) AS w(v);
    CREATE FUNCTION try_extremes(call text, types text[], tries int, OUT tried int, OUT gave int, OUT wrong int, OUT example text) LANGUAGE plpgsql AS $$
    DECLARE
        literals text[]; result text; statement text;
    BEGIN
        tried = 0; gave = 0; wrong = 0;
        PERFORM setseed(0.1789);
        FOR try IN 1 .. tries LOOP
            literals = ARRAY(SELECT CASE WHEN try = 1 OR random() < 0.04 THEN 'NULL::' || split_part(t, ' of ', 1)
                                              ELSE coalesce((SELECT quote_literal(value) || '::' || split_part(t, ' of ', 1)
                                         FROM extremes WHERE type = t ORDER BY random() LIMIT 1), '?' || t) END
                             FROM unnest(types) WITH ORDINALITY AS u(t, n) ORDER BY n);
            statement = format(call, VARIADIC literals);
            tried = tried + 1;
            BEGIN
                EXECUTE statement INTO result;
                gave = gave + 1;
                IF result ~ E' cannot be(\\n|$)' AND statement !~ 'adjusted_wald|exposure' THEN
                    wrong = wrong + 1; example = format('%s gives %s', statement, left(substring(result FROM E'[^\\n]* cannot be'), 300));
                END IF;
                IF result ~ '(^|[(,{])-?(NaN|Infinity)($|[),}])' AND statement !~* 'array|_metric_duration|metric_option|\[\]|numeric|NaN.*::[a-z]*(points|agg)' THEN
                    wrong = wrong + 1; example = format('%s gives %s', statement, left(result, 200));
                END IF;
            EXCEPTION WHEN OTHERS THEN
                IF sqlstate !~ '^(22|54|0A|21|42804)' THEN
                    wrong = wrong + 1; example = format('%s: %s %s', statement, sqlstate, sqlerrm);
                END IF;
            END;
        END LOOP;
    END $$;
    ALTER FUNCTION try_extremes SET statement_timeout = '120s';
});
# Arguments that would rarely be sane have values by name, as type "TYPE of NAME". Words for the options are those that the C code
# knows for an argument of that name, read from it.
$node->safe_psql('postgres', q{INSERT INTO extremes SELECT 'double precision of confidence', unnest('{0,0.1,0.5,0.9,0.95,0.999999,1,-1,NaN}'::text[])});
my (%array, %words);
for my $file (glob 'src/*/*.c')
{
    my $code = slurp_file($file);
    while ($code =~ /const char \*const (\w+)\[\] = \{([^}]*), NULL/g)
    {
        my ($name, $list) = ($1, $2);
        $array{"$file $name"} = $array{$name} = [ grep { $_ ne '' } $list =~ /"(\w*)"/g ];
    }
}
for my $file (glob 'src/*/*.c')
{
    my $code = slurp_file($file);
    while ($code =~ /\bcm_option\([^;]*?"(\w+)",\s*(\w+)/g)
    {
        my ($name, $array) = ($1, $2);
        $words{$name}{$_} = 1 for @{ $array{"$file $array"} // $array{$array} // [] };
    }
}
cmp_ok(scalar keys %words, '>', 15, 'options with words: ' . join ' ', map { "$_ (" . keys(%{ $words{$_} }) . ")" } sort keys %words);
$node->safe_psql('postgres', join ';', map { my $name = $_; map { "INSERT INTO extremes VALUES ('text of $name', '$_')" } sort(keys %{ $words{$name} }), 'x' } sort keys %words);

# What cannot be is said behind the result. Which columns are rates and intervals is read off their names. Limits of
# detect_changes are not about the value, and those of adjusted Wald are around another one; rates of money, which is refunded and grows, may be above 1, and so may churn by the time that customers were there (exposure). A t beside a p value is no age.
my $total = 0;
for my $row (split /\n/, $node->safe_psql('postgres', q{
    SELECT p.oid::regprocedure, p.prokind,
           CASE WHEN p.prokind = 'w' THEN format('SELECT string_agg(r::text, chr(10)) FROM (SELECT %s(%s) OVER () AS r FROM generate_series(1, 3)) AS s', p.proname, args)
                WHEN p.proretset OR p.prokind = 'f' AND cardinality(outs) > 1
                    THEN format('SELECT string_agg(concat(r%s), chr(10)) FROM (SELECT * FROM %s(%s) LIMIT 1000) AS r', oracle, p.proname, args)
                WHEN p.prorettype = 'float8'::regtype AND limits <> ''
                    THEN format('SELECT concat(v, CASE WHEN NOT v %s THEN '' cannot be'' END) FROM (SELECT %s(%s) AS v%s) AS s', limits, p.proname, args,
                                CASE WHEN p.prokind = 'a' THEN ' FROM generate_series(1, 3)' ELSE '' END)
                WHEN p.prokind = 'a' THEN format('SELECT %s(%s)::text FROM generate_series(1, 3)', p.proname, args)
                ELSE format('SELECT (%s(%s))::text', p.proname, args) END,
           (SELECT array_agg(format_type(t, NULL) || CASE WHEN EXISTS (SELECT FROM extremes WHERE type = format_type(t, NULL) || ' of ' || p.proargnames[n])
                                                          THEN ' of ' || p.proargnames[n] ELSE '' END ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n))
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics',
    LATERAL (SELECT string_agg('%s', ', ') FROM generate_series(1, p.pronargs)) AS a(args),
    LATERAL (SELECT array_agg(name::text), array_agg(type) FROM unnest(p.proargnames, p.proargmodes, p.proallargtypes) AS u(name, mode, type) WHERE mode IN ('o', 't')) AS o(outs, out_types),
    LATERAL (SELECT CASE WHEN proname = 'recency' THEN '>= 0'
                         WHEN proname ~ '^_?(.*_)?(rate|share|probability)$|^p_alive$|^rate_(value|lower|upper)$|^survival_at$'
                              AND proname !~ 'growth|annualize|_by_amount' AND NOT 'amount_rate_state'::regtype = ANY (p.proargtypes)
                             THEN 'BETWEEN 0 AND 1' ELSE '' END) AS l(limits),
    LATERAL (SELECT coalesce(string_agg(format(', CASE WHEN %s THEN '' (%s) cannot be'' END', fault, name), ''), '')
             FROM (SELECT format('NOT r.%I BETWEEN 0 AND 1', name), name FROM unnest(outs) AS name
                   WHERE name ~ '^(rate|share|p_value|p_alive|.*_probability|.*_rate|rate_.*|dau_mau|cumulative_share|share_of_(customers|items))$'
                   UNION ALL
                   SELECT format('r.%I < 0', name), name FROM unnest(outs, out_types) AS o(name, type)
                   WHERE type = 'bigint'::regtype AND name !~ '^(customer_id|balance|(.*_)?period_no)$' OR name ~ '^((mean_)?recency(_days)?|tenure|t|t_x|time_lived|(median_|p90_)?days)$' AND NOT (name = 't' AND 'p_value' = ANY (outs))
                   UNION ALL
                   (SELECT format('NOT r.%1$I BETWEEN r.lower - 1e-9 * (1 + abs(r.lower)) AND r.upper + 1e-9 * (1 + abs(r.upper))', name), 'interval of ' || name
                    FROM unnest(CASE proname WHEN 'stage_report' THEN '{rate_from_previous}'
                                             ELSE '{value,rate,difference,rate_at_least,rate_from_start,dau_mau,estimate}' END::text[]) AS name
                    WHERE name = ANY (outs) AND outs @> '{lower,upper}' AND proname <> 'detect_changes' LIMIT 1)) AS f(fault, name)) AS c(oracle)
    WHERE NOT EXISTS (SELECT FROM pg_type AS t WHERE t.oid = ANY (p.proargtypes::oid[] || p.prorettype) AND t.oid IN ('internal'::regtype, 'cstring'::regtype))
    ORDER BY p.oid::regprocedure::text COLLATE "C"}))
{
    my ($signature, $kind, $call, $types) = split /\|/, $row;
    my ($tried, $gave, $wrong, $example) = split /\|/, $node->safe_psql('postgres',
        sprintf('SELECT * FROM try_extremes(%s, %s, %d)', map({ "\$q\$$_\$q\$" } $call, $types), $tries)), 4;
    $total += $tried;
    is($wrong, 0, "$signature: $tried calls, $gave gave a result") or diag($example);
}
note("$total calls");

# Merging lowers no count: every function of one state that gives a bigint.
$node->safe_psql('postgres', q{
    CREATE FUNCTION try_merging(name text, state text, tries int, OUT merged int, OUT lowered int, OUT example text) LANGUAGE plpgsql AS $$
    DECLARE
        a text; b text; counts bigint[];
    BEGIN
        merged = 0; lowered = 0;
        PERFORM setseed(0.1789);
        FOR a, b IN SELECT x.value, y.value FROM (SELECT value FROM extremes WHERE type = state ORDER BY random() LIMIT 300) AS x,
                        (SELECT value FROM extremes WHERE type = state ORDER BY random() LIMIT 300) AS y ORDER BY random() LIMIT tries LOOP
            BEGIN
                EXECUTE format('SELECT ARRAY[%1$I($1::%2$s), %1$I($2::%2$s), %1$I($1::%2$s + $2::%2$s)]', name, state) INTO counts USING a, b;
                merged = merged + 1;
                IF counts[3] < greatest(counts[1], counts[2]) THEN
                    lowered = lowered + 1; example = format('%s: %s of %s and %s', name, counts, a, b);
                END IF;
            EXCEPTION WHEN OTHERS THEN
                IF sqlstate !~ '^(22|54|0A|21|42804)' THEN
                    RAISE;
                END IF;
            END;
        END LOOP;
    END $$;
    CREATE FUNCTION try_balances(OUT ledgers int, OUT moved int, OUT example text) LANGUAGE plpgsql AS $$
    DECLARE
        ledger text; last timestamp; instant boolean; balances bigint[];
    BEGIN
        ledgers = 0; moved = 0;
        FOR ledger IN SELECT value FROM extremes WHERE type = 'points_state' LOOP
            BEGIN
                SELECT max(greatest((e->>'at')::timestamp, (e->>'expires_at')::timestamp)), bool_or(e->>'at' LIKE '%+00:00') INTO last, instant
                FROM json_array_elements(ledger::points_state::json -> 'entries') AS e;
                CONTINUE WHEN last IS NULL OR last = 'infinity';
                SELECT array_agg(DISTINCT points_balance(ledger::points_state, (m || CASE WHEN instant THEN '+00' ELSE '' END)::metric_moment)) INTO balances
                FROM unnest(ARRAY[last + interval '1 us', last + interval '1 day', last + interval '40 years', timestamp '294276-12-31 23:59:59.999999']) AS m;
                ledgers = ledgers + 1;
                IF cardinality(balances) <> 1 THEN
                    moved = moved + 1; example = format('%s of %s', balances, ledger);
                END IF;
            EXCEPTION WHEN OTHERS THEN
                IF sqlstate !~ '^22' THEN
                    RAISE;
                END IF;
            END;
        END LOOP;
    END $$;
});
for my $row (split /\n/, $node->safe_psql('postgres', q{
    SELECT p.proname, format_type(p.proargtypes[0], NULL)
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
    WHERE p.prokind = 'f' AND p.pronargs = 1 AND p.prorettype = 'bigint'::regtype AND NOT p.proretset
          AND EXISTS (SELECT FROM pg_operator AS o WHERE o.oprname = '+' AND o.oprleft = p.proargtypes[0] AND o.oprright = p.proargtypes[0])
    ORDER BY p.oid::regprocedure::text COLLATE "C"}))
{
    my ($name, $state) = split /\|/, $row;
    my ($merged, $lowered, $example) = split /\|/, $node->safe_psql('postgres', "SELECT * FROM try_merging('$name', '$state', 4 * $tries)"), 3;
    is($lowered, 0, "$name: merging lowers no count of a $state, $merged pairs") or diag($example);
    cmp_ok($merged, '>', 0, "$name: some pairs of $state can be merged");
}
# What is given as json is json: the server takes it from a function without a look.
$node->safe_psql('postgres', q{
    CREATE FUNCTION is_json(state text, value text) RETURNS boolean LANGUAGE plpgsql AS $$
    DECLARE
        given text;
    BEGIN
        EXECUTE format('SELECT $1::%s::json::text', state) INTO given USING value;
        RETURN given::json IS NOT NULL;
    EXCEPTION
        WHEN invalid_text_representation THEN RETURN false;
        WHEN numeric_value_out_of_range THEN RETURN true; -- sums that nobody can have
    END $$});
for my $type (split /\n/, $node->safe_psql('postgres', q{
    SELECT c.castsource::regtype FROM pg_cast AS c JOIN pg_depend AS d ON d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'e'
    WHERE c.casttarget = 'json'::regtype ORDER BY c.castsource::regtype::text COLLATE "C"}))
{
    is($node->safe_psql('postgres', "SELECT count(*), min(value COLLATE \"C\") FROM extremes WHERE type = '$type' AND NOT is_json(type, value)"),
        '0|', "$type gives json");
}
my ($ledgers, $moved, $example) = split /\|/, $node->safe_psql('postgres', 'SELECT * FROM try_balances()'), 3;
is($moved, 0, "after the last entry and expiry the balance stays, $ledgers ledgers") or diag($example);
cmp_ok($ledgers, '>', 20, 'there are ledgers');
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server lives');
done_testing();
