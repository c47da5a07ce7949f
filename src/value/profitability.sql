-- profitability: revenue and costs by kind.
CREATE TYPE profitability;
CREATE FUNCTION _profitability_in(cstring) RETURNS profitability
    AS 'MODULE_PATHNAME', 'cm_profitability_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _profitability_out(profitability) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_profitability_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _profitability_recv(internal) RETURNS profitability
    AS 'MODULE_PATHNAME', 'cm_profitability_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _profitability_send(profitability) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_profitability_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE profitability (
    INPUT = _profitability_in, OUTPUT = _profitability_out, RECEIVE = _profitability_recv, SEND = _profitability_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE profitability IS 'revenue and costs by kind, of a customer, a segment or all: exact sums that can be merged';
-- @storable profitability cm_state

CREATE FUNCTION _profitability_accum(profitability, text, numeric) RETURNS profitability
    AS 'MODULE_PATHNAME', 'cm_profitability_accum_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _profitability_accum(profitability, text, double precision) RETURNS profitability
    AS 'MODULE_PATHNAME', 'cm_profitability_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _profitability_combine(profitability, profitability) RETURNS profitability
    AS 'MODULE_PATHNAME', 'cm_profitability_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE profitability_agg(kind text, amount numeric) (
    SFUNC = _profitability_accum, STYPE = profitability, INITCOND = '1:0,0,0,0,0,0,0,0', SSPACE = 160,
    COMBINEFUNC = _profitability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE profitability_agg(text, numeric) IS
    'sums amounts by kind: revenue, acquisition, serving, labour, logistics, after_sales, maintenance, other';
CREATE AGGREGATE profitability_agg(kind text, amount double precision) (
    SFUNC = _profitability_accum, STYPE = profitability, INITCOND = '1:0,0,0,0,0,0,0,0', SSPACE = 160,
    COMBINEFUNC = _profitability_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE profitability_agg(text, double precision) IS
    'sums amounts by kind: revenue, acquisition, serving, labour, logistics, after_sales, maintenance, other';
CREATE AGGREGATE rollup(profitability) (
    SFUNC = _profitability_combine, STYPE = profitability, SSPACE = 160, COMBINEFUNC = _profitability_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(profitability) IS 'merges profitability: the revenue and costs of all of them';

CREATE FUNCTION profitability(revenue numeric, acquisition numeric DEFAULT 0, serving numeric DEFAULT 0,
    labour numeric DEFAULT 0, logistics numeric DEFAULT 0, after_sales numeric DEFAULT 0, maintenance numeric DEFAULT 0,
    other numeric DEFAULT 0) RETURNS profitability
    AS 'MODULE_PATHNAME', 'cm_profitability_from_sums' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profitability(numeric, numeric, numeric, numeric, numeric, numeric, numeric, numeric) IS
    'revenue and costs that are already summed; serving is what the other kinds do not name';
CREATE FUNCTION revenue(profitability) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_profitability_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue(profitability) IS 'sum of the revenue; exact';
CREATE FUNCTION total_cost(profitability) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_profitability_cost' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION total_cost(profitability) IS 'sum of all kinds of cost; exact';
CREATE FUNCTION profit(profitability) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_profitability_profit' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profit(profitability) IS 'revenue less all costs; exact';
CREATE FUNCTION profit_margin(profitability) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_profitability_margin' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION profit_margin(profitability) IS 'profit / revenue; NULL without revenue';
CREATE FUNCTION cost_distribution(profitability, OUT kind text, OUT cost numeric, OUT share double precision,
    OUT share_of_revenue double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_profitability_costs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 7;
COMMENT ON FUNCTION cost_distribution(profitability) IS
    'a row for each kind of cost, with its share of all costs and of revenue';
