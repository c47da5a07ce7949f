-- Figures of the views over Zoho CRM, named as an expected.csv names them. Wants the views and customer_metrics in the
-- search path; as_of is the midnight of 2026-01-01 in the zone of the business.
WITH settings AS (SELECT timestamptz '2026-01-01 00:00-05' AS as_of, 'America/New_York' AS zone),
report AS (SELECT s.stage AS name, r.* FROM (SELECT funnels_agg(deal_id, entered_at, stage_number) AS f
    FROM deal_stage_history) AS h,
                  stage_report(h.f, stages => (SELECT max(stage_number) FROM stages WHERE category = 'won')) AS r
           JOIN stages AS s ON s.stage_number = r.stage AND s.pipeline = ''),
known AS (SELECT orders.* FROM orders, settings WHERE ordered_at <= as_of),
buyers AS (SELECT s.*, r.recency_days, r.scores FROM (SELECT customers_agg(customer_id, ordered_on, amount) AS c
    FROM known) AS k,
                  LATERAL (SELECT k.c) AS s(c),
                  rfm_scores(k.c, '2026-01-01', rfm_cuts('{30,60,120,240}', '{2,3,4,6}', '{500,2000,5000,9000}')) AS r),
cohort AS (SELECT customer_id, min(ordered_on) AS first, bool_or(ordered_on >= '2025-07-01'
    AND ordered_on < '2025-10-01') AS third FROM known GROUP BY 1),
returns_on AS (SELECT d.campaign_id, sum(d.amount) AS won FROM deals AS d WHERE d.status = 'won' GROUP BY 1),
cycle AS (SELECT sales_cycle_agg(created_at, CASE WHEN status = 'won' THEN closed_at END, coalesce(closed_at,
    as_of)) AS c FROM deals, settings),
figures(figure, value) AS (
    SELECT 'leads', count(*)::numeric FROM leads
    UNION ALL SELECT 'leads_converted', count(converted_at) FROM leads
    UNION ALL SELECT 'conversion_rate', conversion_rate(converted_at IS NOT NULL)::numeric FROM leads
    UNION ALL SELECT 'conversion_matured', count(*) FROM leads, settings
        WHERE created_at + interval '720 hours' <= as_of
    UNION ALL SELECT 'conversion_within_30', count(*) FROM leads, settings
        WHERE created_at + interval '720 hours' <= as_of AND converted_at <= created_at + interval '720 hours'
    UNION ALL SELECT 'conversion_rate_within_30', conversion_rate_within(created_at, converted_at, '30 days',
        as_of)::numeric FROM leads, settings
    UNION ALL SELECT 'conversion_rate:' || coalesce(channel, '(none)'),
        conversion_rate(converted_at IS NOT NULL)::numeric FROM leads GROUP BY channel
    UNION ALL SELECT 'leads_created:' || to_char(created_at AT TIME ZONE zone, 'YYYY-MM'), count(*) FROM leads,
        settings GROUP BY 1
    UNION ALL SELECT 'mean_lead_conversion_days',
        avg((converted_at AT TIME ZONE zone)::date - (created_at AT TIME ZONE zone)::date) FROM leads, settings
    UNION ALL SELECT 'deals', count(*) FROM deals
    UNION ALL SELECT 'deals_' || status, count(*) FROM deals GROUP BY status
    UNION ALL SELECT 'win_rate_closed', win_rate(CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END)::numeric
        FROM deals
    UNION ALL SELECT 'win_rate_created', win_rate_created(CASE status WHEN 'won' THEN true WHEN 'lost'
        THEN false END)::numeric FROM deals
    UNION ALL SELECT 'deals_overdue', count(*) FROM deals, settings WHERE status = 'open'
        AND closing_on < (as_of AT TIME ZONE zone)::date
    UNION ALL SELECT 'win_rate_motivator', win_rate(count(*) FILTER (WHERE status = 'won'),
        count(*) FILTER (WHERE status = 'lost' OR status = 'open'
            AND closing_on < (as_of AT TIME ZONE zone)::date))::numeric FROM deals, settings
    UNION ALL SELECT 'won_amount', sum(amount) FILTER (WHERE status = 'won') FROM deals
    UNION ALL SELECT 'won_amount_mean', avg(amount) FILTER (WHERE status = 'won') FROM deals
    UNION ALL SELECT 'open_amount', sum(amount) FILTER (WHERE status = 'open') FROM deals
    UNION ALL SELECT 'open_amount_weighted', sum(amount * probability) FILTER (WHERE status = 'open') FROM deals
    UNION ALL SELECT 'sales_cycle_mean', (sales_cycle_summary(c)).mean_won::numeric FROM cycle
    UNION ALL SELECT 'sales_cycle_median', (sales_cycle_summary(c)).median_won::numeric FROM cycle
    UNION ALL SELECT 'zoho_sales_cycle_mean', avg(sales_cycle_days) FILTER (WHERE status = 'won') FROM deals
    UNION ALL SELECT 'zoho_overall_duration_mean', avg(overall_days) FILTER (WHERE status = 'won'
        AND lead_conversion_days IS NOT NULL) FROM deals
    UNION ALL SELECT 'zoho_sales_cycle_mean:' || owner, avg(sales_cycle_days) FILTER (WHERE status = 'won') FROM deals
        GROUP BY owner
    UNION ALL SELECT 'history_rows', count(*) FROM deal_stage_history
    UNION ALL SELECT 'passed_through:' || name, passed_through FROM report
    UNION ALL SELECT 'implied:' || name, implied FROM report
    UNION ALL SELECT 'here_now:' || name, here_now FROM report
    UNION ALL SELECT 'stays_mean_days:' || stage, avg(extract(epoch FROM left_at - entered_at) / 86400)
        FROM deal_stage_history WHERE category = 'open' GROUP BY stage
    UNION ALL SELECT 'orders', count(*) FROM orders
    UNION ALL SELECT 'orders_known', count(*) FROM known
    UNION ALL SELECT 'revenue', sum(amount) FROM known
    UNION ALL SELECT 'average_order_value', average_order_value(customers_agg(customer_id, ordered_on, amount))
        FROM known
    UNION ALL SELECT 'buyers', count(DISTINCT customer_id) FROM known
    UNION ALL SELECT 'repurchase_rate_2025', repurchase_rate(cohorts_zone_agg(customer_id, ordered_at, 'day',
        'America/New_York'), '2025-01-01', '2026-01-01')::numeric FROM known
    UNION ALL SELECT 'recency_mean_days', avg(recency_days)::numeric FROM buyers
    UNION ALL SELECT 'rfm_recency_score:' || n, count(*) FILTER (WHERE recency_score(scores) = n) FROM buyers,
        generate_series(1, 5) AS n GROUP BY n
    UNION ALL SELECT 'rfm_best', count(*) FROM buyers WHERE recency_score(scores) >= 4
        AND frequency_score(scores) >= 4 AND monetary_score(scores) >= 4
    UNION ALL SELECT 'cohort_2025Q1', count(*) FROM cohort WHERE first BETWEEN '2025-01-01' AND '2025-03-31'
    UNION ALL SELECT 'cohort_2025Q1_active_Q3', count(*) FROM cohort WHERE first BETWEEN '2025-01-01' AND '2025-03-31'
        AND third
    UNION ALL SELECT 'campaign_cost', sum(cost) FROM campaigns
    UNION ALL SELECT 'cac', cac(c.cost, n.customers) FROM (SELECT sum(marketing_cost) AS cost FROM channel_costs) AS c,
        (SELECT count(*) AS customers FROM customers WHERE signed_up_on BETWEEN '2025-01-01' AND '2025-12-31') AS n
    UNION ALL SELECT 'campaign_roi:' || c.name, growth_rate(coalesce(r.won, 0)::double precision,
        c.cost::double precision)::numeric
        FROM campaigns AS c LEFT JOIN returns_on AS r USING (campaign_id) WHERE c.cost > 0
    UNION ALL SELECT 'complaining_customers', count(DISTINCT customer_id) FROM tickets WHERE complaint
    UNION ALL SELECT 'complaint_rate', complaint_rate(t.complaining, c.customers)::numeric
        FROM (SELECT count(DISTINCT customer_id) AS complaining FROM tickets WHERE complaint) AS t,
            (SELECT count(*) AS customers FROM customers) AS c
    UNION ALL SELECT 'activities', count(*) FROM activities
)
SELECT figure, trim_scale(round(value, 10)) AS value FROM figures WHERE figure IS NOT NULL ORDER BY figure COLLATE "C";
