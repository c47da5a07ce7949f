-- amount_rate: an amount in relation to another.
SELECT amount_rate(12.50, 100) AS an_eighth, rate_value(amount_rate(12.50, 100)) AS an_eighth_2,
       rate_value(amount_rate(0, 0)) IS NULL AS of_nothing, rate_value(amount_rate(3, 2)) AS above_one;
CREATE TEMP TABLE amounts AS SELECT i % 5 AS part_no, CASE WHEN i % 7 > 0
    THEN (i * 7919 % 1009)::numeric / 100 END AS part, CASE WHEN i % 11 > 0
    THEN (i * 104729 % 10007)::numeric / 1000 END AS whole FROM generate_series(1, 1000) AS i;
SELECT amount_rate_agg(part, whole)::text = '1:' || sum(part) || '/' || sum(whole) AS sums FROM amounts
WHERE part IS NOT NULL AND whole IS NOT NULL;
SELECT rate_value(amount_rate_agg(part, whole)) = sum(part)::float8 / sum(whole)::float8 AS value FROM amounts
WHERE part IS NOT NULL AND whole IS NOT NULL;
SELECT rate_value(amount_rate_agg(part::float8, whole::float8)) = rate_value(amount_rate_agg(part, whole)) AS floats,
       amount_rate_agg(part, whole) FILTER (WHERE false) AS nothing FROM amounts;
SELECT rollup(r ORDER BY part_no) = (SELECT amount_rate_agg(part, whole) FROM amounts) AS rolled_up,
       rollup(r ORDER BY part_no DESC) = rollup(r ORDER BY part_no) AS any_order,
       rollup(r::text::amount_rate_state) = rollup(r) AS text_and_back
FROM (SELECT part_no, amount_rate_agg(part, whole) AS r FROM amounts GROUP BY part_no UNION ALL SELECT 9, '1:0/0') AS t;
-- Every number type, literals, parameters.
SELECT bool_and(r = amount_rate(12.5, 100)) AS same
FROM (SELECT amount_rate(12.5::real, 100::smallint) UNION ALL SELECT amount_rate(12.5::float8, 100::bigint)
      UNION ALL SELECT amount_rate(12.5::numeric, 100::float8) UNION ALL SELECT amount_rate('12.5', '100')
      UNION ALL SELECT amount_rate_agg(12.5::real, 100::smallint) UNION ALL SELECT amount_rate_agg('12.5', 100)
      UNION ALL SELECT amount_rate_agg(12.5, 100::bigint)) AS t(r);
SELECT amount_rate(1, NULL) IS NULL AS unknown, amount_rate_agg(NULL, NULL) AS nothing,
       rollup(r) IS NULL AS of_no_rates FROM (SELECT amount_rate(1, 2) WHERE false) AS t(r);
PREPARE amounts AS SELECT amount_rate($1, $2) AS an_eighth;
EXECUTE amounts(0.25, 2);
-- JSON; + merges.
SELECT r::json AS json, r::jsonb -> 'whole' AS whole, r + amount_rate(0.5, 1) AS merged, r + NULL = r AS same
FROM (VALUES (amount_rate(12.50, 100))) AS t(r);
SELECT amount_rate(-1, 2) AS error;
SELECT amount_rate_agg(1, -2) AS error;
SELECT amount_rate_agg('NaN'::float8, 2) AS error;
SELECT '1:1/-2'::amount_rate_state AS error;
SELECT '1:1'::amount_rate_state AS error;
SELECT '2:1/2'::amount_rate_state AS error_newer_version;
