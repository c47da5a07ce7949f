CREATE FUNCTION _@type@_jsonb(@type@) RETURNS jsonb
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    RETURN _@type@_json($1)::jsonb;
CREATE CAST (@type@ AS json) WITH FUNCTION _@type@_json(@type@) AS ASSIGNMENT;
CREATE CAST (@type@ AS jsonb) WITH FUNCTION _@type@_jsonb(@type@) AS ASSIGNMENT;
