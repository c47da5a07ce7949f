-- Days that a zone left out as it went over the date line: the days around one are neighbours, for every streak, gap,
-- silence and period number. The truth is the same activity on days that are numbered without the one that never was.
SET TimeZone = 'Asia/Kathmandu'; -- must not matter
SELECT zone, array_agg(day ORDER BY day) AS left_out FROM
    (VALUES ('Pacific/Apia', date '2011-12-30'), ('Pacific/Fakaofo', '2011-12-30'), ('Pacific/Kiritimati',
        '1994-12-31'),
            ('Pacific/Kwajalein', '1993-08-21'), ('Asia/Manila', '1844-12-31'), ('Europe/Berlin', '2011-12-30'),
            ('Pacific/Pago_Pago', '1892-07-04')) AS z(zone, around),
    LATERAL (SELECT around + n AS day FROM generate_series(-3, 3) AS n
             EXCEPT SELECT (at AT TIME ZONE zone)::date FROM generate_series(around::timestamp AT TIME ZONE 'UTC' -
                 interval '7 days',
                 around::timestamp AT TIME ZONE 'UTC' + interval '7 days', '30 minutes') AS at) AS missing
GROUP BY zone ORDER BY zone;

-- What there was, by PostgreSQL's own clock, and random visits on these days.
CREATE TEMP TABLE days AS
    SELECT zone, day, date '2001-01-01' + row_number() OVER (PARTITION BY zone ORDER BY day)::int AS shown_as
    FROM (SELECT DISTINCT zone, (at AT TIME ZONE zone)::date AS day
          FROM (VALUES ('Pacific/Apia', timestamptz '2012-01-01 00:00Z'), ('Pacific/Fakaofo', '2012-01-01 00:00Z'),
                       ('Pacific/Kiritimati', '1995-01-01 00:00Z'), ('Pacific/Kwajalein', '1993-08-20 00:00Z'),
                       ('Asia/Manila', '1845-01-01 00:00Z'), ('UTC', '2012-01-01 00:00Z')) AS z(zone, middle),
               generate_series(middle - interval '30 days', middle + interval '30 days', '1 hour') AS at) AS d;
SELECT setseed(0.5);
CREATE TEMP TABLE visits AS
    SELECT zone, day, shown_as, customer, (day + time '00:00' + random() * interval '23:59:59') AT TIME ZONE zone AS
        at
    FROM (SELECT *, random() AS chance FROM days, generate_series(1, 40) AS customer) AS drawn
    WHERE chance < 0.1 + 0.8 * (customer % 5) / 5;
-- Each visit was drawn by itself: nobody came on all days, and the longest streaks differ.
SELECT zone, max(visits) < max(days) AS gaps, min(visits) > 0 AS all_came, count(DISTINCT visits) > 5 AS different
FROM (SELECT zone, customer, count(*) AS visits FROM visits GROUP BY zone, customer) AS v
JOIN (SELECT zone, count(*) AS days FROM days GROUP BY zone) AS d USING (zone) GROUP BY zone ORDER BY zone;
SELECT zone, count(*) > 500 AS many, count(*) FILTER (WHERE (at AT TIME ZONE zone)::date <> day) AS wrong_days
FROM visits GROUP BY zone ORDER BY zone;
CREATE TEMP TABLE states AS
    SELECT zone, cohorts_zone_agg(customer, at, 'day', zone) AS ours, cohorts_agg(customer, shown_as, 'day') AS truth,
           cohorts_agg(customer, day, 'day') AS by_date FROM visits GROUP BY zone;
SELECT zone, regexp_replace(ours::text, '\{.*', '') AS head, ours = by_date AS as_dates,
       ours::text::cohorts_state = ours AS text, cohorts_from_activity(a.customer_id, a.activity) = ours AS
           of_activities,
       regexp_replace(ours::text, 'day-[0-9-]*', 'day') = by_date::text AS same_dates
FROM states, customer_activities(ours) AS a GROUP BY zone, ours, by_date ORDER BY zone;
CREATE TEMP TABLE moments AS
    SELECT zone, day AS as_of, shown_as AS truth_as_of FROM days JOIN (SELECT DISTINCT zone FROM states) AS s USING
        (zone)
    WHERE shown_as - date '2001-01-01' BETWEEN 25 AND 45;

-- Reports of counts are those of the truth to the row.
CREATE FUNCTION pg_temp.counts(c cohorts_state, as_of date) RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws('|',
        (SELECT json_agg(s) FROM streaks(c, as_of) AS s), (SELECT json_agg(s) FROM dormancy(c, as_of) AS s),
        (SELECT json_agg(s) FROM silent_customers(c, as_of, 3) AS s), (SELECT json_agg(s) FROM gap_distribution(c,
            as_of) AS s),
        (SELECT json_agg(s) FROM gap_summary(c, as_of) AS s), (SELECT json_agg(s) FROM retention_curve(c, as_of) AS
            s),
        (SELECT json_agg(s) FROM retention_curve(c, as_of, 'streak') AS s), purchase_gaps(c, as_of)::text,
        stickiness(c, as_of, 7), (SELECT json_agg(s) FROM active_period_distribution(c, as_of, 7) AS s)) $$;
SELECT zone, count(*) AS moments, count(*) FILTER (WHERE length(pg_temp.counts(ours, as_of)) < 500) AS short,
       count(*) FILTER (WHERE pg_temp.counts(ours, as_of) IS DISTINCT FROM pg_temp.counts(truth, truth_as_of)) AS
           wrong,
       count(*) FILTER (WHERE pg_temp.counts(by_date, as_of) IS DISTINCT FROM pg_temp.counts(truth, truth_as_of)) > 0
           AS dates_differ
FROM moments JOIN states USING (zone) GROUP BY zone ORDER BY zone;

-- Reports with days name the days of the zone, all of them that there were.
SELECT zone, count(*) AS moments, sum(n) > 0 AS rows, sum(wrong) AS wrong FROM moments JOIN states USING (zone),
    LATERAL (
    SELECT count(*) AS n, count(*) FILTER (WHERE d.day IS NULL OR o IS DISTINCT FROM t) AS wrong FROM (
        SELECT 'retention' AS report, cohort AS day, period_no, concat_ws(',', customers, retained, complete) AS o
        FROM cohort_retention(ours, as_of)
        UNION ALL SELECT 'lifecycle', l.period_start, 0, concat_ws(',', new_customers, returning_customers,
            quiet_customers, known_customers)
        FROM lifecycle(ours, as_of, 5) AS l
        UNION ALL SELECT 'trailing', a.day, 0, concat_ws(',', dau, wau, mau) FROM dau_wau_mau(ours, as_of) AS a) AS
            ours
    LEFT JOIN days AS d ON d.zone = states.zone AND d.day = ours.day
    FULL JOIN (
        SELECT 'retention' AS report, cohort AS day, period_no, concat_ws(',', customers, retained, complete) AS t
        FROM cohort_retention(truth, truth_as_of)
        UNION ALL SELECT 'lifecycle', l.period_start, 0, concat_ws(',', new_customers, returning_customers,
            quiet_customers, known_customers)
        FROM lifecycle(truth, truth_as_of, 5) AS l
        UNION ALL SELECT 'trailing', a.day, 0, concat_ws(',', dau, wau, mau) FROM dau_wau_mau(truth, truth_as_of) AS
            a) AS truth
    ON truth.report = ours.report AND truth.day = d.shown_as AND truth.period_no = ours.period_no) AS compared
GROUP BY zone ORDER BY zone;

-- One customer.
SELECT zone, count(*) AS customers, sum((current_streak(o, as_of) IS DISTINCT FROM current_streak(t, truth_as_of)
        OR longest_streak(o, as_of) IS DISTINCT FROM longest_streak(t, truth_as_of)
        OR inactive_periods(o, as_of) IS DISTINCT FROM inactive_periods(t, truth_as_of)
        OR mean_gap(o, as_of) IS DISTINCT FROM mean_gap(t, truth_as_of)
        OR gap_quantile(o, as_of, 0.75) IS DISTINCT FROM gap_quantile(t, truth_as_of, 0.75)
        OR lifecycle_stage(o, as_of, 4) IS DISTINCT FROM lifecycle_stage(t, truth_as_of, 4)
        OR retained(o, 3, as_of) IS DISTINCT FROM retained(t, 3, truth_as_of)
        OR (SELECT (silent_days, gaps, overdue) FROM early_warning(o, as_of))
            IS DISTINCT FROM (SELECT (silent_days, gaps, overdue) FROM early_warning(t, truth_as_of)))::int) AS wrong
FROM (SELECT zone, activity_zone_agg(at, 'day', zone) AS o, activity_agg(shown_as, 'day') AS t FROM visits
      GROUP BY zone, customer) AS a JOIN moments USING (zone) GROUP BY zone ORDER BY zone;
-- Dates stay dates: the numbers of periods leave out the day, the days themselves are those of the clock.
SELECT a, first_active(a), last_active(a), active_periods(a) AS two, active_at(a, '2011-12-31') AS yes,
       active_periods(a, '2011-12-29', '2011-12-30') AS one, active_periods(a, '2011-12-30', '2012-01-01') AS one_2,
       (SELECT json_agg(p) FROM activity_periods(a) AS p) AS neighbours, a::json AS json
FROM (SELECT activity_zone_agg(at, 'day', 'Pacific/Apia') AS a FROM (VALUES
    (timestamptz '2011-12-29 23:00-10'), ('2011-12-31 01:00+14')) AS v(at)) AS s;
-- An as_of on the day that never was is the morning after the day before it.
SELECT current_streak(a, '2011-12-30') AS one, inactive_periods(a, '2011-12-30') AS none,
       current_streak(a, '2011-12-31') AS one_2,
       inactive_periods(a, '2011-12-31') AS none_2, inactive_periods(a, '2012-01-01') AS one_day
FROM (VALUES ('1:day-2011-12-30:2011-12-29'::activity_state)) AS s(a);

-- Where some of the rows are from zones that have the day, in any order, and in months, every day counts.
SELECT activity_zone_agg(at, 'day', zone) AS mixed, activity_zone_agg(at, 'day', zone ORDER BY zone DESC) AS mixed_2,
       activity_zone_agg(at, 'month', 'Pacific/Apia') AS months
FROM (VALUES (timestamptz '2011-12-29 23:00-10', 'Pacific/Apia'), ('2011-12-29 23:00-10', 'UTC')) AS v(at, zone);
SELECT rollup(a ORDER BY n) AS upwards, rollup(a ORDER BY n DESC) AS downwards, rollup(a) FILTER (WHERE n < 3) AS
    one_zone
FROM (VALUES (1, '1:day-2011-12-30:2011-12-29'::activity_state), (2, '1:none:'), (3, '1:day:2011-12-29..2011-12-30'),
     (4, '1:day-2011-12-30:2012-01-03')) AS s(n, a);
SELECT rollup(c ORDER BY n) AS upwards, rollup(c ORDER BY n DESC) AS downwards, rollup(c) FILTER (WHERE n < 3) AS
    one_zone
FROM (VALUES (1, '1:bigint:day-2011-12-30:{7=2011-12-29}'::cohorts_state), (2, '1:bigint+2:none:{}'),
     (3, '1:bigint:day:{7=2011-12-30}'), (4, '1:bigint:day-2011-12-30:{7=2012-01-03}')) AS s(n, c);
SELECT cohorts_zone_agg(id, at, 'day', zone) = cohorts_agg(id, (at AT TIME ZONE zone)::date, 'day') AS mixed
FROM (SELECT n AS id, timestamptz '2011-12-28 00:00Z' + n * interval '1 hour' AS at,
             CASE WHEN n = 9000 THEN 'UTC' ELSE 'Pacific/Apia' END AS zone FROM generate_series(1, 10000) AS n) AS v;
SELECT '1:day-2011-12-30:2011-12-29..2011-12-31'::activity_state AS error;
SELECT '1:month-2011-12:2011-12'::activity_state AS error;
SELECT '1:day-2000-01-01:'::activity_state AS error;
SELECT '1:bigint:day-2011-12-30:{7=2011-12-30}'::cohorts_state AS error;
