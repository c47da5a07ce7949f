-- Churn and retention of the customers at the start of a period.
CREATE FUNCTION churn_rate(lost bigint, at_start bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_churn_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION churn_rate(bigint, bigint) IS
    'customers lost / customers at the start; lost counts only those who were there at the start';
CREATE FUNCTION _churn_accum(rate, boolean, boolean) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_churn_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE churn_agg(active_at_start boolean, active_at_end boolean) (
    SFUNC = _churn_accum, STYPE = rate, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE churn_agg(boolean, boolean) IS
    'the lost among the customers at the start, as a rate; NULL is false';
CREATE AGGREGATE churn_rate(active_at_start boolean, active_at_end boolean) (
    SFUNC = _churn_accum, STYPE = rate, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE churn_rate(boolean, boolean) IS
    'share of the customers at the start who are gone at the end; NULL is false';
