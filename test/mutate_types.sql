-- What test/t/fixtures.pl and inputs.pl assert of text and binary forms, in one session, for test/mutate: a fault in a receive
-- function, which SQL cannot call, is seen here. Stored values come back, and what is mutated is refused or is a value.
\getenv sources PG_ABS_SRCDIR
\getenv modules CM_MODULES
\set receive :modules '/receive'
\set stored :modules '/stored'
\set mutate :modules '/mutate'
\set fixtures :sources '/test/fixtures/1.0.txt'
CREATE FUNCTION receive_value(regtype, bytea) RETURNS text AS :'receive' LANGUAGE C STRICT;
CREATE FUNCTION stored_value(regtype, bytea) RETURNS text AS :'stored' LANGUAGE C STRICT;
CREATE FUNCTION try_mutations(type regtype, is_binary boolean, seeds bytea[], tries bigint, seed bigint,
    OUT tried bigint, OUT accepted bigint, OUT wrong bigint, OUT example text, OUT texts text[])
    AS :'mutate' LANGUAGE C STRICT;
CREATE TABLE fixtures AS
SELECT part[1] AS type, part[2] AS value, decode(part[3], 'hex') AS sent, decode(part[4], 'hex') AS stored
FROM string_to_table(pg_read_file(:'fixtures'), E'\n') AS line, LATERAL (SELECT string_to_array(line, E'\t') AS part) AS p
WHERE line <> '';
CREATE FUNCTION sent(type text, value text) RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
    bytes bytea;
BEGIN
    EXECUTE format('SELECT _%1$s_send($1::%1$s)', type) INTO bytes USING value;
    RETURN bytes;
END $$;
CREATE FUNCTION printed(type text, value text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('SELECT $1::%1$s::text', type) INTO value USING value;
    RETURN value;
END $$;
-- Expected: no rows.
SELECT type, value, sent(type, value) FROM fixtures WHERE sent(type, value) <> sent;
SELECT type, value, printed(type, value) FROM fixtures WHERE printed(type, value) <> value;
SELECT type, value, receive_value(type::regtype, sent) FROM fixtures WHERE receive_value(type::regtype, sent) <> value;
SELECT type, value, stored_value(type::regtype, stored) FROM fixtures WHERE stored_value(type::regtype, stored) <> value;
SELECT type, is_binary, wrong, example
FROM (SELECT type, is_binary, array_agg(CASE WHEN is_binary THEN sent ELSE convert_to(value, 'UTF8') END ORDER BY value COLLATE "C") AS seeds
      FROM fixtures, (VALUES (false), (true)) AS form(is_binary) GROUP BY 1, 2) AS s, try_mutations(type::regtype, is_binary, seeds, 2000, 4242)
WHERE wrong > 0;
SELECT v FROM unnest('{2024-02-29 12:00+00,2024-02-29 12:00,infinity,-infinity,4713-01-01 BC}'::metric_moment[]) AS v
WHERE receive_value('metric_moment', _metric_moment_send(v)) <> v::text;
SELECT receive_value('metric_option', _metric_option_send('quarter:april')) AS option,
       receive_value('metric_duration', _metric_duration_send('36:00')) AS duration;
SELECT receive_value('metric_moment', '\x7ffffffffffffffd') AS error;
SELECT receive_value('metric_duration', '\x7ff8000000000000') AS error;
