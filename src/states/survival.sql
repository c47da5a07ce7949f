-- survival: how long customers stayed or deals took, ended or not: counts by duration, for curves and medians.
-- @argument metric_duration cm_metric_duration INTERNALLENGTH = 8, PASSEDBYVALUE, ALIGNMENT = double
COMMENT ON TYPE metric_duration IS
    'how long something took, as an argument: a number in any unit, or an interval of days and smaller units, which is its days';
CREATE CAST (double precision AS metric_duration) WITHOUT FUNCTION AS IMPLICIT;
-- Functions of our own, not float8(real) and the like: pg_upgrade makes these casts before the one without a function.
CREATE FUNCTION _metric_duration(real) RETURNS metric_duration
    AS 'MODULE_PATHNAME', 'cm_metric_duration_of_float4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (real AS metric_duration) WITH FUNCTION _metric_duration(real) AS IMPLICIT;
CREATE FUNCTION _metric_duration(smallint) RETURNS metric_duration
    AS 'MODULE_PATHNAME', 'cm_metric_duration_of_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (smallint AS metric_duration) WITH FUNCTION _metric_duration(smallint) AS IMPLICIT;
CREATE FUNCTION _metric_duration(integer) RETURNS metric_duration
    AS 'MODULE_PATHNAME', 'cm_metric_duration_of_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (integer AS metric_duration) WITH FUNCTION _metric_duration(integer) AS IMPLICIT;
CREATE FUNCTION _metric_duration(bigint) RETURNS metric_duration
    AS 'MODULE_PATHNAME', 'cm_metric_duration_of_int8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (bigint AS metric_duration) WITH FUNCTION _metric_duration(bigint) AS IMPLICIT;
CREATE FUNCTION _metric_duration(numeric) RETURNS metric_duration
    AS 'MODULE_PATHNAME', 'cm_metric_duration_of_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (numeric AS metric_duration) WITH FUNCTION _metric_duration(numeric) AS IMPLICIT;
CREATE FUNCTION _metric_duration(interval) RETURNS metric_duration
    AS 'MODULE_PATHNAME', 'cm_metric_duration_of_interval' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (interval AS metric_duration) WITH FUNCTION _metric_duration(interval) AS IMPLICIT;

-- @type survival_state cm_survival
COMMENT ON TYPE survival_state IS
    'durations, ended or not yet, as counts by duration: answers survival curves, medians, means, tests and sales cycles';

CREATE FUNCTION _survival_accum(survival_state, metric_duration, boolean) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _survival_accum(survival_state, metric_duration, text) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _survival_accum_span(survival_state, metric_moment, metric_moment, metric_moment) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_accum_moments' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _survival_combine(survival_state, survival_state) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survival_final(survival_state) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE survival_agg(duration metric_duration, ended boolean) (
    SFUNC = _survival_accum, STYPE = survival_state, INITCOND = '1:', SSPACE = 2048,
    COMBINEFUNC = _survival_combine, FINALFUNC = _survival_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_agg(metric_duration, boolean) IS
    'collects durations: numbers in any unit, or intervals, which count as their days; ended is false or NULL for those that lasted longer than was seen; a NULL duration is skipped';
CREATE AGGREGATE survival_agg(duration metric_duration, ended text) (
    SFUNC = _survival_accum, STYPE = survival_state, INITCOND = '1:', SSPACE = 2048,
    COMBINEFUNC = _survival_combine, FINALFUNC = _survival_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_agg(metric_duration, text) IS
    'collects durations as survival_agg(metric_duration, boolean) does; ended is a word that PostgreSQL reads as a boolean, such as Yes or no';
CREATE AGGREGATE survival_span_agg(started metric_moment, ended metric_moment, as_of metric_moment) (
    SFUNC = _survival_accum_span, STYPE = survival_state, INITCOND = '1:', SSPACE = 2048,
    COMBINEFUNC = _survival_combine, FINALFUNC = _survival_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_span_agg(metric_moment, metric_moment, metric_moment) IS
    'collects lifetimes in days of 24 hours as they were known at as_of: ended NULL or after as_of has not ended, what starts later is not there yet; all three with a time zone or, elapsed as it is written, all three without';
CREATE AGGREGATE rollup(survival_state) (
    SFUNC = _survival_combine, STYPE = survival_state, SSPACE = 2048, COMBINEFUNC = _survival_combine,
    FINALFUNC = _survival_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survival_state) IS 'merges durations: those of all of them';
-- @plus survival_state

CREATE FUNCTION _survival_state_json(survival_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_survival_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _survival_state_json(survival_state) IS
    'survival as JSON: {"durations": [{"duration": 30, "ended": 5, "censored": 2}, ...]}, in rising order';
-- @json survival_state

CREATE FUNCTION survival_from_counts(durations double precision[], ended double precision[],
    censored double precision[]) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_from_counts(double precision[], double precision[], double precision[]) IS
    'survival from counts that are already summed: how many ended, and how many were seen up to each duration';
CREATE FUNCTION ended(survival_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_survival_ended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ended(survival_state) IS 'how many have ended';
CREATE FUNCTION censored(survival_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_survival_censored' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION censored(survival_state) IS 'how many had not ended when they were seen last';
