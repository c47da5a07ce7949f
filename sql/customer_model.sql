-- customer_model: what a fit gives.
-- Text form: model, status, customers, iterations and log-likelihood, parameters, covariance of their logarithms.
SELECT bgnbd_model(0.243, 4.414, 0.793, 2.426) AS published;
SELECT '1:sbg:converged:1000,6,-1680.25:0.704,1.182:0.0087,0.0099,0.0166'::customer_model AS round_trip;
SELECT '1:sbg:too few customers:3,0,0'::customer_model AS no_parameters;
SELECT '2:sbg:assumed:0,0,0:1,1'::customer_model AS error_newer_version;
SELECT '1:nbd:assumed:0,0,0:1,1'::customer_model AS error;
SELECT '1:sbg:perfect:0,0,0:1,1'::customer_model AS error;
SELECT '1:sbg:given:0,0,0:1,1'::customer_model AS error;
SELECT '1:sbg:assumed:0,0,0:1'::customer_model AS error;
SELECT '1:sbg:assumed:0,0,0:1,1,1'::customer_model AS error;
SELECT '1:sbg:assumed:0,0,0:1,-1'::customer_model AS error;
SELECT '1:sbg:assumed:0,0,0:1,0'::customer_model AS error;
SELECT '1:sbg:assumed:0,0,0:1,Infinity'::customer_model AS error;
SELECT '1:sbg:converged:9,6,-16:0.7,1.1:-1,0,1'::customer_model AS error_negative_variance;
SELECT '1:sbg:converged:9,6,-16:0.7,1.1:1,0'::customer_model AS error;
SELECT '1:sbg:converged:9,6,-16'::customer_model AS error_no_parameters;
SELECT '1:sbg:too few customers:3,0,0:1,1'::customer_model AS error_parameters;

-- Parameters somebody else has estimated.
SELECT mbgnbd_model(0.525, 6.183, 0.891, 1.614) AS mbgnbd, pareto_nbd_model(0.553, 10.578, 0.606, 11.669) AS pareto_nbd,
       bgbb_model(1.204, 0.75, 0.657, 2.783) AS bgbb, gamma_gamma_model(6.25, 3.74, 15.44) AS gamma_gamma,
       sbg_model(0.704, 1.182) AS sbg;
SELECT bgnbd_model(0.243, -4.414, 0.793, 2.426) AS error;
SELECT bgnbd_model(0.243, 'NaN', 0.793, 2.426) AS error;
SELECT sbg_model(1e200, 1) AS error;
SELECT sbg_model(NULL, 1) IS NULL AS unknown;

-- Accessors.
SELECT (model_summary(m)).*
FROM (VALUES ('1:sbg:converged:1000,6,-1680.25:0.704,1.182:0.0087,0.0099,0.0166'::customer_model), (sbg_model(1, 1)),
    ('1:sbg:too few customers:3,0,0')) AS t(m);
SELECT parameter, estimate, round(standard_error::numeric, 6) AS standard_error, round(lower::numeric, 6) AS lower,
       round(upper::numeric, 6) AS upper
FROM model_parameters('1:sbg:converged:1000,6,-1680.25:0.704,1.182:0.0087,0.0099,0.0166', 0.9);
-- The standard error is that of the logarithm times the estimate; the interval is symmetric in the logarithm.
SELECT bool_and(abs(ln(upper / estimate) - ln(estimate / lower)) < 1e-12) AS symmetric,
       bool_and(abs(ln(upper / estimate) - 1.959963984540054 * standard_error / estimate) < 1e-12) AS delta_method
FROM model_parameters('1:sbg:converged:1000,6,-1680.25:0.704,1.182:0.0087,0.0099,0.0166');
SELECT * FROM model_parameters(sbg_model(1, 2));
SELECT * FROM model_parameters('1:sbg:too few customers:3,0,0');
SELECT * FROM model_parameters(sbg_model(1, 2), 1.5);
SELECT model_parameter(sbg_model(1, 2), 'beta') AS two,
       model_parameter('1:sbg:too few customers:3,0,0', 'beta') AS unknown;
SELECT model_parameter(sbg_model(1, 2), 'gamma') AS error;
SELECT model_name(pareto_nbd_model(1, 1, 1, 1)) AS name, model_status(sbg_model(1, 2)) AS status,
       log_likelihood(sbg_model(1, 2)) AS of_no_data,
       log_likelihood('1:sbg:converged:1000,6,-1680.25:0.704,1.182:0.0087,0.0099,0.0166') AS log_likelihood;
SELECT model_description('1:sbg:converged:1000,6,-1680.25:0.704,1.182:0.0087,0.0099,0.0166') AS fitted,
       model_description(sbg_model(1, 2)) AS assumed,
       model_description('1:sbg:too few customers:3,0,0') AS nothing;

-- As json: every name is there, null where nothing is known. The covariance is that of the parameters.
SELECT '1:sbg:converged:1000,6,-1680.25:0.5,2:0.25,0.125,0.5'::customer_model::json AS fitted;
SELECT bgnbd_model(0.243, 4.414, 0.793, 2.426)::json AS assumed;
SELECT '1:bgnbd week:too few customers:3,0,0'::customer_model::json AS no_parameters;
SELECT bool_and(abs(sqrt((j -> 'covariance' -> (n - 1)::int -> (n - 1)::int)::float8) / standard_error - 1) < 1e-14)
           AS roots_are_standard_errors,
       bool_and((j -> 'parameters' -> parameter)::float8 = estimate) AS parameters
FROM (SELECT '1:sbg:converged:1000,6,-1680.25:0.704,1.182:0.0087,0.0099,0.0166'::customer_model) AS t(m),
     LATERAL (SELECT m::jsonb) AS u(j),
     model_parameters(m) WITH ORDINALITY AS p(parameter, estimate, standard_error, lower, upper, n);

-- Of customers the model was not fitted to: two lost at the first renewal, three still there after it.
SELECT round(log_likelihood(sbg_model(1, 2), '1:renewals:1,0,3;1,1,2')::numeric, 12) =
       round((2 * ln(1 / 3.0) + 3 * ln(2 / 3.0))::numeric, 12) AS by_hand,
       log_likelihood(sbg_model(1, 2), '1:renewals:') AS nobody,
       log_likelihood('1:sbg:too few customers:3,0,0', '1:renewals:') AS unknown;
SELECT log_likelihood(sbg_model(1, 2), '1:spending:') AS error;

-- Stored, compared, grouped.
SELECT count(DISTINCT m) AS two, min(m::text) AS a_model
FROM (VALUES (sbg_model(1, 2)), (sbg_model(1, 2)), (sbg_model(2, 1))) AS t(m);
SELECT sbg_model(1, 2) = '1:sbg:assumed:0,0,0:1,2' AS equal;

-- There is one zero, so that equal models have equal bytes.
SELECT '1:bgnbd:too few customers:1,0,-0'::customer_model;

-- Fits of no rows alike: a model, whose status says that there were too few customers.
SELECT model_status(bgnbd_fit(n, n, n)) AS bgnbd, model_status(mbgnbd_fit(n, n, n)) AS mbgnbd,
       model_status(pareto_nbd_fit(n, n, n)) AS pareto_nbd, model_status(bgbb_fit(n, n, n)) AS bgbb,
       model_status(gamma_gamma_fit(n, n)) AS gamma_gamma, model_status(sbg_fit(n, true)) AS sbg,
       model_status(bgnbd_fit('1:purchases:'::histories_state)) AS of_empty_histories,
       model_status(bgnbd_fit(NULL::histories_state)) IS NULL AS of_null
FROM (SELECT 1) AS t(n) WHERE false;
SELECT model_status(bgnbd_weighted_fit(n, n, n, n)) AS bgnbd, model_status(mbgnbd_weighted_fit(n, n, n, n)) AS mbgnbd,
       model_status(pareto_nbd_weighted_fit(n, n, n, n)) AS pareto_nbd,
       model_status(bgbb_weighted_fit(n, n, n, n)) AS bgbb,
       model_status(gamma_gamma_weighted_fit(n, n, n)) AS gamma_gamma, model_status(sbg_weighted_fit(n, true, n)) AS sbg
FROM (SELECT 1) AS t(n) WHERE false;
