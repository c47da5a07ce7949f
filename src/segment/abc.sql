-- ABC analysis: who makes how much of the whole.
CREATE FUNCTION abc_class(value double precision, bounds double precision[] DEFAULT '{0.8,0.95}',
    boundary text DEFAULT 'crossing_up') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_abc_class_float8' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION abc_class(double precision, double precision[], text) IS
    'A, B, C, ... by the share of the sum of the window partition that greater values reach; equal values together; NULL for zero or less; boundary crossing_up or crossing_down';
CREATE FUNCTION abc_class(value numeric, bounds double precision[] DEFAULT '{0.8,0.95}',
    boundary text DEFAULT 'crossing_up') RETURNS text
    AS 'MODULE_PATHNAME', 'cm_abc_class_numeric' LANGUAGE C WINDOW IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION abc_class(numeric, double precision[], text) IS
    'A, B, C, ... by the share of the sum of the window partition that greater values reach; equal values together; NULL for zero or less; boundary crossing_up or crossing_down';

-- @type abc_base_state cm_abc_base
COMMENT ON TYPE abc_base_state IS 'values for ABC analysis and how many customers have each: can be stored and merged';

CREATE FUNCTION _abc_base_accum(abc_base_state, double precision) RETURNS abc_base_state
    AS 'MODULE_PATHNAME', 'cm_abc_base_accum' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _abc_base_accum(abc_base_state, numeric) RETURNS abc_base_state
    AS 'MODULE_PATHNAME', 'cm_abc_base_accum_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _abc_base_combine(abc_base_state, abc_base_state) RETURNS abc_base_state
    AS 'MODULE_PATHNAME', 'cm_abc_base_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _abc_base_final(abc_base_state) RETURNS abc_base_state
    AS 'MODULE_PATHNAME', 'cm_abc_base_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE abc_base_agg(value double precision) (
    SFUNC = _abc_base_accum, STYPE = abc_base_state, INITCOND = '1:', SSPACE = 4096, COMBINEFUNC = _abc_base_combine,
    FINALFUNC = _abc_base_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE abc_base_agg(double precision) IS 'collects values for ABC analysis, one a customer or item';
CREATE AGGREGATE abc_base_agg(value numeric) (
    SFUNC = _abc_base_accum, STYPE = abc_base_state, INITCOND = '1:', SSPACE = 4096, COMBINEFUNC = _abc_base_combine,
    FINALFUNC = _abc_base_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE abc_base_agg(numeric) IS 'collects values for ABC analysis, one a customer or item';
CREATE AGGREGATE rollup(abc_base_state) (
    SFUNC = _abc_base_combine, STYPE = abc_base_state, SSPACE = 4096, COMBINEFUNC = _abc_base_combine,
    FINALFUNC = _abc_base_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(abc_base_state) IS 'merges the values of different customers; exact';
-- @plus abc_base_state
CREATE FUNCTION _abc_base_state_json(abc_base_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_abc_base_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _abc_base_state_json(abc_base_state) IS '{"items": 6, "values": [{"value": 25, "items": 4}, ...]}';
-- @json abc_base_state
CREATE FUNCTION abc_report(abc_base_state, bounds double precision[] DEFAULT '{0.8,0.95}', boundary text DEFAULT 'crossing_up',
    OUT class text, OUT items bigint, OUT share_of_items double precision, OUT value double precision,
    OUT share_of_value double precision, OUT lowest double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_abc_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 4;
COMMENT ON FUNCTION abc_report(abc_base_state, double precision[], text) IS
    'the classes that abc_class(...) OVER () gives, with how many items make which value and the lowest value in each; NULL for values of zero or less';
