-- metric_moment: an instant, or a time as a clock showed it. Neither TimeZone nor DateStyle may matter.
CREATE TEMP TABLE texts (given text, means text);
INSERT INTO texts VALUES
    ('2025-01-01', '2025-01-01 00:00:00'), ('2025-01-01 12:30', '2025-01-01 12:30:00'),
    ('2025-01-01T12:30:01.5', '2025-01-01 12:30:01.5'),
    ('2025-01-01 12:30+08', '2025-01-01 04:30:00+00'), ('2025-01-01 12:30:00-03:30', '2025-01-01 16:00:00+00'),
    ('2025-01-01Z', '2025-01-01 00:00:00+00'), ('2025-01-01 UTC', '2025-01-01 00:00:00+00'),
    ('2025-07-01T00:00:00.000Z', '2025-07-01 00:00:00+00'),
    ('2025-07-01 12:00 America/New_York', '2025-07-01 16:00:00+00'),
    ('2011-12-31 01:00 Pacific/Apia', '2011-12-30 11:00:00+00'),
    ('0044-03-15 BC', '0044-03-15 00:00:00 BC'), ('0044-03-15 12:00 BC UTC', '0044-03-15 12:00:00+00 BC'),
    ('12025-01-01', '12025-01-01 00:00:00'),
    (' 2025-01-01 ', '2025-01-01 00:00:00'), ('infinity', 'infinity'), ('-infinity', '-infinity');
CREATE TEMP TABLE seen AS SELECT NULL::text AS session, given, NULL::text AS got FROM texts LIMIT 0;
SET TimeZone = 'Pacific/Apia'; SET DateStyle = 'SQL, DMY';
INSERT INTO seen SELECT 'Apia', given, given::metric_moment FROM texts;
SET TimeZone = 'America/New_York'; SET DateStyle = 'German, MDY';
INSERT INTO seen SELECT 'New York', given, given::metric_moment FROM texts;
RESET TimeZone; RESET DateStyle;
SELECT given, means, count(*) FILTER (WHERE got = means) AS two FROM seen JOIN texts USING (given) GROUP BY given, means
ORDER BY means COLLATE "C", given COLLATE "C";
SELECT got::metric_moment::text = got AS reads_back, count(*) AS of FROM seen GROUP BY 1;

-- Casts: a timestamptz is an instant; a timestamp and a date are local, also at the ends of their range.
CREATE TEMP TABLE times AS SELECT timestamp '2024-01-01' + i * interval '7919 minutes 0.123456 s' - i % 3 *
    interval '3000 years' AS at FROM generate_series(1, 1000) AS i;
SET TimeZone = 'Asia/Kathmandu'; SET DateStyle = ISO;
SELECT count(*) FILTER (WHERE at::metric_moment::text <> at::text) AS wrong_local,
       count(*) FILTER (WHERE at::date::metric_moment::text <> at::date::timestamp::text) AS wrong_dates,
       count(*) FILTER (WHERE (at AT TIME ZONE 'UTC')::metric_moment::text <> regexp_replace(at::text, '( BC)?$',
               '+00\1')) AS wrong_instants FROM times;
RESET TimeZone;
SELECT timestamptz '4713-01-01 BC Z'::metric_moment AS least, timestamptz '294276-12-31 Z'::metric_moment AS most,
       timestamp '4713-01-01 BC'::metric_moment AS least_local,
       timestamp '280000-12-31'::metric_moment AS most_local, timestamp 'infinity'::metric_moment AS for_ever,
       timestamptz '-infinity'::metric_moment AS never;
SELECT timestamp '290000-01-01'::metric_moment AS error;

-- What a session could read in two ways, or nobody can read.
SELECT '01/02/2025'::metric_moment AS error;
SELECT 'now'::metric_moment AS error;
SELECT '2025-1-2'::metric_moment AS error;
SELECT '2025-02-30'::metric_moment AS error;
SELECT '2025-01-01 12:00 CST'::metric_moment AS error;
SELECT '2025-01-01 12:00 UTC+8'::metric_moment AS error;
SELECT '2025-01-01 12:00 tomorrow'::metric_moment AS error;
SELECT ''::metric_moment AS error;

-- Compared and hashed: ORDER BY and DISTINCT in an aggregate sort its arguments, which are moments.
SELECT string_agg(m::text, ', ' ORDER BY m) AS local_first, count(DISTINCT m) AS six
FROM (VALUES ('2025-01-01 00:00+00'::metric_moment), ('infinity'), ('2025-01-01'), ('2024-12-31 00:00+00'),
    ('2026-01-01'),
             ('-infinity'), ('2025-01-01 08:00+08')) AS t(m);
SELECT a, a = b AS eq, a <> b AS ne, a < b AS lt, a <= b AS le, a > b AS gt, a >= b AS ge
FROM (VALUES ('2025-01-01'::metric_moment), ('2025-01-02'), ('2025-01-03'), ('2025-01-01Z')) AS t(a),
    (SELECT '2025-01-02'::metric_moment) AS u(b);
SELECT count(*) AS wrong FROM times AS a JOIN times AS b ON b.at > a.at
WHERE NOT (a.at::metric_moment < b.at::metric_moment
    AND (a.at AT TIME ZONE 'UTC')::metric_moment < (b.at AT TIME ZONE 'UTC')::metric_moment
           AND b.at::metric_moment < (a.at AT TIME ZONE 'UTC')::metric_moment);
SELECT count(*) AS thousand FROM times AS a JOIN times AS b ON a.at::metric_moment = b.at::metric_moment;
-- A zone in a text is one of pg_timezone_names: timezone_abbreviations, by which EST may be Australian, says nothing.
SET timezone_abbreviations = 'Australia';
SELECT '2025-07-01 12:00 EST'::metric_moment AS five_hours_later,
       '2025-07-01 12:00 CET'::metric_moment AS in_summer_time,
       '2025-03-30 02:30 Europe/Berlin'::metric_moment = '2025-03-30 02:30 Europe/Berlin'::timestamptz AS in_the_gap,
       '2025-10-26 02:30 Europe/Berlin'::metric_moment = '2025-10-26 02:30 Europe/Berlin'::timestamptz AS second_time;
RESET timezone_abbreviations;
SELECT '294276-12-31 23:59 Etc/GMT+12'::metric_moment AS error;

-- In binary and by hash, as clients and indexes ask for them: instants are those of timestamptz.
SELECT _metric_moment_send(a) = timestamptz_send('2024-02-29 12:00+00') AS instant,
       _metric_moment_send(other) <> timestamp_send('2024-02-29 12:00') AS not_local,
       hash_record(ROW(a)) = hash_record(ROW(b)) AS same_hash,
       hash_record_extended(ROW(a), 5) = hash_record_extended(ROW(b), 5) AS same_long_hash,
       hash_record(ROW(a)) <> hash_record(ROW(other)) AS another,
       _metric_duration_send('36:00') = float8send(1.5) AS duration,
       '36:00'::metric_duration::text AS days, _metric_option_send('month') = textsend('month') AS option
FROM (SELECT '2024-02-29 12:00+00'::metric_moment AS a, '2024-02-29 20:00+08'::metric_moment AS b,
             '2024-02-29 12:00'::metric_moment AS other) AS moments;
-- White space around zones is nothing.
SELECT '2024-02-29 12:00 UTC  '::metric_moment = '2024-02-29 12:00+00' AS behind_a_zone,
       '2024-02-29 12:00   '::metric_moment = '2024-02-29 12:00' AS without_one;
