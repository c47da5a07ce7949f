-- Referrals: what customers say, and what they do.
CREATE FUNCTION stated_referral_rate(survey_state) RETURNS double precision
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    RETURN rate_value(rate(promoters($1), responses($1)));
COMMENT ON FUNCTION stated_referral_rate(survey_state) IS
    'share of answers of 9 and 10 to "would you recommend us?": who says so';
CREATE FUNCTION referral_rate(referred double precision, new_customers double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_referral_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION referral_rate(double precision, double precision) IS
    'share of the new customers who were referred by others';
CREATE AGGREGATE referral_rate(referred boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE referral_rate(boolean) IS
    'share of the new customers who were referred by others; NULL is not known and not counted';
CREATE AGGREGATE referral_rate(referred text) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE referral_rate(text) IS
    'share of the new customers who were referred by others, of words that PostgreSQL reads as a boolean, such as Yes and no';
CREATE FUNCTION referrer_rate(referrers double precision, customers double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_referrer_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION referrer_rate(double precision, double precision) IS
    'share of the customers who referred somebody';
CREATE AGGREGATE referrer_rate(has_referred boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE referrer_rate(boolean) IS
    'share of the customers who referred somebody; NULL is not known and not counted';
CREATE AGGREGATE referrer_rate(has_referred text) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE referrer_rate(text) IS
    'share of the customers who referred somebody, of words that PostgreSQL reads as a boolean, such as Yes and no';
CREATE FUNCTION referrals_per_customer(referrals double precision, customers double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_referrals_per_customer' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION referrals_per_customer(double precision, double precision) IS
    'new customers whom each customer brought, on average; may exceed 1';
