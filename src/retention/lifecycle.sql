-- Lifecycle: new, returning, resurrected, quiet, dormant and inactive customers of each period.
-- @ids
CREATE FUNCTION lifecycle(cohorts@kind@_state, as_of timestamp, lookback bigint DEFAULT 1,
    OUT period_start date, OUT new_customers bigint, OUT returning_customers bigint, OUT resurrected_customers bigint,
    OUT active_customers bigint, OUT quiet_customers bigint, OUT dormant_customers bigint,
    OUT inactive_customers bigint, OUT known_customers bigint, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_lifecycle' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 50;
COMMENT ON FUNCTION lifecycle(cohorts@kind@_state, timestamp, bigint) IS
    'customers by stage in each period: active ones are new, returning (also active in one of the lookback periods before) or resurrected; the others quiet (active less than lookback periods ago), dormant (exactly lookback periods ago: since this period) or inactive (dormant before); all stages add up to known; a period that is not over at as_of is NULL and complete = false';
CREATE FUNCTION lifecycle_base(cohorts@kind@_state, as_of timestamp, lookback bigint DEFAULT 1) RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_lifecycle_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION lifecycle_base(cohorts@kind@_state, timestamp, bigint) IS
    'what lifecycle is made of, to be rolled up over values that have different customers';
-- @end
CREATE FUNCTION lifecycle(report_base_state,
    OUT period_start date, OUT new_customers bigint, OUT returning_customers bigint, OUT resurrected_customers bigint,
    OUT active_customers bigint, OUT quiet_customers bigint, OUT dormant_customers bigint,
    OUT inactive_customers bigint, OUT known_customers bigint, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_lifecycle_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 50;
COMMENT ON FUNCTION lifecycle(report_base_state) IS
    'the lifecycle of many values, from the rolled up lifecycle_base of each: equal to that of the whole';
CREATE FUNCTION lifecycle_stage(activity_state, as_of timestamp, lookback bigint DEFAULT 1, lang text DEFAULT 'en')
    RETURNS text
    AS 'MODULE_PATHNAME', 'cm_lifecycle_stage' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION lifecycle_stage(activity_state, timestamp, bigint, text) IS
    'new, returning, resurrected, quiet, dormant or inactive in the last period that is over at as_of; lang en or zh; NULL for a customer not known by then';
