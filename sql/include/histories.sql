-- Random small histories in seven calendars, for tests that compare reports with plain SQL over them.
-- In: the variables seed, cases and customers (of each case).
-- Out: periods and cases; events (all of them) and known, the periods of each customer that are over at as_of; states
-- from all events, and seen, from those before as_of. as_of is the first day of a period in every third case.
\set ECHO none
SELECT setseed(:seed) \gset
CREATE TEMP TABLE periods AS
    SELECT *, lead(starts) OVER (PARTITION BY period ORDER BY no) AS ends
    FROM (SELECT 'day' AS period, i AS no, date '2024-02-25' + i AS starts FROM generate_series(0, 30) AS i
          UNION ALL SELECT 'week:wednesday', i, date '2023-11-01' + 7 * i FROM generate_series(0, 30) AS i
          UNION ALL SELECT word, i, (first + i * step)::date
          FROM generate_series(0, 30) AS i,
               (VALUES ('month', date '2023-11-01', interval '1 month'), ('quarter', '1999-04-01', '3 months'),
                       ('quarter:february', '1999-05-01', '3 months'), ('year', '1998-01-01', '1 year'),
                       ('year:april', '1998-04-01', '1 year')) AS months(word, first, step)) AS p;
CREATE TEMP TABLE cases AS
    SELECT s, period, starts + CASE WHEN s % 3 = 0 THEN 0 ELSE (random() * (ends - starts - 1))::int END AS as_of
    FROM (SELECT s, (random() * 12)::int AS no,
                 (ARRAY['day', 'week:wednesday', 'month', 'quarter', 'quarter:february', 'year',
                     'year:april'])[1 + s % 7]
                     AS period
          FROM generate_series(1, :cases) AS s) AS drawn
    JOIN periods USING (period, no);
-- The draw stands in a subquery: in a WHERE that names only cases and customers it would be drawn once for all periods.
CREATE TEMP TABLE events AS
    SELECT s, c, starts + (random() * (ends - starts - 1))::int AS day, no, period, as_of
    FROM (SELECT *, random() AS chance
          FROM cases JOIN periods USING (period), generate_series(1, :customers) AS c, generate_series(1, 2) AS time
          WHERE no < 12) AS drawn
    WHERE chance < (0.08 * (1 + c % 4) + 0.02 * (s % 2)) / time;
CREATE TEMP TABLE states AS
    SELECT s, as_of, cohorts_agg(c, day, period) AS cohorts, cohorts_agg(c, day,
           period) FILTER (WHERE day < as_of) AS seen
    FROM events GROUP BY s, as_of;
CREATE TEMP TABLE known AS
    SELECT DISTINCT s, c, no FROM events JOIN periods USING (period, no) WHERE day < as_of AND ends <= as_of;
CREATE INDEX ON known (s, c, no);
ANALYZE periods, cases, events, states, known;
\set ECHO all
-- What the histories contain.
SELECT count(*) FILTER (WHERE n < last - first + 1) > 100 AS gaps, count(*) FILTER (WHERE n < rows) > 100 AS ties,
       count(*) FILTER (WHERE n = 1) > 50 AS of_one_period, count(*) FILTER (WHERE n > 1
           AND n = last - first + 1) > 50 AS runs
FROM (SELECT count(DISTINCT no) AS n, min(no) AS first, max(no) AS last, count(*) AS rows FROM events GROUP BY s,
     c) AS h;
SELECT count(*) FILTER (WHERE day < as_of) > 50 AS before_as_of_in_its_period,
       count(*) FILTER (WHERE day >= as_of) > 50 AS after_it_in_its_period,
       (SELECT count(*) FROM events WHERE day >= as_of) > 500 AS later,
       (SELECT count(*) FROM (SELECT s, c FROM events GROUP BY s, c, as_of
           HAVING min(day) >= as_of) AS t) > 50 AS not_known_yet
FROM events JOIN periods USING (period, no) WHERE starts < as_of AND ends > as_of;
