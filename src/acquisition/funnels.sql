-- funnels: the rows of all customers that matched a step, in one value: several times faster than GROUP BY customer.
CREATE TYPE funnels;
CREATE FUNCTION _funnels_in(cstring) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_in' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _funnels_out(funnels) RETURNS cstring
    AS 'MODULE_PATHNAME', 'cm_funnels_out' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _funnels_recv(internal) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_recv' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _funnels_send(funnels) RETURNS bytea
    AS 'MODULE_PATHNAME', 'cm_funnels_send' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE TYPE funnels (
    INPUT = _funnels_in, OUTPUT = _funnels_out, RECEIVE = _funnels_recv, SEND = _funnels_send,
    INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended
);
COMMENT ON TYPE funnels IS 'the rows of all customers that matched a step of a funnel, in one value that can be stored and merged';
-- @storable funnels cm_state

CREATE FUNCTION _funnels_accum(funnels, bigint, timestamptz, integer) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_accum_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_events_accum(funnels, bigint, timestamptz, boolean[], bigint, text) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_events_accum_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_from_funnel(funnels, bigint, funnel) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_from_funnel_bigint' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_accum(funnels, uuid, timestamptz, integer) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_accum_uuid' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_events_accum(funnels, uuid, timestamptz, boolean[], bigint, text) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_events_accum_uuid' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_from_funnel(funnels, uuid, funnel) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_from_funnel_uuid' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_accum(funnels, text, timestamptz, integer) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_events_accum(funnels, text, timestamptz, boolean[], bigint, text) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_events_accum_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_from_funnel(funnels, text, funnel) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_from_funnel_text' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _funnels_combine(funnels, funnels) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _funnels_final(funnels) RETURNS funnels
    AS 'MODULE_PATHNAME', 'cm_funnels_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE AGGREGATE funnels_agg(customer_id bigint, at timestamptz, step integer) (
    SFUNC = _funnels_accum, STYPE = funnels, INITCOND = '1:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_agg(bigint, timestamptz, integer) IS
    'collects the steps 1 to 64 of all customers; a NULL step is a row that matches none and costs nothing';
CREATE AGGREGATE funnels_agg(customer_id uuid, at timestamptz, step integer) (
    SFUNC = _funnels_accum, STYPE = funnels, INITCOND = '1:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_agg(uuid, timestamptz, integer) IS
    'collects the steps 1 to 64 of all customers; a NULL step is a row that matches none and costs nothing';
CREATE AGGREGATE funnels_agg(customer_id text, at timestamptz, step integer) (
    SFUNC = _funnels_accum, STYPE = funnels, INITCOND = '1:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_agg(text, timestamptz, integer) IS
    'collects the steps 1 to 64 of all customers; a NULL step is a row that matches none and costs nothing';
CREATE AGGREGATE funnels_events_agg(customer_id bigint, at timestamptz, conditions boolean[], order_key bigint,
    hold_key text) (
    SFUNC = _funnels_events_accum, STYPE = funnels, INITCOND = '1:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_events_agg(bigint, timestamptz, boolean[], bigint, text) IS
    'collects rows of all customers that may match several steps, one condition for each; NULL without an order key, NULL without a value to hold constant';
CREATE AGGREGATE funnels_events_agg(customer_id uuid, at timestamptz, conditions boolean[], order_key bigint,
    hold_key text) (
    SFUNC = _funnels_events_accum, STYPE = funnels, INITCOND = '1:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_events_agg(uuid, timestamptz, boolean[], bigint, text) IS
    'collects rows of all customers that may match several steps, one condition for each; NULL without an order key, NULL without a value to hold constant';
CREATE AGGREGATE funnels_events_agg(customer_id text, at timestamptz, conditions boolean[], order_key bigint,
    hold_key text) (
    SFUNC = _funnels_events_accum, STYPE = funnels, INITCOND = '1:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_events_agg(text, timestamptz, boolean[], bigint, text) IS
    'collects rows of all customers that may match several steps, one condition for each; NULL without an order key, NULL without a value to hold constant';
CREATE AGGREGATE funnels_from_funnel(customer_id bigint, funnel funnel) (
    SFUNC = _funnels_from_funnel, STYPE = funnels, INITCOND = '1:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_from_funnel(bigint, funnel) IS 'collects the funnels of all customers in one value';
CREATE AGGREGATE funnels_from_funnel(customer_id uuid, funnel funnel) (
    SFUNC = _funnels_from_funnel, STYPE = funnels, INITCOND = '1:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_from_funnel(uuid, funnel) IS 'collects the funnels of all customers in one value';
CREATE AGGREGATE funnels_from_funnel(customer_id text, funnel funnel) (
    SFUNC = _funnels_from_funnel, STYPE = funnels, INITCOND = '1:none:none:0:', SSPACE = 65536,
    COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE funnels_from_funnel(text, funnel) IS 'collects the funnels of all customers in one value';
CREATE AGGREGATE rollup(funnels) (
    SFUNC = _funnels_combine, STYPE = funnels, SSPACE = 65536, COMBINEFUNC = _funnels_combine, FINALFUNC = _funnels_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(funnels) IS 'merges funnels of all customers: the rows of all of them';

CREATE FUNCTION funnel_report(funnels, within interval DEFAULT NULL, steps integer DEFAULT NULL,
    ties text DEFAULT 'any', entry text DEFAULT 'best', step_within interval[] DEFAULT NULL, exclude text DEFAULT NULL,
    hold_constant boolean DEFAULT false, strict_order boolean DEFAULT false, grace interval DEFAULT NULL,
    as_of timestamptz DEFAULT NULL, confidence double precision DEFAULT 0.95,
    OUT step integer, OUT entered bigint, OUT converted bigint, OUT pending bigint, OUT dropped bigint,
    OUT rate_from_start double precision, OUT rate_from_previous double precision,
    OUT lower double precision, OUT upper double precision,
    OUT median_days double precision, OUT p90_days double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_funnel_report' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 5;
COMMENT ON FUNCTION funnel_report(funnels, interval, integer, text, text, interval[], text, boolean, boolean, interval, timestamptz, double precision) IS
    'a row for each step: who came to it, went on, may still go on after as_of; rates with the Wilson interval, days from the step before';
CREATE FUNCTION customer_funnels(funnels, within interval DEFAULT NULL, steps integer DEFAULT NULL,
    ties text DEFAULT 'any', entry text DEFAULT 'best', step_within interval[] DEFAULT NULL, exclude text DEFAULT NULL,
    hold_constant boolean DEFAULT false, strict_order boolean DEFAULT false, grace interval DEFAULT NULL,
    as_of timestamptz DEFAULT NULL,
    OUT customer_id text, OUT level integer, OUT started_at timestamptz, OUT reached_at timestamptz,
    OUT days double precision, OUT pending boolean) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customer_funnels' LANGUAGE C IMMUTABLE PARALLEL SAFE ROWS 100000;
COMMENT ON FUNCTION customer_funnels(funnels, interval, integer, text, text, interval[], text, boolean, boolean, interval, timestamptz) IS
    'a row for each customer with any step: the level reached, its first and last time, whether more may come after as_of';
CREATE FUNCTION funnel_of(funnels, customer_id bigint) RETURNS funnel
    AS 'MODULE_PATHNAME', 'cm_funnel_of_bigint' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_of(funnels, bigint) IS 'the funnel of one customer; NULL for an unknown one';
CREATE FUNCTION funnel_of(funnels, customer_id uuid) RETURNS funnel
    AS 'MODULE_PATHNAME', 'cm_funnel_of_uuid' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_of(funnels, uuid) IS 'the funnel of one customer; NULL for an unknown one';
CREATE FUNCTION funnel_of(funnels, customer_id text) RETURNS funnel
    AS 'MODULE_PATHNAME', 'cm_funnel_of_text' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION funnel_of(funnels, text) IS 'the funnel of one customer; NULL for an unknown one';
CREATE FUNCTION customer_count(funnels) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_funnels_customer_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION customer_count(funnels) IS 'number of customers with any step';
CREATE FUNCTION stored_rows(funnels) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_funnels_stored_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION stored_rows(funnels) IS 'number of rows that matched a step';
CREATE FUNCTION skipped_rows(funnels) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_funnels_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION skipped_rows(funnels) IS 'number of rows that matched a step but had no time or no id';
