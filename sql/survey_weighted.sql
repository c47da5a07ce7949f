-- Weighted surveys.
CREATE FUNCTION pg_temp.near(got float8, wanted float8) RETURNS boolean LANGUAGE SQL
    RETURN abs(got - wanted) <= 1e-11 * greatest(1, abs(wanted));

-- The smallest example: 100 x (1.5 - 0.5) / 4 = 25. The counts stay whole.
CREATE TEMP TABLE three AS SELECT * FROM (VALUES (10, 1.5), (0, 0.5), (8, 2.0)) AS t(score, weight);
SELECT nps_weighted(score, weight) AS "25", nps(survey_weighted_agg(score, weight)) AS "25",
       responses(survey_weighted_agg(score, weight)) AS three, effective_responses(survey_weighted_agg(score, weight))
           AS effective,
       design_effect(survey_weighted_agg(score, weight)) AS design_effect FROM three;
SELECT survey_weighted_agg(score, weight) AS state FROM three;
SELECT survey_weighted_agg(score, weight)::json -> 'scores' -> '8' AS eights FROM three;
SELECT s.* FROM survey_scores((SELECT survey_weighted_agg(score, weight) FROM three)) AS s WHERE responses > 0;

-- R's survey: svymean of the points, svymean of answers of 1 to 7, their confint, and Kish's design effect.
CREATE TEMP TABLE answer AS
    SELECT i, (i * i * 7 + i / 3) % 11 AS score, 1 + (i * i * 7 + i / 3) % 11 % 7 AS s7, round((1 + i * 13 % 9) / 4.0,
           2) AS w
    FROM generate_series(1, 60) AS i;
CREATE TEMP TABLE survey AS SELECT survey_weighted_agg(score, w) AS s, survey_weighted_agg(s7, w) AS s7 FROM answer;
SELECT pg_temp.near(value, -48.3660130719) AS value, pg_temp.near(lower, -69.22008782248) AS lower,
       pg_temp.near(upper, -27.51193832131) AS upper, n, pg_temp.near(effective_n, 47.92016376663) AS effective_n,
       pg_temp.near(design_effect, 1.252082532359) AS design_effect
FROM survey, nps_estimate(s, method => 'linearized');
SELECT pg_temp.near(value, 3.294117647059) AS value, pg_temp.near(lower, 2.773548167517) AS lower,
       pg_temp.near(upper, 3.814687126601) AS upper, n
FROM survey, ces_estimate(s7);
SELECT abs(e.lower - (nps - half)) < 1e-9 AS lower, abs(e.upper - (nps + half)) < 1e-9 AS upper
FROM (SELECT 100 * sum(w) FILTER (WHERE score >= 9) / sum(w), 100 * sum(w) FILTER (WHERE score <= 6) / sum(w),
             sum(w) ^ 2 / sum(w * w) FROM answer) AS a(p, d, rows),
     LATERAL (SELECT p - d, 1.959963984540054 * sqrt((100 * (p + d) - (p - d) ^ 2) / rows)) AS wald(nps, half),
     survey, nps_estimate(s, method => 'wald') AS e;

-- All numbers against plain SQL, in groups.
SELECT count(*) AS groups, bool_and(pg_temp.near(nps_weighted, nps) AND pg_temp.near(csat_weighted, csat)
       AND pg_temp.near(ces_weighted, ces)
       AND pg_temp.near(csat(s5), csat) AND pg_temp.near(ces(s7), ces) AND pg_temp.near(mean_score(s), mean)
       AND pg_temp.near(ces(s7, 'top'), top) AND pg_temp.near(ces(s7, 'net'), top - low) AND pg_temp.near(csat(s, 8,
           10), high)) AS as_in_sql
FROM (SELECT nps_weighted(1 + score % 10, w), survey_weighted_agg(1 + score % 10, w) AS s,
    survey_weighted_agg(1 + score % 5, w) AS s5,
             survey_weighted_agg(s7, w) AS s7, csat_weighted(1 + score % 5, w), ces_weighted(s7, w),
             100 * sum(w * (1 + score % 10 >= 9)::int - w * (1 + score % 10 <= 6)::int) / sum(w) AS nps,
             sum(w) FILTER (WHERE 1 + score % 5 >= 4) / sum(w) AS csat, sum(w * s7) / sum(w) AS ces,
             sum(w * (1 + score % 10)) / sum(w) AS mean, sum(w * (s7 > 4)::int) / sum(w) AS top,
                 sum(w * (s7 < 4)::int) / sum(w) AS low,
             sum(w * (1 + score % 10 >= 8)::int) / sum(w) AS high
      FROM answer GROUP BY i % 4) AS t;
-- Equal weights give what no weights give.
SELECT x AS weight, (e.value, e.lower, e.upper, e.n)::text = f::text AS nps, t::text = u::text AS nps_test,
       (c.value, c.lower, c.upper, c.n)::text = d::text AS csat, e.design_effect AS one
FROM (SELECT x, survey_weighted_agg(score, x), survey_agg(score), survey_weighted_agg(score % 10, x),
    survey_agg(score % 10),
             survey_weighted_agg(1 + score % 5, x), survey_agg(1 + score % 5)
      FROM answer, unnest('{1,2,0.5}'::numeric[]) AS x GROUP BY x) AS s(x, a, b, a2, b2, c5, d5),
     nps_estimate(a) AS e, nps_estimate(b) AS f, nps_test(a, a2) AS t, nps_test(b, b2) AS u, csat_estimate(c5) AS c,
     csat_estimate(d5) AS d ORDER BY x;
-- A rate of its own: csat as a weighted rate; tests of two surveys.
SELECT csat_rate(c5) = (SELECT rate_weighted_agg(1 + score % 5 >= 4, w) FROM answer) AS rate,
       csat_estimate(c5, 0.9)::text = rate_estimate(csat_rate(c5), 0.9)::text AS estimate,
       csat_test(c5, d5)::text = rate_test(csat_rate(c5), csat_rate(d5))::text AS test
FROM (SELECT survey_weighted_agg(1 + score % 5, w), survey_weighted_agg(1 + score % 4, w) FROM answer) AS t(c5, d5);
SELECT pg_temp.near(t.difference, a.value - b.value) AS difference,
       pg_temp.near(t.upper - t.lower, sqrt((a.upper - a.lower) ^ 2 + (b.upper - b.lower) ^ 2)) AS width,
       pg_temp.near(n.upper - n.lower, sqrt((c.upper - c.lower) ^ 2 + (d.upper - d.lower) ^ 2)) AS nps_width
FROM (SELECT survey_weighted_agg(s7, w) FILTER (WHERE i < 30), survey_weighted_agg(s7, w) FILTER (WHERE i >= 30)
    FROM answer) AS s(x, y),
     ces_test(x, y) AS t, ces_estimate(x) AS a, ces_estimate(y) AS b, nps_test(x, y, method => 'linearized') AS n,
     nps_estimate(x, method => 'linearized') AS c, nps_estimate(y, method => 'linearized') AS d;

-- In any order and in parts; text; every type of weight and score.
SELECT (SELECT rollup(r ORDER BY g DESC) FROM (SELECT w AS g, survey_weighted_agg(score, w) AS r FROM answer
       GROUP BY 1) AS t) = s AS whole,
       (SELECT survey_weighted_agg(score::numeric, w::float8 ORDER BY w) FROM answer) = s AS floats,
       s::text::survey_weighted_state = s AS through_text, nps(s + s) = nps(s) AS twice FROM survey;
-- Nothing, NULL, weight 0.
SELECT nps_weighted(score, weight) IS NULL AS nothing, nps(survey_weighted_agg(score, weight)) IS NULL AS nothing,
       responses(survey_weighted_agg(score, weight)) AS zero, csat_weighted(score, weight) IS NULL AS nothing
FROM (SELECT 1, 1.0 WHERE false) AS t(score, weight);
SELECT nps_weighted(score, weight) AS hundred, responses(survey_weighted_agg(score, weight)) AS one
FROM (VALUES (10, 2), (0, 0), (NULL, 1), (0, NULL)) AS t(score, weight);
SELECT e.* FROM (SELECT survey_weighted_agg(x, 0) FROM generate_series(1, 3) AS x) AS t(s), nps_estimate(s) AS e;
SELECT e.* FROM (SELECT survey_weighted_agg(x, 2.5) FROM generate_series(10, 10) AS x) AS t(s), nps_estimate(s,
       method => 'linearized') AS e;

-- Bad input.
SELECT nps_weighted(11, 1) AS error;
SELECT nps_weighted(9.5, 1) AS error;
SELECT nps_weighted(9, -1) AS error;
SELECT csat_weighted(6, 1) AS error;
SELECT ces_weighted(0, 1) AS error;
SELECT nps_estimate(s, method => 'bootstrap') AS error FROM survey;
SELECT csat(s, scale => 7) AS error FROM survey;
SELECT csat(s7, 8, 7) AS error FROM survey;
SELECT csat(s7, NULL, 2) AS error FROM survey;
SELECT ces(s7, 'mode') AS error FROM survey;
SELECT '1:0,0,0'::survey_weighted_state AS error;
