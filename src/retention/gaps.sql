-- Time between purchases.
-- @ids
CREATE FUNCTION gap_summary(cohorts@kind@_state, as_of timestamp,
    OUT customers bigint, OUT gaps bigint, OUT mean double precision, OUT p25 double precision,
    OUT median double precision, OUT p75 double precision, OUT p90 double precision)
    AS 'MODULE_PATHNAME', 'cm_gap_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION gap_summary(cohorts@kind@_state, timestamp) IS
    'time between active periods that are over at as_of, in periods (days for cohorts by day): the customers with a gap, their gaps, mean and quantiles; gaps still open are not among them';
CREATE FUNCTION gap_distribution(cohorts@kind@_state, as_of timestamp,
    OUT gap bigint, OUT gaps bigint, OUT share double precision, OUT cumulative_share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_gap_distribution' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION gap_distribution(cohorts@kind@_state, timestamp) IS
    'how many gaps between active periods have each length; lengths that do not occur are left out';
CREATE FUNCTION gap_summary_base(cohorts@kind@_state, as_of timestamp) RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_gap_summary_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION gap_summary_base(cohorts@kind@_state, timestamp) IS
    'what gap_summary and gap_distribution are made of, to be rolled up over values that have different customers';
-- @end
CREATE FUNCTION gap_summary(report_base_state,
    OUT customers bigint, OUT gaps bigint, OUT mean double precision, OUT p25 double precision,
    OUT median double precision, OUT p75 double precision, OUT p90 double precision)
    AS 'MODULE_PATHNAME', 'cm_gap_summary_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION gap_summary(report_base_state) IS
    'the gaps of many values, from the rolled up gap_summary_base of each: equal to that of the whole';
CREATE FUNCTION gap_distribution(report_base_state,
    OUT gap bigint, OUT gaps bigint, OUT share double precision, OUT cumulative_share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_gap_distribution_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION gap_distribution(report_base_state) IS
    'the distribution of gaps of many values, from the rolled up gap_summary_base of each: equal to that of the whole';
CREATE FUNCTION mean_gap(activity_state, as_of timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mean_gap' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_gap(activity_state, timestamp) IS
    'mean time between active periods that are over at as_of, in periods; NULL with fewer than two';
CREATE FUNCTION gap_quantile(activity_state, as_of timestamp, q double precision DEFAULT 0.5) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_gap_quantile' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gap_quantile(activity_state, timestamp, double precision) IS
    'quantile of the times between active periods that are over at as_of, in periods; NULL with fewer than two';
