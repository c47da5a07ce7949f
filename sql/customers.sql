-- customers: the purchases of all customers in one value.
CREATE TEMP TABLE orders AS
    SELECT i, (i::bigint * 7919) % 503 - 100 AS customer,
           date '2024-01-01' + (i::bigint * i * 13 + i / 5)::int % 90 AS day,
           CASE i % 11 WHEN 3 THEN NULL WHEN 5 THEN -(i % 7 + 1) * 1.25 WHEN 7 THEN 0
           ELSE (i * 31 % 9973) / 100.0 END::numeric(10, 2) AS amount
    FROM generate_series(1, 9000) AS i WHERE (i * 7919) % 503 > 20 OR i % 11 = 5;

-- Text form: latest day; then id=purchases,paid,refunded,paid on the first day,days.
SELECT '1:bigint'::customers_state AS empty;
SELECT customers_agg(id, at, amount) AS three_customers
FROM (VALUES (3, date '2024-01-05', 10.0), (3, '2024-01-05', 2.50), (1, '2024-01-07', 7), (3, '2024-01-01', 1),
        (3, '2024-01-03', 1),
             (2, '2024-02-01', -3), (NULL, '2024-01-01', 5), (4, NULL, 5), (5, '2024-01-01', NULL)) AS t(id, at,
             amount);
SELECT customers_agg(id, at, 1) AS uuid
FROM (VALUES ('b0000000-0000-0000-0000-000000000000'::uuid, date '2024-01-05'),
        ('a0000000-0000-0000-0000-000000000000', '2024-01-06')) AS t(id, at);
SELECT customers_agg(id, at, 1.5::float8) AS text
FROM (VALUES ('say "hi"', date '2024-01-05'), ('', '2024-01-06'), ('张伟', '2024-01-07')) AS t(id, at);
-- Gaps between days on both sides of every power of two: in order, backwards, of two states, and read again.
WITH gaps AS (
    SELECT DISTINCT (1 << n) + d AS gap FROM generate_series(0, 20) AS n, generate_series(-1, 1) AS d
    WHERE (1 << n) + d > 0
), days AS (
    SELECT gap, n, date '2000-01-01' + CASE n WHEN 1 THEN 0 ELSE gap + n - 2 END AS day
    FROM gaps, generate_series(1, 3) AS n
), states AS (
    SELECT gap, customers_agg(1, day, 1 ORDER BY n) AS forward, customers_agg(1, day, 1 ORDER BY n DESC) AS backward,
           customers_agg(1, day, 1) FILTER (WHERE n <> 2) + customers_agg(1, day, 1) FILTER (WHERE n = 2) AS added
    FROM days GROUP BY gap
)
SELECT count(*) AS gaps, bool_and(forward::text = wanted) AS in_order, bool_and(backward::text = wanted) AS backwards,
       bool_and(added::text = wanted) AS added, bool_and(wanted::customers_state = forward) AS read
FROM states,
     LATERAL (SELECT format('1:bigint,%s;1=3,3,0,1,2000-01-01+%s+1',
                            to_char(date '2000-01-02' + gap, 'YYYY-MM-DD'), gap)) AS w(wanted);
SELECT '1:number'::customers_state AS error;
SELECT '1:bigint,2024-01-05'::customers_state AS error;
SELECT '1:bigint,2024-01-05;1=1,5,0,5,2024-01-05;'::customers_state AS error;
SELECT '1:bigint,2024-01-05;2=1,5,0,5,2024-01-05;1=1,5,0,5,2024-01-05'::customers_state AS error_order;
SELECT '1:bigint,2024-01-05;1=1,5,0,5,2024-01-05;1=1,5,0,5,2024-01-05'::customers_state AS error_twice;
SELECT '1:bigint,2024-01-05;1=1,5.0,0,5.0,2024-01-05'::customers_state AS error_scale;
SELECT '1:bigint,2024-01-05;1=1,5,0,5,2024-01-05;2=1,5.0,0.0,5.0,2024-01-05'::customers_state AS error_scale;
SELECT '1:bigint,2024-01-05;1=1,5,0,6,2024-01-05'::customers_state AS error_first_day;
SELECT '1:bigint,2024-01-05;1=1,5,0,4,2024-01-05'::customers_state AS error_only_day;
SELECT '1:bigint,2024-01-05;1=1,5,-1,5,2024-01-05'::customers_state AS error_negative;
SELECT '1:bigint,2024-01-05;1=2,5,0,5,2024-01-01+1+1'::customers_state AS error_more_days_than_purchases;
SELECT '1:bigint,2024-01-05;1=1,5,0,5'::customers_state AS error_no_day;
SELECT '1:bigint,2024-01-05;1=0,0,0,0'::customers_state AS error_nothing_happened;
SELECT '1:bigint,2024-01-05;1=2,5,0,5,2024-01-05+1'::customers_state AS error_after_latest;
SELECT '1:bigint,2024-01-05;1=2,5,0,5,2024-01-05+0'::customers_state AS error_no_distance;
SELECT '1:uuid,2024-01-05;1=1,5,0,5,2024-01-05'::customers_uuid_state AS error_no_uuid;
SELECT '1:text,2024-01-05;1=1,5,0,5,2024-01-05'::customers_text_state AS error_no_quotes;
SELECT '2:bigint'::customers_state AS error_newer_version;

-- Nothing, NULL, one. Over no rows there is the empty value, of no values there is none.
SELECT customers_agg(customer, day, amount) = '1:bigint' AS nothing,
       customers_agg(customer::text, day, amount) = '1:text' AS of_texts,
       customers_agg(md5(customer::text)::uuid, day, amount) = '1:uuid' AS of_uuids,
       customers_zone_agg(customer, day::timestamptz, amount, 'UTC') = '1:bigint' AS in_a_zone,
       clv(customer, amount) IS NULL AS no_clv
FROM orders WHERE false;
SELECT customers_agg(1, NULL::date, 1.0) AS skipped, customers_agg(NULL::bigint, '2024-01-01', 1.0) AS skipped_2,
       customers_agg('c', '2024-01-01', NULL::float8) AS skipped_3,
       customers_zone_agg(1, '2024-01-01 00:00+00', 1.0, NULL) AS skipped_4;
SELECT rollup(c) IS NULL AS of_nothing FROM (SELECT customers_agg(1, '2024-01-01', 1.0) AS c) AS s WHERE false;
SELECT rollup(NULL::customers_state) IS NULL AS of_null, rollup('1:bigint'::customers_state) AS of_empty;
SELECT count(*) AS groups, count(*) FILTER (WHERE f = '1:bigint') AS empty, count(*) FILTER (WHERE f IS NULL) AS none,
       count(*) FILTER (WHERE f <> coalesce(w, '1:bigint')) AS wrong
FROM (SELECT i % 977 AS g, customers_agg(customer, day, amount) FILTER (WHERE amount > 90) AS f
      FROM orders GROUP BY 1) AS filtered
LEFT JOIN (SELECT i % 977 AS g, customers_agg(customer, day, amount) AS w
           FROM orders WHERE amount > 90 GROUP BY 1) AS of_where USING (g);
SELECT * FROM purchases(NULL::customers_state);
SELECT * FROM purchases('1:bigint'::customers_state);
SELECT * FROM customers_summary('1:text'::customers_text_state);
SELECT customer_count('1:bigint'::customers_state) AS zero, revenue('1:bigint'::customers_state) IS NULL AS revenue,
       average_order_value('1:bigint'::customers_state) IS NULL AS average;
SELECT * FROM purchases('1:bigint,2024-01-05;7=2,5.00,1.00,2.00,2024-01-02+3'::customers_state, '2024-01-31');
SELECT * FROM model_inputs('1:bigint,2024-01-05;7=2,5.00,1.00,2.00,2024-01-02+3;8=0,0.00,1.00,0.00'::customers_state,
           '2024-01-16', 7);

-- Bad input.
SELECT customers_agg(id, date '2024-01-01', x) AS error FROM (VALUES (4710, 5::numeric), (4711, 'NaN')) AS t(id, x);
SELECT customers_agg(1, date '2024-01-01', 'Infinity'::float8) AS error;
SELECT customers_agg(md5('1')::uuid, date '2024-01-01', 1e-40) AS error;
SELECT customers_agg(repeat('long', 40), date '2024-01-01', '-Infinity'::numeric) AS error;
SELECT customers_agg(1, timestamp 'infinity', 1) AS error;
SELECT customers_agg('a "b"', date '0001-12-31 BC', 1.0) AS error;
SELECT customers_agg(1, date '10000-01-01', 1) AS error;
SELECT customers_zone_agg(1, timestamptz '-infinity', 1, 'UTC') AS error;
SELECT customers_zone_agg(1, timestamptz '9999-12-31 18:00+00', 1, 'Asia/Shanghai') AS error;
SELECT customers_zone_agg(1, timestamptz '2024-01-01 00:00+00', 1, 'UTC+8') AS error;
SELECT customers_agg(id, date '2024-01-01', x) AS error_sum
FROM (VALUES (1, 5::numeric), (2, 1e38), (2, 9e37)) AS t(id, x);
SELECT customers_agg(id, date '2024-01-01', x) AS error_finer FROM (VALUES (1, 1e37::numeric), (2, 0.01)) AS t(id, x);
SELECT rollup(c) AS error_merged
FROM (SELECT customers_agg('c1', date '2024-01-01', 1e38) AS c FROM generate_series(1, 2) AS g GROUP BY g) AS s;
SELECT rollup(c) AS error_orders
FROM (VALUES ('1:bigint,2024-01-05;7=4294967290,5,0,5,2024-01-05'::customers_state),
             ('1:bigint,2024-01-05;7=7,5,0,5,2024-01-05')) AS t(c);
SELECT count(*) AS error FROM purchases('1:bigint,2024-01-05;7=1,5,0,5,2024-01-05'::customers_state, '2024-01-04');
SELECT count(*) AS error FROM purchases('1:bigint,2024-01-05;7=1,5,0,5,2024-01-05'::customers_state, 'infinity');
SELECT count(*) AS error FROM purchases('1:bigint,2024-01-05;7=1,5,0,5,2024-01-05'::customers_state, '10000-01-01');
SELECT count(*) AS error FROM model_inputs('1:bigint'::customers_state, '2024-01-06', 0);
SELECT repeat_customers('1:bigint'::customers_state, 'week') AS error;
SELECT '1:text,2024-01-05;"7"=1,5,0,5,2024-01-05'::customers_state AS error;

-- Every column against plain SQL and against the purchases of GROUP BY customer.
CREATE TEMP TABLE plain AS
    SELECT customer AS customer_id, count(*) FILTER (WHERE amount >= 0) AS purchases,
           count(DISTINCT day) FILTER (WHERE amount >= 0) AS purchase_days,
           min(day) FILTER (WHERE amount >= 0) AS first_purchase, max(day) FILTER (WHERE amount >= 0) AS last_purchase,
           sum(amount) AS revenue, -coalesce(sum(amount) FILTER (WHERE amount < 0), 0) AS refunds,
           sum(amount) / nullif(count(*) FILTER (WHERE amount >= 0), 0) AS average_order_value,
           (date '2024-04-30' - max(day) FILTER (WHERE amount >= 0))::float8 AS recency,
           (date '2024-04-30' - min(day) FILTER (WHERE amount >= 0))::float8 AS tenure
    FROM orders WHERE amount IS NOT NULL GROUP BY customer;
CREATE TEMP TABLE ours AS SELECT customers_agg(customer, day, amount) AS c FROM orders;
SELECT (SELECT count(*) FROM plain) AS customers, (SELECT count(*) FROM plain WHERE purchases = 0) AS only_refunds,
       (SELECT count(*) FROM (SELECT p.* FROM ours, purchases(c, '2024-04-30') AS p EXCEPT ALL SELECT *
               FROM plain) AS t) AS wrong,
       (SELECT count(*)
           FROM (SELECT * FROM plain EXCEPT ALL SELECT p.* FROM ours, purchases(c, '2024-04-30') AS p) AS t) AS missing;
SELECT count(*) AS models, count(*) FILTER (WHERE m IS NULL) AS once,
       count(*) FILTER (WHERE m IS DISTINCT FROM s) AS wrong
FROM (SELECT customer_id, (x, t_x, t, m)::text AS m FROM ours, model_inputs(c, '2024-04-30', 7)) AS a
FULL JOIN (SELECT customer AS customer_id, (m.x, m.t_x, m.t, m.m)::text AS s
           FROM (SELECT customer, purchases_agg(day, amount) AS p FROM orders WHERE amount IS NOT NULL
                   GROUP BY customer) AS g,
                model_inputs(p, '2024-04-30', 7) AS m WHERE x IS NOT NULL) AS b USING (customer_id);
SELECT s.customers = n AS customers, s.repeat_customers = repeaters AS repeaters,
       s.purchases = p.purchases AS purchases, s.purchase_days = p.days AS days,
       s.first_purchase = first AS first, s.last_purchase = last AS last, s.revenue = p.revenue AS revenue,
       s.refunds = p.refunds AS refunds,
       s.average_order_value = p.revenue / p.purchases AS average,
       s.purchases_per_customer = p.purchases / n::float8 AS frequency,
       s.revenue_per_customer = p.revenue / n AS per_customer,
       customer_count(c) = n AND repeat_customers(c) = repeaters AND repeat_customers(c, 'day') = day_repeaters
       AND purchase_count(c) = p.purchases
       AND revenue(c) = p.revenue AND refunds(c) = p.refunds
           AND average_order_value(c) = p.revenue / p.purchases AS accessors
FROM ours, customers_summary(c) AS s,
     (SELECT count(*) FILTER (WHERE purchases > 0) AS n, count(*) FILTER (WHERE purchases > 1) AS repeaters,
         count(*) FILTER (WHERE purchase_days > 1) AS day_repeaters,
             sum(purchases) AS purchases, sum(purchase_days) AS days, min(first_purchase) AS first,
             max(last_purchase) AS last,
             sum(revenue) AS revenue, sum(refunds) AS refunds FROM plain) AS p;
-- The ledger of all rows is the same as that of each customer, added up.
SELECT revenue(purchases_agg(day, amount)) = (SELECT revenue(c) FROM ours) AS same_revenue FROM orders;

-- Every form of id, time and amount gives the same value, whatever the session's time zone and date style.
SET timezone = 'America/New_York';
SET datestyle = 'SQL, DMY';
CREATE TEMP TABLE forms AS
    SELECT customer AS b, customer::int AS i, customer::smallint AS s, 'v' || customer AS t,
           ('v' || customer)::varchar(20) AS v,
           ('00000000-0000-0000-0000-' || lpad((customer + 1000)::text, 12, '0'))::uuid AS u,
           day, day::timestamp + '23:59:59.999999' AS ts, (day::timestamp + '00:30') AT TIME ZONE 'Asia/Shanghai' AS tz,
           amount AS n, amount::float8 AS f, amount::real AS r, trunc(amount)::int AS whole
    FROM orders;
SELECT count(*) AS forms, count(*) FILTER (WHERE c <> (SELECT customers_agg(b, day, n) FROM forms)) AS wrong
FROM (SELECT customers_agg(b, ts, n) AS c FROM forms
      UNION ALL SELECT customers_agg(i, day, n) FROM forms
      UNION ALL SELECT customers_agg(s, ts, n) FROM forms
      UNION ALL SELECT customers_agg(b, day, f) FROM forms
      UNION ALL SELECT customers_agg(s, ts, f) FROM forms
      UNION ALL SELECT customers_zone_agg(b, tz, n, 'Asia/Shanghai') FROM forms
      UNION ALL SELECT customers_zone_agg(i, tz, f, 'asia/shanghai') FROM forms) AS ours;
SELECT count(*) AS forms, count(*) FILTER (WHERE c <> (SELECT customers_agg(t, day, n) FROM forms)) AS wrong
FROM (SELECT customers_agg(t, ts, n) AS c FROM forms
      UNION ALL SELECT customers_agg(v, day, n) FROM forms
      UNION ALL SELECT customers_agg(v, ts, f) FROM forms
      UNION ALL SELECT customers_zone_agg(t, tz, n, 'Asia/Shanghai') FROM forms
      UNION ALL SELECT customers_zone_agg(v, tz, f, 'Asia/Shanghai') FROM forms) AS ours;
SELECT count(*) AS forms, count(*) FILTER (WHERE c <> (SELECT customers_agg(u, day, n) FROM forms)) AS wrong
FROM (SELECT customers_agg(u, ts, n) AS c FROM forms
      UNION ALL SELECT customers_agg(u, ts, f) FROM forms
      UNION ALL SELECT customers_zone_agg(u, tz, n, 'Asia/Shanghai') FROM forms
      UNION ALL SELECT customers_zone_agg(u, tz, f, 'Asia/Shanghai') FROM forms) AS ours;
SELECT count(*) AS forms,
       count(*) FILTER (WHERE c <> (SELECT customers_agg(b, day, whole::numeric) FROM forms)) AS wrong
FROM (SELECT customers_agg(b, ts, whole) AS c FROM forms
      UNION ALL SELECT customers_agg(b, ts, whole::smallint) FROM forms
      UNION ALL SELECT customers_agg(b, ts, whole::bigint) FROM forms
      UNION ALL SELECT customers_agg(b, ts, whole::real) FROM forms
      UNION ALL SELECT customers_zone_agg(b, tz, whole, 'Asia/Shanghai') FROM forms) AS ours;
SELECT customers_agg(b, day, r) = customers_agg(b, day, r::float8) AS real_is_float8 FROM forms;
-- A zone for each row, and moments in no order.
SELECT customers_zone_agg(b, tz, n, zone ORDER BY md5(ts::text || b)) =
       customers_agg(b, (tz AT TIME ZONE zone)::date, n) AS zone_of_each_row
FROM (SELECT *, (ARRAY['UTC', 'Asia/Shanghai', 'America/New_York', 'Europe/Berlin'])[1 + abs(b) % 4] AS zone
      FROM forms) AS z;
-- Moments around midnight, around changes of the clock, in years far away: each has the day that AT TIME ZONE gives.
CREATE TEMP TABLE moments AS
    SELECT row_number() OVER () AS id, zone,
           timestamptz '2024-03-09 22:00+00' + y * interval '1 year' + minute * interval '7 minutes' AS at
    FROM (VALUES ('America/New_York'), ('Europe/Berlin'), ('Asia/Shanghai'), ('Asia/Kathmandu'), ('UTC')) AS z(zone),
         (VALUES (-1900), (-90), (0), (3000)) AS years(y), generate_series(0, 400) AS minute;
SELECT count(*) AS moments, count(*) FILTER (WHERE first_purchase <> (at AT TIME ZONE zone)::date) AS wrong
FROM (SELECT customers_zone_agg(id, at, 1, zone) AS c FROM moments) AS a, purchases(c) JOIN moments ON customer_id = id;
SELECT count(*) AS moments, count(*) FILTER (WHERE first_purchase <> (at AT TIME ZONE zone)::date) AS wrong
FROM (SELECT customers_zone_agg(id, at, 1, zone ORDER BY md5(id::text)) AS c FROM moments) AS a,
     purchases(c) JOIN moments ON customer_id = id;
SELECT count(*) AS times, count(*) FILTER (WHERE first_purchase <> at::date) AS wrong
FROM (SELECT customers_agg(id, (at AT TIME ZONE 'UTC'), 1) AS c FROM moments) AS a, purchases(c)
JOIN (SELECT id, at AT TIME ZONE 'UTC' AS at FROM moments) AS m ON customer_id = id;
SELECT customers_agg(id, at, 1) AS first_and_last
FROM (VALUES (1, timestamp '0001-01-01'), (1, '9999-12-31 23:59:59.999999'), (2, '1999-12-31 23:59:59.999999'),
             (2, '2000-01-01')) AS t(id, at);
-- Literals and parameters.
SELECT customers_agg(1, '2024-01-02', '5') AS literal, customers_agg(1, '2024-01-02 23:59', 5.0) AS time_of_day,
       customers_zone_agg(1, '2024-01-02 23:59+00', 5.0, 'Asia/Shanghai') AS instant;
PREPARE of_known_types(bigint, timestamp, numeric) AS SELECT customers_agg($1, $2, $3);
EXECUTE of_known_types(1, '2024-01-02', 5.0);
PREPARE of_unknown_types AS SELECT customers_agg($1::bigint, $2, $3::numeric), customers_zone_agg($1, $4, $3, $5);
EXECUTE of_unknown_types(1, '2024-01-02', 5.0, '2024-01-02 20:00+00', 'Asia/Shanghai');
DEALLOCATE ALL;
-- The session's time zone decides no day: instants need the form with a zone, and what is no instant has no other zone.
SELECT customers_agg(1, timestamptz '2024-01-02 20:00+00', 5.0) AS error;
SELECT customers_zone_agg(1, timestamp '2024-01-02 20:00', 5.0, 'Asia/Shanghai') AS error;
SELECT customers_zone_agg(1, date '2024-01-02', 5.0, 'Asia/Shanghai') AS error;
SELECT customers_zone_agg('c1', '2024-01-02 20:00', 5.0, 'Asia/Shanghai') AS error;
SELECT customers_agg(1.5, date '2024-01-02', 5.0) AS error;
SELECT customers_agg(1, date '2024-01-02', 5::money) AS error;
SELECT customers_agg(1, date '2024-01-02', 5::money::numeric) AS money;
RESET datestyle;
RESET timezone;
-- Texts that are equal without being the same bytes are refused: by their collation, and of type citext.
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT customers_agg(t COLLATE any_case, day, n) AS error FROM forms;
SELECT customers_zone_agg(t COLLATE any_case, tz, f, 'UTC') AS error FROM forms;
SELECT clv(t COLLATE any_case, n) AS error FROM forms;
DROP COLLATION any_case;
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS citext;
RESET client_min_messages;
CREATE TEMP TABLE emails AS SELECT 'Ann@x.io'::citext AS email;
SELECT customers_agg(email, date '2024-01-01', 1.0) AS error FROM emails;
SELECT customers_zone_agg(email, '2024-01-01 00:00+00', 1::float8, 'UTC') AS error FROM emails;
SELECT clv(email, 1.0) AS error FROM emails;
SELECT customers_agg(lower(email), date '2024-01-01', 1.0) AS lower_case FROM emails;

WITH f AS (SELECT customer, ('00000000-0000-0000-0000-' || lpad((customer + 1000)::text, 12, '0'))::uuid AS u, day,
        amount FROM orders),
     a AS (SELECT customers_agg(customer, day, amount) AS b, customers_agg(u, day, amount) AS u,
         customers_agg(customer::text, day, amount) AS t FROM f)
SELECT (SELECT count(*) FROM (SELECT p.* FROM a, purchases(b) AS p EXCEPT SELECT (p.customer_id::bigint), purchases,
               purchase_days, first_purchase, last_purchase, revenue, refunds, average_order_value, recency, tenure
               FROM a, purchases(t) AS p) AS d) AS wrong_text,
       (SELECT count(*) FROM (SELECT (customer_id::bigint), revenue, purchase_days FROM a, purchases(b)
               EXCEPT SELECT (substr(customer_id::text, 25)::bigint - 1000), revenue, purchase_days FROM a,
                   purchases(u)) AS d) AS wrong_uuid;

-- Finer and finer amounts: the scale of all grows.
SELECT count(*) FILTER (WHERE p.revenue::text <> s.revenue) AS wrong, count(*) AS customers,
       max(scale(p.revenue)) AS nine
FROM (SELECT customers_agg(i % 50, date '2024-01-01' + i,
            (i * 37 % 1000)::numeric / power(10::numeric, i / 60)::numeric(20, 0)) AS c FROM generate_series(1,
            600) AS i) AS a,
     LATERAL (SELECT customer_id::int AS id, trim_scale(revenue) AS revenue FROM purchases(c)) AS p
JOIN (SELECT i % 50 AS id,
        trim_scale(sum((i * 37 % 1000)::numeric / power(10::numeric, i / 60)::numeric(20, 0)))::text AS revenue
        FROM generate_series(1, 600) AS i GROUP BY 1) AS s USING (id);

-- Merging: parts by customer, by row and by day, in any order, are the whole; the empty value and NULL change nothing.
CREATE TEMP TABLE parts AS
    SELECT 1 AS way, customers_agg(customer, day, amount) AS c FROM orders GROUP BY customer % 7
    UNION ALL SELECT 2, customers_agg(customer, day, amount) FROM orders GROUP BY i % 13
    UNION ALL SELECT 3, customers_agg(customer, day, amount) FROM orders GROUP BY day
    UNION ALL SELECT 4, customers_agg(customer, day, amount) FROM orders GROUP BY i % 200
    UNION ALL SELECT way, '1:bigint' FROM generate_series(1, 4) AS way
    UNION ALL SELECT way, NULL FROM generate_series(1, 4) AS way;
SELECT way, count(*) AS parts, rollup(c ORDER BY n) = (SELECT c FROM ours) AS rolled_up,
       rollup(c ORDER BY -n) = (SELECT c FROM ours) AS any_order
FROM (SELECT row_number() OVER () AS n, * FROM parts) AS p GROUP BY way ORDER BY way;
SELECT customers_agg(customer, day, amount ORDER BY md5(i::text)) = (SELECT c FROM ours) AS row_order FROM orders;
SELECT c = c::text::customers_state AS text_form FROM ours;
SELECT count(*) AS rows, count(*) FILTER (WHERE customer_count(c) <> n) AS wrong_frames
FROM (SELECT customers_agg(customer, day, amount) OVER (ORDER BY i) AS c,
             (SELECT count(DISTINCT customer) FROM orders AS o WHERE o.i <= orders.i AND amount >= 0) AS n FROM orders
             WHERE i <= 200) AS t WHERE c IS NOT NULL;

-- Customers of many days, with gaps of a day to some decades, in any order: against count(DISTINCT), and one value.
CREATE TEMP TABLE many_days AS
    SELECT c, i, date '0500-01-01' + mod(abs(hashint8extended(c, i)::numeric), 250 * 60.0 ^ (c % 3))::int AS day
    FROM generate_series(1, 12) AS c, generate_series(1, 30 * c) AS i;
SELECT max(days) > 300 AS many, max(longest) > 128 * 128 AS long, bool_or(longest < 128) AS short
FROM (SELECT count(*) AS days, max(gap) AS longest
      FROM (SELECT c, day - lag(day) OVER (PARTITION BY c ORDER BY day) AS gap
            FROM (SELECT DISTINCT c, day FROM many_days) AS d) AS g GROUP BY c) AS each;
WITH ways AS (
    SELECT 'as drawn' AS way, customers_agg(c, day, 1 ORDER BY i) AS s FROM many_days
    UNION ALL SELECT 'rising', customers_agg(c, day, 1 ORDER BY day) FROM many_days
    UNION ALL SELECT 'falling', customers_agg(c, day, 1 ORDER BY day DESC) FROM many_days
    UNION ALL SELECT 'merged', rollup(s) FROM (SELECT customers_agg(c, day, 1) AS s FROM many_days GROUP BY i % 5) AS p
    UNION ALL SELECT 'with few', rollup(s ORDER BY few)
    FROM (SELECT i <= 10 AS few, customers_agg(c, day, 1) AS s FROM many_days GROUP BY i <= 10) AS p
    UNION ALL SELECT 'to few', rollup(s ORDER BY few DESC)
    FROM (SELECT i <= 10 AS few, customers_agg(c, day, 1) AS s FROM many_days GROUP BY i <= 10) AS p
    UNION ALL SELECT 'from text', s::text::customers_state
    FROM (SELECT customers_agg(c, day, 1) AS s FROM many_days) AS t)
SELECT way, count(*) AS customers, count(*) FILTER (WHERE p.purchase_days <> days) AS wrong,
       s = (SELECT s FROM ways WHERE way = 'rising') AS same
FROM ways, purchases(s) AS p
JOIN (SELECT c, count(DISTINCT day) AS days FROM many_days GROUP BY c) AS d ON c = customer_id
GROUP BY way, s ORDER BY way;

-- Thousands of small random cases, where days, refunds and customers collide.
SELECT setseed(0.25);
CREATE TEMP TABLE cases AS
    SELECT k, (random() * 3)::int AS id, date '2024-02-27' + (random() * 6)::int AS day,
           trunc((random() * 12 - 3)::numeric, (random() * 2)::int) AS amount,
           (random() * 2)::int AS part
    FROM generate_series(1, 2000) AS k, generate_series(1, 8);
SELECT count(*) AS cases, count(*) FILTER (WHERE ours IS DISTINCT FROM sql) AS wrong,
       count(*) FILTER (WHERE ours IS DISTINCT FROM merged) AS wrong_merged
FROM (SELECT k, customers_agg(id, day, amount) AS c FROM cases GROUP BY k) AS a
JOIN (SELECT k, rollup(c ORDER BY part) AS r
        FROM (SELECT k, part, customers_agg(id, day, amount) AS c FROM cases GROUP BY k, part) AS p
        GROUP BY k) AS m USING (k)
JOIN (SELECT k, string_agg(concat_ws(' ', id, n, days, first, last, revenue, refunds, m), ';' ORDER BY id) AS sql
      FROM (SELECT k, id, count(*) FILTER (WHERE amount >= 0) AS n,
              count(DISTINCT day) FILTER (WHERE amount >= 0) AS days, min(day) FILTER (WHERE amount >= 0) AS first,
                   max(day) FILTER (WHERE amount >= 0) AS last, trim_scale(sum(amount)) AS revenue,
                   trim_scale(-coalesce(sum(amount) FILTER (WHERE amount < 0), 0)) AS refunds,
                   round(sum(amount) FILTER (WHERE amount >= 0 AND day > first) /
                       nullif(count(DISTINCT day) FILTER (WHERE amount >= 0 AND day > first), 0), 6) AS m
            FROM (SELECT *, min(day) FILTER (WHERE amount >= 0) OVER (PARTITION BY k, id) AS first FROM cases) AS f
            GROUP BY k, id) AS s GROUP BY k) AS s USING (k),
LATERAL (SELECT string_agg(concat_ws(' ', p.customer_id, purchases, purchase_days, first_purchase, last_purchase,
            trim_scale(revenue), trim_scale(refunds), round(m::numeric, 6)), ';' ORDER BY p.customer_id) AS ours
         FROM purchases(c) AS p LEFT JOIN model_inputs(c, '2024-12-31') USING (customer_id)) AS o,
LATERAL (SELECT string_agg(concat_ws(' ', p.customer_id, purchases, purchase_days, first_purchase, last_purchase,
            trim_scale(revenue), trim_scale(refunds), round(m::numeric, 6)), ';' ORDER BY p.customer_id) AS merged
         FROM purchases(r) AS p LEFT JOIN model_inputs(r, '2024-12-31') USING (customer_id)) AS q;

-- More customers than fit the cache: rows come in batches.
CREATE TEMP TABLE many AS
    SELECT i, (hashint4(i) & 2147483647) % 7000 AS id,
           date '2024-01-01' + (hashint4(i + 50000) & 2147483647) % 60 AS day,
           ((hashint4(i - 50000) & 2147483647) % 10000 / 100.0 - 10)::numeric(10, 2) AS amount
    FROM generate_series(1, 30000) AS i;
CREATE TEMP TABLE many_plain AS
    SELECT id, count(*) FILTER (WHERE amount >= 0) AS purchases, count(DISTINCT day) FILTER (WHERE amount >= 0) AS days,
           max(day) FILTER (WHERE amount >= 0) AS last, sum(amount) AS revenue FROM many GROUP BY id;
SELECT count(*) AS customers,
       count(*) FILTER (WHERE (p.purchases, purchase_days, last_purchase, p.revenue) IS DISTINCT FROM (s.purchases,
               days, last, s.revenue)) AS wrong
FROM (SELECT customers_agg(id, day, amount) AS c FROM many) AS a, purchases(c) AS p
FULL JOIN many_plain AS s ON customer_id::int = id;
SELECT count(*) AS customers,
       count(*) FILTER (WHERE (p.purchases, purchase_days, last_purchase, p.revenue) IS DISTINCT FROM (s.purchases,
               days, last, s.revenue)) AS wrong
FROM (SELECT customers_agg('customer ' || id, day, amount) AS c FROM many) AS a, purchases(c) AS p
FULL JOIN many_plain AS s ON customer_id = 'customer ' || id;
SELECT rollup(c ORDER BY part) = (SELECT customers_agg(id, day, amount) FROM many) AS rolled_up,
       rollup(c ORDER BY part DESC) = rollup(c ORDER BY part) AS any_order
FROM (SELECT i % 3 AS part, customers_agg(id, day, amount) AS c FROM many WHERE i % 3 > 0 OR i < 3000 GROUP BY 1
      UNION ALL SELECT 4, customers_agg(id, day, amount) FROM many WHERE i % 3 = 0 AND i >= 3000) AS parts;

-- Thousands of customers wait in batches: ids of three types, texts short and long, refunds, sums beyond 64 bits and
-- finer fractions
-- that come late; each customer as GROUP BY has it, in any order of rows, and rolled up.
CREATE TEMP TABLE batched AS
    SELECT i, i * 7919 % 20011 AS id, repeat((i * 7919 % 20011)::text || '-', 1 + i * 7919 % 20011 % 40) AS name,
           md5((i * 7919 % 20011)::text)::uuid AS uid,
           date '2020-01-01' + i * 31 % 1500 AS day,
           CASE WHEN i % 97 = 0 THEN -1.5 WHEN i % 1009 = 0 THEN 90000000000000000000.25 WHEN i % 503 = 0 THEN 1.2345
           ELSE i % 1000 * 0.01 END::numeric AS amount
    FROM generate_series(1, 100000) AS i;
CREATE TEMP TABLE grouped AS
    SELECT id, name, uid, count(*) FILTER (WHERE amount >= 0) AS purchases,
           count(DISTINCT day) FILTER (WHERE amount >= 0) AS days, min(day) FILTER (WHERE amount >= 0) AS first,
           max(day) FILTER (WHERE amount >= 0) AS last, sum(amount) AS revenue,
           coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS refunds
    FROM batched GROUP BY id, name, uid;
SELECT kind, count(*) AS customers,
       count(*) FILTER (WHERE (p.purchases, p.purchase_days, p.first_purchase, p.last_purchase, p.revenue, p.refunds)
                                                  IS DISTINCT FROM (grouped.purchases, grouped.days, grouped.first,
                                                      grouped.last, grouped.revenue, grouped.refunds)) AS wrong
FROM (SELECT 'bigint' AS kind, customer_id::text AS customer_id, purchases, purchase_days, first_purchase,
        last_purchase, revenue, refunds FROM (SELECT customers_agg(id::bigint, day, amount) AS c FROM batched) AS b,
        purchases(c)
      UNION ALL SELECT 'text', customer_id, purchases, purchase_days, first_purchase, last_purchase, revenue, refunds
      FROM (SELECT customers_agg(name, day, amount) AS c FROM batched) AS b, purchases(c)
      UNION ALL SELECT 'uuid', customer_id::text, purchases, purchase_days, first_purchase, last_purchase, revenue,
          refunds FROM (SELECT customers_agg(uid, day, amount) AS c FROM batched) AS b, purchases(c)) AS p
JOIN (grouped CROSS JOIN
        LATERAL (VALUES ('bigint', grouped.id::text), ('text', grouped.name), ('uuid', grouped.uid::text)) AS k(of_kind,
            key))
    ON of_kind = kind AND key = p.customer_id
GROUP BY kind ORDER BY kind;
SELECT customers_agg(id::bigint, day, amount ORDER BY i DESC) = customers_agg(id::bigint, day, amount) AS any_order,
       customers_agg(name, day, amount ORDER BY i DESC) = customers_agg(name, day, amount) AS any_order_of_texts,
       customers_agg(uid, day, amount)::text::customers_uuid_state = customers_agg(uid, day, amount) AS through_text
FROM batched;
SELECT rollup(c) = (SELECT customers_agg(name, day, amount) FROM batched) AS rolled_up
FROM (SELECT customers_agg(name, day, amount) AS c FROM batched GROUP BY i % 7) AS parts;

-- Customers lie in the order of their ids, whatever these have in common and however far apart they are.
CREATE TEMP TABLE ids AS
    SELECT kind, id FROM generate_series(1, 6000) AS i,
    LATERAL (VALUES ('close', (i * 7919 % 6007)::text),
            ('one far away', (CASE i WHEN 3000 THEN -9223372036854775808 ELSE i * 7919 % 6007 END)::text),
                    ('anywhere', (('x' || left(md5(i::text), 16))::bit(64)::bigint)::text),
                    ('at the least', (-9223372036854775808 + i * 7919 % 6007)::text),
                    ('at the most', (9223372036854775807 - i * 7919 % 6007)::text),
                    ('further up', (i + i / 1500 * 100000)::text), ('further down', (-i - i / 1500 * 100000)::text),
                    ('in two heaps',
                        ((i % 2) * 9000000000000000000 + i / 2 % 1500 * 3000000000 + i)::text)) AS number(kind, id)
    UNION ALL
    SELECT kind, id FROM generate_series(1, 3000) AS i,
    LATERAL (VALUES ('text alike', 'https://shop.example/customers/' || i),
            ('text alike for long', repeat('x', 1500) || i), ('text short', i::text),
                    ('text of texts', left(repeat(chr(97 + i % 3), 40) || i, 1 + i % 43)),
                    ('text in letters', chr(200 + i % 300) || i)) AS text(kind, id)
    UNION ALL
    SELECT kind, id FROM generate_series(1, 3000) AS i,
    LATERAL (VALUES ('uuid alike', '00000000-0000-0000-0000-' || lpad((i * 7919 % 3001)::text, 12, '0')),
            ('uuid anywhere', md5(i::text)::uuid::text)) AS uuid(kind, id);
WITH ours AS (
    SELECT kind, customer_id::text AS customer_id, place
    FROM (SELECT kind, customers_agg(id::bigint, date '2024-01-01', 1) AS c FROM ids WHERE kind !~ '^(text|uuid)'
               GROUP BY kind) AS s,
        purchases(c) WITH ORDINALITY AS p(customer_id, a, b, d, e, f, g, h, i, j, place)
    UNION ALL
    SELECT kind, customer_id::text AS customer_id, place
    FROM (SELECT kind, customers_agg(id, date '2024-01-01', 1) AS c FROM ids WHERE kind LIKE 'text%'
               GROUP BY kind) AS s,
        purchases(c) WITH ORDINALITY AS p(customer_id, a, b, d, e, f, g, h, i, j, place)
    UNION ALL
    SELECT kind, customer_id::text AS customer_id, place
    FROM (SELECT kind, customers_agg(id::uuid, date '2024-01-01', 1) AS c FROM ids WHERE kind LIKE 'uuid%'
               GROUP BY kind) AS s,
        purchases(c) WITH ORDINALITY AS p(customer_id, a, b, d, e, f, g, h, i, j, place)),
plain AS (SELECT kind, id, row_number() OVER (PARTITION BY kind ORDER BY CASE WHEN kind !~ '^(text|uuid)'
            THEN id::numeric END, id COLLATE "C") AS place
          FROM (SELECT DISTINCT kind, id FROM ids) AS d)
SELECT kind, count(*) AS customers, count(*) FILTER (WHERE customer_id IS DISTINCT FROM id) AS misplaced
FROM ours FULL JOIN plain USING (kind, place) GROUP BY kind ORDER BY kind;

-- The rows that come last still wait when the value is made: old customers and new ones, before, between and behind the
-- others,
-- a finer fraction, a refund, an earlier day, a sum beyond 64 bits.
CREATE TEMP TABLE early AS SELECT 2 * i AS id, date '2024-01-01' + i % 50 AS day, 1.5::numeric AS amount
FROM generate_series(1, 6000) AS i;
CREATE TEMP TABLE late (id bigint, day date, amount numeric);
INSERT INTO late VALUES (2, '2023-01-01', 1), (4, '2025-01-01', -0.125), (-5, '2024-02-01', 2),
    (301, '2024-02-02', 3.25), (300, '2024-02-03', 90000000000000000000),
                        (12000, '2024-02-04', 0.001), (99999, '2024-02-05', -1), (-5, '2024-02-06', 2);
SELECT count(*) AS customers,
       count(*) FILTER (WHERE (p.purchases, purchase_days, first_purchase, last_purchase, p.revenue,
               p.refunds) IS DISTINCT FROM
                                                     (s.purchases, days, first, last, s.revenue, s.refunds)) AS wrong
FROM (SELECT customers_agg(id, day, amount) AS c FROM (TABLE early UNION ALL TABLE late) AS all_rows) AS a
CROSS JOIN purchases(c) AS p
FULL JOIN (SELECT id, count(*) FILTER (WHERE amount >= 0) AS purchases,
        count(DISTINCT day) FILTER (WHERE amount >= 0) AS days, min(day) FILTER (WHERE amount >= 0) AS first,
                  max(day) FILTER (WHERE amount >= 0) AS last, sum(amount) AS revenue,
                  coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS refunds
           FROM (TABLE early UNION ALL TABLE late) AS all_rows GROUP BY id) AS s ON customer_id::bigint = s.id;
SELECT customers_agg(id, day, amount) = (SELECT customers_agg(id, day, amount)
           FROM (TABLE late UNION ALL TABLE early) AS turned) AS late_or_early,
       customers_agg(id, day, amount) =
       (SELECT rollup(c)
           FROM (SELECT customers_agg(id, day, amount) AS c FROM early UNION ALL SELECT customers_agg(id, day, amount)
               FROM late) AS parts) AS rolled_up,
       (SELECT customers_agg('c' || id, day, amount) FROM (TABLE early UNION ALL TABLE late) AS texts)
       = (SELECT customers_agg('c' || id, day, amount) FROM (TABLE late UNION ALL TABLE early) AS texts) AS text_ids
FROM (TABLE early UNION ALL TABLE late) AS all_rows;

-- Ids that fill most of their range, in any order, with holes, around zero, at the ends of bigint, and with some that
-- are out of it
-- late or again and again; customers with many days, with refunds, and a finer fraction. As GROUP BY has it, and rolled
-- up from parts.
CREATE TEMP TABLE ranged AS
    SELECT kind, i, id, date '2023-01-01' + i * 37 % 900 AS day,
           CASE WHEN i % 89 = 0 THEN -2.5 WHEN i = 25000 THEN 0.125 ELSE i % 500 * 0.01 END::numeric AS amount
    FROM generate_series(1, 30000) AS i,
        LATERAL (SELECT CASE WHEN i % 5 = 0 THEN 1 + i % 150 ELSE i * 7919::bigint % 6007 END AS n) AS n,
    LATERAL (VALUES ('any order', n), ('ascending', i / 5::bigint), ('descending', 6000 - i / 5::bigint),
            ('holes', n * 4 / 3), ('every seventh', n * 7),
                    ('around zero', n - 3000), ('at the least', -9223372036854775808 + n),
                    ('at the most', 9223372036854775807 - n),
                    ('one far away', CASE WHEN i IN (20000, 20001, 30000) THEN 9223372036854775807 ELSE n END),
                    ('both ends', CASE WHEN i % 3 = 0 THEN n - i / 50 WHEN i % 3 = 1 THEN n + i / 50 ELSE n END),
                    ('full, then two more', CASE WHEN i > 29990 THEN 4096 + i WHEN i > 29900 THEN -i
                        ELSE n % 4096 END)) AS k(kind, id);
CREATE TEMP TABLE ranged_plain AS
    SELECT kind, id, count(*) FILTER (WHERE amount >= 0) AS purchases,
           count(DISTINCT day) FILTER (WHERE amount >= 0) AS days, min(day) FILTER (WHERE amount >= 0) AS first,
           max(day) FILTER (WHERE amount >= 0) AS last, sum(amount) AS revenue,
           coalesce(-sum(amount) FILTER (WHERE amount < 0), 0) AS refunds
    FROM ranged GROUP BY kind, id;
SELECT way, s.kind, count(*) AS customers,
       count(*) FILTER (WHERE (p.purchases, purchase_days, first_purchase, last_purchase, p.revenue,
               p.refunds) IS DISTINCT FROM (s.purchases, days, first, last, s.revenue, s.refunds)) AS wrong
FROM (SELECT 'at once' AS way, kind, customers_agg(id, day, amount ORDER BY i) AS c FROM ranged GROUP BY kind
      UNION ALL SELECT 'in another order', kind, customers_agg(id, day, amount ORDER BY i % 1000, i) FROM ranged
      GROUP BY kind
      UNION ALL SELECT 'from parts of rows', kind, rollup(c ORDER BY part)
      FROM (SELECT kind, i / 7000 AS part, customers_agg(id, day, amount) AS c FROM ranged GROUP BY 1, 2) AS parts
      GROUP BY kind
      UNION ALL SELECT 'from parts of ids', kind, rollup(c ORDER BY part)
      FROM (SELECT kind, abs(id / 2500 % 5) AS part, customers_agg(id, day, amount) AS c FROM ranged GROUP BY 1,
              2) AS parts GROUP BY kind) AS a
CROSS JOIN LATERAL purchases(c) AS p
FULL JOIN (ranged_plain AS s
        CROSS JOIN (VALUES ('at once'), ('in another order'), ('from parts of rows'),
            ('from parts of ids')) AS w(of_way))
    ON way = of_way AND a.kind = s.kind AND customer_id::bigint = s.id
GROUP BY way, s.kind ORDER BY way, s.kind;

-- Rows after as_of: days until then are known, so x, t_x and t are those of WHERE; m where no later amount is in it.
CREATE TEMP TABLE ends AS SELECT date '2023-12-30' + n * 7 AS as_of FROM generate_series(0, 14) AS n;
SELECT count(*) AS inputs, count(*) FILTER (WHERE ours IS DISTINCT FROM sql) AS wrong
FROM (SELECT as_of, customer_id, (x, t_x, t, m) AS ours
      FROM ours, ends, model_inputs(c, as_of, 7, amounts => false)) AS a
FULL JOIN (SELECT as_of, customer_id, (x, t_x, t, NULL::float8) AS sql
           FROM (SELECT as_of, customer AS customer_id, count(DISTINCT day) - 1 AS x,
                        (max(day) - min(day)) / 7.0::float8 AS t_x, (as_of - min(day)) / 7.0::float8 AS t
                 FROM ends JOIN orders ON day <= as_of AND amount >= 0 GROUP BY 1, 2) AS g) AS b
    USING (as_of, customer_id);
SELECT count(*) AS customers, count(*) FILTER (WHERE whole_last > as_of) AS with_later,
       count(*) FILTER (WHERE j.x > 0) AS with_m,
       count(*) FILTER (WHERE (i.x, i.t_x, i.t, i.m) IS DISTINCT FROM (j.x, j.t_x, j.t, j.m)) AS wrong
FROM (SELECT k, id, customers_agg(id, day, amount) AS whole, max(day) FILTER (WHERE amount >= 0) AS whole_last,
             customers_agg(id, day, amount) FILTER (WHERE day <= as_of) AS until,
             count(DISTINCT day) FILTER (WHERE amount >= 0 AND day <= as_of) AS days, as_of
      FROM cases, (VALUES (date '2024-02-29'), ('2024-03-02')) AS a(as_of) GROUP BY k, id, as_of) AS c,
     model_inputs(CASE WHEN whole_last <= as_of OR days < 2 THEN whole END, as_of) AS i, model_inputs(until, as_of) AS j
WHERE whole_last <= as_of OR days < 2;
SELECT i.*
FROM (SELECT '1:bigint,2024-03-05;7=2,5,0,3,2024-01-05+50;8=2,9,4,4,2024-01-01+5;9=1,5,0,5,2024-02-01'::customers_state
             AS c) AS a, model_inputs(c, '2024-01-31') AS i;
SELECT * FROM model_inputs('1:bigint,2024-03-05;7=3,5,0,3,2024-01-05+5+50'::customers_state, '2024-01-31');
SELECT i.*
FROM (SELECT '1:text,2024-03-05;"c 7"=3,5,0,3,2024-01-05+5+50'::customers_text_state AS c) AS a,
     model_inputs(c, '2024-01-31 12:00', 7, false) AS i;
-- What the hint of that error says: a value for each month, and the end of each.
SELECT count(*) AS months, count(*) FILTER (WHERE ours IS DISTINCT FROM sql) AS wrong
FROM (SELECT (SELECT array_agg(p ORDER BY customer_id) FROM purchases(c, last) AS p) AS ours,
             (SELECT array_agg(p ORDER BY customer_id)
              FROM (SELECT customers_agg(customer, day, amount) AS u FROM orders WHERE day <= last) AS s,
                   purchases(u, last) AS p) AS sql
      FROM (SELECT (month + interval '1 month' - interval '1 day')::date AS last, rollup(c) OVER (ORDER BY month) AS c
            FROM (SELECT date_trunc('month', day::timestamp) AS month, customers_agg(customer, day, amount) AS c
                  FROM orders GROUP BY 1) AS of_month) AS s) AS t;

-- Frames that move, and rows without a value among them.
SELECT count(*) AS frames, count(*) FILTER (WHERE c IS DISTINCT FROM sql) AS wrong
FROM (SELECT customers_agg(customer, day, amount) OVER (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING) AS c,
             (SELECT customers_agg(customer, day, amount)
              FROM (SELECT *, row_number() OVER (ORDER BY i) AS r FROM orders WHERE i <= 400) AS o
              WHERE r BETWEEN orders.r - 5 AND orders.r + 2) AS sql
      FROM (SELECT *, row_number() OVER (ORDER BY i) AS r FROM orders WHERE i <= 400) AS orders) AS t;
SELECT day, rollup(c) OVER (ORDER BY day ROWS 1 PRECEDING) AS two_days
FROM (VALUES (1, NULL), (2, '1:bigint,2024-01-02;7=1,5,0,5,2024-01-02'::customers_state), (3, '1:bigint'), (4, NULL),
             (5, NULL)) AS t(day, c);
-- Workers: one plan with them and one without.
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
CREATE TABLE shared_orders AS SELECT * FROM orders;
SELECT customers_agg(customer, day, amount) = (SELECT c FROM ours) AS with_workers,
       customers_agg(customer, day, amount) FILTER (WHERE false) = '1:bigint' AS none_in_any FROM shared_orders;
DROP TABLE shared_orders;
RESET parallel_setup_cost;
RESET parallel_tuple_cost;
RESET min_parallel_table_scan_size;

-- The operator +, and json: an object for each customer.
SELECT a + b = ab AS plus, b + a = ab AS either_way, a + NULL = a AND NULL + a = a AS with_null,
       a + '1:bigint' = a AS with_empty, (NULL::customers_state + NULL) IS NULL AS of_null
FROM (SELECT customers_agg(customer, day, amount) FILTER (WHERE i % 3 = 0) AS a,
             customers_agg(customer, day, amount) FILTER (WHERE i % 3 > 0) AS b,
             customers_agg(customer, day, amount) AS ab
      FROM orders) AS s;
SELECT '1:bigint,2024-01-05;-7=2,5.50,1.00,2.00,2024-01-02+3;8=0,0.00,0.25,0.00'::customers_state::json;
SELECT customers_agg(id, date '2024-01-05', 1)::jsonb FROM (VALUES ('say "hi"'), (E'tab\t'), ('张伟'), ('')) AS t(id);
SELECT '1:uuid'::customers_uuid_state::json, '1:text'::customers_text_state::jsonb,
       customers_agg('a0000000-0000-0000-0000-00000000000a'::uuid, '0099-01-05', -0.5)::json;
SELECT count(*) AS customers, count(*) FILTER (WHERE j IS DISTINCT FROM p) AS wrong
FROM (SELECT (e->>'customer_id')::bigint AS id,
             ((e->>'purchases')::bigint, jsonb_array_length(e->'days')::bigint, (e#>>'{days,0}')::date,
              (e#>>'{days,-1}')::date, (e->>'revenue')::numeric, (e->>'refunds')::numeric) AS j
      FROM ours, jsonb_array_elements(c::jsonb->'customers') AS e) AS a
FULL JOIN (SELECT customer_id AS id, (purchases, purchase_days, first_purchase, last_purchase, revenue, refunds) AS p
           FROM ours, purchases(c)) AS b USING (id);

-- Rows without an id, a day, an amount or a zone are in nothing but their number, which plain SQL counts as well.
-- A seventh of the rows has no id, so that one of the parts below is of skipped rows only.
CREATE TEMP TABLE holes AS
    SELECT i, CASE WHEN i % 7 <> 3 THEN i * 7919::bigint % 6007 END AS id,
           CASE WHEN i % 11 <> 5 THEN date '2024-01-01' + i % 90 END AS day,
           CASE WHEN i % 13 <> 8 THEN i % 100 / 4.0 END AS amount, CASE WHEN i % 17 <> 2 THEN 'UTC' END AS zone
    FROM generate_series(1, 20000) AS i;
CREATE FUNCTION pg_temp.whole(id bigint, day date, amount numeric) RETURNS numeric
    RETURN id + (day - date '2024-01-01') + amount; -- NULL where one of them is
CREATE TEMP TABLE of_holes AS
    SELECT customers_agg(id, day, amount) AS c, customers_agg(md5(id::text)::uuid, day, amount) AS u,
           customers_agg('c' || id, day, amount) AS t, customers_agg(id, day, amount::float8) AS f,
           customers_zone_agg(id, day::timestamp AT TIME ZONE 'UTC', amount, zone) AS z,
           customers_agg(id, day, amount) FILTER (WHERE pg_temp.whole(id, day, amount) IS NOT NULL) AS without,
           count(*) - count(pg_temp.whole(id, day, amount)) AS skipped,
           count(*) - count(zone) FILTER (WHERE pg_temp.whole(id, day, amount) IS NOT NULL) AS skipped_with_zone
    FROM holes;
SELECT skipped > 5000 AS many, skipped_rows(c) = skipped AS bigint, skipped_rows(u) = skipped AS uuid,
       skipped_rows(t) = skipped AS text, skipped_rows(f) = skipped AS float8,
       skipped_rows(z) = skipped_with_zone AND skipped_with_zone > skipped AS zone,
       skipped_rows(without) AS zero, (customers_summary(c)).skipped_rows = skipped AS summary,
       (c::json ->> 'skipped_rows')::bigint = skipped AS json, (u::jsonb ->> 'skipped_rows')::bigint = skipped AS jsonb
FROM of_holes;
-- The number is part of the value, in text and binary form; all else is as if those rows had not been there.
SELECT c = without AS no, c::text = replace(without::text, '1:bigint,', '1:bigint+' || skipped || ',') AS text,
       c::text::customers_state = c AS and_back, t::text::customers_text_state = t AS of_texts,
       get_byte(_customers_state_send(c), 3) + 256 * get_byte(_customers_state_send(c), 4) = skipped AS binary,
       substr(_customers_state_send(c), 12) = substr(_customers_state_send(without), 12) AS the_rest,
       (SELECT count(*) FROM (SELECT * FROM purchases(c) EXCEPT ALL SELECT * FROM purchases(without)) AS d) AS other
FROM of_holes;
SELECT clv(id, amount) = clv(id, amount) FILTER (WHERE id + amount IS NOT NULL) AS clv,
       clv(id, amount) FILTER (WHERE i % 7 = 3) IS NULL AS of_skipped_rows
FROM holes;
-- In parts, in any order, one of skipped rows only first, last or between; in frames of a window.
SELECT min(skipped_rows(part)) > 0 AS each, count(*) FILTER (WHERE customer_count(part) = 0) AS of_skipped_rows,
       rollup(part ORDER BY k) = (SELECT c FROM of_holes) AS up,
       rollup(part ORDER BY -k) = (SELECT c FROM of_holes) AS down,
       rollup(part ORDER BY k = 3, k) = (SELECT c FROM of_holes) AS last,
       rollup(part ORDER BY k <> 3, k) = (SELECT c FROM of_holes) AS first
FROM (SELECT i % 7 AS k, customers_agg(id, day, amount) AS part FROM holes GROUP BY 1) AS parts;
SELECT count(*) AS frames, count(*) FILTER (WHERE skipped_rows(running) <> n) AS wrong,
       count(*) FILTER (WHERE skipped_rows(moving) <> m) AS wrong_2
FROM (SELECT customers_agg(id, day, amount) OVER running AS running,
             customers_agg(id, day, amount) OVER moving AS moving,
             count(*) OVER running - count(pg_temp.whole(id, day, amount)) OVER running AS n,
             count(*) OVER moving - count(pg_temp.whole(id, day, amount)) OVER moving AS m
      FROM holes WHERE i <= 500
      WINDOW running AS (ORDER BY i), moving AS (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING)) AS t;
SELECT k,
       skipped_rows(rollup(part) OVER (ORDER BY k ROWS 1 PRECEDING)) = sum(n) OVER (ORDER BY k ROWS 1 PRECEDING) AS two
FROM (SELECT i % 7 AS k, customers_agg(id, day, amount) AS part,
             count(*) - count(pg_temp.whole(id, day, amount)) AS n FROM holes GROUP BY 1) AS parts ORDER BY k;
-- A value of nothing but skipped rows says so, and is another one than that of no rows.
SELECT c, skipped_rows(c), customer_count(c), purchase_count(c), revenue(c), clv(c) IS NULL AS no_clv,
       (customers_summary(c)).*
FROM (SELECT customers_agg(id, day, amount) AS c FROM holes WHERE i % 7 = 3) AS s;
SELECT count(DISTINCT c) AS four, count(DISTINCT hash) AS four_2, rollup(c) AS merged
FROM (SELECT c, _customers_state_hash(c) AS hash
      FROM (VALUES ('1:bigint'::customers_state), ('1:bigint+1'), ('1:bigint+1'), ('1:bigint+2'),
                   ('1:bigint+3,2024-01-05;1=1,5,0,5,2024-01-05')) AS v(c)) AS s;
SELECT '1:bigint+0'::customers_state AS error_not_written;
SELECT '1:bigint+03'::customers_state AS error;
SELECT '1:bigint+-1'::customers_state AS error;
SELECT '1:bigint+'::customers_state AS error;
SELECT '1:bigint+1+1'::customers_state AS error;
SELECT '1:bigint+2305843009213693952'::customers_state AS error;
SELECT rollup(c) AS error FROM (VALUES ('1:bigint+2305843009213693951'::customers_state), ('1:bigint+1')) AS v(c);
