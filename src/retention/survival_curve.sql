-- Survival curves of Kaplan and Meier (1958): accessors of survival.
CREATE FUNCTION survival_at(survival_state, duration metric_duration) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survival_at' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION survival_at(survival_state, metric_duration) IS
    'share that lives on after this duration (Kaplan-Meier); NULL beyond the last duration seen, unless all had ended';
CREATE FUNCTION survival_estimate(survival_state, duration metric_duration, confidence double precision DEFAULT 0.95,
    OUT value double precision, OUT lower double precision, OUT upper double precision,
    OUT std_error double precision, OUT at_risk bigint, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_survival_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION survival_estimate(survival_state, metric_duration, double precision) IS
    'share that lives on after this duration, with Greenwood''s error and its log-log interval';
CREATE FUNCTION survival_lower(survival_state, duration metric_duration, confidence double precision DEFAULT 0.95)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survival_lower' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION survival_lower(survival_state, metric_duration, double precision) IS 'lower end of the interval of survival_estimate';
CREATE FUNCTION survival_upper(survival_state, duration metric_duration, confidence double precision DEFAULT 0.95)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survival_upper' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION survival_upper(survival_state, metric_duration, double precision) IS 'upper end of the interval of survival_estimate';
CREATE FUNCTION survival_curve(survival_state, confidence double precision DEFAULT 0.95,
    OUT duration double precision, OUT at_risk bigint, OUT ended bigint, OUT censored bigint,
    OUT hazard double precision, OUT value double precision, OUT std_error double precision,
    OUT lower double precision, OUT upper double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_survival_curve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 ROWS 100;
COMMENT ON FUNCTION survival_curve(survival_state, double precision) IS
    'the curve: a row for each duration that occurs; hazard is the share of those at risk that ended then';
CREATE FUNCTION hazard_table(survival_state, width metric_duration,
    OUT duration_from double precision, OUT duration_to double precision, OUT at_risk bigint, OUT ended bigint,
    OUT censored bigint, OUT time_lived double precision, OUT hazard double precision,
    OUT survival double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_hazard_table' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50 ROWS 24;
COMMENT ON FUNCTION hazard_table(survival_state, metric_duration) IS
    'ends per unit of time lived, by stretches of a width: from included, to excluded; survival at the end of each';

CREATE FUNCTION survival_quantile(survival_state, share double precision DEFAULT 0.5) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_survival_quantile_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION survival_quantile(survival_state, double precision) IS
    'the first duration at which at least this share has ended, 0.5 for the median; NULL if the curve does not get there. Where the curve lies exactly at the share for a while, R (survfit) and SAS (LIFETEST) give the middle of that while, here it is its begin';
CREATE FUNCTION survival_quantile_estimate(survival_state, share double precision DEFAULT 0.5,
    confidence double precision DEFAULT 0.95,
    OUT value double precision, OUT lower double precision, OUT upper double precision, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_survival_quantile_estimate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION survival_quantile_estimate(survival_state, double precision, double precision) IS
    'survival_quantile with its interval (Brookmeyer and Crowley 1982); a limit that is not reached is NULL';
CREATE FUNCTION restricted_mean(survival_state, horizon metric_duration DEFAULT NULL) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_restricted_mean_value' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION restricted_mean(survival_state, metric_duration) IS
    'mean duration, counted up to horizon (the longest one seen, unless given): the area under the curve';
CREATE FUNCTION restricted_mean_estimate(survival_state, horizon metric_duration DEFAULT NULL,
    confidence double precision DEFAULT 0.95,
    OUT value double precision, OUT lower double precision, OUT upper double precision,
    OUT std_error double precision, OUT horizon_used double precision, OUT n bigint)
    AS 'MODULE_PATHNAME', 'cm_restricted_mean_estimate' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION restricted_mean_estimate(survival_state, metric_duration, double precision) IS
    'restricted_mean with its error and normal interval';

CREATE FUNCTION log_rank_test(a survival_state, b survival_state, OUT chi_square double precision, OUT degrees_of_freedom integer,
    OUT p_value double precision, OUT hazard_ratio double precision)
    AS 'MODULE_PATHNAME', 'cm_log_rank_test_two' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION log_rank_test(survival_state, survival_state) IS
    'whether two curves differ (Mantel 1966); hazard_ratio is (observed / expected) of a over that of b';
CREATE FUNCTION log_rank_test(groups survival_state[], OUT chi_square double precision, OUT degrees_of_freedom integer,
    OUT p_value double precision, OUT hazard_ratio double precision)
    AS 'MODULE_PATHNAME', 'cm_log_rank_test_many' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION log_rank_test(survival_state[]) IS
    'whether up to 32 curves differ (Mantel 1966), as in log_rank_test(array_agg(state)); hazard_ratio for two';
CREATE FUNCTION log_rank_groups(groups survival_state[], OUT group_no integer, OUT n bigint, OUT observed bigint,
    OUT expected double precision, OUT ratio double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_log_rank_groups' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 4;
COMMENT ON FUNCTION log_rank_groups(survival_state[]) IS
    'the ends of each group, and those expected if all groups had one curve';
