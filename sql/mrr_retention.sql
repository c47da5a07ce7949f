-- Revenue retention against a day before, each period.
-- Customer 1 pays 100, then 150; 2 pays 100 and leaves; 3 comes within the year; 4 pays 80, then 60. On 1 October 2025
-- against 1 October 2024: base 280, now 150 + 0 + 60 = 210.
CREATE TEMP TABLE subscriptions (customer_id bigint, plan text, started date, ended date, monthly_amount numeric);
INSERT INTO subscriptions VALUES
    (1, 'basic', '2024-01-01', '2025-03-01', 100), (1, 'pro', '2025-03-01', NULL, 150),
    (2, 'pro', '2024-05-01', '2025-06-01', 100), (3, 'basic', '2025-01-01', NULL, 70),
    (4, 'pro', '2024-02-01', '2024-12-01', 80), (4, 'pro', '2025-02-01', NULL, 60);
CREATE TEMP TABLE ledger AS SELECT mrr_agg(customer_id, started, ended, monthly_amount) AS m FROM subscriptions;
SELECT base_day, base_mrr, expansion_mrr AS expansion, contraction_mrr AS contraction, churned_mrr AS churned,
       retained_mrr AS retained, gross_revenue_retention AS grr, net_revenue_retention AS nrr
FROM ledger, mrr_retention(m, 'month', '2025-10-01') WHERE period_start = '2025-09-01';
SELECT base_customers AS three, lost_customers AS one, logo_retention = 2 / 3.0 AS two_thirds,
       logo_retention_lower = rate_lower(rate(2, 3)) AND logo_retention_upper = rate_upper(rate(2, 3)) AS wilson
FROM ledger, mrr_retention(m, 'month', '2025-10-01') WHERE period_start = '2025-09-01';
-- Each quarter against a year before; the last one is not complete, and its base is known. Against a quarter before
-- it is what mrr_rates says.
SELECT period_start, complete, base_day, base_mrr, retained_mrr, net_revenue_retention AS nrr, base_customers
FROM ledger, mrr_retention(m, 'quarter', '2025-11-15') WHERE period_start >= '2024-10-01';
SELECT count(*) AS periods, count(*) FILTER (WHERE (r.gross_revenue_retention, r.net_revenue_retention,
           r.logo_retention_lower::numeric(9, 8), r.lost_customers, r.base_mrr, r.base_customers)
           IS DISTINCT FROM (q.gross_revenue_retention, q.net_revenue_retention,
           (1 - q.logo_churn_upper)::numeric(9, 8), q.lost_customers, q.start_mrr, q.start_customers)) AS none_differ
FROM ledger, mrr_retention(m, 'quarter', '2025-10-01', '3 months') AS r
JOIN LATERAL mrr_rates(m, 'quarter', '2025-10-01') AS q USING (period_start);
-- By plan: 1 moved from basic to pro, with what they paid and pay.
SELECT segment, base_mrr AS base, expansion_mrr AS expansion, contraction_mrr AS contraction, churned_mrr AS churned,
       moved_out_mrr AS moved_out, moved_out_now_mrr AS now, moved_in_mrr AS moved_in,
       round(gross_revenue_retention::numeric, 4) AS grr, round(net_revenue_retention::numeric, 4) AS nrr,
       net_with_moved
FROM (SELECT array_agg(m) AS ledgers, array_agg(plan) AS plans
      FROM (SELECT plan, mrr_agg(customer_id, started, ended, monthly_amount) AS m
            FROM subscriptions GROUP BY plan) AS p) AS s,
     mrr_segment_retention(ledgers, plans, 'month', '2025-10-01') WHERE period_start = '2025-09-01';
SELECT segment, base_customers, lost_customers AS lost, moved_out_customers AS moved_out,
       moved_in_customers AS moved_in, logo_retention
FROM (SELECT array_agg(m) AS ledgers, array_agg(plan) AS plans
      FROM (SELECT plan, mrr_agg(customer_id, started, ended, monthly_amount) AS m
            FROM subscriptions GROUP BY plan) AS p) AS s,
     mrr_segment_retention(ledgers, plans, 'month', '2025-10-01') WHERE period_start = '2025-09-01';

-- Many small worlds against a calendar of days in plain SQL: 4 customers, 3 plans, discounts among the rows.
CREATE TEMP TABLE worlds AS
SELECT w, 1 + (h / 7) % 4 AS customer_id, (ARRAY['a', 'b', NULL])[1 + (h / 3) % 3] AS plan,
       date '2023-11-20' + (h / 31) % 400 AS started,
       CASE WHEN h % 5 > 0 THEN date '2023-11-20' + (h / 31) % 400 + (h / 1009) % 300 END AS ended,
       (1 + h % 4)::numeric + (h % 3) * 0.25 AS monthly_amount
FROM (SELECT w, abs(hashint8(w * 100 + k)) AS h FROM generate_series(1, 60) AS w,
      generate_series(1, 9) AS k) AS random;
INSERT INTO worlds -- a discount runs within its subscription
SELECT w, customer_id, plan, started + 10, ended, -0.5 FROM worlds WHERE monthly_amount > 3 AND ended > started + 10;
CREATE TEMP TABLE days AS
SELECT w, customer_id, plan, day::date,
       coalesce(sum(monthly_amount) FILTER (WHERE started <= day AND (ended IS NULL OR day < ended)), 0) AS mrr
FROM worlds, generate_series(date '2023-10-01', date '2025-06-15', '1 day') AS day
GROUP BY w, customer_id, plan, day;
CREATE TEMP TABLE totals AS -- and the plan in which the customer pays most, of equals the first by name
SELECT w, customer_id, day, sum(mrr) AS mrr,
       (array_agg(plan ORDER BY mrr DESC, plan COLLATE "C" NULLS LAST))[1] AS plan
FROM days GROUP BY w, customer_id, day;
CREATE UNIQUE INDEX ON totals (day, w, customer_id);
ANALYZE totals;
CREATE TEMP TABLE compared AS
SELECT unit, before, s::date AS period_start, w, customer_id, b.mrr AS base, n.mrr AS now, b.plan AS base_plan,
       n.plan AS now_plan
FROM (VALUES ('month', interval '1 month', interval '1 year', date '2023-11-01'),
             ('month', '1 month', '1 month 10 days', '2023-11-01'), ('quarter', '3 months', '12 months', '2023-10-01'),
             ('week', '7 days', '30 days', '2023-11-20'), ('year', '1 year', '100 days', '2023-01-01'))
     AS v(unit, step, before, first), generate_series(first, date '2025-06-15', step) AS s,
     LATERAL (SELECT * FROM totals AS t WHERE t.day = (s + step - before)::date - 1) AS b
     JOIN totals AS n USING (w, customer_id)
WHERE n.day = (s + step)::date - 1 AND s + step <= '2025-06-15' AND b.mrr > 0;
CREATE TEMP TABLE all_ledgers AS SELECT w, mrr_agg(customer_id, started, ended, monthly_amount) AS m
    FROM worlds GROUP BY w;
SET enable_nestloop = off;
SELECT unit, before, count(*) > 50 AS many, count(*) FILTER (WHERE (
           r.base_mrr, r.expansion_mrr, r.contraction_mrr, r.churned_mrr, r.retained_mrr, r.base_customers,
           r.lost_customers) IS DISTINCT FROM (coalesce(o.base, 0), coalesce(o.expansion, 0), coalesce(o.contraction,
               0),
           coalesce(o.churned, 0), coalesce(o.retained, 0), coalesce(o.customers, 0), coalesce(o.lost, 0))
           OR abs(gross_revenue_retention - (o.kept / o.base)::float8) > 1e-12
           OR abs(net_revenue_retention - (o.retained / o.base)::float8) > 1e-12
           OR logo_retention <> (o.customers - o.lost)::float8 / o.customers
           OR (o.base IS NULL) <> (net_revenue_retention IS NULL)) AS none_differ,
       count(*) FILTER (WHERE r.expansion_mrr + r.contraction_mrr > 0 AND r.churned_mrr > 0) > 5 AS mixed
FROM (SELECT DISTINCT unit, before FROM compared) AS u CROSS JOIN all_ledgers
CROSS JOIN LATERAL (SELECT * FROM mrr_retention(m, unit, '2025-06-15', before) WHERE complete) AS r
LEFT JOIN (SELECT unit, before, period_start, w, sum(base) AS base,
    sum(now - base) FILTER (WHERE now > base) AS expansion,
                  sum(base - now) FILTER (WHERE now < base AND now > 0) AS contraction,
                  sum(base) FILTER (WHERE now = 0) AS churned, sum(now) AS retained, sum(least(base, now)) AS kept,
                  count(*) AS customers, count(*) FILTER (WHERE now = 0) AS lost
           FROM compared GROUP BY 1, 2, 3, 4) AS o USING (unit, before, w, period_start)
GROUP BY unit, before ORDER BY unit, before;
CREATE TEMP TABLE by_plan AS
SELECT w, array_agg(m ORDER BY hashint8(w + k)) AS ledgers, array_agg(plan ORDER BY hashint8(w + k)) AS plans
FROM (SELECT w, plan, row_number() OVER () AS k, mrr_agg(customer_id, started, ended, monthly_amount) AS m
      FROM worlds GROUP BY w, plan) AS p GROUP BY w;
SELECT u.unit, u.before, count(*) > 200 AS many, count(*) FILTER (WHERE (
           r.base_mrr, r.expansion_mrr, r.contraction_mrr, r.churned_mrr, r.moved_out_mrr, r.moved_out_now_mrr,
           r.moved_in_mrr, r.base_customers, r.lost_customers, r.moved_out_customers, r.moved_in_customers)
           IS DISTINCT FROM (coalesce(o.base, 0), coalesce(o.expansion, 0), coalesce(o.contraction, 0),
           coalesce(o.churned, 0), coalesce(o.moved, 0), coalesce(o.moved_now, 0), coalesce(i.moved_in, 0),
           coalesce(o.customers, 0), coalesce(o.lost, 0), coalesce(o.out, 0), coalesce(i."in", 0))
           OR abs(gross_revenue_retention - (o.kept / o.stayed)::float8) > 1e-12
           OR abs(net_revenue_retention - (o.stayed_now / o.stayed)::float8) > 1e-12
           OR abs(net_with_moved - (o.now / o.base)::float8) > 1e-12
           OR logo_retention <> (o.customers - o.lost)::float8 / o.customers) AS none_differ,
       count(*) FILTER (WHERE r.moved_out_customers > 0 AND r.base_customers > r.moved_out_customers) > 5 AS mixed
FROM (SELECT DISTINCT unit, before FROM compared) AS u CROSS JOIN by_plan
CROSS JOIN LATERAL (SELECT coalesce(r.segment, '') AS name, r.*
                    FROM mrr_segment_retention(ledgers, plans, unit, '2025-06-15', before) AS r WHERE complete) AS r
LEFT JOIN (SELECT unit, before, period_start, w, coalesce(base_plan, '') AS segment, sum(base) AS base,
                  sum(now - base) FILTER (WHERE now > base AND NOT moved) AS expansion,
                  sum(base - now) FILTER (WHERE now < base AND now > 0 AND NOT moved) AS contraction,
                  sum(base) FILTER (WHERE now = 0) AS churned, sum(base) FILTER (WHERE moved) AS moved,
                  sum(now) FILTER (WHERE moved) AS moved_now, sum(least(base, now)) FILTER (WHERE NOT moved) AS kept,
                  sum(now) FILTER (WHERE NOT moved) AS stayed_now, sum(base) FILTER (WHERE NOT moved) AS stayed,
                  sum(now) AS now, count(*) AS customers, count(*) FILTER (WHERE now = 0) AS lost,
                  count(*) FILTER (WHERE moved) AS out
           FROM compared, LATERAL (SELECT now > 0 AND base_plan IS DISTINCT FROM now_plan AS moved) AS m
           GROUP BY 1, 2, 3, 4, 5) AS o
    ON o.unit = u.unit AND o.before = u.before AND o.w = by_plan.w AND o.period_start = r.period_start
       AND o.segment = r.name
LEFT JOIN (SELECT unit, before, period_start, w, coalesce(now_plan, '') AS segment, sum(now) AS moved_in,
    count(*) AS "in"
           FROM compared WHERE now > 0 AND base_plan IS DISTINCT FROM now_plan GROUP BY 1, 2, 3, 4, 5) AS i
    ON i.unit = u.unit AND i.before = u.before AND i.w = by_plan.w AND i.period_start = r.period_start
       AND i.segment = r.name
GROUP BY u.unit, u.before ORDER BY u.unit, u.before;
RESET enable_nestloop;
-- All segments together are the whole, with any kind of id; what was moved out was moved in.
SELECT count(*) AS periods, count(*) FILTER (WHERE s.base <> r.base_mrr OR s.retained <> r.retained_mrr
           OR s.customers <> r.base_customers OR s.lost <> r.lost_customers OR s.moved_out <> s.moved_in) AS none_differ
FROM all_ledgers JOIN by_plan USING (w)
CROSS JOIN LATERAL (SELECT * FROM mrr_retention(m, 'month', '2025-06-01')) AS r
JOIN LATERAL (SELECT period_start, sum(base_mrr) AS base, sum(base_mrr - moved_out_mrr + expansion_mrr - contraction_mrr
                     - churned_mrr + moved_out_now_mrr) AS retained, sum(base_customers) AS customers,
                     sum(lost_customers) AS lost, sum(moved_out_now_mrr) AS moved_out, sum(moved_in_mrr) AS moved_in
              FROM mrr_segment_retention(ledgers, plans, 'month', '2025-06-01') GROUP BY 1) AS s USING (period_start);
SELECT count(*) > 1000 AS rows, bool_and(x::text = y::text AND x::text = z::text) AS same
FROM (SELECT w, array_agg(plan) AS plans, array_agg(b) AS b, array_agg(t) AS t, array_agg(u) AS u
      FROM (SELECT w, plan, mrr_agg(customer_id, started, ended, monthly_amount) AS b,
                   mrr_agg('c' || customer_id, started, ended, monthly_amount) AS t,
                   mrr_agg(md5(customer_id::text)::uuid, started, ended, monthly_amount) AS u
            FROM worlds WHERE w <= 30 GROUP BY w, plan) AS p GROUP BY w) AS l,
     LATERAL (SELECT x, y, z
              FROM mrr_segment_retention(b, plans, 'month', '2025-06-01') WITH ORDINALITY AS x
              JOIN mrr_segment_retention(t, plans, 'month', '2025-06-01') WITH ORDINALITY AS y USING (ordinality)
              JOIN mrr_segment_retention(u, plans, 'month', '2025-06-01') WITH ORDINALITY AS z USING (ordinality))
     AS r;
-- From 3,000 customers in 40 segments, one after another.
SELECT count(*) AS of, sum(moved_out_customers) AS moved, sum(moved_in_customers) AS moved_2,
       sum(base_customers) AS all,
       sum(lost_customers) AS lost
FROM (SELECT array_agg(m) AS ledgers, array_agg(segment) AS segments
      FROM (SELECT (i + h) % 40 AS h, mrr_agg(i, date '2024-01-01' + h, date '2024-01-01' + h + 1, 1 + i / 2.0) AS m
            FROM generate_series(1, 3000) AS i, generate_series(0, 39) AS h GROUP BY 1) AS p(segment, m),
      LATERAL (SELECT segment::text) AS t(name)) AS s,
     mrr_segment_retention(ledgers, segments::text[], 'day', '2024-03-01', '7 days');

-- Nothing.
SELECT count(*) AS none FROM mrr_retention('1:bigint(,0){}'::mrr_state, 'month', '2025-01-01');
SELECT count(*) AS none FROM mrr_segment_retention('{}'::mrr_state[], '{}', 'month', '2025-01-01');
SELECT count(*) AS none FROM mrr_segment_retention(ARRAY[NULL::mrr_state], '{a}', 'month', '2025-01-01');
SELECT count(*) AS none FROM ledger, mrr_retention(m, 'month', '2024-01-01');
SELECT count(*) AS none FROM mrr_retention(NULL::mrr_state, 'month', '2025-01-01');
SELECT base_mrr, retained_mrr, net_revenue_retention IS NULL AS no_base, base_customers
FROM ledger, mrr_retention(m, 'month', '2024-02-01');
-- A base that is not over at as_of is not known.
SELECT period_start, complete, base_day, base_mrr FROM ledger, mrr_retention(m, 'year', '2025-03-01', '30 days');
SELECT DISTINCT base_day FROM ledger, mrr_retention(m, 'month', '2024-03-01', '1000 years') WHERE base_mrr = 0;
-- An as_of with a time of day stands for its day.
SELECT count(*) AS same FROM ledger, mrr_retention(m, 'month', '2025-10-01 23:59') AS a
JOIN mrr_retention((SELECT m FROM ledger), 'month', '2025-10-01') AS b ON a::text = b::text;

-- Errors.
SELECT * FROM mrr_retention('1:bigint(,0){}'::mrr_state, 'month', '2025-01-01', '0 days') AS error;
SELECT * FROM mrr_retention('1:bigint(,0){}'::mrr_state, 'month', '2025-01-01', '-1 month') AS error;
SELECT * FROM mrr_retention('1:bigint(,0){}'::mrr_state, 'month', '2025-01-01', '1 month -1 day') AS error;
SELECT * FROM mrr_retention('1:bigint(,0){}'::mrr_state, 'month', '2025-01-01', '1 day 1 hour') AS error;
SELECT * FROM mrr_retention('1:bigint(,0){}'::mrr_state, 'month', '2025-01-01', '1001 years') AS error;
SELECT * FROM mrr_retention('1:bigint(,0){}'::mrr_state, 'fortnight', '2025-01-01') AS error;
SELECT * FROM mrr_retention('1:bigint(,0){}'::mrr_state, 'month', 'infinity') AS error;
SELECT * FROM mrr_segment_retention(ARRAY['1:bigint(,0){}']::mrr_state[], '{a,b}', 'month', '2025-01-01') AS error;
SELECT * FROM mrr_segment_retention('{"1:bigint(,0){}","1:bigint(,0){}"}'::mrr_state[], '{a,a}', 'month',
                                    '2025-01-01') AS error;
SELECT * FROM mrr_segment_retention('{"1:bigint(,0){}","1:bigint(,0){}"}'::mrr_state[], '{NULL,NULL}', 'month',
                                    '2025-01-01') AS error;
SELECT * FROM mrr_segment_retention(ARRAY['1:bigint("EUR",0){1:2024-01-01+5}', '1:bigint("USD",0){1:2024-01-01+5}']
                                    ::mrr_state[], '{a,b}', 'month', '2025-01-01') AS error;
-- Discounts that exceed what they are taken from, in one ledger or over the customer.
SELECT * FROM mrr_retention((SELECT mrr_agg(7, '2024-01-01', NULL, -5)), 'month', '2025-01-01') AS error;
SELECT * FROM mrr_segment_retention(ARRAY['1:bigint(,0){1:2024-01-01+5}', '1:bigint(,0){1:2024-01-01-5}']
                                    ::mrr_state[], '{a,b}', 'month', '2025-01-01') AS error;
