-- Net promoter score.

-- Three forms, one number. 50 promoters, 30 passives, 20 detractors: 30 points.
SELECT nps(50, 30, 20) AS thirty;
CREATE TEMP TABLE answers AS
    SELECT CASE WHEN i <= 50 THEN 9 + i % 2 WHEN i <= 80 THEN 7 + i % 2 ELSE i % 7 END AS score
    FROM generate_series(1, 100) AS i;
SELECT nps(score) AS thirty, nps(survey_agg(score)) AS thirty_2, nps(score::numeric) AS thirty_3,
       nps(score::smallint) AS thirty_4, nps(score::bigint) AS thirty_5 FROM answers;
SELECT promoters(s) AS fifty, passives(s) AS thirty, detractors(s) AS twenty
FROM (SELECT survey_agg(score) FROM answers) AS t(s);
-- Counts of every type, sums of counts, literals, parameters.
SELECT nps(sum(p), sum(n), sum(d)) AS thirty, nps(sum(p::bigint), sum(n::numeric), sum(d::float8)) AS thirty_2
FROM (VALUES (20, 10, 5), (30, 20, 15)) AS daily(p, n, d);
SELECT nps('50', '30', '20') AS thirty, nps(50::smallint, 30::bigint, 20::numeric) AS thirty_2;
SELECT nps(0.5, 1, 1) AS error;
PREPARE counted AS SELECT nps($1, $2, $3) AS thirty;
EXECUTE counted(50, 30, 20);
SELECT round(e.lower::numeric, 4) AS lower, n FROM nps_estimate(50::numeric, 30::bigint, 20) AS e;
SELECT nps(score) = 100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) /
       count(score) AS as_in_sql
FROM answers;

-- The class of each answer.
SELECT s AS score, nps_category(s), nps(s) OVER (PARTITION BY s) AS alone FROM generate_series(0, 10) AS s ORDER BY s;
SELECT string_agg(DISTINCT (nps_category(s, 'zh') || nps_category(s, lang => 'zh-CN')) COLLATE "C", ' ') AS zh,
       bool_and(nps_category(s, 'EN') = nps_category(s)) AS en FROM generate_series(0, 10) AS s;
SELECT nps_category(9, 'fr') AS error;
SELECT nps_category(NULL) IS NULL AS no_answer, nps_category(9, NULL) IS NULL AS no_language;
SELECT nps_category(11) AS error;
SELECT nps_category(9.5) AS error;

-- Nothing, NULL, one.
SELECT nps(x) IS NULL AS nothing FROM (SELECT 1 WHERE false) AS t(x);
SELECT nps(x) IS NULL AS nothing FROM (VALUES (NULL::int)) AS t(x);
SELECT nps(x) AS a_hundred FROM (VALUES (10)) AS t(x);
SELECT nps(0, 0, 0) IS NULL AS nothing, nps(NULL, 1, 1) IS NULL AS unknown;
SELECT nps(-1, 0, 0) AS error;
-- Rounded once: 454 promoters and 206 detractors of 1000 are 24.8, not 45 - 21.
SELECT nps(454, 340, 206) AS exact;

-- Published intervals (Rocks 2016), detractors, passives, promoters as in the reference; shares, not points.
CREATE TEMP TABLE reference (d int, pa int, pr int, method text, value float8, lower float8, upper float8);
INSERT INTO reference VALUES
    (10, 20, 70, 'wald', .600000, .469991, .730009), (10, 20, 70, 'adjusted_wald', .6, .452698, .712351),
    (10, 20, 70, 'score', .6, .452167, .712768),
    (3, 4, 5, 'wald', .166667, -.285575, .618908), (3, 4, 5, 'adjusted_wald', .166667, -.263708, .530375),
    (3, 4, 5, 'score', .166667, -.286256, .552822),
    (0, 2, 8, 'wald', .8, .552082, 1), (0, 2, 8, 'adjusted_wald', .8, .292839, .937931),
    (0, 2, 8, 'score', .8, .300441, .943318),
    (0, 0, 10, 'wald', 1, 1, 1), (0, 0, 10, 'adjusted_wald', 1, .475036, 1), (0, 0, 10, 'score', 1, .444934, 1),
    (5, 0, 5, 'wald', 0, -.619795, .619795), (5, 0, 5, 'adjusted_wald', 0, -.511274, .511274),
    (5, 0, 5, 'score', 0, -.526814, .526814),
    (1, 1, 1, 'wald', 0, -.923936, .923936), (1, 1, 1, 'adjusted_wald', 0, -.611126, .611126),
    (1, 1, 1, 'score', 0, -.692405, .692405),
    (120, 300, 580, 'wald', .46, .416685, .503315), (120, 300, 580, 'adjusted_wald', .46, .415345, .501904),
    (120, 300, 580, 'score', .46, .415468, .502085);
SELECT count(*) AS intervals,
       max(greatest(abs(e.value - 100 * r.value), abs(e.lower - 100 * r.lower), abs(e.upper - 100 * r.upper))) <
       5.1e-5 AS agree
FROM reference AS r CROSS JOIN LATERAL nps_estimate(pr, pa, d, 0.95, method) AS e;
SELECT bool_and(e = f AND e.lower = nps_lower(s, 0.95, method)
           AND e.upper = nps_upper(s, 0.95, method)) AS same_from_survey
FROM reference CROSS JOIN LATERAL survey_from_counts(ARRAY[d, 0, 0, 0, 0, 0, 0, pa, 0, pr, 0]) AS s
CROSS JOIN LATERAL nps_estimate(pr, pa, d, 0.95, method) AS e
CROSS JOIN LATERAL nps_estimate(s, method => method, confidence => 0.95) AS f;
SELECT * FROM nps_estimate(0, 0, 0);
SELECT * FROM nps_estimate(1, 1, 1, method => 'bootstrap');
SELECT * FROM nps_estimate(1, 1, 1, confidence => 95);
-- As near to certainty as can be, 1 - 2^-53, is a normal quantile of 8.2924, and no infinite one. By 40-digit
-- arithmetic:
SELECT round(lower::numeric, 6) AS "-75.910517", round(upper::numeric, 6) AS "93.997089"
FROM nps_estimate(10, 5, 3, confidence => 0.9999999999999999, method => 'score');

-- Two independent samples: difference 7 points, standard error 3.203592, p .02888537; adjusted p .02920496.
SELECT round(t.difference::numeric, 9) AS difference, round(t.lower::numeric, 7) AS lower,
       round(t.upper::numeric, 5) AS upper, round(t.p_value::numeric, 8) AS p_value
FROM nps_test(survey_from_counts('{120,0,0,0,0,0,0,300,0,580,0}'), survey_from_counts('{150,0,0,0,0,0,0,310,0,540,0}'),
        method => 'wald') AS t;
SELECT round(t.difference::numeric, 9) AS difference, round(t.p_value::numeric, 8) AS p_value
FROM nps_test(survey_from_counts('{120,0,0,0,0,0,0,300,0,580,0}'),
        survey_from_counts('{150,0,0,0,0,0,0,310,0,540,0}')) AS t;
SELECT * FROM nps_test(survey_from_counts('{0,0,0,0,0,0,0,0,0,0,0}'),
           survey_from_counts('{150,0,0,0,0,0,0,310,0,540,0}'));

-- 99 promoters of 100 against 1: a difference of 196 points of variance 2 x (1 - 0.98^2) / 100; no more than 200.
SELECT round(difference::numeric, 9) AS difference,
       abs(z - (upper + lower) / (upper - lower) * 1.959963984540054) < 1e-9 AS z_is_difference_by_error,
       abs(p_value - 0.02888537) < 1e-8 AS p_value
FROM nps_test(survey_from_counts('{120,0,0,0,0,0,0,300,0,580,0}'),
              survey_from_counts('{150,0,0,0,0,0,0,310,0,540,0}'), method => 'wald');
SELECT difference AS "196", abs(lower - 196 + 195.9963984540054 * sqrt(2 * (1 - 0.98 ^ 2) / 100)) < 1e-9 AS lower_limit,
       upper AS "200"
FROM nps_test(survey_from_counts('{1,0,0,0,0,0,0,0,0,0,99}'),
              survey_from_counts('{99,0,0,0,0,0,0,0,0,0,1}'), method => 'wald');
SELECT difference AS "-196", lower AS "-200",
       abs(upper + 196 - 195.9963984540054 * sqrt(2 * (1 - 0.98 ^ 2) / 100)) < 1e-9 AS upper_limit
FROM nps_test(survey_from_counts('{99,0,0,0,0,0,0,0,0,0,1}'),
              survey_from_counts('{1,0,0,0,0,0,0,0,0,0,99}'), method => 'wald');

-- From one answer to the next.
SELECT before, after, nps_transition(before, after)
FROM (VALUES (NULL), (3), (8), (10)) AS b(before), (VALUES (3), (8), (10), (NULL)) AS a(after) ORDER BY before, after;
SELECT before, string_agg(nps_transition(before, after, 'zh'), '，' ORDER BY after) AS zh
FROM (VALUES (NULL), (3), (8), (10)) AS b(before), (VALUES (3), (8), (10)) AS a(after)
GROUP BY before ORDER BY before;
SELECT nps_transition(11, 3) AS error;

-- Intervals end at the ends of the scale, by each method, where the estimate is next to one.
SELECT method, most, round(low.lower::numeric, 9) AS "-100 or above", round(high.upper::numeric, 9) AS "100 or below",
       abs(low.lower + high.upper) < 1e-9 AS mirrored
FROM unnest('{wald,adjusted_wald,score}'::text[]) AS method, (VALUES (4), (40)) AS sizes(most),
     nps_estimate(0, 1, most, 0.95, method) AS low, nps_estimate(most, 1, 0, 0.95, method) AS high
ORDER BY method, most;
-- What an answer is worth; the change of the same customers is a paired test.
SELECT s AS score, nps_points(s) FROM generate_series(0, 10) AS s WHERE s % 3 = 0;
SELECT avg(nps_points(score)) = nps(score) AS mean FROM answers;
SELECT nps_points(11) AS error;
SELECT difference AS seventy_five, round(p_value::numeric, 4) AS p_value
FROM mean_test((SELECT mean_agg(nps_points(after) - nps_points(before)) FROM (VALUES (6, 8), (7, 9), (10, 10), (8, 9))
    AS t(before, after)));
