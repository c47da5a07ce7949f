-- Repurchase within one window, and purchase retention from one window to the next.
CREATE FUNCTION repurchase_rate(repeat_customers double precision, customers double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_repurchase_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repurchase_rate(double precision, double precision) IS
    'customers with two or more purchases in a window / customers with one or more';
CREATE FUNCTION _repurchase_accum(rate_state, double precision) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_repurchase_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE repurchase_agg(purchase_days double precision) (
    SFUNC = _repurchase_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE repurchase_agg(double precision) IS
    'over one row for each customer: two or more purchase days among one or more, as a rate';
CREATE AGGREGATE repurchase_rate(purchase_days double precision) (
    SFUNC = _repurchase_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE repurchase_rate(double precision) IS
    'over one row for each customer: share of those with two or more purchase days among those with one or more';
-- @ids
CREATE FUNCTION repurchase_rate(cohorts@kind@_state, window_start timestamp, window_end timestamp, among text DEFAULT 'all')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_repurchase_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION repurchase_rate(cohorts@kind@_state, timestamp, timestamp, text) IS
    'of the customers who bought from window_start to window_end (excluded), the share who bought on two or more days; among first: only those whose first purchase of all is in the window; needs cohorts by day; buying in one window and again in the next is purchase_retention_rate';
CREATE FUNCTION repurchase(cohorts@kind@_state, window_start timestamp, window_end timestamp, among text DEFAULT 'all',
    confidence double precision DEFAULT 0.95,
    OUT customers bigint, OUT repeat_customers bigint, OUT rate double precision, OUT lower double precision,
    OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_repurchase' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION repurchase(cohorts@kind@_state, timestamp, timestamp, text, double precision) IS
    'the repurchase rate with its counts and Wilson interval';
CREATE FUNCTION repurchase_base(cohorts@kind@_state, window_start timestamp, window_end timestamp, among text DEFAULT 'all') RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_repurchase_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION repurchase_base(cohorts@kind@_state, timestamp, timestamp, text) IS
    'what repurchase is made of, to be rolled up over values that have different customers';
-- @end
CREATE FUNCTION repurchase(report_base_state, confidence double precision DEFAULT 0.95,
    OUT customers bigint, OUT repeat_customers bigint, OUT rate double precision, OUT lower double precision,
    OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_repurchase_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION repurchase(report_base_state, double precision) IS
    'the repurchase rate of many values, from the rolled up repurchase_base of each: equal to that of the whole';

CREATE FUNCTION purchase_retention_rate(bought_again double precision, bought_before double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchase_retention_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_retention_rate(double precision, double precision) IS
    'of the customers of one window, those who bought in the next one too / all of them';
CREATE FUNCTION _purchase_retention_accum(rate_state, boolean, boolean) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_purchase_retention_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE purchase_retention_rate(bought_again boolean, bought_before boolean) (
    SFUNC = _purchase_retention_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchase_retention_rate(boolean, boolean) IS
    'over one row for each customer: of those who bought before, the share who bought again; NULL is false';
-- @ids
CREATE FUNCTION purchase_retention_rate(cohorts@kind@_state, window_start timestamp, next_start timestamp,
    next_end timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchase_retention_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION purchase_retention_rate(cohorts@kind@_state, timestamp, timestamp, timestamp) IS
    'of the customers who bought from window_start to next_start (excluded), the share who bought again from next_start to next_end (excluded); two purchases in one window are repurchase_rate';
CREATE FUNCTION purchase_retention(cohorts@kind@_state, window_start timestamp, next_start timestamp, next_end timestamp,
    confidence double precision DEFAULT 0.95,
    OUT customers bigint, OUT retained bigint, OUT rate double precision, OUT lower double precision,
    OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_purchase_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION purchase_retention(cohorts@kind@_state, timestamp, timestamp, timestamp, double precision) IS
    'the purchase retention rate with its counts and Wilson interval';
CREATE FUNCTION purchase_retention_base(cohorts@kind@_state, window_start timestamp, next_start timestamp, next_end timestamp) RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_purchase_retention_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION purchase_retention_base(cohorts@kind@_state, timestamp, timestamp, timestamp) IS
    'what purchase_retention is made of, to be rolled up over values that have different customers';
-- @end
CREATE FUNCTION purchase_retention(report_base_state, confidence double precision DEFAULT 0.95,
    OUT customers bigint, OUT retained bigint, OUT rate double precision, OUT lower double precision,
    OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_purchase_retention_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION purchase_retention(report_base_state, double precision) IS
    'purchase retention of many values, from the rolled up purchase_retention_base of each: equal to that of the whole';
