-- Weighted rates.
CREATE FUNCTION pg_temp.near(got float8, wanted float8) RETURNS boolean LANGUAGE SQL
    RETURN abs(got - wanted) <= 1e-11 * greatest(1, abs(wanted));

-- The smallest example: one customer who stands for three others.
SELECT rate_weighted_agg(hit, weight) AS state, rate_value(rate_weighted_agg(hit, weight)) AS "0.75",
       effective_total(rate_weighted_agg(hit, weight)) AS "1.6", design_effect(rate_weighted_agg(hit, weight)) AS "1.25"
FROM (VALUES (true, 3), (false, 1)) AS t(hit, weight);

-- R's survey: svymean and confint, and Kish's design effect.
CREATE TEMP TABLE answer AS SELECT i % 3 = 0 AS hit, round((1 + i * 13 % 9) / 4.0, 2) AS w FROM generate_series(1, 60)
    AS i;
SELECT pg_temp.near(value, 0.2712418300654) AS value, pg_temp.near(lower, 0.1691547638182) AS lower,
       pg_temp.near(upper, 0.3733288963125) AS upper, n, pg_temp.near(effective_n, 47.92016376663) AS effective_n,
       pg_temp.near(design_effect, 1.252082532359) AS design_effect
FROM (SELECT rate_weighted_agg(hit, w) FROM answer) AS t(r), rate_estimate(r, 0.9, 'linearized');
-- The interval of Wilson of as many rows as the effective ones, by its formula in SQL.
SELECT pg_temp.near(e.lower, (centre - half) / (1 + z * z / rows)) AS lower,
       pg_temp.near(e.upper, (centre + half) / (1 + z * z / rows)) AS upper, pg_temp.near(e.value, p) AS value
FROM (SELECT rate_weighted_agg(hit, w), (sum(w) FILTER (WHERE hit) / sum(w))::float8, (sum(w) ^ 2 / sum(w * w))::float8,
             1.959963984540054::float8 FROM answer) AS t(r, p, rows, z), rate_estimate(r) AS e,
     LATERAL (SELECT p + z * z / (2 * rows), z * sqrt(p * (1 - p) / rows + z * z / (4 * rows * rows))) AS w(centre,
         half);

-- Equal weights give what no weights give, whatever they are.
SELECT w, (e.value, e.lower, e.upper, e.n)::text = f::text AS estimate, e.design_effect AS one, t::text = u::text
       AS test
FROM (SELECT w, rate_weighted_agg(i % 3 = 0, w), rate_agg(i % 3 = 0), rate_weighted_agg(i % 5 = 0, w),
    rate_agg(i % 5 = 0)
      FROM generate_series(1, 40) AS i, unnest('{1,2,0.5}'::numeric[]) AS w GROUP BY w) AS s(w, a, b, c, d),
     rate_estimate(a) AS e, rate_estimate(b) AS f, rate_test(a, c) AS t, rate_test(b, d) AS u ORDER BY w;
SELECT pg_temp.near(e.lower, f.lower) AS scale_of_weights, e.n
FROM (SELECT rate_weighted_agg(hit, w), rate_weighted_agg(hit, w * 0.37) FROM answer) AS t(a, b), rate_estimate(a) AS e,
     rate_estimate(b) AS f;

-- In any order and in parts; text, JSON, +; words; every type of weight.
SELECT (SELECT rollup(s ORDER BY g DESC) FROM (SELECT w AS g, rate_weighted_agg(hit, w) AS s FROM answer GROUP BY 1)
       AS t) = r AS whole,
       (SELECT rate_weighted_agg(hit::text, w::float8 ORDER BY w) FROM answer) = r AS of_words,
       r::text::rate_weighted_state = r AS through_text, rate_value(r + r) = rate_value(r) AS twice
FROM (SELECT rate_weighted_agg(hit, w) FROM answer) AS t(r);
SELECT rate_weighted_agg(hit, weight)::json AS json FROM (VALUES ('Yes', 3), ('no', 1), ('no', 0.5)) AS t(hit, weight);
SELECT rate_weighted_agg(hit, 2) = rate_weighted_agg(hit, 2::smallint) AS same, rate_weighted_agg(hit, 0.3::real)
       AS of_real FROM (VALUES (true)) AS t(hit);

-- Nothing, NULL, weight 0, one, no spread.
SELECT rate_weighted_agg(hit, weight) AS empty, rate_value(rate_weighted_agg(hit, weight)) IS NULL AS nothing,
       design_effect(rate_weighted_agg(hit, weight)) IS NULL AS nothing FROM (SELECT true, 1.0 WHERE false) AS t(hit,
           weight);
SELECT rate_weighted_agg(hit, weight) AS one_of_two
FROM (VALUES (true, 1), (false, 1), (true, 0), (NULL, 5), (true, NULL)) AS t(hit, weight);
SELECT * FROM rate_estimate('1:0,0,0;0,0,0'::rate_weighted_state);
SELECT * FROM rate_estimate('1:1,2,4;0,0,0'::rate_weighted_state, method => 'linearized');
SELECT round(lower::numeric, 6) AS lower, upper FROM rate_estimate('1:3,3,3;0,0,0'::rate_weighted_state);
SELECT * FROM rate_test('1:0,0,0;0,0,0', '1:3,3,3;0,0,0'::rate_weighted_state);
-- A literal without a type is a rate.
SELECT (rate_estimate('3/10')).n AS ten, rate_value('3/10') AS "0.3";

-- Bad input.
SELECT rate_weighted_agg(true, -1) AS error;
SELECT rate_weighted_agg(true, 'NaN'::float8) AS error;
SELECT rate_weighted_agg('perhaps', 1) AS error;
SELECT rate_estimate(rate_weighted_agg(true, 1), method => 'bootstrap') AS error;
SELECT rate_estimate(rate_weighted_agg(true, 1), 95) AS error;
SELECT '1:1,1,1'::rate_weighted_state AS error;
SELECT '1:1,-1,1;0,0,0'::rate_weighted_state AS error;
SELECT '1:2,2,5;0,0,0'::rate_weighted_state AS error;
SELECT '1:2,2,1;0,0,0'::rate_weighted_state AS error;
SELECT '1:1,1,1;0,0.0,0.00'::rate_weighted_state AS error;
