-- The satisfaction report on a file of the user's own. Variables: name, score and segment = column numbers (segment 0:
-- no segments), score_how and segment_how = how they were chosen, encoding.
\ir ../report/00-style.sql

CREATE TABLE answer AS
SELECT line, segment,
       CASE WHEN is_score THEN replace(text, ',', '.')::numeric::integer END AS value,
       CASE WHEN NOT is_score AND text <> ''
           THEN format('the score "%s" is not a whole number from 0 to 10', left(text, 20)) END AS problem
FROM (SELECT line, trim(fields[:score]) AS text, coalesce(nullif(trim(fields[:segment]), ''), '(none)') AS segment,
             trim(fields[:score]) ~ '^0*(\d|10)([.,]0*)?$' AS is_score
      FROM input WHERE kind = 'row') AS read;

CREATE TEMPORARY TABLE by_segment AS
SELECT segment, survey_agg(value) AS survey, rank() OVER (ORDER BY count(value) DESC, segment COLLATE "C") AS place
FROM answer WHERE value IS NOT NULL GROUP BY segment;

-- A question asked on 1 to 5 is no recommendation question: everybody would be a detractor.
SELECT count(value) >= 20 AND min(value) >= 1 AND max(value) <= 5 AS one_to_five, count(value) > 0 AS some_used FROM answer \gset

-- What the file says, in a sentence or three. The largest segments are compared, at most 25.
\if :some_used
    CREATE TEMPORARY TABLE compared AS
    SELECT array_agg(survey ORDER BY place) AS surveys, array_agg(segment ORDER BY place) AS segments, count(*) AS many
    FROM by_segment WHERE :segment > 0 AND place <= 25;
    \qecho :sentences
    \if :one_to_five
        SELECT format('Satisfied (4 or 5 of 5) are %s, 95 %% from %s to %s, of %s answers. Every score is from 1 to 5, so this is read as a satisfaction question.',
                      pg_temp.percent(value), pg_temp.percent(lower), pg_temp.percent(upper), pg_temp.many(n))
        FROM (SELECT rollup(survey) AS survey FROM by_segment) AS everybody, csat_estimate(survey)
        UNION ALL
        SELECT format('Most satisfied is %s with %s, least %s with %s: %s.', segments[highest], pg_temp.percent(csat(surveys[highest])),
                      segments[lowest], pg_temp.percent(csat(surveys[lowest])), pg_temp.verdict(p_value, 'chi-square test of all segments'))
        FROM compared,
             LATERAL (SELECT array_agg(n ORDER BY csat(surveys[n]) DESC, n) AS ranked, array_agg(csat_rate(surveys[n]) ORDER BY n) AS rates
                      FROM generate_series(1, many) AS n) AS r,
             LATERAL (SELECT ranked[1] AS highest, ranked[many] AS lowest) AS ends, rate_groups_test(rates)
        WHERE csat(surveys[highest]) > csat(surveys[lowest]);
    \else
        SELECT format('The net promoter score is %s, 95 %% from %s to %s, of %s answers.',
                      pg_temp.points(value), pg_temp.points(lower), pg_temp.points(upper), pg_temp.many(n))
        FROM (SELECT rollup(survey) AS survey FROM by_segment) AS everybody, nps_estimate(survey)
        UNION ALL
        SELECT format('Highest is %s with %s, lowest %s with %s: %s.', segments[highest], pg_temp.points(nps(surveys[highest])),
                      segments[lowest], pg_temp.points(nps(surveys[lowest])), pg_temp.verdict(p_value, 'Welch''s test of all segments'))
        FROM compared,
             LATERAL (SELECT array_agg(n ORDER BY nps(surveys[n]) DESC, n) AS ranked, array_agg(mean_from_survey(surveys[n], 'nps') ORDER BY n) AS means
                      FROM generate_series(1, many) AS n) AS r,
             LATERAL (SELECT ranked[1] AS highest, ranked[many] AS lowest) AS ends, mean_groups_test(means)
        WHERE nps(surveys[highest]) > nps(surveys[lowest]);
    \endif
\endif

\ir reading.sql
\qecho :sentences
SELECT format('Score: %s.', :'score_how') UNION ALL SELECT format('Segment: %s.', :'segment_how');
\if :nothing_used
    \q
\endif

CREATE TEMPORARY TABLE listed AS
SELECT place, segment, survey FROM by_segment WHERE :segment > 0 AND place <= 25
UNION ALL
SELECT 26, format('(%s smaller ones)', count(*)), rollup(survey)
FROM by_segment WHERE :segment > 0 AND place > 25 HAVING count(*) > 0
UNION ALL
SELECT 27, 'ALL', rollup(survey) FROM by_segment;

\if :one_to_five
    \qecho :title 'Customer satisfaction (CSAT) by segment, with 95 % confidence intervals'
    SELECT segment, pg_temp.many(n) AS answers, pg_temp.percent(value) AS csat, pg_temp.percent(lower) AS "from",
           pg_temp.percent(upper) AS "to", pg_temp.strip(value, lower, upper, 0, 1, 30) AS "0 %                       100 %",
           pg_temp.decimals(mean_score(survey), 2) AS "mean score"
    FROM listed, csat_estimate(survey, confidence => 0.95)
    ORDER BY place;
    \qecho :by 'csat_estimate(survey_agg(score)), rollup(survey), mean_score(survey)'
\else
    \qecho :title 'Net promoter score by segment, with 95 % confidence intervals'
    SELECT segment, pg_temp.many(n) AS answers, pg_temp.points(value) AS nps, pg_temp.points(lower) AS "from",
           pg_temp.points(upper) AS "to", pg_temp.strip(value, lower, upper, -100, 100, 30) AS "-100           0           +100",
           pg_temp.decimals(mean_score(survey), 2) AS "mean score"
    FROM listed, nps_estimate(survey, confidence => 0.95)
    ORDER BY place;
    \qecho :by 'nps_estimate(survey_agg(score)), rollup(survey), mean_score(survey)'
\endif
