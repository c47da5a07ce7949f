-- Discounted purchases and predicted lifetime value.
CREATE FUNCTION discounted_purchases(model customer_model, x double precision, t_x double precision, t double precision, unit text,
    horizon double precision DEFAULT NULL, discount_rate double precision DEFAULT 0.1) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_discounted_purchases_of' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION discounted_purchases(customer_model, double precision, double precision, double precision, text, double precision, double precision) IS
    'expected purchases after t, each discounted to t from the moment when it is made: y years of 365.25 days later it counts (1 + discount_rate) ^ -y, so that the rate is effective per year; the unit is that of t_x, t and the horizon; no horizon: for ever, which has a finite value without discount where the parameter s, a or gamma (Pareto/NBD, BG/NBD and MBG/NBD, BG/BB) is above 1 only';
CREATE FUNCTION predicted_clv(model customer_model, spend_model customer_model, x double precision, t_x double precision, t double precision, mean_amount double precision, unit text,
    horizon double precision DEFAULT NULL, discount_rate double precision DEFAULT 0.1, margin double precision DEFAULT 1) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_predicted_clv' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION predicted_clv(customer_model, customer_model, double precision, double precision, double precision, double precision, text, double precision, double precision, double precision) IS
    'value of what the customer will still buy: discounted_purchases, with its discount rate effective per year, x expected amount x margin; NULL where all his repeat purchases were free (mean_amount 0)';
CREATE FUNCTION predicted_clv_estimate(model customer_model, spend_model customer_model, x double precision, t_x double precision, t double precision, mean_amount double precision, unit text,
    horizon double precision DEFAULT NULL, discount_rate double precision DEFAULT 0.1, margin double precision DEFAULT 1,
    confidence double precision DEFAULT 0.95, OUT value double precision, OUT lower double precision, OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_predicted_clv_estimate' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION predicted_clv_estimate(customer_model, customer_model, double precision, double precision, double precision, double precision, text, double precision, double precision, double precision, double precision) IS
    'value of what the customer will still buy, with its interval (delta method)';
