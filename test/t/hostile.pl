# Every function that SQL can call, private ones too, with NULLs and extreme arguments: an error of a class that blames the input, or a result that is neither
# NaN nor infinite. The functions come from the catalogue, so that none can be forgotten. CM_HOSTILE sets how many
# combinations of arguments are tried for each.
use strict;
use warnings;
use lib 'test/t';
use Surface;
use PostgreSQL::Test::Utils;
use Test::More;

my $tries = $ENV{CM_HOSTILE} // 40;
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
        ('numeric', '{0,1,0.01,99.95,-5,NaN,Infinity,-Infinity,1e40,1e-40,123456789012345678901234567890.123456789}'),
        ('text', '{"",x,day,week,month,UTC,Asia/Shanghai,day:sunday,week:sunday,start,mean,wald,rf10,cells11,en,zh,nested,classic,crossing_down,%s%n,"a''b",日本}'),
        ('date', '{2024-02-29,2025-12-31,0001-01-01,5874897-12-31,4713-01-01 BC,infinity,-infinity}'),
        ('timestamp with time zone', '{2024-03-10 07:00+00,2025-12-31 23:59:59.999999+00,294276-12-31 23:59:59+00,4713-01-01 00:00+00 BC,infinity,-infinity}'),
        ('timestamp without time zone', '{2024-03-10 02:30,2025-12-31 23:59:59.999999,294276-12-31 23:59:59,4713-01-01 00:00 BC,infinity,-infinity}'),
        ('metric_moment', '{2024-03-10 07:00+00,2025-12-31 23:59:59.999999+00,2024-03-10 02:30,2024-03-10,294276-12-31 23:59:59+00,294276-12-31 23:59:59,4713-01-01 00:00+00 BC,4713-01-01 BC,infinity,-infinity}'),
        ('metric_option', '{"",day,week,month,year,week:sunday,quarter:april,UTC,Asia/Shanghai,UTC+8,CNY,revenue,x,日本}'),
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
            literals = ARRAY(SELECT CASE WHEN try = 1 OR random() < 0.04 THEN 'NULL::' || t ELSE coalesce((SELECT quote_literal(value) || '::' || t
                                         FROM extremes WHERE type = t ORDER BY random() LIMIT 1), '?' || t) END
                             FROM unnest(types) WITH ORDINALITY AS u(t, n) ORDER BY n);
            statement = format(call, VARIADIC literals);
            tried = tried + 1;
            BEGIN
                EXECUTE statement INTO result;
                gave = gave + 1;
                IF result ~ '(^|[(,{])-?(NaN|Infinity)($|[),}])' AND statement !~* 'array|metric_option|\[\]|numeric|NaN.*::[a-z]*(points|agg)' THEN
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
my $total = 0;
for my $row (split /\n/, $node->safe_psql('postgres', q{
    SELECT p.oid::regprocedure, p.prokind,
           CASE WHEN p.prokind = 'w' THEN format('SELECT string_agg(r::text, chr(10)) FROM (SELECT %s(%s) OVER () AS r FROM generate_series(1, 3)) AS s', p.proname, args)
                WHEN p.proretset THEN format('SELECT string_agg(r::text, chr(10)) FROM (SELECT * FROM %s(%s) LIMIT 1000) AS r', p.proname, args)
                WHEN p.prokind = 'a' THEN format('SELECT %s(%s)::text FROM generate_series(1, 3)', p.proname, args)
                ELSE format('SELECT (%s(%s))::text', p.proname, args) END,
           (SELECT array_agg(format_type(t, NULL) ORDER BY n) FROM unnest(p.proargtypes) WITH ORDINALITY AS a(t, n))
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics',
    LATERAL (SELECT string_agg('%s', ', ') FROM generate_series(1, p.pronargs)) AS a(args)
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
is($node->safe_psql('postgres', 'SELECT 1'), '1', 'the server lives');
done_testing();
