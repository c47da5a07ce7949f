-- Loyalty points: balance, expiry first in first out, redemption and breakage. Times without a zone count as UTC.
-- @type points_state cm_points
COMMENT ON TYPE points_state IS
    'a customer''s loyalty points, each entry of them; merges with rollup';

CREATE FUNCTION _points_accum(points_state, date, bigint, date) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_accum_int8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_state, timestamp, bigint, timestamp) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_state, timestamptz, bigint, timestamptz) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_accum_int8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_state, date, double precision, date) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_accum_float8_date' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_state, timestamp, double precision, timestamp) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_accum_float8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_state, timestamptz, double precision, timestamptz) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_accum_float8_timestamp' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_combine(points_state, points_state) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _points_final(points_state) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE points_agg(at date, points bigint, expires_at date) (
    SFUNC = _points_accum, STYPE = points_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(date, bigint, date) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at timestamp, points bigint, expires_at timestamp) (
    SFUNC = _points_accum, STYPE = points_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(timestamp, bigint, timestamp) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at timestamptz, points bigint, expires_at timestamptz) (
    SFUNC = _points_accum, STYPE = points_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(timestamptz, bigint, timestamptz) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at date, points double precision, expires_at date) (
    SFUNC = _points_accum, STYPE = points_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(date, double precision, date) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at timestamp, points double precision, expires_at timestamp) (
    SFUNC = _points_accum, STYPE = points_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(timestamp, double precision, timestamp) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE points_agg(at timestamptz, points double precision, expires_at timestamptz) (
    SFUNC = _points_accum, STYPE = points_state, INITCOND = '1:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(timestamptz, double precision, timestamptz) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped';
CREATE AGGREGATE rollup(points_state) (
    SFUNC = _points_combine, STYPE = points_state, SSPACE = 512, COMBINEFUNC = _points_combine,
    FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(points_state) IS 'merges ledgers of one customer: the entries of all of them';

CREATE FUNCTION points_balance(points_state, as_of date) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_balance_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_balance(points_state, date) IS
    'points that can be spent at as_of, less what was overdrawn; entries up to as_of count';
CREATE FUNCTION points_expiring(points_state, as_of date, until date) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_expiring_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_expiring(points_state, date, date) IS
    'points of the balance at as_of that expire after it and up to until, if none is spent';
CREATE FUNCTION redemption_rate(points_state, as_of date) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_rate_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION redemption_rate(points_state, date) IS
    'redeemed among issued points at as_of; NULL where none was issued';
CREATE FUNCTION breakage_rate(points_state, as_of date, definition text DEFAULT 'expired') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_rate_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION breakage_rate(points_state, date, text) IS
    'points that nobody redeems: expired (expired among issued), matured (expired among those whose time has come) or unredeemed (1 - redemption_rate)';
CREATE FUNCTION points_report(points_state, as_of date, OUT issued bigint, OUT redeemed bigint,
    OUT expired bigint, OUT available bigint, OUT overdrawn bigint, OUT balance bigint, OUT matured bigint)
    AS 'MODULE_PATHNAME', 'cm_points_report_date' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_report(points_state, date) IS
    'the ledger at as_of: issued = redeemed + expired + available, balance = available - overdrawn; matured: issued, of lots whose time has come';
CREATE FUNCTION points_balance(points_state, as_of timestamp) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_balance_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_balance(points_state, timestamp) IS
    'points that can be spent at as_of, less what was overdrawn; entries up to as_of count';
CREATE FUNCTION points_expiring(points_state, as_of timestamp, until timestamp) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_expiring_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_expiring(points_state, timestamp, timestamp) IS
    'points of the balance at as_of that expire after it and up to until, if none is spent';
CREATE FUNCTION redemption_rate(points_state, as_of timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_rate_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION redemption_rate(points_state, timestamp) IS
    'redeemed among issued points at as_of; NULL where none was issued';
CREATE FUNCTION breakage_rate(points_state, as_of timestamp, definition text DEFAULT 'expired') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_rate_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION breakage_rate(points_state, timestamp, text) IS
    'points that nobody redeems: expired (expired among issued), matured (expired among those whose time has come) or unredeemed (1 - redemption_rate)';
CREATE FUNCTION points_report(points_state, as_of timestamp, OUT issued bigint, OUT redeemed bigint,
    OUT expired bigint, OUT available bigint, OUT overdrawn bigint, OUT balance bigint, OUT matured bigint)
    AS 'MODULE_PATHNAME', 'cm_points_report_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_report(points_state, timestamp) IS
    'the ledger at as_of: issued = redeemed + expired + available, balance = available - overdrawn; matured: issued, of lots whose time has come';
CREATE FUNCTION points_balance(points_state, as_of timestamptz) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_balance_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_balance(points_state, timestamptz) IS
    'points that can be spent at as_of, less what was overdrawn; entries up to as_of count';
CREATE FUNCTION points_expiring(points_state, as_of timestamptz, until timestamptz) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_expiring_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_expiring(points_state, timestamptz, timestamptz) IS
    'points of the balance at as_of that expire after it and up to until, if none is spent';
CREATE FUNCTION redemption_rate(points_state, as_of timestamptz) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_rate_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION redemption_rate(points_state, timestamptz) IS
    'redeemed among issued points at as_of; NULL where none was issued';
CREATE FUNCTION breakage_rate(points_state, as_of timestamptz, definition text DEFAULT 'expired') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_rate_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION breakage_rate(points_state, timestamptz, text) IS
    'points that nobody redeems: expired (expired among issued), matured (expired among those whose time has come) or unredeemed (1 - redemption_rate)';
CREATE FUNCTION points_report(points_state, as_of timestamptz, OUT issued bigint, OUT redeemed bigint,
    OUT expired bigint, OUT available bigint, OUT overdrawn bigint, OUT balance bigint, OUT matured bigint)
    AS 'MODULE_PATHNAME', 'cm_points_report_timestamp' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_report(points_state, timestamptz) IS
    'the ledger at as_of: issued = redeemed + expired + available, balance = available - overdrawn; matured: issued, of lots whose time has come';
CREATE FUNCTION redemption_rate(redeemed bigint, issued bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION redemption_rate(bigint, bigint) IS
    'redeemed among issued points, from sums over customers';
CREATE FUNCTION breakage_rate(expired bigint, issued bigint) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION breakage_rate(bigint, bigint) IS
    'expired among issued (or matured) points, from sums over customers';
