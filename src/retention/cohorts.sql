-- cohorts: the active periods of all customers in one value, built in one pass.
-- @ids
-- @type cohorts@kind@_state cm_cohorts@kind@
COMMENT ON TYPE cohorts@kind@_state IS
    'the active days, weeks, months, quarters or years of all customers: answers cohort tables, lifecycle, stickiness, streaks and repurchase';

CREATE FUNCTION _cohorts_accum(cohorts@kind@_state, @id@, date, text) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts@kind@_state, @id@, timestamptz, text, text) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_zone_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts@kind@_state, @id@, activity_state) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_activity_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_combine(cohorts@kind@_state, cohorts@kind@_state) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_final(cohorts@kind@_state) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE cohorts_agg(customer_id @id@, at date, period text) (
    SFUNC = _cohorts_accum, STYPE = cohorts@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_agg(@id@, date, text) IS
    'the active periods of each customer; period is day, week, month, quarter or year, weeks of another start are written week:sunday; a row with a NULL is skipped';
CREATE AGGREGATE cohorts_agg_zone(customer_id @id@, at timestamptz, period text, zone text) (
    SFUNC = _cohorts_accum, STYPE = cohorts@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_agg_zone(@id@, timestamptz, text, text) IS
    'the active periods of each customer by the local days of a time zone, such as Asia/Shanghai; a timestamp without time zone should be cast to date for cohorts_agg';
CREATE AGGREGATE cohorts_from_activity(customer_id @id@, activity activity_state) (
    SFUNC = _cohorts_accum, STYPE = cohorts@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_from_activity(@id@, activity_state) IS
    'the active periods of each customer from stored activities; those of one customer are merged';
CREATE AGGREGATE rollup(cohorts@kind@_state) (
    SFUNC = _cohorts_combine, STYPE = cohorts@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(cohorts@kind@_state) IS 'merges cohorts: the customers of all of them, and the periods of each';

CREATE FUNCTION customer_count(cohorts@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_cohorts_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customer_count(cohorts@kind@_state) IS 'number of customers';
CREATE FUNCTION activity_period(cohorts@kind@_state) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_cohorts_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_period(cohorts@kind@_state) IS 'the kind of period: day, week, week:sunday, month, quarter, year';
CREATE FUNCTION activity_of(cohorts@kind@_state, customer_id @id@) RETURNS activity_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_activity_@id@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_of(cohorts@kind@_state, @id@) IS 'the activity of one customer; NULL for an unknown one';
CREATE FUNCTION customer_activities(cohorts@kind@_state, OUT customer_id @id@, OUT activity activity_state) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohorts_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100000;
COMMENT ON FUNCTION customer_activities(cohorts@kind@_state) IS 'all customers with their activity, as rows; the id as text';
-- @end
