-- Segments: scores of a million customers, and RFM from ten million orders.
CREATE TABLE summaries AS
    SELECT customer_id, max(ordered_at)::date AS last, count(*)::float8 AS orders, sum(amount)::float8 AS spent, sum(amount) AS amount FROM orders GROUP BY customer_id;
VACUUM (ANALYZE) summaries;

CALL bench_pair('rfm(...) OVER () against a bare window over the same columns',
    'SELECT count(s), count(last), count(orders), count(spent) FROM (SELECT rfm(last, orders, spent) OVER () AS s, last, orders, spent FROM summaries) AS w',
    'SELECT count(s), count(last), count(orders), count(spent) FROM (SELECT count(*) OVER () AS s, last, orders, spent FROM summaries) AS w',
    runs => 7, most => 1.4);
CALL bench_pair('the same with numeric money',
    'SELECT count(s), count(last), count(orders), count(amount) FROM (SELECT rfm(last, orders, amount) OVER () AS s, last, orders, amount FROM summaries) AS w',
    'SELECT count(s), count(last), count(orders), count(amount) FROM (SELECT count(*) OVER () AS s, last, orders, amount FROM summaries) AS w', runs => 7);
CALL bench_pair('rfm(...) OVER () against three NTILEs',
    'SELECT count(s) FROM (SELECT rfm(last, orders, spent) OVER () AS s FROM summaries) AS w',
    'SELECT count(r), count(f), count(m) FROM (SELECT ntile(5) OVER (ORDER BY last) AS r, ntile(5) OVER (ORDER BY orders) AS f, ntile(5) OVER (ORDER BY spent) AS m FROM summaries) AS w',
    most => 0.5);
CALL bench_pair('nested scores against three NTILEs, one within the other',
    $$SELECT count(s) FROM (SELECT rfm(last, orders, spent, method => 'nested') OVER () AS s FROM summaries) AS w$$,
    'SELECT count(r), count(f), count(m)
     FROM (SELECT *, ntile(5) OVER (PARTITION BY r, f ORDER BY spent) AS m
           FROM (SELECT *, ntile(5) OVER (PARTITION BY r ORDER BY orders) AS f
                 FROM (SELECT *, ntile(5) OVER (ORDER BY last) AS r FROM summaries) AS one) AS two) AS three', most => 0.5);
CALL bench_pair('learned cut points, applied to everybody, against rfm(...) OVER ()',
    $$SELECT count(rfm(cuts, date '2030-01-01' - last, orders, spent))
      FROM (SELECT rfm_cuts_agg(date '2030-01-01' - last, orders, spent) AS cuts FROM summaries OFFSET 0) AS c, summaries$$,
    'SELECT count(s) FROM (SELECT rfm(last, orders, spent) OVER () AS s FROM summaries) AS w');
-- The best plain SQL: quantiles by percentile_disc in one pass over summaries in float8, segments by a grid in a CASE.
CALL bench_pair('RFM segments from orders: rfm_report(customers_zone_agg(...)) against GROUP BY, percentile_disc, CASE',
    $$SELECT r.* FROM (SELECT customers_zone_agg(customer_id, ordered_at, amount, 'UTC') AS c FROM orders OFFSET 0) AS o, rfm_report(c, '2100-01-01') AS r$$,
    $$WITH s AS MATERIALIZED (SELECT customer_id, max(ordered_at) AS last, count(*) AS orders, sum(amount::float8) AS spent FROM orders GROUP BY customer_id),
           q AS MATERIALIZED (SELECT percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY last) AS r,
                                     percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY orders) AS f FROM s),
           scored AS (SELECT spent, 1 + (last > r[1])::int + (last > r[2])::int + (last > r[3])::int + (last > r[4])::int AS r,
                             1 + (orders > f[1])::int + (orders > f[2])::int + (orders > f[3])::int + (orders > f[4])::int AS f FROM s, q)
      SELECT CASE WHEN r = 5 AND f >= 4 THEN 'Champions' WHEN r >= 3 AND f >= 4 THEN 'Loyal' WHEN r >= 4 AND f >= 2 THEN 'Potential Loyalist'
                  WHEN r = 5 THEN 'New' WHEN r = 4 THEN 'Promising' WHEN r = 3 AND f = 3 THEN 'Needs Attention' WHEN r = 3 THEN 'About to Sleep'
                  WHEN f = 5 THEN 'Cannot Lose' WHEN f >= 3 THEN 'At Risk' ELSE 'Hibernating' END AS segment, count(*), sum(spent)
      FROM scored GROUP BY 1$$,
    runs => 3, most => 0.22);
CALL bench_pair('abc_class(...) OVER () against a running sum',
    'SELECT count(class), sum(spent) FROM (SELECT abc_class(spent) OVER () AS class, spent FROM summaries) AS w',
    $$SELECT count(class), sum(spent) FROM (SELECT CASE WHEN upto - spent < 0.8 * total THEN 'A' WHEN upto - spent < 0.95 * total THEN 'B' ELSE 'C' END AS class, spent
      FROM (SELECT spent, sum(spent) OVER (ORDER BY spent DESC) AS upto, (SELECT sum(spent) FROM summaries) AS total FROM summaries) AS s) AS c$$, most => 0.6);
CALL bench_pair('abc_report(abc_base_agg(...)) against a running sum and GROUP BY',
    'SELECT r.* FROM (SELECT abc_base_agg(spent) AS b FROM summaries OFFSET 0) AS s, abc_report(b) AS r',
    $$SELECT class, count(*), sum(spent), min(spent) FROM (SELECT CASE WHEN upto - spent < 0.8 * total THEN 'A' WHEN upto - spent < 0.95 * total THEN 'B' ELSE 'C' END AS class, spent
      FROM (SELECT spent, sum(spent) OVER (ORDER BY spent DESC) AS upto, (SELECT sum(spent) FROM summaries) AS total FROM summaries) AS s) AS c GROUP BY class$$, most => 0.25);
DROP TABLE summaries;
