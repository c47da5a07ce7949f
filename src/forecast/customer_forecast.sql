-- Models over a customers value, and what each of its customers will do next.
-- @ids
CREATE FUNCTION histories(customers@kind@_state, as_of timestamp, unit text DEFAULT 'week') RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_histories_of_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION histories(customers@kind@_state, timestamp, text) IS
    'purchase histories of all customers up to as_of, as if later purchases were not known, in this unit of time: day, week, month, quarter or year';
CREATE FUNCTION spend_histories(customers@kind@_state) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_spending_of_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION spend_histories(customers@kind@_state) IS
    'mean amounts of all repeat purchase days, for the Gamma-Gamma model; customers who have none, or free ones only, stay out';
CREATE FUNCTION bgnbd_fit(customers customers@kind@_state, as_of timestamp, unit text DEFAULT 'week') RETURNS customer_model
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE COST 1000000
    RETURN bgnbd_fit(histories($1, as_of, unit));
COMMENT ON FUNCTION bgnbd_fit(customers@kind@_state, timestamp, text) IS
    'fits the BG/NBD model to all purchases up to as_of, with times in this unit';
CREATE FUNCTION mbgnbd_fit(customers customers@kind@_state, as_of timestamp, unit text DEFAULT 'week') RETURNS customer_model
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE COST 1000000
    RETURN mbgnbd_fit(histories($1, as_of, unit));
COMMENT ON FUNCTION mbgnbd_fit(customers@kind@_state, timestamp, text) IS
    'fits the MBG/NBD model to all purchases up to as_of, with times in this unit';
CREATE FUNCTION pareto_nbd_fit(customers customers@kind@_state, as_of timestamp, unit text DEFAULT 'week') RETURNS customer_model
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE COST 1000000
    RETURN pareto_nbd_fit(histories($1, as_of, unit));
COMMENT ON FUNCTION pareto_nbd_fit(customers@kind@_state, timestamp, text) IS
    'fits the Pareto/NBD model to all purchases up to as_of, with times in this unit';
CREATE FUNCTION gamma_gamma_fit(customers@kind@_state) RETURNS customer_model
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE COST 1000000
    RETURN gamma_gamma_fit(spend_histories($1));
COMMENT ON FUNCTION gamma_gamma_fit(customers@kind@_state) IS
    'fits the Gamma-Gamma model to the repeat purchases of all customers';
CREATE FUNCTION customer_forecast(customers@kind@_state, model customer_model, as_of timestamp, unit text DEFAULT 'week',
    horizon double precision DEFAULT 52, spend_model customer_model DEFAULT NULL, discount_rate double precision DEFAULT 0.1,
    margin double precision DEFAULT 1, OUT customer_id @id@, OUT x bigint, OUT t_x double precision, OUT t double precision,
    OUT mean_amount double precision, OUT p_alive double precision, OUT expected_purchases double precision,
    OUT churn_probability double precision, OUT expected_spend double precision, OUT predicted_clv double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customer_forecast' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION customer_forecast(customers@kind@_state, customer_model, timestamp, text, double precision, customer_model, double precision, double precision) IS
    'a row for each customer with a purchase: alive, purchases and churn within the horizon, and with a spend model the discounted value (rate and moment as in discounted_purchases); horizon NULL: for ever. Purchases after as_of are as if not known: without a spend model, mean_amount is NULL then; with one, they are an error';
-- @end
