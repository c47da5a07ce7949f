-- What every type that is stored does: text and binary form, order, hash. The values are those of test/fixtures, some of each type.
\set lines `cat "$PG_ABS_SRCDIR/test/fixtures/1.0.txt"`
CREATE TEMP TABLE stored AS
    SELECT n, split_part(line, E'\t', 1) AS type, split_part(line, E'\t', 2) AS value, split_part(line, E'\t', 3) AS sent
    FROM string_to_table(:'lines', E'\n') WITH ORDINALITY AS t(line, n) WHERE line <> '';
SELECT count(DISTINCT type) > 30 AS types, count(*) > 200 AS "values" FROM stored;
CREATE FUNCTION pg_temp.says(expression text, type text, a text, b text DEFAULT NULL) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT (%s)::text FROM (SELECT $1::%s, $2::%2$s) AS v(a, b)', expression, type) INTO result USING a, b;
    RETURN result;
END $$;

-- The text that is read is the text that is printed, and what is sent are the bytes that were sent. Expected: no rows.
SELECT type, value FROM stored WHERE pg_temp.says('a', type, value) <> value;
SELECT type, value FROM stored JOIN pg_type AS t ON t.oid = type::regtype
WHERE pg_temp.says(format('encode(%s(a), ''hex'')', typsend), type, value) <> sent;

-- One of two values is less, or they are equal, and then they have one text: by each operator and by the function for sorting.
CREATE TEMP TABLE pairs AS
    SELECT type, a.n AS a, b.n AS b, a.value = b.value AS equal,
           pg_temp.says('concat_ws('' '', a < b, a <= b, a = b, a <> b, a >= b, a > b, sign(btrecordcmp(ROW(a), ROW(b))))',
                        type, a.value, b.value) AS says
    FROM stored AS a JOIN stored AS b USING (type);
SELECT says, count(*) > 200 AS many, bool_or(equal) AS equal, bool_and(equal) AS all_equal FROM pairs GROUP BY says ORDER BY says;
-- And that is an order: so many values of each type are smaller than the first, the second, ... Expected: no rows.
SELECT type, array_agg(smaller ORDER BY smaller) AS no_order
FROM (SELECT type, a, count(*) FILTER (WHERE says LIKE 'f f f%') AS smaller FROM pairs GROUP BY type, a) AS s
GROUP BY type HAVING count(DISTINCT smaller) <> count(*) OR max(smaller) <> count(*) - 1;

-- Equal values have equal hashes, of 32 bits and of 64, whose lower half is the same; another seed gives another, and hardly
-- any two values of a type have the same.
CREATE TEMP TABLE hashes AS
    SELECT type, n, pg_temp.says('hash_record(ROW(a))', type, value)::bigint & 4294967295 AS hash,
           pg_temp.says('hash_record_extended(ROW(a), 0)', type, value)::bigint AS long,
           pg_temp.says('hash_record_extended(ROW(a), 1)', type, value)::bigint AS seeded
    FROM stored;
SELECT count(*) FILTER (WHERE hash <> long & 4294967295) AS none_differ, count(*) FILTER (WHERE long = seeded) AS none_alike,
       count(DISTINCT (type, hash)) > 0.98 * count(*) AS hardly_alike, count(DISTINCT (type, seeded)) > 0.98 * count(*) AS nor_seeded
FROM hashes;

-- What is private is used: by an aggregate, an operator, a type, a cast, an index or a function. Expected: no rows.
SELECT p.oid::regprocedure AS unused
FROM pg_proc AS p
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE p.proname LIKE '\_%'
      AND NOT EXISTS (SELECT FROM pg_depend AS u WHERE u.refclassid = 'pg_proc'::regclass AND u.refobjid = p.oid);
