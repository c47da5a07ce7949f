-- Time between purchases.
SELECT * FROM gap_summary('1:bigint:day:{1=2024-01-01,2024-01-11,2024-01-13;2=2024-01-01..2024-01-02;3=2024-01-01}'::cohorts_state, as_of => '2024-02-01');
SELECT * FROM gap_distribution('1:bigint:day:{1=2024-01-01,2024-01-11,2024-01-13,2024-01-15;2=2024-01-01..2024-01-02;3=2024-01-01}'::cohorts_state, as_of => '2024-02-01');
SELECT mean_gap(a, '2024-02-01') AS six, gap_quantile(a, '2024-02-01') AS six, gap_quantile(a, '2024-02-01', 0) AS two, gap_quantile(a, '2024-02-01', 1) AS ten,
       mean_gap(a, '2024-01-12') AS ten, gap_quantile(a, '2024-01-11') IS NULL AS only_one, mean_gap(a, '2023-01-11') IS NULL AS none
FROM (VALUES ('1:day:2024-01-01,2024-01-11,2024-01-13'::activity_state)) AS t(a);
SELECT mean_gap('1:month:2023-01,2024-01', '2024-02-01') AS twelve_months, mean_gap('1:day:-4713-11-24,5874897-12-30', '5874897-12-31') AS all_dates;
SELECT * FROM gap_summary('1:bigint:day:{3=2024-01-01}'::cohorts_state, as_of => '2024-02-01');
SELECT * FROM gap_distribution('1:bigint:day:{}'::cohorts_state, as_of => '2024-02-01');
SELECT gap_quantile('1:day:2024-01-01,2024-01-11', '2024-02-01', 1.1) AS error;
SELECT gap_quantile('1:day:2024-01-01,2024-01-11', '2024-02-01', 'NaN') AS error;

-- Random small histories in five calendars; as_of is the first day of a period in every third case.
SELECT setseed(0.8);
CREATE TEMP TABLE periods AS
    SELECT *, lead(starts) OVER (PARTITION BY period ORDER BY no) AS ends FROM (
        SELECT 'day' AS period, i AS no, date '2024-02-25' + i AS starts FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'week:wednesday', i, date '2023-11-01' + 7 * i FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'month', i, (date '2023-11-01' + i * interval '1 month')::date FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'quarter', i, (date '1999-04-01' + i * interval '3 months')::date FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'year', i, (date '1998-01-01' + i * interval '1 year')::date FROM generate_series(0, 30) AS i) AS p;
CREATE TEMP TABLE cases AS
    SELECT s, period, starts + CASE WHEN s % 3 = 0 THEN 0 ELSE (random() * (ends - starts - 1))::int END AS as_of
    FROM (SELECT s, (ARRAY['day', 'week:wednesday', 'month', 'quarter', 'year'])[1 + s % 5] AS period, (random() * 12)::int AS no FROM generate_series(1, 500) AS s) AS c
    JOIN periods USING (period, no);
CREATE TEMP TABLE events AS
    SELECT s, c, starts + (random() * (ends - starts - 1))::int AS day, no, period, as_of
    FROM cases JOIN periods AS p USING (period), generate_series(1, 12) AS c WHERE no < 12 AND random() < 0.08 * (1 + c % 4) + 0.02 * (s % 2);
CREATE TEMP TABLE states AS SELECT s, as_of, cohorts_agg(c, day, period) AS cohorts FROM events GROUP BY s, as_of;
CREATE TEMP TABLE known AS SELECT DISTINCT s, c, no, ends <= as_of AS finished FROM events JOIN periods USING (period, no) WHERE starts < as_of;
CREATE INDEX ON known (s, c, no);
ANALYZE known;
CREATE TEMP TABLE truth AS SELECT s, c, no - before AS gap FROM (SELECT *, lag(no) OVER (PARTITION BY s, c ORDER BY no) AS before FROM known) AS k WHERE before IS NOT NULL;
SELECT count(*) > 100 AS many, count(*) FILTER (WHERE g.customers <> t.customers OR g.gaps <> t.gaps OR abs(g.mean - t.mean) > 1e-12
           OR (abs(g.p25 - q[1]) < 1e-12 AND abs(g.median - q[2]) < 1e-12 AND abs(g.p75 - q[3]) < 1e-12 AND abs(g.p90 - q[4]) < 1e-12) IS NOT TRUE) AS wrong
FROM states JOIN (SELECT s, count(DISTINCT c) AS customers, count(*) AS gaps, avg(gap)::float8 AS mean, percentile_cont('{0.25,0.5,0.75,0.9}'::float8[]) WITHIN GROUP (ORDER BY gap) AS q FROM truth GROUP BY s) AS t USING (s)
CROSS JOIN LATERAL gap_summary(cohorts, as_of) AS g;
WITH expected AS (SELECT s, gap::bigint, count(*) AS gaps, count(*) / (sum(count(*)) OVER w)::float8 AS share, (sum(count(*)) OVER (w ORDER BY gap))::float8 / (sum(count(*)) OVER w)::float8 AS cumulative
                  FROM truth GROUP BY s, gap WINDOW w AS (PARTITION BY s)),
     ours AS (SELECT s, d.* FROM states, gap_distribution(cohorts, as_of) AS d)
SELECT (SELECT count(*) FROM expected) > 200 AS many, (SELECT count(*) FROM (TABLE expected EXCEPT ALL TABLE ours) AS t) AS missing, (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE expected) AS t) AS wrong;
SELECT count(*) > 300 AS many, count(*) FILTER (WHERE abs(mean_gap(a, as_of) - mean) > 1e-12 OR abs(gap_quantile(a, as_of) - median) > 1e-12 OR abs(gap_quantile(a, as_of, 0.9) - p90) > 1e-12
           OR mean_gap(a, as_of) IS NULL OR gap_quantile(a, as_of) IS NULL) AS wrong
FROM (SELECT s, c, avg(gap)::float8 AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY gap) AS median, percentile_cont(0.9) WITHIN GROUP (ORDER BY gap) AS p90 FROM truth GROUP BY s, c) AS t
JOIN states USING (s) CROSS JOIN LATERAL activity_of(cohorts, c) AS a;
