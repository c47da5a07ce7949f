-- campaign: what campaigns cost and what came of them. Return on investment and on ad spend, cost per lead and per deal.
-- @type campaign_state cm_campaign
COMMENT ON TYPE campaign_state IS
    'revenue, cost, leads and deals of campaigns, as exact sums: answers campaign ROI, ROAS, cost per lead and per deal';

CREATE FUNCTION _campaign_accum(campaign_state, numeric, numeric, double precision, double precision) RETURNS campaign_state
    AS 'MODULE_PATHNAME', 'cm_campaign_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _campaign_accum(campaign_state, double precision, double precision, double precision, double precision)
    RETURNS campaign_state
    AS 'MODULE_PATHNAME', 'cm_campaign_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _campaign_combine(campaign_state, campaign_state) RETURNS campaign_state
    AS 'MODULE_PATHNAME', 'cm_campaign_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE campaign_agg(revenue numeric, cost numeric, leads double precision, deals double precision) (
    SFUNC = _campaign_accum, STYPE = campaign_state, INITCOND = '1:0/0,0,0', SSPACE = 128,
    COMBINEFUNC = _campaign_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE campaign_agg(numeric, numeric, double precision, double precision) IS
    'sums revenue, cost, leads and deals won; a row may have any of them only: NULL adds nothing';
CREATE AGGREGATE campaign_agg(revenue double precision, cost double precision, leads double precision, deals double precision) (
    SFUNC = _campaign_accum, STYPE = campaign_state, INITCOND = '1:0/0,0,0', SSPACE = 128,
    COMBINEFUNC = _campaign_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE campaign_agg(double precision, double precision, double precision, double precision) IS
    'sums revenue, cost, leads and deals won; a row may have any of them only: NULL adds nothing';
CREATE AGGREGATE rollup(campaign_state) (
    SFUNC = _campaign_combine, STYPE = campaign_state, SSPACE = 128, COMBINEFUNC = _campaign_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(campaign_state) IS 'merges campaigns: revenue, cost, leads and deals are added';
-- @plus campaign_state
CREATE FUNCTION _campaign_state_json(campaign_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_campaign_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _campaign_state_json(campaign_state) IS
    'cast to json: {"revenue": 900.00, "cost": 300.00, "leads": 30, "deals": 5}';
-- @json campaign_state

CREATE FUNCTION campaign_roi(revenue double precision, cost double precision, margin double precision DEFAULT 1)
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_campaign_roi' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION campaign_roi(double precision, double precision, double precision) IS
    'return on investment: (revenue x margin, a fraction, - cost) / cost; 0 where the cost came back, NULL without a cost';
CREATE FUNCTION campaign_roi(campaign_state, margin double precision DEFAULT 1) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_campaign_roi_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION campaign_roi(campaign_state, double precision) IS
    'return on investment: (revenue x margin, a fraction, - cost) / cost; 0 where the cost came back, NULL without a cost';
CREATE FUNCTION roas(revenue double precision, cost double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_roas' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION roas(double precision, double precision) IS
    'return on ad spend: revenue / cost; NULL without a cost';
CREATE FUNCTION roas(campaign_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_roas_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION roas(campaign_state) IS 'return on ad spend: revenue / cost; NULL without a cost';
CREATE FUNCTION cost_per_lead(cost numeric, leads double precision) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_cost_per_lead_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cost_per_lead(numeric, double precision) IS 'cost / leads; NULL without a lead';
CREATE FUNCTION cost_per_lead(cost double precision, leads double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_cost_per_lead_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cost_per_lead(double precision, double precision) IS 'cost / leads; NULL without a lead';
CREATE FUNCTION cost_per_lead(campaign_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_cost_per_lead_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cost_per_lead(campaign_state) IS 'cost / leads; NULL without a lead';
CREATE FUNCTION cost_per_deal(cost numeric, deals double precision) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_cost_per_deal_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cost_per_deal(numeric, double precision) IS 'cost / deals won; NULL without a deal';
CREATE FUNCTION cost_per_deal(cost double precision, deals double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_cost_per_deal_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cost_per_deal(double precision, double precision) IS 'cost / deals won; NULL without a deal';
CREATE FUNCTION cost_per_deal(campaign_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_cost_per_deal_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION cost_per_deal(campaign_state) IS 'cost / deals won; NULL without a deal';
CREATE FUNCTION campaign_report(campaign_state, margin double precision DEFAULT 1, OUT revenue numeric, OUT cost numeric,
    OUT leads bigint, OUT deals bigint, OUT roi double precision, OUT roas double precision, OUT cost_per_lead numeric,
    OUT cost_per_deal numeric, OUT deals_per_lead double precision)
    AS 'MODULE_PATHNAME', 'cm_campaign_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION campaign_report(campaign_state, double precision) IS
    'the sums, and all that is computed of them; a figure whose denominator is zero is NULL';
