-- Classes by fixed limits: quadrants of two measures, tiers of points.
CREATE FUNCTION quadrant(x double precision, y double precision, x_benchmark double precision,
    y_benchmark double precision, lang text DEFAULT 'en') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_quadrant' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION quadrant(double precision, double precision, double precision, double precision, text) IS
    'high-high, low-high, low-low or high-low: whether x and y reach their benchmarks; lang en or zh';
CREATE FUNCTION quadrant_number(x double precision, y double precision, x_benchmark double precision,
    y_benchmark double precision) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_quadrant_number' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION quadrant_number(double precision, double precision, double precision, double precision) IS
    'the quadrant as counted in mathematics: 1 high-high, 2 low-high, 3 low-low, 4 high-low';
CREATE FUNCTION tier(points double precision, thresholds double precision[]) RETURNS smallint
    AS 'MODULE_PATHNAME', 'cm_tier' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION tier(double precision, double precision[]) IS
    'how many of the ascending thresholds the points reach: 0 below the first';
CREATE FUNCTION tier(points double precision, thresholds double precision[], labels text[]) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_tier_label' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION tier(double precision, double precision[], text[]) IS
    'the label of the highest threshold that the points reach; below the first NULL, or the first label if there is one more';
