-- Expected against actual purchases: where a model was fitted, and in a holdout after it.
CREATE FUNCTION fitted_counts(model customer_model, histories_state, most bigint DEFAULT 7, OUT purchases bigint, OUT or_more boolean,
    OUT actual bigint, OUT expected double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_fitted_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 9;
COMMENT ON FUNCTION fitted_counts(customer_model, histories_state, bigint) IS
    'customers by number of repeat purchases, actual and expected; the last row holds all counts beyond most';
-- @ids
CREATE FUNCTION holdout_customers(customers@kind@_state, model customer_model, calibration_end timestamp, holdout_end timestamp, unit text DEFAULT 'week',
    OUT customer_id @id@, OUT x bigint, OUT t_x double precision, OUT t double precision, OUT expected double precision,
    OUT actual bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_holdout_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION holdout_customers(customers@kind@_state, customer_model, timestamp, timestamp, text) IS
    'a row for each customer of the calibration: purchases expected in the holdout, which ends with holdout_end, and made';
CREATE FUNCTION holdout_by_count(customers@kind@_state, model customer_model, calibration_end timestamp, holdout_end timestamp, unit text DEFAULT 'week',
    most bigint DEFAULT 7, OUT purchases bigint, OUT or_more boolean, OUT customers bigint, OUT expected double precision,
    OUT actual double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_holdout_by_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 9;
COMMENT ON FUNCTION holdout_by_count(customers@kind@_state, customer_model, timestamp, timestamp, text, bigint) IS
    'mean purchases in the holdout, expected and made, by the number of repeat purchases in the calibration';
CREATE FUNCTION holdout_summary(customers@kind@_state, model customer_model, calibration_end timestamp, holdout_end timestamp, unit text DEFAULT 'week',
    OUT customers bigint, OUT expected double precision, OUT actual bigint, OUT rmse double precision, OUT mae double precision)
    AS 'MODULE_PATHNAME', 'cm_holdout_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION holdout_summary(customers@kind@_state, customer_model, timestamp, timestamp, text) IS
    'all purchases in the holdout, expected and made, with the root mean square and the mean absolute error per customer';
CREATE FUNCTION purchases_by_week(customers@kind@_state, model customer_model, calibration_end timestamp, holdout_end timestamp, unit text DEFAULT 'week',
    OUT week bigint, OUT since date, OUT until date, OUT holdout boolean, OUT expected double precision, OUT actual bigint,
    OUT expected_total double precision, OUT actual_total bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_purchases_by_week' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION purchases_by_week(customers@kind@_state, customer_model, timestamp, timestamp, text) IS
    'repeat purchases of the customers of the calibration by week, expected and made, in the calibration and after it. Weeks of seven days begin on the day of the first purchase of all, and anew on the day after calibration_end: no week has days of both, and the last one of each ends with it and may be shorter (until - since + 1 days). The weeks of the holdout add up to the purchases that holdout_summary counts';
-- @end
