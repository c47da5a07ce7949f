-- BG/BB: who buys at which of a number of opportunities.
CREATE FUNCTION bgbb_fit(histories_state) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_fit_bgbb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION bgbb_fit(histories_state) IS
    'fits the BG/BB model to purchases at discrete opportunities (Fader, Hardie, Shang 2010) by maximum likelihood';
CREATE AGGREGATE bgbb_fit(x double precision, t_x double precision, opportunities double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:opportunities:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = bgbb_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE bgbb_fit(double precision, double precision, double precision) IS
    'fits the BG/BB model to rows of purchases at discrete opportunities; the status says how the fit ended';
CREATE AGGREGATE bgbb_weighted_fit(x double precision, t_x double precision, opportunities double precision, customers double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:opportunities:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = bgbb_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE bgbb_weighted_fit(double precision, double precision, double precision, double precision) IS
    'fits the BG/BB model to rows of purchases at discrete opportunities, each of so many customers';
CREATE FUNCTION bgbb_model(alpha double precision, beta double precision, gamma double precision, delta double precision) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_assumed_bgbb' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bgbb_model(double precision, double precision, double precision, double precision) IS
    'a BG/BB model with these parameters, as published or assumed';
