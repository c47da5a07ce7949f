-- funnels: the rows of all customers that matched a step, in one value: several times faster than GROUP BY customer.
-- @ids
-- @type funnels@kind@_state cm_funnels@kind@ cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external
COMMENT ON TYPE funnels@kind@_state IS 'the rows of all customers that matched a step of a funnel, in one value that can be stored and merged';

CREATE FUNCTION _funnels_accum(funnels@kind@_state, @id@, metric_moment, bigint) RETURNS funnels@kind@_state
    AS 'MODULE_PATHNAME', 'cm_funnels_accum_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_events_accum(funnels@kind@_state, @id@, metric_moment, boolean[], bigint, text) RETURNS funnels@kind@_state
    AS 'MODULE_PATHNAME', 'cm_funnels_events_accum_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_from_funnel(funnels@kind@_state, @id@, funnel_state) RETURNS funnels@kind@_state
    AS 'MODULE_PATHNAME', 'cm_funnels_from_funnel_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_combine(funnels@kind@_state, funnels@kind@_state) RETURNS funnels@kind@_state
    AS 'MODULE_PATHNAME', 'cm_funnels_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _funnels_final(funnels@kind@_state) RETURNS funnels@kind@_state
    AS 'MODULE_PATHNAME', 'cm_funnels_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE funnels_agg(customer_id @id@, at metric_moment, step bigint) (
    SFUNC = _funnels_accum, STYPE = funnels@kind@_state, INITCOND = '1:none:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_agg(@id@, metric_moment, bigint) IS
    'collects the steps 1 to 64 of all customers; a NULL step is a row that matches none and costs nothing';
CREATE AGGREGATE funnels_events_agg(customer_id @id@, at metric_moment, conditions boolean[], order_key bigint,
    hold_key text) (
    SFUNC = _funnels_events_accum, STYPE = funnels@kind@_state, INITCOND = '1:none:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_events_agg(@id@, metric_moment, boolean[], bigint, text) IS
    'collects rows of all customers that may match several steps, one condition for each; NULL without an order key, NULL without a value to hold constant';
CREATE AGGREGATE funnels_from_funnel(customer_id @id@, funnel funnel_state) (
    SFUNC = _funnels_from_funnel, STYPE = funnels@kind@_state, INITCOND = '1:none:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_from_funnel(@id@, funnel_state) IS 'collects the funnels of all customers in one value';
CREATE AGGREGATE rollup(funnels@kind@_state) (
    SFUNC = _funnels_combine, STYPE = funnels@kind@_state, SSPACE = 65536, COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(funnels@kind@_state) IS 'merges funnels of all customers: the rows of all of them';

-- @plus funnels@kind@_state
CREATE FUNCTION _funnels@kind@_state_json(funnels@kind@_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_funnels_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _funnels@kind@_state_json(funnels@kind@_state) IS
    'the rows as {"clock": "instant", "skipped_rows": 0, "customers": [{"customer_id": 1, "rows": [{"at": "2025-01-01T00:00:00+00:00", "step": 1}]}]}; rows as in the JSON of funnel_state';
-- @json funnels@kind@_state

CREATE FUNCTION funnel_report(funnels@kind@_state, rules funnel_ruleset DEFAULT '', as_of metric_moment DEFAULT NULL,
    confidence double precision DEFAULT 0.95, names text[] DEFAULT NULL,
    OUT step integer, OUT name text, OUT entered bigint, OUT converted bigint, OUT pending bigint, OUT dropped bigint,
    OUT rate_from_start double precision, OUT rate_from_previous double precision,
    OUT lower double precision, OUT upper double precision,
    OUT median_days double precision, OUT p90_days double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_funnel_report' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 5;
COMMENT ON FUNCTION funnel_report(funnels@kind@_state, funnel_ruleset, metric_moment, double precision, text[]) IS
    'a row for each step: who came to it, went on, may still go on after as_of; rates with the Wilson interval, days from the step before; names are those of the steps, and say how many there are. In any order step k is the k-th of them that was done. With count=totals attempts are counted; the interval knows that those of one customer are alike';
CREATE FUNCTION funnel_report_base(funnels@kind@_state, rules funnel_ruleset, as_of metric_moment DEFAULT NULL)
    RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_funnel_report_base' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION funnel_report_base(funnels@kind@_state, funnel_ruleset, metric_moment) IS
    'what funnel_report is made of, to be rolled up over values that have different customers; the rules must say how many steps there are; it has each time between two steps that somebody took, so that medians are exact';
CREATE FUNCTION customer_funnels(funnels@kind@_state, rules funnel_ruleset DEFAULT '',
    as_of metric_moment DEFAULT NULL,
    OUT customer_id @id@, OUT level integer, OUT started_at timestamptz, OUT reached_at timestamptz,
    OUT days double precision, OUT pending boolean) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customer_funnels' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION customer_funnels(funnels@kind@_state, funnel_ruleset, metric_moment) IS
    'a row for each customer with any step, with count=totals for each attempt: the level reached, its first and last time (one without time zone as if its clock had been UTC), whether more may come after as_of';
CREATE FUNCTION funnel_of(funnels@kind@_state, customer_id @id@) RETURNS funnel_state
    AS 'MODULE_PATHNAME', 'cm_funnel_of_@id@' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION funnel_of(funnels@kind@_state, @id@) IS 'the funnel of one customer; NULL for an unknown one';
CREATE FUNCTION customer_count(funnels@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_funnels_customer_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION customer_count(funnels@kind@_state) IS 'number of customers with any step';
CREATE FUNCTION stored_rows(funnels@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_funnels_stored_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION stored_rows(funnels@kind@_state) IS 'number of rows that matched a step';
CREATE FUNCTION skipped_rows(funnels@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_funnels_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION skipped_rows(funnels@kind@_state) IS 'number of rows that matched a step but had no time or no id';
-- @end
CREATE FUNCTION funnel_report(report_base_state, confidence double precision DEFAULT 0.95, names text[] DEFAULT NULL,
    OUT step integer, OUT name text, OUT entered bigint, OUT converted bigint, OUT pending bigint, OUT dropped bigint,
    OUT rate_from_start double precision, OUT rate_from_previous double precision,
    OUT lower double precision, OUT upper double precision,
    OUT median_days double precision, OUT p90_days double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_funnel_report_of_base' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 1000 ROWS 5;
COMMENT ON FUNCTION funnel_report(report_base_state, double precision, text[]) IS
    'the report over the funnels of many values, from the rolled up funnel_report_base of each: equal to that of the whole';
