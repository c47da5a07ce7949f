-- The report on exports of a CRM that lie in schema landed: :'system', read in :'zone'. as_of is the last day of the data.
SET client_min_messages = warning;
SET TimeZone = :'zone';
SET DateStyle = 'ISO';
\pset title 'What was read of ':folder
SELECT relation, rows, reads, array_to_string(absent, ', ') AS absent, note
FROM crm_views('landed', 'crm', :'zone', system => :'system',
               orders_from => CASE WHEN EXISTS (SELECT FROM pg_class WHERE relnamespace = 'landed'::regnamespace
                   AND relname ~* '^invoices?(_|$)') AND :'system' = 'zoho' THEN 'invoices' END)
WHERE rows IS NOT NULL;
SET search_path = public, crm;

\pset title 'What is wrong or worth knowing'
SELECT "check", relation, count, example, cure FROM crm_check('crm');

SELECT to_regclass('crm.leads') IS NOT NULL AS has_leads, to_regclass('crm.orders') IS NOT NULL AS has_orders,
       to_regclass('crm.campaigns') IS NOT NULL AS has_campaigns,
           to_regclass('crm.customers') IS NOT NULL AS has_customers,
       (SELECT count(*) > 0 FROM deal_stage_history) AS has_history,
       (SELECT greatest(max(created_at), max(closed_at)) FROM deals) AS as_of \gset

\pset title 'Deals'
SELECT count(*) AS deals, count(*) FILTER (WHERE status = 'open') AS open,
    count(*) FILTER (WHERE status = 'won') AS won,
       count(*) FILTER (WHERE status = 'lost') AS lost,
       pg_temp.percent(win_rate(CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END)) AS "win rate",
       round(sum(amount) FILTER (WHERE status = 'won'), 2) AS "won amount",
       round(sum(amount * probability) FILTER (WHERE status = 'open'), 2) AS "weighted pipeline",
       round((sales_cycle_summary(sales_cycle_agg(created_at, CASE WHEN status = 'won' THEN closed_at END,
           coalesce(closed_at, :'as_of')))).median_won::numeric, 1) AS "median days to win"
FROM deals;

\pset title 'Deals by owner'
SELECT owner, count(*) AS deals, pg_temp.percent(win_rate(CASE status WHEN 'won' THEN true WHEN 'lost'
    THEN false END)) AS "win rate",
       round(sum(amount) FILTER (WHERE status = 'won'), 2) AS "won amount"
FROM deals GROUP BY owner ORDER BY "won amount" DESC NULLS LAST, owner COLLATE "C";

\if :has_history
\pset title 'Stages: how far deals get, and how long they stay'
SELECT s.stage, r.passed_through, r.implied, r.here_now, round(r.median_days::numeric, 1) AS median_days
FROM (SELECT funnels_agg(deal_id, entered_at, stage_number) AS f FROM deal_stage_history) AS h,
     stage_report(f, stages => greatest((SELECT max(stage_number) FROM stages WHERE category = 'won'
         AND pipeline = ''), 1)) AS r
     JOIN stages AS s ON s.stage_number = r.stage AND s.pipeline = ''
ORDER BY s.stage_number;
\else
\pset title 'Open deals by stage'
SELECT stage, count(*) AS deals, round(sum(amount), 2) AS amount FROM deals WHERE status = 'open' GROUP BY stage,
    current_stage_number ORDER BY current_stage_number;
\endif

\if :has_leads
\pset title 'Leads by source'
SELECT coalesce(channel, '(none)') AS source, count(*) AS leads, count(converted_at) AS converted,
    pg_temp.percent(conversion_rate(converted_at IS NOT NULL)) AS rate
FROM leads GROUP BY channel ORDER BY 2 DESC, channel COLLATE "C";
\endif

\if :has_orders
\pset title 'Orders'
SELECT count(*) AS orders, round(sum(amount), 2) AS revenue, round(average_order_value(customers_agg(customer_id,
    ordered_on, amount)), 2) AS "mean order",
       count(DISTINCT customer_id) AS buyers,
       pg_temp.percent(repurchase_rate(cohorts_zone_agg(customer_id, ordered_at, 'day', :'zone'), min(ordered_on),
           max(ordered_on) + 1)) AS "bought again"
FROM orders;
\endif

\if :has_campaigns
\pset title 'Campaigns'
SELECT c.name, c.channel, c.cost, round(coalesce(d.won, 0), 2) AS "won amount",
    pg_temp.percent(growth_rate(coalesce(d.won, 0)::float8, nullif(c.cost, 0)::float8)) AS "return on cost"
FROM campaigns AS c LEFT JOIN (SELECT campaign_id, sum(amount) FILTER (WHERE status = 'won') AS won FROM deals
    GROUP BY 1) AS d USING (campaign_id)
ORDER BY c.started_on, c.name COLLATE "C";
\endif
\pset title
