-- Customer health: components on one scale, weighted; what is not known leaves its weight to the others.
CREATE FUNCTION health_score(scores double precision[], weights double precision[],
    least_coverage double precision DEFAULT 0,
    OUT score double precision, OUT coverage double precision)
    AS 'MODULE_PATHNAME', 'cm_health_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION health_score(double precision[], double precision[], double precision) IS
    'weighted mean of the scores that are not NULL, and the share of the weight that is theirs; no score where that is below least_coverage; the scores may be on any scale, but all on one';
CREATE FUNCTION scaled_score(value double precision, worst double precision, best double precision,
    outside text DEFAULT 'cap') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_scaled_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION scaled_score(double precision, double precision, double precision, text) IS
    'a measure on a scale of 0 (worst) to 100 (best), in either direction; values outside: cap or error';
CREATE FUNCTION health_band(score double precision, poor_below double precision DEFAULT 50,
    good_from double precision DEFAULT 75, lang text DEFAULT 'en') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_health_band' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION health_band(double precision, double precision, double precision, text) IS
    'poor, fair or good: the score is below poor_below, between, or reaches good_from; lang en or zh';
CREATE FUNCTION relationship_quality(satisfaction double precision, loyalty double precision,
    advocacy double precision, weights double precision[] DEFAULT '{1,1,1}',
    OUT score double precision, OUT coverage double precision)
    AS 'MODULE_PATHNAME', 'cm_relationship_quality' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION relationship_quality(double precision, double precision, double precision, double precision[]) IS
    'health score, from 0 to 100, of satisfaction (a share, such as csat), loyalty (a share, such as repurchase_rate) and advocacy (nps, in points)';
