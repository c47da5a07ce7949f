-- rfm_base: the customers that scores are relative to. rfm_cuts: thresholds of scores, learned from a base or given.
-- @type rfm_base_state cm_rfm_base
COMMENT ON TYPE rfm_base_state IS
    'the customers that RFM scores are relative to: how many have which recency, frequency and monetary value; can be stored and merged';

-- @type rfm_cuts cm_rfm_cuts
COMMENT ON TYPE rfm_cuts IS
    'thresholds of RFM scores, to be stored and applied to other customers: days at most, frequency and monetary value at least; as many of each, one less than the bins of the cells they give';
CREATE FUNCTION _rfm_cuts_json(rfm_cuts) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_rfm_cuts_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _rfm_cuts_json(rfm_cuts) IS
    '{"bins": 3, "recency_days_at_most": [30, 10], "frequency_at_least": [2, 5], "monetary_at_least": [100, null]}; for scores 2, 3, ...; null: nobody gets the score';
-- @json rfm_cuts

CREATE FUNCTION _rfm_base_accum(rfm_base_state, double precision, double precision, double precision) RETURNS rfm_base_state
    AS 'MODULE_PATHNAME', 'cm_rfm_base_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rfm_base_accum(rfm_base_state, double precision, double precision, numeric) RETURNS rfm_base_state
    AS 'MODULE_PATHNAME', 'cm_rfm_base_accum_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rfm_base_combine(rfm_base_state, rfm_base_state) RETURNS rfm_base_state
    AS 'MODULE_PATHNAME', 'cm_rfm_base_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rfm_base_final(rfm_base_state) RETURNS rfm_base_state
    AS 'MODULE_PATHNAME', 'cm_rfm_base_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rfm_cuts_final(rfm_base_state) RETURNS rfm_cuts
    AS 'MODULE_PATHNAME', 'cm_rfm_cuts_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE rfm_base_agg(recency_days double precision, frequency double precision, monetary double precision) (
    SFUNC = _rfm_base_accum, STYPE = rfm_base_state, INITCOND = '1://', SSPACE = 4096, COMBINEFUNC = _rfm_base_combine,
    FINALFUNC = _rfm_base_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_base_agg(double precision, double precision, double precision) IS
    'collects the customers that scores are relative to, one a row; who has a NULL among the three is not counted; as in rfm_base of customers, refunds lower monetary but are no purchases';
CREATE AGGREGATE rfm_base_agg(recency_days double precision, frequency double precision, monetary numeric) (
    SFUNC = _rfm_base_accum, STYPE = rfm_base_state, INITCOND = '1://', SSPACE = 4096, COMBINEFUNC = _rfm_base_combine,
    FINALFUNC = _rfm_base_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_base_agg(double precision, double precision, numeric) IS
    'collects the customers that scores are relative to, one a row; who has a NULL among the three is not counted; as in rfm_base of customers, refunds lower monetary but are no purchases';
CREATE AGGREGATE rollup(rfm_base_state) (
    SFUNC = _rfm_base_combine, STYPE = rfm_base_state, SSPACE = 4096, COMBINEFUNC = _rfm_base_combine,
    FINALFUNC = _rfm_base_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rfm_base_state) IS 'merges bases: the customers of all of them; exact';
-- @plus rfm_base_state
CREATE FUNCTION _rfm_base_state_json(rfm_base_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_rfm_base_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _rfm_base_state_json(rfm_base_state) IS
    '{"customers": 3, "recency_days": [{"value": 3, "customers": 2}, ...], "frequency": [...], "monetary": [...]}';
-- @json rfm_base_state
CREATE AGGREGATE rfm_cuts_agg(recency_days double precision, frequency double precision, monetary double precision) (
    SFUNC = _rfm_base_accum, STYPE = rfm_base_state, INITCOND = '1://', SSPACE = 4096, COMBINEFUNC = _rfm_base_combine,
    FINALFUNC = _rfm_cuts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_cuts_agg(double precision, double precision, double precision) IS
    'the thresholds by which these customers get scores 1 to 5; for other numbers of bins rfm_cuts(rfm_base_agg(...), bins); NULL without customers';
CREATE AGGREGATE rfm_cuts_agg(recency_days double precision, frequency double precision, monetary numeric) (
    SFUNC = _rfm_base_accum, STYPE = rfm_base_state, INITCOND = '1://', SSPACE = 4096, COMBINEFUNC = _rfm_base_combine,
    FINALFUNC = _rfm_cuts_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_cuts_agg(double precision, double precision, numeric) IS
    'the thresholds by which these customers get scores 1 to 5; for other numbers of bins rfm_cuts(rfm_base_agg(...), bins); NULL without customers';

CREATE FUNCTION rfm_cuts(rfm_base_state, bins bigint DEFAULT 5) RETURNS rfm_cuts
    AS 'MODULE_PATHNAME', 'cm_rfm_cuts_from_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION rfm_cuts(rfm_base_state, bigint) IS
    'the thresholds by which the customers of the base get scores 1 to bins, as rfm(...) OVER () gives them; NULL without customers';
CREATE FUNCTION rfm_mean_cuts(rfm_base_state) RETURNS rfm_cuts
    AS 'MODULE_PATHNAME', 'cm_rfm_mean_cuts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION rfm_mean_cuts(rfm_base_state) IS
    'thresholds of two bins: 2 for the mean of the customers of the base or better, else 1; NULL without customers';
CREATE FUNCTION rfm_cuts(recency_days double precision[], frequency double precision[], monetary double precision[])
    RETURNS rfm_cuts
    AS 'MODULE_PATHNAME', 'cm_rfm_cuts_fixed' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rfm_cuts(double precision[], double precision[], double precision[]) IS
    'fixed thresholds in ascending order, as many of each: at most so many days since the last purchase, at least this frequency and monetary value';
CREATE FUNCTION rfm(rfm_cuts, recency_days double precision, frequency double precision, monetary double precision) RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_cuts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rfm(rfm_cuts, double precision, double precision, double precision) IS
    'scores of a customer by stored or fixed thresholds: 1 + the number of them reached';
CREATE FUNCTION rfm(rfm_cuts, recency_days double precision, frequency double precision, monetary numeric) RETURNS rfm_cell
    AS 'MODULE_PATHNAME', 'cm_rfm_of_cuts_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rfm(rfm_cuts, double precision, double precision, numeric) IS
    'scores of a customer by stored or fixed thresholds: 1 + the number of them reached';
CREATE FUNCTION rfm_levels(rfm_cuts, OUT score smallint, OUT recency_days_at_most double precision,
    OUT frequency_at_least double precision, OUT monetary_at_least double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_levels' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 4;
COMMENT ON FUNCTION rfm_levels(rfm_cuts) IS
    'the thresholds as rows, the best score first; score 1 needs nothing; NULL where nobody gets the score';
