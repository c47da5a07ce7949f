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
