-- Churn, survival and early warning, as of 2026-01-01, the end of the data.
\pset title 'Who leaves? Subscribers of July to December 2025 by plan; who changes plans leaves one, but not us'
SELECT plan, pg_temp.many(at_start) AS "at the start", pg_temp.many(joined) AS joined, pg_temp.many(lost) AS lost, pg_temp.many(at_end) AS "at the end",
       pg_temp.percent(e.value) AS churn, pg_temp.strip(e.value, e.lower, e.upper, 0, 1) AS "0                  50 %             100 %"
FROM (SELECT CASE n WHEN 1 THEN plan ELSE 'ALL' END AS plan, subscribers_agg(customer_id, started_on, ended_on, '2025-07-01', '2026-01-01') AS s
      FROM shop.subscriptions, generate_series(1, 2) AS n GROUP BY 1) AS plans, churn_counts(s), rate_estimate(churn(s)) AS e
ORDER BY plan = 'ALL', e.value DESC;

\pset title 'Three analysts, five churn rates: July to December 2025 under each denominator'
SELECT denominator AS "losses divided by", CASE denominator WHEN 'start' THEN lost ELSE losses END AS losses, pg_temp.percent(churn_rate(s, denominator)) AS "half a year",
       pg_temp.percent(annualize_rate(churn_rate(s, denominator), 2)) AS "a year"
FROM (SELECT subscribers_agg(customer_id, started_on, ended_on, '2025-07-01', '2026-01-01') AS s FROM shop.subscriptions) AS half, churn_counts(s),
     unnest('{start,average,end,exposure,start_and_joined}'::text[]) WITH ORDINALITY AS d(denominator, place)
ORDER BY place;

CREATE TEMPORARY TABLE spells AS
SELECT plan, survival_agg(coalesce(ended_on, '2026-01-01') - started_on, end_reason = 'cancel') AS s FROM shop.subscriptions GROUP BY plan;

\pset title 'How long do they stay? Share of subscriptions not cancelled (Kaplan-Meier; – is not reached)'
SELECT plan, pg_temp.many(ended(s)) AS cancelled, pg_temp.many(censored(s)) AS "not yet", pg_temp.percent(survival_at(s, 90)) AS "90 days", pg_temp.percent(survival_at(s, 180)) AS "180 days",
       pg_temp.percent(survival_at(s, 365)) AS "a year", m.value AS "median days", m.lower AS "from", m.upper AS "to", round(restricted_mean(s, 365)) AS "days of the first 365"
FROM spells, survival_quantile_estimate(s) AS m
ORDER BY survival_at(s, 180);

\pset title 'Do the plans really differ? Log-rank test'
SELECT plan, pg_temp.many(observed) AS cancelled, to_char(expected, '990.0') AS "if all were alike", to_char(ratio, '0.00') AS ratio,
       CASE place WHEN 1 THEN to_char(chi_square, '990.0') END AS "chi square", CASE place WHEN 1 THEN to_char(p_value, '0.000000') END AS "p value"
FROM (SELECT array_agg(s ORDER BY plan) AS curves, array_agg(plan ORDER BY plan) AS plans FROM spells) AS t, log_rank_test(curves),
     LATERAL (SELECT plans[group_no] AS plan, observed, expected, ratio, row_number() OVER (ORDER BY ratio DESC) AS place FROM log_rank_groups(curves)) AS g
ORDER BY place;

CREATE TEMPORARY TABLE warnings AS
SELECT w.*, customer_id AS id
FROM (SELECT cohorts_zone_agg(customer_id, ordered_at, 'day', 'UTC') AS c FROM shop.orders WHERE kind = 'order') AS orders, early_warnings(c, '2026-01-01') AS w;

\pset title 'Early warning: silent for longer than 90 % of their gaps. The simulation knows who is alive'
SELECT warning, pg_temp.many(count(*) FILTER (WHERE basis = 'own')) AS "own rhythm", pg_temp.many(count(*) FILTER (WHERE basis = 'population')) AS "too few gaps: everybody's",
       pg_temp.percent(avg(alive::integer) FILTER (WHERE basis = 'own')) AS "alive, own", pg_temp.percent(avg(alive::integer) FILTER (WHERE basis = 'population')) AS "alive, everybody's",
       to_char(avg(future_orders), '0.00') AS "orders in the next year"
FROM warnings JOIN shop.customer_truth AS t ON t.customer_id = id
GROUP BY level, warning ORDER BY level;

\pset title 'Whom to call first: overdue or at risk, by what they used to spend'
SELECT customer_id AS customer, to_char(spent, '99,990.00') AS "spent so far", warning, reason
FROM warnings JOIN (SELECT customer_id AS id, sum(amount) AS spent FROM shop.orders GROUP BY 1) AS o USING (id)
WHERE level IN (1, 2) ORDER BY spent DESC, id LIMIT 5;
