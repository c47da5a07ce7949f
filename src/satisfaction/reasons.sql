-- Reasons: why customers left, why deals were lost, what complaints are about; how large each is and what changed.
-- @type reasons_state cm_reasons cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external
COMMENT ON TYPE reasons_state IS
    'the values of a column and how many rows have each, such as reasons of churn: shares and changes, can be stored and merged';

CREATE FUNCTION _reasons_accum(reasons_state, text) RETURNS reasons_state
    AS 'MODULE_PATHNAME', 'cm_reasons_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _reasons_accum(reasons_state, text, double precision) RETURNS reasons_state
    AS 'MODULE_PATHNAME', 'cm_reasons_accum_counted' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _reasons_combine(reasons_state, reasons_state) RETURNS reasons_state
    AS 'MODULE_PATHNAME', 'cm_reasons_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _reasons_final(reasons_state) RETURNS reasons_state
    AS 'MODULE_PATHNAME', 'cm_reasons_final' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _reasons_rollup_final(reasons_state) RETURNS reasons_state
    AS 'MODULE_PATHNAME', 'cm_reasons_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE reasons_agg(reason text) (
    SFUNC = _reasons_accum, STYPE = reasons_state, SSPACE = 1024, COMBINEFUNC = _reasons_combine,
    FINALFUNC = _reasons_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE reasons_agg(text) IS
    'counts the rows of each reason, compared byte by byte; a row without one is skipped, and counted in skipped_rows';
CREATE AGGREGATE reasons_counted_agg(reason text, n double precision) (
    SFUNC = _reasons_accum, STYPE = reasons_state, SSPACE = 1024, COMBINEFUNC = _reasons_combine,
    FINALFUNC = _reasons_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE reasons_counted_agg(text, double precision) IS
    'the same of rows that are already counted: n for each reason; a row with a NULL is skipped, and counted in skipped_rows';
CREATE AGGREGATE rollup(reasons_state) (
    SFUNC = _reasons_combine, STYPE = reasons_state, SSPACE = 1024, COMBINEFUNC = _reasons_combine,
    FINALFUNC = _reasons_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(reasons_state) IS 'merges reasons: their rows are added';
-- @plus reasons_state

CREATE FUNCTION _reasons_state_json(reasons_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_reasons_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _reasons_state_json(reasons_state) IS 'reasons as JSON: {"price": 12, "service": 5}';
-- @json reasons_state

CREATE FUNCTION skipped_rows(reasons_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_reasons_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION skipped_rows(reasons_state) IS 'number of rows that were skipped, as they had no reason';
CREATE FUNCTION reason_shares(reasons_state, confidence double precision DEFAULT 0.95,
    bounds double precision[] DEFAULT '{0.8,0.95}',
    OUT reason text, OUT n bigint, OUT share double precision, OUT lower double precision, OUT upper double precision,
    OUT cumulative_share double precision, OUT class text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_reason_shares' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION reason_shares(reasons_state, double precision, double precision[]) IS
    'each reason, the largest first: its share of all rows that have one, with intervals that hold together (Goodman 1965), what it and the larger ones make, and its class as abc_class(n) gives it';
CREATE FUNCTION reason_changes(current reasons_state, previous reasons_state, confidence double precision DEFAULT 0.95,
    OUT reason text, OUT n bigint, OUT previous_n bigint, OUT share double precision, OUT previous_share double precision,
    OUT difference double precision, OUT lower double precision, OUT upper double precision, OUT z double precision,
    OUT p_value double precision, OUT p_adjusted double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_reason_changes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 10;
COMMENT ON FUNCTION reason_changes(reasons_state, reasons_state, double precision) IS
    'each reason of two periods, the largest of the current one first: its shares and their difference as rate_test, with intervals that hold together (Bonferroni) and p values by Holm (1979)';
