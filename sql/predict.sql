-- Predictions from a model of purchases and a history: x repeat purchases, age t_x at the last, age t now.
CREATE TEMP TABLE models AS
    SELECT * FROM (VALUES ('bgnbd', bgnbd_model(0.243, 4.414, 0.793, 2.426)), ('mbgnbd', mbgnbd_model(0.525, 6.183, 0.891, 1.614)),
        ('pareto_nbd', pareto_nbd_model(0.553, 10.578, 0.606, 11.669))) AS m(kind, model);
CREATE TEMP TABLE histories AS
    SELECT x, t_x, t FROM (VALUES (0, 0::float8, 39::float8), (1, 2, 39), (2, 30.43, 38.86), (5, 30, 39), (25, 20, 39), (26, 30.857, 31), (3, 31, 31)) AS h(x, t_x, t);

-- Published: 1.226 purchases in 39 weeks for x = 2, t_x = 30.43, t = 38.86 (Fader, Hardie, Lee 2005).
SELECT round(expected_purchases(model, 2, 30.43, 38.86, 39)::numeric, 3) AS published FROM models WHERE kind = 'bgnbd';
SELECT kind, x, t_x, t, round(p_alive(model, x, t_x, t)::numeric, 6) AS p_alive, round(expected_purchases(model, x, t_x, t, 52)::numeric, 6) AS expected,
       round(purchase_probability(model, x, t_x, t, 52)::numeric, 6) AS purchase, round(churn_probability(model, x, t_x, t, 52)::numeric, 6) AS churn
FROM models, histories ORDER BY kind, x, t_x;

-- P(alive) of the BG/NBD by its formula.
SELECT bool_and(abs(p_alive(model, x, t_x, t) - 1 / (1 + CASE WHEN x > 0 THEN 0.793 / (2.426 + x - 1) * ((4.414 + t) / (4.414 + t_x)) ^ (0.243 + x) ELSE 0 END)) < 1e-14) AS by_formula
FROM models, histories WHERE kind = 'bgnbd';
-- Probabilities of all counts sum to one, and their mean is the expectation.
SELECT kind, abs(sum(purchase_pmf(model, n, 10)) - 1) < 1e-11 AS sum, abs(sum(n * purchase_pmf(model, n, 10)) - min(expected_purchases_new(model, 10))) < 1e-10 AS mean
FROM models, generate_series(0, 900) AS n GROUP BY kind ORDER BY kind;
-- A forecast of no purchases so far is that of a new customer, if nobody drops out at the start.
SELECT kind, abs(expected_purchases(model, 0, 0, 0, 52) - expected_purchases_new(model, 52)) < 1e-13 AS new_customer FROM models WHERE kind <> 'mbgnbd' ORDER BY kind;
-- Time passes in silence: alive less likely; then expectations add up over time.
SELECT kind, bool_and(later < now) AS silence_kills FROM (SELECT kind, p_alive(model, x, t_x, t) AS now, p_alive(model, x, t_x, t + 1) AS later FROM models, histories WHERE x > 0) AS s
GROUP BY kind ORDER BY kind;
SELECT kind, bool_and(probability <= least(expected, alive) AND probability >= 0 AND rising) AS bounds
FROM (SELECT kind, purchase_probability(model, x, t_x, t, h) AS probability, expected_purchases(model, x, t_x, t, h) AS expected, p_alive(model, x, t_x, t) AS alive,
             expected_purchases(model, x, t_x, t, h) < expected_purchases(model, x, t_x, t, h * 1.01) AS rising
      FROM models, histories, (VALUES (0.01), (1), (52), (520)) AS v(h)) AS s
GROUP BY kind ORDER BY kind;
SELECT expected_purchases(model, 2, 30, 39, 0) AS nothing_yet, purchase_probability(model, 2, 30, 39, 0) AS nothing_yet, churn_probability(model, 2, 30, 39, 0) AS surely_none
FROM models WHERE kind = 'pareto_nbd';

-- Intervals: the value inside, probabilities in [0, 1]; wider with more confidence; none without a fit.
-- 400 customers who follow the model with r = 1, alpha = 3, a = 1, b = 2, drawn by md5: the same everywhere.
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8
    RETURN (('x' || substr(md5(i || ':' || k), 1, 8))::bit(32)::bigint + 0.5) / 4294967296.0;
CREATE TEMP TABLE drawn AS
WITH RECURSIVE buying AS (
    SELECT i, 0 AS n, 0::float8 AS at, 20.0 + i % 20 AS t, -ln(pg_temp.u(i, 1)) / 3 AS rate, 1 - sqrt(pg_temp.u(i, 2)) AS dropout
    FROM generate_series(1, 400) AS i
    UNION ALL
    SELECT i, n + 1, next, t, rate, dropout
    FROM (SELECT *, at + ceil(-7 * ln(pg_temp.u(i, 100 + 2 * n)) / rate) / 7 AS next FROM buying
          WHERE n = 0 OR pg_temp.u(i, 101 + 2 * n) >= dropout) AS b
    WHERE next <= t)
SELECT i, max(n) AS x, max(at) AS t_x, max(t)::float8 AS t FROM buying GROUP BY i;
CREATE TEMP TABLE fitted AS SELECT bgnbd_fit(x, t_x, t) AS model FROM drawn;
SELECT model_status(model) FROM fitted;
SELECT 'p_alive' AS what, lower < value, value < upper, upper < 1 FROM fitted, p_alive_estimate(model, 3, 10, 30)
UNION ALL SELECT 'expected', lower < value, value < upper, lower > 0 FROM fitted, expected_purchases_estimate(model, 3, 10, 30, 52)
UNION ALL SELECT 'new', lower < value, value < upper, lower > 0 FROM fitted, expected_purchases_new_estimate(model, 52)
UNION ALL SELECT 'purchase', lower < value, value < upper, upper < 1 FROM fitted, purchase_probability_estimate(model, 3, 10, 30, 52)
UNION ALL SELECT 'churn', lower < value, value < upper, upper < 1 FROM fitted, churn_probability_estimate(model, 3, 10, 30, 52);
SELECT c.value + p.value AS one, abs(c.lower + p.upper - 1) < 1e-12 AS mirrored
FROM fitted, churn_probability_estimate(model, 3, 10, 30, 52) AS c, purchase_probability_estimate(model, 3, 10, 30, 52) AS p;
SELECT (SELECT upper - lower FROM p_alive_estimate(model, 3, 10, 30, 0.99)) > (SELECT upper - lower FROM p_alive_estimate(model, 3, 10, 30, 0.5)) AS wider FROM fitted;
SELECT * FROM p_alive_estimate(bgnbd_model(1, 1, 1, 1), 1, 1, 2);
SELECT value, lower, upper FROM fitted, p_alive_estimate(model, 0, 0, 30);

-- Nothing is known.
SELECT p_alive('1:bgnbd:too few customers:3,0,0', 1, 1, 2) AS no_model, expected_purchases_new('1:bgnbd:too few customers:3,0,0', 5) AS no_model,
       purchase_pmf('1:bgnbd:too few customers:3,0,0', 1, 5) AS no_model, p_alive(bgnbd_model(1, 1, 1, 1), NULL, 1, 2) AS no_history;
SELECT * FROM p_alive_estimate('1:bgnbd:too few customers:3,0,0', 1, 1, 2);

-- Wrong questions.
SELECT p_alive(gamma_gamma_model(1, 2, 3), 1, 1, 2) AS error;
SELECT p_alive(bgnbd_model(1, 1, 1, 1), 1, 3, 2) AS error;
SELECT p_alive(bgnbd_model(1, 1, 1, 1), -1, 0, 2) AS error;
SELECT expected_purchases(bgnbd_model(1, 1, 1, 1), 1, 1, 2, -1) AS error;
SELECT expected_purchases(bgnbd_model(1, 1, 1, 1), 1, 1, 2, 'Infinity') AS error;
SELECT purchase_pmf(bgnbd_model(1, 1, 1, 1), -1, 2) AS error;
SELECT purchase_pmf(bgnbd_model(1, 1, 1, 1), 10000000, 2) AS error;
SELECT * FROM p_alive_estimate(bgnbd_model(1, 1, 1, 1), 1, 1, 2, 1);
