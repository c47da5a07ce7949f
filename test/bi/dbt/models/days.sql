-- The days that MetricFlow joins to.
{{ config(materialized='table') }}
SELECT day::date AS day FROM generate_series(timestamp '2024-01-01', '2025-12-31', '1 day') AS day
