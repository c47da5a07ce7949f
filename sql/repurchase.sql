-- Repurchase within a window (two or more days), and from one window to the next.
-- 1 buys twice on one day, 2 on two days, 3 in January and February, 4 before and once in January.
CREATE TEMP TABLE orders (customer bigint, day date);
INSERT INTO orders VALUES (1, '2024-01-05'), (1, '2024-01-05'), (2, '2024-01-01'), (2, '2024-01-31'), (3, '2024-01-06'), (3, '2024-02-10'), (4, '2023-01-31'), (4, '2024-01-31'), (5, '2024-02-01'), (5, '2024-02-02');
SELECT * FROM repurchase((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01', '2024-02-01');
SELECT * FROM repurchase((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01', '2024-02-01', among => 'first');
SELECT * FROM repeat_purchase((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01', '2024-02-01', '2024-03-01');
SELECT repeat_purchase_rate(cohorts_agg(customer, day, 'month'), '2024-01-01', '2024-02-01', '2024-03-01') AS a_quarter FROM orders;
-- Three forms, one number: a quarter, and a quarter.
SELECT repurchase_rate(1, 4) AS from_counts, repurchase_rate(days) AS from_rows, repurchase_rate((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01', '2024-02-01') AS from_state,
       repurchase_agg(days) AS rate
FROM (SELECT count(DISTINCT day) FROM orders WHERE day >= '2024-01-01' AND day < '2024-02-01' GROUP BY customer) AS t(days);
SELECT repurchase_rate(active_periods(a, '2024-01-01', '2024-02-01')) AS from_activities FROM (SELECT activity_agg(day, 'day') AS a FROM orders GROUP BY customer) AS t;
SELECT repeat_purchase_rate(1, 4) AS from_counts, repeat_purchase_rate(before, again) AS from_rows,
       repeat_purchase_rate((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01', '2024-02-01', '2024-03-01') AS from_state
FROM (SELECT bool_or(day >= '2024-01-01' AND day < '2024-02-01') AS before, bool_or(day >= '2024-02-01' AND day < '2024-03-01') AS again FROM orders GROUP BY customer) AS t;
-- Nobody, nothing, NULL, and what is refused.
SELECT repurchase_rate(0, 0) IS NULL AS nobody, repurchase_rate(x) IS NULL AS nothing, repurchase_rate('1:bigint:day:{}'::cohorts_state, '2024-01-01', '2024-02-01') IS NULL AS nobody,
       repeat_purchase_rate(0, 0) IS NULL AS nobody, repeat_purchase_rate('1:bigint:day:{}'::cohorts_state, '2024-01-01', '2024-02-01', '2024-03-01') IS NULL AS nobody FROM (VALUES (NULL::bigint), (0)) AS t(x);
SELECT * FROM repurchase('1:bigint:day:{}'::cohorts_state, '2024-01-01', '2024-02-01');
SELECT repurchase_rate(2, 1) AS error;
SELECT repeat_purchase_rate(-1, 1) AS error;
SELECT repurchase_rate(x) AS error FROM (VALUES (-1::bigint)) AS t(x);
SELECT repurchase_rate('1:bigint:month:{1=2024-01}'::cohorts_state, '2024-01-01', '2024-02-01') AS error;
SELECT repurchase_rate('1:bigint:day:{}'::cohorts_state, '2024-02-01', '2024-01-01') AS error;
SELECT repurchase_rate('1:bigint:day:{}'::cohorts_state, '2024-01-01', 'infinity') AS error;
SELECT repurchase_rate('1:bigint:day:{}'::cohorts_state, '2024-01-01', '2024-02-01', among => 'new') AS error;
SELECT repeat_purchase_rate('1:bigint:month:{}'::cohorts_state, '2024-01-01', '2024-02-02', '2024-03-01') AS error;
SELECT repeat_purchase_rate('1:bigint:month:{}'::cohorts_state, '2024-01-01', '2024-02-01', '2024-02-01') AS error;

-- Random small histories in five calendars; as_of is the first day of a period in every third case.
SELECT setseed(0.9);
CREATE TEMP TABLE periods AS
    SELECT *, lead(starts) OVER (PARTITION BY period ORDER BY no) AS ends FROM (
        SELECT 'day' AS period, i AS no, date '2024-02-25' + i AS starts FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'week:wednesday', i, date '2023-11-01' + 7 * i FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'month', i, (date '2023-11-01' + i * interval '1 month')::date FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'quarter', i, (date '1999-04-01' + i * interval '3 months')::date FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'year', i, (date '1998-01-01' + i * interval '1 year')::date FROM generate_series(0, 30) AS i) AS p;
CREATE TEMP TABLE cases AS
    SELECT s, period, starts + CASE WHEN s % 3 = 0 THEN 0 ELSE (random() * (ends - starts - 1))::int END AS as_of
    FROM (SELECT s, (ARRAY['day', 'week:wednesday', 'month', 'quarter', 'year'])[1 + s % 5] AS period, (random() * 12)::int AS no FROM generate_series(1, 300) AS s) AS c
    JOIN periods USING (period, no);
CREATE TEMP TABLE events AS
    SELECT s, c, starts + (random() * (ends - starts - 1))::int AS day, no, period, as_of
    FROM cases JOIN periods AS p USING (period), generate_series(1, 12) AS c WHERE no < 12 AND random() < 0.08 * (1 + c % 4) + 0.02 * (s % 2);
CREATE TEMP TABLE states AS SELECT s, as_of, cohorts_agg(c, day, period) AS cohorts FROM events GROUP BY s, as_of;
CREATE TEMP TABLE known AS SELECT DISTINCT s, c, no, ends <= as_of AS finished FROM events JOIN periods USING (period, no) WHERE starts < as_of;
CREATE INDEX ON known (s, c, no);
ANALYZE known;
-- Random windows.
CREATE TEMP TABLE windows AS
    SELECT s, period, cohorts, a.starts AS window_start, b.starts AS next_start, c.starts AS next_end
    FROM states JOIN cases USING (s) JOIN periods AS a USING (period) JOIN periods AS b USING (period) JOIN periods AS c USING (period)
    WHERE (s + a.no) % 5 = 0 AND b.no = a.no + 1 + s % 4 AND c.no = b.no + 1 + s % 3 AND a.no < 12;
SELECT count(*) > 200 AS many, count(*) FILTER (WHERE (w.customers, repeat_customers, e.value, e.lower, e.upper) IS DISTINCT FROM (t.customers, again, w.rate, w.lower, w.upper)
           OR repeat_purchase_rate(cohorts, window_start, next_start, next_end) IS DISTINCT FROM w.rate) AS wrong
FROM windows CROSS JOIN LATERAL repeat_purchase(cohorts, window_start, next_start, next_end) AS w
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE b), count(*) FILTER (WHERE b AND a)
    FROM (SELECT bool_or(day >= window_start AND day < next_start) AS b, bool_or(day >= next_start AND day < next_end) AS a FROM events WHERE events.s = windows.s GROUP BY c) AS x) AS t(customers, again)
CROSS JOIN LATERAL rate_estimate(rate(again, t.customers)) AS e;
SELECT count(*) > 50 AS many, count(*) FILTER (WHERE (w.customers, repeat_customers, e.value, e.lower, e.upper) IS DISTINCT FROM (t.customers, again, w.rate, w.lower, w.upper)
           OR repurchase_rate(cohorts, window_start, next_end, among) IS DISTINCT FROM w.rate) AS wrong
FROM windows, unnest('{all,first}'::text[]) AS among CROSS JOIN LATERAL repurchase(cohorts, window_start, next_end, among) AS w
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE n > 0), count(*) FILTER (WHERE n > 1)
    FROM (SELECT count(DISTINCT day) FILTER (WHERE day >= window_start AND day < next_end) AS n FROM events WHERE events.s = windows.s GROUP BY c HAVING among = 'all' OR min(day) >= window_start) AS x) AS t(customers, again)
CROSS JOIN LATERAL rate_estimate(rate(again, t.customers)) AS e
WHERE period = 'day';
