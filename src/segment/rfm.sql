-- rfm: the scores of a customer, and scoring as a window function.
-- @type rfm_cell cm_rfm cm_rfm INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4
COMMENT ON TYPE rfm_cell IS
    'recency, frequency and monetary scores of a customer, from 1 (worst) to the number of bins (best), and that number: 5-4-3 of five bins, 3-2-1/3 of three; ordered by the scores in turn, then by bins; equal if all four are';
CREATE FUNCTION _rfm_cell_json(rfm_cell) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_rfm_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _rfm_cell_json(rfm_cell) IS '{"recency": 5, "frequency": 4, "monetary": 3, "bins": 5}';
-- @json rfm_cell

CREATE FUNCTION make_rfm(recency_score bigint, frequency_score bigint, monetary_score bigint, bins bigint DEFAULT 5)
    RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_make_rfm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION make_rfm(bigint, bigint, bigint, bigint) IS 'a cell of scores that are already known';
CREATE FUNCTION recency_score(rfm_cell) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_rfm_recency_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency_score(rfm_cell) IS 'the first score: how recently the customer bought; recent is high';
CREATE FUNCTION frequency_score(rfm_cell) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_rfm_frequency_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION frequency_score(rfm_cell) IS 'the second score: how often the customer bought';
CREATE FUNCTION monetary_score(rfm_cell) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_rfm_monetary_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION monetary_score(rfm_cell) IS 'the third score: how much the customer spent';
CREATE FUNCTION rfm_bins(rfm_cell) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_rfm_number_of_bins' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rfm_bins(rfm_cell) IS 'in how many bins the scores were given: the best score';
CREATE FUNCTION rfm_rebin(rfm_cell, bins bigint) RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_rebin_cell' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rfm_rebin(rfm_cell, bigint) IS
    'the cell in another number of bins: each score becomes that of the bin in which the middle of its share of the customers lies, the worst and the best the worst and the best; segment maps read cells so';

-- A time says when the customer last bought, a number how many days ago: the type decides the direction.
CREATE FUNCTION rfm(last_purchase metric_moment, frequency double precision, monetary double precision,
    bins bigint DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_moment_float8' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rfm(metric_moment, double precision, double precision, bigint, text) IS
    'scores of each customer among those of the window partition; equal values get equal scores; method independent or nested; as in rfm_scores, refunds lower monetary but are no purchases: max(at) FILTER (WHERE amount >= 0), count(*) FILTER (WHERE amount >= 0), sum(amount)';
CREATE FUNCTION rfm(last_purchase metric_moment, frequency double precision, monetary numeric,
    bins bigint DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_moment_numeric' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rfm(metric_moment, double precision, numeric, bigint, text) IS
    'scores of each customer among those of the window partition; equal values get equal scores; method independent or nested; as in rfm_scores, refunds lower monetary but are no purchases: max(at) FILTER (WHERE amount >= 0), count(*) FILTER (WHERE amount >= 0), sum(amount)';
CREATE FUNCTION rfm(recency_days double precision, frequency double precision, monetary double precision,
    bins bigint DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_days_float8' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rfm(double precision, double precision, double precision, bigint, text) IS
    'scores of each customer among those of the window partition, by the days since the last purchase; few days are a high score; as in rfm_scores, refunds lower monetary but are no purchases: they count neither in recency_days nor in frequency';
CREATE FUNCTION rfm(recency_days double precision, frequency double precision, monetary numeric,
    bins bigint DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_days_numeric' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rfm(double precision, double precision, numeric, bigint, text) IS
    'scores of each customer among those of the window partition, by the days since the last purchase; few days are a high score; as in rfm_scores, refunds lower monetary but are no purchases: they count neither in recency_days nor in frequency';
