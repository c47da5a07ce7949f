-- The small business of this folder in other layouts: of the backup in zoho_csv what Airbyte and Fivetran would land, of the
-- records in fx_raw what a loader that flattens would land. Nothing here calls the extension.
SET client_min_messages = warning;
SET TimeZone = 'UTC';
CREATE FUNCTION pg_temp.id(text) RETURNS text RETURN nullif(replace($1, 'zcrm_', ''), '');
CREATE FUNCTION pg_temp.at(text) RETURNS timestamptz RETURN nullif($1, '')::timestamp AT TIME ZONE 'America/New_York';
CREATE FUNCTION pg_temp.lookup(id text, name text) RETURNS jsonb
    RETURN CASE WHEN id <> '' THEN jsonb_build_object('name', name, 'id', pg_temp.id(id)) END;
CREATE FUNCTION pg_temp.picked(text) RETURNS varchar RETURN nullif(nullif($1, ''), '-None-')::varchar;

-- Airbyte: API names, lookups as objects; converted leads are not there, deleted deals are.
CREATE SCHEMA zoho_airbyte;
CREATE TABLE zoho_airbyte.incremental_leads_zoho_crm_stream AS
SELECT pg_temp.id("Record Id")::varchar AS id, pg_temp.lookup("Lead Owner.id", "Lead Owner") AS "Owner",
    pg_temp.picked("Lead Source") AS "Lead_Source",
       "Lead Status"::varchar AS "Lead_Status", pg_temp.at("Created Time") AS "Created_Time",
           pg_temp.at("Modified Time") AS "Modified_Time", now() AS _airbyte_extracted_at
FROM zoho_csv."Leads_001" WHERE "Is Converted" = 'false';
CREATE TABLE zoho_airbyte.incremental_accounts_zoho_crm_stream AS
SELECT pg_temp.id("Record Id")::varchar AS id, pg_temp.lookup("Account Owner.id", "Account Owner") AS "Owner",
    "Account Name"::varchar AS "Account_Name",
       pg_temp.picked("Industry") AS "Industry", "Billing Country"::varchar AS "Billing_Country",
           pg_temp.at("Created Time") AS "Created_Time",
       pg_temp.at("Modified Time") AS "Modified_Time", now() AS _airbyte_extracted_at FROM zoho_csv."Accounts_001";
CREATE TABLE zoho_airbyte.incremental_deals_zoho_crm_stream AS
SELECT pg_temp.id("Record Id")::varchar AS id, pg_temp.lookup("Deal Owner.id", "Deal Owner") AS "Owner",
    "Deal Name"::varchar AS "Deal_Name",
       pg_temp.lookup("Account Name.id", "Account Name") AS "Account_Name", "Stage"::varchar AS "Stage",
           "Pipeline"::varchar AS "Pipeline",
       nullif("Amount", '')::numeric(38,9) AS "Amount", "Probability (%)"::bigint AS "Probability",
           "Closing Date"::date AS "Closing_Date",
       pg_temp.picked("Lead Source") AS "Lead_Source", pg_temp.lookup("Campaign Source.id", 'x') AS "Campaign_Source",
           pg_temp.at("Created Time") AS "Created_Time",
       pg_temp.at("Modified Time") AS "Modified_Time", nullif("Lead Conversion Time",
           '')::bigint AS "Lead_Conversion_Time",
       nullif("Sales Cycle Duration", '')::bigint AS "Sales_Cycle_Duration", nullif("Overall Sales Duration",
           '')::bigint AS "Overall_Sales_Duration",
       "Currency"::varchar AS "Currency", nullif("Exchange Rate", '')::numeric(38,9) AS "Exchange_Rate",
           pg_temp.picked("Reason For Loss") AS "Reason_For_Loss__s",
       'Available'::varchar AS "Record_Status__s", now() AS _airbyte_extracted_at
FROM (SELECT * FROM zoho_csv."Deals_001" UNION ALL SELECT * FROM zoho_csv."Deals_002") AS d;
INSERT INTO zoho_airbyte.incremental_deals_zoho_crm_stream (id, "Deal_Name", "Account_Name", "Stage", "Pipeline",
    "Amount", "Probability", "Created_Time", "Modified_Time", "Record_Status__s")
VALUES ('510000000000000390', 'Deleted', '{"id": "510000000000000101"}', 'Closed Won', 'Standard (Standard)', 1e6,
    100, '2025-05-05Z', '2025-05-06Z', 'Trash');
CREATE TABLE zoho_airbyte.incremental_deal_history_zoho_crm_stream AS
SELECT pg_temp.id("Record Id")::varchar AS id, pg_temp.lookup("Deal Name.id", "Deal Name") AS "Potential_Name",
    nullif("Stage", '')::varchar AS "Stage",
       nullif("Moved To", '')::varchar AS "Moved_To__s", nullif("Stage Duration (Calendar Days)",
           '')::bigint AS "Stage_Duration_Calendar_Days",
       nullif("Probability (%)", '')::bigint AS "Probability", pg_temp.at("Modified Time") AS "Modified_Time",
           now() AS _airbyte_extracted_at FROM zoho_csv."DealHistory_001";
CREATE TABLE zoho_airbyte.incremental_invoices_zoho_crm_stream AS
SELECT pg_temp.id("Record Id")::varchar AS id, pg_temp.lookup("Account Name.id", "Account Name") AS "Account_Name",
    "Invoice Date"::date AS "Invoice_Date",
       "Grand Total"::numeric(38,9) AS "Grand_Total", "Currency"::varchar AS "Currency", nullif("Exchange Rate",
           '')::numeric(38,9) AS "Exchange_Rate", "Status"::varchar AS "Status",
       pg_temp.at("Created Time") AS "Created_Time", pg_temp.at("Modified Time") AS "Modified_Time"
           FROM zoho_csv."Invoices_001";
CREATE TABLE zoho_airbyte.incremental_campaigns_zoho_crm_stream AS
SELECT pg_temp.id("Record Id")::varchar AS id, "Campaign Name"::varchar AS "Campaign_Name", "Type"::varchar AS "Type",
    nullif("Start Date", '')::date AS "Start_Date",
       nullif("End Date", '')::date AS "End_Date", nullif("Budgeted Cost", '')::numeric(38,9) AS "Budgeted_Cost",
           nullif("Actual Cost", '')::numeric(38,9) AS "Actual_Cost" FROM zoho_csv."Campaigns_001";
CREATE TABLE zoho_airbyte.incremental_cases_zoho_crm_stream AS
SELECT pg_temp.id("Record Id")::varchar AS id, pg_temp.lookup("Account Name.id", "Account Name") AS "Account_Name",
    "Type"::varchar AS "Type", pg_temp.picked("Case Reason") AS "Case_Reason",
       "Status"::varchar AS "Status", pg_temp.at("Created Time") AS "Created_Time" FROM zoho_csv."Cases_001";
CREATE TABLE zoho_airbyte.incremental_calls_zoho_crm_stream AS
SELECT pg_temp.id("Record Id")::varchar AS id, "Call Type"::varchar AS "Call_Type",
    pg_temp.at("Call Start Time") AS "Call_Start_Time", pg_temp.lookup("Related To.id", "Related To") AS "What_Id",
       pg_temp.lookup("Call Owner.id", "Call Owner") AS "Owner" FROM zoho_csv."Calls_001";

-- Fivetran: snake case, lookups flattened, stages by id, amounts as double precision, days as text.
CREATE SCHEMA zoho_fivetran;
CREATE TABLE zoho_fivetran.lead AS
SELECT pg_temp.id("Record Id") AS id, "Lead Owner" AS owner_name, pg_temp.picked("Lead Source")::text AS lead_source,
    "Lead Status" AS lead_status, "Is Converted"::boolean AS converted,
       pg_temp.id("Converted Account.id") AS converted_detail_account,
           pg_temp.id("Converted Deal.id") AS converted_detail_deal,
           pg_temp.at("Converted Date Time") AS converted_detail_convert_date,
       pg_temp.at("Created Time") AS created_time, pg_temp.at("Modified Time") AS modified_time,
           false AS _fivetran_deleted FROM zoho_csv."Leads_001";
CREATE TABLE zoho_fivetran.account AS
SELECT pg_temp.id("Record Id") AS id, "Account Name" AS account_name, pg_temp.picked("Industry")::text AS industry,
    "Billing Country" AS billing_country, "Account Owner" AS owner_name,
       pg_temp.at("Created Time") AS created_time, pg_temp.at("Modified Time") AS modified_time,
           false AS _fivetran_deleted FROM zoho_csv."Accounts_001";
CREATE TABLE zoho_fivetran.deal AS
SELECT d.id, pg_temp.id(d."Account_Name" ->> 'id') AS account_id, d."Account_Name" ->> 'name' AS account_name,
    d."Campaign_Source" ->> 'id' AS campaign_source_id, d."Owner" ->> 'name' AS owner_name,
       d."Deal_Name" AS deal_name, d."Amount"::double precision AS amount, d."Probability"::text AS probability,
           d."Stage"::text AS stage, d."Closing_Date"::text AS closing_date,
       d."Created_Time" AS created_time, d."Modified_Time" AS modified_time,
           d."Lead_Conversion_Time"::integer AS lead_conversion_time,
           d."Sales_Cycle_Duration"::integer AS sales_cycle_duration,
       d."Overall_Sales_Duration"::integer AS overall_sales_duration, d."Currency"::text AS currency,
           d."Exchange_Rate"::double precision AS exchange_rate,
       d."Record_Status__s" = 'Trash' AS _fivetran_deleted FROM zoho_airbyte.incremental_deals_zoho_crm_stream AS d;
CREATE TABLE zoho_fivetran.stage (id text, name text, forecast_type text, probability text, _fivetran_deleted boolean);
INSERT INTO zoho_fivetran.stage VALUES ('71', 'Qualification', 'Open', '10', false), ('72', 'Needs Analysis', 'Open',
    '20', false), ('73', 'Negotiation/Review', 'Open', '75', false),
    ('74', 'Closed Won', 'Closed Won', '100', false), ('75', 'Closed Lost', 'Closed Lost', '0', false), ('76',
        'Closed-Lost to Competition', 'Closed Lost', '0', false);
CREATE TABLE zoho_fivetran.deal_stage_history AS
SELECT h.id, h."Potential_Name" ->> 'id' AS deal_id, s.id AS stage_id,
    h."Stage_Duration_Calendar_Days"::integer AS duration_days, h."Modified_Time" AS last_modified_time,
    false AS _fivetran_deleted
FROM zoho_airbyte.incremental_deal_history_zoho_crm_stream AS h LEFT
    JOIN zoho_fivetran.stage AS s ON s.name = h."Stage";
CREATE TABLE zoho_fivetran.invoice AS
SELECT i.id, i."Account_Name" ->> 'id' AS account_id, i."Invoice_Date"::text AS invoice_date,
    i."Grand_Total"::double precision AS grand_total, i."Status"::text AS status, i."Currency"::text AS currency,
       i."Exchange_Rate"::double precision AS exchange_rate, i."Created_Time" AS created_time,
           false AS _fivetran_deleted FROM zoho_airbyte.incremental_invoices_zoho_crm_stream AS i;
CREATE TABLE zoho_fivetran.campaign AS
SELECT c.id, c."Campaign_Name" AS campaign_name, c."Type" AS type, c."Start_Date"::text AS start_date,
    c."End_Date"::text AS end_date, c."Budgeted_Cost"::double precision AS budgeted_cost,
       c."Actual_Cost"::double precision AS actual_cost, false AS _fivetran_deleted
           FROM zoho_airbyte.incremental_campaigns_zoho_crm_stream AS c;
CREATE TABLE zoho_fivetran.case_module AS
SELECT c.id, c."Account_Name" ->> 'id' AS account_id, c."Type" AS type, c."Case_Reason" AS case_reason,
    c."Status" AS status, c."Created_Time" AS created_time, false AS _fivetran_deleted
FROM zoho_airbyte.incremental_cases_zoho_crm_stream AS c;
CREATE TABLE zoho_fivetran.call AS
SELECT c.id, c."What_Id" ->> 'id' AS account_id, c."Call_Start_Time" AS call_start_time,
    c."Owner" ->> 'name' AS owner_name, false AS _fivetran_deleted
    FROM zoho_airbyte.incremental_calls_zoho_crm_stream AS c;

-- Fxiaoke, flattened: a column for each key of a table's records, milliseconds as bigint, everything else as text.
CREATE SCHEMA fx_flat;
DO $$
DECLARE
    t name;
    columns text;
BEGIN
    FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'fx_raw'::regnamespace AND relkind = 'r'
        ORDER BY relname LOOP
        EXECUTE format($q$SELECT string_agg(format(CASE WHEN k ~ '_time$|_date$' AND k <> 'cost_time'
            THEN '(data ->> %%1$L)::bigint AS %%2$I'
            WHEN k = 'is_deleted' THEN '(data ->> %%1$L)::boolean AS %%2$I' WHEN k = 'owner'
                THEN 'data -> %%1$L ->> 0 AS %%2$I' ELSE 'data ->> %%1$L AS %%2$I' END, k, k), ', ' ORDER BY k)
            FROM (SELECT DISTINCT jsonb_object_keys(data) AS k FROM fx_raw.%I) AS keys$q$, t) INTO columns;
        EXECUTE format('CREATE TABLE fx_flat.%I AS SELECT %s FROM fx_raw.%I', lower(t), columns, t);
    END LOOP;
END $$;
