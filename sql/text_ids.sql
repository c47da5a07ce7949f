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

-- Ids of each type have functions of their own: the same rows give the same.
CREATE TEMP TABLE visits AS
    SELECT id, ('00000000-0000-0000-0000-' || lpad(id::text, 12, '0'))::uuid AS uid, 'c' || id AS tid,
           timestamptz '2025-01-01 00:00+00' + i * interval '7 h' AS at, 1 + i % 3 AS step,
           date '2025-01-01' + i AS day,
           ((i * 31 % 97) / 4.0)::numeric(8, 2) AS amount
    FROM generate_series(1, 200) AS i, LATERAL (SELECT i * i % 11 AS id) AS customer;
WITH single AS (SELECT id, uid, tid, funnel_agg(at, step) AS f FROM visits GROUP BY id, uid, tid),
     whole AS (SELECT funnels_agg(id, at, step) AS b, funnels_agg(uid, at, step) AS u, funnels_agg(tid, at, step) AS t
               FROM visits)
SELECT count(*) > 5 AS customers, bool_and(funnel_of(b, id) = f) AS bigint, bool_and(funnel_of(u, uid) = f) AS uuid,
       bool_and(funnel_of(t, tid) = f) AS text, (SELECT b FROM whole) = funnels_from_funnel(id, f) AS from_bigint,
       (SELECT u FROM whole) = funnels_from_funnel(uid, f) AS from_uuid,
       (SELECT t FROM whole) = funnels_from_funnel(tid, f) AS from_text
FROM single, whole;
SELECT skipped_rows(funnels_from_funnel(CASE WHEN id <> 4 THEN uid END, f))
           = max(n) FILTER (WHERE id = 4) AS without_id,
       skipped_rows(funnels_from_funnel(uid, CASE WHEN id <> 4 THEN f END)) AS without_funnel
FROM (SELECT id, uid, funnel_agg(at, step) AS f, count(*) AS n FROM visits GROUP BY id, uid) AS single;
SELECT cohorts_from_activity(id, a) = (SELECT cohorts_agg(id, day, 'week') FROM visits) AS bigint,
       cohorts_from_activity(uid, a) = (SELECT cohorts_agg(uid, day, 'week') FROM visits) AS uuid,
       cohorts_from_activity(tid, a) = (SELECT cohorts_agg(tid, day, 'week') FROM visits) AS text
FROM (SELECT id, uid, tid, activity_agg(day, 'week') AS a FROM visits GROUP BY id, uid, tid) AS single;
WITH made AS (
    SELECT mrr_currency_agg(id, day, day + 40, amount, 'EUR') AS b,
           mrr_currency_agg(id, day, day + 40, amount::float8, 'EUR') AS b_float,
           mrr_currency_agg(uid, day, day + 40, amount, 'EUR') AS u,
           mrr_currency_agg(tid, day, day + 40, amount, 'EUR') AS t,
           mrr_currency_agg(uid, day, day + 40, amount::float8, 'EUR') AS u_float,
           mrr_currency_agg(tid, day, day + 40, amount::float8, 'EUR') AS t_float
    FROM visits)
SELECT b = b_float AS bigint_float, u = u_float AS uuid_float, t = t_float AS text_float,
       (SELECT array_agg(m) FROM mrr_movements(b, 'week', '2025-08-01') AS m)
           = (SELECT array_agg(m) FROM mrr_movements(u, 'week', '2025-08-01') AS m) AS uuid,
       (SELECT array_agg(m) FROM mrr_movements(b, 'week', '2025-08-01') AS m)
           = (SELECT array_agg(m) FROM mrr_movements(t, 'week', '2025-08-01') AS m) AS text,
       mrr_on(u, '2025-03-01') = (SELECT sum(amount) FROM visits
                                  WHERE day <= '2025-03-01' AND day + 40 > '2025-03-01') AS as_in_sql
FROM made;
