-- Customer satisfaction: the share of satisfied answers, the top two boxes unless told otherwise: 4 and 5 of 1 to 5.
CREATE FUNCTION csat_rate(survey_state, satisfied_from bigint DEFAULT NULL, scale bigint DEFAULT 5) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_csat_rate' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION csat_rate(survey_state, bigint, bigint) IS
    'satisfied answers among all, as a rate; satisfied are the two highest of 1..scale or those from satisfied_from on; an answer outside 1..scale is an error';
CREATE FUNCTION csat(survey_state, satisfied_from bigint DEFAULT NULL, scale bigint DEFAULT 5) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_csat' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION csat(survey_state, bigint, bigint) IS
    'customer satisfaction: share of the two highest answers on a scale of 1..scale, or of those from satisfied_from on; NULL without answers';
CREATE FUNCTION csat(satisfied double precision, responses double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_csat_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION csat(double precision, double precision) IS
    'customer satisfaction from counts or sums of counts: satisfied / responses';
CREATE FUNCTION csat_estimate(answers survey_state, confidence double precision DEFAULT 0.95,
    satisfied_from bigint DEFAULT NULL, scale bigint DEFAULT 5,
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint)
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT e.value, e.lower, e.upper, e.n FROM rate_estimate(csat_rate($1, $3, $4), $2) AS e;
    END;
COMMENT ON FUNCTION csat_estimate(survey_state, double precision, bigint, bigint) IS
    'customer satisfaction with its Wilson score interval; satisfied are the two highest of 1..scale or those from satisfied_from on';
CREATE FUNCTION csat_test(a survey_state, b survey_state, confidence double precision DEFAULT 0.95,
    satisfied_from bigint DEFAULT NULL, scale bigint DEFAULT 5,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision)
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
        SELECT t.difference, t.lower, t.upper, t.z, t.p_value
        FROM rate_test(csat_rate($1, $4, $5), csat_rate($2, $4, $5), $3) AS t;
    END;
COMMENT ON FUNCTION csat_test(survey_state, survey_state, double precision, bigint, bigint) IS
    'csat(a) - csat(b) of independent samples, as rate_test: interval by Newcombe (1998), pooled z test';
CREATE FUNCTION _csat_final(survey_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_csat_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE csat(score smallint) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, FINALFUNC = _csat_final, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = _csat_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE csat(smallint) IS 'customer satisfaction: share of 4 and 5 on a scale of 1 to 5; for others csat(survey_agg(score), scale => 7)';
CREATE AGGREGATE csat(score integer) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, FINALFUNC = _csat_final, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = _csat_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE csat(integer) IS 'customer satisfaction: share of 4 and 5 on a scale of 1 to 5; for others csat(survey_agg(score), scale => 7)';
CREATE AGGREGATE csat(score double precision) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, FINALFUNC = _csat_final, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = _csat_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE csat(double precision) IS 'customer satisfaction: share of 4 and 5 on a scale of 1 to 5; for others csat(survey_agg(score), scale => 7)';
