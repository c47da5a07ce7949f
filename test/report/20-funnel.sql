-- Funnels. The rows of all leads and of all visitors are read once, into one value each; the tables below read those.
\qecho :chapter 'Acquisition: how do they come, and what does it cost?'
CREATE TEMPORARY TABLE funnel_of_leads AS
SELECT funnels_agg(lead_id, at, step) AS f
FROM (SELECT lead_id, created_at, 1 FROM shop.leads
      UNION ALL SELECT lead_id, entered_at, stage_number + 1 FROM shop.deal_stage_history JOIN shop.deals USING (deal_id)) AS rows(lead_id, at, step);

\qecho :title 'From lead to customer within 180 days. Who still has time is pending, not lost'
SELECT (ARRAY['lead', 'deal', 'qualified', 'proposal', 'negotiation', 'won'])[step] AS step,
       pg_temp.many(converted) AS reached, pg_temp.percent(rate_from_start) AS "of leads", CASE WHEN step = 1 THEN '–' ELSE pg_temp.percent(rate_from_previous) END AS "of step before",
       CASE WHEN step = 1 THEN '–' ELSE pg_temp.many(pending) END AS pending, CASE WHEN step = 1 THEN '–' ELSE pg_temp.many(dropped) END AS dropped,
       CASE WHEN step = 1 THEN '–' ELSE pg_temp.decimals(median_days, 1) END AS "median days", pg_temp.bar(rate_from_start, 15) AS "of leads, drawn"
FROM funnel_of_leads, funnel_report(f, 'within=180 days', as_of => '2026-01-01 UTC') ORDER BY funnel_report.step;
\qecho :by 'funnel_report(funnels_agg(lead_id, at, step), ''within=180 days'', as_of => ''2026-01-01 UTC'')'

\qecho :title 'The same leads, other definitions: how many went through every stage?'
SELECT rule, pg_temp.many(converted) AS customers, pg_temp.percent(rate_from_start) AS rate
FROM (SELECT 1, 'within 180 days', r.* FROM funnel_of_leads, funnel_report(f, 'within=180 days') AS r
      UNION ALL SELECT 2, 'whatever it takes', r.* FROM funnel_of_leads, funnel_report(f) AS r
      UNION ALL SELECT 3, 'within 30 days', r.* FROM funnel_of_leads, funnel_report(f, 'within=30 days') AS r
      UNION ALL SELECT 4, 'at most 14 days from step to step', r.*
                FROM funnel_of_leads, funnel_report(f, funnel_rules(step_within => array_fill(interval '14 days', ARRAY[5]))) AS r
      UNION ALL SELECT 5, 'no stage skipped or repeated on the way', r.* FROM funnel_of_leads, funnel_report(f, 'strict_order=true') AS r
     ) AS t(place, rule, step, name, entered, converted, pending, dropped, rate_from_start)
WHERE step = 6 ORDER BY place;
\qecho :by 'funnel_report(f, rules), funnel_rules(step_within => ...)'

\qecho :title 'Stages of deals: passed through, or passed over on the way to a later stage'
SELECT (ARRAY['new', 'qualified', 'proposal', 'negotiation', 'won'])[stage] AS stage, pg_temp.many(passed_through) AS "passed through",
       pg_temp.many(implied) AS "this or a later stage", CASE WHEN stage < 5 THEN pg_temp.many(here_now) ELSE '–' END AS "there now",
       CASE WHEN stage = 1 THEN '–' ELSE pg_temp.percent(rate_from_previous) END AS "of stage before",
       CASE WHEN stage < 5 THEN pg_temp.decimals(median_days, 1) ELSE '–' END AS "median days there", CASE WHEN stage < 5 THEN pg_temp.decimals(p90_days, 1) ELSE '–' END AS "9 of 10 within",
       pg_temp.bar(rate_from_start, 15) AS "of deals, drawn"
FROM (SELECT funnels_agg(deal_id, at, stage)
      FROM (SELECT deal_id, entered_at, stage_number FROM shop.deal_stage_history
            UNION ALL SELECT deal_id, closed_at, 6 FROM shop.deals WHERE status = 'lost') AS history(deal_id, at, stage)) AS deals(f),
     stage_report(f, stages => 5, as_of => '2026-01-01 UTC') ORDER BY stage_report.stage;
\qecho :by 'stage_report(funnels_agg(deal_id, at, stage), stages => 5, as_of => ''2026-01-01 UTC'')'

\qecho :title 'The shop: from visit to purchase in one session, by device; each step of those in the step before'
SELECT device, pg_temp.many(max(converted) FILTER (WHERE step = 1)) AS visits,
       pg_temp.percent(max(rate_from_previous) FILTER (WHERE step = 2)) AS "view", pg_temp.percent(max(rate_from_previous) FILTER (WHERE step = 3)) AS cart,
       pg_temp.percent(max(rate_from_previous) FILTER (WHERE step = 4)) AS checkout, pg_temp.percent(max(rate_from_previous) FILTER (WHERE step = 5)) AS purchase,
       pg_temp.percent(max(rate_from_start) FILTER (WHERE step = 5)) AS "visit to purchase",
       pg_temp.decimals(24 * 60 * max(median_days) FILTER (WHERE step = 5), 1) AS "minutes at checkout"
FROM (SELECT device, funnels_events_agg(customer_id, occurred_at, ARRAY[event = 'visit', event = 'view', event = 'cart', event = 'checkout', event = 'purchase'],
                                        NULL, session_id::text) AS f
      FROM shop.web_events GROUP BY device) AS by_device, funnel_report(f, 'hold_constant=true')
GROUP BY device ORDER BY device;
\qecho :by 'funnel_report(funnels_events_agg(customer_id, at, ARRAY[event = ''visit'', ...], NULL, session), ''hold_constant=true'')'
