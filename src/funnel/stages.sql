-- Stages of a sales pipeline, from the rows of each deal's stage history, kept in funnel (one deal) or funnels (all).
-- @ids
CREATE FUNCTION stage_report(funnels@kind@_state, stages bigint DEFAULT NULL, as_of metric_moment DEFAULT NULL,
    confidence double precision DEFAULT 0.95,
    OUT stage integer, OUT passed_through bigint, OUT implied bigint, OUT here_now bigint,
    OUT rate_from_start double precision, OUT rate_from_previous double precision,
    OUT lower double precision, OUT upper double precision,
    OUT median_days double precision, OUT p90_days double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_stage_report' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 5;
COMMENT ON FUNCTION stage_report(funnels@kind@_state, bigint, metric_moment, double precision) IS
    'a row for each stage: deals with a row of it (passed_through), of it or a later one (implied), in it now; rates of implied; days in it of deals that left; two stages of a deal at one time need order keys';
CREATE FUNCTION stage_flow(funnels@kind@_state, stages bigint DEFAULT NULL, as_of metric_moment DEFAULT NULL,
    confidence double precision DEFAULT 0.95,
    OUT stage integer, OUT entered bigint, OUT lost bigint, OUT here_now bigint,
    OUT spillage double precision, OUT lower double precision, OUT upper double precision,
    OUT stays bigint, OUT forward bigint, OUT back bigint, OUT mean_days double precision,
    OUT median_days double precision, OUT median_lower double precision, OUT median_upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_stage_flow' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 5;
COMMENT ON FUNCTION stage_flow(funnels@kind@_state, bigint, metric_moment, double precision) IS
    'a row for each stage: deals that came to it, that are lost now (beyond the last stage) and were in it last, that are in it; spillage = lost / entered with its Wilson interval; stays, and those that ended in a later or an earlier stage; mean days = all time in it, running stays until as_of included, per deal that came to it; median of a stay, running ones as censored (Kaplan-Meier). Without as_of the days of a stage in which a deal is now are NULL';
CREATE FUNCTION stage_stays(funnels@kind@_state, stages bigint DEFAULT NULL, as_of metric_moment DEFAULT NULL,
    OUT deal_id @id@, OUT stage integer, OUT stay integer, OUT entered_at timestamptz, OUT left_at timestamptz,
    OUT left_to integer, OUT days double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_stage_stays' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION stage_stays(funnels@kind@_state, bigint, metric_moment) IS
    'a row for each stay of each deal in a stage: the number of the stay in the deal, when it began and ended (times without time zone as if their clock had been UTC) and in which stage or end; a running one has no end, and its days are its age at as_of. With the number of open stages, running rows are the open deals and their ages';
CREATE FUNCTION stage_durations(funnels@kind@_state, stage bigint, as_of metric_moment) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_stage_durations' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION stage_durations(funnels@kind@_state, bigint, metric_moment) IS
    'days of all stays in one stage, those running at as_of as censored: for survival curves, quantiles and comparisons';
-- @end
CREATE FUNCTION deal_stages(funnel_state, stages bigint DEFAULT NULL, as_of metric_moment DEFAULT NULL,
    OUT stage integer, OUT entered_at timestamptz, OUT visits integer, OUT days double precision,
    OUT here_now boolean) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_deal_stages' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50 ROWS 5;
COMMENT ON FUNCTION deal_stages(funnel_state, bigint, metric_moment) IS
    'the stages one deal came to: first time (one without time zone as if its clock had been UTC), visits, days in it (until as_of if it is there now); two stages at one time need order keys';
