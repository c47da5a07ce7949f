// What is asked of Cube, and the same in plain SQL, without a function of ours. "has" must be found in the SQL Cube generates.
const answers = 'shop.surveys JOIN shop.customers USING (customer_id)'
const nps = '100.0 * (count(*) FILTER (WHERE nps_score >= 9) - count(*) FILTER (WHERE nps_score <= 6)) / nullif(count(nps_score), 0)'

module.exports = [
    {
        title: 'NPS, CSAT and CES by region, best first', has: [/GROUP BY/, /ORDER BY/, /LIMIT/],
        query: { measures: ['Surveys.nps', 'Surveys.csat', 'Surveys.ces', 'Surveys.answers'], dimensions: ['Surveys.region'], order: { 'Surveys.nps': 'desc' } },
        sql: `SELECT region, ${nps}, avg((csat_score >= 4)::integer), avg(ces_score), count(nps_score) FROM ${answers} GROUP BY 1 ORDER BY 2 DESC`,
    },
    {
        title: 'a filter with a parameter, and one on the metric', has: [/WHERE/, /HAVING/, /\$2/],
        query: {
            measures: ['Surveys.nps'], dimensions: ['Surveys.plan', 'Surveys.region'], order: [['Surveys.nps', 'asc']],
            filters: [
                { member: 'Surveys.region', operator: 'equals', values: ['Europe', 'Asia'] },
                { member: 'Surveys.nps', operator: 'gt', values: ['15'] },
            ],
        },
        sql: `SELECT plan, region, ${nps} FROM ${answers} WHERE region IN ('Europe', 'Asia') GROUP BY 1, 2 HAVING ${nps} > 15 ORDER BY 3`,
    },
    {
        title: 'by month, in a range of dates', has: [/date_trunc/i, /\$2/],
        query: {
            measures: ['Surveys.nps', 'Surveys.proNps'], order: { 'Surveys.answeredAt': 'asc' },
            timeDimensions: [{ dimension: 'Surveys.answeredAt', granularity: 'month', dateRange: ['2025-01-01', '2025-12-31'] }],
        },
        sql: `SELECT date_trunc('month', answered_at, 'UTC') AT TIME ZONE 'UTC', ${nps}, ${nps.replace(/\bcount\(\*\) FILTER \(WHERE /g, "count(*) FILTER (WHERE plan = 'pro' AND ")
            .replace('count(nps_score)', "count(nps_score) FILTER (WHERE plan = 'pro')")}
              FROM ${answers} WHERE answered_at >= '2025-01-01' AND answered_at < '2026-01-01' GROUP BY 1 ORDER BY 1`,
    },
    {
        title: 'grouped by a function of ours, the second and third of three', has: [/nps_category/, /OFFSET|LIMIT 2/],
        query: {
            measures: ['Surveys.answers'], dimensions: ['Surveys.category'], order: { 'Surveys.answers': 'desc' }, limit: 2, offset: 1,
            filters: [{ member: 'Surveys.category', operator: 'contains', values: ['o'] }],
        },
        sql: `SELECT CASE WHEN nps_score >= 9 THEN 'promoter' WHEN nps_score >= 7 THEN 'passive' ELSE 'detractor' END, count(*)
              FROM ${answers} WHERE nps_score NOT IN (7, 8) GROUP BY 1 ORDER BY 2 DESC LIMIT 2 OFFSET 1`,
    },
    {
        title: 'states that were stored, rolled up', has: [/rollup/],
        query: {
            measures: ['DailyNps.nps', 'DailyNps.responses'], dimensions: ['DailyNps.region'], order: { 'DailyNps.region': 'asc' },
            timeDimensions: [{ dimension: 'DailyNps.day', granularity: 'quarter', dateRange: ['2025-01-01', '2025-12-31'] }],
        },
        sql: `SELECT region, date_trunc('quarter', answered_at, 'UTC') AT TIME ZONE 'UTC', ${nps}, count(nps_score)
              FROM ${answers} WHERE answered_at >= '2025-01-01' AND answered_at < '2026-01-01' GROUP BY 1, 2 ORDER BY 1, 2`,
    },
    {
        title: 'customers and what an order is worth, by channel', has: [/customers_zone_agg/, /IS NOT NULL/],
        query: {
            measures: ['Orders.customers', 'Orders.averageOrder', 'Orders.clv'], dimensions: ['Orders.channel'], order: { 'Orders.channel': 'asc' },
            filters: [{ member: 'Orders.channel', operator: 'set' }],
        },
        sql: `SELECT channel, count(DISTINCT customer_id), avg(amount), sum(amount) / count(DISTINCT customer_id)
              FROM shop.orders JOIN shop.customers USING (customer_id) WHERE kind = 'order' AND channel IS NOT NULL GROUP BY 1 ORDER BY 1`,
    },
    {
        title: 'one number, without a group', has: [/\$1/],
        query: { measures: ['Subscriptions.churnRate', 'Subscriptions.cancelled'], filters: [{ member: 'Subscriptions.currency', operator: 'equals', values: ['EUR'] }] },
        sql: `SELECT avg((NOT stays)::integer) FILTER (WHERE there), sum(cancelled)
              FROM (SELECT customer_id, bool_or(started_on < '2025-07-01' AND coalesce(ended_on >= '2025-07-01', true)) AS there,
                           bool_or(coalesce(ended_on >= '2026-01-01', true)) AS stays, count(*) FILTER (WHERE end_reason = 'cancel') AS cancelled
                    FROM shop.subscriptions WHERE currency = 'EUR' GROUP BY 1) AS c`,
    },
    {
        title: 'nobody is left by a filter', has: [/HAVING/],
        query: { measures: ['Surveys.nps'], dimensions: ['Surveys.region'], filters: [{ member: 'Surveys.nps', operator: 'gt', values: ['100'] }] },
        sql: `SELECT region, ${nps} FROM ${answers} GROUP BY 1 HAVING ${nps} > 100`,
    },
]
