-- The views of customer_metrics_crm against the same question asked of the landed tables by hand, with the same rows left out:
-- of deals a twentieth of :rows, of their history three times as many rows, as Airbyte lands them. And the converter of times
-- against the best that SQL alone can say.
SET client_min_messages = warning;
CREATE EXTENSION customer_metrics_crm;
CREATE SCHEMA landed;
SELECT setseed(0.5);
CREATE TABLE landed.incremental_deals_zoho_crm_stream AS
SELECT (4970762000000000000 + i)::varchar AS id, jsonb_build_object('name', 'Owner ' || i % 9, 'id', '49707620000009000' || i % 9) AS "Owner",
       ('Deal ' || i)::varchar AS "Deal_Name", jsonb_build_object('name', 'Account ' || i % 50000, 'id', (4970762100000000000 + i % 50000)::text) AS "Account_Name",
       (ARRAY['Qualification', 'Needs Analysis', 'Proposal/Price Quote', 'Negotiation/Review', 'Closed Won', 'Closed Lost'])[1 + floor(6 * random())::int]::varchar AS "Stage",
       'Standard (Standard)'::varchar AS "Pipeline", (random() * 10000)::numeric(38,9) AS "Amount", floor(random() * 100)::bigint AS "Probability",
       date '2025-01-01' + (i % 365) AS "Closing_Date", (ARRAY['Cold Call', 'Trade Show', '-None-', 'Partner'])[1 + i % 4]::varchar AS "Lead_Source",
       timestamptz '2025-01-01Z' + i * interval '1 minute' AS "Created_Time", (i % 40)::bigint AS "Lead_Conversion_Time", 'USD'::varchar AS "Currency",
       1::numeric(38,9) AS "Exchange_Rate", CASE i % 50 WHEN 0 THEN 'Trash' ELSE 'Available' END::varchar AS "Record_Status__s", md5(i::text)::varchar AS _airbyte_raw_id
FROM generate_series(1, :rows / 20) AS i;
CREATE TABLE landed.incremental_deal_history_zoho_crm_stream AS
SELECT (4970763000000000000 + i::bigint * 3 + n)::varchar AS id, jsonb_build_object('name', 'Deal ' || i, 'id', (4970762000000000000 + i)::text) AS "Potential_Name",
       (ARRAY['Qualification', 'Needs Analysis', 'Proposal/Price Quote', 'Negotiation/Review', 'Closed Won', 'Closed Lost'])[1 + (n * 2 + floor(2 * random())::int) % 6]::varchar AS "Stage",
       10::bigint AS "Probability", timestamptz '2025-01-01Z' + i * interval '1 minute' + n * interval '5 days' AS "Modified_Time", md5(i::text)::varchar AS _airbyte_raw_id
FROM generate_series(1, :rows / 20) AS i, generate_series(0, 2) AS n ORDER BY random();
CREATE TABLE landed.times AS
SELECT to_char(timestamp '2024-01-01' + i * interval '37 seconds', 'YYYY-MM-DD HH24:MI:SS') AS at FROM generate_series(1, :rows / 10) AS i;
VACUUM ANALYZE landed.incremental_deals_zoho_crm_stream, landed.incremental_deal_history_zoho_crm_stream, landed.times;
SELECT count(*) FROM crm_views('landed', 'crm', 'UTC');
SELECT count(*) FROM crm_views('landed', 'crm_kept', 'UTC', kind => 'materialized');
ANALYZE;
CREATE FUNCTION time_by_sql(v text, zone text) RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT CASE WHEN btrim(v) = '' THEN NULL WHEN v ~ '^-?[0-9]{9,15}$' THEN timestamptz '1970-01-01 00:00:00+00' + v::bigint * interval '1 millisecond'
               WHEN v ~ '[T ].*(Z|[+-][0-9]{2}(:?[0-9]{2})?)$' THEN v::timestamptz ELSE v::timestamp AT TIME ZONE zone END $$;

SELECT format('CALL bench_pair(%L, %L, %L, most => %s)', 'win rate of deals in ' || name, replace(win_rate, '@', schema || '.deals'), by_hand, most)
FROM (VALUES ('a view', 'crm', 2.0), ('a materialized view', 'crm_kept', 1.1)) AS v(name, schema, most),
     (VALUES ($$SELECT win_rate(CASE status WHEN 'won' THEN true WHEN 'lost' THEN false END) FROM @$$,
              $$SELECT win_rate(CASE "Stage" WHEN 'Closed Won' THEN true WHEN 'Closed Lost' THEN false END)
                FROM landed.incremental_deals_zoho_crm_stream WHERE coalesce("Record_Status__s", 'Available') = 'Available'$$)) AS q(win_rate, by_hand) \gexec
SELECT format('CALL bench_pair(%L, %L, %L, runs => 3, most => %s)', 'stage report of the history in ' || name, replace(report, '@', schema || '.deal_stage_history'), by_hand, most)
FROM (VALUES ('a view', 'crm', 1.5), ('a materialized view', 'crm_kept', 1.1)) AS v(name, schema, most),
     (VALUES ($$SELECT r.* FROM (SELECT funnels_agg(deal_id, entered_at, stage_number) AS f FROM @) AS h, stage_report(f, stages => 5) AS r$$,
              $$SELECT r.* FROM (SELECT funnels_agg(deal_id, at, number) AS f
                    FROM (SELECT deal_id, at, number, stage, lag(stage) OVER (PARTITION BY deal_id ORDER BY at, id) AS before
                          FROM (SELECT h."Potential_Name" ->> 'id' AS deal_id, h."Modified_Time" AS at, h.id, h."Stage" AS stage, n.number
                                FROM landed.incremental_deal_history_zoho_crm_stream AS h
                                JOIN (VALUES ('Qualification', 1), ('Needs Analysis', 2), ('Proposal/Price Quote', 3), ('Negotiation/Review', 4),
                                             ('Closed Won', 5), ('Closed Lost', 6)) AS n(stage, number) ON n.stage = h."Stage"
                                WHERE EXISTS (SELECT FROM landed.incremental_deals_zoho_crm_stream AS d WHERE d.id = h."Potential_Name" ->> 'id'
                                              AND coalesce(d."Record_Status__s", 'Available') = 'Available')) AS x) AS y
                    WHERE stage IS DISTINCT FROM before) AS z, stage_report(f, stages => 5) AS r$$)) AS q(report, by_hand) \gexec
-- Both read the table, which is most of what the converter's query takes.
CALL bench_pair('crm_timestamp against SQL', $$SELECT count(crm_timestamp(at, 'America/New_York')) FROM landed.times$$,
                $$SELECT count(time_by_sql(at, 'America/New_York')) FROM landed.times$$, most => 0.15);
