-- Streaks, dormancy and silent customers.
-- A running period neither ends a streak nor adds to it; a missed one that is over ends it.
SELECT current_streak(a, '2024-04-01') AS three, current_streak(a, '2024-04-02') AS three_2,
       current_streak(a, '2024-05-01') AS zero, current_streak(a, '2024-03-02') AS two,
       current_streak(a, '2024-03-01') AS two_2, longest_streak(a, '2024-04-01') AS four,
           longest_streak(a, '2023-04-01') AS one, longest_streak(a, '2023-01-01') AS zero_2
FROM (VALUES ('1:month:2023-03,2023-06..2023-09,2024-01..2024-03'::activity_state)) AS t(a);
SELECT inactive_periods(a, '2024-04-01') AS zero, inactive_periods(a, '2024-04-30') AS zero_2,
       inactive_periods(a, '2024-05-01') AS one, inactive_periods(a, '2024-02-15') AS four,
       inactive_periods(a, '2024-01-31') AS three, inactive_periods(a, '2023-03-01') IS NULL AS unknown,
           inactive_periods('1:month:', '2023-03-01') IS NULL AS never
FROM (VALUES ('1:month:2023-06..2023-09,2024-02..2024-03'::activity_state)) AS t(a);
SELECT * FROM streaks('1:bigint:month:{1=2024-01..2024-03;2=2024-01..2024-02;3=2024-03}'::cohorts_state,
       as_of => '2024-04-01');
SELECT inactive_periods, customers, share, customers_at_least, rate_at_least
FROM dormancy('1:bigint:month:{1=2024-01..2024-03;2=2024-01..2024-02;3=2024-03;4=2023-03}'::cohorts_state,
    as_of => '2024-04-01');
SELECT * FROM silent_customers(
    '1:bigint:month:{1=2024-01..2024-03;2=2024-01..2024-02;3=2024-03;4=2023-03}'::cohorts_state,
    as_of => '2024-04-01', periods => 1);
SELECT * FROM silent_customers('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', periods => 1);
SELECT * FROM streaks('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01');
SELECT * FROM dormancy('1:bigint:month:{1=2024-05}'::cohorts_state, as_of => '2024-04-01');
SELECT * FROM silent_customers('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', periods => 0);

-- Random small histories: include/histories.sql says which.
\set seed 0.7
\set cases 500
\set customers 12
\getenv sources PG_ABS_SRCDIR
\set histories :sources '/sql/include/histories.sql'
\i :histories
CREATE TEMP TABLE lasts AS SELECT s, (SELECT max(no) FROM periods AS p WHERE p.period = cases.period
    AND ends <= as_of) AS over FROM cases;
CREATE TEMP TABLE runs AS -- of neighbours
    SELECT s, c, min(no) AS from_no, max(no) AS to_no, count(*) AS length
    FROM (SELECT *, no - row_number() OVER (PARTITION BY s, c ORDER BY no) AS run FROM known) AS k GROUP BY s, c, run;
CREATE TEMP TABLE truth AS
    SELECT s, c, max(length) AS longest, coalesce(max(length) FILTER (WHERE to_no = over), 0) AS current,
           over - max(to_no) AS silent
    FROM runs JOIN lasts USING (s) GROUP BY s, c, over;
CREATE INDEX ON truth (s);
ANALYZE truth;
SELECT count(*) > 500 AS many, count(*) FILTER (WHERE longest_streak(a, as_of) <> longest
       OR current_streak(a, as_of) <> current OR inactive_periods(a, as_of) <> silent) AS wrong
FROM truth JOIN states USING (s) CROSS JOIN LATERAL activity_of(cohorts, c) AS a;
WITH expected AS (SELECT s, n::bigint, (SELECT count(*) FROM truth AS t WHERE (t.s, t.current) = (states.s, n)),
    (SELECT count(*) FROM truth AS t WHERE (t.s, t.longest) = (states.s, n)) FROM states, generate_series(0, 13) AS n),
     ours AS (SELECT s, r.* FROM states, streaks(cohorts, as_of) AS r)
SELECT (SELECT count(*) FROM ours) > 200 AS many, (SELECT count(*)
       FROM (TABLE ours EXCEPT ALL TABLE expected) AS t) AS wrong,
       (SELECT sum(customers_current) = (SELECT count(*) FROM truth)
           AND sum(customers_longest) = (SELECT count(*) FROM truth) FROM ours) AS all_of_them;
SELECT count(*) > 200 AS many, sum(d.customers) = (SELECT count(*) FROM truth) AS all_of_them,
       count(*) FILTER (WHERE d.customers <> exactly OR customers_at_least <> at_least
           OR abs(d.share - exactly / total::float8) > 1e-15
           OR (d.rate_at_least, d.lower, d.upper) IS DISTINCT FROM (e.value, e.lower, e.upper)
           OR (d.inactive_periods > 0 AND (total, at_least, e.value) IS DISTINCT
               FROM (SELECT (x.customers, x.silent, x.rate) FROM silent_customers(cohorts, as_of,
               d.inactive_periods::int) AS x))) AS wrong
FROM states CROSS JOIN LATERAL dormancy(cohorts, as_of) AS d
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE silent = d.inactive_periods),
    count(*) FILTER (WHERE silent >= d.inactive_periods), count(*) FROM truth WHERE truth.s = states.s) AS t(exactly,
    at_least, total)
CROSS JOIN LATERAL rate_estimate(rate(at_least, total)) AS e;
-- What lies after as_of changes nothing, also within the period that as_of cuts.
WITH all_events AS (SELECT s, r.* FROM states, streaks(cohorts, as_of) AS r
                    UNION ALL SELECT s, d.inactive_periods, d.customers, d.customers_at_least FROM states,
                        dormancy(cohorts, as_of) AS d
                    UNION ALL SELECT s, n, d.customers, d.silent
                    FROM states, generate_series(1, 4) AS n, silent_customers(cohorts, as_of, n) AS d),
     seen_only AS (SELECT s, r.* FROM states, streaks(seen, as_of) AS r
                   UNION ALL SELECT s, d.inactive_periods, d.customers, d.customers_at_least FROM states,
                       dormancy(seen, as_of) AS d
                   UNION ALL SELECT s, n, d.customers, d.silent
                   FROM states, generate_series(1, 4) AS n, silent_customers(seen, as_of, n) AS d)
SELECT (SELECT count(*) FROM (TABLE all_events EXCEPT ALL TABLE seen_only) AS t) AS too_many,
       (SELECT count(*) FROM (TABLE seen_only EXCEPT ALL TABLE all_events) AS t) AS too_few;
SELECT count(*) AS wrong
FROM states, generate_series(1, 12) AS c, activity_of(cohorts, c) AS a, activity_of(seen, c) AS b
WHERE a IS NOT NULL
  AND (current_streak(a, as_of) <> coalesce(current_streak(b, as_of), 0)
       OR longest_streak(a, as_of) <> coalesce(longest_streak(b, as_of), 0)
       OR inactive_periods(a, as_of) IS DISTINCT FROM inactive_periods(b, as_of));
-- First visit on 5 January, the next on 20 March: at 10 March the customer has missed February and is silent.
SELECT current_streak(a, '2025-03-10') AS zero, inactive_periods(a, '2025-03-10') AS one, silent AS one_silent,
       customers AS of_one
FROM (SELECT activity_agg(d, 'month') AS a, cohorts_agg(1, d, 'month') AS c
      FROM unnest('{2025-01-05,2025-03-20}'::date[]) AS d) AS t, silent_customers(c, '2025-03-10', 1);
-- A sentinel as as_of takes no memory.
SELECT inactive_periods, customers FROM dormancy('1:bigint:day:{1=2024-01-01;2=2024-01-03}'::cohorts_state,
       '9999-12-31');
SELECT * FROM streaks('1:bigint:day:{1=2024-01-01;2=2024-01-03}'::cohorts_state, '9999-12-31');
