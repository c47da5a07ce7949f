-- metric_option: a word that is an option of an aggregate; any kind of text becomes one, and nothing of it is changed.
SELECT 'week:sunday'::metric_option AS literal, 'week'::text::metric_option AS of_text,
       'week'::varchar(10)::metric_option AS of_varchar,
       'week  '::char(6)::metric_option AS of_char, '按月'::metric_option AS any_text, ''::metric_option AS empty;
-- It has no collation, so that a constant keeps no aggregate from being sent by postgres_fdw.
SELECT typcollation AS zero FROM pg_type WHERE typname = 'metric_option';
-- Parameters need no cast.
PREPARE monthly AS SELECT activity_agg(date '2024-01-31', $1);
EXECUTE monthly('month');
-- DISTINCT in an aggregate compares all arguments, options too.
SELECT cohorts_agg(DISTINCT id, day, 'month') = cohorts_agg(id, day, 'month') AS same,
       spending_by_agg(DISTINCT day, 5, 1, 'month') AS once
FROM (VALUES (1, DATE '2025-01-01'), (1, DATE '2025-01-01')) AS v(id, day);
SELECT 'a'::varchar = 'a'::varchar AS as_before, pg_typeof(min(word)) AS as_before_2
FROM (VALUES ('a'::varchar), ('b')) AS v(word) WHERE word = 'a'::text;
