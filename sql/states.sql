-- What every type that is stored does: text and binary form, order, hash, merging. The values are from test/fixtures.
\set lines `cat "$PG_ABS_SRCDIR/test/fixtures/1.0.txt"`
CREATE TEMP TABLE stored AS
    SELECT n, part[1] AS type, part[2] AS value, part[3] AS sent
    FROM string_to_table(:'lines', E'\n') WITH ORDINALITY AS t(line, n),
         LATERAL (SELECT string_to_array(line, E'\t') AS part) AS parts
    WHERE line <> '';
SELECT count(DISTINCT type) > 30 AS types, count(*) > 200 AS "values" FROM stored;
CREATE FUNCTION pg_temp.says(expression text, type text, a text, b text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT (%s)::text FROM (SELECT $1::%s, $2::%2$s) AS v(a, b)', expression, type)
        INTO result USING a, b;
    RETURN result;
END $$;

-- The text that is read is the text that is printed, and what is sent are the bytes that were sent. Expected: no rows.
SELECT type, value FROM stored WHERE pg_temp.says('a', type, value) <> value;
SELECT type, value FROM stored JOIN pg_type AS t ON t.oid = type::regtype
WHERE pg_temp.says(format('encode(%s(a), ''hex'')', typsend), type, value) <> sent;

-- One of two values is less, or they are equal, and then they have one text: by each operator, and as they are sorted.
CREATE TEMP TABLE pairs AS
    SELECT type, a.n AS a, b.n AS b, a.value = b.value AS equal,
           pg_temp.says('concat_ws('' '', a < b, a <= b, a = b, a <> b, a >= b, a > b,
                                   sign(btrecordcmp(ROW(a), ROW(b))))', type, a.value, b.value) AS says
    FROM stored AS a JOIN stored AS b USING (type);
SELECT says, count(*) > 200 AS many, bool_or(equal) AS equal, bool_and(equal) AS all_equal
FROM pairs GROUP BY says ORDER BY says;
-- And that is an order: so many values of each type are smaller than the first, the second, ... Expected: no rows.
SELECT type, array_agg(smaller ORDER BY smaller) AS no_order
FROM (SELECT type, a, count(*) FILTER (WHERE says LIKE 'f f f%') AS smaller FROM pairs GROUP BY type, a) AS s
GROUP BY type HAVING count(DISTINCT smaller) <> count(*) OR max(smaller) <> count(*) - 1;

-- Equal values have equal hashes, of 32 bits and of 64, whose lower half is the same; another seed gives another, and
-- hardly any two values of a type have the same.
CREATE TEMP TABLE hashes AS
    SELECT type, n, pg_temp.says('hash_record(ROW(a))', type, value)::bigint & 4294967295 AS hash,
           pg_temp.says('hash_record_extended(ROW(a), 0)', type, value)::bigint AS long,
           pg_temp.says('hash_record_extended(ROW(a), 1)', type, value)::bigint AS seeded
    FROM stored;
SELECT count(*) FILTER (WHERE hash <> long & 4294967295) AS none_differ,
       count(*) FILTER (WHERE long = seeded) AS none_alike,
       count(DISTINCT (type, hash)) > 0.98 * count(*) AS hardly_alike,
       count(DISTINCT (type, seeded)) > 0.98 * count(*) AS nor_seeded
FROM hashes;

-- Two states of a type merge to the same from both sides, or not at all; a third one may be merged before or after.
CREATE FUNCTION pg_temp.merges(expression text, type text, a text, b text, c text DEFAULT NULL) RETURNS text
    LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT (%s)::text FROM (SELECT $1::%s, $2::%2$s, $3::%2$s) AS v(a, b, c)', expression, type)
        INTO result USING a, b, c;
    RETURN result;
EXCEPTION
    WHEN data_exception OR program_limit_exceeded OR datatype_mismatch THEN RETURN 'not at all';
END $$;
CREATE TEMP TABLE merged AS
    SELECT type, a.n AS a, b.value, pg_temp.merges('a + b', type, a.value, b.value) AS ab,
           pg_temp.merges('b + a', type, a.value, b.value) AS ba
    FROM stored AS a JOIN stored AS b USING (type) JOIN pg_operator ON oprname = '+' AND oprleft = type::regtype;
SELECT count(DISTINCT type) > 25 AS types, count(*) FILTER (WHERE ab <> 'not at all') > 800 AS merged,
       count(*) FILTER (WHERE ab <> ba) AS none_differ
FROM merged;
SELECT count(*) > 3000 AS many, count(*) FILTER (WHERE left_first <> right_first) AS none_differ
FROM (SELECT pg_temp.merges('(a + b) + c', type, a.value, b.value, c.value) AS left_first,
             pg_temp.merges('a + (b + c)', type, a.value, b.value, c.value) AS right_first
      FROM stored AS a JOIN stored AS b USING (type) JOIN stored AS c USING (type)
      JOIN pg_operator ON oprname = '+' AND oprleft = type::regtype
      WHERE (a.n + b.n + c.n) % 3 = 0) AS t
WHERE left_first <> 'not at all' AND right_first <> 'not at all';
-- The first one of each type is of no rows, and changes none with rows that it can be merged with. Expected: no rows.
SELECT type, value, ab FROM merged
WHERE a IN (SELECT min(n) FROM stored GROUP BY type) AND ab NOT IN (value, 'not at all') AND value NOT LIKE '%none%';

-- Text forms to the ends of what a state of moments or days holds.
CREATE TEMP TABLE ends AS
    SELECT timestamptz '4713-01-01 00:00:00+00 BC' AS first, timestamptz '294276-12-31 23:59:59.999999+00' AS last;
SELECT p = p::text::points_state AS points, f = f::text::funnel_state AS funnel,
       e = e::text::engagement_state AS engagement, v = v::text::visits_state AS visits,
       a = a::text::activity_state AS activity, s = s::text::customers_state AS customers,
       m = m::text::mrr_state AS mrr, c = c::text::spending_state AS spending
FROM (SELECT points_agg(first, 1, last) + points_agg(last, 2, NULL) AS p,
             funnel_agg('0283-01-01 00:00+00 BC', 1) + funnel_agg('4283-01-01 00:00+00', 2) AS f,
             engagement_agg(last, 1, 1e5) AS e, visits_agg(first, 1, 5) + visits_agg(last, 2, 5) AS v
      FROM ends GROUP BY first, last) AS moments,
     (SELECT activity_agg(day, 'day') AS a FROM unnest('{4713-01-01 BC,294276-12-31}'::timestamp[]) AS day) AS days,
     (SELECT customers_agg(1, day, 1) AS s, mrr_agg(1, day, '9999-12-31', 1) AS m,
             spending_by_agg(day, 1, 1, 'month') AS c
      FROM unnest('{0001-01-01,9999-12-30}'::timestamp[]) AS day) AS dates;

-- What is private is used: by an aggregate, an operator, a type, a cast, an index or a function. Expected: no rows.
SELECT p.oid::regprocedure AS unused
FROM pg_proc AS p
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE p.proname LIKE '\_%'
      AND NOT EXISTS (SELECT FROM pg_depend AS u WHERE u.refclassid = 'pg_proc'::regclass AND u.refobjid = p.oid);
