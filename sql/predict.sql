-- Predictions from a model of purchases and a history: x repeat purchases, age t_x at the last, age t now.
CREATE TEMP TABLE models AS
    SELECT * FROM (VALUES ('bgnbd', bgnbd_model(0.243, 4.414, 0.793, 2.426)),
               ('mbgnbd', mbgnbd_model(0.525, 6.183, 0.891, 1.614)),
        ('pareto_nbd', pareto_nbd_model(0.553, 10.578, 0.606, 11.669))) AS m(kind, model);
CREATE TEMP TABLE histories AS
    SELECT x, t_x, t FROM (VALUES (0, 0::float8, 39::float8), (1, 2, 39), (2, 30.43, 38.86), (5, 30, 39), (25, 20, 39),
               (26, 30.857, 31), (3, 31, 31)) AS h(x, t_x, t);

-- Published: 1.226 purchases in 39 weeks for x = 2, t_x = 30.43, t = 38.86 (Fader, Hardie, Lee 2005).
SELECT round(expected_purchases(model, 2, 30.43, 38.86, 39)::numeric, 3) AS published FROM models WHERE kind = 'bgnbd';
SELECT kind, x, t_x, t, round(p_alive(model, x, t_x, t)::numeric, 6) AS p_alive,
       round(expected_purchases(model, x, t_x, t, 52)::numeric, 6) AS expected,
       round(purchase_probability(model, x, t_x, t, 52)::numeric, 6) AS purchase,
       round(churn_probability(model, x, t_x, t, 52)::numeric, 6) AS churn
FROM models, histories ORDER BY kind, x, t_x;

-- BG/NBD and MBG/NBD by their published formulas, with Gauss's hypergeometric function summed as a series. In the
-- MBG/NBD customers can also leave at the start, which is one more chance to leave: m = 1.
CREATE FUNCTION pg_temp.hypergeometric(a float8, b float8, c float8, z float8) RETURNS float8
    RETURN (WITH RECURSIVE series(n, term) AS (
                SELECT 0, 1::float8
                UNION ALL SELECT n + 1, term * (a + n) * (b + n) / (c + n) / (n + 1) * z FROM series WHERE term > 1e-20)
            SELECT sum(term) FROM series);
CREATE TEMP TABLE bg AS
SELECT kind, model, CASE kind WHEN 'mbgnbd' THEN 1 ELSE 0 END AS m, model_parameter(model, 'r') AS r,
       model_parameter(model, 'alpha') AS alpha, model_parameter(model, 'a') AS a, model_parameter(model, 'b') AS b
FROM models WHERE kind <> 'pareto_nbd';
SELECT kind, count(*) AS cases, bool_and(abs(p_alive(model, x, t_x, t) / alive - 1) < 1e-14) AS p_alive,
       bool_and(abs(expected_purchases(model, x, t_x, t, h) / (alive * purchases) - 1) < 1e-11) AS expected,
       bool_and(abs(purchase_probability(model, x, t_x, t, h) / (alive * (1 - silent)) - 1) < 1e-13) AS purchase
FROM bg, histories, (VALUES (1), (52), (104)) AS v(h),
     LATERAL (SELECT CASE WHEN x + m > 0 THEN a / (b + x + m - 1) * ((alpha + t) / (alpha + t_x)) ^ (r + x) ELSE 0 END,
                     ((alpha + t) / (alpha + t + h)) ^ (r + x)) AS l(odds, silent),
     LATERAL (SELECT 1 / (1 + odds)) AS q(alive),
     LATERAL (SELECT pg_temp.hypergeometric(r + x, b + x + m, a + b + x + m - 1, h / (alpha + t + h))) AS f(series),
     LATERAL (SELECT (a + b + x + m - 1) / (a - 1) * (1 - silent * series)) AS e(purchases)
GROUP BY kind ORDER BY kind;
-- Pareto/NBD from its story: customers buy at a rate of Gamma(r, alpha) until they die, at a rate of Gamma(s, beta).
-- Times of death and of the next purchase are integrated over by Simpson's rule; the expectation is the published one.
CREATE TEMP TABLE pareto AS
SELECT model, model_parameter(model, 'r') AS r, model_parameter(model, 'alpha') AS alpha,
       model_parameter(model, 's') AS s, model_parameter(model, 'beta') AS beta
FROM models WHERE kind = 'pareto_nbd';
CREATE TEMP TABLE simpson AS
SELECT k / 6000.0::float8 AS place,
       CASE WHEN k IN (0, 6000) THEN 1 WHEN k % 2 = 1 THEN 4 ELSE 2 END / 18000.0::float8 AS weight
FROM generate_series(0, 6000) AS k;
CREATE FUNCTION pg_temp.silent(r float8, alpha float8, s float8, beta float8, x int, t float8, at float8) RETURNS float8
    RETURN ((alpha + t) / (alpha + at)) ^ (r + x) * ((beta + t) / (beta + at)) ^ s;
SELECT count(*) AS cases, bool_and(abs(p_alive(model, x, t_x, t) / alive - 1) < 1e-9) AS p_alive,
       bool_and(abs(expected_purchases(model, x, t_x, t, h) / (alive * purchases) - 1) < 1e-9) AS expected,
       bool_and(abs(purchase_probability(model, x, t_x, t, h) / (alive * active) - 1) < 1e-9) AS purchase
FROM pareto, histories, (VALUES (1), (52), (104)) AS v(h),
     LATERAL (SELECT 1 / (1 + (t - t_x) * sum(weight * s / (beta + at) * pg_temp.silent(r, alpha, s, beta, x, t, at)))
              FROM simpson, LATERAL (SELECT t_x + place * (t - t_x)) AS of_death(at)) AS d(alive),
     LATERAL (SELECT h * sum(weight * (r + x) / (alpha + at) * pg_temp.silent(r, alpha, s, beta, x, t, at))
              FROM simpson, LATERAL (SELECT t + place * h) AS of_purchase(at)) AS p(active),
     LATERAL (SELECT (r + x) * (beta + t) / (alpha + t) / (s - 1)
                     * (1 - ((beta + t) / (beta + t + h)) ^ (s - 1))) AS e(purchases);
-- Probabilities of counts: n purchases by who stays, and by who leaves at the n-th or, in the Pareto/NBD, at any time.
CREATE FUNCTION pg_temp.nbd(n int, r float8, alpha float8, t float8) RETURNS float8
    RETURN (alpha / (alpha + t)) ^ r * (t / (alpha + t)) ^ n
           * (SELECT coalesce(exp(sum(ln((r + j) / (j + 1)))), 1) FROM generate_series(0, n - 1) AS j);
SELECT kind, bool_and(abs(purchase_pmf(model, n, 10) / (stays * nbd + leaves * more) - 1) < 1e-12) AS pmf
FROM bg, generate_series(0, 12) AS n, LATERAL (SELECT pg_temp.nbd(n, r, alpha, 10)) AS b(nbd),
     LATERAL (SELECT coalesce(exp(sum(ln((b + j) / (a + b + j)))), 1)
              FROM generate_series(0, n + m - 1) AS j) AS s(stays),
     LATERAL (SELECT CASE WHEN n + m > 0 THEN stays * a / (b + n + m - 1) ELSE 0 END) AS l(leaves),
     LATERAL (SELECT 1 - coalesce(sum(pg_temp.nbd(j, r, alpha, 10)), 0) FROM generate_series(0, n - 1) AS j) AS c(more)
GROUP BY kind ORDER BY kind;
SELECT bool_and(abs(purchase_pmf(model, n, 10) / (alive + dead) - 1) < 1e-9) AS pmf
FROM pareto, generate_series(0, 12) AS n,
     LATERAL (SELECT pg_temp.nbd(n, r, alpha, 10) * (beta / (beta + 10)) ^ s) AS a(alive),
     LATERAL (SELECT sum(weight * 10 * pg_temp.nbd(n, r, alpha, place * 10) * s / beta
                         * (beta / (beta + place * 10)) ^ (s + 1)) FROM simpson) AS d(dead);
-- Where customers hardly differ, which is where fits end that are not identified, they buy as Poisson says.
SELECT bool_and(abs(purchase_pmf(model, n, 3) / (stays * (poisson + more / (n + 1))) - 1) < 1e-10) AS pmf
FROM bgnbd_model(1e12, 5e11, 1, 2) AS model, generate_series(1, 12) AS n, LATERAL (SELECT 2.0 / (n + 2)) AS s(stays),
     LATERAL (SELECT exp(-6) * 6 ^ n / factorial(n)) AS d(poisson),
     LATERAL (SELECT 1 - sum(exp(-6) * 6 ^ j / factorial(j)) FROM generate_series(0, n - 1) AS j) AS c(more);
-- Probabilities of all counts sum to one, and their mean is the expectation.
SELECT kind, abs(sum(purchase_pmf(model, n, 10)) - 1) < 1e-11 AS sum,
       abs(sum(n * purchase_pmf(model, n, 10)) - min(expected_purchases_new(model, 10))) < 1e-10 AS mean
FROM models, generate_series(0, 900) AS n GROUP BY kind ORDER BY kind;
-- A forecast of no purchases so far is that of a new customer, if nobody drops out at the start.
SELECT kind, abs(expected_purchases(model, 0, 0, 0, 52) - expected_purchases_new(model, 52)) < 1e-13 AS new_customer
FROM models WHERE kind <> 'mbgnbd' ORDER BY kind;
-- Time passes in silence: alive less likely; then expectations add up over time.
SELECT kind, bool_and(later < now) AS silence_kills
FROM (SELECT kind, p_alive(model, x, t_x, t) AS now, p_alive(model, x, t_x, t + 1) AS later FROM models, histories
           WHERE x > 0) AS s
GROUP BY kind ORDER BY kind;
SELECT kind, bool_and(probability <= least(expected, alive) AND probability >= 0 AND rising) AS bounds
FROM (SELECT kind, purchase_probability(model, x, t_x, t, h) AS probability,
        expected_purchases(model, x, t_x, t, h) AS expected, p_alive(model, x, t_x, t) AS alive,
             expected_purchases(model, x, t_x, t, h) < expected_purchases(model, x, t_x, t, h * 1.01) AS rising
      FROM models, histories, (VALUES (0.01), (1), (52), (520)) AS v(h)) AS s
GROUP BY kind ORDER BY kind;
SELECT expected_purchases(model, 2, 30, 39, 0) AS nothing_yet,
       purchase_probability(model, 2, 30, 39, 0) AS nothing_yet_2, churn_probability(model, 2, 30, 39, 0) AS surely_none
FROM models WHERE kind = 'pareto_nbd';

-- Intervals: the value inside, probabilities in [0, 1]; wider with more confidence; none without a fit.
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
CREATE TEMP TABLE fitted AS SELECT bgnbd_fit(x, t_x, t) AS model FROM drawn;
SELECT model_status(model) FROM fitted;
SELECT 'p_alive' AS what, lower < value, value < upper, upper < 1 FROM fitted, p_alive_estimate(model, 3, 10, 30)
UNION ALL SELECT 'expected', lower < value, value < upper, lower > 0 FROM fitted,
    expected_purchases_estimate(model, 3, 10, 30, 52)
UNION ALL SELECT 'new', lower < value, value < upper, lower > 0 FROM fitted, expected_purchases_new_estimate(model, 52)
UNION ALL SELECT 'purchase', lower < value, value < upper, upper < 1 FROM fitted,
    purchase_probability_estimate(model, 3, 10, 30, 52)
UNION ALL SELECT 'churn', lower < value, value < upper, upper < 1 FROM fitted,
    churn_probability_estimate(model, 3, 10, 30, 52);
SELECT c.value + p.value AS one, abs(c.lower + p.upper - 1) < 1e-12 AS mirrored
FROM fitted, churn_probability_estimate(model, 3, 10, 30, 52) AS c,
    purchase_probability_estimate(model, 3, 10, 30, 52) AS p;
SELECT (SELECT upper - lower FROM p_alive_estimate(model, 3, 10, 30, 0, 0.99)) > (SELECT upper - lower
           FROM p_alive_estimate(model, 3, 10, 30, 0, 0.5)) AS wider FROM fitted;
SELECT * FROM p_alive_estimate(bgnbd_model(1, 1, 1, 1), 1, 1, 2);
SELECT value, lower, upper FROM fitted, p_alive_estimate(model, 0, 0, 30);

-- Counts of every type.
SELECT p_alive(model, 3::smallint, 10, 30) = p_alive(model, 3::numeric, 10.0, 30::real) AS p_alive,
       expected_purchases(model, 3::bigint, 10, 30, 52) = expected_purchases(model, '3', '10', '30', '52') AS expected,
       purchase_pmf(model, 3::numeric, 10) = purchase_pmf(model, 3, 10) AS pmf
FROM models WHERE kind = 'bgnbd';

-- Nothing is known.
SELECT p_alive('1:bgnbd:too few customers:3,0,0', 1, 1, 2) AS no_model,
       expected_purchases_new('1:bgnbd:too few customers:3,0,0', 5) AS no_model_2,
       purchase_pmf('1:bgnbd:too few customers:3,0,0', 1, 5) AS no_model_3,
       p_alive(bgnbd_model(1, 1, 1, 1), NULL, 1, 2) AS no_history;
SELECT * FROM p_alive_estimate('1:bgnbd:too few customers:3,0,0', 1, 1, 2);

-- Wrong questions.
SELECT p_alive(gamma_gamma_model(1, 2, 3), 1, 1, 2) AS error;
SELECT p_alive(bgnbd_model(1, 1, 1, 1), 1, 3, 2) AS error;
SELECT p_alive(bgnbd_model(1, 1, 1, 1), -1, 0, 2) AS error;
SELECT p_alive(bgnbd_model(1, 1, 1, 1), 1.5, 1, 2) AS error;
SELECT expected_purchases(bgnbd_model(1, 1, 1, 1), 1, 1, 2, -1) AS error;
SELECT expected_purchases(bgnbd_model(1, 1, 1, 1), 1, 1, 2, 'Infinity') AS error;
SELECT purchase_pmf(bgnbd_model(1, 1, 1, 1), -1, 2) AS error;
SELECT purchase_pmf(bgnbd_model(1, 1, 1, 1), 1.5, 2) AS error;
SELECT purchase_pmf(bgnbd_model(1, 1, 1, 1), 10000000, 2) AS error;
SELECT * FROM p_alive_estimate(bgnbd_model(1, 1, 1, 1), 1, 1, 2, 0, 1);

-- Alive at a later time. Of BG/NBD and MBG/NBD by Gauss's function in Pfaff's form, and by another way: who has left by
-- then made, with a one more, b / a times so many purchases: P(left) = a / (a + b) E[purchases | a + 1].
SELECT kind, count(*) AS cases, bool_and(abs(p_alive(model, x, t_x, t, h) / (alive * lives_on) - 1) < 1e-11) AS p_alive,
       bool_and(abs(p_alive(model, x, t_x, t, h) / alive - 1 + a / (a + b + x + m) * purchases) < 1e-12) AS
       by_purchases,
       min(p_alive(model, x, t_x, t, h) / alive) < 0.3 AS many_leave
FROM bg, histories, (VALUES (0.5), (1), (52), (1000)) AS v(h),
     LATERAL (SELECT p_alive(model, x, t_x, t)) AS now(alive),
     LATERAL (SELECT ((alpha + t) / (alpha + t + h)) ^ (r + x)
                     * pg_temp.hypergeometric(r + x, b + x + m, a + b + x + m, h / (alpha + t + h))) AS l(lives_on),
     LATERAL (SELECT CASE m WHEN 0 THEN bgnbd_model(r, alpha, a + 1, b) ELSE mbgnbd_model(r, alpha, a + 1, b)
     END) AS o(other),
     LATERAL (SELECT expected_purchases(other, x, t_x, t, h) / p_alive(other, x, t_x, t)) AS e(purchases)
GROUP BY kind ORDER BY kind;
-- Far away the series is an integral: at 200 times the age, and where 40 (1 + h / alpha) terms would be too few.
SELECT kind, bool_and(abs(p_alive(model, x, t_x, t, h) / alive - 1 + a / (a + b + x + m) * purchases) < 1e-11) AS
       by_purchases
FROM bg, histories, (VALUES (8000), (100000)) AS v(h),
     LATERAL (SELECT p_alive(model, x, t_x, t)) AS now(alive),
     LATERAL (SELECT CASE m WHEN 0 THEN bgnbd_model(r, alpha, a + 1, b) ELSE mbgnbd_model(r, alpha, a + 1, b)
     END) AS o(other),
     LATERAL (SELECT expected_purchases(other, x, t_x, t, h) / p_alive(other, x, t_x, t)) AS e(purchases)
GROUP BY kind ORDER BY kind;
-- Pareto/NBD: a rate of death from Gamma(s, beta + t) lets so many live on. BG/BB: the mean of (1 - p)^(1 + h), p from
-- Beta(gamma, delta + t), by Simpson's rule.
SELECT bool_and(abs(p_alive(model, x, t_x, t, h) / (p_alive(model, x, t_x, t) * ((beta + t) / (beta + t + h)) ^
       s) - 1) < 1e-13) AS pareto_nbd
FROM pareto, histories, (VALUES (0), (1), (52)) AS v(h);
SELECT bool_and(abs(p_alive(m, 2, 4, 6, h) / p_alive(m, 2, 4, 6) - later / next) < 1e-9) AS bgbb
FROM (SELECT bgbb_model(1.2, 0.75, 3, 2.78)) AS b(m), (VALUES (0), (1), (5), (40)) AS v(h),
     LATERAL (SELECT sum(weight * place ^ 2 * (1 - place) ^ (1.78 + 6 + 1 + h)),
                     sum(weight * place ^ 2 * (1 - place) ^ (1.78 + 6 + 1)) FROM simpson) AS i(later, next);
SELECT bool_and(p_alive(model, x, t_x, t, 0) = p_alive(model, x, t_x, t)) AS now,
       bool_and(p_alive(model, x, t_x, t, 10) >= p_alive(model, x, t_x, t, 20)) AS falls,
       bool_and(p_alive(model, x, t_x, t, 1e12) < 0.01) AS dies FROM models, histories;
SELECT lower < value AND value < upper AS inside, value = p_alive(model, 3, 10, 30, 26) AS same
FROM fitted, p_alive_estimate(model, 3, 10, 30, 26);
SELECT p_alive(bgnbd_model(1, 1, 1, 1), 1, 1, 2, -1) AS error;
SELECT p_alive(bgbb_model(1, 1, 1, 1), 1, 1, 2, 0.5) AS error;

-- In no time, and at no opportunity, nobody buys.
SELECT bool_and(purchase_pmf(m, 0, 0) = 1) AS all_none, bool_and(purchase_pmf(m, 2, 0) = 0) AS nobody_two
FROM (VALUES (bgnbd_model(1, 2, 3, 4)), (mbgnbd_model(1, 2, 3, 4)), (pareto_nbd_model(1, 2, 3, 4)),
             (bgbb_model(1, 2, 3, 4))) AS models(m);
SELECT purchase_pmf(bgbb_model(1, 2, 3, 4), 3, 2) AS three_of_two;
