-- Satisfaction. The answers are read once, into one state for each plan, region and half year; every table below only
-- merges these states. A materialized view would hold them in a real business.
\qecho :chapter 'Satisfaction: would they recommend us, and why?'
CREATE TEMPORARY TABLE satisfaction AS
SELECT plan, region,
       to_char(answered_at AT TIME ZONE 'UTC', 'YYYY')
           || CASE WHEN extract(month FROM answered_at AT TIME ZONE 'UTC') <= 6 THEN ' H1' ELSE ' H2' END
           AS half_year,
       survey_agg(nps_score) AS nps_answers, survey_agg(csat_score) AS csat_answers, survey_agg(ces_score) AS ces_answers
FROM shop.surveys JOIN shop.customers USING (customer_id)
GROUP BY 1, 2, 3;

\qecho :title 'Would you recommend us? Net promoter score by segment, with 95 % confidence intervals'
WITH segments AS (
    SELECT 1 AS part, 'all' AS "by", 'everybody' AS segment, rollup(nps_answers) AS answers FROM satisfaction
    UNION ALL SELECT 2, 'plan', plan, rollup(nps_answers) FROM satisfaction GROUP BY plan
    UNION ALL SELECT 3, 'region', region, rollup(nps_answers) FROM satisfaction GROUP BY region
    UNION ALL SELECT 4, 'time', half_year, rollup(nps_answers) FROM satisfaction GROUP BY half_year
)
SELECT CASE WHEN lag("by") OVER listed = "by" THEN '' ELSE "by" END AS "by", segment, pg_temp.many(n) AS answers,
       pg_temp.points(value) AS nps, pg_temp.points(lower) AS "from", pg_temp.points(upper) AS "to",
       pg_temp.strip(value, lower, upper, -100, 100) AS "-100                0                +100"
FROM segments, nps_estimate(answers, confidence => 0.95)
WINDOW listed AS (ORDER BY part, CASE WHEN "by" <> 'time' THEN -value END, segment)
ORDER BY part, CASE WHEN "by" <> 'time' THEN -value END, segment;
\qecho :by 'nps_estimate(survey_agg(nps_score)), rollup(answers)'

\qecho :title 'Is the difference real? Each half year (H1, H2) against the one before'
WITH half_years AS (
    SELECT half_year, rollup(nps_answers) AS answers FROM satisfaction GROUP BY half_year
), pairs AS (
    SELECT lag(half_year) OVER listed AS before, half_year AS after, lag(answers) OVER listed AS answers_before, answers
    FROM half_years WINDOW listed AS (ORDER BY half_year)
)
SELECT before, after, pg_temp.points(difference) AS "nps changed by", pg_temp.points(lower) AS "from",
       pg_temp.points(upper) AS "to", pg_temp.p(p_value) AS "p value",
       CASE WHEN p_value < 0.05 THEN 'yes' ELSE 'could be chance' END AS "real?"
FROM pairs, nps_test(answers, answers_before)
WHERE before IS NOT NULL
ORDER BY before;
\qecho :by 'nps_test(answers, answers_before)'

\qecho :title 'Are you satisfied (1 to 5)? Was it easy (1 to 7)?'
SELECT plan, pg_temp.many(n) AS answers, pg_temp.percent(value) AS "satisfied (CSAT)", pg_temp.percent(lower) AS "from",
       pg_temp.percent(upper) AS "to", pg_temp.decimals(ces(rollup_ces), 2) AS "mean ease (CES)"
FROM (SELECT coalesce(plan, 'ALL') AS plan, rollup(csat_answers) AS rollup_csat, rollup(ces_answers) AS rollup_ces
      FROM satisfaction GROUP BY ROLLUP (plan)) AS by_plan,
     csat_estimate(rollup_csat)
ORDER BY plan = 'ALL', plan;
\qecho :by 'csat_estimate(survey_agg(csat_score)), ces(survey_agg(ces_score)), rollup(answers)'
