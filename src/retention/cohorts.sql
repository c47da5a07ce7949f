-- cohorts: the active periods of all customers in one value, built in one pass.
-- @ids
-- @type cohorts@kind@_state cm_cohorts@kind@ cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external
COMMENT ON TYPE cohorts@kind@_state IS
    'the active days, weeks, months, quarters or years of all customers: answers cohort tables, lifecycle, stickiness, streaks and repurchase';

CREATE FUNCTION _cohorts_accum(cohorts@kind@_state, @id@, timestamp, metric_option) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_zone_accum(cohorts@kind@_state, @id@, metric_moment, metric_option, metric_option)
    RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_zone_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_activity_accum(cohorts@kind@_state, @id@, activity_state) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_activity_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_combine(cohorts@kind@_state, cohorts@kind@_state) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_final(cohorts@kind@_state) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_final_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_rollup_final(cohorts@kind@_state) RETURNS cohorts@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE cohorts_agg(customer_id @id@, at timestamp, period metric_option) (
    SFUNC = _cohorts_accum, STYPE = cohorts@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_agg(@id@, timestamp, metric_option) IS
    'the active periods of each customer, by days as they are written; period is day, week, month, quarter or year, and week:sunday, quarter:february or year:april for those that start elsewhere; a row with a NULL is skipped, and counted in skipped_rows; a timestamptz has cohorts_zone_agg';
CREATE AGGREGATE cohorts_zone_agg(customer_id @id@, at metric_moment, period metric_option, zone metric_option) (
    SFUNC = _cohorts_zone_accum, STYPE = cohorts@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_zone_agg(@id@, metric_moment, metric_option, metric_option) IS
    'the active periods of each customer by the local days of a time zone, such as Asia/Shanghai; where the zone left out a day as it went over the date line, the days around it are neighbours; a date or a timestamp without time zone is an error: cohorts_agg takes those';
CREATE AGGREGATE cohorts_from_activity(customer_id @id@, activity activity_state) (
    SFUNC = _cohorts_activity_accum, STYPE = cohorts@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_from_activity(@id@, activity_state) IS
    'the active periods of each customer from stored activities; those of one customer are merged';
CREATE AGGREGATE rollup(cohorts@kind@_state) (
    SFUNC = _cohorts_combine, STYPE = cohorts@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(cohorts@kind@_state) IS
    'merges cohorts: the customers of all of them, and the periods of each; those over no rows agree with any kind of period';
-- @plus cohorts@kind@_state
CREATE FUNCTION _cohorts@kind@_state_json(cohorts@kind@_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_cohorts_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _cohorts@kind@_state_json(cohorts@kind@_state) IS
    'cast to json: {"period": "month", "skipped_rows": 0, "customers": [{"customer_id": 7, "periods": ["2024-01", "2024-02"]}]}; period is null where no row was counted';
-- @json cohorts@kind@_state

CREATE FUNCTION customer_count(cohorts@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_cohorts_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION customer_count(cohorts@kind@_state) IS 'number of customers';
CREATE FUNCTION activity_period(cohorts@kind@_state) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_cohorts_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION activity_period(cohorts@kind@_state) IS 'the kind of period: day, week, month, quarter, year, with a start such as week:sunday or year:april; none of a value over no rows';
CREATE FUNCTION activity_of(cohorts@kind@_state, customer_id @id@) RETURNS activity_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_activity_@id@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION activity_of(cohorts@kind@_state, @id@) IS 'the activity of one customer; NULL for an unknown one';
CREATE FUNCTION customer_activities(cohorts@kind@_state, OUT customer_id @id@, OUT activity activity_state) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohorts_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION customer_activities(cohorts@kind@_state) IS 'all customers with their activity, as rows';
CREATE FUNCTION skipped_rows(cohorts@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_cohorts_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION skipped_rows(cohorts@kind@_state) IS 'number of rows that were skipped, as they had no id, no time or no activity, no period or no zone';
-- @end
