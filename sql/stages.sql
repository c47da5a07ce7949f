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

-- Where deals go from each stage, and how long they stay. Deal 4 was lost out of the first stage; deal 5 runs in
-- the third.
SELECT r.stage, entered, lost, here_now, spillage, stays, forward, back, mean_days, median_days
FROM deals, stage_flow(f, 4, '2025-01-20Z') AS r;
SELECT r.stage, lower = rate_lower(rate(lost, entered), 0.9) AS same, upper = rate_upper(rate(lost, entered),
       0.9) AS same_2
FROM deals, stage_flow(f, 4, '2025-01-20Z', 0.9) AS r;
-- Without as_of nobody knows how long a deal has been where it is now.
SELECT r.stage, here_now, mean_days, median_days FROM deals, stage_flow(f, 4) AS r;
-- Each stay: of all deals, and the ages of the open ones. Won and lost are ends here.
SELECT r.* FROM deals, stage_stays(f, 3, '2025-01-20Z') AS r WHERE deal_id > 2;
SELECT stage, deal_id, entered_at, days FROM deals, stage_stays(f, 3,
       '2025-01-20Z') WHERE left_at IS NULL ORDER BY days DESC;
SELECT r.* FROM (SELECT funnels_agg('d' || deal, entered_at, stage) FROM history) AS t(f),
       stage_stays(f) AS r WHERE stage > 3;
SELECT stage_durations(f, 1, '2025-01-07Z') FROM deals;
-- Lost, opened again and won: lost out of nothing. Lost twice: once. Moved from one end to another: once.
SELECT r.stage, entered, lost, stays, forward, back
FROM (SELECT funnels_agg(deal, date '2025-01-01' + n, stage)
      FROM (VALUES (1, 1, 1), (1, 2, 5), (1, 3, 2), (1, 4, 4), (2, 1, 1), (2, 2, 5), (2, 3, 1), (2, 4, 5),
      (3, 1, 2), (3, 2, 5),
                (3, 3, 6), (4, 1, 6)) AS v(deal, n, stage)) AS t(f), stage_flow(f, 4) AS r;
-- Nothing, NULL, errors.
SELECT * FROM stage_flow('1:none:none:none:0:'::funnels_state);
SELECT * FROM stage_flow('1:none:none:none:0:'::funnels_state, 1, '2025-01-01');
SELECT * FROM stage_flow(NULL::funnels_state, 2);
SELECT * FROM stage_stays(NULL::funnels_state);
SELECT * FROM stage_stays('1:none:none:none:0:'::funnels_state);
SELECT stage_durations('1:none:none:none:0:'::funnels_state, 1, '2025-01-01'),
       stage_durations('1:none:none:none:0:'::funnels_state, 1, NULL) IS NULL AS unknown;
SELECT stage_durations(f, 65, '2025-01-01Z') FROM deals;
SELECT r.* FROM deals, stage_flow(f, 4, '2025-01-20') AS r;
SELECT r.* FROM deals, stage_flow(f, 4, '2025-01-20Z', 1) AS r;

-- The random histories in plain SQL.
CREATE TEMP TABLE flows AS
SELECT funnels_events_agg(deal, entered_at, ARRAY[stage = 1, stage = 2, stage = 3, stage = 4, stage = 5], id, NULL) AS f
FROM many;
CREATE TEMP TABLE stays AS
SELECT deal, stage, row_number() OVER w AS stay, entered_at, lead(entered_at) OVER w AS left_at,
       lead(stage) OVER w AS left_to
FROM (SELECT *, lag(stage) OVER (PARTITION BY deal ORDER BY entered_at, id) IS DISTINCT FROM stage AS comes FROM many
      WHERE entered_at <= '2025-03-11') AS m
WHERE comes WINDOW w AS (PARTITION BY deal ORDER BY entered_at, id);
ALTER TABLE stays ADD days float8;
UPDATE stays SET days = extract(epoch FROM coalesce(left_at, '2025-03-11') - entered_at)::float8 / 86400;
SELECT count(*) > 2000 AS many, count(*) FILTER (WHERE days > 20) > 100 AS long_ones FROM stays;
SELECT (SELECT count(*) FROM flows, stage_stays(f, 4, '2025-03-11Z')) = count(*) AS all_of_them
FROM stays JOIN (SELECT s.* FROM flows, stage_stays(f, 4, '2025-03-11Z') AS s) AS s
    ON s.deal_id = deal AND s.stage = stays.stage AND s.stay = stays.stay AND s.entered_at = stays.entered_at
        AND s.left_at IS NOT DISTINCT FROM stays.left_at AND s.left_to IS NOT DISTINCT FROM stays.left_to
        AND abs(s.days - stays.days) < 1e-9;
WITH last AS (
    SELECT DISTINCT ON (deal) deal, stage FROM stays WHERE stage < 5 ORDER BY deal, stay DESC
), ended AS (
    SELECT last.stage, count(*) AS lost FROM last JOIN stays AS s USING (deal) WHERE s.left_at IS NULL AND s.stage = 5
    GROUP BY 1
), by_hand AS (
    SELECT stage, count(DISTINCT deal) AS entered, count(*) FILTER (WHERE left_at IS NULL) AS here, count(*) AS stays,
           count(*) FILTER (WHERE left_to > stage AND left_to < 5) AS forward,
           count(*) FILTER (WHERE left_to < stage) AS back,
           sum(days) / count(DISTINCT deal) AS mean, survival_agg(days, left_at IS NOT NULL) AS durations
    FROM stays GROUP BY stage
)
SELECT stage, r.entered = h.entered AS same, r.lost = ended.lost AS same_2, r.here_now = here AS same_3,
       r.stays = h.stays AS same_4,
       r.forward = h.forward AS same_5, r.back = h.back AS same_6, abs(r.mean_days - mean) < 1e-9 AS same_7,
       r.median_days = q.value AND r.median_lower = q.lower AND r.median_upper IS NOT DISTINCT FROM q.upper AS same_8,
       stage_durations(f, stage, '2025-03-11Z') = durations AS same_9,
       r.stays > r.forward + r.back + r.here_now AS some_went_to_an_end
FROM flows, stage_flow(f, 4, '2025-03-11Z') AS r JOIN by_hand AS h USING (stage) JOIN ended USING (stage),
     survival_quantile_estimate(durations) AS q ORDER BY stage;
