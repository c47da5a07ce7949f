-- One line per table: its name, its rows, and a checksum that no order of rows changes, the sum of the rows' md5s.
--   psql -X -v schema=shop -f test/data/checksum.sql | diff test/data/checksum.out -        (data of scale 1)
\set ON_ERROR_STOP on
\set QUIET on
\pset format unaligned
\pset tuples_only on
\if :{?schema}
\else
  \set schema shop
\endif
BEGIN READ ONLY;
SET LOCAL TimeZone = 'UTC';
SET LOCAL DateStyle = 'ISO';
SET LOCAL extra_float_digits = 1;
SELECT format('SELECT %L, count(*), sum((''x'' || substr(md5(t::text), 1, 15))::bit(60)::bigint) FROM %I.%I t',
              relname, :'schema', relname)
FROM pg_class WHERE relnamespace = quote_ident(:'schema')::regnamespace AND relkind = 'r' ORDER BY relname \gexec
COMMIT;
