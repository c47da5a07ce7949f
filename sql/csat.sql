-- Customer satisfaction: share of satisfied answers.
SELECT csat(42, 60) AS point_seven, csat(0, 0) IS NULL AS of_nothing;
SELECT csat(61, 60) AS error;
CREATE TEMP TABLE answers AS SELECT 1 + i * i % 5 AS score FROM generate_series(1, 100) AS i;
SELECT csat(score) AS rows, csat(survey_agg(score)) AS state, csat(count(*) FILTER (WHERE score >= 4), count(score)) AS counts,
       avg((score >= 4)::int)::float8 AS as_in_sql FROM answers;
SELECT csat(x) IS NULL AS nothing FROM (SELECT 1 WHERE false) AS t(x);
SELECT csat(x) AS half FROM (VALUES (5), (NULL), (3)) AS t(x);
SELECT csat(x) AS error FROM (VALUES (5), (0)) AS t(x);
SELECT csat(x) AS error FROM (VALUES (5), (7)) AS t(x);
-- Other scales are named.
SELECT csat(survey_agg(x), satisfied_from => 6, scale => 7) AS two_sevenths FROM generate_series(1, 7) AS x;
SELECT csat(survey_agg(x), 5) AS top_box FROM generate_series(1, 5) AS x;
SELECT csat(survey_agg(x), 6, 5) AS error FROM generate_series(1, 5) AS x;
SELECT csat_rate(survey_agg(score)) AS rate FROM answers;
SELECT e.value, e.n, e = rate_estimate(csat_rate(s)) AS wilson FROM (SELECT survey_agg(score) FROM answers) AS t(s), csat_estimate(s) AS e;
SELECT * FROM csat_estimate('1:0,0,0,0,0,0,0,0,0,0,0');
