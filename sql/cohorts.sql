-- cohorts: the active periods of all customers in one value.
SET TimeZone = 'Pacific/Apia'; -- must not matter

-- Text form.
CREATE TEMP TABLE orders (customer bigint, day date);
INSERT INTO orders VALUES (42, '2024-01-31'), (7, '2024-02-01'), (42, '2024-03-01'), (42, '2024-03-31'),
    (-1, '2015-12-31'), (42, '2024-04-30'), (NULL, '2024-05-05'), (8, NULL);
SELECT cohorts_agg(customer, day, 'month') AS three_customers FROM orders;
SELECT cohorts_agg(customer::text, day, 'day') AS three_customers FROM orders WHERE customer > 0;
SELECT cohorts_agg(('00000000-0000-4000-8000-0000000000' || lpad(customer::text, 2, '0'))::uuid, day,
       'week:sunday') AS two_customers FROM orders WHERE customer > 0;
SELECT '1:bigint:month:{-1=2015-12;7=2024-02}'::cohorts_state AS same,
       '1:bigint:week:sunday:{}'::cohorts_state AS same_2,
       '1:text:year:{""=2024;"a ""b"";{}"=1999..2001;"客户"=2024}'::cohorts_text_state AS same_3,
       '1:uuid:week:{aaaaaaaa-0000-4000-8000-000000000007=2024-01-01}'::cohorts_uuid_state AS same_4,
       '1:bigint:day:{1=1990-01-01,2000-01-01,2024-01-01..2024-12-31}'::cohorts_state AS same_5,
       '1:bigint:year:april:{1=2023-04}'::cohorts_state AS same_6, '1:text:none:{}'::cohorts_text_state AS same_7;
SELECT '1:bigint:month:{7=2024-02;-1=2015-12}'::cohorts_state AS error;
SELECT '1:bigint:month:{7=2024-02;7=2024-03}'::cohorts_state AS error;
SELECT '1:bigint:month:{7=}'::cohorts_state AS error;
SELECT '1:bigint:month:{7=2024-02;}'::cohorts_state AS error;
SELECT '1:bigint:month:{7=2024-02}}'::cohorts_state AS error;
SELECT '1:bigint:month:7=2024-02'::cohorts_state AS error;
SELECT '1:integer:month:{}'::cohorts_state AS error;
SELECT '1:bigint:hour:{}'::cohorts_state AS error;
SELECT '1:bigint:none:{7=2024-02}'::cohorts_state AS error;
SELECT '1:bigint:none:{7=}'::cohorts_state AS error;
SELECT '1:text:month:{7=2024-02}'::cohorts_text_state AS error;
SELECT '2:bigint:month:{}'::cohorts_state AS error_newer_version;

-- Nothing, NULL, one: a state over no rows has no kind of period yet.
SELECT cohorts_agg(1, d, 'day') AS nothing, cohorts_agg('a'::text, d, 'day') AS nothing_2,
       rollup(NULL::cohorts_state) IS NULL AS no_state
FROM (SELECT date '2024-01-01' WHERE false) AS t(d);
SELECT cohorts_agg(c, '2024-01-01', 'day') AS nothing FROM (VALUES (NULL::bigint)) AS t(c);
SELECT cohorts_agg(1, '2024-01-01', NULL) AS nothing, cohorts_zone_agg(1, '2024-01-01', 'day', NULL) AS nothing_2,
       cohorts_from_activity(1, NULL) AS nothing_3, cohorts_from_activity(1, '1:none:') AS nothing_4,
       cohorts_agg(NULL::uuid, '2024-01-01', 'day') AS nothing_5;
SELECT cohorts_agg(1, d, 'day') AS one FROM (VALUES (NULL), (date '2024-01-01'), (NULL)) AS t(d);
SELECT rollup(c ORDER BY n) AS one, rollup(c ORDER BY n DESC) AS the_other_way,
       cohorts_from_activity(n, activity_of(c, 7)) AS two
FROM (VALUES (1, '1:bigint:none:{}'::cohorts_state), (2, '1:bigint:week:sunday:{7=2023-12-31}'), (3, NULL),
     (4, '1:bigint:none:{}'),
             (5, '1:bigint:week:sunday:{7=2024-01-07}')) AS t(n, c);
SELECT '1:bigint:none:{}'::cohorts_state + '1:bigint:none:{}' AS nothing,
       '1:bigint:none:{}'::cohorts_state + '1:bigint:month:{7=2024-02}' AS one,
       '1:bigint:month:{7=2024-02}'::cohorts_state + '1:bigint:none:{}' AS one_2,
       '1:text:month:{"7"=2024-02}'::cohorts_text_state + '1:text:month:{"7"=2024-01;"8"=2024-05}' AS two,
       '1:bigint:none:{}'::cohorts_state = '1:bigint:month:{}' AS no;
SELECT activity_period(c) AS none, customer_count(c) AS zero, activity_of(c, 1) IS NULL AS unknown,
       (SELECT count(*) FROM customer_activities(c)) AS zero_2,
       (SELECT count(*) FROM cohort_retention(c, '2024-01-02')) AS zero_3,
           (SELECT count(*) FROM retention_curve(c, '2024-01-02')) AS zero_4,
       (SELECT count(*) FROM bracket_retention(c, '2024-01-02', '{1,8}')) AS zero_5,
           (SELECT count(*) FROM lifecycle(c, '2024-01-02')) AS zero_6
FROM (VALUES ('1:bigint:none:{}'::cohorts_state)) AS t(c);
SELECT active_customers(c, '2024-01-02') AS zero, stickiness(c, '2024-01-02') IS NULL AS nobody,
       (SELECT count(*) FROM dau_wau_mau(c, '2024-01-02')) AS zero_2,
       (SELECT count(*) FROM active_period_distribution(c, '2024-01-02')) AS zero_3,
           (SELECT count(*) FROM streaks(c, '2024-01-02')) AS zero_4,
       (SELECT count(*) FROM dormancy(c, '2024-01-02')) AS zero_5, silent_customers(c, '2024-01-02', 3) AS nobody_2,
       repurchase(c, '2024-01-02', '2024-01-03') AS nobody_3, repurchase_rate(c, '2024-01-02',
           '2024-01-03') IS NULL AS nobody_4
FROM (VALUES ('1:bigint:none:{}'::cohorts_state)) AS t(c);
SELECT purchase_retention(c, '2024-01-02', '2024-01-03', '2024-01-04') AS nobody,
       gap_summary(c, '2024-01-02') AS nobody_2,
       (SELECT count(*) FROM gap_distribution(c, '2024-01-02')) AS zero, purchase_gaps(c, '2024-01-02') AS none,
       (SELECT count(*) FROM early_warnings(c, '2024-01-02')) AS zero_2
FROM (VALUES ('1:bigint:none:{}'::cohorts_state)) AS t(c);

-- What an id, a day, a moment and a period may be: columns, literals, parameters.
PREPARE by_parameters AS SELECT cohorts_agg(7, $1, $2) AS day_as_written, cohorts_zone_agg(7, $3, $2, $4) AS in_china;
EXECUTE by_parameters('2024-01-31 17:00', 'MONTHLY', '2024-01-31 17:00Z', 'asia/shanghai');
SELECT cohorts_agg(7::smallint, d, p) AS smallint, cohorts_agg(7, d::timestamp + '23:59:59.999999',
       p::varchar) AS of_timestamp,
       cohorts_agg('7'::varchar, '2024-02-29', 'Week') AS varchar,
           cohorts_agg('7'::char(3), '2024-02-29 12:00', p) AS char,
       cohorts_agg('00000000-0000-4000-8000-000000000007'::uuid, d, 'annual') AS uuid
FROM (VALUES (date '2024-02-29', 'month')) AS t(d, p);
SELECT cohorts_agg(1, timestamptz '2024-02-29 00:00Z', 'day') AS error;
SELECT cohorts_zone_agg(1, timestamp '2024-02-29 00:00', 'day', 'UTC') AS error;
SELECT cohorts_zone_agg('a'::text, date '2024-02-29', 'day', 'UTC') AS error;
SELECT cohorts_zone_agg(1, '2024-02-29', 'day', 'UTC') AS error;
SELECT cohorts_agg(c, CASE WHEN c = 42 THEN 'infinity' ELSE date '2024-01-01' END, 'day') AS error
FROM generate_series(40, 50) AS c;
SELECT cohorts_zone_agg('client 42'::text, '-infinity', 'day', 'UTC') AS error;
SELECT cohorts_agg(1, '2024-01-01', 'hour') AS error;
SELECT cohorts_zone_agg(1, '2024-01-01Z', 'hour', 'UTC') AS error;
SELECT cohorts_zone_agg(1, '2024-01-01 00:00Z', 'day', 'Asia/Atlantis') AS error;
-- Ids that are equal without being the same bytes.
CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TEMP TABLE clients (id text COLLATE any_case, day date, at timestamptz);
INSERT INTO clients VALUES ('a', '2024-01-01', '2024-01-01 00:00Z'), ('A', '2024-01-02', '2024-01-02 00:00Z');
SELECT cohorts_agg(id, day, 'day') AS error FROM clients;
SELECT cohorts_zone_agg(id, at, 'day', 'UTC') AS error FROM clients;
SELECT cohorts_from_activity(id, '1:day:2024-01-01') AS error FROM clients;
SELECT cohorts_agg(lower(id) COLLATE "C", day, 'day') AS one FROM clients;
SELECT activity_of('1:text:day:{"a"=2024-01-01}'::cohorts_text_state, id) AS error FROM clients;
DROP TABLE clients;
DROP COLLATION any_case;
-- JSON.
SELECT cohorts_agg(customer, day, 'month')::json AS numbers, cohorts_agg('a "' || customer || '"', day,
       'quarter:february')::jsonb AS texts
FROM orders WHERE customer > 7;
SELECT cohorts_agg('00000000-0000-4000-8000-000000000007'::uuid, day, 'year')::json AS uuids,
       cohorts_agg(customer, day, 'day') FILTER (WHERE false)::json AS none
FROM orders;
-- What does not fit together.
SELECT cohorts_agg(customer, day, CASE WHEN customer > 7 THEN 'day' ELSE 'month' END) AS error FROM orders;
SELECT cohorts_from_activity(c, a) AS error FROM (VALUES (1, '1:day:2024-01-01'::activity_state),
       (2, '1:month:2024-01')) AS t(c, a);
SELECT rollup(c) AS error FROM (VALUES ('1:bigint:month:{7=2024-02}'::cohorts_state),
       ('1:bigint:year:{7=2024}'::cohorts_state)) AS t(c);
SELECT '1:text:month:{"7"=2024-02}'::cohorts_state AS error;
SELECT rollup(c) AS nothing FROM (VALUES (NULL::cohorts_state)) AS t(c);
SELECT rollup(c) AS two FROM (VALUES ('1:bigint:month:{7=2024-02}'::cohorts_state), (NULL),
       ('1:bigint:month:{}'::cohorts_state), ('1:bigint:month:{5=2013-02;7=2024-01}'::cohorts_state),
       ('1:bigint:month:{7=1999-02}'::cohorts_state)) AS t(c);

-- Many customers, every kind of id and calendar, against GROUP BY customer.
SELECT setseed(0.17);
CREATE TEMP TABLE events AS
    SELECT (random() * random() * 9000)::bigint * 7919 - 20000000 AS c,
           timestamptz '2019-11-20 00:00Z' + random() * interval '5 years' AS at
    FROM generate_series(1, 10000)
    UNION ALL SELECT c, timestamptz '1950-01-01 00:00Z' + random() * interval '80 years'
    FROM generate_series(1, 500) AS c;
CREATE TEMP TABLE calendars AS SELECT * FROM (VALUES ('day', 'Europe/Berlin'), ('week:sunday', 'America/New_York'),
    ('month', 'Asia/Shanghai')) AS t(period, zone);
CREATE TEMP TABLE ours AS
    SELECT period, cohorts_zone_agg(c, at, period, zone) AS big,
           cohorts_zone_agg('customer ' || c, at, period, zone) AS str,
           cohorts_zone_agg(md5(c::text)::uuid, at, period, zone) AS uid,
               cohorts_agg(c, (at AT TIME ZONE zone)::date, period) AS of_dates
    FROM events, calendars GROUP BY period;
CREATE TEMP TABLE truth AS SELECT period, c, activity_zone_agg(at, period, zone) AS a FROM events, calendars
GROUP BY period, c;
SELECT period, customer_count(big) = (SELECT count(*) FROM truth AS t WHERE t.period = o.period) AS customers,
       activity_period(big) = period AS period_is_kept,
       big = of_dates AS dates_agree, big = (SELECT cohorts_from_activity(c, a ORDER BY hashint8(c)) FROM truth AS t
           WHERE t.period = o.period) AS from_activity,
       big::text::cohorts_state = big AS bigint_text, str::text::cohorts_text_state = str AS text_text,
           uid::text::cohorts_uuid_state = uid AS uuid_text
FROM ours AS o ORDER BY period;
CREATE TEMP TABLE unpacked AS
    SELECT 'bigint' AS id, period, s.customer_id::text, s.activity FROM ours, customer_activities(big) AS s UNION ALL
    SELECT 'text', period, s.* FROM ours, customer_activities(str) AS s UNION ALL
    SELECT 'uuid', period, s.customer_id::text, s.activity FROM ours, customer_activities(uid) AS s;
CREATE TEMP TABLE expected AS
    SELECT id, period, CASE id WHEN 'bigint' THEN c::text WHEN 'text' THEN 'customer ' || c
           ELSE md5(c::text)::uuid::text END AS customer_id, a
    FROM truth, unnest('{bigint,text,uuid}'::text[]) AS id;
SELECT count(*) = 9 * customer_count((SELECT big FROM ours LIMIT 1)) AS all_there,
       count(*) FILTER (WHERE a IS DISTINCT FROM activity) AS wrong
FROM unpacked FULL JOIN expected USING (id, period, customer_id);
SELECT bool_and(activity_of(big, c) = a) AS bigint, bool_and(activity_of(str, 'customer ' || c) = a) AS text,
       bool_and(activity_of(uid, md5(c::text)::uuid) = a) AS uuid
FROM (SELECT * FROM truth ORDER BY c, period LIMIT 100) AS t JOIN ours USING (period);
SELECT activity_of(big, -3) IS NULL AS unknown FROM ours LIMIT 1;

-- Merging: parts of any size in any order are the whole; a customer may be in several.
CREATE TEMP TABLE parts AS
    SELECT period, k, cohorts_zone_agg(c, at, period, zone) AS p,
           cohorts_zone_agg('customer ' || c, at, period, zone) AS ps
    FROM (SELECT *, width_bucket(random() * random(), 0, 1, 7) AS k FROM events) AS e, calendars GROUP BY period, k;
SELECT period, up = big AS up, down = big AS down, by_size = big AS by_size, texts = str AS text
FROM (SELECT period, rollup(p ORDER BY k) AS up, rollup(p ORDER BY k DESC) AS down,
     rollup(p ORDER BY length(p::text)) AS by_size, rollup(ps ORDER BY k * 3 % 8) AS texts
      FROM parts GROUP BY period) AS r JOIN ours USING (period) ORDER BY period;
-- A state in a window keeps what it has shown before.
SELECT count(*) AS wrong FROM (SELECT n, cohorts_agg(n % 50, date '2024-01-01' + n, 'day') OVER (ORDER BY n) AS c
       FROM generate_series(1, 400) AS n) AS w
WHERE customer_count(c) <> least(n, 50) OR activity_of(c, n % 50) <> (SELECT activity_agg(date '2024-01-01' + m, 'day')
    FROM generate_series(1, n) AS m WHERE m % 50 = n % 50);

-- Moments that come in the order of time, every 25 minutes and every second around midnights and changes of clocks,
-- against days as PostgreSQL has them; row by row in other zones and periods, and in no order.
CREATE TEMP TABLE zones AS
    SELECT unnest('{UTC,Europe/Berlin,America/New_York,Asia/Kolkata,Pacific/Apia,Pacific/Kiritimati,
                    America/St_Johns,Australia/Lord_Howe}'::text[]) AS zone;
CREATE TEMP TABLE moments AS
    SELECT row_number() OVER (ORDER BY at) AS i, at FROM (
        SELECT timestamptz '2011-10-01 00:00Z' + i * interval '25 minutes' AS at FROM generate_series(0, 20000) AS i
        UNION ALL
        SELECT (night || ' ' || zone)::timestamptz + i * interval '1 second' FROM generate_series(-3, 3) AS i,
               unnest('{2012-03-25,2012-03-25 01:00,2011-12-30,2011-12-31,2012-01-01,2012-02-29,
                        2012-03-11 02:00}'::text[]) AS night,
               zones) AS m;
SELECT zone, count(*) AS periods, bool_and(same) AS in_order, bool_and(same_shuffled) AS in_no_order
FROM (SELECT zone, period,
             regexp_replace(cohorts_zone_agg(i, at, period, zone ORDER BY i)::text, 'day-[0-9-]*', 'day') =
                 cohorts_agg(i, (at AT TIME ZONE zone)::date, period)::text AS same,
             cohorts_zone_agg(i, at, period, zone ORDER BY md5(i::text)) =
                 cohorts_zone_agg(i, at, period, zone ORDER BY i) AS same_shuffled
      FROM moments, unnest('{day,week:sunday,month,quarter,year}'::text[]) AS period,
           zones
      GROUP BY zone, period) AS each
GROUP BY zone ORDER BY zone;
SELECT cohorts_zone_agg(i, at, 'day', 'UTC') = cohorts_agg(i, (at AT TIME ZONE 'UTC')::date, 'day') AS utc,
       cohorts_zone_agg(i, at, 'day', 'Asia/Kolkata') = cohorts_agg(i, (at AT TIME ZONE 'Asia/Kolkata')::date,
           'day') AS kolkata,
       cohorts_zone_agg(i, at, 'month', 'Asia/Kolkata') = cohorts_agg(i, (at AT TIME ZONE 'Asia/Kolkata')::date,
           'month') AS kolkata_months
FROM (SELECT * FROM moments ORDER BY i) AS in_order;

-- Rows without an id, a day, a period or a zone are in nothing but their number, which plain SQL counts as well.
-- A seventh of the rows has no id, so that one of the parts below is of skipped rows only, and of no kind of period.
CREATE TEMP TABLE holes AS
    SELECT i, CASE WHEN i % 7 <> 3 THEN i * 7919::bigint % 6007 END AS id,
           CASE WHEN i % 11 <> 5 THEN date '2024-01-01' + i % 90 END AS day,
           CASE WHEN i % 13 <> 8 THEN 'week' END AS period, CASE WHEN i % 17 <> 2 THEN 'UTC' END AS zone
    FROM generate_series(1, 20000) AS i;
CREATE TEMP TABLE of_holes AS
    SELECT cohorts_agg(id, day, period) AS c, cohorts_agg(md5(id::text)::uuid, day, period) AS u,
           cohorts_agg('c' || id, day, period) AS t,
           cohorts_zone_agg(id, day::timestamp AT TIME ZONE 'UTC', period, zone) AS z,
           cohorts_agg(id, day, period) FILTER (WHERE num_nulls(id, day, period) = 0) AS without,
           count(*) - count(id::text || day::text || period) AS skipped,
           count(*) - count(id::text || day::text || period || zone) AS skipped_with_zone
    FROM holes;
SELECT skipped > 5000 AS many, skipped_rows(c) = skipped AS bigint, skipped_rows(u) = skipped AS uuid,
       skipped_rows(t) = skipped AS text, skipped_rows(z) = skipped_with_zone AND skipped_with_zone > skipped AS zone,
       skipped_rows(without) AS zero, (c::json ->> 'skipped_rows')::bigint = skipped AS json,
       (u::jsonb ->> 'skipped_rows')::bigint = skipped AS jsonb
FROM of_holes;
-- The number is part of the value, in text and binary form; all else is as if those rows had not been there.
SELECT c = without AS no, c::text = replace(without::text, '1:bigint:', '1:bigint+' || skipped || ':') AS text,
       c::text::cohorts_state = c AS and_back, t::text::cohorts_text_state = t AS of_texts,
       get_byte(_cohorts_state_send(c), 3) + 256 * get_byte(_cohorts_state_send(c), 4) = skipped AS binary,
       substr(_cohorts_state_send(c), 12) = substr(_cohorts_state_send(without), 12) AS the_rest
FROM of_holes;
-- In parts, in any order, one of skipped rows only first, last or between; in frames of a window.
SELECT min(skipped_rows(part)) > 0 AS each, string_agg(k || ' ' || part, ',')
       FILTER (WHERE customer_count(part) = 0) AS skipped,
       rollup(part ORDER BY k) = (SELECT c FROM of_holes) AS up,
       rollup(part ORDER BY -k) = (SELECT c FROM of_holes) AS down,
       rollup(part ORDER BY k = 3, k) = (SELECT c FROM of_holes) AS last,
       rollup(part ORDER BY k <> 3, k) = (SELECT c FROM of_holes) AS first
FROM (SELECT i % 7 AS k, cohorts_agg(id, day, period) AS part FROM holes GROUP BY 1) AS parts;
SELECT cohorts_agg(id, day, period ORDER BY id DESC NULLS FIRST, i) = (SELECT c FROM of_holes) AS skipped_first,
       cohorts_agg(id, day, period ORDER BY id NULLS LAST, i) = (SELECT c FROM of_holes) AS skipped_last
FROM holes;
SELECT count(*) AS frames, count(*) FILTER (WHERE skipped_rows(running) <> n) AS wrong,
       count(*) FILTER (WHERE skipped_rows(moving) <> m) AS wrong_2
FROM (SELECT cohorts_agg(id, day, period) OVER running AS running, cohorts_agg(id, day, period) OVER moving AS moving,
             count(*) OVER running - count(id::text || day::text || period) OVER running AS n,
             count(*) OVER moving - count(id::text || day::text || period) OVER moving AS m
      FROM holes WHERE i <= 500
      WINDOW running AS (ORDER BY i), moving AS (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING)) AS t;
SELECT count(*) AS frames,
       count(*) FILTER (WHERE running <> (SELECT cohorts_agg(id, day, period) FROM holes WHERE i % 7 % 5 <= k)) AS wrong
FROM (SELECT k, rollup(part) OVER (ORDER BY k) AS running
      FROM (SELECT i % 7 % 5 AS k, i % 7 AS j, cohorts_agg(id, day, period) AS part
            FROM holes GROUP BY 1, 2) AS parts) AS t;
-- What a skipped row says of its period is not looked at. Of stored activities, one of nothing is no skipped row.
SELECT cohorts_agg(id, date '2024-01-01', p) AS of_days
FROM (VALUES (NULL::bigint, 'year'), (1, 'day'), (NULL, 'month')) AS v(id, p);
SELECT cohorts_agg(NULL::bigint, date '2024-01-01', 'month') + '1:bigint+2:week:{1=2024-01-01}' AS of_weeks,
       '1:bigint+2:week:{1=2024-01-01}'::cohorts_state + '1:bigint+1:none:{}' AS of_weeks_2,
       '1:bigint+2:none:{}'::cohorts_state + '1:bigint+1:none:{}' AS of_none,
       '1:bigint+1:none:{}'::cohorts_state = '1:bigint:none:{}' AS no;
SELECT cohorts_from_activity(id, a ORDER BY n) AS three, cohorts_from_activity(id, a ORDER BY n DESC) AS three_2
FROM (VALUES (1, NULL, '1:day:2024-01-01'::activity_state), (2, 7, NULL), (3, NULL, NULL), (4, 7, '1:day:2024-01-02'),
             (5, 8, '1:none:')) AS v(n, id, a);
SELECT '1:bigint+0:week:{}'::cohorts_state AS error_not_written;
SELECT '1:bigint+:week:{}'::cohorts_state AS error;
