-- Early warning: who is overdue by their own purchase rhythm.
CREATE FUNCTION purchase_gaps(activity_state, as_of timestamp) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_activity_purchase_gaps' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION purchase_gaps(activity_state, timestamp) IS
    'days between the purchase days of a customer before as_of, and the gap still open as censored; rollup makes a population of them';
-- @ids
CREATE FUNCTION purchase_gaps(cohorts@kind@_state, as_of timestamp) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_cohorts_purchase_gaps' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION purchase_gaps(cohorts@kind@_state, timestamp) IS
    'days between the purchase days of all customers before as_of, and the gaps still open as censored';
-- @end
CREATE FUNCTION early_warning(activity_state, as_of timestamp, population survival_state DEFAULT NULL,
    quantile double precision DEFAULT 0.9, min_gaps bigint DEFAULT 3, at_risk double precision DEFAULT 1.5,
    lost double precision DEFAULT 3, lang text DEFAULT 'en', OUT last_purchase date, OUT silent_days bigint, OUT gaps bigint,
    OUT expected_within double precision, OUT basis text, OUT overdue double precision, OUT level smallint,
    OUT warning text, OUT reason text)
    AS 'MODULE_PATHNAME', 'cm_early_warning' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION early_warning(activity_state, timestamp, survival_state, double precision, bigint, double precision, double precision, text) IS
    'how overdue a customer is at as_of: silent_days, the whole days without a purchase before it (the day as_of is not over: one less than recency), / expected_within, the quantile of their own gaps, or with fewer than min_gaps of the population''s; level 0 on_time, 1 overdue, beyond at_risk times that 2 at_risk, beyond lost times 3 lost, and why; an expected_within below one day counts as one; warning and reason in lang en or zh';
-- @ids
CREATE FUNCTION early_warnings(cohorts@kind@_state, as_of timestamp, quantile double precision DEFAULT 0.9, min_gaps bigint DEFAULT 3,
    at_risk double precision DEFAULT 1.5, lost double precision DEFAULT 3, lang text DEFAULT 'en', population survival_state DEFAULT NULL, OUT customer_id @id@,
    OUT last_purchase date, OUT silent_days bigint, OUT gaps bigint, OUT expected_within double precision,
    OUT basis text, OUT overdue double precision, OUT level smallint, OUT warning text, OUT reason text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_early_warnings' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION early_warnings(cohorts@kind@_state, timestamp, double precision, bigint, double precision, double precision, text, survival_state) IS
    'how overdue each customer known before as_of is: silent_days, the whole days without a purchase before it (the day as_of is not over: one less than recency), / expected_within, the quantile of their own gaps, or with fewer than min_gaps of everybody''s; overdue beyond that, at_risk and lost beyond so many times that, and why; an expected_within below one day counts as one; warning and reason in lang en or zh; where these are a part of all customers, population is what everybody''s gaps are: rollup(purchase_gaps(...)) of all parts';
-- @end
