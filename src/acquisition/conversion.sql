-- Conversion of leads.
-- conversion: leads that had their time, and those that still have it.
-- @type conversion_state cm_conversion
COMMENT ON TYPE conversion_state IS
    'leads converted within a window, not converted, and pending: answers conversion rates of a cohort';

CREATE FUNCTION _conversion_accum(conversion_state, date, date, double precision, date) RETURNS conversion_state
    AS 'MODULE_PATHNAME', 'cm_conversion_accum_dates' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _conversion_accum(conversion_state, timestamptz, timestamptz, double precision, timestamptz) RETURNS conversion_state
    AS 'MODULE_PATHNAME', 'cm_conversion_accum_times' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _conversion_combine(conversion_state, conversion_state) RETURNS conversion_state
    AS 'MODULE_PATHNAME', 'cm_conversion_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION conversion_rate(conversion_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_conversion_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION conversion_rate(conversion_state) IS
    'converted within the window / leads whose window is over';
CREATE FUNCTION converted(conversion_state) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_conversion_converted' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION converted(conversion_state) IS
    'converted within the window among leads whose window is over, as a rate, for its interval and test';
CREATE FUNCTION conversion_estimate(conversion_state, confidence double precision DEFAULT 0.95,
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint,
    OUT converted bigint, OUT late bigint, OUT not_converted bigint, OUT pending bigint,
    OUT pending_converted bigint) RETURNS record
    AS 'MODULE_PATHNAME', 'cm_conversion_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION conversion_estimate(conversion_state, double precision) IS
    'the rate with its Wilson interval; n leads are converted, late or not_converted; pending ones still have time, pending_converted of them made it already';
CREATE FUNCTION conversion_rate(converted bigint, leads bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_conversion_rate_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION conversion_rate(bigint, bigint) IS
    'converted / leads, of the same leads';
CREATE AGGREGATE conversion_rate(converted boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE conversion_rate(boolean) IS
    'share of the leads that converted; NULL is not known and not counted';
CREATE AGGREGATE conversion_agg(created_at date, converted_at date, window_days double precision, as_of date) (
    SFUNC = _conversion_accum, STYPE = conversion_state, INITCOND = '1:0:0,0,0,0,0', SSPACE = 64, COMBINEFUNC = _conversion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_agg(date, date, double precision, date) IS
    'collects leads as they were known before as_of; converted_at NULL has not converted; the window includes its last day';
CREATE AGGREGATE conversion_rate_within(created_at date, converted_at date, window_days double precision, as_of date) (
    SFUNC = _conversion_accum, STYPE = conversion_state, INITCOND = '1:0:0,0,0,0,0', SSPACE = 64, COMBINEFUNC = _conversion_combine,
    FINALFUNC = conversion_rate, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_rate_within(date, date, double precision, date) IS
    'share of leads converted within window_days, among those whose window was over before as_of';
CREATE AGGREGATE conversion_agg(created_at timestamptz, converted_at timestamptz, window_days double precision, as_of timestamptz) (
    SFUNC = _conversion_accum, STYPE = conversion_state, INITCOND = '1:0:0,0,0,0,0', SSPACE = 64, COMBINEFUNC = _conversion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_agg(timestamptz, timestamptz, double precision, timestamptz) IS
    'collects leads as they were known before as_of; converted_at NULL has not converted; the window includes its last day';
CREATE AGGREGATE conversion_rate_within(created_at timestamptz, converted_at timestamptz, window_days double precision, as_of timestamptz) (
    SFUNC = _conversion_accum, STYPE = conversion_state, INITCOND = '1:0:0,0,0,0,0', SSPACE = 64, COMBINEFUNC = _conversion_combine,
    FINALFUNC = conversion_rate, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_rate_within(timestamptz, timestamptz, double precision, timestamptz) IS
    'share of leads converted within window_days, among those whose window was over before as_of';
CREATE AGGREGATE rollup(conversion_state) (
    SFUNC = _conversion_combine, STYPE = conversion_state, SSPACE = 64, COMBINEFUNC = _conversion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(conversion_state) IS
    'merges conversions of one window: the leads of all of them';
