-- Targets: pace, and where the period ends at this pace.
CREATE FUNCTION target_pace(actual double precision, target double precision, since timestamp, until timestamp,
    as_of timestamp, days text DEFAULT 'calendar', holidays date[] DEFAULT '{}', workdays date[] DEFAULT '{}',
    weekend integer[] DEFAULT '{6,7}', OUT attainment double precision, OUT time_share double precision,
    OUT pace double precision, OUT gap double precision, OUT forecast double precision,
    OUT forecast_attainment double precision, OUT needed_per_day double precision, OUT days_gone integer,
    OUT days_left integer)
    AS 'MODULE_PATHNAME', 'cm_target_pace' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION target_pace(double precision, double precision, timestamp, timestamp, timestamp, text, date[], date[], integer[]) IS
    'how a target of the days from since up to but not until stands on the morning of as_of: attainment = actual / target, time_share of the days, calendar or working, that are gone, pace = attainment / time_share (1 is on course), gap = actual - target x time_share, forecast = actual / time_share, its attainment, and what each day left has to bring';
CREATE FUNCTION target_forecast(series_state, target double precision, since timestamp, until timestamp, as_of timestamp,
    days text DEFAULT 'calendar', holidays date[] DEFAULT '{}', workdays date[] DEFAULT '{}',
    weekend integer[] DEFAULT '{6,7}', confidence double precision DEFAULT 0.95, OUT actual numeric,
    OUT attainment double precision, OUT time_share double precision, OUT pace double precision,
    OUT forecast double precision, OUT lower double precision, OUT upper double precision,
    OUT forecast_attainment double precision, OUT probability double precision)
    AS 'MODULE_PATHNAME', 'cm_target_forecast' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION target_forecast(series_state, double precision, timestamp, timestamp, timestamp, text, date[], date[], integer[], double precision) IS
    'the same of sums by day: actual is the sum of the days from since to the day before as_of, forecast = actual / time_share with a prediction interval from the differences between the days that count (those without rows are 0), as if days were independent and alike, and the probability that the target is reached';
