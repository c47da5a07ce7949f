-- Customer satisfaction: share of satisfied answers.
SELECT csat(42, 60) AS point_seven, csat(0, 0) IS NULL AS of_nothing;
SELECT csat(61, 60) AS error;
CREATE TEMP TABLE answers AS SELECT 1 + i * i % 5 AS score FROM generate_series(1, 100) AS i;
SELECT csat(score) AS rows, csat(survey_agg(score)) AS state,
       csat(count(*) FILTER (WHERE score >= 4), count(score)) AS counts,
       avg((score >= 4)::int)::float8 AS as_in_sql FROM answers;
SELECT csat(x) IS NULL AS nothing FROM (SELECT 1 WHERE false) AS t(x);
SELECT csat(x) AS half FROM (VALUES (5), (NULL), (3)) AS t(x);
SELECT csat(x) AS error FROM (VALUES (5), (0)) AS t(x);
SELECT csat(x) AS error FROM (VALUES (5), (7)) AS t(x);
-- Counts of every type, and sums of counts.
SELECT csat(sum(s), sum(n)) AS point_seven, csat(42::smallint, 60::numeric) AS point_seven_2,
       csat(satisfied => '42', responses => '60') AS point_seven_3
FROM (VALUES (40, 50), (2, 10)) AS t(s, n);
PREPARE counted AS SELECT csat(satisfied => $1, responses => $2) AS point_seven;
EXECUTE counted(42, 60);
-- Other scales are named; satisfied are the two highest answers, or those from the one that is said on.
SELECT scale, csat(s, scale => scale) AS top_two, csat(s, scale => scale) = hits / n::float8 AS as_in_sql,
       csat_rate(s, scale => scale) = rate(hits, n) AS rate, csat(s, scale - 2, scale) = three / n::float8 AS as_said,
       (csat_estimate(s, scale => scale)).value = csat(s, NULL, scale) AS estimate
FROM generate_series(3, 10) AS scale,
     LATERAL (SELECT survey_agg(x), count(*) FILTER (WHERE x >= scale - 1), count(*),
                     count(*) FILTER (WHERE x >= scale - 2)
              FROM (SELECT 1 + i * 7919 % 101 % scale AS x FROM generate_series(1, 200) AS i) AS a)
         AS t(s, hits, n, three);
SELECT csat(survey_agg(x), scale => 10) AS nine_and_ten, csat(survey_agg(x), satisfied_from => 4, scale => 10) AS seven
FROM generate_series(1, 10) AS x;
SELECT csat(survey_agg(x), 2, 2) AS half FROM generate_series(1, 2) AS x;
SELECT csat(survey_agg(x), scale => 2) AS error FROM generate_series(1, 2) AS x;
SELECT csat(survey_agg(x), scale => 11) AS error FROM generate_series(1, 2) AS x;
SELECT csat(NULL::survey_state) IS NULL AS unknown, csat(survey_agg(x), scale => NULL) IS NULL AS unknown_2,
       csat_rate(NULL) IS NULL AS unknown_3, csat_estimate(NULL) AS unknown_4 FROM generate_series(1, 2) AS x;
SELECT csat(survey_agg(x), satisfied_from => 6, scale => 7) AS two_sevenths FROM generate_series(1, 7) AS x;
SELECT csat(survey_agg(x), 5) AS top_box FROM generate_series(1, 5) AS x;
SELECT csat(survey_agg(x), 6, 5) AS error FROM generate_series(1, 5) AS x;
SELECT csat_rate(survey_agg(score)) AS rate FROM answers;
SELECT e.value, e.n, e = rate_estimate(csat_rate(s)) AS wilson FROM (SELECT survey_agg(score) FROM answers) AS t(s),
       csat_estimate(s) AS e;
SELECT * FROM csat_estimate('1:0,0,0,0,0,0,0,0,0,0,0');
-- Two surveys: the test of their rates.
SELECT t = rate_test(csat_rate(a), csat_rate(b)) AS rate_test, round(t.difference::numeric, 4) AS difference,
       csat_test(a, b, 0.9, 3) = rate_test(csat_rate(a, 3), csat_rate(b, 3), 0.9) AS from_three,
       csat_test(a, b, scale => 7) = rate_test(csat_rate(a, scale => 7), csat_rate(b, scale => 7)) AS of_seven
FROM survey_from_counts('{0,4,3,9,20,40,0,0,0,0,0}') AS a, survey_from_counts('{0,9,8,9,20,22,0,0,0,0,0}') AS b,
    csat_test(a, b) AS t;
SELECT csat_test('1:0,0,0,0,0,0,0,0,0,0,0', '1:0,0,0,0,0,1,0,0,0,0,0') AS nothing, csat_test(NULL, NULL) AS nothing;
SELECT csat_test('1:0,0,0,0,0,0,0,0,1,0,0', '1:0,0,0,0,0,1,0,0,0,0,0') AS error;
