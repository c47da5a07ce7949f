-- Acquisition, as of 2026-01-01, the end of the data. What belongs to no channel is shown, so that channels add up.
CREATE TEMPORARY TABLE acquired AS
SELECT channel, rollup(s) AS costs
FROM (SELECT channel, spending_by_agg(month, marketing_cost + sales_cost + ad_cost, NULL, 'month') AS s FROM shop.channel_costs GROUP BY channel
      UNION ALL SELECT channel, spending_by_agg(signed_up_on, NULL::numeric, 1, 'month') FROM shop.customers GROUP BY channel) AS parts
GROUP BY channel;

\qecho :title 'Which channel brings customers, and at what price? Leads of two years, converted within 30 days'
WITH leads AS (
    SELECT channel, conversion_agg(created_at, converted_at, '30 days', '2026-01-01 00:00+00') AS leads FROM shop.leads GROUP BY channel
), channels AS (
    SELECT grouping(named) AS whole, named AS channel, rollup(costs) AS costs, rollup(leads) AS leads
    FROM (SELECT coalesce(a.channel, '(unattributed)') AS named, costs, leads FROM acquired AS a JOIN leads AS l ON a.channel IS NOT DISTINCT FROM l.channel) AS c
    GROUP BY ROLLUP (named)
)
SELECT CASE whole WHEN 1 THEN 'ALL' ELSE channel END AS channel, pg_temp.many(new_customers(costs)) AS "new customers", pg_temp.decimals(cac(costs)::float8, 2) AS "cost of one",
       pg_temp.many(e.n) AS leads, pg_temp.many(e.pending) AS pending, pg_temp.percent(e.value) AS converted,
       pg_temp.strip(e.value, e.lower, e.upper, 0, 0.5, 30) AS "0            25 %          50 %"
FROM channels, conversion_estimate(leads) AS e
ORDER BY whole, cac(costs);
\qecho :by 'cac(spending_by_agg(month, cost, new_customers, ''month'')), conversion_estimate(conversion_agg(created_at, converted_at, ''30 days'', as_of))'

-- What a customer's orders leave a month, after their costs: of all customers, over the months that they have been customers.
SELECT to_char(sum(amount - cost) / months, 'FM990.00') AS margin_a_month, to_char(12 * sum(amount - cost) / months, 'FM990.0') AS margin_a_year
FROM shop.orders, (SELECT (sum(date '2026-01-01' - signed_up_on) / 30.4375) AS months FROM shop.customers) AS m GROUP BY months \gset

\qecho :title 'Spending runs ahead of customers: what one costs by how late they come, paid back by a margin of ':margin_a_month' a month'
SELECT CASE lag WHEN 0 THEN 'at once' WHEN 1 THEN 'a month later' ELSE lag || ' months later' END AS "customers come", pg_temp.decimals(cac(costs, lag)::float8, 2) AS "cost of one",
       pg_temp.decimals(cac_payback(cac(costs, lag)::float8, :margin_a_month), 1) AS "months to pay back"
FROM (SELECT rollup(costs) AS costs FROM acquired) AS a, generate_series(0, 3) AS g(lag)
ORDER BY lag;
\qecho :by 'cac(costs, lag), cac_payback(cost, margin_a_month)'

\qecho :title 'How long until a deal is won? Won deals alone look faster than deals are, because long ones are still open'
SELECT coalesce(channel, 'ALL') AS channel, pg_temp.percent(won_of_closed) AS "won of closed", pg_temp.many(deals) AS "deals timed", pg_temp.decimals(median_won, 1) AS "median days, won deals",
       coalesce(pg_temp.decimals(median, 1), 'not reached') AS "median days, all deals", coalesce(pg_temp.decimals(median_lower, 1), 'not reached') AS "from",
       coalesce(pg_temp.decimals(median_upper, 1), 'not reached') AS "to", negative AS "won before contact"
FROM (SELECT channel, win_rate(CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END) AS won_of_closed,
             sales_cycle_agg(first_contact_at, CASE WHEN status = 'won' THEN closed_at END, coalesce(closed_at, timestamptz '2026-01-01 00:00+00')) AS cycle
      FROM (SELECT coalesce(channel, '(unattributed)') AS channel, status, first_contact_at, closed_at FROM shop.deals) AS d
      GROUP BY ROLLUP (channel)) AS c, sales_cycle_summary(cycle)
ORDER BY channel IS NULL, median;
\qecho :by 'win_rate(won), sales_cycle_summary(sales_cycle_agg(first_contact_at, won_at, until))'

\qecho :title 'Do customers recommend us? What they say, and what they do'
SELECT to_char(day, 'YYYY') AS year, pg_temp.percent(stated) AS "say they would", pg_temp.percent(referral_rate(c.referred_by IS NOT NULL)) AS "new customers referred",
       pg_temp.decimals(referrals_per_customer(count(c.referred_by), count(*)), 2) AS "referrals for each"
FROM (VALUES (date '2024-01-01'), ('2025-01-01')) AS y(day) JOIN shop.customers AS c ON c.signed_up_on >= day AND c.signed_up_on < day + interval '1 year',
     LATERAL (SELECT stated_referral_rate(survey_agg(nps_score)) AS stated FROM shop.surveys
              WHERE answered_at AT TIME ZONE 'UTC' >= day AND answered_at AT TIME ZONE 'UTC' < day + interval '1 year') AS s
GROUP BY day, stated ORDER BY day;
\qecho :by 'stated_referral_rate(survey_agg(nps_score)), referral_rate(referred), referrals_per_customer(referrals, customers)'
