
CREATE FUNCTION _eq(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@symbol@_eq' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _ne(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@symbol@_ne' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _lt(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@symbol@_lt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _le(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@symbol@_le' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _gt(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@symbol@_gt' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _ge(@type@, @type@) RETURNS boolean
    AS 'MODULE_PATHNAME', '@symbol@_ge' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _cmp(@type@, @type@) RETURNS integer
    AS 'MODULE_PATHNAME', '@symbol@_cmp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _hash(@type@) RETURNS integer
    AS 'MODULE_PATHNAME', '@symbol@_hash' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _hash_extended(@type@, bigint) RETURNS bigint
    AS 'MODULE_PATHNAME', '@symbol@_hash_extended' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE OPERATOR = (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _eq, COMMUTATOR = =, NEGATOR = <>,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR <> (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _ne, COMMUTATOR = <>, NEGATOR = =,
    RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR < (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _lt, COMMUTATOR = >, NEGATOR = >=,
    RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR <= (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _le, COMMUTATOR = >=, NEGATOR = >,
    RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR > (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _gt, COMMUTATOR = <, NEGATOR = <=,
    RESTRICT = scalargtsel, JOIN = scalargtjoinsel);
CREATE OPERATOR >= (LEFTARG = @type@, RIGHTARG = @type@, FUNCTION = _ge, COMMUTATOR = <=, NEGATOR = <,
    RESTRICT = scalargesel, JOIN = scalargejoinsel);

CREATE OPERATOR CLASS @type@_ops DEFAULT FOR TYPE @type@ USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >,
    FUNCTION 1 _cmp(@type@, @type@);
CREATE OPERATOR CLASS @type@_ops DEFAULT FOR TYPE @type@ USING hash AS
    OPERATOR 1 =,
    FUNCTION 1 _hash(@type@), FUNCTION 2 _hash_extended(@type@, bigint);
