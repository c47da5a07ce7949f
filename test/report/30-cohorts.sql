-- Retention. The orders are read once, into one value by month and one by day; every table below reads one of them.
-- Months and days are those of Berlin, as in the pages.
CREATE TEMPORARY TABLE buying AS
SELECT cohorts_zone_agg(customer_id, ordered_at, 'month', 'Europe/Berlin') AS by_month,
       cohorts_zone_agg(customer_id, ordered_at, 'quarter', 'Europe/Berlin') AS by_quarter,
       cohorts_zone_agg(customer_id, ordered_at, 'day', 'Europe/Berlin') AS by_day
FROM shop.orders WHERE kind = 'order';

\pset title 'Who comes back? Customers by the quarter (in Berlin) of their first order, and the share that orders again n quarters later'
SELECT to_char(cohort, 'YYYY "Q"Q') AS "first order", pg_temp.many(max(customers)) AS customers,
       max(cell) FILTER (WHERE period_no = 1) AS "+1", max(cell) FILTER (WHERE period_no = 2) AS "+2",
       max(cell) FILTER (WHERE period_no = 3) AS "+3", max(cell) FILTER (WHERE period_no = 4) AS "+4",
       max(cell) FILTER (WHERE period_no = 5) AS "+5", max(cell) FILTER (WHERE period_no = 6) AS "+6",
       max(cell) FILTER (WHERE period_no = 7) AS "+7"
FROM (SELECT r.*, repeat('█', ceil(10 * rate)::int) || repeat('░', 5 - least(5, ceil(10 * rate)::int)) || to_char(100 * rate, '990') || ' %' AS cell
      FROM buying, cohort_retention(by_quarter, as_of => '2026-01-01') AS r) AS cells
GROUP BY cohort ORDER BY cohort;

\pset title 'Four meanings of retention, all cohorts together: the same customers, months after their first order'
SELECT period_no AS months, pg_temp.many(at_risk) AS customers, pg_temp.percent(exactly) AS "that month", pg_temp.percent(later) AS "then or later",
       pg_temp.percent(before) AS "again by then", pg_temp.percent(never_missed) AS "always", pg_temp.strip(before, before_lower, before_upper, 0, 1) AS "again by then, 0 to 100 %"
FROM buying,
     LATERAL (SELECT period_no, customers, rate FROM retention_curve(by_month, '2026-01-01')) AS o(period_no, at_risk, exactly)
JOIN LATERAL (SELECT period_no, rate FROM retention_curve(by_month, '2026-01-01', 'on_or_after')) AS a(period_no, later) USING (period_no)
JOIN LATERAL (SELECT period_no, rate, lower, upper FROM retention_curve(by_month, '2026-01-01', 'on_or_before')) AS b(period_no, before, before_lower, before_upper) USING (period_no)
JOIN LATERAL (SELECT period_no, rate FROM retention_curve(by_month, '2026-01-01', 'streak')) AS s(period_no, never_missed) USING (period_no)
WHERE period_no IN (1, 2, 3, 6, 9, 12, 18) ORDER BY period_no;

\pset title 'Lifecycle: where the customers of each month come from, and who falls asleep (no order for 3 months)'
SELECT to_char(period_start, 'YYYY-MM') AS month, new_customers AS new, returning_customers AS returning, resurrected_customers AS resurrected,
       -dormant_customers AS "fell asleep", pg_temp.many(known_customers) AS "known so far",
       repeat('█', round(new_customers / 5.0)::int) || repeat('▓', round(returning_customers / 5.0)::int) || repeat('░', round(resurrected_customers / 5.0)::int) AS "new █ returning ▓ resurrected ░"
FROM buying, lifecycle(by_month, as_of => '2026-01-01', lookback => 3) WHERE period_start >= '2025-01-01' ORDER BY period_start;

\pset title 'Repurchase, half year by half year: 复购率 (two or more days in one window) and 回购率 (again in the next)'
SELECT to_char(start, 'YYYY') || CASE WHEN extract(month FROM start) = 1 THEN ' first half' ELSE ' second half' END AS half_year,
       pg_temp.many(r.customers) AS customers, pg_temp.percent(r.rate) AS "repurchase rate", pg_temp.percent(r.lower) AS "from", pg_temp.percent(r.upper) AS "to",
       CASE WHEN next_end <= '2026-01-01' THEN pg_temp.percent(purchase_retention_rate(by_day, start, next_start, next_end)) ELSE 'pending' END AS "again in the next"
FROM buying, (SELECT d::date AS start, (d + interval '6 months')::date AS next_start, (d + interval '12 months')::date AS next_end
              FROM generate_series(timestamp '2024-01-01', '2025-07-01', '6 months') AS d) AS half_years,
     repurchase(by_day, start, next_start) AS r
ORDER BY start;

\pset title 'The rhythm of buying, and silence'
SELECT pg_temp.many(g.gaps) AS "repeat orders (days)", round(g.mean) AS "mean days between", g.median AS median, g.p90 AS "9 of 10 within",
       pg_temp.many(s.silent) AS "silent 180 days", pg_temp.percent(s.rate) AS share, pg_temp.percent(s.lower) AS "from", pg_temp.percent(s.upper) AS "to"
FROM buying, gap_summary(by_day, '2026-01-01') AS g, silent_customers(by_day, '2026-01-01', periods => 180) AS s;
