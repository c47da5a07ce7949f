-- Lifecycle.
-- 1 comes every month, 2 returns after a pause, 3 leaves, 4 begins in March; April is running at as_of.
CREATE TEMP TABLE orders (customer bigint, day date);
INSERT INTO orders VALUES (1, '2024-01-05'), (1, '2024-02-01'), (1, '2024-03-02'), (1, '2024-04-02'), (2, '2024-01-06'),
    (2, '2024-03-10'), (3, '2024-01-31'), (4, '2024-03-29');
SELECT * FROM lifecycle((SELECT cohorts_agg(customer, day, 'month') FROM orders), as_of => '2024-04-15');
SELECT * FROM lifecycle((SELECT cohorts_agg(customer, day, 'month') FROM orders), as_of => '2024-06-01', lookback => 2);
SELECT customer, lifecycle_stage(activity_agg(day, 'month'), '2024-02-20') AS in_january,
       lifecycle_stage(activity_agg(day, 'month'), '2024-03-01') AS in_february,
       lifecycle_stage(activity_agg(day, 'month'), '2024-04-01') AS in_march,
           lifecycle_stage(activity_agg(day, 'month'), '2024-05-01', lookback => 3) AS in_april
FROM orders GROUP BY customer ORDER BY customer;
SELECT * FROM lifecycle('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-15');
SELECT * FROM lifecycle('1:bigint:month:{1=2024-05}'::cohorts_state, as_of => '2024-04-15');
SELECT * FROM lifecycle('1:bigint:month:{1=2024-05}'::cohorts_state, as_of => '2024-05-15');
SELECT lifecycle_stage('1:month:', '2024-04-15') IS NULL AS never,
       lifecycle_stage('1:month:2024-05', '2024-05-15') IS NULL AS not_over;
SELECT * FROM lifecycle('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-15', lookback => 0);
SELECT lifecycle_stage('1:month:2024-05', '2024-06-15', lookback => -1) AS error;
SELECT * FROM lifecycle('1:bigint:day:{1=2024-05-01}'::cohorts_state, as_of => '9999-12-31');
-- In Chinese.
SELECT string_agg(lifecycle_stage(a, as_of, 2, lang), ' ' ORDER BY as_of) AS stages
FROM (VALUES ('1:month:2024-01..2024-02,2024-06'::activity_state)) AS t(a), unnest('{en,zh,ZH-cn}'::text[]) AS lang,
     generate_series(timestamp '2024-02-01', '2024-07-01', '1 month') AS as_of
GROUP BY lang ORDER BY lang COLLATE "C";
SELECT lifecycle_stage('1:month:2024-05', '2024-06-15', lang => 'de') AS error;

-- Random small histories: include/histories.sql says which.
\set seed 0.5
\set cases 200
\set customers 12
\getenv sources PG_ABS_SRCDIR
\set histories :sources '/sql/include/histories.sql'
\i :histories
-- The stage of every customer in every period, from the definitions.
CREATE TEMP TABLE stages AS
    SELECT x.*, lookback, CASE
        WHEN active THEN CASE WHEN last IS NULL THEN 'new' WHEN last >= no - lookback THEN 'returning'
            ELSE 'resurrected' END
        WHEN last > no - lookback THEN 'quiet' WHEN last = no - lookback THEN 'dormant'
            WHEN last IS NOT NULL THEN 'inactive' END AS stage
    FROM (SELECT s, c, p.no, p.starts, p.ends, as_of, EXISTS (SELECT FROM known AS k
         WHERE (k.s, k.c, k.no) = (u.s, u.c, p.no)) AS active,
                 (SELECT max(no) FROM known AS k WHERE (k.s, k.c) = (u.s, u.c) AND k.no < p.no) AS last
          FROM (SELECT DISTINCT s, c FROM known) AS u JOIN cases USING (s) JOIN periods AS p ON p.period = cases.period
               AND p.ends <= as_of) AS x,
         generate_series(1, 3) AS lookback;
CREATE TEMP TABLE truth AS
    SELECT s, lookback, starts AS period_start, count(*) FILTER (WHERE stage = 'new') AS new_customers,
           count(*) FILTER (WHERE stage = 'returning') AS returning_customers,
           count(*) FILTER (WHERE stage = 'resurrected') AS resurrected_customers,
               count(*) FILTER (WHERE active) AS active_customers,
           count(*) FILTER (WHERE stage = 'quiet') AS quiet_customers,
               count(*) FILTER (WHERE stage = 'dormant') AS dormant_customers,
           count(*) FILTER (WHERE stage = 'inactive') AS inactive_customers, count(stage) AS known_customers,
               true AS complete
    FROM stages JOIN (SELECT s, min(no) AS first FROM known GROUP BY s) AS f USING (s) WHERE no >= first GROUP BY s,
         lookback, starts;
CREATE TEMP TABLE ours AS SELECT s, lookback, l.* FROM states, generate_series(1, 3) AS lookback CROSS
JOIN LATERAL lifecycle(cohorts, as_of, lookback) AS l;
SELECT (SELECT count(*) FROM truth) > 1000 AS many, (SELECT count(*)
       FROM (TABLE truth EXCEPT ALL SELECT * FROM ours WHERE complete) AS t) AS missing,
       (SELECT count(*) FROM (SELECT * FROM ours WHERE complete EXCEPT ALL TABLE truth) AS t) AS wrong;
-- A running period is there, flagged and NULL, if anyone is known.
SELECT count(*) > 50 AS many, bool_and(period_start < as_of AND new_customers IS NULL
       AND known_customers IS NULL) AS flagged,
       count(*) = (SELECT count(*) FROM (SELECT DISTINCT s FROM known) AS k JOIN cases USING (s)
           WHERE EXISTS (SELECT FROM periods AS p WHERE p.period = cases.period AND starts < as_of
           AND ends > as_of)) * 3 AS all_there
FROM ours JOIN cases USING (s) WHERE NOT complete;
-- One customer at a time.
SELECT count(*) > 5000 AS many, count(*) FILTER (WHERE lifecycle_stage(activity_of(cohorts, c), ends,
       lookback) IS DISTINCT FROM stage) AS wrong FROM stages JOIN states USING (s);
-- What lies after as_of changes nothing, also within the period that as_of cuts.
WITH all_events AS (SELECT s, l.* FROM states, lifecycle(cohorts, as_of, 2) AS l),
     seen_only AS (SELECT s, l.* FROM states, lifecycle(seen, as_of, 2) AS l)
SELECT (SELECT count(*) FROM (TABLE all_events EXCEPT ALL TABLE seen_only) AS t) AS too_many,
       (SELECT count(*) FROM (TABLE seen_only EXCEPT ALL TABLE all_events) AS t) AS too_few;
SELECT count(*) AS wrong FROM states, generate_series(1, 12) AS c
WHERE lifecycle_stage(activity_of(cohorts, c), as_of, 2) IS DISTINCT
FROM lifecycle_stage(activity_of(seen, c), as_of, 2);
-- Laws: the stages add up; those not dormant change only by who is new, resurrected or goes dormant.
SELECT bool_and(active_customers = new_customers + returning_customers + resurrected_customers) AS active,
       bool_and(known_customers = active_customers + quiet_customers + dormant_customers + inactive_customers) AS known,
       bool_and(known_customers = before.known + new_customers) AS growth,
           bool_and(active_customers + quiet_customers
                = before.awake + new_customers + resurrected_customers - dormant_customers) AS movement
FROM (SELECT *, lag(known_customers, 1, 0::bigint) OVER w AS known,
     lag(active_customers + quiet_customers, 1, 0::bigint) OVER w AS awake FROM ours WHERE complete
      WINDOW w AS (PARTITION BY s, lookback ORDER BY period_start)) AS before;
