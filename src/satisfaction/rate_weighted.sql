-- Weighted rates: hits and misses that stand for more or fewer people than one.
-- @type rate_weighted_state cm_rate_weighted
COMMENT ON TYPE rate_weighted_state IS
    'hits and misses with weights: of each the count, the sum of weights and of their squares, exactly; can be stored and merged';

CREATE FUNCTION _rate_weighted_accum(rate_weighted_state, boolean, numeric) RETURNS rate_weighted_state
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_accum_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_weighted_accum(rate_weighted_state, boolean, double precision) RETURNS rate_weighted_state
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_weighted_accum(rate_weighted_state, text, numeric) RETURNS rate_weighted_state
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_accum_text_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_weighted_accum(rate_weighted_state, text, double precision) RETURNS rate_weighted_state
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_accum_text_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rate_weighted_combine(rate_weighted_state, rate_weighted_state) RETURNS rate_weighted_state
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE rate_weighted_agg(hit boolean, weight numeric) (
    SFUNC = _rate_weighted_accum, STYPE = rate_weighted_state, INITCOND = '1:0,0,0;0,0,0', SSPACE = 144,
    COMBINEFUNC = _rate_weighted_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_weighted_agg(boolean, numeric) IS
    'the weighted rate of true among the rows that are not NULL; weights are zero or more, a row of weight 0 is not counted';
CREATE AGGREGATE rate_weighted_agg(hit boolean, weight double precision) (
    SFUNC = _rate_weighted_accum, STYPE = rate_weighted_state, INITCOND = '1:0,0,0;0,0,0', SSPACE = 144,
    COMBINEFUNC = _rate_weighted_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_weighted_agg(boolean, double precision) IS
    'the weighted rate of true among the rows that are not NULL; weights are zero or more, a row of weight 0 is not counted';
CREATE AGGREGATE rate_weighted_agg(hit text, weight numeric) (
    SFUNC = _rate_weighted_accum, STYPE = rate_weighted_state, INITCOND = '1:0,0,0;0,0,0', SSPACE = 144,
    COMBINEFUNC = _rate_weighted_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_weighted_agg(text, numeric) IS
    'the weighted rate of true among the rows that are not NULL, of words that PostgreSQL reads as a boolean, such as Yes and no; weights are zero or more, a row of weight 0 is not counted';
CREATE AGGREGATE rate_weighted_agg(hit text, weight double precision) (
    SFUNC = _rate_weighted_accum, STYPE = rate_weighted_state, INITCOND = '1:0,0,0;0,0,0', SSPACE = 144,
    COMBINEFUNC = _rate_weighted_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rate_weighted_agg(text, double precision) IS
    'the weighted rate of true among the rows that are not NULL, of words that PostgreSQL reads as a boolean, such as Yes and no; weights are zero or more, a row of weight 0 is not counted';
CREATE AGGREGATE rollup(rate_weighted_state) (
    SFUNC = _rate_weighted_combine, STYPE = rate_weighted_state, SSPACE = 144,
    COMBINEFUNC = _rate_weighted_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rate_weighted_state) IS 'merges weighted rates: the rows of all of them';
-- @plus rate_weighted_state
CREATE FUNCTION _rate_weighted_state_json(rate_weighted_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _rate_weighted_state_json(rate_weighted_state) IS
    'weighted rate as JSON: {"hits": {"n": 2, "weight": 1.5, "sum_of_squares": 1.25}, "misses": {...}}';
-- @json rate_weighted_state

CREATE FUNCTION rate_value(rate_weighted_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_value(rate_weighted_state) IS 'weight of the hits / weight of all; NULL for a rate of nothing';
CREATE FUNCTION effective_total(rate_weighted_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_effective' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION effective_total(rate_weighted_state) IS
    'how many rows of equal weight would know as much: (sum of weights)^2 / sum of their squares (Kish 1965)';
CREATE FUNCTION design_effect(rate_weighted_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_design_effect' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION design_effect(rate_weighted_state) IS
    'by which factor the weights widen variances: rows / effective_total (Kish 1965); 1 where all weights are the same';
CREATE FUNCTION rate_estimate(rate_weighted_state, confidence double precision DEFAULT 0.95, method text DEFAULT 'wilson',
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint,
    OUT effective_n double precision, OUT design_effect double precision)
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rate_estimate(rate_weighted_state, double precision, text) IS
    'the weighted value with its interval: wilson of as many rows as effective_n, or linearized (Taylor, as R''s svymean)';
CREATE FUNCTION rate_test(a rate_weighted_state, b rate_weighted_state, confidence double precision DEFAULT 0.95,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_rate_weighted_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rate_test(rate_weighted_state, rate_weighted_state, double precision) IS
    'a - b of independent weighted samples, as rate_test of rates with effective_n rows: interval by Newcombe (1998), pooled z test';
