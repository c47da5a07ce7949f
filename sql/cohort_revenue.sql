-- Revenue by cohort: orders, revenue, margin, and the lifetime value that they add up to.
-- Five customers. One gave all back, one has only a refund, one had a refund before the first order.
CREATE TEMP TABLE orders (customer bigint, day date, amount numeric, cost numeric);
INSERT INTO orders VALUES (1, '2024-01-05', 10.50, 4), (1, '2024-01-20', 5, 1.125), (1, '2024-03-02', 7, 2),
    (2, '2024-01-31', 20, 8), (2, '2024-02-01', -20, 0), (3, '2024-02-10', 30, 10), (4, '2024-02-11', -5, 0),
    (3, '2024-04-01', 8, 1), (5, '2024-01-01', -3, 0), (5, '2024-02-02', 6, 1);
SELECT cohort_revenue_agg(customer, day, amount, 'month') FROM orders;
SELECT cohort_revenue_cost_agg(customer, day, amount, cost, 'month') FROM orders;
SELECT cohort, period_no, period_start, customers, buyers, orders, revenue, margin, cumulative_revenue,
       cumulative_margin, complete
FROM cohort_revenue((SELECT cohort_revenue_cost_agg(customer, day, amount, cost, 'month') FROM orders),
     as_of => '2024-04-15');
SELECT cohort, period_no, round(ltv, 4) AS ltv, round(margin_ltv, 4) AS margin_ltv,
       round(net_revenue_retention::numeric, 4) AS nrr, round(gross_revenue_retention::numeric, 4) AS grr
FROM cohort_revenue((SELECT cohort_revenue_cost_agg(customer, day, amount, cost, 'month') FROM orders),
     as_of => '2024-04-15') WHERE complete;
SELECT period_no, cohorts, customers, buyers, orders, revenue, margin, round(revenue_per_customer, 4) AS per_customer,
       round(ltv, 4) AS ltv, round(margin_ltv, 4) AS margin_ltv
FROM ltv_curve((SELECT cohort_revenue_cost_agg(customer, day, amount, cost, 'month') FROM orders),
     as_of => '2024-04-15');
-- Each customer cost 7, for which half of the revenue pays: paid back at once, until a refund takes that back.
SELECT as_of, p.* FROM unnest('{2024-02-01,2024-03-01,2024-04-15}'::date[]) AS as_of,
       cohort_payback((SELECT cohort_revenue_agg(customer, day, amount, 'month') FROM orders), as_of, 7, 0.5) AS p;
SELECT * FROM cohort_payback((SELECT cohort_revenue_cost_agg(customer, day, amount, cost, 'month') FROM orders),
       as_of => '2024-04-15', cac => 3.5);
-- A cost of its own for each cohort: the first period after which it has come in.
SELECT cohort, cost, min(period_no) FILTER (WHERE cumulative_revenue >= cost) AS payback_period
FROM cohort_revenue((SELECT cohort_revenue_agg(customer, day, amount, 'month') FROM orders), as_of => '2024-04-15')
JOIN (VALUES (date '2024-01-01', 36), ('2024-02-01', 20)) AS spent(cohort, cost) USING (cohort) GROUP BY 1, 2;
SELECT * FROM customer_revenue((SELECT cohort_revenue_cost_agg(customer, day, amount, cost, 'month') FROM orders));
SELECT revenue(s), customer_count(s), activity_period(s), skipped_rows(s)
FROM (SELECT cohort_revenue_agg(customer, day, amount, 'quarter') AS s FROM orders) AS x;

-- By sign-up: who has not ordered counts, and what was paid before does not. The earliest beginning is the customer's.
CREATE TEMP TABLE joined AS
    SELECT customer, signed_up, day, amount FROM (VALUES (1, date '2024-01-10'), (2, '2024-01-31'), (9, '2024-02-01'),
    (3, '2024-03-01'), (3, '2024-02-15')) AS s(customer, signed_up) LEFT JOIN orders USING (customer)
    WHERE customer <> 3 OR signed_up > '2024-02-20' OR day IS NULL OR day < '2024-02-20';
SELECT cohort_revenue_began_agg(customer, signed_up, day, amount, 'month') FROM joined;
SELECT cohort, period_no, customers, buyers, orders, revenue, round(ltv, 4) AS ltv, net_revenue_retention AS nrr
FROM cohort_revenue((SELECT cohort_revenue_began_agg(customer, signed_up, day, amount, 'month') FROM joined),
     as_of => '2024-05-01');

-- Text, JSON, operators.
SELECT cohort_revenue_cost_agg(customer, day, amount, cost, 'week:sunday')::json FROM orders WHERE customer < 3;
SELECT cohort_revenue_began_agg(customer, signed_up, day, amount, 'month')::jsonb FROM joined;
SELECT '1:bigint+2:month:2:{1=2024-01*1:0.10}'::cohort_revenue_state
       + '1:bigint:month:4:{1=2024-01*2:0.1000,2024-03*1:5.0000;7=2023-12*0:-1.0000}' AS finer;
SELECT '1:bigint:month:>2:{1=2024-02>2024-02*1:0.10}'::cohort_revenue_state
       + '1:bigint:month:>2:{1=2024-01>;2=2024-03>}' AS earliest;
SELECT '1:bigint+2:none:0:{}'::cohort_revenue_state + '1:bigint+1:month:0/1:{1=2024-01*1:7/0.5}' AS gives_way;
SELECT '1:bigint:month:0:{1=2024-01*1:7}'::cohort_revenue_state + '1:bigint:day:0:{}';
SELECT '1:bigint:month:0:{1=2024-01*1:7}'::cohort_revenue_state + '1:bigint:month:0/0:{}';
SELECT '1:bigint:month:0:{1=2024-01*1:7}'::cohort_revenue_state + '1:bigint:month:>0:{}';
SELECT '1:bigint:month:2:{1=2024-01*1:7}'::cohort_revenue_state;
SELECT '1:bigint:month:0:{1=2024-01*0:7}'::cohort_revenue_state;
SELECT '1:bigint:month:0:{1=2024-02*1:7,2024-01*1:7}'::cohort_revenue_state;
SELECT '1:bigint:month:0:{1=}'::cohort_revenue_state;
SELECT '1:bigint:month:>0:{1=2024-02>2024-01*1:7}'::cohort_revenue_state;
SELECT '1:bigint:month:0:{1=2024-01*1:10000000000000000000000000000000000000000}'::cohort_revenue_state;
SELECT '1:bigint:month:39:{}'::cohort_revenue_state;
SELECT '1:bigint:none:0:{1=2024-01*1:7}'::cohort_revenue_state;

-- Nobody; NULLs; amounts and times that are none.
SELECT * FROM cohort_revenue((SELECT cohort_revenue_agg(customer, day, amount, 'month') FROM orders WHERE false),
       '2024-05-01');
SELECT s, revenue(s) FROM (SELECT cohort_revenue_agg(1, NULL::date, 5, 'month') AS s) AS x;
SELECT count(*) FROM ltv_curve('1:bigint:month:0:{4=2024-01*0:-7}'::cohort_revenue_state, '2024-05-01');
SELECT count(*) FROM cohort_payback('1:bigint:month:0:{4=2024-01*1:7}'::cohort_revenue_state, '2024-01-31', 1);
SELECT s, skipped_rows(s) FROM (SELECT cohort_revenue_began_agg(c, b, d, a, p) AS s FROM (VALUES
    (1, date '2024-01-01', date '2024-01-02', 5, 'month'), (NULL, '2024-01-01', '2024-01-02', 5, 'month'),
    (2, NULL, '2024-01-02', 5, 'month'), (3, '2024-01-01', NULL, 5, 'month'), (4, '2024-01-01', '2024-01-02', NULL,
    'month'), (5, '2024-01-01', '2024-01-02', 5, NULL), (6, '2024-01-01', NULL, NULL, 'month')) AS v(c, b, d, a, p))
    AS x;
SELECT cohort_revenue_agg(1, '2024-01-01', 'NaN'::numeric, 'month');
SELECT cohort_revenue_cost_agg('a'::text, '2024-01-01', 1::float8, 'infinity'::float8, 'month');
SELECT cohort_revenue_agg(1, 'infinity', 1, 'month');
SELECT cohort_revenue_began_agg(1, '-infinity', '2024-01-01', 1, 'month');
SELECT cohort_revenue_agg(1, '2024-01-01', 1, 'hour');
SELECT cohort_revenue_agg(7, '2024-01-01', 5e37, 'month') FROM generate_series(1, 4) AS i;
SELECT cohort_revenue_agg(7, '2024-01-01', a, 'month') FROM (VALUES (5e37), (0.5)) AS v(a);
SELECT revenue(cohort_revenue_agg(7, '2024-01-01', a, 'month')) AS beyond_64_bits
FROM (VALUES (99999999999999999999.99), (0.01)) AS v(a);
SELECT cohort_revenue_cost_agg(i % 2, day, a, -a, 'day') AS wide
FROM (VALUES (1, date '2024-01-05', 9223372036854775807::numeric), (3, '2024-01-05', 1), (5, '2024-01-03',
     -170141183460469231731687303715884105727), (2, '2024-01-05', 0.00000000000001), (7, '2024-01-05', 5))
     AS v(i, day, a) WHERE i <> 2;
SELECT cohort_revenue_zone_agg(1, timestamp '2024-01-01', 1, 'month', 'UTC');
SELECT cohort_revenue_began_zone_agg(1, date '2024-01-01', timestamptz '2024-01-01Z', 1, 'month', 'UTC');
SELECT * FROM cohort_payback('1:bigint:month:0:{}'::cohort_revenue_state, '2024-05-01', -1);
SELECT * FROM cohort_payback('1:bigint:month:0:{}'::cohort_revenue_state, '2024-05-01', 1, margin => 25);
SELECT * FROM cohort_revenue('1:bigint:day:0:{1=0001-01-01*1:1}'::cohort_revenue_state, '20000-01-01');

-- Random histories, against plain SQL.
SELECT setseed(0.4) \gset
CREATE TEMP TABLE cases AS
    SELECT s, (ARRAY['day', 'week', 'month', 'quarter'])[1 + s % 4] AS period, s % 3 = 0 AS begun,
           date '2024-01-01' + (random() * 90)::int AS as_of
    FROM generate_series(1, 120) AS s;
CREATE TEMP TABLE began AS
    SELECT s, c, timestamp '2023-12-01' + floor(random() * 100 * 8) * interval '3 hours' AS began
    FROM cases, generate_series(1, 8) AS c, generate_series(1, 2) AS n WHERE begun AND n <= 1 + c % 2;
CREATE TEMP TABLE paid AS
    SELECT s, c, timestamp '2023-12-01' + floor(random() * 130 * 8) * interval '3 hours' AS at,
           round((random() * 50 - 8)::numeric, 1 + c % 3) AS amount, round((random() * 20)::numeric, 1 + s % 2) AS cost
    FROM (SELECT *, random() AS chance FROM cases, generate_series(1, 8) AS c, generate_series(1, 9) AS n) AS drawn
    WHERE chance < 0.1 + c % 4 * 0.25;
-- Each order was drawn by itself: many have some of the nine and not all.
SELECT c % 4 AS chance, avg(CASE WHEN n BETWEEN 1 AND 8 THEN 1 ELSE 0 END) > 0.5 AS some,
       count(DISTINCT n) > 4 AS different
FROM (SELECT s, c, count(at) AS n FROM cases CROSS JOIN generate_series(1, 8) AS c LEFT JOIN paid USING (s, c)
      GROUP BY s, c) AS drawn GROUP BY 1 ORDER BY 1;
-- With an own beginning, each order goes with the earliest one.
CREATE TEMP TABLE rows AS
    SELECT s, c, began, at, amount, cost
    FROM (SELECT s, c, min(began) AS began FROM began GROUP BY s, c) AS b LEFT JOIN paid USING (s, c)
    UNION ALL SELECT s, c, NULL, at, amount, cost FROM paid JOIN cases USING (s) WHERE NOT begun;
CREATE TEMP TABLE states AS
    SELECT s, period, begun, as_of, CASE WHEN begun THEN cohort_revenue_began_agg(c, began, at, amount, period)
                                    ELSE cohort_revenue_cost_agg(c, at, amount, cost, period) END AS state
    FROM rows JOIN cases USING (s) GROUP BY s, period, begun, as_of;
-- The number of a period, and its first day.
CREATE FUNCTION pg_temp.no(period text, at timestamp) RETURNS int LANGUAGE sql AS $$
    SELECT CASE period WHEN 'day' THEN at::date - date '2000-01-01' WHEN 'week' THEN (at::date - date '1999-12-27') / 7
        WHEN 'month' THEN 12 * extract(year FROM at) + extract(month FROM at) - 1
        ELSE 4 * extract(year FROM at) + extract(quarter FROM at) - 1 END::int $$;
CREATE FUNCTION pg_temp.start(period text, no int) RETURNS date LANGUAGE sql AS $$
    SELECT CASE period WHEN 'day' THEN date '2000-01-01' + no WHEN 'week' THEN date '1999-12-27' + no * 7
        WHEN 'month' THEN make_date(no / 12, no % 12 + 1, 1) ELSE make_date(no / 4, no % 4 * 3 + 1, 1) END $$;
CREATE TEMP TABLE customers AS
    SELECT s, period, begun, as_of, c, no, first
    FROM (SELECT s, c, CASE WHEN begun THEN min(began) ELSE min(at) FILTER (WHERE amount >= 0) END AS first
          FROM rows JOIN cases USING (s) GROUP BY s, c, begun) AS f
    JOIN cases USING (s), LATERAL (SELECT pg_temp.no(period, first) AS no) AS p
    WHERE first IS NOT NULL AND pg_temp.start(period, no + 1) <= as_of;
CREATE TEMP TABLE items AS
    SELECT s, k.c, k.no, pg_temp.no(period, at) - k.no AS n, count(*) FILTER (WHERE amount >= 0) AS orders,
           sum(amount) AS revenue, sum(CASE WHEN NOT begun THEN cost END) AS cost
    FROM customers AS k JOIN rows USING (s, c)
    WHERE (NOT begun OR at >= first) AND pg_temp.no(period, at) >= k.no GROUP BY s, k.c, k.no, n;
CREATE TEMP TABLE cells AS
    SELECT s, period, begun, as_of, no, n, members, pg_temp.start(period, no + n + 1) <= as_of AS complete
    FROM (SELECT s, period, begun, as_of, no, count(*) AS members FROM customers GROUP BY s, period, begun, as_of,
          no) AS k, generate_series(0, 130) AS n WHERE pg_temp.start(period, no + n) < as_of;
CREATE INDEX ON items (s, no, n);
ANALYZE items, cells;
CREATE TEMP TABLE sums AS
    SELECT cells.*, count(*) FILTER (WHERE i.orders > 0) AS buyers, coalesce(sum(i.orders), 0)::bigint AS orders,
           coalesce(sum(i.revenue), 0) AS revenue, CASE WHEN NOT begun THEN coalesce(sum(i.revenue - i.cost), 0)
               END AS margin,
           coalesce(sum(i.revenue) FILTER (WHERE z.revenue > 0), 0) AS ends,
           coalesce(sum(greatest(least(i.revenue, z.revenue), 0)) FILTER (WHERE z.revenue > 0), 0) AS kept
    FROM cells LEFT JOIN items AS i USING (s, no, n) LEFT JOIN items AS z ON (z.s, z.c, z.n) = (i.s, i.c, 0)
    GROUP BY cells.s, period, begun, as_of, cells.no, cells.n, members, complete;
CREATE TEMP TABLE truth AS
    SELECT s, pg_temp.start(period, no) AS cohort, n::bigint AS period_no,
           pg_temp.start(period, no + n) AS period_start, members AS customers,
           CASE WHEN complete THEN buyers END AS buyers, CASE WHEN complete THEN orders END AS orders,
           CASE WHEN complete THEN revenue END AS revenue, CASE WHEN complete THEN margin END AS margin,
           CASE WHEN complete THEN sum(revenue) OVER w END AS cumulative_revenue,
           CASE WHEN complete THEN sum(margin) OVER w END AS cumulative_margin,
           CASE WHEN complete THEN sum(revenue) OVER w / members END AS ltv,
           CASE WHEN complete THEN sum(margin) OVER w / members END AS margin_ltv,
           CASE WHEN complete THEN ends::float8 / nullif(first_value(ends) OVER w, 0)::float8 END AS nrr,
           CASE WHEN complete THEN kept::float8 / nullif(first_value(ends) OVER w, 0)::float8 END AS grr, complete
    FROM sums WINDOW w AS (PARTITION BY s, no ORDER BY n);
CREATE TEMP TABLE ours AS SELECT s, r.* FROM states, cohort_revenue(state, as_of) AS r;
SELECT (SELECT count(*) FROM truth) > 3000 AS many,
       (SELECT count(*) FROM ours WHERE NOT complete) > 100 AS pending_too,
       (SELECT count(*) FROM ours WHERE net_revenue_retention <> gross_revenue_retention) > 100 AS grown,
       (SELECT count(*) FROM ours WHERE margin IS NOT NULL) > 1000 AS with_costs,
       (SELECT count(*) FROM (TABLE truth EXCEPT ALL TABLE ours) AS t) AS missing,
       (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE truth) AS t) AS wrong,
       (SELECT bool_and(gross_revenue_retention BETWEEN 0 AND 1) FROM ours) AS gross_is_a_share;
-- The curve: the mean of each period over the customers whose period is over, added up.
CREATE TEMP TABLE curve AS
    SELECT s, period_no, count(*) AS cohorts, sum(customers)::bigint AS customers, sum(buyers)::bigint AS buyers,
           sum(orders)::bigint AS orders, sum(revenue) AS revenue, sum(margin) AS margin,
           sum(revenue) / sum(customers)::bigint AS per_customer,
           sum(sum(revenue) / sum(customers)::bigint) OVER w AS ltv,
           sum(sum(margin) / sum(customers)::bigint) OVER w AS margin_ltv
    FROM truth WHERE complete GROUP BY s, period_no WINDOW w AS (PARTITION BY s ORDER BY period_no);
SELECT (SELECT count(*) FROM curve) > 1000 AS many,
       (SELECT count(*) FROM (TABLE curve EXCEPT ALL SELECT s, r.* FROM states, ltv_curve(state, as_of) AS r) AS t)
       + (SELECT count(*) FROM (SELECT s, r.* FROM states, ltv_curve(state, as_of) AS r EXCEPT ALL TABLE curve) AS t)
       AS wrong;
-- Payback: the first period since whose end the cost has come in.
SELECT count(*) > 300 AS many, count(payback_period) > 100 AS paid_back, count(*) FILTER (WHERE payback_period > 0) > 50
           AS later, count(*) FILTER (WHERE (p.customers, p.periods_known, p.acquisition_cost, p.recovered,
           p.payback_period) IS DISTINCT FROM (t.customers, t.known, t.customers * 12.5, t.recovered, t.since)
           OR abs(recovered_share - t.recovered / (t.customers * 12.5)) > 1e-12) AS wrong
FROM (SELECT s, p.* FROM states, cohort_payback(state, as_of, 12.5, 0.4) AS p) AS p
FULL JOIN (SELECT s, cohort, min(customers) AS customers, count(*) AS known,
                  (array_agg(value ORDER BY period_no DESC))[1] AS recovered, CASE WHEN (array_agg(value
                  ORDER BY period_no DESC))[1] >= min(customers) * 12.5 THEN coalesce(max(period_no) FILTER (WHERE
                  value < customers * 12.5), -1) + 1 END AS since
           FROM (SELECT *, 0.4 * coalesce(cumulative_margin, cumulative_revenue) AS value
                 FROM truth WHERE complete) AS v
           GROUP BY s, cohort) AS t USING (s, cohort);
-- All money is in the cells, but for refunds of those without an order or before it.
SELECT count(*) AS wrong FROM (SELECT s, revenue(state) AS total, (SELECT sum(revenue) FROM cohort_revenue(state,
       '2030-01-01') WHERE complete) AS cells, (SELECT sum(r.revenue) FROM customer_revenue(state) AS r) AS by_customer
       FROM states) AS x
JOIN (SELECT s, sum(amount) FILTER (WHERE began IS NULL OR at >= began) AS paid, sum(amount) FILTER (WHERE began IS NULL
             AND (first IS NULL OR pg_temp.no(period, at) < pg_temp.no(period, first))) AS outside
      FROM rows JOIN cases USING (s)
      JOIN (SELECT s, c, min(at) FILTER (WHERE amount >= 0) AS first FROM paid GROUP BY s, c) AS f USING (s, c)
      GROUP BY s) AS y USING (s)
WHERE total <> paid OR by_customer <> total OR cells <> paid - coalesce(outside, 0);
-- What lies after as_of changes nothing; float8 as numeric; rolled up in any order, and read back from text: the same.
SELECT count(*) AS wrong FROM (SELECT s, as_of, cohort_revenue_cost_agg(c, at, amount, cost, period) FILTER (WHERE at <
       as_of) AS seen FROM rows JOIN cases USING (s) WHERE NOT begun GROUP BY s, as_of) AS x
JOIN states USING (s, as_of)
WHERE ARRAY(SELECT (r.cohort, r.period_no, r.customers, r.revenue::float8, r.grr) FROM (SELECT *,
          gross_revenue_retention AS grr FROM cohort_revenue(seen, as_of)) AS r)
   <> ARRAY(SELECT (r.cohort, r.period_no, r.customers, r.revenue::float8, r.grr) FROM (SELECT *,
          gross_revenue_retention AS grr FROM cohort_revenue(state, as_of)) AS r);
SELECT count(*) AS wrong FROM (SELECT s, rollup(part) AS whole, rollup(part ORDER BY part DESC) AS other
       FROM (SELECT s, CASE WHEN begun THEN cohort_revenue_began_agg(c, began, at, amount, period ORDER BY at DESC)
             ELSE cohort_revenue_cost_agg(c, at, amount, cost, period ORDER BY at DESC) END AS part
             FROM rows JOIN cases USING (s) GROUP BY s, begun, extract(day FROM at)::int % 3) AS p GROUP BY s) AS w
JOIN states USING (s) WHERE whole <> state OR other <> state OR state::text::cohort_revenue_state <> state
    OR whole::text <> state::text;
SELECT count(*) AS wrong FROM (SELECT s, cohort_revenue_agg(c, at, amount::float8, period) AS floats,
       cohort_revenue_agg(c, at, trim_scale(amount), period) AS numbers,
       cohort_revenue_zone_agg(c, at AT TIME ZONE 'Asia/Shanghai', trim_scale(amount), period, 'Asia/Shanghai') AS zoned
       FROM rows JOIN cases USING (s) GROUP BY s) AS x WHERE floats <> numbers OR zoned <> numbers;
SELECT a = b AS same, length(a::text) > 100000 AS long FROM
    (SELECT cohort_revenue_agg(1, day, i % 100 - 7, 'day' ORDER BY i) AS a,
            cohort_revenue_agg(1, day, i % 100 - 7, 'day' ORDER BY day, i) AS b
     FROM generate_series(1, 30000) AS i, LATERAL (SELECT date '2000-01-01' + i * 7919 % 9000 AS day) AS d) AS x;
-- Orders of several customers add up to no more than a count may be.
\set month '1:bigint:month:0:{1=2024-01*2305843009213693950:1;2=2024-01*1:1}'
SELECT orders FROM cohort_revenue(:'month'::cohort_revenue_state, '2024-02-01');
SELECT orders FROM cohort_revenue(:'month'::cohort_revenue_state + '1:bigint:month:0:{3=2024-01*1:1}', '2024-02-01');
SELECT orders FROM ltv_curve(:'month'::cohort_revenue_state + '1:bigint:month:0:{3=2024-02*1:1}', '2024-03-01');
