-- Values of all customers are stored packed, in blocks of 128: any number of customers, any ids and amounts, in any
-- order and in any parts, read back as what they are. Text is readable up to 4 MB of the unpacked value, then base64.
SELECT setseed(0.7);
-- Ids of every length and sign, and days before and after 2000; a few amounts are refunds, or huge.
CREATE TEMP TABLE many AS
    SELECT n, CASE WHEN n % 50 = 0 THEN (n - 150) * 36028797018963968 ELSE n * 3 - 200 END AS id,
           (CASE WHEN n % 3 = 0 THEN 'c-' ELSE repeat('long', n % 5) END) || n AS name,
           date '1999-06-01' + (random() * 500)::integer AS day,
           CASE WHEN random() < 0.02 THEN 100000000000000000000 WHEN random() < 0.1 THEN -1 ELSE 1 END
           * (random() * 1000)::numeric(12,2) AS amount, floor(random() * 5) AS part, random() AS shuffled
    FROM generate_series(1, 400) AS n, generate_series(1, 8) AS again;
CREATE TEMP TABLE sizes AS SELECT unnest(ARRAY[0, 1, 2, 127, 128, 129, 255, 256, 257, 400]) AS size;
CREATE TEMP TABLE aggregates (type regtype, call text);
INSERT INTO aggregates
    SELECT format('%s%s_state', noun, kind)::regtype, format(call, id)
    FROM (VALUES ('', 'id'), ('_uuid', 'md5(name)::uuid'), ('_text', 'name')) AS ids(kind, id),
         (VALUES ('customers', 'customers_agg(%s, day, amount)'),
                 ('cohorts', 'cohorts_agg(%s, day, ''day'')'),
                 ('cohort_returns', 'cohort_returns_agg(%s, day, day + n %% 100, ''week'')'),
                 ('cohort_revenue', 'cohort_revenue_agg(%s, day, amount, ''month'')'),
                 ('mrr', 'mrr_agg(%s, day, day + 1 + n, abs(amount))')) AS nouns(noun, call)
    UNION ALL SELECT 'subscribers_state', 'subscribers_agg(id, day, day + 9, ''1999-07-01'', ''2000-07-01'')'
    UNION ALL SELECT 'funnels_state', 'funnels_agg(id, day::timestamptz, 1 + n % 5)'
    UNION ALL SELECT 'funnels_uuid_state', 'funnels_agg(md5(name)::uuid, day::timestamptz, 1 + n % 5)'
    UNION ALL SELECT 'funnels_text_state',
           'funnels_events_agg(name, day::timestamptz, ARRAY[n % 2 = 0, n IS NOT NULL], part::bigint, name)'
    UNION ALL SELECT 'reasons_state', 'reasons_agg(name)';

-- Of each type and size: of shuffled rows, of parts that are merged, and of its text, the value is the same.
CREATE FUNCTION pg_temp.check(type regtype, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format($q$
        WITH whole AS (SELECT size, %1$s AS v FROM sizes LEFT JOIN many ON n <= size GROUP BY size),
             shuffled AS (SELECT size, %2$s AS v FROM sizes LEFT JOIN many ON n <= size GROUP BY size),
             merged AS (SELECT size, rollup(v) AS v
                        FROM (SELECT size, %1$s AS v FROM sizes LEFT JOIN many ON n <= size GROUP BY size, part) AS p
                        GROUP BY size)
        SELECT concat_ws(' ', count(*), count(*) FILTER (WHERE w.v = s.v), count(*) FILTER (WHERE w.v = m.v),
                         count(*) FILTER (WHERE w.v = w.v::text::%3$s), count(*) FILTER (WHERE w.v + w.v IS NOT NULL))
        FROM whole AS w JOIN shuffled AS s USING (size) JOIN merged AS m USING (size)$q$,
        call, regexp_replace(call, '\)$', ' ORDER BY shuffled)'), type) INTO result;
    RETURN result;
END $$;
SELECT type, pg_temp.check(type, call) FROM aggregates ORDER BY type::text COLLATE "C";

-- What the values say is what the rows say.
SELECT bool_and(p.purchases = r.purchases AND p.revenue = r.revenue AND p.purchase_days = r.days) AS same, count(*)
FROM (SELECT customers_agg(id, day, amount) AS c FROM many) AS v, purchases(c, '2002-01-01') AS p
JOIN (SELECT id, count(*) FILTER (WHERE amount >= 0) AS purchases, sum(amount) AS revenue,
             count(DISTINCT day) FILTER (WHERE amount >= 0) AS days FROM many GROUP BY id) AS r ON r.id = p.customer_id;

-- The shop's customers take 20 bytes each and less; a few customers take no more than a row would.
CREATE TEMP TABLE orders AS
    SELECT 1 + (random() * random() * 9999)::integer AS id, date '2024-01-01' + (random() * 730)::integer AS day,
           (5 + 200 * random() * random())::numeric(12,2) AS amount FROM generate_series(1, 100000);
SELECT pg_column_size(customers_agg(id, day, amount)) / count(DISTINCT id) <= 20 AS customers,
       pg_column_size(cohorts_agg(id, day, 'month')) / count(DISTINCT id) <= 8 AS cohorts,
       pg_column_size(mrr_agg(id, day, NULL, amount)) / count(*) <= 8 AS mrr,
       pg_column_size(funnels_agg(id, day::timestamptz, 1 + id % 4)) / count(*) <= 5 AS funnels,
       pg_column_size(customers_agg(id, day, amount) FILTER (WHERE id = 7777)) < 150 AS one FROM orders;
SELECT typname, typstorage FROM pg_type WHERE typname IN ('customers_state', 'mrr_uuid_state') ORDER BY 1;

-- Beyond 4 MB the text is the packed form, and is read as such; below it is readable.
CREATE TEMP TABLE large AS
    SELECT n = 58000 AS small, customers_agg(i * 7, date '2024-01-01' + i % 300, i) AS c
    FROM (VALUES (58000), (70000)) AS s(n), generate_series(1, n) AS i GROUP BY n;
SELECT small, left(c::text, 28) AS text, c::text::customers_state = c AS back,
       (c::text::customers_state)::text = c::text AS again, customer_count(c) FROM large ORDER BY 1;
SELECT left(f::text, 20) AS text, f::text::funnels_state = f AS back, stored_rows(f::text::funnels_state)
FROM (SELECT funnels_agg(i / 4, timestamptz '2024-01-01Z' + i * interval '1 s', 1 + i % 4) AS f
      FROM generate_series(1, 300000) AS i) AS t;
CREATE FUNCTION pg_temp.outcome(value text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE WHEN value::customers_state::text = value THEN 'the same' ELSE 'another' END;
EXCEPTION WHEN data_exception THEN
    RETURN 'refused';
END $$;
-- Whatever sign of it is another one: it is refused, or stands for another value that prints like that.
SELECT pg_temp.outcome(overlay(v PLACING CASE substr(v, at, 1) WHEN 'A' THEN 'B' ELSE 'A' END FROM at FOR 1)),
       count(*) > 0 AS any
FROM (SELECT c::text AS v FROM large WHERE NOT small) AS t, generate_series(10, length(v), length(v) / 60) AS at
GROUP BY 1 ORDER BY 1;
SELECT left(c::text, 100000)::customers_state AS cut FROM large WHERE NOT small;
SELECT '1:packed:AAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'::customers_state AS no_value;
SELECT ('1:packed:' || encode(substr(_customers_state_send(customers_agg(1, day, 2)), 2), 'base64'))::customers_state
FROM (SELECT max(day) AS day FROM many) AS one;
SELECT '1:packed:A*'::customers_state AS no_base64;
SELECT c::text::customers_uuid_state AS other_ids FROM large WHERE NOT small;
