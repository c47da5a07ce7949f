-- Churn of the customers at the start.
SELECT churn_rate(10, 100) AS a_tenth, churn_rate(0, 0) IS NULL AS of_no_one;
SELECT churn_rate(11, 10) AS error;
-- Counts of every type, sums of counts among them: the same rate.
SELECT every, churn_rate(lost::smallint, at_start::int) AS churn,
       churn_rate(lost, at_start) = ALL (ARRAY[
           churn_rate(lost::smallint, at_start), churn_rate(sum(lost), sum(at_start)),
           churn_rate(lost::real, at_start::float8), churn_rate(lost, at_start::numeric)]) AS same,
       retention_rate(sum(at_end), sum(acquired), at_start) = retention_rate(at_end, acquired, at_start) AS same_kept,
       churn_rate(sum(lost), lost::int + 5, at_start::real, sum(at_end), 'Average')
       = churn_rate(lost, lost + 5, at_start, at_end, 'average') AS same_average
FROM (VALUES (1, 10::bigint, 100::bigint, 105::bigint, 15::bigint)) AS v(every, lost, at_start, at_end, acquired)
GROUP BY every, lost, at_start, at_end, acquired;
PREPARE lost_of AS SELECT churn_rate(lost => $1, at_start => $2);
EXECUTE lost_of(10, 100);
SELECT churn_rate(0.5, 10) AS error;
SELECT churn_rate(1, 9007199254740994) AS error;
SELECT churn_rate('NaN', 10) AS error;
SELECT retention_rate(105, 15.5, 100) AS error;
SELECT churn_rate(10, 15, 100.5, 105, 'start') AS error;
CREATE TEMP TABLE customers_at AS
    SELECT i % 3 > 0 AS at_start, CASE WHEN i % 13 > 0 THEN i % 5 > 0 END AS at_end, i % 4 AS plan
    FROM generate_series(1, 1000) AS i;
SELECT churn_rate(at_start, at_end) = churn_rate(lost, n) AS same_from_counts,
       churn_rate(at_start, at_end) = rate_value(churn_agg(at_start, at_end)) AS same_from_state,
       churn_agg(at_start, at_end) = rate(lost, n) AS same_rate
FROM customers_at, (SELECT count(*) FILTER (WHERE NOT coalesce(at_end, false)), count(*) FROM customers_at
        WHERE at_start) AS c(lost, n) GROUP BY lost, n;
SELECT rollup(r) = (SELECT churn_agg(at_start, at_end) FROM customers_at) AS rolled_up
FROM (SELECT churn_agg(at_start, at_end) FROM customers_at GROUP BY plan) AS t(r);
-- No rows, no one at the start, NULL is false.
SELECT churn_rate(true, true) FILTER (WHERE false) IS NULL AS nothing, churn_rate(false, true) IS NULL AS no_one,
       churn_rate(NULL, true) IS NULL AS no_one_2,
       churn_rate(true, NULL) AS lost, churn_rate(true, true) AS kept;

-- Retention from rows: the complement, and a rate of its own.
SELECT retention_rate(at_start, at_end) + churn_rate(at_start, at_end) AS one,
       retention_rate(at_start, at_end) = rate_value(retention_agg(at_start, at_end)) AS same_from_state,
       hits(retention_agg(at_start, at_end)) + hits(churn_agg(at_start, at_end)) =
       total(churn_agg(at_start, at_end)) AS everybody
FROM customers_at;
SELECT retention_rate(true, true) FILTER (WHERE false) IS NULL AS nothing,
       retention_rate(false, true) IS NULL AS no_one, retention_rate(true, NULL) AS lost,
       retention_rate(true, true) AS kept;

-- Retention from counts. 100 at the start, 10 of them leave, 20 join, 5 of those leave: 105 at the end.
-- Acquired are the 15 who are still there; all 20 who ever joined would say 85 %.
SELECT retention_rate(105, 15, 100) AS ninety_percent, retention_rate(105, 20, 100) AS not_what_is_meant,
       retention_rate(0, 0, 0) IS NULL AS of_no_one;
-- Reactivated customers who are neither of the start nor new are not clamped away.
SELECT retention_rate(105, 0, 100) AS above_one;
SELECT retention_rate(5, 6, 100) AS error;
SELECT retention_rate(-5, 0, 100) AS error;

-- The same business under every denominator: those of the start / start; all 15 losses / average, end, customer time,
-- start and joined.
SELECT denominator, round(churn_rate(10, 15, 100, 105, denominator, 98)::numeric, 4) AS churn
FROM unnest('{start,average,end,exposure,start_and_joined}'::text[]) AS denominator;
-- The customers at the start and all who joined: lost in the end or there.
SELECT churn_rate(10, 15, 100, 105, 'start_and_joined') = 15 / 120.0 AS an_eighth,
       churn_rate(0, 0, 0, 0, 'start_and_joined') IS NULL AS of_nobody,
       churn_rate(5, 5, 5, 0, 'start_and_joined') AS all;
SELECT churn_rate(10, 15, 121, 105, 'start_and_joined') AS error;
SELECT churn_rate(10, 15, 100, 105, 'exposure') IS NULL AS time_not_known,
       churn_rate(NULL, 15, 100, 105, 'start') IS NULL AS unknown, churn_rate(0, 0, 0, 0, 'average') IS NULL AS no_one,
       churn_rate(0, 3, 0, 9, 'start') IS NULL AS no_one_at_the_start;
SELECT churn_rate(10, 15, 100, 105, 'ever') AS error;
SELECT churn_rate(10, 9, 100, 105, 'start') AS error;
SELECT churn_rate(101, 110, 100, 105, 'start') AS error;
SELECT churn_rate(10, 15, 100, 105, 'exposure', -1) AS error;

-- A year of months: 2 % a month is 21.53 % a year, not 24 %; and back.
SELECT round(annualize_rate(0.02)::numeric, 12) = 1 - round(0.98 ^ 12, 12) AS a_year,
       round(annualize_rate(0.2, 1 / 12.0)::numeric, 12) = 1 - round(0.8 ^ (1 / 12.0), 12) AS a_month,
       annualize_rate(0) AS nobody, annualize_rate(1) AS everybody, annualize_rate(1e-18) AS not_lost,
       annualize_rate(0.5, 1) AS same;
SELECT annualize_rate(2) AS error;
SELECT annualize_rate(0.1, 0) AS error;
