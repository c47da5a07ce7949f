-- Segments. Orders are read once; scores, segments and cut points come from the value that holds all customers.
CREATE TEMPORARY TABLE everybody AS
SELECT customers_zone_agg(customer_id, ordered_at, amount, 'UTC') AS now,
       customers_zone_agg(customer_id, ordered_at, amount, 'UTC') FILTER (WHERE ordered_at < '2025-07-01 00:00+00') AS half_a_year_ago
FROM shop.orders;

\pset title 'Who are our customers? Segments by recency and frequency of purchases'
SELECT segment, pg_temp.many(r.customers) AS customers, pg_temp.percent(share_of_customers) AS share,
       to_char(r.revenue, '999,999,990.00') AS revenue, pg_temp.percent(share_of_revenue) AS "of revenue",
       round(mean_recency_days) AS "days silent", repeat('█', round(60 * share_of_revenue)::int) AS "revenue "
FROM everybody, rfm_report(now, '2026-01-01') AS r;

\pset title 'What a score needs: cut points of all customers, to be stored and used again next month'
SELECT score, recency_days_at_most AS "last order within days", frequency_at_least AS "orders at least",
       to_char(monetary_at_least, '999,990.00') AS "revenue at least"
FROM everybody, rfm_levels(rfm_cuts(rfm_base(now, '2026-01-01')));

\pset title '重要客户与一般客户 (the eight classes: above or below the mean score)'
SELECT class AS "客户类型", pg_temp.many(count(*)) AS "客户数", pg_temp.percent(count(*)::float8 / sum(count(*)) OVER ()::float8) AS "占比",
       to_char(sum(revenue), '999,999,990.00') AS "收入"
FROM (SELECT rfm_class_rank(scores) OVER () AS rank, rfm_class(scores, lang => 'zh') OVER () AS class, monetary_value::numeric AS revenue
      FROM everybody, rfm_scores(now, '2026-01-01')) AS classes
GROUP BY rank, class ORDER BY rank;

\pset title 'Where did the customers of July go? Champions and those at risk, half a year later, on the scale of today'
WITH scale AS MATERIALIZED (
    SELECT rfm_cuts(rfm_base(now, '2026-01-01')) AS cuts FROM everybody
), moves AS (
    SELECT rfm_migration_agg(before.scores, after.scores) AS m
    FROM everybody, scale, LATERAL rfm_scores(half_a_year_ago, '2025-07-01', cuts) AS before
    FULL JOIN LATERAL rfm_scores(now, '2026-01-01', cuts) AS after USING (customer_id)
)
SELECT CASE WHEN lag(from_segment) OVER listed = from_segment THEN '' ELSE from_segment END AS "from",
       to_segment AS "to", pg_temp.many(customers) AS customers, pg_temp.percent(share) AS share, repeat('█', round(40 * share)::int) AS " "
FROM moves, segment_migration(m)
WHERE from_segment IN ('Champions', 'At Risk')
WINDOW listed AS (ORDER BY from_rank, to_rank)
ORDER BY from_rank, to_rank;

\pset title 'Who makes the revenue? ABC classes'
SELECT coalesce(class, '(none)') AS class, pg_temp.many(items) AS customers, pg_temp.percent(share_of_items) AS "of customers",
       to_char(value, '999,999,990.00') AS revenue, pg_temp.percent(share_of_value) AS "of revenue", to_char(lowest, '999,990.00') AS "from",
       repeat('█', round(25 * share_of_items)::int) AS "customers ", repeat('█', coalesce(round(25 * share_of_value), 0)::int) AS "revenue "
FROM (SELECT abc_base_agg(revenue) AS base FROM everybody, purchases(now, '2026-01-01')) AS b, abc_report(base);
