-- Cohorts that begin with one event and return by another.
-- Four sign-ups and their orders. One ordered as a guest before the sign-up, and one has not ordered.
CREATE TEMP TABLE signups (customer bigint, signed_up date);
INSERT INTO signups VALUES (1, '2025-01-05'), (2, '2025-01-20'), (3, '2025-01-31'), (4, '2025-02-10');
CREATE TEMP TABLE orders (customer bigint, day date);
INSERT INTO orders VALUES (1, '2025-01-06'), (1, '2025-02-03'), (2, '2025-02-20'), (4, '2025-02-10'), (4, '2024-12-01');
CREATE TEMP TABLE joined AS SELECT customer, signed_up, day FROM signups LEFT JOIN orders USING (customer);
SELECT * FROM cohort_retention((SELECT cohort_returns_agg(customer, signed_up, day, 'month') FROM joined),
       as_of => '2025-03-01');
SELECT cohort, period_no, customers, retained, rate
FROM cohort_retention((SELECT cohort_returns_agg(customer, signed_up, day, 'month') FROM joined),
     as_of => '2025-03-15', mode => 'on_or_before');
SELECT cohort, period_no, customers, retained, rate
FROM cohort_retention((SELECT cohort_returns_agg(customer, signed_up, day, 'month') FROM joined),
     as_of => '2025-03-01', reference => 'previous');
SELECT period_no, cohorts, customers, retained, rate
FROM retention_curve((SELECT cohort_returns_agg(customer, signed_up, day, 'month') FROM joined), as_of => '2025-03-01');
SELECT cohort, from_period_no, to_period_no, customers, retained, rate, complete
FROM bracket_retention((SELECT cohort_returns_agg(customer, signed_up, day, 'day') FROM joined), as_of => '2025-02-18',
     brackets => '{0,1,8,31}');
SELECT * FROM cohort_members((SELECT cohort_returns_agg(customer, signed_up, day, 'month') FROM joined),
       as_of => '2025-03-01');
SELECT retained(r, 1, 1, '2025-03-01') AS yes, retained(r, 3, 1, '2025-03-01') AS no,
       retained(r, 4, 1, '2025-03-01') IS NULL AS not_over, retained(r, 5, 1, '2025-03-01') IS NULL AS unknown,
       retained(r, 2, 1, '2025-03-01', mode => 'streak') AS not_from_0
FROM (SELECT cohort_returns_agg(customer, signed_up, day, 'month') AS r FROM joined) AS s;
-- Rolling periods begin with each customer: 23:45, and 00:01 of the next day is not a day later.
SELECT period, r.cohort, r.period_no, r.retained FROM unnest('{day,rolling:1}'::text[]) AS period,
       LATERAL (SELECT cohort_returns_zone_agg(1, '2025-01-01 23:45Z', at, period, 'UTC') AS s FROM (VALUES
       (timestamptz '2025-01-02 00:01Z'), ('2025-01-03 23:45Z'), ('2025-01-04 23:44Z')) AS v(at)) AS one,
       cohort_retention(s, '2025-01-06') AS r WHERE r.complete;

-- Text, JSON, operators.
SELECT cohort_returns_agg(customer, signed_up, day, 'month') AS month,
       cohort_returns_agg(customer, signed_up, day, 'rolling:7') AS rolling,
       cohort_returns_agg(customer, signed_up, day, 'week:sunday')::json AS json FROM joined;
SELECT '1:text+3:rolling:30:{"a;b"=2024-01-01:0..2,5/2024-03-01;"b"=2024-01-02}'::cohort_returns_text_state;
SELECT '1:text+3:rolling:30:{"a;b"=2024-01-01:0..2,5/2024-03-01;"c"=2024-01-02}'::cohort_returns_text_state::jsonb;
SELECT '1:bigint:month:{1=2024-01:0..200,300}'::cohort_returns_state AS long,
       ('1:bigint:month:{1=2024-01:5;2=2024-02}'::cohort_returns_state
        + '1:bigint:month:{1=2023-11/2024-01:4,6;3=2024-02}') AS both;
SELECT '1:bigint:month:{1=2024-01:1,2}'::cohort_returns_state;
SELECT '1:bigint:month:{1=2024-01/2024-01}'::cohort_returns_state;
SELECT '1:bigint:month:{1=2024-01:}'::cohort_returns_state;
SELECT '1:bigint:month:{1=}'::cohort_returns_state;
SELECT '1:bigint:none:{1=2024-01}'::cohort_returns_state;
SELECT '1:bigint:rolling:0:{}'::cohort_returns_state;
SELECT '1:bigint:day:{1=2024-01-01:110000001}'::cohort_returns_state;
SELECT '1:bigint:month:{}'::cohort_returns_state + '1:bigint:rolling:7:{}';
SELECT '1:bigint:rolling:1:{}'::cohort_returns_state + '1:bigint:rolling:7:{}';
SELECT '1:bigint+1:none:{}'::cohort_returns_state + '1:bigint+2:rolling:7:{1=2024-01-01}' AS of_no_period_gives_way;

-- Nobody; NULLs; what is no period, no time, no mode.
SELECT * FROM cohort_retention((SELECT cohort_returns_agg(customer, signed_up, day, 'month') FROM joined WHERE false),
       as_of => '2025-03-01');
SELECT s, skipped_rows(s), customer_count(s), activity_period(s) FROM (SELECT cohort_returns_agg(c, began, at, p) AS s
       FROM (VALUES (1, timestamp '2024-01-05', timestamp '2024-01-06', 'month'), (NULL, '2024-01-05', NULL, 'month'),
       (2, NULL, '2024-01-06', 'month'), (3, '2024-01-06', NULL, NULL), (4, '2024-01-06', NULL, 'month')) AS v(c,
       began, at, p)) AS x;
SELECT s, skipped_rows(s), activity_period(s) FROM (SELECT cohort_returns_agg(c, '2024-01-05', NULL, 'day') AS s
       FROM (VALUES (NULL::bigint)) AS v(c)) AS x;
SELECT * FROM cohort_retention(NULL::cohort_returns_state, as_of => '2025-03-01');
SELECT * FROM cohort_retention('1:bigint:month:{1=2024-05}'::cohort_returns_state, as_of => '2024-05-31');
SELECT cohort, period_no, customers, retained, complete
FROM cohort_retention('1:bigint:rolling:7:{1=2024-05-01:0}'::cohort_returns_state, as_of => '2024-05-08');
SELECT cohort, period_no, customers, retained, complete
FROM cohort_retention('1:bigint:rolling:7:{1=2024-05-01:0}'::cohort_returns_state, as_of => '2024-05-09');
SELECT cohort_returns_agg(1, 'infinity', NULL, 'month');
SELECT cohort_returns_agg(1, '2024-01-01', '-infinity', 'month');
SELECT cohort_returns_agg(1, '2024-01-01', NULL, 'hour');
SELECT cohort_returns_agg(1, '2024-01-01', NULL, 'rolling');
SELECT cohort_returns_agg(1, '2024-01-01', NULL, 'rolling:3661');
SELECT cohort_returns_agg(1, '2024-01-01', NULL, p) FROM (VALUES ('day'), ('rolling:1')) AS v(p);
SELECT cohort_returns_zone_agg(1, timestamp '2024-01-01', timestamptz '2024-01-02Z', 'day', 'UTC');
SELECT cohort_returns_zone_agg(1, timestamptz '2024-01-01Z', date '2024-01-02', 'day', 'UTC');
SELECT cohort_returns_zone_agg(1, timestamptz '2024-01-01Z', NULL, 'day', 'UTC+8');
SELECT * FROM cohort_retention('1:bigint:month:{}'::cohort_returns_state, '2024-05-31', beginnings => 'last');
SELECT * FROM cohort_retention('1:bigint:month:{}'::cohort_returns_state, '2024-05-31', 'on_or_before', 'previous');
SELECT * FROM cohort_retention('1:bigint:day:{1=0001-01-01}'::cohort_returns_state, as_of => '20000-01-01');
SELECT retained('1:text:month:{}'::cohort_returns_text_state, 'a', -1, '2024-05-31');

-- A zone: days are its days, and what came first is what came first, also in the hour that a clock shows twice.
SELECT cohort_returns_zone_agg(1, began, at, 'day', 'Europe/Berlin') AS day,
       cohort_returns_zone_agg(1, began, at, 'rolling:1', 'Europe/Berlin') AS rolling
FROM (VALUES (timestamptz '2024-10-26 22:30Z', timestamptz '2024-10-27 22:59Z'),
             ('2024-10-26 22:30Z', '2024-10-27 23:31Z')) AS v(began, at);
SELECT cohort_returns_zone_agg(1, '2024-10-27 00:50Z', '2024-10-27 01:10Z', 'rolling:1', 'Europe/Berlin') AS minutes,
       cohort_returns_zone_agg(1, '2024-10-27 01:10Z', '2024-10-27 00:50Z', 'day', 'Europe/Berlin') AS before;

-- Random histories of beginnings and returns against plain SQL that counts one customer and period at a time.
SELECT setseed(0.7) \gset
CREATE TEMP TABLE cases AS
    SELECT s, (ARRAY['day', 'week', 'month', 'quarter', 'rolling:1', 'rolling:3', 'rolling:7'])[1 + s % 7] AS period,
           date '2024-01-01' + (random() * 60)::int AS as_of
    FROM generate_series(1, 98) AS s;
CREATE TEMP TABLE begun AS
    SELECT s, c, timestamp '2023-12-20' + random() * interval '60 days' AS began
    FROM cases, generate_series(1, 7) AS c, generate_series(1, 3) AS n WHERE n <= c % 4;
CREATE TEMP TABLE returns AS
    SELECT s, c, timestamp '2023-12-20' + floor(random() * 80 * 8) * interval '3 hours' AS at
    FROM (SELECT *, random() AS chance FROM cases, generate_series(1, 7) AS c, generate_series(1, 6) AS n) AS drawn
    WHERE chance < 0.2 + c % 3 * 0.3;
-- Each return was drawn by itself: of those with a middle chance nearly all have some of the six and not all.
SELECT c % 3 AS chance, avg(CASE WHEN n BETWEEN 1 AND 5 THEN 1 ELSE 0 END) > 0.6 AS some,
       count(DISTINCT n) > 4 AS different
FROM (SELECT s, c, count(at) AS n FROM cases CROSS JOIN generate_series(1, 7) AS c LEFT JOIN returns USING (s, c)
      GROUP BY s, c) AS drawn GROUP BY 1 ORDER BY 1;
UPDATE begun SET began = date_trunc('hour', began) WHERE c % 2 = 0;
CREATE TEMP TABLE rows AS SELECT s, c, began, at FROM begun LEFT JOIN returns USING (s, c);
CREATE TEMP TABLE states AS
    SELECT s, period, as_of, cohort_returns_agg(c, began, at, period) AS state
    FROM rows JOIN cases USING (s) GROUP BY s, period, as_of;
-- The number of a period of the calendar, and its first day.
CREATE FUNCTION pg_temp.no(period text, at timestamp) RETURNS int LANGUAGE sql AS $$
    SELECT CASE period WHEN 'day' THEN at::date - date '2000-01-01' WHEN 'week' THEN (at::date - date '1999-12-27') / 7
        WHEN 'month' THEN 12 * extract(year FROM at) + extract(month FROM at) - 1
        ELSE 4 * extract(year FROM at) + extract(quarter FROM at) - 1 END::int $$;
CREATE FUNCTION pg_temp.start(period text, no int) RETURNS date LANGUAGE sql AS $$
    SELECT CASE period WHEN 'day' THEN date '2000-01-01' + no WHEN 'week' THEN date '1999-12-27' + no * 7
        WHEN 'month' THEN make_date(no / 12, no % 12 + 1, 1) ELSE make_date(no / 4, no % 4 * 3 + 1, 1) END $$;
CREATE FUNCTION pg_temp.days(period text) RETURNS int LANGUAGE sql AS $$
    SELECT substring(period, 'rolling:(.*)')::int $$;
CREATE TEMP TABLE numbered AS
    SELECT DISTINCT s, period, as_of, c, CASE WHEN days IS NULL THEN pg_temp.start(period, pg_temp.no(period, began))
                                         ELSE began::date END AS cohort,
           CASE WHEN at < began THEN NULL WHEN days IS NULL THEN pg_temp.no(period, at) - pg_temp.no(period, began)
                ELSE floor(extract(epoch FROM at - began) / 86400 / days)::int END AS n
    FROM rows JOIN cases USING (s), LATERAL (SELECT pg_temp.days(period) AS days) AS d;
CREATE TEMP TABLE cells AS
    SELECT s, period, as_of, cohort, n, starts, ends <= as_of AS complete
    FROM (SELECT DISTINCT s, period, as_of, cohort FROM numbered) AS k, generate_series(0, 75) AS n,
         LATERAL (SELECT pg_temp.days(period) AS days, pg_temp.no(period, cohort) AS no) AS d,
         LATERAL (SELECT CASE WHEN days IS NULL THEN pg_temp.start(period, no + n) ELSE cohort + n * days END AS starts,
                         CASE WHEN days IS NULL THEN pg_temp.start(period, no + n + 1)
                              ELSE cohort + 1 + (n + 1) * days END AS ends,
                         CASE WHEN days IS NULL THEN pg_temp.start(period, no + 1) ELSE cohort + 1 END AS known_from)
             AS e
    WHERE starts < as_of AND known_from <= as_of;
CREATE TEMP TABLE members AS
    SELECT DISTINCT s, c, cohort, beginnings
    FROM (SELECT s, c, cohort, min(cohort) OVER (PARTITION BY s, c) AS first FROM numbered) AS k,
         unnest('{first,every}'::text[]) AS beginnings
    WHERE cohort = first OR beginnings = 'every';
CREATE INDEX ON cells (s, cohort, n);
ANALYZE numbered, members, cells;
CREATE TEMP TABLE known AS
    SELECT s, c, cohort, coalesce(array_agg(n) FILTER (WHERE complete), '{}') AS known
    FROM numbered LEFT JOIN cells USING (s, cohort, n) GROUP BY s, c, cohort;
CREATE INDEX ON known (s, cohort);
ANALYZE known;
CREATE TEMP TABLE customer_cells AS
    SELECT s, beginnings, c, cohort, n, starts, complete, mode,
           CASE mode WHEN 'on' THEN n = ANY (known)
                     WHEN 'on_or_after' THEN EXISTS (SELECT FROM unnest(known) AS k WHERE k >= n)
                     WHEN 'on_or_before' THEN EXISTS (SELECT FROM unnest(known) AS k WHERE k <= n)
                     ELSE (SELECT count(*) FROM unnest(known) AS k WHERE k <= n) = n + 1 END AS retained
    FROM cells JOIN members USING (s, cohort) JOIN known USING (s, c, cohort),
         unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode;
CREATE TEMP TABLE truth AS
    SELECT s, beginnings, mode, reference, cohort, n::bigint AS period_no, starts AS period_start,
           count(*) FILTER (WHERE reference = 'first' OR before) AS customers,
           CASE WHEN complete THEN count(*) FILTER (WHERE retained AND (reference = 'first' OR before)) END AS retained,
           complete
    FROM (SELECT *, lag(retained, 1, true) OVER (PARTITION BY s, beginnings, c, cohort, mode ORDER BY n) AS before
          FROM customer_cells) AS x, unnest('{first,previous}'::text[]) AS reference
    WHERE mode <> 'on_or_before' OR reference = 'first'
    GROUP BY s, beginnings, mode, reference, cohort, n, starts, complete;
CREATE TEMP TABLE ours AS
    SELECT s, beginnings, mode, reference, cohort, period_no, period_start, customers, retained, complete
    FROM states, unnest('{first,every}'::text[]) AS beginnings,
         unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode,
         unnest('{first,previous}'::text[]) AS reference
    CROSS JOIN LATERAL cohort_retention(state, as_of, mode, reference, beginnings => beginnings) AS r
    WHERE mode <> 'on_or_before' OR reference = 'first';
SELECT (SELECT count(*) FROM truth) > 20000 AS many,
       (SELECT count(*) FROM ours WHERE NOT complete) > 2000 AS pending_too,
       (SELECT count(*) FROM ours WHERE retained BETWEEN 1 AND customers - 1) > 1000 AS between,
       (SELECT count(*) FROM (TABLE truth EXCEPT ALL TABLE ours) AS t) AS missing,
       (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE truth) AS t) AS wrong;
-- The curve pools complete cells; brackets ask for returns in ranges; one customer at a time says the same.
SELECT count(*) > 1500 AS many, count(*) FILTER (WHERE c IS DISTINCT FROM p) AS wrong
FROM (SELECT s, beginnings, mode, reference, period_no, count(*) AS cohorts, sum(customers)::bigint AS customers,
      sum(retained)::bigint AS retained
      FROM ours WHERE complete GROUP BY s, beginnings, mode, reference, period_no) AS p
FULL JOIN (SELECT s, beginnings, mode, reference, r.period_no, r.cohorts, r.customers, r.retained
           FROM states, unnest('{first,every}'::text[]) AS beginnings,
                unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode,
                unnest('{first,previous}'::text[]) AS reference
           CROSS JOIN LATERAL retention_curve(state, as_of, mode, reference, 0.95, beginnings) AS r
           WHERE mode <> 'on_or_before' OR reference = 'first') AS c USING (s, beginnings, mode, reference, period_no);
SELECT count(*) > 1000 AS many, count(*) FILTER (WHERE b.complete) > 200 AS complete, count(*) FILTER (WHERE
           b.complete IS DISTINCT FROM EXISTS (SELECT FROM cells AS k WHERE (k.s, k.cohort, k.n) = (states.s, b.cohort,
               b.to_period_no) AND k.complete)
           OR b.customers <> (SELECT count(*) FROM members AS m WHERE (m.s, m.cohort, m.beginnings) = (states.s,
               b.cohort, which))
           OR b.retained IS DISTINCT FROM CASE WHEN b.complete THEN (SELECT count(*) FROM members AS m
               WHERE (m.s, m.cohort, m.beginnings) = (states.s, b.cohort, which)
               AND EXISTS (SELECT FROM known AS r, unnest(known) AS n WHERE (r.s, r.c, r.cohort) = (m.s, m.c, m.cohort)
                   AND n BETWEEN b.from_period_no AND b.to_period_no)) END) AS wrong
FROM states, unnest('{first,every}'::text[]) AS which,
     LATERAL bracket_retention(state, as_of, '{0,1,2,5}', beginnings => which) AS b;
SELECT count(*) > 3000 AS many, count(*) FILTER (WHERE retained(state, c, n, as_of, mode) IS DISTINCT FROM
       CASE WHEN complete THEN retained END) AS wrong
FROM customer_cells JOIN states USING (s) WHERE beginnings = 'first';
SELECT count(*) AS wrong FROM (SELECT s, c.customer_id, c.cohort, unnest(c.returned) AS n FROM states,
       cohort_members(state, as_of, 'every') AS c) AS o
FULL JOIN (SELECT r.s, c::bigint, r.cohort, r.n::bigint FROM numbered AS r JOIN cells AS k ON (k.s, k.cohort,
           k.n) = (r.s, r.cohort, r.n) WHERE k.complete) AS t(s, customer_id, cohort, n)
USING (s, customer_id, cohort, n) WHERE o.s IS NULL OR t.s IS NULL;
-- What lies after as_of changes nothing.
SELECT count(*) AS wrong FROM (SELECT s, as_of, cohort_returns_agg(c, began, CASE WHEN at < as_of THEN at END, period)
       FILTER (WHERE began < as_of) AS seen FROM rows JOIN cases USING (s) GROUP BY s, as_of) AS x
JOIN states USING (s, as_of), unnest('{on,on_or_after,on_or_before,streak}'::text[]) AS mode
WHERE ARRAY(SELECT r FROM cohort_retention(seen, as_of, mode) AS r)
    <> ARRAY(SELECT r FROM cohort_retention(state, as_of, mode) AS r);
-- In any order, rolled up from parts, read back from text: the same value.
SELECT count(*) AS wrong FROM (SELECT s, rollup(part) AS whole FROM (SELECT s, cohort_returns_agg(c, began, at,
       period ORDER BY at DESC) AS part FROM rows JOIN cases USING (s) GROUP BY s, extract(hour FROM began)::int % 3)
       AS p GROUP BY s) AS w JOIN states USING (s) WHERE whole <> state OR whole::text <> state::text
       OR state::text::cohort_returns_state <> state;
SELECT a = b AS same, length(a::text) > 50000 AS long FROM
    (SELECT cohort_returns_agg(1, day, day + i % 300, 'day' ORDER BY i) AS a,
            cohort_returns_agg(1, day, day + i % 300, 'day' ORDER BY day, i) AS b
     FROM generate_series(1, 30000) AS i, LATERAL (SELECT date '2000-01-01' + i * 7919 % 5000 AS day) AS d) AS x;
-- Who begins by what they return by: the same table as that of cohorts, but for mode on_or_before.
SELECT count(*) > 200 AS many, count(*) FILTER (WHERE a IS DISTINCT FROM b) AS wrong FROM
    (SELECT s, as_of, cohort_returns_agg(c, first, at, period) AS own, cohorts_agg(c, at, period) AS cohorts
     FROM (SELECT *, min(at) OVER (PARTITION BY s, c) AS first FROM returns) AS r JOIN cases USING (s)
     WHERE period !~ 'rolling' GROUP BY s, as_of) AS x, unnest('{on,on_or_after,streak}'::text[]) AS mode,
    unnest('{first,previous}'::text[]) AS reference,
    LATERAL (SELECT ARRAY(SELECT r FROM cohort_retention(own, as_of, mode, reference) AS r) AS a,
                    ARRAY(SELECT r FROM cohort_retention(cohorts, as_of, mode, reference) AS r) AS b) AS y;

-- Day-1 retention as a series over time, with its interval.
CREATE TEMP TABLE visits AS
    SELECT c, timestamptz '2024-03-01 00:00Z' + c % 5 * interval '1 day' + c * interval '7 minutes'
        + n * interval '19 hours' AS at
    FROM generate_series(1, 60) AS c, generate_series(0, 3) AS n WHERE n = 0 OR (c * 7 + n * 5) % 11 > 4;
SELECT cohort, customers, retained, round(rate::numeric, 3) AS day_1, round(lower::numeric, 3) AS lower,
       round(upper::numeric, 3) AS upper
FROM cohort_retention((SELECT cohort_returns_zone_agg(c, first, at, 'rolling:1', 'UTC')
     FROM (SELECT *, min(at) OVER (PARTITION BY c) AS first FROM visits) AS v), as_of => '2024-03-07')
WHERE period_no = 1 AND complete;
-- Cohorts by an attribute of the first order, and the same by hand.
CREATE TEMP TABLE bought AS
    SELECT i * 7919 % 1009 % 70 AS customer, timestamp '2024-01-01' + i * interval '17 hours' AS at,
           (ARRAY['shop', 'app', 'partner'])[1 + i * 31 % 7 % 3] AS channel
    FROM generate_series(1, 180) AS i;
SELECT channel, r.period_no, r.customers, r.retained, round(r.rate::numeric, 3) AS rate
FROM (SELECT channel, cohort_returns_agg(customer, began, at, 'month') AS state
      FROM (SELECT customer, at, first_value(at) OVER w AS began, first_value(channel) OVER w AS channel
            FROM bought WINDOW w AS (PARTITION BY customer ORDER BY at)) AS b GROUP BY channel) AS s,
     retention_curve(state, as_of => '2024-06-01') AS r WHERE r.period_no BETWEEN 1 AND 2 ORDER BY 1, 2;
WITH first AS (SELECT DISTINCT ON (customer) customer, channel, date_trunc('month', at) AS month FROM bought
               ORDER BY customer, at)
SELECT channel, n, count(*) AS customers, count(*) FILTER (WHERE EXISTS (SELECT FROM bought AS b
           WHERE b.customer = first.customer AND date_trunc('month', b.at) = month + n * interval '1 month'))
FROM first, generate_series(1, 2) AS n WHERE month + n * interval '1 month' < '2024-05-15' GROUP BY 1, 2 ORDER BY 1, 2;
