-- customers: the purchases of all customers in one value.
-- @ids
-- @type customers@kind@_state cm_customers@kind@
COMMENT ON TYPE customers@kind@_state IS 'purchases, refunds and purchase days of every customer: one pass, no GROUP BY, mergeable';

CREATE FUNCTION _customers_accum(customers@kind@_state, @id@, date, numeric) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers@kind@_state, @id@, date, double precision) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers@kind@_state, @id@, timestamp, numeric) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers@kind@_state, @id@, timestamp, double precision) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers@kind@_state, @id@, timestamptz, numeric) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers@kind@_state, @id@, timestamptz, double precision) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum_zone(customers@kind@_state, @id@, timestamptz, numeric, text) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_zone_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum_zone(customers@kind@_state, @id@, timestamptz, double precision, text) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_zone_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_combine(customers@kind@_state, customers@kind@_state) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_final(customers@kind@_state) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE customers_agg(customer_id @id@, at date, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(@id@, date, numeric) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id @id@, at date, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(@id@, date, double precision) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id @id@, at timestamp, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(@id@, timestamp, numeric) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id @id@, at timestamp, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(@id@, timestamp, double precision) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id @id@, at timestamptz, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(@id@, timestamptz, numeric) IS
    'collects orders by customer and calendar day (of UTC); amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id @id@, at timestamptz, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(@id@, timestamptz, double precision) IS
    'collects orders by customer and calendar day (of UTC); amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg_zone(customer_id @id@, at timestamptz, amount numeric, zone text) (
    SFUNC = _customers_accum_zone,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg_zone(@id@, timestamptz, numeric, text) IS
    'collects orders by customer and calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg_zone(customer_id @id@, at timestamptz, amount double precision, zone text) (
    SFUNC = _customers_accum_zone,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg_zone(@id@, timestamptz, double precision, text) IS
    'collects orders by customer and calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE rollup(customers@kind@_state) (
    SFUNC = _customers_combine,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(customers@kind@_state) IS 'merges customers: the orders of all of them, a customer known to several counted once';

CREATE FUNCTION purchases(customers@kind@_state, as_of date DEFAULT NULL, OUT customer_id @id@, OUT purchases bigint,
    OUT purchase_days bigint, OUT first_purchase date, OUT last_purchase date, OUT revenue numeric, OUT refunds numeric,
    OUT average_order_value numeric, OUT recency double precision, OUT tenure double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customers_purchases' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION purchases(customers@kind@_state, date) IS
    'a row for each customer; recency and tenure in days at as_of, NULL without one. Cast customer_id to its own type to join';
CREATE FUNCTION model_inputs(customers@kind@_state, as_of date, unit_days double precision DEFAULT 1, OUT customer_id @id@,
    OUT x bigint, OUT t_x double precision, OUT t double precision, OUT m double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customers_model_inputs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION model_inputs(customers@kind@_state, date, double precision) IS
    'inputs of the forecast models for each customer with a purchase: repeat purchases, age at the last, age at as_of, mean repeat amount';

CREATE FUNCTION customers_summary(customers@kind@_state, OUT customers bigint, OUT repeat_customers bigint, OUT purchases bigint,
    OUT purchase_days bigint, OUT first_purchase date, OUT last_purchase date, OUT revenue numeric, OUT refunds numeric,
    OUT average_order_value numeric, OUT purchases_per_customer double precision, OUT revenue_per_customer numeric)
    AS 'MODULE_PATHNAME', 'cm_customers_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customers_summary(customers@kind@_state) IS
    'all customers in one row; customers are those with a purchase, repeat customers those with two or more';
CREATE FUNCTION customer_count(customers@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customer_count(customers@kind@_state) IS
    'number of customers with a purchase';
CREATE FUNCTION repeat_customers(customers@kind@_state, counted text DEFAULT 'order') RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_repeat' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_customers(customers@kind@_state, text) IS
    'number of customers with two purchases or more, counted by ''order'' or by ''day''';
CREATE FUNCTION purchase_count(customers@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_purchase_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_count(customers@kind@_state) IS
    'number of orders, those of amount zero included, refunds not';
CREATE FUNCTION revenue(customers@kind@_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_customers_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue(customers@kind@_state) IS
    'sum of all amounts, refunds subtracted; exact';
CREATE FUNCTION refunds(customers@kind@_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_customers_refunds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION refunds(customers@kind@_state) IS
    'sum of what was refunded, as a positive amount; exact';
CREATE FUNCTION average_order_value(customers@kind@_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_customers_average' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION average_order_value(customers@kind@_state) IS
    'revenue per purchase, refunds subtracted; NULL without a purchase';
-- @end
