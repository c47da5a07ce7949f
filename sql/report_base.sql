-- Bases of reports: what is added, and what does not fit together. That the report of rolled up bases is the report of the
-- whole, for every report that has a base, is test/t/bases.pl's law; here are the smallest cases of it.
SELECT setseed(0.7);
CREATE TABLE report_base_rows AS
    SELECT id, day FROM (SELECT (random() * 600)::bigint AS id, date '2024-01-01' + (random() * random() * 200)::int AS day
                         FROM generate_series(1, 900)) AS r;
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
SELECT rollup(b) FROM (VALUES ('1:repurchase(0,1,2,0)2305843009213693000,0'::report_base_state),
                              ('1:repurchase(0,1,2,0)2305843009213693000,0')) AS v(b);

-- Text that no base has.
SELECT '1:nothing(1)'::report_base_state;
SELECT '2:lifecycle(2,8918,1)'::report_base_state;
SELECT '1:lifecycle(9,8918,1)'::report_base_state;
SELECT '1:lifecycle(2,8918,1)288=0,0,0,0'::report_base_state;
SELECT '1:lifecycle(2,8918,1)289=1,0,0,0;288=1,0,0,0'::report_base_state;
SELECT '1:lifecycle(2,8918,1)288=1,0,0,0;288=1,0,0,0'::report_base_state;
SELECT '1:lifecycle(6,8918,1)288=1,0,0,0'::report_base_state;
SELECT '1:cohort_retention(2,8918,4,0,0,0)'::report_base_state;
-- Text that could be one, but that no report can be made of.
SELECT * FROM lifecycle('1:lifecycle(2,8918,1)900=1,0,0,0'::report_base_state);
SELECT * FROM cohort_retention('1:cohort_retention(2,8918,0,0,0,0)280/1=0,3,0'::report_base_state);
SELECT * FROM repurchase('1:repurchase(0,1,2,0)3,4'::report_base_state);
SELECT * FROM gap_summary('1:gap_summary(0,8918)-1=1,0'::report_base_state);

DROP VIEW report_base_table;
DROP TABLE report_base_rows, report_base_whole, report_base_parts;
