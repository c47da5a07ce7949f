-- RFM straight from customers: the same as from a table of summaries.
CREATE TEMP TABLE orders AS
    SELECT 1 + (h % 400) AS customer_id, date '2024-01-01' + (h / 400 % 700)::int AS day,
           CASE WHEN h % 37 = 0 OR h % 400 = 77 THEN -1
           ELSE 1 END * round((h / 280000 % 9000)::numeric / 100, 2) AS amount
    FROM generate_series(1, 1500) AS i, LATERAL (SELECT abs(hashint8(i)::bigint) AS h) AS r;
CREATE TEMP TABLE everybody AS SELECT customers_agg(customer_id, day, amount) AS c FROM orders;
CREATE TEMP TABLE summaries AS
    SELECT customer_id, max(day) FILTER (WHERE amount >= 0) AS last, count(*) FILTER (WHERE amount >= 0) AS orders,
           count(DISTINCT day) FILTER (WHERE amount >= 0) AS days, sum(amount) AS revenue
    FROM orders GROUP BY customer_id;

-- A row for each customer, those who only returned something without scores.
SELECT s.* FROM (SELECT customers_agg(id, day, amount) AS c
                 FROM (VALUES (1, date '2024-01-05', 10.00), (2, '2024-01-07', -5.00), (3, '2024-02-01', 30.00),
                         (3, '2024-03-01', 60.00), (3, '2024-03-02', -10.00)) AS o(id, day, amount)) AS t,
     rfm_scores(c, '2024-03-31') AS s;
SELECT count(*) AS customers, count(scores) AS scored,
       count(*) FILTER (WHERE s.scores IS DISTINCT FROM w.scores
           OR recency_days IS DISTINCT FROM date '2026-01-01' - last
    OR frequency_value <> orders OR (scores IS NOT NULL AND monetary_value <> revenue::float8)) AS wrong
FROM everybody, rfm_scores(c, '2026-01-01') AS s
JOIN (SELECT customer_id, last, orders, revenue, rfm(last, orders, revenue) OVER () AS scores
        FROM summaries) AS w USING (customer_id, scores);
CREATE TEMP TABLE by_window AS
    SELECT customer_id, rfm(last, orders, revenue) OVER () AS plain,
           rfm(last, orders, revenue, 10, 'nested') OVER () AS nested,
           rfm(last, days, revenue / nullif(orders, 0), 3) OVER () AS other FROM summaries;
SELECT count(*) AS customers, count(plain) AS scored, count(*) FILTER (WHERE a.scores IS DISTINCT FROM plain) AS wrong,
       count(*) FILTER (WHERE b.scores IS DISTINCT FROM nested) AS wrong_nested,
       count(*) FILTER (WHERE d.scores IS DISTINCT FROM other) AS wrong_other
FROM everybody CROSS JOIN LATERAL rfm_scores(c, '2026-01-01') AS a JOIN by_window USING (customer_id)
JOIN LATERAL rfm_scores(c, '2026-01-01', bins => 10, method => 'nested') AS b USING (customer_id)
JOIN LATERAL rfm_scores(c, '2026-01-01', 3, frequency => 'days', monetary => 'average') AS d USING (customer_id);

-- Thresholds learned from them score them the same way; the base is that of the summaries.
SELECT rfm_base(c, '2026-01-01') = (SELECT rfm_base_agg(date '2026-01-01' - last, orders, revenue)
           FROM summaries) AS same_base,
       rfm_base(c, '2026-01-01', 'days', 'average') =
       (SELECT rfm_base_agg(date '2026-01-01' - last, days, revenue / nullif(orders, 0))
           FROM summaries) AS same_base_of_days
FROM everybody;
SELECT count(*) AS customers,
       count(*) FILTER (WHERE b.scores IS DISTINCT FROM a.scores
           OR b.monetary_value IS DISTINCT FROM a.monetary_value) AS differences
FROM everybody, rfm_scores(c, '2026-01-01') AS a JOIN
    LATERAL rfm_scores(c, '2026-01-01', rfm_cuts(rfm_base(c, '2026-01-01'))) AS b USING (customer_id);
SELECT count(*) AS differences
FROM everybody, rfm_scores(c, '2026-01-01', 2, frequency => 'days', monetary => 'average') AS a
JOIN LATERAL rfm_scores(c, '2026-01-01', rfm_cuts(rfm_base(c, '2026-01-01', 'days', 'average'), 2), 'days',
        'average') AS b USING (customer_id)
WHERE b.scores IS DISTINCT FROM a.scores;

-- Two words, two numbers: recency counts the day as_of, silent days are those that are over, so one less.
SELECT count(*) AS customers,
       count(*) FILTER (WHERE recency_days - silent_days <> 1 OR p.recency <> recency_days) AS wrong
FROM everybody, rfm_scores(c, '2026-01-01')
JOIN purchases((SELECT c FROM everybody), '2026-01-01') AS p USING (customer_id)
JOIN early_warnings((SELECT cohorts_agg(customer_id, day, 'day') FROM orders WHERE amount >= 0), '2026-01-01') AS w
    USING (customer_id);
-- The report against GROUP BY.
CREATE TEMP TABLE by_sql AS
    SELECT segment, rank, count(*) AS customers, count(*) / sum(count(*)) OVER ()::float8 AS share_of_customers,
           sum(orders) AS purchases, sum(revenue) AS revenue,
           (sum(revenue) / sum(sum(revenue)) OVER ())::float8 AS share_of_revenue,
           avg(date '2026-01-01' - last)::float8 AS mean_recency_days
    FROM (SELECT segment(plain) AS segment, segment_rank(plain) AS rank, s.* FROM by_window AS w
            JOIN summaries AS s ON s.customer_id = w.customer_id) AS t GROUP BY 1, 2;
SELECT r.segment, r.rank, r.customers, r.purchases, r.revenue,
       r.customers = s.customers AND r.purchases = s.purchases AND r.revenue = s.revenue AS same,
       abs(r.share_of_customers - s.share_of_customers) < 1e-12
       AND abs(r.share_of_revenue - s.share_of_revenue) < 1e-12 AS same_shares,
       abs(r.mean_recency_days - s.mean_recency_days) < 1e-9 AS same_recency
FROM everybody, rfm_report(c, '2026-01-01') AS r LEFT JOIN by_sql AS s ON r.rank IS NOT DISTINCT FROM s.rank
ORDER BY r.rank;
SELECT sum(customers) = (SELECT count(*) FROM summaries) AS everybody,
       sum(revenue) = (SELECT sum(amount) FROM orders) AS all_revenue, abs(sum(share_of_revenue) - 1) < 1e-12 AS whole
FROM everybody, rfm_report(c, '2026-01-01', 'cells11', 'zh', 'nested', 'days', 'average');
SELECT segment, rank, r.customers FROM everybody,
       rfm_report(c, '2026-01-01', '1:3:1 "best" 3-3/3-3/3-3;2 "others" 1-3/1-3/1-3'::rfm_map) AS r;
SELECT r.customers = (SELECT count(*) FROM by_window WHERE plain IS NULL) AS never_bought FROM everybody,
       rfm_report(c, '2026-01-01') AS r WHERE segment IS NULL;
SELECT count(*) AS no_rows FROM (SELECT customers_agg(customer_id, day, amount) AS c FROM orders WHERE false) AS t,
       rfm_report(c, '2026-01-01');
SELECT * FROM rfm_report('1:bigint,2024-03-01;1=1,0.00,0.00,0.00,2024-01-05'::customers_state,
           '2024-03-31') AS nothing_paid;

-- By cuts, stored or fixed: those learned from the customers give the same report; fixed ones against GROUP BY.
SELECT count(*) AS segments, count(*) FILTER (WHERE b.segment IS NULL OR a IS DISTINCT FROM b) AS differ
FROM everybody, rfm_report(c, '2026-01-01', map => 'cells11') AS a
FULL JOIN LATERAL rfm_report(c, '2026-01-01', cuts => rfm_cuts(rfm_base(c, '2026-01-01')), map => 'cells11') AS b
    USING (segment) WHERE a.rank IS NOT NULL;
CREATE TEMP TABLE fixed AS SELECT rfm_cuts('{60,250}', '{3,5}', '{100,250}') AS cuts;
SELECT r.segment, r.rank, r.customers, r.customers = s.customers AND r.revenue = s.revenue AS same
FROM everybody, fixed, rfm_report(c, '2026-01-01', cuts) AS r
LEFT JOIN (SELECT segment_rank(rfm(cuts, date '2026-01-01' - last, orders, revenue)) AS rank, count(*) AS customers,
                  sum(revenue) AS revenue FROM summaries, fixed GROUP BY 1) AS s ON s.rank IS NOT DISTINCT FROM r.rank
ORDER BY r.rank;
SELECT segment, rank, r.customers, best
FROM everybody, (SELECT rfm_cuts('{90,300}', '{3,4}', '{30,45}')) AS by_order(cuts),
     LATERAL (SELECT count(*) FROM summaries WHERE rfm(cuts, date '2026-01-01' - last, days,
         revenue / nullif(orders, 0)) = '3-3-3/3') AS s(best),
     rfm_report(c, '2026-01-01', cuts, '1:3:1 "best" 3-3/3-3/3-3;2 "rest" 1-3/1-3/1-3'::rfm_map, 'days',
         'average') AS r;
SELECT segment FROM everybody, fixed, rfm_report(c, '2026-01-01', cuts => cuts, lang => 'zh-CN') WHERE rank = 1;

-- as_of is a day: a date, a timestamp whose time of day does not matter, a literal, a parameter; no timestamptz.
PREPARE report AS SELECT sum(r.customers) AS customers FROM everybody, rfm_report(c, $1) AS r;
EXECUTE report('2026-01-01');
SELECT (SELECT sum(recency_days) FROM rfm_scores(c, date '2026-01-01')) = sum(recency_days) AS same,
       rfm_base(c, timestamp '2026-01-01 23:59') = rfm_base(c, date '2026-01-01') AS same_base
FROM everybody, rfm_scores(c, timestamp '2026-01-01 12:00') GROUP BY c;
SELECT count(*) AS error FROM everybody, rfm_report(c, timestamptz '2026-01-01 00:00+00');
SELECT count(*) AS error FROM everybody, rfm_report(c, 'infinity');

-- uuid and text ids.
SELECT count(*) AS differences
FROM (SELECT customers_agg(md5(customer_id::text)::uuid, day, amount) AS u,
        customers_agg('c' || customer_id, day, amount) AS t FROM orders) AS o, rfm_scores(u, '2026-01-01') AS a
JOIN by_window AS w ON md5(w.customer_id::text)::uuid = a.customer_id JOIN
    LATERAL rfm_scores(t, '2026-01-01') AS b ON b.customer_id = 'c' || w.customer_id
WHERE a.scores IS DISTINCT FROM plain OR b.scores IS DISTINCT FROM plain;

-- Bad input.
SELECT count(*) AS error FROM everybody, rfm_scores(c, '2024-01-01');
SELECT count(*) AS error FROM everybody, rfm_report(c, '2024-01-01');
SELECT rfm_base(c, '2024-01-01') AS error FROM everybody;
SELECT count(*) AS error FROM everybody, rfm_scores(c, '2026-01-01', 1);
SELECT count(*) AS error FROM everybody, rfm_scores(c, '2026-01-01', method => 'ntile');
SELECT count(*) AS error FROM everybody, rfm_scores(c, '2026-01-01', frequency => 'weeks');
SELECT count(*) AS error FROM everybody, rfm_scores(c, '2026-01-01', monetary => 'median');
SELECT count(*) AS error FROM everybody, rfm_report(c, '2026-01-01', 'rf9');
SELECT count(*) AS error_hole FROM everybody, rfm_report(c, '2026-01-01', '1:5:1 "best" 5-5/1-5/1-5'::rfm_map);
