-- Customer lifetime value.
CREATE FUNCTION clv(average_order_value double precision, purchase_frequency double precision,
    lifespan double precision, margin double precision DEFAULT 1) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_clv_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv(double precision, double precision, double precision, double precision) IS
    'customer lifetime value: average order value x purchases per unit of time x lifespan in that unit x margin, a fraction';
CREATE FUNCTION clv(average_order_value numeric, purchase_frequency numeric, lifespan numeric, margin numeric DEFAULT 1)
    RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_clv_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv(numeric, numeric, numeric, numeric) IS
    'customer lifetime value, exact: average order value x purchases per unit of time x lifespan in that unit x margin, a fraction';
CREATE FUNCTION clv_discounted(margin_per_period double precision, retention double precision, discount double precision,
    timing text DEFAULT 'after_retention', horizon double precision DEFAULT NULL) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_clv_discounted' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION clv_discounted(double precision, double precision, double precision, text, double precision) IS
    'present value of a margin per period, an amount, under constant retention and discount, fractions; timing of the first margin after_retention, end_of_period or immediate, each later one a period of discount later; horizon in periods';
CREATE FUNCTION clv_cac_ratio(clv double precision, cac double precision, margin double precision DEFAULT 1)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_clv_cac_ratio' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv_cac_ratio(double precision, double precision, double precision) IS
    'LTV:CAC: lifetime value x margin, a fraction, where the value is revenue, per cost of acquiring a customer; NULL where the cost is zero';

-- @ids
CREATE FUNCTION _clv_accum(customers@kind@_state, @id@, numeric) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_clv_accum_@id@_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _clv_accum(customers@kind@_state, @id@, double precision) RETURNS customers@kind@_state
    AS 'MODULE_PATHNAME', 'cm_clv_accum_@id@_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION clv(customers@kind@_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_clv_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION clv(customers@kind@_state) IS
    'historic lifetime value: revenue, refunds subtracted, per customer with a purchase; NULL without one';
CREATE AGGREGATE clv(customer_id @id@, amount numeric) (
    SFUNC = _clv_accum,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = clv, PARALLEL = SAFE
);
COMMENT ON AGGREGATE clv(@id@, numeric) IS
    'historic lifetime value of order rows: revenue, refunds subtracted, per customer with a purchase';
CREATE AGGREGATE clv(customer_id @id@, amount double precision) (
    SFUNC = _clv_accum,
    STYPE = customers@kind@_state, SSPACE = 8192, COMBINEFUNC = _customers_combine, FINALFUNC = clv, PARALLEL = SAFE
);
COMMENT ON AGGREGATE clv(@id@, double precision) IS
    'historic lifetime value of order rows: revenue, refunds subtracted, per customer with a purchase';
CREATE FUNCTION clv_estimate(customers@kind@_state, as_of timestamp, lifespan double precision, margin double precision DEFAULT 1,
    period_days double precision DEFAULT 365, OUT average_order_value double precision,
    OUT purchase_frequency double precision, OUT clv double precision)
    AS 'MODULE_PATHNAME', 'cm_clv_estimate_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION clv_estimate(customers@kind@_state, timestamp, double precision, double precision, double precision) IS
    'the plain formula on orders of all customers: value and frequency (purchases / tenure) as observed, lifespan in periods and margin, a fraction, as given; a row after as_of is an error, as the value keeps sums';
-- @end
CREATE FUNCTION clv_estimate(purchases_state, as_of timestamp, lifespan double precision, margin double precision DEFAULT 1,
    period_days double precision DEFAULT 365, OUT average_order_value double precision,
    OUT purchase_frequency double precision, OUT clv double precision)
    AS 'MODULE_PATHNAME', 'cm_clv_estimate_purchases' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION clv_estimate(purchases_state, timestamp, double precision, double precision, double precision) IS
    'the plain formula on orders of one customer: value and frequency (purchases / tenure) as observed, lifespan in periods and margin, a fraction, as given; what came after as_of is left out';
CREATE FUNCTION clv_historic(purchases_state, discount double precision DEFAULT 0, period_days double precision DEFAULT 365,
    origin timestamp DEFAULT NULL) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_clv_historic' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION clv_historic(purchases_state, double precision, double precision, timestamp) IS
    'amounts so far, each times (1 + discount) ^ -(days from origin / period_days): the rate is effective per period, and origin the first day of the history unless named';
