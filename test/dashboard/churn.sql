-- The customers of a file and whether they left.
CREATE TABLE IF NOT EXISTS customers (customer_id text, segment text);
ALTER TABLE customers ADD COLUMN IF NOT EXISTS churned boolean;
INSERT INTO customers (customer_id, segment, churned) SELECT :'name' || ':' || line, segment, value = 1 FROM answer WHERE value IS NOT NULL;
