-- Value. Orders are read once, into one value that holds every customer of a channel; the tables below read that.
\qecho :chapter 'Value: what is a customer worth?'
CREATE TEMPORARY TABLE buyers AS
SELECT channel, customers_zone_agg(customer_id, ordered_at, amount, 'UTC') AS c
FROM shop.orders JOIN shop.customers USING (customer_id)
GROUP BY channel;

\qecho :title 'What did a customer bring so far, and what did it cost to win one? By channel: revenue, not yet margin'
SELECT coalesce(channel, '(unknown)') AS channel, pg_temp.many(s.customers) AS customers,
       pg_temp.percent(s.repeat_customers::float8 / s.customers) AS "came back", pg_temp.money(round(s.average_order_value, 2)) AS "order value",
       pg_temp.decimals(s.purchases_per_customer, 2) AS "orders each", pg_temp.money(round(clv(c), 2)) AS "revenue each (CLV)",
       coalesce(pg_temp.money(round(spent / s.customers, 2)), 'no cost') AS "cost to win one (CAC)",
       coalesce(pg_temp.decimals(clv_cac_ratio(clv(c)::float8, (spent / s.customers)::float8), 1), 'no cost') AS "CLV / CAC",
       coalesce(pg_temp.bar(clv_cac_ratio(clv(c)::float8, (spent / s.customers)::float8) / max(clv_cac_ratio(clv(c)::float8, (spent / s.customers)::float8)) OVER (), 15), '') AS "CLV / CAC, drawn"
FROM buyers
LEFT JOIN (SELECT channel, sum(marketing_cost + sales_cost + ad_cost) AS spent FROM shop.channel_costs GROUP BY channel) AS costs
    USING (channel), customers_summary(c) AS s
ORDER BY clv(c) DESC;
\qecho :by 'customers_summary(customers_zone_agg(customer_id, ordered_at, amount, ''UTC'')), clv(customers), clv_cac_ratio(clv, cac)'

\qecho :title 'How often do customers buy? Purchase days, and what each kind of customer brings'
WITH everybody AS (
    SELECT p.* FROM (SELECT rollup(c) AS c FROM buyers) AS a, purchases(c, as_of => '2026-01-01') AS p WHERE purchases > 0
)
SELECT CASE WHEN purchase_days >= 5 THEN '5 or more' ELSE purchase_days::text END AS "purchase days", pg_temp.many(count(*)) AS customers,
       pg_temp.percent(count(*)::float8 / sum(count(*)) OVER ()::float8) AS "of customers", pg_temp.money(sum(revenue)) AS revenue,
       pg_temp.percent((sum(revenue) / sum(sum(revenue)) OVER ())::float8) AS "of revenue",
       round(avg(recency)::numeric) AS "days since the last", pg_temp.bar((sum(revenue) / sum(sum(revenue)) OVER ())::float8) AS "of revenue, drawn"
FROM everybody GROUP BY 1 ORDER BY 1;
\qecho :by 'purchases(rollup(customers), as_of => ''2026-01-01'')'

-- The margin of the average customer, from 25-acquisition.sql: what payback was reckoned with.
\qecho :title 'A customer with a margin of ':margin_a_year' a year: worth by retention, discounted at 10 %, by when the first margin comes'
SELECT pg_temp.percent(retention) AS "retained each year",
       pg_temp.decimals(clv_discounted(m, retention, 0.1), 2) AS "first margin after a year, if retained",
       pg_temp.decimals(clv_discounted(m, retention, 0.1, 'end_of_period'), 2) AS "at the end of the year",
       pg_temp.decimals(clv_discounted(m, retention, 0.1, 'immediate'), 2) AS "now",
       pg_temp.decimals(clv_discounted(m, retention, 0.1, 'immediate', horizon => 5), 2) AS "now, for 5 years"
FROM (VALUES (0.5::float8), (0.7), (0.8), (0.9)) AS r(retention), (VALUES (:margin_a_year::float8)) AS v(m);
\qecho :by 'clv_discounted(margin, retention, 0.1, timing, horizon)'

\qecho :title 'Where does the money go? Revenue and costs of all customers'
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
SELECT what, pg_temp.money(amount) AS amount, pg_temp.percent(share) AS "of revenue", pg_temp.bar(share, 40) AS "of revenue, drawn"
FROM listed ORDER BY place, share DESC;
\qecho :by 'cost_distribution(profitability_agg(kind, amount)), profit(books), profit_margin(books)'
