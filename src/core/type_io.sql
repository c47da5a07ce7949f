CREATE TYPE @type@;
CREATE FUNCTION _@type@_in(cstring) RETURNS @type@
    AS 'MODULE_PATHNAME', '@symbol@_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_out(@type@) RETURNS cstring
    AS 'MODULE_PATHNAME', '@symbol@_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_recv(internal) RETURNS @type@
    AS 'MODULE_PATHNAME', '@symbol@_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _@type@_send(@type@) RETURNS bytea
    AS 'MODULE_PATHNAME', '@symbol@_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE @type@ (
    INPUT = _@type@_in, OUTPUT = _@type@_out, RECEIVE = _@type@_recv, SEND = _@type@_send,
    @storage@
);
