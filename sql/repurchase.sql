-- Repurchase within a window (two or more days), and from one window to the next.
-- 1 buys twice on one day, 2 on two days, 3 in January and February, 4 before and once in January.
CREATE TEMP TABLE orders (customer bigint, day date);
INSERT INTO orders VALUES (1, '2024-01-05'), (1, '2024-01-05'), (2, '2024-01-01'), (2, '2024-01-31'), (3, '2024-01-06'),
    (3, '2024-02-10'), (4, '2023-01-31'), (4, '2024-01-31'), (5, '2024-02-01'), (5, '2024-02-02');
SELECT * FROM repurchase((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01', '2024-02-01');
SELECT * FROM repurchase((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01', '2024-02-01',
       among => 'first');
SELECT * FROM purchase_retention((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01', '2024-02-01',
       '2024-03-01');
SELECT purchase_retention_rate(cohorts_agg(customer, day, 'month'), '2024-01-01', '2024-02-01',
       '2024-03-01') AS a_quarter FROM orders;
-- Three forms, one number: a quarter, and a quarter.
SELECT repurchase_rate(1, 4) AS from_counts, repurchase_rate(days) AS from_rows,
       repurchase_rate((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01',
       '2024-02-01') AS from_state,
       repurchase_agg(days) AS rate
FROM (SELECT count(DISTINCT day) FROM orders WHERE day >= '2024-01-01' AND day < '2024-02-01'
     GROUP BY customer) AS t(days);
SELECT repurchase_rate(active_periods(a, '2024-01-01', '2024-02-01')) AS from_activities
FROM (SELECT activity_agg(day, 'day') AS a FROM orders GROUP BY customer) AS t;
SELECT purchase_retention_rate(1, 4) AS from_counts, purchase_retention_rate(again, before) AS from_rows,
       purchase_retention_rate((SELECT cohorts_agg(customer, day, 'day') FROM orders), '2024-01-01', '2024-02-01',
           '2024-03-01') AS from_state
FROM (SELECT bool_or(day >= '2024-01-01' AND day < '2024-02-01') AS before,
     bool_or(day >= '2024-02-01' AND day < '2024-03-01') AS again FROM orders GROUP BY customer) AS t;
-- Counts of any number type; the part first.
SELECT repurchase_rate(sum(n), count(*)) AS three_quarters, repurchase_rate('3', '4') AS three_quarters_2,
       repurchase_rate(3::real, 4::smallint) AS three_quarters_3,
       purchase_retention_rate(sum(n), count(*)) AS three_quarters_4,
           purchase_retention_rate(n > 0, n >= 0) AS three_quarters_5,
       purchase_retention_rate(true, n > 0) AS all_of_three, purchase_retention_rate(NULL, n >= 0) AS none,
           repurchase_rate(1 + n) AS three_quarters_6,
       repurchase_agg(2::real * n) AS three_of_three
FROM (VALUES (1), (1), (0), (1)) AS t(n);
SELECT repurchase_rate(1.5, 4) AS error;
SELECT purchase_retention_rate(1, 'NaN') AS error;
SELECT repurchase_rate(1.5::float8) AS error FROM generate_series(1, 2);
-- Nobody, nothing, NULL, and what is refused.
SELECT repurchase_rate(0, 0) IS NULL AS nobody, repurchase_rate(x) IS NULL AS nothing,
       repurchase_rate('1:bigint:day:{}'::cohorts_state, '2024-01-01', '2024-02-01') IS NULL AS nobody_2,
       purchase_retention_rate(0, 0) IS NULL AS nobody_3, purchase_retention_rate('1:bigint:day:{}'::cohorts_state,
           '2024-01-01', '2024-02-01', '2024-03-01') IS NULL AS nobody_4 FROM (VALUES (NULL::bigint), (0)) AS t(x);
SELECT * FROM repurchase('1:bigint:day:{}'::cohorts_state, '2024-01-01', '2024-02-01');
SELECT repurchase_rate(2, 1) AS error;
SELECT purchase_retention_rate(-1, 1) AS error;
SELECT repurchase_rate(x) AS error FROM (VALUES (-1::bigint)) AS t(x);
SELECT repurchase_rate('1:bigint:month:{1=2024-01}'::cohorts_state, '2024-01-01', '2024-02-01') AS error;
SELECT repurchase_rate('1:bigint:day:{}'::cohorts_state, '2024-02-01', '2024-01-01') AS error;
SELECT repurchase_rate('1:bigint:day:{}'::cohorts_state, '2024-01-01', 'infinity') AS error;
SELECT repurchase_rate('1:bigint:day:{}'::cohorts_state, '2024-01-01', '2024-02-01', among => 'new') AS error;
SELECT purchase_retention_rate('1:bigint:month:{}'::cohorts_state, '2024-01-01', '2024-02-02', '2024-03-01') AS error;
SELECT purchase_retention_rate('1:bigint:month:{}'::cohorts_state, '2024-01-01', '2024-02-01', '2024-02-01') AS error;

-- Random small histories: include/histories.sql says which.
\set seed 0.9
\set cases 300
\set customers 12
\getenv sources PG_ABS_SRCDIR
\set histories :sources '/sql/include/histories.sql'
\i :histories
-- Random windows.
CREATE TEMP TABLE windows AS
    SELECT s, period, cohorts, a.starts AS window_start, b.starts AS next_start, c.starts AS next_end
    FROM states JOIN cases USING (s) JOIN periods AS a USING (period) JOIN periods AS b USING (period)
    JOIN periods AS c USING (period)
    WHERE (s + a.no) % 5 = 0 AND b.no = a.no + 1 + s % 4 AND c.no = b.no + 1 + s % 3 AND a.no < 12;
SELECT count(*) > 200 AS many, count(*) FILTER (WHERE (w.customers, w.retained, e.value, e.lower, e.upper) IS DISTINCT
       FROM (t.customers, again, w.rate, w.lower, w.upper)
           OR purchase_retention_rate(cohorts, window_start, next_start, next_end) IS DISTINCT FROM w.rate) AS wrong
FROM windows CROSS JOIN LATERAL purchase_retention(cohorts, window_start, next_start, next_end) AS w
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE b), count(*) FILTER (WHERE b AND a)
    FROM (SELECT bool_or(day >= window_start AND day < next_start) AS b,
         bool_or(day >= next_start AND day < next_end) AS a FROM events WHERE events.s = windows.s
    GROUP BY c) AS x) AS t(customers, again)
CROSS JOIN LATERAL rate_estimate(rate(again, t.customers)) AS e;
SELECT count(*) > 50 AS many, count(*) FILTER (WHERE (w.customers, repeat_customers, e.value, e.lower,
       e.upper) IS DISTINCT FROM (t.customers, again, w.rate, w.lower, w.upper)
           OR repurchase_rate(cohorts, window_start, next_end, among) IS DISTINCT FROM w.rate) AS wrong
FROM windows, unnest('{all,first}'::text[]) AS among CROSS JOIN LATERAL repurchase(cohorts, window_start, next_end,
     among) AS w
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE n > 0), count(*) FILTER (WHERE n > 1)
    FROM (SELECT count(DISTINCT day) FILTER (WHERE day >= window_start AND day < next_end) AS n FROM events
         WHERE events.s = windows.s GROUP BY c HAVING among = 'all' OR min(day) >= window_start) AS x) AS t(customers,
         again)
CROSS JOIN LATERAL rate_estimate(rate(again, t.customers)) AS e
WHERE period = 'day';
