# Sane arguments where the name and the type of an argument do not say enough; see Surface.pm.
#   'aggregate(types)' => 'expressions over a row of data'
#   'values of TYPE'   => [ expressions ], for types that no aggregate over plain rows gives
{
    'rollup(rate)' => 'rate(score, 5)',
    'rollup(survey)' => "survey_from_counts(ARRAY[0, coalesce(score, 0), 0, 1, number, 0, 0, 0, 2, 0, 0])",
    'rfm_map_agg(integer,text,integer,integer,integer,integer,integer,integer)' => "coalesce(score, 9), 'class ' || coalesce(score, 9), 1 + number::int % 4, 5, score, NULL, NULL, 5",
    'migration_agg(rfm,rfm)' => 'make_rfm(score, 1 + number::int % 5, 1 + g), make_rfm(1 + number::int % 3, score, 1 + g)',
    'rollup(rfm_base)' => "format('1:%s,%s*2/%s*3/-2*2,%s', number, number + 1, coalesce(score, 7), coalesce(score, 7))::rfm_base",
    'rollup(abc_base)' => "format('1:-2,%s*2,%s', coalesce(score, 7), coalesce(score, 7) + number + 0.5)::abc_base",
    'rollup(rfm_map)' => "format('1:%s \"class %s\" %s-5/1-100/%s-%s', coalesce(score, 3), coalesce(score, 3), coalesce(score, 3), g + 1, g + 2)::rfm_map",
    'rollup(migration)' => "format('1:none>%s-1-1*1,%s-%s-1>5-5-5*2', coalesce(score, 2), coalesce(score, 2), number + 1)::migration",
    'values of migration' => [ "'1:'", "'1:none>5-1-1*3,1-1-1>none*1,5-5-5>5-5-4*12,5-5-5>100-1-1*2305843009213693951'" ],
    'values of rfm' => [ "'5-4-3'", "'1-1-1'", "'100-10-1'" ],
    'values of rfm_cuts' => [ "'1:30,10/2,5/100,never'", "'1:365.5,90,30,30/0,2,2,never/-1.5,1e+20,never,never'" ],
}
