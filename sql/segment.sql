-- Segments of scores 1 to 5 by the built-in maps.
CREATE TEMP TABLE cells AS
    SELECT r, f, m, make_rfm(r, f, m) AS s FROM generate_series(1, 5) AS r, generate_series(1, 5) AS f,
           generate_series(1, 5) AS m;

-- rf10 as the rules say it.
CREATE TEMP TABLE rf10_rules (name text, r_low int, r_high int, f_low int, f_high int);
INSERT INTO rf10_rules VALUES ('Champions', 5, 5, 4, 5), ('Loyal', 3, 4, 4, 5), ('Potential Loyalist', 4, 5, 2, 3),
    ('New', 5, 5, 1, 1),
    ('Promising', 4, 4, 1, 1), ('Needs Attention', 3, 3, 3, 3), ('About to Sleep', 3, 3, 1, 2), ('At Risk', 1, 2, 3, 4),
    ('Cannot Lose', 1, 2, 5, 5), ('Hibernating', 1, 2, 1, 2);
SELECT count(*) AS all_cells_once, count(*) FILTER (WHERE segment(s) = name) AS agree,
       count(DISTINCT segment(s)) AS segments
FROM cells JOIN rf10_rules ON r BETWEEN r_low AND r_high AND f BETWEEN f_low AND f_high;
SELECT r AS recency, string_agg(segment(s), ' | ' ORDER BY f) AS by_frequency FROM cells WHERE m = 1 GROUP BY r
ORDER BY r DESC;

-- cells11 as the list says it: no cell twice, none missing.
CREATE TEMP TABLE cells11_list (name text, list text);
INSERT INTO cells11_list VALUES
    ('Champions', '555 554 544 545 454 455 445'),
    ('Loyal', '543 444 435 355 354 345 344 335'),
    ('Potential Loyalist',
        '553 551 552 541 542 533 532 531 452 451 442 441 431 453 433 432 423 353 352 351 342 341 333 323'),
    ('New', '512 511 422 421 412 411 311'),
    ('Promising', '525 524 523 522 521 515 514 513 425 424 413 414 415 315 314 313'),
    ('Needs Attention', '535 534 443 434 343 334 325 324'),
    ('About to Sleep', '331 321 312 221 213 231 241 251'),
    ('At Risk', '255 254 245 244 253 252 243 242 235 234 225 224 153 152 145 143 142 135 134 133 125 124'),
    ('Cannot Lose', '155 154 144 214 215 115 114 113'),
    ('Hibernating', '332 322 233 232 223 222 132 123 122 212 211'),
    ('Lost', '111 112 121 131 141 151');
SELECT count(*) AS listed, count(DISTINCT cell) AS different,
       count(*) FILTER (WHERE segment(s, 'cells11') = name) AS agree
FROM (SELECT name, regexp_split_to_table(list, ' ') AS cell FROM cells11_list) AS l
JOIN cells ON cell = concat(r, f, m);

-- Rank and enum go together, in both maps; labels of both languages are one to one.
SELECT count(*) AS cells,
       bool_and(array_position(enum_range(NULL::rfm_segment), segment(s)::rfm_segment) = segment_rank(s)) AS rf10,
       bool_and(array_position(enum_range(NULL::rfm_segment), segment(s, 'cells11')::rfm_segment) =
           segment_rank(s, 'cells11')) AS cells11
FROM cells;
SELECT segment_rank(s, 'cells11') AS rank, segment(s, 'cells11') AS en,
       segment(s, map => 'cells11', lang => 'zh') AS zh, count(*) AS cells
FROM cells GROUP BY 1, 2, 3 ORDER BY 1;
SELECT count(DISTINCT segment(s)) AS ten,
       count(DISTINCT (segment(s), segment(s, lang => 'zh'), segment_rank(s))) AS ten_2 FROM cells;
SELECT 'Champions'::rfm_segment < 'Lost' AS in_business_order, max(seg) AS worst
FROM unnest(enum_range(NULL::rfm_segment)) AS seg;
SELECT count(*) AS implicit_casts FROM pg_cast WHERE 'rfm_segment'::regtype IN (castsource, casttarget);

SELECT segment(NULL::rfm_cell) IS NULL AS of_unknown, segment_rank(NULL::rfm_cell) IS NULL AS of_unknown_2;
SELECT segment('5-5-5', 'putler') AS error;
SELECT segment('5-5-5', lang => 'fr') AS error;
SELECT segment_rank('5-5-5', 'cells') AS error;

-- Cells of other bins are read in five, for every cell of two to twelve bins and both maps: the best are Champions, the
-- worst what the worst of five are.
CREATE TEMP TABLE others AS
    SELECT b, r, f, m, make_rfm(r, f, m, b) AS s, make_rfm(five[r], five[f], five[m]) AS in_five
    FROM (SELECT b, array_agg(CASE s WHEN 1 THEN 1 WHEN b THEN 5
                                  ELSE 1 + floor(5 * (s - 0.5) / b) END::int ORDER BY s) AS five
          FROM generate_series(2, 12) AS b, generate_series(1, b) AS s GROUP BY b) AS read,
         generate_series(1, b) AS r, generate_series(1, b) AS f, generate_series(1, b) AS m;
SELECT count(*) AS cells, count(*) FILTER (WHERE segment(s) <> segment(in_five)) AS differ_rf10,
       count(*) FILTER (WHERE segment(s, 'cells11', 'zh') <> segment(in_five, 'cells11', 'zh')) AS differ_cells11,
       count(*) FILTER (WHERE segment_rank(s) <> segment_rank(in_five)) AS differ_rank FROM others;
SELECT b AS bins, segment(make_rfm(b, b, b, b)) AS best, segment(make_rfm(1, 1, 1, b)) AS worst,
       segment(make_rfm(1, b, b, b), 'cells11') AS gone, count(DISTINCT segment(s)) AS segments
FROM others WHERE b IN (2, 3, 4, 5, 10) GROUP BY b ORDER BY b;
-- Tenths are named as fifths.
SELECT count(*) AS differ
FROM (SELECT rfm(i * 7919 % 1000, i * 31 % 57, i * 17 % 613) OVER () AS five,
             rfm(i * 7919 % 1000, i * 31 % 57, i * 17 % 613, bins => 10) OVER () AS ten
      FROM generate_series(1, 2000) AS i) AS t
WHERE segment(five, 'cells11') <> segment(ten, 'cells11');
SELECT segment('5-5-5', lang => 'ZH') AS zh, segment('5-5-5', lang => 'zh-CN') AS zh_2,
       segment('5-5-5', lang => 'EN') AS en;
