-- BG/NBD and MBG/NBD fits.
-- 400 customers who follow the model with r = 1, alpha = 3, a = 1, b = 2, drawn by md5: the same everywhere.
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8
    RETURN (('x' || substr(md5(i || ':' || k), 1, 8))::bit(32)::bigint + 0.5) / 4294967296.0;
CREATE TEMP TABLE customers AS
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
-- The log-likelihood in plain SQL: sums over the rising factorials, and the two ways to have been silent since t_x.
CREATE FUNCTION pg_temp.ll(kind text, r float8, alpha float8, a float8, b float8) RETURNS float8
    RETURN (SELECT sum((SELECT coalesce(sum(ln(r + j)), 0) FROM generate_series(0, x - 1) AS j) + r * ln(alpha) -
                (r + x) * ln(alpha + t)
        + (SELECT coalesce(sum(ln((b + j) / (a + b + j))), 0) FROM generate_series(0, x - 1 + m) AS j)
        + ln(1 + CASE WHEN x + m > 0 THEN a / (b + x - 1 + m) * ((alpha + t) / (alpha + t_x)) ^ (r + x) ELSE 0 END))
        FROM customers, (SELECT CASE kind WHEN 'mbgnbd' THEN 1 ELSE 0 END) AS k(m));
CREATE TEMP TABLE fits AS
    SELECT 'bgnbd' AS kind, bgnbd_fit(x, t_x, t) AS model FROM customers
    UNION ALL SELECT 'mbgnbd', mbgnbd_fit(x, t_x, t) FROM customers;

SELECT kind, (s).model, (s).status, (s).customers, round((s).log_likelihood::numeric, 4) AS log_likelihood,
       (s).iterations < 20 AS quick
FROM (SELECT kind, model_summary(model) AS s FROM fits) AS f;
SELECT kind, parameter, round(estimate::numeric, 4) AS estimate, round(standard_error::numeric, 4) AS standard_error
FROM fits, model_parameters(model);
SELECT bool_and(abs(ln(estimate / truth)) < 3 * standard_error / estimate) AS truth_within_three_standard_errors
FROM fits, model_parameters(model)
JOIN (VALUES ('r', 1), ('alpha', 3), ('a', 1), ('b', 2)) AS t(parameter, truth) USING (parameter)
WHERE kind = 'bgnbd';

CREATE TEMP TABLE estimates AS
    SELECT kind, log_likelihood(model) AS ll, model_parameter(model, 'r') AS r,
           model_parameter(model, 'alpha') AS alpha,
           model_parameter(model, 'a') AS a, model_parameter(model, 'b') AS b
    FROM fits;
SELECT kind, abs(pg_temp.ll(kind, r, alpha, a, b) - ll) < 1e-8 AS the_same_as_plain_sql FROM estimates;
-- A maximum: every small step away from it loses.
SELECT bool_and(log_likelihood(CASE kind WHEN 'bgnbd' THEN bgnbd_model(r * f1, alpha * f2, a * f3, b * f4)
               ELSE mbgnbd_model(r * f1, alpha * f2, a * f3, b * f4) END, h) < ll)
           AS higher_than_its_neighbours, count(*) AS neighbours
FROM estimates, (SELECT histories_agg(x, t_x, t) AS h FROM customers) AS c, (VALUES (1.01), (1), (0.99)) AS v1(f1),
    (VALUES (1.01), (1), (0.99)) AS v2(f2),
     (VALUES (1.01), (1), (0.99)) AS v3(f3), (VALUES (1.01), (1), (0.99)) AS v4(f4)
WHERE (f1, f2, f3, f4) <> (1, 1, 1, 1);

-- Rows, histories and rolled-up histories give the same model, to the last bit; so do weights.
SELECT bgnbd_fit(x, t_x, t) = bgnbd_fit(histories_agg(x, t_x, t)) AS from_histories,
       bgnbd_fit(x, t_x, t ORDER BY md5(i::text)) = bgnbd_fit(x, t_x, t ORDER BY i) AS any_order,
       bgnbd_fit(x, t_x, t) = (SELECT bgnbd_fit(rollup(h ORDER BY h DESC))
           FROM (SELECT histories_agg(x, t_x, t) AS h FROM customers GROUP BY i % 7) AS p) AS rolled_up,
       bgnbd_fit(x, t_x, t) = (SELECT bgnbd_weighted_fit(x, t_x, t, n)
                                FROM (SELECT x, t_x, t, count(*) AS n FROM customers GROUP BY 1, 2,
                                        3) AS g) AS weighted,
       mbgnbd_fit(x, t_x, t) = mbgnbd_fit(histories_agg(x, t_x, t)) AS mbgnbd
FROM customers;
-- Another unit of time changes alpha only.
SELECT model_status(m) AS status, abs(model_parameter(m, 'alpha') / 604800 / alpha - 1) < 1e-6 AS alpha_in_seconds,
       abs(model_parameter(m, 'r') / r - 1) < 1e-6 AS r
FROM (SELECT bgnbd_fit(x, t_x * 604800, t * 604800) AS m FROM customers) AS f, estimates WHERE kind = 'bgnbd';

-- A status for everything, never an error.
SELECT model_description(bgnbd_fit(x, t_x, t)) AS nobody FROM customers WHERE false;
SELECT model_description(bgnbd_fit(x, t_x, t)) AS one FROM customers WHERE i = 1;
SELECT model_description(bgnbd_fit(0, 0, t)) AS nobody_came_back FROM customers;
SELECT model_status(bgnbd_fit(2, 8 + 2 * (i % 2), 10)) AS all_alike,
       model_status(mbgnbd_fit(2, 8 + 2 * (i % 2), 10)) AS all_alike_2 FROM generate_series(1, 100) AS i;
SELECT model_status(m) AS status, count(*) FILTER (WHERE estimate > 0) AS estimates,
       count(standard_error) AS no_standard_errors
FROM (SELECT bgnbd_fit(2, 8 + 2 * (i % 2), 10) AS m FROM generate_series(1, 100) AS i) AS f, model_parameters(m)
GROUP BY 1;
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

-- A maximum that is very flat is one all the same, with intervals that say so. The values are those of R's optim() from
-- twelve random starts, on the likelihood as the paper writes it; 2,000 points around lie below.
SELECT model_status(m) AS few_customers, abs(log_likelihood(m) - -108.408518068) < 1e-6 AS as_high,
       (SELECT bool_and(abs(estimate / (w.v ->> parameter)::float8 - 1) < 1e-3) FROM model_parameters(m)) AS there,
       (SELECT max(ln(upper / lower)) > 40 AND min(lower) > 0 FROM model_parameters(m)) AS wide
FROM (SELECT bgnbd_weighted_fit(x, t_x, t, n) AS m
      FROM (VALUES (0, 0, 20, 2), (0, 0, 24, 2), (0, 0, 30, 1), (0, 0, 35, 1), (0, 0, 39, 1), (1, 11, 26, 1),
                   (1, 20, 26, 1), (1, 23, 31, 1), (1, 8, 32, 1), (1, 12, 32, 1), (1, 2, 36, 1),
                   (2, 12, 27, 1), (2, 15, 34, 1), (2, 36, 37, 1), (3, 16, 24, 1), (3, 18, 31, 1),
                   (4, 16, 23, 1), (5, 29, 29, 1))
           AS d(x, t_x, t, n)) AS f,
     (SELECT json_build_object('r', 1.684838, 'alpha', 31.18096, 'a', 0.3984621, 'b', 2.470175)) AS w(v);

-- The same of the MBG/NBD. The values are those of R's optim() from
-- twelve random starts, on the likelihood as the paper writes it; 2,000 points around lie below.
SELECT model_status(m) AS few_customers, abs(log_likelihood(m) - -208.844841461) < 1e-6 AS as_high,
       (SELECT bool_and(abs(estimate / (w.v ->> parameter)::float8 - 1) < 1e-3) FROM model_parameters(m)) AS there,
       (SELECT max(ln(upper / lower)) > 40 AND min(lower) > 0 FROM model_parameters(m)) AS wide
FROM (SELECT mbgnbd_weighted_fit(x, t_x, t, n) AS m
      FROM (VALUES (0, 0, 21, 1), (0, 0, 22, 2), (0, 0, 23, 3), (0, 0, 24, 1), (0, 0, 25, 1), (0, 0, 28, 1),
                   (0, 0, 29, 1), (0, 0, 30, 1), (0, 0, 34, 1), (0, 0, 35, 1), (0, 0, 36, 1), (0, 0, 37, 3),
                   (0, 0, 38, 1), (1, 2, 27, 1), (1, 13, 27, 1), (1, 23, 28, 1), (1, 11, 31, 1),
                   (1, 18, 33, 1), (1, 27, 34, 1), (1, 8, 35, 1), (1, 7, 38, 1), (1, 30, 38, 1),
                   (2, 22, 22, 1), (2, 8, 23, 1), (2, 7, 27, 1), (2, 17, 36, 1), (2, 19, 36, 1),
                   (3, 28, 31, 1), (3, 32, 32, 1), (3, 28, 34, 1), (3, 36, 38, 1), (4, 24, 34, 1),
                   (4, 30, 37, 1), (5, 33, 36, 1), (7, 34, 38, 1))
           AS d(x, t_x, t, n)) AS f,
     (SELECT json_build_object('r', 3.490923, 'alpha', 65.60931, 'a', 0.01818274, 'b', 0.05880402)) AS w(v);
