-- Shared pool of customers or leads that nobody owns: what goes in and out, and how long it takes.
-- @ids
CREATE FUNCTION pool_report(funnels@kind@_state, as_of metric_moment DEFAULT NULL, since metric_moment DEFAULT NULL,
    confidence double precision DEFAULT 0.95, OUT in_pool bigint, OUT owned bigint, OUT added bigint, OUT claimed bigint,
    OUT returned bigint, OUT recycled bigint, OUT mean_pool_days double precision, OUT median_pool_days double precision,
    OUT pool_lower double precision, OUT pool_upper double precision, OUT median_owned_days double precision,
    OUT owned_lower double precision, OUT owned_upper double precision)
    AS 'MODULE_PATHNAME', 'cm_pool_report' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION pool_report(funnels@kind@_state, metric_moment, metric_moment, double precision) IS
    'a shared pool, from rows of step 1 put in the pool, 2 claimed or assigned, 3 returned by the owner, 4 taken back by a rule: customers in the pool and owned at as_of, and of the time after since up to as_of: put in, claimed, returned and recycled, mean days in the pool of the times that began then, running ones until as_of, and the medians in the pool until claimed and with an owner until given up, running ones as censored (Kaplan-Meier). Without as_of days are NULL while one runs';
-- @end
