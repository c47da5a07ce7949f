-- customers: the purchases of all customers in one value.
CREATE TYPE customers;
CREATE FUNCTION _customers_in(cstring) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _customers_out(customers) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_customers_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _customers_recv(internal) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _customers_send(customers) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_customers_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE customers (
    INPUT = _customers_in, OUTPUT = _customers_out, RECEIVE = _customers_recv, SEND = _customers_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE customers IS 'purchases, refunds and purchase days of every customer: one pass, no GROUP BY, mergeable';
-- @storable customers cm_state

CREATE FUNCTION _customers_accum(customers, bigint, date, numeric) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_bigint_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, bigint, date, double precision) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_bigint_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, bigint, timestamp, numeric) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_bigint_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, bigint, timestamp, double precision) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_bigint_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, bigint, timestamptz, numeric) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_bigint_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, bigint, timestamptz, double precision) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_bigint_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum_zone(customers, bigint, timestamptz, numeric, text) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_bigint_zone_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum_zone(customers, bigint, timestamptz, double precision, text) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_bigint_zone_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, uuid, date, numeric) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_uuid_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, uuid, date, double precision) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_uuid_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, uuid, timestamp, numeric) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_uuid_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, uuid, timestamp, double precision) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_uuid_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, uuid, timestamptz, numeric) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_uuid_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, uuid, timestamptz, double precision) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_uuid_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum_zone(customers, uuid, timestamptz, numeric, text) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_uuid_zone_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum_zone(customers, uuid, timestamptz, double precision, text) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_uuid_zone_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, text, date, numeric) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_text_date_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, text, date, double precision) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_text_date_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, text, timestamp, numeric) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_text_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, text, timestamp, double precision) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_text_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, text, timestamptz, numeric) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_text_timestamp_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers, text, timestamptz, double precision) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_text_timestamp_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum_zone(customers, text, timestamptz, numeric, text) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_text_zone_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum_zone(customers, text, timestamptz, double precision, text) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_accum_text_zone_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_combine(customers, customers) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_final(customers) RETURNS customers
    AS 'MODULE_PATHNAME', 'cm_customers_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE customers_agg(customer_id bigint, at date, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(bigint, date, numeric) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id bigint, at date, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(bigint, date, double precision) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id bigint, at timestamp, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(bigint, timestamp, numeric) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id bigint, at timestamp, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(bigint, timestamp, double precision) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id bigint, at timestamptz, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(bigint, timestamptz, numeric) IS
    'collects orders by customer and calendar day (of UTC); amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id bigint, at timestamptz, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(bigint, timestamptz, double precision) IS
    'collects orders by customer and calendar day (of UTC); amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg_zone(customer_id bigint, at timestamptz, amount numeric, zone text) (
    SFUNC = _customers_accum_zone,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg_zone(bigint, timestamptz, numeric, text) IS
    'collects orders by customer and calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg_zone(customer_id bigint, at timestamptz, amount double precision, zone text) (
    SFUNC = _customers_accum_zone,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg_zone(bigint, timestamptz, double precision, text) IS
    'collects orders by customer and calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id uuid, at date, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(uuid, date, numeric) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id uuid, at date, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(uuid, date, double precision) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id uuid, at timestamp, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(uuid, timestamp, numeric) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id uuid, at timestamp, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(uuid, timestamp, double precision) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id uuid, at timestamptz, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(uuid, timestamptz, numeric) IS
    'collects orders by customer and calendar day (of UTC); amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id uuid, at timestamptz, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(uuid, timestamptz, double precision) IS
    'collects orders by customer and calendar day (of UTC); amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg_zone(customer_id uuid, at timestamptz, amount numeric, zone text) (
    SFUNC = _customers_accum_zone,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg_zone(uuid, timestamptz, numeric, text) IS
    'collects orders by customer and calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg_zone(customer_id uuid, at timestamptz, amount double precision, zone text) (
    SFUNC = _customers_accum_zone,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg_zone(uuid, timestamptz, double precision, text) IS
    'collects orders by customer and calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id text, at date, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(text, date, numeric) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id text, at date, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(text, date, double precision) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id text, at timestamp, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(text, timestamp, numeric) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id text, at timestamp, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(text, timestamp, double precision) IS
    'collects orders by customer and calendar day; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id text, at timestamptz, amount numeric) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(text, timestamptz, numeric) IS
    'collects orders by customer and calendar day (of UTC); amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg(customer_id text, at timestamptz, amount double precision) (
    SFUNC = _customers_accum,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(text, timestamptz, double precision) IS
    'collects orders by customer and calendar day (of UTC); amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg_zone(customer_id text, at timestamptz, amount numeric, zone text) (
    SFUNC = _customers_accum_zone,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg_zone(text, timestamptz, numeric, text) IS
    'collects orders by customer and calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE customers_agg_zone(customer_id text, at timestamptz, amount double precision, zone text) (
    SFUNC = _customers_accum_zone,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg_zone(text, timestamptz, double precision, text) IS
    'collects orders by customer and calendar day of a time zone; amounts below zero are refunds, rows with NULL are skipped';
CREATE AGGREGATE rollup(customers) (
    SFUNC = _customers_combine,
    STYPE = customers, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(customers) IS 'merges customers: the orders of all of them, a customer known to several counted once';

CREATE FUNCTION purchases(customers, as_of date DEFAULT NULL, OUT customer_id text, OUT purchases bigint,
    OUT purchase_days bigint, OUT first_purchase date, OUT last_purchase date, OUT revenue numeric, OUT refunds numeric,
    OUT average_order_value numeric, OUT recency double precision, OUT tenure double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customers_purchases' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION purchases(customers, date) IS
    'a row for each customer; recency and tenure in days at as_of, NULL without one. Cast customer_id to its own type to join';
CREATE FUNCTION model_inputs(customers, as_of date, unit_days double precision DEFAULT 1, OUT customer_id text,
    OUT x bigint, OUT t_x double precision, OUT t double precision, OUT m double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customers_model_inputs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10000;
COMMENT ON FUNCTION model_inputs(customers, date, double precision) IS
    'inputs of the forecast models for each customer with a purchase: repeat purchases, age at the last, age at as_of, mean repeat amount';

CREATE FUNCTION customers_summary(customers, OUT customers bigint, OUT repeat_customers bigint, OUT purchases bigint,
    OUT purchase_days bigint, OUT first_purchase date, OUT last_purchase date, OUT revenue numeric, OUT refunds numeric,
    OUT average_order_value numeric, OUT purchases_per_customer double precision, OUT revenue_per_customer numeric)
    AS 'MODULE_PATHNAME', 'cm_customers_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customers_summary(customers) IS
    'all customers in one row; customers are those with a purchase, repeat customers those with two or more';
CREATE FUNCTION customer_count(customers) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customer_count(customers) IS
    'number of customers with a purchase';
CREATE FUNCTION repeat_customers(customers, counted text DEFAULT 'order') RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_repeat' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION repeat_customers(customers, text) IS
    'number of customers with two purchases or more, counted by ''order'' or by ''day''';
CREATE FUNCTION purchase_count(customers) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_purchase_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_count(customers) IS
    'number of orders, those of amount zero included, refunds not';
CREATE FUNCTION revenue(customers) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_customers_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION revenue(customers) IS
    'sum of all amounts, refunds subtracted; exact';
CREATE FUNCTION refunds(customers) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_customers_refunds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION refunds(customers) IS
    'sum of what was refunded, as a positive amount; exact';
CREATE FUNCTION average_order_value(customers) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_customers_average' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION average_order_value(customers) IS
    'revenue per purchase, refunds subtracted; NULL without a purchase';
