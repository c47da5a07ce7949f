-- Gross and net revenue retention.
-- revenue_change: what customers paid at the start and at the end of a period.
-- @type revenue_change_state cm_revenue_change
COMMENT ON TYPE revenue_change_state IS
    'revenue of customers at the start and the end of a period, as exact sums: answers gross and net revenue retention';

CREATE FUNCTION _revenue_change_accum(revenue_change_state, numeric, numeric) RETURNS revenue_change_state
    AS 'MODULE_PATHNAME', 'cm_revenue_change_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _revenue_change_accum(revenue_change_state, double precision, double precision) RETURNS revenue_change_state
    AS 'MODULE_PATHNAME', 'cm_revenue_change_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _revenue_change_combine(revenue_change_state, revenue_change_state) RETURNS revenue_change_state
    AS 'MODULE_PATHNAME', 'cm_revenue_change_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION gross_revenue_retention(revenue_change_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_gross_revenue_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gross_revenue_retention(revenue_change_state) IS
    'share of the revenue at the start that its customers still bring, each at most what they brought then; never above 1';
CREATE FUNCTION net_revenue_retention(revenue_change_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_net_revenue_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION net_revenue_retention(revenue_change_state) IS
    'revenue at the end of the customers of the start / revenue at the start; above 1 if they grew by more than they shrank or left';
CREATE FUNCTION revenue_movements(revenue_change_state, OUT customers bigint, OUT lost bigint, OUT joined bigint,
    OUT start_amount numeric, OUT expansion numeric, OUT contraction numeric, OUT churned numeric,
    OUT new_amount numeric, OUT end_amount numeric) RETURNS record
    AS 'MODULE_PATHNAME', 'cm_revenue_movements' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION revenue_movements(revenue_change_state) IS
    'what the rates are made of: start_amount + expansion - contraction - churned + new_amount = end_amount';
CREATE FUNCTION gross_revenue_retention(start_amount numeric, contraction numeric, churned numeric) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_gross_from_movements_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gross_revenue_retention(numeric, numeric, numeric) IS
    '(start_amount - contraction - churned) / start_amount, of the customers of the start';
CREATE FUNCTION net_revenue_retention(start_amount numeric, expansion numeric, contraction numeric,
    churned numeric) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_net_from_movements_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION net_revenue_retention(numeric, numeric, numeric, numeric) IS
    '(start_amount + expansion - contraction - churned) / start_amount, of the customers of the start';
CREATE FUNCTION gross_revenue_retention(start_amount double precision, contraction double precision, churned double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_gross_from_movements_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gross_revenue_retention(double precision, double precision, double precision) IS
    '(start_amount - contraction - churned) / start_amount, of the customers of the start';
CREATE FUNCTION net_revenue_retention(start_amount double precision, expansion double precision, contraction double precision,
    churned double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_net_from_movements_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION net_revenue_retention(double precision, double precision, double precision, double precision) IS
    '(start_amount + expansion - contraction - churned) / start_amount, of the customers of the start';

CREATE AGGREGATE revenue_change_agg(start_amount numeric, end_amount numeric) (
    SFUNC = _revenue_change_accum, STYPE = revenue_change_state, INITCOND = '1:0,0,0:0,0,0,0,0', SSPACE = 192, COMBINEFUNC = _revenue_change_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE revenue_change_agg(numeric, numeric) IS
    'collects what each customer pays at the start and at the end of a period, one row per customer; NULL is nothing';
CREATE AGGREGATE gross_revenue_retention(start_amount numeric, end_amount numeric) (
    SFUNC = _revenue_change_accum, STYPE = revenue_change_state, INITCOND = '1:0,0,0:0,0,0,0,0', SSPACE = 192, COMBINEFUNC = _revenue_change_combine,
    FINALFUNC = gross_revenue_retention, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gross_revenue_retention(numeric, numeric) IS
    'gross revenue retention of customers, one row each; NULL is nothing';
CREATE AGGREGATE net_revenue_retention(start_amount numeric, end_amount numeric) (
    SFUNC = _revenue_change_accum, STYPE = revenue_change_state, INITCOND = '1:0,0,0:0,0,0,0,0', SSPACE = 192, COMBINEFUNC = _revenue_change_combine,
    FINALFUNC = net_revenue_retention, PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_revenue_retention(numeric, numeric) IS
    'net revenue retention of customers, one row each; NULL is nothing';
CREATE AGGREGATE revenue_change_agg(start_amount double precision, end_amount double precision) (
    SFUNC = _revenue_change_accum, STYPE = revenue_change_state, INITCOND = '1:0,0,0:0,0,0,0,0', SSPACE = 192, COMBINEFUNC = _revenue_change_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE revenue_change_agg(double precision, double precision) IS
    'collects what each customer pays at the start and at the end of a period, one row per customer; NULL is nothing';
CREATE AGGREGATE gross_revenue_retention(start_amount double precision, end_amount double precision) (
    SFUNC = _revenue_change_accum, STYPE = revenue_change_state, INITCOND = '1:0,0,0:0,0,0,0,0', SSPACE = 192, COMBINEFUNC = _revenue_change_combine,
    FINALFUNC = gross_revenue_retention, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gross_revenue_retention(double precision, double precision) IS
    'gross revenue retention of customers, one row each; NULL is nothing';
CREATE AGGREGATE net_revenue_retention(start_amount double precision, end_amount double precision) (
    SFUNC = _revenue_change_accum, STYPE = revenue_change_state, INITCOND = '1:0,0,0:0,0,0,0,0', SSPACE = 192, COMBINEFUNC = _revenue_change_combine,
    FINALFUNC = net_revenue_retention, PARALLEL = SAFE
);
COMMENT ON AGGREGATE net_revenue_retention(double precision, double precision) IS
    'net revenue retention of customers, one row each; NULL is nothing';
CREATE AGGREGATE rollup(revenue_change_state) (
    SFUNC = _revenue_change_combine, STYPE = revenue_change_state, SSPACE = 192, COMBINEFUNC = _revenue_change_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(revenue_change_state) IS
    'merges revenue changes: the customers of all of them, who must not occur twice';
-- @plus revenue_change_state
CREATE FUNCTION _revenue_change_state_json(revenue_change_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_revenue_change_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _revenue_change_state_json(revenue_change_state) IS
    'cast to json: {"customers": 4, "lost": 1, "joined": 2, "start_amount": 400, "expansion": 20.50, "contraction": 30, "churned": 100, "new_amount": 100.25, "end_amount": 390.75}: what revenue_movements gives';
-- @json revenue_change_state
