-- Conversion of leads.
-- conversion: leads that had their time, and those that still have it.
-- @type conversion_state cm_conversion
COMMENT ON TYPE conversion_state IS
    'leads converted within a window, not converted, and pending: answers conversion rates of a cohort';

CREATE FUNCTION _conversion_accum(conversion_state, metric_moment, metric_moment, interval, metric_moment)
    RETURNS conversion_state
    AS 'MODULE_PATHNAME', 'cm_conversion_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
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
    AS 'MODULE_PATHNAME', 'cm_conversion_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION conversion_estimate(conversion_state, double precision) IS
    'the rate with its Wilson interval; n leads are converted, late or not_converted; pending ones still have time, pending_converted of them made it already';
CREATE FUNCTION conversion_rate(converted double precision, leads double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_conversion_rate_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION conversion_rate(double precision, double precision) IS
    'converted / leads, of the same leads';
CREATE AGGREGATE conversion_rate(converted boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE conversion_rate(boolean) IS
    'share of the leads that converted; NULL is not known and not counted';
CREATE AGGREGATE conversion_rate(converted text) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE conversion_rate(text) IS
    'share of the leads that converted, of words that PostgreSQL reads as a boolean, such as Yes and no';
CREATE AGGREGATE conversion_agg(created_at metric_moment, converted_at metric_moment, within interval,
    as_of metric_moment) (
    SFUNC = _conversion_accum, STYPE = conversion_state, INITCOND = '1:0:0,0,0,0,0', SSPACE = 64,
    COMBINEFUNC = _conversion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_agg(metric_moment, metric_moment, interval, metric_moment) IS
    'collects leads as they were known before as_of; converted_at NULL has not converted; the window includes its last moment, and its months are of the calendar (31 January + 1 month = 28 February), which of instants need conversion_zone_agg; a lead that converted before it was created is an error';
CREATE FUNCTION _conversion_accum(conversion_state, metric_moment, metric_moment, interval, metric_moment, metric_option)
    RETURNS conversion_state
    AS 'MODULE_PATHNAME', 'cm_conversion_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE conversion_zone_agg(created_at metric_moment, converted_at metric_moment, within interval,
    as_of metric_moment, zone metric_option) (
    SFUNC = _conversion_accum, STYPE = conversion_state, INITCOND = '1:0:0,0,0,0,0', SSPACE = 64,
    COMBINEFUNC = _conversion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_zone_agg(metric_moment, metric_moment, interval, metric_moment, metric_option) IS
    'as conversion_agg, of instants, for a window of months: by the clock of this zone, as PostgreSQL adds them (31 January + 1 month = 28 February); days are 24 hours';
CREATE AGGREGATE conversion_zone_rate(created_at metric_moment, converted_at metric_moment, within interval,
    as_of metric_moment, zone metric_option) (
    SFUNC = _conversion_accum, STYPE = conversion_state, INITCOND = '1:0:0,0,0,0,0', SSPACE = 64,
    COMBINEFUNC = _conversion_combine, FINALFUNC = conversion_rate, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_zone_rate(metric_moment, metric_moment, interval, metric_moment, metric_option) IS
    'as conversion_rate_within, of instants, for a window of months by the clock of this zone';
CREATE AGGREGATE conversion_rate_within(created_at metric_moment, converted_at metric_moment, within interval,
    as_of metric_moment) (
    SFUNC = _conversion_accum, STYPE = conversion_state, INITCOND = '1:0:0,0,0,0,0', SSPACE = 64,
    COMBINEFUNC = _conversion_combine, FINALFUNC = conversion_rate, PARALLEL = SAFE
);
COMMENT ON AGGREGATE conversion_rate_within(metric_moment, metric_moment, interval, metric_moment) IS
    'share of leads converted within a time from their creation, among those whose time was over before as_of';
CREATE AGGREGATE rollup(conversion_state) (
    SFUNC = _conversion_combine, STYPE = conversion_state, SSPACE = 64, COMBINEFUNC = _conversion_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(conversion_state) IS
    'merges conversions of one window: the leads of all of them, also where times of some were local and of others instants';
-- @plus conversion_state
CREATE FUNCTION _conversion_state_json(conversion_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_conversion_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _conversion_state_json(conversion_state) IS
    'cast to json: {"within_months": 0, "within_days": 30, "n": 6, "converted": 2, "late": 1, "not_converted": 3, "pending": 2, "pending_converted": 1}, as conversion_estimate counts them; the window is null without leads';
-- @json conversion_state
