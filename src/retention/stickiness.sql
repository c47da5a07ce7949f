-- How often active customers are active: stickiness, L-n, DAU, WAU and MAU.
-- @ids
CREATE FUNCTION active_customers(cohorts@kind@_state, as_of timestamp, periods bigint DEFAULT 1) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_active_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION active_customers(cohorts@kind@_state, timestamp, bigint) IS
    'customers active at least once in the last periods that are over at as_of';
CREATE FUNCTION stickiness(cohorts@kind@_state, as_of timestamp, periods bigint DEFAULT 28) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_stickiness' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION stickiness(cohorts@kind@_state, timestamp, bigint) IS
    'average active customers of one period / active customers of all periods in the window (with days: average DAU / MAU): the share of periods in which an active customer is active; the window is the last periods that are over at as_of; dau_mau of dau_wau_mau is another number, one for each day';
CREATE FUNCTION active_period_distribution(cohorts@kind@_state, as_of timestamp, periods bigint DEFAULT 28,
    confidence double precision DEFAULT 0.95,
    OUT active_periods bigint, OUT customers bigint, OUT share double precision, OUT customers_at_least bigint,
    OUT rate_at_least double precision, OUT lower double precision, OUT upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_active_period_distribution' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 28;
COMMENT ON FUNCTION active_period_distribution(cohorts@kind@_state, timestamp, bigint, double precision) IS
    'L-n (L7, L28): active customers by the number of periods in which they were active, exactly that many and at least; the window is the last periods that are over at as_of';
CREATE FUNCTION dau_wau_mau(cohorts@kind@_state, as_of timestamp, weekly bigint DEFAULT 7, monthly bigint DEFAULT 30,
    confidence double precision DEFAULT 0.95,
    OUT day date, OUT dau bigint, OUT wau bigint, OUT mau bigint, OUT dau_mau double precision,
    OUT lower double precision, OUT upper double precision, OUT window_full boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_dau_wau_mau' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 365;
COMMENT ON FUNCTION dau_wau_mau(cohorts@kind@_state, timestamp, bigint, bigint, double precision) IS
    'active customers of each day, of the last 7 and of the last 30 days up to it, and that day''s DAU / MAU with its Wilson interval (stickiness is one number for a whole window: its average DAU / its customers); window_full is false while fewer days are known than mau needs; needs cohorts by day';
CREATE FUNCTION stickiness_base(cohorts@kind@_state, as_of timestamp, periods bigint DEFAULT 28) RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_stickiness_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION stickiness_base(cohorts@kind@_state, timestamp, bigint) IS
    'what stickiness and active_period_distribution are made of, to be rolled up over values that have different customers';
CREATE FUNCTION dau_wau_mau_base(cohorts@kind@_state, as_of timestamp, weekly bigint DEFAULT 7, monthly bigint DEFAULT 30) RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_dau_wau_mau_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION dau_wau_mau_base(cohorts@kind@_state, timestamp, bigint, bigint) IS
    'what dau_wau_mau is made of, to be rolled up over values that have different customers';
-- @end
CREATE FUNCTION stickiness(report_base_state)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_stickiness_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION stickiness(report_base_state) IS
    'stickiness of many values, from the rolled up stickiness_base of each: equal to that of the whole';
CREATE FUNCTION active_period_distribution(report_base_state, confidence double precision DEFAULT 0.95,
    OUT active_periods bigint, OUT customers bigint, OUT share double precision, OUT customers_at_least bigint,
    OUT rate_at_least double precision, OUT lower double precision, OUT upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_active_period_distribution_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 28;
COMMENT ON FUNCTION active_period_distribution(report_base_state, double precision) IS
    'active customers by active periods of many values, from the rolled up stickiness_base of each: equal to that of the whole';
CREATE FUNCTION dau_wau_mau(report_base_state, confidence double precision DEFAULT 0.95,
    OUT day date, OUT dau bigint, OUT wau bigint, OUT mau bigint, OUT dau_mau double precision,
    OUT lower double precision, OUT upper double precision, OUT window_full boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_dau_wau_mau_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 365;
COMMENT ON FUNCTION dau_wau_mau(report_base_state, double precision) IS
    'daily, weekly and monthly active customers of many values, from the rolled up dau_wau_mau_base of each: equal to that of the whole';
