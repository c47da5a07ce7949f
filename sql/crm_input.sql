-- Bad input of crm_views: each is an error that names what it is about, or is counted, never silently.
SET TimeZone = 'UTC';
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION customer_metrics_crm;
CREATE SCHEMA landed;
-- No table of deals, no schema, nothing given.
SELECT * FROM crm_views('landed', 'crm', 'UTC');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'fxiaoke');
SELECT * FROM crm_views('nowhere', 'crm', 'UTC');
SELECT * FROM crm_views('landed', 'crm', NULL);
SELECT * FROM crm_views('landed', 'landed', 'UTC');
-- The old object.
CREATE TABLE landed."OpportunityObj" (data jsonb);
SELECT * FROM crm_views('landed', 'crm', 'UTC');
SELECT * FROM crm_views('landed', 'crm', 'UTC', tables => '{"deals": "OpportunityObj"}');
DROP TABLE landed."OpportunityObj";
-- Two tables for one relation, two systems.
CREATE TABLE landed."Deals" ("Id" text, "Stage" text, "Amount" text, "Exchange_Rate" text, "Created_Time" text,
    "Closing_Date" text);
CREATE TABLE landed.deals_2026_01_26 (id text);
SELECT * FROM crm_views('landed', 'crm', 'UTC');
DROP TABLE landed.deals_2026_01_26;
CREATE TABLE landed.newopportunityobj (_id text, sales_status text, sales_status__r text, life_status text,
    amount text, create_time bigint);
SELECT * FROM crm_views('landed', 'crm', 'UTC');
-- Words and names that are not known.
SELECT * FROM crm_views('landed', 'crm', 'Mars/Olympus');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'salesforce');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', orders_from => 'quotes');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', currency => 'CHF');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', kind => 'table');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', versions => 'first');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', history_time => NULL);
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', orders_from => 'invoices');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'fxiaoke', orders_from => 'sales_orders');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', tables => '{"deal": "x"}');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', tables => '{"leads": "Interessenten"}');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', tables => '{"leads": 7}');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', tables => '[]');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', columns => '{"deals.amount": "Summe"}');
SELECT count(*) FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', columns => '{"deals.colour": "Stage"}');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', columns => '{"leads.channel": "x"}');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', extra => '{"deals": ["Farbe"]}');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', extra => '{"deals": "Stage"}');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', extra => '{"leads": ["x"]}');
SELECT * FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', extra => '{"orders": ["x"]}');
SELECT * FROM crm_tables('sap');
SELECT * FROM crm_fields('sap');
SELECT * FROM crm_check('landed');
SELECT * FROM crm_refresh('nowhere');
-- What is somebody's own is not replaced.
CREATE SCHEMA theirs;
CREATE TABLE theirs.deals (x int);
SELECT * FROM crm_views('landed', 'theirs', 'UTC', system => 'zoho');
DROP TABLE theirs.deals;
CREATE VIEW theirs.deals AS SELECT 1 AS x;
SELECT * FROM crm_views('landed', 'theirs', 'UTC', system => 'zoho');
CREATE FUNCTION theirs._orders() RETURNS int RETURN 1;
DROP VIEW theirs.deals;
SELECT * FROM crm_views('landed', 'theirs', 'UTC', system => 'zoho');
DROP SCHEMA theirs CASCADE;

-- Values of landed rows. The views are made; who reads the value gets the error, and crm_check finds it.
SELECT count(*) FROM crm_views('landed', 'crm', 'UTC', system => 'zoho');
INSERT INTO landed."Deals" VALUES ('1', 'Qualification', '100', '1', '2025-01-01 10:00:00', '2025-02-01');
CREATE FUNCTION pg_temp.try(changes text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('UPDATE landed."Deals" SET %s', changes);
    SELECT "check" || ': ' || example INTO result FROM crm_check('crm') WHERE "check" = 'cannot be read';
    UPDATE landed."Deals" SET "Amount" = '100', "Exchange_Rate" = '1', "Created_Time" = '2025-01-01 10:00:00',
        "Closing_Date" = '2025-02-01';
    RETURN result;
END $$;
SELECT c, pg_temp.try(c) FROM (VALUES ('"Created_Time" = ''31/12/2025 10:00'''),
    ('"Created_Time" = ''Oct 7, 2025 6:55 PM'''), ('"Created_Time" = ''17512974x0000'''),
    ('"Closing_Date" = ''2025-02-30'''),
    ('"Amount" = ''12 000'''), ('"Amount" = ''1,200.50'''), ('"Amount" = ''￥5'''), ('"Exchange_Rate" = ''0'''),
        ('"Exchange_Rate" = ''-1'''), ('"Exchange_Rate" = NULL'), ('"Exchange_Rate" = ''''')) AS t(c);
-- Among many rows the one is named.
INSERT INTO landed."Deals" SELECT 'n' || i, 'Qualification', i::text, '1', '2025-01-01 10:00:00', '2025-02-01'
    FROM generate_series(1, 5000) AS i;
UPDATE landed."Deals" SET "Amount" = 'a lot' WHERE "Id" = 'n3333';
SELECT * FROM crm_check('crm') WHERE "check" = 'cannot be read';
DELETE FROM landed."Deals" WHERE "Id" LIKE 'n%';
UPDATE landed."Deals" SET "Amount" = '12 000';
SELECT status FROM crm.deals; -- who does not ask for the amount is not bothered
SELECT amount FROM crm.deals;
-- Words of Fxiaoke that nobody knows are never counted silently, and the user says what they mean.
SELECT count(*) FROM crm_views('landed', 'fx', 'Asia/Shanghai', system => 'fxiaoke');
INSERT INTO landed.newopportunityobj VALUES ('a1', '2', '赢单', 'normal', '10', 1751297400000), ('a2', '9', '暂停',
    'normal', '20', 1751297400000);
SELECT max(status) FROM fx.deals;
SELECT "check", relation, count, example FROM crm_check('fx') WHERE "check" ~ 'unknown';
INSERT INTO fx.words VALUES ('sales_status', '暂停', 'open');
SELECT deal_id, status FROM fx.deals ORDER BY 1;
INSERT INTO landed.newopportunityobj VALUES ('a3', '2', '赢单', '归档', '30', 1751297400000);
SELECT count(*) FROM fx.deals;
SELECT "check", relation, count, example FROM crm_check('fx') WHERE "check" ~ 'unknown';
INSERT INTO fx.words VALUES ('life_status', '归档', 'void');
SELECT count(*) FROM fx.deals;
INSERT INTO fx.words VALUES ('life_status', 'x', 'won');
INSERT INTO fx.words VALUES ('colour', 'x', 'won');
-- Statuses of orders and types of tickets that nobody knows count, as no cancellation and no complaint, and are found.
CREATE TABLE landed."Invoices" ("Id" text, "Status" text);
INSERT INTO landed."Invoices" VALUES ('i1', 'Created'), ('i2', 'Storniert'), ('i3', 'Cancelled'), ('i4', NULL);
CREATE TABLE landed."Cases" ("Id" text, "Type" text);
INSERT INTO landed."Cases" VALUES ('t1', 'Problem'), ('t2', 'Anfrage'), ('t3', NULL);
SELECT count(*) FROM crm_views('landed', 'crm', 'UTC', system => 'zoho', orders_from => 'invoices');
SELECT order_id FROM crm.orders ORDER BY 1;
SELECT ticket_id, complaint FROM crm.tickets ORDER BY 1;
SELECT "check", relation, count, example FROM crm_check('crm') WHERE "check" ~ 'unknown';
INSERT INTO crm.words VALUES ('order_status', 'Storniert', 'cancelled'), ('ticket_type', 'Anfrage', 'complaint');
SELECT order_id FROM crm.orders ORDER BY 1;
SELECT ticket_id, complaint FROM crm.tickets ORDER BY 1;
SELECT count(*) FROM crm_check('crm') WHERE "check" ~ 'unknown';
DROP SCHEMA landed, crm, fx CASCADE;
DROP EXTENSION customer_metrics_crm;
