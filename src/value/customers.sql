-- customers: the purchases of all customers in one value.
-- @ids
-- @type customers@kind@_state cm_customers@kind@ cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external
COMMENT ON TYPE customers@kind@_state IS 'purchases, refunds and purchase days of every customer: one pass, no GROUP BY, mergeable';

CREATE FUNCTION _customers_accum(customers@kind@_state, @id@, timestamp, numeric) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_accum(customers@kind@_state, @id@, timestamp, double precision) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_@id@_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_zone_accum(customers@kind@_state, @id@, metric_moment, numeric, metric_option)
    RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_zone_@id@_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_zone_accum(customers@kind@_state, @id@, metric_moment, double precision, metric_option)
    RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_accum_zone_@id@_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_combine(customers@kind@_state, customers@kind@_state) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_final(customers@kind@_state) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_final_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _customers_rollup_final(customers@kind@_state) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_customers_canonical' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE customers_agg(customer_id @id@, at timestamp, amount numeric) (
    SFUNC = _customers_accum, STYPE = customers@kind@_state, SSPACE = 8192,
    COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(@id@, timestamp, numeric) IS
    'collects orders by customer and calendar day, as it was written; a row is an order, so sum the lines of an order first; amounts below zero are refunds, rows with NULL are skipped, and counted in skipped_rows';
CREATE AGGREGATE customers_agg(customer_id @id@, at timestamp, amount double precision) (
    SFUNC = _customers_accum, STYPE = customers@kind@_state, SSPACE = 8192,
    COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_agg(@id@, timestamp, double precision) IS
    'collects orders by customer and calendar day, as it was written; a row is an order, so sum the lines of an order first; amounts below zero are refunds, rows with NULL are skipped, and counted in skipped_rows';
CREATE AGGREGATE customers_zone_agg(customer_id @id@, at metric_moment, amount numeric, zone metric_option) (
    SFUNC = _customers_zone_accum, STYPE = customers@kind@_state, SSPACE = 8192,
    COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_zone_agg(@id@, metric_moment, numeric, metric_option) IS
    'collects orders by customer and calendar day of a time zone, of instants (timestamptz); the rest as customers_agg';
CREATE AGGREGATE customers_zone_agg(customer_id @id@, at metric_moment, amount double precision, zone metric_option) (
    SFUNC = _customers_zone_accum, STYPE = customers@kind@_state, SSPACE = 8192,
    COMBINEFUNC = _customers_combine, FINALFUNC = _customers_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE customers_zone_agg(@id@, metric_moment, double precision, metric_option) IS
    'collects orders by customer and calendar day of a time zone, of instants (timestamptz); the rest as customers_agg';
CREATE AGGREGATE rollup(customers@kind@_state) (
    SFUNC = _customers_combine, STYPE = customers@kind@_state, SSPACE = 8192,
    COMBINEFUNC = _customers_combine, FINALFUNC = _customers_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(customers@kind@_state) IS 'merges customers: the orders of all of them, a customer known to several counted once';
-- @plus customers@kind@_state

CREATE FUNCTION _customers@kind@_state_json(customers@kind@_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_customers_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
-- @json customers@kind@_state
COMMENT ON CAST (customers@kind@_state AS json) IS
    '{"skipped_rows": 0, "customers": [{"customer_id": 1, "purchases": 2, "revenue": 5.00, "refunds": 1.00, "days": ["2024-01-02", "2024-01-05"]}, ...]}; days are purchase days';
COMMENT ON CAST (customers@kind@_state AS jsonb) IS
    '{"skipped_rows": 0, "customers": [{"customer_id": 1, "purchases": 2, "revenue": 5.00, "refunds": 1.00, "days": ["2024-01-02", "2024-01-05"]}, ...]}; days are purchase days';

CREATE FUNCTION purchases(customers@kind@_state, as_of timestamp DEFAULT NULL, OUT customer_id @id@, OUT purchases bigint,
    OUT purchase_days bigint, OUT first_purchase date, OUT last_purchase date, OUT revenue numeric, OUT refunds numeric,
    OUT average_order_value numeric, OUT recency double precision, OUT tenure double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customers_purchases' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION purchases(customers@kind@_state, timestamp) IS
    'a row for each customer; recency and tenure in days at as_of, NULL without one; a row after as_of is an error, as the value keeps sums';
CREATE FUNCTION model_inputs(customers@kind@_state, as_of timestamp, unit_days double precision DEFAULT 1,
    amounts boolean DEFAULT true, OUT customer_id @id@, OUT x bigint, OUT t_x double precision, OUT t double precision,
    OUT m double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customers_model_inputs' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION model_inputs(customers@kind@_state, timestamp, double precision, boolean) IS
    'inputs of the forecast models for each customer with a purchase: repeat purchases, age at the last, age at as_of, mean repeat amount; what came after as_of is left out, and where m would need to know more it is an error; without amounts m is NULL';

CREATE FUNCTION customers_summary(customers@kind@_state, OUT customers bigint, OUT repeat_customers bigint, OUT purchases bigint,
    OUT purchase_days bigint, OUT first_purchase date, OUT last_purchase date, OUT revenue numeric, OUT refunds numeric,
    OUT average_order_value numeric, OUT purchases_per_customer double precision, OUT revenue_per_customer numeric,
    OUT skipped_rows bigint)
    AS 'MODULE_PATHNAME', 'cm_customers_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION customers_summary(customers@kind@_state) IS
    'all customers in one row; customers are those with a purchase, repeat customers those with two or more; skipped_rows counts the rows with a NULL, which are in nothing else; write it in FROM: (customers_summary(c)).* evaluates it once for each column';
CREATE FUNCTION customer_count(customers@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION customer_count(customers@kind@_state) IS
    'number of customers with a purchase';
CREATE FUNCTION repeat_customers(customers@kind@_state, counted text DEFAULT 'order') RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_repeat' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION repeat_customers(customers@kind@_state, text) IS
    'number of customers with two purchases or more, counted by ''order'' or by ''day''';
CREATE FUNCTION purchase_count(customers@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_purchase_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION purchase_count(customers@kind@_state) IS
    'number of orders, those of amount zero included, refunds not';
CREATE FUNCTION revenue(customers@kind@_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_customers_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION revenue(customers@kind@_state) IS
    'sum of all amounts, refunds subtracted; exact';
CREATE FUNCTION refunds(customers@kind@_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_customers_refunds' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION refunds(customers@kind@_state) IS
    'sum of what was refunded, as a positive amount; exact';
CREATE FUNCTION average_order_value(customers@kind@_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_customers_average' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION average_order_value(customers@kind@_state) IS
    'revenue per purchase, refunds subtracted; NULL without a purchase';
CREATE FUNCTION skipped_rows(customers@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_customers_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION skipped_rows(customers@kind@_state) IS 'number of rows that were skipped, as they had no id, no time, no amount or no zone';
-- @end
