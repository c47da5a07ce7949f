-- Win rate of deals.
CREATE FUNCTION win_rate(won double precision, lost double precision, still_open double precision DEFAULT 0,
    invalid double precision DEFAULT 0, overdue double precision DEFAULT 0, variant text DEFAULT 'closed') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_win_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION win_rate(double precision, double precision, double precision, double precision, double precision, text) IS
    'won / deals; variant closed: won + lost; ended: and invalid; created: and still open; overdue: won + lost + overdue, which are those of the open deals whose closing day has passed';
CREATE AGGREGATE win_rate(won boolean) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE win_rate(boolean) IS
    'share of the closed deals that were won; NULL is open and not counted';
CREATE AGGREGATE win_rate(won text) (
    SFUNC = _rate_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE,
    MSFUNC = _rate_accum, MINVFUNC = _rate_remove, MSTYPE = rate_state, MINITCOND = '0/0', MSSPACE = 16,
    MFINALFUNC = rate_value
);
COMMENT ON AGGREGATE win_rate(text) IS
    'share of the closed deals that were won, of words that PostgreSQL reads as a boolean, such as Yes and no';
CREATE FUNCTION _win_created_accum(rate_state, boolean) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_win_created_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _win_created_accum(rate_state, text) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_win_created_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE win_rate_created(won boolean) (
    SFUNC = _win_created_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_rate_created(boolean) IS
    'share of all deals that were won so far; NULL is open and counted';
CREATE AGGREGATE win_rate_created(won text) (
    SFUNC = _win_created_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_rate_created(text) IS
    'share of all deals that were won so far, of words that PostgreSQL reads as a boolean, such as Yes and no';
CREATE FUNCTION _win_overdue_accum(rate_state, boolean, timestamp, timestamp) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_win_overdue_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _win_overdue_accum(rate_state, text, timestamp, timestamp) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_win_overdue_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE win_rate_overdue(won boolean, closing_on timestamp, as_of timestamp) (
    SFUNC = _win_overdue_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_rate_overdue(boolean, timestamp, timestamp) IS
    'share of deals that were won, among those closed and those that are open (NULL) although their closing day lies before as_of; other open deals are not counted';
CREATE AGGREGATE win_rate_overdue(won text, closing_on timestamp, as_of timestamp) (
    SFUNC = _win_overdue_accum, STYPE = rate_state, INITCOND = '0/0', SSPACE = 16, COMBINEFUNC = _rate_combine,
    FINALFUNC = rate_value, PARALLEL = SAFE
);
COMMENT ON AGGREGATE win_rate_overdue(text, timestamp, timestamp) IS
    'share of deals that were won, as win_rate_overdue(boolean, timestamp, timestamp), of words that PostgreSQL reads as a boolean, such as Yes and no';
