-- Gamma-Gamma: what a purchase is worth.
CREATE FUNCTION gamma_gamma_fit(histories_state) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_fit_gamma_gamma' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION gamma_gamma_fit(histories_state) IS
    'fits the Gamma-Gamma model to mean amounts of purchases (Fader, Hardie 2013) by maximum likelihood';
CREATE AGGREGATE gamma_gamma_fit(x double precision, mean_amount double precision) (
    SFUNC = _spending_accum, STYPE = histories_state, INITCOND = '1:spending:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = gamma_gamma_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gamma_gamma_fit(double precision, double precision) IS
    'fits the Gamma-Gamma model to rows of mean amounts of purchases; customers without repeat purchases (mean NULL) and whose repeat purchases were all free (mean 0) stay out; the status says how the fit ended';
CREATE AGGREGATE gamma_gamma_weighted_fit(x double precision, mean_amount double precision, customers double precision) (
    SFUNC = _spending_accum, STYPE = histories_state, INITCOND = '1:spending:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = gamma_gamma_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE gamma_gamma_weighted_fit(double precision, double precision, double precision) IS
    'fits the Gamma-Gamma model to rows of mean amounts of purchases, each of so many customers; a mean of NULL or 0 stays out';
CREATE FUNCTION gamma_gamma_model(p double precision, q double precision, gamma double precision) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_assumed_gamma_gamma' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION gamma_gamma_model(double precision, double precision, double precision) IS
    'a Gamma-Gamma model with these parameters, as published or assumed';

CREATE FUNCTION expected_spend(model customer_model, x double precision, mean_amount double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_expected_spend' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION expected_spend(customer_model, double precision, double precision) IS
    'expected amount of a future purchase after x of this mean; x = 0 (mean NULL) gives the mean of all, NULL where q <= 1 makes it infinite; NULL where all x were free (mean 0)';
CREATE FUNCTION expected_spend_estimate(model customer_model, x double precision, mean_amount double precision,
    confidence double precision DEFAULT 0.95, OUT value double precision, OUT lower double precision, OUT upper double precision)
    AS 'MODULE_PATHNAME', 'cm_expected_spend_estimate' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100;
COMMENT ON FUNCTION expected_spend_estimate(customer_model, double precision, double precision, double precision) IS
    'expected amount of a future purchase with its interval (delta method)';
