-- Gamma-Gamma fits: what a purchase is worth.
-- 500 customers of the model with p = 2, q = 4, gamma = 30, drawn by md5: mean amounts of 1 to 6 purchases.
CREATE FUNCTION pg_temp.u(i int, k int) RETURNS float8
    RETURN (('x' || substr(md5(i || ':' || k), 1, 8))::bit(32)::bigint + 0.5) / 4294967296.0;
CREATE TEMP TABLE customers AS
    SELECT i, x, (SELECT sum(-ln(pg_temp.u(i, 10 + j))) FROM generate_series(1, 2 * x) AS j) / x / rate AS mean_amount
    FROM (SELECT i, 1 + i % 6 AS x, -ln(pg_temp.u(i, 1) * pg_temp.u(i, 2) * pg_temp.u(i, 3) * pg_temp.u(i, 4)) /
            30 AS rate FROM generate_series(1, 500) AS i) AS r;
-- The log-likelihood in plain SQL; ln gamma by Stirling's series at x + 20.
CREATE FUNCTION pg_temp.lngamma(x float8) RETURNS float8
    RETURN (SELECT (y - 0.5) * ln(y) - y + ln(2 * pi()) / 2 + 1 / (12 * y) - 1 / (360 * y ^ 3) + 1 / (1260 * y ^ 5) -
            (SELECT sum(ln(x + j)) FROM generate_series(0, 19) AS j)
            FROM (SELECT x + 20) AS s(y));
CREATE FUNCTION pg_temp.ll(p float8, q float8, g float8) RETURNS float8
    RETURN (SELECT sum(pg_temp.lngamma(p * x + q) - pg_temp.lngamma(p * x) - pg_temp.lngamma(q) + q * ln(g) +
                (p * x - 1) * ln(mean_amount) + p * x * ln(x)
                       - (p * x + q) * ln(g + x * mean_amount)) FROM customers);
CREATE TEMP TABLE fits AS SELECT gamma_gamma_fit(x, mean_amount) AS model FROM customers;
SELECT (s).model, (s).status, (s).customers, round((s).log_likelihood::numeric, 4) AS log_likelihood
FROM (SELECT model_summary(model) AS s FROM fits) AS f;
SELECT parameter, round(estimate::numeric, 4) AS estimate, round(standard_error::numeric, 4) AS standard_error
FROM fits, model_parameters(model);
SELECT bool_and(abs(ln(estimate / truth)) < 3 * standard_error / estimate) AS truth_within_three_standard_errors
FROM fits, model_parameters(model)
JOIN (VALUES ('p', 2), ('q', 4), ('gamma', 30)) AS t(parameter, truth) USING (parameter);
CREATE TEMP TABLE estimates AS
    SELECT log_likelihood(model) AS ll, model_parameter(model, 'p') AS p, model_parameter(model, 'q') AS q,
           model_parameter(model, 'gamma') AS g FROM fits;
SELECT abs(pg_temp.ll(p, q, g) - ll) < 1e-8 AS the_same_as_plain_sql FROM estimates;
SELECT bool_and(pg_temp.ll(p * f1, q * f2, g * f3) < ll) AS higher_than_its_neighbours
FROM estimates, (VALUES (1.01), (1), (0.99)) AS v1(f1), (VALUES (1.01), (1), (0.99)) AS v2(f2),
    (VALUES (1.01), (1), (0.99)) AS v3(f3) WHERE (f1, f2, f3) <> (1, 1, 1);
SELECT gamma_gamma_fit(x, mean_amount) = gamma_gamma_fit(spend_agg(x, mean_amount)) AS from_histories,
       gamma_gamma_fit(x, mean_amount) = gamma_gamma_weighted_fit(x, mean_amount, 1) AS weighted,
       gamma_gamma_fit(x, mean_amount) = gamma_gamma_fit(x, mean_amount) FILTER (WHERE true) AS filtered
FROM customers;
SELECT gamma_gamma_fit(x, CASE WHEN i % 2 = 0 THEN mean_amount END) =
       gamma_gamma_fit(x, mean_amount) FILTER (WHERE i % 2 = 0) AS who_has_no_mean_stays_out FROM customers;
SELECT model_status(gamma_gamma_fit(1 + i % 3, 20)) AS all_spend_alike FROM generate_series(1, 50) AS i;
SELECT model_description(gamma_gamma_fit(1, 20)) AS one;

-- Expected spend: between his own mean and that of all, nearer to his own the more he has bought.
SELECT x, round(expected_spend(gamma_gamma_model(6.25, 3.74, 15.44), x, CASE WHEN x > 0 THEN 60 END)::numeric,
           4) AS expected FROM generate_series(0, 8, 2) AS x;
SELECT abs(expected_spend(m, 0, NULL) - 6.25 * 15.44 / 2.74) < 1e-12 AS mean_of_all,
       abs(expected_spend(m, 3, 20) - 6.25 * (15.44 + 60) / (18.75 + 3.74 - 1)) < 1e-12 AS of_three
FROM gamma_gamma_model(6.25, 3.74, 15.44) AS m;
SELECT expected_spend(gamma_gamma_model(2, 0.9, 10), 0, NULL) AS infinite,
       expected_spend(gamma_gamma_model(2, 0.9, 10), 1, 20) AS finite,
       expected_spend('1:gamma_gamma:too few customers:1,0,0', 1, 20) AS no_model,
       expected_spend(NULL, 1, 20) AS no_model_2;
SELECT value > lower AND value < upper AS inside,
       round(((upper / value) / (value / lower))::numeric, 9) AS symmetric_in_the_logarithm
FROM fits, expected_spend_estimate(model, 3, 20);
SELECT * FROM expected_spend_estimate(gamma_gamma_model(6.25, 3.74, 15.44), 3, 20);
SELECT expected_spend(gamma_gamma_model(6.25, 3.74, 15.44), 3, NULL) AS error;
SELECT expected_spend(gamma_gamma_model(6.25, 3.74, 15.44), 3, -1) AS error;
SELECT expected_spend(sbg_model(1, 1), 3, 20) AS error;
SELECT expected_spend(gamma_gamma_model(6.25, 3.74, 15.44), 2.5, 20) AS error;
SELECT expected_spend(m, 3::numeric, 20::real) = expected_spend(m, 3::smallint, 20) AS types
FROM gamma_gamma_model(6.25, 3.74, 15.44) AS m;
-- Customers whose repeat purchases were free, or who have none, stay out of rows as they do of a customers value.
CREATE TEMP TABLE mixed AS
    SELECT i, CASE WHEN i % 7 = 0 THEN 0 WHEN i % 5 <> 0 THEN x END AS x,
           CASE WHEN i % 3 = 0 OR i % 7 = 0 THEN 0 WHEN i % 5 <> 0 THEN mean_amount END AS m FROM customers;
SELECT count(*) FILTER (WHERE x > 0 AND m = 0) AS free, count(*) FILTER (WHERE x = 0) AS none,
       count(*) FILTER (WHERE x IS NULL) AS unknown, count(*) FILTER (WHERE m > 0) AS counted FROM mixed;
SELECT spend_agg(x, m) = spend_agg(x, m) FILTER (WHERE m > 0 OR x IS NULL OR m IS NULL) AS states,
       spend_weighted_agg(x, m, 2) = spend_weighted_agg(x, m, 2) FILTER (WHERE m > 0 OR x IS NULL OR m IS NULL)
           AS weighted,
       skipped_rows(spend_agg(x, m)) = count(*) FILTER (WHERE x IS NULL OR m IS NULL) AS skipped,
       gamma_gamma_fit(x, m) = gamma_gamma_fit(x, m) FILTER (WHERE m > 0) AS fits,
       gamma_gamma_weighted_fit(x, m, 2) = gamma_gamma_weighted_fit(x, m, 2) FILTER (WHERE m > 0) AS weighted_fits
FROM mixed;
CREATE TEMP TABLE bought AS
    SELECT c, day,
           CASE WHEN c % 4 > 0 OR day = date '2025-01-01' + c THEN 5 + (c * 13 + i * 7) % 40 ELSE 0 END AS amount
    FROM (SELECT c, i, date '2025-01-01' + c + 9 * i AS day
          FROM generate_series(1, 60) AS c, generate_series(0, 5) AS i WHERE i <= c % 6) AS b;
SELECT gamma_gamma_fit(i.x, i.m) = gamma_gamma_fit(c) AS as_from_customers, count(*) FILTER (WHERE i.m = 0) AS free,
       (SELECT count(*) FROM (SELECT 1 FROM bought AS b
                              WHERE day > (SELECT min(day) FROM bought WHERE bought.c = b.c)
                              GROUP BY b.c HAVING sum(amount) > 0) AS t)
           = history_customers(spend_agg(i.x, i.m)) AS all_others
FROM (SELECT customers_agg(bought.c, day, amount) AS c FROM bought) AS v, model_inputs(c, '2025-12-31') AS i GROUP BY c;
SELECT spend_agg(2, 0) AS only_free, spend_agg(0, 0) AS none;
-- What such a customer will spend is not known.
SELECT expected_spend(m, 2, 0) AS free, e.value, e.lower, e.upper
FROM gamma_gamma_model(6.25, 3.74, 15.44) AS m, expected_spend_estimate(m, 2, 0) AS e;
SELECT spend_agg(2, -1) AS error;
SELECT spend_agg(1.5, 0) AS error;
SELECT spend_agg(0, 3) AS error;

-- A maximum that is very flat is one all the same, with intervals that say so. The values are those of R's optim() from
-- twelve random starts, on the likelihood as the paper writes it; 2,000 points around lie below.
SELECT model_status(m) AS few_customers, abs(log_likelihood(m) - -30.314407739) < 1e-6 AS as_high,
       (SELECT bool_and(abs(estimate / (w.v ->> parameter)::float8 - 1) < 1e-3) FROM model_parameters(m)) AS there,
       (SELECT max(ln(upper / lower)) > 40 AND min(lower) > 0 FROM model_parameters(m)) AS wide
FROM (SELECT gamma_gamma_weighted_fit(x, z, n) AS m
      FROM (VALUES (1, 19, 1), (1, 32, 1), (2, 10, 3), (2, 12, 1), (2, 16, 1), (2, 19, 1), (5, 10, 1),
                   (5, 16, 1))
           AS d(x, z, n)) AS f,
     (SELECT json_build_object('p', 4.487049, 'q', 96.17559, 'gamma', 298.0477)) AS w(v);

-- A model that could not be fitted, and none, expect nothing.
SELECT m AS too_few, expected_spend(m, 1, 5) IS NULL AS spend, expected_spend_estimate(m, 1, 5) AS no_estimate,
       expected_spend_estimate(NULL, 1, 5) AS no_model, expected_spend_estimate(m, 1, 5, NULL) AS no_confidence
FROM (SELECT gamma_gamma_fit(1, 5) AS m) AS fit;
