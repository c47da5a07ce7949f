-- The funnel of all customers in one value.
SET TimeZone = 'UTC';

-- Customer 1 goes all the way, 2 comes and looks, 3 only comes; of 4 nothing is known but a second step.
CREATE TEMP TABLE visits (customer bigint, at timestamptz, step integer);
INSERT INTO visits VALUES (1, '2025-01-01', 1), (1, '2025-01-03', 2), (1, '2025-01-04', 3), (2, '2025-01-02', 1),
    (2, '2025-01-06', 2),
    (3, '2025-01-09', 1), (4, '2025-01-01', 2), (5, '2025-01-01', NULL), (NULL, '2025-01-01', 1), (1, NULL, 1);
CREATE TEMP TABLE everybody AS SELECT funnels_agg(customer, at, step) AS f FROM visits;
SELECT f, customer_count(f) AS four, stored_rows(f) AS seven, skipped_rows(f) AS two FROM everybody;
SELECT r.* FROM everybody, funnel_report(f) AS r;
-- On the tenth with seven days for all: 3 is still on the way, 2 has run out of time.
SELECT r.step, r.entered, r.converted, r.pending, r.dropped
FROM everybody, funnel_report(f, 'within=7 days', as_of => '2025-01-10Z') AS r;
SELECT r.step, r.entered, r.converted, r.pending, r.dropped
FROM everybody, funnel_report(f, 'within=7 days', as_of => '2025-01-05Z') AS r;
SELECT c.* FROM everybody, customer_funnels(f, 'within=7 days', as_of => '2025-01-10Z') AS c;
SELECT funnel_of(f, 2) AS two_rows, funnel_of(f, 5) IS NULL AS unknown, funnel_level(funnel_of(f, 1)) AS three
FROM everybody;
-- More steps than anybody took, and fewer.
SELECT r.step, r.entered, r.converted, r.rate_from_start, r.rate_from_previous
FROM everybody, funnel_report(f, 'steps=5') AS r;
SELECT r.step, r.converted FROM everybody, funnel_report(f, 'steps=1') AS r;

-- Names of steps; they say how many there are.
SELECT r.step, r.name, r.entered, r.converted FROM everybody, funnel_report(f,
    names => '{visit,look,buy,come back}') AS r;
SELECT r.step, r.name FROM everybody, funnel_report(f, 'steps=2', names => ARRAY['visit', NULL]) AS r;
SELECT * FROM everybody, funnel_report(f, 'steps=2', names => '{visit,look,buy}') AS error;
SELECT * FROM everybody, funnel_report(f, names => '{}') AS error;
SELECT * FROM everybody, funnel_report(f, names => '{{a,b}}') AS error;
SELECT * FROM everybody, funnel_report(f, names => array_fill('x'::text, '{65}')) AS error;

-- Nothing, NULL.
SELECT funnels_agg(customer, at, step) AS empty FROM visits WHERE false;
SELECT r.* FROM (SELECT funnels_agg(customer, at, step) FROM visits WHERE false) AS t(f),
    funnel_report(f, 'steps=2') AS r;
SELECT * FROM funnel_report(NULL::funnels_state);
SELECT * FROM customer_funnels('1:none:none:none:0:'::funnels_state);
SELECT customer_count('1:none:none:none:0:'::funnels_state) AS zero,
       stored_rows('1:none:none:none:0:'::funnels_state) AS zero_2,
       funnel_of('1:none:none:none:0:'::funnels_state, 1) IS NULL AS nothing;

-- Random histories of 3,000 customers, 40,000 rows: the report is what GROUP BY customer gives, in counts, rates and
-- times.
CREATE TEMP TABLE events AS
SELECT (h % 3000)::bigint AS customer, timestamptz '2025-01-01' + abs(hashint8(i)) % 5184000 * interval '1 s' AS at,
       nullif(h / 3000 % 6, 5) AS step
FROM generate_series(1, 40000) AS i, abs(hashint8(i * 7)) AS h;
UPDATE events SET step = NULL WHERE step = 0;
CREATE TEMP TABLE one_by_one AS
SELECT customer, funnel_level(f, 'within=14 days, steps=4') AS level,
       funnel_step_at(f, 1, 'within=14 days, steps=4') AS a, funnel_step_at(f, 2, 'within=14 days, steps=4') AS b,
       funnel_step_at(f, 3, 'within=14 days, steps=4') AS c, funnel_step_at(f, 4, 'within=14 days, steps=4') AS d,
       (funnel_summary(f, 'within=14 days, steps=4', as_of => '2025-03-02Z')).pending
FROM (SELECT customer, funnel_agg(at, step) FROM events GROUP BY customer) AS t(customer, f);
CREATE TEMP TABLE report AS
SELECT r.* FROM (SELECT funnels_agg(customer, at, step) FROM events) AS t(f),
       funnel_report(f, 'within=14 days, steps=4', as_of => '2025-03-02Z') AS r;
SELECT step, r.entered = o.entered AS same, r.converted = o.converted AS same_2, r.pending = o.pending AS same_3,
       r.dropped = o.entered - o.converted - o.pending AS same_4,
       r.rate_from_start = o.converted / first::float8 AS same_5,
       r.rate_from_previous = rate_value(rate(o.converted, o.entered)) AS same_6,
       r.lower = rate_lower(rate(o.converted, o.entered))
       AND r.upper = rate_upper(rate(o.converted, o.entered)) AS same_7,
       abs(r.median_days - o.median) < 1e-9 AS same_8, abs(r.p90_days - o.p90) < 1e-9 AS same_9,
       o.converted > 20 AS enough
FROM report AS r JOIN (
    SELECT step, count(*) FILTER (WHERE level >= greatest(step - 1, 1)) AS entered,
           count(*) FILTER (WHERE level >= step) AS converted,
           count(*) FILTER (WHERE level = step - 1 AND level > 0 AND pending) AS pending,
           count(*) FILTER (WHERE level >= 1) AS first,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch
                   FROM (ARRAY[a, b, c, d])[step] - (ARRAY[a, b, c, d])[step - 1])::float8 / 86400) AS median,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch
                   FROM (ARRAY[a, b, c, d])[step] - (ARRAY[a, b, c, d])[step - 1])::float8 / 86400) AS p90
    FROM one_by_one, generate_series(1, 4) AS step GROUP BY step) AS o USING (step)
ORDER BY step;
-- And customer by customer.
SELECT count(*) AS customers,
       count(*) FILTER (WHERE o.level IS DISTINCT FROM c.level OR o.a IS DISTINCT FROM c.started_at
           OR o.pending IS DISTINCT FROM c.pending
                                               OR (ARRAY[o.a, o.b, o.c, o.d])[o.level] IS DISTINCT FROM
                                                   c.reached_at) AS none_differ
FROM (SELECT funnels_agg(customer, at, step) FROM events) AS t(f),
    customer_funnels(f, 'within=14 days, steps=4', as_of => '2025-03-02Z') AS c
FULL JOIN (SELECT * FROM one_by_one WHERE customer IN (SELECT customer FROM events WHERE step IS NOT NULL)) AS o ON
    o.customer = c.customer_id::bigint;

-- Every attempt, by a loop over rows: one begins with step 1 when none is open, and is over when it converts or its
-- window, of the last or with entry=first the first of its rows of step 1, is.
CREATE FUNCTION pg_temp.attempts(first_entry boolean, window_ interval, as_of timestamptz,
    OUT customer bigint, OUT started timestamptz, OUT reached timestamptz, OUT pending boolean) RETURNS SETOF record
LANGUAGE plpgsql AS $$
DECLARE
    e record;
BEGIN
    FOR e IN SELECT v.customer, v.at, v.step, lead(v.customer) OVER (ORDER BY v.customer, v.at) IS DISTINCT
        FROM v.customer AS last
             FROM events AS v WHERE v.at <= as_of AND v.step <= 2 ORDER BY v.customer, v.at LOOP
        customer := e.customer;
        reached := NULL;
        pending := false;
        IF e.at - started > window_ THEN
            RETURN NEXT;
            started := NULL;
        END IF;
        IF e.step = 1 AND (started IS NULL OR NOT first_entry) THEN
            started := e.at;
        ELSIF e.step = 2 AND started IS NOT NULL THEN
            reached := e.at;
            RETURN NEXT;
            started := NULL;
        END IF;
        IF e.last THEN
            reached := NULL;
            pending := as_of - started < window_;
            IF started IS NOT NULL THEN
                RETURN NEXT;
            END IF;
            started := NULL;
        END IF;
    END LOOP;
END $$;
SELECT count(*) = count(DISTINCT (customer, at)) AS no_ties FROM events WHERE step <= 2;
CREATE TEMP TABLE looped AS
SELECT entry, a.*, row_number() OVER (PARTITION BY entry, customer ORDER BY started) AS n
FROM (VALUES ('best', false), ('first', true)) AS v(entry, first_entry),
     pg_temp.attempts(first_entry, '4 days', '2025-02-20Z') AS a;
SELECT entry, count(*) AS attempts, count(*) FILTER (WHERE a.customer IS NULL OR c.customer IS NULL
           OR a.reached IS DISTINCT FROM CASE c.level WHEN 2 THEN c.reached_at END OR a.pending <> c.pending
           OR c.started_at > a.started OR c.level = 2 AND c.started_at < a.started) AS none_differ,
       count(*) - count(DISTINCT c.customer) > 1000 AS several, count(*) FILTER (WHERE c.pending) > 100 AS pending
FROM (SELECT entry, customer_id AS customer, c.*, row_number() OVER (PARTITION BY entry,
    customer_id ORDER BY started_at) AS n
      FROM (SELECT funnels_agg(customer, at, step) FROM events) AS t(f), unnest('{best,first}'::text[]) AS entry,
           customer_funnels(f, format('within=4 days, steps=2, count=totals, entry=%s', entry)::funnel_ruleset,
                            '2025-02-20Z') AS c) AS c
FULL JOIN looped AS a USING (entry, customer, n)
GROUP BY entry ORDER BY entry;
-- The report counts them; every customer who converted did so at least once.
SELECT r.step, r.entered = o.entered AND r.converted = o.converted AND r.pending = o.pending AS same,
       r.entered > u.entered AS more, r.converted >= u.converted AS no_fewer,
       abs(r.rate_from_previous - o.converted::float8 / o.entered) < 1e-12 AS rate,
           abs(r.median_days - o.median) < 1e-9 AS days
FROM (SELECT funnels_agg(customer, at, step) FROM events) AS t(f),
     LATERAL (SELECT * FROM funnel_report(f, 'within=4 days, steps=2, count=totals', '2025-02-20Z')) AS r
JOIN LATERAL (SELECT * FROM funnel_report(f, 'within=4 days, steps=2', '2025-02-20Z')) AS u USING (step)
JOIN (SELECT step, count(*) AS entered, count(*) FILTER (WHERE reached IS NOT NULL OR step = 1) AS converted,
             count(*) FILTER (WHERE pending AND step = 2) AS pending,
             percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM reached - started) / 86400)
             FILTER (WHERE step = 2) AS median
      FROM generate_series(1, 2) AS step, looped WHERE entry = 'best' GROUP BY step) AS o USING (step)
ORDER BY step;
-- Its interval, by hand: Wilson's, of as many independent attempts as would vary as those of the customers do.
SELECT r.step, abs(r.lower - (centre - half)) < 1e-12 AND abs(r.upper - (centre + half)) < 1e-12 AS same,
       effective < entered AS wider
FROM (SELECT funnels_agg(customer, at, step) FROM events) AS t(f),
     LATERAL (SELECT * FROM funnel_report(f, 'within=4 days, count=totals, steps=3', confidence => 0.9)) AS r,
     LATERAL (SELECT count(*) AS n, sum(t) AS total, sum(h) / sum(t) AS p,
                     sum(h * h) - 2 * sum(h) / sum(t) * sum(h * t) + (sum(h) / sum(t)) ^ 2 * sum(t * t) AS spread
              FROM (SELECT customer_id, count(*) FILTER (WHERE level >= r.step - 1)::float8 AS t,
                           count(*) FILTER (WHERE level >= r.step)::float8 AS h
                    FROM customer_funnels(f, 'within=4 days, count=totals, steps=3') GROUP BY customer_id) AS c
              WHERE t > 0) AS s,
     LATERAL (SELECT p * (1 - p) / (spread / total ^ 2 * n / (n - 1)) AS effective, 1.6448536269514722 AS z) AS e,
     LATERAL (SELECT (p + z ^ 2 / (2 * effective)) / (1 + z ^ 2 / effective) AS centre,
                     z / (1 + z ^ 2 / effective)
                     * sqrt(p * (1 - p) / effective + z ^ 2 / (4 * effective ^ 2)) AS half) AS w
WHERE r.step > 1 ORDER BY step;
SELECT r.step, r.entered, r.converted, r.lower, r.upper
FROM (SELECT funnels_agg(c, timestamptz '2025-01-01Z' + i * interval '1 h', 1) AS f
      FROM generate_series(1, 5) AS c, generate_series(1, 20) AS i) AS t, funnel_report(f,
          'within=30 min, steps=2, count=totals') AS r
WHERE step = 2;
SELECT r.lower = rate_lower(rate(0, 5)) AND r.upper = rate_upper(rate(0, 5)) AS of_five_customers
FROM (SELECT funnels_agg(c, timestamptz '2025-01-01Z' + i * interval '1 h', 1) AS f
      FROM generate_series(1, 5) AS c, generate_series(1, 20) AS i) AS t, funnel_report(f,
          'within=30 min, steps=2, count=totals') AS r
WHERE step = 2;
SELECT c.* FROM everybody, customer_funnels(f, 'count=totals') AS c;

-- A funnel by device: of each customer the device of the first step 1, in one query.
CREATE TEMP TABLE with_device AS SELECT *, (ARRAY['app', 'web',
    'shop'])[1 + abs(hashint8(customer * 7 + step)) % 3] AS device FROM events;
CREATE TEMP TABLE by_device AS
SELECT device, r.step, r.name, r.entered, r.converted
FROM (SELECT device, funnels_agg(customer, at, step) AS f
      FROM (SELECT customer, at, step, first_value(device) OVER (PARTITION BY customer ORDER BY step <> 1, at) AS device
            FROM with_device WHERE step IS NOT NULL) AS e
      GROUP BY device) AS d, funnel_report(f, 'within=14 days', names => '{visit,look,basket,order}') AS r;
SELECT count(*) AS rows, count(*) FILTER (WHERE (d.entered, d.converted) IS DISTINCT FROM (o.entered,
    o.converted)) AS none_differ,
       sum(d.entered) FILTER (WHERE d.step = 1) = (SELECT entered FROM report WHERE step = 1) AS nobody_twice
FROM by_device AS d JOIN (
    SELECT device, step, count(*) FILTER (WHERE level >= greatest(step - 1, 1)) AS entered,
           count(*) FILTER (WHERE level >= step) AS converted
    FROM one_by_one JOIN (SELECT DISTINCT ON (customer) customer, device FROM with_device WHERE step IS NOT NULL
                          ORDER BY customer, step <> 1, at) AS first USING (customer), generate_series(1, 4) AS step
    GROUP BY device, step) AS o USING (device, step);

-- Uuids and texts as ids, conditions instead of steps, and the funnels of each customer: the same report.
CREATE FUNCTION pg_temp.same(given funnels_state) RETURNS boolean
RETURN NOT EXISTS (TABLE report EXCEPT ALL SELECT *
        FROM funnel_report(given, 'within=14 days, steps=4', as_of => '2025-03-02Z'));
CREATE FUNCTION pg_temp.same(given funnels_uuid_state) RETURNS boolean
RETURN NOT EXISTS (TABLE report EXCEPT ALL SELECT *
        FROM funnel_report(given, 'within=14 days, steps=4', as_of => '2025-03-02Z'));
CREATE FUNCTION pg_temp.same(given funnels_text_state) RETURNS boolean
RETURN NOT EXISTS (TABLE report EXCEPT ALL SELECT *
        FROM funnel_report(given, 'within=14 days, steps=4', as_of => '2025-03-02Z'));
SELECT pg_temp.same(funnels_agg(customer::text, at, step)) AS same,
       pg_temp.same(funnels_agg(md5(customer::text)::uuid, at, step)) AS same_2,
       pg_temp.same(funnels_events_agg(customer, at, ARRAY[step = 1, step = 2, step = 3, step = 4], NULL,
               NULL)) AS same_3,
       pg_temp.same(funnels_events_agg(customer::text, at, ARRAY[step = 1, step = 2, step = 3, step = 4], 1,
               'x')) AS same_4,
       pg_temp.same(funnels_events_agg(md5(customer::text)::uuid, at, ARRAY[step = 1, step = 2, step = 3, step = 4],
               NULL, 'x')) AS same_5 FROM events;
SELECT pg_temp.same(funnels_from_funnel(customer, f)) AS same,
       funnels_from_funnel(customer, f) = (SELECT funnels_agg(customer, at, step) FROM events) AS same_2
FROM (SELECT customer, funnel_agg(at, step) FROM events GROUP BY customer) AS t(customer, f);
SELECT pg_temp.same(funnels_from_funnel('c' || customer, f)) AS same,
       funnels_from_funnel('c' || customer, f) = (SELECT funnels_agg('c' || customer, at, step) FROM events) AS same_2
FROM (SELECT customer, funnel_agg(at, step) FROM events GROUP BY customer) AS t(customer, f);

-- Rolled up from parts, in either order, it is the whole; and its text reads back. Whatever the ids and the layout.
CREATE FUNCTION pg_temp.laws(whole funnels_state, up funnels_state, down funnels_state) RETURNS boolean
RETURN whole = up AND whole = down AND whole::text::funnels_state = whole AND up::text = whole::text
    AND hashtext(whole::text) = hashtext(down::text);
CREATE FUNCTION pg_temp.laws(whole funnels_uuid_state, up funnels_uuid_state, down funnels_uuid_state) RETURNS boolean
RETURN whole = up AND whole = down AND whole::text::funnels_uuid_state = whole AND up::text = whole::text
    AND hashtext(whole::text) = hashtext(down::text);
CREATE FUNCTION pg_temp.laws(whole funnels_text_state, up funnels_text_state, down funnels_text_state) RETURNS boolean
RETURN whole = up AND whole = down AND whole::text::funnels_text_state = whole AND up::text = whole::text
    AND hashtext(whole::text) = hashtext(down::text);
SELECT pg_temp.laws((SELECT funnels_agg(customer, at, step) FROM events), rollup(f ORDER BY k),
           rollup(f ORDER BY k DESC)) AS bigint
FROM (SELECT step % 3, funnels_agg(customer, at, step) FROM events GROUP BY step % 3) AS t(k, f);
SELECT pg_temp.laws((SELECT funnels_agg(customer * 1000003000000, at + customer * interval '1 us', step) FROM events),
           rollup(f ORDER BY k), rollup(f ORDER BY k DESC)) AS large_ids
FROM (SELECT customer % 5, funnels_agg(customer * 1000003000000, at + customer * interval '1 us', step) FROM events
        GROUP BY 1) AS t(k, f);
SELECT pg_temp.laws((SELECT funnels_agg('c' || customer, at, step) FROM events), rollup(f ORDER BY k),
           rollup(f ORDER BY k DESC)) AS text
FROM (SELECT step % 3, funnels_agg('c' || customer, at, step) FROM events GROUP BY step % 3) AS t(k, f);
SELECT pg_temp.laws((SELECT funnels_events_agg(md5(customer::text)::uuid, at, ARRAY[step < 3, step > 1], step,
               nullif(step, 2)::text) FROM events), rollup(f ORDER BY k), rollup(f ORDER BY k DESC)) AS uuid
FROM (SELECT customer % 3, funnels_events_agg(md5(customer::text)::uuid, at, ARRAY[step < 3, step > 1], step,
            nullif(step, 2)::text) FROM events GROUP BY 1) AS t(k, f);
SELECT rollup(f) = (SELECT f FROM everybody) AS same
FROM (SELECT f FROM everybody UNION ALL SELECT '1:none:none:none:0:') AS t(f);
SELECT rollup(f) = (SELECT funnels_agg(customer, at, step) FROM events) AS same
FROM (SELECT funnels_agg(customer, at, step) FROM events UNION ALL SELECT '1:none:none:none:0:') AS t(f);
-- Whatever does not pack well: ids and times from end to end.
SELECT count(*) AS rows, bool_and(given = read) AS same
FROM (SELECT funnels_agg((i * 922337203685477 - 4611686018427387904), to_timestamp(i * 10000019.123457 - 70000000000),
            i % 64 + 1) FROM generate_series(1, 9999) AS i) AS t(f),
LATERAL (SELECT string_agg((i * 922337203685477 - 4611686018427387904) || '=' ||
            (extract(epoch FROM to_timestamp(i * 10000019.123457 - 70000000000)) * 1000000 - 946684800000000)::bigint ||
            '/' || i % 64 + 1, ';' ORDER BY i)
         FROM generate_series(1, 9999) AS i) AS g(rows), LATERAL (SELECT '1:bigint:steps:instant:0:' || rows,
             f::text) AS c(given, read);

-- Many rows are packed while they are collected, and a report reads them so: the same as of the value in one piece. Ids
-- close together and far apart, rows in the order of time and not, times in seconds and microseconds.
CREATE TABLE many AS
SELECT i, (abs(hashint8(i * 13)) % 4000)::bigint AS customer, timestamptz '2025-01-01' + i * interval '61 s' AS at,
       nullif(1 + abs(hashint8(i * 3)) % 7, 7) AS step
FROM generate_series(1, 60000) AS i;
CREATE FUNCTION pg_temp.report_text(f funnels_state, as_of timestamptz) RETURNS text
RETURN (SELECT string_agg(r::text, ' ' ORDER BY step) FROM funnel_report(f, 'within=9 days', as_of => as_of) AS r);
CREATE FUNCTION pg_temp.one_piece(f funnels_state) RETURNS boolean
RETURN (SELECT pg_temp.report_text(f, NULL) = pg_temp.report_text(f::text::funnels_state, NULL)
        AND pg_temp.report_text(f, '2025-02-09') = pg_temp.report_text(f::text::funnels_state, '2025-02-09')
               AND (customer_count(f), stored_rows(f), skipped_rows(f)) = (customer_count(f::text::funnels_state),
                       stored_rows(f::text::funnels_state), skipped_rows(f::text::funnels_state))
               AND f = f::text::funnels_state);
SELECT pg_temp.one_piece(funnels_agg(customer, at, step)) AS close,
       pg_temp.one_piece(funnels_agg(-customer * 1024, at, step)) AS multiples,
       pg_temp.one_piece(funnels_agg(customer * 1000003, at, step)) AS apart,
       pg_temp.one_piece(funnels_agg((customer - 2000) * 4611686018427387, at, step)) AS far_apart,
       pg_temp.one_piece(funnels_agg(customer, at - customer * interval '1.000007 day', step)) AS any_order,
       pg_temp.one_piece(funnels_agg(7, date_trunc('day', at), step)) AS one_customer,
       pg_temp.one_piece(funnels_agg(nullif(customer, 1), nullif(at, '2025-02-01'), step)) AS skipped FROM many;
SELECT r.step, r.entered, r.converted, r.pending FROM (SELECT funnels_agg(customer, at, step) FROM many) AS t(f),
       funnel_report(f, 'within=9 days', as_of => '2025-02-09Z') AS r;
-- By several processes, by parts of any size, in a window, in groups: the same value.
SET max_parallel_workers_per_gather = 2; SET parallel_setup_cost = 0; SET parallel_tuple_cost =
    0; SET min_parallel_table_scan_size = 0;
CREATE TABLE many_value AS SELECT funnels_agg(customer, at, step) AS f FROM many;
SELECT funnels_agg(customer, at, step) = (SELECT f FROM many_value) AS same,
       pg_temp.report_text(funnels_agg(customer, at, step), NULL) = (SELECT pg_temp.report_text(f, NULL)
           FROM many_value) AS same_2,
       pg_temp.one_piece(funnels_agg((customer - 2000) * 4611686018427387, at, step)) AS same_3 FROM many;
RESET max_parallel_workers_per_gather; RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET
    min_parallel_table_scan_size;
SELECT funnels_agg(customer, at, step) = (SELECT f FROM many_value) AS same FROM many;
SELECT rollup(part ORDER BY k) = (SELECT f FROM many_value) AS same,
       rollup(part ORDER BY k DESC) = (SELECT f FROM many_value) AS same_2
FROM (SELECT least(i / 9000, 3), funnels_agg(customer, at, step) FROM many GROUP BY 1) AS t(k, part);
SELECT i, w = (SELECT funnels_agg(customer, at, step) FROM many WHERE i / 15000 <= t.i / 15000) AS same
FROM (SELECT i, funnels_agg(customer, at, step) OVER (ORDER BY i / 15000) AS w FROM many) AS t WHERE i % 15000 = 7
ORDER BY i;
SELECT i, stored_rows(w) AS rows,
       w = (SELECT funnels_agg(customer, at, step) FROM many WHERE i / 500 <= t.i / 500) AS same,
       skipped_rows(w) AS skipped
FROM (SELECT i, funnels_agg(customer, at, step) OVER (ORDER BY i / 500) AS w FROM many WHERE i < 10000) AS t
WHERE i % 2500 = 7 ORDER BY i;
SELECT funnels_from_funnel(customer, one) = (SELECT f FROM many_value) AS same
FROM (SELECT customer, funnel_agg(at, step) AS one FROM many GROUP BY customer) AS t;
SELECT rollup(g) = (SELECT f FROM many_value) AS same
FROM (SELECT funnels_agg(customer, at, step) AS g FROM many GROUP BY GROUPING SETS ((i % 2), (i % 3))
           HAVING i % 3 IS NULL) AS t;
SELECT rollup(g) AS error
FROM (SELECT f FROM many_value UNION ALL SELECT funnels_events_agg(1, '2025-01-01', '{t}', NULL, NULL)) AS t(g);
SELECT funnels_agg(customer, at, CASE WHEN i < 50000 THEN step ELSE 65 END) AS error FROM many;
SELECT funnels_agg(customer, CASE WHEN i < 50000 THEN at ELSE '-infinity' END, step) AS error FROM many;
DROP TABLE many, many_value;

-- A text that PostgreSQL's own quoting would not survive; ids sort by bytes.
SELECT funnels_agg(id, '2000-01-01 UTC', 1) AS by_bytes
FROM unnest(ARRAY['b', 'a"b', 'a', '', 'ä', 'B', 'a b', 'aaaaaaaaa', 'aaaaaaaa']) AS id;
SELECT funnels_agg(id, '2000-01-01 UTC', 1)::text::funnels_text_state = funnels_agg(id, '2000-01-01 UTC', 1) AS same
FROM unnest(ARRAY['b', 'a"b', 'a', '', 'ä', 'B', 'a b']) AS id;

-- Each type of id and of time; what rows return has the type of the id.
CREATE TEMP TABLE typed (small smallint, int integer, big bigint, uuid uuid, text text, varchar varchar, day date,
                         local timestamp, instant timestamptz, step smallint);
INSERT INTO typed SELECT i, i, i, md5(i::text)::uuid, i, i, '2025-01-01', '2025-01-01 12:00', '2025-01-01 12:00+08', s
FROM generate_series(1, 3) AS i, generate_series(1, 2) AS s WHERE s <= i;
SELECT customer_count(funnels_agg(small, day, step)) AS three, customer_count(funnels_agg(int, local, step)) AS three_2,
       customer_count(funnels_agg(big, instant, step)) AS three_3,
       customer_count(funnels_agg(uuid, day, step)) AS three_4,
       customer_count(funnels_agg(text, local, step)) AS three_5,
       customer_count(funnels_agg(varchar, instant, step)) AS three_6
FROM typed;
SELECT string_agg(DISTINCT pg_typeof(a.customer_id)::text, '') AS bigint,
       string_agg(DISTINCT pg_typeof(b.customer_id)::text, '') AS uuid,
       string_agg(DISTINCT pg_typeof(c.customer_id)::text, '') AS text, count(*) AS "27",
       min(a.started_at) = '2025-01-01Z' AS same, min(b.started_at) = '2025-01-01 12:00Z' AS same_2,
       min(c.started_at) = '2025-01-01 04:00Z' AS same_3
FROM (SELECT funnels_agg(small, day, step), funnels_agg(uuid, local, step), funnels_agg(varchar, instant, step)
      FROM typed) AS t(x, y, z), customer_funnels(x) AS a, customer_funnels(y) AS b, customer_funnels(z) AS c;
SELECT r.step, r.converted, r.pending FROM (SELECT funnels_agg(big, day, step) FROM typed) AS t(f),
    funnel_report(f, funnel_rules(within => '14 days', steps => 3), date '2025-01-15') AS r;
PREPARE a_report(funnel_ruleset, metric_moment) AS
SELECT r.step, r.converted, r.pending
FROM (SELECT funnels_agg(big, local, step) FROM typed) AS t(f), funnel_report(f, $1, $2) AS r;
EXECUTE a_report('within=14 days, steps=3', '2025-01-15 12:00:00.000001');
DEALLOCATE a_report;
SELECT funnel_of(funnels_agg(text, day, step), '2') = funnel_agg(day, step) FILTER (WHERE big = 2) AS same,
       funnels_from_funnel(7, '1:steps:local:0:5/1') AS local
FROM typed;
-- Instants and times without time zone are not mixed.
SELECT r.* FROM (SELECT funnels_agg(big, day, step) FROM typed) AS t(f), funnel_report(f, as_of => '2025-01-15Z') AS r;
SELECT rollup(f) AS error
FROM (SELECT funnels_agg(big, day, step) FROM typed
      UNION ALL SELECT funnels_agg(big, instant, step) FROM typed) AS t(f);
SELECT funnels_from_funnel(big, f) AS error
FROM (SELECT big, funnel_agg(day, step) FROM typed GROUP BY big
      UNION ALL SELECT big, funnel_agg(instant, step) FROM typed GROUP BY big) AS t(big, f);

-- a + b, JSON; nothing of nothing.
SELECT f + f = rollup(g) AS same, NULL + f = f AS same_2, stored_rows(f + f) AS fourteen
FROM everybody, LATERAL (VALUES (f), (f)) AS v(g) GROUP BY f;
SELECT funnels_agg(text, day, step) FILTER (WHERE big < 3) + funnels_agg(text, day, step) FILTER (WHERE big > 2)
       = funnels_agg(text, day, step) AS same,
       funnels_agg(uuid, day, step) FILTER (WHERE big < 3) + funnels_agg(uuid, day, step) FILTER (WHERE big > 2)
       = funnels_agg(uuid, day, step) AS same_2
FROM typed;
SELECT f::json FROM everybody;
SELECT funnels_events_agg(text, local, ARRAY[step = 1, true], big, nullif(text, '2'))::jsonb AS of_texts
FROM typed WHERE big < 3;
SELECT funnels_agg(uuid, instant, step)::json -> 'customers' -> 1 AS of_a_uuid FROM typed;
SELECT funnels_agg(customer, at, step)::json AS of_none FROM visits WHERE false;
SELECT rows = stored_rows(f) AS same, customers = customer_count(f) AS same_2
FROM (SELECT funnels_agg(customer, at, step) FROM events) AS t(f),
     LATERAL (SELECT sum(json_array_length(c -> 'rows')) AS rows, count(*) AS customers
              FROM json_array_elements(f::json -> 'customers') AS c) AS j;
SELECT rollup(f) IS NULL AS nothing FROM everybody WHERE false;

-- Definitions that differ are not merged.
SELECT '1:text:steps:instant:0:"a"=0/1'::funnels_state AS error;
SELECT rollup(f) AS error
FROM (SELECT f FROM everybody UNION ALL SELECT funnels_events_agg(1, '2025-01-01', '{t}', NULL, NULL)) AS t(f);

-- Bad input.
SELECT funnels_agg(1, '2025-01-01', 0) AS error;
SELECT funnels_agg('a', '2025-01-01', 65) AS error;
SELECT funnels_agg(1, 'infinity', 1) AS error;
SELECT r.* FROM everybody, funnel_report(f, confidence => 1) AS r;
SELECT r.* FROM everybody, funnel_report(f, 'within=0 s') AS r;
SELECT funnels_agg('00000000-0000-0000-0000-000000000007'::uuid, '2025-01-01', 65) AS error;
SELECT funnels_agg(repeat('long', 100), '5000-01-01', 1) AS error;
SELECT funnels_events_agg(7, '-infinity', '{t}', NULL, NULL) AS error;
SELECT funnels_events_agg(7, '2025-01-01', array_fill(true, ARRAY[65]), NULL, NULL) AS error;
-- Texts are compared by their bytes; where = means more, that is an error.
CREATE COLLATION pg_temp.no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TEMP TABLE any_case (id text COLLATE pg_temp.no_case, at timestamptz, step integer);
INSERT INTO any_case VALUES ('a', '2025-01-01', 1), ('A', '2025-01-02', 2);
SELECT funnels_agg(id, at, step) AS error FROM any_case;
SELECT funnels_events_agg(id, at, ARRAY[step = 1], NULL, NULL) AS error FROM any_case;
SELECT funnels_events_agg(step, at, ARRAY[step = 1], NULL, id) AS error FROM any_case;
SELECT funnels_from_funnel(id, '1:none:none:0:') AS error FROM any_case;
SELECT funnel_of(funnels_agg('a', at, step), id) AS error FROM any_case GROUP BY id;
SELECT customer_count(funnels_agg(lower(id COLLATE "C"), at, step)) AS one FROM any_case;
CREATE FUNCTION pg_temp.refused(given text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM given::funnels_state;
    RETURN false;
EXCEPTION WHEN data_exception THEN
    RETURN true;
END $$;
SELECT t AS no_text_is_accepted FROM unnest(ARRAY['', '1:none:none:0:', '1:bigint:none:none:0:',
    '1:none:steps:instant:0:1=5/1', '1:bigint:steps:instant:0:', '1:bigint:steps:instant:0:5/1',
    '1:bigint:steps:none:0:1=5/1', '1:bigint:steps:instant:0:2=5/1;1=5/1', '1:bigint:steps:instant:0:1=5/1;1=6/1',
    '1:bigint:steps:instant:0:1=6/1,5/1', '1:bigint:steps:instant:0:1=5/1;', '1:text:steps:instant:0:a=5/1',
    '1:text:steps:instant:0:"b"=5/1;"a"=5/1', '1:uuid:steps:instant:0:1=5/1',
    '1:bigint:steps:instant:0:9223372036854775808=5/1', '1:float:steps:instant:0:1=5/1']) AS t
WHERE NOT pg_temp.refused(t);

-- Around the numbers of rows that are packed at once: the same as of parts that are not, and every row is there.
CREATE TEMP TABLE some_rows AS
    SELECT i, i * 7919 % 5003 AS id, 1 + i % 3 AS step,
           timestamptz '2025-01-01 00:00+00' + i % 977 * interval '1 h' AS at
    FROM generate_series(1, 24577) AS i;
SELECT n, stored_rows(f) = n AS all_rows,
       f = (SELECT rollup(part)
            FROM (SELECT funnels_agg(id, at, step) AS part FROM some_rows WHERE i <= n GROUP BY i % 7) AS parts) AS same
FROM unnest('{8192,8193,16384,16385,24577}'::int[]) AS n,
     LATERAL (SELECT funnels_agg(id, at, step) AS f FROM some_rows WHERE i <= n) AS whole;
