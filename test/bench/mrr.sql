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
-- Each month's end against twelve months before; plain SQL goes over the subscriptions for each month.
CALL bench_pair('mrr: retention against 12 months before, against sums for each month in SQL',
    $$SELECT * FROM mrr_retention((SELECT mrr_agg(customer_id, started_on, ended_on, monthly_amount) FROM subscriptions), 'month', '2026-01-01')$$,
    $$SELECT m, r.* FROM generate_series(timestamp '2024-02-01', '2026-01-01', '1 month') AS m, LATERAL (
          SELECT sum(b) AS base, sum(least(b, n)) AS kept, sum(n) AS retained, count(*) AS customers, count(n) AS stayed
          FROM (SELECT customer_id, sum(monthly_amount) FILTER (WHERE started_on < m - interval '1 year' AND (ended_on IS NULL OR ended_on >= m - interval '1 year')) AS b,
                       sum(monthly_amount) FILTER (WHERE ended_on IS NULL OR ended_on >= m) AS n
                FROM subscriptions WHERE started_on < m AND (ended_on IS NULL OR ended_on >= m - interval '1 year') GROUP BY 1) AS c
          WHERE b > 0) AS r$$,
    1, most => 0.2);
CALL bench_pair('mrr: the same by segment, against sums for each month in SQL',
    $$SELECT r.* FROM (SELECT array_agg(m) AS ledgers, array_agg(segment::text) AS segments
                       FROM (SELECT ceil(monthly_amount / 10)::integer AS segment, mrr_agg(customer_id, started_on, ended_on, monthly_amount) AS m
                             FROM subscriptions GROUP BY 1) AS s) AS l, mrr_segment_retention(ledgers, segments, 'month', '2026-01-01') AS r$$,
    $$SELECT m, r.* FROM generate_series(timestamp '2024-02-01', '2026-01-01', '1 month') AS m, LATERAL (
          SELECT was, sum(b) AS base, sum(n) FILTER (WHERE was = now) AS stayed, sum(b) FILTER (WHERE was <> now) AS moved_out
          FROM (SELECT customer_id, sum(b) AS b, sum(n) AS n, ceil(max(b * 100)) - max(b * 100 - segment * 0.01) AS was, ceil(max(n * 100)) - max(n * 100 - segment * 0.01) AS now
                FROM (SELECT customer_id, ceil(monthly_amount / 10)::integer AS segment,
                             sum(monthly_amount) FILTER (WHERE started_on < m - interval '1 year' AND (ended_on IS NULL OR ended_on >= m - interval '1 year')) AS b,
                             sum(monthly_amount) FILTER (WHERE ended_on IS NULL OR ended_on >= m) AS n
                      FROM subscriptions WHERE started_on < m AND (ended_on IS NULL OR ended_on >= m - interval '1 year') GROUP BY 1, 2) AS c
                GROUP BY 1) AS k WHERE b > 0 GROUP BY 1) AS r$$,
    1, most => 0.2);
