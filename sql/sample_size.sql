-- How many answers are needed, and what a number of them can show.

-- The smallest example: a rate of about a half to within 5 points: 385 answers; 278 of a population of 1000.
SELECT rate_sample_size(0.5, 0.05) AS "385", rate_sample_size(0.5, 0.05, population => 1000) AS "278",
       rate_sample_size(0.8, 0.03, 0.9) AS "481";
-- R's power.prop.test: 76.7 and 905.4 in each group; of 500 each, a rise from 0.8 to 0.866008 (tol = 1e-13).
SELECT rate_test_size(0.5, 0.75, power => 0.9) AS "77", rate_test_size(0.75, 0.5, 0.9) AS "77",
       rate_test_size(0.8, 0.85) AS "906", round(0.8 + rate_detectable(0.8, 500)::numeric, 6) AS "0.866008";
-- The one undoes the other.
SELECT count(*) AS cases, bool_and(abs(rate_test_size(b, b + d) - n) <= 1) AS inverse
FROM generate_series(0.05, 0.6, 0.11) AS b, unnest('{100,1000,50000}'::int[]) AS n, rate_detectable(b, n) AS d;
SELECT count(*) AS cases, bool_and(abs(nps_test_size(50, 30, 20, d) - n) <= 1) AS inverse
FROM unnest('{10,400,50000}'::int[]) AS n, nps_detectable(50, 30, 20, n) AS d;

-- NPS: 50, 30, 20 have a variance of 6100 points squared. 1.96^2 x 6100 / 25 = 937.3; of a pilot survey the same.
SELECT nps_sample_size(50, 30, 20, 5) AS "938", nps_sample_size(5, 3, 2, 5) AS "938",
       nps_sample_size(survey_from_counts('{20,0,0,0,0,0,0,30,0,50,0}'), 5) AS "938",
       nps_sample_size(50, 30, 20, 5, population => 2000) AS "639", nps_sample_size(1, 1, 1, 5) AS careful;
-- (1.959964 + 0.841621)^2 x 2 x 6100 / 10^2 = 957.6; the margin of a wald interval of that many is as asked for.
SELECT nps_test_size(50, 30, 20, 10) AS "958", nps_test_size(s, 10) AS "958",
       round(nps_detectable(s, 958)::numeric, 2) AS "10.00"
FROM survey_from_counts('{20,0,0,0,0,0,0,30,0,50,0}') AS s;
SELECT round(((upper - lower) / 2)::numeric, 3) AS five FROM nps_estimate(469, 281, 188, method => 'wald');
-- A share of the power by simulation, plain SQL: 400 comparisons of two groups of 906 at 0.8 and 0.85.
SELECT setseed(0.7);
SELECT abs(avg((p_value < 0.05)::int) - 0.8) < 0.06 AS power
FROM (SELECT r, rate(count(*) FILTER (WHERE random() < 0.8), 906) AS a, rate(count(*) FILTER (WHERE random() < 0.85),
    906) AS b
      FROM generate_series(1, 400) AS r, generate_series(1, 906) GROUP BY r) AS t, rate_test(a, b);
SELECT mean_test_size(15, 5) AS "142", mean_test_size(1, 1, 0.5, 0.5) AS one;

-- Edges.
SELECT rate_sample_size(0, 0.05) AS one, rate_sample_size(NULL, 0.05) IS NULL AS unknown,
       rate_sample_size(0.5, 0.05, population => 1) AS one, nps_sample_size(10, 0, 0, 5) AS one,
       rate_detectable(0.9, 3) IS NULL AS none, rate_detectable(1, 300) IS NULL AS none,
       nps_detectable(10, 0, 0, 5) AS zero, nps_sample_size(NULL::survey_state, 5) IS NULL AS unknown;
SELECT rate_sample_size(0.5, 0) AS error;
SELECT rate_sample_size(50, 0.05) AS error;
SELECT rate_sample_size(0.5, 5) AS error;
SELECT rate_sample_size(0.5, 0.05, population => 0) AS error;
SELECT rate_sample_size(0.5, 1e-300) AS error;
SELECT rate_test_size(0.5, 0.5) AS error;
SELECT rate_test_size(0.5, 0.6, power => 1) AS error;
SELECT rate_detectable(0.5, 0) AS error;
SELECT nps_sample_size(0, 0, 0, 5) AS error;
SELECT nps_test_size(50, 30, 20, -5) AS error;
SELECT nps_sample_size(1, 1, 1, 5, 95) AS error;

-- Response rate: of 1000 invitations 40 did not arrive and 240 were answered.
SELECT response_rate(240, 1000, 40) AS quarter, response_rate(240, 960) AS quarter, response_rate(0, 5, 5) IS NULL
       AS nobody,
       response_rate(sum(r), sum(i)) AS half FROM (VALUES (1, 3), (2, 3)) AS t(r, i);
SELECT response_rate(answered) AS half, response_rate(answered::text) AS half, (rate_estimate(rate_agg(answered))).n
       AS two
FROM (VALUES (true), (NULL), (false)) AS t(answered);
SELECT response_rate(961, 1000, 40) AS error;
SELECT response_rate(1, 5, 6) AS error;
