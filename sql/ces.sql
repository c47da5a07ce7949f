-- Customer effort score on a scale of 1 to 7, 7 is easy.
CREATE TEMP TABLE answers AS SELECT 1 + i * i % 7 AS score FROM generate_series(1, 100) AS i;
SELECT ces(score) = avg(score)::float8 AS rows, ces(survey_agg(score)) = avg(score)::float8 AS state FROM answers;
SELECT ces(s, 'top') = top AS share_of_5_to_7, abs(ces(s, 'net') - net) < 1e-15 AS less_1_to_3
FROM (SELECT survey_agg(score), avg((score >= 5)::int)::float8, avg((score >= 5)::int - (score <= 3)::int)::float8
        FROM answers) AS t(s, top, net);
-- An even scale has no middle: halves of 1 to 10 are 1..5 and 6..10.
SELECT ces(survey_agg(x), 'top', 10) AS half, ces(survey_agg(x), 'net', 10) AS zero FROM generate_series(1, 10) AS x;
SELECT ces(x) IS NULL AS nothing FROM (SELECT 1 WHERE false) AS t(x);
SELECT ces(x) AS error FROM (VALUES (8)) AS t(x);
SELECT ces(x) AS error FROM (VALUES (0)) AS t(x);
SELECT ces(survey_agg(x), 'median') AS error FROM (VALUES (7)) AS t(x);
SELECT ces(survey_agg(x), 'mean', 11) AS error FROM (VALUES (7)) AS t(x);
