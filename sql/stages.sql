-- Stages of deals: 1 new, 2 qualified, 3 offer, 4 won; 5 is lost.
SET TimeZone = 'UTC';
CREATE TEMP TABLE history (deal bigint, entered_at timestamptz, stage integer);
INSERT INTO history VALUES
    (1, '2025-01-01', 1), (1, '2025-01-03', 2), (1, '2025-01-10', 3), (1, '2025-01-12', 4), -- straight through
    (2, '2025-01-01', 1), (2, '2025-01-05', 3), (2, '2025-01-09', 4),                       -- never qualified
    (3, '2025-01-02', 1), (3, '2025-01-04', 2), (3, '2025-01-07', 1), (3, '2025-01-08', 2), -- back and forth, still qualified
    (4, '2025-01-02', 1), (4, '2025-01-05', 5),                                             -- lost
    (5, '2025-01-06', 2), (5, '2025-01-08', 2), (5, '2025-01-16', 3);                       -- a second row of one stay; came in late
CREATE TEMP TABLE deals AS SELECT funnels_agg(deal, entered_at, stage) AS f FROM history;
SELECT r.stage, r.passed_through, r.implied, r.here_now, r.rate_from_start, r.rate_from_previous, r.median_days, r.p90_days FROM deals, stage_report(f, 4) AS r;
-- On the sixth: later rows are not seen.
SELECT r.stage, r.passed_through, r.implied, r.here_now, r.median_days FROM deals, stage_report(f, 4, '2025-01-06') AS r;
-- Without a number of stages, lost is one of them.
SELECT r.stage, r.passed_through, r.implied, r.here_now FROM deals, stage_report(f) AS r;
-- One deal.
SELECT d.* FROM deals, deal_stages(funnel_of(f, 3), 4) AS d;
SELECT d.* FROM deals, deal_stages(funnel_of(f, 3), 4, as_of => '2025-01-10') AS d;
SELECT d.* FROM deals, deal_stages(funnel_of(f, 4)) AS d;
SELECT d.* FROM deals, deal_stages(funnel_of(f, 5), 4, as_of => '2025-01-07') AS d;

-- Nothing, NULL, errors.
SELECT * FROM stage_report('1:none:none:0:'::funnels_state);
SELECT * FROM stage_report('1:none:none:0:'::funnels_state, 2);
SELECT * FROM stage_report(NULL::funnels_state, 2);
SELECT * FROM deal_stages(NULL);
SELECT * FROM deal_stages('1:none:0:', 3);
SELECT * FROM stage_report('1:none:none:0:'::funnels_state, 0);
SELECT * FROM stage_report('1:none:none:0:'::funnels_state, 65);
SELECT r.* FROM deals, stage_report(f, as_of => 'infinity') AS r;
SELECT r.* FROM stage_report((SELECT funnels_events_agg(1, '2025-01-01', '{t,t}', NULL, NULL))) AS r;

-- Random histories in plain SQL: stays end with the next row of another stage; deals that are in the stage now do not count for its time.
CREATE TEMP TABLE many AS
SELECT (h % 800)::bigint AS deal, timestamptz '2025-01-01' + abs(hashint8(i)) % 80 * interval '1 day' AS entered_at, 1 + h / 800 % 5 AS stage
FROM generate_series(1, 4000) AS i, abs(hashint8(i * 11)) AS h;
WITH rows AS (
    SELECT *, lag(stage) OVER w IS DISTINCT FROM stage AS comes, first_value(stage) OVER (PARTITION BY deal ORDER BY entered_at DESC, stage DESC) AS now_at
    FROM many WHERE entered_at <= '2025-03-11' WINDOW w AS (PARTITION BY deal ORDER BY entered_at, stage)
), stays AS (
    SELECT *, lead(entered_at) OVER (PARTITION BY deal ORDER BY entered_at, stage) AS left_at FROM rows WHERE comes
), by_deal AS (
    SELECT deal, stage, now_at, sum(extract(epoch FROM left_at - entered_at)::float8 / 86400) AS days FROM stays WHERE stage <= 4 GROUP BY 1, 2, 3
), by_hand AS (
    SELECT stage, count(*) AS passed, count(*) FILTER (WHERE now_at = stage) AS here,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY days) FILTER (WHERE now_at <> stage) AS median,
           percentile_cont(0.9) WITHIN GROUP (ORDER BY days) FILTER (WHERE now_at <> stage) AS p90,
           (SELECT count(DISTINCT deal) FROM by_deal AS d WHERE d.stage >= b.stage) AS implied
    FROM by_deal AS b GROUP BY stage
)
SELECT stage, r.passed_through = passed AS same, r.implied = h.implied AS same, r.here_now = here AS same, abs(r.median_days - median) < 1e-9 AS same,
       abs(r.p90_days - p90) < 1e-9 AS same, r.implied > r.passed_through OR stage = 4 AS they_differ,
       r.rate_from_previous IS NOT DISTINCT FROM r.implied / nullif(lag(r.implied) OVER (ORDER BY stage), 0)::float8 AS same
FROM (SELECT funnels_agg(deal, entered_at, stage) FROM many) AS t(f), stage_report(f, 4, '2025-03-11') AS r JOIN by_hand AS h USING (stage) ORDER BY stage;
