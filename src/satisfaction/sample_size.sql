-- How many answers a survey or a comparison needs, what a number of them can show, and how many of those asked answered.
CREATE FUNCTION rate_sample_size(expected double precision, margin double precision, confidence double precision DEFAULT 0.95,
    population double precision DEFAULT NULL) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_rate_sample_size' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rate_sample_size(double precision, double precision, double precision, double precision) IS
    'answers so that a rate, such as csat, of about this size is known to within the margin, a fraction; 0.5 is the careful guess; fewer of a small population (Cochran 1977)';
CREATE FUNCTION rate_test_size(a double precision, b double precision, power double precision DEFAULT 0.8,
    confidence double precision DEFAULT 0.95) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_rate_test_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_test_size(double precision, double precision, double precision, double precision) IS
    'rows in each of two groups so that rate_test finds the difference of a and b with this power (Fleiss 2003)';
CREATE FUNCTION rate_detectable(baseline double precision, n double precision, power double precision DEFAULT 0.8,
    confidence double precision DEFAULT 0.95) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_detectable' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_detectable(double precision, double precision, double precision, double precision) IS
    'least rise above the baseline that two groups of n rows each find with this power; NULL if none up to a rate of 1; for a fall ask for 1 - baseline';
CREATE FUNCTION nps_sample_size(survey_state, margin double precision, confidence double precision DEFAULT 0.95,
    population double precision DEFAULT NULL) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_nps_sample_size' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_sample_size(survey_state, double precision, double precision, double precision) IS
    'answers so that the net promoter score is known to within the margin, in points, where they spread as those of this survey';
CREATE FUNCTION nps_sample_size(promoters double precision, passives double precision, detractors double precision,
    margin double precision, confidence double precision DEFAULT 0.95, population double precision DEFAULT NULL)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_nps_sample_size_from_counts' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION nps_sample_size(double precision, double precision, double precision, double precision, double precision, double precision) IS
    'the same where answers spread as these counts, of which only the proportions matter';
CREATE FUNCTION nps_test_size(survey_state, difference double precision, power double precision DEFAULT 0.8,
    confidence double precision DEFAULT 0.95) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_nps_test_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_test_size(survey_state, double precision, double precision, double precision) IS
    'answers in each of two groups so that nps_test finds a difference, in points, with this power, where they spread as those of this survey';
CREATE FUNCTION nps_test_size(promoters double precision, passives double precision, detractors double precision,
    difference double precision, power double precision DEFAULT 0.8, confidence double precision DEFAULT 0.95)
    RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_nps_test_size_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_test_size(double precision, double precision, double precision, double precision, double precision, double precision) IS
    'the same where answers spread as these counts, of which only the proportions matter';
CREATE FUNCTION nps_detectable(survey_state, n double precision, power double precision DEFAULT 0.8,
    confidence double precision DEFAULT 0.95) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_nps_detectable' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_detectable(survey_state, double precision, double precision, double precision) IS
    'least difference, in points, that two groups of n answers each find with this power, where they spread as those of this survey';
CREATE FUNCTION nps_detectable(promoters double precision, passives double precision, detractors double precision,
    n double precision, power double precision DEFAULT 0.8, confidence double precision DEFAULT 0.95)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_nps_detectable_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION nps_detectable(double precision, double precision, double precision, double precision, double precision, double precision) IS
    'the same where answers spread as these counts, of which only the proportions matter';
CREATE FUNCTION mean_test_size(deviation double precision, difference double precision, power double precision DEFAULT 0.8,
    confidence double precision DEFAULT 0.95) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_mean_test_size' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_test_size(double precision, double precision, double precision, double precision) IS
    'numbers in each of two groups so that mean_test finds a difference with this power, where they have this standard deviation; by the normal approximation';

CREATE FUNCTION response_rate(responses double precision, invited double precision, undelivered double precision DEFAULT 0)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_response_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION response_rate(double precision, double precision, double precision) IS
    'answers among the invitations that arrived: responses / (invited - undelivered) (AAPOR Standard Definitions, RR2)';
CREATE AGGREGATE response_rate(responded boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE response_rate(boolean) IS
    'share of those invited who responded, a row each; NULL is an invitation that did not arrive and is not counted';
CREATE AGGREGATE response_rate(responded text) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE response_rate(text) IS
    'share of those invited who responded, of words that PostgreSQL reads as a boolean, such as Yes and no';
