-- LTV:CAC by channel, with payback. Ads won 2 customers for 300; they have brought 400, of which 40 % are margin.
CREATE TEMP TABLE orders (channel text, customer bigint, day date, amount numeric);
INSERT INTO orders VALUES ('ads', 1, '2025-01-01', 100), ('ads', 1, '2025-03-02', 150), ('ads', 2, '2025-02-01',
       200), ('ads', 2, '2025-02-05', -50),
    ('expo', 3, '2025-04-01', 90), ('expo', 4, '2025-04-01', -10);
CREATE TEMP TABLE costs (channel text, month date, cost numeric, won int);
INSERT INTO costs VALUES ('ads', '2025-01-01', 200, 1), ('ads', '2025-02-01', 100, 1), ('expo', '2025-04-01',
       500, 1), ('print', '2025-01-01', 70, 0);
SELECT channel, r.*
FROM (SELECT channel, customers_agg(customer, day, amount) AS c FROM orders GROUP BY channel) AS o
     FULL JOIN (SELECT channel, spending_by_agg(month, cost, won, 'month') AS s FROM costs GROUP BY channel) AS p
     USING (channel),
     ltv_cac(coalesce(c, (SELECT customers_agg(customer, day, amount) FROM orders WHERE false)), s,
     '2025-04-01', 0.4) AS r ORDER BY channel;
-- By hand: revenue 400 of 2 customers in 90 + 59 days.
SELECT r.ltv = 80 AS eighty, r.cac = 150 AS of_150, abs(r.ratio - 80.0 / 150) < 1e-12 AS ratio,
       abs(r.margin_per_period - 400 * 0.4 / 149 * 30.4375) < 1e-9 AS per_month,
       abs(r.payback_periods - 150 / (400 * 0.4 / 149 * 30.4375)) < 1e-9 AS months,
       r.ratio = clv_cac_ratio(clv(c)::float8, cac(s)::float8, 0.4) AS as_from_its_parts
FROM (SELECT customers_agg(customer, day, amount) AS c FROM orders WHERE channel = 'ads') AS o,
       (SELECT spending_agg(cost, won) AS s FROM costs WHERE channel = 'ads') AS p, ltv_cac(c, s, '2025-04-01',
       0.4) AS r;

-- The interval is that of a mean over customers: 250 and 150, with 12.706205 as the quantile of Student's t with
-- one degree
-- of freedom.
SELECT abs(upper - ratio - 12.706205 * sqrt(5000 / 2.0) * 0.4 / 150) < 1e-6 AS upper,
       abs(lower + upper - 2 * ratio) < 1e-12 AS lower
FROM (SELECT customers_agg(customer, day, amount) AS c FROM orders WHERE channel = 'ads') AS o, ltv_cac(c,
       '1:total{300/2}', '2025-04-01', 0.4) AS r;

-- Random orders in plain SQL, ids of each type.
SELECT setseed(0.3);
CREATE TEMP TABLE many AS
SELECT (random() * 200)::bigint AS customer, date '2024-01-01' + (random() * 500)::int AS day,
       (random() * 300 - 20)::numeric(9,2) AS amount FROM generate_series(1, 3000);
SELECT r.customers = h.customers AS same, r.revenue_per_customer = h.revenue / h.customers AS same_2,
       abs(r.ltv - h.revenue * 0.25 / h.customers) < 1e-9 AS same_3,
       abs(r.margin_per_period - h.revenue * 0.25 / h.days * 7) < 1e-9 AS same_4,
       abs(r.payback_periods - 12345.67 / 170 / (h.revenue * 0.25 / h.days * 7)) < 1e-9 AS same_5,
       r.new_customers = 170 AS same_6, (SELECT count(DISTINCT x) FROM (VALUES (r), (u), (x)) AS v(x)) AS one
FROM (SELECT customers_agg(customer, day, amount) AS c, customers_agg(md5(customer::text)::uuid, day, amount) AS
       cu, customers_agg('c' || customer, day, amount) AS ct FROM many) AS o,
     (SELECT count(*) FILTER (WHERE first IS NOT NULL) AS customers, sum(revenue) AS revenue,
     sum(date '2025-06-01' - first) AS days
      FROM (SELECT min(day) FILTER (WHERE amount >= 0) AS first,
      sum(amount) AS revenue FROM many GROUP BY customer) AS t) AS h,
     ltv_cac(c, '1:total{12345.67/170}', '2025-06-01', 0.25, 7) AS r, ltv_cac(cu, '1:total{12345.67/170}',
     '2025-06-01', 0.25, 7) AS u, ltv_cac(ct, '1:total{12345.67/170}', '2025-06-01', 0.25, 7) AS x;
-- Of 2,000 samples of 30 customers, 90 % of the intervals hold the true ratio, which is 50 x 0.5 / 10.
SELECT avg((lower <= 2.5 AND upper >= 2.5)::int) BETWEEN 0.88 AND 0.92 AS held
FROM (SELECT i, customers_agg(n, date '2025-01-01', (100 * random())::numeric(9,4)) AS c FROM generate_series(1,
       2000) AS i, generate_series(1, 30) AS n GROUP BY i) AS s,
     ltv_cac(c, '1:total{300/30}', '2025-01-31', 0.5, confidence => 0.9);

-- Nothing, and what is wrong.
SELECT r.* FROM (SELECT customers_agg(1, '2025-01-01', 5.0)) AS t(c), ltv_cac(c, '1:none{}', '2025-01-01') AS r;
SELECT * FROM ltv_cac((SELECT customers_agg(customer, day, amount) FROM orders WHERE false), '1:total{5/0}',
       '2025-01-01');
SELECT r.ratio IS NULL AS free, r.payback_periods AS at_once
FROM (SELECT customers_agg(1, '2025-01-01', 5.0)) AS t(c), ltv_cac(c, '1:total{0/3}', '2025-01-31') AS r;
SELECT r.* FROM (SELECT customers_agg(customer, day, amount) FROM orders) AS t(c), ltv_cac(c, '1:total{5/1}',
       '2025-03-31') AS r;
SELECT r.* FROM (SELECT customers_agg(customer, day, amount) FROM orders) AS t(c), ltv_cac(c, '1:total{5/1}',
       '2025-04-01', 40) AS r;
SELECT r.* FROM (SELECT customers_agg(customer, day, amount) FROM orders) AS t(c), ltv_cac(c, '1:total{5/1}',
       '2025-04-01', 0.4, 0) AS r;
SELECT r.* FROM (SELECT customers_agg(customer, day, amount) FROM orders) AS t(c), ltv_cac(c, '1:total{5/1}',
       '2025-04-01', 0.4, confidence => 0) AS r;
