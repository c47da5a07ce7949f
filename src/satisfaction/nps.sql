-- Net promoter score, in points from -100 to 100: nps(score), nps(survey), nps(promoters, passives, detractors).
CREATE FUNCTION nps(survey_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_nps' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps(survey_state) IS 'net promoter score (Reichheld 2003): 100 x (share of 9..10 - share of 0..6); NULL without answers';
CREATE FUNCTION nps(promoters double precision, passives double precision, detractors double precision)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_nps_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps(double precision, double precision, double precision) IS
    'net promoter score from counts or sums of counts';
CREATE AGGREGATE nps(score smallint) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, FINALFUNC = nps, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = nps,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE nps(smallint) IS 'net promoter score of the answers, in points from -100 to 100';
CREATE AGGREGATE nps(score integer) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, FINALFUNC = nps, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = nps,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE nps(integer) IS 'net promoter score of the answers, in points from -100 to 100';
CREATE AGGREGATE nps(score double precision) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, FINALFUNC = nps, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = nps,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE nps(double precision) IS 'net promoter score of the answers, in points from -100 to 100';

CREATE FUNCTION promoters(survey_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_nps_promoters' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION promoters(survey_state) IS 'number of promoters: answers 9 and 10';
CREATE FUNCTION passives(survey_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_nps_passives' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION passives(survey_state) IS 'number of passives: answers 7 and 8';
CREATE FUNCTION detractors(survey_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_nps_detractors' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION detractors(survey_state) IS 'number of detractors: answers 0 to 6';

CREATE FUNCTION nps_estimate(survey_state, confidence double precision DEFAULT 0.95, method text DEFAULT 'adjusted_wald',
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_nps_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION nps_estimate(survey_state, double precision, text) IS
    'net promoter score with its interval; method adjusted_wald (Rocks 2016), score (Tango 1998) or wald';
CREATE FUNCTION nps_estimate(promoters double precision, passives double precision, detractors double precision,
    confidence double precision DEFAULT 0.95, method text DEFAULT 'adjusted_wald',
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_nps_estimate_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION nps_estimate(double precision, double precision, double precision, double precision, text) IS
    'net promoter score from counts with its interval; method adjusted_wald (Rocks 2016), score (Tango 1998) or wald';
CREATE FUNCTION nps_lower(survey_state, confidence double precision DEFAULT 0.95,
    method text DEFAULT 'adjusted_wald') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_nps_lower' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION nps_lower(survey_state, double precision, text) IS 'lower end of the interval of nps_estimate';
CREATE FUNCTION nps_upper(survey_state, confidence double precision DEFAULT 0.95,
    method text DEFAULT 'adjusted_wald') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_nps_upper' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION nps_upper(survey_state, double precision, text) IS 'upper end of the interval of nps_estimate';
CREATE FUNCTION nps_test(a survey_state, b survey_state, confidence double precision DEFAULT 0.95,
    method text DEFAULT 'adjusted_wald',
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_nps_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION nps_test(survey_state, survey_state, double precision, text) IS
    'nps(a) - nps(b) of independent samples: interval and two-sided z test; method adjusted_wald or wald';

CREATE FUNCTION nps_points(score double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_nps_points' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_points(double precision) IS
    'what an answer is worth to the net promoter score: 100, 0 or -100, so that nps is their mean; for paired tests, mean_agg(nps_points(after) - nps_points(before))';

CREATE FUNCTION nps_category(score double precision, lang text DEFAULT 'en') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_nps_category' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_category(double precision, text) IS 'promoter, passive or detractor; lang en or zh';
CREATE FUNCTION nps_transition(before double precision, after double precision, lang text DEFAULT 'en') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_nps_transition' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_transition(double precision, double precision, text) IS
    'how a customer moved between two answers, such as detractor to promoter; "new ..." without a first answer; lang en or zh';
