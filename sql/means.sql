-- mean: the mean of any number, its interval and its tests.

-- The smallest example: three order values.
SELECT mean_agg(amount) AS state, mean_value(mean_agg(amount)) AS two, standard_deviation(mean_agg(amount)) AS one,
       value_count(mean_agg(amount)) AS three, value_sum(mean_agg(amount)) AS "6.00"
FROM (VALUES (1.00), (2), (3)) AS t(amount);
SELECT mean_agg(x)::json AS json, mean_agg(x)::jsonb ->> 'n' AS two FROM (VALUES (-1.5), (2)) AS t(x);

-- The sleep data of Student (1908), R's t.test: Welch, paired, and one sample at 90 %.
CREATE TEMP TABLE sleep AS
    SELECT a, b FROM unnest('{0.7,-1.6,-0.2,-1.2,-0.1,3.4,3.7,0.8,0,2}'::numeric[],
                            '{1.9,0.8,1.1,0.1,-0.1,4.4,5.5,1.6,4.6,3.4}'::numeric[]) AS t(a, b);
CREATE FUNCTION pg_temp.near(got float8, wanted float8) RETURNS boolean LANGUAGE SQL
    RETURN abs(got - wanted) <= 1e-11 * greatest(1, abs(wanted));
SELECT pg_temp.near(t, -1.8608134674869) AS t, pg_temp.near(df, 17.7764735161785) AS df,
       pg_temp.near(p_value, 0.0793941401874) AS p_value, pg_temp.near(lower, -3.3654832307117) AS lower,
       pg_temp.near(upper, 0.2054832307117) AS upper, round(difference::numeric, 6) AS "-1.58"
FROM (SELECT mean_agg(a), mean_agg(b) FROM sleep) AS s(a, b), mean_test(s.a, s.b);
SELECT pg_temp.near(t, 4.06212768338204) AS t, df AS nine, pg_temp.near(p_value, 0.00283289019738) AS p_value,
       pg_temp.near(lower, 0.70011423672302) AS lower, pg_temp.near(upper, 2.45988576327698) AS upper
FROM mean_test((SELECT mean_agg(b - a) FROM sleep));
SELECT pg_temp.near(t, 0.441903380238) AS t, pg_temp.near(p_value, 0.668986623615) AS p_value,
       pg_temp.near(lower + 0.5, -0.287055278729) AS lower, pg_temp.near(upper + 0.5, 1.787055278729) AS upper
FROM mean_test((SELECT mean_agg(a) FROM sleep), expected => 0.5, confidence => 0.9);
-- The interval of the mean is that of the test; from numbers that are known it is the same.
SELECT e.lower - 0 = t.lower AS same, e.upper = t.upper AS same, e.n AS ten, e.value = avg AS mean
FROM (SELECT mean_agg(a), avg(a)::float8 FROM sleep) AS s(a, avg), mean_estimate(s.a) AS e, mean_test(s.a) AS t;
SELECT pg_temp.near(e.lower, f.lower) AS lower, pg_temp.near(e.upper, f.upper) AS upper, e.n = f.n AS n
FROM (SELECT mean_agg(a), avg(a), stddev(a) FROM sleep) AS s(a, mean, sd), mean_estimate(s.a, 0.99) AS e,
     mean_estimate(s.mean, s.sd, 10, 0.99) AS f;
SELECT pg_temp.near(t.t, -1.8608134674869) AS t, pg_temp.near(p_value, 0.0793941401874) AS p_value
FROM (SELECT avg(a), stddev(a), avg(b), stddev(b) FROM sleep) AS s(ma, sa, mb, sb), mean_test(ma, sa, 10, mb, sb, 10)
    AS t;
-- Student's t: the quantiles of R's qt(0.975, df), by the interval of a mean 0 with deviation sqrt(n).
SELECT rows, round(upper::numeric, 9) AS quantile
FROM (VALUES (2), (3), (11), (101), (1000001)) AS t(rows), mean_estimate(0, sqrt(rows), rows);

-- Against plain SQL over numbers at random, also of a small spread about a large mean, where sums of squares in
-- doubles fail.
SELECT setseed(0.417);
CREATE TEMP TABLE number AS
    SELECT i % 20 AS grp, CASE i % 4 WHEN 0 THEN round((random() * 1000 - 300)::numeric, 2)
           WHEN 1 THEN round((random() * 7)::numeric, (i % 9)::int)
           WHEN 2 THEN 1000000000000 + round(random()::numeric, 3) ELSE (random() * 100)::int END AS x
    FROM generate_series(1, 4000) AS i;
SELECT count(*) AS groups, bool_and(pg_temp.near(mean_value(s), mean) AND value_sum(s) = total AND value_count(s) = n
       AND pg_temp.near(standard_deviation(s) / sd, 1)) AS as_in_sql, count(DISTINCT n) AS sizes
FROM (SELECT mean_agg(x), avg(x)::float8, sum(x), count(x), stddev(x)::float8 FROM number GROUP BY grp) AS t(s, mean,
    total, n, sd);
-- In any order and in parts the same bytes; float8 as its shortest decimal.
SELECT (SELECT rollup(s ORDER BY g DESC) FROM (SELECT grp % 7 AS g, mean_agg(x) AS s FROM number GROUP BY 1) AS t) = s
       AS whole,
       (SELECT mean_agg(x ORDER BY x) FROM number) = s AS sorted, s::text::mean_state = s AS through_text,
       mean_value(s + s) = mean_value(s) AS twice, (s + NULL) = s AS nothing_added
FROM (SELECT mean_agg(x) FROM number) AS t(s);
SELECT mean_agg(x::float8) = mean_agg(x) AS same, mean_agg(x::int) = mean_agg(x::smallint) AS same,
       mean_agg(0.1::float8) AS tenth FROM generate_series(1, 3) AS x;
SELECT mean_value(s) = 0 AS zero, standard_deviation(s) AS sd
FROM (SELECT mean_agg(x) FROM (VALUES (1e15), (-1e15), (1e-15), (-1e-15)) AS t(x)) AS t(s);
-- What sums of squares in doubles lose: the variance of 0.1, 0.2, 0.3 about a million million.
SELECT round(standard_deviation(mean_agg(1000000000000 + x))::numeric, 12) AS tenth
       FROM unnest('{0.1,0.2,0.3}'::numeric[]) AS x;
-- Squares of numbers with 38 digits are exact, too.
SELECT standard_deviation(mean_agg(x)) AS zero FROM unnest(array_fill(99999999999999999999999999999999999.5,
       ARRAY[2])) AS x;
SELECT mean_agg(x) AS error FROM unnest(array_fill(99999999999999999999999999999999999999::numeric, ARRAY[9])) AS x;
SELECT mean_agg(x) AS squares FROM (VALUES (12345678901234567890123456789.012345678)) AS t(x);
SELECT x * x AS squares FROM (VALUES (12345678901234567890123456789.012345678)) AS t(x);

-- Nothing, NULL, one, no spread.
SELECT mean_agg(x) AS empty, mean_value(mean_agg(x)) IS NULL AS nothing, value_sum(mean_agg(x)) IS NULL AS nothing
FROM (SELECT 1.5 WHERE false) AS t(x);
SELECT mean_agg(x) AS one_point_five, standard_deviation(mean_agg(x)) IS NULL AS unknown FROM (VALUES (NULL), (1.5))
       AS t(x);
SELECT * FROM mean_estimate('1:0,0,0');
SELECT * FROM mean_estimate('1:1,1.5,2.25');
SELECT * FROM mean_estimate('1:2,3.0,4.50');
SELECT * FROM mean_test('1:2,3.0,4.50', '1:2,3.0,4.50'::mean_state);
SELECT * FROM mean_test('1:2,3.0,4.50', 1);
SELECT * FROM mean_test('1:1,3,9', '1:2,3.0,4.50'::mean_state);
SELECT * FROM mean_test('1:2,3.0,5.50', '1:2,3.0,4.50'::mean_state);
SELECT * FROM mean_test('1:0,0,0', '1:2,3.0,4.50'::mean_state);
SELECT mean_agg(x) FILTER (WHERE x > 1) AS two, rollup(s) AS none
FROM (VALUES (1, NULL::mean_state), (2, NULL)) AS t(x, s);
SELECT x, mean_value(mean_agg(x) OVER (ORDER BY x ROWS 1 PRECEDING)) AS mean FROM generate_series(1, 3) AS x;

-- Large means that lie close together keep their difference, which numeric has exactly; at any number of decimals.
CREATE TEMP TABLE far AS
    SELECT o AS origin, mean_agg(a + o) AS a, mean_agg(b + o) AS b,
           avg(a + o) - avg(b + o) AS difference, avg(a) AS mean_a
    FROM (SELECT i * 7919 % 101 * 0.125 AS a, i * 104729 % 89 * 0.0625 AS b FROM generate_series(1, 63) AS i) AS t,
         (VALUES (0), (1e18), (-1e18 + 0.0625), (123456789012345.678901234567890123), (1e10 + 1e-24)) AS origins(o)
    GROUP BY o;
SELECT f.origin, pg_temp.near(t.difference, f.difference::float8) AS difference, pg_temp.near(t.t, n.t) AS t,
       pg_temp.near(t.lower, n.lower) AS lower, t.df = n.df AS df
FROM far AS f, far AS near, mean_test(f.a, f.b) AS t, mean_test(near.a, near.b) AS n WHERE near.origin = 0
ORDER BY f.origin;
-- Against a number: 1e18 itself is one of double precision.
SELECT pg_temp.near(t.difference, f.mean_a::float8) AS difference
FROM far AS f, mean_test(a, 1e18::float8) AS t WHERE origin = 1e18;

-- Bad input.
SELECT mean_estimate(1, 1e-200, 5) AS error;
SELECT mean_agg(x) AS error FROM (VALUES ('NaN'::float8)) AS t(x);
SELECT mean_agg(x) AS error FROM (VALUES (1e-300::float8)) AS t(x);
SELECT mean_estimate('1:2,3,5', 95) AS error;
SELECT mean_estimate(1, -1, 5) AS error;
SELECT mean_estimate(1, 1, 5.5) AS error;
SELECT mean_test('1:2,3,5'::mean_state, 'NaN'::float8) AS error;
SELECT '1:2,3,4'::mean_state AS error;
SELECT '1:1,3,10'::mean_state AS error;
SELECT '1:0,3,9'::mean_state AS error;
SELECT '1:0,0.0,0.00'::mean_state AS error;
SELECT '1:2,3.0,5.5'::mean_state AS error;
SELECT '1:2,3.0,05.50'::mean_state AS error;
SELECT '1:2,3,5.'::mean_state AS error;
SELECT '1:2,3,5 '::mean_state AS error;
SELECT '2:2,3,5'::mean_state AS error;
SELECT ('1:1,1,' || repeat('9', 90))::mean_state AS error;
