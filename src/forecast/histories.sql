-- histories: customers with the same history, counted. What all forecast models are fitted to.
-- @type histories_state cm_histories
COMMENT ON TYPE histories_state IS 'customers with the same history, counted: what forecast models are fitted to, small enough to store and merge';

CREATE FUNCTION _histories_accum(histories_state, bigint, double precision, double precision) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_histories_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _histories_accum(histories_state, bigint, double precision, double precision, bigint) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_histories_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _opportunities_accum(histories_state, bigint, bigint, bigint) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_opportunities_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _opportunities_accum(histories_state, bigint, bigint, bigint, bigint) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_opportunities_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _spending_accum(histories_state, bigint, double precision) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_spending_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _spending_accum(histories_state, bigint, double precision, bigint) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_spending_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _renewals_accum(histories_state, bigint, boolean) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_renewals_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _renewals_accum(histories_state, bigint, boolean, bigint) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_renewals_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _histories_combine(histories_state, histories_state) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_histories_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _histories_final(histories_state) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_histories_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE histories_agg(x bigint, t_x double precision, t double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE histories_agg(bigint, double precision, double precision) IS
    'collects purchase histories: x repeat purchases, age t_x at the last and t at the end of observation, in one unit of time';
CREATE AGGREGATE histories_agg_weighted(x bigint, t_x double precision, t double precision, customers bigint) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE histories_agg_weighted(bigint, double precision, double precision, bigint) IS
    'collects purchase histories: x repeat purchases, age t_x at the last and t at the end of observation, in one unit of time; each row stands for so many customers';
CREATE AGGREGATE opportunities_agg(x bigint, t_x bigint, opportunities bigint) (
    SFUNC = _opportunities_accum, STYPE = histories_state, INITCOND = '1:opportunities:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE opportunities_agg(bigint, bigint, bigint) IS
    'collects histories at discrete opportunities: x purchases in so many, the last at opportunity t_x (0 without one)';
CREATE AGGREGATE opportunities_agg_weighted(x bigint, t_x bigint, opportunities bigint, customers bigint) (
    SFUNC = _opportunities_accum, STYPE = histories_state, INITCOND = '1:opportunities:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE opportunities_agg_weighted(bigint, bigint, bigint, bigint) IS
    'collects histories at discrete opportunities: x purchases in so many, the last at opportunity t_x (0 without one); each row stands for so many customers';
CREATE AGGREGATE spend_agg(x bigint, mean_amount double precision) (
    SFUNC = _spending_accum, STYPE = histories_state, INITCOND = '1:spending:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spend_agg(bigint, double precision) IS
    'collects the mean amount of x purchases for the Gamma-Gamma model; customers without repeat purchases stay out';
CREATE AGGREGATE spend_agg_weighted(x bigint, mean_amount double precision, customers bigint) (
    SFUNC = _spending_accum, STYPE = histories_state, INITCOND = '1:spending:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spend_agg_weighted(bigint, double precision, bigint) IS
    'collects the mean amount of x purchases for the Gamma-Gamma model; customers without repeat purchases stay out; each row stands for so many customers';
CREATE AGGREGATE renewals_agg(periods bigint, lost boolean) (
    SFUNC = _renewals_accum, STYPE = histories_state, INITCOND = '1:renewals:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE renewals_agg(bigint, boolean) IS
    'collects contracts: lost at the end of so many periods, or still there after them';
CREATE AGGREGATE renewals_agg_weighted(periods bigint, lost boolean, customers bigint) (
    SFUNC = _renewals_accum, STYPE = histories_state, INITCOND = '1:renewals:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE renewals_agg_weighted(bigint, boolean, bigint) IS
    'collects contracts: lost at the end of so many periods, or still there after them; each row stands for so many customers';
CREATE AGGREGATE rollup(histories_state) (
    SFUNC = _histories_combine, STYPE = histories_state, SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(histories_state) IS 'merges histories of one kind: the customers of all of them';

CREATE FUNCTION renewals_from_survivors(survivors bigint[]) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_renewals_from_survivors' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION renewals_from_survivors(bigint[]) IS
    'histories of one cohort from how many were still there after 0, 1, 2, ... periods';
CREATE FUNCTION history_customers(histories_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_histories_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION history_customers(histories_state) IS
    'number of customers in the histories';
CREATE FUNCTION history_counts(histories_state, OUT x bigint, OUT t_x double precision, OUT t double precision, OUT customers bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_histories_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 1000;
COMMENT ON FUNCTION history_counts(histories_state) IS
    'a row for each different history and the number of customers who share it; t is NULL for spending and renewals';
