-- rfm_base and rfm_cuts: thresholds of scores, learned, merged, given and applied.

-- Text form of a base: days/frequency/monetary, each value with how many customers have it.
SELECT rfm_base_agg(days, orders, spent) AS base
FROM (VALUES (20, 1, 10.5), (3, 2, 10.5), (3, 1, -4), (0, 1, 10.5), (NULL, 0, 0), (5, NULL, 1), (5, 1, NULL)) AS t(days,
        orders, spent);
SELECT rfm_base_agg(1, 1, 1) AS empty WHERE false;
SELECT rfm_base_agg(-0.0::float8, 0, 1e300) AS base;
SELECT '1:0,3*2,20/1*3,2/-4,10.5*3'::rfm_base_state AS base, '1://'::rfm_base_state AS empty;
SELECT '1:3*2,20/1*3/10.5*2,11'::rfm_base_state = '1:3*2,20/1*3/10.5*2,11' AS yes,
       '1:3*2,20/1*3/10.5*2,11'::rfm_base_state = '1:3*2,21/1*3/10.5*2,11' AS no;
SELECT '1:3/1'::rfm_base_state AS error;
SELECT '1:3*2/1/10*2'::rfm_base_state AS error_numbers_differ;
SELECT '1:3,3/1*2/10*2'::rfm_base_state AS error_not_ascending;
SELECT '1:3*0/1*0/1*0'::rfm_base_state AS error;
SELECT '1:3*1/1/1'::rfm_base_state AS error_superfluous;
SELECT '1:-3/1/1'::rfm_base_state AS error_days;
SELECT '1:3/-1/1'::rfm_base_state AS error_frequency;
SELECT '1:3/1/NaN'::rfm_base_state AS error;
SELECT '1:3/1/1/1'::rfm_base_state AS error;
SELECT '1:3,/1/1'::rfm_base_state AS error;
SELECT '2:3/1/1'::rfm_base_state AS error_newer;
SELECT '1:1*2305843009213693951,2/1/1'::rfm_base_state AS error_too_many;

-- Text form of cuts.
SELECT '1:30,10/2,5/100,never'::rfm_cuts AS three_scores, '1:30,30,2/2,2,5/100.5,101,never'::rfm_cuts AS four_scores,
       '1:10,never/0,0/-5,1e300'::rfm_cuts AS low;
SELECT '1:30,10/2/100,200'::rfm_cuts AS error_numbers_differ;
SELECT '1:30,10/2,5/100'::rfm_cuts AS error_numbers_differ;
SELECT '1:10,30/2,5/100,200'::rfm_cuts AS error_days_rise;
SELECT '1:30,10/5,2/100,200'::rfm_cuts AS error_frequency_falls;
SELECT '1:30,10/2,5/never,200'::rfm_cuts AS error;
SELECT '1:never,10/2,5/100,200'::rfm_cuts AS error;
SELECT '1:30,-1/2,5/100,200'::rfm_cuts AS error;
SELECT '1:30,10/2,5'::rfm_cuts AS error;
SELECT '1:30,10//5'::rfm_cuts AS error;
SELECT '1:30,10/2,5/100,infinity'::rfm_cuts AS error;
SELECT ('1:' || string_agg('1', ',') || '/' || string_agg('1', ',') || '/'
       || array_to_string(array_agg(i), ','))::rfm_cuts
           IS NOT NULL AS ninety_nine FROM generate_series(1, 99) AS i;
SELECT ('1:' || string_agg('1', ',') || '/' || string_agg('1', ',') || '/'
       || array_to_string(array_agg(i), ','))::rfm_cuts
           IS NOT NULL AS error FROM generate_series(1, 100) AS i;

-- Fixed thresholds: at most 10, 30, 90 days, at least 2, 5, 10 orders, at least 100, 500, 1000 spent.
SELECT rfm_cuts('{10,30,90}', '{2,5,10}', '{100,500,1000}') AS fixed;
SELECT * FROM rfm_levels(rfm_cuts(ARRAY[10, 30, 90], ARRAY[2, 5, 9], ARRAY[99.95, 500, 1000]));
-- A cell has one number of bins: as many thresholds of each.
SELECT rfm_cuts('{10,30,90}', '{2,5}', '{100,500,1000}') AS error;
SELECT rfm_cuts('{10}', '{2}', '{100,500}') AS error;
SELECT days, orders, spent, rfm(rfm_cuts('{10,30,90}', '{2,5,10}', '{100,500,1000}'), days, orders, spent) AS scores
FROM (VALUES (0, 10, 1000), (10, 9, 999.99), (10.5, 5, 500), (30, 2, 100), (90, 1, 99.99), (91, 0, -1),
        (NULL, 0, 0)) AS t(days, orders, spent);
SELECT rfm_cuts('{30,10}', '{2}', '{100}') AS error_out_of_order;
SELECT rfm_cuts('{10}', '{2,2}', '{100}') AS error_out_of_order;
SELECT rfm_cuts('{10}', '{2}', '{}') AS error;
SELECT rfm_cuts('{10}', '{2}', '{1,NULL}') AS error;
SELECT rfm_cuts('{10}', '{2}', '{NaN}') AS error;
SELECT rfm_cuts('{10,Infinity}', '{2}', '{1}') AS error;
SELECT rfm_cuts('{-10}', '{2}', '{1}') AS error;
SELECT rfm_cuts('{10}', '{-2}', '{1}') AS error;
SELECT rfm_cuts('{{10}}', '{2}', '{1}') AS error;
SELECT rfm('1:10/2/100'::rfm_cuts, -1, 2, 3) AS error_after_as_of;
SELECT rfm('1:10/2/100'::rfm_cuts, 1, 'NaN', 3) AS error;
SELECT rfm('1:10/2/100'::rfm_cuts, 1, 2, 'infinity') AS error;

-- As JSON: the columns of rfm_levels, from score 2 up.
SELECT '1:30,10/2,5/100,never'::rfm_cuts::json AS cuts;
SELECT '1:3*2,20/1*3/-4,10.5*2'::rfm_base_state::json AS base, '1://'::rfm_base_state::jsonb AS empty;
SELECT j->>'customers' AS customers, jsonb_array_length(j->'recency_days') AS days, j#>>'{monetary,0,value}' AS least
FROM (SELECT to_jsonb(rfm_base_agg(i % 7, i % 3, i / 4.0)) FROM generate_series(1, 100) AS i) AS t(j);
-- a + b is what rollup gives, and NULL adds nothing.
SELECT '1:3/1/10'::rfm_base_state + '1:3,9/0,1/10,20' AS both, '1:3/1/10'::rfm_base_state + NULL AS one,
       NULL::rfm_base_state + NULL IS NULL AS none;
SELECT rollup(b) IS NULL AS of_no_states FROM (SELECT NULL::rfm_base_state WHERE false) AS t(b);

-- Learned thresholds: half have one order, so scores 2 and 3 of frequency need what 4 needs, and nobody is above 7
-- orders.
CREATE TEMP TABLE known (days int, orders int, spent numeric);
INSERT INTO known VALUES (3, 1, 10), (8, 1, 20), (15, 1, 30), (40, 1, 40), (41, 1, 50), (90, 1, 60), (100, 2, 70),
    (200, 3, 80), (300, 7, 90), (400, 7, 100);
SELECT rfm_cuts_agg(days, orders, spent) AS learned FROM known;
SELECT l.* FROM (SELECT rfm_cuts_agg(days, orders, spent) FROM known) AS t(c), rfm_levels(c) AS l;
SELECT rfm_cuts(rfm_base_agg(days, orders, spent), bins => 2) AS median,
       rfm_mean_cuts(rfm_base_agg(days, orders, spent)) AS mean FROM known;
SELECT rfm_cuts_agg(days, orders, spent) IS NULL AS of_nobody,
       rfm_cuts(rfm_base_agg(days, orders, spent)) IS NULL AS of_nobody_2,
       rfm_mean_cuts(rfm_base_agg(days, orders, spent)) IS NULL AS of_nobody_3 FROM known WHERE false;
SELECT rfm_cuts_agg(5, 1, 0.1) AS of_one, rfm_mean_cuts(rfm_base_agg(5, 1, 0.1)) AS of_one_2;
SELECT rfm_mean_cuts(rfm_base_agg(0.1, 0.7, 0.3)) AS mean_of_equals FROM generate_series(1, 1000);
SELECT rfm_mean_cuts(rfm_base_agg(1, 1, s)) AS no_cancellation FROM (VALUES (1e16), (1), (-1e16), (1)) AS t(s);
SELECT rfm_cuts(rfm_base_agg(1, 1, 1), 1) AS error;
SELECT rfm_base_agg(-1, 1, 1) AS error;
SELECT rfm_base_agg(1, 'NaN', 1) AS error;
SELECT rfm_base_agg(1, 1, 'infinity') AS error;

-- Many small tables: the customers who were learned from get the scores that the window function gives, which are those
-- of plain SQL.
CREATE TEMP TABLE cases AS
    SELECT t AS case_no, i, (h % (1 + t % 25))::int AS days, (h / 400) % (1 + t % 7) AS orders,
           ((h / 9000) % (1 + t % 40) - 3) / 4.0::float8 AS spent
    FROM generate_series(1, 2000) AS t, generate_series(1, 1 + t % 61) AS i,
        LATERAL (SELECT abs(hashint8(t * 1000 + i)::bigint) AS h) AS r;
CREATE TEMP TABLE bases AS SELECT case_no, rfm_base_agg(days, orders, spent) AS b FROM cases GROUP BY case_no;
SELECT count(*) AS compared, count(*) FILTER (WHERE rfm(rfm_cuts(b), days, orders, spent) <> five) AS wrong_five,
       count(*) FILTER (WHERE rfm(rfm_cuts(b, 3), days, orders, spent) <> three) AS wrong_three,
       count(*) FILTER (WHERE rfm(rfm_cuts(b, 100), days, orders, spent) <> hundred) AS wrong_hundred
FROM (SELECT *, rfm(days, orders, spent) OVER w AS five, rfm(days, orders, spent, 3) OVER w AS three,
        rfm(days, orders, spent, 100) OVER w AS hundred
      FROM cases WINDOW w AS (PARTITION BY case_no)) AS c JOIN bases USING (case_no);
SELECT count(*) AS wrong_means
FROM (SELECT *, rfm(rfm_mean_cuts(b), days, orders, spent) AS s, avg(days::numeric) OVER w AS mean_days,
        avg(orders::numeric) OVER w AS mean_orders,
             avg(spent::numeric) OVER w AS mean_spent FROM cases JOIN bases USING (case_no) WINDOW w
             AS (PARTITION BY case_no)) AS t
WHERE s <> make_rfm(1 + (days <= mean_days)::int, 1 + (orders >= mean_orders)::int, 1 + (spent >= mean_spent)::int, 2);

SELECT count(*) AS differences
FROM bases JOIN (SELECT case_no, rfm_base_agg(days, orders, spent::numeric) AS n,
        rfm_cuts_agg(days, orders, spent::numeric) AS c FROM cases GROUP BY 1) AS of_numeric USING (case_no)
WHERE n <> b OR c <> rfm_cuts(b) OR rfm(c, 3, 1, 2.5::numeric) <> rfm(c, 3, 1, 2.5::float8);

-- A base as plain SQL would write it; and the same in another order of rows, in parts, in text.
CREATE TEMP TABLE written AS
    SELECT case_no, '1:' || string_agg(runs, '/' ORDER BY d) AS text
    FROM (SELECT case_no, d, string_agg(v || CASE WHEN n > 1 THEN '*' || n ELSE '' END, ',' ORDER BY v) AS runs
          FROM (SELECT case_no, d, v, count(*) AS n FROM cases,
                  LATERAL (VALUES (1, days::float8), (2, orders), (3, spent)) AS t(d, v) GROUP BY 1, 2, 3) AS counted
          GROUP BY 1, 2) AS per_dimension
    GROUP BY 1;
SELECT count(*) AS bases, count(*) FILTER (WHERE b::text <> text) AS differ_in_sql,
       count(*) FILTER (WHERE b::text::rfm_base_state <> b) AS not_read_back,
       count(*) FILTER (WHERE rfm_cuts(b)::text::rfm_cuts <> rfm_cuts(b)) AS cuts_not_read_back
FROM bases JOIN written USING (case_no);
SELECT count(*) AS differences
FROM bases JOIN (SELECT case_no, rfm_base_agg(days, orders, spent ORDER BY hashint4(i)) AS shuffled FROM cases
        GROUP BY case_no) AS s USING (case_no)
JOIN (SELECT case_no, rollup(part ORDER BY k DESC) AS rolled
      FROM (SELECT case_no, i % 3 AS k, rfm_base_agg(days, orders, spent) AS part FROM cases GROUP BY 1, 2
            UNION ALL SELECT case_no, 7, '1://' FROM bases UNION ALL SELECT case_no, 8, NULL FROM bases) AS parts
      GROUP BY case_no) AS r USING (case_no)
WHERE b <> shuffled OR b <> rolled;
SELECT rollup(b) = (SELECT rfm_base_agg(days, orders, spent) FROM cases) AS whole FROM bases;

-- A base that grows far beyond its first room, and one of many rows with few values.
SELECT l.score, recency_days_at_most, frequency_at_least, monetary_at_least
FROM (SELECT rfm_cuts_agg(i * 7919 % 100003, i % 3, i / 8.0) FROM generate_series(1, 100000) AS i) AS t(c),
    rfm_levels(c) AS l;
-- Parallel workers give the same base.
CREATE TABLE many_customers AS SELECT i % 777 AS days, i % 13 AS orders, i % 999 / 4.0 AS spent
FROM generate_series(1, 50000) AS i;
SET parallel_setup_cost = 0;
SET parallel_tuple_cost = 0;
SET min_parallel_table_scan_size = 0;
SET max_parallel_workers_per_gather = 2;
CREATE TEMP TABLE by_workers AS SELECT rfm_base_agg(days, orders, spent) AS b FROM many_customers;
SET max_parallel_workers_per_gather = 0;
SELECT b = (SELECT rfm_base_agg(days, orders, spent) FROM many_customers) AS same FROM by_workers;
DROP TABLE many_customers;

-- Frozen thresholds: next month's customers on this month's scale, in a table that outlives the session.
CREATE TEMP TABLE scale AS SELECT rfm_cuts_agg(days, orders, spent) AS cuts FROM known;
SELECT days, orders, spent, rfm(cuts, days, orders, spent) FROM scale,
       (VALUES (1, 9, 500), (35, 2, 45), (999, 1, 0)) AS next_month(days, orders, spent);
SELECT count(DISTINCT cuts) AS one FROM (SELECT cuts FROM scale UNION ALL SELECT cuts FROM scale) AS t;

-- There is one zero, so that equal scales have equal bytes.
SELECT '1:30,-0/-0,5/-0,never'::rfm_cuts AS cuts, '1:30,-0/-0,5/-0,never'::rfm_cuts = '1:30,0/0,5/0,never' AS equal;

-- Many states of no, one and many customers, rolled up in any order, in parts and as a running total.
CREATE TEMP TABLE shards AS
    SELECT shard, count(i) AS customers,
           rfm_base_agg((shard + i * 31) % 40, 1 + (shard * i) % 9, (i * 7919 + shard) % 997) AS b
    FROM generate_series(1, 500) AS shard
    LEFT JOIN LATERAL generate_series(1, CASE shard % 50 WHEN 0 THEN 0 WHEN 7 THEN 300 ELSE shard % 3 END) AS i ON true
    GROUP BY shard;
SELECT min(customers) AS fewest, max(customers) AS most, sum(customers) AS customers FROM shards;
SELECT bool_and(rolled::text = b::text AND pg_column_size(rolled) = pg_column_size(b)) AS the_same_bytes
FROM (SELECT rfm_base_agg((shard + i * 31) % 40, 1 + (shard * i) % 9, (i * 7919 + shard) % 997) AS b
      FROM shards, generate_series(1, customers) AS i) AS at_once,
     LATERAL (SELECT rollup(s.b ORDER BY shard) FROM shards AS s
              UNION ALL SELECT rollup(s.b ORDER BY hashint4(shard)) FROM shards AS s
              UNION ALL SELECT rollup(part)
                        FROM (SELECT rollup(s.b) FROM shards AS s GROUP BY shard % 3) AS p(part)) AS r(rolled);
SELECT count(*) AS running,
       bool_and(total = (SELECT rfm_base_agg((s.shard + i * 31) % 40, 1 + (s.shard * i) % 9, (i * 7919 + s.shard) % 997)
                         FROM shards AS s, generate_series(1, s.customers) AS i WHERE s.shard <= t.shard)) AS totals
FROM (SELECT shard, rollup(b) OVER (ORDER BY shard) AS total FROM shards WHERE shard <= 120) AS t;
