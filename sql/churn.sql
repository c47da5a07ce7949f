-- Churn of the customers at the start.
SELECT churn_rate(10, 100) AS a_tenth, churn_rate(0, 0) IS NULL AS of_no_one;
SELECT churn_rate(11, 10) AS error;
CREATE TEMP TABLE customers_at AS
    SELECT i % 3 > 0 AS at_start, CASE WHEN i % 13 > 0 THEN i % 5 > 0 END AS at_end, i % 4 AS plan FROM generate_series(1, 1000) AS i;
SELECT churn_rate(at_start, at_end) = churn_rate(lost, n) AS same_from_counts, churn_rate(at_start, at_end) = rate_value(churn_agg(at_start, at_end)) AS same_from_state,
       churn_agg(at_start, at_end) = rate(lost, n) AS same_rate
FROM customers_at, (SELECT count(*) FILTER (WHERE NOT coalesce(at_end, false)), count(*) FROM customers_at WHERE at_start) AS c(lost, n) GROUP BY lost, n;
SELECT rollup(r) = (SELECT churn_agg(at_start, at_end) FROM customers_at) AS rolled_up FROM (SELECT churn_agg(at_start, at_end) FROM customers_at GROUP BY plan) AS t(r);
-- No rows, no one at the start, NULL is false.
SELECT churn_rate(true, true) FILTER (WHERE false) IS NULL AS nothing, churn_rate(false, true) IS NULL AS no_one, churn_rate(NULL, true) IS NULL AS no_one,
       churn_rate(true, NULL) AS lost, churn_rate(true, true) AS kept;
