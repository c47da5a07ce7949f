-- Cohort retention: of the customers who began in the same period, how many are retained n periods later.
-- @ids
CREATE FUNCTION cohort_retention(cohorts@kind@_state, as_of timestamp, mode text DEFAULT 'on', reference text DEFAULT 'first',
    confidence double precision DEFAULT 0.95,
    OUT cohort date, OUT period_no bigint, OUT period_start date, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohort_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 500;
COMMENT ON FUNCTION cohort_retention(cohorts@kind@_state, timestamp, text, text, double precision) IS
    'the cohort table; mode on, on_or_after, on_or_before (back by then) or streak (never missed); reference first (the whole cohort) or previous (who was retained one period before); only periods that are over at as_of are known, one that as_of cuts has NULL and complete = false; Wilson interval';
CREATE FUNCTION retention_curve(cohorts@kind@_state, as_of timestamp, mode text DEFAULT 'on', reference text DEFAULT 'first',
    confidence double precision DEFAULT 0.95,
    OUT period_no bigint, OUT cohorts bigint, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_retention_curve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 50;
COMMENT ON FUNCTION retention_curve(cohorts@kind@_state, timestamp, text, text, double precision) IS
    'all cohorts as one: retention n periods after the first, of the customers whose period n is over at as_of';
CREATE FUNCTION cohort_retention_base(cohorts@kind@_state, as_of timestamp, mode text DEFAULT 'on', reference text DEFAULT 'first')
    RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_cohort_retention_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION cohort_retention_base(cohorts@kind@_state, timestamp, text, text) IS
    'what cohort_retention and retention_curve are made of, to be rolled up over values that have different customers';
CREATE FUNCTION bracket_retention(cohorts@kind@_state, as_of timestamp, brackets bigint[],
    confidence double precision DEFAULT 0.95,
    OUT cohort date, OUT from_period_no bigint, OUT to_period_no bigint, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_bracket_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION bracket_retention(cohorts@kind@_state, timestamp, bigint[], double precision) IS
    'the cohort table by ranges of periods: {1,8,31} is active at least once in periods 1 to 7, and in 8 to 30';
CREATE FUNCTION bracket_retention_base(cohorts@kind@_state, as_of timestamp, brackets bigint[]) RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_bracket_retention_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION bracket_retention_base(cohorts@kind@_state, timestamp, bigint[]) IS
    'what bracket_retention is made of, to be rolled up over values that have different customers';
-- @end
CREATE FUNCTION bracket_retention(report_base_state, confidence double precision DEFAULT 0.95,
    OUT cohort date, OUT from_period_no bigint, OUT to_period_no bigint, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_bracket_retention_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 100;
COMMENT ON FUNCTION bracket_retention(report_base_state, double precision) IS
    'the cohort table by ranges of periods of many values, from the rolled up bracket_retention_base of each: equal to that of the whole';
CREATE FUNCTION cohort_retention(report_base_state, confidence double precision DEFAULT 0.95,
    OUT cohort date, OUT period_no bigint, OUT period_start date, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohort_retention_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 500;
COMMENT ON FUNCTION cohort_retention(report_base_state, double precision) IS
    'the cohort table of many values, from the rolled up cohort_retention_base of each: equal to that of the whole';
CREATE FUNCTION retention_curve(report_base_state, confidence double precision DEFAULT 0.95,
    OUT period_no bigint, OUT cohorts bigint, OUT customers bigint, OUT retained bigint,
    OUT rate double precision, OUT lower double precision, OUT upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_retention_curve_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 50;
COMMENT ON FUNCTION retention_curve(report_base_state, double precision) IS
    'the retention curve of many values, from the rolled up cohort_retention_base of each: equal to that of the whole';
CREATE FUNCTION retained(activity_state, after bigint, as_of timestamp, mode text DEFAULT 'on') RETURNS boolean
    AS 'MODULE_PATHNAME', 'cm_activity_retained' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION retained(activity_state, bigint, timestamp, text) IS
    'whether the customer is retained that many periods after the first, in the sense of mode as in cohort_retention; NULL while that period is not over at as_of';
