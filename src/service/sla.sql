-- Service levels: answered or solved in time.
CREATE FUNCTION _sla_accum(rate_state, metric_moment, metric_moment, metric_duration, metric_moment) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_sla_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE sla_agg(started metric_moment, done metric_moment, within metric_duration, as_of metric_moment) (
    SFUNC = _sla_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sla_agg(metric_moment, metric_moment, metric_duration, metric_moment) IS
    'collects tickets as a rate: done, answered or solved, within the time promised for each (an interval, or a number of days), of those done or overdue at as_of; what is not done (NULL, or after as_of) and not overdue is pending and not counted';
CREATE AGGREGATE sla_rate(started metric_moment, done metric_moment, within metric_duration, as_of metric_moment) (
    SFUNC = _sla_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sla_rate(metric_moment, metric_moment, metric_duration, metric_moment) IS
    'share of tickets done in time: within the time promised for each, of those done or overdue at as_of; pending ones are not counted';
CREATE FUNCTION sla_rate(survival_state, within metric_duration) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_sla_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION sla_rate(survival_state, metric_duration) IS
    'share of tickets done in time, of durations collected with survival_span_agg or survival_agg: done within the limit, of those done or longer open than it; the rest is pending and not counted';
CREATE FUNCTION sla_report(survival_state, within metric_duration, confidence double precision DEFAULT 0.95,
    OUT tickets bigint, OUT in_time bigint, OUT late bigint, OUT pending bigint, OUT rate double precision,
    OUT lower double precision, OUT upper double precision, OUT share double precision, OUT share_lower double precision,
    OUT share_upper double precision, OUT median double precision, OUT median_lower double precision,
    OUT median_upper double precision, OUT p90 double precision, OUT p95 double precision)
    AS 'MODULE_PATHNAME', 'cm_sla_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION sla_report(survival_state, metric_duration, double precision) IS
    'tickets done in time, late (done later, or still open beyond the limit) and pending; rate = in_time / (in_time + late), as helpdesks report it, with its Wilson interval; share: the part of all tickets that is done within the limit, with pending ones as censored (Kaplan-Meier), and its interval; median, p90 and p95 of the time it takes, of all tickets likewise, in the unit of the durations, days where they come from moments';
