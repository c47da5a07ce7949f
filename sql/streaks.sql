-- Streaks, dormancy and silent customers.
-- A running period keeps a streak alive and adds to it if active; a missed one that is over ends it.
SELECT current_streak(a, '2024-04-01') AS three, current_streak(a, '2024-04-02') AS three, current_streak(a, '2024-05-01') AS zero, current_streak(a, '2024-03-02') AS three,
       current_streak(a, '2024-03-01') AS two, longest_streak(a, '2024-04-01') AS four, longest_streak(a, '2023-04-01') AS one, longest_streak(a, '2023-01-01') AS zero
FROM (VALUES ('1:month:2023-03,2023-06..2023-09,2024-01..2024-03'::activity_state)) AS t(a);
SELECT inactive_periods(a, '2024-04-01') AS zero, inactive_periods(a, '2024-04-30') AS zero, inactive_periods(a, '2024-05-01') AS one, inactive_periods(a, '2024-02-15') AS zero,
       inactive_periods(a, '2024-01-31') AS three, inactive_periods(a, '2023-03-01') IS NULL AS unknown, inactive_periods('1:month:', '2023-03-01') IS NULL AS never
FROM (VALUES ('1:month:2023-06..2023-09,2024-02..2024-03'::activity_state)) AS t(a);
SELECT * FROM streaks('1:bigint:month:{1=2024-01..2024-03;2=2024-01..2024-02;3=2024-03}'::cohorts_state, as_of => '2024-04-01');
SELECT inactive_periods, customers, share, customers_at_least, rate_at_least FROM dormancy('1:bigint:month:{1=2024-01..2024-03;2=2024-01..2024-02;3=2024-03;4=2023-03}'::cohorts_state, as_of => '2024-04-01');
SELECT * FROM silent_customers('1:bigint:month:{1=2024-01..2024-03;2=2024-01..2024-02;3=2024-03;4=2023-03}'::cohorts_state, as_of => '2024-04-01', periods => 1);
SELECT * FROM silent_customers('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', periods => 1);
SELECT * FROM streaks('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01');
SELECT * FROM dormancy('1:bigint:month:{1=2024-05}'::cohorts_state, as_of => '2024-04-01');
SELECT * FROM silent_customers('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', periods => 0);

-- Random small histories in five calendars; as_of is the first day of a period in every third case.
SELECT setseed(0.7);
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
CREATE TEMP TABLE lasts AS SELECT s, (SELECT max(no) FROM periods AS p WHERE p.period = cases.period AND ends <= as_of) AS over FROM cases;
CREATE TEMP TABLE runs AS -- of neighbours
    SELECT s, c, min(no) AS from_no, max(no) AS to_no, count(*) AS length FROM (SELECT *, no - row_number() OVER (PARTITION BY s, c ORDER BY no) AS run FROM known) AS k GROUP BY s, c, run;
CREATE TEMP TABLE truth AS
    SELECT s, c, max(length) AS longest, coalesce(max(length) FILTER (WHERE to_no >= coalesce(over, -1)), 0) AS current, greatest(0, over - max(to_no)) AS silent
    FROM runs JOIN lasts USING (s) GROUP BY s, c, over;
CREATE INDEX ON truth (s);
ANALYZE truth;
SELECT count(*) > 500 AS many, count(*) FILTER (WHERE longest_streak(a, as_of) <> longest OR current_streak(a, as_of) <> current OR inactive_periods(a, as_of) <> silent) AS wrong
FROM truth JOIN states USING (s) CROSS JOIN LATERAL activity_of(cohorts, c) AS a;
WITH expected AS (SELECT s, n::bigint, (SELECT count(*) FROM truth AS t WHERE (t.s, t.current) = (states.s, n)), (SELECT count(*) FROM truth AS t WHERE (t.s, t.longest) = (states.s, n)) FROM states, generate_series(0, 13) AS n),
     ours AS (SELECT s, r.* FROM states, streaks(cohorts, as_of) AS r)
SELECT (SELECT count(*) FROM ours) > 200 AS many, (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE expected) AS t) AS wrong,
       (SELECT sum(customers_current) = (SELECT count(*) FROM truth) AND sum(customers_longest) = (SELECT count(*) FROM truth) FROM ours) AS all_of_them;
SELECT count(*) > 200 AS many, sum(d.customers) = (SELECT count(*) FROM truth) AS all_of_them,
       count(*) FILTER (WHERE d.customers <> exactly OR customers_at_least <> at_least OR abs(d.share - exactly / total::float8) > 1e-15
           OR (d.rate_at_least, d.lower, d.upper) IS DISTINCT FROM (e.value, e.lower, e.upper)
           OR (d.inactive_periods > 0 AND (total, at_least, e.value) IS DISTINCT FROM (SELECT (x.customers, x.silent, x.rate) FROM silent_customers(cohorts, as_of, d.inactive_periods::int) AS x))) AS wrong
FROM states CROSS JOIN LATERAL dormancy(cohorts, as_of) AS d
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE silent = d.inactive_periods), count(*) FILTER (WHERE silent >= d.inactive_periods), count(*) FROM truth WHERE truth.s = states.s) AS t(exactly, at_least, total)
CROSS JOIN LATERAL rate_estimate(rate(at_least, total)) AS e;
