-- The funnel of one customer.
SET TimeZone = 'UTC';

-- Histories as letters, one a minute: A is step 1. A dot is a row that matches no step.
CREATE FUNCTION pg_temp.history(letters text) RETURNS funnel_state
BEGIN ATOMIC
    SELECT funnel_agg('2025-01-01'::timestamptz + i * interval '1 minute',
                      CASE WHEN substr(letters, i, 1) <> '.' THEN ascii(substr(letters, i, 1)) - 64 END)
    FROM generate_series(1, length(letters)) AS i;
END;

-- A customer comes on Monday, looks on Tuesday, buys on Thursday; rows without a step or a time do not count.
CREATE TEMP TABLE visits (at timestamptz, step integer);
INSERT INTO visits VALUES ('2025-01-09', 3), ('2025-01-06', 1), (NULL, 2), ('2025-01-08', NULL), ('2025-01-07', 2);
CREATE TEMP TABLE customer AS SELECT funnel_agg(at, step) AS f FROM visits;
SELECT f, funnel_level(f) AS three, funnel_days(f) AS three_days, stored_rows(f) AS three_2, skipped_rows(f) AS one
FROM customer;
SELECT p.* FROM customer, funnel_path(f) AS p;
SELECT s.* FROM customer, funnel_summary(f) AS s;
SELECT funnel_step_at(f, 2) AS tuesday, funnel_step_at(f, 4) IS NULL AS not_reached FROM customer;

-- The window counts from the first step and includes its end.
SELECT funnel_level(f, 'within=3 days') AS three, funnel_level(f, 'within=2 days 23:59:59.999999') AS two,
       funnel_level(f, 'within=72 hours') AS three_2, funnel_level(f, 'within=1 day') AS two_2,
       funnel_level(f, 'within=1 hour') AS one
FROM customer;
-- Limits between neighbouring steps: one day to look, then one or two to buy.
SELECT funnel_level(f, 'step_within=1 day/1 day') AS two, funnel_level(f, 'step_within=1 day/2 days') AS three,
       funnel_level(f, funnel_rules(step_within => ARRAY['1 day', NULL]::interval[])) AS three_2 FROM customer;

-- Nothing, NULL, one row, no first step.
SELECT funnel_agg(at, step) AS empty, funnel_level(funnel_agg(at, step)) AS zero,
       funnel_days(funnel_agg(at, step)) IS NULL AS nothing
FROM visits WHERE false;
SELECT funnel_level(NULL) IS NULL AS nothing, funnel_days(NULL) IS NULL AS nothing_2,
       funnel_step_at(NULL, 1) IS NULL AS nothing_3,
       stored_rows(NULL::funnel_state) IS NULL AS nothing_4;
SELECT * FROM funnel_path(NULL);
SELECT funnel_level(pg_temp.history('A')) AS one, funnel_level(pg_temp.history('BC')) AS zero,
       funnel_level(pg_temp.history('...')) AS zero_2,
       funnel_level(pg_temp.history('.A.')) AS one_2, funnel_level(pg_temp.history('CBA')) AS one_3;
SELECT s.* FROM funnel_summary(pg_temp.history('BC')) AS s;

-- Published cases of strict order: no row of another step between.
SELECT letters, funnel_level(pg_temp.history(letters), 'steps=3') AS level, usual,
       funnel_level(pg_temp.history(letters), 'steps=3, strict_order=true') AS strict_level, strict
FROM (VALUES ('ABC', 3, 3), ('ADBC', 3, 1), ('AABBCC', 3, 3), ('AAAABBCC', 3, 3), ('AABBDCC', 3, 2), ('BBCCAA', 1, 1),
             ('ACB', 2, 1), ('ADBABC', 3, 3), ('ABAC', 3, 2)) AS c(letters, usual, strict);

-- Results that were reported as wrong elsewhere, and what is right.
-- One row matches two equal conditions: it is one row.
SELECT funnel_level(funnel_events_agg(at, ARRAY[true, true], NULL, NULL)) AS one
FROM (VALUES (timestamptz '2025-01-01')) AS t(at);
-- Three equal conditions, rows at 100, 100 and 300 seconds: all three, but two moments.
SELECT funnel_level(f) AS three, funnel_level(f, 'ties=strict') AS two, funnel_level(f, 'within=100 s') AS two_2
FROM (SELECT funnel_events_agg(to_timestamp(s), ARRAY[true, true, true], NULL, NULL)
        FROM (VALUES (100), (100), (300)) AS t(s)) AS t(f);
-- A repeated subchain with equal times: steps 1, then 2, 3 and 4 in each of the next three seconds. Strictly rising: 4.
SELECT funnel_level(f, 'ties=strict, within=100000 s') AS four, funnel_level(f) AS four_2
FROM (SELECT funnel_agg(to_timestamp(s), step)
        FROM unnest('{1,2,3,4,2,3,4,2,3,4}'::int[], '{1,2,2,2,3,3,3,4,4,4}'::int[]) AS t(step, s)) AS t(f);
-- Steps taken again before they are completed at last, one every five seconds: 4.
SELECT funnel_level(funnel_agg(to_timestamp(5 * n), step), 'within=60 s') AS four
FROM unnest('{1,2,3,1,2,1,2,3,4}'::int[]) WITH ORDINALITY AS t(step, n);
-- Step 3 is missing: 2, not 4.
SELECT funnel_level(pg_temp.history('ABDB'), 'within=30 minutes') AS two,
       funnel_level(pg_temp.history('ABDB'), 'strict_order=true') AS two_2;
-- A, A, B with a first step that is asked for twice: two different rows.
SELECT funnel_level(funnel_events_agg(at, ARRAY[page = 'A', page = 'A', page = 'B'], NULL, NULL)) AS three
FROM (VALUES (timestamptz '2025-01-01', 'A'), ('2025-01-02', 'A'), ('2025-01-03', 'B')) AS t(at, page);
SELECT funnel_level(funnel_events_agg(at, ARRAY[page = 'A', page = 'A', page = 'B'], NULL, NULL)) AS one
FROM (VALUES (timestamptz '2025-01-01', 'A'), ('2025-01-03', 'B')) AS t(at, page);

-- Ties: all at once is a full funnel, or one step, or what the order key says.
CREATE TEMP TABLE at_once AS SELECT funnel_events_agg('2025-01-01', ARRAY[k = 3, k = 1, k = 2], k, NULL) AS f
FROM generate_series(1, 3) AS k;
SELECT funnel_level(f) AS three, funnel_level(f, 'ties=strict') AS one, funnel_level(f, 'ties=order_key') AS one_2
FROM at_once;
SELECT funnel_level(funnel_events_agg('2025-01-01', ARRAY[k = 1, k = 2, k = 3], k, NULL), 'ties=order_key') AS three
FROM generate_series(1, 3) AS k;
-- Grace: rows that follow one another within two seconds are one moment.
SELECT funnel_level(f, 'grace=2 s') AS three, funnel_level(f, 'grace=1 s') AS one, funnel_level(f) AS one_2
FROM (SELECT funnel_agg(to_timestamp(s), step) FROM (VALUES (10, 3), (12, 2), (14, 1)) AS t(s, step)) AS t(f);

-- Entry: the best attempt, or the one that began first. The second A makes it in time.
SELECT funnel_level(f, 'within=2 minutes') AS three, funnel_level(f, 'within=2 minutes, entry=first') AS one
FROM pg_temp.history('A.ABC') AS f;
-- Exclusions: C (returned) between A and B ends that attempt, not the customer.
SELECT funnel_level(pg_temp.history('ACB'), 'exclude=3') AS one,
       funnel_level(pg_temp.history('ACBAB'), 'exclude=3') AS two,
       funnel_level(pg_temp.history('ABDC'), 'steps=3, exclude=4:1-2') AS three,
       funnel_level(pg_temp.history('ABDC'), 'steps=3, exclude=4:2-3') AS two_2,
       funnel_level(pg_temp.history('AEBDC'), 'steps=3, exclude=4:2-3/5:1-2') AS one_2;
-- One product all the way: the visit of x and the purchase of y are not a funnel; NULL equals nothing.
CREATE TEMP TABLE products (at timestamptz, step integer, product text);
INSERT INTO products VALUES ('2025-01-01', 1, 'x'), ('2025-01-02', 2, 'y'), ('2025-01-03', 1, 'y'),
    ('2025-01-04', 1, NULL), ('2025-01-05', 2, NULL);
SELECT funnel_level(f) AS two, funnel_level(f, 'hold_constant=true') AS one
FROM (SELECT funnel_events_agg(at, ARRAY[step = 1, step = 2], NULL, product) FROM products) AS t(f);
INSERT INTO products VALUES ('2025-01-06', 2, 'x');
SELECT p.* FROM (SELECT funnel_events_agg(at, ARRAY[step = 1, step = 2], NULL, product) FROM products) AS t(f),
    funnel_path(f, 'hold_constant=true') AS p;

-- Rows of another product are as if they were not there; rows of no product are in no path, but they end those that
-- they come between: an excluded row, and with strict order any.
CREATE FUNCTION pg_temp.held(steps text, keys text) RETURNS funnel_state
RETURN (SELECT funnel_events_agg(timestamptz '2025-01-01Z' + n * interval '1 h',
                                 ARRAY[s = 'A', s = 'B', s = 'C', s = 'D'], NULL,
                                 nullif(substr(keys, n::integer, 1), '.'))
        FROM regexp_split_to_table(steps, '') WITH ORDINALITY AS r(s, n));
SELECT steps, keys, funnel_level(f, 'steps=2, hold_constant=true') AS level,
       funnel_level(f, 'steps=2, hold_constant=true, exclude=3') AS without_c,
       funnel_level(f, 'steps=2, hold_constant=true, strict_order=true') AS strict
FROM (VALUES ('ACB', 'xxx'), ('ACB', 'xyx'), ('ACB', 'x.x'), ('ADB', 'x.x'), ('ABC', 'xx.'), ('CAB', '.xx'),
             ('AAB', 'x.x'), ('ACAB', 'x.xx'), ('AACBB', 'xy.xy'), ('AABCB', 'xyx.y'), ('A', '.'),
             ('AB', '..')) AS v(steps, keys),
     pg_temp.held(steps, keys) AS f;
-- Products whose paths begin and end at the same times: that with the latest step before the last, then before it.
SELECT x, y, (SELECT string_agg(extract(hour FROM at AT TIME ZONE 'UTC')::text, ' ' ORDER BY step)
              FROM funnel_path(f, 'hold_constant=true')) AS path
FROM (VALUES ('149', '169'), ('169', '149'), ('1359', '1459'), ('1459', '1359'), ('1369', '1459'), ('1459', '1369'))
         AS v(x, y),
     LATERAL (SELECT funnel_events_agg(timestamptz '2025-01-01Z' + substr(path, n, 1)::int * interval '1 h',
                                       ARRAY[n = 1, n = 2, n = 3, n = 4], NULL, key)
              FROM (VALUES (x, 'x'), (y, 'y')) AS k(path, key), generate_series(1, length(path)) AS n) AS t(f);
-- Keys are compared as texts, however long and alike.
SELECT funnel_level(f, 'hold_constant=true') AS two, f::text::funnel_state = f AS same, length(f::text) > 200000 AS long
FROM (SELECT funnel_events_agg(at, ARRAY[n < 3, n = 3], NULL, repeat('key', 30000) || n % 2)
      FROM (VALUES (timestamptz '2025-01-01Z', 1), ('2025-01-02Z', 2), ('2025-01-03Z', 3)) AS v(at, n)) AS t(f);
-- Different keys whose hashes begin alike are different; many keys, and few.
CREATE TEMP TABLE alike AS
SELECT min('k' || i) AS a, max('k' || i) AS b FROM generate_series(1, 40000) AS i
GROUP BY hashtextextended('k' || i, 0) & 16777215 HAVING count(*) > 1;
CREATE FUNCTION pg_temp.of_keys(VARIADIC keys text[]) RETURNS funnel_state
RETURN (SELECT funnel_events_agg(timestamptz '2025-01-01Z' + n * interval '1 h', ARRAY[n < 3, n > 2], NULL, key)
        FROM unnest(keys) WITH ORDINALITY AS k(key, n));
SELECT count(*) > 10 AS some, bool_and(funnel_level(pg_temp.of_keys(a, 'x', b, b), 'hold_constant=true') = 1) AS one,
       bool_and(funnel_level(pg_temp.of_keys(a, b, b, a), 'hold_constant=true') = 2) AS two,
       bool_and(funnel_days(pg_temp.of_keys(a, b, b, a), 'hold_constant=true') = 1 / 24.0) AS an_hour,
       bool_and(funnel_days(pg_temp.of_keys(a, b, a, b), 'hold_constant=true') = 2 / 24.0) AS two_hours
FROM alike;
WITH many AS (
    SELECT ARRAY(SELECT a FROM alike ORDER BY a LIMIT 2) AS first, ARRAY(SELECT b FROM alike ORDER BY b) AS alike,
           ARRAY(SELECT 'y' || i FROM generate_series(1, 500) AS i) AS other)
SELECT funnel_level(pg_temp.of_keys(VARIADIC first || alike || other), 'hold_constant=true') AS one,
       funnel_level(pg_temp.of_keys(VARIADIC first || alike || other || first[1]), 'hold_constant=true') AS two
FROM many;
SELECT funnel_events_agg('2025-01-01Z', '{t}', NULL, key) AS by_bytes
FROM unnest(ARRAY['b', '', 'a"b', NULL, 'B', 'a', 'ä', 'aaaaaaaaaaaa', 'aaaaaaaaaaa']) AS key;

-- As of a moment: later rows are not seen, and what is inside its window is pending.
SELECT as_of, s.level, s.pending FROM customer,
       generate_series(timestamptz '2025-01-05', '2025-01-10', '1 day') AS as_of,
    funnel_summary(f, 'within=3 days, steps=4', as_of => as_of) AS s;

-- Every assignment in plain SQL: 3 steps with 2,000 histories of up to 7 rows, ties, repeats, rows that match several
-- steps.
CREATE TEMP TABLE events AS
SELECT c AS customer, row_number() OVER () AS id, to_timestamp(abs(hashint8(c * 31 + i)) % 6) AS at,
       ARRAY[m & 1 > 0, m & 2 > 0, m & 4 > 0] AS conditions, abs(hashint8(c * 13 + i)) % 3 AS place
FROM generate_series(1, 2000) AS c, generate_series(1, 1 + c % 7) AS i, abs(hashint8(c * 77 + i * 5)) AS h,
     LATERAL (SELECT CASE WHEN h % 3 = 0 THEN h / 3 % 8 ELSE (ARRAY[1, 2, 4])[1 + h / 3 % 3] END) AS t(m);
CREATE TEMP TABLE by_funnel AS
SELECT customer, funnel_level(f, 'within=2 s') AS level, funnel_level(f, 'within=2 s, ties=strict') AS strict,
       funnel_level(f, 'within=2 s, ties=order_key') AS keyed,
       funnel_step_at(f, 3, 'within=2 s') AS reached
FROM (SELECT customer, funnel_events_agg(at, conditions, place, NULL) FROM events GROUP BY customer) AS t(customer, f);
CREATE TEMP TABLE by_hand AS
SELECT u.customer,
       max(CASE WHEN a.id IS NULL THEN 0 WHEN b.id IS NULL THEN 1 WHEN c.id IS NULL THEN 2 ELSE 3 END) AS level,
       max(CASE WHEN a.id IS NULL THEN 0 WHEN b.id IS NULL OR b.at = a.at THEN 1 WHEN c.id IS NULL OR c.at = b.at THEN 2
           ELSE 3 END) AS strict,
       max(CASE WHEN a.id IS NULL THEN 0 WHEN b.id IS NULL OR (b.at, b.place) < (a.at, a.place) THEN 1
                WHEN c.id IS NULL OR (c.at, c.place) < (b.at, b.place) THEN 2 ELSE 3 END) AS keyed,
       min(c.at) AS reached
FROM (SELECT DISTINCT customer FROM events) AS u
LEFT JOIN events AS a ON a.customer = u.customer AND a.conditions[1]
LEFT JOIN events AS b ON b.customer = u.customer AND b.conditions[2] AND b.at BETWEEN a.at AND a.at + interval '2 s'
    AND b.id <> a.id
LEFT JOIN events AS c ON c.customer = u.customer AND c.conditions[3] AND c.at BETWEEN b.at AND a.at + interval '2 s'
    AND c.id NOT IN (a.id, b.id)
GROUP BY u.customer;
SELECT count(*) AS customers, count(*) FILTER (WHERE f.level <> h.level) AS none_differ,
       count(*) FILTER (WHERE f.strict <> h.strict) AS none_differ_2,
       count(*) FILTER (WHERE f.keyed <> h.keyed) AS none_differ_3,
       count(*) FILTER (WHERE f.reached IS DISTINCT FROM h.reached) AS none_differ_4
FROM by_funnel AS f FULL JOIN by_hand AS h USING (customer);
SELECT level, count(*) > 50 AS many, count(*) FILTER (WHERE strict < level) > 50 AS ties_matter,
       count(*) FILTER (WHERE keyed < level) > 50 AS keys_matter
FROM by_funnel GROUP BY level ORDER BY level;

-- In any order, within 2 s of the first: rows for as many different steps as possible, by hand.
CREATE TEMP TABLE one_step AS SELECT e.*, s FROM events AS e, generate_series(1, 3) AS s WHERE conditions[s];
CREATE INDEX ON one_step (customer);
ANALYZE one_step;
SELECT count(*) AS customers, count(*) FILTER (WHERE level <> hand) AS none_differ,
       count(*) FILTER (WHERE level > in_order) > 100 AS order_matters, count(*) FILTER (WHERE level = 3) > 100 AS many
FROM (SELECT customer, funnel_level(f, 'within=2 s, any_order=true') AS level, funnel_level(f, 'within=2 s') AS in_order
      FROM (SELECT customer, funnel_events_agg(at, conditions, NULL, NULL) FROM events GROUP BY customer)
           AS t(customer, f)) AS f
FULL JOIN (SELECT customer, CASE WHEN bool_or(three) THEN 3 WHEN bool_or(two) THEN 2 WHEN bool_or(one) THEN 1 ELSE 0 END
           AS hand
           FROM (SELECT a.customer, true AS one, b.id IS NOT NULL AS two, c.id IS NOT NULL AS three
                 FROM one_step AS a
                 LEFT JOIN one_step AS b
                      ON b.customer = a.customer AND b.id <> a.id AND b.s <> a.s AND abs(extract(epoch
                          FROM b.at - a.at)) <= 2
                 LEFT JOIN one_step AS c
                      ON c.customer = a.customer AND c.id NOT IN (a.id, b.id) AND c.s NOT IN (a.s, b.s)
                         AND greatest(a.at, b.at, c.at) - least(a.at, b.at, c.at) <= interval '2 s') AS j
           GROUP BY customer) AS h USING (customer);
SELECT p.* FROM (SELECT funnel_agg(timestamptz '2025-01-01Z' + h * interval '1 h', s)
                 FROM (VALUES (0, 3), (1, 1), (2, 3), (4, 2), (5, 1)) AS v(h, s)) AS t(f),
     funnel_path(f, 'any_order=true') AS p;
SELECT funnel_level(f, 'any_order=true, exclude=4, steps=3') AS two, funnel_level(f,
    'any_order=true, steps=3') AS three,
       funnel_level(f, 'any_order=true, steps=3, entry=first, within=2 hours') AS two_2,
       (funnel_summary(f, 'any_order=true, steps=3, exclude=4, within=1 day', '2025-01-02 02:00Z')).pending AS open,
       (funnel_summary(f, 'any_order=true, steps=3, exclude=4, within=1 day', '2025-01-02 05:00Z')).pending AS over
FROM (SELECT funnel_agg(timestamptz '2025-01-01Z' + h * interval '1 h', s)
      FROM (VALUES (0, 3), (1, 1), (2, 4), (3, 2), (4, 1)) AS v(h, s)) AS t(f);

-- A window of a month, with 5 hours, by the clock of a zone: as PostgreSQL adds it in a session of that zone. Steps
-- lie about the ends of months and where clocks are turned, where a later start may have an earlier end.
SELECT funnel_level(f, 'within=1 month, zone=UTC') AS one, funnel_level(f,
    'within=1 month, zone=America/New_York') AS two,
       funnel_level(f, 'within=30 days') AS two_2
FROM (SELECT funnel_agg(at, s) FROM (VALUES (timestamptz '2025-01-31Z', 1), ('2025-03-01 00:00Z', 2)) AS v(at, s))
     AS t(f);
SELECT funnel_level(f, 'within=1 month') AS in_time, funnel_level(f, 'within=1 month', date '2025-02-28') AS on_the_day
FROM (SELECT funnel_agg(at, s) FROM (VALUES (date '2025-01-31', 1), ('2025-02-28', 2)) AS v(at, s)) AS t(f);
SELECT funnel_level(f, 'within=1 month') AS later_start_ends_earlier, p.at AS best
FROM (SELECT funnel_agg(at, s)
      FROM (VALUES (timestamp '2025-01-29 23:00', 1), ('2025-01-30 01:00', 1), ('2025-02-28 02:00', 2)) AS v(at, s))
     AS t(f), funnel_path(f, 'within=1 month') AS p;
CREATE TEMP TABLE by_month AS
SELECT c AS customer, row_number() OVER () AS id, 1 + h % 3 AS s,
       (ARRAY['2025-01-28Z', '2025-02-26Z', '2025-03-28Z', '2024-09-29Z',
           '2024-10-25Z'])[1 + h / 3 % 3 + c % 3]::timestamptz
       + h / 31 % 5760 * interval '1 min' AS at
FROM generate_series(1, 2000) AS c, generate_series(1, 2 + c % 7) AS i, abs(hashint8(c * 71 + i * 3)) AS h;
CREATE INDEX ON by_month (customer);
CREATE TEMP TABLE windows AS SELECT id, zone, NULL::timestamptz AS until FROM by_month,
    unnest('{UTC,Europe/Berlin,America/New_York}'::text[]) AS zone WHERE s = 1;
SET TimeZone = 'UTC';
UPDATE windows SET until = at + interval '1 month' + interval '5 h' FROM by_month AS b WHERE b.id = windows.id
    AND zone = 'UTC';
SET TimeZone = 'Europe/Berlin';
UPDATE windows SET until = at + interval '1 month' + interval '5 h' FROM by_month AS b WHERE b.id = windows.id
    AND zone = 'Europe/Berlin';
SET TimeZone = 'America/New_York';
UPDATE windows SET until = at + interval '1 month' + interval '5 h' FROM by_month AS b WHERE b.id = windows.id
    AND zone = 'America/New_York';
SET TimeZone = 'UTC';
CREATE INDEX ON windows (id);
ANALYZE by_month;
ANALYZE windows;
SELECT count(*) FILTER (WHERE w.until < v.until AND a.at > b.at) > 100 AS later_starts_end_earlier
FROM by_month AS a JOIN by_month AS b USING (customer) JOIN windows AS w ON w.id = a.id
JOIN windows AS v ON v.id = b.id AND v.zone = w.zone;
CREATE TEMP TABLE by_month_hand AS
SELECT a.customer, zone, max(CASE WHEN b.id IS NULL THEN 1 WHEN c.id IS NULL THEN 2 ELSE 3 END) AS level,
       min(c.at) AS reached
FROM by_month AS a JOIN windows AS w USING (id)
LEFT JOIN by_month AS b ON b.customer = a.customer AND b.s = 2 AND b.at BETWEEN a.at AND until
LEFT JOIN by_month AS c ON c.customer = a.customer AND c.s = 3 AND c.at BETWEEN b.at AND until
GROUP BY a.customer, zone;
SELECT zone, count(*) AS customers, count(*) FILTER (WHERE funnel_level(f, rules) <> level
           OR funnel_step_at(f, 3, rules) IS DISTINCT FROM reached) AS none_differ,
       count(*) FILTER (WHERE level = 3) > 100 AS many,
       count(*) FILTER (WHERE funnel_level(f, 'within=30 days 5 hours') <> level) > 5 AS days_differ,
       count(*) FILTER (WHERE funnel_level(f, 'within=1 month 5 hours, zone=Pacific/Kiritimati') <> level) > 2
       AS zones_differ
FROM (SELECT customer, funnel_agg(at, s) AS f FROM by_month GROUP BY customer) AS t
JOIN by_month_hand USING (customer),
     LATERAL (SELECT format('within=1 month 5 hours, zone=%s', zone)::funnel_ruleset AS rules) AS r
GROUP BY zone ORDER BY zone;
-- Pending is whose window is not over: after as_of a step would still count.
SELECT count(*) AS customers, count(*) FILTER (WHERE (s).pending <> (EXISTS (
           SELECT FROM by_month AS b JOIN windows AS w USING (id) WHERE b.customer = t.customer
               AND b.at <= '2025-03-01Z'
           AND w.zone = 'Europe/Berlin' AND w.until > '2025-03-01Z') AND (s).level < 3)) AS none_differ,
       count(*) FILTER (WHERE (s).pending) > 100 AS many
FROM (SELECT customer, funnel_summary(funnel_agg(at, s), 'within=1 month 5 hours, zone=Europe/Berlin, steps=3',
                                      '2025-03-01Z') AS s
      FROM by_month GROUP BY customer) AS t;

-- The same with a product held constant: every assignment by hand. A row of no product is in no path of two steps;
-- between two steps it ends a path if it is excluded (step 3 between 1 and 2), or in strict order.
CREATE TEMP TABLE keyed AS
SELECT c AS customer, i, to_timestamp(abs(hashint8(c * 37 + i)) % 12) AS at,
       ARRAY[s = 1, s = 2, s = 3, s = 4] AS conditions, s,
       (ARRAY['x', 'y', NULL])[1 + abs(hashint8(c * 17 + i)) % 3] AS key
FROM generate_series(1, 2000) AS c, generate_series(1, 4 + c % 9) AS i,
     LATERAL (SELECT 1 + abs(hashint8(c * 91 + i * 3)) % 4 AS s) AS r;
CREATE INDEX ON keyed (customer);
ANALYZE keyed;
CREATE TEMP TABLE keyed_by_hand AS
WITH pairs AS (
    SELECT a.customer, a.at AS a, b.at AS b,
           EXISTS (SELECT FROM keyed AS c WHERE c.customer = a.customer AND c.at > a.at AND c.at < b.at AND c.s = 3
                   AND (c.key = a.key OR c.key IS NULL)) AS excluded,
           EXISTS (SELECT FROM keyed AS c WHERE c.customer = a.customer AND c.at > a.at AND c.at < b.at AND c.s > 2
                   AND (c.key = a.key OR c.key IS NULL)) AS interrupted
    FROM keyed AS a JOIN keyed AS b ON b.customer = a.customer AND b.key = a.key AND b.at >= a.at
    WHERE a.s = 1 AND b.s = 2)
SELECT customer, bool_or(s = 1)::integer + coalesce(bool_or(b IS NOT NULL), false)::integer AS level,
       bool_or(s = 1)::integer + coalesce(bool_or(NOT excluded), false)::integer AS without,
       bool_or(s = 1)::integer + coalesce(bool_or(NOT interrupted), false)::integer AS strict
FROM keyed LEFT JOIN pairs USING (customer) GROUP BY customer;
SELECT count(*) AS customers,
       count(*) FILTER (WHERE funnel_level(f, 'steps=2, hold_constant=true') <> level) AS none_differ,
       count(*) FILTER (WHERE funnel_level(f, 'steps=2, hold_constant=true, exclude=3') <> without) AS none_differ_2,
       count(*) FILTER (WHERE funnel_level(f, 'steps=2, hold_constant=true, strict_order=true') <> strict)
       AS none_differ_3,
       count(*) FILTER (WHERE without < level) > 50 AS exclusions_matter,
       count(*) FILTER (WHERE strict < without) > 50 AS order_matters
FROM (SELECT customer, funnel_events_agg(at, conditions, NULL, key) AS f FROM keyed GROUP BY customer) AS t
JOIN keyed_by_hand USING (customer);

-- Any partition of the rows, merged in any order, is the whole; and its text reads back.
SELECT count(*) AS customers, bool_and(whole = up AND whole = down) AS same,
       bool_and(whole::text::funnel_state = whole) AS same_2, bool_and(whole::text = up::text) AS same_3
FROM (SELECT customer, funnel_events_agg(at, conditions, place, NULL) AS whole FROM events GROUP BY customer) AS t
JOIN (SELECT customer, rollup(part ORDER BY k) AS up, rollup(part ORDER BY k DESC) AS down
      FROM (SELECT customer, abs(hashint8(id)) % 3 AS k, funnel_events_agg(at, conditions, place, NULL) AS part
              FROM events GROUP BY 1, 2) AS p GROUP BY customer) AS r USING (customer);
SELECT rollup(f ORDER BY n) = (SELECT funnel_agg(at, step) FROM visits) AS same, skipped_rows(rollup(f)) AS one
FROM (SELECT ctid, funnel_agg(at, step) FROM visits GROUP BY ctid) AS t(n, f);
-- An empty funnel changes nothing, whatever the other one holds.
SELECT rollup(f) = (SELECT f FROM at_once) AS same
FROM (SELECT f FROM at_once UNION ALL SELECT funnel_agg(NULL, NULL)) AS t(f);
SELECT rollup(f) IS NULL AS nothing FROM (VALUES (NULL::funnel_state)) AS t(f);

SELECT f + f = rollup(g) AS same, f + NULL = f AS same_2 FROM customer, LATERAL (VALUES (f), (f)) AS v(g) GROUP BY f;

-- A time without time zone is taken as it is written, a timestamptz as the instant that it is; the session's zone
-- changes nothing. A local time is given back as if its clock had been UTC.
CREATE TEMP TABLE clocks (day date, local timestamp, instant timestamptz, step smallint);
INSERT INTO clocks VALUES ('2025-03-29', '2025-03-29 12:00', '2025-03-29 12:00+08', 1),
    ('2025-03-31', '2025-03-31 12:00', '2025-03-31 12:00+08', 2);
SET TimeZone = 'Europe/Berlin';
SELECT funnel_agg(day, step)::text AS day, funnel_agg(local, step)::text AS local,
       funnel_agg(instant, step)::text AS instant
FROM clocks;
SELECT funnel_days(funnel_agg(day, step)) AS two, funnel_days(funnel_agg(local, step)) AS two_2,
       funnel_days(funnel_agg(instant, step)) AS two_3 FROM clocks;
SET TimeZone = 'America/New_York';
SELECT funnel_agg(day, step)::text AS day, funnel_agg(local, step)::text AS local,
       funnel_agg(instant, step)::text AS instant
FROM clocks;
SET TimeZone = 'UTC';
SELECT s.started_at, s.reached_at, s.pending
FROM (SELECT funnel_agg(local, step) FROM clocks) AS t(f), funnel_summary(f, 'steps=3', '2025-04-01') AS s;
SELECT s.started_at, s.reached_at, s.pending
FROM (SELECT funnel_agg(instant, step) FROM clocks) AS t(f), funnel_summary(f, 'steps=3', '2025-04-01 08:00+08') AS s;
SELECT funnel_step_at(funnel_agg(day, step), 2) AS second,
       funnel_level(funnel_agg(day, step), '', date '2025-03-30') AS one,
       funnel_level(funnel_agg(local, step), '', timestamp '2025-03-31 11:59') AS one_2,
       funnel_level(funnel_agg(instant, step), '', timestamptz '2025-03-31 12:00+08') AS two
FROM clocks;
PREPARE steps_until(metric_moment) AS SELECT funnel_level(funnel_agg(local, step), '', $1) FROM clocks;
EXECUTE steps_until('2025-03-30');
DEALLOCATE steps_until;
SELECT funnel_agg('2025-01-01', 1)::text AS local, funnel_agg('2025-01-01 00:00+08', 1)::text AS instant,
       funnel_agg('2025-01-01', 1) = funnel_agg('2025-01-01Z', 1) AS differ;
-- The two are not mixed.
SELECT funnel_level(funnel_agg(local, step), '', timestamptz '2025-04-01Z') AS error FROM clocks;
SELECT funnel_level(funnel_agg(instant, step), '', '2025-04-01') AS error FROM clocks;
SELECT rollup(f) AS error
FROM (SELECT funnel_agg(local, step) FROM clocks UNION ALL SELECT funnel_agg(instant, step) FROM clocks) AS t(f);
SELECT funnel_agg(CASE step WHEN 1 THEN local::metric_moment ELSE instant::metric_moment END, step) AS error
FROM clocks;
SELECT funnel_level('1:none:none:0:', '', '2025-04-01') AS zero,
       funnel_level('1:none:none:0:', '', '2025-04-01Z') AS zero_2;

-- JSON.
SELECT f::json FROM customer;
SELECT funnel_agg(at, step)::json AS nothing, (funnel_agg(at, step)::jsonb ->> 'skipped_rows')::bigint AS zero
FROM visits WHERE false;
SELECT funnel_events_agg('2025-01-01 08:00', ARRAY[k = 1, true], k, nullif(E'a"\\\t' || k, E'a"\\\t2'))::jsonb AS local
FROM generate_series(1, 2) AS k;
SELECT funnel_events_agg('0044-03-15 BC', '{t}', NULL, NULL)::json -> 'rows' AS bc;

-- Definitions that differ are not merged.
SELECT rollup(f) AS error FROM (SELECT f FROM at_once UNION ALL SELECT f FROM customer) AS t(f);
SELECT rollup(f) AS error
FROM (SELECT f FROM at_once UNION ALL SELECT funnel_events_agg('2025-01-01', '{t}', NULL, NULL)) AS t(f);
SELECT funnel_events_agg('2025-01-01', '{t}', k, NULL) AS error FROM (VALUES (1), (NULL)) AS t(k);

-- Bad input.
SELECT funnel_agg('2025-01-01', 0) AS error;
SELECT funnel_agg('2025-01-01', 65) AS error;
SELECT funnel_agg('2025-01-01', -1) AS error;
SELECT funnel_agg('infinity', 1) AS error;
SELECT funnel_agg('-infinity', 1) AS error;
SELECT funnel_agg('9999-12-31', 1) AS error;
SELECT funnel_events_agg('2025-01-01', array_fill(true, ARRAY[65]), NULL, NULL) AS error;
SELECT funnel_level(funnel_events_agg('2025-01-01', array_fill(true, ARRAY[64]), NULL, NULL)) AS one_row_one_step;
SELECT funnel_level(f, 'within=0 s') AS error FROM customer;
SELECT funnel_level(f, 'within=-1 day') AS error FROM customer;
SELECT funnel_level(f, 'within=1 month') AS error FROM customer;
SELECT funnel_level(f, 'within=1 month, zone=UTC') AS error FROM (SELECT funnel_agg(date '2025-01-01', 1)) AS t(f);
SELECT funnel_level(f, 'count=totals') AS error FROM customer;
SELECT * FROM funnel_path('1:none:none:0:', 'count=totals') AS error;
SELECT funnel_level(f, 'within=3000000 days') AS error FROM customer;
SELECT funnel_level(f, 'steps=0') AS error FROM customer;
SELECT funnel_level(f, 'steps=65') AS error FROM customer;
SELECT funnel_level(f, 'steps=3, step_within=1 day') AS error FROM customer;
SELECT funnel_level(f, 'ties=some') AS error FROM customer;
SELECT funnel_level(f, 'entry=last') AS error FROM customer;
SELECT funnel_level(f, 'ties=order_key') AS error FROM customer;
SELECT funnel_level(f, 'ties=strict, grace=1 s') AS error FROM customer;
SELECT funnel_level(f, 'grace=-1 s') AS error FROM customer;
SELECT funnel_level(f, 'hold_constant=true') AS error FROM customer;
SELECT funnel_level(f, 'exclude=3:2-1') AS error FROM customer;
SELECT funnel_level(f, 'exclude=4:1-5, steps=3') AS error FROM customer;
SELECT funnel_level(f, 'exclude=x') AS error FROM customer;
SELECT funnel_level(f, as_of => 'infinity') AS error FROM customer;
SELECT funnel_step_at(f, 0) AS error FROM customer;

-- Texts are compared by their bytes; where = means more, that is an error.
CREATE COLLATION pg_temp.no_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT funnel_events_agg('2025-01-01', '{t}', NULL, key COLLATE pg_temp.no_case) AS error
FROM (VALUES ('a'), ('A')) AS t(key);
SELECT funnel_events_agg('2025-01-01', '{t}', NULL, key COLLATE "C")::text AS two
FROM (VALUES ('a'), ('A')) AS t(key);

-- Text that no funnel would print.
CREATE FUNCTION pg_temp.refused(given text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM given::funnel_state;
    RETURN false;
EXCEPTION WHEN data_exception THEN
    RETURN true;
END $$;
SELECT '1:none:none:0:'::funnel_state AS empty, '1:none:none:3:'::funnel_state AS three_skipped,
       '1:steps:instant:0:-5/64'::funnel_state AS just_before_2000;
SELECT '1:ordered:local:0:5/2/0/"9",5/1+64/-7/,6/1/0/"",7/1/0/"a""b,c"'::funnel_state AS four_rows;
SELECT t AS no_text_is_accepted FROM unnest(ARRAY['', '1:', '2:none:none:0:', '1:none:none:0:5/1', '1:steps:instant:0:',
    '1:steps:none:0:5/1', '1:none:local:0:', '1:steps:Instant:0:5/1', '1:steps:0:5/1', '1:steps:instant:0:5/0',
    '1:steps:instant:0:5/65', '1:steps:instant:0:5/1+2', '1:steps:instant:0:6/1,5/1', '1:steps:instant:0:5/2,5/1',
    '1:steps:instant:-1:5/1', '1:events:instant:0:5/2+1/', '1:events:instant:0:5/1', '1:events:instant:0:5/1/9',
    '1:events:instant:0:5/1/"9', '1:events:instant:0:5/1/,5/1/"9"', '1:events:instant:0:5/1/"b",5/1/"a"',
    '1:ordered:instant:0:5/1/', '1:ordered:instant:0:5/1/"a"', '1:steps:instant:0:5/1,',
    '1:steps:instant:0:99999999999999999/1', '1:steps:instant:0:05/1', '1:steps:instant:0:5/1;6/1',
    ' 1:none:none:0:']) AS t WHERE NOT pg_temp.refused(t);
