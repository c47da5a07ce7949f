-- amount_rate: an amount in relation to another, as exact sums.
CREATE TYPE amount_rate;
CREATE FUNCTION _amount_rate_in(cstring) RETURNS amount_rate
    AS 'MODULE_PATHNAME', 'cm_amount_rate_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _amount_rate_out(amount_rate) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_amount_rate_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _amount_rate_recv(internal) RETURNS amount_rate
    AS 'MODULE_PATHNAME', 'cm_amount_rate_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _amount_rate_send(amount_rate) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_amount_rate_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE amount_rate (
    INPUT = _amount_rate_in, OUTPUT = _amount_rate_out, RECEIVE = _amount_rate_recv, SEND = _amount_rate_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE amount_rate IS
    'an amount in relation to another, such as 12.50/100: two exact sums that can be merged with rollup';
-- @storable amount_rate cm_state

CREATE FUNCTION _amount_rate_accum(amount_rate, numeric, numeric) RETURNS amount_rate
    AS 'MODULE_PATHNAME', 'cm_amount_rate_accum_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _amount_rate_accum(amount_rate, double precision, double precision) RETURNS amount_rate
    AS 'MODULE_PATHNAME', 'cm_amount_rate_accum_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _amount_rate_combine(amount_rate, amount_rate) RETURNS amount_rate
    AS 'MODULE_PATHNAME', 'cm_amount_rate_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION amount_rate(part numeric, whole numeric) RETURNS amount_rate
    AS 'MODULE_PATHNAME', 'cm_amount_rate_from_amounts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION amount_rate(numeric, numeric) IS
    'the rate of two amounts of zero or more; part may exceed whole';
CREATE FUNCTION rate_value(amount_rate) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_amount_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rate_value(amount_rate) IS
    'part / whole; NULL for a rate of nothing';
CREATE AGGREGATE amount_rate_agg(part numeric, whole numeric) (
    SFUNC = _amount_rate_accum, STYPE = amount_rate, INITCOND = '1:0/0', SSPACE = 64, COMBINEFUNC = _amount_rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE amount_rate_agg(numeric, numeric) IS
    'sums two amounts of each row; a row with a NULL is skipped';
CREATE AGGREGATE amount_rate_agg(part double precision, whole double precision) (
    SFUNC = _amount_rate_accum, STYPE = amount_rate, INITCOND = '1:0/0', SSPACE = 64, COMBINEFUNC = _amount_rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE amount_rate_agg(double precision, double precision) IS
    'sums two amounts of each row; a row with a NULL is skipped';
CREATE AGGREGATE rollup(amount_rate) (
    SFUNC = _amount_rate_combine, STYPE = amount_rate, SSPACE = 64, COMBINEFUNC = _amount_rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(amount_rate) IS
    'merges rates of amounts: both sums are added';
