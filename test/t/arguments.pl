# Sane arguments where the name and the type of an argument do not say enough; see Surface.pm.
#   'aggregate(types)' => 'expressions over a row of data'
#   'values of TYPE'   => [ expressions ], for types that no aggregate over plain rows gives
{
	'rollup(rate)' => 'rate(score, 5)',
	'rollup(survey)' => "survey_from_counts(ARRAY[0, coalesce(score, 0), 0, 1, number, 0, 0, 0, 2, 0, 0])",
	'engagement_agg(date,double precision,double precision)' => 'day, abs(amount)::float8, 30',
	'engagement_agg(timestamp without time zone,double precision,double precision)' => "at AT TIME ZONE 'UTC', abs(amount)::float8, 30",
	'engagement_agg(timestamp with time zone,double precision,double precision)' => 'at, abs(amount)::float8, 30',
	'rollup(drivers)' => "('1:exact,1,1,0;0,0;' || number || ',1;' || number * number || ',' || number || ',1')::drivers",
	'rollup(mailing)' => "('1:' || number || ',0,1,0,2,0,3')::mailing",
	'rollup(engagement)' => "('1:86400000000,1,0,0;0=' || 1 + number || '+0')::engagement",
}
