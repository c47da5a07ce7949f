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
SELECT rate(0.5, 10) AS error;
SELECT rate('NaN', 10) AS error;

-- Counts and sums of counts of every type, literals, parameters.
SELECT rate(3::smallint, 10::smallint) AS three_of_ten, rate(3::bigint, 10) AS three_of_ten_2,
       rate(3::numeric, 10.0) AS three_of_ten_3, rate(3::real, 10::float8) AS three_of_ten_4,
       rate('3', '10') AS three_of_ten_5, rate(NULL, 10) IS NULL AS unknown;
PREPARE counted AS SELECT rate($1, $2) AS three_of_ten;
EXECUTE counted(3, 10);
SELECT reason, rate(count(*), sum(count(*)) OVER ())
FROM (VALUES ('price'), ('price'), ('service')) AS t(reason)
GROUP BY reason ORDER BY reason;

-- Value and parts.
SELECT rate_value(rate(3, 10)) AS point_three, rate(3, 10)::float8 AS point_three_2,
       hits(rate(3, 10)) AS three, total(rate(3, 10)) AS ten;
SELECT rate_value(rate(0, 0)) IS NULL AS of_nothing_is_null;
-- As numeric it is what dividing the counts gives, to 16 digits or more. It is assigned, but never taken for a number.
SELECT rate(1, 3)::numeric AS third, round(rate_agg(x)::numeric, 3) AS third_2,
       rate(0, 0)::numeric IS NULL AS of_nothing
FROM (VALUES (true), (false), (false)) AS t(x);
SELECT count(*) AS pairs, bool_and(rate(k, n)::numeric::text = (k / n)::text) AS as_divided
FROM (VALUES (1::numeric), (7), (49), (1009), (123456789), (9007199254740991), (9007199254740992)) AS t(n),
     LATERAL (VALUES (0::numeric), (1), (trunc(n / 3)), (n - 1), (n)) AS parts(k);
CREATE TEMP TABLE assigned (part numeric(5, 3), share float8);
INSERT INTO assigned VALUES (rate(2, 3), rate(2, 3)) RETURNING part, share = 2 / 3.0::float8 AS same;
SELECT avg(rate(2, 3)) AS error;
SELECT round(rate(2, 3), 1) AS error;
-- JSON; + merges.
SELECT rate(3, 10)::json AS json, rate(3, 10)::jsonb -> 'hits' AS three;
SELECT rate(1, 2) + rate(2, 5) AS three_of_seven, rate(1, 2) + NULL AS one_of_two,
       NULL::rate_state + NULL IS NULL AS nothing;

-- Aggregates: empty, NULL, one, several, merged.
SELECT rate_agg(x) AS nothing FROM (SELECT true WHERE false) AS t(x);
SELECT rate_agg(x) AS nothing FROM (VALUES (NULL::boolean)) AS t(x);
SELECT rate_agg(x) AS one_of_one FROM (VALUES (true)) AS t(x);
SELECT rate_agg(x) AS two_of_three FROM (VALUES (true), (NULL), (false), (true)) AS t(x);
-- Words count as PostgreSQL reads booleans, all of them and no other.
CREATE FUNCTION pg_temp.tried(word text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE ours text; theirs text;
BEGIN
    BEGIN ours := (SELECT rate_agg(word));
    EXCEPTION WHEN invalid_text_representation THEN ours := 'error'; END;
    BEGIN theirs := (SELECT rate_agg(word::boolean));
    EXCEPTION WHEN invalid_text_representation THEN theirs := 'error'; END;
    RETURN CASE WHEN ours = theirs THEN ours ELSE format('%s, not %s', ours, theirs) END;
END $$;
SELECT pg_temp.tried(word) AS rate, count(*) AS words
FROM (SELECT DISTINCT f.w
      FROM unnest('{true,false,yes,no,on,off,1,0,10,ja,nein,是,"null",2,truth,yess,offf}'::text[]) AS t(w),
           generate_series(0, 5) AS n,
           LATERAL (VALUES (left(w, n)), (upper(left(w, n))), (initcap(w)), (' ' || w || E'\t')) AS f(w)) AS words(word)
GROUP BY 1 ORDER BY 1;
SELECT rate_agg(x) AS two_of_three, rate_agg(x::varchar) AS two_of_three_2, rate_agg(x::char(5)) AS two_of_three_3,
       rate_agg(x) FILTER (WHERE x = 'No') AS none_of_one, rate_agg(NULL) AS nothing, rate_agg('t') AS all_of_four
FROM (VALUES ('Yes'), (NULL), ('No'), ('Yes')) AS t(x);
SELECT rate_agg(x) AS error FROM (VALUES ('yes'), ('Ja')) AS t(x);
SELECT rate_agg(x) AS error FROM (VALUES ('yes'), ('')) AS t(x);
SELECT rate_agg(x) AS error FROM (VALUES (1)) AS t(x);
PREPARE worded AS SELECT rate_agg($1) AS one_of_one;
EXECUTE worded('on');
EXECUTE worded(true);
SELECT rollup(r) AS no_rates FROM (SELECT '1/2'::rate_state WHERE false) AS t(r);
SELECT rollup(r) AS three_of_seven FROM (VALUES ('1/2'::rate_state), (NULL), ('2/5'), ('0/0')) AS t(r);
SELECT rollup(r) AS error FROM (VALUES ('0/2305843009213693951'::rate_state), ('0/1')) AS t(r);
-- A moving frame agrees with the sums beside it.
SELECT count(*) AS wrong_frames
FROM (SELECT rate_agg(x) OVER w AS r, rate_agg(x::text) OVER w AS words,
             count(*) FILTER (WHERE x) OVER w AS hits, count(x) OVER w AS total
      FROM (SELECT i, nullif(i % 7, 3) % 2 = 0 AS x FROM generate_series(1, 200) AS i) AS t
      WINDOW w AS (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 4 FOLLOWING)) AS f
WHERE r <> rate(hits, total) OR words <> r;

-- The Wilson interval: the formula in SQL, and the ends.
SELECT count(*) AS checked, bool_and(abs(e.lower - w.lower) < 1e-12 AND abs(e.upper - w.upper) < 1e-12) AS agree
FROM (SELECT k, n, k::float8 / n AS p, 1.959963984540054::float8 AS z
      FROM generate_series(1, 30) AS n, generate_series(1, n - 1) AS k) AS t
CROSS JOIN LATERAL rate_estimate(rate(k, n)) AS e(value, lower, upper, responses)
CROSS JOIN LATERAL (SELECT (p + z * z / (2 * n) - z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) /
        (1 + z * z / n) AS lower,
                           (p + z * z / (2 * n) + z * sqrt(p * (1 - p) / n + z * z / (4 * n * n))) /
                           (1 + z * z / n) AS upper) AS w;
SELECT value, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper, n FROM rate_estimate('0/10');
SELECT value, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper, n FROM rate_estimate('10/10');
SELECT * FROM rate_estimate('0/0');
SELECT rate_lower('3/10') = e.lower AS same, rate_upper('3/10') = e.upper AS same_2 FROM rate_estimate('3/10') AS e;
SELECT rate_lower('3/10', 0.5) > rate_lower('3/10', 0.99) AS wider_when_surer;
SELECT rate_lower('3/10', 1) AS error;
SELECT rate_lower('3/10', 'NaN') AS error;
-- As near to certainty as can be, 1 - 2^-53, is a normal quantile of 8.2924: the formula above with it.
SELECT round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper
FROM rate_estimate('3/10', 0.9999999999999999);

-- The difference of two rates: Newcombe 1998, table II, example (a), 56/70 and 48/80, method 10: 0.0524 to 0.3339.
SELECT round(difference::numeric, 4) AS difference, round(lower::numeric, 4) AS lower,
       round(upper::numeric, 4) AS upper, round(z::numeric, 4) AS z, round(p_value::numeric, 6) AS p_value
FROM rate_test('56/70', '48/80');
SELECT difference, z, p_value FROM rate_test('5/10', '5/10');
SELECT * FROM rate_test('0/0', '5/10');

-- Order: by value, then by total, rates of nothing last; equal only when hits and total are.
SELECT r FROM (VALUES ('1/2'::rate_state), ('0/0'), ('2/4'), ('1/3'), ('0/5'), ('5/5')) AS t(r) ORDER BY r;
SELECT '1/2'::rate_state = '2/4' AS no, '1/2'::rate_state < '2/4' AS yes, '1/2'::rate_state <> '2/4' AS yes_2,
       '1/3'::rate_state > '1/2' AS no_2;
SELECT count(*) AS two FROM (SELECT DISTINCT r FROM (VALUES ('1/2'::rate_state), ('1/2'), ('2/4')) AS t(r)) AS d;
