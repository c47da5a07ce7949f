-- Cohort retention.
-- Three customers begin in January, one in February, one in March; at as_of March has half gone.
CREATE TEMP TABLE orders (customer bigint, day date);
INSERT INTO orders VALUES (1, '2024-01-05'), (1, '2024-01-31'), (1, '2024-02-01'), (1, '2024-03-02'), (2, '2024-01-06'),
    (2, '2024-03-10'), (3, '2024-01-31'), (4, '2024-02-29'), (5, '2024-03-01');
SELECT * FROM cohort_retention((SELECT cohorts_agg(customer, day, 'month') FROM orders), as_of => '2024-03-15');
SELECT * FROM cohort_retention((SELECT cohorts_agg(customer, day, 'month') FROM orders), as_of => '2024-04-01',
       confidence => 0.5) WHERE cohort < '2024-03-01';
SELECT cohort, period_no, customers, retained, rate FROM cohort_retention((SELECT cohorts_agg(customer, day, 'month')
       FROM orders), as_of => '2024-04-01', reference => 'previous');
SELECT period_no, cohorts, customers, retained, rate FROM retention_curve((SELECT cohorts_agg(customer, day, 'month')
       FROM orders), as_of => '2024-04-01');
SELECT cohort, from_period_no, to_period_no, customers, retained, rate, complete
FROM bracket_retention((SELECT cohorts_agg(customer, day, 'day') FROM orders WHERE customer < 4), as_of => '2024-03-02',
     brackets => '{0,1,8,31}');

-- Nothing is known before the end of the first period, or of nobody; NULL gives no rows.
SELECT * FROM cohort_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01');
SELECT * FROM cohort_retention('1:bigint:month:{1=2024-05}'::cohorts_state, as_of => '2024-05-01');
SELECT * FROM cohort_retention('1:bigint:month:{1=2024-05}'::cohorts_state, as_of => '2024-05-02');
SELECT * FROM cohort_retention(NULL::cohorts_state, as_of => '2024-05-02');
SELECT * FROM retention_curve('1:bigint:month:{1=2024-05}'::cohorts_state, as_of => '2024-05-02');
SELECT * FROM bracket_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', brackets => '{1,2}');
SELECT retained('1:month:2024-05,2024-07', 2, '2024-08-01') AS yes,
       retained('1:month:2024-05,2024-07', 1, '2024-08-01') AS no,
       retained('1:month:2024-05,2024-07', 2, '2024-07-31') IS NULL AS not_finished,
           retained('1:month:', 0, '2024-07-31') IS NULL AS never_active;
SELECT * FROM cohort_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', mode => 'rolling');
SELECT * FROM cohort_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', reference => 'last');
SELECT * FROM cohort_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', mode => 'on_or_before',
       reference => 'previous');
SELECT * FROM cohort_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', confidence => 95);
SELECT * FROM cohort_retention('1:bigint:month:{}'::cohorts_state, as_of => 'infinity');
SELECT * FROM cohort_retention('1:bigint:day:{1=0001-01-01}'::cohorts_state, as_of => '20000-01-01');
-- A sentinel as as_of: as many rows as fit, or an error at once.
SELECT * FROM cohort_retention('1:bigint:day:{1=2024-01-01}'::cohorts_state, as_of => '9999-12-31');
SELECT * FROM retention_curve('1:bigint:day:{1=2024-01-01}'::cohorts_state, as_of => '9999-12-31');
SELECT count(*), max(period_no), sum(customers) AS every_cell, sum(retained) AS the_last_for_ever
FROM cohort_retention('1:bigint:month:{1=2024-01,2024-03}'::cohorts_state, as_of => '9999-12-31',
     mode => 'on_or_before');
SELECT count(*), max(period_no), sum(customers) AS every_cell, sum(retained) AS three
FROM retention_curve('1:bigint:month:{1=2024-01,2024-03}'::cohorts_state, as_of => '9999-12-31', mode => 'on_or_after');
SELECT count(*) AS cells_of_1000_days
FROM cohort_retention((SELECT cohorts_agg(i, date '2020-01-01' + i, 'day') FROM generate_series(0, 999) AS i),
     '2022-09-27');
SELECT count(*) AS error
FROM cohort_retention((SELECT cohorts_agg(i, date '2020-01-01' + i, 'day') FROM generate_series(0, 2999) AS i),
     '2034-01-01');
SELECT count(*) AS error
FROM retention_curve((SELECT cohorts_agg(i, date '2020-01-01' + i, 'day') FROM generate_series(0, 2999) AS i),
     '2034-01-01');
SELECT * FROM bracket_retention('1:bigint:day:{1=2024-01-01}'::cohorts_state, as_of => '9999-12-31',
       brackets => '{1,1000000}');
SELECT * FROM bracket_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', brackets => '{1}');
SELECT * FROM bracket_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', brackets => '{1,NULL}');
SELECT * FROM bracket_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', brackets => '{1,1}');
SELECT * FROM bracket_retention('1:bigint:month:{}'::cohorts_state, as_of => '2024-04-01', brackets => '{-1,1}');
SELECT retained('1:month:2024-05', -1, '2024-08-01') AS error;

-- Random small histories: include/histories.sql says which.
\set seed 0.3
\set cases 400
\set customers 8
\getenv sources PG_ABS_SRCDIR
\set histories :sources '/sql/include/histories.sql'
\i :histories
CREATE TEMP TABLE firsts AS SELECT s, c, min(no) AS first FROM known GROUP BY s, c;
CREATE INDEX ON firsts (s);
ANALYZE firsts;
CREATE TEMP TABLE cells AS
    SELECT f.s, f.first, p.no - f.first AS n, a.starts AS cohort, p.starts, p.ends <= as_of AS complete
    FROM (SELECT DISTINCT s, first FROM firsts) AS f JOIN cases USING (s) JOIN periods AS p ON p.period = cases.period
         AND p.no >= first AND p.starts < as_of
    JOIN periods AS a ON a.period = cases.period AND a.no = first;
ANALYZE cells;
CREATE TEMP TABLE customer_cells AS
    SELECT s, c, first, n, mode, cohort, starts, complete,
           CASE mode WHEN 'on' THEN EXISTS (SELECT FROM known AS k WHERE k.s = f.s AND k.c = f.c AND no = first + n)
                     WHEN 'on_or_after' THEN EXISTS (SELECT FROM known AS k WHERE k.s = f.s AND k.c = f.c
                         AND no >= first + n)
                     WHEN 'on_or_before' THEN n = 0 OR EXISTS (SELECT FROM known AS k WHERE k.s = f.s AND k.c = f.c
                         AND no > first AND no <= first + n)
                     WHEN 'streak' THEN n + 1 = (SELECT count(*) FROM known AS k WHERE k.s = f.s AND k.c = f.c
                         AND no <= first + n) END AS retained
    FROM firsts AS f JOIN cells USING (s, first), unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode;
CREATE TEMP TABLE truth AS
    SELECT s, mode, reference, cohort, n::bigint AS period_no, starts AS period_start,
           count(*) FILTER (WHERE reference = 'first' OR before) AS customers,
           CASE WHEN complete THEN count(*) FILTER (WHERE retained AND (reference = 'first' OR before)) END AS retained,
               complete
    FROM (SELECT *, lag(retained, 1, true) OVER (PARTITION BY s, c, mode ORDER BY n) AS before
         FROM customer_cells) AS x, unnest('{first,previous}'::text[]) AS reference
    WHERE mode <> 'on_or_before' OR reference = 'first'
    GROUP BY s, mode, reference, cohort, n, starts, complete;
CREATE TEMP TABLE ours AS
    SELECT s, mode, reference, r.* FROM states, unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode,
           unnest('{first,previous}'::text[]) AS reference
    CROSS JOIN LATERAL cohort_retention(cohorts, as_of, mode, reference) AS r
    WHERE mode <> 'on_or_before' OR reference = 'first';
CREATE INDEX ON ours (s, cohort);
ANALYZE ours;
SELECT (SELECT count(*) FROM truth) > 20000 AS many, count(*) FILTER (WHERE NOT complete) > 2000 AS pending_too,
       (SELECT count(*) FROM (TABLE truth EXCEPT ALL SELECT s, mode, reference, cohort, period_no, period_start,
           customers, retained, complete FROM ours) AS t) AS missing,
       (SELECT count(*) FROM (SELECT s, mode, reference, cohort, period_no, period_start, customers, retained, complete
           FROM ours EXCEPT ALL TABLE truth) AS t) AS wrong
FROM ours;
-- What lies after as_of changes nothing, also within the period that as_of cuts.
WITH asked AS (
    SELECT s, cohorts, seen, as_of, mode, reference
    FROM states, unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode,
         unnest('{first,previous}'::text[]) AS reference
    WHERE mode <> 'on_or_before' OR reference = 'first'),
all_events AS (SELECT s, mode, reference, r.* FROM asked, cohort_retention(cohorts, as_of, mode, reference) AS r),
seen_only AS (SELECT s, mode, reference, r.* FROM asked, cohort_retention(seen, as_of, mode, reference) AS r)
SELECT (SELECT count(*) FROM (TABLE all_events EXCEPT ALL TABLE seen_only) AS t) AS too_many,
       (SELECT count(*) FROM (TABLE seen_only EXCEPT ALL TABLE all_events) AS t) AS too_few;
WITH asked AS (
    SELECT s, cohorts, seen, as_of, mode FROM states, unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode),
all_events AS (SELECT s, mode, r.* FROM asked, retention_curve(cohorts, as_of, mode) AS r
               UNION ALL SELECT s, 'bracket', extract(epoch FROM r.cohort)::bigint, r.from_period_no, r.to_period_no,
                         r.customers, r.retained, r.lower, r.upper
               FROM asked, bracket_retention(cohorts, as_of, '{0,1,2,4,9}') AS r),
seen_only AS (SELECT s, mode, r.* FROM asked, retention_curve(seen, as_of, mode) AS r
              UNION ALL SELECT s, 'bracket', extract(epoch FROM r.cohort)::bigint, r.from_period_no, r.to_period_no,
                        r.customers, r.retained, r.lower, r.upper
              FROM asked, bracket_retention(seen, as_of, '{0,1,2,4,9}') AS r)
SELECT (SELECT count(*) FROM all_events) > 5000 AS many,
       (SELECT count(*) FROM (TABLE all_events EXCEPT ALL TABLE seen_only) AS t) AS too_many,
       (SELECT count(*) FROM (TABLE seen_only EXCEPT ALL TABLE all_events) AS t) AS too_few;
SELECT count(*) AS wrong
FROM states, generate_series(1, 8) AS c, generate_series(0, 6) AS n,
     unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode
WHERE retained(activity_of(cohorts, c), n, as_of, mode) IS DISTINCT FROM retained(activity_of(seen, c), n, as_of, mode);
SELECT count(*) AS wrong FROM ours CROSS JOIN LATERAL rate_estimate(rate(retained, customers)) AS e
WHERE (ours.rate, ours.lower, ours.upper) IS DISTINCT FROM (e.value, e.lower, e.upper)
    OR (NOT complete AND ours.rate IS NOT NULL);
-- The curve pools the complete cells.
SELECT count(*) > 5000 AS many, count(*) FILTER (WHERE c IS DISTINCT FROM p) AS wrong
FROM (SELECT s, mode, reference, period_no, count(*) AS cohorts, sum(customers)::bigint AS customers,
     sum(retained)::bigint AS retained
      FROM ours WHERE complete GROUP BY s, mode, reference, period_no) AS p
FULL JOIN (SELECT s, mode, reference, r.period_no, r.cohorts, r.customers, r.retained
           FROM states, unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode,
                unnest('{first,previous}'::text[]) AS reference
           CROSS JOIN LATERAL retention_curve(states.cohorts, as_of, mode, reference) AS r
           WHERE (mode <> 'on_or_before' OR reference = 'first') AND customers + retained IS NOT NULL
               AND r.cohorts > 0) AS c USING (s, mode, reference, period_no);
-- One customer at a time gives the same table.
SELECT count(*) > 5000 AS many, count(*) FILTER (WHERE by_one IS DISTINCT FROM CASE
       WHEN complete THEN retained END) AS wrong
FROM (SELECT customer_cells.*, retained(activity_of(cohorts, c), n, as_of, mode) AS by_one FROM customer_cells
     JOIN states USING (s)) AS x;
-- Brackets.
SELECT count(*) > 500 AS many, count(*) FILTER (WHERE b.complete) > 300 AS complete, count(*) FILTER (WHERE
           b.complete <> EXISTS (SELECT FROM periods AS p, periods AS a
               WHERE (p.period, a.period) = (cases.period, cases.period) AND a.starts = b.cohort
               AND p.no = a.no + b.to_period_no AND p.ends <= as_of)
        OR b.retained IS DISTINCT FROM CASE WHEN b.complete THEN (SELECT count(*) FROM firsts AS f
            JOIN periods AS a ON a.no = f.first AND a.period = cases.period
               WHERE f.s = cases.s AND a.starts = b.cohort AND EXISTS (SELECT FROM known AS k WHERE k.s = f.s
                   AND k.c = f.c AND no BETWEEN first + b.from_period_no AND first + b.to_period_no)) END
        OR b.customers IS DISTINCT FROM (SELECT customers FROM ours AS o WHERE o.s = cases.s AND o.cohort = b.cohort
            AND mode = 'on' AND reference = 'first' AND period_no = 0)
        OR b.rate IS DISTINCT FROM rate_value(rate(b.retained, b.customers))) AS wrong
FROM cases JOIN states USING (s, as_of) CROSS JOIN LATERAL bracket_retention(cohorts, as_of, '{0,1,2,4,9}') AS b;
-- Rolled up from parts, the same table: a customer's periods may lie in several.
SELECT count(*) AS wrong FROM (SELECT s, as_of, rollup(part) AS cohorts
       FROM (SELECT s, as_of, cohorts_agg(c, day, period) AS part FROM events GROUP BY s, as_of, no % 3) AS p
GROUP BY s, as_of) AS r
JOIN states USING (s) WHERE r.cohorts <> states.cohorts;
-- Mode on_or_after never falls below on, streak never rises above it; what is known later changes no complete 'on'
-- cell.
SELECT bool_and(a.retained >= o.retained) AS after_is_more, bool_and(t.retained <= o.retained) AS streak_is_less
FROM ours AS o JOIN ours AS a USING (s, reference, cohort, period_no)
JOIN ours AS t USING (s, reference, cohort, period_no)
WHERE (o.mode, a.mode, t.mode, reference) = ('on', 'on_or_after', 'streak', 'first');
SELECT count(*) AS wrong FROM states JOIN cases USING (s, as_of), cohort_retention(cohorts, as_of) AS early,
       cohort_retention(cohorts, '2100-01-01') AS late
WHERE period IN ('quarter', 'year') AND (early.cohort, early.period_no) = (late.cohort, late.period_no)
    AND early.complete AND (early.customers, early.retained) <> (late.customers, late.retained);
