-- mean: the mean of any number, such as an order value or a response time, from exact sums that merge.
-- @type mean_state cm_means
COMMENT ON TYPE mean_state IS
    'a count of numbers, their sum and the sum of their squares, exactly: a mean with its spread that can be stored and merged';

CREATE FUNCTION _mean_accum(mean_state, numeric) RETURNS mean_state
    AS 'MODULE_PATHNAME', 'cm_means_accum_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _mean_accum(mean_state, double precision) RETURNS mean_state
    AS 'MODULE_PATHNAME', 'cm_means_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _mean_combine(mean_state, mean_state) RETURNS mean_state
    AS 'MODULE_PATHNAME', 'cm_means_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE mean_agg(value numeric) (
    SFUNC = _mean_accum, STYPE = mean_state, INITCOND = '1:0,0,0', SSPACE = 80, COMBINEFUNC = _mean_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE mean_agg(numeric) IS
    'collects numbers of any unit, exactly and in any order; NULL is no number; up to 38 digits, 77 of the squares';
CREATE AGGREGATE mean_agg(value double precision) (
    SFUNC = _mean_accum, STYPE = mean_state, INITCOND = '1:0,0,0', SSPACE = 80, COMBINEFUNC = _mean_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE mean_agg(double precision) IS
    'collects numbers of any unit, exactly and in any order, each as the shortest decimal that reads back as it; NULL is no number';
CREATE AGGREGATE rollup(mean_state) (
    SFUNC = _mean_combine, STYPE = mean_state, SSPACE = 80, COMBINEFUNC = _mean_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(mean_state) IS 'merges means: the numbers of all of them';
-- @plus mean_state

CREATE FUNCTION _mean_state_json(mean_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_means_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _mean_state_json(mean_state) IS 'mean as JSON: {"n": 2, "sum": 3.5, "sum_of_squares": 6.25}';
-- @json mean_state

CREATE FUNCTION mean_from_survey(survey_state, points text DEFAULT 'score') RETURNS mean_state
    AS 'MODULE_PATHNAME', 'cm_means_from_survey' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_from_survey(survey_state, text) IS
    'the answers as numbers: score, or nps for 100, 0 and -100, so that their mean is the net promoter score';
CREATE FUNCTION mean_value(mean_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_means_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mean_value(mean_state) IS 'arithmetic mean; NULL without numbers';
CREATE FUNCTION standard_deviation(mean_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_means_deviation' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION standard_deviation(mean_state) IS 'standard deviation of the sample, with n - 1; NULL of fewer than two numbers';
CREATE FUNCTION value_count(mean_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_means_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION value_count(mean_state) IS 'how many numbers there are';
CREATE FUNCTION value_sum(mean_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_means_sum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION value_sum(mean_state) IS 'their sum, exactly; NULL without numbers';

CREATE FUNCTION mean_estimate(mean_state, confidence double precision DEFAULT 0.95,
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_means_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION mean_estimate(mean_state, double precision) IS
    'the mean with its interval by Student''s t (Student 1908); without interval of fewer than two numbers';
CREATE FUNCTION mean_estimate(mean double precision, deviation double precision, n double precision,
    confidence double precision DEFAULT 0.95,
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_means_estimate_from_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION mean_estimate(double precision, double precision, double precision, double precision) IS
    'the same from a mean, a standard deviation and a count that are known, such as from a publication';
CREATE FUNCTION mean_test(a mean_state, b mean_state, confidence double precision DEFAULT 0.95,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT t double precision, OUT df double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_means_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION mean_test(mean_state, mean_state, double precision) IS
    'a - b of independent samples whose spreads may differ: interval and two-sided t test (Welch 1947)';
CREATE FUNCTION mean_test(mean_state, expected double precision DEFAULT 0, confidence double precision DEFAULT 0.95,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT t double precision, OUT df double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_means_test_expected' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION mean_test(mean_state, double precision, double precision) IS
    'mean - expected: interval and two-sided t test of one sample; of mean_agg(after - before) it is the paired t test';
CREATE FUNCTION mean_test(mean_a double precision, deviation_a double precision, n_a double precision,
    mean_b double precision, deviation_b double precision, n_b double precision,
    confidence double precision DEFAULT 0.95,
    OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT t double precision, OUT df double precision, OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_means_test_from_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION mean_test(double precision, double precision, double precision, double precision, double precision, double precision, double precision) IS
    'the same from means, standard deviations and counts that are known, such as from publications';
