-- Customer lifetime value.
-- The plain formula: order value x frequency x lifespan x margin; doubles, and numeric exactly.
SELECT clv(80, 4, 3) AS revenue, clv(80, 4, 3, margin => 0.25) AS margin,
       clv(79.95, 4.5, 3) = 79.95 * 4.5 * 3 AS as_in_sql,
       pg_typeof(clv(80, 4, 3)) AS integers, pg_typeof(clv(79.95, 4.5, 3)) AS decimals;
SELECT clv(NULL, 4, 3) IS NULL AS unknown, clv(80, 0, 3) AS never_buys, clv(80.00, 0, 3) AS never_buys_exactly;
SELECT clv(80, -1, 3) AS error;
SELECT clv(80, 4, 'infinity') AS error;
SELECT clv('NaN', 4, 3) AS error;
SELECT clv(1e200::float8, 1e200, 3) AS error;
SELECT clv(80.5, -1.5, 3) AS error;
SELECT clv(80.5, 4, 'infinity'::numeric) AS error;
SELECT clv('NaN'::numeric, 4, 3) AS error;
-- The margin is a fraction; 0 and 1 are two.
SELECT clv(80, 4, 3, 25) AS error;
SELECT clv(80.5, 4, 3, 25) AS error;
SELECT clv(80, 4, 3, -0.25) AS error;
SELECT clv(80.5, 4.0, 3, -0.25) AS error;
SELECT clv(80, 4, 3, 'NaN'::numeric) AS error;
SELECT clv(80, 4, 3, 'NaN'::float8) AS error;
SELECT clv(80, 4, 3, 0) AS nothing, clv(80, 4, 3, 1.0) AS all_of_it, clv(-80.5, 4, 3, 0.5) AS a_loss;
-- Every number type: the numbers of a query fit as they come.
SELECT clv(avg(x), count(*) / 2.0, 3), clv(avg(x)::float8, count(*), 3::smallint, 0.5::real), clv(sum(x), 1, '3')
FROM (VALUES (10.5), (20.5)) AS t(x);

-- Constant retention and discount: the three conventions that get confused, at margin 1, retention .8, discount .1.
SELECT round(clv_discounted(1, 0.8, 0.1)::numeric, 4) AS "2.6667",
       round(clv_discounted(1, 0.8, 0.1, timing => 'end_of_period')::numeric, 4) AS "3.3333",
       round(clv_discounted(1, 0.8, 0.1, timing => 'immediate')::numeric, 4) AS "3.6667",
       round(clv_discounted(1, 0.8, 0.1, horizon => 3)::numeric, 6) =
       round(0.8 / 1.1 + (0.8 / 1.1) ^ 2 + (0.8 / 1.1) ^ 3, 6) AS three_periods;
-- Against the sum itself, term by term: random retention, discount and horizon.
SELECT setseed(0.75);
CREATE TEMP TABLE cases AS
    SELECT i, (random() * 200 - 50) AS m, CASE i % 10 WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE random() END AS r,
           CASE i % 7 WHEN 0 THEN 0 WHEN 1 THEN random() ELSE random() * 0.5 END AS d, (random() * 60)::int AS h
    FROM generate_series(1, 3000) AS i;
SELECT count(*) AS cases,
       count(*) FILTER (WHERE abs(clv_discounted(m, r, d, horizon => h) - after_retention) > 1e-11 *
           (1 + abs(after_retention))) AS wrong_after_retention,
       count(*) FILTER (WHERE abs(clv_discounted(m, r, d, 'end_of_period', h) - end_of_period) > 1e-11 *
           (1 + abs(end_of_period))) AS wrong_end_of_period,
       count(*) FILTER (WHERE abs(clv_discounted(m, r, d, 'immediate', h) - immediate) > 1e-11 *
           (1 + abs(immediate))) AS wrong_immediate
FROM cases, LATERAL (
    SELECT coalesce(sum(m * r ^ t / (1 + d) ^ t), 0) AS after_retention,
           coalesce(sum(m * r ^ (t - 1) / (1 + d) ^ t), 0) AS end_of_period,
           coalesce(sum(m * r ^ (t - 1) / (1 + d) ^ (t - 1)), 0) AS immediate
    FROM generate_series(1, h) AS t) AS s;
SELECT count(*) AS cases,
       count(*) FILTER (WHERE abs(clv_discounted(m, r, d, timing) - clv_discounted(m, r, d, timing, 5000)) > 1e-9 *
           abs(m)) AS differ_from_5000_periods
FROM cases, (VALUES ('after_retention'), ('end_of_period'), ('immediate')) AS v(timing) WHERE r < 0.99 * (1 + d);
SELECT clv_discounted(10, 1, 0, horizon => 12) AS nobody_leaves, clv_discounted(10, 0, 0.1) AS nobody_stays,
       clv_discounted(10, 0, 0.1, 'immediate') AS one_purchase,
       clv_discounted(10, 0.8, 0.1, horizon => 0) AS no_period,
       round(clv_discounted(1, 1, 1e-12, horizon => 1000)::numeric, 6) AS nearly_a_thousand;
SELECT clv_discounted(10, NULL, 0.1) IS NULL AS unknown,
       clv_discounted(10, 0.8, 0.1, horizon => NULL) = clv_discounted(10, 0.8, 0.1) AS no_horizon;
SELECT clv_discounted(10, 1, 0) AS error_infinite;
SELECT clv_discounted(10, 1.2, 0.1) AS error;
SELECT clv_discounted(10, 0.8, -0.1) AS error;
SELECT clv_discounted(10, 0.8, 10) AS error;
SELECT clv_discounted(10, 0.8, 'NaN') AS error;
SELECT clv_discounted(10, 0.8, 0.1, horizon => 2.5) AS error;
SELECT clv_discounted(10, 0.8, 0.1, horizon => count(*)) = clv_discounted(10, 0.8, 0.1, horizon => sum(x)) AS sums_fit,
       clv_discounted(10, 0.8, 0.1, 'IMMEDIATE', 1) AS ten, clv_discounted(-10, 0.5, 1, 'immediate', 1) AS a_loss
FROM (VALUES (1), (1), (1)) AS t(x);
SELECT clv_discounted(10, 0.8, 0.1, timing => 'later') AS error;
SELECT clv_discounted(10, 0.8, 0.1, horizon => -1) AS error;
SELECT clv_discounted('NaN', 0.8, 0.1) AS error;

-- Ratio to the cost of acquisition.
SELECT clv_cac_ratio(900, 300) AS three, clv_cac_ratio(900, 0) IS NULL AS free,
       clv_cac_ratio(NULL, 300) IS NULL AS unknown;
SELECT clv_cac_ratio(900, -1) AS error;
-- A value that is revenue, not margin: 40 % of 900 for 300.
SELECT clv_cac_ratio(900, 300, 0.4) AS one_point_two, clv_cac_ratio(900, 300, 0) AS nothing;
SELECT clv_cac_ratio(900, 300, 40) AS error;

-- From orders. Historic: revenue per customer who bought, which is order value x orders per customer.
CREATE TEMP TABLE orders AS
    SELECT i, (i * 7919) % 83 AS customer, date '2023-01-01' + (i * i * 13 + i / 5) % 700 AS day,
           CASE i % 11 WHEN 3 THEN NULL WHEN 5 THEN -(i % 7 + 1) * 1.25 WHEN 7 THEN 0
           ELSE (i * 31 % 9973) / 100.0 END::numeric(10, 2) AS amount
    FROM generate_series(1, 1500) AS i WHERE (i * 7919) % 83 > 5 OR i % 11 = 5;
SELECT clv(customer, amount) = sum(amount) / count(DISTINCT customer) FILTER (WHERE amount >= 0) AS as_in_sql,
       clv(customer, amount) = clv(customers_agg(customer, day, amount)) AS of_customers,
       clv(customer, amount) = revenue(purchases_agg(day, amount)) /
       customer_count(customers_agg(customer, day, amount)) AS of_purchases,
       abs(clv(average_order_value(customers_agg(customer, day, amount)),
               purchase_count(customers_agg(customer, day, amount))::numeric
               / customer_count(customers_agg(customer, day, amount)), 1) - clv(customer,
               amount)) < 1e-9 AS of_the_formula,
       clv(customer::text, amount) = clv(customer, amount) AS text,
       clv(customer, amount::float8) = clv(customer, amount) AS float8,
       clv(customer::text, amount::float8) = clv(customer, amount) AS text_float8,
       clv(lpad(customer::text, 32, '0')::uuid, amount) = clv(customer, amount) AS uuid,
       clv(lpad(customer::text, 32, '0')::uuid, amount::float8) = clv(customer, amount) AS uuid_float8
FROM orders;
SELECT clv(1, 5.0) AS five, clv(1, -5.0) IS NULL AS only_refunds, clv(NULL::bigint, 5.0) IS NULL AS no_customer,
       clv(1, NULL::numeric) IS NULL AS no_amount;
SELECT clv(1, 5.0) IS NULL AS nothing WHERE false;
SELECT clv(1, x) IS NULL AS nothing FROM (SELECT 5.0 WHERE false) AS t(x);
SELECT clv(id, x) AS error FROM (VALUES (4710, 5::numeric), (4711, 'NaN')) AS t(id, x);
SELECT clv('c 7', '-Infinity'::float8) AS error;
SELECT clv(id, x) AS error FROM (VALUES (1, 1e38::numeric), (1, 9e37)) AS t(id, x);
-- By the plain formula: frequency as observed over the tenure of all, lifespan as given.
SELECT abs(average_order_value - s.aov) < 1e-12 AS order_value,
       abs(purchase_frequency - s.frequency) < 1e-12 AS frequency,
       abs(clv - s.aov * s.frequency * 3 * 0.4) < 1e-9 AS clv
FROM (SELECT customers_agg(customer, day, amount) AS c FROM orders) AS a, clv_estimate(c, '2025-01-01', 3, 0.4, 30),
     (SELECT (sum(revenue) / sum(n))::float8 AS aov, sum(n) / sum(tenure)::float8 * 30 AS frequency
      FROM (SELECT sum(amount) AS revenue, count(*) FILTER (WHERE amount >= 0) AS n,
              date '2025-01-01' - min(day) FILTER (WHERE amount >= 0) AS tenure
            FROM orders GROUP BY customer) AS g) AS s;
SELECT count(*) AS customers,
       count(*) FILTER (WHERE e.clv IS DISTINCT FROM clv(e.average_order_value, e.purchase_frequency, 2)) AS wrong,
       count(*) FILTER (WHERE e.purchase_frequency IS DISTINCT FROM purchase_frequency(p,
               '2025-01-01')) AS wrong_frequency
FROM (SELECT purchases_agg(day, amount) AS p FROM orders GROUP BY customer) AS g, clv_estimate(p, '2025-01-01', 2) AS e;
SELECT * FROM clv_estimate('1:bigint'::customers_state, '2024-01-01', 3);
SELECT * FROM clv_estimate('1:2024-01-01,2,30.00,5.00'::purchases_state, '2024-01-01', 3);
SELECT * FROM clv_estimate('1:2024-01-02,2,30.00,5.00'::purchases_state, '2024-01-01', 3);
SELECT * FROM clv_estimate('1:2024-01-01,2,30.00,5.00'::purchases_state, '2024-01-01', -3);
SELECT * FROM clv_estimate('1:2024-01-01,2,30.00,5.00'::purchases_state, '2024-01-01', 3, 40);
SELECT * FROM clv_estimate('1:2024-01-01,2,30.00,5.00'::purchases_state, '2024-01-01', 3, 'NaN');
SELECT * FROM clv_estimate('1:bigint'::customers_state, '2024-01-01', 3, 101);
-- Sums of all customers cannot be cut: what came after as_of is an error for customers.
SELECT * FROM clv_estimate('1:bigint,2024-01-05;1=1,5,0,5,2024-01-05'::customers_state, '2024-01-04 23:59', 3);
SELECT * FROM clv_estimate('1:bigint,2024-01-05;1=1,5,0,5,2024-01-05'::customers_state, '2024-01-05 00:00', 3);

-- Historic and discounted by day.
SELECT count(*) AS customers, count(*) FILTER (WHERE abs(clv_historic(p, 0.1) - s.first) > 1e-9) AS wrong_from_first,
       count(*) FILTER (WHERE abs(clv_historic(p, 0.1, 30, '2023-01-01') - s.origin) > 1e-9) AS wrong_from_origin,
       count(*) FILTER (WHERE abs(clv_historic(p) - revenue(p)::float8) > 1e-9) AS wrong_undiscounted
FROM (SELECT customer, purchases_agg(day, amount) AS p FROM orders GROUP BY customer) AS g
JOIN (SELECT customer, sum(amount::float8 / 1.1 ^ ((day - first) / 365.0::float8)) AS first,
             sum(amount::float8 / 1.1 ^ ((day - date '2023-01-01') / 30.0::float8)) AS origin
      FROM (SELECT *, min(day) OVER (PARTITION BY customer) AS first FROM orders WHERE amount IS NOT NULL) AS o
      GROUP BY customer) AS s USING (customer);
SELECT clv_historic('1:') IS NULL AS nothing,
       round(clv_historic('1:2024-01-01,1,100,0;2024-12-31,1,110,0', 0.1)::numeric, 9) AS two_hundred,
       round(clv_historic('1:2024-01-01,1,100,0', 0.1, origin => '2024-12-31')::numeric, 9) AS worth_110_by_then;
SELECT clv_historic('1:2024-01-01,1,100,0', 0.1, origin => '2024-12-31 23:59') =
       clv_historic('1:2024-01-01,1,100,0', 0.1, origin => date '2024-12-31') AS time_of_day,
       clv_historic('1:2024-01-01,1,100,0', 1, 366, '2024-12-31') > 199.5 AS doubled,
       clv_historic('1:2024-01-01,1,100,0', 0.1, 365, NULL) AS from_the_first;
SELECT clv_historic('1:2024-01-01,1,100,0', -0.1) AS error;
SELECT clv_historic('1:2024-01-01,1,100,0', 10) AS error;
SELECT clv_historic('1:2024-01-01,1,100,0', 0.1, origin => 'infinity') AS error;
SELECT clv_historic('1:2024-01-01,1,100,0', 0.1, 0) AS error;

-- NULL is unknown.
SELECT clv_historic(NULL) IS NULL AS no_purchases, clv_historic(p, NULL) IS NULL AS no_discount,
       clv_historic(p, 0.1, NULL) IS NULL AS no_period, clv_historic(p, 0.1) AS five
FROM (SELECT purchases_agg('2024-01-01', 5) AS p) AS one;
