-- Complaints.
CREATE FUNCTION complaint_rate(complaining bigint, customers bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_rate_of_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION complaint_rate(bigint, bigint) IS
    'share of the customers who complained, however often';
CREATE AGGREGATE complaint_rate(complained boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE complaint_rate(boolean) IS
    'share of the customers who complained; NULL is not known and not counted';
CREATE FUNCTION complaints_per_customer(complaints bigint, customers bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_count_per' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION complaints_per_customer(bigint, bigint) IS
    'complaints for each customer, order or contact, whatever is counted; may exceed 1';
