-- Texts are compared by their bytes; where = means more than that, it is said.
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS citext;
RESET client_min_messages;
CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE TEMP TABLE people AS
    SELECT id::citext AS ci, id COLLATE caseless AS caseless, id::varchar AS plain, 10 * i AS amount
    FROM unnest('{Ann@x.io,ann@x.io,Bo@x.io}'::text[]) WITH ORDINALITY AS t(id, i);
SELECT clv(ci, amount) AS error FROM people;
SELECT clv(caseless, amount) AS error FROM people;
SELECT customer_count(customers_agg(ci, '2025-01-01', amount)) AS error FROM people;
SELECT cohorts_agg(caseless, '2025-01-01', 'day') AS error FROM people;
SELECT mrr_agg(ci, '2025-01-01', NULL, amount) AS error FROM people;
SELECT subscribers_agg(ci, '2025-01-01', NULL, '2025-01-01', '2025-02-01') AS error FROM people;
SELECT funnels_agg(ci, '2025-01-01', 1) AS error FROM people;
SELECT funnels_events_agg(plain, '2025-01-01', '{t}', NULL, ci) AS error FROM people;
SELECT brand_switch_rate(ci, caseless) AS error FROM people;
SELECT brand_switch_rate(plain, caseless) AS error FROM people;
SELECT activity_of(cohorts_agg(plain, '2025-01-01', 'day'), max(caseless)) AS error FROM people;
-- The cures: equal ids made equal bytes, or the bytes themselves where they are meant.
SELECT customer_count(customers_agg(lower(ci), '2025-01-01', amount)) AS two, count(DISTINCT ci) AS two_by_sql,
       customer_count(customers_agg(lower(caseless) COLLATE "C", '2025-01-01', amount)) AS two_2,
       count(DISTINCT caseless) AS two_by_sql_2,
       customer_count(customers_agg(ci::text, '2025-01-01', amount)) AS three_by_bytes,
       count(DISTINCT plain) AS three_by_sql FROM people;
-- Where PostgreSQL does not show the type: in a window, and where the query itself makes a citext of a varchar.
SELECT max(customer_count(c)) AS three
FROM (SELECT customers_agg(ci, '2025-01-01', amount) OVER () AS c FROM people) AS w;
SELECT customer_count(customers_agg(plain::citext, '2025-01-01', amount)) AS three FROM people;
