-- A day, region and plan in one row, with a state from which every metric of the answers is read. Late rows change days that
-- are there already: the last three are computed again, and replaced.
{{ config(materialized='incremental', unique_key=['day', 'region', 'plan'], incremental_strategy='delete+insert') }}
SELECT (answered_at AT TIME ZONE 'UTC')::date AS day, coalesce(region, 'unknown') AS region, coalesce(plan, 'unknown') AS plan,
       survey_agg(nps_score) AS nps_answers, survey_agg(csat_score) AS csat_answers
FROM {{ source('shop', 'surveys') }} JOIN {{ source('shop', 'customers') }} USING (customer_id)
WHERE answered_at < '{{ var("until") }} 00:00+00'
{% if is_incremental() %}
      AND answered_at >= (SELECT max(day)::timestamp AT TIME ZONE 'UTC' FROM {{ this }}) - interval '72 hours'
{% endif %}
GROUP BY 1, 2, 3
