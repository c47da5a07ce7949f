-- Customer effort: how easy it was, on a scale of 1 (hard) to 7 (easy).
CREATE FUNCTION ces(survey_state, method text DEFAULT 'mean', scale bigint DEFAULT 7) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_ces' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION ces(survey_state, text, bigint) IS
    'customer effort score on 1..scale: mean, or the share above the middle (top), or that less the share below (net)';
CREATE FUNCTION _ces_final(survey_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_ces_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE ces(score smallint) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, FINALFUNC = _ces_final, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = _ces_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE ces(smallint) IS 'customer effort score: mean answer on a scale of 1 to 7';
CREATE AGGREGATE ces(score integer) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, FINALFUNC = _ces_final, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = _ces_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE ces(integer) IS 'customer effort score: mean answer on a scale of 1 to 7';
CREATE AGGREGATE ces(score double precision) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, FINALFUNC = _ces_final, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = _ces_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE ces(double precision) IS 'customer effort score: mean answer on a scale of 1 to 7';

CREATE FUNCTION ces_estimate(survey_state, confidence double precision DEFAULT 0.95, method text DEFAULT 'mean',
    scale bigint DEFAULT 7,
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_ces_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION ces_estimate(survey_state, double precision, text, bigint) IS
    'customer effort score with its interval: of the mean by Student''s t, of top by Wilson''s score, of net by adjusted Wald (Rocks 2016)';
CREATE FUNCTION ces_test(a survey_state, b survey_state, confidence double precision DEFAULT 0.95,
    method text DEFAULT 'mean', scale bigint DEFAULT 7,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT statistic double precision, OUT df double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_ces_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION ces_test(survey_state, survey_state, double precision, text, bigint) IS
    'ces(a) - ces(b) of independent samples: of means by t (Welch 1947), which has degrees of freedom, of top and net by z as in rate_test and nps_test';
