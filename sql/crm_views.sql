-- crm_views and its arguments, on a few rows landed here.
SET TimeZone = 'UTC';
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION customer_metrics_crm;
CREATE SCHEMA zoho;
CREATE TABLE zoho."Deals_001" ("Record Id" text, "Deal Name" text, "Account Name.id" text, "Stage" text,
    "Pipeline" text, "Probability (%)" text, "Amount" text, "Currency" text, "Exchange Rate" text,
    "Closing Date" text, "Created Time" text, "Modified Time" text, "Lead Source" text, "Region" text);
INSERT INTO zoho."Deals_001" VALUES
    ('zcrm_1', 'one', 'zcrm_11', 'Qualification', 'Sales', '10', '100', 'USD', '1', '2025-12-01',
        '2025-01-01 10:00:00', '2025-01-02 10:00:00', 'Web', 'North'),
    ('zcrm_2', 'two', 'zcrm_11', 'Cerrado ganado', 'Sales', '100', '200', 'EUR', '0.8', '2025-03-01',
        '2025-01-05 10:00:00', '2025-03-02 10:00:00', '-None-', 'South'),
    ('zcrm_3', 'three', 'zcrm_12', 'Verloren', 'Sales', '0', '50', 'USD', '', '2025-02-01', '2025-01-06 10:00:00',
        '2025-02-02 10:00:00', '', NULL);
-- The smallest call.
SELECT * FROM crm_views('zoho', 'crm', 'Europe/Madrid');
SELECT deal_id, customer_id, channel, stage, current_stage_number, status, created_at, closing_on, closed_at, amount,
    probability FROM crm.deals ORDER BY 1;
SELECT * FROM crm.orders;
-- What a word means is the user's to say, once: nothing overwrites it.
UPDATE crm.stages SET category = 'lost' WHERE stage = 'Verloren';
CREATE VIEW mine AS SELECT status, count(*) FROM crm.deals GROUP BY 1;
SELECT relation, rows, note FROM crm_views('zoho', 'crm', 'Europe/Madrid') LIMIT 3;
SELECT * FROM mine ORDER BY 1;
SELECT * FROM crm.stages ORDER BY stage_number;
-- A new stage counts by its name, is found by crm_check, and is added by the next run.
INSERT INTO zoho."Deals_001" ("Record Id", "Stage", "Pipeline", "Amount", "Created Time") VALUES ('zcrm_4',
    'Closed Won', 'Sales', '7', '2025-05-01 10:00:00');
SELECT status, current_stage_number FROM crm.deals WHERE deal_id = '4';
SELECT "check", count, example FROM crm_check('crm') WHERE relation = 'stages';
SELECT note FROM crm_views('zoho', 'crm', 'Europe/Madrid') WHERE relation = 'stages';
SELECT * FROM crm.stages ORDER BY stage_number;

-- Pipelines: where there are two, each has its own numbers, and a stage may mean another thing in one.
INSERT INTO zoho."Deals_001" ("Record Id", "Stage", "Pipeline", "Probability (%)", "Created Time") VALUES ('zcrm_5',
    'Qualification', 'Service', '5', '2025-05-01 10:00:00'), ('zcrm_6', 'Repaired', 'Service', '90',
    '2025-05-01 10:00:00');
SELECT note FROM crm_views('zoho', 'crm', 'Europe/Madrid') WHERE relation = 'stages';
UPDATE crm.stages SET category = 'won' WHERE pipeline = 'Service' AND stage = 'Repaired';
SELECT deal_id, pipeline, stage, current_stage_number, status FROM crm.deals ORDER BY 1;

-- Columns of one's own, appended as text; a name that is not recognised, a column that is not.
SELECT relation, reads, absent FROM crm_views('zoho', 'crm', 'Europe/Madrid', extra => '{"deals": ["Region"]}',
    columns => '{"deals.lost_reason": "Region"}') WHERE relation = 'deals';
SELECT deal_id, lost_reason, "Region" FROM crm.deals WHERE deal_id < '4' ORDER BY 1;
SELECT * FROM mine ORDER BY 1;
SELECT count(*) FROM crm_views('zoho', 'crm', 'Europe/Madrid'); -- columns cannot be taken away
ALTER TABLE zoho."Deals_001" RENAME TO "Geschäfte";
SELECT count(*) FROM crm_views('zoho', 'crm2', 'Europe/Madrid');
SELECT relation, reads, rows FROM crm_views('zoho', 'crm2', 'Europe/Madrid', system => 'zoho',
    tables => '{"deals": "Geschäfte"}') WHERE reads IS NOT NULL;
ALTER TABLE zoho."Geschäfte" RENAME TO "Deals_001";
-- Own currencies, or rates the other way round.
SELECT c, n > 0 AS made FROM unnest('{home,own,divide,multiply}'::text[]) AS c, LATERAL (SELECT count(*)
    FROM crm_views('zoho', 'crm_' || c, 'UTC', currency => c)) AS made(n) ORDER BY c COLLATE "C";
SELECT (SELECT sum(amount) FROM crm_divide.deals) AS divide, (SELECT sum(amount) FROM crm_home.deals) AS home,
    (SELECT sum(amount) FROM crm_multiply.deals) AS multiply, (SELECT sum(amount) FROM crm_own.deals) AS own;
-- An archive that was cut: the second part may have other columns.
CREATE TABLE zoho."Deals_002" AS SELECT 'zcrm_9' AS "Record Id", 'nine' AS "Deal Name",
    'zcrm_12' AS "Account Name.id", 'Closed Won' AS "Stage", 'Sales' AS "Pipeline", '100' AS "Probability (%)",
    '11' AS "Amount", 'USD' AS "Currency", '1' AS "Exchange Rate", '2025-06-01' AS "Closing Date",
        '2025-05-01 10:00:00' AS "Created Time", '2025-06-01 10:00:00' AS "Modified Time", 'Web' AS "Lead Source",
        'x' AS "Other";
SELECT reads, rows FROM crm_views('zoho', 'crm3', 'UTC') WHERE relation = 'deals';
SELECT relation, reads FROM crm_views('zoho', 'crm3', 'UTC', tables => '{"deals": ["Deals_002"]}')
    WHERE relation = 'deals';
DROP TABLE zoho."Deals_002";
-- Versions of a row, of which the last counts.
INSERT INTO zoho."Deals_001" SELECT "Record Id", 'one, later', "Account Name.id", 'Closed Won', "Pipeline", '100',
    "Amount", "Currency", "Exchange Rate", "Closing Date", "Created Time", '2025-09-09 10:00:00'
    FROM zoho."Deals_001" WHERE "Record Id" = 'zcrm_1';
SELECT count(*) FROM crm_views('zoho', 'crm4', 'UTC', versions => 'latest');
SELECT (SELECT count(*) FROM crm.deals WHERE deal_id = '1') AS all, (SELECT string_agg(name || ' ' || status, ', ')
    FROM crm4.deals WHERE deal_id = '1') AS latest;
SELECT "check", relation, count, example FROM crm_check('crm') WHERE "check" ~ 'duplicate';
SELECT count(*) FROM crm_views('zoho', 'crm5', 'UTC', kind => 'materialized');
SELECT count(*) FROM crm_views('zoho', 'crm5', 'UTC', kind => 'materialized', versions => 'latest');
-- What is materialized is as of then, until it is refreshed; a view becomes a materialized one and back.
INSERT INTO zoho."Deals_001" ("Record Id", "Stage", "Pipeline", "Created Time") VALUES ('zcrm_7', 'Angebot', 'Sales',
    '2025-05-01 10:00:00');
SELECT count(*) FROM crm5.deals;
SELECT * FROM crm_refresh('crm5');
SELECT current_stage_number, status FROM crm5.deals WHERE deal_id = '7';
SELECT indexdef FROM pg_indexes WHERE schemaname = 'crm5' AND tablename = 'deals';
SELECT count(*) FROM crm_views('zoho', 'crm5', 'UTC', versions => 'latest');
SELECT relkind FROM pg_class WHERE oid = 'crm5.deals'::regclass;
SELECT count(*) FROM crm_views('zoho', 'crm', 'UTC', kind => 'materialized', extra => '{"deals": ["Region"]}',
    versions => 'latest'); -- a view of the user is on top
-- The statements instead of running them.
SELECT relation, left(note, 70) AS statement FROM crm_views('zoho', 'nowhere', 'UTC', dry_run => true)
    WHERE relation IN ('stages', 'deals');
SELECT to_regnamespace('nowhere') IS NULL AS not_made;

-- History: left instead of entered, stays, closed_at.
CREATE TABLE zoho."DealHistory_001" ("Record Id" text, "Deal Name.id" text, "Stage" text, "Moved To" text,
    "Modified Time" text, "Stage Duration (Calendar Days)" text);
INSERT INTO zoho."DealHistory_001" VALUES ('zcrm_101', 'zcrm_2', 'Qualification', 'Propuesta', '2025-01-20 10:00:00',
    '15'), ('zcrm_102', 'zcrm_2', 'Propuesta', 'Cerrado ganado', '2025-03-01 12:00:00', '40');
SELECT count(*) FROM crm_views('zoho', 'crm6', 'UTC', history_time => 'left', versions => 'latest');
SELECT deal_id, stage, entered_at, left_at, history_id FROM crm6.deal_stage_history ORDER BY entered_at;
SELECT count(*) FROM crm_views('zoho', 'crm7', 'UTC', versions => 'latest');
SELECT deal_id, stage, entered_at, left_at, history_id FROM crm7.deal_stage_history ORDER BY entered_at;
SELECT (SELECT closed_at FROM crm6.deals WHERE deal_id = '2') AS "left", (SELECT closed_at FROM crm7.deals
    WHERE deal_id = '2') AS entered;
-- Deleted rows: a stream of deleted ids, marks of loaders, states.
CREATE TABLE zoho.incremental_deleted_deals_zoho_crm_stream (id text, deleted_time text, type text);
INSERT INTO zoho.incremental_deleted_deals_zoho_crm_stream VALUES ('3', '2025-07-01T10:00:00Z', 'permanent');
ALTER TABLE zoho."Deals_001" ADD "Record_Status__s" text, ADD _sdc_deleted_at text;
UPDATE zoho."Deals_001" SET "Record_Status__s" = 'Draft' WHERE "Record Id" = 'zcrm_4';
UPDATE zoho."Deals_001" SET _sdc_deleted_at = '2025-07-01T10:00:00Z' WHERE "Record Id" = 'zcrm_5';
SELECT count(*) FROM crm_views('zoho', 'crm8', 'UTC', versions => 'latest');
SELECT string_agg(deal_id, ' ' ORDER BY deal_id) FROM crm8.deals;
-- Empty tables: views without rows.
CREATE SCHEMA empty;
CREATE TABLE empty.deal (id text, stage text, amount double precision, created_time timestamptz,
    lead_conversion_time integer);
CREATE TABLE empty.lead (id text, created_time timestamptz);
CREATE TABLE empty.account (id text, account_name text);
SELECT relation, rows, absent, note FROM crm_views('empty', 'crm_empty', 'UTC');
SELECT (SELECT win_rate(status = 'won') FROM crm_empty.deals) AS win_rate,
    (SELECT conversion_rate(converted_at IS NOT NULL) FROM crm_empty.leads) AS conversion_rate;
SELECT count(*) FROM crm_check('crm_empty') WHERE "check" <> 'no stage is won';
-- A column that vanished is an error that names it.
ALTER TABLE empty.deal DROP stage;
\set VERBOSITY terse
SELECT max(status) FROM crm_empty.deals;
\set VERBOSITY default
-- Fxiaoke: several currencies, refunds, a history and points that the user names, a code without label.
CREATE SCHEMA fx;
CREATE TABLE fx.newopportunityobj (_id text, amount text, mc_currency text, mc_exchange_rate text, sales_stage text,
    sales_stage__r text, sales_status text, leads_id text, create_time bigint, stg_changed_time bigint);
INSERT INTO fx.newopportunityobj VALUES
    ('a1', '100', 'USD', '7.1', '5', '赢单', '2', 'l1', 1751297400000, 1752297400000),
    ('a2', '500', 'CNY', '1.000000', '2', '需求确认', '1', NULL, 1751297400000, 1751297400000),
    ('a3', '9', 'EUR', NULL, '3', NULL, '1', NULL, 1751297400000, 1751297400000);
CREATE TABLE fx."LeadsObj" (record jsonb);
INSERT INTO fx."LeadsObj" VALUES
    ('{"_id": "l1", "source": "3", "create_time": 1751000000000, "marketing_event_id": "m1",
    "owner": ["1000"], "transform_time": 1751297400000}'),
    ('{"_id": "l2", "source": {"label": "展会", "value": "1"},
    "owner__r": {"id": "1001", "name": "乙"}, "life_status": {"label": "审核中", "value": "under_review"},
        "create_time": 1751000000000}');
CREATE TABLE fx.refundobj (_id text, order_id text, account_id text, refunded_amount text,
    create_time double precision);
INSERT INTO fx.refundobj VALUES ('r1', 'o1', 'c1', '12.50', 1751297400000);
CREATE TABLE fx.moves (id text, deal text, stage text, at text);
INSERT INTO fx.moves VALUES ('1', 'a1', '需求确认', '2025-07-01 10:00'), ('2', 'a1', '赢单', '2025-07-12T09:00:00+08:00');
CREATE TABLE fx.integral__c (member__c text, value__c text, create_time bigint);
INSERT INTO fx.integral__c VALUES ('c1', '30', 1751297400000);
SELECT relation, reads, rows, note
FROM crm_views('fx', 'crm_fx', 'Asia/Shanghai', orders_from => 'deals', in_approval => true,
    tables => '{"deal_stage_history": "moves", "points": "integral__c"}',
    columns => '{"deal_stage_history.deal_id": "deal", "deal_stage_history.entered_at": "at",
                 "points.customer_id": "member__c", "points.points": "value__c", "points.at": "create_time"}')
WHERE rows IS NOT NULL;
SELECT deal_id, channel, campaign_id, stage, status, closed_at, amount FROM crm_fx.deals ORDER BY 1;
SELECT * FROM crm_fx.deal_stage_history ORDER BY entered_at;
SELECT lead_id, channel, owner, converted_at IS NOT NULL AS converted FROM crm_fx.leads ORDER BY 1;
SELECT * FROM crm_fx.refunds;
SELECT * FROM crm_fx.points;
SELECT "check", relation, count, example FROM crm_check('crm_fx');
SELECT count(*) FROM crm_views('fx', 'crm_divided', 'Asia/Shanghai', currency => 'divide');
SELECT deal_id, round(amount, 4) AS amount FROM crm_divided.deals ORDER BY 1;
DROP VIEW mine;
DROP SCHEMA fx, crm_fx, crm_divided, zoho, empty, crm, crm3, crm4, crm5, crm6, crm7, crm8, crm_empty, crm_home,
    crm_own, crm_divide,
    crm_multiply, crm2 CASCADE;
DROP EXTENSION customer_metrics_crm;
