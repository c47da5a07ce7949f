-- Visits: how often, how deep, how long. Times without a zone count as UTC.
CREATE TYPE visit_totals;
CREATE FUNCTION _visit_totals_in(cstring) RETURNS visit_totals
    AS 'MODULE_PATHNAME', 'cm_visits_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _visit_totals_out(visit_totals) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_visits_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _visit_totals_recv(internal) RETURNS visit_totals
    AS 'MODULE_PATHNAME', 'cm_visits_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _visit_totals_send(visit_totals) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_visits_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE visit_totals (
    INPUT = _visit_totals_in, OUTPUT = _visit_totals_out, RECEIVE = _visit_totals_recv, SEND = _visit_totals_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE visit_totals IS
    'visits with their depth and duration, for frequency, depth, duration and bounces; merges with rollup';
-- @storable visit_totals cm_state

CREATE FUNCTION _visits_accum(visit_totals, date, bigint, double precision) RETURNS visit_totals
    AS 'MODULE_PATHNAME', 'cm_visits_accum_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _visits_accum(visit_totals, timestamp, bigint, double precision) RETURNS visit_totals
    AS 'MODULE_PATHNAME', 'cm_visits_accum_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _visits_accum(visit_totals, timestamptz, bigint, double precision) RETURNS visit_totals
    AS 'MODULE_PATHNAME', 'cm_visits_accum_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _visits_combine(visit_totals, visit_totals) RETURNS visit_totals
    AS 'MODULE_PATHNAME', 'cm_visits_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE visits_agg(at date, pages bigint, seconds double precision) (
    SFUNC = _visits_accum, STYPE = visit_totals, INITCOND = '1:0,0,0,0,0,0,0,0', SSPACE = 80,
    COMBINEFUNC = _visits_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE visits_agg(date, bigint, double precision) IS
    'a row for each visit: when, how many pages, how many seconds; NULL pages or seconds are unknown, a row without time is skipped';
CREATE AGGREGATE visits_agg(at timestamp, pages bigint, seconds double precision) (
    SFUNC = _visits_accum, STYPE = visit_totals, INITCOND = '1:0,0,0,0,0,0,0,0', SSPACE = 80,
    COMBINEFUNC = _visits_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE visits_agg(timestamp, bigint, double precision) IS
    'a row for each visit: when, how many pages, how many seconds; NULL pages or seconds are unknown, a row without time is skipped';
CREATE AGGREGATE visits_agg(at timestamptz, pages bigint, seconds double precision) (
    SFUNC = _visits_accum, STYPE = visit_totals, INITCOND = '1:0,0,0,0,0,0,0,0', SSPACE = 80,
    COMBINEFUNC = _visits_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE visits_agg(timestamptz, bigint, double precision) IS
    'a row for each visit: when, how many pages, how many seconds; NULL pages or seconds are unknown, a row without time is skipped';
CREATE AGGREGATE rollup(visit_totals) (
    SFUNC = _visits_combine, STYPE = visit_totals, SSPACE = 80, COMBINEFUNC = _visits_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(visit_totals) IS 'merges visits: those of all of them';

CREATE FUNCTION visits(visit_totals) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_visits_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION visits(visit_totals) IS
    'number of visits';
CREATE FUNCTION visit_frequency(visit_totals, days double precision, per_days double precision DEFAULT 7) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_frequency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION visit_frequency(visit_totals, double precision, double precision) IS
    'visits in each per_days (a week unless said) of the days that were looked at';
CREATE FUNCTION visit_depth(visit_totals) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_depth' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION visit_depth(visit_totals) IS
    'mean pages of a visit, of those whose pages are known; NULL without';
CREATE FUNCTION visit_duration(visit_totals) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_duration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION visit_duration(visit_totals) IS
    'mean seconds of a visit, of those whose duration is known; NULL without';
CREATE FUNCTION bounce_rate(visit_totals) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_bounce_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bounce_rate(visit_totals) IS
    'share of visits with one page, of those whose pages are known; NULL without';
CREATE FUNCTION bounces(visit_totals) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_visits_bounces' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bounces(visit_totals) IS
    'bounce_rate as a rate, for intervals and tests';
CREATE FUNCTION recency(visit_totals, as_of date) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_recency_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(visit_totals, date) IS
    'days from the latest visit to as_of; NULL without visits';
CREATE FUNCTION recency(visit_totals, as_of timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_recency_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(visit_totals, timestamp) IS
    'days from the latest visit to as_of; NULL without visits';
CREATE FUNCTION recency(visit_totals, as_of timestamptz) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_recency_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(visit_totals, timestamptz) IS
    'days from the latest visit to as_of; NULL without visits';
