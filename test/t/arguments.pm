# Sane arguments where the name and the type of an argument do not say enough; see Surface.pm.
#   'aggregate(types)' => 'expressions over a row of data'
#   'values of TYPE'   => [ expressions ], for types that no aggregate over plain rows gives
{
    'rollup(rate)' => 'rate(score, 5)',
    'rollup(survey)' => "survey_from_counts(ARRAY[0, coalesce(score, 0), 0, 1, number, 0, 0, 0, 2, 0, 0])",
    'rollup(funnel)' => "('1:steps:0:' || number || '/' || coalesce(score, 64))::funnel",
    'rollup(funnels)' => "('1:bigint:steps:0:' || id || '=' || number || '/' || coalesce(score, 64))::funnels",
    'funnel_events_agg(timestamp with time zone,boolean[],bigint,text)' => 'at, ARRAY[score = 1, score BETWEEN 1 AND 3, flag], number, label',
    'funnels_events_agg(bigint,timestamp with time zone,boolean[],bigint,text)' => 'id, at, ARRAY[score = 1, score BETWEEN 1 AND 3, flag], number, label',
    'funnels_events_agg(text,timestamp with time zone,boolean[],bigint,text)' => 'label, at, ARRAY[score = 1, score BETWEEN 1 AND 3, flag], number, label',
    'funnels_events_agg(uuid,timestamp with time zone,boolean[],bigint,text)' => 'identity, at, ARRAY[score = 1, score BETWEEN 1 AND 3, flag], number, label',
    'funnels_from_funnel(bigint,funnel)' => "id, ('1:steps:0:' || number || '/' || coalesce(score, 64))::funnel",
    'funnels_from_funnel(text,funnel)' => "label, ('1:steps:0:' || number || '/' || coalesce(score, 64))::funnel",
    'funnels_from_funnel(uuid,funnel)' => "identity, ('1:steps:0:' || number || '/' || coalesce(score, 64))::funnel",
}
