-- retention: cohorts that begin with one event and return by another, such as sign-up and order.
-- @ids
-- @type retention@kind@_state cm_retention@kind@
COMMENT ON TYPE retention@kind@_state IS
    'when each customer began, by an event of its own, and in which periods after that they returned: answers cohort tables of sign-ups that order, trials that become use';

CREATE FUNCTION _retention_accum(retention@kind@_state, @id@, timestamp, timestamp, metric_option) RETURNS retention@kind@_state
    AS 'MODULE_PATHNAME', 'cm_retention_accum_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _retention_zone_accum(retention@kind@_state, @id@, metric_moment, metric_moment, metric_option, metric_option)
    RETURNS retention@kind@_state
    AS 'MODULE_PATHNAME', 'cm_retention_accum_zone_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _retention_combine(retention@kind@_state, retention@kind@_state) RETURNS retention@kind@_state
    AS 'MODULE_PATHNAME', 'cm_retention_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _retention_final(retention@kind@_state) RETURNS retention@kind@_state
    AS 'MODULE_PATHNAME', 'cm_retention_final_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _retention_rollup_final(retention@kind@_state) RETURNS retention@kind@_state
    AS 'MODULE_PATHNAME', 'cm_retention_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE retention_agg(customer_id @id@, began timestamp, at timestamp, period metric_option) (
    SFUNC = _retention_accum, STYPE = retention@kind@_state, SSPACE = 65536, COMBINEFUNC = _retention_combine,
    FINALFUNC = _retention_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_agg(@id@, timestamp, timestamp, metric_option) IS
    'a row is a return at a time, with the beginning it belongs to; a row whose at is NULL is a beginning without a return, and so is one whose at lies before began; period is day, week, month, quarter or year, as in cohorts_agg, or rolling:7 for periods of 7 days from each beginning on; rows with a NULL elsewhere, such as customers without a beginning, are skipped, and counted in skipped_rows';
CREATE AGGREGATE retention_zone_agg(customer_id @id@, began metric_moment, at metric_moment, period metric_option,
    zone metric_option) (
    SFUNC = _retention_zone_accum, STYPE = retention@kind@_state, SSPACE = 65536, COMBINEFUNC = _retention_combine,
    FINALFUNC = _retention_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE retention_zone_agg(@id@, metric_moment, metric_moment, metric_option, metric_option) IS
    'as retention_agg, of instants (timestamptz) by the days and clocks of a time zone, such as Asia/Shanghai';
CREATE AGGREGATE rollup(retention@kind@_state) (
    SFUNC = _retention_combine, STYPE = retention@kind@_state, SSPACE = 65536, COMBINEFUNC = _retention_combine,
    FINALFUNC = _retention_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(retention@kind@_state) IS
    'merges retention: the customers of all of them, their beginnings and returns; those over no rows agree with any kind of period';
-- @plus retention@kind@_state
CREATE FUNCTION _retention@kind@_state_json(retention@kind@_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_retention_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION _retention@kind@_state_json(retention@kind@_state) IS
    'cast to json: {"period": "month", "skipped": 0, "customers": [{"id": 7, "cohorts": [{"cohort": "2024-01", "returns": [0, 2]}]}]}; returns are periods after the cohort';
-- @json retention@kind@_state

CREATE FUNCTION cohort_retention(retention@kind@_state, as_of timestamp, mode text DEFAULT 'on', reference text DEFAULT 'first',
    confidence double precision DEFAULT 0.95, beginnings text DEFAULT 'first',
    OUT cohort date, OUT period_no bigint, OUT period_start date, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_retention_cells' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 500;
COMMENT ON FUNCTION cohort_retention(retention@kind@_state, timestamp, text, text, double precision, text) IS
    'the cohort table of a beginning and a return; as that of cohorts, but that period 0 holds those who returned in the period they began in: mode on_or_before is back by then, from period 0 on, streak returned in each period from 0 on; beginnings first (a customer is in one cohort) or every (in that of each period with a beginning of theirs)';
CREATE FUNCTION retention_curve(retention@kind@_state, as_of timestamp, mode text DEFAULT 'on', reference text DEFAULT 'first',
    confidence double precision DEFAULT 0.95, beginnings text DEFAULT 'first',
    OUT period_no bigint, OUT cohorts bigint, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_retention_state_curve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 50;
COMMENT ON FUNCTION retention_curve(retention@kind@_state, timestamp, text, text, double precision, text) IS
    'all cohorts as one: returns n periods after the beginning, of the customers whose cohort''s period n is over at as_of';
CREATE FUNCTION bracket_retention(retention@kind@_state, as_of timestamp, brackets integer[],
    confidence double precision DEFAULT 0.95, beginnings text DEFAULT 'first',
    OUT cohort date, OUT from_period_no bigint, OUT to_period_no bigint, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_retention_brackets' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100;
COMMENT ON FUNCTION bracket_retention(retention@kind@_state, timestamp, integer[], double precision, text) IS
    'the cohort table by ranges of periods: {1,8,31} is a return in periods 1 to 7, and in 8 to 30';
CREATE FUNCTION retained(retention@kind@_state, customer_id @id@, after integer, as_of timestamp, mode text DEFAULT 'on')
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'cm_retention_retained_@id@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION retained(retention@kind@_state, @id@, integer, timestamp, text) IS
    'whether the customer returned that many periods after their first beginning, in the sense of mode as in cohort_retention; NULL while that period is not over at as_of, and for an unknown customer';
CREATE FUNCTION customer_returns(retention@kind@_state, as_of timestamp, beginnings text DEFAULT 'first',
    OUT customer_id @id@, OUT cohort date, OUT returned bigint[]) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_retention_returns' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 100000;
COMMENT ON FUNCTION customer_returns(retention@kind@_state, timestamp, text) IS
    'who the cohorts are made of: each customer with the periods after the beginning, as numbers, in which they returned; periods that are over at as_of';
CREATE FUNCTION customer_count(retention@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_retention_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customer_count(retention@kind@_state) IS 'number of customers with a beginning';
CREATE FUNCTION activity_period(retention@kind@_state) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_retention_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION activity_period(retention@kind@_state) IS 'the kind of period: day, week, month, quarter, year, with a start such as week:sunday, or rolling:7; none of a value over no rows';
CREATE FUNCTION skipped_rows(retention@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_retention_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION skipped_rows(retention@kind@_state) IS 'number of rows that were skipped, as they had no id, no beginning, no period or no zone';
-- @end
