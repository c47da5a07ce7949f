-- subscribers: who was a customer on which days of a period, from validity ranges, several of them per customer.
-- @type subscribers_state cm_subscribers cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external
COMMENT ON TYPE subscribers_state IS
    'the customers of a period and the days they were customers: answers churn and retention under every denominator';

CREATE FUNCTION _subscribers_combine(subscribers_state, subscribers_state) RETURNS subscribers_state
    AS 'MODULE_PATHNAME', 'cm_subscribers_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _subscribers_rollup_final(subscribers_state) RETURNS subscribers_state
    AS 'MODULE_PATHNAME', 'cm_subscribers_rollup_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _subscribers_churn_rate(subscribers_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_subscribers_churn_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION churn_rate(subscribers_state, denominator text DEFAULT 'start') RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_subscribers_churn_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION churn_rate(subscribers_state, text) IS
    'customer churn of the period; denominator start (those lost of the start / start), or all losses of the period / average, end, exposure (customer time) or start_and_joined (those of the start and all who joined)';
CREATE FUNCTION retention_rate(subscribers_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_subscribers_retention_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION retention_rate(subscribers_state) IS 'share of the customers at the start of the period who are there at its end';
CREATE FUNCTION churn(subscribers_state) RETURNS rate_state
    AS 'MODULE_PATHNAME', 'cm_subscribers_churn' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION churn(subscribers_state) IS 'those lost of the customers at the start, as a rate, for its interval and test';
CREATE FUNCTION churn_counts(subscribers_state, OUT period_start date, OUT period_end date, OUT at_start bigint,
    OUT joined bigint, OUT lost bigint, OUT losses bigint, OUT at_end bigint, OUT customer_days bigint)
    AS 'MODULE_PATHNAME', 'cm_subscribers_counts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION churn_counts(subscribers_state) IS
    'what the rates are made of: at_start + joined - lost = at_end; losses counts every time a customer left';
CREATE FUNCTION skipped_rows(subscribers_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_subscribers_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION skipped_rows(subscribers_state) IS 'number of rows that were skipped, as they had no id or no start';

-- @ids
CREATE FUNCTION _subscribers_accum(subscribers_state, @id@, timestamp, timestamp, timestamp, timestamp) RETURNS subscribers_state
    AS 'MODULE_PATHNAME', 'cm_subscribers_accum_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _subscribers@kind@_final(subscribers_state) RETURNS subscribers_state
    AS 'MODULE_PATHNAME', 'cm_subscribers_final_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE subscribers_agg(customer_id @id@, started timestamp, ended timestamp, period_start timestamp,
    period_end timestamp) (
    SFUNC = _subscribers_accum, STYPE = subscribers_state, SSPACE = 8192, COMBINEFUNC = _subscribers_combine,
    FINALFUNC = _subscribers@kind@_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE subscribers_agg(@id@, timestamp, timestamp, timestamp, timestamp) IS
    'collects the ranges of customers in a period; ended is the first day without (NULL: open), period_end the first day after; a row without id or start is skipped and counted in skipped_rows';
CREATE AGGREGATE range_churn_rate(customer_id @id@, started timestamp, ended timestamp, period_start timestamp,
    period_end timestamp) (
    SFUNC = _subscribers_accum, STYPE = subscribers_state, SSPACE = 8192, COMBINEFUNC = _subscribers_combine,
    FINALFUNC = _subscribers_churn_rate, PARALLEL = SAFE
);
COMMENT ON AGGREGATE range_churn_rate(@id@, timestamp, timestamp, timestamp, timestamp) IS
    'share of the customers at the start of the period who are gone at its end, from ranges, several per customer';
CREATE AGGREGATE range_retention_rate(customer_id @id@, started timestamp, ended timestamp, period_start timestamp,
    period_end timestamp) (
    SFUNC = _subscribers_accum, STYPE = subscribers_state, SSPACE = 8192, COMBINEFUNC = _subscribers_combine,
    FINALFUNC = retention_rate, PARALLEL = SAFE
);
COMMENT ON AGGREGATE range_retention_rate(@id@, timestamp, timestamp, timestamp, timestamp) IS
    'share of the customers at the start of the period who are there at its end, from ranges, several per customer';
-- @end
CREATE AGGREGATE rollup(subscribers_state) (
    SFUNC = _subscribers_combine, STYPE = subscribers_state, SSPACE = 8192, COMBINEFUNC = _subscribers_combine,
    FINALFUNC = _subscribers_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(subscribers_state) IS
    'merges the subscribers of one period: the customers of all of them, and the days of each; different periods are an error';
-- @plus subscribers_state
CREATE FUNCTION _subscribers_state_json(subscribers_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_subscribers_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _subscribers_state_json(subscribers_state) IS
    'cast to json: {"period_start": "2024-01-01", "period_end": "2024-02-01", "skipped_rows": 0, "customers": [{"customer_id": 7, "spans": [{"started": "2023-12-31", "ended": "2024-02-01"}]}]}; spans are cut to the period and the day before it, ended is the first day without';
-- @json subscribers_state
