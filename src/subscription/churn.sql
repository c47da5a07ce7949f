-- Churn and retention of the customers at the start of a period.
CREATE FUNCTION churn_rate(lost double precision, at_start double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_churn_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION churn_rate(double precision, double precision) IS
    'customers lost / customers at the start; lost counts only those who were there at the start';
CREATE FUNCTION _churn_accum(rate_state, boolean, boolean) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_churn_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE churn_agg(active_at_start boolean, active_at_end boolean) (
    SFUNC = _churn_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE churn_agg(boolean, boolean) IS
    'the lost among the customers at the start, as a rate; NULL is false';
CREATE AGGREGATE churn_rate(active_at_start boolean, active_at_end boolean) (
    SFUNC = _churn_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE churn_rate(boolean, boolean) IS
    'share of the customers at the start who are gone at the end; NULL is false';
CREATE FUNCTION _retention_accum(rate_state, boolean, boolean) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_retention_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE retention_agg(active_at_start boolean, active_at_end boolean) (
    SFUNC = _retention_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_agg(boolean, boolean) IS
    'the kept among the customers at the start, as a rate; NULL is false';
CREATE AGGREGATE retention_rate(active_at_start boolean, active_at_end boolean) (
    SFUNC = _retention_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_rate(boolean, boolean) IS
    'share of the customers at the start who are there at the end; NULL is false';
CREATE FUNCTION retention_rate(at_end double precision, acquired double precision,
    at_start double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_retention_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION retention_rate(double precision, double precision, double precision) IS
    '(customers at the end - acquired) / customers at the start; acquired are new customers who are still there at the end';

CREATE FUNCTION churn_rate(lost double precision, losses double precision, at_start double precision,
    at_end double precision, denominator text, customer_periods double precision DEFAULT NULL) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_churn_rate_under' LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION churn_rate(double precision, double precision, double precision, double precision, text,
    double precision) IS
    'churn under a named denominator: start takes those lost of the start; average, end, exposure and start_and_joined (the customers at the start and all who joined, = at_end + losses) take all losses of the period';
CREATE FUNCTION annualize_rate(rate double precision, periods double precision DEFAULT 12) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_annualize_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION annualize_rate(double precision, double precision) IS
    'churn of a year from that of a month (or of as many periods as named): 1 - (1 - rate)^periods; a fraction of a period goes back';
