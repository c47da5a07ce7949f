-- Repurchase within one window, and from one window to the next.
CREATE FUNCTION repurchase_rate(repeat_customers bigint, customers bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_repurchase_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repurchase_rate(bigint, bigint) IS
    'customers with two or more purchases in a window / customers with one or more';
CREATE FUNCTION _repurchase_accum(rate_state, bigint) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_repurchase_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE repurchase_agg(purchase_days bigint) (
    SFUNC = _repurchase_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE repurchase_agg(bigint) IS
    'over one row for each customer: two or more purchase days among one or more, as a rate';
CREATE AGGREGATE repurchase_rate(purchase_days bigint) (
    SFUNC = _repurchase_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE repurchase_rate(bigint) IS
    'over one row for each customer: share of those with two or more purchase days among those with one or more';
-- @ids
CREATE FUNCTION repurchase_rate(cohorts@kind@_state, window_start date, window_end date, among text DEFAULT 'all')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_repurchase_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repurchase_rate(cohorts@kind@_state, date, date, text) IS
    'of the customers who bought from window_start to window_end (excluded), the share who bought on two or more days; among first: only those whose first purchase of all is in the window; needs cohorts by day';
CREATE FUNCTION repurchase(cohorts@kind@_state, window_start date, window_end date, among text DEFAULT 'all',
    confidence double precision DEFAULT 0.95,
    OUT customers bigint, OUT repeat_customers bigint, OUT rate double precision, OUT lower double precision,
    OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_repurchase' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repurchase(cohorts@kind@_state, date, date, text, double precision) IS
    'the repurchase rate with its counts and Wilson interval';
-- @end

CREATE FUNCTION repeat_purchase_rate(bought_again bigint, bought_before bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_repeat_purchase_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_purchase_rate(bigint, bigint) IS
    'of the customers of one window, those who bought in the next one too / all of them';
CREATE AGGREGATE repeat_purchase_rate(bought_before boolean, bought_again boolean) (
    SFUNC = _churn_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = _rate_complement, PARALLEL = SAFE
);
COMMENT ON AGGREGATE repeat_purchase_rate(boolean, boolean) IS
    'over one row for each customer: of those who bought before, the share who bought again; NULL is false';
-- @ids
CREATE FUNCTION repeat_purchase_rate(cohorts@kind@_state, window_start date, next_start date, next_end date)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_repeat_purchase_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_purchase_rate(cohorts@kind@_state, date, date, date) IS
    'of the customers who bought from window_start to next_start (excluded), the share who bought again from next_start to next_end (excluded)';
CREATE FUNCTION repeat_purchase(cohorts@kind@_state, window_start date, next_start date, next_end date,
    confidence double precision DEFAULT 0.95,
    OUT customers bigint, OUT repeat_customers bigint, OUT rate double precision, OUT lower double precision,
    OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_repeat_purchase' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_purchase(cohorts@kind@_state, date, date, date, double precision) IS
    'the repeat purchase rate with its counts and Wilson interval';
-- @end
