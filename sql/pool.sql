-- A shared pool: 1 put in, claimed after two days, transferred, returned after ten, claimed again; 2 put in,
-- claimed,
-- taken back by a rule and waiting; 3 waiting from the beginning; 4 claimed without having been in the pool.
CREATE TEMP TABLE moves (customer bigint, at timestamptz, step int);
INSERT INTO moves VALUES (1, '2025-06-01Z', 1), (1, '2025-06-03Z', 2), (1, '2025-06-05Z', 2), (1, '2025-06-13Z',
       3), (1, '2025-06-17Z', 2),
    (2, '2025-06-02Z', 1), (2, '2025-06-08Z', 2), (2, '2025-06-20Z', 4), (3, '2025-06-10Z', 1), (3,
    '2025-06-12Z', 4), (4, '2025-06-15Z', 2);
CREATE TEMP TABLE p AS SELECT funnels_agg(customer, at, step) AS f FROM moves;
SELECT in_pool, owned, added, claimed, returned, recycled, mean_pool_days, median_pool_days,
       median_owned_days FROM p, pool_report(f, '2025-06-30Z');
-- What came after the 10th; what was known on the 16th; without as_of nobody knows how long those in the pool
-- have waited.
SELECT in_pool, owned, added, claimed, returned, recycled, mean_pool_days, median_pool_days,
       median_owned_days FROM p, pool_report(f, '2025-06-30Z', since => '2025-06-10Z');
SELECT in_pool, owned, added, claimed, returned, recycled, mean_pool_days, median_owned_days FROM p,
       pool_report(f, '2025-06-16Z');
SELECT in_pool, owned, added, claimed, mean_pool_days, median_pool_days, median_owned_days FROM p, pool_report(f);
-- By week: moves are rows, and each stay has its own in stage_stays.
SELECT date_trunc('week', entered_at AT TIME ZONE 'Asia/Shanghai')::date AS week,
       count(*) FILTER (WHERE stage = 2) AS claimed, count(*) FILTER (WHERE stage = 3) AS returned,
       count(*) FILTER (WHERE stage = 4) AS recycled
FROM p, stage_stays(f) GROUP BY 1 ORDER BY 1;

-- Random moves in plain SQL: a time begins where the customer comes into the pool or leaves it. Ids of each type.
SELECT setseed(0.35);
CREATE TEMP TABLE many AS
SELECT (random() * 300)::bigint AS customer, timestamp '2025-01-01' + i * interval '1 second' + (random() *
       170)::int * interval '1 day' AS at, 1 + (random() * 3)::int AS step FROM generate_series(1, 2500) AS i;
WITH rows AS (
    SELECT *, lag(step) OVER w AS before, (lag(step) OVER w = 2) IS DISTINCT FROM (step = 2) AS begins FROM many
    WHERE at <= '2025-06-01' WINDOW w AS (PARTITION BY customer ORDER BY at)
), times AS (
    SELECT customer, step = 2 AS owned, at, lead(at) OVER (PARTITION BY customer ORDER BY at) AS until FROM rows
    WHERE begins
), by_hand AS (
    SELECT count(*) FILTER (WHERE NOT owned AND until IS NULL) AS in_pool,
    count(*) FILTER (WHERE owned AND until IS NULL) AS owned,
           avg(extract(epoch FROM coalesce(until, '2025-06-01') - at)::float8 / 86400) FILTER (WHERE NOT owned
           AND at > '2025-02-01') AS mean,
           survival_span_agg(at, until, '2025-06-01') FILTER (WHERE NOT owned AND at > '2025-02-01') AS waiting,
           survival_span_agg(at, until, '2025-06-01') FILTER (WHERE owned AND at > '2025-02-01') AS held
    FROM times
), moved AS (
    SELECT array_agg(n ORDER BY step) AS n FROM (SELECT step,
    count(*) AS n FROM rows WHERE at > '2025-02-01' AND before IS DISTINCT FROM step GROUP BY step) AS s
)
SELECT r.in_pool = h.in_pool AS same, r.owned = h.owned AS same_2,
       ARRAY[r.added, r.claimed, r.returned, r.recycled] = moved.n AS moves, abs(r.mean_pool_days - mean) <
       1e-9 AS mean,
       r.median_pool_days = q.value AND r.pool_lower = q.lower AND r.pool_upper = q.upper AS pool,
       r.median_owned_days = o.value AND r.owned_lower = o.lower AND r.owned_upper = o.upper AS held,
       least(r.in_pool, r.owned) > 50 AS enough, (SELECT count(DISTINCT x) FROM (VALUES (r), (u), (t)) AS v(x)) AS one
FROM by_hand AS h, moved, (SELECT funnels_agg(customer, at, step),
       funnels_agg(md5(customer::text)::uuid, at, step), funnels_agg('c' || customer, at,
       step) FROM many) AS s(f, fu, ft),
     pool_report(f, '2025-06-01', '2025-02-01', 0.9) AS r, pool_report(fu, '2025-06-01', '2025-02-01',
     0.9) AS u, pool_report(ft, '2025-06-01', '2025-02-01', 0.9) AS t,
     survival_quantile_estimate(h.waiting, 0.5, 0.9) AS q, survival_quantile_estimate(h.held, 0.5, 0.9) AS o;

-- Nothing, and what is wrong.
SELECT * FROM pool_report('1:none:none:none:0:'::funnels_state);
SELECT * FROM pool_report(NULL::funnels_state);
SELECT r.* FROM (SELECT funnels_agg(1, '2025-01-01', 5)) AS t(f), pool_report(f) AS r;
SELECT r.* FROM p, pool_report(f, '2025-06-30') AS r;
SELECT r.* FROM p, pool_report(f, '2025-06-30Z', '2025-06-01') AS r;
SELECT r.* FROM p, pool_report(f, '2025-06-30Z', confidence => 95) AS r;
SELECT r.* FROM (SELECT funnels_agg(1, '2025-01-01', step) FROM (VALUES (1), (2)) AS v(step)) AS t(f),
       pool_report(f) AS r;
