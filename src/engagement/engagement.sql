-- Engagement: a score of weighted events that fades by half in every half-life.
-- @type engagement_state cm_engagement
COMMENT ON TYPE engagement_state IS
    'weighted events that fade with time, for a score at any later moment; exact in any order; merges with rollup; all of one clock, local or instants';

CREATE FUNCTION _engagement_accum(engagement_state, metric_moment, double precision, double precision) RETURNS engagement_state
    AS 'MODULE_PATHNAME', 'cm_engagement_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _engagement_combine(engagement_state, engagement_state) RETURNS engagement_state
    AS 'MODULE_PATHNAME', 'cm_engagement_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE engagement_agg(at metric_moment, weight double precision, half_life double precision) (
    SFUNC = _engagement_accum, STYPE = engagement_state, INITCOND = '1:none,0,0,0,0', SSPACE = 512,
    COMBINEFUNC = _engagement_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE engagement_agg(metric_moment, double precision, double precision) IS
    'collects events with their weights; half_life in days, the same for all; rows with a NULL are skipped, which skipped_rows counts';
CREATE AGGREGATE rollup(engagement_state) (
    SFUNC = _engagement_combine, STYPE = engagement_state, SSPACE = 512, COMBINEFUNC = _engagement_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(engagement_state) IS 'merges engagement of one half-life: the events of all of them';
-- @plus engagement_state
CREATE FUNCTION _engagement_state_json(engagement_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_engagement_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _engagement_state_json(engagement_state) IS
    '{"skipped_rows": 0, "half_life_days": 7, "events": 5, "first_event": "2026-01-01T00:00:00", "latest_event": "2026-01-15T00:00:00", "score": 19}; the score at the latest event; instants are of UTC and end in +00:00';
-- @json engagement_state
CREATE FUNCTION skipped_rows(engagement_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_engagement_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION skipped_rows(engagement_state) IS 'rows that count nowhere, as they had no time, no weight or no half-life';

CREATE FUNCTION engagement_score(engagement_state, as_of metric_moment) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION engagement_score(engagement_state, metric_moment) IS
    'sum of weight x 2^(-age / half_life) at as_of, which no event may follow; NULL without events';
CREATE FUNCTION recency(engagement_state, as_of metric_moment) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_recency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(engagement_state, metric_moment) IS 'days from the latest event to as_of; NULL without events';
CREATE FUNCTION interactions(engagement_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_engagement_events' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION interactions(engagement_state) IS 'number of events';
CREATE FUNCTION decayed(weight double precision, age double precision, half_life double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_engagement_decayed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION decayed(double precision, double precision, double precision) IS
    'what is left of the weight of one event: weight x 2^(-age / half_life), both in one unit of time';
