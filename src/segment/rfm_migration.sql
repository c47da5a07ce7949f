-- rfm_migration: who moved from which segment to which between two scorings.
CREATE TYPE rfm_migration;
CREATE FUNCTION _rfm_migration_in(cstring) RETURNS rfm_migration
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rfm_migration_out(rfm_migration) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rfm_migration_recv(internal) RETURNS rfm_migration
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rfm_migration_send(rfm_migration) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE rfm_migration (
    INPUT = _rfm_migration_in, OUTPUT = _rfm_migration_out, RECEIVE = _rfm_migration_recv, SEND = _rfm_migration_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE rfm_migration IS
    'how many customers moved from which RFM scores to which between two scorings: can be stored and merged';
-- @storable rfm_migration cm_state

CREATE FUNCTION _rfm_migration_accum(rfm_migration, rfm, rfm) RETURNS rfm_migration
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _rfm_migration_combine(rfm_migration, rfm_migration) RETURNS rfm_migration
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rfm_migration_final(rfm_migration) RETURNS rfm_migration
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE rfm_migration_agg(before rfm, after rfm) (
    SFUNC = _rfm_migration_accum, STYPE = rfm_migration, INITCOND = '1:', SSPACE = 4096, COMBINEFUNC = _rfm_migration_combine,
    FINALFUNC = _rfm_migration_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_migration_agg(rfm, rfm) IS
    'collects the scores of each customer before and after; NULL before is a new customer, NULL after one who has gone';
CREATE AGGREGATE rollup(rfm_migration) (
    SFUNC = _rfm_migration_combine, STYPE = rfm_migration, SSPACE = 4096, COMBINEFUNC = _rfm_migration_combine,
    FINALFUNC = _rfm_migration_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rfm_migration) IS 'merges migrations of different customers: numbers are added';

CREATE FUNCTION segment_migration(rfm_migration, map text DEFAULT 'rf10', lang text DEFAULT 'en',
    OUT from_segment text, OUT from_rank smallint, OUT to_segment text, OUT to_rank smallint, OUT customers bigint,
    OUT share double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_segment_migration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 60;
COMMENT ON FUNCTION segment_migration(rfm_migration, text, text) IS
    'moves between the segments of a built-in map, with their share of all who came from the segment; NULL: no scores before or after';
CREATE FUNCTION segment_migration(rfm_migration, map rfm_map,
    OUT from_segment text, OUT from_rank smallint, OUT to_segment text, OUT to_rank smallint, OUT customers bigint,
    OUT share double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_segment_migration_by_map' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 60;
COMMENT ON FUNCTION segment_migration(rfm_migration, rfm_map) IS
    'moves between the segments of a map of your own, with their share of all who came from the segment; NULL: no scores before or after';
CREATE FUNCTION rfm_moves(rfm_migration, OUT before rfm, OUT after rfm, OUT customers bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_moves' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 500;
COMMENT ON FUNCTION rfm_moves(rfm_migration) IS 'the moves from scores to scores';
