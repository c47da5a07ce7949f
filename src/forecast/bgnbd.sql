-- BG/NBD and MBG/NBD: when customers buy and drop out, in continuous time.
CREATE FUNCTION bgnbd_fit(histories_state) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_fit_bgnbd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION bgnbd_fit(histories_state) IS
    'fits the BG/NBD model to purchases in continuous time (Fader, Hardie, Lee 2005) by maximum likelihood';
CREATE AGGREGATE bgnbd_fit(x double precision, t_x double precision, t double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = bgnbd_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE bgnbd_fit(double precision, double precision, double precision) IS
    'fits the BG/NBD model to rows of purchases in continuous time; the status says how the fit ended';
CREATE AGGREGATE bgnbd_weighted_fit(x double precision, t_x double precision, t double precision, customers double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = bgnbd_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE bgnbd_weighted_fit(double precision, double precision, double precision, double precision) IS
    'fits the BG/NBD model to rows of purchases in continuous time, each of so many customers';
CREATE FUNCTION bgnbd_model(r double precision, alpha double precision, a double precision, b double precision) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_assumed_bgnbd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION bgnbd_model(double precision, double precision, double precision, double precision) IS
    'a BG/NBD model with these parameters, as published or assumed';

CREATE FUNCTION mbgnbd_fit(histories_state) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_fit_mbgnbd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION mbgnbd_fit(histories_state) IS
    'fits the MBG/NBD model to purchases in continuous time (Batislam, Denizel, Filiztekin 2007) by maximum likelihood';
CREATE AGGREGATE mbgnbd_fit(x double precision, t_x double precision, t double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = mbgnbd_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mbgnbd_fit(double precision, double precision, double precision) IS
    'fits the MBG/NBD model to rows of purchases in continuous time; the status says how the fit ended';
CREATE AGGREGATE mbgnbd_weighted_fit(x double precision, t_x double precision, t double precision, customers double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = mbgnbd_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mbgnbd_weighted_fit(double precision, double precision, double precision, double precision) IS
    'fits the MBG/NBD model to rows of purchases in continuous time, each of so many customers';
CREATE FUNCTION mbgnbd_model(r double precision, alpha double precision, a double precision, b double precision) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_assumed_mbgnbd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mbgnbd_model(double precision, double precision, double precision, double precision) IS
    'an MBG/NBD model with these parameters, as published or assumed';
