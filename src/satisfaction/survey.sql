-- survey: the answers to one question, as a histogram of scores 0 to 10.
-- Preferred: a literal without a type is a survey where a weighted one fits, too.
-- @type survey_state cm_survey cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended, PREFERRED = true
COMMENT ON TYPE survey_state IS 'answers to one question on a scale of 0 to 10: a histogram that can be stored and merged';

CREATE FUNCTION _survey_accum(survey_state, smallint) RETURNS survey_state
    AS 'MODULE_PATHNAME', 'cm_survey_accum_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_accum(survey_state, integer) RETURNS survey_state
    AS 'MODULE_PATHNAME', 'cm_survey_accum_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_accum(survey_state, double precision) RETURNS survey_state
    AS 'MODULE_PATHNAME', 'cm_survey_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_remove(survey_state, smallint) RETURNS survey_state
    AS 'MODULE_PATHNAME', 'cm_survey_remove_int2' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_remove(survey_state, integer) RETURNS survey_state
    AS 'MODULE_PATHNAME', 'cm_survey_remove_int4' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_remove(survey_state, double precision) RETURNS survey_state
    AS 'MODULE_PATHNAME', 'cm_survey_remove_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _survey_combine(survey_state, survey_state) RETURNS survey_state
    AS 'MODULE_PATHNAME', 'cm_survey_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION _survey_final(survey_state) RETURNS survey_state
    AS 'MODULE_PATHNAME', 'cm_survey_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE survey_agg(score smallint) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = _survey_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE survey_agg(smallint) IS
    'collects answers on a scale of 0 to 10; NULL is no answer, a fraction or a score outside 0..10 an error';
CREATE AGGREGATE survey_agg(score integer) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = _survey_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE survey_agg(integer) IS
    'collects answers on a scale of 0 to 10; NULL is no answer, a fraction or a score outside 0..10 an error';
CREATE AGGREGATE survey_agg(score double precision) (
    SFUNC = _survey_accum, STYPE = survey_state, INITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', SSPACE = 32,
    COMBINEFUNC = _survey_combine, PARALLEL = SAFE,
    MSFUNC = _survey_accum, MINVFUNC = _survey_remove, MSTYPE = survey_state, MFINALFUNC = _survey_final,
    MINITCOND = '1:0,0,0,0,0,0,0,0,0,0,0', MSSPACE = 32
);
COMMENT ON AGGREGATE survey_agg(double precision) IS
    'collects answers on a scale of 0 to 10; NULL is no answer, a fraction or a score outside 0..10 an error';
CREATE AGGREGATE rollup(survey_state) (
    SFUNC = _survey_combine, STYPE = survey_state, SSPACE = 32, COMBINEFUNC = _survey_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(survey_state) IS 'merges surveys: the answers of all of them';
-- @plus survey_state

CREATE FUNCTION _survey_state_json(survey_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_survey_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _survey_state_json(survey_state) IS
    'survey as JSON: how many gave each score, {"scores": {"0": 2, ..., "10": 7}}';
-- @json survey_state

CREATE FUNCTION survey_from_counts(counts double precision[]) RETURNS survey_state
    AS 'MODULE_PATHNAME', 'cm_survey_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION survey_from_counts(double precision[]) IS 'a survey from eleven counts or sums of counts: how many gave each score 0 to 10';
CREATE FUNCTION responses(survey_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_survey_responses' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION responses(survey_state) IS 'number of answers';
CREATE FUNCTION mean_score(survey_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survey_mean_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_score(survey_state) IS 'arithmetic mean of the answers; NULL without answers';
CREATE FUNCTION survey_scores(survey_state, OUT score integer, OUT responses bigint, OUT share double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_survey_scores' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 11;
COMMENT ON FUNCTION survey_scores(survey_state) IS 'the distribution: a row for each score 0 to 10';
