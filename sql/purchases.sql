-- purchases: one customer's orders by day.
CREATE TEMP TABLE orders AS
    SELECT i, (i * 7919) % 37 AS customer, date '2024-01-01' + (i * i * 13 + i / 5) % 90 AS day,
           CASE i % 11 WHEN 3 THEN NULL WHEN 5 THEN -(i % 7 + 1) * 1.25 WHEN 7 THEN 0
           ELSE (i * 31 % 9973) / 100.0 END::numeric(10, 2) AS amount
    FROM generate_series(1, 1500) AS i;

-- Text form: day, purchases, paid, refunded.
SELECT '1:'::purchases_state AS empty;
SELECT '1:2024-01-03,2,30.00,0.00;2024-02-29,0,0.00,12.50'::purchases_state AS two_days;
SELECT '1:2024-01-03,1,5,0'::purchases_state AS whole_amount;
SELECT '1:2024-01-03,1,5,0;'::purchases_state AS error;
SELECT '1:2024-01-03,1,5,0;2024-01-03,1,5,0'::purchases_state AS error_same_day;
SELECT '1:2024-01-03,1,5.00,0.00;2024-01-04,1,5.0,0.0'::purchases_state AS error_scale;
SELECT '1:2024-01-03,1,5.00,0'::purchases_state AS error_scale;
SELECT '1:2023-02-29,1,5,0'::purchases_state AS error_no_such_day;
SELECT '1:2024-1-03,1,5,0'::purchases_state AS error;
SELECT '1:2024-01-03,0,5,1'::purchases_state AS error_paid_for_nothing;
SELECT '1:2024-01-03,0,0,0'::purchases_state AS error_nothing_happened;
SELECT '1:2024-01-03,1,-5,0'::purchases_state AS error_negative;
SELECT '1:2024-01-03,1,-0,0'::purchases_state AS error_negative_zero;
SELECT '1:2024-01-03,1,05,0'::purchases_state AS error_superfluous_zero;
SELECT '1:2024-01-03,1,5.,0'::purchases_state AS error;
SELECT '1:2024-01-03,4294967296,5,0'::purchases_state AS error;
SELECT '1:2024-01-03,1,999999999999999999999999999999999999999,0'::purchases_state AS error;
SELECT '2:2024-01-03,1,5,0'::purchases_state AS error_newer_version;

-- Empty, NULL, one, several.
SELECT purchases_agg(day, amount) AS nothing FROM orders WHERE false;
SELECT purchases_agg(at, amount) AS skipped
FROM (VALUES (NULL::date, 5.00), ('2024-01-01', NULL), (NULL, NULL)) AS t(at, amount);
SELECT purchases_agg(date '2024-01-01', 5.00) AS one;
SELECT purchases_agg(at, amount) AS three_days
FROM (VALUES (date '2024-01-05', 20.00), ('2024-01-01', 10), ('2024-01-05', 2.5), ('2024-01-07', -4.125)) AS t(at,
        amount);

-- Every form of time and amount gives the same value, whatever the session's time zone and date style.
SET timezone = 'America/New_York';
SET datestyle = 'SQL, DMY';
CREATE TEMP TABLE forms AS
    SELECT day, day::timestamp + '23:59:59.999999' AS ts, (day::timestamp + '00:30') AT TIME ZONE 'Asia/Shanghai' AS tz,
           amount AS n, amount::float8 AS f, amount::real AS r, i AS whole FROM orders;
SELECT count(*) AS forms, count(*) FILTER (WHERE p <> (SELECT purchases_agg(day, n) FROM forms)) AS wrong,
       count(*) FILTER (WHERE revenue(p) <> (SELECT sum(n) FROM forms)) AS wrong_revenue
FROM (SELECT purchases_agg(ts, n) AS p FROM forms
      UNION ALL SELECT purchases_agg(day, f) FROM forms
      UNION ALL SELECT purchases_agg(ts, f) FROM forms
      UNION ALL SELECT purchases_zone_agg(tz, n, 'Asia/Shanghai') FROM forms
      UNION ALL SELECT purchases_zone_agg(tz, f, 'asia/shanghai') FROM forms) AS ours;
SELECT count(*) AS forms, count(*) FILTER (WHERE p <> (SELECT purchases_agg(day, whole::numeric) FROM forms)) AS wrong
FROM (SELECT purchases_agg(ts, whole) AS p FROM forms
      UNION ALL SELECT purchases_agg(ts, whole::smallint) FROM forms
      UNION ALL SELECT purchases_agg(ts, whole::bigint) FROM forms
      UNION ALL SELECT purchases_agg(ts, whole::real) FROM forms
      UNION ALL SELECT purchases_zone_agg(tz, whole, 'Asia/Shanghai') FROM forms) AS ours;
SELECT purchases_agg(day, r) = purchases_agg(day, r::float8) AS real_is_float8 FROM forms;
SELECT purchases_agg('2024-01-02', '5') AS literal, purchases_agg('2024-01-02 23:59', 5.0) AS time_of_day,
       purchases_zone_agg('2024-01-02 23:59+00', 5.0, 'Asia/Shanghai') AS instant;
PREPARE of_unknown_types AS SELECT purchases_agg($1, $2::numeric), purchases_zone_agg($3, $2, $4);
EXECUTE of_unknown_types('2024-01-02', 5.0, '2024-01-02 20:00+00', 'Asia/Shanghai');
DEALLOCATE ALL;
SELECT purchases_agg(timestamptz '2024-01-02 20:00+00', 5.0) AS error;
SELECT purchases_zone_agg(timestamp '2024-01-02 20:00', 5.0, 'Asia/Shanghai') AS error;
SELECT purchases_zone_agg(date '2024-01-02', 5.0, 'Asia/Shanghai') AS error;
RESET datestyle;
RESET timezone;
SELECT purchases_agg(timestamp '1999-12-31 23:59:59', 1) AS before_2000;
SELECT purchases_zone_agg('2024-01-01 00:00+00', 1, 'Mars/Olympus') AS error;

-- Bad input.
SELECT purchases_agg(date '2024-01-01', 'NaN'::numeric) AS error;
SELECT purchases_agg(date '2024-01-01', 'Infinity'::numeric) AS error;
SELECT purchases_agg(date '2024-01-01', 'NaN'::float8) AS error;
SELECT purchases_agg(date '2024-01-01', '-Infinity'::float8) AS error;
SELECT purchases_agg(date '2024-01-01', 1e300::float8) AS error;
SELECT purchases_agg(date '2024-01-01', 1e-40) AS error;
SELECT purchases_agg(date 'infinity', 5) AS error;
SELECT purchases_agg(timestamp '-infinity', 5) AS error;
SELECT purchases_zone_agg(timestamptz 'infinity', 5.0, 'UTC') AS error;
SELECT purchases_zone_agg(timestamptz '2024-01-01 20:00+00', 'NaN'::numeric, 'Asia/Shanghai') AS error;
SELECT purchases_agg(date '0044-03-15 BC', 5) AS error;
SELECT purchases_agg(date '10000-01-01', 5) AS error;
-- As many decimals as there may be, and one more.
SELECT revenue(purchases_agg(date '2024-01-01', 0.12345678901234567890123456789012345678)) AS all_38;
SELECT purchases_agg(date '2024-01-01', 0.123456789012345678901234567890123456789) AS error;
SELECT purchases_agg(date '2024-01-01', x) AS error_sum FROM (VALUES (1e38), (9e37)) AS t(x);
SELECT purchases_agg(date '2024-01-01', x) AS error_sum_at_scale FROM (VALUES (1e37), (0.01)) AS t(x);

-- Amounts: exact, and shown as sum(numeric) shows them, over magnitudes and scales; doubles are their shortest
-- decimals.
SELECT setseed(0.5);
CREATE TEMP TABLE amounts AS
    SELECT i, i % 400 AS g, 0::numeric AS x, 0::float8 AS y FROM generate_series(1, 6000) AS i;
UPDATE amounts SET
    x = trunc((random() * power(10, (random() * 14)::int))::numeric, (random() * 17)::int) * CASE WHEN random() < 0.4
    THEN -1 ELSE 1 END,
    y = CASE i % 5 WHEN 0 THEN (random() * 1e4)::numeric(12, 2)::float8 WHEN 1 THEN random() * 1000 WHEN 2
    THEN -random() * 1e15
                   WHEN 3 THEN (random() * 1e6)::int ELSE (random() * 1e3)::numeric(9, 3)::float8 * 0.9 END;
SELECT count(*) AS groups, count(*) FILTER (WHERE ours::text <> sql::text) AS different
FROM (SELECT revenue(purchases_agg(date '2024-01-01', x)) AS ours, sum(x) AS sql FROM amounts GROUP BY g) AS t;
SELECT count(*) AS groups, count(*) FILTER (WHERE ours::text <> sql::text) AS different
FROM (SELECT revenue(purchases_agg(date '2024-01-01', y)) AS ours, sum(y::text::numeric) AS sql FROM amounts
        GROUP BY g) AS t;
SELECT revenue(purchases_agg(date '2024-01-01', x)) AS three_tenths FROM (VALUES (0.1::float8), (0.2)) AS t(x);
SELECT revenue(purchases_agg(date '2024-01-01', x)) AS largest
FROM (VALUES (170141183460469231731687303715884105726), (1)) AS t(x);

-- Every accessor against plain SQL, customer by customer.
CREATE TEMP TABLE by_customer AS
    SELECT customer, purchases_agg(day, amount) AS p FROM orders WHERE customer % 5 <> 4 OR amount < 0
    GROUP BY customer;
CREATE TEMP VIEW plain AS
    SELECT customer, count(*) FILTER (WHERE amount >= 0) AS n, count(DISTINCT day) FILTER (WHERE amount >= 0) AS days,
           min(day) FILTER (WHERE amount >= 0) AS first, max(day) FILTER (WHERE amount >= 0) AS last,
           sum(amount) AS revenue, -coalesce(sum(amount) FILTER (WHERE amount < 0), 0) AS refunds,
           sum(amount) FILTER (WHERE amount >= 0) AS paid
    FROM orders WHERE customer % 5 <> 4 OR amount < 0 GROUP BY customer;
CREATE TEMP VIEW repeats AS
    SELECT customer, sum(amount) AS amount FROM orders JOIN plain USING (customer)
    WHERE day > first AND amount >= 0 GROUP BY customer;
SELECT count(*) AS customers, count(*) FILTER (WHERE n = 0) AS only_refunds,
       count(*) FILTER (WHERE purchase_count(p) IS DISTINCT FROM n) AS wrong_count,
       count(*) FILTER (WHERE purchase_days(p) IS DISTINCT FROM days) AS wrong_days,
       count(*) FILTER (WHERE first_purchase(p) IS DISTINCT FROM first) AS wrong_first,
       count(*) FILTER (WHERE last_purchase(p) IS DISTINCT FROM last) AS wrong_last,
       count(*) FILTER (WHERE revenue(p) IS DISTINCT FROM plain.revenue) AS wrong_revenue,
       count(*) FILTER (WHERE refunds(p) IS DISTINCT FROM plain.refunds) AS wrong_refunds,
       count(*) FILTER
       (WHERE average_order_value(p)::text IS DISTINCT FROM (plain.revenue / nullif(n, 0))::text) AS wrong_average,
       count(*) FILTER (WHERE recency(p, '2024-04-30') IS DISTINCT FROM date '2024-04-30' - last) AS wrong_recency,
       count(*) FILTER (WHERE tenure(p, '2024-04-30') IS DISTINCT FROM date '2024-04-30' - first) AS wrong_tenure,
       count(*) FILTER (WHERE abs(purchase_frequency(p, '2024-04-30', 30) - n / (date '2024-04-30' - first)::float8 *
               30) > 1e-12) AS wrong_frequency,
       count(*) FILTER (WHERE repeat_purchases(p) IS DISTINCT FROM nullif(days, 0) - 1) AS wrong_x,
       count(*) FILTER (WHERE age_at_last_purchase(p) IS DISTINCT FROM last - first) AS wrong_t_x,
       count(*) FILTER (WHERE repeat_amount(p) IS DISTINCT FROM repeats.amount / nullif(days - 1, 0)) AS wrong_m
FROM by_customer JOIN plain USING (customer) LEFT JOIN repeats USING (customer);
SELECT count(*) AS customers, count(*) FILTER (WHERE (x, t_x, t, round(m::numeric, 9)) IS DISTINCT FROM
       (nullif(days, 0) - 1, (last - first) / 7.0::float8, (date '2024-04-30' - first) / 7.0::float8,
        round(repeats.amount / nullif(days - 1, 0), 9))) AS wrong
FROM by_customer JOIN plain USING (customer) LEFT JOIN repeats USING (customer), model_inputs(p, '2024-04-30', 7);
SELECT count(*) AS differences
FROM (SELECT customer, day, purchases, amount, refunds FROM by_customer, purchase_history(p)) AS ours
FULL JOIN (SELECT customer, day, count(*) FILTER (WHERE amount >= 0) AS purchases, sum(greatest(amount, 0)) AS amount,
                  sum(greatest(-amount, 0)) AS refunds
           FROM orders WHERE amount IS NOT NULL AND (customer % 5 <> 4 OR amount < 0) GROUP BY customer, day) AS sql
    USING (customer, day, purchases, amount, refunds)
WHERE ours IS NULL OR sql IS NULL;

-- An earlier date: the state cut there is the state of the rows up to there (the scale stays).
SELECT count(*) AS days, count(*) FILTER (WHERE cut IS DISTINCT FROM direct) AS wrong,
       count(*) FILTER (WHERE later IS DISTINCT FROM rest) AS wrong_later
FROM (SELECT d, purchases_until(whole, d)::text AS cut, -- with all orders without a day or an amount
             (SELECT purchases_agg(day, amount)::text FROM orders
              WHERE day <= d OR day IS NULL OR amount IS NULL) AS direct,
             purchase_days(whole, d, '2024-12-31') AS later,
             (SELECT count(DISTINCT day) FROM orders WHERE day > d AND amount >= 0) AS rest
      FROM (SELECT purchases_agg(day, amount) AS whole FROM orders) AS w,
           generate_series(0, 95, 5) AS n, LATERAL (SELECT date '2023-12-30' + n AS d) AS at) AS t;
-- What came after as_of is left out by all that take one: each is that of WHERE.
SELECT count(*) AS customers, count(*) FILTER (WHERE last_day > as_of) AS with_later,
       count(*) FILTER (WHERE recency(whole, as_of) IS DISTINCT FROM recency(until, as_of)
                           OR recency(whole, as_of) IS DISTINCT FROM as_of - last) AS wrong_recency,
       count(*) FILTER (WHERE tenure(whole, as_of) IS DISTINCT FROM tenure(until, as_of)
                           OR tenure(whole, as_of) IS DISTINCT FROM as_of - first) AS wrong_tenure,
       count(*) FILTER (WHERE purchase_frequency(whole, as_of, 30) IS DISTINCT FROM purchase_frequency(until, as_of, 30)
                           OR abs(purchase_frequency(whole, as_of, 30) - n * 30.0 / nullif(as_of - first, 0)) > 1e-12)
           AS wrong_frequency,
       count(*) FILTER (WHERE i IS DISTINCT FROM j) AS wrong_inputs, count(i.m) AS with_m,
       count(*) FILTER (WHERE e IS DISTINCT FROM f) AS wrong_estimates, count(e.clv) AS with_estimate
FROM (SELECT customer, as_of, purchases_agg(day, amount) AS whole, max(day) AS last_day,
             purchases_agg(day, amount) FILTER (WHERE day <= as_of) AS until,
             count(*) FILTER (WHERE day <= as_of AND amount >= 0) AS n,
             min(day) FILTER (WHERE day <= as_of AND amount >= 0) AS first,
             max(day) FILTER (WHERE day <= as_of AND amount >= 0) AS last
      FROM orders, LATERAL (SELECT date '2023-12-30' + n AS as_of FROM generate_series(0, 95, 7) AS n) AS a
      GROUP BY customer, as_of) AS s,
     model_inputs(whole, as_of, 7) AS i, model_inputs(until, as_of, 7) AS j,
     clv_estimate(whole, as_of, 2, 0.5) AS e, clv_estimate(until, as_of, 2, 0.5) AS f;
SELECT recency(p, '2024-01-02') AS one_day, recency(p, '2024-01-02 18:00') AS one_day_2,
       recency(p, date '2024-01-03') AS same_day, tenure(p, '2023-12-31') IS NULL AS not_yet,
       recency(purchases_until(p, '2024-01-02 23:59'), '2024-01-05') AS four_days,
       purchase_days(p, '2024-01-01 12:00', timestamp '2024-01-03 00:00') AS the_second
FROM (SELECT purchases_agg(at, 5) AS p FROM (VALUES (date '2024-01-01'), ('2024-01-03')) AS t(at)) AS s;
SELECT recency(p, timestamptz '2024-01-02 00:00+00') AS error FROM (SELECT '1:'::purchases_state AS p) AS s;

-- Nothing bought: counts are zero, the rest is NULL. Only refunds: no purchase, but revenue.
SELECT purchase_count('1:'::purchases_state) AS zero, purchase_days('1:') AS no_days,
       first_purchase('1:') IS NULL AS first, revenue('1:'::purchases_state) IS NULL AS revenue,
       refunds('1:'::purchases_state) IS NULL AS refunds, average_order_value('1:'::purchases_state) IS NULL AS average,
       recency('1:'::purchases_state, '2024-01-01') IS NULL AS recency,
       purchase_frequency('1:', '2024-01-01') IS NULL AS frequency, repeat_purchases('1:') IS NULL AS x,
       repeat_amount('1:') IS NULL AS m;
SELECT purchase_count(p) AS zero, revenue(p) AS minus_five, refunds(p) AS five,
       average_order_value(p) IS NULL AS no_average,
       tenure(p, '2024-02-01') IS NULL AS no_tenure
FROM (SELECT purchases_agg(date '2024-01-01', -5) AS p) AS t;
SELECT purchase_frequency(purchases_agg(date '2024-01-01', 5), '2024-01-01') IS NULL AS no_tenure_yet;
SELECT * FROM model_inputs('1:'::purchases_state, '2024-01-01');
SELECT * FROM model_inputs('1:2024-01-01,3,30.00,0.00'::purchases_state, '2024-01-08', 7);
SELECT recency('1:2024-01-03,1,5,0'::purchases_state, '2024-01-02') IS NULL AS not_yet,
       tenure('1:2024-01-03,1,5,0;2024-02-03,0,0,5', '2024-02-02') AS before_the_refund;
SELECT tenure('1:2024-01-03,1,5,0', 'infinity') AS error;
SELECT purchase_frequency('1:2024-01-03,1,5,0', '2024-02-03', 0) AS error;
SELECT purchase_days('1:', '2024-02-01', '2024-01-01') AS error;
SELECT purchase_days('1:', '-infinity', '2024-01-01') AS error;
SELECT purchases_until('1:', '10000-01-01') AS error;

-- Merging in any order is the whole; the empty value changes nothing; scales differ.
SELECT rollup(p ORDER BY customer) = (SELECT purchases_agg(day, amount) FROM orders) AS rolled_up,
       rollup(p ORDER BY customer) = rollup(p ORDER BY -customer) AS any_order
FROM (SELECT customer, purchases_agg(day, amount) AS p FROM orders GROUP BY customer
      UNION ALL SELECT 99, '1:' UNION ALL SELECT 98, NULL) AS parts;
SELECT count(*) AS groups, count(*) FILTER (WHERE up <> down OR up <> whole) AS wrong
FROM (SELECT g, rollup(p ORDER BY part) AS up, rollup(p ORDER BY -part) AS down
      FROM (SELECT g, i % 3 AS part, purchases_agg(date '2024-01-01' + i % 17, x) AS p FROM amounts GROUP BY g,
              i % 3) AS parts GROUP BY g) AS r
JOIN (SELECT g, purchases_agg(date '2024-01-01' + i % 17, x) AS whole FROM amounts GROUP BY g) AS w USING (g);

-- Text there and back; row order; windows, where the state of a frame must not be changed by the next row.
SELECT count(*) AS customers, count(*) FILTER (WHERE p <> p::text::purchases_state) AS wrong FROM by_customer;
SELECT purchases_agg(day, amount ORDER BY i) = purchases_agg(day, amount ORDER BY md5(i::text)) AS row_order
FROM orders;
SELECT count(*) AS rows, count(*) FILTER (WHERE revenue(p) IS DISTINCT FROM s) AS wrong
FROM (SELECT purchases_agg(day, amount) OVER w AS p, sum(amount) OVER w AS s FROM orders WHERE i < 300 WINDOW w
        AS (PARTITION BY customer ORDER BY i)) AS t;
SELECT count(DISTINCT p) AS distinct_values FROM (SELECT p FROM by_customer UNION ALL SELECT p FROM by_customer) AS t;

-- Frames that move, groups of which FILTER leaves nothing, workers.
SELECT count(*) AS frames, count(*) FILTER (WHERE revenue(p) IS DISTINCT FROM s OR purchase_days(p) <> d) AS wrong
FROM (SELECT purchases_agg(day, amount) OVER w AS p, sum(amount) OVER w AS s,
             (SELECT count(DISTINCT day) FROM orders AS o
              WHERE o.i BETWEEN orders.i - 4 AND orders.i + 3 AND amount >= 0) AS d
      FROM orders WINDOW w AS (ORDER BY i ROWS BETWEEN 4 PRECEDING AND 3 FOLLOWING)) AS t;
SELECT purchases_agg(day, amount) FILTER (WHERE false) AS empty,
       purchases_zone_agg(day::timestamptz, amount, 'UTC') FILTER (WHERE false) AS empty_zone FROM orders;
SELECT rollup(p) IS NULL AS of_nothing FROM by_customer WHERE false;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE TABLE shared_orders AS SELECT * FROM orders;
SELECT purchases_agg(day, amount) = (SELECT purchases_agg(day, amount) FROM orders) AS with_workers FROM shared_orders;
DROP TABLE shared_orders;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- The operator +, and json: an object for each day.
SELECT a + b = ab AS plus, b + a = ab AS either_way, a + NULL = a AS with_null, a + '1:' = a AS with_empty
FROM (SELECT purchases_agg(day, amount) FILTER (WHERE i % 3 = 0) AS a,
             purchases_agg(day, amount) FILTER (WHERE i % 3 > 0) AS b, purchases_agg(day, amount) AS ab
      FROM orders) AS s;
SELECT '1:2024-01-03,2,30.00,0.00;2024-02-29,0,0.00,12.50'::purchases_state::json AS two_days,
       '1:'::purchases_state::jsonb AS empty;
SELECT count(*) AS days, count(*) FILTER (WHERE j IS DISTINCT FROM h) AS wrong
FROM (SELECT customer, (j.day, j.purchases, j.amount, j.refunds) AS j, j.day
      FROM by_customer, jsonb_to_recordset(p::jsonb->'days')
           AS j(day date, purchases bigint, amount numeric, refunds numeric)) AS a
FULL JOIN (SELECT customer, (h.day, h.purchases, h.amount, h.refunds) AS h, h.day
           FROM by_customer, purchase_history(p) AS h) AS b USING (customer, day);

-- Orders without a time or an amount are in nothing but their number.
SELECT skipped_rows(whole) AS skipped, rows, rolled_up = whole AS rolled_up
FROM (SELECT purchases_agg(day, amount) AS whole, count(*) FILTER (WHERE day IS NULL OR amount IS NULL) AS rows
      FROM orders) AS w,
     (SELECT rollup(p) AS rolled_up FROM (SELECT purchases_agg(day, amount) AS p FROM orders
                                          GROUP BY extract(day FROM day)) AS parts) AS r;
