-- amount_rate: an amount in relation to another, as exact sums.
-- @type amount_rate_state cm_amount_rate
COMMENT ON TYPE amount_rate_state IS
    'an amount in relation to another, such as 12.50/100: two exact sums that can be merged with rollup';

CREATE FUNCTION _amount_rate_accum(amount_rate_state, numeric, numeric) RETURNS amount_rate_state
    AS 'MODULE_PATHNAME', 'cm_amount_rate_accum_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _amount_rate_accum(amount_rate_state, double precision, double precision) RETURNS amount_rate_state
    AS 'MODULE_PATHNAME', 'cm_amount_rate_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _amount_rate_combine(amount_rate_state, amount_rate_state) RETURNS amount_rate_state
    AS 'MODULE_PATHNAME', 'cm_amount_rate_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION amount_rate(part numeric, whole numeric) RETURNS amount_rate_state
    AS 'MODULE_PATHNAME', 'cm_amount_rate_from_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION amount_rate(numeric, numeric) IS
    'the rate of two amounts of zero or more; part may exceed whole';
CREATE FUNCTION amount_rate(part double precision, whole double precision) RETURNS amount_rate_state
    AS 'MODULE_PATHNAME', 'cm_amount_rate_from_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION amount_rate(double precision, double precision) IS
    'the rate of two amounts of zero or more; part may exceed whole';
CREATE FUNCTION rate_value(amount_rate_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_amount_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_value(amount_rate_state) IS
    'part / whole; NULL for a rate of nothing';
CREATE AGGREGATE amount_rate_agg(part numeric, whole numeric) (
    SFUNC = _amount_rate_accum, STYPE = amount_rate_state, INITCOND = '1:0/0', SSPACE = 64,
    COMBINEFUNC = _amount_rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE amount_rate_agg(numeric, numeric) IS
    'sums two amounts of each row; a row with a NULL is skipped';
CREATE AGGREGATE amount_rate_agg(part double precision, whole double precision) (
    SFUNC = _amount_rate_accum, STYPE = amount_rate_state, INITCOND = '1:0/0', SSPACE = 64,
    COMBINEFUNC = _amount_rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE amount_rate_agg(double precision, double precision) IS
    'sums two amounts of each row; a row with a NULL is skipped';
CREATE AGGREGATE rollup(amount_rate_state) (
    SFUNC = _amount_rate_combine, STYPE = amount_rate_state, SSPACE = 64,
    COMBINEFUNC = _amount_rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(amount_rate_state) IS
    'merges rates of amounts: both sums are added';
-- @plus amount_rate_state

CREATE FUNCTION _amount_rate_state_json(amount_rate_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_amount_rate_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _amount_rate_state_json(amount_rate_state) IS
    'amount_rate as JSON: {"part": 12.50, "whole": 100.00}';
-- @json amount_rate_state
