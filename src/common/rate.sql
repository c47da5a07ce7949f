-- rate: hits of total. A ratio that can be stored, merged and compared.
CREATE TYPE rate;
CREATE FUNCTION _rate_in(cstring) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_rate_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_out(rate) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_rate_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_recv(internal) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_rate_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_send(rate) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_rate_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE rate (
    INPUT = _rate_in, OUTPUT = _rate_out, RECEIVE = _rate_recv, SEND = _rate_send,
    INTERNALLENGTH = 16, ALIGNMENT = double
);
COMMENT ON TYPE rate IS 'hits of total, such as 3/10: a proportion that can be merged with rollup; ordered by value';
-- @storable rate cm_rate

CREATE FUNCTION rate(hits bigint, total bigint) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_rate_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate(bigint, bigint) IS 'the rate of hits among total; an error if hits exceed total';
CREATE FUNCTION hits(rate) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_rate_hits' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION hits(rate) IS 'the count that met the condition';
CREATE FUNCTION total(rate) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_rate_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total(rate) IS 'the count that the rate is a part of';
CREATE FUNCTION rate_value(rate) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_to_float' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_value(rate) IS 'hits / total, from 0 to 1; NULL for a rate of nothing';
-- Assignment only: an implicit cast would let avg(rate) average averages.
CREATE CAST (rate AS double precision) WITH FUNCTION rate_value(rate) AS ASSIGNMENT;

CREATE FUNCTION rate_lower(rate, confidence double precision DEFAULT 0.95) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_lower' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_lower(rate, double precision) IS 'lower end of the Wilson score interval';
CREATE FUNCTION rate_upper(rate, confidence double precision DEFAULT 0.95) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_upper' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_upper(rate, double precision) IS 'upper end of the Wilson score interval';
CREATE FUNCTION rate_estimate(rate, confidence double precision DEFAULT 0.95,
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_rate_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_estimate(rate, double precision) IS 'the value with its Wilson score interval (Wilson 1927)';
CREATE FUNCTION rate_test(a rate, b rate, confidence double precision DEFAULT 0.95,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_rate_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_test(rate, rate, double precision) IS
    'a - b of independent samples: hybrid score interval (Newcombe 1998, method 10) and pooled z test';

CREATE FUNCTION _rate_accum(rate, boolean) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_rate_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_remove(rate, boolean) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_rate_remove' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_combine(rate, rate) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_rate_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_complement(rate) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_complement' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE rate_agg(hit boolean) (
    SFUNC = _rate_accum, STYPE = rate, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate, MINITCOND = '0/0', MSSPACE = 16,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_agg(boolean) IS 'the rate of true among the rows that are not NULL';
CREATE AGGREGATE rollup(rate) (
    SFUNC = _rate_combine, STYPE = rate, SSPACE = 16, COMBINEFUNC = _rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rate) IS 'merges rates: hits and totals are added';
