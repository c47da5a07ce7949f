-- Engagement: weighted events that fade.

-- A visit of weight 1 is worth one half after 30 days, and a quarter after 60.
SELECT at, engagement_score(e, at) AS score FROM (SELECT engagement_agg(date '2026-01-01', 1, 30)) AS s(e),
    (VALUES (date '2026-01-01'), ('2026-01-31'), ('2026-03-02')) AS t(at);
SELECT decayed(8, 60, 30) AS two, decayed(8, 0, 30) AS eight, decayed(0, 5, 30) AS zero,
       decayed(1, 1e6, 1) AS nothing_left, decayed(NULL, 1, 1) IS NULL AS unknown;
-- Three purchases of weight 10 and two visits of weight 1.
SELECT engagement_agg(at, weight, 7) AS state,
       engagement_score(engagement_agg(at, weight, 7), date '2026-01-15') AS "2.5+5+10+.5+1",
       interactions(engagement_agg(at, weight, 7)) AS five,
       recency(engagement_agg(at, weight, 7), date '2026-01-18') AS three_days
FROM (VALUES (date '2026-01-01', 10), ('2026-01-08', 10), ('2026-01-15', 10), ('2026-01-08', 1),
        ('2026-01-15', 1)) AS t(at, weight);

-- Nothing, NULL, weight zero.
SELECT engagement_agg(at, 1, 7) AS empty, engagement_score(engagement_agg(at, 1, 7), now()) IS NULL AS nothing,
       recency(engagement_agg(at, 1, 7), '2026-01-01') IS NULL AS nothing_2,
       interactions(engagement_agg(at, 1, 7)) AS zero
FROM (SELECT date '2026-01-01' WHERE false) AS t(at);
SELECT engagement_agg(at, weight, half_life) AS skips_three
FROM (VALUES (NULL, 1, 7), (date '2026-01-01', NULL, 7), ('2026-01-01', 1, NULL), ('2026-01-02', 2, 7)) AS t(at, weight,
           half_life);
SELECT engagement_agg(date '2026-01-01', 0, 7) AS no_sum,
       engagement_score(engagement_agg(date '2026-01-01', 0, 7), date '2026-01-02') AS zero;

-- A moment is local (a date, a timestamp, a literal without offset) or an instant; the session's zone never matters.
SET TimeZone = 'Asia/Shanghai'; SET DateStyle = 'German';
SELECT engagement_agg(date '2026-01-01', 1, 30) = engagement_agg(timestamp '2026-01-01', 1, 30) AS same,
       engagement_agg('2026-01-01', 1, 30) = engagement_agg(timestamp '2026-01-01', 1, 30) AS same_2,
       engagement_agg(timestamptz '2026-01-01 00:00+00', 1, 30) = engagement_agg('2026-01-01 08:00+08', 1,
           30) AS same_3,
       engagement_agg(timestamptz '2026-01-01 00:00+00', 1, 30)
           <> engagement_agg('2026-01-01 00:00', 1, 30) AS not_the_same,
       engagement_score(engagement_agg(date '2026-01-01', 1, 1), '2026-01-01 12:00') = sqrt(0.5::float8) AS half_a_day,
       engagement_score(engagement_agg(timestamptz '2026-01-01 12:00+00', 1, 1), '2026-01-02 00:00+00')
           = sqrt(0.5::float8) AS half_a_day_2,
       recency(engagement_agg('2026-01-01 08:00+08', 1, 1), timestamptz '2026-01-02 00:00+00') AS one;
SELECT engagement_agg('2026-01-01 08:00+08', 1, 30) AS instant, engagement_agg('2026-01-01 08:00', 1, 30) AS local,
       engagement_agg('2026-01-01 08:00+08', 1, 30)::json AS json,
           engagement_agg('2026-01-01 08:00', 1, 30)::json AS json_local,
       (SELECT engagement_agg(at, 1, 30)::jsonb FROM (SELECT date '2026-01-01' WHERE false) AS t(at)) AS empty;
RESET TimeZone; RESET DateStyle;
PREPARE score AS SELECT engagement_score(engagement_agg($1, $2, $3), $4) AS half;
EXECUTE score('2026-01-01', 1, 30, '2026-01-31');
-- Two kinds have no distance: rows, states, as_of.
SELECT engagement_agg(at, 1, 30) AS error FROM (VALUES ('2026-01-01'::metric_moment), ('2026-01-01 00:00+00')) AS t(at);
SELECT engagement_agg(at, 1, 30) AS error FROM (VALUES ('2026-01-01 00:00+00'::metric_moment), ('2026-01-01')) AS t(at);
SELECT rollup(e) AS error FROM (SELECT engagement_agg(at, 1, 30)
       FROM (VALUES ('2026-01-01'::metric_moment), ('2026-01-01 00:00+00')) AS t(at)
                                GROUP BY at::text) AS t(e);
SELECT engagement_score(engagement_agg(timestamptz '2026-01-01 00:00+00', 1, 30), '2026-01-02') AS error;
SELECT recency(engagement_agg(date '2026-01-01', 1, 30), timestamptz '2026-01-02 00:00+00') AS error;
-- The ends of the range: recency is never negative, and a date that no timestamp has is refused.
SELECT recency(e, latest) AS zero, recency(e, timestamptz '294276-12-31 23:59:59.999999+00') > 0 AS positive,
       engagement_score(e, timestamptz '294276-12-31 23:59:59.999999+00') AS faded
FROM (VALUES (timestamptz '4713-01-01 00:00+00 BC'), ('2026-01-01 00:00+00'),
    ('294276-12-31 23:59:59.999999+00')) AS t(latest),
     LATERAL (SELECT engagement_agg(at, 1, 30) FROM (SELECT latest) AS one(at)) AS s(e);
SELECT recency(engagement_agg(timestamp '4713-01-01 00:00 BC', 1, 30), timestamp '280000-12-31') AS days;
SELECT engagement_agg(date '4000000-01-01', 1, 30) AS error;
SELECT engagement_score(engagement_agg(date '2026-01-01', 1, 30), date '5000000-01-01') AS error;
-- ORDER BY and DISTINCT of the moment.
SELECT engagement_agg(at, 1, 30 ORDER BY at DESC) = engagement_agg(at, 1, 30) AS same,
       engagement_agg(DISTINCT at, 1, 30) = engagement_agg('2026-01-01', 1, 30) FILTER (WHERE i = 1) AS once
FROM (VALUES (1, date '2026-01-01'), (2, '2026-01-01')) AS t(i, at);
-- Weights of every number type.
SELECT count(DISTINCT e::text) AS one
FROM (SELECT unnest(ARRAY[engagement_agg(date '2026-01-01', 2::smallint, 30),
                          engagement_agg('2026-01-01', 2, 30::bigint),
                          engagement_agg('2026-01-01', 2::bigint, 30.0),
                          engagement_agg('2026-01-01', 2::numeric, 30::real),
                          engagement_agg('2026-01-01', 2::real, 30::float8),
                          engagement_agg('2026-01-01', '2', '30')])) AS t(e);
-- + and no states.
SELECT engagement_agg(date '2026-01-01', 1, 30) + engagement_agg(date '2026-01-02', 2, 30)
           = (SELECT engagement_agg(at, w, 30)
               FROM (VALUES (date '2026-01-01', 1), ('2026-01-02', 2)) AS t(at, w)) AS as_from_rows,
       '1:none,0,0,0,0'::engagement_state + NULL AS one,
       (SELECT rollup(e) IS NULL FROM (SELECT NULL::engagement_state WHERE false) AS t(e)) AS of_no_states;

-- Against plain SQL, for half-lives from seconds to years, before and after 2000; in any order and in parts the same
-- bytes.
CREATE TEMP TABLE event AS
SELECT i, i % 5 AS k, timestamptz '1990-05-05 00:00+00' + (i::bigint * 7919 * 104729 % 1199999981) *
       interval '1 second' AS at, (i * 31 % 17) / 7.0::float8 AS weight
FROM generate_series(1, 2000) AS i;
SELECT half_life, abs(engagement_score(e, timestamptz '2028-06-01 00:00+00') / plain - 1) < 1e-11 AS as_in_sql,
       e::text::engagement_state = e AS through_text,
       (SELECT engagement_agg(at, weight, half_life ORDER BY at) FROM event) = e AS whole,
       (SELECT engagement_agg(at, weight, half_life ORDER BY at DESC) FROM event) = e AS whole_2,
       (SELECT rollup(p ORDER BY k DESC)
           FROM (SELECT k, engagement_agg(at, weight, half_life) AS p FROM event GROUP BY k) AS parts) = e AS whole_3,
       (SELECT rollup(p)
           FROM (SELECT rollup(p) AS p FROM (SELECT k, i % 3 AS j, engagement_agg(at, weight, half_life) AS p FROM event
               GROUP BY 1, 2) AS parts GROUP BY j) AS t) = e AS whole_4
FROM (SELECT half_life, engagement_agg(at, weight, half_life) AS e,
             sum(decayed(weight, extract(epoch FROM timestamptz '2028-06-01 00:00+00' - at)::float8 / 86400,
                     half_life)) AS plain
      FROM event, (VALUES (0.5::float8), (3), (30), (365), (10000), (100000)) AS h(half_life) GROUP BY half_life) AS s
          ORDER BY half_life;
-- What is older than a hundred half-lives has left, and would not have counted.
SELECT engagement_agg(at, 1e9, 1) AS two_sums, engagement_score(engagement_agg(at, 1e9, 1), date '2026-04-11') = 1e9 *
       (1 + 2 ^ -99::float8) AS all_that_counts
FROM (VALUES (date '2026-01-01'), ('2026-01-02'), ('2026-04-11'), ('2020-02-29')) AS t(at);
-- A later look only fades everything alike.
SELECT max(abs(engagement_score(e, timestamptz '2030-01-01 00:00+00' + d * interval '24 hours') * 2 ^ (d / 30.0::float8)
               / engagement_score(e, '2030-01-01Z') - 1)) < 1e-13 AS fades
FROM (SELECT engagement_agg(at, weight, 30) FROM event) AS s(e), generate_series(0, 300) AS d;
-- Double weights, double score.
SELECT engagement_score(engagement_agg(at, 2 * weight, 30), '2030-01-01Z')
           = 2 * engagement_score(engagement_agg(at, weight, 30), '2030-01-01Z') AS twice FROM event WHERE i % 17 > 0;

-- Bad input.
SELECT engagement_agg(date '2026-01-01', -1, 30) AS error;
SELECT engagement_agg(date '2026-01-01', 'NaN', 30) AS error;
SELECT engagement_agg(date '2026-01-01', 1e13, 30) AS error;
SELECT engagement_agg(date '2026-01-01', 1, 0) AS error;
SELECT engagement_agg(date '2026-01-01', 1, -30) AS error;
SELECT engagement_agg(date '2026-01-01', 1, 1e-6) AS error;
SELECT engagement_agg(date '2026-01-01', 1, 1e7) AS error;
SELECT engagement_agg(date 'infinity', 1, 30) AS error;
SELECT '1:local,2592000000000,3,757382400000000,763776000000000;292=1+171437531175744768,292=2+848664835818565888'
    ::engagement_state AS error_twice;
SELECT '1:local,2592000000000,3,757382400000000,763776000000000;294=2+848664835818565888,292=1+171437531175744768'
    ::engagement_state AS error_order;
SELECT engagement_agg(at, 1, half_life) AS error
FROM (VALUES (date '2026-01-01', 30), ('2026-01-02', 31)) AS t(at, half_life);
SELECT rollup(e) AS error FROM (SELECT engagement_agg(date '2026-01-01', 1, h) FROM (VALUES (30), (31)) AS t(h)
           GROUP BY h) AS t(e);
SELECT engagement_score(engagement_agg(date '2026-01-02', 1, 30), date '2026-01-01') AS error;
SELECT recency(engagement_agg(timestamp '2026-01-01 12:00', 1, 30), timestamp '2026-01-01 11:59:59') AS error;
SELECT engagement_score(engagement_agg(date '2026-01-02', 1, 30), date 'infinity') AS error;
SELECT decayed(1, -1, 1) AS error;
SELECT decayed(1, 1, 0) AS error;
SELECT '1:instant,86400000000,2,0,86400000000;0=1+0,1=1+0'::engagement_state AS good;
SELECT '2:instant,86400000000,2,0,86400000000;0=1+0,1=1+0'::engagement_state AS error;
SELECT '1:none,86400000000,2,0,86400000000;0=1+0,1=1+0'::engagement_state AS error;
SELECT '1:local,0,0,0,0'::engagement_state AS error;
SELECT '1:86400000000,2,0,86400000000;0=1+0,1=1+0'::engagement_state AS error;
SELECT '1:instant,0,2,0,86400000000;0=1+0,1=1+0'::engagement_state AS error;
SELECT '1:none,0,0,0,0;0=1+0'::engagement_state AS error;
SELECT '1:instant,86400000000,2,86400000001,86400000000'::engagement_state AS error;
SELECT '1:instant,86400000000,2,0,86400000000;1=1+0,0=1+0'::engagement_state AS error;
SELECT '1:instant,86400000000,2,0,86400000000;0=1+0,2=1+0'::engagement_state AS error;
SELECT '1:instant,86400000000,2,0,86400000000;0=0+0'::engagement_state AS error;
SELECT '1:instant,86400000000,2,0,86400000000;0=1+1152921504606846976'::engagement_state AS error;
SELECT '1:instant,86400000000,2,0,86400000000,0=1+0'::engagement_state AS error;
SELECT rollup(e) AS error
       FROM (VALUES ('1:instant,86400000000,2,0,86400000000;0=2305843009213693951+0'::engagement_state),
       ('1:instant,86400000000,2,0,86400000000;0=1+0')) AS t(e);

-- Rows without a time, a weight or a half-life are in nothing but their number.
SELECT skipped_rows(whole) AS skipped, rolled_up = whole AS rolled_up, whole::text::engagement_state = whole AS text
FROM (SELECT engagement_agg(at, weight, days) AS whole, rollup(part) AS rolled_up FROM
     (SELECT at, weight, days, engagement_agg(at, weight, days) OVER (PARTITION BY n) AS part FROM (VALUES
         (1, date '2024-01-01', 5, 7), (2, NULL, 5, 7), (3, '2024-01-02', NULL, 7), (4, '2024-01-02', 1, NULL))
         AS t(n, at, weight, days)) AS r) AS w;
