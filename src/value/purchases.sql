-- purchases: one customer's orders by calendar day.
-- @type purchases_state cm_purchases
COMMENT ON TYPE purchases_state IS 'the orders of one customer, or of a group, by day: purchases, amounts and refunds of each';

CREATE FUNCTION _purchases_accum(purchases_state, date, numeric) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_date_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_accum(purchases_state, date, double precision) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_date_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_accum(purchases_state, timestamp, numeric) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_timestamp_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_accum(purchases_state, timestamp, double precision) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_timestamp_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_accum(purchases_state, timestamptz, numeric) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_timestamp_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_accum(purchases_state, timestamptz, double precision) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_timestamp_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_accum_zone(purchases_state, timestamptz, numeric, text) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_zone_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_accum_zone(purchases_state, timestamptz, double precision, text) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_accum_zone_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_combine(purchases_state, purchases_state) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _purchases_final(purchases_state) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE purchases_agg(at date, amount numeric) (
    SFUNC = _purchases_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg(date, numeric) IS
    'collects orders by calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE purchases_agg(at date, amount double precision) (
    SFUNC = _purchases_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg(date, double precision) IS
    'collects orders by calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE purchases_agg(at timestamp, amount numeric) (
    SFUNC = _purchases_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg(timestamp, numeric) IS
    'collects orders by calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE purchases_agg(at timestamp, amount double precision) (
    SFUNC = _purchases_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg(timestamp, double precision) IS
    'collects orders by calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE purchases_agg(at timestamptz, amount numeric) (
    SFUNC = _purchases_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg(timestamptz, numeric) IS
    'collects orders by calendar day, in UTC; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE purchases_agg(at timestamptz, amount double precision) (
    SFUNC = _purchases_accum, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg(timestamptz, double precision) IS
    'collects orders by calendar day, in UTC; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE purchases_agg_zone(at timestamptz, amount numeric, zone text) (
    SFUNC = _purchases_accum_zone, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg_zone(timestamptz, numeric, text) IS
    'collects orders by calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE purchases_agg_zone(at timestamptz, amount double precision, zone text) (
    SFUNC = _purchases_accum_zone, STYPE = purchases_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE purchases_agg_zone(timestamptz, double precision, text) IS
    'collects orders by calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE rollup(purchases_state) (
    SFUNC = _purchases_combine, STYPE = purchases_state, SSPACE = 512,
    COMBINEFUNC = _purchases_combine, FINALFUNC = _purchases_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(purchases_state) IS 'merges purchases: the orders of all of them';

CREATE FUNCTION purchase_count(purchases_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_purchases_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_count(purchases_state) IS
    'number of orders, those of amount zero included, refunds not';
CREATE FUNCTION purchase_days(purchases_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_purchases_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_days(purchases_state) IS
    'number of days with a purchase';
CREATE FUNCTION purchase_days(purchases_state, after date, until date) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_purchases_days_between' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_days(purchases_state, date, date) IS
    'days with a purchase after the first date and not after the second: a holdout to check a forecast with';
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
CREATE FUNCTION recency(purchases_state, as_of date) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchases_recency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION recency(purchases_state, date) IS
    'days from the last purchase to as_of; NULL without a purchase';
CREATE FUNCTION tenure(purchases_state, as_of date) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchases_tenure' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION tenure(purchases_state, date) IS
    'days from the first purchase to as_of, the T of forecast models; NULL without a purchase';
CREATE FUNCTION purchase_frequency(purchases_state, as_of date, period_days double precision DEFAULT 365) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_purchases_frequency' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_frequency(purchases_state, date, double precision) IS
    'purchases per period: purchases / tenure x period_days; NULL where tenure is zero';
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
CREATE FUNCTION model_inputs(purchases_state, as_of date, unit_days double precision DEFAULT 1,
    OUT x bigint, OUT t_x double precision, OUT t double precision, OUT m double precision)
    AS 'MODULE_PATHNAME', 'cm_purchases_model_inputs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION model_inputs(purchases_state, date, double precision) IS
    'inputs of the forecast models: repeat purchases, age at the last, age at as_of (in units of days), mean repeat amount';
CREATE FUNCTION purchases_until(purchases_state, as_of date) RETURNS purchases_state
    AS 'MODULE_PATHNAME', 'cm_purchases_until' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchases_until(purchases_state, date) IS
    'what was known at the end of that day: later purchases and refunds left out';
CREATE FUNCTION purchase_history(purchases_state, OUT day date, OUT purchases bigint, OUT amount numeric, OUT refunds numeric)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_purchases_history' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 20;
COMMENT ON FUNCTION purchase_history(purchases_state) IS 'a row for each day with purchases or refunds';
