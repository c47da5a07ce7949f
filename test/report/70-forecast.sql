-- Forecasts. Orders are read once, into one value that holds every customer; models are fitted to it and stored.
\qecho :chapter 'Forecasts: who will buy, and how much?'
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

\qecho :title 'When do customers buy, and when do they leave? Three models of the same orders, in weeks'
SELECT s.model, s.status, pg_temp.many(s.customers) AS customers, pg_temp.decimals(s.log_likelihood, 2) AS "log-likelihood",
       pg_temp.decimals(s.aic, 1) AS "AIC", pg_temp.decimals(s.aic - min(s.aic) OVER (), 1) AS "AIC above the best"
FROM models, model_summary(model) AS s ORDER BY place;
\qecho :by 'model_summary(model): bgnbd_fit(customers, as_of), mbgnbd_fit(customers, as_of), pareto_nbd_fit(customers, as_of)'

\qecho :title 'BG/NBD and Gamma-Gamma: estimates with 95 % intervals, and the truth of the simulation'
SELECT m AS model, parameter, pg_temp.decimals(estimate, 3) AS estimate, pg_temp.decimals(lower, 3) AS "from", pg_temp.decimals(upper, 3) AS "to",
       coalesce(pg_temp.decimals(value::float8, 3), 'none known') AS truth, CASE WHEN value BETWEEN lower AND upper THEN 'yes' ELSE 'no' END AS "truth in it?"
FROM (SELECT 1 AS place, 'BG/NBD' AS m, p.* FROM fitted, model_parameters(model) AS p
      UNION ALL SELECT 2, 'Gamma-Gamma', p.* FROM fitted, model_parameters(spend_model) AS p) AS estimates
LEFT JOIN shop.simulation_truth ON name IN ('bgnbd_' || parameter, 'bgnbd_' || parameter || '_weeks', 'gamma_gamma_' || parameter)
                                   AND starts_with(name, CASE m WHEN 'BG/NBD' THEN 'bgnbd' ELSE 'gamma' END)
ORDER BY place, parameter <> 'r', parameter <> 'alpha', parameter;
\qecho :by 'model_parameters(bgnbd_fit(customers, as_of)), model_parameters(gamma_gamma_fit(customers))'

\qecho :title 'Does the model describe its customers? By number of repeat purchase days'
SELECT purchases || CASE WHEN or_more THEN ' or more' ELSE '' END AS "repeat purchases", pg_temp.many(actual) AS actual, pg_temp.decimals(expected, 1) AS expected,
       pg_temp.bar(actual / max(actual) OVER ()::float8, 25) AS "actual, drawn", repeat('░', round(25 * expected / max(actual) OVER ())::int) AS "expected, drawn"
FROM fitted, fitted_counts(model, histories(c, '2026-01-01')) ORDER BY purchases;
\qecho :by 'fitted_counts(model, histories(customers, ''2026-01-01''))'

\qecho :title 'Does it foresee? Fitted to June 2025, then compared with the half year after: purchase days per customer'
SELECT purchases || CASE WHEN or_more THEN ' or more' ELSE '' END AS "repeat purchases before", pg_temp.many(customers) AS customers,
       pg_temp.decimals(actual, 2) AS "bought after", pg_temp.decimals(expected, 2) AS "expected",
       pg_temp.bar(actual / max(greatest(actual, expected)) OVER (), 18) AS "bought, drawn", repeat('░', round(18 * expected / max(greatest(actual, expected)) OVER ())::int) AS "expected, drawn"
FROM fitted, holdout_by_count(c, earlier_model, '2025-06-30', '2025-12-31', most => 5) ORDER BY purchases;
\qecho :by 'holdout_by_count(customers, model_of_june, ''2025-06-30'', ''2025-12-31'', most => 5)'

\qecho :title 'The same in sum, in purchase days: of all customers together, and how far off one customer is'
SELECT pg_temp.many(customers) AS customers, pg_temp.many(actual) AS "bought after", pg_temp.decimals(expected, 1) AS expected,
       pg_temp.percent(expected / actual - 1) AS "too many by", pg_temp.decimals(rmse, 3) AS "error of one customer, root mean square", pg_temp.decimals(mae, 3) AS "mean absolute"
FROM fitted, holdout_summary(c, earlier_model, '2025-06-30', '2025-12-31');
\qecho :by 'holdout_summary(customers, model_of_june, ''2025-06-30'', ''2025-12-31'')'

\qecho :title 'Week by week: repeat purchases of the customers of June 2025, eight weeks a row'
SELECT min(since) AS "from", max(until) AS until, CASE WHEN holdout THEN 'forecast' ELSE 'fitted' END AS part, pg_temp.many(sum(actual)::bigint) AS actual,
       pg_temp.decimals(sum(expected), 1) AS expected, pg_temp.bar((sum(actual) / max(sum(actual)) OVER ())::float8, 16) AS "actual, drawn",
       repeat('░', round(16 * sum(expected) / (max(sum(actual)) OVER ())::float8)::int) AS "expected, drawn"
FROM fitted, purchases_by_week(c, earlier_model, '2025-06-30', '2025-12-31') GROUP BY holdout, (week - 1) / 8 ORDER BY 1;
\qecho :by 'purchases_by_week(customers, model_of_june, ''2025-06-30'', ''2025-12-31'')'

-- What the next year brings, beside what the simulation knows will happen.
CREATE TEMPORARY TABLE outlook AS
SELECT f.*, t.future_orders, t.future_amount
FROM fitted, customer_forecast(c, model, '2026-01-01', 'week', 52, spend_model) AS f JOIN shop.customer_truth AS t ON t.customer_id = f.customer_id;

\qecho :title 'Who will be worth most next year, discounted at 10 %? What they will really do only the simulation knows'
SELECT customer_id AS customer, x AS "repeats", round((t - t_x)::numeric) AS "weeks silent", pg_temp.decimals(mean_amount, 2) AS "mean order",
       pg_temp.percent(p_alive) AS "alive", pg_temp.percent(churn_probability) AS "no order", pg_temp.decimals(expected_purchases, 1) AS "orders expected",
       pg_temp.decimals(predicted_clv, 2) AS "value expected", future_orders AS "orders to come", pg_temp.money(future_amount::numeric) AS "amount to come"
FROM outlook ORDER BY predicted_clv DESC NULLS LAST, customer_id LIMIT 10;
\qecho :by 'customer_forecast(customers, model, ''2026-01-01'', ''week'', 52, spend_model)'

\qecho :title 'Tenths of customers by predicted value: what they will really spend'
SELECT tenth, pg_temp.many(count(*)) AS customers, pg_temp.many(round(sum(predicted_clv))::bigint) AS predicted, pg_temp.many(round(sum(future_amount))::bigint) AS "amount to come",
       pg_temp.percent((sum(future_amount) / sum(sum(future_amount)) OVER ())::float8) AS share,
       pg_temp.bar((sum(future_amount) / sum(sum(future_amount)) OVER ())::float8, 45) AS "share, drawn"
FROM (SELECT *, ntile(10) OVER (ORDER BY predicted_clv DESC NULLS LAST, customer_id) AS tenth FROM outlook) AS o GROUP BY tenth ORDER BY tenth;
\qecho :by 'customer_forecast(customers, model, ''2026-01-01'', ''week'', 52, spend_model)'

-- Contracts paid by the month: a period is a month; who upgraded or paused has not been lost.
CREATE TEMPORARY TABLE contracts AS
SELECT plan, sbg_fit(greatest(months, lost::int), lost) AS model
FROM (SELECT plan, ended_on IS NOT NULL AND end_reason = 'cancel' AS lost,
             (extract(year FROM age(coalesce(ended_on, '2026-01-01'), started_on)) * 12
              + extract(month FROM age(coalesce(ended_on, '2026-01-01'), started_on)))::int AS months
      FROM shop.subscriptions WHERE billing_period = 'month') AS s
GROUP BY plan;

\qecho :title 'How long will contracts last? Monthly subscriptions, shifted beta-geometric model; months to come discounted at 0.8 % each'
SELECT plan, pg_temp.many(s.customers) AS contracts, s.status, pg_temp.percent(renewal_probability(contracts.model, 0)) AS "first renewal",
       pg_temp.percent(renewal_probability(contracts.model, 11)) AS "12th renewal", pg_temp.percent(survival_probability(contracts.model, 12)) AS "there after a year",
       pg_temp.decimals(residual_lifetime(contracts.model, 0, 0.008), 1) AS "months to come, new",
       pg_temp.decimals(residual_lifetime(contracts.model, 12, 0.008), 1) AS "months to come, a year old"
FROM contracts, model_summary(contracts.model) AS s ORDER BY plan;
\qecho :by 'sbg_fit(months, lost), renewal_probability(model, month), survival_probability(model, 12), residual_lifetime(model, month, 0.008)'
