-- Converters of landed values: the same in every session, for every type that a loader may choose.
SET TimeZone = 'UTC';
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE SCHEMA crm_ext;
CREATE EXTENSION customer_metrics_crm SCHEMA crm_ext;
SET search_path = public, crm_ext;

-- Times, simplest first.
SELECT v, crm_timestamp(v, 'America/New_York') AS at, crm_date(v, 'America/New_York') AS day
FROM (VALUES ('2025-12-31'), ('2025-12-31 23:30'), ('2025-12-31 23:30:05'), ('2025-12-31T23:30:05.1234567'),
    ('2025-12-31T23:30:00+05:30'), ('2025-12-31T23:30:00Z'),
             ('2025-12-31 23:30:00 -0330'), ('2025-12-31 23:30:00+00'), ('1751297400000'), ('1751297400000.0'),
                 ('-1751297400000'), ('100000000'),
             ('  2025-12-31 08:00:00  '), (''), ('   '), (NULL),
             ('2025-03-09 02:30:00'), ('2025-11-02 01:30:00'), ('2024-02-29 00:00:00'), ('0001-01-01'),
                 ('9999-12-31 23:59:59')) AS t(v);
-- The hour that comes twice and the one that does not, as PostgreSQL reads them; 100,000 random times against it.
SELECT setseed(0.25);
SELECT count(*), count(*) FILTER (WHERE crm_timestamp(to_char(t, 'YYYY-MM-DD HH24:MI:SS.US'), z) IS DISTINCT
    FROM t AT TIME ZONE z) AS wrong,
       count(*) FILTER (WHERE crm_date(to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS') || '+00:00', z) IS DISTINCT
           FROM ((date_trunc('second', t) AT TIME ZONE 'UTC') AT TIME ZONE z)::date) AS wrong_days,
       count(*) FILTER (WHERE crm_timestamp((extract(epoch FROM date_trunc('second', t)) * 1000)::bigint,
           z) IS DISTINCT FROM date_trunc('second', t) AT TIME ZONE 'UTC') AS wrong_milliseconds
FROM (SELECT timestamp '2025-01-01' + random() * interval '730 days' AS t, (ARRAY['America/New_York', 'Asia/Kolkata',
    'Asia/Shanghai', 'Australia/Lord_Howe'])[1 + floor(random() * 4)::int] AS z
      FROM generate_series(1, 100000)) AS r;
-- Every type gives the same.
SELECT crm_timestamp(t, 'Asia/Shanghai') AS text, crm_timestamp(e, 'Asia/Shanghai') = crm_timestamp(t,
    'Asia/Shanghai') AS bigint,
       crm_timestamp(e::double precision, 'Asia/Shanghai') = crm_timestamp(t, 'Asia/Shanghai') AS double,
           crm_timestamp(e::numeric, 'Asia/Shanghai') = crm_timestamp(t, 'Asia/Shanghai') AS numeric,
       crm_timestamp(to_jsonb(e), NULL) = crm_timestamp(t, 'Asia/Shanghai') AS json_number, crm_timestamp(to_jsonb(t),
           'Asia/Shanghai') = crm_timestamp(t, 'Asia/Shanghai') AS json_text,
       crm_timestamp(t::timestamp, 'Asia/Shanghai') = crm_timestamp(t, 'Asia/Shanghai') AS timestamp,
           crm_timestamp('2025-07-01 00:30+08'::timestamptz, NULL) = crm_timestamp(t, 'Asia/Shanghai') AS timestamptz
FROM (VALUES ('2025-07-01 00:30:00', 1751301000000)) AS v(t, e);
SELECT crm_date(1751301000000, 'Asia/Shanghai') AS bigint, crm_date(1751301000000.0::double precision,
    'Asia/Shanghai') AS double, crm_date(1751301000000.0, 'Asia/Shanghai') AS numeric,
       crm_date('1751301000000'::jsonb, 'Asia/Shanghai') AS json, crm_date('2025-06-30 16:30+00'::timestamptz,
           'Asia/Shanghai') AS timestamptz, crm_date('2025-07-01 00:30'::timestamp, NULL) AS timestamp,
       crm_date('2025-07-01'::date, NULL) AS date, crm_date('null'::jsonb, NULL) IS NULL AS null,
           crm_timestamp(NULL::text, NULL) IS NULL AS nothing;
SELECT crm_days_before('2025-03-20 10:00-04', 20, 'America/New_York') AS over_a_change_of_clocks,
    crm_days_before(NULL, 1, 'UTC') AS nothing;
-- What DateStyle would have to decide, what the calendar does not have, and what is no time.
SET DateStyle = 'SQL, DMY';
DO $$
DECLARE
    v text; message text; detail text; hint text;
BEGIN
    FOREACH v IN ARRAY ARRAY['31/12/2025 10:00', '12/31/2025', 'Oct 7, 2025 6:55 PM', '1751297400000ms', '2025-02-30',
        '2025-13-01', '2025-1-1', '2025-12-31 24:00', '2025-12-31 10:61', '2025-12-31 10',
                             '2025-12-31T', '2025-12-31 10:00:00.', '2025-12-31 10:00 PM', '2025-12-31 10:00+16:00',
                                 '2025-12-31 10:00:00Z2', '20251231', '1234567890123456', '99999999999999999',
                                 'infinity', 'now', '-', '昨天',
                             '{"a": 1}', repeat('x', 500)] LOOP
        BEGIN
            PERFORM crm_timestamp(v, 'UTC');
            RAISE INFO '% is read', v;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
            RAISE INFO '% % [%]', sqlstate, message, left(detail, 60);
        END;
    END LOOP;
    RAISE INFO '%', hint;
END $$;
RESET DateStyle;
SELECT crm_timestamp('2025-12-31 10:00', NULL);
SELECT crm_date('1751297400000', NULL);
SELECT crm_timestamp('2025-12-31 10:00', 'Mars/Olympus');
SELECT crm_timestamp('2025-12-31 10:00', 'UTC+8');
SELECT crm_timestamp('infinity'::timestamp, 'UTC');
SELECT crm_date('infinity'::timestamptz, 'UTC');
SELECT crm_timestamp('NaN'::double precision, 'UTC');
SELECT crm_timestamp(9e18::double precision, 'UTC');
SELECT crm_timestamp(9224318016000000, 'UTC'); -- the first moment behind the last one
SELECT crm_timestamp('1e400'::jsonb, 'UTC');
SELECT crm_timestamp('true'::jsonb, 'UTC');
SELECT crm_timestamp('["2025-12-31"]'::jsonb, 'UTC');
SELECT crm_timestamp('5874897-12-31'::date, 'UTC');

-- Words, ids and names in all their forms.
SELECT v, crm_text(v) AS word, crm_ref(v) AS id, crm_name(v) AS name
FROM (VALUES ('Closed Won'), ('  Cold Call '), ('-None-'), (''), (NULL), ('zcrm_4970762000000001000'),
    ('{"id": "49", "name": "Blue Mill"}'), ('{"label": "赢单", "value": "2"}'),
             ('["1000"]'), ('["1000", "1001"]'), ('[{"id": "7", "name": "甲"}]'), ('[]'), ('{}'), ('[VIP] Smith'),
                 ('{Acme}'), ('[1000]')) AS t(v);
SELECT v, crm_text(v) AS word, crm_ref(v) AS id, crm_name(v) AS name
FROM (VALUES ('"Closed Won"'::jsonb), ('null'), ('" -None- "'), ('4970762000000003000'), ('true'),
    ('{"id": 49, "name": null, "label": "x"}'), ('{"other": 1}'), ('[["5"]]'), ('[]'), ('[null]'),
             ('{"value": {"label": "deep"}}')) AS t(v);
SELECT crm_ref(4970762000000003000), crm_ref(4970762000000003000::numeric), crm_ref('{a,b}'::text[]),
    crm_text(ARRAY['x', 'y']), crm_text(5), crm_text(1.50), crm_text(true), crm_text(0.1::double precision),
       crm_ref('4970762000000003123'::double precision) AS rounded, crm_text('{"name": "x"}'::json),
           crm_name('{"name": "x"}'::json), crm_ref('{"id": "x"}'::json);
SET DateStyle = 'SQL, DMY'; SET TimeZone = 'Asia/Kathmandu';
SELECT crm_text(date '2025-12-31'), crm_text(timestamp '2025-12-31 10:00'), crm_text(timestamptz '2025-12-31 10:00Z');
RESET DateStyle; SET TimeZone = 'UTC';
SELECT crm_text('{"broken'), crm_name('{"a": }');

-- Amounts.
SELECT v, crm_number(v) FROM (VALUES ('1200.50'), (' 7 '), ('-3'), ('+4.'), ('.5'), ('1e3'), (''), (NULL),
    ('00012')) AS t(v);
SELECT crm_number(0.1::double precision), crm_number(9103.25::real), crm_number('"12.50"'::jsonb),
    crm_number('12.50'::jsonb), crm_number('null'::jsonb), crm_number(7), crm_number(7::bigint), crm_number(1.10);
DO $$
DECLARE
    v text; message text; detail text; hint text;
BEGIN
    FOREACH v IN ARRAY ARRAY['12 000', '1,200.50', '￥5', '$5', 'NaN', 'Infinity', '1e9999', '0x1F', '1_000', '12..5',
        '.', '-', '五', '１２', repeat('9', 2000)] LOOP
        BEGIN
            PERFORM crm_number(v);
            RAISE INFO '% is read', v;
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
            RAISE INFO '% %', sqlstate, message;
        END;
    END LOOP;
    RAISE INFO '% %', detail, hint;
END $$;
-- Blanks around a value are the same for all.
SELECT crm_number(E'\r\n 7\t\n'), crm_timestamp(E'\n\t2025-12-31 08:00:00 \r\n', 'UTC'), crm_text(E'\n x y\t\r\n');
SELECT crm_number('true'::jsonb);
SELECT crm_number('NaN'::double precision);
SELECT crm_amount(100, 0.8, true, 'a') AS divided, crm_amount(100, 0.8, false, 'a') AS times, crm_amount(100.10, 1,
    true, 'a') AS same, crm_amount(100, NULL, true, 'a') AS home, crm_amount(NULL, 0, true, 'a') AS nothing;
SELECT crm_amount(100, 0, true, 'deal 7');
SELECT crm_amount(100, -0.5, false, NULL);
SELECT crm_boolean(' true '), crm_boolean('f'), crm_boolean(''), crm_boolean('true'::jsonb),
    crm_boolean('"no"'::jsonb), crm_boolean(1), crm_boolean('null'::jsonb), crm_boolean('true'::json);
SELECT crm_boolean('maybe');

-- What words mean in English, Chinese and Spanish.
SELECT field, string_agg(word || ' = ' || coalesce(crm_meaning(field, word), '?'), ', ' ORDER BY n)
FROM (VALUES (1, 'stage', 'Closed Won'), (2, 'stage', 'closed-won'), (3, 'stage', 'Close Won (EU)'), (4, 'stage',
    'Closed Lost'), (5, 'stage', 'Closed-Lost to Competition'), (6, 'stage', 'Cerrado ganado'),
             (7, 'stage', 'Cerrado - perdido frente a la competencia'), (8, 'stage', '赢单'), (9, 'stage', '输单'), (10,
                 'stage', '无效'), (11, 'stage', '成交'), (12, 'stage', 'Qualification'),
             (13, 'stage', 'Won over by demo'), (14, 'stage', '方案报价'), (15, 'stage', repeat('closed won ', 20)),
             (16, 'sales_status', '1'), (17, 'sales_status', '赢单'), (18, 'sales_status', '3'), (19, 'sales_status',
                 '无效'), (20, 'sales_status', '暂停'),
             (21, 'life_status', 'normal'), (22, 'life_status', 'in_change'), (23, 'life_status', 'under_review'),
                 (24, 'life_status', '未生效'), (25, 'life_status', '作废'), (26, 'life_status', '归档'),
             (27, 'order_status', 'Cancelled'), (28, 'order_status', 'Cancelada'), (29, 'order_status', '已取消'), (30,
                 'order_status', 'Delivered'), (31, 'order_status', 'Draft'),
             (32, 'ticket_type', 'Problem'), (33, 'ticket_type', 'Queja'), (34, 'ticket_type', 'Feature Request'),
                 (35, 'ticket_type', 'Anfrage')) AS w(n, field, word)
GROUP BY field ORDER BY field COLLATE "C";
SELECT crm_meaning('colour', 'red');
SELECT crm_unknown('life_status', '归档', '66ab', 'crm');

-- Indexes can be made of them, and nothing of the session is asked.
CREATE TEMP TABLE landed (created text);
CREATE INDEX ON landed (crm_timestamp(created, 'Asia/Kolkata'));
SELECT DISTINCT provolatile, proparallel FROM pg_proc WHERE pronamespace = 'crm_ext'::regnamespace
    AND proname IN ('crm_timestamp', 'crm_date', 'crm_number', 'crm_ref', 'crm_name', 'crm_boolean', 'crm_meaning',
    'crm_amount');
-- Every public function has a comment.
SELECT string_agg(p.oid::regprocedure::text, ', ') FROM pg_proc AS p WHERE pronamespace = 'crm_ext'::regnamespace
    AND proname !~ '^_' AND obj_description(p.oid, 'pg_proc') IS NULL;
RESET search_path;
DROP TABLE landed;
DROP EXTENSION customer_metrics_crm;
DROP SCHEMA crm_ext;
