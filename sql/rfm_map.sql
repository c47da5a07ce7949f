-- rfm_map: the user's own segments.
CREATE TEMP TABLE my_rules (rank int, label text, r_low int, r_high int, f_low int, f_high int, m_low int, m_high int);
INSERT INTO my_rules VALUES (1, 'VIP', 4, NULL, 4, NULL, 4, NULL), (2, 'Regular', 3, 5, 2, 5, NULL, NULL),
    (3, 'Fresh "one"', 4, 5, 1, 1, NULL, NULL),
    (9, 'Rest', NULL, NULL, NULL, NULL, NULL, NULL), (2, 'Regular', 2, 2, 5, 5, NULL, NULL);
CREATE TEMP TABLE my_map AS SELECT rfm_map_agg(rank, label, r_low, r_high, f_low, f_high, m_low, m_high) AS map
FROM my_rules;
SELECT map FROM my_map;
SELECT s, segment(s, map), segment_rank(s, map)
FROM my_map, (VALUES ('5-5-5'::rfm_cell), ('5-5-3'), ('2-5-1'), ('5-1-5'), ('3-1-1'), ('10-10-10/10'), ('3-3-3/3'),
    ('2-3-1/3'), (NULL)) AS t(s);

-- The first rule that matches wins: every cell against plain SQL.
CREATE TEMP TABLE cells AS
    SELECT r, f, m, make_rfm(r, f, m) AS s FROM generate_series(1, 5) AS r, generate_series(1, 5) AS f,
           generate_series(1, 5) AS m;
SELECT count(*) AS cells, count(*) FILTER (WHERE c.segment <> first.label OR c.rank <> first.rank
           OR c.rules <> first.rules) AS wrong,
       count(*) FILTER (WHERE segment(s, map) <> c.segment OR segment_rank(s, map) <> c.rank) AS differ
FROM my_map, rfm_map_cells(map) AS c JOIN cells ON cells.s = c.scores,
     LATERAL (SELECT (array_agg(label ORDER BY rank))[1] AS label, min(rank) AS rank, count(*) AS rules FROM my_rules
              WHERE r BETWEEN coalesce(r_low, 1) AND coalesce(r_high, 5) AND f BETWEEN coalesce(f_low, 1)
                  AND coalesce(f_high, 5)
                AND m BETWEEN coalesce(m_low, 1) AND coalesce(m_high, 5)) AS first;
SELECT count(*) AS thousand, count(*) FILTER (WHERE rfm_bins(scores) = 10) AS of_ten
FROM rfm_map_cells('1:10:1 "a" 10-10/1-10/1-10;2 "b" 1-10/1-10/1-10');

-- Total or not: the holes.
SELECT count(*) AS no_holes FROM my_map, rfm_map_holes(map);
SELECT count(*) AS holes, (array_agg(h ORDER BY h))[1] AS first_hole, (array_agg(h ORDER BY h DESC))[1] AS last_hole
FROM (SELECT rfm_map_agg(rank, label, r_low, r_high, f_low, f_high, m_low, m_high) AS map FROM my_rules
        WHERE label <> 'Rest') AS t, rfm_map_holes(map) AS h;
SELECT segment('1-1-1', rfm_map_agg(rank, label, r_low, r_high, f_low, f_high, m_low, m_high)) AS error_hole
FROM my_rules WHERE label <> 'Rest';
SELECT segment_rank('1-1-1', '1:5:'::rfm_map) AS error_hole;
SELECT segment('1-1-1', '1:none:'::rfm_map) AS error_hole;
SELECT segment('3-1-1/3', '1:5:1 "a" 1-4/1-5/1-5'::rfm_map) AS error_hole;
SELECT count(*) AS all_holes FROM rfm_map_holes('1:3:');
SELECT count(*) AS no_bins_yet FROM rfm_map_holes('1:none:');

-- A built-in map as rules of one cell each gives what it gives.
CREATE TEMP TABLE as_rules AS
    SELECT rfm_map_agg(segment_rank(s, 'cells11'), segment(s, 'cells11'), r, r, f, f, m, m) AS map FROM cells;
SELECT count(*) AS all_agree FROM as_rules, cells WHERE segment(s, map) = segment(s, 'cells11')
       AND segment_rank(s, map) = segment_rank(s, 'cells11');
SELECT count(*) AS no_holes FROM as_rules, rfm_map_holes(map);
SELECT min(rules) AS one, max(rules) AS one_2 FROM as_rules, rfm_map_cells(map);

-- Put together in any order, in parts, twice: the same map.
SELECT bool_and(shuffled = map) AS shuffled, bool_and(twice = map) AS twice,
       bool_and(map::text::rfm_map = map) AS read_back
FROM as_rules,
    (SELECT rfm_map_agg(segment_rank(s, 'cells11'), segment(s, 'cells11'), r, r, f, f, m, m
            ORDER BY hashint4(r * 25 + f * 5 + m)) AS shuffled FROM cells) AS a,
     (SELECT rfm_map_agg(segment_rank(s, 'cells11'), segment(s, 'cells11'), r, r, f, f, m, m) AS twice FROM cells,
         generate_series(1, 2)) AS b;
SELECT rollup(part ORDER BY k) = (SELECT map FROM as_rules) AS rolled_up,
       rollup(part ORDER BY k DESC) = (SELECT map FROM as_rules) AS backwards
FROM (SELECT f AS k, rfm_map_agg(segment_rank(s, 'cells11'), segment(s, 'cells11'), r, r, f, f, m, m) AS part FROM cells
        GROUP BY f
      UNION ALL SELECT 9, '1:5:' UNION ALL SELECT 10, '1:none:' UNION ALL SELECT 0, NULL) AS parts;
SELECT map::text::rfm_map = map AS read_back, map <> '1:5:' AS differs FROM my_map;
SELECT rfm_map_agg(1, 'x', NULL, NULL, NULL, NULL, NULL, NULL) AS empty WHERE false;
SELECT '1:5:1 "a" 5-5/1-5/2-3;2 "b" 1-5/1-5/1-5'::rfm_map AS in_order;
SELECT '1:5:2 "b" 1-5/1-5/1-5;1 "a" 5-5/1-5/2-3'::rfm_map AS error_not_in_order;
SELECT '1:5:1 "a" 5-5/1-5/2-3;1 "a" 5-5/1-5/2-3'::rfm_map AS error_twice;
SELECT '1:5:1 "a" 5-5/1-5/2-3;1 "b" 5-5/1-5/2-3'::rfm_map AS error_same_rank;
SELECT rollup(m) AS error_same_rank FROM (VALUES ('1:5:1 "b" 5-5/1-5/2-3'::rfm_map), ('1:5:1 "a" 1-5/1-5/2-3')) AS t(m);

-- A map for another number of bins says so; cells of all others are read in its bins.
CREATE TEMP TABLE of_three AS
    SELECT rfm_map_bins_agg(rank, label, low, high, NULL, NULL, low, NULL, 3) AS map
    FROM (VALUES (1, 'best', 3, 3), (2, 'middle', 2, NULL), (3, 'rest', NULL, NULL)) AS t(rank, label, low, high);
SELECT map FROM of_three;
SELECT count(*) AS cells, count(*) FILTER (WHERE segment(s, map) <> segment(rfm_rebin(s, 3), map)) AS differ,
       string_agg(DISTINCT segment(s, map), ' ' ORDER BY segment(s, map)) AS segments
FROM of_three, generate_series(2, 9) AS b, generate_series(1, b) AS r, generate_series(1, b) AS m,
     LATERAL (SELECT make_rfm(r, 1, m, b) AS s) AS c;
SELECT rfm_map_bins_agg(1, 'x', NULL, NULL, NULL, NULL, NULL, NULL, 3) AS no_rows FROM (SELECT 1 WHERE false) AS t;
SELECT rollup(m) AS of_ten FROM (VALUES ('1:none:'::rfm_map), ('1:10:1 "a" 6-10/1-10/1-10'), ('1:10:')) AS t(m);
SELECT rollup(m) AS error FROM (VALUES ('1:10:1 "a" 6-10/1-10/1-10'::rfm_map), ('1:5:2 "b" 1-5/1-5/1-5')) AS t(m);
SELECT rfm_map_bins_agg(b, 'a' || b, 1, 2, 1, 2, 1, 2, b) AS error FROM (VALUES (3), (4)) AS t(b);
SELECT rfm_map_bins_agg(1, 'a', 1, 2, 1, 2, 1, 2, 1) AS error;
SELECT rfm_map_bins_agg(1, 'a', 1, 2, 1, 2, 1, 2, NULL) AS error;
SELECT rfm_map_bins_agg(1, 'a', 1, 4, 1, 2, 1, 2, 3) AS error;
SELECT rfm_map_agg(1, 'a', 1, 6, 1, 2, 1, 2) AS error;
SELECT '1:3:1 "a" 1-4/1-3/1-3'::rfm_map AS error;
SELECT '1:none:1 "a" 1-4/1-3/1-3'::rfm_map AS error;
SELECT '1:1:'::rfm_map AS error;
SELECT '1:'::rfm_map AS error;
-- JSON and +.
SELECT '1:5:1 "a ""b""" 5-5/1-5/2-3;2 "按" 1-5/1-5/1-5'::rfm_map::json AS map, '1:none:'::rfm_map::jsonb AS none;
SELECT '1:5:1 "a" 5-5/1-5/1-5'::rfm_map + '1:5:2 "b" 1-5/1-5/1-5' AS both, '1:5:'::rfm_map + NULL AS one,
       rollup(m) IS NULL AS of_no_states FROM (SELECT NULL::rfm_map WHERE false) AS t(m);

-- Bad input.
SELECT rfm_map_agg(rank, label, 1, 5, 1, 5, 1, 5) AS error_same_rank FROM (VALUES (1, 'a'), (1, 'b')) AS t(rank, label);
SELECT rfm_map_agg(rank, label, 1, 5, 1, 5, 1, 5) AS error_same_rank FROM (VALUES (1, 'b'), (1, 'a')) AS t(rank, label);
SELECT rfm_map_agg(NULL, 'a', 1, 5, 1, 5, 1, 5) AS error;
SELECT rfm_map_agg(1, NULL, 1, 5, 1, 5, 1, 5) AS error;
SELECT rfm_map_agg(1, '', 1, 5, 1, 5, 1, 5) AS error;
SELECT rfm_map_agg(0, 'a', 1, 5, 1, 5, 1, 5) AS error;
SELECT rfm_map_agg(40000, 'a', 1, 5, 1, 5, 1, 5) AS error;
SELECT rfm_map_agg(1, 'a', 5, 1, 1, 5, 1, 5) AS error;
SELECT rfm_map_agg(1, 'a', 1, 5, 0, 5, 1, 5) AS error;
SELECT rfm_map_agg(1, 'a', 1, 5, 1, 5, 1, 101) AS error;
SELECT '1:5:1 "a" 5-1/1-5/1-5'::rfm_map AS error;
SELECT '1:5:1 "" 1-5/1-5/1-5'::rfm_map AS error;
SELECT '1:5:1 "a" 1-5/1-5'::rfm_map AS error;
SELECT '1:5:1 "a" 1-5/1-5/1-5;'::rfm_map AS error;
SELECT '1:5:1 a 1-5/1-5/1-5'::rfm_map AS error;
SELECT '1:5:1 "a 1-5/1-5/1-5'::rfm_map AS error;
SELECT '2:'::rfm_map AS error_newer;
