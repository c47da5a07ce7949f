-- rfm_map: segments of the user's own, as rules collected from a table.
-- @type rfm_map cm_rfm_map
COMMENT ON TYPE rfm_map IS
    'segments as rules: rank, label and the scores they are for, in a number of bins; the first rule that matches wins; cells of other bins are read by rfm_rebin';

CREATE FUNCTION _rfm_map_accum(rfm_map, bigint, text, bigint, bigint, bigint, bigint, bigint, bigint) RETURNS rfm_map
    AS 'MODULE_PATHNAME', 'cm_rfm_map_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _rfm_map_bins_accum(rfm_map, bigint, text, bigint, bigint, bigint, bigint, bigint, bigint, bigint)
    RETURNS rfm_map
    AS 'MODULE_PATHNAME', 'cm_rfm_map_bins_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _rfm_map_combine(rfm_map, rfm_map) RETURNS rfm_map
    AS 'MODULE_PATHNAME', 'cm_rfm_map_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE rfm_map_agg(rank bigint, label text, r_low bigint, r_high bigint, f_low bigint, f_high bigint,
    m_low bigint, m_high bigint) (
    SFUNC = _rfm_map_accum, STYPE = rfm_map, INITCOND = '1:5:', SSPACE = 1024, COMBINEFUNC = _rfm_map_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_map_agg(bigint, text, bigint, bigint, bigint, bigint, bigint, bigint) IS
    'a segment map for five bins from a table of rules, tried in the order of rank; limits are inclusive, NULL is no limit';
CREATE AGGREGATE rfm_map_bins_agg(rank bigint, label text, r_low bigint, r_high bigint, f_low bigint, f_high bigint,
    m_low bigint, m_high bigint, bins bigint) (
    SFUNC = _rfm_map_bins_accum, STYPE = rfm_map, INITCOND = '1:none:', SSPACE = 1024, COMBINEFUNC = _rfm_map_combine,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rfm_map_bins_agg(bigint, text, bigint, bigint, bigint, bigint, bigint, bigint, bigint) IS
    'a segment map for another number of bins, 2 to 100, the same in all rows';
CREATE AGGREGATE rollup(rfm_map) (
    SFUNC = _rfm_map_combine, STYPE = rfm_map, SSPACE = 1024, COMBINEFUNC = _rfm_map_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(rfm_map) IS 'merges segment maps for one number of bins: the rules of all of them';
-- @plus rfm_map
CREATE FUNCTION _rfm_map_json(rfm_map) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_rfm_map_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _rfm_map_json(rfm_map) IS
    '{"bins": 5, "rules": [{"rank": 1, "label": "VIP", "recency": [4, 5], "frequency": [4, 5], "monetary": [1, 5]}, ...]}; the limits of scores, both inclusive';
-- @json rfm_map

CREATE FUNCTION segment(rfm_cell, map rfm_map) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_segment_by_map' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION segment(rfm_cell, rfm_map) IS
    'label of the first rule that matches the scores; an error if none does';
CREATE FUNCTION segment_rank(rfm_cell, map rfm_map) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_segment_rank_by_map' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION segment_rank(rfm_cell, rfm_map) IS 'rank of the first rule that matches the scores; an error if none does';
CREATE FUNCTION rfm_map_cells(rfm_map, OUT scores rfm_cell, OUT rank smallint, OUT segment text, OUT rules bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_map_cells' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE ROWS 125;
COMMENT ON FUNCTION rfm_map_cells(rfm_map) IS
    'every cell of the bins of the map with its segment and the number of rules that match it; NULL in a hole';
CREATE FUNCTION rfm_map_holes(rfm_map) RETURNS SETOF rfm_cell LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
BEGIN ATOMIC
    SELECT scores FROM rfm_map_cells($1) WHERE rules = 0;
END;
COMMENT ON FUNCTION rfm_map_holes(rfm_map) IS
    'the cells of the bins of the map that no rule matches: no rows, and the map is total';
