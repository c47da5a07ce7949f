-- The shop as a CRM would give it (ids as text, names, no plan, no cost of goods, no surveys), and as two files would.
DROP SCHEMA IF EXISTS crm, file CASCADE;
CREATE SCHEMA crm;
CREATE VIEW crm.customers AS SELECT customer_id::text, 'CLIENT ' || customer_id AS name, channel, region FROM shop.customers;
CREATE VIEW crm.orders AS SELECT customer_id::text, ordered_at, kind, amount FROM shop.orders WHERE kind <> 'sample';
CREATE VIEW crm.leads AS SELECT lead_id::text, channel, created_at FROM shop.leads;
CREATE VIEW crm.deals AS SELECT lead_id::text, channel, created_at, closed_at, CASE WHEN stage <> 'new' THEN upper(stage) END AS stage, status, amount FROM shop.deals;
CREATE SCHEMA file;
CREATE TABLE file.customers AS SELECT customer_id::text, upper(plan) AS segment, customer_id % 7 < 2 AS churned FROM shop.customers;
CREATE TABLE file.surveys AS SELECT customer_id::text, nps_score FROM shop.surveys WHERE nps_score IS NOT NULL;
