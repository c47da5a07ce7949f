-- The answers of a file as surveys and customers. A question asked on 1 to 5 is one of satisfaction, as in the report.
SELECT count(value) >= 20 AND min(value) >= 1 AND max(value) <= 5 AS one_to_five FROM answer \gset
CREATE TABLE IF NOT EXISTS customers (customer_id text, segment text);
ALTER TABLE customers ADD COLUMN IF NOT EXISTS segment text;
CREATE TABLE IF NOT EXISTS surveys (customer_id text);
\if :one_to_five
    ALTER TABLE surveys ADD COLUMN IF NOT EXISTS csat_score integer;
    INSERT INTO surveys (customer_id, csat_score) SELECT :'name' || ':' || line, value FROM answer WHERE value IS NOT NULL;
\else
    ALTER TABLE surveys ADD COLUMN IF NOT EXISTS nps_score integer;
    INSERT INTO surveys (customer_id, nps_score) SELECT :'name' || ':' || line, value FROM answer WHERE value IS NOT NULL;
\endif
INSERT INTO customers (customer_id, segment) SELECT :'name' || ':' || line, segment FROM answer WHERE value IS NOT NULL;
