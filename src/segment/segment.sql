-- Segments: names for groups of scores, by two built-in maps.
CREATE TYPE rfm_segment AS ENUM (
    'Champions', 'Loyal', 'Potential Loyalist', 'New', 'Promising', 'Needs Attention', 'About to Sleep', 'At Risk',
    'Cannot Lose', 'Hibernating', 'Lost'
);
COMMENT ON TYPE rfm_segment IS
    'the segments of the built-in maps in business order, for storage in little space: segment(...)::rfm_segment';
CREATE FUNCTION segment(rfm_cell, map text DEFAULT 'rf10', lang text DEFAULT 'en') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_segment_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION segment(rfm_cell, text, text) IS
    'name of the segment; map rf10 (10 segments by recency and frequency) or cells11 (11 by all three), which are for five bins and read other cells as rfm_rebin(..., 5); lang en or zh';
CREATE FUNCTION segment_rank(rfm_cell, map text DEFAULT 'rf10') RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_segment_rank' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION segment_rank(rfm_cell, text) IS
    'place of the segment in business order, 1 Champions to 11 Lost, to sort by; the same in both maps';
