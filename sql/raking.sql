-- Raking: weights from known margins.
-- The smallest example: one woman, three men, of a population of halves.
SELECT sex, round(raking_weight(ARRAY[sex], '[{"f": 50, "m": 50}]') OVER ()::numeric, 6) AS weight
FROM (VALUES ('f'), ('m'), ('m'), ('m')) AS t(sex);

-- R's survey: rake of 60 rows by three margins, from equal weights and from base weights.
CREATE TEMP TABLE answer AS
    SELECT i, ('{young,mid,old}'::text[])[1 + i * i % 7 % 3] AS age, CASE (i * 7 + i / 4) % 3 WHEN 0 THEN 'm'
           ELSE 'f' END AS sex,
           ('{n,s,w}'::text[])[1 + (i * i * 5 + i / 7) % 3] AS region, 1 + i % 4 / 2.0 AS base
    FROM generate_series(1, 60) AS i;
CREATE TEMP TABLE margin AS SELECT '[{"young": 24, "mid": 20, "old": 16}, {"f": 0.5, "m": 0.5}, {"n": 15, "s": 25,
 "w": 20}]'::jsonb AS m;
CREATE TEMP TABLE weighted AS
    SELECT i, age, sex, region, base, raking_weight(ARRAY[age, sex, region], (SELECT m FROM margin)) OVER () AS w,
           raking_weight(ARRAY[age, sex, region], (SELECT m FROM margin), base) OVER () AS w2
    FROM answer;
SELECT count(*) AS rows, bool_and(abs(w / r - 1) < 1e-8) AS as_r, bool_and(abs(w2 / r2 - 1) < 1e-8) AS as_r_from_base
FROM unnest('{0.24991591236,0.24991591236,0.761666271142,0.360279446827,2.03245940725,0.0649667548959,1.80936647811,
0.0649667548959,0.178968492866,0.761666271142,0.0936562473953,1.45547433731}'::float8[],
            '{0.209415689947,0.279220919929,1.1315293483,0.200553011273,1.70462227408,0.0774150927301,2.58976080802,
0.038707546365,0.154845979467,0.905223478638,0.139010268006,0.840286945444}'::float8[])
         WITH ORDINALITY AS t(r, r2, i) JOIN weighted USING (i);
-- The weighted shares are the margins; weights add up to the rows.
SELECT round(sum(w)::numeric, 6) AS "60", round(sum(w2)::numeric, 6) AS "60", round(sum(w)
       FILTER (WHERE age = 'young')::numeric, 6) AS "24",
       round(sum(w2) FILTER (WHERE sex = 'm')::numeric, 6) AS "30", round(sum(w2)
           FILTER (WHERE region = 's')::numeric, 6) AS "25" FROM weighted;
SELECT converged, largest_error < 1e-10 AS precise, n, least_factor = min(w) AS least, largest_factor = max(w)
       AS largest
FROM weighted, raking_report((SELECT array_agg(ARRAY[age, sex, region]) FROM answer), (SELECT m FROM margin))
GROUP BY converged, largest_error, n, least_factor, largest_factor;
SELECT converged, n, abs(least_factor - min(w2 / base)) < 1e-12 AS least
FROM weighted, raking_report((SELECT array_agg(ARRAY[age, sex, region] ORDER BY i) FROM answer), (SELECT m FROM margin),
                             (SELECT array_agg(base ORDER BY i)::float8[] FROM answer)) GROUP BY converged, n,
                                 least_factor;
-- Not a bit depends on the order of rows, nor on how categories are sorted.
SELECT bool_and(w = v) AS same
FROM (SELECT i, raking_weight(ARRAY[age, sex, region], (SELECT m
    FROM margin)) OVER (ORDER BY md5(i::text) ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS v
    FROM answer) AS t
JOIN weighted USING (i);
-- Each partition by itself; the weights go into a weighted survey, which tells what they cost.
SELECT g, round(sum(w)::numeric, 6) AS rows, round(sum(w) FILTER (WHERE sex = 'f')::numeric, 6) AS women
FROM (SELECT i % 2 AS g, sex, raking_weight(ARRAY[sex], '[{"f": 1, "m": 2}]') OVER (PARTITION BY i % 2) AS w
    FROM answer) AS t GROUP BY g ORDER BY g;
SELECT responses(s) AS sixty, round(design_effect(s)::numeric, 4) AS design_effect,
       round(effective_responses(s)::numeric, 2) AS effective
FROM (SELECT survey_weighted_agg(i % 11, w) FROM weighted) AS t(s);
-- Margins from a table, as counts.
SELECT region, min(w) = max(w) AS one_weight, round((sum(w) / 60)::numeric, 6) AS share
FROM (SELECT region, raking_weight(ARRAY[region], (SELECT jsonb_build_array(jsonb_object_agg(r, n))
      FROM (VALUES ('w', 2000), ('n', 1500), ('s', 2500)) AS p(r, n))) OVER () AS w FROM answer) AS t
GROUP BY region ORDER BY region;

-- Nothing, NULL, weight 0, a margin of 0, one row.
SELECT raking_weight(ARRAY[sex], '[{"f": 1, "m": 1}]') OVER () AS none FROM answer WHERE false;
SELECT sex, base, raking_weight(ARRAY[sex], '[{"f": 1, "m": 1}]', base) OVER () AS weight
FROM (VALUES ('f', 1), ('m', 1), ('m', NULL), ('m', 0)) AS t(sex, base);
SELECT sex, raking_weight(CASE WHEN sex <> '' THEN ARRAY[sex] END, '[{"f": 1, "m": 0}]') OVER () AS weight
FROM (VALUES ('f'), ('f'), ('m'), ('')) AS t(sex);
SELECT * FROM raking_report('{}', '[{"f": 1}]');
SELECT * FROM raking_report(NULL, '[{"f": 1}]');
SELECT * FROM raking_report('{{f},{f}}', '[{"f": 1}]');
-- What cannot be reached is said: there are only young women and old men.
SELECT raking_weight(ARRAY[sex, age], '[{"f": 3, "m": 1}, {"old": 1, "young": 1}]') OVER () AS error
FROM (VALUES ('f', 'young'), ('m', 'old')) AS t(sex, age);
SELECT converged, steps, round(largest_error::numeric, 3) AS off FROM raking_report('{{f,young},{m,old}}',
       '[{"f": 3, "m": 1}, {"old": 1, "young": 1}]');

-- Bad input.
SELECT raking_weight(ARRAY[sex], '[{"f": 1}]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '[{"f": 1, "m": 1, "x": 1}]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex, age], '[{"f": 1, "m": 1}]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[NULL, sex], '[{"f": 1, "m": 1}, {"f": 1, "m": 1}]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '[{"f": 1, "m": 1}]', -1) OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '[{"f": 1, "m": -1}]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '[{"f": 0, "m": 0}]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '[{"f": "1", "m": 1}]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '{"f": 1, "m": 1}') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '[[1, 2]]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '[{}]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '[{"f": 1, "m": 1}, 5]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '5') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], '[{"f": 1e400, "m": 1}]') OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], NULL) OVER () AS error FROM answer;
SELECT raking_weight(ARRAY[sex], jsonb_build_array(jsonb_build_object(sex, 1))) OVER () AS error FROM answer;
SELECT raking_report('{{{f}}}', '[{"f": 1}]') AS error;
SELECT raking_report('{f,f}', '[{"f": 1}]', '{1}') AS error;
SELECT raking_report('{}', (SELECT jsonb_agg(o) FROM (SELECT jsonb_object_agg(i, 1) FROM generate_series(1, 1001)
       AS i) AS t(o), generate_series(1, 2))) AS error;
