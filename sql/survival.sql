-- survival: durations, ended or not.
CREATE TEMP TABLE lives AS
    SELECT i, i % 4 AS plan, CASE WHEN i % 29 > 0 THEN (i * 7919 % 97) / CASE WHEN i % 3 = 0 THEN 4.0
           ELSE 1.0 END END::float8 AS duration,
           CASE WHEN i % 17 > 0 THEN i % 3 > 0 END AS ended
    FROM generate_series(1, 2000) AS i;

-- Text form: after 1, 380 ended and 233 were seen no longer.
SELECT '1:1=380+233,2.5=0+115'::survival_state AS two_durations, '1:'::survival_state AS nobody;
SELECT '1:-2=1+0,0=1+0'::survival_state AS with_a_negative_one;
SELECT '1:1=0+0'::survival_state AS error;
SELECT '1:1=380+233,1=1+0'::survival_state AS error;
SELECT '1:2=380+233,1=1+0'::survival_state AS error;
SELECT '1:NaN=380+233'::survival_state AS error;
SELECT '1:1=380+'::survival_state AS error;
SELECT '1:1=380+-1'::survival_state AS error;
SELECT '1:1=380+1,'::survival_state AS error;
SELECT '1:1=380+1;'::survival_state AS error;
SELECT '2:1=380+1'::survival_state AS error_newer_version;
SELECT '1:1=2305843009213693951+0,2=1+0'::survival_state AS error_too_many;

-- Nothing, NULL, one.
SELECT survival_agg(1, true) FILTER (WHERE false) AS nobody FROM lives;
SELECT survival_agg(NULL, true) AS skipped, survival_agg(5, NULL) AS not_ended, survival_agg(0, true) AS at_once,
       survival_agg('-0'::float8, false) AS zero_is_zero;
-- A duration is a number or an interval, which is its days; ended a boolean or a word that PostgreSQL reads as one.
SELECT s AS three_ended, count(*) AS ways
FROM (SELECT unnest(ARRAY[survival_agg(3::smallint, true), survival_agg(3, true), survival_agg(3::bigint, 'Yes'),
                          survival_agg(3.0, 'ON'), survival_agg(3::real, '1'), survival_agg(3::float8, 't'::varchar),
                          survival_agg('3', true), survival_agg('3', 'true'), survival_agg('3 days', true),
                          survival_agg(interval '72 hours', true), survival_agg(interval '2 days 24:00', 'yes'),
                          survival_agg(timestamp '2025-03-11' - timestamp '2025-03-08', true),
                          survival_agg(date '2025-03-11' - date '2025-03-08', true)])) AS t(s)
GROUP BY s;
SELECT survival_agg(d, e) AS numbers_and_intervals
FROM (SELECT 1.5::metric_duration, 'yes' UNION ALL SELECT interval '36 hours'::metric_duration, 'No'
      UNION ALL SELECT '0 days', NULL) AS t(d, e);
PREPARE lived AS SELECT survival_agg($1, $2) AS lived;
EXECUTE lived(3, 'yes');
EXECUTE lived('36 hours', NULL);
SELECT survival_agg(interval '1 month', true) AS error;
SELECT survival_agg('1 year 3 days', true) AS error;
SELECT survival_agg(interval '-1 day', true) AS error;
SELECT survival_agg('-1 days', true) AS error;
SELECT survival_agg('long', true) AS error;
SELECT survival_agg(3, 'Ja') AS error;
SELECT survival_agg(NULL::float8, 'Ja') AS error;
SELECT survival_agg(-1, true) AS error;
SELECT survival_agg('NaN', true) AS error;
SELECT survival_agg('Infinity', true) AS error;
SELECT survival_agg('NaN'::float8, true) AS error;
SELECT survival_agg('Infinity'::float8, true) AS error;

-- The counts in plain SQL beside it, of few and of many durations.
SELECT survival_agg(duration, ended)::text =
       (SELECT '1:' || string_agg(duration || '=' || n_ended || '+' || n - n_ended, ',' ORDER BY duration)
    FROM (SELECT duration, count(*) FILTER (WHERE ended) AS n_ended, count(*) AS n FROM lives WHERE duration IS NOT NULL
            GROUP BY duration) AS t) AS same
FROM lives;
SELECT ended(s) = count(*) FILTER (WHERE ended) AS ended,
       censored(s) = count(*) FILTER (WHERE ended IS NOT TRUE) AS censored
FROM lives, (SELECT survival_agg(duration, ended) AS s FROM lives) AS t WHERE duration IS NOT NULL GROUP BY s;
SELECT survival_agg(d * 7919 % 50000, true)::text = '1:' || string_agg(d || '=1+0', ','
           ORDER BY d) AS fifty_thousand_once FROM generate_series(0, 49999) AS d;

-- From counts, in any order, also sums of counts.
SELECT survival_from_counts(array_agg(d), array_agg(e), array_agg(c::int)) AS summed
FROM (SELECT d::numeric, sum(e), sum(c) FROM (VALUES (1, 1, 2), (1, 3, 0), (2, 0, 4)) AS t(d, e, c)
      GROUP BY d) AS t(d, e, c);
PREPARE counted AS SELECT survival_from_counts($1, $2, $3) AS counted;
EXECUTE counted('{2,1}', '{1,380}', '{0,233}');
SELECT survival_from_counts('{2,1,2}', '{1,380,0}', '{0,233,4}') AS summed,
       survival_from_counts('{}', '{}', '{}') AS nobody,
       survival_from_counts('{7}', '{0}', '{0}') AS nobody_2;
SELECT survival_from_counts('{2,1}', '{1,380}', '{0}') AS error;
SELECT survival_from_counts('{-2}', '{1}', '{0}') AS error;
SELECT survival_from_counts('{2}', '{-1}', '{0}') AS error;
SELECT survival_from_counts('{2}', '{NULL}', '{0}') AS error;
SELECT survival_from_counts(array_agg(duration), array_agg((ended IS TRUE)::int::bigint),
           array_agg((ended IS NOT TRUE)::int::bigint))
       = (SELECT survival_agg(duration, ended) FROM lives) AS same
FROM lives WHERE duration IS NOT NULL;

-- From dates and moments, as known at as_of: 10 days, 20 days so far, 31 days so far, not there yet, unknown.
CREATE TEMP TABLE spans (started date, ended date);
INSERT INTO spans VALUES ('2024-01-01', '2024-01-11'), ('2024-01-12', NULL), ('2024-01-01', '2024-03-01'),
    ('2024-02-02', NULL),
    (NULL, '2024-01-05'), ('2024-02-01', '2024-02-01');
SELECT survival_span_agg(started, ended, '2024-02-01') AS at_the_time FROM spans;
SELECT survival_span_agg(started, ended, '2024-02-01'::timestamptz) =
       (SELECT survival_span_agg(started, ended, '2024-02-01'::date) FROM spans) AS same
FROM (SELECT started::timestamptz, ended::timestamptz FROM spans) AS t;
SELECT survival_span_agg('2024-01-01 00:00+00', '2024-01-02 12:00+00', '2024-02-01Z') AS a_day_and_a_half,
       survival_span_agg('2024-01-01', '2024-01-02 12:00', '2024-02-01') AS a_day_and_a_half_2,
       survival_span_agg(NULL, NULL, '2024-02-01') AS nobody;
PREPARE spanned AS SELECT survival_span_agg($1, $2, $3) AS a_day;
EXECUTE spanned('2024-01-01', '2024-01-02', '2024-02-01');
-- Random spans, dates, timestamps and instants, against plain SQL. An hour is lost where the clocks were put forward.
CREATE TEMP TABLE times AS
    SELECT at AS started, CASE WHEN i % 7 > 0 THEN at + i * 104729 % 9000000 * interval '1 s' END AS ended,
           timestamp '2024-12-31 23:59:59' AS as_of
    FROM (SELECT i, timestamp '2023-01-01' + i * 7919 % 1000 * interval '18 h 1 s' FROM generate_series(1, 600) AS i)
         AS t(i, at);
CREATE FUNCTION pg_temp.plain(days float8[], ended bool[]) RETURNS text LANGUAGE sql SET extra_float_digits = 1 RETURN
    (SELECT '1:' || string_agg(d || '=' || e || '+' || n - e, ',' ORDER BY d)
     FROM (SELECT d, count(*) FILTER (WHERE e) AS e, count(*) AS n FROM unnest(days, ended) AS u(d, e) WHERE d >= 0
           GROUP BY d) AS g);
SELECT survival_span_agg(started, ended, as_of)::text
           = pg_temp.plain(array_agg(extract(epoch FROM seen - started)::float8 / 86400),
                           array_agg(ended <= as_of)) AS times,
       survival_span_agg(started::date, ended::date, as_of::date)::text
           = pg_temp.plain(array_agg(seen::date - started::date), array_agg(ended::date <= as_of::date)) AS dates,
       survival_span_agg(started::date, ended, as_of)
           = survival_span_agg(date_trunc('day', started), ended, as_of) AS dates_and_times,
       survival_span_agg(started, ended, as_of)
           = survival_agg(seen - started, ended <= as_of) FILTER (WHERE started <= as_of) AS intervals,
       count(*) FILTER (WHERE started > as_of) AS later, count(*) FILTER (WHERE ended > as_of) AS not_yet
FROM (SELECT *, least(ended, as_of) AS seen FROM times) AS t;
SELECT survival_span_agg(s, e, a)::text
           = pg_temp.plain(array_agg(extract(epoch FROM least(e, a) - s)::float8 / 86400),
                           array_agg(e <= a)) AS instants,
       survival_span_agg(s, e, a) <> survival_span_agg(started, ended, as_of) AS not_as_written
FROM (SELECT *, started AT TIME ZONE 'America/New_York' AS s, ended AT TIME ZONE 'America/New_York' AS e,
             as_of AT TIME ZONE 'America/New_York' AS a FROM times) AS t;
SELECT survival_span_agg(t, t + interval '2 days', '2025-04-01') AS two_days,
       survival_span_agg(z, z + interval '48 hours', '2025-04-01Z') AS two_days_2,
       survival_span_agg(t AT TIME ZONE zone, (t + interval '2 days') AT TIME ZONE zone, '2025-04-01Z') AS less
FROM (VALUES (timestamp '2025-03-08 12:00', timestamptz '2025-03-08 12:00+00', 'America/New_York')) AS v(t, z, zone);
-- No session decides.
CREATE TEMP TABLE before AS SELECT survival_span_agg(started, ended, as_of) AS s FROM times;
SET TimeZone = 'America/New_York'; SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'sql_standard';
SELECT survival_span_agg(started, ended, as_of) = s AS same, survival_at('1:1.5=1+1', '1 day 11:59') AS one
FROM times, before GROUP BY s;
SELECT survival_span_agg(timestamptz '2024-05-06 00:00+00', '2024-05-05 12:00Z', '2024-06-01Z') AS error;
RESET TimeZone; RESET DateStyle; RESET IntervalStyle;
-- Instants and readings of a clock do not mix.
SELECT survival_span_agg('2024-01-01 00:00+00', '2024-01-02 12:00+00', '2024-02-01') AS error;
SELECT survival_span_agg(date '2024-01-01', now(), '2024-02-01') AS error;
SELECT survival_span_agg(NULL, now(), '2024-02-01') AS error;
SELECT survival_span_agg('2024-01-02', '2024-01-01'::date, '2024-02-01') AS error;
SELECT survival_span_agg('2024-01-02 09:30', '2024-01-01 10:00', '2024-02-01') AS error;
SELECT survival_span_agg('2024-01-02', 'infinity'::date, '2024-02-01') AS error;
SELECT survival_span_agg('2024-01-02', NULL, NULL::date) AS skipped;

-- Merging: by plans, in any order, is the whole; nobody changes nothing.
SELECT rollup(s ORDER BY s) = (SELECT survival_agg(duration, ended) FROM lives) AS rolled_up,
       rollup(s ORDER BY s DESC) = rollup(s ORDER BY s) AS any_order
FROM (SELECT survival_agg(duration, ended) AS s FROM lives GROUP BY plan UNION ALL SELECT '1:'
        UNION ALL SELECT NULL) AS parts;
SELECT rollup(s) = (SELECT survival_agg(duration, ended) FROM lives) AS one_by_one
FROM (SELECT survival_agg(duration, ended) AS s FROM lives GROUP BY i) AS parts;
SELECT rollup(s) AS error FROM (VALUES ('1:1=2305843009213693951+0'::survival_state), ('1:1=1+0')) AS t(s);

SELECT a + b = rollup(s) AS plus, a + NULL = a AS and_nothing, NULL::survival_state + NULL IS NULL AS nothing
FROM (SELECT survival_agg(duration, ended) FILTER (WHERE plan = 0),
             survival_agg(duration, ended) FILTER (WHERE plan > 0) FROM lives) AS t(a, b),
     LATERAL (VALUES (a), (b)) AS parts(s)
GROUP BY a, b;
-- JSON holds the same counts.
SELECT '1:-2=1+0,0.25=3+4,1e+18=0+1'::survival_state::json AS json, '1:'::survival_state::json AS nobody;
SELECT survival_from_counts(array_agg(duration), array_agg(ended), array_agg(censored)) = s AS same
FROM (SELECT survival_agg(duration, ended) AS s FROM lives) AS t,
     jsonb_to_recordset(s::jsonb -> 'durations') AS j(duration float8, ended float8, censored float8) GROUP BY s;

-- Frames that grow; stored, distinct.
SELECT count(*) AS wrong_frames
FROM (SELECT i, survival_agg(duration, ended) OVER (PARTITION BY plan ORDER BY i) AS s,
        count(duration) OVER (PARTITION BY plan ORDER BY i) AS n FROM lives WHERE i <= 400) AS f
WHERE ended(s) + censored(s) <> n;
CREATE TEMP TABLE stored AS SELECT plan, survival_agg(duration, ended) AS s FROM lives GROUP BY plan;
INSERT INTO stored SELECT plan, s::text::survival_state FROM stored;
SELECT count(DISTINCT s) AS four FROM stored;
