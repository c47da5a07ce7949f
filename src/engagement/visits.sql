-- Visits: how often, how deep, how long.
-- @type visits_state cm_visits
COMMENT ON TYPE visits_state IS
    'visits with their depth and duration, for frequency, depth, duration and bounces; merges with rollup; all of one clock, local or instants';

CREATE FUNCTION _visits_accum(visits_state, metric_moment, double precision, double precision) RETURNS visits_state
    AS 'MODULE_PATHNAME', 'cm_visits_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _visits_combine(visits_state, visits_state) RETURNS visits_state
    AS 'MODULE_PATHNAME', 'cm_visits_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE visits_agg(at metric_moment, pages double precision, seconds double precision) (
    SFUNC = _visits_accum, STYPE = visits_state, INITCOND = '1:none,0,0,0,0,0,0,0,0', SSPACE = 80,
    COMBINEFUNC = _visits_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE visits_agg(metric_moment, double precision, double precision) IS
    'a row for each visit: when, how many pages, how many seconds; NULL pages or seconds are unknown, a row without time is skipped, which skipped_rows counts';
CREATE AGGREGATE rollup(visits_state) (
    SFUNC = _visits_combine, STYPE = visits_state, SSPACE = 80, COMBINEFUNC = _visits_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(visits_state) IS 'merges visits: those of all of them';
-- @plus visits_state
CREATE FUNCTION _visits_state_json(visits_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_visits_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _visits_state_json(visits_state) IS
    '{"skipped_rows": 0, "visits": 5, "pages": 10, "visits_with_pages": 4, "bounces": 2, "seconds": 140.5, "visits_with_seconds": 3, "first_visit": "2026-01-01T08:00:00", "latest_visit": "2026-01-14T20:00:00"}; instants are of UTC and end in +00:00';
-- @json visits_state
CREATE FUNCTION skipped_rows(visits_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_visits_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION skipped_rows(visits_state) IS 'rows that count nowhere, as they had no time';

CREATE FUNCTION visits(visits_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_visits_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION visits(visits_state) IS
    'number of visits';
CREATE FUNCTION visit_frequency(visits_state, days double precision, per_days double precision DEFAULT 7) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_frequency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION visit_frequency(visits_state, double precision, double precision) IS
    'visits in each per_days (a week unless said) of the days that were looked at';
CREATE FUNCTION visit_depth(visits_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_depth' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION visit_depth(visits_state) IS
    'mean pages of a visit, of those whose pages are known; NULL without';
CREATE FUNCTION visit_duration(visits_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_duration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION visit_duration(visits_state) IS
    'mean seconds of a visit, of those whose duration is known; NULL without';
CREATE FUNCTION bounce_rate(visits_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_bounce_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bounce_rate(visits_state) IS
    'share of visits with one page, of those whose pages are known; NULL without';
CREATE FUNCTION bounces(visits_state) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_visits_bounces' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bounces(visits_state) IS
    'bounce_rate as a rate, for intervals and tests';
CREATE FUNCTION recency(visits_state, as_of metric_moment) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_visits_recency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(visits_state, metric_moment) IS
    'days from the latest visit to as_of; NULL without visits';
