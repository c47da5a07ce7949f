-- Forecasts. Orders are read once, into one value that holds every customer; models are fitted to it and stored.
CREATE TEMPORARY TABLE everyone AS
SELECT customers_zone_agg(customer_id, ordered_at, amount, 'UTC') AS c FROM shop.orders WHERE kind = 'order';
CREATE TEMPORARY TABLE models AS
SELECT 1 AS place, bgnbd_fit(c, '2026-01-01') AS model FROM everyone
UNION ALL SELECT 2, mbgnbd_fit(c, '2026-01-01') FROM everyone
UNION ALL SELECT 3, pareto_nbd_fit(c, '2026-01-01') FROM everyone;
CREATE TEMPORARY TABLE fitted AS
SELECT c, (SELECT model FROM models WHERE place = 1) AS model, gamma_gamma_fit(c) AS spend_model,
       bgnbd_fit(c, '2025-06-30') AS earlier_model
FROM everyone;

\pset title 'When do customers buy, and when do they leave? Three models of the same orders, in weeks'
SELECT s.model, s.status, pg_temp.many(s.customers) AS customers, round(s.log_likelihood::numeric, 2) AS "log-likelihood",
       round(s.aic::numeric, 1) AS aic, round((s.aic - min(s.aic) OVER ())::numeric, 1) AS "aic above the best"
FROM models, model_summary(model) AS s ORDER BY place;

\pset title 'BG/NBD and Gamma-Gamma: estimates with 95 % intervals, and the truth of the simulation'
SELECT m AS model, parameter, round(estimate::numeric, 3) AS estimate, round(lower::numeric, 3) AS "from", round(upper::numeric, 3) AS "to", value AS truth,
       CASE WHEN value BETWEEN lower AND upper THEN 'yes' ELSE 'no' END AS "truth in it?"
FROM (SELECT 1 AS place, 'BG/NBD' AS m, p.* FROM fitted, model_parameters(model) AS p
      UNION ALL SELECT 2, 'Gamma-Gamma', p.* FROM fitted, model_parameters(spend_model) AS p) AS estimates
LEFT JOIN shop.simulation_truth ON name IN ('bgnbd_' || parameter, 'bgnbd_' || parameter || '_weeks', 'gamma_gamma_' || parameter)
                                   AND starts_with(name, CASE m WHEN 'BG/NBD' THEN 'bgnbd' ELSE 'gamma' END)
ORDER BY place, parameter <> 'r', parameter <> 'alpha', parameter;

\pset title 'Does the model describe its customers? By number of repeat purchase days'
SELECT purchases || CASE WHEN or_more THEN ' or more' ELSE '' END AS "repeat purchases", actual, round(expected::numeric, 1) AS expected,
       repeat('█', round(30 * actual / max(actual) OVER ())::int) AS "actual ", repeat('░', round(30 * expected / max(actual) OVER ())::int) AS "expected "
FROM fitted, fitted_counts(model, histories(c, '2026-01-01')) ORDER BY purchases;

\pset title 'Does it foresee? Fitted to June 2025, then compared with the half year after: purchase days per customer'
SELECT purchases || CASE WHEN or_more THEN ' or more' ELSE '' END AS "repeat purchases before", pg_temp.many(customers) AS customers,
       round(actual::numeric, 2) AS "bought after", round(expected::numeric, 2) AS "expected",
       repeat('█', round(5 * actual)::int) AS "bought ", repeat('░', round(5 * expected)::int) AS "expected "
FROM fitted, holdout_by_count(c, earlier_model, '2025-06-30', '2025-12-31', most => 5) ORDER BY purchases;

\pset title 'The same in sum, in purchase days: of all customers together, and how far off one customer is'
SELECT pg_temp.many(customers) AS customers, actual AS "bought after", round(expected::numeric, 1) AS expected,
       pg_temp.percent(expected / actual - 1) AS "too many by", round(rmse::numeric, 3) AS "one customer, rmse", round(mae::numeric, 3) AS "one customer, mae"
FROM fitted, holdout_summary(c, earlier_model, '2025-06-30', '2025-12-31');

\pset title 'Week by week: repeat purchases of the customers of June 2025, eight weeks a row'
SELECT min(since) AS "from", max(until) AS until, CASE WHEN holdout THEN 'forecast' ELSE 'fitted' END AS " ", sum(actual) AS actual,
       round(sum(expected)::numeric, 1) AS expected, repeat('█', round(sum(actual) / 8)::int) AS "actual ", repeat('░', round(sum(expected) / 8)::int) AS "expected "
FROM fitted, purchases_by_week(c, earlier_model, '2025-06-30', '2025-12-31') GROUP BY holdout, (week - 1) / 8 ORDER BY 1;

-- What the next year brings, beside what the simulation knows will happen.
CREATE TEMPORARY TABLE outlook AS
SELECT f.*, t.future_orders, t.future_amount
FROM fitted, customer_forecast(c, model, '2026-01-01', 'week', 52, spend_model) AS f JOIN shop.customer_truth AS t ON t.customer_id = f.customer_id;

\pset title 'Who will be worth most next year, discounted at 10 %? The future columns nobody knows but the simulation'
SELECT customer_id AS customer, x AS "repeats", round((t - t_x)::numeric) AS "weeks silent", round(mean_amount::numeric, 2) AS "mean order",
       pg_temp.percent(p_alive) AS "P(alive)", pg_temp.percent(churn_probability) AS "no order", round(expected_purchases::numeric, 1) AS orders,
       round(predicted_clv::numeric, 2) AS "value", future_orders AS "future orders", future_amount AS "future amount"
FROM outlook ORDER BY predicted_clv DESC NULLS LAST, customer_id LIMIT 10;

\pset title 'Tenths of customers by predicted value: what they will really spend'
SELECT tenth, pg_temp.many(count(*)) AS customers, round(sum(predicted_clv)::numeric) AS predicted, round(sum(future_amount)) AS "future amount",
       pg_temp.percent((sum(future_amount) / sum(sum(future_amount)) OVER ())::float8) AS share,
       repeat('█', round(60 * sum(future_amount) / sum(sum(future_amount)) OVER ())::int) AS " "
FROM (SELECT *, ntile(10) OVER (ORDER BY predicted_clv DESC NULLS LAST, customer_id) AS tenth FROM outlook) AS o GROUP BY tenth ORDER BY tenth;

-- Contracts paid by the month: a period is a month; who upgraded or paused has not been lost.
CREATE TEMPORARY TABLE contracts AS
SELECT plan, sbg_fit(greatest(months, lost::int), lost) AS model
FROM (SELECT plan, ended_on IS NOT NULL AND end_reason = 'cancel' AS lost,
             (extract(year FROM age(coalesce(ended_on, '2026-01-01'), started_on)) * 12
              + extract(month FROM age(coalesce(ended_on, '2026-01-01'), started_on)))::int AS months
      FROM shop.subscriptions WHERE billing_period = 'month') AS s
GROUP BY plan;

\pset title 'How long will contracts last? Monthly subscriptions, shifted beta-geometric model; months to come discounted at 0.8 % each'
SELECT plan, s.customers, s.status, pg_temp.percent(renewal_probability(contracts.model, 0)) AS "first renewal",
       pg_temp.percent(renewal_probability(contracts.model, 11)) AS "12th renewal", pg_temp.percent(survival_probability(contracts.model, 12)) AS "there after a year",
       round(residual_lifetime(contracts.model, 0, 0.008)::numeric, 1) AS "new: months to come",
       round(residual_lifetime(contracts.model, 12, 0.008)::numeric, 1) AS "a year old"
FROM contracts, model_summary(contracts.model) AS s ORDER BY plan;
\pset title
