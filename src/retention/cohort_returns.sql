-- cohort_returns: cohorts that begin with one event and return by another, such as sign-up and order.
-- @ids
-- @type cohort_returns@kind@_state cm_cohort_returns@kind@ cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external
COMMENT ON TYPE cohort_returns@kind@_state IS
    'when each customer began, by an event of its own, and in which periods after that they returned: answers cohort tables of sign-ups that order, trials that become use';

CREATE FUNCTION _cohort_returns_accum(cohort_returns@kind@_state, @id@, timestamp, timestamp, metric_option) RETURNS cohort_returns@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_accum_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohort_returns_zone_accum(cohort_returns@kind@_state, @id@, metric_moment, metric_moment, metric_option, metric_option)
    RETURNS cohort_returns@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_accum_zone_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohort_returns_combine(cohort_returns@kind@_state, cohort_returns@kind@_state) RETURNS cohort_returns@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohort_returns_final(cohort_returns@kind@_state) RETURNS cohort_returns@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_final_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohort_returns_rollup_final(cohort_returns@kind@_state) RETURNS cohort_returns@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE cohort_returns_agg(customer_id @id@, began timestamp, at timestamp, period metric_option) (
    SFUNC = _cohort_returns_accum, STYPE = cohort_returns@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohort_returns_combine,
    FINALFUNC = _cohort_returns_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_returns_agg(@id@, timestamp, timestamp, metric_option) IS
    'a row is a return at a time, with the beginning it belongs to; a row whose at is NULL is a beginning without a return, and so is one whose at lies before began; period is day, week, month, quarter or year, as in cohorts_agg, or rolling:7 for periods of 7 days from each beginning on; rows with a NULL elsewhere, such as customers without a beginning, are skipped, and counted in skipped_rows';
CREATE AGGREGATE cohort_returns_zone_agg(customer_id @id@, began metric_moment, at metric_moment, period metric_option,
    zone metric_option) (
    SFUNC = _cohort_returns_zone_accum, STYPE = cohort_returns@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohort_returns_combine,
    FINALFUNC = _cohort_returns_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_returns_zone_agg(@id@, metric_moment, metric_moment, metric_option, metric_option) IS
    'as cohort_returns_agg, of instants (timestamptz) by the days and clocks of a time zone, such as Asia/Shanghai';
CREATE AGGREGATE rollup(cohort_returns@kind@_state) (
    SFUNC = _cohort_returns_combine, STYPE = cohort_returns@kind@_state, SSPACE = 65536, COMBINEFUNC = _cohort_returns_combine,
    FINALFUNC = _cohort_returns_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(cohort_returns@kind@_state) IS
    'merges returns: the customers of all of them, their beginnings and returns; those over no rows agree with any kind of period';
-- @plus cohort_returns@kind@_state
CREATE FUNCTION _cohort_returns@kind@_state_json(cohort_returns@kind@_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _cohort_returns@kind@_state_json(cohort_returns@kind@_state) IS
    'cast to json: {"period": "month", "skipped_rows": 0, "customers": [{"customer_id": 7, "cohorts": [{"cohort": "2024-01", "returns": [0, 2]}]}]}; returns are periods after the cohort';
-- @json cohort_returns@kind@_state

CREATE FUNCTION cohort_retention(cohort_returns@kind@_state, as_of timestamp, mode text DEFAULT 'on', reference text DEFAULT 'first',
    confidence double precision DEFAULT 0.95, beginnings text DEFAULT 'first',
    OUT cohort date, OUT period_no bigint, OUT period_start date, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_cells' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 500;
COMMENT ON FUNCTION cohort_retention(cohort_returns@kind@_state, timestamp, text, text, double precision, text) IS
    'the cohort table of a beginning and a return; as that of cohorts, but that period 0 holds those who returned in the period they began in: mode on_or_before is back by then, from period 0 on, streak returned in each period from 0 on; beginnings first (a customer is in one cohort) or every (in that of each period with a beginning of theirs)';
CREATE FUNCTION retention_curve(cohort_returns@kind@_state, as_of timestamp, mode text DEFAULT 'on', reference text DEFAULT 'first',
    confidence double precision DEFAULT 0.95, beginnings text DEFAULT 'first',
    OUT period_no bigint, OUT cohorts bigint, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_curve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 50;
COMMENT ON FUNCTION retention_curve(cohort_returns@kind@_state, timestamp, text, text, double precision, text) IS
    'all cohorts as one: returns n periods after the beginning, of the customers whose cohort''s period n is over at as_of';
CREATE FUNCTION cohort_retention_base(cohort_returns@kind@_state, as_of timestamp, mode text DEFAULT 'on',
    reference text DEFAULT 'first', beginnings text DEFAULT 'first') RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION cohort_retention_base(cohort_returns@kind@_state, timestamp, text, text, text) IS
    'what cohort_retention and retention_curve are made of, to be rolled up over values that have different customers';
CREATE FUNCTION bracket_retention(cohort_returns@kind@_state, as_of timestamp, brackets bigint[],
    confidence double precision DEFAULT 0.95, beginnings text DEFAULT 'first',
    OUT cohort date, OUT from_period_no bigint, OUT to_period_no bigint, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_brackets' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION bracket_retention(cohort_returns@kind@_state, timestamp, bigint[], double precision, text) IS
    'the cohort table by ranges of periods: {1,8,31} is a return in periods 1 to 7, and in 8 to 30';
CREATE FUNCTION bracket_retention_base(cohort_returns@kind@_state, as_of timestamp, brackets bigint[], beginnings text DEFAULT 'first') RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_brackets_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION bracket_retention_base(cohort_returns@kind@_state, timestamp, bigint[], text) IS
    'what bracket_retention is made of, to be rolled up over values that have different customers';
CREATE FUNCTION retained(cohort_returns@kind@_state, customer_id @id@, after bigint, as_of timestamp, mode text DEFAULT 'on')
    RETURNS boolean
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_retained_@id@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION retained(cohort_returns@kind@_state, @id@, bigint, timestamp, text) IS
    'whether the customer returned that many periods after their first beginning, in the sense of mode as in cohort_retention; NULL while that period is not over at as_of, and for an unknown customer';
CREATE FUNCTION cohort_members(cohort_returns@kind@_state, as_of timestamp, beginnings text DEFAULT 'first',
    OUT customer_id @id@, OUT cohort date, OUT returned bigint[]) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_members' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION cohort_members(cohort_returns@kind@_state, timestamp, text) IS
    'who the cohorts are made of: each customer with the periods after the beginning, as numbers, in which they returned; periods that are over at as_of';
CREATE FUNCTION customer_count(cohort_returns@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION customer_count(cohort_returns@kind@_state) IS 'number of customers with a beginning';
CREATE FUNCTION activity_period(cohort_returns@kind@_state) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION activity_period(cohort_returns@kind@_state) IS 'the kind of period: day, week, month, quarter, year, with a start such as week:sunday, or rolling:7; none of a value over no rows';
CREATE FUNCTION skipped_rows(cohort_returns@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_cohort_returns_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION skipped_rows(cohort_returns@kind@_state) IS 'number of rows that were skipped, as they had no id, no beginning, no period or no zone';
-- @end
