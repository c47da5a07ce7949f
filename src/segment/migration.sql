-- migration: who moved from which segment to which between two scorings.
CREATE TYPE migration;
CREATE FUNCTION _migration_in(cstring) RETURNS migration
    AS 'MODULE_PATHNAME', 'cm_migration_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _migration_out(migration) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_migration_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _migration_recv(internal) RETURNS migration
    AS 'MODULE_PATHNAME', 'cm_migration_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _migration_send(migration) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_migration_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE migration (
    INPUT = _migration_in, OUTPUT = _migration_out, RECEIVE = _migration_recv, SEND = _migration_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE migration IS
    'how many customers moved from which RFM scores to which between two scorings: can be stored and merged';
-- @storable migration cm_state

CREATE FUNCTION _migration_accum(migration, rfm, rfm) RETURNS migration
    AS 'MODULE_PATHNAME', 'cm_migration_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _migration_combine(migration, migration) RETURNS migration
    AS 'MODULE_PATHNAME', 'cm_migration_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _migration_final(migration) RETURNS migration
    AS 'MODULE_PATHNAME', 'cm_migration_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE migration_agg(before rfm, after rfm) (
    SFUNC = _migration_accum, STYPE = migration, INITCOND = '1:', SSPACE = 4096, COMBINEFUNC = _migration_combine,
    FINALFUNC = _migration_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE migration_agg(rfm, rfm) IS
    'collects the scores of each customer before and after; NULL before is a new customer, NULL after one who has gone';
CREATE AGGREGATE rollup(migration) (
    SFUNC = _migration_combine, STYPE = migration, SSPACE = 4096, COMBINEFUNC = _migration_combine,
    FINALFUNC = _migration_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(migration) IS 'merges migrations of different customers: numbers are added';

CREATE FUNCTION segment_migration(migration, map text DEFAULT 'rf10', lang text DEFAULT 'en',
    OUT from_segment text, OUT from_rank smallint, OUT to_segment text, OUT to_rank smallint, OUT customers bigint,
    OUT share double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_segment_migration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 60;
COMMENT ON FUNCTION segment_migration(migration, text, text) IS
    'moves between the segments of a built-in map, with their share of all who came from the segment; NULL: no scores before or after';
CREATE FUNCTION segment_migration(migration, map rfm_map,
    OUT from_segment text, OUT from_rank smallint, OUT to_segment text, OUT to_rank smallint, OUT customers bigint,
    OUT share double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_segment_migration_by_map' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 60;
COMMENT ON FUNCTION segment_migration(migration, rfm_map) IS
    'moves between the segments of a map of your own, with their share of all who came from the segment; NULL: no scores before or after';
CREATE FUNCTION rfm_moves(migration, OUT before rfm, OUT after rfm, OUT customers bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_moves' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 500;
COMMENT ON FUNCTION rfm_moves(migration) IS 'the moves from scores to scores';
