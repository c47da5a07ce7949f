-- The incremental table holds, to the byte, what one pass over all rows gives.
SELECT day, region, plan
FROM {{ ref('daily_states') }} AS kept
FULL JOIN (SELECT (answered_at AT TIME ZONE 'UTC')::date AS day, coalesce(region, 'unknown') AS region, coalesce(plan, 'unknown') AS plan,
                  survey_agg(nps_score) AS nps_answers, survey_agg(csat_score) AS csat_answers
           FROM {{ source('shop', 'surveys') }} JOIN {{ source('shop', 'customers') }} USING (customer_id)
           WHERE answered_at < '{{ var("until") }} 00:00+00' GROUP BY 1, 2, 3) AS anew USING (day, region, plan)
WHERE kept.nps_answers IS DISTINCT FROM anew.nps_answers OR kept.csat_answers IS DISTINCT FROM anew.csat_answers
