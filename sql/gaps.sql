-- Time between purchases.
SELECT * FROM gap_summary(
    '1:bigint:day:{1=2024-01-01,2024-01-11,2024-01-13;2=2024-01-01..2024-01-02;3=2024-01-01}'::cohorts_state,
    as_of => '2024-02-01');
SELECT * FROM gap_distribution(
    '1:bigint:day:{1=2024-01-01,2024-01-11,2024-01-13,2024-01-15;2=2024-01-01..2024-01-02;3=2024-01-01}'::cohorts_state,
    as_of => '2024-02-01');
SELECT mean_gap(a, '2024-02-01') AS six, gap_quantile(a, '2024-02-01') AS six_2,
       gap_quantile(a, '2024-02-01', 0) AS two,
       gap_quantile(a, '2024-02-01', 1) AS ten,
       mean_gap(a, '2024-01-12') AS ten_2, gap_quantile(a, '2024-01-11') IS NULL AS only_one,
           mean_gap(a, '2023-01-11') IS NULL AS none
FROM (VALUES ('1:day:2024-01-01,2024-01-11,2024-01-13'::activity_state)) AS t(a);
SELECT mean_gap('1:month:2023-01,2024-01', '2024-02-01') AS twelve_months,
       mean_gap('1:day:-4713-11-24,294276-12-30', '294276-12-31') AS all_dates;
SELECT * FROM gap_summary('1:bigint:day:{3=2024-01-01}'::cohorts_state, as_of => '2024-02-01');
SELECT * FROM gap_distribution('1:bigint:day:{}'::cohorts_state, as_of => '2024-02-01');
SELECT gap_quantile('1:day:2024-01-01,2024-01-11', '2024-02-01', 1.1) AS error;
SELECT gap_quantile('1:day:2024-01-01,2024-01-11', '2024-02-01', 'NaN') AS error;

-- Random small histories: include/histories.sql says which.
\set seed 0.8
\set cases 500
\set customers 12
\getenv sources PG_ABS_SRCDIR
\set histories :sources '/sql/include/histories.sql'
\i :histories
CREATE TEMP TABLE truth AS SELECT s, c, no - before AS gap FROM (SELECT *,
    lag(no) OVER (PARTITION BY s, c ORDER BY no) AS before FROM known) AS k WHERE before IS NOT NULL;
SELECT count(*) > 100 AS many, count(*) FILTER (WHERE g.customers <> t.customers OR g.gaps <> t.gaps
       OR abs(g.mean - t.mean) > 1e-12
           OR (abs(g.p25 - q[1]) < 1e-12 AND abs(g.median - q[2]) < 1e-12 AND abs(g.p75 - q[3]) < 1e-12
               AND abs(g.p90 - q[4]) < 1e-12) IS NOT TRUE) AS wrong
FROM states JOIN (SELECT s, count(DISTINCT c) AS customers, count(*) AS gaps, avg(gap)::float8 AS mean,
     percentile_cont('{0.25,0.5,0.75,0.9}'::float8[]) WITHIN GROUP (ORDER BY gap) AS q FROM truth
GROUP BY s) AS t USING (s)
CROSS JOIN LATERAL gap_summary(cohorts, as_of) AS g;
WITH expected AS (SELECT s, gap::bigint, count(*) AS gaps, count(*) / (sum(count(*)) OVER w)::float8 AS share,
    (sum(count(*)) OVER (w ORDER BY gap))::float8 / (sum(count(*)) OVER w)::float8 AS cumulative
                  FROM truth GROUP BY s, gap WINDOW w AS (PARTITION BY s)),
     ours AS (SELECT s, d.* FROM states, gap_distribution(cohorts, as_of) AS d)
SELECT (SELECT count(*) FROM expected) > 200 AS many, (SELECT count(*)
       FROM (TABLE expected EXCEPT ALL TABLE ours) AS t) AS missing,
       (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE expected) AS t) AS wrong;
SELECT count(*) > 300 AS many, count(*) FILTER (WHERE abs(mean_gap(a, as_of) - mean) > 1e-12
       OR abs(gap_quantile(a, as_of) - median) > 1e-12 OR abs(gap_quantile(a, as_of, 0.9) - p90) > 1e-12
           OR mean_gap(a, as_of) IS NULL OR gap_quantile(a, as_of) IS NULL) AS wrong
FROM (SELECT s, c, avg(gap)::float8 AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS median,
     percentile_cont(0.9) WITHIN GROUP (ORDER BY gap) AS p90 FROM truth GROUP BY s, c) AS t
JOIN states USING (s) CROSS JOIN LATERAL activity_of(cohorts, c) AS a;
-- What lies after as_of changes nothing, also within the period that as_of cuts.
WITH all_events AS (SELECT s, g.* FROM states, gap_distribution(cohorts, as_of) AS g),
     seen_only AS (SELECT s, g.* FROM states, gap_distribution(seen, as_of) AS g)
SELECT (SELECT count(*) FROM (TABLE all_events EXCEPT ALL TABLE seen_only) AS t) AS too_many,
       (SELECT count(*) FROM (TABLE seen_only EXCEPT ALL TABLE all_events) AS t) AS too_few;
SELECT count(*) FILTER (WHERE gap_summary(cohorts, as_of)::text <> gap_summary(seen, as_of)::text) AS wrong FROM states;
SELECT count(*) AS wrong FROM states, generate_series(1, 12) AS c
WHERE mean_gap(activity_of(cohorts, c), as_of) IS DISTINCT FROM mean_gap(activity_of(seen, c), as_of)
   OR gap_quantile(activity_of(cohorts, c), as_of, 0.7) IS DISTINCT FROM gap_quantile(activity_of(seen, c), as_of, 0.7);
