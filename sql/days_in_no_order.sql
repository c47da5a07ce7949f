-- States of many days that come in no order: they are the states of the same rows in order, of parts in any order,
-- and of
-- plain SQL. Ids that were chosen to collide in the hash table of customers are customers like others.
SELECT setseed(0.25);
CREATE TEMP TABLE orders AS
    SELECT n, date '1000-01-01' + (random() * random() * 400000)::int AS day, (random() * 1000)::int AS amount,
           CASE WHEN n % 50 = 0 THEN 2 ELSE 1 END AS customer
    FROM generate_series(1, 12000) AS n;
SELECT count(DISTINCT day) > 9000 AS many_days, count(*) FILTER (WHERE day < before) > 5000 AS in_no_order
FROM (SELECT day, lag(day) OVER (ORDER BY n) AS before FROM orders) AS o;

-- Each state in four orders, and rolled up of parts.
CREATE FUNCTION pg_temp.states_of(how text) RETURNS TABLE (name text, state text) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE format('
        SELECT unnest(ARRAY[''customers'', ''cohorts'', ''activity'', ''purchases'', ''spending'',
                            ''series'']),
               unnest(ARRAY[customers_agg(customer, day, amount)::text, cohorts_agg(customer, day, ''day'')::text,
                            activity_agg(day, ''day'')::text, purchases_agg(day, amount)::text,
                            spending_by_agg(day, amount, 1, ''day'')::text,
                            series_agg(day, amount, ''day'')::text])
        FROM (SELECT * FROM orders ORDER BY %s) AS o', how);
END $$;
SELECT name, count(DISTINCT state) AS one, count(*) AS orders
FROM unnest('{n,day,day DESC,md5(n::text)}'::text[]) AS how, pg_temp.states_of(how) GROUP BY name ORDER BY name;
CREATE TEMP TABLE parts AS
    SELECT k, customers_agg(customer, day, amount) AS customers, cohorts_agg(customer, day, 'day') AS cohorts,
           activity_agg(day, 'day') AS activity, purchases_agg(day, amount) AS purchases,
           spending_by_agg(day, amount, 1, 'day') AS spending, series_agg(day, amount, 'day') AS series
    FROM (SELECT *, CASE WHEN n <= 6000 THEN 0 ELSE n % 700 END AS k FROM orders) AS o GROUP BY k;
SELECT order_no, name, p.state = s.state AS same FROM (
    SELECT 1 AS order_no, rollup(customers ORDER BY k)::text AS a, rollup(cohorts ORDER BY k)::text AS b,
           rollup(activity ORDER BY k)::text AS c, rollup(purchases ORDER BY k)::text AS d, rollup(spending ORDER BY
               k)::text AS e, rollup(series ORDER BY k)::text AS f FROM parts
    UNION ALL
    SELECT 2, rollup(customers ORDER BY k DESC)::text, rollup(cohorts ORDER BY k DESC)::text, rollup(activity ORDER
        BY k DESC)::text,
           rollup(purchases ORDER BY k DESC)::text, rollup(spending ORDER BY k DESC)::text,
           rollup(series ORDER BY k DESC)::text FROM parts) AS r,
    LATERAL (VALUES ('customers', a), ('cohorts', b), ('activity', c), ('purchases', d), ('spending', e),
        ('series', f)) AS p(name,
        state)
    JOIN pg_temp.states_of('n') AS s USING (name) ORDER BY 1, 2;

-- What they say is what plain SQL says.
SELECT count(*) AS days, count(*) FILTER (WHERE h.day IS NULL OR o.day IS NULL OR h.amount <> o.amount OR h.purchases
    <> o.orders) AS wrong
FROM (SELECT * FROM (SELECT purchases_agg(day, amount) AS p FROM orders) AS s, purchase_history(p)) AS h
FULL JOIN (SELECT day, sum(amount) AS amount, count(*) AS orders FROM orders GROUP BY day) AS o USING (day);
SELECT customer_id, s.purchases = o.orders AS orders, s.first_purchase = o.first AS first, s.last_purchase = o.last
    AS last,
       s.purchase_days = o.days AS days, s.revenue = o.revenue AS revenue
FROM (SELECT customers_agg(customer, day, amount) AS c FROM orders) AS a, purchases(c) AS s
JOIN (SELECT customer AS customer_id, count(*) AS orders, min(day) AS first, max(day) AS last, count(DISTINCT day) AS
    days,
             sum(amount) AS revenue FROM orders GROUP BY customer) AS o USING (customer_id) ORDER BY customer_id;
SELECT count(*) AS periods, count(*) FILTER (WHERE p.period_start IS NULL OR o.day IS NULL) AS wrong
FROM (SELECT * FROM (SELECT activity_agg(day, 'day') AS a FROM orders) AS s, activity_periods(a)) AS p
FULL JOIN (SELECT DISTINCT day FROM orders) AS o ON o.day = p.period_start;
-- A state in a window keeps what it has shown before, while days go on coming in no order.
SELECT count(*) AS wrong FROM (
    SELECT n, purchase_days(purchases_agg(day, amount) OVER w) AS p, active_periods(activity_agg(day, 'day') OVER w)
        AS a,
           array_length(regexp_split_to_array((customers_agg(1, day, amount) OVER w)::text, '[+]'), 1) AS c
    FROM orders WHERE n <= 600 WINDOW w AS (ORDER BY n)) AS s
JOIN LATERAL (SELECT count(DISTINCT day) AS days FROM orders WHERE n <= s.n) AS truth ON true
WHERE p <> days OR a <> days OR c <> days;

-- Ids of one hash, which is reckoned backwards: they are customers as others are.
CREATE FUNCTION pg_temp.times(a numeric) RETURNS numeric LANGUAGE sql
RETURN mod(a * 14982988110149298331, 18446744073709551616); -- by the inverse of the factor of the hash
CREATE FUNCTION pg_temp.folded(a numeric) RETURNS numeric LANGUAGE sql
RETURN div(a, 4294967296) * 4294967296 + (mod(a, 4294967296)::bigint # div(a, 4294967296)::bigint);
CREATE FUNCTION pg_temp.id_of(hash numeric, low numeric) RETURNS bigint LANGUAGE sql
RETURN (SELECT CASE WHEN x >= 9223372036854775808 THEN x - 18446744073709551616 ELSE x END
        FROM pg_temp.folded(pg_temp.times(pg_temp.folded(pg_temp.times(hash * 4294967296 + low)))) AS x);
CREATE TEMP TABLE colliding AS SELECT n, pg_temp.id_of(305419896, n) AS id FROM generate_series(1, 8000) AS n;
CREATE TEMP TABLE of_colliding AS
    SELECT customers_agg(id, date '2024-01-01' + n % 3, n) AS whole, cohorts_agg(id, date '2024-01-01' + n % 3,
        'day') AS cohorts,
           (SELECT rollup(c) FROM (SELECT customers_agg(id, date '2024-01-01' + n % 3, n) AS c FROM colliding
                                   GROUP BY n % 9) AS p) AS parts
    FROM (SELECT * FROM colliding ORDER BY n) AS c;
SELECT (SELECT count(DISTINCT id) FROM colliding) AS ids, customer_count(whole) AS customers,
       customer_count(cohorts) AS cohorts, whole = parts AS same,
       (SELECT count(*) FROM purchases(whole) AS p JOIN colliding AS c ON c.id = p.customer_id
        WHERE p.revenue = c.n AND p.first_purchase = date '2024-01-01' + c.n % 3) AS right_revenue
FROM of_colliding;
SELECT customers_agg(id::text, '2024-01-01', 1) = rollup(c) AS texts
FROM (SELECT id, customers_agg(id::text, '2024-01-01', 1) OVER (PARTITION BY id) AS c FROM colliding) AS p;
