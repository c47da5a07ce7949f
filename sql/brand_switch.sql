-- Brand switching: of ten customers, two are not known in one of the periods; of the others three change.
CREATE TEMP TABLE panel (customer_id int, before text, after text);
INSERT INTO panel VALUES (1, 'A', 'A'), (2, 'A', 'B'), (3, 'A', 'A'), (4, 'A', NULL), (5, 'B', 'A'), (6, 'B', 'B'),
    (7, 'B', 'b'), (8, NULL, 'A'), (9, 'C', 'C'), (10, 'A', 'A');
SELECT brand_switch_rate(before, after) AS three_of_eight, brand_switch_agg(before, after) AS three_of_eight_2,
       brand_switch_rate(3, 8) AS three_eighths FROM panel;
SELECT before AS brand, brand_switch_agg(before, after) AS lost FROM panel WHERE before IS NOT NULL GROUP BY before
ORDER BY before;
SELECT rollup(r) = (SELECT brand_switch_agg(before, after) FROM panel) AS brands_add_up
FROM (SELECT brand_switch_agg(before, after) AS r FROM panel GROUP BY before) AS t;
SELECT before, count(*) FILTER (WHERE after = 'A') AS to_a, count(*) FILTER (WHERE after = 'B') AS to_b,
       count(*) FILTER (WHERE after = 'C') AS to_c FROM panel WHERE before IN ('A', 'B', 'C') GROUP BY before
ORDER BY before;
SELECT brand_switch_rate(before, after) FILTER (WHERE false) IS NULL AS nothing,
       brand_switch_rate(before, NULL) IS NULL AS not_known, brand_switch_rate(0, 0) IS NULL AS nothing_2 FROM panel;
SELECT brand_switch_rate(9, 8) AS error;
SELECT brand_switch_rate(sum(hit), count(*)) AS two_thirds, brand_switch_rate(3::real, 8::smallint) AS three_eighths,
       brand_switch_rate(switched => '3', customers => '8') AS three_eighths_2,
           brand_switch_rate('3', '8') AS brands_that_differ
FROM (VALUES (1), (0), (1)) AS t(hit);
SELECT brand_switch_rate(1.5, 8) AS error;
SELECT brand_switch_rate(before::varchar, after::char(2)) AS two_fifths FROM panel WHERE before = 'A' OR after = 'b';
-- Brands that are equal without being the same bytes.
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT brand_switch_rate(before COLLATE any_case, after) AS error FROM panel;
SELECT brand_switch_agg(lower(before), lower(after)) AS two_of_eight FROM panel;
DROP COLLATION any_case;
