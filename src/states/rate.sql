-- rate: hits of total. A ratio that can be stored, merged and compared.
-- Preferred: a literal without a type is a rate where a weighted one fits, too.
-- @type rate_state cm_rate cm_rate INTERNALLENGTH = 16, ALIGNMENT = double, PREFERRED = true
COMMENT ON TYPE rate_state IS 'hits of total, such as 3/10: a proportion that can be merged with rollup; ordered by value';

CREATE FUNCTION rate(hits double precision, total double precision) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_rate_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate(double precision, double precision) IS
    'the rate of hits among total, counts or sums of counts; an error if hits exceed total';
CREATE FUNCTION hits(rate_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_rate_hits' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hits(rate_state) IS 'the count that met the condition';
CREATE FUNCTION total(rate_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_rate_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total(rate_state) IS 'the count that the rate is a part of';
CREATE FUNCTION rate_value(rate_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_to_float' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_value(rate_state) IS 'hits / total, from 0 to 1; NULL for a rate of nothing';
CREATE FUNCTION _rate_state_numeric(rate_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_rate_to_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _rate_state_numeric(rate_state) IS
    'hits / total as PostgreSQL divides numerics, to at least 16 significant digits; NULL for a rate of nothing';
-- Assignment only: an implicit cast would let avg(rate) average averages.
CREATE CAST (rate_state AS double precision) WITH FUNCTION rate_value(rate_state) AS ASSIGNMENT;
CREATE CAST (rate_state AS numeric) WITH FUNCTION _rate_state_numeric(rate_state) AS ASSIGNMENT;

CREATE FUNCTION rate_lower(rate_state, confidence double precision DEFAULT 0.95) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_lower' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_lower(rate_state, double precision) IS 'lower end of the Wilson score interval';
CREATE FUNCTION rate_upper(rate_state, confidence double precision DEFAULT 0.95) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_upper' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_upper(rate_state, double precision) IS 'upper end of the Wilson score interval';
CREATE FUNCTION rate_estimate(rate_state, confidence double precision DEFAULT 0.95,
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_rate_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rate_estimate(rate_state, double precision) IS 'the value with its Wilson score interval (Wilson 1927)';
CREATE FUNCTION rate_test(a rate_state, b rate_state, confidence double precision DEFAULT 0.95,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_rate_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rate_test(rate_state, rate_state, double precision) IS
    'a - b of independent samples: hybrid score interval (Newcombe 1998, method 10) and pooled z test';

CREATE FUNCTION _rate_accum(rate_state, boolean) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_rate_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_remove(rate_state, boolean) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_rate_remove' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_accum(rate_state, text) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_rate_accum_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_remove(rate_state, text) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_rate_remove_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_combine(rate_state, rate_state) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_rate_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE rate_agg(hit boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean) IS 'the rate of true among the rows that are not NULL';
CREATE AGGREGATE rate_agg(hit text) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(text) IS
    'the rate of true among the rows that are not NULL, of words that PostgreSQL reads as a boolean, such as Yes and no';
CREATE AGGREGATE rollup(rate_state) (
    SFUNC = _rate_combine, STYPE = rate_state, SSPACE = 16, COMBINEFUNC = _rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rate_state) IS 'merges rates: hits and totals are added';
-- @plus rate_state

CREATE FUNCTION _rate_state_json(rate_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_rate_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _rate_state_json(rate_state) IS 'rate as JSON: {"hits": 3, "total": 10}';
-- @json rate_state
