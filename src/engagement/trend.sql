-- Trends: growth, attainment of targets, and which metric moved.
CREATE FUNCTION growth_rate(current double precision, previous double precision,
    negative_base text DEFAULT 'null') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_growth_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION growth_rate(double precision, double precision, text) IS
    '(current - previous) / previous; NULL where previous is 0, or below it; with negative_base absolute a previous loss counts by its size';
CREATE FUNCTION compound_growth_rate(first double precision, last double precision,
    periods double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_compound_growth_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION compound_growth_rate(double precision, double precision, double precision) IS
    'growth in each of so many periods that leads from first to last; NULL unless first is positive and last not negative';
CREATE FUNCTION attainment(actual double precision, target double precision,
    baseline double precision DEFAULT 0) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_attainment' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION attainment(double precision, double precision, double precision) IS
    '(actual - baseline) / (target - baseline): 1 where the target is met, whether it lies above or below the baseline; NULL where target is the baseline';

CREATE FUNCTION ewma_signal(value double precision, center double precision, deviation double precision,
    smoothing double precision DEFAULT 0.2, width double precision DEFAULT 3) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_ewma_signal' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION ewma_signal(double precision, double precision, double precision, double precision, double precision) IS
    'exponentially weighted moving average of a series against its control limits (Roberts 1959): beyond 1 or -1 it has moved up or down; center and deviation say what is usual';
CREATE FUNCTION cusum_signal(value double precision, center double precision, deviation double precision,
    slack double precision DEFAULT 0.5, threshold double precision DEFAULT 5) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_cusum_signal' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION cusum_signal(double precision, double precision, double precision, double precision, double precision) IS
    'cumulative sum of a series against its threshold (Page 1954): beyond 1 or -1 it has moved up or down; slack and threshold in standard deviations';
CREATE FUNCTION detect_changes(series double precision[], baseline bigint DEFAULT 20, method text DEFAULT 'ewma',
    smoothing double precision DEFAULT 0.2, width double precision DEFAULT 3, slack double precision DEFAULT 0.5,
    threshold double precision DEFAULT 5,
    OUT place integer, OUT value double precision, OUT statistic double precision, OUT lower double precision,
    OUT upper double precision, OUT signal double precision, OUT moved boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_detect_changes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 100;
COMMENT ON FUNCTION detect_changes(double precision[], bigint, text, double precision, double precision, double precision, double precision) IS
    'a control chart of a series, oldest value first: its first baseline values say what is usual; method ewma (in the unit of the values) or cusum (in standard deviations)';
CREATE FUNCTION changed_at(series double precision[], baseline bigint DEFAULT 20, method text DEFAULT 'ewma',
    smoothing double precision DEFAULT 0.2, width double precision DEFAULT 3, slack double precision DEFAULT 0.5,
    threshold double precision DEFAULT 5) RETURNS integer
    AS 'MODULE_PATHNAME', 'cm_changed_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION changed_at(double precision[], bigint, text, double precision, double precision, double precision, double precision) IS
    'place of the first value of a series that detect_changes finds moved; NULL where none is';
