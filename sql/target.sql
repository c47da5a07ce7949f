-- Targets: on the morning of 11 June, 10 of 30 days are gone; 40 of 90 are more than a third of the target.
SELECT * FROM target_pace(40, 90, '2025-06-01', '2025-07-01', '2025-06-11');
-- Working days: 7 of 21 are gone; with a holiday on the 2nd and a Saturday that is worked, the 7th, also 7 of 21.
SELECT time_share, pace, forecast, needed_per_day, days_gone, days_left FROM target_pace(40, 90, '2025-06-01',
       '2025-07-01', '2025-06-11', 'Working');
SELECT days_gone, days_left FROM target_pace(40, 90, '2025-06-01', '2025-07-01', '2025-06-11', 'working',
       '{2025-06-02}', '{2025-06-07}');
-- Before it begins, after it has ended, a target of nothing, a period of holidays, a target that is a loss.
SELECT attainment, time_share, pace, gap, forecast, needed_per_day, days_gone FROM target_pace(5, 90,
       '2025-06-01', '2025-07-01', '2025-05-01');
SELECT attainment, time_share, pace, gap, forecast, needed_per_day, days_left FROM target_pace(99, 90,
       '2025-06-01', '2025-07-01', '2026-05-01');
SELECT attainment, pace, forecast, forecast_attainment FROM target_pace(40, 0, '2025-06-01', '2025-07-01',
       '2025-06-11');
SELECT attainment, time_share, pace, gap, forecast FROM target_pace(40, 90, '2025-06-07', '2025-06-09',
       '2025-06-08', 'working');
SELECT attainment, pace, forecast, gap FROM target_pace(-10, -60, '2025-06-01', '2025-07-01', '2025-06-11');
SELECT target_pace(40, NULL, '2025-06-01', '2025-07-01', '2025-06-11') IS NULL AS unknown;
-- Ranking: who is furthest on the way.
SELECT rank() OVER (ORDER BY pace DESC) AS place, rep, attainment, pace
FROM (VALUES ('Ann', 40, 90), ('Bo', 20, 30), ('Cy', 5, 90), ('Di', 80, 120)) AS v(rep, actual, target),
       target_pace(actual, target, '2025-06-01', '2025-07-01', '2025-06-11') ORDER BY 1;

SELECT setseed(0.2);
-- A forecast from sums by day, in plain SQL: days without rows are 0; the prediction of the days left adds the
-- error of the mean.
CREATE TEMP TABLE days AS SELECT date '2025-05-20' + i AS day,
       (random() * 90)::numeric(7,2) AS amount
    FROM (SELECT i, random() AS chance FROM generate_series(0, 60) AS i) AS drawn WHERE chance < 0.8;
CREATE TEMP TABLE s AS SELECT series_agg(day, amount, 'day') AS s FROM days;
WITH known AS (
    SELECT d::date AS day, coalesce(amount, 0)::float8 AS amount FROM generate_series('2025-06-01',
    '2025-06-10', interval '1 day') AS d LEFT JOIN days ON day = d
), sums AS (
    SELECT sum(amount) AS actual, avg(amount) AS mean, stddev_samp(amount) AS deviation,
    count(*) FILTER (WHERE amount = 0) AS empty FROM known
)
SELECT empty > 0 AS empty_days, abs(f.actual - h.actual) < 1e-9 AS actual,
       abs(f.forecast - 3 * h.actual) < 1e-9 AS forecast,
       -- 2.262157 is the 97.5 % quantile of Student's t with 9 degrees of freedom
       round(((f.upper - f.forecast) / (deviation * sqrt(20 + 20 * 20 / 10.0)))::numeric, 6) AS quantile,
       abs(f.upper + f.lower - 2 * f.forecast) < 1e-9 AS symmetric,
       abs(f.attainment - h.actual / 900) < 1e-12 AS attainment, abs(f.pace - h.actual / 300) < 1e-12 AS pace,
       abs(f.forecast_attainment - h.actual / 300) < 1e-12 AS in_the_end
FROM s, sums AS h, target_forecast(s, 900, '2025-06-01', '2025-07-01', '2025-06-11') AS f;
-- Probabilities by closed forms: one degree of freedom, and two. A target at the forecast is as likely as not.
SELECT abs(f.probability - (0.5 - atan(t) / pi())) < 1e-12 AS two_days,
       abs(g.probability - (0.5 - u / (2 * sqrt(2 + u * u)))) < 1e-12 AS three_days, h.probability
FROM target_forecast('1:day{2025-06-01=10/1;2025-06-02=20/1}', 200, '2025-06-01', '2025-06-11',
       '2025-06-03') AS f, target_forecast('1:day{2025-06-01=10/1;2025-06-02=20/1;2025-06-03=60/2}', 200,
       '2025-06-01', '2025-06-11', '2025-06-04') AS g,
     target_forecast('1:day{2025-06-01=10/1;2025-06-02=20/1}', 150, '2025-06-01', '2025-06-11', '2025-06-03') AS h,
     LATERAL (SELECT (200 - 150) / sqrt(50 * (8 + 64 / 2.0)), (200 - 300) / sqrt(700 * (7 + 49 / 3.0))) AS v(t, u);
-- In 2,000 simulated months of equal days the 80 % interval holds the end of about 80 %, and the probability is
-- right on average.
SELECT avg((total BETWEEN lower AND upper)::int) BETWEEN 0.77 AND 0.83 AS held,
       abs(avg(probability) - avg((total >= 450)::int)) < 0.03 AS calibrated
FROM (SELECT i, series_agg(date '2025-06-01' + d, amount, 'day') AS s, sum(amount) AS total
      FROM (SELECT i, d, (5 + 20 * random())::numeric(7,2) AS amount FROM generate_series(1, 2000) AS i,
      generate_series(0, 29) AS d) AS a GROUP BY i) AS m,
     target_forecast(s, 450, '2025-06-01', '2025-07-01', '2025-06-11', confidence => 0.8) AS f;
-- Working days: what comes on other days counts to the sum, and says nothing about the differences.
SELECT f.* FROM target_forecast('1:day{2025-06-02=10/1;2025-06-03=20/1;2025-06-07=5/1}', 100, '2025-06-01',
       '2025-06-16', '2025-06-08', 'working') AS f;
SELECT f.* FROM target_forecast('1:day{2025-06-02=10/1}', 100, '2025-06-01', '2025-06-16', '2025-06-02') AS f;
SELECT f.lower, f.upper, f.probability FROM target_forecast('1:day{2025-06-01=10/1;2025-06-02=10/1}', 100,
       '2025-06-01', '2025-06-11', '2025-06-03') AS f;
SELECT f.actual, f.forecast, f.lower, f.upper, f.probability FROM
       target_forecast('1:day{2025-06-01=10/1;2025-06-02=30/1}', 100, '2025-06-01', '2025-06-03',
       '2026-01-01') AS f;
SELECT f.* FROM target_forecast('1:none{}', 100, '2025-06-01', '2025-06-16', '2025-06-08') AS f;

-- What is wrong.
SELECT target_pace(40, 90, '2025-06-01', '2025-06-01', '2025-06-11');
SELECT target_pace(40, 90, '2025-06-01', '2025-07-01', '2025-06-11', 'business');
SELECT target_pace('NaN', 90, '2025-06-01', '2025-07-01', '2025-06-11');
SELECT target_pace(40, 90, '2025-06-01', 'infinity', '2025-06-11');
SELECT target_pace(40, 90, '2025-06-01', '2025-07-01', '2025-06-11', 'calendar', '{NULL}');
SELECT target_pace(40, 1e-320, '2025-06-01', '2025-07-01', '2025-06-11');
SELECT target_forecast('1:month{2025-06-01=1/1}', 100, '2025-06-01', '2025-07-01', '2025-06-11');
SELECT target_forecast('1:day{2025-06-01=1/1}', 100, '2025-06-01', '2025-07-01', '2025-06-11', confidence => 95);
