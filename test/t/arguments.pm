# Sane arguments where the name and the type of an argument do not say enough; see Surface.pm.
#   'aggregate(types)' => 'expressions over a row of data'
#   'values of TYPE'   => [ expressions ], for types that no aggregate over plain rows gives
{
    'rollup(rate)' => 'rate(score, 5)',
    'rollup(survey)' => "survey_from_counts(ARRAY[0, coalesce(score, 0), 0, 1, number, 0, 0, 0, 2, 0, 0])",

    'activity_agg(date,text)' => "day, 'month'",
    'activity_zone_agg(timestamp with time zone,text,text)' => "at, 'day', 'Europe/Berlin'",
    'cohorts_agg(bigint,date,text)' => "id, day, 'day'",
    'cohorts_agg(uuid,date,text)' => "identity, day, 'week:sunday'",
    'cohorts_agg(text,date,text)' => "label, day, 'month'",
    'cohorts_zone_agg(bigint,timestamp with time zone,text,text)' => "id, at, 'day', 'America/New_York'",
    'cohorts_zone_agg(uuid,timestamp with time zone,text,text)' => "identity, at, 'quarter', 'Asia/Shanghai'",
    'cohorts_zone_agg(text,timestamp with time zone,text,text)' => "label, at, 'year', 'UTC'",
    'cohorts_from_activity(bigint,activity)' => "id, ('1:day:' || to_char(day, 'YYYY-MM-DD'))::activity",
    'cohorts_from_activity(uuid,activity)' => "identity, ('1:day:' || to_char(day, 'YYYY-MM-DD'))::activity",
    'cohorts_from_activity(text,activity)' => "label, ('1:day:' || to_char(day, 'YYYY-MM-DD'))::activity",
    'rollup(activity)' => "('1:month:' || to_char(day, 'YYYY-MM'))::activity",
    'rollup(cohorts)' => "('1:bigint:day:{' || id || '=' || to_char(day, 'YYYY-MM-DD') || ',9999-12-31}')::cohorts",
    'values of activity' => [
        "'1:week:sunday:2023-12-31,2024-03-03..2024-03-24'", "'1:quarter:1999-Q4,2024-Q1..2024-Q2'",
        "'1:year:-4713..-0001,5874897'", "'1:day:'",
    ],
    'values of cohorts' => [
        "'1:text:month:{\"\"=2024-01;\"a \"\"b\"\";{}\"=1999-12..2001-01,2024-01}'", "'1:bigint:year:{}'",
    ],
}
