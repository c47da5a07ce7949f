-- Forecasts of simulated customers, a tenth of the rows: BG/NBD in weeks with the days of an export. The promises, in
-- seconds of one processor on a million customers: BG/NBD fit 0.5, Pareto/NBD fit 4, scoring 1. The ratios below are
-- against reading the same rows.
CREATE UNLOGGED TABLE histories AS
WITH drawn AS (
    SELECT i, 40 + i % 40 AS t, -ln(random()) * random() ^ 2 * 0.2 AS rate, random() ^ 2 AS dropout FROM generate_series(1, :rows / 10) AS i
), silent AS (
    SELECT i, t, least(floor(-ln(random()) / (dropout + 0.02)), floor(rate * t * 2 * random()))::bigint AS x FROM drawn
)
SELECT x, CASE WHEN x > 0 THEN ceil(7 * t * random() ^ (1.0 / x)) / 7 ELSE 0 END AS t_x, t::float8 AS t,
       CASE WHEN x > 0 THEN round((20 + 60 * random() ^ 2)::numeric, 2)::float8 END AS m
FROM silent;
VACUUM (FREEZE, ANALYZE) histories;
CREATE TABLE models AS
SELECT histories_agg(x, t_x, t) AS h, bgnbd_fit(x, t_x, t) AS bgnbd, pareto_nbd_fit(x, t_x, t) AS pareto_nbd, gamma_gamma_fit(x, m) AS gamma_gamma FROM histories;

CALL bench_pair('histories_agg against sum of the same three columns', 'SELECT histories_agg(x, t_x, t) FROM histories',
    'SELECT sum(x), sum(t_x), sum(t) FROM histories', runs => 3);
CALL bench_pair('bgnbd_fit over rows against collecting them', 'SELECT bgnbd_fit(x, t_x, t) FROM histories',
    'SELECT histories_agg(x, t_x, t) FROM histories', runs => 3);
CALL bench_pair('bgnbd_fit of collected histories against reading the rows', 'SELECT bgnbd_fit(h) FROM models', 'SELECT sum(x), sum(t_x), sum(t) FROM histories', runs => 3);
CALL bench_pair('mbgnbd_fit of collected histories against reading the rows', 'SELECT mbgnbd_fit(h) FROM models', 'SELECT sum(x), sum(t_x), sum(t) FROM histories', runs => 3);
CALL bench_pair('pareto_nbd_fit of collected histories against reading the rows', 'SELECT pareto_nbd_fit(h) FROM models', 'SELECT sum(x), sum(t_x), sum(t) FROM histories', runs => 3);
CALL bench_pair('gamma_gamma_fit over rows against reading the rows', 'SELECT gamma_gamma_fit(x, m) FROM histories', 'SELECT sum(x), sum(m) FROM histories', runs => 3);
CALL bench_pair('scoring: p_alive and expected_purchases, BG/NBD, against reading the rows',
    'SELECT sum(p_alive(bgnbd, x, t_x, t)), sum(expected_purchases(bgnbd, x, t_x, t, 52)) FROM histories, models', 'SELECT sum(x), sum(t_x), sum(t) FROM histories', runs => 3);
CALL bench_pair('scoring: p_alive and expected_purchases, Pareto/NBD, against reading the rows',
    'SELECT sum(p_alive(pareto_nbd, x, t_x, t)), sum(expected_purchases(pareto_nbd, x, t_x, t, 52)) FROM histories, models', 'SELECT sum(x), sum(t_x), sum(t) FROM histories', runs => 3);
CALL bench_pair('scoring: predicted_clv over a year, BG/NBD, against reading the rows',
    $$SELECT sum(predicted_clv(bgnbd, gamma_gamma, x, t_x, t, m, 'week', 52)) FROM histories, models$$, 'SELECT sum(x), sum(t_x), sum(t) FROM histories', runs => 3);
