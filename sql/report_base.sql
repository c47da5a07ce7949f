-- Bases of reports: what is added, and what does not fit together. That the report of rolled up bases is the report of
-- the whole, for every report that has a base, is test/t/bases.pl's law; here are small cases of it.
SELECT setseed(0.7);
CREATE TABLE report_base_rows AS
    SELECT (random() * 600)::bigint AS id, date '2024-01-01' + (random() * random() * 200)::int AS day
    FROM generate_series(1, 900);
CREATE TABLE report_base_whole AS SELECT cohorts_agg(id, day, 'month') AS c FROM report_base_rows;
CREATE TABLE report_base_parts AS
    SELECT customer_shard(id, 8) AS shard, cohorts_agg(id, day, 'month') AS c FROM report_base_rows GROUP BY 1;
SELECT count(*) AS shards, sum(customer_count(c)) = (SELECT customer_count(c) FROM report_base_whole) AS disjoint
FROM report_base_parts;

-- Whole = rollup of bases: rows that are in one and not in the other. Expected: no rows, of some.
CREATE VIEW report_base_table AS
    SELECT r.* FROM (SELECT rollup(cohort_retention_base(c, '2024-06-15')) AS b FROM report_base_parts) AS s,
                    cohort_retention(b) AS r;
SELECT count(*) > 10 AS some FROM report_base_table;
(SELECT r.* FROM report_base_whole, cohort_retention(c, '2024-06-15') AS r EXCEPT SELECT * FROM report_base_table)
UNION ALL
(SELECT * FROM report_base_table EXCEPT SELECT r.* FROM report_base_whole, cohort_retention(c, '2024-06-15') AS r);
-- By hand: customers by first month, and of these those who were active so many months later.
WITH months AS (SELECT DISTINCT id, date_trunc('month', day)::date AS m FROM report_base_rows WHERE day < '2024-06-01'),
     first AS (SELECT id, min(m) AS cohort FROM months GROUP BY id)
SELECT count(*) > 10 AS some, bool_and(t.retained = coalesce(h.n, 0)) AS right
FROM report_base_table AS t LEFT JOIN
     (SELECT cohort, m, count(*) AS n FROM months JOIN first USING (id) GROUP BY 1, 2) AS h
     ON h.cohort = t.cohort AND h.m = t.period_start
WHERE t.complete;

-- The text, what it says as JSON, and the base of no rows, which agrees with any.
SELECT lifecycle_base(cohorts_agg(id, day, 'month'), '2024-04-10') AS base
FROM (VALUES (1, date '2024-01-05'), (1, '2024-02-01'), (2, '2024-02-07'), (2, '2024-04-01')) AS v(id, day);
SELECT jsonb_pretty(lifecycle_base(cohorts_agg(id, day, 'month'), '2024-04-10')::jsonb) AS json
FROM (VALUES (1, date '2024-01-05'), (1, '2024-02-01')) AS v(id, day);
SELECT lifecycle_base(cohorts_agg(id, day, 'month'), '2024-04-10') AS of_no_rows
FROM (VALUES (1, date '2024-01-05')) AS v(id, day) WHERE false;
SELECT b + none = b AND none + b = b AND none + none = none AND b + NULL = b AS neutral
FROM (SELECT lifecycle_base(cohorts_agg(id, day, 'month'), '2024-04-10') AS b,
             lifecycle_base(cohorts_agg(id, day, 'month') FILTER (WHERE false), '2024-04-10') AS none
      FROM report_base_rows) AS s;
SELECT rollup(b) FROM (SELECT NULL::report_base_state AS b) AS s;

-- What does not belong together.
SELECT lifecycle(gap_summary_base(c, '2024-06-01')) FROM report_base_whole;
SELECT lifecycle_base(c, '2024-06-01') + gap_summary_base(c, '2024-06-01') FROM report_base_whole;
SELECT lifecycle_base(c, '2024-06-01') + lifecycle_base(c, '2024-06-02') FROM report_base_whole;
SELECT lifecycle_base(a, '2024-06-01') + lifecycle_base(b, '2024-06-01')
FROM (SELECT cohorts_agg(id, day, 'month') AS a, cohorts_agg(id, day, 'week') AS b FROM report_base_rows) AS s;
SELECT cohort_retention_base(c, '2024-06-01') + cohort_retention_base(c, '2024-06-01', 'streak') FROM report_base_whole;
SELECT rollup(b) FROM (VALUES ('1:repurchase(0,1,2,0)2305843009213693000'::report_base_state),
                              ('1:repurchase(0,1,2,0)2305843009213693000')) AS v(b);

-- Text that no base has.
SELECT '1:nothing(1)'::report_base_state;
SELECT '2:lifecycle(2,8918,1)'::report_base_state;
SELECT '1:lifecycle(9,8918,1)'::report_base_state;
SELECT '1:lifecycle(2,8918,1)288=0'::report_base_state;
SELECT '1:lifecycle(2,8918,1)289=1;288=1'::report_base_state;
SELECT '1:lifecycle(2,8918,1)288=1;288=1'::report_base_state;
SELECT '1:lifecycle(6,8918,1)288=1'::report_base_state;
SELECT '1:cohort_retention(2,8918,4,0,0,0)'::report_base_state;
SELECT '1:lifecycle(2,8918,1)288=1,0'::report_base_state;
SELECT '1:rfm_report(8918,0,0,2)"1:9/9/9"0=1,0,0,1.5'::report_base_state;
-- Text that could be one, but that no report can be made of.
SELECT * FROM lifecycle('1:lifecycle(2,8918,1)900=1'::report_base_state);
SELECT * FROM cohort_retention('1:cohort_retention(2,8918,0,0,0,0)280/1=0,3'::report_base_state);
SELECT * FROM repurchase('1:repurchase(0,1,2,0)3,4'::report_base_state);
SELECT * FROM gap_summary('1:gap_summary(0,8918)-1=1'::report_base_state);

-- Other values: RFM by the thresholds of all, warnings by the rhythm of all, recurring revenue, funnels. Amounts have
-- one decimal in some shards and two in others.
CREATE TABLE report_base_orders AS
    SELECT i, id, customer_shard(id, 5) AS shard, day,
           round(100 * draw::numeric, CASE WHEN customer_shard(id, 5) < 2 THEN 1 ELSE 2 END) - 5 AS amount,
           timestamptz '2024-01-01 00:00+00' + 300 * draw * interval '1 day' AS at, 1 + (2.9 * other)::int AS step
    FROM (SELECT i, (random() * 80)::bigint AS id, date '2024-01-01' + (random() * random() * 200)::int AS day,
                 random() AS draw, random() AS other
          FROM generate_series(1, 900) AS i) AS r;
CREATE TABLE report_base_values AS
    SELECT shard, customers_agg(id, day, amount) AS c, cohorts_agg(id, day, 'day') AS d, funnels_agg(id, at, step) AS f,
           mrr_agg(id, day, CASE WHEN i % 3 > 0 THEN day + i % 90 + 1 END, amount + 6) AS m
    FROM report_base_orders GROUP BY GROUPING SETS ((shard), ());
-- The report of the whole, and of the rolled up bases of the parts. Expected: equal, and some rows.
CREATE FUNCTION report_base_pair(whole text, base text, report text, OUT equal boolean, OUT has_rows boolean)
    LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT a.r = b.r, length(a.r) > 100
        FROM (SELECT string_agg(r::text, E''\n'') AS r FROM report_base_values, %s AS r WHERE shard IS NULL) AS a,
             (SELECT string_agg(r::text, E''\n'') AS r
              FROM (SELECT rollup(%s) AS base FROM report_base_values WHERE shard IS NOT NULL) AS s, %s AS r) AS b',
        whole, base, report) INTO equal, has_rows;
END $$;
SELECT report, p.*
FROM (VALUES
    ('rfm_report(c, ''2024-12-31'', k, ''rf10'')', 'rfm_report_base(c, ''2024-12-31'', k)', 'rfm_report(base)'),
    ('rfm_report(c, ''2024-12-31'', k, ''cells11'', ''zh'', ''days'', ''average'')',
     'rfm_report_base(c, ''2024-12-31'', k, ''days'', ''average'')', 'rfm_report(base, ''cells11'', ''zh'')'),
    ('mrr_movements(m, ''month'', ''2024-08-10'')', 'mrr_movements_base(m, ''month'', ''2024-08-10'')',
     'mrr_movements(base)'),
    ('mrr_rates(m, ''week'', ''2024-08-10'')', 'mrr_movements_base(m, ''week'', ''2024-08-10'')', 'mrr_rates(base)'),
    ('churn_by_period(m, ''month'', ''2024-08-10'', ''exposure'')', 'mrr_movements_base(m, ''month'', ''2024-08-10'')',
     'churn_by_period(base, ''exposure'')'),
    ('funnel_report(f, ''steps=4'', ''2024-10-01 00:00+00'')',
     'funnel_report_base(f, ''steps=4'', ''2024-10-01 00:00+00'')', 'funnel_report(base)'),
    ('funnel_report(f, ''steps=4, within=9 days, count=totals'', NULL, 0.9, ''{a,b,c,d}'')',
     'funnel_report_base(f, ''steps=4, within=9 days, count=totals'')', 'funnel_report(base, 0.9, ''{a,b,c,d}'')'))
    AS v(whole, base, report),
    (SELECT quote_literal('1:300,200,100,30/1,2,3,5/0,5,10,20') || '::rfm_cuts') AS c(cuts),
    LATERAL report_base_pair(replace(whole, ' k,', cuts || ','), regexp_replace(base, ' k([,)])', cuts || '\1'), report)
        AS p;
-- Thresholds learned from all parts are those of the whole, so that the report is that without thresholds.
WITH cuts AS (SELECT rfm_cuts(rollup(rfm_base(c, '2024-12-31'))) AS k FROM report_base_values WHERE shard IS NOT NULL),
     base AS (SELECT rollup(rfm_report_base(c, '2024-12-31', k)) AS b FROM report_base_values, cuts
              WHERE shard IS NOT NULL)
SELECT (SELECT string_agg(r::text, ';') FROM base, rfm_report(b) AS r) =
       (SELECT string_agg(r::text, ';') FROM report_base_values, rfm_report(c, '2024-12-31') AS r WHERE shard IS NULL)
       AS equal;
-- Warnings: the population is that of all parts.
WITH population AS (SELECT rollup(purchase_gaps(d, '2024-07-20')) AS p FROM report_base_values WHERE shard IS NOT NULL)
SELECT (SELECT string_agg(r::text, ';' ORDER BY customer_id)
        FROM report_base_values, population, early_warnings(d, '2024-07-20', population => p) AS r
        WHERE shard IS NOT NULL) =
       (SELECT string_agg(r::text, ';' ORDER BY customer_id)
        FROM report_base_values, early_warnings(d, '2024-07-20') AS r WHERE shard IS NULL) AS equal;
SELECT count(*) FROM report_base_values, early_warnings(d, '2024-07-20', min_gaps => 99, population => '1:') AS r
WHERE shard IS NULL AND basis IS NULL;
SELECT mrr_rates(mrr_movements_base(m, 'month', '2024-06-01', 'net')) FROM report_base_values WHERE shard IS NULL;
SELECT funnel_report_base(f, '') FROM report_base_values WHERE shard IS NULL;
SELECT funnel_report(funnel_report_base(f, 'steps=4'), names => '{a,b}') FROM report_base_values WHERE shard IS NULL;
-- One currency.
SELECT mrr_movements_base(a, 'month', '2024-06-01') + mrr_movements_base(b, 'month', '2024-06-01')
FROM (SELECT mrr_currency_agg(1, date '2024-01-01', NULL, 5.00, 'EUR') AS a,
             mrr_currency_agg(2, date '2024-01-01', NULL, 5.00, 'USD') AS b) AS s;

DROP FUNCTION report_base_pair;
DROP TABLE report_base_orders, report_base_values;
DROP VIEW report_base_table;
DROP TABLE report_base_rows, report_base_whole, report_base_parts;
