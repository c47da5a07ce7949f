-- histories: customers with the same history, counted. What all forecast models are fitted to.
-- @type histories_state cm_histories
COMMENT ON TYPE histories_state IS 'customers with the same history, counted: what forecast models are fitted to, small enough to store and merge';

-- Of purchases and of opportunities; the last number, if it is there, is how many customers a row stands for.
CREATE FUNCTION _histories_accum(histories_state, double precision, double precision, double precision) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_histories_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _histories_accum(histories_state, double precision, double precision, double precision, double precision) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_histories_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _spending_accum(histories_state, double precision, double precision) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_spending_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _spending_accum(histories_state, double precision, double precision, double precision) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_spending_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _renewals_accum(histories_state, double precision, boolean) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_renewals_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _renewals_accum(histories_state, double precision, boolean, double precision) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_renewals_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _histories_combine(histories_state, histories_state) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_histories_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _histories_final(histories_state) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_histories_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE histories_agg(x double precision, t_x double precision, t double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE histories_agg(double precision, double precision, double precision) IS
    'collects purchase histories: x repeat purchases, age t_x at the last and t at the end of observation, in one unit of time';
CREATE AGGREGATE histories_weighted_agg(x double precision, t_x double precision, t double precision, customers double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:purchases:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE histories_weighted_agg(double precision, double precision, double precision, double precision) IS
    'collects purchase histories: x repeat purchases, age t_x at the last and t at the end of observation, in one unit of time; each row stands for so many customers';
CREATE AGGREGATE opportunities_agg(x double precision, t_x double precision, opportunities double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:opportunities:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE opportunities_agg(double precision, double precision, double precision) IS
    'collects histories at discrete opportunities: x purchases in so many, the last at opportunity t_x (0 without one)';
CREATE AGGREGATE opportunities_weighted_agg(x double precision, t_x double precision, opportunities double precision, customers double precision) (
    SFUNC = _histories_accum, STYPE = histories_state, INITCOND = '1:opportunities:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE opportunities_weighted_agg(double precision, double precision, double precision, double precision) IS
    'collects histories at discrete opportunities: x purchases in so many, the last at opportunity t_x (0 without one); each row stands for so many customers';
CREATE AGGREGATE spend_agg(x double precision, mean_amount double precision) (
    SFUNC = _spending_accum, STYPE = histories_state, INITCOND = '1:spending:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spend_agg(double precision, double precision) IS
    'collects the mean amount of x purchases for the Gamma-Gamma model; customers without repeat purchases (mean NULL) and whose repeat purchases were all free (mean 0) stay out';
CREATE AGGREGATE spend_weighted_agg(x double precision, mean_amount double precision, customers double precision) (
    SFUNC = _spending_accum, STYPE = histories_state, INITCOND = '1:spending:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE spend_weighted_agg(double precision, double precision, double precision) IS
    'collects the mean amount of x purchases for the Gamma-Gamma model; customers without repeat purchases (mean NULL) and whose repeat purchases were all free (mean 0) stay out; each row stands for so many customers';
CREATE AGGREGATE renewals_agg(periods double precision, lost boolean) (
    SFUNC = _renewals_accum, STYPE = histories_state, INITCOND = '1:renewals:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE renewals_agg(double precision, boolean) IS
    'collects contracts: lost at the end of so many periods, or still there after them';
CREATE AGGREGATE renewals_weighted_agg(periods double precision, lost boolean, customers double precision) (
    SFUNC = _renewals_accum, STYPE = histories_state, INITCOND = '1:renewals:', SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE renewals_weighted_agg(double precision, boolean, double precision) IS
    'collects contracts: lost at the end of so many periods, or still there after them; each row stands for so many customers';
CREATE AGGREGATE rollup(histories_state) (
    SFUNC = _histories_combine, STYPE = histories_state, SSPACE = 8192,
    COMBINEFUNC = _histories_combine, FINALFUNC = _histories_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(histories_state) IS 'merges histories of one kind: the customers of all of them; NULL without a state';
-- @plus histories_state
CREATE FUNCTION _histories_state_json(histories_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_histories_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _histories_state_json(histories_state) IS
    '{"kind", "unit" or null, "customers", "histories": [{"x", "t_x", "t", "customers"}]}; of opportunities "opportunities" for "t", of spending {"x", "mean_amount"}, of renewals {"periods", "lost"}';
-- @json histories_state
CREATE FUNCTION skipped_rows(histories_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_histories_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION skipped_rows(histories_state) IS 'rows that count nowhere, as they had no value in one of their columns';

CREATE FUNCTION renewals_from_survivors(survivors double precision[]) RETURNS histories_state
    AS 'MODULE_PATHNAME', 'cm_renewals_from_survivors' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION renewals_from_survivors(double precision[]) IS
    'histories of one cohort from how many were still there after 0, 1, 2, ... periods: whole numbers that never rise';
CREATE FUNCTION history_customers(histories_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_histories_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION history_customers(histories_state) IS
    'number of customers in the histories';
CREATE FUNCTION history_counts(histories_state, OUT x bigint, OUT t_x double precision, OUT t double precision, OUT customers bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_histories_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 1000;
COMMENT ON FUNCTION history_counts(histories_state) IS
    'a row for each different history and the number of customers who share it; t is NULL for spending and renewals';
