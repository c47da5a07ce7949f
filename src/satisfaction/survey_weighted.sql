-- Weighted surveys: answers that stand for more or fewer people than one.
-- @type survey_weighted_state cm_survey_weighted
COMMENT ON TYPE survey_weighted_state IS
    'answers on a scale of 0 to 10 with weights: of each score the count, the sum of weights and of their squares, exactly; can be stored and merged';

CREATE FUNCTION _survey_weighted_accum(survey_weighted_state, double precision, numeric) RETURNS survey_weighted_state
    AS 'MODULE_PATHNAME', 'cm_survey_weighted_accum_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_weighted_accum(survey_weighted_state, double precision, double precision)
    RETURNS survey_weighted_state
    AS 'MODULE_PATHNAME', 'cm_survey_weighted_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_weighted_combine(survey_weighted_state, survey_weighted_state) RETURNS survey_weighted_state
    AS 'MODULE_PATHNAME', 'cm_survey_weighted_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION nps(survey_weighted_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_nps_weighted' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps(survey_weighted_state) IS
    'net promoter score of weighted answers: 100 x (weight of 9..10 - weight of 0..6) / weight of all; NULL without answers';
CREATE FUNCTION _csat_weighted_final(survey_weighted_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_csat_weighted_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _ces_weighted_final(survey_weighted_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_ces_weighted_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE survey_weighted_agg(score double precision, weight numeric) (
    SFUNC = _survey_weighted_accum, STYPE = survey_weighted_state, INITCOND = '1:0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0',
    SSPACE = 720, COMBINEFUNC = _survey_weighted_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_weighted_agg(double precision, numeric) IS
    'collects answers on a scale of 0 to 10 with their weights, zero or more; NULL is no answer, a row of weight 0 is not counted';
CREATE AGGREGATE survey_weighted_agg(score double precision, weight double precision) (
    SFUNC = _survey_weighted_accum, STYPE = survey_weighted_state, INITCOND = '1:0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0',
    SSPACE = 720, COMBINEFUNC = _survey_weighted_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE survey_weighted_agg(double precision, double precision) IS
    'collects answers on a scale of 0 to 10 with their weights, zero or more; NULL is no answer, a row of weight 0 is not counted';
CREATE AGGREGATE nps_weighted(score double precision, weight numeric) (
    SFUNC = _survey_weighted_accum, STYPE = survey_weighted_state, INITCOND = '1:0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0',
    SSPACE = 720, COMBINEFUNC = _survey_weighted_combine, FINALFUNC = nps, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps_weighted(double precision, numeric) IS
    'net promoter score of weighted answers, in points from -100 to 100';
CREATE AGGREGATE nps_weighted(score double precision, weight double precision) (
    SFUNC = _survey_weighted_accum, STYPE = survey_weighted_state, INITCOND = '1:0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0',
    SSPACE = 720, COMBINEFUNC = _survey_weighted_combine, FINALFUNC = nps, PARALLEL = SAFE
);
COMMENT ON AGGREGATE nps_weighted(double precision, double precision) IS
    'net promoter score of weighted answers, in points from -100 to 100';
CREATE AGGREGATE csat_weighted(score double precision, weight numeric) (
    SFUNC = _survey_weighted_accum, STYPE = survey_weighted_state, INITCOND = '1:0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0',
    SSPACE = 720, COMBINEFUNC = _survey_weighted_combine, FINALFUNC = _csat_weighted_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat_weighted(double precision, numeric) IS
    'customer satisfaction of weighted answers: share of 4 and 5 on a scale of 1 to 5';
CREATE AGGREGATE csat_weighted(score double precision, weight double precision) (
    SFUNC = _survey_weighted_accum, STYPE = survey_weighted_state, INITCOND = '1:0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0',
    SSPACE = 720, COMBINEFUNC = _survey_weighted_combine, FINALFUNC = _csat_weighted_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE csat_weighted(double precision, double precision) IS
    'customer satisfaction of weighted answers: share of 4 and 5 on a scale of 1 to 5';
CREATE AGGREGATE ces_weighted(score double precision, weight numeric) (
    SFUNC = _survey_weighted_accum, STYPE = survey_weighted_state, INITCOND = '1:0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0',
    SSPACE = 720, COMBINEFUNC = _survey_weighted_combine, FINALFUNC = _ces_weighted_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces_weighted(double precision, numeric) IS
    'customer effort score of weighted answers: mean on a scale of 1 to 7';
CREATE AGGREGATE ces_weighted(score double precision, weight double precision) (
    SFUNC = _survey_weighted_accum, STYPE = survey_weighted_state, INITCOND = '1:0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0;0,0,0',
    SSPACE = 720, COMBINEFUNC = _survey_weighted_combine, FINALFUNC = _ces_weighted_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE ces_weighted(double precision, double precision) IS
    'customer effort score of weighted answers: mean on a scale of 1 to 7';
CREATE AGGREGATE rollup(survey_weighted_state) (
    SFUNC = _survey_weighted_combine, STYPE = survey_weighted_state, SSPACE = 720,
    COMBINEFUNC = _survey_weighted_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survey_weighted_state) IS 'merges weighted surveys: the answers of all of them';
-- @plus survey_weighted_state
CREATE FUNCTION _survey_weighted_state_json(survey_weighted_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_survey_weighted_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _survey_weighted_state_json(survey_weighted_state) IS
    'weighted survey as JSON: {"scores": {"0": {"n": 2, "weight": 1.5, "sum_of_squares": 1.25}, ..., "10": {...}}}';
-- @json survey_weighted_state

CREATE FUNCTION responses(survey_weighted_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_survey_weighted_responses' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION responses(survey_weighted_state) IS 'number of answers, without their weights';
CREATE FUNCTION effective_responses(survey_weighted_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survey_weighted_effective' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION effective_responses(survey_weighted_state) IS
    'how many answers of equal weight would know as much: (sum of weights)^2 / sum of their squares (Kish 1965)';
CREATE FUNCTION design_effect(survey_weighted_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survey_weighted_design_effect' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION design_effect(survey_weighted_state) IS
    'by which factor the weights widen variances: responses / effective_responses (Kish 1965); 1 where all weights are the same';
CREATE FUNCTION mean_score(survey_weighted_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survey_weighted_mean_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_score(survey_weighted_state) IS 'weighted mean of the answers; NULL without answers';
CREATE FUNCTION survey_scores(survey_weighted_state, OUT score integer, OUT responses bigint,
    OUT weight double precision, OUT share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_survey_weighted_scores' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 11;
COMMENT ON FUNCTION survey_scores(survey_weighted_state) IS
    'the distribution: a row for each score 0 to 10, its answers, their weight and its share of all weight';

CREATE FUNCTION nps_estimate(survey_weighted_state, confidence double precision DEFAULT 0.95,
    method text DEFAULT 'adjusted_wald',
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint,
    OUT effective_n double precision, OUT design_effect double precision)
    AS 'MODULE_PATHNAME', 'cm_nps_weighted_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION nps_estimate(survey_weighted_state, double precision, text) IS
    'net promoter score of weighted answers with its interval: adjusted_wald, score or wald of as many answers as effective_n, or linearized (Taylor, as R''s svymean)';
CREATE FUNCTION nps_test(a survey_weighted_state, b survey_weighted_state, confidence double precision DEFAULT 0.95,
    method text DEFAULT 'adjusted_wald',
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_nps_weighted_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION nps_test(survey_weighted_state, survey_weighted_state, double precision, text) IS
    'nps(a) - nps(b) of independent weighted samples: interval and two-sided z test; method adjusted_wald or wald of the effective answers, or linearized';

CREATE FUNCTION csat_rate(survey_weighted_state, satisfied_from bigint DEFAULT NULL, scale bigint DEFAULT 5)
    RETURNS rate_weighted_state
    AS 'MODULE_PATHNAME', 'cm_csat_weighted_rate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION csat_rate(survey_weighted_state, bigint, bigint) IS
    'weighted satisfied answers among all, as a weighted rate; satisfied are the two highest of 1..scale or those from satisfied_from on';
CREATE FUNCTION csat(answers survey_weighted_state, satisfied_from bigint DEFAULT NULL, scale bigint DEFAULT 5)
    RETURNS double precision
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN rate_value(csat_rate($1, $2, $3));
COMMENT ON FUNCTION csat(survey_weighted_state, bigint, bigint) IS
    'customer satisfaction of weighted answers: share of the weight of the two highest answers, or of those from satisfied_from on';
CREATE FUNCTION csat_estimate(answers survey_weighted_state, confidence double precision DEFAULT 0.95,
    satisfied_from bigint DEFAULT NULL, scale bigint DEFAULT 5, method text DEFAULT 'wilson',
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint,
    OUT effective_n double precision, OUT design_effect double precision)
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT e.value, e.lower, e.upper, e.n, e.effective_n, e.design_effect
        FROM rate_estimate(csat_rate($1, $3, $4), $2, $5) AS e;
    END;
COMMENT ON FUNCTION csat_estimate(survey_weighted_state, double precision, bigint, bigint, text) IS
    'customer satisfaction of weighted answers with its interval, as rate_estimate of csat_rate: wilson or linearized';
CREATE FUNCTION csat_test(a survey_weighted_state, b survey_weighted_state, confidence double precision DEFAULT 0.95,
    satisfied_from bigint DEFAULT NULL, scale bigint DEFAULT 5,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision)
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT t.difference, t.lower, t.upper, t.z, t.p_value
        FROM rate_test(csat_rate($1, $4, $5), csat_rate($2, $4, $5), $3) AS t;
    END;
COMMENT ON FUNCTION csat_test(survey_weighted_state, survey_weighted_state, double precision, bigint, bigint) IS
    'csat(a) - csat(b) of independent weighted samples, as rate_test of weighted rates';

CREATE FUNCTION ces(survey_weighted_state, method text DEFAULT 'mean', scale bigint DEFAULT 7) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_ces_weighted' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces(survey_weighted_state, text, bigint) IS
    'customer effort score of weighted answers on 1..scale: mean, or the share of weight above the middle (top), or that less the share below (net)';
CREATE FUNCTION ces_estimate(survey_weighted_state, confidence double precision DEFAULT 0.95, method text DEFAULT 'mean',
    scale bigint DEFAULT 7,
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint,
    OUT effective_n double precision, OUT design_effect double precision)
    AS 'MODULE_PATHNAME', 'cm_ces_weighted_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION ces_estimate(survey_weighted_state, double precision, text, bigint) IS
    'customer effort score of weighted answers with its interval by Taylor linearisation, as R''s svymean';
CREATE FUNCTION ces_test(a survey_weighted_state, b survey_weighted_state, confidence double precision DEFAULT 0.95,
    method text DEFAULT 'mean', scale bigint DEFAULT 7,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_ces_weighted_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION ces_test(survey_weighted_state, survey_weighted_state, double precision, text, bigint) IS
    'ces(a) - ces(b) of independent weighted samples: interval and z test by Taylor linearisation';
