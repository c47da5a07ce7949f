-- rfm: the scores of a customer, and scoring as a window function.
-- @type rfm_cell cm_rfm cm_rfm INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4
COMMENT ON TYPE rfm_cell IS
    'recency, frequency and monetary scores of a customer, such as 5-4-3; from 1 (worst) up; ordered by them in turn';

CREATE FUNCTION make_rfm(recency_score integer, frequency_score integer, monetary_score integer) RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_make_rfm' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION make_rfm(integer, integer, integer) IS 'an rfm of scores that are already known';
CREATE FUNCTION recency_score(rfm_cell) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_rfm_recency_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency_score(rfm_cell) IS 'the first score: how recently the customer bought; recent is high';
CREATE FUNCTION frequency_score(rfm_cell) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_rfm_frequency_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION frequency_score(rfm_cell) IS 'the second score: how often the customer bought';
CREATE FUNCTION monetary_score(rfm_cell) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_rfm_monetary_score' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION monetary_score(rfm_cell) IS 'the third score: how much the customer spent';

-- A date or time says when the customer last bought, a number how many days ago: the type decides the direction.
CREATE FUNCTION rfm(last_purchase date, frequency double precision, monetary double precision,
    bins integer DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_date_float8' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rfm(date, double precision, double precision, integer, text) IS
    'scores of each customer among those of the window partition; equal values get equal scores; method independent or nested';
CREATE FUNCTION rfm(last_purchase date, frequency double precision, monetary numeric,
    bins integer DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_date_numeric' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rfm(date, double precision, numeric, integer, text) IS
    'scores of each customer among those of the window partition; equal values get equal scores; method independent or nested';
CREATE FUNCTION rfm(last_purchase timestamp, frequency double precision, monetary double precision,
    bins integer DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_timestamp_float8' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rfm(timestamp, double precision, double precision, integer, text) IS
    'scores of each customer among those of the window partition; equal values get equal scores; method independent or nested';
CREATE FUNCTION rfm(last_purchase timestamp, frequency double precision, monetary numeric,
    bins integer DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_timestamp_numeric' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rfm(timestamp, double precision, numeric, integer, text) IS
    'scores of each customer among those of the window partition; equal values get equal scores; method independent or nested';
CREATE FUNCTION rfm(last_purchase timestamptz, frequency double precision, monetary double precision,
    bins integer DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_timestamp_float8' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rfm(timestamptz, double precision, double precision, integer, text) IS
    'scores of each customer among those of the window partition; equal values get equal scores; method independent or nested';
CREATE FUNCTION rfm(last_purchase timestamptz, frequency double precision, monetary numeric,
    bins integer DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_timestamp_numeric' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rfm(timestamptz, double precision, numeric, integer, text) IS
    'scores of each customer among those of the window partition; equal values get equal scores; method independent or nested';
CREATE FUNCTION rfm(recency_days double precision, frequency double precision, monetary double precision,
    bins integer DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_days_float8' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rfm(double precision, double precision, double precision, integer, text) IS
    'scores of each customer among those of the window partition, by the days since the last purchase; few days are a high score';
CREATE FUNCTION rfm(recency_days double precision, frequency double precision, monetary numeric,
    bins integer DEFAULT 5, method text DEFAULT 'independent') RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_days_numeric' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION rfm(double precision, double precision, numeric, integer, text) IS
    'scores of each customer among those of the window partition, by the days since the last purchase; few days are a high score';
