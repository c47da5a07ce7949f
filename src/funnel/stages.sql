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
-- @end
CREATE FUNCTION deal_stages(funnel_state, stages bigint DEFAULT NULL, as_of metric_moment DEFAULT NULL,
    OUT stage integer, OUT entered_at timestamptz, OUT visits integer, OUT days double precision,
    OUT here_now boolean) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_deal_stages' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50 ROWS 5;
COMMENT ON FUNCTION deal_stages(funnel_state, bigint, metric_moment) IS
    'the stages one deal came to: first time (one without time zone as if its clock had been UTC), visits, days in it (until as_of if it is there now); two stages at one time need order keys';
