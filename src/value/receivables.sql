-- receivables: invoices by due day and day of invoice. Ages of what is owed, days sales outstanding, collection.
-- @type receivables_state cm_receivables
COMMENT ON TYPE receivables_state IS
    'invoices by due day and day of invoice, with exact sums of what was billed, is open and was paid too much: answers ages, days sales outstanding and collection rates on any day';

CREATE FUNCTION _receivables_accum(receivables_state, timestamp, timestamp, numeric, numeric) RETURNS receivables_state
    AS 'MODULE_PATHNAME', 'cm_receivables_accum_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _receivables_accum(receivables_state, timestamp, timestamp, double precision, double precision)
    RETURNS receivables_state
    AS 'MODULE_PATHNAME', 'cm_receivables_accum_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _receivables_combine(receivables_state, receivables_state) RETURNS receivables_state
    AS 'MODULE_PATHNAME', 'cm_receivables_combine' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _receivables_final(receivables_state) RETURNS receivables_state
    AS 'MODULE_PATHNAME', 'cm_receivables_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE AGGREGATE receivables_agg(invoiced_on timestamp, due_on timestamp, amount numeric, paid numeric) (
    SFUNC = _receivables_accum, STYPE = receivables_state, INITCOND = '1:0{}', SSPACE = 4096,
    COMBINEFUNC = _receivables_combine, FINALFUNC = _receivables_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE receivables_agg(timestamp, timestamp, numeric, numeric) IS
    'collects invoices with what was paid of each (NULL is nothing); what was paid beyond the amount, and an amount below zero, a credit note, is credit: it lowers neither what was billed nor another invoice; rows without a day or an amount are skipped, and counted in skipped_rows';
CREATE AGGREGATE receivables_agg(invoiced_on timestamp, due_on timestamp, amount double precision, paid double precision) (
    SFUNC = _receivables_accum, STYPE = receivables_state, INITCOND = '1:0{}', SSPACE = 4096,
    COMBINEFUNC = _receivables_combine, FINALFUNC = _receivables_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE receivables_agg(timestamp, timestamp, double precision, double precision) IS
    'collects invoices with what was paid of each (NULL is nothing); what was paid beyond the amount, and an amount below zero, a credit note, is credit: it lowers neither what was billed nor another invoice; rows without a day or an amount are skipped, and counted in skipped_rows';
CREATE AGGREGATE rollup(receivables_state) (
    SFUNC = _receivables_combine, STYPE = receivables_state, SSPACE = 4096, COMBINEFUNC = _receivables_combine,
    FINALFUNC = _receivables_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(receivables_state) IS 'merges receivables: counts and sums of each pair of days are added';
-- @plus receivables_state
CREATE FUNCTION _receivables_state_json(receivables_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_receivables_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _receivables_state_json(receivables_state) IS
    'cast to json: {"skipped": 0, "days": [{"due_on": "2025-01-31", "invoiced_on": "2025-01-01", "invoices": 2, "open_invoices": 1, "billed": 90.00, "open": 40.00, "credit": 0}]}';
-- @json receivables_state
CREATE FUNCTION skipped_rows(receivables_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_receivables_skipped' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION skipped_rows(receivables_state) IS 'number of rows without a day or an amount';

CREATE FUNCTION receivables_summary(receivables_state, as_of timestamp, OUT invoices bigint, OUT open_invoices bigint,
    OUT overdue_invoices bigint, OUT billed numeric, OUT outstanding numeric, OUT overdue numeric,
    OUT overdue_share double precision, OUT mean_days_overdue double precision, OUT credit numeric)
    AS 'MODULE_PATHNAME', 'cm_receivables_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION receivables_summary(receivables_state, timestamp) IS
    'of the invoices written before as_of: how many, still open and overdue, what was billed, is outstanding and overdue (due before as_of), the share that is overdue, its age in days weighted by amounts, and credit';
CREATE FUNCTION receivables_ageing(receivables_state, as_of timestamp, bounds integer[] DEFAULT '{30,60,90}',
    lang text DEFAULT 'en', OUT bucket integer, OUT label text, OUT from_days integer, OUT until_days integer,
    OUT invoices bigint, OUT amount numeric, OUT share double precision) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_receivables_ageing' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 5;
COMMENT ON FUNCTION receivables_ageing(receivables_state, timestamp, integer[], text) IS
    'a row for each age of what is outstanding of the invoices written before as_of: not due (bucket 0), 1 to 30 days overdue and so on, up to more than the last bound; open invoices, amount and its share';
CREATE FUNCTION dso(receivables double precision, sales double precision, days double precision) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_dso' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION dso(double precision, double precision, double precision) IS
    'days sales outstanding: receivables / sales of so many days x days; NULL without sales';
CREATE FUNCTION dso(receivables_state, as_of timestamp, days bigint DEFAULT 365, method text DEFAULT 'simple')
    RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_dso_of' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION dso(receivables_state, timestamp, bigint, text) IS
    'days sales outstanding before as_of: simple, what is outstanding / what was billed in so many days x days, or count_back, how many of the last days have sales that add up to what is outstanding; NULL without sales';
CREATE FUNCTION collection_rate(receivables_state, as_of timestamp) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_collection_rate' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100;
COMMENT ON FUNCTION collection_rate(receivables_state, timestamp) IS
    'what was collected of the invoices due before as_of: (billed - outstanding) / billed; NULL if nothing was due';
CREATE FUNCTION collection_by_due(receivables_state, as_of timestamp, period text DEFAULT 'month', OUT period_start date,
    OUT invoices bigint, OUT billed numeric, OUT collected numeric, OUT outstanding numeric, OUT rate double precision,
    OUT pending boolean) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_collection_by_due' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 24;
COMMENT ON FUNCTION collection_by_due(receivables_state, timestamp, text) IS
    'a row for each period in which invoices written before as_of fall due: what was billed, collected of it and is outstanding; pending: the period is not over at as_of';
