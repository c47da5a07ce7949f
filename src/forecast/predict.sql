-- Predictions from a model of purchases and a history: x repeat purchases, age t_x at the last, age t now.
CREATE FUNCTION p_alive(model customer_model, x double precision, t_x double precision, t double precision,
    horizon double precision DEFAULT 0) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_p_alive' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION p_alive(customer_model, double precision, double precision, double precision, double precision) IS
    'probability that the customer is still alive at t + horizon, as known at t (BG/BB: at the opportunity after that)';
CREATE FUNCTION p_alive_estimate(model customer_model, x double precision, t_x double precision, t double precision,
    horizon double precision DEFAULT 0, confidence double precision DEFAULT 0.95, OUT value double precision, OUT lower double precision, OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_p_alive_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION p_alive_estimate(customer_model, double precision, double precision, double precision, double precision, double precision) IS
    'probability that the customer is still alive at t + horizon, as known at t, with its interval (delta method)';
CREATE FUNCTION expected_purchases(model customer_model, x double precision, t_x double precision, t double precision, horizon double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_expected_purchases' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION expected_purchases(customer_model, double precision, double precision, double precision, double precision) IS
    'expected purchases within the horizon after t, in the unit of time of the model';
CREATE FUNCTION expected_purchases_estimate(model customer_model, x double precision, t_x double precision, t double precision, horizon double precision,
    confidence double precision DEFAULT 0.95, OUT value double precision, OUT lower double precision, OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_expected_purchases_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION expected_purchases_estimate(customer_model, double precision, double precision, double precision, double precision, double precision) IS
    'expected purchases within the horizon after t, in the unit of time of the model, with its interval (delta method)';
CREATE FUNCTION expected_purchases_new(model customer_model, horizon double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_expected_purchases_new' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION expected_purchases_new(customer_model, double precision) IS
    'expected repeat purchases of a new customer within the horizon';
CREATE FUNCTION expected_purchases_new_estimate(model customer_model, horizon double precision,
    confidence double precision DEFAULT 0.95, OUT value double precision, OUT lower double precision, OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_expected_purchases_new_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION expected_purchases_new_estimate(customer_model, double precision, double precision) IS
    'expected repeat purchases of a new customer within the horizon, with its interval (delta method)';
CREATE FUNCTION purchase_probability(model customer_model, x double precision, t_x double precision, t double precision, horizon double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchase_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION purchase_probability(customer_model, double precision, double precision, double precision, double precision) IS
    'probability of at least one purchase within the horizon after t';
CREATE FUNCTION purchase_probability_estimate(model customer_model, x double precision, t_x double precision, t double precision, horizon double precision,
    confidence double precision DEFAULT 0.95, OUT value double precision, OUT lower double precision, OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_purchase_probability_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION purchase_probability_estimate(customer_model, double precision, double precision, double precision, double precision, double precision) IS
    'probability of at least one purchase within the horizon after t, with its interval (delta method)';
CREATE FUNCTION churn_probability(model customer_model, x double precision, t_x double precision, t double precision, horizon double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_churn_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION churn_probability(customer_model, double precision, double precision, double precision, double precision) IS
    'probability of no purchase within the horizon after t: 1 - purchase_probability';
CREATE FUNCTION churn_probability_estimate(model customer_model, x double precision, t_x double precision, t double precision, horizon double precision,
    confidence double precision DEFAULT 0.95, OUT value double precision, OUT lower double precision, OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_churn_probability_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION churn_probability_estimate(customer_model, double precision, double precision, double precision, double precision, double precision) IS
    'probability of no purchase within the horizon after t, with its interval (delta method)';
CREATE FUNCTION purchase_pmf(model customer_model, n double precision, t double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchase_pmf' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION purchase_pmf(customer_model, double precision, double precision) IS
    'probability that a new customer makes exactly n repeat purchases in the time t';
