-- Cohort matrix and lifecycle by month, straight from the orders, against plain SQL that gives the same numbers.
-- The bitmaps by hand work up to 63 months; the windows are what most people write when they know SQL well; the joins
-- are what is found on the web.
CREATE FUNCTION month_bounds() RETURNS timestamptz[] IMMUTABLE RETURN
    (SELECT array_agg((date '2024-01-01' + make_interval(months => i)) AT TIME ZONE 'UTC' ORDER BY i) FROM generate_series(0, 24) AS i);

CREATE VIEW cohorts_ours AS
    SELECT cohort, period_no, retained
    FROM cohort_retention((SELECT cohorts_zone_agg(customer_id, ordered_at, 'month', 'UTC') FROM orders), as_of => '2026-01-01')
    WHERE retained > 0;
-- The same over parts of the customers, whose bases are added.
CREATE VIEW cohorts_shards AS
    SELECT cohort, period_no, retained
    FROM (SELECT rollup(base) AS base
          FROM (SELECT cohort_retention_base(cohorts_zone_agg(customer_id, ordered_at, 'month', 'UTC'), '2026-01-01') AS base
                FROM orders GROUP BY customer_shard(customer_id, 16)) AS shards) AS s, cohort_retention(base)
    WHERE retained > 0;
CREATE VIEW cohorts_bitmap AS
    SELECT (date '2024-01-01' + make_interval(months => first))::date AS cohort, (month - first)::bigint AS period_no, sum(customers)::bigint AS retained
    FROM (SELECT bits, count(*) AS customers, log(2, bits & -bits)::integer AS first
          FROM (SELECT bit_or(1::bigint << width_bucket(ordered_at, month_bounds()) - 1) AS bits FROM orders GROUP BY customer_id) AS customer
          GROUP BY bits) AS patterns, generate_series(0, 23) AS month
    WHERE bits >> month & 1 = 1
    GROUP BY 1, 2;
CREATE VIEW cohorts_window AS
    SELECT (date '2024-01-01' + make_interval(months => first - 1))::date AS cohort, (month - first)::bigint AS period_no, count(*) AS retained
    FROM (SELECT month, min(month) OVER (PARTITION BY customer_id) AS first
          FROM (SELECT customer_id, width_bucket(ordered_at, month_bounds()) AS month FROM orders GROUP BY 1, 2) AS months) AS m
    GROUP BY 1, 2;
CREATE VIEW cohorts_joins AS
    SELECT f.month::date AS cohort, (12 * extract(year FROM age(o.month, f.month)) + extract(month FROM age(o.month, f.month)))::bigint AS period_no,
           count(DISTINCT o.customer_id) AS retained
    FROM (SELECT customer_id, date_trunc('month', ordered_at AT TIME ZONE 'UTC') AS month FROM orders) AS o
    JOIN (SELECT customer_id, min(date_trunc('month', ordered_at AT TIME ZONE 'UTC')) AS month FROM orders GROUP BY 1) AS f USING (customer_id)
    GROUP BY 1, 2;

CREATE VIEW lifecycle_ours AS
    SELECT period_start, new_customers, returning_customers, resurrected_customers, dormant_customers
    FROM lifecycle((SELECT cohorts_zone_agg(customer_id, ordered_at, 'month', 'UTC') FROM orders), as_of => '2026-01-01');
CREATE VIEW lifecycle_bitmap AS
    SELECT (date '2024-01-01' + make_interval(months => month))::date AS period_start,
           sum(customers) FILTER (WHERE bits & -bits = 1::bigint << month)::bigint AS new_customers,
           coalesce(sum(customers) FILTER (WHERE now = 1 AND before = 1), 0)::bigint AS returning_customers,
           coalesce(sum(customers) FILTER (WHERE now = 1 AND before = 0 AND bits & -bits <> 1::bigint << month), 0)::bigint AS resurrected_customers,
           coalesce(sum(customers) FILTER (WHERE now = 0 AND before = 1), 0)::bigint AS dormant_customers
    FROM (SELECT month, bits, customers, bits >> month & 1 AS now, CASE WHEN month > 0 THEN bits >> month - 1 & 1 ELSE 0 END AS before
          FROM (SELECT bits, count(*) AS customers
                FROM (SELECT bit_or(1::bigint << width_bucket(ordered_at, month_bounds()) - 1) AS bits FROM orders GROUP BY customer_id) AS customer
                GROUP BY bits) AS patterns, generate_series(0, 23) AS month) AS x
    GROUP BY month;
CREATE VIEW lifecycle_window AS
    WITH months AS MATERIALIZED (
        SELECT month, lag(month) OVER w AS before, lead(month) OVER w AS next
        FROM (SELECT customer_id, width_bucket(ordered_at, month_bounds()) AS month FROM orders GROUP BY 1, 2) AS m
        WINDOW w AS (PARTITION BY customer_id ORDER BY month))
    SELECT (date '2024-01-01' + make_interval(months => month - 1))::date AS period_start, sum(n) AS new_customers, sum(c) AS returning_customers,
           sum(r) AS resurrected_customers, sum(d) AS dormant_customers
    FROM (SELECT month, count(*) FILTER (WHERE before IS NULL) AS n, count(*) FILTER (WHERE before = month - 1) AS c, count(*) FILTER (WHERE before < month - 1) AS r, 0 AS d
          FROM months GROUP BY month
          UNION ALL SELECT month + 1, 0, 0, 0, count(*) FROM months WHERE (next IS NULL OR next > month + 1) AND month < 24 GROUP BY month) AS parts
    GROUP BY month;
CREATE VIEW lifecycle_joins AS
    WITH months AS (SELECT DISTINCT customer_id, date_trunc('month', ordered_at AT TIME ZONE 'UTC') AS month FROM orders),
         firsts AS (SELECT customer_id, min(month) AS first FROM months GROUP BY 1)
    SELECT coalesce(m.month, p.month + interval '1 month')::date AS period_start, count(*) FILTER (WHERE m.month = first) AS new_customers,
           count(*) FILTER (WHERE m.month > first AND p.month IS NOT NULL) AS returning_customers,
           count(*) FILTER (WHERE m.month > first AND p.month IS NULL) AS resurrected_customers, count(*) FILTER (WHERE m.month IS NULL) AS dormant_customers
    FROM months AS m FULL JOIN months AS p ON p.customer_id = m.customer_id AND p.month + interval '1 month' = m.month
    JOIN firsts AS f ON f.customer_id = coalesce(m.customer_id, p.customer_id)
    WHERE coalesce(m.month, p.month + interval '1 month') < '2026-01-01'
    GROUP BY 1;

-- The same numbers first: otherwise the race means nothing.
SET work_mem = '512MB';
DO $$
DECLARE
    difference bigint;
BEGIN
    SELECT (SELECT count(*) FROM (TABLE cohorts_ours EXCEPT TABLE cohorts_bitmap) AS t) + (SELECT count(*) FROM (TABLE cohorts_bitmap EXCEPT TABLE cohorts_ours) AS t)
         + (SELECT count(*) FROM (TABLE cohorts_ours EXCEPT TABLE cohorts_shards) AS t)
         + (SELECT count(*) FROM (TABLE cohorts_ours EXCEPT TABLE cohorts_window) AS t) + (SELECT count(*) FROM (TABLE lifecycle_ours EXCEPT TABLE lifecycle_bitmap) AS t)
         + (SELECT count(*) FROM (TABLE lifecycle_ours EXCEPT TABLE lifecycle_window) AS t) + (SELECT count(*) FROM (TABLE lifecycle_joins EXCEPT TABLE lifecycle_ours) AS t)
    INTO difference;
    IF difference > 0 THEN
        RAISE EXCEPTION 'the queries do not agree: % rows', difference;
    END IF;
END $$;

CALL bench_pair('cohorts_agg against a scan', 'SELECT customer_count(cohorts_zone_agg(customer_id, ordered_at, ''month'', ''UTC'')) FROM orders', 'SELECT count(customer_id) FROM orders', runs => 3);
CALL bench_pair('cohort matrix against bitmaps by hand', 'TABLE cohorts_ours', 'TABLE cohorts_bitmap', runs => 3, most => 0.2);
CALL bench_pair('cohort matrix against windows', 'TABLE cohorts_ours', 'TABLE cohorts_window', runs => 3, most => 0.2);
CALL bench_pair('cohort matrix against joins', 'TABLE cohorts_ours', 'TABLE cohorts_joins', runs => 1);
CALL bench_pair('cohort matrix over 16 shards against one value', 'TABLE cohorts_shards', 'TABLE cohorts_ours', runs => 3);
CALL bench_pair('lifecycle against bitmaps by hand', 'TABLE lifecycle_ours', 'TABLE lifecycle_bitmap', runs => 3);
CALL bench_pair('lifecycle against windows', 'TABLE lifecycle_ours', 'TABLE lifecycle_window', runs => 3, most => 0.125);
CALL bench_pair('lifecycle against joins', 'TABLE lifecycle_ours', 'TABLE lifecycle_joins', runs => 1);

-- From what is stored.
CREATE UNLOGGED TABLE stored_cohorts AS SELECT cohorts_zone_agg(customer_id, ordered_at, 'month', 'UTC') AS cohorts FROM orders;
CALL bench_pair('cohort matrix from a stored state against a scan', 'SELECT count(*) FROM stored_cohorts, cohort_retention(cohorts, ''2026-01-01'')', 'SELECT count(customer_id) FROM orders', runs => 3);
CALL bench_workers('cohort matrix', 'TABLE cohorts_ours');

-- Cohorts by a beginning of their own: here each customer's first order, which a table of customers would give. The plain SQL
-- groups customers' months once, as well as it can be written.
CREATE UNLOGGED TABLE bench_customers AS SELECT customer_id, min(ordered_at) AS began FROM orders GROUP BY 1;
ANALYZE bench_customers;
CREATE VIEW returns_ours AS
    SELECT cohort, period_no, retained
    FROM cohort_retention((SELECT cohort_returns_zone_agg(customer_id, began, ordered_at, 'month', 'UTC')
                           FROM bench_customers LEFT JOIN orders USING (customer_id)), as_of => '2026-01-01')
    WHERE retained > 0;
CREATE VIEW returns_group AS
    SELECT (date '2024-01-01' + make_interval(months => first - 1))::date AS cohort, (month - first)::bigint AS period_no, count(*) AS retained
    FROM (SELECT customer_id, width_bucket(began, month_bounds()) AS first, width_bucket(ordered_at, month_bounds()) AS month
          FROM bench_customers JOIN orders USING (customer_id) WHERE ordered_at >= began GROUP BY 1, 2, 3) AS m
    GROUP BY 1, 2;
CALL bench_pair('sign-up cohorts: cohort_returns_agg over a join against GROUP BY over it', 'TABLE returns_ours', 'TABLE returns_group', runs => 3);

-- Money by cohort, straight from the orders.
CREATE VIEW revenue_ours AS
    SELECT cohort, period_no, buyers, orders, revenue
    FROM cohort_revenue((SELECT cohort_revenue_zone_agg(customer_id, ordered_at, amount, 'month', 'UTC') FROM orders), as_of => '2026-01-01')
    WHERE orders > 0;
CREATE VIEW revenue_window AS
    SELECT (date '2024-01-01' + make_interval(months => first - 1))::date AS cohort, (month - first)::bigint AS period_no, count(*) AS buyers,
           sum(n)::bigint AS orders, sum(amount) AS revenue
    FROM (SELECT month, n, amount, min(month) OVER (PARTITION BY customer_id) AS first
          FROM (SELECT customer_id, width_bucket(ordered_at, month_bounds()) AS month, count(*) AS n, sum(amount) AS amount FROM orders GROUP BY 1, 2)
               AS months) AS m
    GROUP BY 1, 2;
DO $$
BEGIN
    IF EXISTS (TABLE revenue_ours EXCEPT TABLE revenue_window) OR EXISTS (TABLE returns_ours EXCEPT TABLE returns_group) THEN
        RAISE EXCEPTION 'the queries do not agree';
    END IF;
END $$;
CALL bench_pair('money by cohort and month against windows', 'TABLE revenue_ours', 'TABLE revenue_window', runs => 3, most => 0.2);
CALL bench_workers('money by cohort', 'TABLE revenue_ours');
