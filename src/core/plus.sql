CREATE FUNCTION _@type@_plus(@type@, @type@) RETURNS @type@
    LANGUAGE SQL IMMUTABLE PARALLEL SAFE
    RETURN (SELECT rollup(part) FROM (VALUES ($1), ($2)) AS parts(part));
CREATE OPERATOR + (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _@type@_plus, COMMUTATOR = +);
COMMENT ON OPERATOR + (@type@, @type@) IS 'merges two values as rollup does; NULL adds nothing';
