-- Churn on a file of the user's own. Variables: name, churned and segment = column numbers (segment 0: no segments),
-- churned_how and segment_how = how they were chosen.
\ir ../report/00-style.sql

CREATE TABLE answer AS
SELECT line, segment,
       CASE WHEN is_yes THEN 1 WHEN is_no THEN 0 END AS value,
       CASE WHEN text <> '' AND NOT is_yes AND NOT is_no
           THEN format('"%s" says neither yes nor no', left(text, 20)) END AS problem
FROM (SELECT line, trim(fields[:churned]) AS text, coalesce(nullif(trim(fields[:segment]), ''), '(none)') AS segment,
             lower(trim(fields[:churned])) ~ '^(yes|y|true|t|1([.]0*)?|churned|exited|left|lost|是)$' AS is_yes,
             lower(trim(fields[:churned])) ~ '^(no|n|false|f|0([.]0*)?|active|existing|stayed|retained|否)$' AS is_no
      FROM input WHERE kind = 'row') AS read;

\ir reading.sql
\echo 'churned: column' :churned_how
\echo 'segment:' :segment_how
\echo

\pset title 'Churn rate by segment, with 95 % Wilson intervals'
WITH ranked AS (
    SELECT segment, churn_agg(true, value = 0) AS lost, rank() OVER (ORDER BY count(value) DESC, segment) AS place
    FROM answer WHERE value IS NOT NULL GROUP BY segment
), lines AS (
    SELECT place, segment, lost FROM ranked WHERE :segment > 0 AND place <= 25
    UNION ALL
    SELECT 26, format('(%s smaller ones)', count(*)), rollup(lost)
    FROM ranked WHERE :segment > 0 AND place > 25 HAVING count(*) > 0
    UNION ALL
    SELECT 27, 'ALL', rollup(lost) FROM ranked
)
SELECT segment, pg_temp.many(n) AS customers, pg_temp.percent(value) AS "churn rate", pg_temp.percent(lower) AS "from",
       pg_temp.percent(upper) AS "to", pg_temp.strip(value, lower, upper, 0, 1) AS "0 %                                 100 %"
FROM lines, rate_estimate(lost, 0.95)
ORDER BY place;
