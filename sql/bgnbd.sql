-- BG/NBD and MBG/NBD fits.
-- 400 customers who follow the model with r = 1, alpha = 3, a = 1, b = 2, drawn by md5: the same everywhere.
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8
    RETURN (('x' || substr(md5(i || ':' || k), 1, 8))::bit(32)::bigint + 0.5) / 4294967296.0;
CREATE TEMP TABLE customers AS
WITH RECURSIVE buying AS (
    SELECT i, 0 AS n, 0::float8 AS at, 20.0 + i % 20 AS t, -ln(pg_temp.u(i, 1)) / 3 AS rate, 1 - sqrt(pg_temp.u(i, 2)) AS dropout
    FROM generate_series(1, 400) AS i
    UNION ALL
    SELECT i, n + 1, next, t, rate, dropout
    FROM (SELECT *, at + ceil(-7 * ln(pg_temp.u(i, 100 + 2 * n)) / rate) / 7 AS next FROM buying
          WHERE n = 0 OR pg_temp.u(i, 101 + 2 * n) >= dropout) AS b
    WHERE next <= t)
SELECT i, max(n) AS x, max(at) AS t_x, max(t)::float8 AS t FROM buying GROUP BY i;
-- The log-likelihood in plain SQL: sums over the rising factorials, and the two ways to have been silent since t_x.
CREATE FUNCTION pg_temp.ll(kind text, r float8, alpha float8, a float8, b float8) RETURNS float8
    RETURN (SELECT sum((SELECT coalesce(sum(ln(r + j)), 0) FROM generate_series(0, x - 1) AS j) + r * ln(alpha) - (r + x) * ln(alpha + t)
        + (SELECT coalesce(sum(ln((b + j) / (a + b + j))), 0) FROM generate_series(0, x - 1 + m) AS j)
        + ln(1 + CASE WHEN x + m > 0 THEN a / (b + x - 1 + m) * ((alpha + t) / (alpha + t_x)) ^ (r + x) ELSE 0 END))
        FROM customers, (SELECT CASE kind WHEN 'mbgnbd' THEN 1 ELSE 0 END) AS k(m));
CREATE TEMP TABLE fits AS
    SELECT 'bgnbd' AS kind, bgnbd_fit(x, t_x, t) AS model FROM customers
    UNION ALL SELECT 'mbgnbd', mbgnbd_fit(x, t_x, t) FROM customers;

SELECT kind, (s).model, (s).status, (s).customers, round((s).log_likelihood::numeric, 4) AS log_likelihood, (s).iterations < 20 AS quick
FROM (SELECT kind, model_summary(model) AS s FROM fits) AS f;
SELECT kind, parameter, round(estimate::numeric, 4) AS estimate, round(standard_error::numeric, 4) AS standard_error
FROM fits, model_parameters(model);
SELECT bool_and(abs(ln(estimate / truth)) < 3 * standard_error / estimate) AS truth_within_three_standard_errors
FROM fits, model_parameters(model) JOIN (VALUES ('r', 1), ('alpha', 3), ('a', 1), ('b', 2)) AS t(parameter, truth) USING (parameter)
WHERE kind = 'bgnbd';

CREATE TEMP TABLE estimates AS
    SELECT kind, log_likelihood(model) AS ll, model_parameter(model, 'r') AS r, model_parameter(model, 'alpha') AS alpha,
           model_parameter(model, 'a') AS a, model_parameter(model, 'b') AS b
    FROM fits;
SELECT kind, abs(pg_temp.ll(kind, r, alpha, a, b) - ll) < 1e-8 AS the_same_as_plain_sql FROM estimates;
-- A maximum: every small step away from it loses.
SELECT bool_and(log_likelihood(CASE kind WHEN 'bgnbd' THEN bgnbd_model(r * f1, alpha * f2, a * f3, b * f4) ELSE mbgnbd_model(r * f1, alpha * f2, a * f3, b * f4) END, h) < ll)
           AS higher_than_its_neighbours, count(*) AS neighbours
FROM estimates, (SELECT histories_agg(x, t_x, t) AS h FROM customers) AS c, (VALUES (1.01), (1), (0.99)) AS v1(f1), (VALUES (1.01), (1), (0.99)) AS v2(f2),
     (VALUES (1.01), (1), (0.99)) AS v3(f3), (VALUES (1.01), (1), (0.99)) AS v4(f4)
WHERE (f1, f2, f3, f4) <> (1, 1, 1, 1);

-- Rows, histories and rolled-up histories give the same model, to the last bit; so do weights.
SELECT bgnbd_fit(x, t_x, t) = bgnbd_fit(histories_agg(x, t_x, t)) AS from_histories,
       bgnbd_fit(x, t_x, t ORDER BY md5(i::text)) = bgnbd_fit(x, t_x, t ORDER BY i) AS any_order,
       bgnbd_fit(x, t_x, t) = (SELECT bgnbd_fit(rollup(h ORDER BY h DESC)) FROM (SELECT histories_agg(x, t_x, t) AS h FROM customers GROUP BY i % 7) AS p) AS rolled_up,
       bgnbd_fit(x, t_x, t) = (SELECT bgnbd_weighted_fit(x, t_x, t, n)
                                FROM (SELECT x, t_x, t, count(*) AS n FROM customers GROUP BY 1, 2, 3) AS g) AS weighted,
       mbgnbd_fit(x, t_x, t) = mbgnbd_fit(histories_agg(x, t_x, t)) AS mbgnbd
FROM customers;
-- Another unit of time changes alpha only.
SELECT model_status(m) AS status, abs(model_parameter(m, 'alpha') / 604800 / alpha - 1) < 1e-6 AS alpha_in_seconds, abs(model_parameter(m, 'r') / r - 1) < 1e-6 AS r
FROM (SELECT bgnbd_fit(x, t_x * 604800, t * 604800) AS m FROM customers) AS f, estimates WHERE kind = 'bgnbd';

-- A status for everything, never an error.
SELECT model_description(bgnbd_fit(x, t_x, t)) AS nobody FROM customers WHERE false;
SELECT model_description(bgnbd_fit(x, t_x, t)) AS one FROM customers WHERE i = 1;
SELECT model_description(bgnbd_fit(0, 0, t)) AS nobody_came_back FROM customers;
SELECT model_status(bgnbd_fit(2, 8 + 2 * (i % 2), 10)) AS all_alike, model_status(mbgnbd_fit(2, 8 + 2 * (i % 2), 10)) AS all_alike FROM generate_series(1, 100) AS i;
SELECT model_status(m) AS status, count(*) FILTER (WHERE estimate > 0) AS estimates, count(standard_error) AS no_standard_errors
FROM (SELECT bgnbd_fit(2, 8 + 2 * (i % 2), 10) AS m FROM generate_series(1, 100) AS i) AS f, model_parameters(m) GROUP BY 1;
-- Not identified: of customers who are all alike the likelihood has no peak as r and alpha grow together.
SELECT what, model_status(model) AS status, further > here - 0.001 AS no_peak, further < here - 100 AS peak
FROM (SELECT 'all alike' AS what, bgnbd_fit(2, t_x, 10) AS model, histories_agg(2, t_x, 10) AS h
      FROM generate_series(1, 100) AS i, LATERAL (SELECT 8 + 2 * (i % 2)) AS l(t_x)
      UNION ALL SELECT 'all sorts', bgnbd_fit(x, t_x, t), histories_agg(x, t_x, t) FROM customers) AS f,
     LATERAL (SELECT model_parameter(model, 'r'), model_parameter(model, 'alpha'),
                     model_parameter(model, 'a'), model_parameter(model, 'b')) AS p(r, alpha, a, b),
     LATERAL (SELECT log_likelihood(model, h),
                     log_likelihood(bgnbd_model(100 * r, 100 * alpha, a, b), h)) AS l(here, further);
SELECT count(*) AS fits, count(*) FILTER (WHERE model_status(m) IN ('converged', 'not identified')) AS ended
FROM (SELECT bgnbd_fit(x, t_x, t) AS m FROM customers GROUP BY i % 13) AS f;
SELECT bgnbd_fit(x, t_x, NULL) = bgnbd_fit(x, t_x, t) FILTER (WHERE false) AS null_rows_are_skipped FROM customers;
SELECT bgnbd_fit('1:spending:'::histories_state) AS error;
SELECT bgnbd_fit(1, 3, 2) AS error;
