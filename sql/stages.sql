-- Stages of deals: 1 new, 2 qualified, 3 offer, 4 won; 5 is lost.
SET TimeZone = 'UTC';
CREATE TEMP TABLE history (deal bigint, entered_at timestamptz, stage integer);
INSERT INTO history VALUES
    (1, '2025-01-01', 1), (1, '2025-01-03', 2), (1, '2025-01-10', 3), (1, '2025-01-12', 4), -- straight through
    (2, '2025-01-01', 1), (2, '2025-01-05', 3), (2, '2025-01-09', 4),                       -- never qualified
    (3, '2025-01-02', 1), (3, '2025-01-04', 2), (3, '2025-01-07', 1), (3, '2025-01-08', 2),
    -- back and forth, still qualified
    (4, '2025-01-02', 1), (4, '2025-01-05', 5),                                             -- lost
    (5, '2025-01-06', 2), (5, '2025-01-08', 2),
    (5, '2025-01-16', 3);                       -- a second row of one stay; came in late
CREATE TEMP TABLE deals AS SELECT funnels_agg(deal, entered_at, stage) AS f FROM history;
SELECT r.stage, r.passed_through, r.implied, r.here_now, r.rate_from_start, r.rate_from_previous, r.median_days,
       r.p90_days FROM deals, stage_report(f, 4) AS r;
-- On the sixth: later rows are not seen.
SELECT r.stage, r.passed_through, r.implied, r.here_now, r.median_days FROM deals,
       stage_report(f, 4, '2025-01-06Z') AS r;
-- Without a number of stages, lost is one of them.
SELECT r.stage, r.passed_through, r.implied, r.here_now FROM deals, stage_report(f) AS r;
-- One deal.
SELECT d.* FROM deals, deal_stages(funnel_of(f, 3), 4) AS d;
SELECT d.* FROM deals, deal_stages(funnel_of(f, 3), 4, as_of => '2025-01-10Z') AS d;
SELECT d.* FROM deals, deal_stages(funnel_of(f, 4)) AS d;
SELECT d.* FROM deals, deal_stages(funnel_of(f, 5), 4, as_of => '2025-01-07Z') AS d;

-- Two moves at one time: which was the last is said by an order key, the number of the row in the history.
CREATE TEMP TABLE moves (id bigint, deal bigint, at date, stage integer);
INSERT INTO moves VALUES (1, 1, '2025-01-01', 1), (2, 1, '2025-01-05', 3), (3, 1, '2025-01-05', 2), -- went back
    (4, 2, '2025-01-01', 1), (5, 2, '2025-01-05', 6), (6, 2, '2025-01-05', 2), -- lost, and opened again
    (7, 3, '2025-01-01', 1), (8, 3, '2025-01-01', 2), (9, 3, '2025-01-03', 3), -- made and qualified on one day
    (10, 4, '2025-01-02', 1), (11, 4, '2025-01-02', 1); -- a second row of one stay
CREATE TEMP TABLE ordered AS
SELECT funnels_events_agg(deal, at, ARRAY[stage = 1, stage = 2, stage = 3, stage = 4, stage = 5, stage = 6],
                          id, NULL) AS f
FROM moves;
SELECT r.stage, r.passed_through, r.implied, r.here_now, r.median_days
FROM ordered, stage_report(f, 3, '2025-01-20') AS r;
SELECT deal, d.*
FROM ordered, generate_series(1, 4) AS deal, deal_stages(funnel_of(f, deal), NULL, '2025-01-20') AS d;
-- Where moves of one day go forward, the stage itself is the order key.
SELECT string_agg(stage::text, ',' ORDER BY stage) AS in_now
FROM (SELECT funnels_events_agg(deal, at, ARRAY[stage = 1, stage = 2, stage = 3], stage, NULL) FROM moves
      WHERE deal = 3) AS t(f),
     stage_report(f, 3) AS r WHERE here_now > 0;
-- Without an order key nobody knows. Before that day, and of deals that do not move twice, all is known.
SELECT r.* FROM (SELECT funnels_agg(deal, at, stage) FROM moves) AS t(f), stage_report(f, 3, '2025-01-20') AS r;
SELECT r.stage, r.here_now
FROM (SELECT funnels_agg(deal, at, stage) FROM moves WHERE deal < 3) AS t(f), stage_report(f, 3, '2025-01-04') AS r;
SELECT r.stage, r.here_now
FROM (SELECT funnels_agg('d' || deal, at, stage) FROM moves WHERE deal = 2) AS t(f), stage_report(f, 3) AS r;
SELECT d.* FROM (SELECT funnel_agg(at, stage) FROM moves WHERE deal = 3) AS t(f), deal_stages(f) AS d;
SELECT d.* FROM (SELECT funnel_agg(at, stage) FROM moves WHERE deal = 4) AS t(f), deal_stages(f) AS d;
SELECT d.* FROM (SELECT funnel_events_agg(at, ARRAY[stage = 1, stage = 2], 1, NULL) FROM moves
                  WHERE deal = 3 AND stage < 3) AS t(f), deal_stages(f) AS d;
SELECT d.* FROM (SELECT funnel_events_agg(at, ARRAY[stage = 1, stage = 2], NULL, 'x') FROM moves
           WHERE deal = 1) AS t(f),
    deal_stages(f) AS d;
-- Times without time zone: as if their clock had been UTC. The other kind of as_of is refused.
SELECT d.* FROM deal_stages((SELECT funnel_agg(timestamp '2025-01-05 12:00', 1)), as_of => '2025-01-07') AS d;
SELECT * FROM deal_stages((SELECT funnel_agg('2025-01-05 12:00', 1)), as_of => '2025-01-07Z');
SELECT * FROM stage_report((SELECT funnels_agg(1, '2025-01-05 12:00Z', 1)), as_of => '2025-01-07');
SELECT d.days FROM deal_stages((SELECT funnel_agg(date '2025-01-01', 1)), as_of => '100000-01-01') AS d;

-- Nothing, NULL, errors.
SELECT * FROM stage_report('1:none:none:none:0:'::funnels_state);
SELECT * FROM stage_report('1:none:none:none:0:'::funnels_state, 2);
SELECT * FROM stage_report(NULL::funnels_state, 2);
SELECT * FROM deal_stages(NULL);
SELECT * FROM deal_stages('1:none:none:0:', 3);
SELECT * FROM stage_report('1:none:none:none:0:'::funnels_state, 0);
SELECT * FROM stage_report('1:none:none:none:0:'::funnels_state, 65);
SELECT r.* FROM deals, stage_report(f, as_of => 'infinity') AS r;
SELECT r.* FROM stage_report((SELECT funnels_events_agg(1, '2025-01-01', '{t,t}', NULL, NULL))) AS r;

-- Random histories in plain SQL: stays end with the next row of another stage; deals that are in the stage now do not
-- count for its time.
CREATE TEMP TABLE many AS
SELECT i AS id, (h % 800)::bigint AS deal, timestamptz '2025-01-01' + abs(hashint8(i)) % 80 *
       interval '1 day' AS entered_at, 1 + h / 800 % 5 AS stage
FROM generate_series(1, 4000) AS i, abs(hashint8(i * 11)) AS h;
WITH rows AS (
    SELECT *, lag(stage) OVER w IS DISTINCT FROM stage AS comes,
           first_value(stage) OVER (PARTITION BY deal ORDER BY entered_at DESC, id DESC) AS now_at
    FROM many WHERE entered_at <= '2025-03-11' WINDOW w AS (PARTITION BY deal ORDER BY entered_at, id)
), stays AS (
    SELECT *, lead(entered_at) OVER (PARTITION BY deal ORDER BY entered_at, id) AS left_at FROM rows WHERE comes
), by_deal AS (
    SELECT deal, stage, now_at, sum(extract(epoch FROM left_at - entered_at)::float8 / 86400) AS days FROM stays
    WHERE stage <= 4 GROUP BY 1, 2, 3
), by_hand AS (
    SELECT stage, count(*) AS passed, count(*) FILTER (WHERE now_at = stage) AS here,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE now_at <> stage) AS median,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY days) FILTER (WHERE now_at <> stage) AS p90,
           (SELECT count(DISTINCT deal) FROM by_deal AS d WHERE d.stage >= b.stage) AS implied
    FROM by_deal AS b GROUP BY stage
)
SELECT stage, r.passed_through = passed AS same, r.implied = h.implied AS same_2, r.here_now = here AS same_3,
       abs(r.median_days - median) < 1e-9 AS same_4,
       abs(r.p90_days - p90) < 1e-9 AS same_5, r.implied > r.passed_through OR stage = 4 AS they_differ,
       r.rate_from_previous IS NOT DISTINCT FROM r.implied / nullif(lag(r.implied) OVER (ORDER BY stage),
           0)::float8 AS same_6
FROM (SELECT funnels_events_agg(deal, entered_at, ARRAY[stage = 1, stage = 2, stage = 3, stage = 4, stage = 5], id,
            NULL)
      FROM many) AS t(f), stage_report(f, 4, '2025-03-11Z') AS r JOIN by_hand AS h USING (stage) ORDER BY stage;
SELECT count(*) > 50 AS enough_move_twice_at_one_time
FROM (SELECT FROM many GROUP BY deal, entered_at HAVING count(DISTINCT stage) > 1) AS m;
-- Without ties, rows of one step each say the same.
CREATE TEMP TABLE untied AS SELECT id, deal, entered_at + id * interval '1 s' AS at, stage FROM many;
SELECT count(*) AS rows, count(DISTINCT r.*) AS rows_2 FROM (
    SELECT s.* FROM (SELECT funnels_agg(deal, at, stage) FROM untied) AS t(f), stage_report(f, 4, '2025-03-11Z') AS s
    UNION ALL SELECT s.*
    FROM (SELECT funnels_events_agg(deal, at, ARRAY[stage = 1, stage = 2, stage = 3, stage = 4, stage = 5], -id, NULL)
          FROM untied) AS t(f), stage_report(f, 4, '2025-03-11Z') AS s) AS r;
