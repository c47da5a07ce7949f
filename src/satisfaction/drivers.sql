-- Key drivers: which of several ratings carry an outcome such as the NPS score, from one mergeable state.
-- @type drivers_state cm_drivers
COMMENT ON TYPE drivers_state IS
    'rows, means and cross-products of an outcome and its possible drivers: all that regression and importance need; merges with rollup';

CREATE FUNCTION _drivers_accum(drivers_state, double precision, double precision[]) RETURNS drivers_state
    AS 'MODULE_PATHNAME', 'cm_drivers_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _drivers_accum(drivers_state, double precision, double precision[], double precision) RETURNS drivers_state
    AS 'MODULE_PATHNAME', 'cm_drivers_accum_weighted' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _drivers_combine(drivers_state, drivers_state) RETURNS drivers_state
    AS 'MODULE_PATHNAME', 'cm_drivers_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE drivers_agg(y double precision, x double precision[]) (
    SFUNC = _drivers_accum, STYPE = drivers_state, INITCOND = '1:exact,0,0,0', SSPACE = 1024,
    COMBINEFUNC = _drivers_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE drivers_agg(double precision, double precision[]) IS
    'collects an outcome and up to 100 possible drivers; rows with a NULL among them are counted and left out; exact, whatever the order, for ratings and other multiples of 1/16';
CREATE AGGREGATE drivers_weighted_agg(y double precision, x double precision[], weight double precision) (
    SFUNC = _drivers_accum, STYPE = drivers_state, INITCOND = '1:exact,0,0,0', SSPACE = 1024,
    COMBINEFUNC = _drivers_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE drivers_weighted_agg(double precision, double precision[], double precision) IS
    'drivers_agg of rows with weights, zero or more: means, correlations, coefficients and shares are weighted, standard errors and p values are of effective_rows rows; exact for weights and answers that are multiples of 1/16';
CREATE AGGREGATE rollup(drivers_state) (
    SFUNC = _drivers_combine, STYPE = drivers_state, SSPACE = 1024, COMBINEFUNC = _drivers_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(drivers_state) IS 'merges drivers: the rows of all of them';
-- @plus drivers_state

CREATE FUNCTION _drivers_state_json(drivers_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_drivers_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _drivers_state_json(drivers_state) IS
    'drivers as JSON: {"complete_rows": 3, "incomplete_rows": 1, with weights "weight": 3.5, "sum_of_squares": 4.25, "outcome": {"mean": 6, "missing": 0}, "drivers": [{"mean": 3, "missing": 1}, ...], "cross_products": [[...], ...]}: the sums of products of deviations from the means, the drivers in their order and the outcome last; divided by complete_rows - 1 they are covariances';
-- @json drivers_state

CREATE FUNCTION complete_rows(drivers_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_drivers_complete_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION complete_rows(drivers_state) IS 'number of rows without a NULL, which alone enter the model';
CREATE FUNCTION incomplete_rows(drivers_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_drivers_incomplete_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION incomplete_rows(drivers_state) IS 'number of rows left out because outcome or a driver is NULL';
CREATE FUNCTION effective_rows(drivers_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_drivers_effective' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION effective_rows(drivers_state) IS
    'how many complete rows of equal weight would know as much: (sum of weights)^2 / sum of their squares (Kish 1965); complete_rows without weights, NULL of none';
CREATE FUNCTION r_squared(drivers_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_drivers_r_squared' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION r_squared(drivers_state) IS 'share of the outcome''s variance that the drivers explain together, from 0 to 1';
CREATE FUNCTION adjusted_r_squared(drivers_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_drivers_adjusted_r_squared' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION adjusted_r_squared(drivers_state) IS 'r_squared less what as many random drivers would explain (Ezekiel 1930)';

CREATE FUNCTION driver_importance(drivers_state, names text[] DEFAULT NULL,
    OUT driver text, OUT mean double precision, OUT deviation double precision, OUT r double precision,
    OUT coefficient double precision, OUT beta double precision, OUT beta_se double precision,
    OUT p_value double precision, OUT pratt double precision, OUT lmg double precision,
    OUT johnson double precision, OUT r_squared double precision, OUT n bigint, OUT missing bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_driver_importance' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 10;
COMMENT ON FUNCTION driver_importance(drivers_state, text[]) IS
    'a row for each driver: correlation r, regression coefficient and its standardised form beta with standard error and p value; shares of R squared: Pratt, LMG (Shapley, up to 20 drivers), Johnson; NULL and a notice where a driver is constant or collinear, or rows are too few';
CREATE FUNCTION driver_priorities(drivers_state, names text[] DEFAULT NULL, importance text DEFAULT 'lmg',
    cut text DEFAULT 'mean', lang text DEFAULT 'en',
    OUT driver text, OUT weight double precision, OUT performance double precision, OUT r double precision,
    OUT priority text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_driver_priorities' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 10;
COMMENT ON FUNCTION driver_priorities(drivers_state, text[], text, text, text) IS
    'importance against performance (Martilla and James 1977): improve, keep, monitor or possible overkill; importance by lmg, johnson, beta or r, weight is its value; the cut between low and high is mean or median; lang en or zh';
