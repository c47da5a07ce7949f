-- metric_moment: a point in time as an argument, an instant or a reading of a clock.
-- It is compared and hashed because ORDER BY and DISTINCT in an aggregate, as in agg(at ORDER BY at), sort the argument.
-- @type metric_moment cm_metric_moment cm_metric_moment INTERNALLENGTH = 8, PASSEDBYVALUE, ALIGNMENT = double
COMMENT ON TYPE metric_moment IS
    'a point in time as an argument: an instant (a timestamptz, or a literal with its offset) or as a clock showed it (a timestamp, a date, a literal without offset); the session''s time zone never decides';
CREATE CAST (timestamptz AS metric_moment) WITHOUT FUNCTION AS IMPLICIT;
CREATE FUNCTION _metric_moment(timestamp) RETURNS metric_moment
    AS 'MODULE_PATHNAME', 'cm_metric_moment_of_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (timestamp AS metric_moment) WITH FUNCTION _metric_moment(timestamp) AS IMPLICIT;
CREATE FUNCTION _metric_moment(date) RETURNS metric_moment
    AS 'MODULE_PATHNAME', 'cm_metric_moment_of_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE CAST (date AS metric_moment) WITH FUNCTION _metric_moment(date) AS IMPLICIT;
