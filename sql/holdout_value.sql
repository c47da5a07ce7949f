-- Expected against actual value in a holdout: the rows up to the end of the calibration, and those after it.
SELECT setseed(0.5);
CREATE TEMP TABLE orders AS
SELECT customer, first + n * gap AS day, (mean * (0.5 + random()))::numeric(9,2) AS amount
FROM (SELECT i AS customer, date '2024-01-01' + (random() * 120)::int AS first, 3 + (random() * 25)::int AS gap,
             1 + (random() ^ 2 * 30)::int AS orders, 20 + random() * 80 AS mean FROM generate_series(1, 600) AS i) AS c,
     generate_series(0, orders - 1) AS n;
INSERT INTO orders SELECT customer, day, -5 FROM orders WHERE customer % 9 = 1;
INSERT INTO orders SELECT customer, day + 1, 0 FROM orders WHERE customer = 2;
UPDATE orders SET amount = 0 WHERE customer = 3;
INSERT INTO orders VALUES (3, '2024-06-01', 0), (3, '2024-06-02', 0), (1000, '2024-10-05', 50), (1001,
       '2024-06-05', -50), (1001, '2024-10-05', -50);
CREATE TEMP TABLE c AS
SELECT customers_agg(customer, day, amount) FILTER (WHERE day <= '2024-08-31') AS calibration,
       customers_agg(customer, day, amount) FILTER (WHERE day BETWEEN '2024-09-01' AND '2024-11-30') AS holdout
       FROM orders;
CREATE TEMP TABLE m AS SELECT mbgnbd_fit(calibration, '2024-08-31') AS model,
       gamma_gamma_fit(calibration) AS spend FROM c;
-- What happened, in plain SQL: days are purchases, refunds are none.
CREATE TEMP TABLE truth AS
WITH days AS (
    SELECT customer, day, sum(amount) AS paid, day <= '2024-08-31' AS before,
    min(day) OVER (PARTITION BY customer) AS first
    FROM orders WHERE amount >= 0 AND day <= '2024-11-30' GROUP BY customer, day
)
SELECT customer, count(*) FILTER (WHERE before) - 1 AS x, (max(day) FILTER (WHERE before) - first) / 7.0::float8
       AS t_x,
       ('2024-08-31' - first) / 7.0::float8 AS t, avg(paid) FILTER (WHERE before AND day > first) AS mean,
       count(*) FILTER (WHERE NOT before) AS later, coalesce(sum(paid) FILTER (WHERE NOT before), 0) AS value
FROM days GROUP BY customer, first HAVING first <= '2024-08-31';
CREATE TEMP TABLE checked AS
SELECT f.* FROM c, m, holdout_value_customers(calibration, holdout, model, spend, '2024-08-31', '2024-11-30') AS f;
SELECT count(*) = (SELECT count(*) FROM truth) AS all_of_the_calibration, bool_and(f.x = t.x) AS x,
       bool_and(f.mean_amount IS NOT DISTINCT FROM t.mean::float8 OR abs(f.mean_amount - t.mean) < 1e-9) AS
       mean_amount,
       bool_and(abs(expected_purchases - expected_purchases(model, t.x, t.t_x, t.t, 13)) < 1e-12) AS
       expected_purchases,
       bool_and(actual_purchases = t.later AND actual_value = t.value) AS actual,
       bool_and(expected_spend IS NOT DISTINCT FROM expected_spend(spend, t.x, t.mean::float8)
                OR abs(expected_spend / expected_spend(spend, t.x, t.mean::float8) - 1) < 1e-12) AS expected_spend,
       bool_and(expected_value IS NOT DISTINCT FROM expected_purchases * expected_spend) AS expected_value,
       bool_and(actual_spend IS NULL AND t.later = 0 OR abs(actual_spend - t.value / nullif(t.later, 0)) < 1e-9)
       AS actual_spend
FROM m, checked AS f JOIN truth AS t ON t.customer = f.customer_id;
SELECT count(*) FILTER (WHERE expected_value IS NULL) AS free, count(*) FILTER (WHERE x = 0) > 30 AS new_ones,
       count(*) FILTER (WHERE actual_purchases = 0) > 100 AS silent,
       count(*) FILTER (WHERE actual_purchases > 3) > 30 AS busy FROM checked;
SELECT s.customers = t.n AS customers, s.unknown, abs(s.expected / t.expected - 1) < 1e-12 AS expected,
       s.actual = t.actual AS actual,
       abs(s.relative_error - (t.expected - t.actual::float8) / t.actual::float8) < 1e-12 AS relative_error,
       abs(s.rmse / t.rmse - 1) < 1e-12 AS rmse,
       abs(s.mae / t.mae - 1) < 1e-12 AS mae, s.purchases = t.purchases AS purchases,
       abs(s.expected_of_purchases / t.worth - 1) < 1e-12 AS worth,
       abs(s.expected_of_purchases / s.actual - 1) < 0.05 AS the_spend_model_is_right
FROM c, m, holdout_value_summary(calibration, holdout, model, spend, '2024-08-31', '2024-11-30') AS s,
     (SELECT count(*) AS n, sum(expected_value) AS expected, sum(actual_value) AS actual,
     sqrt(avg((expected_value - actual_value::float8) ^ 2)) AS rmse,
             avg(abs(expected_value - actual_value::float8)) AS mae, sum(actual_purchases) AS purchases,
             sum(expected_spend * actual_purchases) AS worth
      FROM checked WHERE expected_value IS NOT NULL) AS t;
-- The purchases are those of holdout_customers, whose value has both. Ids of each type.
SELECT bool_and(f.expected_purchases = h.expected AND f.actual_purchases = h.actual) AS same,
       count(*) = (SELECT count(*) FROM checked) AS all_of_them
FROM m, (SELECT calibration + holdout FROM c) AS both_parts(c), holdout_customers(c, model, '2024-08-31',
       '2024-11-30') AS h JOIN checked AS f USING (customer_id);
SELECT count(DISTINCT s) AS one
FROM m, (SELECT customers_agg(md5(customer::text)::uuid, day, amount) FILTER (WHERE day <= '2024-08-31') AS u,
                customers_agg(md5(customer::text)::uuid, day,
                amount) FILTER (WHERE day BETWEEN '2024-09-01' AND '2024-11-30') AS u2,
                customers_agg(md5(customer::text), day, amount) FILTER (WHERE day <= '2024-08-31') AS x,
                customers_agg(md5(customer::text), day, amount) FILTER (WHERE day BETWEEN '2024-09-01' AND
                '2024-11-30') AS x2 FROM orders) AS o,
     LATERAL (SELECT holdout_value_summary(u, u2, model, spend, '2024-08-31', '2024-11-30')
              UNION ALL SELECT holdout_value_summary(x, x2, model, spend, '2024-08-31',
              '2024-11-30')) AS both_kinds(s);

-- Nothing, models without parameters, and what is wrong.
CREATE TEMP TABLE none AS SELECT customers_agg(1, '2024-01-01', 5.0) FILTER (WHERE false) AS customers;
SELECT s.* FROM none, m, holdout_value_summary(customers, customers, model, spend, '2024-08-31', '2024-11-30') AS s;
SELECT count(f) FROM none, m, holdout_value_customers(customers, customers, model, spend, '2024-08-31',
       '2024-11-30') AS f;
SELECT s.customers, s.unknown > 500 AS all_unknown, s.expected FROM c, m, holdout_value_summary(calibration,
       holdout, '1:mbgnbd:too few customers:3,0,0', spend, '2024-08-31', '2024-11-30') AS s;
SELECT s.actual, s.purchases, s.relative_error FROM c, m, none, holdout_value_summary(calibration, customers, model,
       spend, '2024-08-31', '2024-11-30') AS s;
SELECT s.* FROM c, m, holdout_value_summary(calibration, holdout, model, spend, '2024-08-30', '2024-11-30') AS s;
SELECT s.* FROM c, m, holdout_value_summary(calibration, holdout, model, spend, '2024-08-31', '2024-11-01') AS s;
SELECT s.* FROM c, m, holdout_value_summary(calibration, calibration, model, spend, '2024-08-31',
       '2024-11-30') AS s;
SELECT s.* FROM c, m, holdout_value_summary(calibration, holdout, model, spend, '2024-08-31', '2024-08-31') AS s;
SELECT s.* FROM c, m, holdout_value_summary(calibration, holdout, spend, spend, '2024-08-31', '2024-11-30') AS s;
SELECT s.* FROM c, m, holdout_value_summary(calibration, holdout, model, model, '2024-08-31', '2024-11-30') AS s;
SELECT s.* FROM c, m, holdout_value_summary(calibration, holdout, model, spend, '2024-08-31', '2024-11-30',
       'month') AS s;
