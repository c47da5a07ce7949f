-- Return rate: 1 of 4 orders, 2 of 10 units, 15.50 of 100.
CREATE TEMP TABLE orders (order_id int, units int, amount numeric(12,2), units_back int, amount_back numeric(12,2));
INSERT INTO orders VALUES (1, 4, 31.00, 2, 15.50), (2, 3, 29.00, 0, 0), (3, 2, 30.00, 0, 0), (4, 1, 10.00, 0, 0),
    (5, NULL, NULL, NULL, NULL);
SELECT return_rate(units_back > 0) AS a_quarter, return_rate_by_amount(units_back, units) AS a_fifth,
       return_rate_by_amount(amount_back, amount) AS point_155, return_rate(1, 4) AS a_quarter_2,
       return_rate(2, 10) AS a_fifth_2 FROM orders;
-- Booked in a month that sold less than came back.
SELECT return_rate_by_amount(30, 20) AS above_one;
SELECT return_rate_by_amount(amount_back, amount) FILTER (WHERE false) IS NULL AS nothing,
       return_rate(0, 0) IS NULL AS nothing_2, return_rate_by_amount(0, 0) IS NULL AS nothing_3 FROM orders;
SELECT return_rate(5, 4) AS error;
SELECT return_rate_by_amount(-15.50, 100) AS error;
-- Counts of every number type, so that sums of counts fit; a count is whole.
SELECT return_rate(sum(units_back), sum(units)) AS a_fifth,
       return_rate(count(*) FILTER (WHERE units_back > 0), count(units)) AS a_quarter,
       return_rate(2::smallint, 10::real) AS a_fifth_2, return_rate('2', '10') AS a_fifth_3,
       return_rate(NULL, 10) IS NULL AS unknown
FROM orders;
PREPARE counted AS SELECT return_rate($1, $2) AS a_quarter;
EXECUTE counted(1, 4);
DEALLOCATE counted;
SELECT return_rate(1.5, 4) AS error;
SELECT return_rate(1, 'NaN') AS error;
SELECT return_rate(-1, 4) AS error;
SELECT return_rate(9e15::numeric, 9007199254740994) AS error;
SELECT return_rate_by_amount(units_back, amount::float8) AS both_as_float8,
       return_rate_by_amount(units_back::real, units::bigint) AS a_fifth
FROM orders;
-- Conditions as words.
SELECT return_rate(word) AS half FROM (VALUES ('t'), ('No'), (NULL)) AS v(word);
