-- Reasons and their shares.
-- The smallest example: four customers who left, and why; of one it is not known.
SELECT reasons_agg(reason) AS state, reasons_agg(reason)::json AS json, skipped_rows(reasons_agg(reason)) AS one
FROM (VALUES ('price'), ('price'), ('service'), (NULL)) AS t(reason);
SELECT reason, n, round(share::numeric, 4) AS share, round(lower::numeric, 4) AS lower, round(upper::numeric, 4)
       AS upper, round(cumulative_share::numeric, 4) AS cumulative, class
FROM reason_shares((SELECT reasons_agg(reason) FROM (VALUES ('price'), ('price'), ('service'), ('price'), ('bugs'))
    AS t(reason)));

-- 870 failures of ten kinds (Quesenberry and Hurst, Technometrics 6, 1964); Goodman's intervals by R's qchisq.
CREATE TEMP TABLE failure AS
    SELECT 'mode ' || i AS mode, n, l, u FROM unnest('{5,11,19,30,58,67,92,118,173,297}'::int[],
        '{0.001759130473,0.0055644345828,0.011634081866,0.020876574317,0.046606008746,0.055265893677,0.079938005602,
0.10629963128,0.1636432637,0.29785769624}'::float8[],
        '{0.018607491401,0.028471490242,0.040627580226,0.056445476518,0.094506122525,0.10635019202,0.13863350906,
0.17150552949,0.23946384079,0.3877483359}'::float8[])
    WITH ORDINALITY AS t(n, l, u, i);
SELECT count(*) AS ten, bool_and(abs(lower - l) < 1e-11 AND abs(upper - u) < 1e-11 AND s.n = f.n) AS as_goodman
FROM reason_shares((SELECT reasons_counted_agg(mode, n) FROM failure)) AS s JOIN failure AS f ON mode = reason;
-- Alike from rows and from counts; the classes are those of abc_class.
SELECT (SELECT reasons_agg(mode) FROM failure, generate_series(1, n)) = (SELECT reasons_counted_agg(mode, n)
       FROM failure) AS same;
SELECT count(*) AS reasons, bool_and(class = abc_class) AS as_abc, string_agg(class, '' ORDER BY n DESC) AS classes
FROM (SELECT s.*, abc_class(n) OVER () FROM reason_shares((SELECT reasons_counted_agg(mode, n) FROM failure)) AS s)
    AS t;
SELECT count(*) AS reasons, bool_and(class = abc_class) AS as_abc, count(DISTINCT class) AS four,
       max(cumulative_share) AS one
FROM (SELECT s.*, abc_class(n, '{0.5,0.7,0.9}') OVER () FROM reason_shares((SELECT reasons_agg('r' || i * i % 97 % 41)
    FROM generate_series(1, 500) AS i), 0.9, '{0.5,0.7,0.9}') AS s) AS t;
SELECT count(*) AS totals, bool_and(as_abc) AS as_abc
FROM generate_series(5, 400, 5) AS n,
     LATERAL (SELECT bool_and(class = abc_class) AS as_abc
              FROM (SELECT s.class, abc_class(s.n) OVER ()
                    FROM reason_shares((SELECT reasons_counted_agg(r, x)
                                        FROM (VALUES ('a', n * 4 / 5), ('b', n * 3 / 20), ('c',
                                            n - n * 4 / 5 - n * 3 / 20)) AS v(r, x))) AS s) AS c) AS t;
-- Against plain SQL, and the intervals hold together: of 400 samples of 200 rows all shares lie within in about 95 %.
SELECT bool_and(s.n = t.n AND s.share = t.n / 500.0 AND abs(s.cumulative_share - t.c) < 1e-12) AS as_in_sql, count(*)
       AS reasons
FROM reason_shares((SELECT reasons_agg('r' || i * i % 97 % 41) FROM generate_series(1, 500) AS i)) AS s
JOIN (SELECT reason, count(*) AS n, sum(count(*)) OVER (ORDER BY count(*) DESC, reason COLLATE "C") / 500.0 AS c
      FROM (SELECT 'r' || i * i % 97 % 41 AS reason FROM generate_series(1, 500) AS i) AS r GROUP BY reason)
          AS t USING (reason);
SELECT setseed(0.11);
SELECT avg(held::int) BETWEEN 0.93 AND 0.99 AS holds
FROM (SELECT k, bool_and(p BETWEEN lower AND upper) AS held
      FROM (SELECT k, reasons_agg(CASE WHEN r < 0.5 THEN 'a' WHEN r < 0.8 THEN 'b' WHEN r < 0.93 THEN 'c'
          ELSE 'd' END) AS s
            FROM (SELECT k, random() AS r FROM generate_series(1, 400) AS k, generate_series(1, 200)) AS t GROUP BY k)
                AS t,
           reason_shares(s), (VALUES ('a', 0.5), ('b', 0.3), ('c', 0.13), ('d', 0.07)) AS truth(name, p)
      WHERE name = reason GROUP BY k) AS t;

-- Two periods: rates and rate_test of each, p values by Holm.
CREATE TEMP TABLE periods AS
    SELECT (SELECT reasons_counted_agg(r, n) FROM (VALUES ('price', 60), ('service', 25), ('bugs', 15)) AS t(r, n))
           AS now,
           (SELECT reasons_counted_agg(r, n) FROM (VALUES ('price', 40), ('service', 50), ('moved', 10)) AS t(r, n))
               AS before;
SELECT reason, n, previous_n, share, previous_share, round(difference::numeric, 2) AS difference,
       round(p_adjusted::numeric, 6) AS p_adjusted FROM periods, reason_changes(now, before);
SELECT bool_and(c.z = t.z AND c.p_value = t.p_value AND abs(c.lower - t.lower) < 1e-12
       AND abs(c.difference - t.difference) < 1e-12) AS as_tested,
       bool_and(p_adjusted = a) AS adjusted
FROM periods, LATERAL (SELECT *, (p_adjust(array_agg(p_value) OVER (ROWS BETWEEN UNBOUNDED PRECEDING
    AND UNBOUNDED FOLLOWING)))[row_number() OVER ()] AS a
                       FROM reason_changes(now, before)) AS c, rate_test(rate(c.n, 100), rate(c.previous_n, 100),
                           1 - 0.05 / 4) AS t;

-- In any order and in parts; text; +.
SELECT (SELECT rollup(s ORDER BY k DESC) FROM (SELECT i % 7 AS k, reasons_agg('r' || i % 13) AS s
       FROM generate_series(1, 300) AS i GROUP BY 1) AS t)
       = (SELECT reasons_agg('r' || i % 13 ORDER BY md5(i::text)) FROM generate_series(1, 300) AS i) AS whole,
       s::text::reasons_state = s AS through_text, s + s AS twice, s + NULL = s AS nothing_added
FROM (SELECT reasons_agg(x) FROM (VALUES ('a "b"'), (''), (NULL), ('价格')) AS t(x)) AS t(s);
SELECT count(*) AS thousands, sum(n) AS rows, count(DISTINCT class) AS three
FROM reason_shares((SELECT reasons_agg('reason ' || i % 3000 * (i % 2)) FROM generate_series(1, 20000) AS i));

-- Nothing, NULL, one.
SELECT reasons_agg(x) AS empty FROM (SELECT 'a' WHERE false) AS t(x);
SELECT reasons_agg(x) AS of_null FROM (VALUES (NULL::text)) AS t(x);
SELECT rollup(s) IS NULL AS of_no_states FROM (SELECT NULL::reasons_state WHERE false) AS t(s);
SELECT reasons_counted_agg(x, n) AS one FROM (VALUES ('a', 2), ('b', 0), ('a', NULL), (NULL, 3)) AS t(x, n);
SELECT count(*) AS none FROM reason_shares('1:text{}');
SELECT * FROM reason_shares('1:text{"a"=5}');
SELECT * FROM reason_changes('1:text{}', '1:text{}');
SELECT reason, n, previous_n, share, previous_share, difference, p_adjusted FROM reason_changes('1:text{"a"=5}',
       '1:text{}');

-- Bad input.
SELECT reasons_counted_agg('a', 1.5) AS error;
SELECT reasons_counted_agg('a', -1) AS error;
SELECT * FROM reason_shares('1:text{"a"=5}', 95) AS error;
SELECT * FROM reason_shares('1:text{"a"=5}', bounds => '{0.9,0.8}') AS error;
SELECT * FROM reason_shares('1:text{"a"=5}', bounds => '{80,95}') AS error;
SELECT '1:text{"b"=1;"a"=1}'::reasons_state AS error;
SELECT '1:text{"a"=0}'::reasons_state AS error;
SELECT '1:bigint{7=1}'::reasons_state AS error;
SELECT '1:text{"a"=2305843009213693951;"b"=2305843009213693951}'::reasons_state AS error;
CREATE COLLATION pg_temp.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT reasons_agg(x COLLATE pg_temp.blind) AS error FROM (VALUES ('a')) AS t(x);
