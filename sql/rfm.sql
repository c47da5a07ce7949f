-- rfm: three scores of a customer, and scoring as a window function.

-- Text form, parts.
SELECT '5-4-3'::rfm_cell AS five_four_three, make_rfm(5, 4, 3) AS five_four_three, '10-1-100'::rfm_cell AS wide;
SELECT recency_score(s) AS five, frequency_score(s) AS four, monetary_score(s) AS three FROM (SELECT '5-4-3'::rfm_cell) AS t(s);
SELECT '543'::rfm_cell AS error;
SELECT '5-4'::rfm_cell AS error;
SELECT '5-4-3-2'::rfm_cell AS error;
SELECT '5-4-0'::rfm_cell AS error;
SELECT '5-4-101'::rfm_cell AS error;
SELECT '5-4- 3'::rfm_cell AS error;
SELECT '5-4-03'::rfm_cell AS error;
SELECT ''::rfm_cell AS error;
SELECT make_rfm(0, 4, 3) AS error;
SELECT make_rfm(5, 4, 101) AS error;
SELECT make_rfm(5, NULL, 3) IS NULL AS of_unknown;

-- Order: recency first, then frequency, then monetary value; as numbers, not as text.
SELECT s FROM (VALUES ('2-1-1'::rfm_cell), ('10-1-1'), ('1-5-5'), ('2-1-10'), ('2-1-9')) AS t(s) ORDER BY s;
SELECT '5-4-3'::rfm_cell = '5-4-3' AS yes, '5-4-3'::rfm_cell <> '5-4-3' AS no, '5-4-3'::rfm_cell > '5-3-5' AS yes,
       '5-4-3'::rfm_cell >= '5-4-4' AS no, '5-4-3'::rfm_cell < '5-4-4' AS yes, '5-4-3'::rfm_cell <= '4-5-5' AS no;
CREATE TEMP TABLE scored AS
    SELECT make_rfm(r, f, m) AS s FROM generate_series(1, 5) AS r, generate_series(1, 5) AS f, generate_series(1, 5) AS m;
CREATE UNIQUE INDEX ON scored (s);
SELECT count(*) AS all_cells, count(*) FILTER (WHERE s::text::rfm_cell = s) AS read_back,
       count(*) FILTER (WHERE make_rfm(recency_score(s), frequency_score(s), monetary_score(s)) = s) AS put_together FROM scored;
SET enable_seqscan = off;
SELECT count(*) AS twenty_five FROM scored WHERE s >= '3-1-1' AND s < '4-1-1';
RESET enable_seqscan;
SELECT count(*) AS all_match FROM scored AS a JOIN scored AS b USING (s);
SELECT count(DISTINCT s) AS all_differ FROM scored;

-- Five customers, by hand: a score is 1 + the number of customers who are worse, of five. Equal values, equal scores.
SELECT customer, rfm(last, orders, spent) OVER () AS five_bins, rfm(last, orders, spent, bins => 2) OVER () AS two_bins,
       rfm(last, orders, spent, method => 'nested') OVER () AS nested
FROM (VALUES (1, date '2024-01-05', 1, 10), (2, '2024-02-07', 1, 30), (3, '2024-01-01', 2, 20),
             (4, '2024-03-09', 1, 40), (5, '2024-02-07', 7, 30)) AS t(customer, last, orders, spent)
ORDER BY customer;

-- Who never bought has no scores, and does not move those of the others.
SELECT customer, rfm(last, orders, spent) OVER () AS scores
FROM (VALUES (1, date '2024-01-05', 1, 10), (2, NULL, 0, 0), (3, '2024-01-01', 2, NULL), (4, '2024-03-09', NULL, 40),
             (5, '2024-02-07', 7, 30)) AS t(customer, last, orders, spent)
ORDER BY customer;
SELECT rfm(NULL::date, 1, 1) OVER () IS NULL AS nobody;
SELECT rfm(date '2024-01-01', 1, 1) OVER () AS alone;
SELECT rfm(date '2024-01-01', 1, 1) OVER () AS no_row WHERE false;

-- Thousands of small tables, with many ties and some unknown values, against rank() in plain SQL.
CREATE TEMP TABLE cases AS
    SELECT t AS case_no, i, CASE WHEN h % 19 <> 0 THEN date '2024-01-01' + ((h / 19) % (1 + t % 25))::int END AS last,
           CASE WHEN h % 23 <> 0 THEN (h / 400) % (1 + t % 7) END AS orders,
           CASE WHEN h % 29 <> 0 THEN ((h / 9000) % (1 + t % 40) - 3) / 4.0 END AS spent
    FROM generate_series(1, 1500) AS t, generate_series(1, 1 + t % 37) AS i,
         LATERAL (SELECT abs(hashint8(t * 1000 + i)::bigint) AS h) AS r;
CREATE TEMP TABLE by_rank AS
    SELECT case_no, i, bins, r, f, m, 1 + (rank() OVER (PARTITION BY case_no, bins, r ORDER BY orders) - 1) * bins
                                        / count(*) OVER (PARTITION BY case_no, bins, r) AS nested_f, spent
    FROM (SELECT *, 1 + (rank() OVER (PARTITION BY case_no, bins ORDER BY last) - 1) * bins / count(*) OVER (PARTITION BY case_no, bins) AS r,
                 1 + (rank() OVER (PARTITION BY case_no, bins ORDER BY orders) - 1) * bins / count(*) OVER (PARTITION BY case_no, bins) AS f,
                 1 + (rank() OVER (PARTITION BY case_no, bins ORDER BY spent) - 1) * bins / count(*) OVER (PARTITION BY case_no, bins) AS m
          FROM cases, (VALUES (2), (5), (100)) AS b(bins)
          WHERE last IS NOT NULL AND orders IS NOT NULL AND spent IS NOT NULL) AS independent;
CREATE TEMP TABLE by_sql AS
    SELECT case_no, i, bins, make_rfm(r::int, f::int, m::int) AS independent,
           make_rfm(r::int, nested_f::int, (1 + (rank() OVER (PARTITION BY case_no, bins, r, nested_f ORDER BY spent) - 1) * bins
                                                / count(*) OVER (PARTITION BY case_no, bins, r, nested_f))::int) AS nested
    FROM by_rank;
CREATE TEMP TABLE ours AS
    SELECT case_no, i, last, orders, spent, rfm(last, orders, spent) OVER w AS five, rfm(last, orders, spent, 2) OVER w AS two,
           rfm(last, orders, spent, 100) OVER w AS hundred, rfm(last, orders, spent, 5, 'nested') OVER w AS nested_five,
           rfm(last, orders, spent, 2, 'nested') OVER w AS nested_two, rfm(last, orders, spent, 100, 'nested') OVER w AS nested_hundred
    FROM cases WINDOW w AS (PARTITION BY case_no);
SELECT count(*) AS compared, count(*) FILTER (WHERE s.independent IS DISTINCT FROM CASE s.bins WHEN 2 THEN two WHEN 5 THEN five ELSE hundred END) AS wrong,
       count(*) FILTER (WHERE s.nested IS DISTINCT FROM CASE s.bins WHEN 2 THEN nested_two WHEN 5 THEN nested_five ELSE nested_hundred END) AS wrong_nested
FROM ours JOIN by_sql AS s USING (case_no, i);
SELECT count(*) FILTER (WHERE five IS NULL) = count(*) FILTER (WHERE last IS NULL OR orders IS NULL OR spent IS NULL) AS unknown_unscored,
       count(*) > 0 AS some FROM ours WHERE five IS NULL OR last IS NULL OR orders IS NULL OR spent IS NULL;

-- The other three ways to say when a customer last bought give the same scores; so do other number types.
SELECT count(*) AS differences
FROM (SELECT rfm(last, orders, spent) OVER w AS s, rfm(last::timestamp, orders, spent) OVER w AS at, rfm(last::timestamptz, orders, spent) OVER w AS tz,
             rfm(date '2024-12-31' - last, orders, spent) OVER w AS days, rfm(last, orders::int, spent::real) OVER w AS narrow,
             rfm(last, orders::numeric, spent::float8) OVER w AS wide
      FROM cases WINDOW w AS (PARTITION BY case_no)) AS t
WHERE at IS DISTINCT FROM s OR tz IS DISTINCT FROM s OR days IS DISTINCT FROM s OR narrow IS DISTINCT FROM s OR wide IS DISTINCT FROM s;

-- Money as numeric: the same scores, whatever its size.
SELECT count(*) AS differences
FROM (SELECT rfm(last, orders, x) OVER w AS a, rfm(last, orders, x::float8) OVER w AS b, rfm(last::timestamp, orders, x) OVER w AS c,
             rfm(last::timestamptz, orders, x) OVER w AS d, rfm(date '2024-12-31' - last, orders, x) OVER w AS e
      FROM (SELECT case_no, last, orders, spent * (ARRAY[1, 1.00, 0.001, 1e-30, 12345678901234567890.5, 1e200])[1 + case_no % 6] AS x FROM cases) AS sizes
      WINDOW w AS (PARTITION BY case_no)) AS t
WHERE (a, c, d, e) IS DISTINCT FROM (b, b, b, b);
SELECT rfm(1, 1, 'NaN'::numeric) OVER () AS error;
SELECT rfm(1, 1, 'infinity'::numeric) OVER () AS error;
SELECT rfm(1, 1, 1e400) OVER () AS error;

-- The order of rows changes nothing, nor does a frame.
SELECT count(*) AS differences
FROM ours AS a
JOIN (SELECT case_no, i, rfm(last, orders, spent) OVER (PARTITION BY case_no ORDER BY hashint4(i) ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS five,
             rfm(last, orders, spent, 5, 'nested') OVER (PARTITION BY case_no ORDER BY hashint4(i) DESC) AS nested_five FROM cases) AS b USING (case_no, i)
WHERE a.five IS DISTINCT FROM b.five OR a.nested_five IS DISTINCT FROM b.nested_five;

-- A partition that spills to disk, one whose arguments are computed, and an exact division: without ties NTILE is right too.
SET work_mem = '64kB';
SELECT count(*) AS customers, count(*) FILTER (WHERE s <> make_rfm(r, f, m)) AS differences
FROM (SELECT rfm(make_date(2000, 1, 1) + i, (i * 7919) % 20000 + 0.5, -abs(i * 104729 % 20000 - 9000.25::numeric)) OVER () AS s,
             ntile(5) OVER (ORDER BY i) AS r, ntile(5) OVER (ORDER BY (i * 7919) % 20000) AS f,
             ntile(5) OVER (ORDER BY -abs(i * 104729 % 20000 - 9000.25)) AS m FROM generate_series(1, 20000) AS i) AS t;
RESET work_mem;

-- Bad input.
SELECT rfm('infinity'::date, 1, 1) OVER () AS error;
SELECT rfm('-infinity'::timestamptz, 1, 1) OVER () AS error;
SELECT rfm(-1, 1, 1) OVER () AS error_after_as_of;
SELECT rfm('NaN'::float8, 1, 1) OVER () AS error;
SELECT rfm(1, -1, 1) OVER () AS error;
SELECT rfm(1, 'infinity', 1) OVER () AS error;
SELECT rfm(1, 1, 'NaN') OVER () AS error;
SELECT rfm(1, 1, '-infinity') OVER () AS error;
SELECT rfm(1, 1, 1, bins => 1) OVER () AS error;
SELECT rfm(1, 1, 1, bins => 101) OVER () AS error;
SELECT rfm(1, 1, 1, bins => NULL) OVER () AS error;
SELECT rfm(1, 1, 1, bins => 2 + i) OVER () AS error FROM generate_series(1, 3) AS i;
SELECT rfm(1, 1, 1, method => 'ntile') OVER () AS error;
SELECT rfm(i, 1, 1, bins => (SELECT 3)) OVER () AS of_a_subquery FROM generate_series(1, 3) AS i;
