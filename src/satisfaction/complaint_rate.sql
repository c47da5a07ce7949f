-- Complaints.
CREATE FUNCTION complaint_rate(complaining double precision, customers double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_complaint_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION complaint_rate(double precision, double precision) IS
    'share of the customers who complained, however often';
CREATE AGGREGATE complaint_rate(complained boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE complaint_rate(boolean) IS
    'share of the customers who complained; NULL is not known and not counted';
CREATE AGGREGATE complaint_rate(complained text) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE complaint_rate(text) IS
    'share of the customers who complained, of words that PostgreSQL reads as a boolean, such as Yes and no';
CREATE FUNCTION complaints_per_customer(complaints double precision, customers double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_complaints_per_customer' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION complaints_per_customer(double precision, double precision) IS
    'complaints for each customer, order or contact, whatever is counted; may exceed 1';
