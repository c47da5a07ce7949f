-- pipeline: deals that are open, won and lost, their amounts and how long the won ones took. Pipeline velocity.
-- @type pipeline_state cm_pipeline
COMMENT ON TYPE pipeline_state IS
    'deals that are open, won and lost, exact sums of their amounts, and the time that the won ones took: answers pipeline velocity';

CREATE FUNCTION _pipeline_accum(pipeline_state, boolean, numeric, metric_moment, metric_moment) RETURNS pipeline_state
    AS 'MODULE_PATHNAME', 'cm_pipeline_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _pipeline_accum(pipeline_state, boolean, double precision, metric_moment, metric_moment)
    RETURNS pipeline_state
    AS 'MODULE_PATHNAME', 'cm_pipeline_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _pipeline_combine(pipeline_state, pipeline_state) RETURNS pipeline_state
    AS 'MODULE_PATHNAME', 'cm_pipeline_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE pipeline_agg(won boolean, amount numeric, started metric_moment, closed metric_moment) (
    SFUNC = _pipeline_accum, STYPE = pipeline_state, INITCOND = '1:0,0,0;0/0;0/0;0,0/0', SSPACE = 256,
    COMBINEFUNC = _pipeline_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(boolean, numeric, metric_moment, metric_moment) IS
    'collects deals: won, lost (false) or open (NULL), the amount, when it was started and closed; an amount that is NULL is in no mean, a won deal without either time in no cycle, and one closed before it was started is counted as negative';
CREATE AGGREGATE pipeline_agg(won boolean, amount double precision, started metric_moment, closed metric_moment) (
    SFUNC = _pipeline_accum, STYPE = pipeline_state, INITCOND = '1:0,0,0;0/0;0/0;0,0/0', SSPACE = 256,
    COMBINEFUNC = _pipeline_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE pipeline_agg(boolean, double precision, metric_moment, metric_moment) IS
    'collects deals: won, lost (false) or open (NULL), the amount, when it was started and closed; an amount that is NULL is in no mean, a won deal without either time in no cycle, and one closed before it was started is counted as negative';
CREATE AGGREGATE rollup(pipeline_state) (
    SFUNC = _pipeline_combine, STYPE = pipeline_state, SSPACE = 256, COMBINEFUNC = _pipeline_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(pipeline_state) IS 'merges pipelines: counts, amounts and times are added';
-- @plus pipeline_state
CREATE FUNCTION _pipeline_state_json(pipeline_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_pipeline_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _pipeline_state_json(pipeline_state) IS
    'cast to json: {"open": 3, "won": 2, "lost": 1, "won_priced": 2, "won_amount": 80.00, "open_priced": 3, "open_amount": 90.00, "cycles": 2, "negative": 0, "cycle_days": 61.5}; cycle_days is the sum';
-- @json pipeline_state

CREATE FUNCTION pipeline_velocity(deals double precision, win_rate double precision, average_amount double precision,
    cycle_days double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_pipeline_velocity' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_velocity(double precision, double precision, double precision, double precision) IS
    'amount that the pipeline brings a day: deals x win rate, a fraction, x average amount / cycle in days; NULL for a cycle of 0';
CREATE FUNCTION pipeline_velocity(pipeline_state, deals text DEFAULT 'open') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_pipeline_velocity_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION pipeline_velocity(pipeline_state, text) IS
    'amount that the pipeline brings a day: deals, open or all, x win rate of the closed ones x mean amount of the won ones / their mean cycle in days; NULL while nothing is won';
CREATE FUNCTION pipeline_report(pipeline_state, confidence double precision DEFAULT 0.95, OUT deals bigint,
    OUT open_deals bigint, OUT won bigint, OUT lost bigint, OUT win_rate double precision, OUT lower double precision,
    OUT upper double precision, OUT open_amount numeric, OUT won_amount numeric, OUT average_amount numeric,
    OUT cycle_days double precision, OUT negative bigint, OUT velocity double precision)
    AS 'MODULE_PATHNAME', 'cm_pipeline_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION pipeline_report(pipeline_state, double precision) IS
    'deals, win rate of the closed ones with its Wilson interval, amounts, mean amount and mean cycle in days of the won ones, won deals closed before they were started, and the velocity of the open ones a day';
