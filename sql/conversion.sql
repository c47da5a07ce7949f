-- Conversion of leads.
SELECT conversion_rate(30, 240) AS an_eighth, conversion_rate(0, 0) IS NULL AS of_no_one;
SELECT conversion_rate(31, 30) AS error;
CREATE TEMP TABLE leads (id int, created date, converted date);
-- Within 30 days, as known before May: 1 in time, 2 on the last day, 3 late, 4 not, 5 too young, 6 young but converted,
-- 7 converts in May, so not yet; 8 is created in May; 9's window ends with April 30; 10's with May 1.
INSERT INTO leads VALUES (1, '2024-03-01', '2024-03-11'), (2, '2024-03-01', '2024-03-31'),
    (3, '2024-03-01', '2024-04-01'), (4, '2024-03-20', NULL), (5, '2024-04-20', NULL), (6, '2024-04-20', '2024-04-20'),
    (7, '2024-03-25', '2024-05-01'), (8, '2024-05-01', NULL), (9, '2024-03-31', NULL), (10, '2024-04-01', NULL),
    (11, NULL, '2024-03-01');
SELECT id, conversion_agg(created, converted, '30 days', '2024-05-01') AS state FROM leads GROUP BY id ORDER BY id;
SELECT conversion_agg(created, converted, '30 days', '2024-05-01') AS state,
       conversion_rate_within(created, converted, '30 days', '2024-05-01') AS two_of_six FROM leads;
SELECT * FROM (SELECT conversion_agg(created, converted, '30 days', '2024-05-01') AS c FROM leads) AS t,
     conversion_estimate(c);
SELECT conversion_rate(c) = conversion_rate(2, 6) AS same_from_counts,
       conversion_rate(c) = rate_value(converted(c)) AS same_from_rate, converted(c) AS rate, e.lower = r.lower
       AND e.upper = r.upper AS same_interval
FROM (SELECT conversion_agg(created, converted, '30 days', '2024-05-01') AS c FROM leads) AS t,
     conversion_estimate(c) AS e, rate_estimate(converted(c)) AS r;
SELECT conversion_rate(converted IS NOT NULL) AS ever FROM leads;
SELECT conversion_rate(b) AS two_thirds FROM (VALUES (true), (false), (NULL), (true)) AS t(b);

-- Moments instead of days: exactly 12 hours are in time, a microsecond more is late; the window must be over at as_of.
SELECT conversion_agg('2024-03-01 00:00+00', at, '12 hours', '2024-03-02Z') AS state
FROM (VALUES (timestamptz '2024-03-01 12:00+00'), ('2024-03-01 12:00:00.000001+00'), ('2024-03-01 00:00+00'),
             (NULL)) AS t(at);
SELECT conversion_agg('2024-03-01 00:00+00', NULL, '12:00', as_of) AS state
FROM (VALUES (timestamptz '2024-03-01 12:00+00')) AS t(as_of);
SELECT conversion_agg('2024-03-01 00:00+00', NULL, '12:00', as_of) AS state
FROM (VALUES (timestamptz '2024-03-01 12:00:00.000001+00')) AS t(as_of);

-- In plain SQL beside it, for several windows and days of report; young leads who converted would lift the rate.
CREATE TEMP TABLE many AS SELECT i, created, CASE WHEN i % 3 = 0 THEN created + i * i % 71 END AS converted,
    i % 4 AS channel
FROM (SELECT i, date '2024-01-01' + i * 7919 % 366 AS created FROM generate_series(1, 3000) AS i) AS t;
SELECT count(*) AS reports,
       bool_and((e.n, e.converted, e.late, e.not_converted, e.pending, e.pending_converted) = s) AS same
FROM unnest('{1,7,30,60,365}'::int[]) AS w, unnest('{2024-01-02,2024-06-30,2025-01-01,2025-12-31}'::date[]) AS as_of,
    LATERAL (SELECT conversion_agg(created, many.converted, w * interval '1 day', as_of) AS c FROM many) AS t,
    conversion_estimate(c) AS e,
    LATERAL (SELECT count(*) FILTER (WHERE created + w < as_of),
            count(*) FILTER (WHERE created + w < as_of AND m.converted <= created + w),
            count(*) FILTER (WHERE created + w < as_of AND m.converted > created + w AND m.converted < as_of),
                    count(*) FILTER (WHERE created + w < as_of AND (m.converted >= as_of OR m.converted IS NULL)),
                    count(*) FILTER (WHERE created + w >= as_of AND created < as_of),
                    count(*) FILTER (WHERE created + w >= as_of AND m.converted < as_of AND created < as_of)
                    FROM many AS m) AS s;
SELECT rollup(c ORDER BY channel) = (SELECT conversion_agg(created, converted, '30 days', '2024-06-01') FROM many)
       AS rolled_up,
       rollup(c ORDER BY channel DESC) = rollup(c ORDER BY channel) AS any_order,
       rollup(c::text::conversion_state) = rollup(c) AS text_and_back
FROM (SELECT channel, conversion_agg(created, converted, '30 days', '2024-06-01') AS c FROM many GROUP BY channel
      UNION ALL SELECT 9, '1:0:0,0,0,0,0') AS t;

-- Nothing; nobody yet.
SELECT conversion_agg(created, converted, '30 days', '2024-05-01') FILTER (WHERE false) AS nothing,
       conversion_rate_within(created, converted, '30 days', '2020-01-01') IS NULL AS no_rate,
       conversion_agg(created, converted, '30 days', '2020-01-01') AS nobody FROM leads;
SELECT * FROM conversion_estimate('1:0:0,0,0,0,0');

-- Times of every type, columns, literals and parameters. A date is its midnight; the window may have hours.
SELECT conversion_agg(created, converted, '30 days', date '2024-05-01')
       = ALL (ARRAY[conversion_agg(created::timestamp, converted, interval '720 hours', '2024-05-01'),
                    conversion_agg(created, converted::timestamp, '29 days 24:00:00', timestamp '2024-05-01 00:00'),
                    conversion_agg(created::timestamp AT TIME ZONE 'UTC', converted::timestamp AT TIME ZONE 'UTC',
                                   '30 days', '2024-05-01Z'),
                    conversion_agg(created::timestamp AT TIME ZONE 'Asia/Tokyo',
                                   converted::timestamp AT TIME ZONE 'Asia/Tokyo', '30 days',
                                   '2024-05-01 00:00+09')]) AS same,
       conversion_rate_within(created, converted, '30 days', '2024-05-01 12:00') AS two_of_seven
FROM leads;
PREPARE leads_of AS SELECT conversion_agg(created, converted, $1, $2) FROM leads;
EXECUTE leads_of('30 days', '2024-05-01');
-- As they were written, under any zone of the session: 14 local days of 24 hours, though a clock was turned in them.
SET TimeZone = 'America/New_York';
SELECT conversion_agg(timestamp '2024-03-08 12:00', '2024-03-22 12:00', '14 days', '2025-01-01') AS local_in_time,
       conversion_agg(timestamp '2024-03-08 12:00', '2024-03-22 12:00:00.000001', '14 days', '2025-01-01') AS late,
       conversion_agg(timestamptz '2024-03-08 12:00 America/New_York', '2024-03-22 13:00 America/New_York', '14 days',
                      '2025-01-01Z') AS same_time_elapsed;
RESET TimeZone;
-- Local leads and those with a zone count alike, and merge; a + b is a roll-up of two; JSON counts as the estimate.
SELECT a + b AS both, rollup(c) = a + b AS rolled_up, a + NULL = a AND NULL + a = a AS null_adds_nothing,
       a + '1:0:0,0,0,0,0' = a AS nothing_adds_nothing
FROM (SELECT conversion_agg(created, converted, '30 days', '2024-05-01') AS a,
             conversion_agg(created::timestamp AT TIME ZONE 'UTC', converted::timestamp AT TIME ZONE 'UTC', '30 days',
                            '2024-05-01Z') AS b FROM leads) AS t,
     LATERAL (VALUES (a), (b)) AS v(c) GROUP BY a, b;
SELECT c::json AS json, c::jsonb = (SELECT to_jsonb(e) - '{value,lower,upper}'::text[] || '{"within_days": 30}'
                                    FROM conversion_estimate(c) AS e) AS same
FROM (SELECT conversion_agg(created, converted, '30 days', '2024-05-01') AS c FROM leads) AS t;
SELECT '1:0:0,0,0,0,0'::conversion_state::json AS nothing,
       '1:0.5:1,0,0,0,0'::conversion_state::json ->> 'within_days' AS half_a_day;
SELECT rollup(c) IS NULL AS of_nothing FROM (VALUES ('1:30:1,0,0,0,0'::conversion_state)) AS v(c) WHERE false;
-- Counts of every type, sums of counts among them.
SELECT conversion_rate(sum(converted), sum(leads)) = ALL (ARRAY[conversion_rate(3::smallint, 12::numeric),
           conversion_rate(3::real, 12::bigint), conversion_rate(3::float8, 12)]) AS same
FROM (VALUES (1, 4), (2, 8)) AS v(converted, leads);
SELECT conversion_rate(0.5, 4) AS error;

-- Errors.
SELECT conversion_agg(date '2024-03-02', '2024-03-01', '30 days', '2024-05-01') AS error;
SELECT conversion_agg(timestamp '2024-03-02 10:30', '2024-03-01', '30 days', '2024-05-01') AS error;
SELECT conversion_rate_within(a, b, '30 days', '2025-03-01Z') AS error
FROM (VALUES (timestamptz '2025-01-05Z', timestamptz '2025-01-04Z'), ('2025-01-01Z', '2025-01-02Z')) AS v(a, b);
SELECT conversion_agg(created, converted, '0 days', '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, '-1 day', '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, '1 month', '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, '1 year', '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, 30, '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, NULL, '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, '30 days', NULL) AS error FROM leads;
SELECT conversion_agg(created, 'infinity', '30 days', '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, '30 days', '-infinity') AS error FROM leads;
SELECT conversion_agg(created, converted, '30 days', '2024-05-01 00:00+00') AS error FROM leads;
SELECT conversion_agg(created::timestamptz, converted, '30 days', '2024-05-01Z') AS error FROM leads;
SELECT conversion_agg(created, converted, (20 + id) * interval '1 day', '2024-05-01') AS error FROM leads;
SELECT rollup(c) AS error FROM (VALUES ('1:30:1,0,0,0,0'::conversion_state), ('1:7:1,0,0,0,0')) AS t(c);
SELECT '1:0:1,0,0,0,0'::conversion_state AS error;
SELECT '1:30:0,0,0,0,0'::conversion_state AS error;
SELECT '1:-30:1,0,0,0,0'::conversion_state AS error;
SELECT '1:30:1,0,0,0'::conversion_state AS error;
SELECT '2:30:1,0,0,0,0'::conversion_state AS error_newer_version;
-- Conditions as words.
SELECT conversion_rate(word) AS a_quarter FROM (VALUES ('Yes'), ('no'), ('NO'), (NULL), ('f')) AS v(word);
SELECT conversion_rate('Ja'::text) AS error;
