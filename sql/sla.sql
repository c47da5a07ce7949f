-- Tickets: answered within 4 hours, the time promised, as of noon. 1 and 2 in time, the second at the last
-- moment; 3 late,
-- 4 open and late since this moment, 5 open and pending, 6 answered after the report, 7 opened after it.
CREATE TEMP TABLE tickets (id int, opened timestamptz, answered timestamptz, promised interval);
INSERT INTO tickets VALUES (1, '2025-06-02 06:00Z', '2025-06-02 06:30Z', '4 hours'), (2, '2025-06-02 06:00Z',
       '2025-06-02 10:00Z', '4 hours'),
    (3, '2025-06-02 06:00Z', '2025-06-02 10:00:01Z', '4 hours'), (4, '2025-06-02 08:00Z', NULL, '4 hours'), (5,
    '2025-06-02 08:00:01Z', NULL, '4 hours'),
    (6, '2025-06-02 07:00Z', '2025-06-02 12:30Z', '4 hours'), (7, '2025-06-02 12:30Z', '2025-06-02 12:40Z',
    '4 hours'), (8, NULL, NULL, '4 hours'), (9, '2025-06-02 06:00Z', NULL, NULL);
SELECT sla_agg(opened, answered, promised, '2025-06-02 12:00Z') AS two_of_five, sla_rate(opened, answered,
       promised, '2025-06-02 12:00Z') FROM tickets;
SELECT r.tickets, in_time, late, pending, rate, share, median * 24 AS hours, p90 * 24 AS p90, sla_rate(s, '4 hours')
FROM (SELECT survival_span_agg(opened, answered, '2025-06-02 12:00Z') FROM tickets WHERE promised IS NOT NULL) AS
       t(s), sla_report(s, '4 hours') AS r;
-- A time promised for each ticket, as an interval or in days; times without time zone.
SELECT sla_rate(opened, answered, CASE WHEN id < 3 THEN interval '20 minutes' ELSE '5 hours' END,
       '2025-06-02 12:00Z') AS one_of_five,
       sla_rate(opened, answered, CASE WHEN id < 3 THEN 20 / 1440.0 ELSE 5 / 24.0 END, '2025-06-02 12:00Z') AS
       one_of_five,
       sla_rate(opened AT TIME ZONE 'UTC', answered AT TIME ZONE 'UTC', 4 / 24.0, '2025-06-02 12:00') AS days,
       sla_rate(opened, answered, '4 hours', '2025-06-02 12:00Z') AS literal FROM tickets;
-- Within opening hours: durations are working time.
SELECT sla_rate(survival_agg(working_time(opened, coalesce(answered, '2025-06-02 12:00Z'), 'Asia/Shanghai'),
       answered IS NOT NULL), '4 hours') AS by_working_time FROM tickets WHERE id < 6;

-- Random tickets in plain SQL, and the share and the median by the functions of survival.
SELECT setseed(0.1);
CREATE TEMP TABLE many AS
SELECT i, opened, CASE WHEN random() < 0.9 THEN opened + (random() ^ 3 * 300)::int * interval '10 minutes' END AS
       solved, (1 + i % 3) * interval '6 hours' AS promised
FROM (SELECT i, timestamptz '2025-06-01Z' + (random() * 2000)::int * interval '10 minutes' AS opened FROM
       generate_series(1, 2000) AS i) AS t;
SELECT sla_agg(opened, solved, promised, '2025-06-10Z') = rate(h.hits, h.total) AS same,
       h.total < h.seen AS some_pending, r.rate = sla_rate(s, '12 hours') AS same_2,
       r.rate = rate_value(rate(r.in_time, r.in_time + r.late)) AS same_3,
       r.lower = rate_lower(rate(r.in_time, r.in_time + r.late), 0.9) AS lower,
       r.share = 1 - survival_at(s, 0.5) AS share, r.median = survival_quantile(s, 0.5) AS median,
       r.p90 = survival_quantile(s, 0.9) AS p90,
       r.in_time = h.in_time AS same_4, r.late = h.late AS same_5, r.tickets = h.seen AS same_6,
       r.share_lower < r.share AND r.share < r.share_upper AS inside,
       (r.share_lower, r.share_upper) = (SELECT 1 - upper, 1 - lower FROM survival_curve(s, 0.9) WHERE duration <= 0.5
                                         ORDER BY duration DESC LIMIT 1) AS interval_of_the_curve
FROM many, (SELECT survival_span_agg(opened, solved, '2025-06-10Z') FROM many) AS t(s), sla_report(s,
       '12 hours', 0.9) AS r,
     (SELECT count(*) FILTER (WHERE known <= '2025-06-10Z' AND known - opened <= promised) AS hits,
             count(*) FILTER (WHERE known <= '2025-06-10Z' OR timestamptz '2025-06-10Z' - opened >= promised) AS
             total, count(*) AS seen,
             count(*) FILTER (WHERE known <= '2025-06-10Z' AND known - opened <= '12 hours') AS in_time,
             count(*) FILTER (WHERE least(known, '2025-06-10Z') - opened > '12 hours' OR known > '2025-06-10Z'
             AND timestamptz '2025-06-10Z' - opened = '12 hours') AS late
      FROM (SELECT *, coalesce(solved, 'infinity') AS known FROM many WHERE opened <= '2025-06-10Z') AS m) AS h
GROUP BY s, r.*, h.*, h.hits, h.total, h.seen, h.in_time, h.late, r.tickets, r.in_time, r.late, r.rate, r.lower,
       r.share, r.share_lower, r.share_upper, r.median, r.p90;
-- While tickets come in, the helpdesks' rate is too high: those of the last hours can be in time, and not late yet.
SELECT avg(rate) - 0.5 > 0.03 AS too_high, abs(avg(share) - 0.5) < 0.01 AS right_on_average
FROM (SELECT i, survival_agg(least(d, 8 - opened), d <= 8 - opened) AS s
      FROM (SELECT i, n * 8 / 200.0::float8 AS opened, -4 / ln(2) * ln(1 - random()) AS d FROM generate_series(1,
      200) AS i, generate_series(0, 199) AS n) AS t GROUP BY i) AS g, sla_report(s, 4);
SELECT rollup(r) = (SELECT sla_agg(opened, solved, promised, '2025-06-10Z') FROM many) AS merged
FROM (SELECT i % 7, sla_agg(opened, solved, promised, '2025-06-10Z') FROM many GROUP BY 1) AS t(part, r);

-- Nothing, and what is wrong.
SELECT sla_agg(opened, answered, promised, '2025-06-02 12:00Z') AS state, sla_rate(opened, answered, promised,
       '2025-06-02 12:00Z') IS NULL AS nothing FROM tickets WHERE id = 5;
SELECT * FROM sla_report('1:', '4 hours');
SELECT sla_rate('1:', 5) IS NULL AS nothing, sla_rate('1:3=0+4', 5) IS NULL AS all_pending, sla_rate('1:-3=4+0',
       5) IS NULL AS negative;
SELECT sla_rate(opened, answered, promised, NULL) AS skipped FROM tickets;
SELECT sla_rate(opened, opened - interval '1 second', promised, '2025-06-02 12:00Z') FROM tickets;
SELECT sla_rate(opened, answered, promised, '2025-06-02 12:00') FROM tickets;
SELECT sla_rate(opened, answered, '1 month', '2025-06-02 12:00Z') FROM tickets;
SELECT sla_rate(opened, answered, -1, '2025-06-02 12:00Z') FROM tickets;
SELECT sla_rate(opened, 'infinity', 1, '2025-06-02 12:00Z') FROM tickets;
SELECT sla_rate('1:', -1);
SELECT sla_report('1:', 1, 95);
