-- rfm_migration: who moved from which segment to which between two scorings.
-- @type rfm_migration_state cm_rfm_migration cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external
COMMENT ON TYPE rfm_migration_state IS
    'how many customers moved from which RFM scores to which between two scorings: can be stored and merged';

CREATE FUNCTION _rfm_migration_accum(rfm_migration_state, rfm_cell, rfm_cell) RETURNS rfm_migration_state
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _rfm_migration_combine(rfm_migration_state, rfm_migration_state) RETURNS rfm_migration_state
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _rfm_migration_final(rfm_migration_state) RETURNS rfm_migration_state
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE rfm_migration_agg(before rfm_cell, after rfm_cell) (
    SFUNC = _rfm_migration_accum, STYPE = rfm_migration_state, INITCOND = '1:', SSPACE = 4096, COMBINEFUNC = _rfm_migration_combine,
    FINALFUNC = _rfm_migration_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_migration_agg(rfm_cell, rfm_cell) IS
    'collects the scores of each customer before and after, in one number of bins; NULL before is a new customer, NULL after one who has gone';
CREATE AGGREGATE rollup(rfm_migration_state) (
    SFUNC = _rfm_migration_combine, STYPE = rfm_migration_state, SSPACE = 4096, COMBINEFUNC = _rfm_migration_combine,
    FINALFUNC = _rfm_migration_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rfm_migration_state) IS 'merges migrations of different customers: numbers are added';
-- @plus rfm_migration_state
CREATE FUNCTION _rfm_migration_state_json(rfm_migration_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_rfm_migration_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _rfm_migration_state_json(rfm_migration_state) IS
    '[{"before": null, "after": "5-1-1", "customers": 3}, ...]; null: no scores';
-- @json rfm_migration_state

CREATE FUNCTION segment_migration(rfm_migration_state, map text DEFAULT 'rf10', lang text DEFAULT 'en',
    OUT from_segment text, OUT from_rank smallint, OUT to_segment text, OUT to_rank smallint, OUT customers bigint,
    OUT share double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_segment_migration' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 60;
COMMENT ON FUNCTION segment_migration(rfm_migration_state, text, text) IS
    'moves between the segments of a built-in map, with their share of all who came from the segment; NULL: no scores before or after';
CREATE FUNCTION segment_migration(rfm_migration_state, map rfm_map,
    OUT from_segment text, OUT from_rank smallint, OUT to_segment text, OUT to_rank smallint, OUT customers bigint,
    OUT share double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_segment_migration_by_map' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 60;
COMMENT ON FUNCTION segment_migration(rfm_migration_state, rfm_map) IS
    'moves between the segments of a map of your own, with their share of all who came from the segment; NULL: no scores before or after';
CREATE FUNCTION rfm_moves(rfm_migration_state, OUT before rfm_cell, OUT after rfm_cell, OUT customers bigint) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_moves' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 500;
COMMENT ON FUNCTION rfm_moves(rfm_migration_state) IS 'the moves from scores to scores';
