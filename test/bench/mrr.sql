-- Monthly recurring revenue from a million subscriptions: movements and churn by month, against the best plain SQL, which
-- sums each customer's changes by day and takes running sums, and against the naive form, a calendar of months joined to all ranges.
CALL bench_pair('mrr: movements by month, against running sums in SQL',
    $$SELECT * FROM mrr_movements((SELECT mrr_agg(customer_id, started_on, ended_on, monthly_amount) FROM subscriptions), 'month', '2026-01-01')$$,
    $$SELECT date_trunc('month', day) AS month,
             sum(delta) FILTER (WHERE before = 0 AND first) AS new, sum(delta) FILTER (WHERE before = 0 AND NOT first) AS reactivation,
             sum(delta) FILTER (WHERE before > 0 AND delta > 0) AS expansion, sum(-delta) FILTER (WHERE delta < 0 AND after > 0) AS contraction,
             sum(-delta) FILTER (WHERE after = 0) AS churned
      FROM (SELECT *, after - delta AS before, row_number() OVER (PARTITION BY customer_id ORDER BY day) = 1 AS first
            FROM (SELECT customer_id, day, delta, sum(delta) OVER (PARTITION BY customer_id ORDER BY day) AS after
                  FROM (SELECT customer_id, day, sum(delta) AS delta
                        FROM (SELECT customer_id, started_on AS day, monthly_amount AS delta FROM subscriptions
                              UNION ALL SELECT customer_id, ended_on, -monthly_amount FROM subscriptions WHERE ended_on IS NOT NULL) AS c
                        GROUP BY 1, 2 HAVING sum(delta) <> 0) AS d) AS l) AS m
      WHERE day < '2026-01-01' GROUP BY 1 ORDER BY 1$$,
    3, most => 0.05);
CALL bench_pair('mrr: churn by month, against running counts in SQL',
    $$SELECT * FROM churn_by_period((SELECT mrr_agg(customer_id, started_on, ended_on, 1) FROM subscriptions), 'month', '2026-01-01')$$,
    $$SELECT date_trunc('month', day) AS month, sum(lost) AS lost, sum(sum(joined) - sum(lost)) OVER (ORDER BY date_trunc('month', day)) AS at_end
      FROM (SELECT day, (after = 0)::int AS lost, (after - delta = 0)::int AS joined
            FROM (SELECT customer_id, day, delta, sum(delta) OVER (PARTITION BY customer_id ORDER BY day) AS after
                  FROM (SELECT customer_id, day, sum(delta) AS delta
                        FROM (SELECT customer_id, started_on AS day, 1 AS delta FROM subscriptions
                              UNION ALL SELECT customer_id, ended_on, -1 FROM subscriptions WHERE ended_on IS NOT NULL) AS c
                        GROUP BY 1, 2 HAVING sum(delta) <> 0) AS d) AS l) AS m
      WHERE day < '2026-01-01' GROUP BY 1 ORDER BY 1$$,
    3);
CALL bench_pair('mrr: churn by month, against a calendar joined to the ranges',
    $$SELECT * FROM churn_by_period((SELECT mrr_agg(customer_id, started_on, ended_on, 1) FROM subscriptions), 'month', '2026-01-01')$$,
    $$SELECT month, count(DISTINCT s.customer_id) AS at_start
      FROM generate_series(timestamp '2023-01-01', '2025-12-01', '1 month') AS month
      JOIN subscriptions AS s ON s.started_on < month AND (s.ended_on IS NULL OR s.ended_on >= month)
      GROUP BY 1 ORDER BY 1$$,
    1);
CALL bench_pair('mrr: movements by month, against counting the rows',
    $$SELECT * FROM mrr_movements((SELECT mrr_agg(customer_id, started_on, ended_on, monthly_amount) FROM subscriptions), 'month', '2026-01-01')$$,
    'SELECT count(customer_id) FROM subscriptions', 5);
CALL bench_workers('mrr: movements by month',
    $$SELECT * FROM mrr_movements((SELECT mrr_agg(customer_id, started_on, ended_on, monthly_amount) FROM subscriptions), 'month', '2026-01-01')$$);
