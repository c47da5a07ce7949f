-- rfm: three scores of a customer, and scoring as a window function.

-- Text form, parts.
SELECT '5-4-3'::rfm_cell AS five_four_three, make_rfm(5, 4, 3) AS five_four_three_2, '10-1-100/100'::rfm_cell AS wide;
SELECT recency_score(s) AS five, frequency_score(s) AS four, monetary_score(s) AS three
FROM (SELECT '5-4-3'::rfm_cell) AS t(s);
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

-- A cell knows its number of bins: five are not written, others are. It is part of equality, and last in the
-- order.
SELECT make_rfm(3, 2, 1, 3) AS of_three, make_rfm(3, 2, 1, bins => 5) AS of_five, rfm_bins('3-2-1/3') AS three,
       rfm_bins('3-2-1') AS five, make_rfm(100, 1, 50, 100) AS of_hundred, make_rfm(2, 1, 2, 2) AS of_two;
SELECT '3-2-1/5'::rfm_cell AS error;
SELECT '6-2-1'::rfm_cell AS error_six_of_five;
SELECT '3-4-1/3'::rfm_cell AS error_four_of_three;
SELECT '1-1-1/1'::rfm_cell AS error;
SELECT '1-1-1/101'::rfm_cell AS error;
SELECT '1-1-1/'::rfm_cell AS error;
SELECT '1-1-1/03'::rfm_cell AS error;
SELECT make_rfm(6, 4, 3) AS error_six_of_five;
SELECT make_rfm(1, 1, 4, 3) AS error_four_of_three;
SELECT make_rfm(1, 1, 1, 1) AS error;
SELECT make_rfm(1, 1, 1, 101) AS error;
SELECT '3-2-1/3'::rfm_cell = '3-2-1' AS no, '3-2-1/3'::rfm_cell < '3-2-1' AS yes,
       '3-2-1/4'::rfm_cell > '3-2-1/3' AS yes_2,
       '3-2-2/3'::rfm_cell > '3-2-1' AS yes_3, '3-2-1/3'::rfm_cell = make_rfm(3, 2, 1, 3) AS yes_4;
SELECT to_json('3-2-1/3'::rfm_cell) AS json, '5-4-3'::rfm_cell::jsonb AS jsonb, row_to_json(t) AS in_a_row
FROM (SELECT 7 AS customer, '5-4-3'::rfm_cell AS scores) AS t;
-- Every cell of every number of bins: text, binary and parts.
CREATE TEMP TABLE every AS
    SELECT b, r, f, m, make_rfm(r, f, m, b) AS s
    FROM generate_series(2, 12) AS b, generate_series(1, b) AS r, generate_series(1, b) AS f, generate_series(1, b) AS m
    UNION ALL SELECT 100, r, f, m, make_rfm(r, f, m, 100)
    FROM (VALUES (1), (49), (100)) AS r(r), (VALUES (1), (50), (100)) AS f(f), (VALUES (1), (51), (100)) AS m(m);
SELECT count(*) AS cells, count(DISTINCT s) AS different, count(*) FILTER (WHERE s::text::rfm_cell = s) AS read_back,
       count(*) FILTER (WHERE s::text = concat_ws('-', r, f, m)
           || CASE WHEN b <> 5 THEN '/' || b ELSE '' END) AS as_written,
       count(*) FILTER (WHERE (recency_score(s), frequency_score(s), monetary_score(s), rfm_bins(s))
           = (r, f, m, b)) AS parts,
       count(*) FILTER (WHERE _rfm_cell_send(s) = decode(lpad(to_hex(r), 2, '0') || lpad(to_hex(f), 2, '0')
                                                         || lpad(to_hex(m), 2, '0') || lpad(to_hex(b), 2, '0'),
                                                         'hex')) AS sent
FROM every;
SELECT count(*) AS out_of_order FROM (SELECT s, lag(s) OVER (ORDER BY r, f, m, b) AS before FROM every) AS t
       WHERE s <= before;

-- In another number of bins: the score of the bin in which the middle of its share lies, worst and best as such; for
-- all scores of all numbers of bins. A score that is read in its own number of bins stays, and the order is kept.
CREATE TEMP TABLE rebinned AS
    SELECT b, t, s, recency_score(rfm_rebin(make_rfm(s, 1, b, b), t)) AS got,
        rfm_rebin(make_rfm(s, 1, b, b), t) AS cell,
           CASE s WHEN 1 THEN 1 WHEN b THEN t ELSE 1 + floor(t * (s - 0.5) / b) END AS want
    FROM generate_series(2, 100) AS b, unnest('{2,3,4,5,6,7,10,99,100}'::int[]) AS t, generate_series(1, b) AS s;
SELECT count(*) AS tried, count(*) FILTER (WHERE got <> want) AS wrong,
       count(*) FILTER (WHERE b = t AND got <> s) AS moved,
       count(*) FILTER (WHERE frequency_score(cell) <> 1 OR monetary_score(cell) <> t
           OR rfm_bins(cell) <> t) AS wrong_ends
FROM rebinned;
SELECT count(*) AS falls FROM (SELECT got - lag(got) OVER (PARTITION BY b, t ORDER BY s) AS d FROM rebinned) AS t
       WHERE d < 0;
SELECT b AS bins, string_agg(got::text, ' ' ORDER BY s) AS in_five FROM rebinned
WHERE t = 5 AND b IN (2, 3, 4, 5, 6, 7, 10)
GROUP BY b ORDER BY b;
SELECT rfm_rebin('1-2-3', 1) AS error;

-- Order: recency first, then frequency, then monetary value; as numbers, not as text.
SELECT s FROM (VALUES ('2-1-1'::rfm_cell), ('10-1-1/10'), ('1-5-5'), ('2-1-10/10'), ('2-1-9/10'), ('2-1-1/3'),
       ('2-1-1/7')) AS t(s) ORDER BY s;
SELECT '5-4-3'::rfm_cell = '5-4-3' AS yes, '5-4-3'::rfm_cell <> '5-4-3' AS no, '5-4-3'::rfm_cell > '5-3-5' AS yes_2,
       '5-4-3'::rfm_cell >= '5-4-4' AS no_2, '5-4-3'::rfm_cell < '5-4-4' AS yes_3, '5-4-3'::rfm_cell <= '4-5-5' AS no_3;
CREATE TEMP TABLE scored AS
    SELECT make_rfm(r, f, m) AS s FROM generate_series(1, 5) AS r, generate_series(1, 5) AS f,
           generate_series(1, 5) AS m;
CREATE UNIQUE INDEX ON scored (s);
SELECT count(*) AS all_cells, count(*) FILTER (WHERE s::text::rfm_cell = s) AS read_back,
       count(*) FILTER (WHERE make_rfm(recency_score(s), frequency_score(s), monetary_score(s)) = s) AS put_together
       FROM scored;
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
    FROM (SELECT *, 1 + (rank() OVER (PARTITION BY case_no, bins ORDER BY last) - 1) * bins /
            count(*) OVER (PARTITION BY case_no, bins) AS r,
                 1 + (rank() OVER (PARTITION BY case_no, bins ORDER BY orders) - 1) * bins /
                 count(*) OVER (PARTITION BY case_no, bins) AS f,
                 1 + (rank() OVER (PARTITION BY case_no, bins ORDER BY spent) - 1) * bins /
                 count(*) OVER (PARTITION BY case_no, bins) AS m
          FROM cases, (VALUES (2), (5), (100)) AS b(bins)
          WHERE last IS NOT NULL AND orders IS NOT NULL AND spent IS NOT NULL) AS independent;
CREATE TEMP TABLE by_sql AS
    SELECT case_no, i, bins, make_rfm(r::int, f::int, m::int, bins) AS independent,
           make_rfm(r::int, nested_f::int,
               (1 + (rank() OVER (PARTITION BY case_no, bins, r, nested_f ORDER BY spent) - 1) * bins
                                                / count(*) OVER (PARTITION BY case_no, bins, r, nested_f))::int,
                                                bins) AS nested
    FROM by_rank;
CREATE TEMP TABLE ours AS
    SELECT case_no, i, last, orders, spent, rfm(last, orders, spent) OVER w AS five,
           rfm(last, orders, spent, 2) OVER w AS two,
           rfm(last, orders, spent, 100) OVER w AS hundred, rfm(last, orders, spent, 5, 'nested') OVER w AS nested_five,
           rfm(last, orders, spent, 2, 'nested') OVER w AS nested_two,
           rfm(last, orders, spent, 100, 'nested') OVER w AS nested_hundred
    FROM cases WINDOW w AS (PARTITION BY case_no);
SELECT count(*) AS compared, count(*) FILTER (WHERE s.independent IS DISTINCT FROM CASE s.bins WHEN 2 THEN two WHEN 5
           THEN five ELSE hundred END) AS wrong,
       count(*) FILTER (WHERE s.nested IS DISTINCT FROM CASE s.bins WHEN 2 THEN nested_two WHEN 5 THEN nested_five
           ELSE nested_hundred END) AS wrong_nested
FROM ours JOIN by_sql AS s USING (case_no, i);
SELECT count(*) FILTER (WHERE five IS NULL) = count(*) FILTER (WHERE last IS NULL OR orders IS NULL
           OR spent IS NULL) AS unknown_unscored,
       count(*) > 0 AS some FROM ours WHERE five IS NULL OR last IS NULL OR orders IS NULL OR spent IS NULL;

-- The other three ways to say when a customer last bought give the same scores; so do other number types.
SELECT count(*) AS differences
FROM (SELECT rfm(last, orders, spent) OVER w AS s, rfm(last::timestamp, orders, spent) OVER w AS at,
        rfm(last::timestamptz, orders, spent) OVER w AS tz,
             rfm(date '2024-12-31' - last, orders, spent) OVER w AS days,
             rfm(last, orders::int, spent::real) OVER w AS narrow,
             rfm(last, orders::numeric, spent::float8) OVER w AS wide,
             rfm(last, orders::smallint, spent::numeric) OVER w AS exact
      FROM cases WINDOW w AS (PARTITION BY case_no)) AS t
WHERE at IS DISTINCT FROM s OR tz IS DISTINCT FROM s OR days IS DISTINCT FROM s OR narrow IS DISTINCT FROM s
    OR wide IS DISTINCT FROM s
   OR exact IS DISTINCT FROM s;

-- Scores of ten, twenty or a hundred bins are those of five, read in five: fifths of tenths are fifths.
SELECT count(*) AS customers, count(*) FILTER (WHERE rfm_rebin(ten, 5) <> five) AS differ_ten,
       count(*) FILTER (WHERE rfm_rebin(twenty, 5) <> five) AS differ_twenty,
       count(*) FILTER (WHERE rfm_rebin(hundred, 5) <> five) AS differ_hundred,
       count(*) FILTER (WHERE rfm_rebin(twenty, 10) <> ten) AS differ_of_ten
FROM (SELECT rfm(last, orders, spent) OVER w AS five, rfm(last, orders, spent, 10) OVER w AS ten,
             rfm(last, orders, spent, 20) OVER w AS twenty, rfm(last, orders, spent, 100) OVER w AS hundred
      FROM cases WINDOW w AS (PARTITION BY case_no)) AS t;

-- When a customer last bought: an instant, a time of a clock or a date, whatever the session's zone; not both in one
-- partition. A named literal or parameter is a moment; one that is not named would be days.
SET TimeZone = 'America/New_York';
SELECT rfm(at, 1, 1) OVER () AS instants, rfm(at AT TIME ZONE 'Asia/Shanghai', 1, 1) OVER () AS local,
       rfm((at AT TIME ZONE 'Asia/Shanghai')::date, 1, 1) OVER () AS days
FROM (VALUES (timestamptz '2025-01-01 12:00+00'), ('2025-01-01 17:00+00'),
    ('2025-01-03 00:00+08')) AS t(at) ORDER BY at;
RESET TimeZone;
SELECT rfm(CASE WHEN i = 1 THEN timestamptz '2025-01-01 00:00+00'::metric_moment ELSE '2025-01-01' END,
           1, 1) OVER () AS error
FROM generate_series(1, 2) AS i;
SELECT rfm(last_purchase => '2025-01-01', frequency => 1, monetary => 2) OVER () AS of_a_literal;
PREPARE scores AS SELECT rfm(last_purchase => $1, frequency => $2, monetary => $3) OVER () AS of_parameters;
EXECUTE scores('2025-01-01', 1, 2);
DEALLOCATE scores;
SELECT rfm('2025-01-01', 1, 1) OVER () AS error_read_as_days;

-- Money as numeric: the same scores, whatever its size.
SELECT count(*) AS differences
FROM (SELECT rfm(last, orders, x) OVER w AS a, rfm(last, orders, x::float8) OVER w AS b,
        rfm(last::timestamp, orders, x) OVER w AS c,
             rfm(last::timestamptz, orders, x) OVER w AS d, rfm(date '2024-12-31' - last, orders, x) OVER w AS e
      FROM (SELECT case_no, last, orders,
              spent * (ARRAY[1, 1.00, 0.001, 1e-30, 12345678901234567890.5, 1e200])[1 + case_no % 6] AS x
              FROM cases) AS sizes
      WINDOW w AS (PARTITION BY case_no)) AS t
WHERE (a, c, d, e) IS DISTINCT FROM (b, b, b, b);
SELECT rfm(1, 1, 'NaN'::numeric) OVER () AS error;
SELECT rfm(1, 1, 'infinity'::numeric) OVER () AS error;
SELECT rfm(1, 1, 1e400) OVER () AS error;

-- The order of rows changes nothing, nor does a frame.
SELECT count(*) AS differences
FROM ours AS a
JOIN (SELECT case_no, i,
        rfm(last, orders, spent) OVER (PARTITION BY case_no ORDER BY hashint4(i) ROWS BETWEEN 1 PRECEDING
            AND CURRENT ROW) AS five,
             rfm(last, orders, spent, 5, 'nested') OVER (PARTITION BY case_no ORDER BY hashint4(i) DESC) AS nested_five
             FROM cases) AS b USING (case_no, i)
WHERE a.five IS DISTINCT FROM b.five OR a.nested_five IS DISTINCT FROM b.nested_five;

-- A partition that spills to disk, one whose arguments are computed, and an exact division: without ties NTILE is right
-- too.
SET work_mem = '64kB';
SELECT count(*) AS customers, count(*) FILTER (WHERE s <> make_rfm(r, f, m)) AS differences
FROM (SELECT rfm(make_date(2000, 1, 1) + i, (i * 7919) % 20000 + 0.5,
            -abs(i * 104729 % 20000 - 9000.25::numeric)) OVER () AS s,
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
