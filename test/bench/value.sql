-- Value: what every customer bought, from all orders. The promise is at least three times faster than GROUP BY.
CALL bench_pair('each customer''s purchases: customers_zone_agg against GROUP BY customer_id',
    $$SELECT customer_count(customers_zone_agg(customer_id, ordered_at, amount, 'UTC')) FROM orders$$,
    'SELECT count(*) FROM (SELECT customer_id, count(*), min(ordered_at), max(ordered_at), sum(amount) FROM orders GROUP BY customer_id) AS c',
    runs => 5, most => 0.33);
-- The same question: GROUP BY as it has to be written to know purchase days too.
CALL bench_pair('the same with purchase days: against count(DISTINCT day)',
    $$SELECT count(*) FROM (SELECT customers_zone_agg(customer_id, ordered_at, amount, 'UTC') AS c FROM orders) AS a, purchases(c)$$,
    $$SELECT count(*) FROM (SELECT customer_id, count(*), count(DISTINCT (ordered_at AT TIME ZONE 'UTC')::date), min(ordered_at), max(ordered_at), sum(amount)
      FROM orders GROUP BY customer_id) AS c$$,
    runs => 3, most => 0.55);
CALL bench_pair('clv(customer_id, amount) against sum / count(DISTINCT)',
    'SELECT clv(customer_id, amount) FROM orders',
    'SELECT sum(amount) / count(DISTINCT customer_id) FROM orders', runs => 3);
CALL bench_pair('a column of amounts: purchases_zone_agg against sum(numeric)',
    $$SELECT revenue(purchases_zone_agg(ordered_at, amount, 'UTC')) FROM orders$$,
    'SELECT sum(amount) FROM orders', runs => 3);
CALL bench_workers('customers_zone_agg', $$SELECT customer_count(customers_zone_agg(customer_id, ordered_at, amount, 'UTC')) FROM orders$$);
CALL bench_pair('revenue by month with growth: series_zone_agg, against GROUP BY date_trunc and lag',
    $$SELECT g.* FROM (SELECT series_zone_agg(ordered_at, amount, 'month', 'UTC') AS s FROM orders) AS o, growth_by_period(s) AS g$$,
    $$SELECT month, amount, amount / lag(amount) OVER (ORDER BY month) - 1, amount / lag(amount, 12) OVER (ORDER BY month) - 1
      FROM (SELECT date_trunc('month', ordered_at AT TIME ZONE 'UTC') AS month, sum(amount) AS amount FROM orders GROUP BY 1) AS m$$,
    runs => 3, most => 0.6);
-- Receivables: one value answers every day and every bound, plain SQL one of each.
CREATE UNLOGGED TABLE invoices AS
SELECT (ordered_at AT TIME ZONE 'UTC')::date AS invoiced_on, (ordered_at AT TIME ZONE 'UTC')::date + (ARRAY[14, 30, 60])[1 + customer_id % 3] AS due_on, amount,
       CASE WHEN customer_id % 7 > 0 THEN amount ELSE (amount / 2)::numeric(12,2) END AS paid FROM orders;
VACUUM (FREEZE, ANALYZE) invoices;
CALL bench_pair('ages of receivables: against GROUP BY of the age',
    $$SELECT a.* FROM (SELECT receivables_agg(invoiced_on, due_on, amount, paid) AS r FROM invoices) AS i, receivables_ageing(r, '2026-01-01') AS a$$,
    $$SELECT CASE WHEN due_on >= '2026-01-01' THEN 0 WHEN date '2026-01-01' - due_on <= 30 THEN 1 WHEN date '2026-01-01' - due_on <= 60 THEN 2
                  WHEN date '2026-01-01' - due_on <= 90 THEN 3 ELSE 4 END,
             count(*) FILTER (WHERE amount > paid), sum(greatest(amount - paid, 0)) FROM invoices WHERE invoiced_on < '2026-01-01' GROUP BY 1$$,
    runs => 3, most => 1);
DROP TABLE invoices;
