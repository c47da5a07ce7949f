-- What became of e-mails: open, click and click-to-open rates, with the opens that machines make left out.
-- @type mailing_state cm_mailing
COMMENT ON TYPE mailing_state IS
    'messages by what became of them: bounced, opened by a person or a machine, clicked; merges with rollup';

CREATE FUNCTION _mailing_accum(mailing_state, boolean, boolean, boolean, boolean) RETURNS mailing_state
    AS 'MODULE_PATHNAME', 'cm_mailing_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _mailing_combine(mailing_state, mailing_state) RETURNS mailing_state
    AS 'MODULE_PATHNAME', 'cm_mailing_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE mailing_agg(delivered boolean, opened boolean, clicked boolean, machine_open boolean) (
    SFUNC = _mailing_accum, STYPE = mailing_state, INITCOND = '1:0,0,0,0,0,0,0', SSPACE = 64,
    COMBINEFUNC = _mailing_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE mailing_agg(boolean, boolean, boolean, boolean) IS
    'a row for each message and recipient; machine_open: the open was made by a program, not a person; NULL is false; opens and clicks count among the delivered';
CREATE AGGREGATE rollup(mailing_state) (
    SFUNC = _mailing_combine, STYPE = mailing_state, SSPACE = 64, COMBINEFUNC = _mailing_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(mailing_state) IS 'merges mailings: the messages of all of them';
-- @plus mailing_state
CREATE FUNCTION _mailing_state_json(mailing_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_mailing_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _mailing_state_json(mailing_state) IS
    '{"sent": 100, "delivered": 90, "opened": 20, "opened_by_machine": 30, "clicked": 19, "clicked_of_opened": 10, "clicked_of_opened_by_machine": 6}';
-- @json mailing_state

CREATE FUNCTION delivery_rate(mailing_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_delivery_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION delivery_rate(mailing_state) IS 'delivered among sent; NULL where there is none';
CREATE FUNCTION deliveries(mailing_state) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_mailing_delivery_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION deliveries(mailing_state) IS 'delivered among sent as a rate, for intervals and tests';
CREATE FUNCTION open_rate(mailing_state, machine_opens text DEFAULT 'exclude') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_open_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION open_rate(mailing_state, text) IS 'opened among delivered; machine_opens exclude or include; NULL where there is none';
CREATE FUNCTION opens(mailing_state, machine_opens text DEFAULT 'exclude') RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_mailing_open_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION opens(mailing_state, text) IS 'opened among delivered as a rate, for intervals and tests; machine_opens exclude or include';
CREATE FUNCTION open_rate(opened double precision, delivered double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_open_rate_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION open_rate(double precision, double precision) IS 'opened among delivered, from counts';
CREATE FUNCTION click_rate(mailing_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_click_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION click_rate(mailing_state) IS 'clicked among delivered; NULL where there is none';
CREATE FUNCTION clicks(mailing_state) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_mailing_click_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clicks(mailing_state) IS 'clicked among delivered as a rate, for intervals and tests';
CREATE FUNCTION click_rate(clicked double precision, delivered double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_click_rate_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION click_rate(double precision, double precision) IS 'clicked among delivered, from counts';
CREATE FUNCTION click_to_open_rate(mailing_state, machine_opens text DEFAULT 'exclude') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_click_to_open_rate_value' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION click_to_open_rate(mailing_state, text) IS 'clicked among opened; machine_opens exclude or include; NULL where there is none';
CREATE FUNCTION clicks_of_opens(mailing_state, machine_opens text DEFAULT 'exclude') RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_mailing_click_to_open_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION clicks_of_opens(mailing_state, text) IS 'clicked among opened as a rate, for intervals and tests; machine_opens exclude or include';
CREATE FUNCTION click_to_open_rate(clicked double precision, opened double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_mailing_click_to_open_rate_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION click_to_open_rate(double precision, double precision) IS 'clicked among opened, from counts';
CREATE FUNCTION mailing_report(mailing_state, machine_opens text DEFAULT 'exclude',
    OUT sent bigint, OUT delivered bigint, OUT opened bigint, OUT opened_by_machine bigint, OUT clicked bigint,
    OUT clicked_unopened bigint, OUT delivery_rate double precision, OUT open_rate double precision,
    OUT click_rate double precision, OUT click_to_open_rate double precision)
    AS 'MODULE_PATHNAME', 'cm_mailing_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION mailing_report(mailing_state, text) IS
    'counts and rates of messages; clicked_unopened: clicks of messages whose open was not counted, which are no part of click_to_open_rate';

-- The same from rows, each a message and recipient. Where machine_open is not known, false counts every open.
CREATE FUNCTION _open_accum(rate_state, boolean, boolean, boolean) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_mailing_open_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _click_accum(rate_state, boolean, boolean) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_mailing_click_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _click_to_open_accum(rate_state, boolean, boolean, boolean) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_mailing_click_to_open_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE open_rate(opened boolean, delivered boolean, machine_open boolean) (
    SFUNC = _open_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE open_rate(boolean, boolean, boolean) IS
    'opened by a person among delivered messages; NULL is false';
CREATE AGGREGATE click_rate(clicked boolean, delivered boolean) (
    SFUNC = _click_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE click_rate(boolean, boolean) IS 'clicked among delivered messages; NULL is false';
CREATE AGGREGATE click_to_open_rate(clicked boolean, opened boolean, machine_open boolean) (
    SFUNC = _click_to_open_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE click_to_open_rate(boolean, boolean, boolean) IS
    'clicked among messages opened by a person; NULL is false';
