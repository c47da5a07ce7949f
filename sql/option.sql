-- metric_option: a word that is an option of an aggregate; any kind of text becomes one, and nothing of it is changed.
SELECT 'week:sunday'::metric_option AS literal, 'week'::text::metric_option AS of_text, 'week'::varchar(10)::metric_option AS of_varchar,
       'week  '::char(6)::metric_option AS of_char, '按月'::metric_option AS any_text, ''::metric_option AS empty;
-- It has no collation, so that a constant keeps no aggregate from being sent by postgres_fdw.
SELECT typcollation AS zero FROM pg_type WHERE typname = 'metric_option';
-- Parameters need no cast.
PREPARE monthly AS SELECT activity_agg(date '2024-01-31', $1);
EXECUTE monthly('month');
