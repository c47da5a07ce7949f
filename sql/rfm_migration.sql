-- rfm_migration: who moved from which segment to which.
SELECT rfm_migration_agg(before, after) AS moves
FROM (VALUES ('5-5-5'::rfm_cell, '2-5-5'::rfm_cell), ('5-5-5', '5-5-4'), ('5-5-5', '2-5-5'), (NULL, '5-1-1'),
        ('1-1-1', NULL), (NULL, NULL)) AS t(before, after);
SELECT rfm_migration_agg(s, s) AS empty FROM (SELECT '1-1-1'::rfm_cell WHERE false) AS t(s);
SELECT * FROM segment_migration('1:none>5-1-1*1,1-1-1>none*1,5-5-5>2-5-5*2,5-5-5>5-5-4*1');
SELECT * FROM segment_migration('1:none>5-1-1*1,1-1-1>none*1,5-5-5>2-5-5*2,5-5-5>5-5-4*1', map => 'cells11',
           lang => 'zh');
SELECT * FROM segment_migration('1:none>5-1-1*1,1-1-1>none*1,5-5-5>2-5-5*2,5-5-5>5-5-4*1',
       '1:5:1 "good" 4-5/1-5/1-5;2 "other" 1-5/1-5/1-5'::rfm_map);
SELECT * FROM rfm_moves('1:none>5-1-1*1,1-1-1>none*1,5-5-5>2-5-5*2,5-5-5>5-5-4*1');
SELECT count(*) AS no_rows FROM segment_migration('1:');

-- Random customers against GROUP BY, by scores and by segments of three maps.
CREATE TEMP TABLE customers AS
    SELECT i, CASE WHEN h % 17 > 0
           THEN make_rfm(1 + (h / 17 % 5)::int, 1 + (h / 85 % 5)::int, 1 + (h / 425 % 5)::int) END AS before,
           CASE WHEN h % 13 > 0
           THEN make_rfm(1 + (h / 2125 % 5)::int, 1 + (h / 10625 % 5)::int, 1 + (h / 53125 % 5)::int) END AS after
    FROM generate_series(1, 20000) AS i, LATERAL (SELECT abs(hashint8(i)::bigint) AS h) AS r;
CREATE TEMP TABLE moved AS SELECT rfm_migration_agg(before, after) AS m FROM customers;
CREATE TEMP TABLE counted AS
    SELECT before, after, count(*) AS customers FROM customers WHERE before IS NOT NULL OR after IS NOT NULL GROUP BY 1,
           2;
SELECT (SELECT count(*) FROM (SELECT r.* FROM moved, rfm_moves(m) AS r EXCEPT SELECT * FROM counted) AS t) AS wrong,
       (SELECT count(*) FROM (SELECT * FROM counted EXCEPT SELECT r.* FROM moved, rfm_moves(m) AS r) AS t) AS missing;
CREATE TEMP TABLE own AS SELECT '1:5:1 "good" 4-5/1-5/1-5;2 "rich" 1-5/1-5/5-5;3 "other" 1-5/1-5/1-5'::rfm_map AS map;
CREATE TEMP TABLE by_segment AS
    SELECT 'rf10' AS which, s.* FROM moved, segment_migration(m) AS s UNION ALL SELECT 'cells11', s.* FROM moved,
           segment_migration(m, 'cells11', 'zh') AS s
    UNION ALL SELECT 'own', s.* FROM moved, own, segment_migration(m, map) AS s;
CREATE TEMP TABLE by_sql AS
    SELECT *, customers / sum(customers) OVER (PARTITION BY which, from_rank)::float8 AS share
    FROM (SELECT which, from_segment, from_rank, to_segment, to_rank, count(*) AS customers
          FROM (SELECT 'rf10' AS which, segment(before) AS from_segment, segment_rank(before) AS from_rank,
                  segment(after) AS to_segment, segment_rank(after) AS to_rank FROM customers
                UNION ALL SELECT 'cells11', segment(before, 'cells11', 'zh'), segment_rank(before, 'cells11'),
                    segment(after, 'cells11', 'zh'), segment_rank(after, 'cells11') FROM customers
                UNION ALL SELECT 'own', segment(before, map), segment_rank(before, map), segment(after, map),
                    segment_rank(after, map) FROM customers, own) AS t
          WHERE from_segment IS NOT NULL OR to_segment IS NOT NULL GROUP BY 1, 2, 3, 4, 5) AS counted;
SELECT which, count(*) AS moves, count(*) FILTER (WHERE b.customers IS NULL OR a.customers <> b.customers
           OR abs(a.share - b.share) > 1e-15) AS wrong
FROM by_segment AS a FULL JOIN by_sql AS b USING (which)
WHERE (a.from_segment, a.from_rank, a.to_segment, a.to_rank) IS NOT DISTINCT FROM (b.from_segment, b.from_rank,
        b.to_segment, b.to_rank)
GROUP BY which ORDER BY which;
SELECT (SELECT count(*) FROM by_segment) = (SELECT count(*) FROM by_sql) AS as_many,
       sum(customers) = 3 * (SELECT count(*) FROM customers WHERE before IS NOT NULL
           OR after IS NOT NULL) AS all_customers
FROM by_segment;

-- Cells keep their bins, those of a move one number; a state may hold moves of several.
SELECT rfm_migration_agg(before, after) AS moves
FROM (VALUES ('3-3-3/3'::rfm_cell, '1-1-1/3'::rfm_cell), ('5-5-5', '1-1-1'), (NULL, '10-1-1/10'),
    ('1-1-1/3', NULL)) AS t(before, after);
SELECT * FROM segment_migration('1:none>10-1-1/10*1,1-1-1/3>none*1,3-3-3/3>1-1-1/3*1,5-5-5>1-1-1*1');
SELECT rfm_migration_agg('5-4-3', '3-3-3/3') AS error;
SELECT rfm_migration_agg(rfm_rebin('5-4-3', 3), '3-3-3/3') AS read_in_three;
SELECT '1:none>5-1-1*3,1-1-1/3>none*2,5-5-5>5-5-4*12'::rfm_migration_state::json AS json,
       '1:'::rfm_migration_state::jsonb AS empty;
SELECT '1:none>5-1-1*3'::rfm_migration_state + '1:none>5-1-1*1,1-1-1>none*2' AS both,
       '1:'::rfm_migration_state + NULL AS one,
       rollup(m) IS NULL AS of_no_states FROM (SELECT NULL::rfm_migration_state WHERE false) AS t(m);

-- In parts, in any order, in text.
SELECT rollup(part ORDER BY k) = (SELECT m FROM moved) AS rolled_up,
       rollup(part ORDER BY k DESC) = (SELECT m FROM moved) AS backwards
FROM (SELECT i % 7 AS k, rfm_migration_agg(before, after) AS part FROM customers GROUP BY 1 UNION ALL SELECT 9, '1:'
        UNION ALL SELECT 10, NULL) AS parts;
SELECT m::text::rfm_migration_state = m AS read_back,
       (SELECT rfm_migration_agg(before, after ORDER BY hashint4(i)) FROM customers) = m AS shuffled FROM moved;

-- Bad input.
SELECT count(*) AS error FROM segment_migration('1:', 'rf11');
SELECT count(*) AS error FROM segment_migration('1:', lang => 'de');
SELECT count(*) AS error FROM segment_migration('1:6-1-1>5-1-1*1');
SELECT '1:3-1-1/3>5-1-1*1'::rfm_migration_state AS error;
SELECT count(*) AS error_hole FROM segment_migration('1:1-1-1>5-1-1*1', '1:5:1 "good" 4-5/1-5/1-5'::rfm_map);
SELECT '1:none>none*1'::rfm_migration_state AS error;
SELECT '1:1-1-1>1-1-1*0'::rfm_migration_state AS error;
SELECT '1:1-1-1>1-1-1*1,none>1-1-1*1'::rfm_migration_state AS error_order;
SELECT '1:1-1-1>1-1-1*1,1-1-1>1-1-1*1'::rfm_migration_state AS error_twice;
SELECT '1:1-1-1>1-1-101*1'::rfm_migration_state AS error;
SELECT '1:1-1-1>1-1-1'::rfm_migration_state AS error;
SELECT '1:1-1-1>1-1-1*1,'::rfm_migration_state AS error;
SELECT rollup(m) AS error
FROM (VALUES ('1:1-1-1>1-1-1*2305843009213693951'::rfm_migration_state), ('1:1-1-1>1-1-1*1')) AS t(m);
