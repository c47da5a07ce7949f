-- Big tables for benchmarks, made fast and the same everywhere. Each is made if its number of rows is given:
--
--   psql -X -v answers=10000000 -v orders=10000000 -v events=20000000 -v subscriptions=1000000 -f test/data/bench.sql
--
-- into the schema bench (or -v schema=NAME). -v customers= and -v users= set the number of ids, else a tenth of the
-- orders and a fortieth of the events. Tables are unlogged, frozen and analyzed; rows lie in the order of time, ids
-- scattered, as a business writes them. A table that is there already stops the script: drop the schema to start anew.
--
-- answers        score integer (0-10; NULL 1 %), segment integer (8), grp integer (100,000)
-- orders         customer_id bigint (a few buy often, most rarely), ordered_at timestamptz, amount numeric(12,2)
-- events         user_id bigint, occurred_at timestamptz, step integer (1-4, rarer and rarer; NULL 42 %: no step)
-- subscriptions  customer_id bigint (some with several, overlapping), started_on, ended_on date (NULL: open),
--                monthly_amount numeric(12,2); of three years
\set ON_ERROR_STOP on
\set QUIET on
\if :{?schema}
\else
  \set schema bench
\endif
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET jit = off;
CREATE SCHEMA IF NOT EXISTS :"schema";
SET search_path = :"schema";
\ir random.sql

\if :{?answers}
  \echo answers
  CREATE UNLOGGED TABLE answers AS
  SELECT CASE WHEN u_score < 0.99
              THEN width_bucket(u_score, ARRAY[0.02, 0.03, 0.05, 0.07, 0.10, 0.16, 0.24, 0.40, 0.62, 0.80])
              END AS score,
         floor(8 * u_segment * u_segment)::integer AS segment, floor(100000 * u_group)::integer AS grp
  FROM (SELECT pg_temp.uniform(i, 901, 0) AS u_score, pg_temp.uniform(i, 902, 0) AS u_segment,
               pg_temp.uniform(i, 903, 0) AS u_group
        FROM generate_series(1::bigint, :answers) i
        OFFSET 0) draws;
  VACUUM (FREEZE, ANALYZE) answers;
\endif

-- Ids are a rank by activity times a prime, modulo their number, so that busy customers do not lie side by side.
\if :{?orders}
  \if :{?customers}
  \else
    SELECT greatest(:orders / 10, 1) AS customers \gset
  \endif
  \echo orders
  CREATE UNLOGGED TABLE orders AS
  SELECT 1 + floor(:customers * u_customer * sqrt(u_customer))::bigint * 1000003 % :customers AS customer_id,
         pg_temp.moment(63158400 * ((i - 0.5::double precision) / :orders)) AS ordered_at,
         (((500 + floor(20000 * u_amount * u_amount))::bigint)::numeric * 0.01)::numeric(12,2) AS amount
  FROM (SELECT i, pg_temp.uniform(i, 911, 0) AS u_customer, pg_temp.uniform(i, 912, 0) AS u_amount
        FROM generate_series(1::bigint, :orders) i
        OFFSET 0) draws;
  VACUUM (FREEZE, ANALYZE) orders;
\endif

\if :{?events}
  \if :{?users}
  \else
    SELECT greatest(:events / 40, 1) AS users \gset
  \endif
  \echo events
  CREATE UNLOGGED TABLE events AS
  SELECT 1 + floor(:users * u_user * sqrt(u_user))::bigint * 1000003 % :users AS user_id,
         pg_temp.moment(63158400 * ((i - 0.5::double precision) / :events)) AS occurred_at,
         CASE WHEN u_step < 0.58 THEN 1 + width_bucket(u_step, ARRAY[0.25, 0.43, 0.53]) END AS step
  FROM (SELECT i, pg_temp.uniform(i, 921, 0) AS u_user, pg_temp.uniform(i, 922, 0) AS u_step
        FROM generate_series(1::bigint, :events) i
        OFFSET 0) draws;
  VACUUM (FREEZE, ANALYZE) events;
\endif

\if :{?subscriptions}
  \echo subscriptions
  CREATE UNLOGGED TABLE subscriptions AS
  SELECT customer_id, started_on, CASE WHEN ended_on < '2026-01-01' THEN ended_on END AS ended_on, monthly_amount
  FROM (SELECT customer_id, started_on, monthly_amount,
               started_on + (30 * (1 + floor(40 * u_length * u_length)))::integer AS ended_on
        FROM (SELECT 1 + floor(:subscriptions * 0.7 * pg_temp.uniform(i, 931, 0))::bigint AS customer_id,
                     date '2023-01-01' + floor(1095 * ((i - 0.5::double precision) / :subscriptions))::integer
                       AS started_on,
                     pg_temp.uniform(i, 932, 0) AS u_length,
                     (ARRAY[9, 19, 29, 49, 99])[1 + floor(5 * pg_temp.uniform(i, 933, 0))::integer]::numeric(12,2)
                       AS monthly_amount
              FROM generate_series(1::bigint, :subscriptions) i
              OFFSET 0) draws
        OFFSET 0) spells;
  VACUUM (FREEZE, ANALYZE) subscriptions;
\endif
