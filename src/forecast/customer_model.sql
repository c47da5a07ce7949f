-- customer_model: what a fit gives. Which model, its estimates with their covariance, and how the fit ended.
-- @type customer_model cm_customer_model
COMMENT ON TYPE customer_model IS 'a fitted model of purchases, spending or contracts: estimates, their covariance, log-likelihood, status';
CREATE FUNCTION _customer_model_json(customer_model) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_customer_model_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _customer_model_json(customer_model) IS
    '{"model": "bgnbd", "status", "unit", "customers", "iterations", "log_likelihood", "parameters": {"r", ...}, "covariance": [[...], ...]}: of the parameters in their order; null where there is none';
-- @json customer_model

CREATE FUNCTION model_summary(customer_model, OUT model text, OUT status text, OUT customers bigint, OUT log_likelihood double precision,
    OUT aic double precision, OUT iterations integer)
    AS 'MODULE_PATHNAME', 'cm_customer_model_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION model_summary(customer_model) IS
    'the model in one row; aic = 2 parameters - 2 log-likelihood, smaller is better among models of the same data';
CREATE FUNCTION model_parameters(customer_model, confidence double precision DEFAULT 0.95, OUT parameter text, OUT estimate double precision,
    OUT standard_error double precision, OUT lower double precision, OUT upper double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customer_model_parameters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4;
COMMENT ON FUNCTION model_parameters(customer_model, double precision) IS
    'estimates with standard errors, and intervals that are symmetric in their logarithms; NULL where not identified';
CREATE FUNCTION model_parameter(customer_model, parameter text) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_customer_model_parameter' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_parameter(customer_model, text) IS
    'one estimate by its name; NULL with too few customers';
CREATE FUNCTION model_name(customer_model) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_customer_model_name' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_name(customer_model) IS
    'name of the model in the literature';
CREATE FUNCTION model_status(customer_model) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_customer_model_status' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_status(customer_model) IS
    'converged; not identified: the likelihood has no single peak; too few customers; not converged; assumed: parameters from elsewhere';
CREATE FUNCTION model_unit(customer_model) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_customer_model_unit' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_unit(customer_model) IS
    'unit of time of a model fitted to customers: day, week, month, quarter or year; NULL if the histories came with times only';
CREATE FUNCTION log_likelihood(customer_model) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_customer_model_loglik' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION log_likelihood(customer_model) IS
    'logarithm of the likelihood at the estimates; NULL without a fit';
CREATE FUNCTION log_likelihood(model customer_model, histories_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_customer_model_loglik_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION log_likelihood(customer_model, histories_state) IS
    'logarithm of the likelihood of these customers under the model: to compare models on data they were not fitted to';
CREATE FUNCTION model_description(customer_model) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_customer_model_describe' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_description(customer_model) IS
    'the model in a sentence, standard errors in brackets';
