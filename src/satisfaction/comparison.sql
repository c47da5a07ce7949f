-- Several groups at once: trends, differences with p values that know of how many tests they are.
CREATE FUNCTION rate_trend_test(rates rate_state[], scores double precision[] DEFAULT NULL,
    confidence double precision DEFAULT 0.95,
    OUT slope double precision, OUT lower double precision, OUT upper double precision, OUT z double precision,
    OUT p_value double precision, OUT groups bigint, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_rate_trend_test' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rate_trend_test(rate_state[], double precision[], double precision) IS
    'whether rates of groups in order, such as months, rise or fall: the slope for each step with its interval, and the test of Cochran and Armitage (1955); scores are 1, 2, 3, ... unless given; a NULL is a group without rows';
CREATE FUNCTION mean_trend_test(means mean_state[], scores double precision[] DEFAULT NULL,
    confidence double precision DEFAULT 0.95,
    OUT slope double precision, OUT lower double precision, OUT upper double precision, OUT t double precision,
    OUT df double precision, OUT p_value double precision, OUT groups bigint, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_mean_trend_test' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION mean_trend_test(mean_state[], double precision[], double precision) IS
    'whether means of groups in order rise or fall: the least-squares line through all single numbers, its slope for each step with interval and t test; scores are 1, 2, 3, ... unless given; a NULL is a group without rows';
CREATE FUNCTION rate_paired_test(gained double precision, lost double precision, n double precision,
    confidence double precision DEFAULT 0.95,
    OUT difference double precision, OUT lower double precision, OUT upper double precision, OUT z double precision,
    OUT p_value double precision)
    AS 'MODULE_PATHNAME', 'cm_rate_paired_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rate_paired_test(double precision, double precision, double precision, double precision) IS
    'after - before of the same n rows, of which gained became hits and lost ceased to be: score interval (Tango 1998) and z test (McNemar 1947)';
CREATE FUNCTION rate_groups_test(rates rate_state[],
    OUT chi_square double precision, OUT df integer, OUT p_value double precision, OUT groups bigint, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_rate_groups_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rate_groups_test(rate_state[]) IS
    'whether the rates of groups differ at all: chi-square of hits and misses (Pearson 1900); NULL where there is nothing to compare';
CREATE FUNCTION mean_groups_test(means mean_state[],
    OUT f double precision, OUT df double precision, OUT df_within double precision, OUT p_value double precision,
    OUT groups bigint, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_mean_groups_test' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION mean_groups_test(mean_state[]) IS
    'whether the means of groups differ at all, whatever their spreads (Welch 1951); groups of fewer than two numbers or without spread do not count';
CREATE FUNCTION rate_differences(rates rate_state[], names text[] DEFAULT NULL, confidence double precision DEFAULT 0.95,
    against text DEFAULT 'pairs',
    OUT a text, OUT b text, OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision, OUT p_adjusted double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rate_differences' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION rate_differences(rate_state[], text[], double precision, text) IS
    'a - b of rate_test for each of the pairs, or each group against the rest (b is NULL) or the first; p values by Holm (1979), intervals that hold together (Bonferroni)';
CREATE FUNCTION mean_differences(means mean_state[], names text[] DEFAULT NULL, confidence double precision DEFAULT 0.95,
    against text DEFAULT 'pairs',
    OUT a text, OUT b text, OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT t double precision, OUT p_value double precision, OUT p_adjusted double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mean_differences' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION mean_differences(mean_state[], text[], double precision, text) IS
    'a - b of mean_test for each of the pairs, or each group against the rest (b is NULL) or the first; p values by Holm (1979), intervals that hold together (Bonferroni)';
CREATE FUNCTION nps_differences(surveys survey_state[], names text[] DEFAULT NULL, confidence double precision DEFAULT 0.95,
    against text DEFAULT 'pairs',
    OUT a text, OUT b text, OUT difference double precision, OUT lower double precision, OUT upper double precision,
    OUT z double precision, OUT p_value double precision, OUT p_adjusted double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_nps_differences' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION nps_differences(survey_state[], text[], double precision, text) IS
    'a - b of nps_test, in points, for each of the pairs, or each group against the rest (b is NULL) or the first; p values by Holm (1979), intervals that hold together (Bonferroni)';
CREATE FUNCTION p_adjust(p_values double precision[], method text DEFAULT 'holm') RETURNS double precision[]
    AS 'MODULE_PATHNAME', 'cm_p_adjust' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION p_adjust(double precision[], text) IS
    'p values corrected for their number: holm (1979), bh (Benjamini and Hochberg 1995, false discovery rate) or bonferroni; NULL is no test and stays NULL';
