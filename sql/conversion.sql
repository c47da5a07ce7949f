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
-- Months of the calendar: of 31 January 28 February is the last day of the window; by the clock of a zone, in which
-- other moments are the 31st. Days are 24 hours.
SELECT conversion_agg('2025-01-31', at, '1 month', '2025-06-01') AS two_late
FROM unnest('{2025-02-28,2025-03-01,2025-03-02,2025-02-01}'::date[]) AS at;
SELECT conversion_zone_agg('2025-01-31 00:30+08', at, '1 month', '2025-06-01Z', 'Asia/Shanghai') AS shanghai,
       conversion_zone_agg('2025-01-31 00:30+08', at, '1 month', '2025-06-01Z', 'UTC') AS utc,
       conversion_zone_rate('2025-01-31 00:30+08', at, '1 month', '2025-06-01Z', 'UTC') AS a_half
FROM unnest('{2025-02-28 00:30+08,2025-02-28 00:31+08}'::timestamptz[]) AS at;
CREATE TEMP TABLE moments AS
SELECT i, created, CASE WHEN i % 4 > 0 THEN created + (h % 100) * interval '1 day' + (h % 1440) * interval '1 min' END
       AS converted, date_trunc('day', created AT TIME ZONE 'UTC') AS day
FROM (SELECT i, h, timestamptz '2024-01-28Z' + h % 40000000 * interval '1 s' AS created
      FROM generate_series(1, 4000) AS i, abs(hashint8(i)) AS h) AS t;
INSERT INTO moments -- in the hours in which clocks are turned, and in which some months end
SELECT -i, created, created + interval '1 day' * (25 + i % 10), date_trunc('day', created AT TIME ZONE 'UTC')
FROM (SELECT i, (ARRAY['2024-02-28Z', '2024-02-29Z', '2024-03-09Z', '2024-09-29Z', '2024-10-26Z', '2024-11-02Z',
                       '2024-12-30Z'])[1 + i % 7]::timestamptz + i * 7 % 2880 * interval '1 min' AS created
      FROM generate_series(1, 2000) AS i) AS t;
CREATE FUNCTION pg_temp.by_hand(zone text, window_ interval, more interval, OUT state text) LANGUAGE plpgsql AS $$
BEGIN -- what PostgreSQL adds to a timestamptz depends on the zone of the session
    PERFORM set_config('TimeZone', zone, true);
    SELECT format('%s,%s,%s,%s,%s', count(*) FILTER (WHERE over AND converted <= until),
                  count(*) FILTER (WHERE over AND converted > until AND converted < as_of),
                  count(*) FILTER (WHERE over AND (converted IS NULL OR converted >= as_of)),
                  count(*) FILTER (WHERE NOT over AND converted < as_of),
                  count(*) FILTER (WHERE NOT over AND (converted IS NULL OR converted >= as_of)))
    INTO state
    FROM (SELECT *, until < as_of AS over FROM (SELECT created, converted, created + window_ + more AS until,
          timestamptz '2025-03-01 12:00Z' AS as_of FROM moments) AS m WHERE created < as_of) AS w;
    PERFORM set_config('TimeZone', 'UTC', true);
END $$;
SELECT count(*) AS windows, count(*) FILTER (WHERE split_part(c::text, ':', 3) <> pg_temp.by_hand(zone, months, more))
       AS none_differ, count(DISTINCT c::text) > 20 AS zones_matter, min(c::text) AS one
FROM unnest('{UTC,Europe/Berlin,America/New_York,Asia/Shanghai,Pacific/Apia}'::text[]) AS zone,
     unnest('{1 month,3 months,1 year}'::interval[]) AS months, unnest('{0 s,36 hours}'::interval[]) AS more,
     LATERAL (SELECT conversion_zone_agg(created, converted, months + more, '2025-03-01 12:00Z', zone) AS c
              FROM moments) AS a;
SELECT count(*) AS windows, count(*) FILTER (WHERE split_part(c::text, ':', 3) <> h) AS none_differ,
       count(*) FILTER (WHERE c <> d) AS dates_differ
FROM unnest('{1 month,2 months 3 days 02:00,1 year}'::interval[]) AS w,
     LATERAL (SELECT conversion_agg(day + time '12:00', converted AT TIME ZONE 'UTC' + interval '1 day', w,
                                    '2025-03-01 12:00') AS c,
                     conversion_agg(day, (converted AT TIME ZONE 'UTC')::date + 1, w, '2025-03-01') AS d,
                     format('%s,%s,%s,%s,%s', count(*) FILTER (WHERE over AND b <= a + w),
                            count(*) FILTER (WHERE over AND b > a + w AND b < as_of),
                            count(*) FILTER (WHERE over AND (b IS NULL OR b >= as_of)),
                            count(*) FILTER (WHERE NOT over AND b < as_of AND a < as_of),
                            count(*) FILTER (WHERE NOT over AND (b IS NULL OR b >= as_of) AND a < as_of)) AS h
              FROM moments, LATERAL (SELECT day + time '12:00' AS a, timestamp '2025-03-01 12:00' AS as_of,
                                            converted AT TIME ZONE 'UTC' + interval '1 day' AS b) AS m,
                   LATERAL (SELECT a + w < as_of AS over) AS o) AS a;
SELECT c::json AS json, c::text::conversion_state = c AS and_back, a + b = c AS merged, a + '1:0:0,0,0,0,0' = a AS same,
       '1:0:0,0,0,0,0' + a = a AS same_2
FROM (SELECT conversion_zone_agg(created, converted, '1 month 12 hours', '2025-03-01Z', 'Asia/Shanghai') AS c,
             conversion_zone_agg(created, converted, '1 month 12 hours', '2025-03-01Z', 'Asia/Shanghai')
             FILTER (WHERE i % 2 = 0) AS a,
             conversion_zone_agg(created, converted, '1 month 12 hours', '2025-03-01Z', 'Asia/Shanghai')
             FILTER (WHERE i % 2 <> 0) AS b
      FROM moments) AS t;
-- Local leads and those with a zone count alike, and merge; a + b is a roll-up of two; JSON counts as the estimate.
SELECT a + b AS both, rollup(c) = a + b AS rolled_up, a + NULL = a AND NULL + a = a AS null_adds_nothing,
       a + '1:0:0,0,0,0,0' = a AS nothing_adds_nothing
FROM (SELECT conversion_agg(created, converted, '30 days', '2024-05-01') AS a,
             conversion_agg(created::timestamp AT TIME ZONE 'UTC', converted::timestamp AT TIME ZONE 'UTC', '30 days',
                            '2024-05-01Z') AS b FROM leads) AS t,
     LATERAL (VALUES (a), (b)) AS v(c) GROUP BY a, b;
SELECT c::json AS json,
    c::jsonb = (SELECT to_jsonb(e) - '{value,lower,upper}'::text[] || '{"within_months": 0, "within_days": 30}'
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
SELECT conversion_agg(created, converted, '1 month -1 day', '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, '-1 month 40 days', '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, '1001 years', '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created::timestamptz, converted::timestamptz, '1 month', '2024-05-01Z') AS error FROM leads;
SELECT conversion_zone_agg(created, converted, '1 month', '2024-05-01', 'UTC') AS error FROM leads;
SELECT conversion_zone_agg(created::timestamptz, converted, '1 month', '2024-05-01Z', 'UTC') AS error FROM leads;
SELECT conversion_zone_agg(created::timestamptz, NULL, '1 month', '2024-05-01Z', 'UTC+8') AS error FROM leads;
SELECT conversion_zone_agg(created::timestamptz, NULL, '1 month', '2024-05-01Z', NULL) AS skipped FROM leads;
SELECT conversion_agg('294276-12-31', NULL, '1 month', '294276-12-31 12:00') AS error;
SELECT rollup(c) AS error FROM (VALUES ('1:1mon:1,0,0,0,0'::conversion_state), ('1:30:1,0,0,0,0')) AS t(c);
SELECT rollup(c) AS error FROM (VALUES ('1:2mon:1,0,0,0,0'::conversion_state), ('1:2mon+0.5:1,0,0,0,0')) AS t(c);
SELECT '1:1mon+0:1,0,0,0,0'::conversion_state AS error;
SELECT '1:0mon+1:1,0,0,0,0'::conversion_state AS error;
SELECT '1:1mon:0,0,0,0,0'::conversion_state AS error;
SELECT '1:12001mon:1,0,0,0,0'::conversion_state AS error;
SELECT conversion_agg(created, converted, 30, '2024-05-01') AS error FROM leads;
SELECT conversion_agg(created, converted, NULL, '2024-05-01') AS skipped,
       conversion_agg(created, converted, '30 days', NULL) AS also FROM leads;
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
