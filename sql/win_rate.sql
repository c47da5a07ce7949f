-- Win rate. 30 won, 50 lost, 15 open, 5 invalid. 10 of the open deals are overdue.
SELECT win_rate(30, 50) AS of_eighty, win_rate(30, 50, 15, 5, 10) AS of_eighty_2,
       win_rate(30, 50, 15, 5, 10, 'ended') AS of_eighty_five, win_rate(30, 50, 15, 5, 10, 'created') AS of_a_hundred,
       win_rate(30, 50, 15, 5, 10, 'overdue') AS of_ninety,
       win_rate(30, 50, overdue => 10, variant => 'overdue') AS of_ninety_2;
CREATE TEMP TABLE deals AS SELECT CASE WHEN i <= 30 THEN true WHEN i <= 80 THEN false END AS won
FROM generate_series(1, 95) AS i;
SELECT win_rate(won) = win_rate(30, 50) AS closed,
       win_rate_created(won) = win_rate(30, 50, 15, variant => 'created') AS created FROM deals;
SELECT win_rate(0, 0) IS NULL AS nothing, win_rate(won) FILTER (WHERE false) IS NULL AS nothing_2,
       win_rate(won) FILTER (WHERE won IS NULL) IS NULL AS all_open,
       win_rate_created(won) FILTER (WHERE won IS NULL) AS none_yet FROM deals;
-- Counts of every type, sums of counts among them.
SELECT win_rate(30::smallint, 50) = ALL (ARRAY[win_rate(30::bigint, 50::numeric), win_rate(sum(won), sum(lost)),
           win_rate(30::real, 50::float8), win_rate(won => 30.0, lost => 50, variant => 'Closed')]) AS same
FROM (VALUES (10, 20), (20, 30)) AS v(won, lost);
SELECT win_rate(30, -1) AS error;
SELECT win_rate(30, 2.5) AS error;
SELECT win_rate(30, 50, variant => 'all') AS error;
-- Deals as words.
SELECT win_rate(word) = win_rate(won) AS closed, win_rate_created(word) = win_rate_created(won) AS created
FROM deals CROSS JOIN LATERAL (SELECT CASE won WHEN true THEN 'Yes' WHEN false THEN 'no' END AS word) AS words;
SELECT win_rate('Closed Won'::text) AS error;

-- Overdue: open, and to be closed before the day of the report. What is due on that day may still be closed in time.
CREATE TEMP TABLE due AS
SELECT won, CASE WHEN i % 4 > 0 THEN date '2025-12-25' + i::int % 12 END AS closing_on, i % 3 AS part FROM (
    SELECT won, row_number() OVER () AS i FROM deals) AS d;
SELECT win_rate_overdue(won, closing_on, '2026-01-01') AS rate,
       win_rate_overdue(won, closing_on, '2026-01-01') =
           win_rate(count(*) FILTER (WHERE won), count(*) FILTER (WHERE NOT won), variant => 'overdue',
                    overdue => count(*) FILTER (WHERE won IS NULL AND closing_on < '2026-01-01')) AS same,
       count(*) FILTER (WHERE won IS NULL AND closing_on = '2026-01-01') > 0 AS some_on_the_day,
       count(*) FILTER (WHERE won IS NULL AND closing_on IS NULL) > 0 AS some_without,
       win_rate_overdue(won::text, closing_on, '2026-01-01') = win_rate_overdue(won, closing_on, '2026-01-01') AS words
FROM due;
SELECT win_rate_overdue(won, closing_on, '2026-01-01') = win_rate_overdue(won, closing_on + time '23:59',
       '2026-01-01 12:00') AS days,
       win_rate_overdue(won, closing_on, '0001-01-01') = win_rate(won) AS none_overdue,
       win_rate_overdue(won, closing_on, '2026-01-01') FILTER (WHERE false) IS NULL AS nothing FROM due;
SELECT win_rate_overdue(won, closing_on, NULL) AS skipped FROM due;
SELECT win_rate_overdue(won, 'infinity', '2026-01-01') FROM due;
SELECT win_rate_overdue('Closed Won'::text, '2026-01-01', '2026-01-01');
