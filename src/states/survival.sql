-- survival: how long customers stayed or deals took, ended or not: counts by duration, for curves and medians.
-- @type survival_state cm_survival
COMMENT ON TYPE survival_state IS
    'durations, ended or not yet, as counts by duration: answers survival curves, medians, means, tests and sales cycles';

CREATE FUNCTION _survival_accum(survival_state, double precision, boolean) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _survival_accum_span(survival_state, date, date, date) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_accum_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _survival_accum_span(survival_state, timestamptz, timestamptz, timestamptz) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_accum_times' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _survival_combine(survival_state, survival_state) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survival_final(survival_state) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE survival_agg(duration double precision, ended boolean) (
    SFUNC = _survival_accum, STYPE = survival_state, INITCOND = '1:', SSPACE = 2048,
    COMBINEFUNC = _survival_combine, FINALFUNC = _survival_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_agg(double precision, boolean) IS
    'collects durations in any unit; ended is false or NULL for those that lasted longer than was seen; a NULL duration is skipped';
CREATE AGGREGATE survival_span_agg(started date, ended date, as_of date) (
    SFUNC = _survival_accum_span, STYPE = survival_state, INITCOND = '1:', SSPACE = 2048,
    COMBINEFUNC = _survival_combine, FINALFUNC = _survival_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_span_agg(date, date, date) IS
    'collects lifetimes in days as they were known at as_of: ended NULL or after as_of has not ended, what starts later is not there yet';
CREATE AGGREGATE survival_span_agg(started timestamptz, ended timestamptz, as_of timestamptz) (
    SFUNC = _survival_accum_span, STYPE = survival_state, INITCOND = '1:', SSPACE = 2048,
    COMBINEFUNC = _survival_combine, FINALFUNC = _survival_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survival_span_agg(timestamptz, timestamptz, timestamptz) IS
    'collects lifetimes in days of 24 hours as they were known at as_of: ended NULL or after as_of has not ended, what starts later is not there yet';
CREATE AGGREGATE rollup(survival_state) (
    SFUNC = _survival_combine, STYPE = survival_state, SSPACE = 2048, COMBINEFUNC = _survival_combine,
    FINALFUNC = _survival_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survival_state) IS 'merges durations: those of all of them';

CREATE FUNCTION survival_from_counts(durations double precision[], ended bigint[], censored bigint[]) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_survival_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survival_from_counts(double precision[], bigint[], bigint[]) IS
    'survival from counts that are already summed: how many ended, and how many were seen up to each duration';
CREATE FUNCTION ended(survival_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_survival_ended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ended(survival_state) IS 'how many have ended';
CREATE FUNCTION censored(survival_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_survival_censored' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION censored(survival_state) IS 'how many had not ended when they were seen last';
