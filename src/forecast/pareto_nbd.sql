-- Pareto/NBD: when customers buy and drop out, in continuous time.
CREATE FUNCTION pareto_nbd_fit(histories_state) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_fit_pareto_nbd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000000;
COMMENT ON FUNCTION pareto_nbd_fit(histories_state) IS
    'fits the Pareto/NBD model to purchases in continuous time (Schmittlein, Morrison, Colombo 1987) by maximum likelihood';
CREATE AGGREGATE pareto_nbd_fit(x double precision, t_x double precision, t double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = pareto_nbd_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pareto_nbd_fit(double precision, double precision, double precision) IS
    'fits the Pareto/NBD model to rows of purchases in continuous time; the status says how the fit ended';
CREATE AGGREGATE pareto_nbd_weighted_fit(x double precision, t_x double precision, t double precision, customers double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = pareto_nbd_fit, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pareto_nbd_weighted_fit(double precision, double precision, double precision, double precision) IS
    'fits the Pareto/NBD model to rows of purchases in continuous time, each of so many customers';
CREATE FUNCTION pareto_nbd_model(r double precision, alpha double precision, s double precision, beta double precision) RETURNS customer_model
    AS 'MODULE_PATHNAME', 'cm_assumed_pareto_nbd' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pareto_nbd_model(double precision, double precision, double precision, double precision) IS
    'a Pareto/NBD model with these parameters, as published or assumed';
