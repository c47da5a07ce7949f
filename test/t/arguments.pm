# Sane arguments where the name and the type of an argument do not say enough; see Surface.pm.
#   'aggregate(types)' => 'expressions over a row of data'
#   'values of TYPE'   => [ expressions ], for types that no aggregate over plain rows gives
{
    'mrr_agg(bigint,date,date,numeric)' => 'id, day, CASE WHEN flag THEN later_day END, abs(amount)',
    'mrr_currency_agg(bigint,date,date,numeric,text)' => "id, day, later_day, abs(amount), 'EUR'",
    'mrr_agg(uuid,date,date,numeric)' => 'identity, day, CASE WHEN flag THEN later_day END, abs(amount)',
    'mrr_currency_agg(uuid,date,date,numeric,text)' => "identity, day, later_day, abs(amount), 'EUR'",
    'mrr_agg(text,date,date,numeric)' => 'label, day, CASE WHEN flag THEN later_day END, abs(amount)',
    'mrr_currency_agg(text,date,date,numeric,text)' => "label, day, later_day, abs(amount), 'EUR'",
    'rollup(mrr)' => "('1:bigint(,2){' || id || ':2023-01-01+' || number || '.50,' || day || '-0.25}')::mrr",
    'rollup(rate)' => 'rate(score, 5)',
    'rollup(survey)' => "survey_from_counts(ARRAY[0, coalesce(score, 0), 0, 1, number, 0, 0, 0, 2, 0, 0])",
    'customers_agg_zone(bigint,timestamp with time zone,numeric,text)' => "number, at, amount, 'Asia/Shanghai'",
    'customers_agg_zone(bigint,timestamp with time zone,double precision,text)' => "number, at, amount, 'Asia/Shanghai'",
    'customers_agg_zone(uuid,timestamp with time zone,numeric,text)' => "identity, at, amount, 'Asia/Shanghai'",
    'customers_agg_zone(uuid,timestamp with time zone,double precision,text)' => "identity, at, amount, 'Asia/Shanghai'",
    'customers_agg_zone(text,timestamp with time zone,numeric,text)' => "label, at, amount, 'Asia/Shanghai'",
    'customers_agg_zone(text,timestamp with time zone,double precision,text)' => "label, at, amount, 'Asia/Shanghai'",
    'purchases_agg_zone(timestamp with time zone,numeric,text)' => "at, amount, 'Asia/Shanghai'",
    'profitability_agg(text,numeric)' => "CASE WHEN flag THEN 'revenue' ELSE 'labour' END, amount",
    'purchases_agg_zone(timestamp with time zone,double precision,text)' => "at, amount, 'Asia/Shanghai'",
    'profitability_agg(text,double precision)' => "CASE WHEN flag THEN 'revenue' ELSE 'labour' END, amount",
    'rollup(purchases)' => "('1:2024-0' || 1 + number % 9 || '-15,' || 1 + number || ',' || number * 1.25 || ',0.00')::purchases",
    'rollup(customers)' => "('1:bigint,2024-02-15;' || number || '=1,1.25,0.50,1.25,2024-02-15')::customers",
    'rollup(profitability)' => 'profitability(number * 1.25, labour => number)',
}
