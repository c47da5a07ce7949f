-- Working days in plain SQL: random ranges, holidays, worked weekend days and weekends.
SELECT setseed(0.2);
CREATE TEMP TABLE ranges AS
SELECT i, date '2024-12-01' + (random() * 60)::int AS since, date '2024-12-01' + (random() * 60)::int AS until,
       ARRAY(SELECT date '2024-11-20' + (random() * 80 + 0 * i)::int FROM generate_series(1, i % 9)) AS holidays,
       ARRAY(SELECT date '2024-11-20' + (random() * 80 + 0 * i)::int FROM generate_series(1, i % 7)) AS workdays,
       (ARRAY['{6,7}', '{5,6}', '{7}', '{}', '{7,6,6}', '{1,2,3,4,5,6,7}'])[1 + i % 6]::int[] AS weekend
FROM generate_series(1, 500) AS i;
SELECT count(*) AS ranges, count(*) FILTER (WHERE since < until) > 200 AS forward,
       count(DISTINCT n) > 30 AS different,
       bool_and(working_days(since, until, holidays, workdays, weekend) = CASE WHEN since <= until THEN n ELSE -n
       END) AS same
FROM ranges, LATERAL (SELECT count(*) FILTER (WHERE CASE WHEN extract(isodow FROM d) = ANY (weekend) THEN d::date
       = ANY (workdays) ELSE d::date <> ALL (holidays) END)
                      FROM generate_series(least(since, until), greatest(since, until) - 1,
                      interval '1 day') AS d) AS h(n);
SELECT working_days('2025-10-01', '2025-10-09') AS plain, working_days('2025-10-01', '2025-10-09',
       '{2025-10-01,2025-10-02,2025-10-03,2025-10-06,2025-10-07,2025-10-08}') AS golden_week,
       working_days('2025-09-26', '2025-10-12',
       '{2025-10-01,2025-10-02,2025-10-03,2025-10-06,2025-10-07,2025-10-08}',
       '{2025-09-28,2025-10-11}') AS with_two_worked,
       working_days('0001-01-01', '9999-12-31') AS all_time, working_days('2025-06-01 23:00',
       timestamp '2025-06-03 01:00') AS days_as_written;
-- Working time: Friday at 17:00 to Monday at 10:30 are one hour and one and a half; by night and on weekends
-- nothing.
SELECT working_time('2025-06-06 17:00', '2025-06-09 10:30') AS two_and_a_half,
       working_time('2025-06-06 17:00+08', '2025-06-09 10:30+08', 'Asia/Shanghai') AS the_same,
       working_time('2025-06-06 09:00Z', '2025-06-09 02:30Z', 'Asia/Shanghai') AS the_same_2,
       working_time('2025-06-06 19:00', '2025-06-09 08:00') AS nothing,
       working_time('2025-06-09 10:30', '2025-06-06 17:00') AS negative, working_time('2025-06-06 17:00',
       '2025-06-09 10:30', holidays => '{2025-06-06}') AS a_holiday,
       working_time('2025-06-07 00:00', '2025-06-08 00:00', NULL, '00:00', '24:00', '{}',
       '{2025-06-07}') AS a_worked_saturday,
       working_time('2025-06-06 17:00', NULL) IS NULL AS not_done;
-- A day when clocks are set forward has as many hours from 9 to 18 as others.
SELECT working_time('2025-03-29 00:00+01', '2025-03-31 00:00+02', 'Europe/Berlin', weekend => '{}') AS two_days;
-- In plain SQL, minute by minute.
CREATE TEMP TABLE tickets AS
SELECT i, timestamp '2025-09-20' + (random() * 20000)::int * interval '1 minute' AS since,
       timestamp '2025-09-20' + (random() * 20000)::int * interval '1 minute' AS until FROM generate_series(1,
       60) AS i;
SELECT count(DISTINCT n) > 30 AS different, bool_and(working_time(since, until, NULL, '08:30', '17:15',
       '{2025-10-01,2025-10-02}', '{2025-09-28}') = CASE WHEN since <= until THEN n ELSE -n END * interval
       '1 minute') AS same,
       bool_and(working_time(since AT TIME ZONE 'Asia/Kolkata', until AT TIME ZONE 'Asia/Kolkata',
       'Asia/Kolkata') = working_time(since, until)) AS in_a_zone
FROM tickets, LATERAL (SELECT count(*) FILTER (WHERE m::time >= '08:30' AND m::time < '17:15' AND CASE WHEN
       extract(isodow FROM m) > 5 THEN m::date = '2025-09-28' ELSE m::date NOT IN ('2025-10-01', '2025-10-02') END)
                       FROM generate_series(least(since, until), greatest(since, until) - interval '1 minute',
                       interval '1 minute') AS m) AS h(n);

-- What is wrong.
SELECT working_days('2025-06-01', '2025-06-11', weekend => '{0}');
SELECT working_days('2025-06-01', '2025-06-11', weekend => '{{6,7}}');
SELECT working_days('2025-06-01', '2025-06-11', holidays => '{infinity}');
SELECT working_time('2025-06-06 17:00', '2025-06-09 10:30Z');
SELECT working_time('2025-06-06 17:00Z', '2025-06-09 10:30Z');
SELECT working_time('2025-06-06 17:00', '2025-06-09 10:30', 'Asia/Shanghai');
SELECT working_time('2025-06-06 17:00Z', '2025-06-09 10:30', NULL);
SELECT working_time('2025-06-06 17:00Z', '2025-06-09 10:30Z', 'CST');
SELECT working_time('2025-06-06 17:00', '2025-06-09 10:30', NULL, '18:00', '09:00');
SELECT working_time('2025-06-06 17:00', 'infinity');
SELECT working_time('2025-06-06 17:00', '20000-01-01');
