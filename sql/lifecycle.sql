-- Lifecycle.
-- 1 comes every month, 2 returns after a pause, 3 leaves, 4 begins in March; April is running at as_of.
CREATE TEMP TABLE orders (customer bigint, day date);
INSERT INTO orders VALUES (1, '2024-01-05'), (1, '2024-02-01'), (1, '2024-03-02'), (1, '2024-04-02'), (2, '2024-01-06'), (2, '2024-03-10'), (3, '2024-01-31'), (4, '2024-03-29');
SELECT * FROM lifecycle((SELECT cohorts_agg(customer, day, 'month') FROM orders), as_of => '2024-04-15');
SELECT * FROM lifecycle((SELECT cohorts_agg(customer, day, 'month') FROM orders), as_of => '2024-06-01', lookback => 2);
SELECT customer, lifecycle_stage(activity_agg(day, 'month'), '2024-02-20') AS in_january, lifecycle_stage(activity_agg(day, 'month'), '2024-03-01') AS in_february,
       lifecycle_stage(activity_agg(day, 'month'), '2024-04-01') AS in_march, lifecycle_stage(activity_agg(day, 'month'), '2024-05-01', lookback => 3) AS in_april
FROM orders GROUP BY customer ORDER BY customer;
SELECT * FROM lifecycle('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-15');
SELECT * FROM lifecycle('1:bigint:month:{1=2024-05}'::cohorts_state, as_of => '2024-04-15');
SELECT * FROM lifecycle('1:bigint:month:{1=2024-05}'::cohorts_state, as_of => '2024-05-15');
SELECT lifecycle_stage('1:month:', '2024-04-15') IS NULL AS never, lifecycle_stage('1:month:2024-05', '2024-05-15') IS NULL AS not_over;
SELECT * FROM lifecycle('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-15', lookback => 0);
SELECT lifecycle_stage('1:month:2024-05', '2024-06-15', lookback => -1) AS error;

-- Random small histories in five calendars; as_of is the first day of a period in every third case.
SELECT setseed(0.5);
CREATE TEMP TABLE periods AS
    SELECT *, lead(starts) OVER (PARTITION BY period ORDER BY no) AS ends FROM (
        SELECT 'day' AS period, i AS no, date '2024-02-25' + i AS starts FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'week:wednesday', i, date '2023-11-01' + 7 * i FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'month', i, (date '2023-11-01' + i * interval '1 month')::date FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'quarter', i, (date '1999-04-01' + i * interval '3 months')::date FROM generate_series(0, 30) AS i
        UNION ALL SELECT 'year', i, (date '1998-01-01' + i * interval '1 year')::date FROM generate_series(0, 30) AS i) AS p;
CREATE TEMP TABLE cases AS
    SELECT s, period, starts + CASE WHEN s % 3 = 0 THEN 0 ELSE (random() * (ends - starts - 1))::int END AS as_of
    FROM (SELECT s, (ARRAY['day', 'week:wednesday', 'month', 'quarter', 'year'])[1 + s % 5] AS period, (random() * 12)::int AS no FROM generate_series(1, 200) AS s) AS c
    JOIN periods USING (period, no);
CREATE TEMP TABLE events AS
    SELECT s, c, starts + (random() * (ends - starts - 1))::int AS day, no, period, as_of
    FROM cases JOIN periods AS p USING (period), generate_series(1, 12) AS c WHERE no < 12 AND random() < 0.08 * (1 + c % 4) + 0.02 * (s % 2);
CREATE TEMP TABLE states AS SELECT s, as_of, cohorts_agg(c, day, period) AS cohorts FROM events GROUP BY s, as_of;
CREATE TEMP TABLE known AS SELECT DISTINCT s, c, no, ends <= as_of AS complete FROM events JOIN periods USING (period, no) WHERE starts < as_of;
CREATE INDEX ON known (s, c, no);
ANALYZE known;
-- The stage of every customer in every period, from the definitions.
CREATE TEMP TABLE stages AS
    SELECT x.*, lookback, CASE
        WHEN active THEN CASE WHEN last IS NULL THEN 'new' WHEN last >= no - lookback THEN 'returning' ELSE 'resurrected' END
        WHEN last > no - lookback THEN 'quiet' WHEN last = no - lookback THEN 'dormant' WHEN last IS NOT NULL THEN 'inactive' END AS stage
    FROM (SELECT s, c, p.no, p.starts, p.ends, as_of, EXISTS (SELECT FROM known AS k WHERE (k.s, k.c, k.no) = (u.s, u.c, p.no)) AS active,
                 (SELECT max(no) FROM known AS k WHERE (k.s, k.c) = (u.s, u.c) AND k.no < p.no) AS last
          FROM (SELECT DISTINCT s, c FROM known) AS u JOIN cases USING (s) JOIN periods AS p ON p.period = cases.period AND p.ends <= as_of) AS x,
         generate_series(1, 3) AS lookback;
CREATE TEMP TABLE truth AS
    SELECT s, lookback, starts AS period_start, count(*) FILTER (WHERE stage = 'new') AS new_customers, count(*) FILTER (WHERE stage = 'returning') AS returning_customers,
           count(*) FILTER (WHERE stage = 'resurrected') AS resurrected_customers, count(*) FILTER (WHERE active) AS active_customers,
           count(*) FILTER (WHERE stage = 'quiet') AS quiet_customers, count(*) FILTER (WHERE stage = 'dormant') AS dormant_customers,
           count(*) FILTER (WHERE stage = 'inactive') AS inactive_customers, count(stage) AS known_customers, true AS complete
    FROM stages JOIN (SELECT s, min(no) AS first FROM known GROUP BY s) AS f USING (s) WHERE no >= first GROUP BY s, lookback, starts;
CREATE TEMP TABLE ours AS SELECT s, lookback, l.* FROM states, generate_series(1, 3) AS lookback CROSS JOIN LATERAL lifecycle(cohorts, as_of, lookback) AS l;
SELECT (SELECT count(*) FROM truth) > 1000 AS many, (SELECT count(*) FROM (TABLE truth EXCEPT ALL SELECT * FROM ours WHERE complete) AS t) AS missing,
       (SELECT count(*) FROM (SELECT * FROM ours WHERE complete EXCEPT ALL TABLE truth) AS t) AS wrong;
-- A running period is there, flagged and NULL, if anyone was active before as_of.
SELECT count(*) > 50 AS many, bool_and(period_start < as_of AND new_customers IS NULL AND known_customers IS NULL) AS flagged,
       count(*) = (SELECT count(*) FROM (SELECT DISTINCT s FROM known) AS k JOIN cases USING (s) WHERE EXISTS (SELECT FROM periods AS p WHERE p.period = cases.period AND starts < as_of AND ends > as_of)) * 3 AS all_there
FROM ours JOIN cases USING (s) WHERE NOT complete;
-- One customer at a time.
SELECT count(*) > 5000 AS many, count(*) FILTER (WHERE lifecycle_stage(activity_of(cohorts, c), ends, lookback) IS DISTINCT FROM stage) AS wrong FROM stages JOIN states USING (s);
-- Laws: the stages add up; those not dormant change only by who is new, resurrected or goes dormant.
SELECT bool_and(active_customers = new_customers + returning_customers + resurrected_customers) AS active,
       bool_and(known_customers = active_customers + quiet_customers + dormant_customers + inactive_customers) AS known,
       bool_and(known_customers = before.known + new_customers) AS growth, bool_and(active_customers + quiet_customers = before.awake + new_customers + resurrected_customers - dormant_customers) AS movement
FROM (SELECT *, lag(known_customers, 1, 0::bigint) OVER w AS known, lag(active_customers + quiet_customers, 1, 0::bigint) OVER w AS awake FROM ours WHERE complete
      WINDOW w AS (PARTITION BY s, lookback ORDER BY period_start)) AS before;
