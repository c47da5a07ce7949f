// What Cube is told of the shop: our aggregates are measures of type number, our functions dimensions. Cube writes the SQL.
cube('Surveys', {
    sql: 'SELECT * FROM shop.surveys JOIN shop.customers USING (customer_id)',
    measures: {
        answers: { sql: 'nps_score', type: 'count' },
        nps: { sql: 'nps(nps_score)', type: 'number' },
        csat: { sql: 'csat(csat_score)', type: 'number' },
        ces: { sql: 'ces(ces_score)', type: 'number' },
        proNps: { sql: `nps(nps_score) FILTER (WHERE ${CUBE}.plan = 'pro')`, type: 'number' },
    },
    dimensions: {
        region: { sql: 'region', type: 'string' },
        plan: { sql: 'plan', type: 'string' },
        category: { sql: 'nps_category(nps_score)', type: 'string' },
        answeredAt: { sql: 'answered_at', type: 'time' },
    },
})

// States that were stored: a view stands for a materialized one, which a tool reads in the same way.
cube('DailyNps', {
    sql: `SELECT answered_at::date AS day, region, survey_agg(nps_score) AS answers
          FROM shop.surveys JOIN shop.customers USING (customer_id) GROUP BY 1, 2`,
    measures: {
        nps: { sql: 'nps(rollup(answers))', type: 'number' },
        responses: { sql: 'responses(rollup(answers))', type: 'number' },
    },
    dimensions: { region: { sql: 'region', type: 'string' }, day: { sql: 'day::timestamptz', type: 'time' } },
})

cube('Orders', {
    sql: "SELECT * FROM shop.orders JOIN shop.customers USING (customer_id) WHERE kind = 'order'",
    measures: {
        customers: { sql: "customer_count(customers_zone_agg(customer_id, ordered_at, amount, 'UTC'))", type: 'number' },
        averageOrder: { sql: "average_order_value(customers_zone_agg(customer_id, ordered_at, amount, 'UTC'))", type: 'number' },
        clv: { sql: 'clv(customer_id, amount)', type: 'number' },
    },
    dimensions: { channel: { sql: 'channel', type: 'string' } },
})

cube('Subscriptions', {
    sql: 'SELECT * FROM shop.subscriptions',
    measures: {
        cancelled: { sql: "ended(survival_agg(coalesce(ended_on, '2026-01-01') - started_on, end_reason = 'cancel'))", type: 'number' },
        churnRate: { sql: "range_churn_rate(customer_id, started_on, ended_on, '2025-07-01', '2026-01-01')", type: 'number' },
    },
    dimensions: { currency: { sql: 'currency', type: 'string' } },
})
