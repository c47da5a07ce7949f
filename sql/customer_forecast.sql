-- Models over a customers value, and what each of its customers will do next.
CREATE TEMP TABLE orders AS
    SELECT i, (i * 7919) % 601 AS customer,
           date '2024-01-01' + (((i * 7919) % 601) % 90 + ((i / 601) * (i / 601 + (i * 31) % 23 + 3))) % 360 AS day,
           (10 + (i * 31) % 97 + ((i * 7919) % 601) % 40) / 4.0 AS amount
    FROM generate_series(1, 4000) AS i WHERE (i * 7919) % 601 % 5 > 2 OR i % 3 = 0;
CREATE TEMP TABLE c AS SELECT customers_agg(customer, day, amount) AS customers FROM orders;
CREATE TEMP TABLE m AS SELECT mbgnbd_fit(customers, '2024-12-31') AS model, gamma_gamma_fit(customers) AS spend_model
FROM c;
SELECT model_status(model) AS model, model_status(spend_model) AS spend_model FROM m;
CREATE TEMP TABLE inputs AS SELECT i.* FROM c, model_inputs(customers, '2024-12-31', 7) AS i;

-- Histories and fits over the value are those over its rows, and know their unit of time.
SELECT replace(histories(customers, '2024-12-31')::text, ' week', '')::histories_state =
       (SELECT histories_agg(x, t_x, t) FROM inputs) AS histories,
       replace(histories(customers, '2024-12-31', 'day')::text, ' day', '')::histories_state =
       (SELECT histories_agg(x, t_x, t) FROM model_inputs(customers, '2024-12-31')) AS in_days,
       spend_histories(customers) = (SELECT spend_agg(x, m) FROM inputs) AS spending
FROM c;
SELECT replace(bgnbd_fit(customers, '2024-12-31')::text, ' week', '')::customer_model = (SELECT bgnbd_fit(x, t_x, t)
           FROM inputs) AS bgnbd,
       replace(mbgnbd_fit(customers, '2024-12-31')::text, ' week', '')::customer_model = (SELECT mbgnbd_fit(x, t_x, t)
           FROM inputs) AS mbgnbd,
       replace(pareto_nbd_fit(customers, '2024-12-31')::text, ' week', '')::customer_model =
       (SELECT pareto_nbd_fit(x, t_x, t) FROM inputs) AS pareto_nbd,
       gamma_gamma_fit(customers) = (SELECT gamma_gamma_fit(x, m) FROM inputs) AS gamma_gamma
FROM c;
-- Calibration: what was known on a day, and who was there.
SELECT histories(customers, '2024-06-30') = (SELECT histories(customers_agg(customer, day, amount), '2024-06-30')
           FROM orders WHERE day <= '2024-06-30') AS as_if_later_rows_were_not
FROM c;
SELECT histories(customers, '2023-06-30') AS nobody_yet FROM c;
SELECT histories(customers, '2024-12-31', 'moon') AS error FROM c;
SELECT spend_histories(customers_agg(1, day, 0)) AS all_free
FROM (VALUES (date '2024-01-01'), ('2024-01-05')) AS t(day);

-- What follows as_of is as if it were not known: the same from all rows, refunds too, and from those up to then. Some
-- customers come later.
CREATE TEMP TABLE moments AS
SELECT at, customers_agg(customer, day, CASE WHEN i % 7 = 0 THEN -amount ELSE amount END) AS customers,
       customers_agg(customer, day, CASE WHEN i % 7 = 0 THEN -amount ELSE amount END) FILTER (WHERE day <= at) AS known
FROM orders, (VALUES (date '2024-02-15'), ('2024-06-30'), ('2024-12-31')) AS d(at) GROUP BY at;
SELECT at, bool_and(histories(customers, at, unit) = histories(known, at, unit)) AS histories,
       bool_and(histories(customers, at, unit) = histories(known, at, unit)) AS calibration,
       min(history_customers(histories(known, at, unit))) AS customers
FROM moments, unnest('{day,week,month,quarter,year}'::text[]) AS unit GROUP BY at ORDER BY at;
SELECT at, bgnbd_fit(customers, at) = bgnbd_fit(known, at) AS bgnbd,
       mbgnbd_fit(customers, at) = mbgnbd_fit(known, at) AS mbgnbd,
       pareto_nbd_fit(customers, at, 'day') = pareto_nbd_fit(known, at, 'day') AS pareto_nbd
FROM moments ORDER BY at;
CREATE TEMP TABLE both_forecasts AS
SELECT at, true AS is_known, f.* FROM moments, m, customer_forecast(known, model, at) AS f
UNION ALL SELECT at, false, f.* FROM moments, m, customer_forecast(customers, model, at) AS f;
SELECT at, count(*) / 2 AS customers,
       count(DISTINCT (customer_id, x, t_x, t, p_alive, expected_purchases, churn_probability)) * 2 = count(*) AS same,
       count(mean_amount) FILTER (WHERE is_known) AS means,
       count(mean_amount) FILTER (WHERE NOT is_known) AS means_of_all
FROM both_forecasts GROUP BY at ORDER BY at;
-- Amounts are kept in sums: with a spend model, what follows is an error.
SELECT count(*) AS error FROM c, m, customer_forecast(customers, model, '2024-06-30', spend_model => spend_model);
-- as_of is a day: as a date, a timestamp, a literal and a parameter, at any time of that day; not as a timestamptz.
SELECT histories(customers, date '2024-06-30') = h AS of_date,
       histories(customers, timestamp '2024-06-30 00:00') = h AS of_timestamp,
       histories(customers, '2024-06-30 23:59:59.999999') = h AS end_of_day,
       histories(customers, '2024-07-01') = h AS next_day
FROM c, LATERAL (SELECT histories(customers, '2024-06-30') AS h) AS one;
PREPARE one AS SELECT histories(customers, $1) = histories(customers, '2024-06-30') AS of_parameter FROM c;
EXECUTE one('2024-06-30');
SELECT histories(customers, timestamptz '2024-06-30 12:00+00') AS error FROM c;
SELECT histories(customers, 'infinity') AS error FROM c;
SELECT histories(customers, '-infinity') AS error FROM c;
SELECT histories(customers, '10000-01-01') AS error FROM c;
SELECT bgnbd_fit(customers, timestamptz '2024-06-30 12:00+00') AS error FROM c;
-- Units of time as people write them.
SELECT histories(customers, '2024-06-30', 'Weekly') = histories(customers, '2024-06-30', 'week') AS weeks,
       histories(customers, '2024-06-30', 'MONTHS') = histories(customers, '2024-06-30', 'month') AS months,
       histories(customers, '2024-06-30', 'annual') = histories(customers, '2024-06-30', 'year') AS years
FROM c;
SELECT histories(customers, '2024-06-30', 'week:sunday') AS error FROM c;
-- Ids come back in their own type, and change nothing else.
CREATE TEMP TABLE kinds AS
SELECT customers_agg(md5(customer::text)::uuid, day, amount) AS of_uuid,
       customers_agg(customer::text, day, amount) AS of_text
FROM orders;
SELECT histories(of_uuid, '2024-06-30') = histories(customers, '2024-06-30') AS of_uuid,
       histories(of_text, '2024-06-30') = histories(customers, '2024-06-30') AS of_text
FROM c, kinds;
SELECT count(*) AS everybody, count(u.x) AS uuids, count(t.x) AS texts, count(i.x) AS integers
FROM (SELECT DISTINCT customer AS id FROM orders WHERE day <= '2024-02-15') AS o
LEFT JOIN (SELECT f.* FROM kinds, m, customer_forecast(of_uuid, model, '2024-02-15') AS f) AS u
    ON u.customer_id = md5(id::text)::uuid
LEFT JOIN (SELECT f.* FROM kinds, m, holdout_customers(of_text, model, '2024-02-15', '2024-12-31') AS f) AS t
    ON t.customer_id = id::text
LEFT JOIN (SELECT f.* FROM c, m, customer_forecast(customers, model, '2024-02-15') AS f) AS i ON i.customer_id = id;

-- A row for each customer, column by column as the functions give it.
CREATE TEMP TABLE forecast AS
    SELECT f.* FROM c, m, customer_forecast(customers, model, '2024-12-31', 'week', 26, spend_model, 0.12, 0.4) AS f;
SELECT count(*) = (SELECT count(*) FROM inputs) AS every_customer,
       bool_and((f.x, f.t_x, f.t) = (i.x, i.t_x, i.t) AND f.mean_amount IS NOT DISTINCT FROM i.m) AS inputs,
       bool_and(p_alive = p_alive(model, i.x, i.t_x, i.t)) AS p_alive,
       bool_and(abs(expected_purchases - expected_purchases(model, i.x, i.t_x, i.t, 26)) <= 1e-15 *
           expected_purchases) AS expected_purchases,
       bool_and(churn_probability = churn_probability(model, i.x, i.t_x, i.t, 26)) AS churn_probability,
       bool_and(expected_spend = expected_spend(spend_model, i.x, i.m)) AS expected_spend,
       bool_and(abs(predicted_clv - predicted_clv(model, spend_model, i.x, i.t_x, i.t, i.m, 'week', 26, 0.12, 0.4)) <=
           1e-14 * predicted_clv) AS predicted_clv
FROM forecast AS f JOIN inputs AS i USING (customer_id), m;
-- Without a spend model there is no value; for ever there are no expectations, but values.
SELECT count(p_alive) > 0 AS alive, count(expected_spend) AS no_spend, count(predicted_clv) AS no_value
FROM c, customer_forecast(customers, mbgnbd_fit(customers, '2024-12-31'), '2024-12-31') AS f;
SELECT count(expected_purchases) AS no_expectation, count(churn_probability) AS no_churn,
       count(predicted_clv) = count(*) AS values
FROM c, customer_forecast(customers, pareto_nbd_model(0.5, 10, 0.6, 12), '2024-12-31', 'week', NULL,
        gamma_gamma_fit(customers)) AS f;
SELECT count(*) > 0 AS rows, count(p_alive) AS but_no_answers FROM c,
       customer_forecast(customers, '1:bgnbd:too few customers:3,0,0', '2024-12-31') AS f;
SELECT count(*) AS nobody FROM customer_forecast('1:bigint'::customers_state, bgnbd_model(1, 1, 1, 1), '2024-12-31');
SELECT count(*) AS nothing FROM customer_forecast(NULL::customers_state, bgnbd_model(1, 1, 1, 1), '2024-12-31');
-- Only free repeat purchases are no information about amounts.
SELECT x, mean_amount, expected_spend, predicted_clv
FROM (SELECT customers_agg(1, day, amount) AS c
        FROM (VALUES (date '2024-01-01', 5), ('2024-01-05', 0)) AS t(day, amount)) AS s,
     customer_forecast(c, bgnbd_model(1, 1, 1, 1), '2024-12-31', 'week', 26, gamma_gamma_model(6, 4, 15));
SELECT * FROM c, customer_forecast(customers, bgbb_model(1, 1, 1, 1), '2024-12-31');
SELECT * FROM c, customer_forecast(customers, bgnbd_model(1, 1, 1, 1), '2024-12-31', 'week', -1);
SELECT * FROM c, customer_forecast(customers, bgnbd_model(1, 1, 1, 1), '2024-12-31', margin => 40);
SELECT * FROM c, customer_forecast(customers, bgnbd_model(1, 1, 1, 1), '2024-12-31', margin => -0.1);
SELECT * FROM c, customer_forecast(customers, bgnbd_model(1, 1, 1, 1), '2024-12-31', discount_rate => 10);
SELECT * FROM c, customer_forecast(customers, bgnbd_model(1, 1, 1, 1), '2024-12-31', 'week', 26,
           bgnbd_model(1, 1, 1, 1));

-- A model knows the unit of time in which the extension measured the histories it was fitted to: another one is an
-- error.
CREATE TEMP TABLE fitted AS
    SELECT c, bgnbd_fit(c, '2025-12-31') AS weekly, bgnbd_fit(c, '2025-12-31', 'month') AS monthly
    FROM (SELECT customers_agg(i % 300, date '2024-01-01' + i * 17 % 600 + i % 300 / 3, 10.0) AS c
            FROM generate_series(1, 1500) AS i) AS t;
SELECT model_unit(weekly) AS week, model_unit(monthly) AS month,
       model_unit(bgnbd_model(0.24, 4.4, 0.8, 2.4)) IS NULL AS unknown,
       weekly::text::customer_model = weekly AS through_text, left(monthly::text, 14) AS text
FROM fitted;
SELECT count(*) AS error FROM fitted, customer_forecast(c, weekly, '2025-12-31', unit => 'month', horizon => 12);
SELECT count(*) AS error FROM fitted, customer_forecast(c, monthly, '2025-12-31');
SELECT count(*) > 0 AS any_unit FROM fitted,
       customer_forecast(c, bgnbd_model(0.24, 4.4, 0.8, 2.4), '2025-12-31', unit => 'quarter');
SELECT discounted_purchases(monthly, 2, 3.0, 8.0, 'week') AS error FROM fitted;
SELECT * FROM fitted, holdout_summary(c, weekly, '2025-06-30', '2025-12-31', 'day');
SELECT log_likelihood(weekly, histories(c, '2025-12-31', 'month')) AS error FROM fitted;
SELECT rollup(h) AS error FROM fitted,
       LATERAL (VALUES (histories(c, '2025-12-31', 'month')), (histories(c, '2025-12-31', 'day'))) AS two(h);
SELECT rollup(h) = histories(c, '2025-12-31', 'month') AS unit_stays
FROM fitted,
    LATERAL (VALUES (histories(c, '2025-12-31', 'month')), ('1:purchases:'), ('1:purchases month:')) AS three(h)
GROUP BY c;
SELECT '1:purchases week:1,2,3,4'::histories_state AS kept,
       '1:gamma_gamma week:assumed:0,0,0:1,2,3'::customer_model AS error;
SELECT '1:spending week:1,2,4'::histories_state AS error;
SELECT '1:purchases fortnight:'::histories_state AS error;
