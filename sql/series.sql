-- Growth of a series on the month and on the year before. March and May 2024 have no rows; April's add up to
-- nothing.
CREATE TEMP TABLE sales (day date, amount numeric);
INSERT INTO sales VALUES ('2023-12-05', 100), ('2024-01-03', 110), ('2024-01-31', 22.5), ('2024-02-01', 66),
       ('2024-04-10', 5), ('2024-04-11', -5),
    ('2024-06-01', 90), ('2024-12-31', 150), ('2025-01-15', 265), (NULL, 7), ('2024-02-02', NULL);
SELECT series_agg(day, amount, 'month') AS s, series_agg(day, amount, 'quarter:feb') AS fiscal FROM sales;
SELECT g.* FROM (SELECT series_agg(day, amount, 'month') FROM sales) AS t(s), growth_by_period(s) AS g;
-- Missing months count as nothing if that is what they were; as_of shows those after the last row, and what is
-- pending.
SELECT period_start, amount, previous, growth, growth_year, g.missing FROM (SELECT series_agg(day, amount,
       'month') FROM sales) AS t(s), growth_by_period(s, missing => 'Zero') AS g WHERE period_start >= '2024-12-01';
SELECT period_start, amount, previous, growth, year_before, g.missing,
       pending FROM (SELECT series_agg(day, amount, 'month') FROM sales) AS t(s), growth_by_period(s,
       '2025-03-02') AS g WHERE period_start >= '2024-12-01';
SELECT period_start, pending FROM (SELECT series_agg(day, amount, 'month') FROM sales) AS t(s),
       growth_by_period(s, '2024-02-01') AS g;
SELECT count(g) AS before_all FROM (SELECT series_agg(day, amount, 'month') FROM sales) AS t(s),
       growth_by_period(s, '2023-12-01') AS g;
-- The year before: of a day the same date, and none of 29 February; of a week 52 weeks before; of quarters and
-- years.
SELECT period_start, amount, year_before, growth_year
FROM (SELECT series_agg(day, amount, 'day') FROM (VALUES (date '2023-02-28', 10), ('2023-03-01', 20),
       ('2024-02-28', 30), ('2024-02-29', 40), ('2024-03-01', 50)) AS v(day, amount)) AS t(s),
       growth_by_period(s) WHERE period_start > '2024-02-27';
SELECT period_start, year_before, growth_year FROM (SELECT series_agg(day, amount, 'week') FROM (VALUES (date
       '2023-01-02', 10), ('2024-01-01', 15)) AS v(day, amount)) AS t(s),
       growth_by_period(s) WHERE period_start = '2024-01-01';
SELECT period_start, amount, growth, growth_year FROM (SELECT series_agg(day, amount, 'quarter') FROM sales) AS
       t(s), growth_by_period(s);
SELECT period_start, amount, growth, growth_year FROM (SELECT series_agg(day, amount, 'year:april') FROM sales)
       AS t(s), growth_by_period(s);
-- Moments: the day is that of a zone.
SELECT series_zone_agg(at, 5, 'month', 'Asia/Shanghai') AS june, series_zone_agg(at, 5::float8, 'month',
       'UTC') AS may FROM (VALUES (timestamptz '2025-05-31 20:00Z')) AS v(at);

-- Random rows in plain SQL, for every period; types; merged in any order.
SELECT setseed(0.6);
CREATE TEMP TABLE many AS SELECT i, date '2021-01-01' + (random() ^ 2 * 1600)::int AS day,
       (random() * 100 - 5)::numeric(7,2) AS amount FROM generate_series(1, 900) AS i;
WITH words(word, step, year) AS (
    VALUES ('day', interval '1 day', interval '1 year'), ('week', '7 days', '364 days'), ('month', '1 month',
    '1 year'), ('quarter', '3 months', '1 year'), ('year', '1 year', '1 year')
), sums AS (
    SELECT word, step, year, date_trunc(word, day)::date AS start, sum(amount) AS amount FROM many,
    words GROUP BY 1, 2, 3, 4
), by_hand AS (
    SELECT s.*, p.amount AS previous, y.amount AS year_before FROM sums AS s
    LEFT JOIN sums AS p ON p.word = s.word AND p.start = s.start - s.step
    LEFT JOIN sums AS y ON y.word = s.word AND y.start = s.start - s.year AND NOT (s.word = 'day' AND extract(day
    FROM s.start) = 29 AND extract(month FROM s.start) = 2)
)
SELECT t.word, count(*) AS periods, count(*) FILTER (WHERE g.missing) AS missing,
       bool_and(g.amount IS NOT DISTINCT FROM h.amount AND g.missing = (h.amount IS NULL)) AS amounts,
       bool_and(g.missing OR g.previous IS NOT DISTINCT FROM h.previous AND g.year_before IS NOT DISTINCT FROM
       h.year_before) AS earlier,
       bool_and(g.growth IS NULL AND coalesce(h.previous <= 0 OR h.amount IS NULL, true) OR abs(g.growth -
       (h.amount - h.previous) / nullif(h.previous, 0)) < 1e-9) AS growth,
       bool_and(g.growth_year IS NULL AND coalesce(h.year_before <= 0 OR h.amount IS NULL, true) OR
       abs(g.growth_year - (h.amount - h.year_before) / nullif(h.year_before, 0)) < 1e-9) AS growth_year
FROM (SELECT word, series_agg(day, amount, word) FROM many, words GROUP BY word) AS t(word, s)
     CROSS JOIN LATERAL growth_by_period(s) AS g
     LEFT JOIN by_hand AS h ON h.word = t.word AND h.start = g.period_start
GROUP BY t.word ORDER BY t.word;
SELECT rollup(s ORDER BY part) = (SELECT series_agg(day, amount, 'week:sunday') FROM many) AS merged,
       rollup(s ORDER BY part DESC) = rollup(s ORDER BY part) AS any_order,
       rollup(s::text::series_state) = rollup(s) AS text_and_back
FROM (SELECT i % 7 AS part, series_agg(day, amount, 'Weekly') FILTER (WHERE false) AS none,
       series_agg(day, amount, 'week:sun') AS s FROM many GROUP BY 1 UNION ALL SELECT 9, NULL, '1:none{}') AS t;
SELECT series_agg(day, amount, 'month') = ALL (ARRAY[series_agg(day + time '23:00', amount, 'months'),
       series_zone_agg(day::timestamp AT TIME ZONE 'Asia/Tokyo', amount, 'month', 'Asia/Tokyo')]) AS same,
       series_agg(day, 7, 'day') = ALL (ARRAY[series_agg(day, 7::real, 'day'),
       series_agg(day::timestamp, 7::float8, 'day'), series_agg(day, 7::bigint, 'day')]) AS same_2 FROM many;
SELECT series_agg(day, amount, 'year')::json FROM sales;

-- Nothing, and what is wrong.
SELECT series_agg(day, amount, 'month') AS s, series_agg(day, amount,
       'month')::json AS json FROM sales WHERE day IS NULL AND amount IS NULL;
SELECT * FROM growth_by_period('1:none{}');
SELECT * FROM growth_by_period('1:none{}', '2025-01-01');
SELECT * FROM growth_by_period(NULL);
SELECT * FROM growth_by_period('1:month{}', '2025-01-01');
SELECT '1:none{}'::series_state + '1:month{2024-01-01=5/1}' AS month, '1:none{}'::series_state + NULL AS none;
SELECT '1:day{}'::series_state + '1:month{2024-01-01=5/1}';
SELECT series_agg(day, amount, NULL) AS skipped FROM sales;
SELECT series_agg(day, amount, 'fortnight') FROM sales;
SELECT series_agg(day, amount, CASE WHEN amount > 100 THEN 'day' ELSE 'month' END) FROM sales;
SELECT series_agg('infinity', 1, 'month');
SELECT series_agg('2024-01-01', 'NaN', 'month');
SELECT series_zone_agg(timestamp '2024-01-01', 1, 'month', 'UTC');
SELECT series_zone_agg('2024-01-01Z', 1, 'month', NULL) AS skipped;
SELECT series_agg(day, 5, period) AS second_row, series_zone_agg('2024-01-01Z', 5, 'day', zone) AS also
FROM (VALUES (date '2024-01-01', NULL, NULL), ('2024-02-01', 'month', 'UTC'), ('2024-02-02', NULL, NULL))
    AS t(day, period, zone);
SELECT series_zone_agg('2024-01-01Z', 1, 'month', 'UTC+8');
SELECT * FROM growth_by_period('1:month{2024-01-01=5/1}', missing => 'null');
SELECT * FROM growth_by_period('1:month{2024-01-01=5/1}', 'infinity');
SELECT '1:month{2024-01-02=5/1}'::series_state;
SELECT '1:month{2024-01-01=5/0}'::series_state;
SELECT '1:month{2024-02-01=5/1;2024-01-01=5/1}'::series_state;
SELECT '1:none{2024-02-01=5/1}'::series_state;
SELECT '1:Month{}'::series_state;
-- Bytes: the version, the period, how many, and of each its number from 2000 on, its rows and its sum.
SELECT _series_state_send('1:month{2000-03-01=-1.5/7;2000-05-01=2/1}'), _series_state_send('1:none{}');
