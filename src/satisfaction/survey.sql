-- survey: the answers to one question, as a histogram of scores 0 to 10.
CREATE TYPE survey;
CREATE FUNCTION _survey_in(cstring) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_out(survey) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_survey_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_recv(internal) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_send(survey) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_survey_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE survey (
    INPUT = _survey_in, OUTPUT = _survey_out, RECEIVE = _survey_recv, SEND = _survey_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE survey IS 'answers to one question on a scale of 0 to 10: a histogram that can be stored and merged';
-- @storable survey cm_state

CREATE FUNCTION _survey_accum(survey, smallint) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_accum_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_accum(survey, integer) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_accum_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_accum(survey, double precision) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_remove(survey, smallint) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_remove_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_remove(survey, integer) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_remove_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_remove(survey, double precision) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_remove_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_combine(survey, survey) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION _survey_final(survey) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE survey_agg(score smallint) (
    SFUNC = _survey_accum, STYPE = survey, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey, MFINALFUNC = _survey_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE survey_agg(smallint) IS
    'collects answers on a scale of 0 to 10; NULL is no answer, a fraction or a score outside 0..10 an error';
CREATE AGGREGATE survey_agg(score integer) (
    SFUNC = _survey_accum, STYPE = survey, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey, MFINALFUNC = _survey_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE survey_agg(integer) IS
    'collects answers on a scale of 0 to 10; NULL is no answer, a fraction or a score outside 0..10 an error';
CREATE AGGREGATE survey_agg(score double precision) (
    SFUNC = _survey_accum, STYPE = survey, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey, MFINALFUNC = _survey_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE survey_agg(double precision) IS
    'collects answers on a scale of 0 to 10; NULL is no answer, a fraction or a score outside 0..10 an error';
CREATE AGGREGATE rollup(survey) (
    SFUNC = _survey_combine, STYPE = survey, SSPACE = 32, COMBINEFUNC = _survey_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survey) IS 'merges surveys: the answers of all of them';

CREATE FUNCTION survey_from_counts(counts bigint[]) RETURNS survey
    AS 'MODULE_PATHNAME', 'cm_survey_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_from_counts(bigint[]) IS 'a survey from eleven counts: how many gave each score 0 to 10';
CREATE FUNCTION responses(survey) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_survey_responses' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION responses(survey) IS 'number of answers';
CREATE FUNCTION mean_score(survey) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survey_mean_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_score(survey) IS 'arithmetic mean of the answers; NULL without answers';
CREATE FUNCTION survey_scores(survey, OUT score integer, OUT responses bigint, OUT share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_survey_scores' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 11;
COMMENT ON FUNCTION survey_scores(survey) IS 'the distribution: a row for each score 0 to 10';
