-- purchases: one customer's orders by calendar day.
-- @type purchases_state cm_purchases
COMMENT ON TYPE purchases_state IS 'the orders of one customer, or of a group, by day: purchases, amounts and refunds of each';

CREATE FUNCTION _purchases_accum(purchases_state, timestamp, numeric) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _purchases_accum(purchases_state, timestamp, double precision) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _purchases_zone_accum(purchases_state, metric_moment, numeric, metric_option) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_zone_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _purchases_zone_accum(purchases_state, metric_moment, double precision, metric_option)
    RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_zone_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _purchases_combine(purchases_state, purchases_state) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_final(purchases_state) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE purchases_agg(at timestamp, amount numeric) (
    SFUNC = _purchases_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg(timestamp, numeric) IS
    'collects orders by calendar day, as it was written; a row is an order, so sum the lines of an order first; amounts below zero are refunds, rows with a NULL are skipped, which skipped_rows counts; for all customers customers_agg is 6 to 13 times faster than GROUP BY customer_id';
CREATE AGGREGATE purchases_agg(at timestamp, amount double precision) (
    SFUNC = _purchases_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg(timestamp, double precision) IS
    'collects orders by calendar day, as it was written; a row is an order, so sum the lines of an order first; amounts below zero are refunds, rows with a NULL are skipped, which skipped_rows counts; for all customers customers_agg is 6 to 13 times faster than GROUP BY customer_id';
CREATE AGGREGATE purchases_zone_agg(at metric_moment, amount numeric, zone metric_option) (
    SFUNC = _purchases_zone_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_zone_agg(metric_moment, numeric, metric_option) IS
    'collects orders by calendar day of a time zone, of instants (timestamptz); the rest as purchases_agg; for all customers customers_agg is 6 to 13 times faster than GROUP BY customer_id';
CREATE AGGREGATE purchases_zone_agg(at metric_moment, amount double precision, zone metric_option) (
    SFUNC = _purchases_zone_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_zone_agg(metric_moment, double precision, metric_option) IS
    'collects orders by calendar day of a time zone, of instants (timestamptz); the rest as purchases_agg; for all customers customers_agg is 6 to 13 times faster than GROUP BY customer_id';
CREATE AGGREGATE rollup(purchases_state) (
    SFUNC = _purchases_combine, STYPE = purchases_state, SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(purchases_state) IS 'merges purchases: the orders of all of them';
-- @plus purchases_state

CREATE FUNCTION _purchases_state_json(purchases_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_purchases_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
-- @json purchases_state
COMMENT ON CAST (purchases_state AS json) IS
    '{"skipped_rows": 0, "days": [{"day": "2024-01-03", "purchases": 2, "amount": 30.00, "refunds": 0.00}, ...]}';
COMMENT ON CAST (purchases_state AS jsonb) IS
    '{"skipped_rows": 0, "days": [{"day": "2024-01-03", "purchases": 2, "amount": 30.00, "refunds": 0.00}, ...]}';

CREATE FUNCTION skipped_rows(purchases_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_purchases_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION skipped_rows(purchases_state) IS 'rows that count nowhere, as they had no time, no amount or no zone';
CREATE FUNCTION purchase_count(purchases_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_purchases_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_count(purchases_state) IS
    'number of orders, those of amount zero included, refunds not';
CREATE FUNCTION purchase_days(purchases_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_purchases_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_days(purchases_state) IS
    'number of days with a purchase';
CREATE FUNCTION purchase_days(purchases_state, after timestamp, until timestamp) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_purchases_days_between' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_days(purchases_state, timestamp, timestamp) IS
    'days with a purchase after the first day and not after the second: a holdout to check a forecast with';
CREATE FUNCTION first_purchase(purchases_state) RETURNS date
    AS 'MODULE_PATHNAME', 'cm_purchases_first' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION first_purchase(purchases_state) IS
    'day of the first purchase; NULL without one';
CREATE FUNCTION last_purchase(purchases_state) RETURNS date
    AS 'MODULE_PATHNAME', 'cm_purchases_last' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION last_purchase(purchases_state) IS
    'day of the last purchase; NULL without one';
CREATE FUNCTION revenue(purchases_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_purchases_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue(purchases_state) IS
    'sum of all amounts, refunds subtracted; exact';
CREATE FUNCTION refunds(purchases_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_purchases_refunds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION refunds(purchases_state) IS
    'sum of what was refunded, as a positive amount; exact';
CREATE FUNCTION average_order_value(purchases_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_purchases_average' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION average_order_value(purchases_state) IS
    'revenue per purchase, refunds subtracted; NULL without a purchase';
CREATE FUNCTION recency(purchases_state, as_of timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchases_recency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(purchases_state, timestamp) IS
    'days from the last purchase to as_of; what came after as_of is left out; NULL without a purchase; the whole days between the two, without as_of itself, are the silent_days of early_warning, one less';
CREATE FUNCTION tenure(purchases_state, as_of timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchases_tenure' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION tenure(purchases_state, timestamp) IS
    'days from the first purchase to as_of, the T of forecast models; what came after as_of is left out; NULL without a purchase';
CREATE FUNCTION purchase_frequency(purchases_state, as_of timestamp, period_days double precision DEFAULT 365)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchases_frequency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_frequency(purchases_state, timestamp, double precision) IS
    'purchases per period: purchases / tenure x period_days; what came after as_of is left out; NULL where tenure is zero';
CREATE FUNCTION repeat_purchases(purchases_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_purchases_repeats' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_purchases(purchases_state) IS
    'days with a purchase after the first such day, the x of forecast models; NULL without a purchase';
CREATE FUNCTION age_at_last_purchase(purchases_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchases_age_at_last' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION age_at_last_purchase(purchases_state) IS
    'days from the first to the last purchase, the t_x of forecast models; NULL without a purchase';
CREATE FUNCTION repeat_amount(purchases_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_purchases_repeat_amount' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_amount(purchases_state) IS
    'mean amount of the days after the first, refunds not subtracted, the m of forecast models; NULL without repeats';
CREATE FUNCTION model_inputs(purchases_state, as_of timestamp, unit_days double precision DEFAULT 1,
    OUT x bigint, OUT t_x double precision, OUT t double precision, OUT m double precision)
    AS 'MODULE_PATHNAME', 'cm_purchases_model_inputs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION model_inputs(purchases_state, timestamp, double precision) IS
    'inputs of the forecast models: repeat purchases, age at the last, age at as_of (in units of days), mean repeat amount; what came after as_of is left out';
CREATE FUNCTION purchases_until(purchases_state, as_of timestamp) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_until' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchases_until(purchases_state, timestamp) IS
    'what was known at the end of that day: later purchases and refunds left out';
CREATE FUNCTION purchase_history(purchases_state, OUT day date, OUT purchases bigint, OUT amount numeric, OUT refunds numeric)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_purchases_history' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION purchase_history(purchases_state) IS 'a row for each day with purchases or refunds';
