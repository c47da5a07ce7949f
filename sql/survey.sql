-- survey: answers on a scale of 0 to 10.
CREATE TEMP TABLE answers AS
    SELECT i, i % 4 AS segment, CASE WHEN i % 11 <> 5 THEN (i * i * 7 + i / 3) % 11 END AS score
    FROM generate_series(1, 1000) AS i;

-- Text form.
SELECT '1:0,0,0,0,0,0,0,0,0,3,5'::survey_state AS eight_promoters;
SELECT '1:0,0,0,0,0,0,0,0,0,3'::survey_state AS error;
SELECT '1:0,0,0,0,0,0,0,0,0,3,5,0'::survey_state AS error;
SELECT '1:0,0,0,0,0,0,0,0,0,3,-5'::survey_state AS error;
SELECT '1:0,0,0,0,0,0,0,0,0,3,05'::survey_state AS error;
SELECT '2:0,0,0,0,0,0,0,0,0,3,5'::survey_state AS error_newer_version;
SELECT ''::survey_state AS error;
SELECT '1:2305843009213693951,1,0,0,0,0,0,0,0,0,0'::survey_state AS error_too_many;

-- Empty, NULL, one, several; every number type.
SELECT survey_agg(x) AS nothing FROM (SELECT 1 WHERE false) AS t(x);
SELECT survey_agg(x) AS nothing FROM (VALUES (NULL::int)) AS t(x);
SELECT survey_agg(x) AS one_ten FROM (VALUES (10)) AS t(x);
SELECT survey_agg(x::smallint) = survey_agg(x) AS smallint, survey_agg(x::bigint) = survey_agg(x) AS bigint,
       survey_agg(x::real) = survey_agg(x) AS real, survey_agg(x::float8) = survey_agg(x) AS float8,
       survey_agg(x::numeric) = survey_agg(x) AS numeric
FROM generate_series(0, 10) AS x;
SELECT survey_agg(11) AS error;
SELECT survey_agg(-1) AS error;
SELECT survey_agg(6.5) AS error;
SELECT survey_agg('NaN'::float8) AS error;
SELECT survey_agg((-1)::smallint) AS error;

-- The histogram in plain SQL beside it.
SELECT survey_agg(score)::text = '1:' ||
       (SELECT string_agg((SELECT count(*) FROM answers WHERE score = s)::text, ',' ORDER BY s)
                                           FROM generate_series(0, 10) AS s) AS same
FROM answers;
SELECT responses(survey_agg(score)) = count(score) AS responses,
       mean_score(survey_agg(score)) = avg(score)::float8 AS mean
FROM answers;
SELECT * FROM survey_scores('1:1,0,0,0,0,0,0,0,0,0,3');
SELECT responses('1:0,0,0,0,0,0,0,0,0,0,0') AS zero, mean_score('1:0,0,0,0,0,0,0,0,0,0,0') IS NULL AS no_mean;

-- Merging: by segments, in any order, is the whole; the empty survey changes nothing.
SELECT rollup(s ORDER BY s) = (SELECT survey_agg(score) FROM answers) AS rolled_up,
       rollup(s ORDER BY s DESC) = rollup(s ORDER BY s) AS any_order
FROM (SELECT survey_agg(score) AS s FROM answers GROUP BY segment
      UNION ALL SELECT survey_agg(score) FROM answers WHERE false
      UNION ALL SELECT NULL) AS parts;
SELECT rollup(s) IS NULL AS of_no_surveys FROM (SELECT survey_agg(1) WHERE false) AS t(s) WHERE false;
SELECT rollup(s) AS error
FROM (VALUES ('1:2305843009213693951,0,0,0,0,0,0,0,0,0,0'::survey_state), ('1:0,1,0,0,0,0,0,0,0,0,0')) AS t(s);

SELECT a + b = rollup(s) AS plus, a + NULL = a AS and_nothing
FROM (SELECT survey_agg(score) FILTER (WHERE segment = 0), survey_agg(score) FILTER (WHERE segment > 0)
      FROM answers) AS t(a, b), LATERAL (VALUES (a), (b)) AS parts(s) GROUP BY a, b;
-- JSON says what the rows of the distribution say.
SELECT s::json AS json FROM (VALUES ('1:1,0,0,0,0,0,0,0,0,3,5'::survey_state)) AS t(s);
SELECT s::jsonb -> 'scores' = (SELECT jsonb_object_agg(score, responses) FROM survey_scores(s)) AS same
FROM (SELECT survey_agg(score) AS s FROM answers) AS t;

-- FILTER, DISTINCT, and frames that move.
SELECT survey_agg(score) FILTER (WHERE score >= 9) AS promoters_only, survey_agg(DISTINCT score) AS one_each
FROM answers;
SELECT count(*) AS wrong_frames
FROM (SELECT i, survey_agg(score) OVER w AS s, survey_agg(score::smallint) OVER w AS s2,
        survey_agg(score::float8) OVER w AS s8,
             count(score) OVER w AS n, avg(score) OVER w AS mean
      FROM answers
      WINDOW w AS (PARTITION BY segment ORDER BY i ROWS BETWEEN 3 PRECEDING AND 2 FOLLOWING)) AS f
WHERE responses(s) <> n OR abs(mean_score(s) - mean) > 1e-12 OR s2 <> s OR s8 <> s;

-- From counts.
SELECT survey_from_counts('{0,0,0,0,0,0,0,1,0,3,5}') AS from_counts;
-- Counts of every type, also sums, which are numeric.
SELECT survey_from_counts(array_agg(n ORDER BY s)) = (SELECT survey_agg(score) FROM answers) AS same,
       survey_from_counts(array_agg(n::numeric ORDER BY s)) = (SELECT survey_agg(score) FROM answers) AS same_2,
       survey_from_counts(array_agg(n::integer ORDER BY s)) = (SELECT survey_agg(score) FROM answers) AS same_3
FROM (SELECT s, (SELECT count(*) FROM answers WHERE score = s) AS n FROM generate_series(0, 10) AS s) AS counts;
PREPARE counted AS SELECT survey_from_counts($1) AS from_counts;
EXECUTE counted('{0,0,0,0,0,0,0,1,0,3,5}');
SELECT survey_from_counts('{0,0,0,0,0,0,0,0.5,0,3,5}') AS error;
SELECT survey_from_counts('{1,2}') AS error;
SELECT survey_from_counts('{0,0,0,0,0,0,0,1,0,3,NULL}') AS error;
SELECT survey_from_counts('{0,0,0,0,0,0,0,1,0,3,-1}') AS error;

-- Stored: distinct, grouped, indexed.
CREATE TEMP TABLE stored AS SELECT segment, survey_agg(score) AS s FROM answers GROUP BY segment;
INSERT INTO stored SELECT * FROM stored;
SELECT count(DISTINCT s) AS four FROM stored;
CREATE INDEX ON stored (s);
SELECT count(*) AS none FROM stored AS a JOIN stored AS b USING (segment) WHERE a.s <> b.s;

-- Counts take two, four or eight bytes, as the largest needs; how they came to it does not show.
SELECT survey_agg(0) = '1:65536,0,0,0,0,0,0,0,0,0,0' AS four_bytes, pg_column_size(survey_agg(0)) AS bytes
FROM generate_series(1, 65536);
SELECT rollup(s) = '1:65536,0,0,0,0,0,0,0,0,0,65535' AS four_bytes
FROM (VALUES ('1:65535,0,0,0,0,0,0,0,0,0,65535'::survey_state), ('1:1,0,0,0,0,0,0,0,0,0,0')) AS t(s);
SELECT rollup(s) = '1:4294967296,0,0,0,0,0,0,0,0,0,3' AS eight_bytes
FROM (VALUES ('1:4294967295,0,0,0,0,0,0,0,0,0,3'::survey_state), ('1:1,0,0,0,0,0,0,0,0,0,0')) AS t(s);
SELECT _survey_accum('1:65535,0,0,0,0,0,0,0,0,0,0', 0) AS four_bytes,
       _survey_accum('1:4294967295,0,0,0,0,0,0,0,0,0,0', 0) AS eight_bytes,
       _survey_accum('1:4294967296,0,0,0,0,0,0,0,0,0,0', 0) AS still_eight,
       _survey_accum('1:70000,0,0,0,0,0,0,0,0,0,0', 10) AS still_four;
SELECT count(*) FILTER (WHERE pg_column_size(s) > 40) AS wide_frames,
       bool_and(s = survey_from_counts(ARRAY[n,0,0,0,0,0,0,0,0,0,0])) AS same_bytes
FROM (SELECT survey_agg(0) OVER w AS s, count(*) OVER w AS n FROM generate_series(1, 65540) AS i
      WINDOW w AS (ORDER BY i ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)) AS frames;
SELECT _survey_remove('1:0,1,0,0,0,0,0,0,0,0,0', 0) AS error;
SELECT _survey_accum('1:2305843009213693951,0,0,0,0,0,0,0,0,0,0', 0) AS error;
