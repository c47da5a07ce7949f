-- Visits.
CREATE TEMP TABLE visit AS SELECT *
FROM (VALUES (timestamp '2026-01-01 08:00', 1, NULL::float8), ('2026-01-03 08:00', 5, 90.5),
        ('2026-01-03 18:00', 3, 30),
    ('2026-01-09 08:00', NULL, 20), ('2026-01-14 20:00', 1, NULL)) AS t(at, pages, seconds);
SELECT visits_agg(at, pages, seconds) AS state FROM visit;
SELECT visits(v) AS five, visit_frequency(v, 14) AS two_and_a_half_a_week,
       visit_frequency(v, 14, per_days => 28) AS ten_in_four_weeks, visit_depth(v) AS two_and_a_half,
       round(visit_duration(v)::numeric, 4) AS "46.8333", bounce_rate(v) AS half, bounces(v) AS "2/4",
       recency(v, timestamp '2026-01-15 08:00') AS half_a_day
FROM (SELECT visits_agg(at, pages, seconds) FROM visit) AS t(v);

-- Against plain SQL; in any order and in parts.
CREATE TEMP TABLE many AS SELECT i, timestamptz '2026-01-01 00:00+00' + (i * 7919 % 86413) *
    interval '17 seconds' AS at,
    CASE WHEN i % 7 > 0 THEN 1 + i * 31 % 9 END AS pages, CASE WHEN i % 5 > 0
    THEN (i * 613 % 1009) / 3.0::float8 END AS seconds FROM generate_series(1, 3000) AS i;
SELECT visits(v) = count(*) AS visits, visit_depth(v) = avg(pages)::float8 AS depth,
       abs(visit_duration(v) - avg(seconds)) < 1e-6 AS duration,
       bounce_rate(v) = (count(*) FILTER (WHERE pages = 1))::float8 / count(pages) AS bounces,
       recency(v, timestamptz '2027-01-01 00:00+00') =
       extract(epoch FROM timestamptz '2027-01-01 00:00+00' - max(at))::float8 / 86400 AS recency
FROM many, (SELECT visits_agg(at, pages, seconds) FROM many) AS t(v) GROUP BY v;
SELECT (SELECT visits_agg(at, pages, seconds ORDER BY at DESC) FROM many) = v AS whole,
       v::text::visits_state = v AS through_text,
       (SELECT rollup(p ORDER BY k)
           FROM (SELECT i % 9 AS k, visits_agg(at, pages, seconds) AS p FROM many GROUP BY 1) AS t) = v AS whole_2,
       (SELECT visits_agg(at AT TIME ZONE 'UTC', pages, seconds) FROM many)::text
           = replace(v::text, 'instant', 'local') AS same_moments
FROM (SELECT visits_agg(at, pages, seconds) FROM many) AS t(v);

-- Nothing, NULL.
SELECT visits_agg(at, pages, seconds) AS empty, visits(visits_agg(at, pages, seconds)) AS zero,
       visit_frequency(visits_agg(at, pages, seconds), 7) AS zero_2,
       visit_depth(visits_agg(at, pages, seconds)) IS NULL AS unknown,
       recency(visits_agg(at, pages, seconds), date '2026-01-01') IS NULL AS never FROM visit WHERE false;
SELECT visits_agg(NULL, 1, 1) AS skipped, visits_agg(date '2026-01-01', NULL, NULL) AS one;
SELECT _visits_accum(NULL, date '2000-01-02', 3, 4);

-- A moment is local or an instant, whatever the session; two kinds have no distance.
SET TimeZone = 'America/New_York'; SET DateStyle = 'SQL, DMY';
SELECT visits_agg(date '2026-01-02', 3, 4) AS of_a_date, visits_agg(timestamp '2026-01-02', 3, 4) AS of_a_timestamp,
       visits_agg('2026-01-02', 3, 4) AS of_a_literal,
           visits_agg(timestamptz '2026-01-02 00:00+00', 3, 4) AS of_a_timestamptz;
SELECT recency(visits_agg('2026-01-02 08:00+08', 1, 1), '2026-01-03 00:00+00') AS one,
       recency(visits_agg('2026-01-02', 1, 1), '2026-01-03') AS one_2,
       visits_agg(timestamptz '2026-01-02 08:00+08', 3, 4.5)::json AS json,
           '1:none,0,0,0,0,0,0,0,0'::visits_state::jsonb AS empty;
RESET TimeZone; RESET DateStyle;
PREPARE seen AS SELECT recency(visits_agg($1, $2, $3), $4) AS thirty;
EXECUTE seen('2026-01-01', 1, NULL, '2026-01-31');
SELECT visits_agg(at, 1, 1) AS error FROM (VALUES ('2026-01-01'::metric_moment), ('2026-01-01 00:00+00')) AS t(at);
SELECT rollup(v) AS error FROM (VALUES ('1:local,1,0,0,0,0,0,5,5'::visits_state),
       ('1:instant,1,0,0,0,0,0,5,5')) AS t(v);
SELECT recency(visits_agg(timestamptz '2026-01-01 00:00+00', 1, 1), '2026-01-02') AS error;
-- The ends of the range.
SELECT recency(visits_agg(timestamptz '4713-01-01 00:00+00 BC', 1, 1), '294276-12-31 00:00+00') AS days,
       recency(visits_agg(timestamp '4713-01-01 00:00 BC', 1, 1), '280000-12-31') > 0 AS positive;
SELECT visits_agg(date '300000-01-01', 1, 1) AS error;
-- Numbers of every type.
SELECT count(DISTINCT v::text) AS one
FROM (SELECT unnest(ARRAY[visits_agg('2026-01-01', 2::smallint, 3), visits_agg('2026-01-01', 2, 3::bigint),
                          visits_agg('2026-01-01', 2::bigint, 3.0),
                          visits_agg('2026-01-01', 2::numeric, 3::real), visits_agg('2026-01-01', 2::real, 3::float8),
                          visits_agg('2026-01-01', '2', '3')])) AS t(v);
-- + and no states.
SELECT visits_agg('2026-01-01', 1, 2) + visits_agg('2026-01-02', 3, NULL) AS both,
       visits_agg('2026-01-01', 1, 2) + NULL AS one,
       (SELECT rollup(v) IS NULL FROM (SELECT NULL::visits_state WHERE false) AS t(v)) AS of_no_states;

-- Bad input.
SELECT visits_agg(date '2026-01-01', 1.5, 1) AS error;
SELECT visits_agg(date '2026-01-01', 0, 1) AS error;
SELECT visits_agg(date '2026-01-01', -1, 1) AS error;
SELECT visits_agg(date '2026-01-01', 1, -1) AS error;
SELECT visits_agg(date '2026-01-01', 1, 'NaN') AS error;
SELECT visits_agg(date '2026-01-01', 1, 1e20) AS error;
SELECT visits_agg(timestamp '-infinity', 1, 1) AS error;
SELECT visit_frequency(visits_agg(date '2026-01-01', 1, 1), 0) AS error;
SELECT recency(visits_agg(date '2026-01-02', 1, 1), date '2026-01-01') AS error;
SELECT '2:instant,1,1,1,1,1,1,0,0'::visits_state AS error;
SELECT '1:instant,1,1,1,1,1,1,0'::visits_state AS error;
SELECT '1:none,1,1,1,1,1,1,0,0'::visits_state AS error;
SELECT '1:local,0,0,0,0,0,0,0,0'::visits_state AS error;
SELECT '1:instant,1,2,2,1,1,1,0,0'::visits_state AS error;
SELECT '1:instant,1,1,1,1,0,1,0,0'::visits_state AS error;
SELECT '1:instant,1,1,1,1,1,1,5,4'::visits_state AS error;
SELECT '1:instant,1,1,-1,1,1,1,0,0'::visits_state AS error;
SELECT '1:instant,0,0,0,0,0,0,5,5'::visits_state AS error;
SELECT rollup(v) AS error FROM (VALUES ('1:instant,2305843009213693951,0,0,0,0,0,0,0'::visits_state),
       ('1:instant,1,0,0,0,0,0,0,0')) AS t(v);

-- Rows without a time are in nothing but their number.
SELECT skipped_rows(whole) AS skipped, rolled_up = whole AS rolled_up, whole::text::visits_state = whole AS text
FROM (SELECT visits_agg(at, pages, 9) AS whole, rollup(part) AS rolled_up FROM
     (SELECT at, pages, visits_agg(at, pages, 9) OVER (PARTITION BY n) AS part FROM (VALUES
         (1, date '2024-01-01', 5), (2, NULL, 5), (3, '2024-01-02', NULL)) AS t(n, at, pages)) AS r) AS w;
