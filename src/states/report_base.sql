-- report_base: what a report over customers is made of before anything is divided, so that parts can be added:
--
--     report(rollup(base(value, ...)))  =  report(value of all, ...)
--
-- to the last bit, where each customer is whole in one of the values (customer_shard sees to that). The function that makes the
-- base of a report has its name and _base, and takes what decides what is counted (as_of, period, mode); the report takes the
-- base and what only shows it (confidence, names). Bases of one report with the same arguments merge; others are an error.
-- @type report_base_state cm_report_base
COMMENT ON TYPE report_base_state IS
    'what a report over customers is made of: counts and exact sums, which are added for values that have different customers; it says which report, and with which arguments';
CREATE FUNCTION _report_base_combine(report_base_state, report_base_state) RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_report_base_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
CREATE AGGREGATE rollup(report_base_state) (
    SFUNC = _report_base_combine, STYPE = report_base_state, SSPACE = 8192, COMBINEFUNC = _report_base_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(report_base_state) IS
    'adds bases of one report, made with the same arguments from values that have different customers';
-- @plus report_base_state
CREATE FUNCTION _report_base_state_json(report_base_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_report_base_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION _report_base_state_json(report_base_state) IS
    'cast to json: {"report": "lifecycle", "period": "month", "as_of": "2024-05-01", "lookback": 1, "rows": [{"period_start": "2024-01-01", "new_customers": 3, ...}]}; rows are what is added, some of them changes from one period to the next, the report is what they come to';
-- @json report_base_state
