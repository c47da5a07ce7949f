-- activity: the periods in which one customer was active.
SET TimeZone = 'Pacific/Apia'; -- must not matter
SET DateStyle = 'SQL, DMY'; -- nor this

-- Text form: dates as ISO 8601, neighbours as runs.
SELECT activity_agg(day, 'month') AS three_months, activity_agg(day, 'day') AS three_days,
       activity_agg(day, 'quarter') AS two_quarters,
       activity_agg(day, 'year') AS one_year, activity_agg(day, 'week') AS mondays,
           activity_agg(day, 'week:sunday') AS sundays
FROM (VALUES (date '2024-02-29'), ('2024-03-01'), ('2024-04-30')) AS t(day);
SELECT a AS same, a::activity_state::text = a AS round_trip
FROM (VALUES ('1:day:2024-02-28..2024-03-02,2024-12-31'), ('1:week:2023-12-25..2024-01-01'),
     ('1:week:sunday:2023-12-31'), ('1:month:1999-12..2000-01'),
             ('1:quarter:2024-Q1,2024-Q4'), ('1:quarter:february:2023-11..2024-05'), ('1:quarter:march:2024-03'),
                 ('1:year:april:2023-04,2025-04'),
             ('1:year:december:-0001-12..0000-12'), ('1:none:'), ('1:year:0000..0001,12024'), ('1:day:-0043-03-15'),
                 ('1:month:'), ('1:year:-4713..5874897'),
             ('1:day:-4713-11-24..-4713-12-31,5874897-12-31')) AS t(a);
SELECT activity_agg(day, 'day') AS all_dates FROM (VALUES (date '4714-11-24 BC'), ('294276-12-31')) AS t(day);
SELECT '1:month:2024-13'::activity_state AS error;
SELECT '1:month:2024-1'::activity_state AS error;
SELECT '1:month:2024-02,2024-01'::activity_state AS error;
SELECT '1:month:2024-01,2024-02'::activity_state AS error_not_a_run;
SELECT '1:month:2024-01..2024-01'::activity_state AS error;
SELECT '1:month:2024-01,'::activity_state AS error;
SELECT '1:month:2024-01;'::activity_state AS error;
SELECT '1:month:02024-01'::activity_state AS error;
SELECT '1:day:2023-02-29'::activity_state AS error;
SELECT '1:day:5874898-01-01'::activity_state AS error;
SELECT '1:week:2024-01-02'::activity_state AS error_not_a_monday;
SELECT '1:week:monday:2024-01-01'::activity_state AS error;
SELECT '1:hour:2024-01-01'::activity_state AS error;
SELECT '1:hour:2024-01-01T24'::activity_state AS error;
SELECT '1:hour:246001-01-01T00'::activity_state AS error;
SELECT '1:none:2024-01-01'::activity_state AS error;
SELECT '1:year:april:2024'::activity_state AS error;
SELECT '1:year:april:2024-05'::activity_state AS error;
SELECT '1:quarter:april:2024-04'::activity_state AS error_the_same_as_quarter;
SELECT '1:Month:2024-04'::activity_state AS error;
SELECT '1:quarter:2024-Q5'::activity_state AS error;
SELECT '1:month'::activity_state AS error;
SELECT '2:month:2024-01'::activity_state AS error_newer_version;

-- Nothing, NULL, one: a state over no rows has no kind of period yet.
SELECT activity_agg(d, 'day') AS nothing FROM (SELECT date '2024-01-01' WHERE false) AS t(d);
SELECT activity_agg(d, 'day') AS nothing, rollup(NULL::activity_state) IS NULL AS no_state
FROM (VALUES (NULL::date)) AS t(d);
SELECT activity_agg(d, 'day') AS one FROM (VALUES (NULL), (date '2024-01-01'), (NULL)) AS t(d);
SELECT activity_zone_agg(d, 'day', NULL) AS nothing, activity_agg(d::date, NULL) AS nothing_2
FROM (VALUES (timestamptz '2024-01-01 00:00Z')) AS t(d);
SELECT rollup(a) AS one, rollup(a ORDER BY n DESC) AS the_other_way
FROM (VALUES (1, '1:none:'::activity_state), (2, '1:week:sunday:2023-12-31'), (3, NULL), (4, '1:none:')) AS t(n, a);
SELECT '1:none:'::activity_state + '1:none:' AS none, '1:none:'::activity_state + '1:month:2024-01' AS one,
       '1:month:2024-01'::activity_state + '1:none:' AS one_2,
           '1:month:2024-01'::activity_state + '1:month:2024-02' AS two,
       NULL + '1:month:2024-01'::activity_state AS one_3, '1:none:'::activity_state = '1:month:' AS no;
SELECT activity_period(a) AS none, active_periods(a) AS zero, active_periods(a, '2024-01-02', '2024-01-03') AS zero_2,
       first_active(a) IS NULL AS never, last_active(a) IS NULL AS never_2, active_at(a, '2024-01-01') AS no,
       (SELECT count(*) FROM activity_periods(a)) AS no_rows, retained(a, 0, '2024-01-02') IS NULL AS not_known,
       current_streak(a, '2024-01-02') AS zero_3, longest_streak(a, '2024-01-02') AS zero_4,
       inactive_periods(a, '2024-01-02') IS NULL AS not_known_2,
       lifecycle_stage(a, '2024-01-02') IS NULL AS not_known_3,
       mean_gap(a, '2024-01-02') IS NULL AS not_known_4, gap_quantile(a, '2024-01-02') IS NULL AS not_known_5,
       purchase_gaps(a, '2024-01-02') AS none_2, early_warning(a, '2024-01-02') IS NULL AS not_known_6
FROM (VALUES ('1:none:'::activity_state)) AS t(a);

-- What a day, a moment and a period may be: columns, literals, parameters.
PREPARE by_parameters AS SELECT activity_agg($1, $2) AS five_o_clock_is_no_matter,
    activity_zone_agg($3, $2, $4) AS in_china;
EXECUTE by_parameters('2024-01-31 17:00', 'month', '2024-01-31 17:00Z', 'asia/shanghai');
SELECT activity_agg(d, p) AS of_date, activity_agg(d::timestamp + '23:59:59.999999', p::varchar) AS of_timestamp,
       activity_agg('2024-02-29', 'day') AS of_literal, activity_agg('2024-02-29 12:00', p::char(8)) AS of_literal_2
FROM (VALUES (date '2024-02-29', 'month')) AS t(d, p);
SELECT activity_zone_agg('2024-02-29 23:00+00', 'day', 'Asia/Shanghai') AS with_offset,
       activity_zone_agg('2024-02-29 23:00 Europe/Berlin', 'day', 'UTC') AS with_zone;
SELECT activity_agg(timestamptz '2024-02-29 00:00Z', 'day') AS error;
SELECT activity_zone_agg(timestamp '2024-02-29 00:00', 'day', 'UTC') AS error;
SELECT activity_zone_agg(date '2024-02-29', 'day', 'UTC') AS error;
SELECT activity_zone_agg('2024-02-29', 'day', 'UTC') AS error;
SELECT activity_agg(date 'infinity', 'day') AS error;
SELECT activity_zone_agg('-infinity', 'day', 'UTC') AS error;
SELECT activity_agg(date '2024-01-01', 'minute') AS error;
SELECT activity_agg(date '2024-01-01', 'none') AS error;
SELECT activity_agg(date '2024-01-01', '') AS error;
SELECT activity_agg(date '2024-01-01', 'month:april') AS error;
SELECT activity_zone_agg('2024-01-01 00:00Z', 'day', 'Asia/Atlantis') AS error;
SELECT activity_zone_agg('2024-01-01 00:00Z', 'day', 'UTC+8') AS error;
SELECT activity_agg(day, period) AS error
FROM (VALUES (date '2024-01-01', 'day'), ('2024-01-02', 'week')) AS t(day, period);
SELECT rollup(a) AS error FROM (VALUES ('1:day:2024-01-01'::activity_state), ('1:week:2024-01-01')) AS t(a);
SELECT rollup(a) AS error FROM (VALUES ('1:week:2024-01-01'::activity_state), ('1:week:sunday:2023-12-31')) AS t(a);
SELECT rollup(a) AS error FROM (VALUES ('1:none:'::activity_state), ('1:year:2024'), ('1:year:april:2023-04')) AS t(a);

-- Words of periods, against date_trunc: what they begin with, their canonical names, text and back.
CREATE TEMP TABLE words AS SELECT * FROM (VALUES
    ('Week', 'week', 'week', 0), ('weekly', 'week', 'week', 0), ('WEEKS', 'week', 'week', 0),
        ('MONTH', 'month', 'month', 0),
    ('monthly', 'month', 'month', 0), ('Quarterly', 'quarter', 'quarter', 0), ('yearly', 'year', 'year', 0),
        ('annual', 'year', 'year', 0),
    ('daily', 'day', 'day', 0), ('quarter:february', 'quarter', 'quarter:february', 1),
        ('Quarter:MAY', 'quarter', 'quarter:february', 1),
    ('quarter:mar', 'quarter', 'quarter:march', 2), ('quarter:april', 'quarter', 'quarter', 0),
        ('year:april', 'year', 'year:april', 3),
    ('annual:Oct', 'year', 'year:october', 9), ('year:january', 'year', 'year', 0),
        ('week:monday', 'week', 'week', 0)) AS t(word, unit, name, months);
CREATE TEMP TABLE by_words AS
    SELECT word, name, day,
           date_trunc(unit, day - make_interval(months => months)) + make_interval(months => months) AS begins,
           activity_agg(day, word) AS a
    FROM words, generate_series(timestamp '1999-12-25', '2005-04-02', '1 day') AS day
    GROUP BY word, name, unit, months, day;
SELECT count(*) > 30000 AS many,
       count(*) FILTER (WHERE first_active(a) <> begins OR activity_period(a) <> name) AS wrong,
       count(*) FILTER (WHERE a::text::activity_state <> a OR a::text NOT LIKE '1:' || name || ':%') AS lost_in_text,
       count(*) FILTER (WHERE NOT active_at(a, day) OR active_at(a, begins - '1 day'::interval)) AS not_there,
       count(*) FILTER (WHERE (a::json ->> 'period', json_array_length(a::json -> 'periods')) <> (name, 1))
           AS json_wrong
FROM by_words;
SELECT word, name, count(DISTINCT a) = count(DISTINCT begins) AS periods,
       rollup(a) = activity_agg(day, name) AS all_days,
       active_periods(rollup(a), min(begins), max(begins)) = count(DISTINCT begins) - 1 AS window_agrees,
       current_streak(rollup(a), max(begins)) = count(DISTINCT begins) - 1 AS as_of_agrees
FROM by_words GROUP BY word, name ORDER BY word COLLATE "C";
SELECT activity_agg(date '2024-05-31', word) AS a, activity_agg(date '2024-05-31', word)::jsonb AS as_json
FROM unnest('{day,week,week:sunday,month,quarter,quarter:february,year,year:april}'::text[]) AS word
GROUP BY word ORDER BY word COLLATE "C";
SELECT activity_agg(day, 'month')::json AS runs_are_written_out, '1:none:'::activity_state::json AS none
FROM (VALUES (date '2023-11-30'), ('2023-12-01'), ('2024-02-01')) AS t(day);
SELECT '1:day:-4713-11-24..5874897-12-31'::activity_state::json AS error;

-- The same moment is another day elsewhere; clocks change; a zone may skip a day (Samoa, 2011-12-30).
SELECT zone, activity_zone_agg(at, 'day', zone) AS days
FROM (VALUES (timestamptz '2024-03-31 00:59:59.999999Z'), ('2024-03-31 22:00Z'), ('2024-10-27 22:59:59Z'),
     ('2011-12-30 09:59:59Z'), ('2011-12-30 10:00Z')) AS t(at),
     unnest('{UTC,Europe/Berlin,Asia/Shanghai,America/New_York,Pacific/Apia}'::text[]) AS zone
GROUP BY zone ORDER BY zone;

-- Thousands of random small histories, against plain SQL; with c * 0 each has a length of its own.
SELECT setseed(0.42);
CREATE TEMP TABLE events AS
    SELECT c, timestamptz '2023-11-20 00:00Z' + random() * random() * interval '300 days' * (c % 7 + 1) AS at
    FROM generate_series(1, 1500) AS c, generate_series(1, 1 + c * 0 + (random() * random() * 9)::int)
    UNION ALL
    SELECT c, (('2024-03-31'::date + c % 3 * 210) + interval '1 minute' * (c % 300)) AT TIME ZONE 'Europe/Berlin'
    FROM generate_series(1, 1500, 7) AS c
    UNION ALL SELECT c, timestamptz '2024-02-29 12:00Z' + interval '1 year' * (c % 90 - 50)
    FROM generate_series(1, 1500, 11) AS c
    UNION ALL SELECT c, NULL FROM generate_series(1, 1550, 13) AS c;
CREATE TEMP TABLE calendars AS SELECT * FROM (VALUES
    ('day', 'Europe/Berlin'), ('week', 'UTC'), ('week:sunday', 'America/New_York'), ('week:wednesday', 'Asia/Shanghai'),
    ('month', 'America/New_York'), ('quarter', 'Asia/Shanghai'), ('year', 'Pacific/Apia'), ('quarter:february', 'UTC'),
        ('year:april', 'Asia/Tokyo')) AS t(period, zone);
-- The first day of the period of a local day.
CREATE FUNCTION pg_temp.begins(period text, day date) RETURNS date IMMUTABLE RETURN
    CASE WHEN period LIKE 'week:%'
         THEN day - ((extract(isodow FROM day)::int
             - array_position('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}', substr(period, 6))) + 7) % 7
         WHEN period LIKE '%:%'
         THEN (SELECT date_trunc(split_part(period, ':', 1), day - months) + months
               FROM make_interval(months => CASE period WHEN 'year:april' THEN 3 ELSE 1 END) AS months)::date
         ELSE date_trunc(period, day::timestamp)::date END;
CREATE TEMP TABLE truth AS
    SELECT DISTINCT period, zone, c, pg_temp.begins(period, (at AT TIME ZONE zone)::date) AS starts FROM events,
           calendars WHERE at IS NOT NULL;
CREATE TEMP TABLE histories AS
    SELECT period, zone, c, activity_zone_agg(at, period, zone) AS a,
           activity_agg((at AT TIME ZONE zone)::date, period) AS of_dates FROM events, calendars GROUP BY period, zone,
           c;
SELECT count(*) AS histories, count(a) AS states, count(*) FILTER (WHERE activity_period(a) = 'none') AS over_no_rows,
       count(*) FILTER (WHERE a IS DISTINCT FROM of_dates) AS zone_differs_from_dates FROM histories;
WITH ours AS (SELECT period, zone, c, period_start FROM histories, activity_periods(a))
SELECT (SELECT count(*) FROM truth) > 20000 AS many,
       (SELECT count(*) FROM (TABLE ours EXCEPT TABLE truth) AS t) AS too_many,
       (SELECT count(*) FROM (TABLE truth EXCEPT TABLE ours) AS t) AS too_few,
           (SELECT count(*) FROM ours) - (SELECT count(*) FROM truth) AS twice;
SELECT count(*) AS wrong FROM histories AS h
JOIN (SELECT period, c, count(*) AS n, min(starts) AS first, max(starts) AS last,
    count(*) FILTER (WHERE starts >= '2024-01-01' AND starts < '2025-01-01') AS within
      FROM truth GROUP BY period, c) AS t USING (period, c)
WHERE active_periods(a) <> n OR first_active(a) <> first OR last_active(a) <> last OR activity_period(a) <> period
   OR (period NOT LIKE '%:%' AND period <> 'week' AND active_periods(a, '2024-01-01', '2025-01-01') <> within);
SELECT count(*) AS wrong FROM (SELECT period, zone, c, a, date '2024-02-20' + c % 20 AS day FROM histories) AS h
WHERE active_at(a, day) <> EXISTS (SELECT FROM truth AS t WHERE t.period = h.period AND t.c = h.c
    AND t.starts = pg_temp.begins(h.period, h.day));
SELECT count(*) AS lost_in_text FROM histories WHERE a::text::activity_state <> a;

-- Merging: any parts in any order are the whole, and nothing changes it.
SELECT count(*) AS wrong FROM histories AS h
JOIN (SELECT c, period, rollup(part ORDER BY k) AS up, rollup(part ORDER BY k DESC) AS down
      FROM (SELECT c, period, k, activity_zone_agg(at, period, zone) AS part
            FROM (SELECT *, abs(hashtext(at::text)) % 3 AS k FROM events, calendars) AS e GROUP BY c, period, k
            UNION ALL SELECT c, period, 9, ('1:' || period || ':')::activity_state
            FROM (SELECT DISTINCT c, period FROM events, calendars WHERE at IS NOT NULL) AS e) AS parts
      GROUP BY c, period) AS r USING (c, period)
WHERE up IS DISTINCT FROM a OR down IS DISTINCT FROM a;
SELECT count(*) AS wrong_frames FROM
    (SELECT c, at, activity_zone_agg(at, 'month', 'UTC') OVER (PARTITION BY c
        ORDER BY at ROWS UNBOUNDED PRECEDING) AS a,
            (SELECT count(DISTINCT date_trunc('month', b.at, 'UTC')) FROM events AS b WHERE b.c = e.c
                AND b.at <= e.at) AS n
     FROM events AS e WHERE at IS NOT NULL AND c < 100) AS w
WHERE active_periods(a) <> n;

-- Hours: those that the clock of a zone shows; cohorts have none.
SELECT activity_agg(at, 'hour') AS as_written,
       activity_zone_agg(at AT TIME ZONE 'UTC', 'HOURLY', 'Asia/Kolkata') AS in_kolkata
FROM (VALUES (timestamp '1999-12-31 23:59:59.999999'), ('2000-01-01 00:00'), ('2000-01-01 02:30')) AS t(at);
SELECT p.* FROM activity_periods('1:hour:1999-12-31T23..2000-01-01T00,2000-01-01T02') AS p;
SELECT activity_agg(at, 'hour')::text AS ends_of_time
FROM (VALUES (timestamp '4714-11-24 00:00 BC'), ('246000-12-31 23:59:59')) AS t(at);
SELECT activity_agg(timestamp '246001-01-01 00:00', 'hour') AS error;
SELECT active_periods(a, '2024-01-01 03:00', '2024-01-01 06:00') AS two, active_at(a, '2024-01-01 03:59:59') AS yes,
       active_at(a, '2024-01-01 04:00') AS no, first_active(a) AS day, current_streak(a, '2024-01-02 00:00') AS two_2,
       inactive_periods(a, '2024-01-02 15:00') AS zero, longest_streak(a, '2024-01-02') AS two_3,
       mean_gap(a, '2024-01-02') AS twenty_one_hours_by_four, a::json AS json
FROM (VALUES ('1:hour:2024-01-01T02..2024-01-01T03,2024-01-01T05,2024-01-01T22..2024-01-01T23'::activity_state))
    AS t(a);
SELECT active_periods('1:hour:2024-01-01T02', '2024-01-01 03:30', '2024-01-01 06:00') AS error;
SELECT cohorts_from_activity(1, '1:hour:2024-01-01T02') AS error;
SELECT rollup(a) AS error FROM (VALUES ('1:hour:2024-01-01T02'::activity_state), ('1:day:2024-01-01')) AS t(a);
WITH local_times AS (
    SELECT zone, c, at, at AT TIME ZONE zone AS local
    FROM events, unnest('{UTC,Europe/Berlin,Asia/Kolkata,Pacific/Apia,Australia/Lord_Howe}'::text[]) AS zone
    WHERE at IS NOT NULL),
truth AS (SELECT DISTINCT zone, c, date_trunc('hour', local) AS starts FROM local_times),
states AS (SELECT zone, c, activity_zone_agg(at, 'hour', zone) AS a, activity_agg(local, 'hours') AS of_local
           FROM local_times GROUP BY zone, c),
ours AS (SELECT zone, c, period_start + hour * interval '1 hour' AS starts FROM states, activity_periods(a))
SELECT (SELECT count(*) FROM truth) > 20000 AS many,
       (SELECT count(*) FROM (TABLE ours EXCEPT ALL TABLE truth) AS t) AS too_many,
       (SELECT count(*) FROM (TABLE truth EXCEPT ALL TABLE ours) AS t) AS too_few,
       (SELECT count(*) FROM states WHERE a <> of_local OR a::text::activity_state <> a) AS wrong;

-- By itself.
SELECT active_periods(a) AS zero, first_active(a) IS NULL AS never, last_active(a) IS NULL AS never_2,
       active_at(a, '2024-01-01') AS no,
       (SELECT count(*) FROM activity_periods(a)) AS none FROM (VALUES ('1:month:'::activity_state)) AS t(a);
SELECT active_periods('1:month:2024-01..2024-06', '2024-02-01', '2024-05-01') AS three;
SELECT active_periods('1:month:2024-01..2024-06', '2024-02-02', '2024-05-01') AS error;
SELECT active_periods('1:week:2024-01-01', '2024-01-01', '2024-01-09') AS error;
SELECT active_periods('1:month:2024-01..2024-06', '2024-02-01', '2024-02-01') AS error;
SELECT active_at('1:month:2024-01', 'infinity') AS error;
SELECT * FROM activity_periods('1:month:2023-12..2024-01,2024-06');
SELECT count(DISTINCT a) = count(DISTINCT a::text) AS distinct_values FROM histories;

-- Rows without a time, a period or a zone are in nothing but their number, which plain SQL counts as well; an activity
-- of such rows only is of no kind of period, and rolls up with any.
CREATE TEMP TABLE rows_with_nulls AS
    SELECT n, n % 5 AS k, CASE WHEN n % 7 > 0 AND n % 5 > 0 THEN date '2024-01-01' + n END AS day,
           CASE WHEN n % 11 > 0 THEN 'day' END AS period FROM generate_series(1, 500) AS n;
SELECT skipped_rows(a) AS skipped, active_periods(a) AS days, parts = a AS rolled_up, of_none AS none,
       regexp_replace(a::text, '^1:[+][0-9]*:', '1:')::activity_state = a AS equal_without
FROM (SELECT activity_agg(day, period) AS a FROM rows_with_nulls) AS whole,
     (SELECT rollup(part ORDER BY k DESC) AS parts, min(part::text) FILTER (WHERE k = 0) AS of_none
      FROM (SELECT k, activity_agg(day, period) AS part FROM rows_with_nulls GROUP BY k) AS p) AS p;
SELECT count(*) FILTER (WHERE day IS NULL OR period IS NULL) AS skipped,
       count(*) FILTER (WHERE day IS NOT NULL AND period IS NOT NULL) AS days FROM rows_with_nulls;
SELECT skipped_rows(activity_zone_agg(day::timestamp AT TIME ZONE 'UTC', period, nullif(zone, ''))) AS skipped_of_three
FROM (VALUES (date '2024-01-01', 'day', 'UTC'), (NULL, 'day', 'UTC'), ('2024-01-01', NULL, 'UTC'),
     ('2024-01-01', 'day', '')) AS t(day, period, zone);
SELECT '1:+0:day:'::activity_state AS error;
