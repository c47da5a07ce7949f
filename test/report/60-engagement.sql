-- Engagement, loyalty and health, as of 2026-01-01, the end of the data.
\qecho :chapter 'Engagement, loyalty, and what changed'
\qecho :title 'Who opens our e-mails? The best campaigns of 400 mails or more; opens by machines left out, and counted'
SELECT coalesce(campaign, 'ALL') AS campaign, pg_temp.many(sent) AS sent, pg_temp.percent(open_rate(mails)) AS opened,
       pg_temp.percent(open_rate(mails, machine_opens => 'include')) AS "opened, with machines", pg_temp.percent(click_rate(mails)) AS clicked,
       pg_temp.percent(click_to_open_rate(mails)) AS "clicked of opened"
FROM (SELECT campaign, mailing_agg(delivered_at IS NOT NULL, opened_at IS NOT NULL, clicked_at IS NOT NULL, machine_open) AS mails
      FROM shop.email_events GROUP BY ROLLUP (campaign)) AS campaigns, mailing_report(mails)
WHERE campaign IS NULL OR sent >= 400
ORDER BY campaign = 'ALL', open_rate(mails) DESC LIMIT 8;
\qecho :by 'open_rate(mailing_agg(delivered, opened, clicked, by_machine)), click_rate(mails), click_to_open_rate(mails)'

\qecho :title 'How often, how deep, how long? Visits of 2025 by plan; a visitor is who came in that year, a month a twelfth of it'
SELECT plan, pg_temp.many(visits(v)) AS visits, pg_temp.decimals(visit_frequency(v, 365, per_days => 30) / customers, 2) AS "visits a month of a visitor",
       pg_temp.decimals(visit_depth(v), 1) AS "steps a visit", pg_temp.decimals(visit_duration(v) / 60, 1) AS "minutes a visit", pg_temp.percent(bounce_rate(v)) AS bounced
FROM (SELECT plan, count(DISTINCT customer_id) AS customers, visits_agg(started, steps, seconds) AS v
      FROM (SELECT customer_id, session_id, min(occurred_at) AS started, count(*) AS steps, sum(duration_s) AS seconds
            FROM shop.web_events WHERE occurred_at >= '2025-01-01 00:00+00' GROUP BY 1, 2) AS sessions JOIN shop.customers USING (customer_id)
      GROUP BY plan) AS plans
ORDER BY plan;
\qecho :by 'visit_frequency(visits_agg(started, steps, seconds), 365, per_days => 30), visit_depth(v), visit_duration(v), bounce_rate(v)'

-- A visit counts 1, an opened mail 2, an order 10, and each fades by half in 60 days.
CREATE TEMPORARY TABLE engaged AS
SELECT customer_id, engagement_score(engagement_agg(at, weight, 60), '2026-01-01 00:00+00') AS score
FROM (SELECT customer_id, min(occurred_at) AS at, 1 AS weight FROM shop.web_events GROUP BY customer_id, session_id
      UNION ALL SELECT customer_id, opened_at, 2 FROM shop.email_events WHERE opened_at IS NOT NULL AND NOT machine_open
      UNION ALL SELECT customer_id, ordered_at, 10 FROM shop.orders WHERE kind = 'order') AS events
GROUP BY customer_id;

\qecho :title 'Does the engagement score tell who stays? Customers by fifth of the score; the simulation knows who is alive'
SELECT fifth, pg_temp.decimals(min(score), 2) AS "score from", pg_temp.decimals(max(score), 2) AS "to", pg_temp.many(count(*)) AS customers,
       pg_temp.percent(avg(alive::integer)) AS alive, pg_temp.decimals(avg(future_orders)::float8, 2) AS "orders in the next year, mean"
FROM (SELECT *, ntile(5) OVER (ORDER BY score, customer_id) AS fifth FROM engaged JOIN shop.customer_truth USING (customer_id)) AS ranked
GROUP BY fifth ORDER BY fifth;
\qecho :by 'engagement_score(engagement_agg(at, weight, 60), as_of)'

\qecho :title 'Loyalty points: where did they go?'
SELECT to_char(as_of, 'YYYY-MM-DD') AS "as of", pg_temp.many(sum(issued)::bigint) AS issued, pg_temp.percent(redemption_rate(sum(redeemed), sum(issued))) AS redeemed,
       pg_temp.percent(breakage_rate(sum(expired), sum(issued))) AS expired,
       coalesce(pg_temp.percent(breakage_rate(sum(expired), sum(matured))), 'none matured') AS "expired of matured", pg_temp.many(sum(balance)::bigint) AS "still owed",
       pg_temp.many(sum(points_expiring(ledger, as_of AT TIME ZONE 'UTC', (as_of + interval '30 days') AT TIME ZONE 'UTC'))::bigint) AS "will expire in 30 days"
FROM (SELECT customer_id, points_agg(at, points, expires_at) AS ledger FROM shop.points GROUP BY customer_id) AS customers,
     (VALUES (timestamp '2025-01-01'), ('2025-07-01'), ('2026-01-01')) AS dates(as_of), points_report(ledger, as_of AT TIME ZONE 'UTC')
GROUP BY as_of ORDER BY as_of;
\qecho :by 'points_report(points_agg(at, points, expires_at), as_of), redemption_rate(redeemed, issued), breakage_rate(expired, issued), points_expiring(ledger, from, to)'

\qecho :title 'Which metric moved? Weekly series, the first 26 weeks say what is usual'
WITH weekly AS (
    SELECT 'orders' AS metric, floor(extract(epoch FROM ordered_at - timestamptz '2024-07-01 00:00+00') / 604800) AS week, count(*)::float8 AS value
    FROM shop.orders WHERE kind = 'order' GROUP BY 2
    UNION ALL
    SELECT 'hours to first answer', floor(extract(epoch FROM opened_at - timestamptz '2024-07-01 00:00+00') / 604800), (avg(extract(epoch FROM first_response_at - opened_at)) / 3600)::float8
    FROM shop.tickets GROUP BY 2
    UNION ALL
    SELECT 'response speed, rated', floor(extract(epoch FROM answered_at - timestamptz '2024-07-01 00:00+00') / 604800), avg(response_speed)::float8
    FROM shop.surveys GROUP BY 2
), series AS (
    SELECT metric, array_agg(value ORDER BY week) AS value, array_agg(week ORDER BY week) AS week FROM weekly WHERE week BETWEEN 0 AND 77 GROUP BY metric
)
SELECT metric, upper(method) AS "control chart", coalesce(to_char(date '2024-07-01' + 7 * week[changed]::integer, 'YYYY-MM-DD'), 'steady') AS "moved in the week of"
FROM series, (VALUES ('ewma'), ('cusum')) AS m(method), changed_at(value, 26, method) AS changed
ORDER BY metric, method DESC;
\qecho :by 'changed_at(series, 26, method)'
