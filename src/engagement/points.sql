-- Loyalty points: balance, expiry first in first out, redemption and breakage. Times without a zone count as UTC.
CREATE TYPE points_ledger;
CREATE FUNCTION _points_ledger_in(cstring) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _points_ledger_out(points_ledger) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_points_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _points_ledger_recv(internal) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _points_ledger_send(points_ledger) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_points_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE points_ledger (
    INPUT = _points_ledger_in, OUTPUT = _points_ledger_out, RECEIVE = _points_ledger_recv, SEND = _points_ledger_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE points_ledger IS
    'a customer''s loyalty points, each entry of them; merges with rollup';
-- @storable points_ledger cm_state

CREATE FUNCTION _points_accum(points_ledger, date, bigint, date) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_accum_int8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_ledger, timestamp, bigint, timestamp) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_ledger, timestamptz, bigint, timestamptz) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_ledger, date, double precision, date) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_accum_float8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_ledger, timestamp, double precision, timestamp) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_accum_float8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_ledger, timestamptz, double precision, timestamptz) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_accum_float8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_combine(points_ledger, points_ledger) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _points_final(points_ledger) RETURNS points_ledger
    AS 'MODULE_PATHNAME', 'cm_points_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE points_agg(at date, points bigint, expires_at date) (
    SFUNC = _points_accum, STYPE = points_ledger, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(date, bigint, date) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at timestamp, points bigint, expires_at timestamp) (
    SFUNC = _points_accum, STYPE = points_ledger, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(timestamp, bigint, timestamp) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at timestamptz, points bigint, expires_at timestamptz) (
    SFUNC = _points_accum, STYPE = points_ledger, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(timestamptz, bigint, timestamptz) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at date, points double precision, expires_at date) (
    SFUNC = _points_accum, STYPE = points_ledger, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(date, double precision, date) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at timestamp, points double precision, expires_at timestamp) (
    SFUNC = _points_accum, STYPE = points_ledger, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(timestamp, double precision, timestamp) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at timestamptz, points double precision, expires_at timestamptz) (
    SFUNC = _points_accum, STYPE = points_ledger, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(timestamptz, double precision, timestamptz) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE rollup(points_ledger) (
    SFUNC = _points_combine, STYPE = points_ledger, SSPACE = 512, COMBINEFUNC = _points_combine,
    FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(points_ledger) IS 'merges ledgers of one customer: the entries of all of them';

CREATE FUNCTION points_balance(points_ledger, as_of date) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_balance_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_balance(points_ledger, date) IS
    'points that can be spent at as_of, less what was overdrawn; entries up to as_of count';
CREATE FUNCTION points_expiring(points_ledger, as_of date, until date) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_expiring_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_expiring(points_ledger, date, date) IS
    'points of the balance at as_of that expire after it and up to until, if none is spent';
CREATE FUNCTION redemption_rate(points_ledger, as_of date) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_rate_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION redemption_rate(points_ledger, date) IS
    'redeemed among issued points at as_of; NULL where none was issued';
CREATE FUNCTION breakage_rate(points_ledger, as_of date, definition text DEFAULT 'expired') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_rate_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION breakage_rate(points_ledger, date, text) IS
    'points that nobody redeems: expired (expired among issued), matured (expired among those whose time has come) or unredeemed (1 - redemption_rate)';
CREATE FUNCTION points_report(points_ledger, as_of date, OUT issued bigint, OUT redeemed bigint,
    OUT expired bigint, OUT available bigint, OUT overdrawn bigint, OUT balance bigint, OUT matured bigint)
    AS 'MODULE_PATHNAME', 'cm_points_report_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_report(points_ledger, date) IS
    'the ledger at as_of: issued = redeemed + expired + available, balance = available - overdrawn; matured: issued, of lots whose time has come';
CREATE FUNCTION points_balance(points_ledger, as_of timestamp) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_balance_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_balance(points_ledger, timestamp) IS
    'points that can be spent at as_of, less what was overdrawn; entries up to as_of count';
CREATE FUNCTION points_expiring(points_ledger, as_of timestamp, until timestamp) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_expiring_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_expiring(points_ledger, timestamp, timestamp) IS
    'points of the balance at as_of that expire after it and up to until, if none is spent';
CREATE FUNCTION redemption_rate(points_ledger, as_of timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_rate_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION redemption_rate(points_ledger, timestamp) IS
    'redeemed among issued points at as_of; NULL where none was issued';
CREATE FUNCTION breakage_rate(points_ledger, as_of timestamp, definition text DEFAULT 'expired') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_rate_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION breakage_rate(points_ledger, timestamp, text) IS
    'points that nobody redeems: expired (expired among issued), matured (expired among those whose time has come) or unredeemed (1 - redemption_rate)';
CREATE FUNCTION points_report(points_ledger, as_of timestamp, OUT issued bigint, OUT redeemed bigint,
    OUT expired bigint, OUT available bigint, OUT overdrawn bigint, OUT balance bigint, OUT matured bigint)
    AS 'MODULE_PATHNAME', 'cm_points_report_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_report(points_ledger, timestamp) IS
    'the ledger at as_of: issued = redeemed + expired + available, balance = available - overdrawn; matured: issued, of lots whose time has come';
CREATE FUNCTION points_balance(points_ledger, as_of timestamptz) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_balance_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_balance(points_ledger, timestamptz) IS
    'points that can be spent at as_of, less what was overdrawn; entries up to as_of count';
CREATE FUNCTION points_expiring(points_ledger, as_of timestamptz, until timestamptz) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_expiring_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_expiring(points_ledger, timestamptz, timestamptz) IS
    'points of the balance at as_of that expire after it and up to until, if none is spent';
CREATE FUNCTION redemption_rate(points_ledger, as_of timestamptz) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_rate_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION redemption_rate(points_ledger, timestamptz) IS
    'redeemed among issued points at as_of; NULL where none was issued';
CREATE FUNCTION breakage_rate(points_ledger, as_of timestamptz, definition text DEFAULT 'expired') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_rate_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION breakage_rate(points_ledger, timestamptz, text) IS
    'points that nobody redeems: expired (expired among issued), matured (expired among those whose time has come) or unredeemed (1 - redemption_rate)';
CREATE FUNCTION points_report(points_ledger, as_of timestamptz, OUT issued bigint, OUT redeemed bigint,
    OUT expired bigint, OUT available bigint, OUT overdrawn bigint, OUT balance bigint, OUT matured bigint)
    AS 'MODULE_PATHNAME', 'cm_points_report_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_report(points_ledger, timestamptz) IS
    'the ledger at as_of: issued = redeemed + expired + available, balance = available - overdrawn; matured: issued, of lots whose time has come';
CREATE FUNCTION redemption_rate(redeemed bigint, issued bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION redemption_rate(bigint, bigint) IS
    'redeemed among issued points, from sums over customers';
CREATE FUNCTION breakage_rate(expired bigint, issued bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION breakage_rate(bigint, bigint) IS
    'expired among issued (or matured) points, from sums over customers';
