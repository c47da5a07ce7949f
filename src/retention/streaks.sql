-- Streaks of active periods, dormancy and silent customers.
CREATE FUNCTION current_streak(activity_state, as_of timestamp) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_current_streak' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION current_streak(activity_state, timestamp) IS
    'active periods without a gap up to the last one that is over at as_of; 0 if that one was missed';
CREATE FUNCTION longest_streak(activity_state, as_of timestamp) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_longest_streak' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION longest_streak(activity_state, timestamp) IS 'most active periods without a gap, of those that are over at as_of';
CREATE FUNCTION inactive_periods(activity_state, as_of timestamp) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_inactive_periods' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION inactive_periods(activity_state, timestamp) IS
    'periods that are over at as_of since the last active one; NULL for a customer not known by then';
-- @ids
CREATE FUNCTION streaks(cohorts@kind@_state, as_of timestamp,
    OUT streak bigint, OUT customers_current bigint, OUT customers_longest bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_streaks' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 30;
COMMENT ON FUNCTION streaks(cohorts@kind@_state, timestamp) IS
    'customers by the length of their current streak of active periods, and of their longest one, among the periods that are over at as_of; lengths that no one has are left out';
CREATE FUNCTION dormancy(cohorts@kind@_state, as_of timestamp, confidence double precision DEFAULT 0.95,
    OUT inactive_periods bigint, OUT customers bigint, OUT share double precision, OUT customers_at_least bigint,
    OUT rate_at_least double precision, OUT lower double precision, OUT upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_dormancy' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 50;
COMMENT ON FUNCTION dormancy(cohorts@kind@_state, timestamp, double precision) IS
    'known customers by the number of periods, over at as_of, since their last active one: exactly that many and at least; lengths that no one has are left out';
CREATE FUNCTION silent_customers(cohorts@kind@_state, as_of timestamp, periods bigint, confidence double precision DEFAULT 0.95,
    OUT customers bigint, OUT silent bigint, OUT rate double precision, OUT lower double precision,
    OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_silent_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION silent_customers(cohorts@kind@_state, timestamp, bigint, double precision) IS
    'of the customers known at as_of, those without activity in the last periods that are over then';
CREATE FUNCTION streaks_base(cohorts@kind@_state, as_of timestamp) RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_streaks_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION streaks_base(cohorts@kind@_state, timestamp) IS
    'what streaks is made of, to be rolled up over values that have different customers';
CREATE FUNCTION dormancy_base(cohorts@kind@_state, as_of timestamp) RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_dormancy_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION dormancy_base(cohorts@kind@_state, timestamp) IS
    'what dormancy and silent_customers are made of, to be rolled up over values that have different customers';
-- @end
CREATE FUNCTION streaks(report_base_state,
    OUT streak bigint, OUT customers_current bigint, OUT customers_longest bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_streaks_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 30;
COMMENT ON FUNCTION streaks(report_base_state) IS
    'streaks of many values, from the rolled up streaks_base of each: equal to that of the whole';
CREATE FUNCTION dormancy(report_base_state, confidence double precision DEFAULT 0.95,
    OUT inactive_periods bigint, OUT customers bigint, OUT share double precision, OUT customers_at_least bigint,
    OUT rate_at_least double precision, OUT lower double precision, OUT upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_dormancy_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 50;
COMMENT ON FUNCTION dormancy(report_base_state, double precision) IS
    'dormancy of many values, from the rolled up dormancy_base of each: equal to that of the whole';
CREATE FUNCTION silent_customers(report_base_state, periods bigint, confidence double precision DEFAULT 0.95,
    OUT customers bigint, OUT silent bigint, OUT rate double precision, OUT lower double precision,
    OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_silent_customers_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION silent_customers(report_base_state, bigint, double precision) IS
    'silent customers of many values, from the rolled up dormancy_base of each: equal to that of the whole';
