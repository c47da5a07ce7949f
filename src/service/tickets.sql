-- tickets: solved, at the first contact or not, and opened again.
-- @type tickets_state cm_tickets
COMMENT ON TYPE tickets_state IS
    'tickets as counts: solved, at the first contact, opened again: answers first-contact resolution and the rate of reopened tickets';

CREATE FUNCTION _tickets_accum(tickets_state, boolean, double precision, double precision) RETURNS tickets_state
    AS 'MODULE_PATHNAME', 'cm_tickets_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _tickets_combine(tickets_state, tickets_state) RETURNS tickets_state
    AS 'MODULE_PATHNAME', 'cm_tickets_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION first_contact_resolution(tickets_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_first_contact_resolution' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION first_contact_resolution(tickets_state) IS
    'share of the solved tickets that needed one contact or none and were never opened again; NULL without a solved one whose contacts and reopenings are known';
CREATE FUNCTION reopen_rate(tickets_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_reopen_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION reopen_rate(tickets_state) IS
    'share of the tickets that were ever solved, now or before they were opened again, that were opened again; NULL without one';
CREATE AGGREGATE tickets_agg(solved boolean, contacts double precision, reopens double precision) (
    SFUNC = _tickets_accum, STYPE = tickets_state, INITCOND = '1:0,0,0,0,0,0,0', SSPACE = 96,
    COMBINEFUNC = _tickets_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE tickets_agg(boolean, double precision, double precision) IS
    'collects tickets: solved now (NULL is not), how many contacts with the customer it took and how often it was opened again; NULL is unknown';
CREATE AGGREGATE first_contact_resolution(solved boolean, contacts double precision, reopens double precision) (
    SFUNC = _tickets_accum, STYPE = tickets_state, INITCOND = '1:0,0,0,0,0,0,0', SSPACE = 96,
    COMBINEFUNC = _tickets_combine, FINALFUNC = first_contact_resolution, PARALLEL = SAFE
);
COMMENT ON AGGREGATE first_contact_resolution(boolean, double precision, double precision) IS
    'share of the solved tickets that needed one contact or none and were never opened again; tickets whose contacts or reopenings are unknown are left out';
CREATE AGGREGATE rollup(tickets_state) (
    SFUNC = _tickets_combine, STYPE = tickets_state, SSPACE = 96, COMBINEFUNC = _tickets_combine, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(tickets_state) IS 'merges tickets: the counts are added';
-- @plus tickets_state
CREATE FUNCTION _tickets_state_json(tickets_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_tickets_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _tickets_state_json(tickets_state) IS
    'cast to json: {"tickets": 9, "solved": 7, "known": 7, "first_contact": 4, "ever_solved": 8, "reopened": 2, "reopens": 3}';
-- @json tickets_state
CREATE FUNCTION tickets_report(tickets_state, confidence double precision DEFAULT 0.95, OUT tickets bigint,
    OUT solved bigint, OUT first_contact bigint, OUT first_contact_resolution double precision,
    OUT resolution_lower double precision, OUT resolution_upper double precision, OUT ever_solved bigint,
    OUT reopened bigint, OUT reopen_rate double precision, OUT reopen_lower double precision,
    OUT reopen_upper double precision, OUT reopens bigint)
    AS 'MODULE_PATHNAME', 'cm_tickets_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION tickets_report(tickets_state, double precision) IS
    'tickets, those solved now, at the first contact, ever solved, opened again, and how often that happened; both rates with their Wilson intervals';
