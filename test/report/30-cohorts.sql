-- Retention. The orders are read once, into one value by month and one by day; every table below reads one of them.
-- Months and days are those of Berlin, as in the pages.
\qecho :chapter 'Retention: who comes back?'
CREATE TEMPORARY TABLE buying AS
SELECT cohorts_zone_agg(customer_id, ordered_at, 'month', 'Europe/Berlin') AS by_month,
       cohorts_zone_agg(customer_id, ordered_at, 'quarter', 'Europe/Berlin') AS by_quarter,
       cohorts_zone_agg(customer_id, ordered_at, 'day', 'Europe/Berlin') AS by_day
FROM shop.orders WHERE kind = 'order';

\qecho :title 'Customers by the quarter (in Berlin) of their first order, and the share that orders again so many quarters later'
SELECT to_char(cohort, 'YYYY "Q"Q') AS "first order", pg_temp.many(max(customers)) AS customers,
       coalesce(max(cell) FILTER (WHERE period_no = 1), 'pending') AS "1", coalesce(max(cell) FILTER (WHERE period_no = 2), 'pending') AS "2",
       coalesce(max(cell) FILTER (WHERE period_no = 3), 'pending') AS "3", coalesce(max(cell) FILTER (WHERE period_no = 4), 'pending') AS "4",
       coalesce(max(cell) FILTER (WHERE period_no = 5), 'pending') AS "5", coalesce(max(cell) FILTER (WHERE period_no = 6), 'pending') AS "6",
       coalesce(max(cell) FILTER (WHERE period_no = 7), 'pending') AS "7 quarters later"
FROM (SELECT r.*, repeat(CASE WHEN rate < 0.1 THEN '░' WHEN rate < 0.2 THEN '▒' WHEN rate < 0.3 THEN '▓' ELSE '█' END, 2) || to_char(100 * rate, '90') || ' %' AS cell
      FROM buying, cohort_retention(by_quarter, as_of => '2026-01-01') AS r) AS cells
GROUP BY cohort ORDER BY cohort;
\qecho :by 'cohort_retention(cohorts_zone_agg(customer_id, ordered_at, ''quarter'', ''Europe/Berlin''), as_of => ''2026-01-01'')'

\qecho :title 'Four meanings of retention, all cohorts together: the same customers, months after their first order'
SELECT period_no AS months, pg_temp.many(at_risk) AS customers, pg_temp.percent(exactly) AS "in that month", pg_temp.percent(later) AS "then or later",
       pg_temp.percent(before) AS "back by then", pg_temp.percent(never_missed) AS "every month", pg_temp.strip(before, before_lower, before_upper, 0, 1, 30) AS "0 %   back by then      100 %"
FROM buying,
     LATERAL (SELECT period_no, customers, rate FROM retention_curve(by_month, '2026-01-01')) AS o(period_no, at_risk, exactly)
JOIN LATERAL (SELECT period_no, rate FROM retention_curve(by_month, '2026-01-01', 'on_or_after')) AS a(period_no, later) USING (period_no)
JOIN LATERAL (SELECT period_no, rate, lower, upper FROM retention_curve(by_month, '2026-01-01', 'on_or_before')) AS b(period_no, before, before_lower, before_upper) USING (period_no)
JOIN LATERAL (SELECT period_no, rate FROM retention_curve(by_month, '2026-01-01', 'streak')) AS s(period_no, never_missed) USING (period_no)
WHERE period_no IN (1, 2, 3, 6, 9, 12, 18) ORDER BY period_no;
\qecho :by 'retention_curve(cohorts, ''2026-01-01'', mode): on, on_or_after, on_or_before, streak'

\qecho :title 'Lifecycle: where the customers of each month come from, and who falls asleep (no order for 3 months)'
SELECT to_char(period_start, 'YYYY-MM') AS month, new_customers AS new, returning_customers AS returning, resurrected_customers AS resurrected,
       -dormant_customers AS "fell asleep", pg_temp.many(known_customers) AS "known so far",
       repeat('█', round(new_customers * scale)::int) || repeat('▓', round(returning_customers * scale)::int)
           || repeat('░', round(resurrected_customers * scale)::int) AS "new █ returning ▓ resurrected ░"
FROM (SELECT *, 36.0 / max(new_customers + returning_customers + resurrected_customers) OVER () AS scale
      FROM buying, lifecycle(by_month, as_of => '2026-01-01', lookback => 3) WHERE period_start >= '2025-01-01') AS l ORDER BY period_start;
\qecho :by 'lifecycle(cohorts, as_of => ''2026-01-01'', lookback => 3)'

\qecho :title 'Repurchase, half year by half year: 复购率 (two or more days in one window) and 回购率 (again in the next)'
SELECT to_char(start, 'YYYY') || CASE WHEN extract(month FROM start) = 1 THEN ' H1' ELSE ' H2' END AS "half year",
       pg_temp.many(r.customers) AS customers, pg_temp.percent(r.rate) AS "repurchase rate", pg_temp.percent(r.lower) AS "from", pg_temp.percent(r.upper) AS "to",
       CASE WHEN next_end <= '2026-01-01' THEN pg_temp.percent(purchase_retention_rate(by_day, start, next_start, next_end)) ELSE 'pending' END AS "again in the next"
FROM buying, (SELECT d::date AS start, (d + interval '6 months')::date AS next_start, (d + interval '12 months')::date AS next_end
              FROM generate_series(timestamp '2024-01-01', '2025-07-01', '6 months') AS d) AS half_years,
     repurchase(by_day, start, next_start) AS r
ORDER BY start;
\qecho :by 'repurchase(cohorts, start, end), purchase_retention_rate(cohorts, start, next_start, next_end)'

\qecho :title 'The rhythm of buying, and silence'
SELECT pg_temp.many(g.gaps) AS "repeat orders", round(g.mean) AS "mean days between", g.median AS "median days", g.p90 AS "9 of 10 within days",
       pg_temp.many(s.silent) AS "customers silent 180 days", pg_temp.percent(s.rate) AS share, pg_temp.percent(s.lower) AS "from", pg_temp.percent(s.upper) AS "to"
FROM buying, gap_summary(by_day, '2026-01-01') AS g, silent_customers(by_day, '2026-01-01', periods => 180) AS s;
\qecho :by 'gap_summary(cohorts, ''2026-01-01''), silent_customers(cohorts, ''2026-01-01'', periods => 180)'
