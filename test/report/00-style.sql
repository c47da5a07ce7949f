-- How the report looks: boxes, no row counts, and an interval drawn as a strip.
\pset border 2
\pset linestyle unicode
\pset footer off
\pset null '–'
\pset pager off

-- ━━●━━ from lower to upper with the value inside, on an axis from axis_from to axis_to; ┊ marks zero.
CREATE FUNCTION pg_temp.strip(value float8, lower float8, upper float8, axis_from float8, axis_to float8) RETURNS text
BEGIN ATOMIC
    SELECT string_agg(CASE place
                          WHEN round(40 * (value - axis_from) / (axis_to - axis_from)) THEN '●'
                          ELSE CASE
                              WHEN place BETWEEN round(40 * (lower - axis_from) / (axis_to - axis_from))
                                             AND round(40 * (upper - axis_from) / (axis_to - axis_from)) THEN '━'
                              WHEN place = round(40 * -axis_from / (axis_to - axis_from)) THEN '┊'
                              ELSE ' '
                          END
                      END, '' ORDER BY place)
    FROM generate_series(0, 40) AS place;
END;

CREATE FUNCTION pg_temp.points(value float8) RETURNS text
RETURN lpad(to_char(value, 'FMSG990.0'), 6);

CREATE FUNCTION pg_temp.percent(value float8) RETURNS text
RETURN to_char(100 * value, '990.0') || ' %';

CREATE FUNCTION pg_temp.many(value bigint) RETURNS text
RETURN lpad(to_char(value, 'FM999,999,999,999'), 9);
