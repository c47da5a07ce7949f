-- Discounted purchases and predicted lifetime value.
CREATE TEMP TABLE models AS
    SELECT * FROM (VALUES ('bgnbd', bgnbd_model(0.243, 4.414, 0.793, 2.426)),
               ('mbgnbd', mbgnbd_model(0.525, 6.183, 0.891, 1.614)),
        ('pareto_nbd', pareto_nbd_model(0.553, 10.578, 0.606, 11.669))) AS m(kind, model);
CREATE TEMP TABLE spend AS SELECT gamma_gamma_model(6.25, 3.74, 15.44) AS spend_model;

-- Published: 1.86 residual transactions at 15 % a year, x = 7, t_x = 35, t = 77.86 (Fader, Hardie, Lee 2005, JMR; their
-- continuous rate is 0.0027 a week).
SELECT round(discounted_purchases(pareto_nbd_model(0.5629966, 12.559037, 0.4081095, 10.5148048), 7, 35, 77.86, 'week',
                                  discount_rate => exp(0.0027 * 365.25 / 7) - 1)::numeric, 6) AS published;
-- Without a discount it is the expectation; with one, the sum over small steps of what is bought then.
SELECT kind, abs(discounted_purchases(model, 2, 30, 39, 'week', 52, 0) / expected_purchases(model, 2, 30, 39, 52) - 1) <
       1e-13 AS undiscounted,
       abs(discounted_purchases(model, 2, 30, 39, 'week', 52, 0.2)
           / (SELECT sum((expected_purchases(model, 2, 30, 39, k / 20.0) - expected_purchases(model, 2, 30, 39,
                   (k - 1) / 20.0)) * 1.2 ^ (-(k - 0.5) / 20 * 7 / 365.25))
              FROM generate_series(1, 1040) AS k) - 1) < 1e-8 AS sum_of_steps
FROM models ORDER BY kind;
-- For ever is the limit of long; a unit of time is only a unit.
SELECT kind,
       abs(discounted_purchases(model, 2, 30, 39, 'week') / discounted_purchases(model, 2, 30, 39, 'week', 1e5) - 1) <
       1e-9 AS the_limit FROM models ORDER BY kind;
SELECT abs(discounted_purchases(bgnbd_model(0.243, 4.414 * 7, 0.793, 2.426), 2, 30 * 7, 39 * 7, 'day', 364) /
           discounted_purchases(model, 2, 30, 39, 'week', 52) - 1) < 1e-12 AS days
FROM models WHERE kind = 'bgnbd';

-- The rate is effective per year of 365.25 days in every unit; years give a rate per unit, as CLVTools has it.
SELECT kind, unit, abs(discounted_purchases(model, 2, 30, 39, unit, 80, 0.2)
                       / (SELECT sum((expected_purchases(model, 2, 30, 39, k / 20.0)
                                      - expected_purchases(model, 2, 30, 39, (k - 1) / 20.0))
                                     * 1.2 ^ (-(k - 0.5) / 20 / per_year))
                          FROM generate_series(1, 1600) AS k) - 1) < 1e-5 AS effective_per_year
FROM models,
     (VALUES ('day', 365.25), ('week', 365.25 / 7), ('month', 12), ('quarter', 4), ('year', 1)) AS u(unit, per_year)
WHERE kind = 'pareto_nbd' ORDER BY per_year;
-- For ever and undiscounted, where that is finite: closed forms in plain SQL, and the limit of long.
CREATE TEMP TABLE finite AS
    SELECT *, CASE kind WHEN 'pareto_nbd' THEN (r + x) / (alpha + t) * (v3 + t) / (v2 - 1)
                        ELSE (v2 + v3 + x + CASE kind WHEN 'mbgnbd' THEN 0 ELSE -1 END) / (v2 - 1) END AS alive_buys,
           CASE kind WHEN 'pareto_nbd' THEN pareto_nbd_model(r, alpha, v2, v3)
                     WHEN 'bgnbd' THEN bgnbd_model(r, alpha, v2, v3) ELSE mbgnbd_model(r, alpha, v2, v3) END AS model
    FROM unnest('{bgnbd,mbgnbd,pareto_nbd}'::text[]) AS kind,
         (VALUES (1.1::float8, 10::float8, 1.5::float8, 12::float8), (2, 4, 3, 2.5), (0.9, 6, 7, 0.4))
             AS p(r, alpha, v2, v3),
         (VALUES (0::float8, 0::float8, 39::float8), (2, 30, 39), (9, 38, 39)) AS h(x, t_x, t);
SELECT kind, count(*) AS histories,
       bool_and(abs(for_ever / (p_alive(model, x, t_x, t) * alive_buys) - 1) < 1e-12) AS closed_form,
       bool_and(abs(expected_purchases(model, x, t_x, t, 1e13) / for_ever - 1) < 1e-4) AS the_limit,
       bool_and(for_ever > discounted_purchases(model, x, t_x, t, 'week', NULL, 0.01)) AS more_than_discounted
FROM finite, discounted_purchases(model, x, t_x, t, 'week', NULL, 0) AS for_ever GROUP BY kind ORDER BY kind;
SELECT bool_and(abs(predicted_clv(model, spend_model, x, t_x, t, CASE WHEN x > 0 THEN 20 END, 'week', NULL, 0)
                    / (discounted_purchases(model, x, t_x, t, 'week', NULL, 0)
                       * expected_spend(spend_model, x, CASE WHEN x > 0 THEN 20 END)) - 1) < 1e-12) AS value
FROM finite, spend;
-- BG/BB by opportunities: chances to buy at the next ones, one after the other, as if there were no end.
SELECT x, abs(for_ever / expected_purchases(m, x, t_x, 6, 10000) - 1) < 1e-6 AS the_limit,
       abs(for_ever / (p_alive(m, x, t_x, 6) / ((2.5 + 6) / (3.5 + 2.5 + 6)) * (1.2 + x) / (1.2 + 0.7 + 6)
                       * (2.5 + 6) / (3.5 - 1)) - 1) < 1e-12 AS closed_form
FROM bgbb_model(1.2, 0.7, 3.5, 2.5) AS m, (VALUES (0, 0), (1, 4), (6, 6)) AS h(x, t_x),
     discounted_purchases(m, x, t_x, 6, 'week', NULL, 0) AS for_ever;
SELECT kind, discounted_purchases(model, 2, 30, 39, 'week', NULL, 0) AS error FROM models WHERE kind = 'pareto_nbd';
SELECT discounted_purchases(bgnbd_model(1, 1, 1, 1), 2, 30, 39, 'week', NULL, 0) AS error;
SELECT discounted_purchases(bgbb_model(1, 1, 0.5, 1), 2, 30, 39, 'week', NULL, 0) AS error;
SELECT discounted_purchases(bgnbd_model(1, 1, 3, 1), 2, 30, 39, 'week', NULL, 1e-9) AS error;
SELECT discounted_purchases('1:bgnbd:too few customers:3,0,0', 2, 30, 39, 'week', NULL, 0) AS no_model;

-- Value = discounted purchases x expected spend x margin.
SELECT kind, round(predicted_clv(model, spend_model, 2, 30, 39, 22.35, 'week', 52)::numeric, 6) AS clv,
       abs(predicted_clv(model, spend_model, 2, 30, 39, 22.35, 'week', 52, 0.15, 0.3)
           - discounted_purchases(model, 2, 30, 39, 'week', 52, 0.15) * expected_spend(spend_model, 2, 22.35) * 0.3) <
           1e-12 AS product,
       predicted_clv(model, spend_model, 0, 0, 39, NULL, 'week') > 0 AS newcomer
FROM models, spend ORDER BY kind;
-- Answers are kept from row to row: many rows of one query give what each gives alone.
CREATE TEMP TABLE customers AS SELECT i, i % 9 AS x, CASE WHEN i % 9 > 0 THEN 1 + i % 30 ELSE 0 END AS t_x,
    31 + i % 7 AS t, 10 + i % 50 AS mean FROM generate_series(1, 300) AS i;
DO $$
DECLARE
    alone float8; one record; wrong int := 0;
BEGIN
    FOR one IN SELECT m.*, s.*, c.*, predicted_clv(model, spend_model, x, t_x, t, mean, 'week', 52) AS clv
    FROM models AS m, spend AS s, customers AS c LOOP
        EXECUTE 'SELECT predicted_clv($1, $2, $3, $4, $5, $6, ''week'', 52)' INTO alone USING one.model,
        one.spend_model, one.x::bigint, one.t_x::float8, one.t::float8, one.mean::float8;
        IF alone <> one.clv THEN wrong := wrong + 1; END IF;
    END LOOP;
    RAISE NOTICE '% wrong', wrong;
END $$;
-- The horizon is a column: a longer one buys more, so that no row may be given the answer of another horizon.
SELECT kind, count(*) AS horizons, count(*) FILTER (WHERE bought <= before) AS no_more_than_a_shorter_one
FROM (SELECT kind, bought, lag(bought) OVER (PARTITION BY kind ORDER BY horizon) AS before
      FROM models, generate_series(1, 5000) AS horizon,
           LATERAL (SELECT discounted_purchases(model, 2, 30, 39, 'week', horizon / 10.0, 0.1)) AS d(bought)
      WHERE kind <> 'pareto_nbd') AS v
GROUP BY kind ORDER BY kind;

-- Interval, from fits.
-- 400 customers who follow the model with r = 1, alpha = 3, a = 1, b = 2, drawn by md5: the same everywhere.
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8
    RETURN (('x' || substr(md5(i || ':' || k), 1, 8))::bit(32)::bigint + 0.5) / 4294967296.0;
CREATE TEMP TABLE drawn AS
WITH RECURSIVE buying AS (
    SELECT i, 0 AS n, 0::float8 AS at, 20.0 + i % 20 AS t, -ln(pg_temp.u(i, 1)) / 3 AS rate,
           1 - sqrt(pg_temp.u(i, 2)) AS dropout
    FROM generate_series(1, 400) AS i
    UNION ALL
    SELECT i, n + 1, next, t, rate, dropout
    FROM (SELECT *, at + ceil(-7 * ln(pg_temp.u(i, 100 + 2 * n)) / rate) / 7 AS next FROM buying
          WHERE n = 0 OR pg_temp.u(i, 101 + 2 * n) >= dropout) AS b
    WHERE next <= t)
SELECT i, max(n) AS x, max(at) AS t_x, max(t)::float8 AS t FROM buying GROUP BY i;
CREATE TEMP TABLE fitted AS
    SELECT bgnbd_fit(x, t_x, t) AS model,
           gamma_gamma_fit(x, 20 / -ln(pg_temp.u(i, 3) * pg_temp.u(i, 4)) * (0.7 + pg_temp.u(i, 5))) FILTER (WHERE x >
               0) AS spend_model FROM drawn;
SELECT model_status(model) AS model, model_status(spend_model) AS spend_model FROM fitted;
SELECT lower < value AND value < upper AS inside,
       abs(upper / value - value / lower) < 1e-9 AS symmetric_in_the_logarithm,
       value = predicted_clv(model, spend_model, 3, 10, 30, 20, 'week', 52) AS the_value
FROM fitted, predicted_clv_estimate(model, spend_model, 3, 10, 30, 20, 'week', 52);
SELECT e.value > 0 AS value, e.lower, e.upper FROM models, spend,
       predicted_clv_estimate(model, spend_model, 3, 10, 30, 20, 'week', 52) AS e WHERE kind = 'bgnbd';

-- Counts of every type; all of a fraction, and nothing of it.
SELECT predicted_clv(model, spend_model, 2::numeric, 30, 39, 20, 'Weekly', 52)
           = predicted_clv(model, spend_model, 2, 30, 39, 20, 'week', 52) AS numeric,
       discounted_purchases(model, 2::smallint, 30, 39, 'week', 52, 1) > 0 AS all_of_it,
       predicted_clv(model, spend_model, 2, 30, 39, 20, 'week', 52, 0, 0) AS nothing_of_it
FROM models, spend WHERE kind = 'bgnbd';
SELECT e.* FROM fitted, predicted_clv_estimate(model, spend_model, 3, 10, 30, 20, 'week', 52, margin => 0) AS e;

-- Nothing is known; wrong questions.
SELECT predicted_clv(model, spend_model, 2, 30, 39, 0, 'week') AS only_free, e.value, e.lower, e.upper
FROM fitted, predicted_clv_estimate(model, spend_model, 2, 30, 39, 0, 'week') AS e;
SELECT predicted_clv(model, spend_model, NULL, 30, 39, 20, 'week') AS no_history,
       predicted_clv(NULL, spend_model, 2, 30, 39, 20, 'week') AS no_model,
       predicted_clv(model, '1:gamma_gamma:too few customers:1,0,0', 2, 30, 39, 20, 'week') AS no_spend_model,
       predicted_clv(model, gamma_gamma_model(2, 0.9, 10), 0, 0, 39, NULL, 'week') AS infinite_mean
FROM models, spend WHERE kind = 'bgnbd';
SELECT predicted_clv(model, spend_model, 2, 30, 39, NULL, 'week') AS error FROM models, spend WHERE kind = 'bgnbd';
SELECT predicted_clv(model, spend_model, 2, 30, 39, 20, 'fortnight') AS error FROM models, spend WHERE kind = 'bgnbd';
SELECT predicted_clv(model, spend_model, 2, 30, 39, 20, 'week', NULL, 0) AS error FROM models, spend
WHERE kind = 'bgnbd';
SELECT predicted_clv(model, spend_model, 2, 30, 39, 20, 'week', 52, -0.5) AS error FROM models, spend
WHERE kind = 'bgnbd';
SELECT predicted_clv(model, spend_model, 2, 30, 39, 20, 'week', 52, 10) AS error
FROM models, spend WHERE kind = 'bgnbd';
SELECT predicted_clv(model, spend_model, 2, 30, 39, 20, 'week', 52, 0.1, 'NaN') AS error FROM models, spend
WHERE kind = 'bgnbd';
SELECT predicted_clv(model, spend_model, 2, 30, 39, 20, 'week', 52, 0.1, 40) AS error
FROM models, spend WHERE kind = 'bgnbd';
SELECT predicted_clv(model, spend_model, 2, 30, 39, 20, 'week', margin => -0.1) AS error
FROM models, spend WHERE kind = 'bgnbd';
SELECT * FROM models, spend, predicted_clv_estimate(model, spend_model, 2, 30, 39, 20, 'week', margin => 40)
WHERE kind = 'bgnbd';
SELECT discounted_purchases(model, 2, 30, 39, 'week', 52, 10) AS error FROM models WHERE kind = 'bgnbd';
SELECT discounted_purchases(model, 2.5, 30, 39, 'week', 52) AS error FROM models WHERE kind = 'bgnbd';
SELECT predicted_clv(spend_model, model, 2, 30, 39, 20, 'week') AS error FROM models, spend WHERE kind = 'bgnbd';

-- Without a model, or a confidence, there is no value.
SELECT discounted_purchases(NULL, 1, 1, 2, 'week') IS NULL AS no_model,
       predicted_clv_estimate(NULL, NULL, 1, 1, 2, 5, 'week') AS no_models,
       predicted_clv_estimate(NULL, NULL, 1, 1, 2, 5, 'week', confidence => NULL) IS NULL AS no_confidence;
