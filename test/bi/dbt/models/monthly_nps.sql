-- Metrics come last: states are merged, and the merged one is read.
{{ config(materialized='table') }}
SELECT month, region, e.value AS nps, e.lower, e.upper, e.n AS answers
FROM (SELECT date_trunc('month', day::timestamp)::date AS month, region, rollup(nps_answers) AS answers
      FROM {{ ref('daily_states') }} GROUP BY 1, 2) AS months, nps_estimate(answers) AS e
