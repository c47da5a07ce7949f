-- Forecasts of simulated customers, one for ten of the rows: weeks with the resolution of days. The promises, in seconds of
-- one processor on a million customers: BG/NBD fit 0.5, Pareto/NBD fit 4, scoring 1. The ratios are against reading the
-- same rows.
SELECT setseed(0.5);
CREATE FUNCTION bench_exponential() RETURNS float8 LANGUAGE sql RETURN -ln(1 - random());
CREATE FUNCTION bench_half() RETURNS float8 LANGUAGE sql RETURN -ln(1 - random()) * cos(2 * pi() * random()) ^ 2; -- Gamma(1/2)
CREATE UNLOGGED TABLE drawn AS -- BG/NBD as in the simulated business: r = 0.5, alpha = 8 weeks, a = 0.5, b = 2.5
SELECT i, 39 + i % 455 / 7.0::float8 AS t, bench_half() / 8 AS rate, one / (one + bench_half() + bench_exponential() + bench_exponential()) AS dropout
FROM (SELECT i, bench_half() AS one FROM generate_series(1, :rows / 10) AS i OFFSET 0) AS g;
CREATE UNLOGGED TABLE buyers AS
WITH RECURSIVE buying AS (
    SELECT i, 0 AS n, 0::float8 AS at, t, rate, dropout FROM drawn
    UNION ALL
    SELECT i, n + 1, next, t, rate, dropout
    FROM (SELECT *, at + ceil(-7 * ln(1 - random()) / rate) / 7 AS next FROM buying WHERE n = 0 OR random() >= dropout) AS b
    WHERE next <= t)
SELECT max(n)::bigint AS x, max(at) AS t_x, max(t) AS t, CASE WHEN max(n) > 0 THEN greatest(round((25 * 6 * (1 - 1 / (54.0 * max(n)) + sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random()) / (3 * sqrt(6 * max(n)))) ^ 3
           / (bench_exponential() + bench_exponential() + bench_exponential() + bench_exponential()))::numeric, 2), 0.01)::float8 END AS m -- Gamma-Gamma: p = 6, q = 4, gamma = 25
FROM buying GROUP BY i;
VACUUM (FREEZE, ANALYZE) buyers;
CREATE TABLE models AS
SELECT histories_agg(x, t_x, t) AS h, bgnbd_fit(x, t_x, t) AS bgnbd, pareto_nbd_fit(x, t_x, t) AS pareto_nbd, gamma_gamma_fit(x, m) AS gamma_gamma FROM buyers;

CALL bench_pair('histories_agg against sum of the same three columns', 'SELECT histories_agg(x, t_x, t) FROM buyers',
    'SELECT sum(x), sum(t_x), sum(t) FROM buyers', runs => 3);
CALL bench_pair('bgnbd_fit over rows against collecting them', 'SELECT bgnbd_fit(x, t_x, t) FROM buyers',
    'SELECT histories_agg(x, t_x, t) FROM buyers', runs => 3);
CALL bench_pair('bgnbd_fit of collected histories against reading the rows', 'SELECT bgnbd_fit(h) FROM models', 'SELECT sum(x), sum(t_x), sum(t) FROM buyers', runs => 3);
CALL bench_pair('mbgnbd_fit of collected histories against reading the rows', 'SELECT mbgnbd_fit(h) FROM models', 'SELECT sum(x), sum(t_x), sum(t) FROM buyers', runs => 3);
CALL bench_pair('pareto_nbd_fit of collected histories against reading the rows', 'SELECT pareto_nbd_fit(h) FROM models', 'SELECT sum(x), sum(t_x), sum(t) FROM buyers', runs => 3);
CALL bench_pair('gamma_gamma_fit over rows against reading the rows', 'SELECT gamma_gamma_fit(x, m) FROM buyers', 'SELECT sum(x), sum(m) FROM buyers', runs => 3);
CALL bench_pair('scoring: p_alive and expected_purchases, BG/NBD, against reading the rows',
    'SELECT sum(p_alive(bgnbd, x, t_x, t)), sum(expected_purchases(bgnbd, x, t_x, t, 52)) FROM buyers, models', 'SELECT sum(x), sum(t_x), sum(t) FROM buyers', runs => 3);
CALL bench_pair('scoring: p_alive and expected_purchases, Pareto/NBD, against reading the rows',
    'SELECT sum(p_alive(pareto_nbd, x, t_x, t)), sum(expected_purchases(pareto_nbd, x, t_x, t, 52)) FROM buyers, models', 'SELECT sum(x), sum(t_x), sum(t) FROM buyers', runs => 3);
CALL bench_pair('scoring: predicted_clv over a year, BG/NBD, against reading the rows',
    $$SELECT sum(predicted_clv(bgnbd, gamma_gamma, x, t_x, t, m, 'week', 52)) FROM buyers, models$$, 'SELECT sum(x), sum(t_x), sum(t) FROM buyers', runs => 3);
