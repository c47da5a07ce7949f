-- What the summary of the report has to say, in plain SQL without a function of ours, a phrase a line.
SET TimeZone = 'UTC';
SET search_path = shop;
CREATE FUNCTION pg_temp.phrase(what text, now numeric, before numeric, digits int, unit text, shown text) RETURNS text
RETURN format('%s %s by %s%s to %s', what, CASE WHEN now > before THEN 'rose' ELSE 'fell' END,
              to_char(abs(now - before), 'FM999,990.' || repeat('0', digits)), unit, shown);

SELECT pg_temp.phrase('The net promoter score', now, before, 1, ' points', to_char(now, 'FMSG990.0'))
FROM (SELECT 100 * avg(CASE WHEN nps_score >= 9 THEN 1 WHEN nps_score <= 6 THEN -1 ELSE 0 END) FILTER (WHERE nps_score IS NOT NULL AND answered_at >= '2025-07-01') AS now,
             100 * avg(CASE WHEN nps_score >= 9 THEN 1 WHEN nps_score <= 6 THEN -1 ELSE 0 END) FILTER (WHERE nps_score IS NOT NULL AND answered_at >= '2025-01-01' AND answered_at < '2025-07-01') AS before
      FROM surveys) AS s;

SELECT pg_temp.phrase('The share of the satisfied', now, before, 1, ' points', to_char(now, 'FM990.0') || ' %')
FROM (SELECT 100 * avg((csat_score >= 4)::int) FILTER (WHERE answered_at >= '2025-07-01') AS now,
             100 * avg((csat_score >= 4)::int) FILTER (WHERE answered_at >= '2025-01-01' AND answered_at < '2025-07-01') AS before FROM surveys) AS s;

SELECT pg_temp.phrase('The share of subscribers who leave in a quarter', max(share) FILTER (WHERE q = 2), max(share) FILTER (WHERE q = 1), 1, ' points',
                      format('%s %%, %s of %s', to_char(max(share) FILTER (WHERE q = 2), 'FM990.0'), max(lost) FILTER (WHERE q = 2), max(there) FILTER (WHERE q = 2)))
FROM (SELECT q, count(*) AS there, count(*) FILTER (WHERE NOT stays) AS lost, 100.0 * count(*) FILTER (WHERE NOT stays) / count(*) AS share
      FROM (SELECT q, customer_id, EXISTS (SELECT FROM subscriptions AS later WHERE later.customer_id = s.customer_id AND later.started_on < until
                                           AND (later.ended_on IS NULL OR later.ended_on >= until)) AS stays
            FROM (VALUES (1, date '2025-07-01', date '2025-10-01'), (2, '2025-10-01', '2026-01-01')) AS quarters(q, since, until),
                 LATERAL (SELECT DISTINCT customer_id FROM subscriptions WHERE started_on < since AND (ended_on IS NULL OR ended_on >= since)) AS s) AS c
      GROUP BY q) AS r;

SELECT pg_temp.phrase('The mean time to the first answer of support', now, before, 1, ' hours', to_char(now, 'FM990.0'))
FROM (SELECT avg(extract(epoch FROM first_response_at - opened_at) / 3600) FILTER (WHERE opened_at >= '2025-10-01') AS now,
             avg(extract(epoch FROM first_response_at - opened_at) / 3600) FILTER (WHERE opened_at >= '2025-07-01' AND opened_at < '2025-10-01') AS before FROM tickets) AS s;

SELECT pg_temp.phrase('The share of leads that become customers within 30 days', now, before, 1, ' points', to_char(now, 'FM990.0') || ' %')
FROM (SELECT 100 * avg((converted_at <= created_at + interval '30 days' AND converted_at IS NOT NULL)::int) FILTER (WHERE created_at >= '2025-10-01' AND created_at <= timestamptz '2026-01-01' - interval '30 days') AS now,
             100 * avg((converted_at <= created_at + interval '30 days' AND converted_at IS NOT NULL)::int) FILTER (WHERE created_at >= '2025-07-01' AND created_at < '2025-10-01') AS before
      FROM leads) AS s;

SELECT pg_temp.phrase('The mean value of an order', now, before, 2, '', to_char(now, 'FM990.00'))
FROM (SELECT avg(amount) FILTER (WHERE ordered_at >= '2025-10-01') AS now, avg(amount) FILTER (WHERE ordered_at >= '2025-07-01' AND ordered_at < '2025-10-01') AS before
      FROM orders WHERE kind = 'order') AS s;

SELECT format('Revenue %s by %s %% to %s, with %s customers who bought against %s.', CASE WHEN now > before THEN 'rose' ELSE 'fell' END,
              to_char(100 * abs(now - before) / before, 'FM990.0'), to_char(now, 'FM999,990.00'), buyers, buyers_before)
FROM (SELECT sum(amount) FILTER (WHERE ordered_at >= '2025-10-01') AS now, sum(amount) FILTER (WHERE ordered_at >= '2025-07-01' AND ordered_at < '2025-10-01') AS before,
             count(DISTINCT customer_id) FILTER (WHERE kind = 'order' AND ordered_at >= '2025-10-01') AS buyers,
             count(DISTINCT customer_id) FILTER (WHERE kind = 'order' AND ordered_at >= '2025-07-01' AND ordered_at < '2025-10-01') AS buyers_before FROM orders) AS s;

SELECT format('Monthly recurring revenue rose by %s %% to %s EUR', to_char(100 * (now - before) / before, 'FM990.0'), to_char(now, 'FM999,990.00'))
FROM (SELECT sum(monthly_amount) FILTER (WHERE started_on < '2026-01-01' AND (ended_on IS NULL OR ended_on >= '2026-01-01')) AS now,
             sum(monthly_amount) FILTER (WHERE started_on < '2025-10-01' AND (ended_on IS NULL OR ended_on >= '2025-10-01')) AS before
      FROM subscriptions WHERE currency = 'EUR') AS s;

-- What the simulation made slower.
SELECT 'Where to act first: response speed';
