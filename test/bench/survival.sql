-- Lifetimes of a million subscriptions: collecting them against grouping by duration, and the curve against window functions.
CALL bench_pair('survival: collecting lifetimes, against count(ended_on)',
    $$SELECT survival_span_agg(started_on, ended_on, '2026-01-01') FROM subscriptions$$,
    $$SELECT count(ended_on) FROM subscriptions$$);
CALL bench_pair('survival: the curve, against GROUP BY and window functions',
    $$SELECT * FROM survival_curve((SELECT survival_span_agg(started_on, ended_on, '2026-01-01') FROM subscriptions))$$,
    $$SELECT duration, n, d, exp(sum(ln(1 - d / n)) OVER w) AS s, sqrt(sum(d / (n * (n - d))) OVER w) AS e
      FROM (SELECT duration, d::float8 AS d, sum(c) OVER (ORDER BY duration DESC)::float8 AS n
            FROM (SELECT coalesce(ended_on, '2026-01-01') - started_on AS duration, count(*) AS c, count(ended_on) AS d
                  FROM subscriptions WHERE started_on <= '2026-01-01' GROUP BY 1) AS g) AS t
      WHERE d < n WINDOW w AS (ORDER BY duration)$$,
    most => 1);
-- Churn of a month from the ranges, a customer with several counted once, against the best plain SQL.
CALL bench_pair('churn of a month from ranges, against GROUP BY customer_id',
    $$SELECT range_churn_rate(customer_id, started_on, ended_on, '2024-06-01', '2024-07-01') FROM subscriptions$$,
    $$SELECT avg((NOT at_end)::int) FROM (SELECT bool_or(ended_on IS NULL OR ended_on >= '2024-07-01' OR started_on >= '2024-06-01') AS at_end, bool_or(started_on < '2024-06-01') AS at_start
      FROM subscriptions WHERE started_on < '2024-07-01' AND (ended_on IS NULL OR ended_on >= '2024-07-01' OR ended_on >= '2024-06-01' AND started_on < '2024-06-01') GROUP BY customer_id) AS c WHERE at_start$$);
-- Early warning of all customers from their orders, against gaps by window functions and quantiles by customer.
CALL bench_pair('early warning of all customers, against window functions and percentile_cont',
    $$SELECT count(*) FROM early_warnings((SELECT cohorts_zone_agg(customer_id, ordered_at, 'day', 'UTC') FROM orders), '2026-01-01') WHERE level > 0$$,
    $$WITH gaps AS (SELECT customer_id, day, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap
                    FROM (SELECT DISTINCT customer_id, (ordered_at AT TIME ZONE 'UTC')::date AS day FROM orders) AS d),
           own AS (SELECT customer_id, max(day) AS last, count(gap) AS n, percentile_cont(0.9) WITHIN GROUP (ORDER BY gap) AS q FROM gaps GROUP BY customer_id)
      SELECT count(*) FROM own, (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY gap) AS q FROM gaps) AS p
      WHERE date '2025-12-31' - last > CASE WHEN n >= 3 THEN own.q ELSE p.q END$$,
    3, 0.5);
CALL bench_pair('done in time: sla_rate, against avg with FILTER',
    $$SELECT sla_rate(started_on, ended_on, 30, '2026-01-01') FROM subscriptions$$,
    $$SELECT avg((ended_on <= '2026-01-01' AND ended_on - started_on <= 30)::int) FILTER (WHERE ended_on <= '2026-01-01' OR date '2026-01-01' - started_on >= 30)
      FROM subscriptions WHERE started_on <= '2026-01-01'$$,
    most => 1);
CALL bench_pair('pipeline velocity, against its sums in plain SQL',
    $$SELECT pipeline_velocity(pipeline_agg(ended_on IS NOT NULL, monthly_amount, started_on, ended_on), 'all') FROM subscriptions$$,
    $$SELECT count(*) * avg((ended_on IS NOT NULL)::int) * avg(monthly_amount) FILTER (WHERE ended_on IS NOT NULL) / avg(ended_on - started_on) FROM subscriptions$$,
    most => 1.1);
