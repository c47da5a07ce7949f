-- purchases: one customer's orders by day.
CREATE TEMP TABLE orders AS
    SELECT i, (i * 7919) % 37 AS customer, date '2024-01-01' + (i * i * 13 + i / 5) % 90 AS day,
           CASE i % 11 WHEN 3 THEN NULL WHEN 5 THEN -(i % 7 + 1) * 1.25 WHEN 7 THEN 0 ELSE (i * 31 % 9973) / 100.0 END::numeric(10, 2) AS amount
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
FROM (VALUES (date '2024-01-05', 20.00), ('2024-01-01', 10), ('2024-01-05', 2.5), ('2024-01-07', -4.125)) AS t(at, amount);

-- Every form of time and amount; days of a timestamptz are in UTC or in a named zone, whatever the session's.
SET timezone = 'America/New_York';
SELECT purchases_agg(day, amount) = purchases_agg(day::timestamp + '23:59:59', amount) AS timestamp,
       purchases_agg(day, amount) = purchases_agg((day::timestamp + '23:59:59') AT TIME ZONE 'UTC', amount) AS timestamptz,
       purchases_agg(day, amount) = purchases_agg_zone((day::timestamp + '00:30') AT TIME ZONE 'Asia/Shanghai', amount, 'Asia/Shanghai') AS zone,
       revenue(purchases_agg(day, amount)) = revenue(purchases_agg(day, amount::float8)) AS date_float8,
       purchases_agg(day, amount::float8) = purchases_agg(day::timestamp, amount::float8) AS timestamp_float8,
       purchases_agg(day, amount::float8) = purchases_agg(day::timestamp AT TIME ZONE 'UTC', amount::float8) AS timestamptz_float8,
       purchases_agg(day, amount::float8) = purchases_agg_zone(day::timestamp AT TIME ZONE 'Asia/Shanghai', amount::float8, 'Asia/Shanghai') AS zone_float8,
       purchases_agg(day, i) = purchases_agg(day, i::numeric) AS integer
FROM orders;
RESET timezone;
SELECT purchases_agg(timestamp '1999-12-31 23:59:59', 1) AS before_2000;
SELECT purchases_agg_zone('2024-01-01 00:00+00', 1, 'Mars/Olympus') AS error;

-- Bad input.
SELECT purchases_agg(date '2024-01-01', 'NaN'::numeric) AS error;
SELECT purchases_agg(date '2024-01-01', 'Infinity'::numeric) AS error;
SELECT purchases_agg(date '2024-01-01', 'NaN'::float8) AS error;
SELECT purchases_agg(date '2024-01-01', '-Infinity'::float8) AS error;
SELECT purchases_agg(date '2024-01-01', 1e300::float8) AS error;
SELECT purchases_agg(date '2024-01-01', 1e-40) AS error;
SELECT purchases_agg(date 'infinity', 5) AS error;
SELECT purchases_agg(timestamp '-infinity', 5) AS error;
SELECT purchases_agg(timestamptz 'infinity', 5.0) AS error;
SELECT purchases_agg(date '0044-03-15 BC', 5) AS error;
SELECT purchases_agg(date '10000-01-01', 5) AS error;
SELECT purchases_agg(date '2024-01-01', x) AS error_sum FROM (VALUES (1e38), (9e37)) AS t(x);
SELECT purchases_agg(date '2024-01-01', x) AS error_sum_at_scale FROM (VALUES (1e37), (0.01)) AS t(x);

-- Amounts: exact, and shown as sum(numeric) shows them, over magnitudes and scales; doubles are their shortest decimals.
SELECT setseed(0.5);
CREATE TEMP TABLE amounts AS
    SELECT i, i % 400 AS g, 0::numeric AS x, 0::float8 AS y FROM generate_series(1, 6000) AS i;
UPDATE amounts SET
    x = trunc((random() * power(10, (random() * 14)::int))::numeric, (random() * 17)::int) * CASE WHEN random() < 0.4 THEN -1 ELSE 1 END,
    y = CASE i % 5 WHEN 0 THEN (random() * 1e4)::numeric(12, 2)::float8 WHEN 1 THEN random() * 1000 WHEN 2 THEN -random() * 1e15
                   WHEN 3 THEN (random() * 1e6)::int ELSE (random() * 1e3)::numeric(9, 3)::float8 * 0.9 END;
SELECT count(*) AS groups, count(*) FILTER (WHERE ours::text <> sql::text) AS different
FROM (SELECT revenue(purchases_agg(date '2024-01-01', x)) AS ours, sum(x) AS sql FROM amounts GROUP BY g) AS t;
SELECT count(*) AS groups, count(*) FILTER (WHERE ours::text <> sql::text) AS different
FROM (SELECT revenue(purchases_agg(date '2024-01-01', y)) AS ours, sum(y::text::numeric) AS sql FROM amounts GROUP BY g) AS t;
SELECT revenue(purchases_agg(date '2024-01-01', x)) AS three_tenths FROM (VALUES (0.1::float8), (0.2)) AS t(x);
SELECT revenue(purchases_agg(date '2024-01-01', x)) AS largest
FROM (VALUES (170141183460469231731687303715884105726), (1)) AS t(x);

-- Every accessor against plain SQL, customer by customer.
CREATE TEMP TABLE by_customer AS
    SELECT customer, purchases_agg(day, amount) AS p FROM orders WHERE customer % 5 <> 4 OR amount < 0 GROUP BY customer;
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
       count(*) FILTER (WHERE average_order_value(p)::text IS DISTINCT FROM (plain.revenue / nullif(n, 0))::text) AS wrong_average,
       count(*) FILTER (WHERE recency(p, '2024-04-30') IS DISTINCT FROM date '2024-04-30' - last) AS wrong_recency,
       count(*) FILTER (WHERE tenure(p, '2024-04-30') IS DISTINCT FROM date '2024-04-30' - first) AS wrong_tenure,
       count(*) FILTER (WHERE abs(purchase_frequency(p, '2024-04-30', 30) - n / (date '2024-04-30' - first)::float8 * 30) > 1e-12) AS wrong_frequency,
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
SELECT count(*) AS days, count(*) FILTER (WHERE cut IS DISTINCT FROM direct) AS wrong, count(*) FILTER (WHERE later IS DISTINCT FROM rest) AS wrong_later
FROM (SELECT d, purchases_until(whole, d)::text AS cut,
             (SELECT purchases_agg(day, amount) FROM orders WHERE day <= d)::text AS direct,
             purchase_days(whole, d, '2024-12-31') AS later,
             (SELECT count(DISTINCT day) FROM orders WHERE day > d AND amount >= 0) AS rest
      FROM (SELECT purchases_agg(day, amount) AS whole FROM orders) AS w,
           generate_series(0, 95, 5) AS n, LATERAL (SELECT date '2023-12-30' + n AS d) AS at) AS t;
SELECT recency(purchases_until(p, '2024-01-02'), '2024-01-02') AS one_day
FROM (SELECT purchases_agg(at, 5) AS p FROM (VALUES (date '2024-01-01'), ('2024-01-03')) AS t(at)) AS s;

-- Nothing bought: counts are zero, the rest is NULL. Only refunds: no purchase, but revenue.
SELECT purchase_count('1:'::purchases_state) AS zero, purchase_days('1:') AS no_days, first_purchase('1:') IS NULL AS first, revenue('1:'::purchases_state) IS NULL AS revenue,
       refunds('1:'::purchases_state) IS NULL AS refunds, average_order_value('1:'::purchases_state) IS NULL AS average, recency('1:'::purchases_state, '2024-01-01') IS NULL AS recency,
       purchase_frequency('1:', '2024-01-01') IS NULL AS frequency, repeat_purchases('1:') IS NULL AS x, repeat_amount('1:') IS NULL AS m;
SELECT purchase_count(p) AS zero, revenue(p) AS minus_five, refunds(p) AS five, average_order_value(p) IS NULL AS no_average,
       tenure(p, '2024-02-01') IS NULL AS no_tenure
FROM (SELECT purchases_agg(date '2024-01-01', -5) AS p) AS t;
SELECT purchase_frequency(purchases_agg(date '2024-01-01', 5), '2024-01-01') IS NULL AS no_tenure_yet;
SELECT * FROM model_inputs('1:'::purchases_state, '2024-01-01');
SELECT * FROM model_inputs('1:2024-01-01,3,30.00,0.00'::purchases_state, '2024-01-08', 7);
SELECT recency('1:2024-01-03,1,5,0'::purchases_state, '2024-01-02') AS error_purchase_after;
SELECT tenure('1:2024-01-03,1,5,0;2024-02-03,0,0,5', '2024-02-02') AS error_refund_after;
SELECT tenure('1:2024-01-03,1,5,0', 'infinity') AS error;
SELECT purchase_frequency('1:2024-01-03,1,5,0', '2024-02-03', 0) AS error;
SELECT purchase_days('1:', '2024-02-01', '2024-01-01') AS error;

-- Merging in any order is the whole; the empty value changes nothing; scales differ.
SELECT rollup(p ORDER BY customer) = (SELECT purchases_agg(day, amount) FROM orders) AS rolled_up,
       rollup(p ORDER BY customer) = rollup(p ORDER BY -customer) AS any_order
FROM (SELECT customer, purchases_agg(day, amount) AS p FROM orders GROUP BY customer
      UNION ALL SELECT 99, '1:' UNION ALL SELECT 98, NULL) AS parts;
SELECT count(*) AS groups, count(*) FILTER (WHERE up <> down OR up <> whole) AS wrong
FROM (SELECT g, rollup(p ORDER BY part) AS up, rollup(p ORDER BY -part) AS down
      FROM (SELECT g, i % 3 AS part, purchases_agg(date '2024-01-01' + i % 17, x) AS p FROM amounts GROUP BY g, i % 3) AS parts GROUP BY g) AS r
JOIN (SELECT g, purchases_agg(date '2024-01-01' + i % 17, x) AS whole FROM amounts GROUP BY g) AS w USING (g);

-- Text there and back; row order; windows, where the state of a frame must not be changed by the next row.
SELECT count(*) AS customers, count(*) FILTER (WHERE p <> p::text::purchases_state) AS wrong FROM by_customer;
SELECT purchases_agg(day, amount ORDER BY i) = purchases_agg(day, amount ORDER BY md5(i::text)) AS row_order FROM orders;
SELECT count(*) AS rows, count(*) FILTER (WHERE revenue(p) IS DISTINCT FROM s) AS wrong
FROM (SELECT purchases_agg(day, amount) OVER w AS p, sum(amount) OVER w AS s FROM orders WHERE i < 300 WINDOW w AS (PARTITION BY customer ORDER BY i)) AS t;
SELECT count(DISTINCT p) AS distinct_values FROM (SELECT p FROM by_customer UNION ALL SELECT p FROM by_customer) AS t;
