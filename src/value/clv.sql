-- Customer lifetime value.
CREATE FUNCTION clv(average_order_value double precision, purchase_frequency double precision,
    lifespan double precision, margin double precision DEFAULT 1) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_clv_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clv(double precision, double precision, double precision, double precision) IS
    'customer lifetime value: average order value x purchases per unit of time x lifespan in that unit x margin';
