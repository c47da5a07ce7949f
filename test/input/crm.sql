-- The report on exports of a CRM that lie in schema landed: :'system', read in :'zone'. as_of is the last day of the data.
\ir ../report/00-style.sql
SET client_min_messages = warning;
SET TimeZone = :'zone';
SET DateStyle = 'ISO';
SELECT format('An export of %s: %s', CASE :'system' WHEN 'zoho' THEN 'Zoho CRM' ELSE 'Fxiaoke' END, :'folder') AS what \gset
\qecho :document :what
CREATE TEMPORARY TABLE views AS
SELECT row_number() OVER () AS place, relation, rows, reads, absent, note
FROM crm_views('landed', 'crm', :'zone', system => :'system',
               orders_from => CASE WHEN EXISTS (SELECT FROM pg_class WHERE relnamespace = 'landed'::regnamespace
                   AND relname ~* '^invoices?(_|$)') AND :'system' = 'zoho' THEN 'invoices' END);
SET search_path = public, crm;

SELECT to_regclass('crm.leads') IS NOT NULL AS has_leads, to_regclass('crm.orders') IS NOT NULL AS has_orders,
       to_regclass('crm.campaigns') IS NOT NULL AS has_campaigns, (SELECT count(*) > 0 FROM deal_stage_history) AS has_history,
       (SELECT greatest(max(created_at), max(closed_at)) FROM deals) AS as_of, (SELECT count(*) > 1 FROM (SELECT DISTINCT owner FROM deals) AS o) AS has_owners
\gset

\qecho :chapter 'Summary'
CREATE TEMPORARY TABLE owners AS
SELECT coalesce(owner, '(nobody)') AS owner, count(*) AS deals, win_rate(CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END) AS won_of_closed,
       rate_agg(CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END) AS wins,
       round(sum(amount) FILTER (WHERE status = 'won'), 2) AS won
FROM deals GROUP BY owner;
\qecho :sentences
SELECT format('%s deals: %s won, %s lost, %s open%s. Of those closed %s were won, 95 %% from %s to %s, for %s in all.', pg_temp.many(deals),
              pg_temp.many(hits(wins)), pg_temp.many(total(wins) - hits(wins)), pg_temp.many(open),
              CASE WHEN others > 0 THEN format(', %s neither', pg_temp.many(others)) END, coalesce(pg_temp.percent(value), 'none'),
              coalesce(pg_temp.percent(lower), '–'), coalesce(pg_temp.percent(upper), '–'), coalesce(pg_temp.money(won), '0.00'))
FROM (SELECT count(*) AS deals, count(*) FILTER (WHERE status = 'open') AS open,
             count(*) FILTER (WHERE coalesce(status, '') NOT IN ('open', 'won', 'lost')) AS others, sum(amount) FILTER (WHERE status = 'won') AS won,
             rate_agg(CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END) AS wins FROM deals) AS d, rate_estimate(wins)
UNION ALL
SELECT format('In the three months to %s %s of %s deals closed were won, for %s; in the three months before %s of %s, for %s: %s.', to_char(timestamptz :'as_of', 'YYYY-MM-DD'),
              hits(now), total(now), coalesce(pg_temp.money(won), 'no amount'), hits(before), total(before), coalesce(pg_temp.money(won_before), 'no amount'), pg_temp.verdict(p_value, 'rate_test'))
FROM (SELECT rate_agg(status = 'won') FILTER (WHERE is_new) AS now, rate_agg(status = 'won') FILTER (WHERE NOT is_new) AS before,
             sum(amount) FILTER (WHERE is_new AND status = 'won') AS won, sum(amount) FILTER (WHERE NOT is_new AND status = 'won') AS won_before
      FROM (SELECT status, amount, closed_at > timestamptz :'as_of' - interval '3 months' AS is_new FROM deals
            WHERE status IN ('won', 'lost') AND closed_at > timestamptz :'as_of' - interval '6 months' AND closed_at <= :'as_of') AS closed) AS d,
     rate_test(now, before)
WHERE total(now) + total(before) > 0
UNION ALL
SELECT format('%s wins most of the deals closed (%s of %s), %s fewest (%s of %s): %s.', owners[1], hits(wins[1]), total(wins[1]), owners[many],
              hits(wins[many]), total(wins[many]), pg_temp.verdict(p_value, 'chi-square test of all owners'))
FROM (SELECT array_agg(owner ORDER BY won_of_closed DESC, owner COLLATE "C") AS owners, array_agg(wins ORDER BY won_of_closed DESC, owner COLLATE "C") AS wins,
             count(*) AS many FROM owners WHERE total(wins) > 0) AS o, rate_groups_test(wins)
WHERE many > 1
UNION ALL
SELECT format('Whom to call first: %s. Of the open deals these are worth most, amount by probability, %s together.', string_agg(name, '; ' ORDER BY place), pg_temp.money(sum(worth)))
FROM (SELECT coalesce(name, deal_id) AS name, amount * probability AS worth, row_number() OVER (ORDER BY amount * probability DESC, deal_id COLLATE "C") AS place
      FROM deals WHERE status = 'open' AND amount * probability > 0) AS open WHERE place <= 5 HAVING count(*) > 0
UNION ALL
SELECT format('To clean up first: %s (%s in %s).', "check", count, relation)
FROM (SELECT * FROM crm_check('crm') WHERE count > 0 ORDER BY count DESC, "check" COLLATE "C" LIMIT 1) AS c;

\qecho :chapter 'What was read'
\qecho :title 'What was read of ':folder
SELECT relation, pg_temp.many(rows) AS rows, coalesce(replace(reads, 'landed.', ''), 'no file of its own') AS reads, coalesce(nullif(array_to_string(absent, ', '), ''), 'nothing') AS absent,
       coalesce(note, '') AS note
FROM views WHERE rows IS NOT NULL ORDER BY place;
\qecho :by 'crm_views(''landed'', ''crm'', zone)'

\qecho :title 'What is wrong or worth knowing'
SELECT "check", relation, pg_temp.many(count) AS count, coalesce(example, '') AS example, cure FROM crm_check('crm');
\qecho :by 'crm_check(''crm'')'

\qecho :chapter 'Deals'
\qecho :title 'Deals'
SELECT pg_temp.many(count(*)) AS deals, count(*) FILTER (WHERE status = 'open') AS open,
       count(*) FILTER (WHERE status = 'won') AS won, count(*) FILTER (WHERE status = 'lost') AS lost,
       coalesce(pg_temp.percent(win_rate(CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END)), 'none closed') AS "win rate",
       coalesce(pg_temp.money(sum(amount) FILTER (WHERE status = 'won')), 'none won') AS "won amount",
       coalesce(pg_temp.money(sum(amount * probability) FILTER (WHERE status = 'open')), 'none open') AS "weighted pipeline",
       coalesce(pg_temp.decimals((sales_cycle_summary(sales_cycle_agg(created_at, CASE WHEN status = 'won' THEN closed_at END,
           coalesce(closed_at, :'as_of')))).median_won, 1), 'none won') AS "median days to win"
FROM deals;
\qecho :by 'win_rate(won), sales_cycle_summary(sales_cycle_agg(created_at, won_at, until))'

\if :has_owners
\qecho :title 'Deals by owner'
SELECT owner, pg_temp.many(deals) AS deals, coalesce(pg_temp.percent(won_of_closed), 'none closed') AS "win rate", coalesce(pg_temp.money(won), 'none won') AS "won amount"
FROM owners ORDER BY won DESC NULLS LAST, owner COLLATE "C";
\qecho :by 'win_rate(won)'
\endif

\if :has_history
\qecho :title 'Stages: how far deals get, and how long they stay'
SELECT s.stage, pg_temp.many(r.passed_through) AS "passed through", pg_temp.many(r.implied) AS "this or a later stage", pg_temp.many(r.here_now) AS "there now",
       coalesce(pg_temp.decimals(r.median_days, 1), 'it is the last') AS "median days"
FROM (SELECT funnels_agg(deal_id, entered_at, stage_number) AS f FROM deal_stage_history) AS h,
     stage_report(f, stages => greatest((SELECT max(stage_number) FROM stages WHERE category = 'won'
         AND pipeline = ''), 1)) AS r
     JOIN stages AS s ON s.stage_number = r.stage AND s.pipeline = ''
ORDER BY s.stage_number;
\qecho :by 'stage_report(funnels_agg(deal_id, entered_at, stage_number))'
\else
\qecho :title 'Open deals by stage'
SELECT coalesce(stage, '(none)') AS stage, pg_temp.many(count(*)) AS deals, coalesce(pg_temp.money(sum(amount)), 'no amount') AS amount FROM deals WHERE status = 'open'
GROUP BY deals.stage, current_stage_number ORDER BY current_stage_number;
\qecho :by 'count(*), sum(amount): there is no history of stages'
\endif

\if :has_leads
\qecho :chapter 'Leads'
\qecho :title 'Leads by source'
SELECT coalesce(channel, '(none)') AS source, pg_temp.many(count(*)) AS leads, pg_temp.many(count(converted_at)) AS converted,
    pg_temp.percent(conversion_rate(converted_at IS NOT NULL)) AS rate
FROM leads GROUP BY channel ORDER BY count(*) DESC, channel COLLATE "C";
\qecho :by 'conversion_rate(converted)'
\endif

\if :has_orders
\qecho :chapter 'Orders'
\qecho :title 'Orders'
SELECT pg_temp.many(count(*)) AS orders, pg_temp.money(sum(amount)) AS revenue, pg_temp.money(round(average_order_value(customers_agg(customer_id,
    ordered_on, amount)), 2)) AS "mean order",
       pg_temp.many(count(DISTINCT customer_id)) AS buyers,
       pg_temp.percent(repurchase_rate(cohorts_zone_agg(customer_id, ordered_at, 'day', :'zone'), min(ordered_on),
           max(ordered_on) + 1)) AS "bought again"
FROM orders;
\qecho :by 'average_order_value(customers_agg(customer_id, ordered_on, amount)), repurchase_rate(cohorts_zone_agg(customer_id, ordered_at, ''day'', zone), since, until)'
\endif

\if :has_campaigns
\qecho :chapter 'Campaigns'
\qecho :title 'Campaigns'
SELECT c.name, coalesce(c.channel, '(none)') AS channel, coalesce(pg_temp.money(c.cost), 'no cost') AS cost, pg_temp.money(coalesce(d.won, 0)) AS "won amount",
    coalesce(pg_temp.percent(growth_rate(coalesce(d.won, 0)::float8, nullif(c.cost, 0)::float8)), 'no cost') AS "return on cost"
FROM campaigns AS c LEFT JOIN (SELECT campaign_id, sum(amount) FILTER (WHERE status = 'won') AS won FROM deals
    GROUP BY 1) AS d USING (campaign_id)
ORDER BY c.started_on, c.name COLLATE "C";
\qecho :by 'growth_rate(won, cost)'
\endif
