-- rate: hits of total.

-- Text and binary form.
SELECT '3/10'::rate_state AS three_of_ten, '0/0'::rate_state AS of_nothing;
SELECT '11/10'::rate_state AS error;
SELECT '03/10'::rate_state AS error;
SELECT '3/10 '::rate_state AS error;
SELECT '-3/10'::rate_state AS error;
SELECT '3'::rate_state AS error;
SELECT rate(11, 10) AS error;
SELECT rate(-1, 10) AS error;
SELECT rate(0, 9223372036854775807) AS error;

-- Value and parts.
SELECT rate_value(rate(3, 10)) AS point_three, rate(3, 10)::float8 AS point_three,
       hits(rate(3, 10)) AS three, total(rate(3, 10)) AS ten;
SELECT rate_value(rate(0, 0)) IS NULL AS of_nothing_is_null;

-- Aggregates: empty, NULL, one, several, merged.
SELECT rate_agg(x) AS nothing FROM (SELECT true WHERE false) AS t(x);
SELECT rate_agg(x) AS nothing FROM (VALUES (NULL::boolean)) AS t(x);
SELECT rate_agg(x) AS one_of_one FROM (VALUES (true)) AS t(x);
SELECT rate_agg(x) AS two_of_three FROM (VALUES (true), (NULL), (false), (true)) AS t(x);
SELECT rollup(r) AS no_rates FROM (SELECT '1/2'::rate_state WHERE false) AS t(r);
SELECT rollup(r) AS three_of_seven FROM (VALUES ('1/2'::rate_state), (NULL), ('2/5'), ('0/0')) AS t(r);
SELECT rollup(r) AS error FROM (VALUES ('0/2305843009213693951'::rate_state), ('0/1')) AS t(r);
-- A moving frame agrees with the sums beside it.
SELECT count(*) AS wrong_frames
FROM (SELECT rate_agg(x) OVER w AS r, count(*) FILTER (WHERE x) OVER w AS hits, count(x) OVER w AS total
      FROM (SELECT i, nullif(i % 7, 3) % 2 = 0 AS x FROM generate_series(1, 200) AS i) AS t
      WINDOW w AS (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 4 FOLLOWING)) AS f
WHERE r <> rate(hits, total);

-- The Wilson interval: the formula in SQL, and the ends.
SELECT count(*) AS checked, bool_and(abs(e.lower - w.lower) < 1e-12 AND abs(e.upper - w.upper) < 1e-12) AS agree
FROM (SELECT k, n, k::float8 / n AS p, 1.959963984540054::float8 AS z
      FROM generate_series(1, 30) AS n, generate_series(1, n - 1) AS k) AS t
CROSS JOIN LATERAL rate_estimate(rate(k, n)) AS e(value, lower, upper, responses)
CROSS JOIN LATERAL (SELECT (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS lower,
                           (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n) AS upper) AS w;
SELECT value, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper, n FROM rate_estimate('0/10');
SELECT value, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper, n FROM rate_estimate('10/10');
SELECT * FROM rate_estimate('0/0');
SELECT rate_lower('3/10') = e.lower AS same, rate_upper('3/10') = e.upper AS same FROM rate_estimate('3/10') AS e;
SELECT rate_lower('3/10', 0.5) > rate_lower('3/10', 0.99) AS wider_when_surer;
SELECT rate_lower('3/10', 1) AS error;
SELECT rate_lower('3/10', 'NaN') AS error;
-- As near to certainty as can be, 1 - 2^-53, is a normal quantile of 8.2924: the formula above with it.
SELECT round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper FROM rate_estimate('3/10', 0.9999999999999999);

-- The difference of two rates: Newcombe 1998, table II, example (a), 56/70 and 48/80, method 10: 0.0524 to 0.3339.
SELECT round(difference::numeric, 4) AS difference, round(lower::numeric, 4) AS lower,
       round(upper::numeric, 4) AS upper, round(z::numeric, 4) AS z, round(p_value::numeric, 6) AS p_value
FROM rate_test('56/70', '48/80');
SELECT difference, z, p_value FROM rate_test('5/10', '5/10');
SELECT * FROM rate_test('0/0', '5/10');

-- Order: by value, then by total, rates of nothing last; equal only when hits and total are.
SELECT r FROM (VALUES ('1/2'::rate_state), ('0/0'), ('2/4'), ('1/3'), ('0/5'), ('5/5')) AS t(r) ORDER BY r;
SELECT '1/2'::rate_state = '2/4' AS no, '1/2'::rate_state < '2/4' AS yes, '1/2'::rate_state <> '2/4' AS yes, '1/3'::rate_state > '1/2' AS no;
SELECT count(*) AS two FROM (SELECT DISTINCT r FROM (VALUES ('1/2'::rate_state), ('1/2'), ('2/4')) AS t(r)) AS d;
