-- Pipeline velocity: deals x win rate x average amount / sales cycle. 40 deals at 25 % of 8,000 in 80 days bring
-- 1,000 a day.
SELECT pipeline_velocity(40, 0.25, 8000, 80) AS thousand, pipeline_velocity(40, 0.25, 8000, 0) IS NULL AS at_once,
       pipeline_velocity(0, 0, 0, 1) AS nothing, pipeline_velocity(40, NULL, 8000, 80) IS NULL AS unknown;
-- Deals: two won in 10 and 30 days, one won without an amount, one before it was started, one lost, three open.
CREATE TEMP TABLE deals (won boolean, amount numeric, started timestamptz, closed timestamptz);
INSERT INTO deals VALUES (true, 100.25, '2025-01-01Z', '2025-01-11Z'), (true, 300, '2025-01-01Z', '2025-01-31Z'),
    (true, NULL, '2025-02-01Z', '2025-02-21Z'), (true, 50, '2025-03-05Z', '2025-03-01Z'), (false, 900,
    '2025-01-01Z', '2025-06-01Z'),
    (NULL, 70.25, '2025-03-01Z', NULL), (NULL, 80, NULL, NULL), (NULL, NULL, '2025-03-01Z', '2025-09-01Z');
SELECT pipeline_agg(won, amount, started, closed) AS p, pipeline_agg(won, amount, started, closed)::json FROM deals;
SELECT r.* FROM (SELECT pipeline_agg(won, amount, started, closed) FROM deals) AS t(p), pipeline_report(p) AS r;
SELECT pipeline_velocity(p) = pipeline_velocity(3, 0.8, 450.25 / 3, 20) AS open, pipeline_velocity(p,
       'All') = pipeline_velocity(8, 0.8, 450.25 / 3, 20) AS of_all
FROM (SELECT pipeline_agg(won, amount, started, closed) FROM deals) AS t(p);
-- Times without time zone, amounts of all types.
SELECT pipeline_agg(won, amount, started, closed) = ALL (ARRAY[pipeline_agg(won, amount::float8, started, closed),
           pipeline_agg(won, amount::real, started AT TIME ZONE 'UTC', closed AT TIME ZONE 'UTC'),
           pipeline_agg(won, amount, (started AT TIME ZONE 'UTC')::date,
           (closed AT TIME ZONE 'UTC')::date)]) AS same FROM deals;

-- Random deals in plain SQL, merged in any order.
SELECT setseed(0.4);
CREATE TEMP TABLE many AS
SELECT i, CASE WHEN random() < 0.3 THEN true WHEN random() < 0.5 THEN false END AS won,
       CASE WHEN random() < 0.9 THEN (random() * 5000)::numeric(10,2) END AS amount,
       timestamp '2025-01-01' + random() * interval '100 days' AS started,
       CASE WHEN random() < 0.9 THEN timestamp '2025-01-20' + random() * interval '200 days' END AS closed
FROM generate_series(1, 3000) AS i;
SELECT r.deals = 3000 AS same, r.won = h.won AS same_2, r.open_amount = h.open_amount AS same_3,
       r.average_amount = h.average AS same_4,
       abs(r.cycle_days - h.cycle) < 1e-9 AS same_5, r.negative = h.negative AND h.negative > 10 AS same_6,
       abs(r.velocity - h.open * h.rate * h.average::float8 / h.cycle) < 1e-6 AS same_7,
       abs(r.win_rate - h.rate) < 1e-12 AS same_8,
       r.lower = rate_lower(rate(h.won, h.won + h.lost)) AS same_9
FROM (SELECT pipeline_agg(won, amount, started, closed) FROM many) AS t(p), pipeline_report(p) AS r,
     (SELECT count(*) FILTER (WHERE won) AS won, count(*) FILTER (WHERE NOT won) AS lost,
     count(*) FILTER (WHERE won IS NULL) AS open,
             avg(won::int)::float8 AS rate, avg(amount) FILTER (WHERE won) AS average,
             sum(amount) FILTER (WHERE won IS NULL) AS open_amount,
             count(*) FILTER (WHERE won AND closed < started) AS negative,
             avg(extract(epoch FROM closed - started)::float8 / 86400) FILTER (WHERE won AND closed >= started)
             AS cycle FROM many) AS h;
SELECT rollup(p ORDER BY part) = (SELECT pipeline_agg(won, amount, started, closed) FROM many) AS merged,
       rollup(p ORDER BY part DESC) = rollup(p ORDER BY part) AS any_order,
       rollup(p::text::pipeline_state) = rollup(p) AS text_and_back
FROM (SELECT i % 7 AS part, pipeline_agg(won, amount, started, closed) AS p FROM many GROUP BY 1) AS t;
SELECT bool_and(running = direct) AS as_a_window
FROM (SELECT rollup(p) OVER (ORDER BY i) AS running,
             (SELECT pipeline_agg(won, amount, started, closed) FROM many AS m WHERE m.i <= t.i) AS direct
      FROM (SELECT i, pipeline_agg(won, amount, started, closed) AS p FROM many WHERE i <= 30 GROUP BY i) AS t)
      AS w;

-- Nothing, and what is wrong.
SELECT pipeline_agg(won, amount, started, closed) FROM deals WHERE false;
SELECT * FROM pipeline_report('1:0,0,0;0/0;0/0;0,0/0');
SELECT pipeline_velocity('1:0,0,0;0/0;0/0;0,0/0'::pipeline_state) IS NULL AS nothing_won,
       pipeline_velocity('1:3,1,0;1/50;0/0;1,0/0'::pipeline_state) IS NULL AS won_at_once;
SELECT pipeline_velocity(1, 25, 1, 1);
SELECT pipeline_velocity(1.5, 0.25, 1, 1);
SELECT pipeline_velocity(1, 0.25, 1, -1);
SELECT pipeline_velocity(1e15, 1, 1e300, 1e-10);
SELECT pipeline_velocity('1:0,0,0;0/0;0/0;0,0/0'::pipeline_state, 'won');
SELECT pipeline_agg(won, 'NaN', started, closed) FROM deals;
SELECT pipeline_agg(true, 1, '2025-01-01', '2025-01-01 00:00Z');
SELECT pipeline_agg(true, 1, '2025-01-01', 'infinity');
SELECT '1:0,1,0;2/5;0/0;0,0/0'::pipeline_state;
SELECT '1:0,1,0;0/5;0/0;0,0/0'::pipeline_state;
SELECT '1:0,1,0;0/0;0/0;1,0/-5'::pipeline_state;
SELECT '1:0,1,0;0/0;0/0;1,1/5'::pipeline_state;
SELECT '1:3,1,0;0/0;4/0;0,0/0'::pipeline_state;
SELECT '1:3,1,0;0/0;0/5;0,0/0'::pipeline_state;
SELECT '1:3,1,0;0/0;0/0;0,2/0'::pipeline_state;
SELECT '1:3,1,0;0/0;0/0;0,0/7'::pipeline_state;
SELECT '1:3,1,0;0/0;0/0;1,0/7.5'::pipeline_state;
SELECT '1:2305843009213693951,1,0;0/0;0/0;0,0/0'::pipeline_state;
-- Bytes: the version, seven counts, three sums in 17 each.
SELECT _pipeline_state_send('1:3,4,1;3/450.50;2/150.25;3,1/5184000000000');
