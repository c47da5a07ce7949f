-- survival: durations, ended or not.
CREATE TEMP TABLE lives AS
    SELECT i, i % 4 AS plan, CASE WHEN i % 29 > 0 THEN (i * 7919 % 97) / CASE WHEN i % 3 = 0 THEN 4.0 ELSE 1.0 END END::float8 AS duration,
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
SELECT survival_agg(3::smallint, true) = survival_agg(3::float8, true) AS smallint, survival_agg(3::bigint, true) = survival_agg(3.0, true) AS numeric;
SELECT survival_agg(-1, true) AS error;
SELECT survival_agg('NaN', true) AS error;
SELECT survival_agg('Infinity', true) AS error;

-- The counts in plain SQL beside it, of few and of many durations.
SELECT survival_agg(duration, ended)::text = (SELECT '1:' || string_agg(duration || '=' || n_ended || '+' || n - n_ended, ',' ORDER BY duration)
    FROM (SELECT duration, count(*) FILTER (WHERE ended) AS n_ended, count(*) AS n FROM lives WHERE duration IS NOT NULL GROUP BY duration) AS t) AS same
FROM lives;
SELECT ended(s) = count(*) FILTER (WHERE ended) AS ended, censored(s) = count(*) FILTER (WHERE ended IS NOT TRUE) AS censored
FROM lives, (SELECT survival_agg(duration, ended) AS s FROM lives) AS t WHERE duration IS NOT NULL GROUP BY s;
SELECT survival_agg(d * 7919 % 50000, true)::text = '1:' || string_agg(d || '=1+0', ',' ORDER BY d) AS fifty_thousand_once FROM generate_series(0, 49999) AS d;

-- From counts, in any order.
SELECT survival_from_counts('{2,1,2}', '{1,380,0}', '{0,233,4}') AS summed, survival_from_counts('{}', '{}', '{}') AS nobody,
       survival_from_counts('{7}', '{0}', '{0}') AS nobody;
SELECT survival_from_counts('{2,1}', '{1,380}', '{0}') AS error;
SELECT survival_from_counts('{-2}', '{1}', '{0}') AS error;
SELECT survival_from_counts('{2}', '{-1}', '{0}') AS error;
SELECT survival_from_counts('{2}', '{NULL}', '{0}') AS error;
SELECT survival_from_counts(array_agg(duration), array_agg((ended IS TRUE)::int::bigint), array_agg((ended IS NOT TRUE)::int::bigint))
       = (SELECT survival_agg(duration, ended) FROM lives) AS same
FROM lives WHERE duration IS NOT NULL;

-- From dates and moments, as known at as_of: 10 days, 20 days so far, 31 days so far, not there yet, unknown.
CREATE TEMP TABLE spans (started date, ended date);
INSERT INTO spans VALUES ('2024-01-01', '2024-01-11'), ('2024-01-12', NULL), ('2024-01-01', '2024-03-01'), ('2024-02-02', NULL),
    (NULL, '2024-01-05'), ('2024-02-01', '2024-02-01');
SELECT survival_span_agg(started, ended, '2024-02-01') AS at_the_time FROM spans;
SELECT survival_span_agg(started, ended, '2024-02-01'::timestamptz) = (SELECT survival_span_agg(started, ended, '2024-02-01'::date) FROM spans) AS same
FROM (SELECT started::timestamptz, ended::timestamptz FROM spans) AS t;
SELECT survival_span_agg('2024-01-01 00:00+00', '2024-01-02 12:00+00', '2024-02-01') AS a_day_and_a_half;
SELECT survival_span_agg('2024-01-02', '2024-01-01'::date, '2024-02-01') AS error;
SELECT survival_span_agg('2024-01-02', 'infinity'::date, '2024-02-01') AS error;
SELECT survival_span_agg('2024-01-02', NULL, NULL::date) AS error;

-- Merging: by plans, in any order, is the whole; nobody changes nothing.
SELECT rollup(s ORDER BY s) = (SELECT survival_agg(duration, ended) FROM lives) AS rolled_up, rollup(s ORDER BY s DESC) = rollup(s ORDER BY s) AS any_order
FROM (SELECT survival_agg(duration, ended) AS s FROM lives GROUP BY plan UNION ALL SELECT '1:' UNION ALL SELECT NULL) AS parts;
SELECT rollup(s) = (SELECT survival_agg(duration, ended) FROM lives) AS one_by_one FROM (SELECT survival_agg(duration, ended) AS s FROM lives GROUP BY i) AS parts;
SELECT rollup(s) AS error FROM (VALUES ('1:1=2305843009213693951+0'::survival_state), ('1:1=1+0')) AS t(s);

-- Frames that grow; stored, distinct.
SELECT count(*) AS wrong_frames
FROM (SELECT i, survival_agg(duration, ended) OVER (PARTITION BY plan ORDER BY i) AS s, count(duration) OVER (PARTITION BY plan ORDER BY i) AS n FROM lives WHERE i <= 400) AS f
WHERE ended(s) + censored(s) <> n;
CREATE TEMP TABLE stored AS SELECT plan, survival_agg(duration, ended) AS s FROM lives GROUP BY plan;
INSERT INTO stored SELECT plan, s::text::survival_state FROM stored;
SELECT count(DISTINCT s) AS four FROM stored;
