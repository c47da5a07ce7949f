-- The eight classes of high and low scores.
SELECT rfm_class_rank(s, 2, 2, 2) AS rank, s, rfm_class(s, 2, 2, 2) AS classic,
       rfm_class(s, 2, 2, 2, lang => 'zh') AS classic_zh,
       rfm_class(s, 2, 2, 2, family => 'lifecycle') AS lifecycle,
           rfm_class(s, 2, 2, 2, 'lifecycle', 'zh-CN') AS lifecycle_zh
FROM (SELECT make_rfm(r, f, m) FROM generate_series(1, 2) AS r, generate_series(1, 2) AS f,
        generate_series(1, 2) AS m) AS t(s)
ORDER BY 1;

-- By the mean of all scores: a score that equals the mean is high. Means here are 2, 2 and 3.
SELECT customer, s, rfm_class(s) OVER (), rfm_class(s, 'lifecycle', 'ZH') OVER () AS lifecycle,
       rfm_class_rank(s) OVER ()
FROM (VALUES (1, '1-2-5'::rfm_cell), (2, '3-2-1'), (3, '2-2-3'), (4, NULL)) AS t(customer, s) ORDER BY customer;

-- Many small tables against plain SQL: the mean of each partition, whatever the order of rows.
CREATE TEMP TABLE cases AS
    SELECT t AS case_no, i, CASE WHEN h % 11 > 0 THEN make_rfm(1 + (h / 11 % 5)::int, 1 + (h / 55 % 4)::int,
        1 + (h / 220 % 9)::int, 9) END AS s
    FROM generate_series(1, 1000) AS t, generate_series(1, 1 + t % 17) AS i,
        LATERAL (SELECT abs(hashint8(t * 1000 + i)::bigint) AS h) AS r;
SELECT count(*) AS customers, count(*) FILTER (WHERE rank IS DISTINCT FROM in_sql) AS wrong,
       count(*) FILTER (WHERE again IS DISTINCT FROM rank) AS wrong_shuffled,
       count(*) FILTER (WHERE rfm_class(s, r, f, m, 'lifecycle', 'en') IS DISTINCT FROM label) AS wrong_labels,
       count(*) FILTER (WHERE rfm_class_rank(s, r, f, m) IS DISTINCT FROM rank) AS wrong_limits
FROM (SELECT s, rfm_class_rank(s) OVER w AS rank,
        rfm_class_rank(s) OVER (PARTITION BY case_no ORDER BY hashint4(i)) AS again,
             rfm_class(s, 'lifecycle', 'en') OVER w AS label, avg(recency_score(s)) OVER w AS r,
             avg(frequency_score(s)) OVER w AS f, avg(monetary_score(s)) OVER w AS m,
             CASE WHEN s IS NOT NULL THEN
                 1 + (recency_score(s) < avg(recency_score(s)) OVER w)::int + 2 *
                 (frequency_score(s) < avg(frequency_score(s)) OVER w)::int
                   + 4 * (monetary_score(s) < avg(monetary_score(s)) OVER w)::int END AS in_sql
      FROM cases WINDOW w AS (PARTITION BY case_no)) AS t;

-- Raw values against their means, or against fixed limits: cut points of two scores, of which 2 is high.
SELECT customer, rfm_class(rfm(rfm_mean_cuts(base), days, orders, spent), 2, 2, 2) AS by_means,
       rfm_class(rfm(rfm_cuts('{10}', '{3}', '{200}'), days, orders, spent), 2, 2, 2) AS by_limits
FROM (SELECT *, rfm_base_agg(days, orders, spent) OVER () AS base
      FROM (VALUES (1, 5, 4, 900), (2, 60, 5, 100), (3, 10, 1, 200), (4, 45, 2, 50)) AS t(customer, days, orders,
              spent)) AS t;

SELECT rfm_class(NULL::rfm_cell, 2, 2, 2) IS NULL AS of_unknown,
       rfm_class(NULL::rfm_cell) OVER () IS NULL AS of_unknown_2;
SELECT rfm_class('1-1-1') OVER () AS alone;
-- Cells of one number of bins have a mean, cells of several have none.
SELECT rfm_class_rank(s) OVER () FROM (VALUES ('1-2-3/3'::rfm_cell), ('3-2-1/3')) AS t(s) ORDER BY s;
SELECT rfm_class(s) OVER () AS error FROM (VALUES ('1-2-3/3'::rfm_cell), ('3-2-1')) AS t(s);
SELECT rfm_class('1-1-1', 'family') OVER () AS error;
SELECT rfm_class('1-1-1', lang => 'de') OVER () AS error;
SELECT rfm_class('1-1-1', 'NaN', 1, 1) AS error;
SELECT rfm_class('1-1-1', 1, 1, 1, 'b') AS error;
