-- Stickiness, L-n, DAU, WAU and MAU.
-- Of four days, 1 is active on all, 2 on one, 3 on none.
CREATE TEMP TABLE visits (customer bigint, day date);
INSERT INTO visits SELECT 1, date '2024-03-01' + i FROM generate_series(0, 3) AS i
UNION ALL VALUES (2, date '2024-03-03'), (2, '2024-03-05'), (3, '2024-02-28'), (3, '2024-03-05');
SELECT active_customers(c, '2024-03-05', 4) AS two, active_customers(c, '2024-03-05') AS one,
       active_customers(c, '2024-03-05', 100) AS three, active_customers(c, '2024-01-01', 100) AS none,
       stickiness(c, '2024-03-05', 4) AS five_eighths, stickiness(c, '2024-01-01') IS NULL AS nobody
FROM (SELECT cohorts_agg(customer, day, 'day') FROM visits) AS t(c);
SELECT * FROM active_period_distribution((SELECT cohorts_agg(customer, day, 'day') FROM visits), as_of => '2024-03-05',
       periods => 4);
SELECT day, dau, wau, mau, dau_mau, window_full FROM dau_wau_mau((SELECT cohorts_agg(customer, day, 'day') FROM visits),
       as_of => '2024-03-06', weekly => 2, monthly => 4);
SELECT * FROM active_period_distribution('1:bigint:month:{}'::cohorts_state, as_of => '2024-03-05');
SELECT * FROM dau_wau_mau('1:bigint:day:{}'::cohorts_state, as_of => '2024-03-05');
SELECT * FROM dau_wau_mau('1:bigint:day:{1=2024-03-05}'::cohorts_state, as_of => '2024-03-05');
SELECT * FROM dau_wau_mau('1:bigint:month:{1=2024-03}'::cohorts_state, as_of => '2024-03-05');
SELECT * FROM dau_wau_mau('1:bigint:day:{}'::cohorts_state, as_of => '2024-03-05', weekly => 0);
-- Two numbers: the DAU of a day over its MAU, and the average DAU of a window over all its customers.
SELECT avg(d.dau_mau) AS mean_of_days, stickiness(c, '2024-03-05', 4) AS of_the_window
FROM (SELECT cohorts_agg(customer, day, 'day') FROM visits) AS t(c),
     dau_wau_mau(c, as_of => '2024-03-05', weekly => 2, monthly => 4) AS d
WHERE d.day >= '2024-03-01' GROUP BY c;
SELECT * FROM dau_wau_mau('1:bigint:day:{1=2024-03-05}'::cohorts_state, as_of => '9999-12-31');
SELECT active_customers('1:bigint:day:{1=2024-03-05}'::cohorts_state, '9999-12-31', 1000000) AS zero;
SELECT stickiness('1:bigint:day:{}'::cohorts_state, as_of => '2024-03-05', periods => 0) AS error;
SELECT stickiness('1:bigint:day:{}'::cohorts_state, as_of => '-infinity') AS error;

-- Random small histories: include/histories.sql says which.
\set seed 0.6
\set cases 200
\set customers 12
\getenv sources PG_ABS_SRCDIR
\set histories :sources '/sql/include/histories.sql'
\i :histories
-- Every window that ends with the last period that is over.
CREATE TEMP TABLE windows AS
    SELECT s, cases.as_of, w, cohorts, (SELECT max(no) FROM periods AS p WHERE p.period = cases.period
           AND ends <= cases.as_of) AS last FROM cases JOIN states USING (s), generate_series(1, 8) AS w;
CREATE TEMP TABLE counts AS
    SELECT s, w, c, count(*) AS n FROM windows JOIN known USING (s) WHERE no > last - w AND no <= last GROUP BY s, w, c;
CREATE INDEX ON counts (s, w);
ANALYZE counts;
SELECT count(*) > 1000 AS many, count(*) FILTER (WHERE active_customers(cohorts, as_of, w) <> coalesce(customers, 0)
           OR abs(stickiness(cohorts, as_of, w) - total / w / customers) > 1e-15
               OR (stickiness(cohorts, as_of, w) IS NULL) <> (customers IS NULL)) AS wrong
FROM windows LEFT JOIN (SELECT s, w, count(*) AS customers, sum(n) AS total FROM counts GROUP BY s, w) AS t USING (s,
     w);
SELECT count(*) > 2000 AS many, count(*) FILTER (WHERE d.customers <> exactly OR customers_at_least <> at_least
       OR abs(d.share - exactly / total::float8) > 1e-15
           OR (d.rate_at_least, d.lower, d.upper) IS DISTINCT FROM (e.value, e.lower, e.upper)) AS wrong,
               sum(d.customers) = (SELECT count(*) FROM counts) AS all_of_them
FROM windows CROSS JOIN LATERAL active_period_distribution(cohorts, as_of, w) AS d
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE n = d.active_periods), count(*) FILTER (WHERE n >= d.active_periods),
    count(*) FROM counts WHERE (counts.s, counts.w) = (windows.s, windows.w)) AS t(exactly, at_least, total)
CROSS JOIN LATERAL rate_estimate(rate(at_least, total)) AS e;
-- What lies after as_of changes nothing, also within the period that as_of cuts.
SELECT count(*) AS wrong FROM states, generate_series(1, 5) AS n
WHERE active_customers(cohorts, as_of, n) <> active_customers(seen, as_of, n)
   OR stickiness(cohorts, as_of, n) IS DISTINCT FROM stickiness(seen, as_of, n);
-- Trailing windows of days.
SELECT count(*) > 100 AS many, count(*) FILTER (WHERE d.dau <> t.dau OR d.wau <> t.wau OR d.mau <> t.mau
       OR (d.dau_mau, d.lower, d.upper) IS DISTINCT FROM (e.value, e.lower, e.upper)) AS wrong,
       min(d.day) FILTER (WHERE d.day < first) IS NULL AS from_first,
           bool_and(window_full = (d.day - first >= 4)) AS full_
FROM states JOIN cases USING (s, as_of) JOIN (SELECT s, min(starts) AS first FROM known JOIN cases USING (s)
     JOIN periods USING (period, no) GROUP BY s) AS f USING (s)
CROSS JOIN LATERAL dau_wau_mau(cohorts, as_of, 3, 5) AS d
CROSS JOIN LATERAL (SELECT count(DISTINCT c) FILTER (WHERE starts = d.day),
    count(DISTINCT c) FILTER (WHERE starts > d.day - 3), count(DISTINCT c) FROM known JOIN periods USING (no)
                    WHERE known.s = cases.s AND periods.period = 'day' AND starts > d.day - 5
                        AND starts <= d.day) AS t(dau, wau, mau)
CROSS JOIN LATERAL rate_estimate(rate(t.dau, t.mau)) AS e
WHERE period = 'day';
SELECT count(*) AS wrong FROM (SELECT s, sum((ends <= as_of)::int) AS days FROM cases JOIN periods USING (period)
       WHERE period = 'day' AND no >= (SELECT min(no) FROM known WHERE known.s = cases.s) GROUP BY s) AS t
JOIN states USING (s) WHERE (SELECT count(*) FROM dau_wau_mau(cohorts, as_of)) <> days;
-- A number of periods may be a count(*) or a sum of counts; beyond int it is out of range, and not another number.
SELECT active_customers(c, '2024-03-01', (SELECT count(*) FROM generate_series(1, 3)))
           = active_customers(c, '2024-03-01', 3) AS count,
       active_customers(c, '2024-03-01', smallint '3') = active_customers(c, '2024-03-01', 3) AS small
FROM (SELECT '1:bigint:month:{1=2023-12;2=2024-02}'::cohorts_state) AS s(c);
SELECT active_customers('1:bigint:month:{1=2023-12}'::cohorts_state, '2024-03-01', 4294967297) AS error;
