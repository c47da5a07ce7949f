-- BG/BB fits: who buys at which of a number of opportunities.
-- 3000 customers, five or six opportunities; buying probability ~ Beta(1, 2), dropout ~ Beta(1, 3), drawn by md5.
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8
    RETURN (('x' || substr(md5(i || ':' || k), 1, 8))::bit(32)::bigint + 0.5) / 4294967296.0;
CREATE TEMP TABLE customers AS
SELECT i, opportunities, count(*) FILTER (WHERE buys) AS x, coalesce(max(k) FILTER (WHERE buys), 0) AS t_x
FROM (SELECT i, k, 5 + i % 2 AS opportunities,
             pg_temp.u(i, 10 + k) < 1 - sqrt(1 - pg_temp.u(i, 1))
             AND (SELECT min(pg_temp.u(i, 30 + j)) FROM generate_series(1, k) AS j) > 1 -
                 (1 - pg_temp.u(i, 2)) ^ (1 / 3.0) AS buys
      FROM generate_series(1, 3000) AS i, generate_series(1, 5 + i % 2) AS k) AS s
GROUP BY i, opportunities;
-- The likelihood in plain SQL: alive at the end, or dead before opportunity m + 1.
CREATE FUNCTION pg_temp.rise(a float8, n bigint) RETURNS float8
    RETURN (SELECT coalesce(exp(sum(ln(a + j))), 1) FROM generate_series(0, n - 1) AS j);
CREATE FUNCTION pg_temp.likelihood(alpha float8, beta float8, gamma float8, delta float8, x bigint, t_x bigint,
        n bigint) RETURNS float8
    RETURN pg_temp.rise(alpha, x) * (
        pg_temp.rise(beta, n - x) / pg_temp.rise(alpha + beta, n) * pg_temp.rise(delta, n) /
        pg_temp.rise(gamma + delta, n)
        + (SELECT coalesce(sum(pg_temp.rise(beta, m - x) / pg_temp.rise(alpha + beta, m) * gamma *
                pg_temp.rise(delta, m) / pg_temp.rise(gamma + delta, m + 1)), 0)
           FROM generate_series(t_x, n - 1) AS m));
CREATE TEMP TABLE counted AS SELECT x, t_x, opportunities, count(*) AS n FROM customers GROUP BY 1, 2, 3;
CREATE TEMP TABLE fits AS SELECT bgbb_fit(x, t_x, opportunities) AS model FROM customers;

SELECT (s).model, (s).status, (s).customers, round((s).log_likelihood::numeric, 4) AS log_likelihood
FROM (SELECT model_summary(model) AS s FROM fits) AS f;
SELECT parameter, round(estimate::numeric, 4) AS estimate, round(standard_error::numeric, 4) AS standard_error
FROM fits, model_parameters(model);
SELECT bool_and(abs(ln(estimate / truth)) < 3 * standard_error / estimate) AS truth_within_three_standard_errors
FROM fits, model_parameters(model)
JOIN (VALUES ('alpha', 1), ('beta', 2), ('gamma', 1), ('delta', 3)) AS t(parameter, truth) USING (parameter);
CREATE TEMP TABLE estimates AS
    SELECT log_likelihood(model) AS ll, model_parameter(model, 'alpha') AS a, model_parameter(model, 'beta') AS b,
           model_parameter(model, 'gamma') AS g,
           model_parameter(model, 'delta') AS d
    FROM fits;
SELECT abs(sum(n * ln(pg_temp.likelihood(a, b, g, d, x, t_x, opportunities))) - min(ll)) < 1e-8 AS the_same_as_plain_sql
FROM estimates, counted;
SELECT bool_and(log_likelihood(bgbb_model(a * f1, b * f2, g * f3, d * f4), h) < ll) AS higher_than_its_neighbours
FROM estimates, (SELECT opportunities_weighted_agg(x, t_x, opportunities, n) AS h FROM counted) AS c,
    (VALUES (1.01), (1), (0.99)) AS v1(f1),
     (VALUES (1.01), (1), (0.99)) AS v2(f2), (VALUES (1.01), (1), (0.99)) AS v3(f3),
     (VALUES (1.01), (1), (0.99)) AS v4(f4)
WHERE (f1, f2, f3, f4) <> (1, 1, 1, 1);

SELECT bgbb_fit(x, t_x, opportunities) = bgbb_fit(opportunities_agg(x, t_x, opportunities)) AS from_histories,
       bgbb_fit(x, t_x, opportunities) = (SELECT bgbb_weighted_fit(x, t_x, opportunities, n) FROM counted) AS weighted
FROM customers;
SELECT model_description(bgbb_fit(0, 0, 6)) AS nobody_bought FROM generate_series(1, 10);
SELECT bgbb_fit(3, 2, 6) AS error;

-- Predictions against plain sums: for x = 2 of 6, the last at the fourth.
SELECT abs(p_alive(m, 2, 4, 6) - l.alive * (d + 6) / (g + d + 6)) < 1e-12 AS alive_at_the_next,
       abs(expected_purchases(m, 2, 4, 6, 3) - l.alive * (a + 2) / (a + b + 6) * ((d + 6) / (g + d + 6)
           + (d + 6) * (d + 7) / ((g + d + 6) * (g + d + 7)) + (d + 6) * (d + 7) * (d + 8) /
           ((g + d + 6) * (g + d + 7) * (g + d + 8)))) < 1e-12 AS expected,
       abs(purchase_probability(m, 2, 4, 6, 1) - expected_purchases(m, 2, 4, 6, 1)) < 1e-12 AS one_opportunity
FROM fits, estimates,
    LATERAL (SELECT pg_temp.rise(a, 2) * pg_temp.rise(b, 4) / pg_temp.rise(a + b, 6) * pg_temp.rise(d, 6) /
        pg_temp.rise(g + d, 6)
                               / pg_temp.likelihood(a, b, g, d, 2, 4, 6)) AS l(alive), LATERAL (SELECT model) AS f2(m);
SELECT abs(sum(purchase_pmf(model, n, 6)) - 1) < 1e-12 AS sum_of_probabilities,
       abs(sum(n * purchase_pmf(model, n, 6)) - min(expected_purchases_new(model, 6))) < 1e-12 AS mean
FROM fits, generate_series(0, 6) AS n;
SELECT p_alive(model, 2, 4.5, 6) AS error FROM fits;
SELECT expected_purchases(model, 2, 4, 6, 2.5) AS error FROM fits;

-- A maximum that is very flat is one all the same, with intervals that say so. The values are those of R's optim() from
-- twelve random starts, on the likelihood as the paper writes it; 2,000 points around lie below.
SELECT model_status(m) AS few_customers, abs(log_likelihood(m) - -21.145812610) < 1e-6 AS as_high,
       (SELECT bool_and(abs(estimate / (w.v ->> parameter)::float8 - 1) < 1e-3) FROM model_parameters(m)) AS there,
       (SELECT max(ln(upper / lower)) > 40 AND min(lower) > 0 FROM model_parameters(m)) AS wide
FROM (SELECT bgbb_weighted_fit(x, t_x, opportunities, n) AS m
      FROM (VALUES (0, 0, 4, 1), (0, 0, 6, 2), (0, 0, 7, 2), (1, 1, 5, 1), (3, 3, 4, 1), (5, 5, 7, 1),
                   (5, 6, 7, 1), (7, 7, 7, 1))
           AS d(x, t_x, opportunities, n)) AS f,
     (SELECT json_build_object('alpha', 49.70954, 'beta', 5.70684, 'gamma', 0.5452285, 'delta', 0.6188025)) AS w(v);
