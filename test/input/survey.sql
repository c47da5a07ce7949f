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

-- A question asked on 1 to 5 is no recommendation question: everybody would be a detractor.
SELECT count(value) >= 20 AND min(value) >= 1 AND max(value) <= 5 AS one_to_five FROM answer \gset

CREATE TEMPORARY TABLE listed AS
WITH ranked AS (
    SELECT segment, survey_agg(value) AS survey, rank() OVER (ORDER BY count(value) DESC, segment) AS place
    FROM answer WHERE value IS NOT NULL GROUP BY segment
)
SELECT place, segment, survey FROM ranked WHERE :segment > 0 AND place <= 25
UNION ALL
SELECT 26, format('(%s smaller ones)', count(*)), rollup(survey)
FROM ranked WHERE :segment > 0 AND place > 25 HAVING count(*) > 0
UNION ALL
SELECT 27, 'ALL', rollup(survey) FROM ranked;

\if :one_to_five
    \echo 'Every score is from 1 to 5, so this is read as a satisfaction question; 4 and 5 are satisfied.'
    \pset title 'Customer satisfaction (CSAT) by segment, with 95 % confidence intervals'
    SELECT segment, pg_temp.many(n) AS answers, pg_temp.percent(value) AS csat, pg_temp.percent(lower) AS "from",
           pg_temp.percent(upper) AS "to", pg_temp.strip(value, lower, upper, 0, 1) AS "0 %                                 100 %",
           to_char(mean_score(survey), '90.00') AS "mean score"
    FROM listed, csat_estimate(survey, confidence => 0.95)
    ORDER BY place;
\else
    \pset title 'Net promoter score by segment, with 95 % confidence intervals'
    SELECT segment, pg_temp.many(n) AS answers, pg_temp.points(value) AS nps, pg_temp.points(lower) AS "from",
           pg_temp.points(upper) AS "to", pg_temp.strip(value, lower, upper, -100, 100) AS "-100                0                +100",
           to_char(mean_score(survey), '90.00') AS "mean score"
    FROM listed, nps_estimate(survey, confidence => 0.95)
    ORDER BY place;
\endif
DROP TABLE listed;
