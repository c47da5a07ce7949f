# Sane arguments where the name and the type of an argument do not say enough; see Surface.pm.
#   'aggregate(types)' => 'expressions over a row of data'
#   'values of TYPE'   => [ expressions ], for types that no aggregate over plain rows gives
{
    'rollup(rate)' => 'rate(score, 5)',
    'rollup(survey)' => "survey_from_counts(ARRAY[0, coalesce(score, 0), 0, 1, number, 0, 0, 0, 2, 0, 0])",
    'mailing_agg(boolean,boolean,boolean,boolean)' => 'flag, other_flag, number > 7, number > 12',
    'open_rate(boolean,boolean,boolean)' => 'flag, other_flag, number > 12',
    'click_rate(boolean,boolean)' => 'flag, other_flag',
    'click_to_open_rate(boolean,boolean,boolean)' => 'flag, other_flag, number > 12',
    'engagement_agg(date,double precision,double precision)' => 'day, abs(amount)::float8, 30',
    'engagement_agg(timestamp without time zone,double precision,double precision)' => "at AT TIME ZONE 'UTC', abs(amount)::float8, 30",
    'engagement_agg(timestamp with time zone,double precision,double precision)' => 'at, abs(amount)::float8, 30',
    'rollup(drivers)' => "('1:exact,1,1,0;0,0;' || number || ',1;' || number * number || ',' || number || ',1')::drivers",
    'rollup(mailing)' => "('1:' || number || ',0,1,0,2,0,3')::mailing",
    'rollup(engagement)' => "('1:86400000000,1,0,0;0=' || 1 + number || '+0')::engagement",
    'points_agg(date,bigint,date)' => "day, (number - 5)::bigint, CASE WHEN number > 5 THEN day + number::integer END",
    'points_agg(date,double precision,date)' => "day, (number - 5)::float8, CASE WHEN number > 5 THEN day + number::integer END",
    'visits_agg(date,bigint,double precision)' => "day, 1 + number, score",
    'points_agg(timestamp without time zone,bigint,timestamp without time zone)' => "at AT TIME ZONE 'UTC', (number - 5)::bigint, CASE WHEN number > 5 THEN at AT TIME ZONE 'UTC' + number * interval '1 day' END",
    'points_agg(timestamp without time zone,double precision,timestamp without time zone)' => "at AT TIME ZONE 'UTC', (number - 5)::float8, CASE WHEN number > 5 THEN at AT TIME ZONE 'UTC' + number * interval '1 day' END",
    'visits_agg(timestamp without time zone,bigint,double precision)' => "at AT TIME ZONE 'UTC', 1 + number, score",
    'points_agg(timestamp with time zone,bigint,timestamp with time zone)' => "at, (number - 5)::bigint, CASE WHEN number > 5 THEN at + number * interval '1 day' END",
    'points_agg(timestamp with time zone,double precision,timestamp with time zone)' => "at, (number - 5)::float8, CASE WHEN number > 5 THEN at + number * interval '1 day' END",
    'visits_agg(timestamp with time zone,bigint,double precision)' => "at, 1 + number, score",
    'rollup(visit_totals)' => "('1:1,1,' || 1 + number || ',' || CASE WHEN number = 0 THEN 1 ELSE 0 END || ',0,0,' || i || ',' || i)::visit_totals",
    'rollup(points_ledger)' => "('1:' || i || '+' || 1 + number)::points_ledger",
}
