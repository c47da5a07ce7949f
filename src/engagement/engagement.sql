-- Engagement: a score of weighted events that fades by half in every half-life. Times without a zone count as UTC.
-- @type engagement_state cm_engagement
COMMENT ON TYPE engagement_state IS
    'weighted events that fade with time, for a score at any later moment; exact in any order; merges with rollup';

CREATE FUNCTION _engagement_accum(engagement_state, date, double precision, double precision) RETURNS engagement_state
    AS 'MODULE_PATHNAME', 'cm_engagement_accum_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _engagement_accum(engagement_state, timestamp, double precision, double precision) RETURNS engagement_state
    AS 'MODULE_PATHNAME', 'cm_engagement_accum_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _engagement_accum(engagement_state, timestamptz, double precision, double precision) RETURNS engagement_state
    AS 'MODULE_PATHNAME', 'cm_engagement_accum_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _engagement_combine(engagement_state, engagement_state) RETURNS engagement_state
    AS 'MODULE_PATHNAME', 'cm_engagement_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE engagement_agg(at date, weight double precision, half_life double precision) (
    SFUNC = _engagement_accum, STYPE = engagement_state, INITCOND = '1:0,0,0,0', SSPACE = 512,
    COMBINEFUNC = _engagement_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE engagement_agg(date, double precision, double precision) IS
    'collects events with their weights; half_life in days, the same for all; rows with a NULL are skipped';
CREATE AGGREGATE engagement_agg(at timestamp, weight double precision, half_life double precision) (
    SFUNC = _engagement_accum, STYPE = engagement_state, INITCOND = '1:0,0,0,0', SSPACE = 512,
    COMBINEFUNC = _engagement_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE engagement_agg(timestamp, double precision, double precision) IS
    'collects events with their weights; half_life in days, the same for all; rows with a NULL are skipped';
CREATE AGGREGATE engagement_agg(at timestamptz, weight double precision, half_life double precision) (
    SFUNC = _engagement_accum, STYPE = engagement_state, INITCOND = '1:0,0,0,0', SSPACE = 512,
    COMBINEFUNC = _engagement_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE engagement_agg(timestamptz, double precision, double precision) IS
    'collects events with their weights; half_life in days, the same for all; rows with a NULL are skipped';
CREATE AGGREGATE rollup(engagement_state) (
    SFUNC = _engagement_combine, STYPE = engagement_state, SSPACE = 512, COMBINEFUNC = _engagement_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(engagement_state) IS 'merges engagement of one half-life: the events of all of them';

CREATE FUNCTION engagement_score(engagement_state, as_of date) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_score_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION engagement_score(engagement_state, date) IS
    'sum of weight x 2^(-age / half_life) at as_of, which no event may follow; NULL without events';
CREATE FUNCTION recency(engagement_state, as_of date) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_recency_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(engagement_state, date) IS 'days from the latest event to as_of; NULL without events';
CREATE FUNCTION engagement_score(engagement_state, as_of timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_score_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION engagement_score(engagement_state, timestamp) IS
    'sum of weight x 2^(-age / half_life) at as_of, which no event may follow; NULL without events';
CREATE FUNCTION recency(engagement_state, as_of timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_recency_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(engagement_state, timestamp) IS 'days from the latest event to as_of; NULL without events';
CREATE FUNCTION engagement_score(engagement_state, as_of timestamptz) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_score_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION engagement_score(engagement_state, timestamptz) IS
    'sum of weight x 2^(-age / half_life) at as_of, which no event may follow; NULL without events';
CREATE FUNCTION recency(engagement_state, as_of timestamptz) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_recency_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(engagement_state, timestamptz) IS 'days from the latest event to as_of; NULL without events';
CREATE FUNCTION interactions(engagement_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_engagement_events' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION interactions(engagement_state) IS 'number of events';
CREATE FUNCTION decayed(weight double precision, age double precision, half_life double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_decayed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION decayed(double precision, double precision, double precision) IS
    'what is left of the weight of one event: weight x 2^(-age / half_life), both in one unit of time';
