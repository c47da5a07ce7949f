-- histories: customers with the same history, counted.
CREATE TEMP TABLE customers AS
    SELECT i, i % 5 AS segment, CASE WHEN i % 3 > 0 THEN (i * 7) % 6 ELSE 0 END AS x,
           CASE WHEN i % 3 > 0 AND (i * 7) % 6 > 0 THEN 1 + (i * 11) % 20 ELSE 0 END / 7.0::float8 AS t_x,
           (21 + i % 30) / 7.0::float8 AS t
    FROM generate_series(1, 4000) AS i;

-- Text form: kind, then x, t_x, t and how many customers.
SELECT '1:purchases:'::histories_state AS empty,
       '1:purchases:0,0,38.5,12;2,30,38.5,1'::histories_state AS thirteen_customers;
SELECT '1:opportunities:3,4,6,181'::histories_state AS opportunities,
       '1:spending:2,22.345,1'::histories_state AS spending,
       '1:renewals:3,0,5;3,1,7'::histories_state AS renewals;
SELECT '2:purchases:'::histories_state AS error_newer_version;
SELECT ''::histories_state AS error;
SELECT '1:sales:'::histories_state AS error;
SELECT '1:purchases:0,0,38.5'::histories_state AS error;
SELECT '1:purchases:0,0,38.5,0'::histories_state AS error_nobody;
SELECT '1:purchases:0,0,38.5,1;'::histories_state AS error;
SELECT '1:purchases:2,30,38.5,1;0,0,38.5,12'::histories_state AS error_order;
SELECT '1:purchases:0,0,38.5,1;0,0,38.5,1'::histories_state AS error_twice;
SELECT '1:purchases:0,1,38.5,1'::histories_state AS error_last_without_repeat;
SELECT '1:purchases:1,39,38.5,1'::histories_state AS error_last_after_end;
SELECT '1:purchases:-1,0,38.5,1'::histories_state AS error;
SELECT '1:purchases:0,0,NaN,1'::histories_state AS error;
SELECT '1:purchases:0,0,1e16,1'::histories_state AS error;
SELECT '1:purchases:0,0,1,2305843009213693951;0,0,2,1'::histories_state AS error_too_many;
SELECT '1:opportunities:3,2,6,1'::histories_state AS error_more_than_opportunities;
SELECT '1:opportunities:1,1,10001,1'::histories_state AS error;
SELECT '1:spending:0,5,1'::histories_state AS error;
SELECT '1:spending:1,-5,1'::histories_state AS error;
SELECT '1:renewals:0,1,1'::histories_state AS error_lost_before_it_began;
SELECT '1:renewals:3,2,1'::histories_state AS error;

-- Zero has no sign: one history of eight customers, in two kinds.
SELECT histories_agg(x, t_x, t) AS purchases, opportunities_agg(x, t_x, 5) AS opportunities
FROM (VALUES (0::float8), ('-0')) AS a(x), (VALUES (0::float8), ('-0')) AS b(t_x), (VALUES (0::float8), ('-0')) AS c(t);

-- Nothing, NULL, one.
SELECT histories_agg(x, t_x, t) AS nothing FROM customers WHERE false;
-- Empty groups alike: aggregates over rows give a state, the empty one; rollup of no state gives NULL.
SELECT histories_agg(x, t_x, t) = '1:purchases:' AS purchases,
       histories_weighted_agg(x, t_x, t, 1) = '1:purchases:' AS weighted_purchases,
       opportunities_agg(x, x, x) = '1:opportunities:' AS opportunities,
       opportunities_weighted_agg(x, x, x, 1) = '1:opportunities:' AS weighted_opportunities,
       spend_agg(x, t) = '1:spending:' AS spending, spend_weighted_agg(x, t, 1) = '1:spending:' AS weighted_spending,
       renewals_agg(x, true) = '1:renewals:' AS renewals,
       renewals_weighted_agg(x, true, 1) = '1:renewals:' AS weighted_renewals,
       rollup('1:purchases:'::histories_state) IS NULL AS rolled_up
FROM customers WHERE false;
SELECT histories_agg(NULL, 0, 5) AS skipped, histories_agg(0, NULL, 5) AS skipped_2,
       histories_agg(0, 0, NULL) AS skipped_3;
SELECT histories_agg(2, 1.5, 3) AS one, opportunities_agg(2, 3, 4) AS one_2, spend_agg(2, 9.99) AS one_3,
       renewals_agg(2, true) AS one_4;
SELECT histories_agg(0, -0.0, 5) = histories_agg(0, 0, 5) AS zero_has_no_sign;
SELECT histories_agg(0, 1, 5) AS error;
SELECT histories_agg(2, 6, 5) AS error;
SELECT histories_agg(-2, 1, 5) AS error;
SELECT histories_agg(2, 'NaN', 5) AS error;
SELECT histories_agg(2, 1, 'Infinity') AS error;
SELECT opportunities_agg(3, 2, 6) AS error;
SELECT spend_agg(0, 10) AS error;
SELECT spend_agg(1, 1e-13) AS error;
SELECT renewals_agg(-1, false) AS error;
SELECT renewals_agg(0, true) AS error;
SELECT histories_agg(2.5, 1, 5) AS error_half_a_purchase;
SELECT histories_agg(2, 10.000000001, 10) AS error_shows_all_digits;
SELECT opportunities_agg(1, 1, 10001) AS error;
SELECT opportunities_agg(1, 1.5, 6) AS error;
SELECT renewals_agg(2.5, true) AS error;
SELECT histories_weighted_agg(2, 1, 5, 0) AS error;
SELECT histories_weighted_agg(2, 1, 5, -3) AS error;
SELECT renewals_weighted_agg(2, true, 2.5) AS error;
SELECT histories_agg(0, 0, 5, 2) AS error_has_another_name;

-- Numbers of every type, literals and parameters: counts also as sums, which are numeric.
SELECT histories_weighted_agg(i2, i4, i8, n) = histories_weighted_agg(r, f, n, i8) AS types,
       histories_weighted_agg(i2, i4, i8, n) = histories_weighted_agg('3', '3', '3', '3') AS literals,
       renewals_weighted_agg(n, true, i2) = renewals_weighted_agg(i4, true, r) AS renewals,
       spend_weighted_agg(i2, n, i8) = spend_weighted_agg(n, r, f) AS spending,
       opportunities_weighted_agg(i2, n, i8, i4) = opportunities_weighted_agg(n, r, f, n) AS opportunities
FROM (SELECT 3::int2 AS i2, 3::int4 AS i4, 3::int8 AS i8, 3::numeric AS n, 3::real AS r, 3::float8 AS f) AS t;
PREPARE one AS SELECT histories_weighted_agg($1, $2, $3, $4);
EXECUTE one(1, 2, 3, 4);
SELECT histories_weighted_agg(x, t_x, t, n) = (SELECT histories_agg(x, t_x, t) FROM customers) AS sums_of_counts
FROM (SELECT x, t_x, t, sum(1::bigint) AS n FROM customers GROUP BY x, t_x, t) AS g;
SELECT renewals_from_survivors(array_agg(n ORDER BY n DESC)) = '1:renewals:1,1,400;2,0,450;2,1,150' AS of_numeric,
       renewals_from_survivors(array_agg(n::int ORDER BY n DESC)) = '1:renewals:1,1,400;2,0,450;2,1,150' AS of_integer
FROM (VALUES (1000.0), (600), (450)) AS t(n);

-- The counts in plain SQL beside it.
SELECT count(*) AS different, sum(customers) AS customers,
       count(*) FILTER (WHERE (x, t_x, t, customers) IN (SELECT x, t_x, t, count(*) FROM customers GROUP BY x, t_x,
               t)) AS right_count
FROM history_counts((SELECT histories_agg(x, t_x, t) FROM customers));
SELECT count(*) AS different FROM (SELECT DISTINCT x, t_x, t FROM customers) AS d;
SELECT history_customers(histories_agg(x, t_x, t)) AS customers, history_customers('1:purchases:') AS zero
FROM customers;
SELECT * FROM history_counts('1:spending:2,22.345,1');

-- Weights are repeated rows; the order of rows changes nothing; the text form is the value.
SELECT (SELECT histories_weighted_agg(x, t_x, t, n)
        FROM (SELECT x, t_x, t, count(*) AS n FROM customers GROUP BY 1, 2, 3) AS g)
       = histories_agg(x, t_x, t) AS weighted,
       histories_agg(x, t_x, t ORDER BY i) = histories_agg(x, t_x, t ORDER BY md5(i::text)) AS any_order,
       histories_agg(x, t_x, t)::text::histories_state = histories_agg(x, t_x, t) AS text_and_back
FROM customers;
SELECT opportunities_weighted_agg(3, 4, 6, 2) AS two_opportunities, spend_weighted_agg(3, 4.5, 2) AS two_spending,
       renewals_weighted_agg(3, false, 2) AS two_renewals;

-- Merging: by segments, in any order, is the whole; the empty value changes nothing; kinds do not mix.
SELECT rollup(h ORDER BY h) = (SELECT histories_agg(x, t_x, t) FROM customers) AS rolled_up,
       rollup(h ORDER BY h DESC) = rollup(h ORDER BY h) AS any_order
FROM (SELECT histories_agg(x, t_x, t) AS h FROM customers GROUP BY segment
      UNION ALL SELECT '1:purchases:' UNION ALL SELECT NULL) AS parts;
SELECT rollup(h) AS error FROM (VALUES ('1:purchases:'::histories_state), ('1:spending:')) AS t(h);
SELECT a + b AS merged, b + a = a + b AS either_way, a + NULL = a AS null_adds_nothing, a + a AS twice
FROM (SELECT '1:renewals:1,0,3'::histories_state AS a, '1:renewals:1,0,2;2,1,4'::histories_state AS b) AS t;
SELECT '1:purchases:'::histories_state + '1:spending:' AS error;

-- As json: what history_counts gives, under the names of the arguments.
SELECT '1:purchases week:0,0,38.5,12;2,30,38.5,1'::histories_state::json AS purchases;
-- Merging keeps the unit, also where only the first or the last is in a known one.
SELECT rollup(h ORDER BY h::text) AS known_last, rollup(h ORDER BY h::text DESC) AS known_first
FROM (VALUES ('1:purchases week:2,30,38.5,1'::histories_state), ('1:purchases:0,0,38.5,12')) AS t(h);
SELECT '1:opportunities:3,4,6,181'::histories_state::json AS opportunities;
SELECT '1:spending:2,22.345,1'::histories_state::json AS spending;
SELECT '1:renewals:3,0,5;3,1,7'::histories_state::json AS renewals, '1:renewals:'::histories_state::json AS empty;
SELECT (h::jsonb ->> 'customers')::bigint = history_customers(h) AS customers,
       (SELECT bool_and((j ->> 'x', j ->> 't_x') = (x::text, t_x::text)
                        AND (j ->> 't', j ->> 'customers') = (t::text, n::text))
        FROM ROWS FROM (jsonb_array_elements(h::jsonb -> 'histories'), history_counts(h)) AS r(j, x, t_x, t, n)) AS each
FROM (SELECT histories_agg(x, t_x, t) AS h FROM customers) AS c;

-- Many different histories: the table grows.
SELECT count(*) AS different, min(customers) AS each, max(customers) AS one
FROM history_counts((SELECT histories_agg(1, i / 7.0, 20000) FROM generate_series(1, 20000) AS i));

-- Cohorts of contracts from how many were still there.
SELECT renewals_from_survivors('{1000,600,450}') AS lost_400_and_150, renewals_from_survivors('{}') AS nobody_asked,
       renewals_from_survivors('{5}') AS just_begun;
SELECT renewals_from_survivors('{1000,600,450}') =
       (SELECT renewals_agg(CASE WHEN i <= 400 THEN 1 ELSE 2 END, i <= 550)
           FROM generate_series(1, 1000) AS i) AS the_same_as_rows;
SELECT renewals_from_survivors('{10,11}') AS error;
SELECT renewals_from_survivors('{10,-1}') AS error;
SELECT renewals_from_survivors('{10,9.5}') AS error;
SELECT renewals_from_survivors('{NaN}') AS error;
SELECT renewals_from_survivors('{10,NULL}') AS error;
SELECT renewals_from_survivors('{{10},{9}}') AS error;

-- Rows with a NULL are in nothing but their number.
SELECT skipped_rows(whole) AS skipped, rolled_up = whole AS rolled_up, whole::text::histories_state = whole AS text,
       skipped_rows(renewals) AS renewals
FROM (SELECT histories_agg(x, t_x, t) AS whole, rollup(part) AS rolled_up, renewals_agg(1 + x, t > 1) AS renewals FROM
     (SELECT x, t_x, t, histories_agg(x, t_x, t) OVER (PARTITION BY n) AS part FROM (VALUES
         (1, 0, 0, 5), (2, NULL, 0, 5), (3, 0, NULL, 5), (4, 0, 0, NULL), (5, 1, 2, 5)) AS t(n, x, t_x, t)) AS r) AS w;
