-- Loyalty points: balance, expiry, redemption, breakage and what is owed for them.
-- @type points_state cm_points
COMMENT ON TYPE points_state IS
    'a customer''s loyalty points, each entry of them; merges with rollup; all of one clock, local or instants, of which as_of must be too';

CREATE FUNCTION _points_accum(points_state, metric_moment, double precision, metric_moment) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_accum(points_state, metric_moment, double precision, metric_moment, boolean) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_accum_reversal' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _points_combine(points_state, points_state) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _points_final(points_state) RETURNS points_state
    AS 'MODULE_PATHNAME', 'cm_points_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE points_agg(at metric_moment, points double precision, expires_at metric_moment) (
    SFUNC = _points_accum, STYPE = points_state, INITCOND = '1:none:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_agg(metric_moment, double precision, metric_moment) IS
    'one customer''s entries, never those of several, who would spend each other''s points: earned points are positive and last until expires_at (NULL: for ever), spent ones negative; whole numbers; a row without time or points is skipped, which skipped_rows counts';
CREATE AGGREGATE points_reversal_agg(at metric_moment, points double precision, expires_at metric_moment,
    reversal boolean) (
    SFUNC = _points_accum, STYPE = points_state, INITCOND = '1:none:', SSPACE = 512,
    COMBINEFUNC = _points_combine, FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE points_reversal_agg(metric_moment, double precision, metric_moment, boolean) IS
    'points_agg with reversals, such as of a cancelled order: a negative one takes back the points that were earned last before it, a positive one gives back those that were spent last, which then expire when they would have; both as if they had not been';
CREATE AGGREGATE rollup(points_state) (
    SFUNC = _points_combine, STYPE = points_state, SSPACE = 512, COMBINEFUNC = _points_combine,
    FINALFUNC = _points_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(points_state) IS 'merges ledgers of one customer: the entries of all of them';
-- @plus points_state
CREATE FUNCTION _points_state_json(points_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_points_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _points_state_json(points_state) IS
    '{"skipped_rows": 0, "entries": [{"at": "2026-01-01T00:00:00", "points": 100, "expires_at": "2026-03-01T00:00:00"}, ...]}; expires_at null: never; "reversal": true in a reversal; instants are of UTC and end in +00:00';
-- @json points_state
CREATE FUNCTION skipped_rows(points_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION skipped_rows(points_state) IS 'rows that count nowhere, as they had no time or no points';

CREATE FUNCTION points_balance(points_state, as_of metric_moment, method text DEFAULT 'fifo') RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_balance' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION points_balance(points_state, metric_moment, text) IS
    'points that can be spent at as_of, less what was overdrawn; entries up to as_of count; spent are first those earned first (fifo) or those that expire first (fefo)';
CREATE FUNCTION points_expiring(points_state, as_of metric_moment, until metric_moment,
    method text DEFAULT 'fifo') RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_points_expiring' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION points_expiring(points_state, metric_moment, metric_moment, text) IS
    'points of the balance at as_of that expire after it and up to until, if none is spent; method fifo or fefo';
CREATE FUNCTION redemption_rate(points_state, as_of metric_moment, method text DEFAULT 'fifo')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION redemption_rate(points_state, metric_moment, text) IS
    'redeemed among issued points at as_of; NULL where none was issued; method fifo or fefo';
CREATE FUNCTION breakage_rate(points_state, as_of metric_moment, definition text DEFAULT 'expired',
    method text DEFAULT 'fifo') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION breakage_rate(points_state, metric_moment, text, text) IS
    'points that nobody redeems: expired (expired among issued), matured (expired among those whose time has come) or unredeemed (1 - redemption_rate); method fifo or fefo';
CREATE FUNCTION points_report(points_state, as_of metric_moment, method text DEFAULT 'fifo',
    OUT issued bigint, OUT redeemed bigint, OUT expired bigint, OUT available bigint, OUT overdrawn bigint, OUT balance bigint, OUT matured bigint)
    AS 'MODULE_PATHNAME', 'cm_points_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION points_report(points_state, metric_moment, text) IS
    'the ledger at as_of, where those earned first are spent first (fifo), or those that expire first (fefo): issued = redeemed + expired + available, balance = available - overdrawn; matured: issued, of lots whose time has come';
CREATE FUNCTION redemption_rate(redeemed double precision, issued double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_redemption_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION redemption_rate(double precision, double precision) IS
    'redeemed among issued points, from sums over customers';
CREATE FUNCTION breakage_rate(expired double precision, issued double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_points_breakage_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION breakage_rate(double precision, double precision) IS
    'expired among issued (or matured) points, from sums over customers';
CREATE FUNCTION points_liability(points_state, as_of metric_moment, value_per_point numeric,
    breakage double precision DEFAULT 0, method text DEFAULT 'fifo') RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_points_liability' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION points_liability(points_state, metric_moment, numeric, double precision, text) IS
    'what is owed for points at as_of: value_per_point x (issued x (1 - breakage) - redeemed), at most that of the available ones, where breakage is the share of issued points that will never be redeemed';
CREATE FUNCTION points_liability(deferred numeric, redeemed double precision, issued double precision,
    breakage double precision DEFAULT 0) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_points_liability_from_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION points_liability(numeric, double precision, double precision, double precision) IS
    'what is left of deferred revenue, from sums over customers: deferred x (1 - redeemed / (issued x (1 - breakage))), never below zero (IFRS 15, Example 52)';
CREATE FUNCTION points_liability(ledger points_state, as_of metric_moment, value_per_point double precision,
    breakage double precision DEFAULT 0, method text DEFAULT 'fifo') RETURNS numeric
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE COST 50
    RETURN points_liability($1, $2, $3::numeric, $4, $5);
COMMENT ON FUNCTION points_liability(points_state, metric_moment, double precision, double precision, text) IS
    'what is owed for points at as_of: value_per_point x (issued x (1 - breakage) - redeemed), at most that of the available ones, where breakage is the share of issued points that will never be redeemed';
CREATE FUNCTION points_liability(deferred double precision, redeemed double precision, issued double precision,
    breakage double precision DEFAULT 0) RETURNS numeric
    LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE
    RETURN points_liability($1::numeric, $2, $3, $4);
COMMENT ON FUNCTION points_liability(double precision, double precision, double precision, double precision) IS
    'what is left of deferred revenue, from sums over customers: deferred x (1 - redeemed / (issued x (1 - breakage))), never below zero (IFRS 15, Example 52)';
