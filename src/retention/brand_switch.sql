-- Brand switching.
CREATE FUNCTION brand_switch_rate(switched double precision, customers double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_brand_switch_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION brand_switch_rate(double precision, double precision) IS
    'customers who changed to another brand / customers whose brands are known';
CREATE FUNCTION _brand_switch_accum(rate_state, text, text) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_brand_switch_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE brand_switch_rate(brand_before text, brand_after text) (
    SFUNC = _brand_switch_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE brand_switch_rate(text, text) IS
    'share of the customers whose brand changed between two periods; a NULL brand is not known and not counted';
CREATE AGGREGATE brand_switch_agg(brand_before text, brand_after text) (
    SFUNC = _brand_switch_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE brand_switch_agg(text, text) IS
    'customers whose brand changed between two periods, as a rate; a NULL brand is not known and not counted';
