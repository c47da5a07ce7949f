CREATE FUNCTION _@type@_eq(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@comparison@_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_ne(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@comparison@_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_lt(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@comparison@_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_le(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@comparison@_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_gt(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@comparison@_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_ge(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@comparison@_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_cmp(@type@, @type@) RETURNS integer
    AS 'MODULE_PATHNAME', '@comparison@_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_hash(@type@) RETURNS integer
    AS 'MODULE_PATHNAME', '@comparison@_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_hash_extended(@type@, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', '@comparison@_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR = (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _@type@_eq, COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _@type@_ne, COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _@type@_lt, COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _@type@_le, COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _@type@_gt, COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _@type@_ge, COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel);

CREATE OPERATOR CLASS @type@_ops DEFAULT FOR TYPE @type@ USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _@type@_cmp(@type@, @type@);
CREATE OPERATOR CLASS @type@_ops DEFAULT FOR TYPE @type@ USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _@type@_hash(@type@), FUNCTION 2 _@type@_hash_extended(@type@, bigint);
