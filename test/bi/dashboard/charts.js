// The charts of the page: what the demo prints, each one query of our functions. $1 is a region, or NULL for all of them.
// The first column labels the rows; every other is a series: its decimals on the page, and "drawn" if the chart shows it.
const whole = { decimals: 0 }, one = { decimals: 1, drawn: true }, two = { decimals: 2, drawn: true }, drawn = { decimals: 0, drawn: true }
const ofRegion = 'JOIN shop.customers USING (customer_id) WHERE region = coalesce($1, region)'

module.exports = [
    {
        id: 'nps_by_region', title: 'Net promoter score by region', kind: 'bar', series: { nps: one, answers: whole },
        sql: `SELECT region AS label, nps(nps_score) AS nps, count(nps_score)::integer AS answers
              FROM shop.surveys ${ofRegion} GROUP BY region ORDER BY nps DESC, region`,
    },
    {
        id: 'nps_by_month', title: 'Net promoter score by month', kind: 'line', series: { nps: one },
        sql: `SELECT to_char(answered_at AT TIME ZONE 'UTC', 'YYYY-MM') AS label, nps(nps_score) AS nps
              FROM shop.surveys ${ofRegion} GROUP BY 1 ORDER BY 1`,
    },
    {
        id: 'drivers', title: 'What drives it? Correlation with the score', kind: 'bar', series: { correlation: two, mean_rating: { decimals: 2 } },
        sql: `SELECT driver AS label, r AS correlation, mean AS mean_rating
              FROM (SELECT drivers_agg(nps_score, ARRAY[service, product_quality, response_speed, delivery, price]) AS answers
                    FROM shop.surveys ${ofRegion}) AS s,
                   driver_importance(answers, '{service,product_quality,response_speed,delivery,price}') ORDER BY r DESC`,
    },
    {
        id: 'funnel', title: 'From visit to purchase within a day', kind: 'bar', series: { customers: drawn, percent_of_visitors: { decimals: 1 } },
        sql: `SELECT (ARRAY['visit', 'view', 'cart', 'checkout', 'purchase'])[step] AS label, converted AS customers,
                     100 * rate_from_start AS percent_of_visitors
              FROM (SELECT funnels_agg(customer_id, occurred_at, array_position('{visit,view,cart,checkout,purchase}', event)) AS f
                    FROM shop.web_events ${ofRegion}) AS visitors, funnel_report(f, 'within=1 day') AS r ORDER BY r.step`,
    },
    {
        id: 'cohorts', title: 'Percent of a quarter\'s new customers who order again n quarters later', kind: 'heatmap',
        series: { customers: whole, '+1': one, '+2': one, '+3': one, '+4': one, '+5': one, '+6': one, '+7': one },
        sql: `SELECT to_char(cohort, 'YYYY "Q"Q') AS label, max(customers) AS customers,
                     ${[1, 2, 3, 4, 5, 6, 7].map(n => `100 * max(rate) FILTER (WHERE period_no = ${n}) AS "+${n}"`).join(', ')}
              FROM (SELECT cohorts_zone_agg(customer_id, ordered_at, 'quarter', 'UTC') AS c FROM shop.orders ${ofRegion} AND kind = 'order') AS o,
                   cohort_retention(c, as_of => '2026-01-01') GROUP BY cohort ORDER BY cohort`,
    },
    {
        id: 'mrr', title: 'Monthly recurring revenue by quarter: what came and went (EUR)', kind: 'stacked',
        series: { new: drawn, expansion: drawn, reactivation: drawn, contraction: drawn, churned: drawn, at_end: { decimals: 2 } },
        sql: `SELECT to_char(period_start, 'YYYY "Q"Q') AS label, new_mrr AS new, expansion_mrr AS expansion, reactivation_mrr AS reactivation,
                     -contraction_mrr AS contraction, -churned_mrr AS churned, end_mrr AS at_end
              FROM (SELECT mrr_currency_agg(customer_id, started_on, ended_on, monthly_amount, currency) AS ledger
                    FROM shop.subscriptions ${ofRegion} AND currency = 'EUR') AS s,
                   mrr_movements(ledger, 'quarter', '2026-01-01') ORDER BY period_start`,
    },
    {
        id: 'segments', title: 'Customers by RFM segment', kind: 'bar', series: { customers: drawn, revenue: { decimals: 2 } },
        sql: `SELECT segment AS label, r.customers, r.revenue
              FROM (SELECT customers_zone_agg(customer_id, ordered_at, amount, 'UTC') AS c FROM shop.orders ${ofRegion} AND kind = 'order') AS o,
                   rfm_report(c, '2026-01-01') AS r`,
    },
    {
        id: 'value', title: 'What a customer was worth, by channel (EUR)', kind: 'bar', series: { clv: two, customers: whole, average_order: { decimals: 2 } },
        sql: `SELECT coalesce(channel, 'unattributed') AS label, clv(c) AS clv, customer_count(c) AS customers, average_order_value(c) AS average_order
              FROM (SELECT channel, customers_zone_agg(customer_id, ordered_at, amount, 'UTC') AS c FROM shop.orders ${ofRegion} AND kind = 'order' GROUP BY 1) AS o
              ORDER BY clv DESC`,
    },
    {
        id: 'churn', title: 'Percent of customers lost in a month', kind: 'line', series: { churn: one, at_start: whole, lost: whole },
        sql: `SELECT to_char(period_start, 'YYYY-MM') AS label, 100 * churn_rate AS churn, at_start, lost
              FROM (SELECT mrr_agg(customer_id, started_on, ended_on, 1) AS ledger FROM shop.subscriptions ${ofRegion}) AS s,
                   churn_by_period(ledger, 'month', '2026-01-01') WHERE at_start > 0 ORDER BY period_start`,
    },
    {
        id: 'survival', title: 'Percent of subscriptions not cancelled after so many days (Kaplan-Meier)', kind: 'line',
        series: { basic: one, plus: one, pro: one },
        sql: `SELECT days::text AS label, ${['basic', 'plus', 'pro'].map(p => `100 * max(survival_at(s, days)) FILTER (WHERE plan = '${p}') AS ${p}`).join(', ')}
              FROM (SELECT s.plan, survival_agg(coalesce(ended_on, '2026-01-01') - started_on, end_reason = 'cancel') AS s
                    FROM shop.subscriptions AS s ${ofRegion} GROUP BY 1) AS plans, unnest('{90,180,270,365,540}'::integer[]) AS days
              GROUP BY days ORDER BY days`,
    },
]
