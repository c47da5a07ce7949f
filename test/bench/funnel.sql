-- The 4-step funnel of all users within 7 days of their first step, from rows in any order.
-- Against the plainest aggregate over the same rows, and over the same columns of them. 1.5 of the first is wanted and not
-- promised: an aggregate in C that looks at nothing takes 1.4 with these three columns, which have to be fetched for it.
CALL bench_pair('4-step funnel, any entry: against count(*)',
    $$SELECT r.converted FROM (SELECT funnels_agg(user_id, occurred_at, step) AS f FROM events) AS e, funnel_report(f, 'within=7 days, steps=4') AS r$$,
    'SELECT count(*) FROM events', runs => 3);
CALL bench_pair('4-step funnel, any entry: against count(user_id), min(occurred_at), count(step)',
    $$SELECT r.converted FROM (SELECT funnels_agg(user_id, occurred_at, step) AS f FROM events) AS e, funnel_report(f, 'within=7 days, steps=4') AS r$$,
    'SELECT count(user_id), min(occurred_at), count(step) FROM events', runs => 3);
-- Plain SQL that knows only the first entry and the first row of each later step: one pass with FILTER cannot say whether they
-- are in order, so each step looks for its first row after the one before.
CALL bench_pair('4-step funnel, any entry: against plain SQL of the first entry only',
    $$SELECT r.converted FROM (SELECT funnels_agg(user_id, occurred_at, step) AS f FROM events) AS e, funnel_report(f, 'within=7 days, steps=4') AS r$$,
    $$WITH a AS (SELECT user_id, min(occurred_at) AS a FROM events WHERE step = 1 GROUP BY user_id),
           b AS (SELECT user_id, a, min(occurred_at) AS b FROM a JOIN events USING (user_id)
                 WHERE step = 2 AND occurred_at >= a AND occurred_at <= a + interval '7 days' GROUP BY user_id, a),
           c AS (SELECT user_id, a, min(occurred_at) AS c FROM b JOIN events USING (user_id)
                 WHERE step = 3 AND occurred_at >= b AND occurred_at <= a + interval '7 days' GROUP BY user_id, a),
           d AS (SELECT user_id, min(occurred_at) AS d FROM c JOIN events USING (user_id)
                 WHERE step = 4 AND occurred_at >= c AND occurred_at <= a + interval '7 days' GROUP BY user_id)
      SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM c), (SELECT count(*) FROM d)$$,
    runs => 3, most => 0.333);
CALL bench_pair('4-step funnel, any entry: against plain SQL of the first entry, arrays of each user',
    $$SELECT r.converted FROM (SELECT funnels_agg(user_id, occurred_at, step) AS f FROM events) AS e, funnel_report(f, 'within=7 days, steps=4') AS r$$,
    $$WITH u AS (SELECT user_id, min(occurred_at) FILTER (WHERE step = 1) AS a, array_agg(occurred_at ORDER BY occurred_at) FILTER (WHERE step = 2) AS bs,
                        array_agg(occurred_at ORDER BY occurred_at) FILTER (WHERE step = 3) AS cs, array_agg(occurred_at ORDER BY occurred_at) FILTER (WHERE step = 4) AS ds
                 FROM events WHERE step IS NOT NULL GROUP BY user_id)
      SELECT count(a), count(b), count(c), count(d) FROM u
      LEFT JOIN LATERAL (SELECT min(t) AS b FROM unnest(bs) AS t WHERE t >= a AND t <= a + interval '7 days') AS x ON true
      LEFT JOIN LATERAL (SELECT min(t) AS c FROM unnest(cs) AS t WHERE t >= b AND t <= a + interval '7 days') AS y ON true
      LEFT JOIN LATERAL (SELECT min(t) AS d FROM unnest(ds) AS t WHERE t >= c AND t <= a + interval '7 days') AS z ON true$$,
    runs => 3, most => 0.333);
CALL bench_pair('one funnel for each user: GROUP BY against the value of all',
    $$SELECT count(funnel_level(f, 'within=7 days, steps=4')) FROM (SELECT user_id, funnel_agg(occurred_at, step) AS f FROM events GROUP BY user_id) AS e$$,
    $$SELECT r.converted FROM (SELECT funnels_agg(user_id, occurred_at, step) AS f FROM events) AS e, funnel_report(f, 'within=7 days, steps=4') AS r$$, runs => 3);
-- Stages of deals: which are lost out of each, where the others go, and how long they stay, running stays included.
CALL bench_pair('spillage and stays of each stage: stage_flow, against window functions',
    $$SELECT r.* FROM (SELECT funnels_agg(user_id, occurred_at, step) AS f FROM events) AS e, stage_flow(f, 3, '2027-01-01 00:00+00') AS r$$,
    $$WITH stays AS (
          SELECT user_id, step, occurred_at, lead(occurred_at) OVER w AS left_at, lead(step) OVER w AS next
          FROM (SELECT *, lag(step) OVER (PARTITION BY user_id ORDER BY occurred_at) IS DISTINCT FROM step AS comes FROM events WHERE step IS NOT NULL) AS m
          WHERE comes WINDOW w AS (PARTITION BY user_id ORDER BY occurred_at))
      SELECT step, count(DISTINCT user_id), count(*), count(*) FILTER (WHERE next > step AND next < 4), count(*) FILTER (WHERE next < step), count(*) FILTER (WHERE next = 4),
             sum(extract(epoch FROM coalesce(left_at, '2027-01-01 00:00+00') - occurred_at)) / count(DISTINCT user_id),
             percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(left_at, '2027-01-01 00:00+00') - occurred_at)
      FROM stays WHERE step < 4 GROUP BY step$$,
    runs => 3, most => 0.5);
-- Within a month of the calendar, from any entry; plain SQL knows the first only.
CALL bench_pair('4-step funnel within a month: against plain SQL of the first entry only',
    $$SELECT r.converted FROM (SELECT funnels_agg(user_id, occurred_at, step) AS f FROM events) AS e, funnel_report(f, 'within=1 month, zone=UTC, steps=4') AS r$$,
    $$WITH a AS (SELECT user_id, min(occurred_at) AS a FROM events WHERE step = 1 GROUP BY user_id),
           b AS (SELECT user_id, a, min(occurred_at) AS b FROM a JOIN events USING (user_id)
                 WHERE step = 2 AND occurred_at >= a AND occurred_at <= a + interval '1 month' GROUP BY user_id, a),
           c AS (SELECT user_id, a, min(occurred_at) AS c FROM b JOIN events USING (user_id)
                 WHERE step = 3 AND occurred_at >= b AND occurred_at <= a + interval '1 month' GROUP BY user_id, a),
           d AS (SELECT user_id, min(occurred_at) AS d FROM c JOIN events USING (user_id)
                 WHERE step = 4 AND occurred_at >= c AND occurred_at <= a + interval '1 month' GROUP BY user_id)
      SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b), (SELECT count(*) FROM c), (SELECT count(*) FROM d)$$,
    runs => 3, most => 0.333);
-- Steps in any order; plain SQL counts, at each row, the steps whose last row is not too old.
CALL bench_pair('4 steps in any order within 7 days: against window functions',
    $$SELECT r.converted FROM (SELECT funnels_agg(user_id, occurred_at, step) AS f FROM events) AS e, funnel_report(f, 'within=7 days, steps=4, any_order=true') AS r$$,
    $$SELECT count(*) FILTER (WHERE level >= 1), count(*) FILTER (WHERE level >= 2), count(*) FILTER (WHERE level >= 3), count(*) FILTER (WHERE level = 4)
      FROM (SELECT user_id, max((occurred_at - a <= interval '7 days')::int + (occurred_at - b <= interval '7 days')::int
                                + (occurred_at - c <= interval '7 days')::int + (occurred_at - d <= interval '7 days')::int) AS level
            FROM (SELECT user_id, occurred_at, coalesce(max(occurred_at) FILTER (WHERE step = 1) OVER w, '1970-01-01') AS a,
                         coalesce(max(occurred_at) FILTER (WHERE step = 2) OVER w, '1970-01-01') AS b,
                         coalesce(max(occurred_at) FILTER (WHERE step = 3) OVER w, '1970-01-01') AS c,
                         coalesce(max(occurred_at) FILTER (WHERE step = 4) OVER w, '1970-01-01') AS d
                  FROM events WHERE step IS NOT NULL WINDOW w AS (PARTITION BY user_id ORDER BY occurred_at)) AS l
            GROUP BY user_id) AS u$$,
    runs => 3, most => 0.333);
-- Every attempt of two steps; of more, plain SQL would need a loop.
CALL bench_pair('every attempt of 2 steps within 7 days: against window functions',
    $$SELECT r.entered, r.converted FROM (SELECT funnels_agg(user_id, occurred_at, step) AS f FROM events WHERE step <= 2) AS e, funnel_report(f, 'within=7 days, steps=2, count=totals') AS r$$,
    $$SELECT count(*) FILTER (WHERE step = 1 AND (a IS NULL OR b > a OR occurred_at - a > interval '7 days')) AS entered,
             count(*) FILTER (WHERE step = 2 AND (b IS NULL OR a > b) AND occurred_at - a <= interval '7 days') AS converted
      FROM (SELECT step, occurred_at, max(occurred_at) FILTER (WHERE step = 1) OVER w AS a, max(occurred_at) FILTER (WHERE step = 2) OVER w AS b
            FROM events WHERE step <= 2
            WINDOW w AS (PARTITION BY user_id ORDER BY occurred_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS l$$,
    runs => 3, most => 0.333);
-- Leads that convert within a month by the clock of a zone.
CALL bench_pair('conversion within a month in a zone: against AT TIME ZONE',
    $$SELECT conversion_zone_agg(occurred_at, occurred_at + step * interval '12 days', '1 month', '2025-12-01Z', 'Europe/Berlin') FROM events$$,
    $$SELECT count(*) FILTER (WHERE until < '2025-12-01Z'), count(*) FILTER (WHERE until < '2025-12-01Z' AND converted <= until), count(*) FILTER (WHERE until >= '2025-12-01Z')
      FROM (SELECT occurred_at + step * interval '12 days' AS converted, ((occurred_at AT TIME ZONE 'Europe/Berlin') + interval '1 month') AT TIME ZONE 'Europe/Berlin' AS until
            FROM events WHERE occurred_at < '2025-12-01Z') AS l$$,
    runs => 3);
