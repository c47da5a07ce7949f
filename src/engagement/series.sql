-- series: sums of amounts by calendar period. Growth on the period before and on the year before.
-- @type series_state cm_series
COMMENT ON TYPE series_state IS
    'sums of amounts by calendar period, and how many rows each has: answers growth on the period and the year before, and forecasts of targets';

CREATE FUNCTION _series_accum(series_state, timestamp, numeric, metric_option) RETURNS series_state
    AS 'MODULE_PATHNAME', 'cm_series_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _series_accum(series_state, timestamp, double precision, metric_option) RETURNS series_state
    AS 'MODULE_PATHNAME', 'cm_series_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _series_accum_zone(series_state, metric_moment, numeric, metric_option, metric_option) RETURNS series_state
    AS 'MODULE_PATHNAME', 'cm_series_accum_zone_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _series_accum_zone(series_state, metric_moment, double precision, metric_option, metric_option)
    RETURNS series_state
    AS 'MODULE_PATHNAME', 'cm_series_accum_zone_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _series_combine(series_state, series_state) RETURNS series_state
    AS 'MODULE_PATHNAME', 'cm_series_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _series_final(series_state) RETURNS series_state
    AS 'MODULE_PATHNAME', 'cm_series_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE series_agg(day timestamp, amount numeric, period metric_option) (
    SFUNC = _series_accum, STYPE = series_state, INITCOND = '1:none{}', SSPACE = 1024, COMBINEFUNC = _series_combine,
    FINALFUNC = _series_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE series_agg(timestamp, numeric, metric_option) IS
    'sums amounts by day, week, month, quarter or year, also of a fiscal year (quarter:february, year:april); a row without a day or an amount is skipped';
CREATE AGGREGATE series_agg(day timestamp, amount double precision, period metric_option) (
    SFUNC = _series_accum, STYPE = series_state, INITCOND = '1:none{}', SSPACE = 1024, COMBINEFUNC = _series_combine,
    FINALFUNC = _series_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE series_agg(timestamp, double precision, metric_option) IS
    'sums amounts by day, week, month, quarter or year, also of a fiscal year (quarter:february, year:april); a row without a day or an amount is skipped';
CREATE AGGREGATE series_zone_agg(at metric_moment, amount numeric, period metric_option, zone metric_option) (
    SFUNC = _series_accum_zone, STYPE = series_state, INITCOND = '1:none{}', SSPACE = 1024,
    COMBINEFUNC = _series_combine, FINALFUNC = _series_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE series_zone_agg(metric_moment, numeric, metric_option, metric_option) IS
    'sums amounts by period as series_agg does, of moments whose day is that of a named zone';
CREATE AGGREGATE series_zone_agg(at metric_moment, amount double precision, period metric_option, zone metric_option) (
    SFUNC = _series_accum_zone, STYPE = series_state, INITCOND = '1:none{}', SSPACE = 1024,
    COMBINEFUNC = _series_combine, FINALFUNC = _series_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE series_zone_agg(metric_moment, double precision, metric_option, metric_option) IS
    'sums amounts by period as series_agg does, of moments whose day is that of a named zone';
CREATE AGGREGATE rollup(series_state) (
    SFUNC = _series_combine, STYPE = series_state, SSPACE = 1024, COMBINEFUNC = _series_combine,
    FINALFUNC = _series_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(series_state) IS 'merges series: the sums of each period are added';
-- @plus series_state
CREATE FUNCTION _series_state_json(series_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_series_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _series_state_json(series_state) IS
    'cast to json: {"period": "month", "sums": [{"period_start": "2024-01-01", "amount": 5.00, "rows": 3}]}; the period of no rows is null';
-- @json series_state

CREATE FUNCTION growth_by_period(series_state, as_of timestamp DEFAULT NULL, missing text DEFAULT 'unknown',
    OUT period_start date, OUT amount numeric, OUT previous numeric, OUT growth double precision,
    OUT year_before numeric, OUT growth_year double precision, OUT missing boolean, OUT pending boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_growth_by_period' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 100 ROWS 24;
COMMENT ON FUNCTION growth_by_period(series_state, timestamp, text) IS
    'a row for each period from the first with rows to the last, or to the one before as_of: its amount, that of the period before and growth = (amount - previous) / previous, that of the same period of the year before (of a week 52 weeks before, of a day the same date) and the growth since; growth is NULL where the earlier amount is unknown, 0 or below; missing: the period has no rows, and its amount is unknown, or 0 if missing is zero; pending: it was not over at as_of, and has no growth yet';
