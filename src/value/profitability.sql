-- profitability: revenue and costs by kind.
-- @type profitability_state cm_profitability
COMMENT ON TYPE profitability_state IS 'revenue and costs by kind, of a customer, a segment or all: exact sums that can be merged';

CREATE FUNCTION _profitability_accum(profitability_state, metric_option, numeric) RETURNS profitability_state
    AS 'MODULE_PATHNAME', 'cm_profitability_accum_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _profitability_accum(profitability_state, metric_option, double precision) RETURNS profitability_state
    AS 'MODULE_PATHNAME', 'cm_profitability_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _profitability_combine(profitability_state, profitability_state) RETURNS profitability_state
    AS 'MODULE_PATHNAME', 'cm_profitability_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE profitability_agg(kind metric_option, amount numeric) (
    SFUNC = _profitability_accum, STYPE = profitability_state, INITCOND = '1:0,0,0,0,0,0,0,0', SSPACE = 160,
    COMBINEFUNC = _profitability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE profitability_agg(metric_option, numeric) IS
    'sums amounts by kind: revenue, acquisition, serving, labour, logistics, after_sales, maintenance, other';
CREATE AGGREGATE profitability_agg(kind metric_option, amount double precision) (
    SFUNC = _profitability_accum, STYPE = profitability_state, INITCOND = '1:0,0,0,0,0,0,0,0', SSPACE = 160,
    COMBINEFUNC = _profitability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE profitability_agg(metric_option, double precision) IS
    'sums amounts by kind: revenue, acquisition, serving, labour, logistics, after_sales, maintenance, other';
CREATE AGGREGATE rollup(profitability_state) (
    SFUNC = _profitability_combine, STYPE = profitability_state, SSPACE = 160, COMBINEFUNC = _profitability_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(profitability_state) IS 'merges profitability: the revenue and costs of all of them';
-- @plus profitability_state

CREATE FUNCTION _profitability_state_json(profitability_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_profitability_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
-- @json profitability_state
COMMENT ON CAST (profitability_state AS json) IS '{"revenue": 100.00, "acquisition": 10.00, ...}: the sum of each kind';
COMMENT ON CAST (profitability_state AS jsonb) IS '{"revenue": 100.00, "acquisition": 10.00, ...}: the sum of each kind';

CREATE FUNCTION profitability(revenue numeric, acquisition numeric DEFAULT 0, serving numeric DEFAULT 0,
    labour numeric DEFAULT 0, logistics numeric DEFAULT 0, after_sales numeric DEFAULT 0, maintenance numeric DEFAULT 0,
    other numeric DEFAULT 0) RETURNS profitability_state
    AS 'MODULE_PATHNAME', 'cm_profitability_from_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profitability(numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric) IS
    'revenue and costs that are already summed; serving is what the other kinds do not name';
CREATE FUNCTION profitability(revenue double precision, acquisition double precision DEFAULT 0,
    serving double precision DEFAULT 0, labour double precision DEFAULT 0, logistics double precision DEFAULT 0,
    after_sales double precision DEFAULT 0, maintenance double precision DEFAULT 0, other double precision DEFAULT 0)
    RETURNS profitability_state
    AS 'MODULE_PATHNAME', 'cm_profitability_from_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profitability(double precision, double precision, double precision, double precision, double precision,
    double precision, double precision, double precision) IS
    'revenue and costs that are already summed; serving is what the other kinds do not name';
CREATE FUNCTION revenue(profitability_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_profitability_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue(profitability_state) IS 'sum of the revenue; exact';
CREATE FUNCTION total_cost(profitability_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_profitability_cost' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total_cost(profitability_state) IS 'sum of all kinds of cost; exact';
CREATE FUNCTION profit(profitability_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_profitability_profit' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profit(profitability_state) IS 'revenue less all costs; exact';
CREATE FUNCTION profit_margin(profitability_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_profitability_margin' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profit_margin(profitability_state) IS 'profit / revenue; NULL without revenue';
CREATE FUNCTION cost_distribution(profitability_state, OUT kind text, OUT cost numeric, OUT share double precision,
    OUT share_of_revenue double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_profitability_costs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 7;
COMMENT ON FUNCTION cost_distribution(profitability_state) IS
    'a row for each kind of cost, with its share of all costs and of revenue';
