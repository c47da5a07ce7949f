-- Churn, survival and early warning, as of 2026-01-01, the end of the data.
\qecho :title 'Who leaves? Subscribers of July to December 2025 by plan; who changes plans leaves one, but not us'
SELECT plan, pg_temp.many(at_start) AS "at the start", pg_temp.many(joined) AS joined, pg_temp.many(lost) AS lost, pg_temp.many(at_end) AS "at the end",
       pg_temp.percent(e.value) AS churn, pg_temp.strip(e.value, e.lower, e.upper, 0, 1, 36) AS "0                 50 %          100 %"
FROM (SELECT CASE n WHEN 1 THEN plan ELSE 'ALL' END AS plan, subscribers_agg(customer_id, started_on, ended_on, '2025-07-01', '2026-01-01') AS s
      FROM shop.subscriptions, generate_series(1, 2) AS n GROUP BY 1) AS plans, churn_counts(s), rate_estimate(churn(s)) AS e
ORDER BY plan = 'ALL', e.value DESC;
\qecho :by 'churn_counts(subscribers_agg(customer_id, started_on, ended_on, since, until)), rate_estimate(churn(subscribers))'

\qecho :title 'Three analysts, five churn rates: July to December 2025 under each denominator'
SELECT denominator AS "losses divided by", CASE denominator WHEN 'start' THEN lost ELSE losses END AS losses, pg_temp.percent(churn_rate(s, denominator)) AS "in half a year",
       pg_temp.percent(annualize_rate(churn_rate(s, denominator), 2)) AS "in a year"
FROM (SELECT subscribers_agg(customer_id, started_on, ended_on, '2025-07-01', '2026-01-01') AS s FROM shop.subscriptions) AS half, churn_counts(s),
     unnest('{start,average,end,exposure,start_and_joined}'::text[]) WITH ORDINALITY AS d(denominator, place)
ORDER BY place;
\qecho :by 'churn_rate(subscribers, denominator), annualize_rate(rate, 2)'

CREATE TEMPORARY TABLE spells AS
SELECT plan, survival_agg(coalesce(ended_on, '2026-01-01') - started_on, end_reason = 'cancel') AS s FROM shop.subscriptions GROUP BY plan;

\qecho :title 'How long do they stay? Share of subscriptions not cancelled (Kaplan-Meier), and the day by which half are'
SELECT plan, pg_temp.many(ended(s)) AS cancelled, pg_temp.many(censored(s)) AS "not yet", pg_temp.percent(survival_at(s, 180)) AS "after 180 days", pg_temp.percent(survival_at(s, 365)) AS "after a year", coalesce(m.value::text, 'not reached') AS "median days", coalesce(m.lower::text, 'not reached') AS "from",
       coalesce(m.upper::text, 'not reached') AS "to", round(restricted_mean(s, 365)) AS "days of 365"
FROM spells, survival_quantile_estimate(s) AS m
ORDER BY survival_at(s, 180);
\qecho :by 'survival_at(survival_agg(days, cancelled), day), survival_quantile_estimate(survival), restricted_mean(survival, 365)'

\qecho :title 'Do the plans really differ? Log-rank test'
SELECT plan, pg_temp.many(observed) AS cancelled, pg_temp.decimals(expected, 1) AS "expected if all plans were alike", pg_temp.decimals(ratio, 2) AS ratio
FROM (SELECT array_agg(s ORDER BY plan) AS curves, array_agg(plan ORDER BY plan) AS plans FROM spells) AS t,
     LATERAL (SELECT plans[group_no] AS plan, observed, expected, ratio FROM log_rank_groups(curves)) AS g
ORDER BY ratio DESC;
\qecho :by 'log_rank_groups(array_agg(survival))'
\qecho :sentences
SELECT format('The difference between the plans is %s; chi square is %s.', pg_temp.verdict(p_value, 'log_rank_test'), pg_temp.decimals(chi_square, 1))
FROM (SELECT array_agg(s ORDER BY plan) AS curves FROM spells) AS t, log_rank_test(curves);

CREATE TEMPORARY TABLE warnings AS
SELECT w.*, customer_id AS id
FROM (SELECT cohorts_zone_agg(customer_id, ordered_at, 'day', 'UTC') AS c FROM shop.orders WHERE kind = 'order') AS orders, early_warnings(c, '2026-01-01') AS w;

\qecho :title 'Early warning: silent for longer than 90 % of gaps, their own or, with too few of these, those of all. Alive is what the simulation knows'
SELECT warning, pg_temp.many(count(*) FILTER (WHERE basis = 'own')) AS "by their own gaps", coalesce(pg_temp.percent(avg(alive::integer) FILTER (WHERE basis = 'own')), 'none') AS "of these alive",
       pg_temp.many(count(*) FILTER (WHERE basis = 'population')) AS "by the gaps of all", coalesce(pg_temp.percent(avg(alive::integer) FILTER (WHERE basis = 'population')), 'none') AS "of those alive",
       pg_temp.decimals(avg(future_orders)::float8, 2) AS "orders in the next year, mean"
FROM warnings JOIN shop.customer_truth AS t ON t.customer_id = id
GROUP BY level, warning ORDER BY level;
\qecho :by 'early_warnings(cohorts_zone_agg(customer_id, ordered_at, ''day'', ''UTC''), ''2026-01-01'')'

\qecho :title 'Whom to call first: overdue or at risk, by what they spent'
SELECT customer_id AS customer, pg_temp.money(spent) AS "spent so far", warning, reason
FROM warnings JOIN (SELECT customer_id AS id, sum(amount) AS spent FROM shop.orders GROUP BY 1) AS o USING (id)
WHERE level IN (1, 2) ORDER BY spent DESC, id LIMIT 5;
\qecho :by 'early_warnings(cohorts, ''2026-01-01''), sum(amount)'
