-- What tools that can only add up are given: counts, read from the states.
{{ config(materialized='view') }}
SELECT day, region, plan, promoters(nps_answers) AS promoters, passives(nps_answers) AS passives, detractors(nps_answers) AS detractors
FROM {{ ref('daily_states') }}
