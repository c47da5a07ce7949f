-- Sales cycle, in days.
-- 1 to 4 won after 10, 20, 30 and 60 days; 5 typed wrong; 6 lost after 45 days; 7 and 8 open; 9 without a first
-- contact.
CREATE TEMP TABLE deals (id int, contact date, won date, closed date);
INSERT INTO deals VALUES (1, '2024-01-01', '2024-01-11', '2024-01-11'), (2, '2024-01-01', '2024-01-21', '2024-01-21'),
    (3, '2024-02-01', '2024-03-02', '2024-03-02'), (4, '2024-01-01', '2024-03-01', '2024-03-01'),
    (5, '2024-02-10', '2024-02-08', '2024-02-08'), (6, '2024-01-01', NULL, '2024-02-15'), (7, '2024-01-01', NULL, NULL),
    (8, '2024-03-20', NULL, NULL), (9, NULL, '2024-02-01', '2024-02-01');
SELECT sales_cycle(contact, won) AS thirty FROM deals;
SELECT sales_cycle_agg(contact, won, coalesce(closed, '2024-04-01')) AS state FROM deals;
SELECT s.* FROM (SELECT sales_cycle_agg(contact, won, coalesce(closed, '2024-04-01')) AS c FROM deals) AS t,
       sales_cycle_summary(c) AS s;
SELECT sales_cycle(c) = sales_cycle(contact, won) AS same_from_state,
       sales_cycle(contact::timestamptz, won::timestamptz) = sales_cycle(contact, won) AS same_from_moments FROM deals,
       (SELECT sales_cycle_agg(contact, won, coalesce(closed, '2024-04-01')) AS c FROM deals) AS t GROUP BY c;
SELECT sales_cycle(timestamptz '2024-01-01 00:00+00', '2024-01-02 12:00+00') AS a_day_and_a_half;
-- As it was known in February: later wins have not happened, later contacts are not there.
SELECT sales_cycle_agg(contact, won, '2024-02-09') AS state FROM deals;

-- In plain SQL beside it; median and p90 of all deals from the curve of survival.
CREATE TEMP TABLE many AS SELECT i, timestamptz '2024-01-01 00:00+00' + i * interval '3 hours' AS contact, CASE
    WHEN i % 4 > 0 THEN timestamptz '2024-01-01 00:00+00' + i * interval '3 hours' + ((i * 7919 % 1999) - 60) *
    interval '1 hour' END AS won, i % 3 AS part FROM generate_series(1, 2000) AS i;
SELECT s.won = count(m.won) FILTER (WHERE m.won >= contact) AS won,
       s.negative = count(*) FILTER (WHERE m.won < contact) AS negative,
       abs(s.mean_won - avg(extract(epoch FROM m.won - contact) / 86400) FILTER (WHERE m.won >= contact)) <
       1e-9 AS mean,
       abs(s.median_won - percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM m.won - contact) /
               86400) FILTER (WHERE m.won >= contact)) < 1e-9 AS median,
       abs(s.p90_won - percentile_cont(0.9) WITHIN GROUP (ORDER BY extract(epoch FROM m.won - contact) / 86400) FILTER
           (WHERE m.won >= contact)) < 1e-9 AS p90,
       s.deals = count(*) - s.negative AS deals, s.deals = s.won + s.not_won AS adds_up, s.median = survival_quantile(c)
       AND s.p90 IS NOT DISTINCT FROM survival_quantile(c, 0.9) AS from_the_curve,
       s.median > s.median_won AS won_alone_is_too_low
FROM many AS m, (SELECT sales_cycle_agg(contact, won, '2025-01-01Z') AS c FROM many) AS t,
     sales_cycle_summary(c) AS s
GROUP BY s, c, s.won, s.negative, s.mean_won, s.median_won, s.p90_won, s.deals, s.not_won, s.median, s.p90;
SELECT rollup(c ORDER BY part) = (SELECT sales_cycle_agg(contact, won, '2024-10-01Z') FROM many) AS rolled_up
FROM (SELECT part, sales_cycle_agg(contact, won, '2024-10-01Z') AS c FROM many GROUP BY part) AS t;

-- Times of every type, columns, literals and parameters; dates give whole days, whatever the zone of the session.
SET TimeZone = 'America/New_York';
SELECT sales_cycle_agg(contact, won, coalesce(closed, '2024-04-01'))
       = ALL (ARRAY[sales_cycle_agg(contact::timestamp, won, coalesce(closed, '2024-04-01')),
                    sales_cycle_agg(contact, won::timestamp, coalesce(closed, '2024-04-01')::timestamp),
                    sales_cycle_agg(contact::timestamp AT TIME ZONE 'UTC', won::timestamp AT TIME ZONE 'UTC',
                                    coalesce(closed, '2024-04-01')::timestamp AT TIME ZONE 'UTC')]) AS same,
       sales_cycle(contact, won::timestamp) = sales_cycle(contact::timestamp, won) AS same_mean
FROM deals;
SELECT sales_cycle(date '2024-03-09', '2024-03-11') AS two,
       sales_cycle('2024-03-09', timestamp '2024-03-11') AS also_two,
       round(sales_cycle('2024-03-09 America/New_York', timestamptz '2024-03-11')::numeric, 4) AS a_clock_was_turned;
RESET TimeZone;
PREPARE cycle AS SELECT sales_cycle_agg(contact, won, $1) FROM deals;
EXECUTE cycle('2024-02-09');
SELECT sales_cycle('2024-01-01', '2024-01-02 06:00') AS a_day_and_a_quarter,
       sales_cycle('2024-01-01Z', '2024-01-01 12:00-12') AS a_day;
SELECT sales_cycle(contact, won::timestamptz) AS error FROM deals;
SELECT sales_cycle_agg(contact, won, '2024-02-09Z') AS error FROM deals;
SELECT sales_cycle_agg(contact, won::timestamptz, '2024-02-09') AS error FROM deals;
-- One deal won before its contact stops nothing: it is counted as negative.
SELECT negative, won, mean_won
FROM (SELECT sales_cycle_agg(a, b, b) AS cycle
      FROM (VALUES (timestamptz '2025-01-05Z', timestamptz '2025-01-04Z'),
                   ('2025-01-01Z', '2025-01-02Z')) AS v(a, b)) AS t,
     sales_cycle_summary(cycle);

-- Nothing; nothing won.
SELECT sales_cycle(contact, won) FILTER (WHERE false) IS NULL AS nothing,
       sales_cycle(contact, won) FILTER (WHERE won IS NULL) IS NULL AS nothing_won,
       sales_cycle(contact, won) FILTER (WHERE id = 5) IS NULL AS only_mistakes FROM deals;
SELECT * FROM sales_cycle_summary('1:');
SELECT * FROM sales_cycle_summary('1:-2=3+0,5=0+4');
SELECT sales_cycle_agg(contact, won, NULL) AS skipped FROM deals;
SELECT sales_cycle(contact, 'infinity') AS error FROM deals;
SELECT * FROM sales_cycle_summary('1:', 0);
