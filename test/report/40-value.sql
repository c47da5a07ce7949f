-- Value. Orders are read once, into one value that holds every customer of a channel; the tables below read that.
CREATE TEMPORARY TABLE buyers AS
SELECT channel, customers_zone_agg(customer_id, ordered_at, amount, 'UTC') AS c
FROM shop.orders JOIN shop.customers USING (customer_id)
GROUP BY channel;

\pset title 'What is a customer worth, and what did it cost to win? By channel'
SELECT coalesce(channel, '(unknown)') AS channel, pg_temp.many(s.customers) AS customers,
       pg_temp.percent(s.repeat_customers::float8 / s.customers) AS "came back", round(s.average_order_value, 2) AS "order value",
       round(s.purchases_per_customer::numeric, 2) AS orders, round(clv(c), 2) AS clv, round(spent / s.customers, 2) AS cac,
       to_char(clv_cac_ratio(clv(c)::float8, (spent / s.customers)::float8), '990.0') AS "clv : cac",
       repeat('█', coalesce(round(clv_cac_ratio(clv(c)::float8, (spent / s.customers)::float8))::int, 0)) AS " "
FROM buyers
LEFT JOIN (SELECT channel, sum(marketing_cost + sales_cost + ad_cost) AS spent FROM shop.channel_costs GROUP BY channel) AS costs
    USING (channel), customers_summary(c) AS s
ORDER BY clv(c) DESC;

\pset title 'How often do customers buy? Purchase days, and what each kind of customer brings'
WITH everybody AS (
    SELECT p.* FROM (SELECT rollup(c) AS c FROM buyers) AS a, purchases(c, as_of => '2026-01-01') AS p WHERE purchases > 0
)
SELECT CASE WHEN purchase_days >= 5 THEN '5 or more' ELSE purchase_days::text END AS "purchase days", pg_temp.many(count(*)) AS customers,
       pg_temp.percent(count(*)::float8 / sum(count(*)) OVER ()::float8) AS share, to_char(sum(revenue), 'FM999,999,990.00') AS revenue,
       pg_temp.percent((sum(revenue) / sum(sum(revenue)) OVER ())::float8) AS "share of revenue",
       round(avg(recency)::numeric) AS "days since the last",
       repeat('█', round(40 * sum(revenue) / sum(sum(revenue)) OVER ())::int) AS "revenue "
FROM everybody GROUP BY 1 ORDER BY 1;

-- The margin of the average customer, from 25-acquisition.sql: what payback was reckoned with.
\pset title 'A customer with a margin of ':margin_a_year' a year: worth by retention, discounted at 10 %, by when the first margin comes'
SELECT pg_temp.percent(retention) AS "retained each year",
       round(clv_discounted(m, retention, 0.1)::numeric, 2) AS "first margin after a year, if retained",
       round(clv_discounted(m, retention, 0.1, 'end_of_period')::numeric, 2) AS "at the end of the year",
       round(clv_discounted(m, retention, 0.1, 'immediate')::numeric, 2) AS "now",
       round(clv_discounted(m, retention, 0.1, 'immediate', horizon => 5)::numeric, 2) AS "now, for 5 years"
FROM (VALUES (0.5::float8), (0.7), (0.8), (0.9)) AS r(retention), (VALUES (:margin_a_year::float8)) AS v(m);

\pset title 'Where does the money go? Revenue and costs of all customers'
WITH books AS (
    SELECT profitability_agg(kind, amount) AS p
    FROM (SELECT 'revenue' AS kind, amount FROM shop.orders
          UNION ALL SELECT 'serving', cost FROM shop.orders
          UNION ALL SELECT 'after_sales', handling_cost FROM shop.tickets
          UNION ALL SELECT 'acquisition', marketing_cost + sales_cost + ad_cost FROM shop.channel_costs) AS ledger
), listed AS (
    SELECT 1 AS place, 'revenue' AS what, revenue(p) AS amount, 1::float8 AS share FROM books
    UNION ALL SELECT 2, kind, -cost, share_of_revenue FROM books, cost_distribution(p) WHERE cost <> 0
    UNION ALL SELECT 3, 'profit', profit(p), profit_margin(p) FROM books
)
SELECT what, to_char(amount, '999,999,990.00') AS amount, pg_temp.percent(share) AS "of revenue", repeat('█', round(40 * share)::int) AS " "
FROM listed ORDER BY place, share DESC;
