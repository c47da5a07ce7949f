-- Return rate: of orders, of units, of amounts.
CREATE FUNCTION return_rate(returned double precision, sold double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_return_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION return_rate(double precision, double precision) IS
    'orders or units returned / sold, of the same sales';
CREATE AGGREGATE return_rate(returned boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE return_rate(boolean) IS
    'share of the orders that came back, in part or whole; NULL is not known and not counted';
CREATE AGGREGATE return_rate(returned text) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE return_rate(text) IS
    'share of the orders that came back, of words that PostgreSQL reads as a boolean, such as Yes and no';
CREATE AGGREGATE return_rate_by_amount(returned numeric, sold numeric) (
    SFUNC = _amount_rate_accum, STYPE = amount_rate_state, INITCOND = '1:0/0', SSPACE = 64, COMBINEFUNC = _amount_rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE return_rate_by_amount(numeric, numeric) IS
    'amount or units returned / sold, summed over rows; may exceed 1 where returns of earlier sales are booked; a row with a NULL is skipped';
CREATE AGGREGATE return_rate_by_amount(returned double precision, sold double precision) (
    SFUNC = _amount_rate_accum, STYPE = amount_rate_state, INITCOND = '1:0/0', SSPACE = 64, COMBINEFUNC = _amount_rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE return_rate_by_amount(double precision, double precision) IS
    'amount or units returned / sold, summed over rows; may exceed 1 where returns of earlier sales are booked; a row with a NULL is skipped';
