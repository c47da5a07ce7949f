-- Tables of another make than the simulated business: ids are varchar of a domain, times are timestamp, amounts are
-- numeric, real or money. Questions as analysts ask them, each with the first query that one would write, and beside
-- it the same number in plain SQL.
CREATE DOMAIN pg_temp.acct_no AS varchar(12);
CREATE DOMAIN pg_temp.eur AS numeric;
CREATE TYPE pg_temp.tier_t AS ENUM ('basic', 'pro', 'max');
CREATE TYPE pg_temp.event_t AS ENUM ('landing', 'cart', 'pay');
CREATE TEMP TABLE accounts AS
    SELECT ('A' || lpad(i::text, 4, '0'))::pg_temp.acct_no AS acct, (ARRAY['smb', 'mid', 'ent'])[1 + i % 3] AS segment,
           (ARRAY['ads', 'seo', 'partner', NULL])[1 + i * 7 % 4] AS src,
               timestamp '2024-01-01 08:30' + i * interval '31 hours' AS created
    FROM generate_series(1, 240) AS i;
CREATE TEMP TABLE contracts AS
    SELECT i AS id, acct, (ARRAY['basic', 'pro', 'max'])[1 + i * 5 % 3]::pg_temp.tier_t AS tier,
        created + interval '3 days' AS begins,
           CASE WHEN i % 3 = 0 THEN created + (20 + i * 37 % 300) * interval '1 day' END AS stops,
           (10 + i % 9 * 5)::numeric::money AS fee, (10 + i % 9 * 5)::pg_temp.eur AS fee_num,
               (10 + i % 9 * 5)::real AS fee_f
    FROM (SELECT row_number() OVER (ORDER BY acct)::int AS i, * FROM accounts) AS a;
CREATE TEMP TABLE hits AS
    SELECT (i * 7919 % 157)::int AS uid,
        timestamp '2025-03-01 00:00' + (i * 104729 % 131760) * interval '1 minute' AS at,
           (ARRAY['landing', 'cart', 'pay'])[1 + (i / 7 * 31 + i) % 11 / 5]::pg_temp.event_t AS name, (ARRAY['phone',
               'desktop'])[1 + i * 7919 % 157 % 2] AS device
    FROM generate_series(1, 3000) AS i;
CREATE TEMP TABLE feedback AS
    SELECT i % 400 AS uid, timestamp '2025-01-01 09:00' + i * interval '5 hours' AS ts,
        CASE WHEN i % 13 > 0 THEN i * 17 % 41 % 11 END::smallint AS rating,
           (1 + i * 29 % 5)::numeric(3, 1) AS csat, (1 + i * 31 % 5)::smallint AS q_support,
               (1 + i * 37 % 5)::smallint AS q_price,
           (1 + (i * 29 + i * i % 3) % 5)::numeric AS q_quality
    FROM generate_series(1, 900) AS i;
CREATE TEMP TABLE trials AS
    SELECT i AS uid, timestamp '2025-01-01 10:00' + i * interval '9 hours' AS trial_from,
           CASE WHEN i % 4 < 2 THEN
               timestamp '2025-01-01 10:00' + i * interval '9 hours' + (i * 7 % 25) * interval '1 day' END AS paid_at
    FROM generate_series(1, 200) AS i;
CREATE TEMP TABLE spend AS SELECT * FROM (VALUES ('ads', '1200'::money), ('seo', '300'::money), ('partner',
    '450'::money)) AS v(src, eur);
CREATE TEMP TABLE quotas AS SELECT * FROM (VALUES ('Li', 90000::money, 81000::money), ('Kim', 50000::money,
    61000::money)) AS v(rep, target, actual);
CREATE TEMP TABLE retail AS
    SELECT 'I' || i / 3 AS invoice, 'P' || i / 3 % 4 AS sku,
        timestamp '2024-02-01 12:00' + (i / 3 * 7919 % 500) * interval '1 day' AS invdate,
           1 + i % 4 AS qty, (3 + i % 7)::float8 / 2 AS price, ('C' || i / 3 * 31 % 83)::varchar AS cust
    FROM generate_series(3, 1500) AS i;
CREATE TEMP VIEW orders AS
    SELECT cust, invoice, invdate, min(sku) AS product, sum(qty * price) AS amount FROM retail GROUP BY cust, invoice,
        invdate;

-- 1. Customer churn by month and plan.
WITH ours AS (
    SELECT tier, c.period_start, c.at_start, c.lost, c.churn_rate
    FROM (SELECT tier, mrr_agg(acct, begins, stops, fee_num) AS m FROM contracts GROUP BY tier) AS s,
        churn_by_period(m, 'month', '2025-01-01') AS c),
by_hand AS (
    SELECT tier, month::date AS period_start, count(*) FILTER (WHERE begins::date < month
        AND (stops IS NULL OR stops::date >= month)) AS at_start,
           count(*) FILTER (WHERE begins::date < month AND stops::date >= month
               AND stops::date < month + interval '1 month') AS lost
    FROM contracts, generate_series(timestamp '2024-01-01', '2024-12-01', '1 month') AS month GROUP BY tier, month)
SELECT count(*) AS months_and_plans, count(*) FILTER (WHERE (o.at_start, o.lost) IS DISTINCT FROM (h.at_start,
    h.lost)) AS wrong, sum(o.lost) > 20 AS some_left
FROM ours AS o JOIN by_hand AS h USING (tier, period_start);
-- 2. Who is about to leave, and why; the id joins as it is.
SELECT count(*) AS customers, count(DISTINCT w.warning) >= 2 AS several_warnings,
    bool_and(w.reason <> '') AS each_with_reason, count(h.uid) = count(*) AS joined
FROM early_warnings((SELECT cohorts_agg(uid, at, 'day') FROM hits), '2025-06-05') AS w LEFT JOIN (SELECT DISTINCT uid
    FROM hits) AS h ON h.uid = w.customer_id;
-- 3. Weekly cohorts from Monday on, in Shanghai: times without a zone are refused,
-- and said to be of UTC they are right in every session.
SELECT cohorts_zone_agg(uid, at, 'week', 'Asia/Shanghai') AS error FROM hits;
SET TimeZone = 'America/Los_Angeles';
WITH local AS (SELECT uid, (at AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Shanghai')::date AS day FROM hits),
firsts AS (SELECT date_trunc('week', min(day))::date AS cohort FROM local GROUP BY uid)
SELECT count(*) AS cohorts, count(*) FILTER (WHERE c.customers IS DISTINCT FROM f.customers) AS wrong
FROM (SELECT cohort, customers FROM cohort_retention((SELECT cohorts_zone_agg(uid, at AT TIME ZONE 'UTC', 'week',
    'Asia/Shanghai') FROM hits), '2025-06-30')
      WHERE period_no = 0) AS c
FULL JOIN (SELECT cohort, count(*) AS customers FROM firsts GROUP BY cohort) AS f USING (cohort);
RESET TimeZone;
-- 4. NPS by month, and whether a month differs from the one before.
SELECT count(*) AS months, bool_and(abs(ours - by_hand) < 1e-9) AS same
FROM (SELECT nps(rating) AS ours,
    100.0::float8 * (count(*) FILTER (WHERE rating >= 9) - count(*) FILTER (WHERE rating <= 6)) / count(rating)
        AS by_hand
      FROM feedback GROUP BY date_trunc('month', ts)) AS m;
SELECT count(*) AS comparisons FROM (SELECT survey_agg(rating) AS now,
    lag(survey_agg(rating)) OVER (ORDER BY date_trunc('month', ts)) AS before
                                     FROM feedback GROUP BY date_trunc('month', ts)) AS m, nps_test(now, before)
                                         WHERE before IS NOT NULL;
-- 5. Trials that pay within 14 days; those of the last 14 days are pending.
SELECT converted, late, not_converted, pending, converted = c AND late = l AND not_converted = k AND pending = p AS same
FROM conversion_estimate((SELECT conversion_agg(trial_from, paid_at, '14 days', '2025-03-01') FROM trials)),
     (SELECT count(*) FILTER (WHERE ended AND paid <= trial_from + interval '14 days') AS c,
         count(*) FILTER (WHERE ended AND paid > trial_from + interval '14 days') AS l,
             count(*) FILTER (WHERE ended AND paid IS NULL) AS k, count(*) FILTER (WHERE NOT ended) AS p
      FROM (SELECT trial_from, CASE WHEN paid_at <= '2025-03-01' THEN paid_at END AS paid,
          trial_from + interval '14 days' <= '2025-03-01' AS ended
            FROM trials WHERE trial_from <= '2025-03-01') AS known) AS by_hand;
-- 6. RFM with thresholds of one's own.
SELECT sum(customers) = (SELECT count(DISTINCT cust) FROM orders) AS everybody, count(*) > 1 AS several_segments
FROM rfm_report((SELECT customers_agg(cust, invdate, amount) FROM orders), '2025-07-01',
    cuts => rfm_cuts('{30,90,180,300}', '{2,3,5,8}', '{20,50,100,200}'));
-- 7. Revenue per customer, and lifetime value against acquisition cost by channel.
SELECT bool_and(p.revenue = o.revenue) AS same, count(*) AS customers
FROM purchases((SELECT customers_agg(cust, invdate, amount) FROM orders)) AS p JOIN (SELECT cust,
    sum(amount)::numeric AS revenue FROM orders GROUP BY cust) AS o ON o.cust = p.customer_id;
SELECT src, round(clv_cac_ratio(clv(acct, fee_num * 12), cac(eur::numeric, 0, count(DISTINCT acct)))::numeric,
    2) AS ltv_to_cac
FROM accounts JOIN contracts USING (acct) JOIN spend USING (src) GROUP BY src, eur ORDER BY src;
-- 8. Customers active in the last 90 days, each day.
SELECT count(*) AS days, count(*) FILTER (WHERE mau <> (SELECT count(DISTINCT uid) FROM hits
    WHERE at::date > d.day - 90 AND at::date <= d.day)) AS wrong
FROM dau_wau_mau((SELECT cohorts_agg(uid, at, 'day') FROM hits), '2025-05-15', monthly => 90) AS d
    WHERE day >= '2025-05-01';
-- 10. What drives satisfaction.
SELECT driver, round(r::numeric, 6) = round(corr::numeric, 6) AS same
FROM (SELECT drivers_agg(csat, ARRAY[q_support, q_price, q_quality]) AS d, ARRAY[corr(csat, q_support), corr(csat,
    q_price), corr(csat, q_quality)] AS corrs FROM feedback) AS s,
     LATERAL (SELECT driver, r, corrs[array_position('{support,price,quality}'::text[], driver)] AS corr
         FROM driver_importance(d, '{support,price,quality}')) AS i ORDER BY driver;
-- 11. A funnel by device.
WITH ours AS (
    SELECT device, step, entered, converted
    FROM (SELECT device, funnels_agg(uid, at,
        CASE name WHEN 'landing' THEN 1 WHEN 'cart' THEN 2 WHEN 'pay' THEN 3 END) AS f
          FROM hits GROUP BY device) AS s, funnel_report(f, 'within=30 days, steps=3')),
by_hand AS (
    SELECT device, count(DISTINCT uid) AS entered, count(DISTINCT uid) FILTER (WHERE came) AS converted
    FROM (SELECT device, uid, EXISTS (SELECT FROM hits AS c WHERE (c.device, c.uid, c.name) = (h.device, h.uid, 'cart')
                                      AND c.at >= h.at AND c.at <= h.at + interval '30 days') AS came
          FROM hits AS h WHERE name = 'landing') AS landings GROUP BY device)
SELECT o.device, o.entered, o.converted, (o.entered, o.converted) = (h.entered, h.converted) AS same
FROM (SELECT one.device, one.converted AS entered, two.converted FROM ours AS one JOIN ours AS two USING (device)
    WHERE one.step = 1 AND two.step = 2) AS o
JOIN by_hand AS h USING (device) ORDER BY device;
-- 12. Do two segments stay differently long?
SELECT degrees_of_freedom AS one, p_value BETWEEN 0 AND 1 AS a_probability
FROM (SELECT survival_span_agg(begins, stops, '2025-07-01') FILTER (WHERE segment = 'smb') AS a,
    survival_span_agg(begins, stops, '2025-07-01') FILTER (WHERE segment = 'ent') AS b
      FROM contracts JOIN accounts USING (acct)) AS s, log_rank_test(a, b);
-- 13. Share of customers who bought again, by first product.
WITH firsts AS (SELECT DISTINCT ON (cust) cust, product FROM orders ORDER BY cust, invdate, invoice)
SELECT count(*) AS products, bool_and(ours = by_hand) AS same
FROM (SELECT product, repurchase_rate((SELECT cohorts_agg(cust, invdate, 'day') FROM orders JOIN firsts USING (cust)
    WHERE firsts.product = f.product), '2024-01-01', '2026-01-01') AS ours,
             (SELECT avg((days > 1)::int)::float8 FROM (SELECT count(DISTINCT invdate) AS days FROM orders
                 JOIN firsts USING (cust) WHERE firsts.product = f.product GROUP BY cust) AS d) AS by_hand
      FROM (SELECT DISTINCT product FROM firsts) AS f) AS p;
-- 14. Net revenue retention by segment.
SELECT segment, count(*) AS months, bool_and(net_revenue_retention IS NULL OR net_revenue_retention BETWEEN 0
    AND 1) AS only_losses
FROM (SELECT segment, mrr_agg(acct, begins, stops, fee_f) AS m FROM contracts JOIN accounts USING (acct)
    GROUP BY segment) AS s, mrr_rates(m, 'month', '2025-01-01')
GROUP BY segment ORDER BY segment;
-- 17. Attainment of targets; money is cast by its owner.
SELECT rep, attainment(sum(actual::numeric)::float8, sum(target::numeric)::float8) FROM quotas GROUP BY rep
    ORDER BY rep;
-- 18. DAU / MAU.
SELECT day, dau = (SELECT count(DISTINCT uid) FROM hits WHERE at::date = day) AS same_day,
    mau = (SELECT count(DISTINCT uid) FROM hits WHERE at::date > day - 30 AND at::date <= day) AS same_month
FROM dau_wau_mau((SELECT cohorts_agg(uid, at, 'day') FROM hits), '2025-05-15') WHERE day >= '2025-05-13' ORDER BY day;
