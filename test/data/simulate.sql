-- A simulated business, the same on every machine: two years of an online shop with subscriptions and a sales team.
--
--   psql -X -v scale=1 -f test/data/simulate.sql            1,000 customers in about a second; 1000 is a million
--   psql -X -v scale=1 -v schema=mine -f ...                tables go into that schema, "shop" unless said
--   psql -X -f test/data/checksum.sql                       at scale 1 prints test/data/checksum.out
--
-- Everything happens in one transaction; tables of the same names stop it. Random numbers come from random.sql.
-- The period is [2024-01-01, 2026-01-01) in UTC: as_of is 2026-01-01, and what ends later is still open (NULL).
-- Tables look as a CRM would export them: no keys, no constraints, gaps and typing mistakes as noted. Rows are written
-- in a fixed order, so that dumps are equal too.
--
-- What each table and column holds is said where psql shows it too (\d+ shop.orders): in simulate/comments.sql.

\set ON_ERROR_STOP on
\set QUIET on
\if :{?scale}
\else
  \set scale 1
\endif
\if :{?schema}
\else
  \set schema shop
\endif

BEGIN;
SET LOCAL client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS :"schema";
SET LOCAL search_path = :"schema";
-- What follows depends on no setting but the time zone, and is fastest with these.
SET LOCAL TimeZone = 'UTC';
SET LOCAL jit = off;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL work_mem = '256MB';
\ir random.sql
\ir simulate/customers.sql
\ir simulate/orders.sql
\ir simulate/subscriptions.sql
\ir simulate/surveys.sql
\ir simulate/pipeline.sql
\ir simulate/traffic.sql
\ir simulate/comments.sql
COMMIT;
SELECT format('ANALYZE %I.%I', :'schema', relname) FROM pg_class
WHERE relnamespace = quote_ident(:'schema')::regnamespace AND relkind = 'r' ORDER BY relname \gexec
