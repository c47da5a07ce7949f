-- Several groups at once.
CREATE FUNCTION pg_temp.near(got float8, wanted float8) RETURNS boolean LANGUAGE SQL
    RETURN abs(got - wanted) <= 2e-10 * greatest(1, abs(wanted));

-- The smallest example: a rate that rises from month to month.
SELECT round(slope::numeric, 4) AS "0.1", round(z::numeric, 4) AS z, round(p_value::numeric, 5) AS p_value, groups, n
FROM rate_trend_test(ARRAY[rate(20, 100), rate(30, 100), rate(40, 100)]);

-- Smokers in four groups of patients (Fleiss 1981), R's prop.trend.test: with scores 1 to 4, and with others.
SELECT pg_temp.near(z ^ 2, 8.224922285) AS chi_square, pg_temp.near(p_value, 0.00413189748) AS p_value, groups, n
FROM rate_trend_test('{83/86,90/93,129/136,70/82}');
SELECT abs(z ^ 2 - 11.35689819) < 5e-9 AS chi_square, abs(p_value - 0.000751682571) < 1e-12 AS p_value
FROM rate_trend_test('{83/86,90/93,129/136,70/82}', '{0,1,3,7}');
-- R's prop.test of the same, and pairwise.prop.test without the correction for continuity, by Holm.
SELECT pg_temp.near(chi_square, 12.6004112971) AS chi_square, df, pg_temp.near(p_value, 0.00558547666163) AS p_value
FROM rate_groups_test('{83/86,90/93,129/136,70/82}');
SELECT a, b, round(difference::numeric, 4) AS difference, round(p_value::numeric, 8) AS p_value,
       round(p_adjusted::numeric, 8) AS p_adjusted
FROM rate_differences('{83/86,90/93,129/136,70/82}');
-- Each is a rate_test; the intervals have the confidence of all six together.
SELECT count(*) AS pairs, bool_and(d.difference = t.difference AND d.z = t.z AND d.p_value = t.p_value
       AND pg_temp.near(d.lower, t.lower) AND pg_temp.near(d.upper, t.upper)) AS as_tested
FROM unnest('{83/86,90/93,129/136,70/82}'::rate_state[]) WITH ORDINALITY AS a(r, i),
     unnest('{83/86,90/93,129/136,70/82}'::rate_state[]) WITH ORDINALITY AS b(r, j),
     rate_test(a.r, b.r, 1 - 0.05 / 6) AS t,
     rate_differences('{83/86,90/93,129/136,70/82}') AS d WHERE d.a = i::text AND d.b = j::text;
-- Against all the others, and against the first; names.
SELECT d.a, d.b, d.z = t.z AS as_tested, d.p_adjusted >= d.p_value AS no_less
FROM rate_differences('{83/86,90/93,129/136,70/82}', '{north,east,south,west}', against => 'rest') AS d
JOIN (VALUES ('north', '83/86'::rate_state), ('east', '90/93'), ('south', '129/136'), ('west', '70/82')) AS r(a,
    r) USING (a),
     rate_test(r.r, rate(372 - hits(r.r), 397 - total(r.r))) AS t;
SELECT a, b, round(p_adjusted::numeric, 6) AS p_adjusted
FROM rate_differences('{83/86,90/93,129/136,70/82}', '{control,red,green,blue}', against => 'first');

-- Means: R's oneway.test and lm of InsectSprays (Beall 1942).
CREATE TEMP TABLE spray AS
    SELECT n, s FROM unnest('{10,7,20,14,14,12,10,23,17,20,14,13,11,17,21,11,16,14,17,17,19,21,7,13,0,1,7,2,3,1,2,1,3,
0,1,4,3,5,12,6,4,3,5,5,5,5,2,4,3,5,3,5,3,6,1,1,3,2,6,4,11,9,15,22,15,16,13,10,26,26,24,13}'::int[])
        WITH ORDINALITY AS t(n, i), LATERAL (SELECT (i - 1) / 12) AS u(s);
CREATE TEMP TABLE sprays AS SELECT array_agg(m ORDER BY s) AS m FROM (SELECT s, mean_agg(n) AS m FROM spray
    GROUP BY s) AS t;
SELECT pg_temp.near(f, 36.0654438936) AS f, df, pg_temp.near(df_within, 30.0425605088) AS df_within,
       abs(p_value / 7.99937945567e-12 - 1) < 1e-9 AS p_value, groups, n FROM sprays, mean_groups_test(m);
SELECT pg_temp.near(slope, -0.62380952381) AS slope, pg_temp.near(t, -1.26014893710) AS t, df,
       pg_temp.near(p_value, 0.211800465571) AS p_value, pg_temp.near(lower, -1.61111255469) AS lower,
       pg_temp.near(upper, 0.363493507076) AS upper, groups, n FROM sprays, mean_trend_test(m);
-- The same line by regr_slope over the rows, with scores of one's own.
SELECT pg_temp.near(l.slope, regr_slope(spray.n, x)) AS slope,
       pg_temp.near(l.t ^ 2, 70 * regr_r2(spray.n, x) / (1 - regr_r2(spray.n, x))) AS t
FROM spray, LATERAL (SELECT (s * s + 1)::float8) AS o(x), sprays, mean_trend_test(m, '{1,2,5,10,17,26}') AS l
GROUP BY l.slope, l.t;
SELECT count(*) AS pairs, bool_and(d.t = t.t AND d.p_value = t.p_value AND pg_temp.near(d.lower, t.lower)) AS as_tested,
       bool_and(d.p_adjusted >= d.p_value) AS no_less, count(*) FILTER (WHERE d.p_adjusted < 0.05) AS found
FROM sprays, mean_differences(m, '{1,2,3,4,5,6}') AS d, mean_test(m[d.a::int], m[d.b::int], 1 - 0.05 / 15) AS t;
SELECT bool_and(d.t = t.t) AS as_tested, count(*) AS six
FROM sprays, mean_differences(m, against => 'rest') AS d,
     LATERAL (SELECT mean_agg(n) FILTER (WHERE s = d.a::int - 1), mean_agg(n) FILTER (WHERE s <> d.a::int - 1)
         FROM spray) AS r(one, others),
     mean_test(r.one, r.others) AS t;

-- Net promoter scores: a trend is that of their points, a difference is nps_test.
CREATE TEMP TABLE answer AS
    SELECT i % 5 AS month, (i * i * 7 + i / 9) % 11 AS score FROM generate_series(1, 900) AS i;
CREATE TEMP TABLE surveys AS SELECT array_agg(s ORDER BY month) AS s FROM (SELECT month, survey_agg(score) AS s
    FROM answer GROUP BY month) AS t;
SELECT pg_temp.near(slope, regr_slope(points, month)) AS slope, pg_temp.near(t ^ 2, 898 * regr_r2(points,
       month) / (1 - regr_r2(points, month))) AS t
FROM (SELECT month::float8, CASE WHEN score >= 9 THEN 100.0 WHEN score >= 7 THEN 0 ELSE -100 END FROM answer)
    AS p(month, points),
     mean_trend_test((SELECT array_agg(mean_from_survey(x, 'nps') ORDER BY i) FROM surveys, unnest(s) WITH ORDINALITY
         AS u(x, i)))
GROUP BY slope, t;
SELECT bool_and(pg_temp.near(mean_value(mean_from_survey(x, 'nps')), nps(x))
       AND mean_value(mean_from_survey(x)) = mean_score(x)) AS means,
       bool_and(standard_deviation(mean_from_survey(x)) IS NOT DISTINCT FROM
                (SELECT standard_deviation(mean_agg(score)) FROM answer WHERE month = i - 1)) AS spreads
FROM surveys, unnest(s) WITH ORDINALITY AS u(x, i);
SELECT count(*) AS pairs, bool_and(d.z = t.z AND d.difference = t.difference AND pg_temp.near(d.upper, t.upper))
       AS as_tested
FROM surveys, nps_differences(s) AS d, nps_test(s[d.a::int], s[d.b::int], 1 - 0.05 / 10) AS t;
SELECT bool_and(d.z = t.z) AS as_tested
FROM surveys, nps_differences(s, against => 'rest') AS d,
     LATERAL (SELECT survey_agg(score) FILTER (WHERE month = d.a::int - 1), survey_agg(score)
         FILTER (WHERE month <> d.a::int - 1) FROM answer) AS r(one, others),
     nps_test(r.one, r.others) AS t;

-- Pairs: bronchial reactions of 21 patients before and after (Bentur and others 2009): 1 to 7; Tango's interval by
-- Fagerland,
-- Lydersen and Laake (2014), and R's mcnemar.test without correction, chi-square 4.5.
SELECT round(difference::numeric, 4) AS "-0.2857", round(lower::numeric, 3) AS "-0.517", round(upper::numeric, 3)
       AS "-0.026",
       round((z * z)::numeric, 9) AS "4.5", round(p_value::numeric, 6) AS "0.033895" FROM rate_paired_test(1, 7, 21);
SELECT * FROM rate_paired_test(0, 0, 0);
SELECT difference, round(lower::numeric, 6) AS lower, round(upper::numeric, 6) AS upper, z, p_value
       FROM rate_paired_test(0, 0, 10);
SELECT rate_paired_test(6, 5, 10) AS error;

-- p values: R's p.adjust, and by brute force over random ones with ties.
SELECT p_adjust('{0.01,0.04,0.03,0.005,NULL,0.5,0.03}') AS holm;
SELECT p_adjust('{0.01,0.04,0.03,0.005,NULL,0.5,0.03}', 'bh') AS bh,
       p_adjust('{0.01,0.04,0.03,0.005,NULL,0.5,0.03}', 'bonferroni') AS bonferroni;
SELECT setseed(0.3);
CREATE TEMP TABLE p AS SELECT array_agg(round((random() ^ 3)::numeric, 2)::float8) AS p FROM generate_series(1, 200);
SELECT count(*) AS values, bool_and(pg_temp.near(got, least(1, holm))) AS holm, count(DISTINCT x) AS different
FROM (SELECT x, got, (SELECT max(q * (200 - r + 1)) FROM (SELECT q, row_number() OVER (ORDER BY q) AS r FROM unnest(p)
    AS q) AS s
                      WHERE q <= x) AS holm
      FROM p, unnest(p, p_adjust(p)) AS u(x, got)) AS t;

-- Nothing, NULL, one group, groups without rows, no spread.
SELECT * FROM rate_trend_test('{}');
SELECT * FROM rate_trend_test(NULL);
SELECT * FROM rate_trend_test('{1/2}');
SELECT * FROM rate_trend_test('{0/5,0/5}');
SELECT (rate_trend_test('{1/5,NULL,4/5,0/0}')).slope AS "0.3", (rate_trend_test('{1/5,NULL,4/5,0/0}')).groups AS two;
SELECT * FROM mean_trend_test('{}');
SELECT * FROM mean_trend_test(ARRAY['1:1,1,1', '1:1,2,4']::mean_state[]);
SELECT * FROM mean_trend_test(ARRAY['1:1,1,1', NULL, '1:0,0,0', '1:2,5,13']::mean_state[]);
SELECT * FROM rate_groups_test('{}');
SELECT * FROM rate_groups_test('{1/1,1/1}');
SELECT * FROM mean_groups_test(ARRAY['1:1,1,1', '1:2,5,13']::mean_state[]);
SELECT count(*) AS none FROM rate_differences('{}');
SELECT count(*) AS none FROM rate_differences(NULL);
SELECT * FROM rate_differences('{1/2,NULL,0/0,2/2}', '{a,b,c,d}');
SELECT * FROM rate_differences('{1/2}', against => 'rest');
SELECT p_adjust('{}') AS none, p_adjust(NULL) IS NULL AS unknown;
SELECT count(*) AS half_a_million, min(p_adjusted) AS one
FROM rate_differences(array_fill('5/9'::rate_state, ARRAY[1000])) AS d;

-- Scores that are large and close together are as far apart as 1, 2 and 3 are.
SELECT a.z = b.z AND a.slope = b.slope AND a.lower = b.lower AS same
FROM rate_trend_test('{1/10,5/20,9/13}', '{1000000000000001,1000000000000002,1000000000000003}') AS a,
     rate_trend_test('{1/10,5/20,9/13}') AS b;
SELECT a.t = b.t AND a.slope = b.slope AND a.lower = b.lower AS same
FROM (SELECT array_agg(mean ORDER BY g) AS means
      FROM (SELECT g, mean_agg(v) AS mean FROM (VALUES (1, 0), (1, 2), (2, 1), (2, 5), (2, 4), (3, 9), (3, 3))
                AS t(g, v)
            GROUP BY g) AS groups) AS m,
     mean_trend_test(means, '{1000000000000001,1000000000000002,1000000000000003}') AS a, mean_trend_test(means) AS b;

-- So are very small and very large ones: the test does not depend on the unit and the origin of the scores.
SELECT scores[1] AS first, pg_temp.near(a.z, b.z) AND pg_temp.near(a.p_value, b.p_value) AS same,
       pg_temp.near(a.slope * (scores[3] - scores[2]), b.slope)
           AND pg_temp.near(a.lower * (scores[3] - scores[2]), b.lower)
           AND pg_temp.near(a.upper * (scores[3] - scores[2]), b.upper) AS slope
FROM (VALUES ('{1e-200,2e-200,3e-200}'::float8[]), ('{-1e-307,0,1e-307}'), ('{-3e99,0,3e99}'),
             ('{-6,0,6}')) AS t(scores),
     rate_trend_test('{1/10,5/20,9/13}', scores) AS a, rate_trend_test('{1/10,5/20,9/13}') AS b;
CREATE TEMP TABLE places AS
    SELECT g, mean_agg(v) AS small, mean_agg(v + 1000000000000000000.25) AS large
    FROM (SELECT 1 + i % 4 AS g, (i * 7919 % 101 + i % 4 * 9)::numeric AS v FROM generate_series(1, 97) AS i) AS t
    GROUP BY g;
SELECT scores[1] AS first, pg_temp.near(a.t, b.t) AND pg_temp.near(a.p_value, b.p_value) AND a.df = b.df AS same,
       pg_temp.near(a.slope * (scores[3] - scores[2]), b.slope) AS slope
FROM (SELECT array_agg(small ORDER BY g) AS means FROM places) AS p,
     (VALUES ('{1e-200,2e-200,3e-200,4e-200}'::float8[]), ('{-3e99,0,3e99,6e99}')) AS t(scores),
     mean_trend_test(means, scores) AS a, mean_trend_test(means) AS b;
-- Means that are large and close together too: they are subtracted before they are rounded.
SELECT pg_temp.near(a.t, b.t) AND pg_temp.near(a.slope, b.slope) AND pg_temp.near(a.lower, b.lower) AS trend,
       pg_temp.near(c.f, d.f) AND pg_temp.near(c.p_value, d.p_value) AND d.f > 1 AS groups
FROM (SELECT array_agg(small ORDER BY g) AS small, array_agg(large ORDER BY g) AS large FROM places) AS p,
     mean_trend_test(large) AS a, mean_trend_test(small) AS b, mean_groups_test(large) AS c,
     mean_groups_test(small) AS d;
SELECT count(*) AS six, bool_and(pg_temp.near(a.difference, b.difference) AND pg_temp.near(a.t, b.t)) AS same
FROM (SELECT array_agg(small ORDER BY g) AS small, array_agg(large ORDER BY g) AS large FROM places) AS p,
     mean_differences(large) AS a, mean_differences(small) AS b
WHERE a.a = b.a AND a.b = b.b;

-- Bad input.
SELECT * FROM rate_differences('{1/2,1/3,1/4}', '{a,b,a}') AS error;
SELECT * FROM mean_differences('{"1:2,3.0,4.50","1:2,3.0,4.50"}', '{"",""}') AS error;
SELECT * FROM nps_differences(ARRAY['1:0,0,0,0,0,0,0,1,0,1,1'::survey_state, '1:0,0,0,0,0,0,0,1,0,1,1'],
                              ARRAY[repeat('a', 200), repeat('a', 200)]) AS error;
SELECT rate_trend_test('{1/10,5/20,9/13}', '{5e-324,1e-323,1.5e-323}') AS error;
SELECT mean_trend_test(array_agg(small), '{0,1e-310,2e-310,4e-310}') AS error FROM places;
SELECT rate_trend_test('{1/2,1/3}', '{1}') AS error;
SELECT rate_trend_test('{1/2,1/3}', '{1,NULL}') AS error;
SELECT rate_trend_test('{1/2,1/3}', '{1,NaN}') AS error;
SELECT rate_trend_test('{{1/2,1/3}}') AS error;
SELECT * FROM rate_differences('{1/2,1/3}', '{a}') AS error;
SELECT * FROM rate_differences('{1/2,1/3}', '{a,NULL}') AS error;
SELECT * FROM rate_differences('{1/2,1/3}', against => 'all') AS error;
SELECT * FROM rate_differences('{1/2,1/3}', confidence => 95) AS error;
SELECT * FROM rate_differences(array_fill('1/2'::rate_state, ARRAY[1001])) AS error;
SELECT p_adjust('{0.5,1.5}') AS error;
SELECT p_adjust('{0.5}', 'tukey') AS error;
