-- abc_class: who makes how much of the whole.

-- 85, 6, 4, 3, 2: the first alone crosses 80 %; it is in A, or under the other rule nobody is.
SELECT value, abc_class(value) OVER () AS crossing_up,
       abc_class(value, boundary => 'crossing_down') OVER () AS crossing_down,
       abc_class(value, '{0.7,0.9,0.96}') OVER () AS four_classes, abc_class(value, '{1}') OVER () AS one_class
FROM (VALUES (85), (6), (4), (3), (2), (0), (-5), (NULL)) AS t(value) ORDER BY value DESC;
-- Exactly at a bound: 80 of 100 fill A, the next begins B; 0.1 and 0.2 make 0.3.
SELECT value, abc_class(value) OVER () AS exact, abc_class(value / 10.0) OVER () AS in_tenths,
       abc_class(value, boundary => 'crossing_down') OVER () AS crossing_down
FROM (VALUES (50), (30), (15), (3), (2)) AS t(value) ORDER BY value DESC;
-- Equal values are together: four of 25 % each. One class up, or one class down.
SELECT abc_class(25) OVER () AS all_a, abc_class(25, boundary => 'crossing_down') OVER () AS all_c
FROM generate_series(1, 4);
SELECT abc_class(NULL) OVER () IS NULL AS unknown, abc_class(0) OVER () IS NULL AS nothing,
       abc_class(7) OVER () AS alone;

-- Small tables of integers, of cents, of fractions without a decimal unit, against plain SQL in numeric, for both
-- rules.
CREATE TEMP TABLE cases AS
    SELECT t AS case_no, i, CASE WHEN h % 13 > 0
           THEN (h / 13 % (5 + t % 50) - 2)::numeric / (ARRAY[1, 100, 1024])[1 + t % 3] END AS value
    FROM generate_series(1, 3000) AS t, generate_series(1, 1 + t % 31) AS i,
        LATERAL (SELECT abs(hashint8(t * 1000 + i)::bigint) AS h) AS r;
CREATE TEMP TABLE by_sql AS
    SELECT case_no, i, CASE WHEN value > 0 THEN
               CASE WHEN up - tied < 0.80 * total THEN 'A' WHEN up - tied < 0.95 * total THEN 'B'
               ELSE 'C' END END AS crossing_up,
           CASE WHEN value > 0 THEN
               CASE WHEN up <= 0.80 * total THEN 'A' WHEN up <= 0.95 * total THEN 'B' ELSE 'C' END END AS crossing_down
    FROM (SELECT case_no, i, value, sum(base) OVER (PARTITION BY case_no ORDER BY base DESC) AS up,
            sum(base) OVER (PARTITION BY case_no, base) AS tied,
                 sum(base) OVER (PARTITION BY case_no) AS total
          FROM (SELECT case_no, i, value, CASE WHEN value > 0 THEN value ELSE 0 END AS base FROM cases) AS b) AS s;
SELECT count(*) AS compared, count(*) FILTER (WHERE a.up IS DISTINCT FROM crossing_up) AS wrong_up,
       count(*) FILTER (WHERE a.down IS DISTINCT FROM crossing_down) AS wrong_down,
       count(*) FILTER (WHERE a.shuffled IS DISTINCT FROM a.up) AS wrong_shuffled
FROM (SELECT case_no, i, abc_class(value) OVER w AS up, abc_class(value, boundary => 'crossing_down') OVER w AS down,
             abc_class(value) OVER (PARTITION BY case_no ORDER BY hashint4(i)) AS shuffled FROM cases WINDOW w
             AS (PARTITION BY case_no)) AS a
JOIN by_sql USING (case_no, i);
-- Numbers of any size: without a decimal unit, and too many decimals.
SELECT value, abc_class(value) OVER () FROM (VALUES (1e300::float8), (2e299), (4e298), (1e-300)) AS t(value)
ORDER BY value DESC;
SELECT value, abc_class(value) OVER () FROM (VALUES (1e15::float8), (1e15), (0.01), (0.0000001)) AS t(value)
ORDER BY value DESC;

-- A partition that spills, against the same sum in SQL.
SET work_mem = '64kB';
SELECT class, count(*) AS items, round(100 * sum(value) / sum(sum(value)) OVER (), 3) AS percent
FROM (SELECT value, abc_class(value) OVER () AS class
        FROM (SELECT round(1e6 / i, 2) AS value FROM generate_series(1, 20000) AS i) AS t) AS c
GROUP BY class ORDER BY class;
RESET work_mem;

-- The report on a state says what the window function does, in one pass and mergeable.
SELECT * FROM abc_report('1:-5,0,2,3,4,6,85');
SELECT * FROM abc_report('1:-5,0,2,3,4,6,85', boundary => 'crossing_down');
SELECT * FROM abc_report('1:25*4', '{0.5}');
SELECT count(*) AS no_rows FROM abc_report('1:');
SELECT * FROM abc_report('1:-2*3');
CREATE TEMP TABLE bases AS SELECT case_no, abc_base_agg(value) AS b FROM cases GROUP BY case_no;
SELECT count(*) AS differences FROM bases
JOIN (SELECT case_no, abc_base_agg(value::float8) AS f FROM cases GROUP BY 1) AS of_float8 USING (case_no) WHERE f <> b;
SELECT count(*) AS differences
FROM (SELECT abc_class(value) OVER w AS a, abc_class(value::float8) OVER w AS b FROM cases WINDOW w
        AS (PARTITION BY case_no)) AS t WHERE a IS DISTINCT FROM b;
CREATE TEMP TABLE from_rows AS
    SELECT case_no, class, count(*) AS items, sum(value)::float8 AS value, min(value)::float8 AS lowest
    FROM (SELECT case_no, value, abc_class(value, boundary => 'crossing_down') OVER (PARTITION BY case_no) AS class
            FROM cases WHERE value IS NOT NULL) AS c
    GROUP BY 1, 2;
SELECT count(*) AS rows,
       count(*) FILTER (WHERE coalesce(w.items, 0) <> r.items OR coalesce(abs(w.value - r.value), 0) > 1e-9
                                             OR coalesce(w.lowest, 0) <> coalesce(r.lowest, 0)) AS wrong
FROM bases CROSS JOIN LATERAL abc_report(b, boundary => 'crossing_down') AS r
LEFT JOIN from_rows AS w ON w.class = r.class AND w.case_no = bases.case_no
WHERE r.class IS NOT NULL;
SELECT count(*) AS wrong_shares FROM (SELECT case_no, sum(share_of_items) AS items, sum(share_of_value) AS value
           FROM bases, abc_report(b) GROUP BY 1) AS s
WHERE abs(items - 1) > 1e-12 OR abs(value - 1) > 1e-12;
SELECT rollup(b ORDER BY case_no) = (SELECT abc_base_agg(value) FROM cases) AS rolled_up,
       rollup(b ORDER BY case_no DESC) = (SELECT abc_base_agg(value ORDER BY hashint4(i)) FROM cases) AS any_order,
       bool_and(b::text::abc_base_state = b) AS read_back FROM bases;
SELECT * FROM abc_report('1:1*2305843009213693951');
SELECT class, items, share_of_value FROM abc_report('1:5e-324,1e-322') AS tiny;
SELECT * FROM abc_report('1:1e308*10') AS error;
SELECT * FROM abc_report('1:-1e308*10') AS error;
SELECT abc_base_agg('NaN'::float8) AS error;
SELECT '1:2,1'::abc_base_state AS error;
SELECT '1:1/2'::abc_base_state AS error;

-- JSON, +, and no states.
SELECT '1:-2*3,7.5,25*4'::abc_base_state::json AS base, abc_base_agg(v)::jsonb AS empty
FROM (SELECT 1.5 WHERE false) AS t(v);
SELECT '1:1,2*2'::abc_base_state + '1:2,3' AS both, '1:1'::abc_base_state + NULL AS one,
       rollup(b) IS NULL AS of_no_states
FROM (SELECT NULL::abc_base_state WHERE false) AS t(b);
-- Every number type.
SELECT abc_class(v::smallint) OVER () AS s, abc_class(v::int) OVER () AS i, abc_class(v::bigint) OVER () AS b,
       abc_class(v::real) OVER () AS r, abc_class(v::float8) OVER () AS f, abc_class(v::numeric) OVER () AS n
FROM (VALUES (85), (10), (5)) AS t(v) ORDER BY v DESC;

-- Bad options.
SELECT abc_class(1, '{0.95,0.8}') OVER () AS error;
SELECT abc_class(1, '{0.8,0.8}') OVER () AS error;
SELECT abc_class(1, '{80,95}') OVER () AS error;
SELECT abc_class(1, '{0,0.5}') OVER () AS error;
SELECT abc_class(1, '{}') OVER () AS error;
SELECT abc_class(1, '{0.8,NULL}') OVER () AS error;
SELECT abc_class(1, '{NaN}') OVER () AS error;
SELECT abc_class(1, boundary => 'up') OVER () AS error;
SELECT abc_class('NaN') OVER () AS error;
SELECT abc_class('infinity') OVER () AS error;
SELECT abc_class(i, ARRAY[i / 10.0]) OVER () AS error FROM generate_series(1, 3) AS i;

-- Many states of no, one and many values, some of them equal: rolled up in any order, in parts and as a running total
-- they are what all values give at once, to the last byte.
CREATE TEMP TABLE shards AS
    SELECT shard, count(v) AS items, abc_base_agg(v) AS b
    FROM generate_series(1, 700) AS shard
    LEFT JOIN LATERAL (SELECT ((shard * 7919 + i * 104729) % 3001) / 4.0 AS v
                       FROM generate_series(1, CASE shard % 50 WHEN 0 THEN 0 WHEN 7 THEN 400 ELSE shard % 4 END) AS i)
        AS t ON true
    GROUP BY shard;
SELECT min(items) AS fewest, max(items) AS most, sum(items) AS items,
       count(*) FILTER (WHERE items = 0) AS empty
FROM shards;
SELECT bool_and(rolled = b AND rolled::text = b::text AND pg_column_size(rolled) = pg_column_size(b)) AS the_same_bytes
FROM (SELECT abc_base_agg(((shard * 7919 + i * 104729) % 3001) / 4.0) AS b
      FROM shards, generate_series(1, items) AS i) AS at_once,
     LATERAL (SELECT rollup(s.b ORDER BY shard) FROM shards AS s
              UNION ALL SELECT rollup(s.b ORDER BY hashint4(shard)) FROM shards AS s
              UNION ALL SELECT rollup(part)
                        FROM (SELECT rollup(s.b) FROM shards AS s GROUP BY shard % 3) AS p(part)) AS r(rolled);
SELECT count(*) AS running,
       bool_and(total = (SELECT abc_base_agg(((s.shard * 7919 + i * 104729) % 3001) / 4.0)
                         FROM shards AS s, generate_series(1, s.items) AS i WHERE s.shard <= t.shard)) AS totals
FROM (SELECT shard, rollup(b) OVER (ORDER BY shard) AS total FROM shards WHERE shard <= 120) AS t;
