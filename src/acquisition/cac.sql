-- spending: cost and new customers. Customer acquisition cost.
-- @type spending_state cm_spending
COMMENT ON TYPE spending_state IS
    'what acquisition cost and how many customers it brought, in total or by period: answers acquisition cost, also with a lag';

CREATE FUNCTION _spending_accum(spending_state, numeric, double precision) RETURNS spending_state
    AS 'MODULE_PATHNAME', 'cm_spending_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _spending_accum(spending_state, timestamp, numeric, double precision, metric_option) RETURNS spending_state
    AS 'MODULE_PATHNAME', 'cm_spending_accum_period_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _spending_accum(spending_state, double precision, double precision) RETURNS spending_state
    AS 'MODULE_PATHNAME', 'cm_spending_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _spending_accum(spending_state, timestamp, double precision, double precision, metric_option)
    RETURNS spending_state
    AS 'MODULE_PATHNAME', 'cm_spending_accum_period_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _spending_combine(spending_state, spending_state) RETURNS spending_state
    AS 'MODULE_PATHNAME', 'cm_spending_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _spending_final(spending_state) RETURNS spending_state
    AS 'MODULE_PATHNAME', 'cm_spending_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _spending_rollup_final(spending_state) RETURNS spending_state
    AS 'MODULE_PATHNAME', 'cm_spending_rollup_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION cac(marketing numeric, sales numeric, new_customers double precision,
    advertising numeric DEFAULT 0, other numeric DEFAULT 0) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_cac_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cac(numeric, numeric, double precision, numeric, numeric) IS
    'customer acquisition cost: (marketing + sales + advertising + other) / new customers; advertising and other are costs that are not in the first two';
CREATE FUNCTION cac(marketing double precision, sales double precision, new_customers double precision,
    advertising double precision DEFAULT 0, other double precision DEFAULT 0) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_cac_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cac(double precision, double precision, double precision, double precision, double precision) IS
    'customer acquisition cost: (marketing + sales + advertising + other) / new customers; advertising and other are costs that are not in the first two';
CREATE FUNCTION cac(spending_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_cac' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cac(spending_state) IS
    'customer acquisition cost: all costs / all new customers; NULL without new customers';
CREATE FUNCTION cac(spending_state, lag bigint) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_cac_lagged' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cac(spending_state, bigint) IS
    'customer acquisition cost where costs bring customers lag periods later: costs whose customers are known / customers whose costs are known';
CREATE FUNCTION cac_by_period(spending_state, lag bigint DEFAULT 0, OUT period_start date, OUT cost numeric,
    OUT new_customers bigint, OUT cac numeric, OUT pending boolean) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cac_by_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 24;
COMMENT ON FUNCTION cac_by_period(spending_state, bigint) IS
    'a row for each period of spending, with the customers of lag periods later; pending where those are still to come';
CREATE FUNCTION acquisition_cost(spending_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_spending_cost' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION acquisition_cost(spending_state) IS
    'the sum of all costs; NULL without rows';
CREATE FUNCTION new_customers(spending_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_spending_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION new_customers(spending_state) IS
    'the number of customers acquired';
CREATE FUNCTION cac_payback(cac double precision, revenue_per_period double precision,
    gross_margin double precision DEFAULT 1) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_cac_payback' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cac_payback(double precision, double precision, double precision) IS
    'periods, such as months, until the gross margin of a customer has paid for the acquisition; NULL if it never does';

CREATE AGGREGATE spending_agg(cost numeric, new_customers double precision) (
    SFUNC = _spending_accum, STYPE = spending_state, INITCOND = '1:total{}', SSPACE = 128,
    COMBINEFUNC = _spending_combine, FINALFUNC = _spending_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spending_agg(numeric, double precision) IS
    'sums costs and new customers; a row may have one of them only';
CREATE AGGREGATE cac(cost numeric, new_customers double precision) (
    SFUNC = _spending_accum, STYPE = spending_state, INITCOND = '1:total{}', SSPACE = 128,
    COMBINEFUNC = _spending_combine, FINALFUNC = cac, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cac(numeric, double precision) IS
    'customer acquisition cost of the rows: sum of costs / sum of new customers, blended or, with FILTER, paid';
CREATE AGGREGATE spending_by_agg(day timestamp, cost numeric, new_customers double precision, period metric_option) (
    SFUNC = _spending_accum, STYPE = spending_state, SSPACE = 1024, COMBINEFUNC = _spending_combine,
    FINALFUNC = _spending_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spending_by_agg(timestamp, numeric, double precision, metric_option) IS
    'sums costs and new customers by day, week, month, quarter or year, also of a fiscal year (quarter:february, year:april); a row may have one of them only, without a day it is skipped';
CREATE AGGREGATE spending_agg(cost double precision, new_customers double precision) (
    SFUNC = _spending_accum, STYPE = spending_state, INITCOND = '1:total{}', SSPACE = 128,
    COMBINEFUNC = _spending_combine, FINALFUNC = _spending_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spending_agg(double precision, double precision) IS
    'sums costs and new customers; a row may have one of them only';
CREATE AGGREGATE cac(cost double precision, new_customers double precision) (
    SFUNC = _spending_accum, STYPE = spending_state, INITCOND = '1:total{}', SSPACE = 128,
    COMBINEFUNC = _spending_combine, FINALFUNC = cac, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cac(double precision, double precision) IS
    'customer acquisition cost of the rows: sum of costs / sum of new customers, blended or, with FILTER, paid';
CREATE AGGREGATE spending_by_agg(day timestamp, cost double precision, new_customers double precision, period metric_option) (
    SFUNC = _spending_accum, STYPE = spending_state, SSPACE = 1024, COMBINEFUNC = _spending_combine,
    FINALFUNC = _spending_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spending_by_agg(timestamp, double precision, double precision, metric_option) IS
    'sums costs and new customers by day, week, month, quarter or year, also of a fiscal year (quarter:february, year:april); a row may have one of them only, without a day it is skipped';
CREATE AGGREGATE rollup(spending_state) (
    SFUNC = _spending_combine, STYPE = spending_state, SSPACE = 1024, COMBINEFUNC = _spending_combine,
    FINALFUNC = _spending_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(spending_state) IS
    'merges spending: costs and customers of each period are added';
-- @plus spending_state
CREATE FUNCTION _spending_state_json(spending_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_spending_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _spending_state_json(spending_state) IS
    'cast to json: {"period": "month", "sums": [{"period_start": "2024-01-01", "cost": 5.00, "new_customers": 3}]}; spending in total has the period null and one sum, of period_start null';
-- @json spending_state
