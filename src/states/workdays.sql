-- Working days and hours.
CREATE FUNCTION working_days(since timestamp, until timestamp, holidays date[] DEFAULT '{}', workdays date[] DEFAULT '{}',
    weekend integer[] DEFAULT '{6,7}') RETURNS integer
    AS 'MODULE_PATHNAME', 'cm_working_days' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION working_days(timestamp, timestamp, date[], date[], integer[]) IS
    'days from since up to but not until, that are neither a weekend (1 Monday to 7 Sunday) nor a holiday, or are a weekend day that is worked (workdays); negative if until lies before since';
CREATE FUNCTION working_time(since metric_moment, until metric_moment, zone text DEFAULT NULL, opens time DEFAULT '09:00',
    closes time DEFAULT '18:00', holidays date[] DEFAULT '{}', workdays date[] DEFAULT '{}',
    weekend integer[] DEFAULT '{6,7}') RETURNS interval
    AS 'MODULE_PATHNAME', 'cm_working_time' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION working_time(metric_moment, metric_moment, text, time, time, date[], date[], integer[]) IS
    'the part of the time from since to until that lies within opening hours of working days, as clocks of the zone show it; times without time zone need none; negative if until lies before since';
