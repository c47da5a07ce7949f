-- The satisfaction report on a file of the user's own. Variables: name, score and segment = column numbers (segment 0:
-- no segments), score_how and segment_how = how they were chosen.
\ir ../report/00-style.sql

CREATE TABLE answer AS
SELECT line, segment,
       CASE WHEN is_score THEN replace(text, ',', '.')::numeric::integer END AS value,
       CASE WHEN NOT is_score AND text <> ''
           THEN format('the score "%s" is not a whole number from 0 to 10', left(text, 20)) END AS problem
FROM (SELECT line, trim(fields[:score]) AS text, coalesce(nullif(trim(fields[:segment]), ''), '(none)') AS segment,
             trim(fields[:score]) ~ '^0*(\d|10)([.,]0*)?$' AS is_score
      FROM input WHERE kind = 'row') AS read;

\ir reading.sql
\echo 'score: column' :score_how
\echo 'segment:' :segment_how
\echo

\pset title 'Net promoter score by segment, with 95 % confidence intervals'
WITH ranked AS (
    SELECT segment, survey_agg(value) AS survey, rank() OVER (ORDER BY count(value) DESC, segment) AS place
    FROM answer WHERE value IS NOT NULL GROUP BY segment
), lines AS (
    SELECT place, segment, survey FROM ranked WHERE :segment > 0 AND place <= 25
    UNION ALL
    SELECT 26, format('(%s smaller ones)', count(*)), rollup(survey)
    FROM ranked WHERE :segment > 0 AND place > 25 HAVING count(*) > 0
    UNION ALL
    SELECT 27, 'ALL', rollup(survey) FROM ranked
)
SELECT segment, pg_temp.many(n) AS answers, pg_temp.points(value) AS nps, pg_temp.points(lower) AS "from",
       pg_temp.points(upper) AS "to", pg_temp.strip(value, lower, upper, -100, 100) AS "-100                 0                +100",
       round(mean_score(survey)::numeric, 2) AS "mean score"
FROM lines, nps_estimate(survey, confidence => 0.95)
ORDER BY place;
