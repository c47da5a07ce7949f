-- Segments. Orders are read once; scores, segments and cut points come from the value that holds all customers.
\qecho :chapter 'Segments: who are our customers?'
CREATE TEMPORARY TABLE everybody AS
SELECT customers_zone_agg(customer_id, ordered_at, amount, 'UTC') AS now,
       customers_zone_agg(customer_id, ordered_at, amount, 'UTC') FILTER (WHERE ordered_at < '2025-07-01 00:00+00') AS half_a_year_ago
FROM shop.orders;

\qecho :title 'Who are our customers? Segments by recency and frequency of purchases'
SELECT segment, pg_temp.many(r.customers) AS customers, pg_temp.percent(share_of_customers) AS "of customers",
       pg_temp.money(r.revenue) AS revenue, pg_temp.percent(share_of_revenue) AS "of revenue",
       round(mean_recency_days) AS "days silent", pg_temp.bar(share_of_revenue) AS "of revenue, drawn"
FROM everybody, rfm_report(now, '2026-01-01') AS r;
\qecho :by 'rfm_report(customers_zone_agg(customer_id, ordered_at, amount, ''UTC''), ''2026-01-01'')'

\qecho :title 'What a score needs: cut points of all customers, to be stored and used again next month'
SELECT score, coalesce(recency_days_at_most::text, 'no limit') AS "last order within days", frequency_at_least AS "orders at least",
       coalesce(pg_temp.money(monetary_at_least), 'no limit') AS "revenue at least"
FROM everybody, rfm_levels(rfm_cuts(rfm_base(now, '2026-01-01')));
\qecho :by 'rfm_levels(rfm_cuts(rfm_base(customers, ''2026-01-01'')))'

\qecho :title '重要客户与一般客户 (the eight classes: above or below the mean score)'
SELECT class AS "客户类型", pg_temp.many(count(*)) AS "客户数", pg_temp.percent(count(*)::float8 / sum(count(*)) OVER ()::float8) AS "占比",
       pg_temp.money(sum(revenue)) AS "收入"
FROM (SELECT rfm_class_rank(scores) OVER () AS rank, rfm_class(scores, lang => 'zh') OVER () AS class, monetary_value::numeric AS revenue
      FROM everybody, rfm_scores(now, '2026-01-01')) AS classes
GROUP BY rank, class ORDER BY rank;
\qecho :by 'rfm_class(scores, lang => ''zh''), rfm_scores(customers, ''2026-01-01'')'

\qecho :title 'Where did the customers of July go? Champions and those at risk, half a year later, on the scale of today'
WITH scale AS MATERIALIZED (
    SELECT rfm_cuts(rfm_base(now, '2026-01-01')) AS cuts FROM everybody
), moves AS (
    SELECT rfm_migration_agg(before.scores, after.scores) AS m
    FROM everybody, scale, LATERAL rfm_scores(half_a_year_ago, '2025-07-01', cuts) AS before
    FULL JOIN LATERAL rfm_scores(now, '2026-01-01', cuts) AS after USING (customer_id)
)
SELECT CASE WHEN lag(from_segment) OVER listed = from_segment THEN '' ELSE from_segment END AS "from",
       to_segment AS "to", pg_temp.many(customers) AS customers, pg_temp.percent(share) AS share, pg_temp.bar(share, 30) AS "share, drawn"
FROM moves, segment_migration(m)
WHERE from_segment IN ('Champions', 'At Risk')
WINDOW listed AS (ORDER BY from_rank, to_rank)
ORDER BY from_rank, to_rank;
\qecho :by 'segment_migration(rfm_migration_agg(scores_before, scores_after)), rfm_scores(customers, as_of, cuts)'

\qecho :title 'Who makes the revenue? ABC classes'
SELECT coalesce(class, '(no revenue)') AS class, pg_temp.many(items) AS customers, pg_temp.percent(share_of_items) AS "of customers",
       coalesce(pg_temp.money(value), 'none') AS revenue, coalesce(pg_temp.percent(share_of_value), 'none') AS "of revenue", coalesce(pg_temp.money(lowest), 'none') AS "each at least",
       pg_temp.bar(share_of_items, 12) AS "of customers, drawn", coalesce(pg_temp.bar(share_of_value, 12), '') AS "of revenue, drawn"
FROM (SELECT abc_base_agg(revenue) AS base FROM everybody, purchases(now, '2026-01-01')) AS b, abc_report(base);
\qecho :by 'abc_report(abc_base_agg(revenue)), purchases(customers, ''2026-01-01'')'
