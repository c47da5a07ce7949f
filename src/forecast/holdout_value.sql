-- Expected against actual value in a holdout: purchases times what each is worth, by a model of each.
-- @ids
CREATE FUNCTION holdout_value_customers(calibration customers@kind@_state, holdout customers@kind@_state,
    model customer_model, spend_model customer_model, calibration_end timestamp, holdout_end timestamp,
    unit text DEFAULT 'week', OUT customer_id @id@, OUT x bigint, OUT mean_amount double precision,
    OUT expected_purchases double precision, OUT actual_purchases bigint, OUT expected_spend double precision,
    OUT actual_spend double precision, OUT expected_value double precision, OUT actual_value numeric) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_holdout_value_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION holdout_value_customers(customers@kind@_state, customers@kind@_state, customer_model, customer_model, timestamp, timestamp, text) IS
    'a row for each customer of the calibration, whose rows are one value and those of the holdout another: purchase days in the holdout, the amount of one, and their product, expected and made; refunds lower nothing, as in the Gamma-Gamma model; who bought for the first time in the holdout is left out';
CREATE FUNCTION holdout_value_summary(calibration customers@kind@_state, holdout customers@kind@_state,
    model customer_model, spend_model customer_model, calibration_end timestamp, holdout_end timestamp,
    unit text DEFAULT 'week', OUT customers bigint, OUT unknown bigint, OUT expected double precision, OUT actual numeric,
    OUT relative_error double precision, OUT rmse double precision, OUT mae double precision, OUT purchases bigint,
    OUT expected_of_purchases double precision)
    AS 'MODULE_PATHNAME', 'cm_holdout_value_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION holdout_value_summary(customers@kind@_state, customers@kind@_state, customer_model, customer_model, timestamp, timestamp, text) IS
    'value of the holdout, expected and made, with (expected - actual) / actual and the root mean square and mean absolute error per customer; expected_of_purchases is what the purchases that were made would have been worth, which judges the spend model alone; customers whose purchases have no known value, as all were free, are counted as unknown and are in no other figure';
-- @end
