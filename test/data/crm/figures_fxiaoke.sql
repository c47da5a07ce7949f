-- Figures of the views over Fxiaoke, named as an expected.csv names them. Wants the views and customer_metrics in the
-- search path; as_of is the midnight of 2026-01-01 in Shanghai.
WITH settings AS (SELECT timestamptz '2026-01-01 00:00+08' AS as_of, 'Asia/Shanghai' AS zone),
returns_on AS (SELECT campaign_id, sum(amount) AS won FROM deals WHERE status = 'won' GROUP BY 1),
figures(figure, value) AS (
    SELECT 'leads', count(*)::numeric FROM leads
    UNION ALL SELECT 'leads_converted', count(converted_at) FROM leads
    UNION ALL SELECT 'conversion_rate', conversion_rate(converted_at IS NOT NULL)::numeric FROM leads
    UNION ALL SELECT 'leads_created:' || to_char(created_at AT TIME ZONE zone, 'YYYY-MM'), count(*) FROM leads,
        settings GROUP BY 1
    UNION ALL SELECT 'conversion_rate:' || coalesce(channel, '(none)'),
        conversion_rate(converted_at IS NOT NULL)::numeric FROM leads GROUP BY channel
    UNION ALL SELECT 'mean_lead_conversion_days', avg(extract(epoch FROM converted_at - created_at) / 86400) FROM leads
    UNION ALL SELECT 'deals', count(*) FROM deals
    UNION ALL SELECT 'deals_' || status, count(*) FROM deals GROUP BY status
    UNION ALL SELECT 'win_rate_closed', win_rate(CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END)::numeric
        FROM deals
    UNION ALL SELECT 'win_rate_ended', win_rate(count(*) FILTER (WHERE status = 'won'),
        count(*) FILTER (WHERE status = 'lost'),
        count(*) FILTER (WHERE status = 'open'), count(*) FILTER (WHERE status = 'invalid'), variant => 'ended')::numeric
            FROM deals
    UNION ALL SELECT 'win_rate_created', win_rate_created(CASE status WHEN 'won' THEN true WHEN 'lost'
        THEN false END)::numeric FROM deals
    UNION ALL SELECT 'won_amount', sum(amount) FILTER (WHERE status = 'won') FROM deals
    UNION ALL SELECT 'open_amount', sum(amount) FILTER (WHERE status = 'open') FROM deals
    UNION ALL SELECT 'open_amount_weighted', sum(amount * probability) FILTER (WHERE status = 'open') FROM deals
    UNION ALL SELECT 'sales_cycle_mean', avg(sales_cycle_days) FILTER (WHERE status = 'won') FROM deals
    UNION ALL SELECT 'sales_cycle_median',
        percentile_cont(0.5) WITHIN GROUP (ORDER BY sales_cycle_days::double precision) FILTER (WHERE status = 'won')::numeric FROM deals
    UNION ALL SELECT 'here_now:' || stage, count(*) FROM deals WHERE status = 'open' GROUP BY stage
    UNION ALL SELECT 'orders', count(*) FROM orders
    UNION ALL SELECT 'revenue', sum(amount) FROM orders
    UNION ALL SELECT 'average_order_value', average_order_value(customers_agg(customer_id, ordered_on, amount))
        FROM orders
    UNION ALL SELECT 'buyers', count(DISTINCT customer_id) FROM orders
    UNION ALL SELECT 'repurchase_rate_2025', repurchase_rate(cohorts_zone_agg(customer_id, ordered_at, 'day',
        'Asia/Shanghai'), '2025-01-01', '2026-01-01')::numeric FROM orders
    UNION ALL SELECT 'returns_amount', sum(amount) FROM returns
    UNION ALL SELECT 'return_rate_by_amount', return_rate_by_amount(r.amount, o.amount)::numeric
        FROM (SELECT sum(amount) AS amount FROM returns) AS r, (SELECT sum(amount) AS amount FROM orders) AS o
    UNION ALL SELECT 'return_rate', return_rate(r.order_id IS NOT NULL)::numeric FROM orders AS o LEFT
        JOIN (SELECT DISTINCT order_id FROM returns) AS r USING (order_id)
    UNION ALL SELECT 'payments_amount', sum(amount) FROM payments
    UNION ALL SELECT 'payment_rate', (SELECT sum(amount) FROM payments) / sum(amount) FROM orders
    UNION ALL SELECT 'campaign_cost', sum(cost) FROM campaigns
    UNION ALL SELECT 'campaign_roi:' || c.name, growth_rate(coalesce(r.won, 0)::double precision,
        c.cost::double precision)::numeric
        FROM campaigns AS c LEFT JOIN returns_on AS r USING (campaign_id) WHERE c.cost > 0
    UNION ALL SELECT 'customers', count(*) FROM customers
    UNION ALL SELECT 'activities', count(*) FROM activities
)
SELECT figure, trim_scale(round(value, 10)) AS value FROM figures WHERE figure IS NOT NULL ORDER BY figure COLLATE "C";
