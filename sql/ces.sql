-- Customer effort score on a scale of 1 to 7, 7 is easy.
CREATE TEMP TABLE answers AS SELECT 1 + i * i % 7 AS score FROM generate_series(1, 100) AS i;
SELECT ces(score) = avg(score)::float8 AS rows, ces(survey_agg(score)) = avg(score)::float8 AS state FROM answers;
SELECT ces(s, 'top') = top AS share_of_5_to_7, abs(ces(s, 'net') - net) < 1e-15 AS less_1_to_3
FROM (SELECT survey_agg(score), avg((score >= 5)::int)::float8, avg((score >= 5)::int - (score <= 3)::int)::float8
        FROM answers) AS t(s, top, net);
-- An even scale has no middle: halves of 1 to 10 are 1..5 and 6..10.
SELECT ces(survey_agg(x), 'top', 10) AS half, ces(survey_agg(x), 'net', 10) AS zero FROM generate_series(1, 10) AS x;
SELECT ces(x) IS NULL AS nothing FROM (SELECT 1 WHERE false) AS t(x);
SELECT ces(x) AS error FROM (VALUES (8)) AS t(x);
SELECT ces(x) AS error FROM (VALUES (0)) AS t(x);
SELECT ces(survey_agg(x), 'median') AS error FROM (VALUES (7)) AS t(x);
SELECT ces(survey_agg(x), 'mean', 11) AS error FROM (VALUES (7)) AS t(x);
-- Interval and test. The mean by Student's t: R's t.test of these two samples.
CREATE TEMP TABLE two AS
    SELECT survey_agg(a) AS a, survey_agg(b) AS b, mean_agg(a) AS mean_a, mean_agg(b) AS mean_b
    FROM unnest('{5,6,7,7,3,1,6,7,2,5}'::int[], '{2,3,4,4,5,6,1,2,3,3}'::int[]) AS t(a, b);
SELECT abs(t.statistic - 1.9123657749350) < 1e-10 AS t, abs(t.df - 15.9154703665089) < 1e-10 AS df,
       t.p_value = w.p_value AS p_value,
       t.lower = w.lower AS lower, t.difference = w.difference AS difference
FROM two, ces_test(a, b) AS t, mean_test(mean_a, mean_b) AS w;
SELECT e = mean_estimate(mean_a) AS mean, e.value = ces(a) AS value, e.n FROM two, ces_estimate(a) AS e;
-- Top is a rate, net is the difference of two shares as in the net promoter score.
SELECT ces_estimate(a, 0.9, 'top') = rate_estimate('7/10', 0.9) AS top, (ces_estimate(a,
       method => 'net')).value = ces(a, 'net') AS net,
       (ces_estimate(a, method => 'net')).upper * 100 = e.upper AS upper, (ces_test(a, b,
           method => 'top')).p_value = r.p_value AS top_test,
       abs((ces_test(a, b, method => 'net')).statistic - n.z) < 1e-12 AS net_test
FROM two, nps_estimate(7, 0, 3) AS e, rate_test('7/10', '2/10') AS r,
     nps_test(survey_from_counts('{3,0,0,0,0,0,0,0,0,7,0}'), survey_from_counts('{6,0,0,0,0,0,0,2,0,2,0}')) AS n;
SELECT * FROM ces_estimate('1:0,0,0,0,0,0,0,0,0,0,0');
SELECT * FROM ces_estimate('1:0,0,0,0,0,1,0,0,0,0,0');
SELECT * FROM ces_test('1:0,0,0,0,0,0,0,0,0,0,0', '1:0,0,0,0,0,1,0,0,0,0,0');
SELECT * FROM ces_estimate('1:0,0,0,0,0,0,0,0,1,0,0');
SELECT * FROM ces_test('1:0,0,0,0,0,1,0,0,0,0,0', '1:0,0,0,0,0,0,0,0,1,0,0');
SELECT * FROM ces_estimate('1:0,0,0,0,0,1,0,0,0,0,0', method => 'median');
