-- The eight classes of recency, frequency and monetary value, each high or low.
CREATE FUNCTION rfm_class(rfm_cell, family text DEFAULT 'classic', lang text DEFAULT 'en') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_rfm_class_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rfm_class(rfm_cell, text, text) IS
    'one of eight classes: a score is high from the mean score of the window partition on; family classic or lifecycle, lang en or zh';
CREATE FUNCTION rfm_class_rank(rfm_cell) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_rfm_class_rank_window' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION rfm_class_rank(rfm_cell) IS
    'place of the class, 1 (all three high) to 8 (all three low), by the mean scores of the window partition';
CREATE FUNCTION rfm_class(rfm_cell, recency_from double precision, frequency_from double precision,
    monetary_from double precision, family text DEFAULT 'classic', lang text DEFAULT 'en') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_rfm_class' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rfm_class(rfm_cell, double precision, double precision, double precision, text, text) IS
    'one of eight classes: scores are high from these limits on; family classic or lifecycle, lang en or zh';
CREATE FUNCTION rfm_class_rank(rfm_cell, recency_from double precision, frequency_from double precision,
    monetary_from double precision) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_rfm_class_rank' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION rfm_class_rank(rfm_cell, double precision, double precision, double precision) IS
    'place of the class, 1 (all three high) to 8 (all three low); scores are high from these limits on';
