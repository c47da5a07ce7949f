-- Shifted beta-geometric: how long contracts last.
CREATE FUNCTION sbg_fit(histories_state) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_fit_sbg' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION sbg_fit(histories_state) IS
    'fits the shifted beta-geometric model to renewals of contracts (Fader, Hardie 2007) by maximum likelihood';
CREATE AGGREGATE sbg_fit(periods double precision, lost boolean) (
    SFUNC = _renewals_accum, STYPE = histories_state, INITCOND = '1:renewals:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = sbg_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sbg_fit(double precision, boolean) IS
    'fits the shifted beta-geometric model to rows of renewals of contracts; the status says how the fit ended';
CREATE AGGREGATE sbg_weighted_fit(periods double precision, lost boolean, customers double precision) (
    SFUNC = _renewals_accum, STYPE = histories_state, INITCOND = '1:renewals:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = sbg_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sbg_weighted_fit(double precision, boolean, double precision) IS
    'fits the shifted beta-geometric model to rows of renewals of contracts, each of so many customers';
CREATE FUNCTION sbg_model(alpha double precision, beta double precision) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_assumed_sbg' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION sbg_model(double precision, double precision) IS
    'a shifted beta-geometric model with these parameters, as published or assumed';

CREATE FUNCTION renewal_probability(model customer_model, renewals double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_renewal_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION renewal_probability(customer_model, double precision) IS
    'probability of the next renewal after so many: the retention rate of period renewals + 1';
CREATE FUNCTION churn_probability(model customer_model, renewals double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_renewal_churn_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION churn_probability(customer_model, double precision) IS
    'probability to leave at the next renewal after so many';
CREATE FUNCTION survival_probability(model customer_model, periods double precision, after double precision DEFAULT 0) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survival_probability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION survival_probability(customer_model, double precision, double precision) IS
    'probability to be still there after so many more periods, of a customer there after `after` periods';
CREATE FUNCTION residual_lifetime(model customer_model, renewals double precision, discount_rate double precision DEFAULT 0) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_residual_lifetime' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000;
COMMENT ON FUNCTION residual_lifetime(customer_model, double precision, double precision) IS
    'expected periods still to come after so many renewals: the one now due counts in full, the n-th after it (1 + discount_rate) ^ -n, a rate per period; NULL where infinite';
