-- What became of e-mails: open, click and click-to-open rates, with the opens that machines make left out.
CREATE TYPE mailing;
CREATE FUNCTION _mailing_in(cstring) RETURNS mailing
    AS 'MODULE_PATHNAME', 'cm_mailing_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _mailing_out(mailing) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_mailing_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _mailing_recv(internal) RETURNS mailing
    AS 'MODULE_PATHNAME', 'cm_mailing_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _mailing_send(mailing) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_mailing_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE mailing (
    INPUT = _mailing_in, OUTPUT = _mailing_out, RECEIVE = _mailing_recv, SEND = _mailing_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE mailing IS
    'messages by what became of them: bounced, opened by a person or a machine, clicked; merges with rollup';
-- @storable mailing cm_state

CREATE FUNCTION _mailing_accum(mailing, boolean, boolean, boolean, boolean) RETURNS mailing
    AS 'MODULE_PATHNAME', 'cm_mailing_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _mailing_combine(mailing, mailing) RETURNS mailing
    AS 'MODULE_PATHNAME', 'cm_mailing_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE mailing_agg(delivered boolean, opened boolean, clicked boolean, machine_open boolean) (
    SFUNC = _mailing_accum, STYPE = mailing, INITCOND = '1:0,0,0,0,0,0,0', SSPACE = 64,
    COMBINEFUNC = _mailing_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mailing_agg(boolean, boolean, boolean, boolean) IS
    'a row for each message and recipient; machine_open: the open was made by a program, not a person; NULL is false; opens and clicks count among the delivered';
CREATE AGGREGATE rollup(mailing) (
    SFUNC = _mailing_combine, STYPE = mailing, SSPACE = 64, COMBINEFUNC = _mailing_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(mailing) IS 'merges mailings: the messages of all of them';

CREATE FUNCTION delivery_rate(mailing) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_delivery_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION delivery_rate(mailing) IS 'delivered among sent; NULL where there is none';
CREATE FUNCTION deliveries(mailing) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_mailing_delivery_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION deliveries(mailing) IS 'delivered among sent as a rate, for intervals and tests';
CREATE FUNCTION open_rate(mailing, machine_opens text DEFAULT 'exclude') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_open_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION open_rate(mailing, text) IS 'opened among delivered; machine_opens exclude or include; NULL where there is none';
CREATE FUNCTION opens(mailing, machine_opens text DEFAULT 'exclude') RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_mailing_open_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION opens(mailing, text) IS 'opened among delivered as a rate, for intervals and tests; machine_opens exclude or include';
CREATE FUNCTION open_rate(opened bigint, delivered bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_open_rate_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION open_rate(bigint, bigint) IS 'opened among delivered, from counts';
CREATE FUNCTION click_rate(mailing) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_click_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION click_rate(mailing) IS 'clicked among delivered; NULL where there is none';
CREATE FUNCTION clicks(mailing) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_mailing_click_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clicks(mailing) IS 'clicked among delivered as a rate, for intervals and tests';
CREATE FUNCTION click_rate(clicked bigint, delivered bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_click_rate_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION click_rate(bigint, bigint) IS 'clicked among delivered, from counts';
CREATE FUNCTION click_to_open_rate(mailing, machine_opens text DEFAULT 'exclude') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_click_to_open_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION click_to_open_rate(mailing, text) IS 'clicked among opened; machine_opens exclude or include; NULL where there is none';
CREATE FUNCTION clicks_of_opens(mailing, machine_opens text DEFAULT 'exclude') RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_mailing_click_to_open_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clicks_of_opens(mailing, text) IS 'clicked among opened as a rate, for intervals and tests; machine_opens exclude or include';
CREATE FUNCTION click_to_open_rate(clicked bigint, opened bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_click_to_open_rate_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION click_to_open_rate(bigint, bigint) IS 'clicked among opened, from counts';
CREATE FUNCTION mailing_report(mailing, machine_opens text DEFAULT 'exclude',
    OUT sent bigint, OUT delivered bigint, OUT opened bigint, OUT opened_by_machine bigint, OUT clicked bigint,
    OUT clicked_unopened bigint, OUT delivery_rate double precision, OUT open_rate double precision,
    OUT click_rate double precision, OUT click_to_open_rate double precision)
    AS 'MODULE_PATHNAME', 'cm_mailing_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION mailing_report(mailing, text) IS
    'counts and rates of messages; clicked_unopened: clicks of messages whose open was not counted, which are no part of click_to_open_rate';

-- The same from rows, each a message and recipient. Where machine_open is not known, false counts every open.
CREATE FUNCTION _open_accum(rate, boolean, boolean, boolean) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_mailing_open_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _click_accum(rate, boolean, boolean) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_mailing_click_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _click_to_open_accum(rate, boolean, boolean, boolean) RETURNS rate
    AS 'MODULE_PATHNAME', 'cm_mailing_click_to_open_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE open_rate(delivered boolean, opened boolean, machine_open boolean) (
    SFUNC = _open_accum, STYPE = rate, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE open_rate(boolean, boolean, boolean) IS
    'opened by a person among delivered messages; NULL is false';
CREATE AGGREGATE click_rate(delivered boolean, clicked boolean) (
    SFUNC = _click_accum, STYPE = rate, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE click_rate(boolean, boolean) IS 'clicked among delivered messages; NULL is false';
CREATE AGGREGATE click_to_open_rate(opened boolean, clicked boolean, machine_open boolean) (
    SFUNC = _click_to_open_accum, STYPE = rate, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE click_to_open_rate(boolean, boolean, boolean) IS
    'clicked among messages opened by a person; NULL is false';
