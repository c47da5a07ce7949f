-- Win rate. 30 won, 50 lost, 15 open, 5 invalid.
SELECT win_rate(30, 50) AS of_eighty, win_rate(30, 50, 15, 5) AS of_eighty_2,
       win_rate(30, 50, 15, 5, 'ended') AS of_eighty_five, win_rate(30, 50, 15, 5, 'created') AS of_a_hundred;
CREATE TEMP TABLE deals AS SELECT CASE WHEN i <= 30 THEN true WHEN i <= 80 THEN false END AS won
FROM generate_series(1, 95) AS i;
SELECT win_rate(won) = win_rate(30, 50) AS closed, win_rate_created(won) = win_rate(30, 50, 15, 0, 'created') AS created
FROM deals;
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
