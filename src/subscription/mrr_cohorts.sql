-- mrr_cohorts: monthly recurring revenue by cohort: net and gross revenue retention and customers, period after period.
-- @ids
CREATE FUNCTION mrr_cohorts(mrr@kind@_state, period text, as_of timestamp, confidence double precision DEFAULT 0.95,
    OUT cohort date, OUT period_no bigint, OUT period_start date, OUT customers bigint, OUT active bigint,
    OUT logo_retention double precision, OUT lower double precision, OUT upper double precision, OUT start_mrr numeric,
    OUT mrr numeric, OUT cumulative_mrr numeric, OUT gross_revenue_retention double precision,
    OUT net_revenue_retention double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_cohorts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 500;
COMMENT ON FUNCTION mrr_cohorts(mrr@kind@_state, text, timestamp, double precision) IS
    'customers by the period of their first revenue: start_mrr is what they began with, mrr what they bring at the end of the n-th period after; net revenue retention is mrr / start_mrr, gross takes of each customer no more than they began with; active are those with revenue then, with the Wilson interval of their share; only periods that are over at as_of are known, one that as_of cuts has NULL and complete = false';
-- @end
