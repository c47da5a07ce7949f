-- Quadrants of two measures; a benchmark is reached by what equals it.
SELECT x, y, quadrant(x, y, 10, 5), quadrant_number(x, y, 10, 5)
FROM (VALUES (10, 5), (9.99, 5), (9.99, 4.99), (10, 4.99), (NULL, 5)) AS t(x, y);
SELECT count(*) AS wrong FROM generate_series(-3, 3) AS x, generate_series(-3, 3) AS y
WHERE quadrant(x, y, 1, 0) <> CASE WHEN x >= 1 THEN 'high' ELSE 'low' END || '-' || CASE WHEN y >= 0 THEN 'high'
    ELSE 'low' END
   OR quadrant_number(x, y, 1, 0) <> CASE WHEN x >= 1 AND y >= 0 THEN 1 WHEN y >= 0 THEN 2 WHEN x >= 1 THEN 4
       ELSE 3 END;
SELECT string_agg(quadrant(x, y, 1, 1, lang => 'zh'), ' ' ORDER BY quadrant_number(x, y, 1, 1)) AS in_chinese,
       string_agg(quadrant(x, y, 1, 1, 'ZH-hans'), ' ' ORDER BY y, x) AS by_rows
FROM (VALUES (0, 0), (1, 0), (0, 1), (1, 1)) AS t(x, y);
SELECT quadrant(1, 1, 1, 1, 'fr') AS error;
SELECT quadrant(1, 'NaN', 1, 1) AS error;
SELECT quadrant(1, 1, 'infinity', 1) AS error;

-- Tiers of points.
SELECT points, tier(points, '{100,500,2000}') AS tier,
       tier(points, '{100,500,2000}', '{Silver,Gold,Platinum}') AS of_members,
       tier(points, '{100,500,2000}', '{Basic,Silver,Gold,Platinum}') AS of_all
FROM (VALUES (-5), (0), (99.9), (100), (499), (500), (2000), (1000000), (NULL)) AS t(points);
SELECT count(*) AS wrong FROM generate_series(-50, 1050, 10) AS p
WHERE tier(p, '{0,100,500,1000}') <> width_bucket(p::float8, '{0,100,500,1000}'::float8[]);
SELECT tier(7, '{5}', '[3:4]={less,enough}') AS enough, tier(1, '{5}', '[3:4]={less,enough}') AS less;
SELECT tier(7, '{5,5}') AS error;
SELECT tier(7, '{5,1}') AS error;
SELECT tier(7, '{}') AS error;
SELECT tier(7, '{5,NULL}') AS error;
SELECT tier(7, '{5,NaN}') AS error;
SELECT tier('NaN', '{5}') AS error;
SELECT tier(7, '{5,10}', '{a}') AS error;
SELECT tier(7, '{5,10}', '{a,b,c,d}') AS error;
SELECT tier(7, '{5,10}', '{a,NULL}') AS error;
