-- cohorts: the active periods of all customers in one value, built in one pass.
CREATE TYPE cohorts;
CREATE FUNCTION _cohorts_in(cstring) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _cohorts_out(cohorts) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_cohorts_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _cohorts_recv(internal) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _cohorts_send(cohorts) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_cohorts_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE cohorts (
    INPUT = _cohorts_in, OUTPUT = _cohorts_out, RECEIVE = _cohorts_recv, SEND = _cohorts_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE cohorts IS
    'the active days, weeks, months, quarters or years of all customers: answers cohort tables, lifecycle, stickiness, streaks and repurchase';
-- @storable cohorts cm_state

CREATE FUNCTION _cohorts_accum(cohorts, bigint, date, text) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts, uuid, date, text) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_uuid' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts, text, date, text) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts, bigint, timestamptz, text, text) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_zone_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts, uuid, timestamptz, text, text) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_zone_uuid' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts, text, timestamptz, text, text) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_zone_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts, bigint, activity) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_activity_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts, uuid, activity) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_activity_uuid' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_accum(cohorts, text, activity) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_accum_activity_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_combine(cohorts, cohorts) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohorts_final(cohorts) RETURNS cohorts
    AS 'MODULE_PATHNAME', 'cm_cohorts_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE cohorts_agg(customer_id bigint, at date, period text) (
    SFUNC = _cohorts_accum, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_agg(bigint, date, text) IS
    'the active periods of each customer; period is day, week, month, quarter or year, weeks of another start are written week:sunday; a row with a NULL is skipped';
CREATE AGGREGATE cohorts_agg(customer_id uuid, at date, period text) (
    SFUNC = _cohorts_accum, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_agg(uuid, date, text) IS
    'the active periods of each customer; period is day, week, month, quarter or year, weeks of another start are written week:sunday; a row with a NULL is skipped';
CREATE AGGREGATE cohorts_agg(customer_id text, at date, period text) (
    SFUNC = _cohorts_accum, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_agg(text, date, text) IS
    'the active periods of each customer; period is day, week, month, quarter or year, weeks of another start are written week:sunday; a row with a NULL is skipped';
CREATE AGGREGATE cohorts_agg_zone(customer_id bigint, at timestamptz, period text, zone text) (
    SFUNC = _cohorts_accum, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_agg_zone(bigint, timestamptz, text, text) IS
    'the active periods of each customer by the local days of a time zone, such as Asia/Shanghai; a timestamp without time zone should be cast to date for cohorts_agg';
CREATE AGGREGATE cohorts_agg_zone(customer_id uuid, at timestamptz, period text, zone text) (
    SFUNC = _cohorts_accum, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_agg_zone(uuid, timestamptz, text, text) IS
    'the active periods of each customer by the local days of a time zone, such as Asia/Shanghai; a timestamp without time zone should be cast to date for cohorts_agg';
CREATE AGGREGATE cohorts_agg_zone(customer_id text, at timestamptz, period text, zone text) (
    SFUNC = _cohorts_accum, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_agg_zone(text, timestamptz, text, text) IS
    'the active periods of each customer by the local days of a time zone, such as Asia/Shanghai; a timestamp without time zone should be cast to date for cohorts_agg';
CREATE AGGREGATE cohorts_from_activity(customer_id bigint, activity activity) (
    SFUNC = _cohorts_accum, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_from_activity(bigint, activity) IS
    'the active periods of each customer from stored activities; those of one customer are merged';
CREATE AGGREGATE cohorts_from_activity(customer_id uuid, activity activity) (
    SFUNC = _cohorts_accum, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_from_activity(uuid, activity) IS
    'the active periods of each customer from stored activities; those of one customer are merged';
CREATE AGGREGATE cohorts_from_activity(customer_id text, activity activity) (
    SFUNC = _cohorts_accum, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohorts_from_activity(text, activity) IS
    'the active periods of each customer from stored activities; those of one customer are merged';
CREATE AGGREGATE rollup(cohorts) (
    SFUNC = _cohorts_combine, STYPE = cohorts, SSPACE = 65536, COMBINEFUNC = _cohorts_combine,
    FINALFUNC = _cohorts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(cohorts) IS 'merges cohorts: the customers of all of them, and the periods of each';

CREATE FUNCTION customer_count(cohorts) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_cohorts_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customer_count(cohorts) IS 'number of customers';
CREATE FUNCTION activity_period(cohorts) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_cohorts_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_period(cohorts) IS 'the kind of period: day, week, week:sunday, month, quarter, year';
CREATE FUNCTION activity_of(cohorts, customer_id bigint) RETURNS activity
    AS 'MODULE_PATHNAME', 'cm_cohorts_activity_bigint' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_of(cohorts, bigint) IS 'the activity of one customer; NULL for an unknown one';
CREATE FUNCTION activity_of(cohorts, customer_id uuid) RETURNS activity
    AS 'MODULE_PATHNAME', 'cm_cohorts_activity_uuid' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_of(cohorts, uuid) IS 'the activity of one customer; NULL for an unknown one';
CREATE FUNCTION activity_of(cohorts, customer_id text) RETURNS activity
    AS 'MODULE_PATHNAME', 'cm_cohorts_activity_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_of(cohorts, text) IS 'the activity of one customer; NULL for an unknown one';
CREATE FUNCTION customer_activities(cohorts, OUT customer_id text, OUT activity activity) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohorts_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100000;
COMMENT ON FUNCTION customer_activities(cohorts) IS 'all customers with their activity, as rows; the id as text';
