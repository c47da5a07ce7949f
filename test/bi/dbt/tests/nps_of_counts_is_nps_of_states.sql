SELECT region FROM (SELECT region, nps(sum(promoters), sum(passives), sum(detractors)) AS of_counts FROM {{ ref('daily_counts') }} GROUP BY region) AS c
JOIN (SELECT region, nps(rollup(nps_answers)) AS of_states FROM {{ ref('daily_states') }} GROUP BY region) AS s USING (region)
WHERE of_counts IS DISTINCT FROM of_states
