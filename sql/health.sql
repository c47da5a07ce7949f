-- Customer health.
SELECT * FROM health_score('{80,40,100}', '{50,30,20}') AS seventy_two;
-- Without the second, the others have all the weight: (80 x 50 + 100 x 20) / 70.
SELECT round(score::numeric, 4) AS "85.7143", coverage AS "0.7" FROM health_score('{80,NULL,100}', '{50,30,20}');
SELECT * FROM health_score('{NULL,NULL}', '{1,2}') AS unknown;
SELECT * FROM health_score('{80,40}', '{0,0}') AS weightless;
SELECT * FROM health_score('{NULL,40}', '{1,0}') AS only_weightless;
SELECT * FROM health_score('{}', '{}') AS nothing;
SELECT health_score(NULL, '{1}') IS NULL AS unknown, health_score('{1}', NULL) IS NULL AS unknown_2;
-- Against plain SQL.
SELECT count(*) AS cases, count(h.score) AS with_score,
       bool_and((h.score IS NULL) = (direct.score IS NULL) AND (h.score IS NULL OR abs(h.score - direct.score) < 1e-12))
           AS as_in_sql,
       bool_and(abs(h.coverage - direct.coverage) < 1e-12) AS coverage_as_in_sql
FROM (SELECT array_agg(CASE WHEN (i * 7 + n * 5) % 4 > 0 THEN (i * 31 + n * 17) % 101 END ORDER BY n)::float8[],
        array_agg(1 + (i + n * 3) % 7 ORDER BY n)::float8[]
      FROM generate_series(1, 500) AS i, generate_series(1, 9) AS n WHERE n <= 1 + i % 9 GROUP BY i) AS t(scores,
          weights), health_score(scores, weights) AS h,
     LATERAL (SELECT sum(s * w) / sum(w) FILTER (WHERE s IS NOT NULL) AS score,
                     coalesce(sum(w) FILTER (WHERE s IS NOT NULL), 0) / sum(w) AS coverage
              FROM unnest(scores, weights) AS u(s, w)) AS direct;
-- Laws: alike components give what they are; the scale of weights does not matter.
SELECT (health_score(array_fill(37.5::float8, ARRAY[11]), ARRAY[1,2,3,4,5,6,7,8,9,10,11])).score AS "37.5",
       (health_score('{10,20,60}', '{1,2,3}')).score = (health_score('{10,20,60}', '{100,200,300}')).score AS same;
-- With a least coverage: one component of weight 10 of 100 is no health score, and has no band.
SELECT c AS least_coverage, h.*, health_band(h.score) FROM unnest('{0,0.1,0.11,1}'::float8[]) AS c,
       health_score('{90,NULL,NULL}', '{10,45,45}', c) AS h;
SELECT health_score('{90}', '{10}', least_coverage => 50) AS error;
SELECT health_score('{90}', '{10}', NULL) IS NULL AS unknown;

-- Onto one scale, in either direction.
SELECT scaled_score(5, 1, 5) AS hundred, scaled_score(3, 1, 5) AS fifty, scaled_score(30, 90, 0) AS "66.67",
       scaled_score(120, 90, 0) AS capped, scaled_score(-1, 90, 0) AS capped_2,
       scaled_score(NULL, 1, 5) IS NULL AS unknown,
       scaled_score(0, -1.7e308, 1.7e308) AS fifty_2;
SELECT scaled_score(120, 90, 0, 'error') AS error;
SELECT scaled_score(1, 5, 5) AS error;
SELECT scaled_score('NaN', 1, 5) AS error;
SELECT scaled_score(1, 1, 5, 'drop') AS error;
SELECT s AS score, health_band(s), health_band(s, 60, 60) AS two_bands
FROM unnest('{0,49.9,50,60,74.9,75,100}'::float8[]) AS s;
SELECT health_band(s, lang => 'zh') AS zh, health_band(s, 50, 75, 'ZH-CN') AS zh_cn,
       health_band(s, lang => 'en-US') AS en
FROM unnest('{0,60,100}'::float8[]) AS s;
SELECT health_band(50, lang => 'de') AS error;
SELECT health_band(50, 75, 50) AS error;

-- Relationship quality: csat 0.8, repurchase rate 0.4, NPS +20 are 80, 40 and 60.
SELECT * FROM relationship_quality(0.8, 0.4, 20) AS sixty;
SELECT * FROM relationship_quality(0.8, NULL, -100) AS forty;
SELECT * FROM relationship_quality(0.8, 0.4, 20, '{2,1,1}') AS sixty_five;
SELECT * FROM relationship_quality(NULL, NULL, NULL) AS unknown;
SELECT * FROM relationship_quality(80, 0.4, 20) AS error;
SELECT * FROM relationship_quality(0.8, 0.4, 120) AS error;
SELECT * FROM relationship_quality(0.8, 0.4, 20, '{1,1}') AS error;

-- Bad input.
SELECT health_score('{80,40}', '{1}') AS error;
SELECT health_score('{80,40}', '{1,-1}') AS error;
SELECT health_score('{80,40}', '{1,NULL}') AS error;
SELECT health_score('{80,NaN}', '{1,1}') AS error;
SELECT health_score('{{80,40}}', '{1,1}') AS error;
SELECT health_score('{80,40}', '{1,Infinity}') AS error;
SELECT health_score('{1e308,1e308}', '{5,5}') AS error;

SELECT relationship_quality(1, 1, 1, NULL) IS NULL AS no_weights;
