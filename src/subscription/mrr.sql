-- mrr: monthly recurring revenue of all customers over time, from subscription ranges.
-- @ids
-- @type mrr@kind@_state cm_mrr@kind@ cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external
COMMENT ON TYPE mrr@kind@_state IS 'the days on which the monthly recurring revenue of each customer changes, and by how much';

CREATE FUNCTION _mrr_combine(mrr@kind@_state, mrr@kind@_state) RETURNS mrr@kind@_state
    AS 'MODULE_PATHNAME', 'cm_mrr_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _mrr_final(mrr@kind@_state) RETURNS mrr@kind@_state
    AS 'MODULE_PATHNAME', 'cm_mrr_final_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _mrr_rollup_final(mrr@kind@_state) RETURNS mrr@kind@_state
    AS 'MODULE_PATHNAME', 'cm_mrr_rollup_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _mrr_accum(mrr@kind@_state, @id@, timestamp, timestamp, numeric) RETURNS mrr@kind@_state
    AS 'MODULE_PATHNAME', 'cm_mrr_accum_numeric_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE mrr_agg(customer_id @id@, started timestamp, ended timestamp, monthly_amount numeric) (
    SFUNC = _mrr_accum, STYPE = mrr@kind@_state, SSPACE = 8192, COMBINEFUNC = _mrr_combine, FINALFUNC = _mrr_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(@id@, timestamp, timestamp, numeric) IS
    'collects subscriptions, each from started up to but not including ended (NULL: open), with their monthly amount; one of 0 makes nobody a customer, a negative one is a discount, which is taken from the customer''s other amounts while it runs and may not exceed them where they are read; a row with a NULL elsewhere is skipped, and counted in skipped_rows';
CREATE FUNCTION _mrr_currency_accum(mrr@kind@_state, @id@, timestamp, timestamp, numeric, metric_option) RETURNS mrr@kind@_state
    AS 'MODULE_PATHNAME', 'cm_mrr_accum_currency_numeric_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE mrr_currency_agg(customer_id @id@, started timestamp, ended timestamp, monthly_amount numeric,
    currency metric_option) (
    SFUNC = _mrr_currency_accum, STYPE = mrr@kind@_state, SSPACE = 8192, COMBINEFUNC = _mrr_combine, FINALFUNC = _mrr_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_currency_agg(@id@, timestamp, timestamp, numeric, metric_option) IS
    'as mrr_agg, for one currency: rows of another are an error';
CREATE FUNCTION _mrr_accum(mrr@kind@_state, @id@, timestamp, timestamp, double precision) RETURNS mrr@kind@_state
    AS 'MODULE_PATHNAME', 'cm_mrr_accum_float8_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE mrr_agg(customer_id @id@, started timestamp, ended timestamp, monthly_amount double precision) (
    SFUNC = _mrr_accum, STYPE = mrr@kind@_state, SSPACE = 8192, COMBINEFUNC = _mrr_combine, FINALFUNC = _mrr_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_agg(@id@, timestamp, timestamp, double precision) IS
    'collects subscriptions, each from started up to but not including ended (NULL: open), with their monthly amount; one of 0 makes nobody a customer, a negative one is a discount, which is taken from the customer''s other amounts while it runs and may not exceed them where they are read; a row with a NULL elsewhere is skipped, and counted in skipped_rows';
CREATE FUNCTION _mrr_currency_accum(mrr@kind@_state, @id@, timestamp, timestamp, double precision, metric_option) RETURNS mrr@kind@_state
    AS 'MODULE_PATHNAME', 'cm_mrr_accum_currency_float8_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE mrr_currency_agg(customer_id @id@, started timestamp, ended timestamp, monthly_amount double precision,
    currency metric_option) (
    SFUNC = _mrr_currency_accum, STYPE = mrr@kind@_state, SSPACE = 8192, COMBINEFUNC = _mrr_combine, FINALFUNC = _mrr_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE mrr_currency_agg(@id@, timestamp, timestamp, double precision, metric_option) IS
    'as mrr_agg, for one currency: rows of another are an error';
CREATE AGGREGATE rollup(mrr@kind@_state) (
    SFUNC = _mrr_combine, STYPE = mrr@kind@_state, SSPACE = 8192, COMBINEFUNC = _mrr_combine, FINALFUNC = _mrr_rollup_final,
    PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(mrr@kind@_state) IS 'merges subscriptions; different currencies are an error';
-- @plus mrr@kind@_state
CREATE FUNCTION _mrr@kind@_state_json(mrr@kind@_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_mrr_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _mrr@kind@_state_json(mrr@kind@_state) IS
    'cast to json: {"currency": "EUR", "skipped_rows": 0, "customers": [{"customer_id": 7, "changes": [{"day": "2024-01-10", "amount": 10.00}]}]}; the currency is null where none is named, an amount is what revenue changes by';
-- @json mrr@kind@_state
-- @end

CREATE FUNCTION monthly_amount(amount numeric, billing_period text, every bigint DEFAULT 1) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_monthly_amount_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION monthly_amount(numeric, text, bigint) IS
    'an amount billed every so many days, weeks, months, quarters or years, as a monthly amount (52/12 weeks, 365/12 days)';
CREATE FUNCTION monthly_amount(amount double precision, billing_period text, every bigint DEFAULT 1) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_monthly_amount_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION monthly_amount(double precision, text, bigint) IS
    'an amount billed every so many days, weeks, months, quarters or years, as a monthly amount (52/12 weeks, 365/12 days)';

-- @ids
CREATE FUNCTION mrr_on(mrr@kind@_state, day timestamp) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_mrr_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION mrr_on(mrr@kind@_state, timestamp) IS 'monthly recurring revenue at the end of a day';
CREATE FUNCTION subscribers_on(mrr@kind@_state, day timestamp) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_mrr_subscribers_on' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION subscribers_on(mrr@kind@_state, timestamp) IS
    'customers with revenue at the end of a day: those whose subscriptions are free are none';
CREATE FUNCTION mrr_movements(mrr@kind@_state, period text, as_of timestamp, method text DEFAULT 'daily',
    OUT period_start date, OUT complete boolean, OUT start_mrr numeric, OUT new_mrr numeric,
    OUT expansion_mrr numeric, OUT contraction_mrr numeric, OUT churned_mrr numeric, OUT reactivation_mrr numeric,
    OUT end_mrr numeric, OUT start_customers bigint, OUT new_customers bigint, OUT expansions bigint,
    OUT contractions bigint, OUT churned_customers bigint, OUT reactivated_customers bigint, OUT end_customers bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_movements' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 24;
COMMENT ON FUNCTION mrr_movements(mrr@kind@_state, text, timestamp, text) IS
    'start + new + expansion - contraction - churned + reactivation = end, per period before as_of; daily or net movements; a customer is one who pays, so that a free contract is none';
CREATE FUNCTION mrr_rates(mrr@kind@_state, period text, as_of timestamp,
    OUT period_start date, OUT complete boolean, OUT start_mrr numeric, OUT end_mrr numeric,
    OUT gross_revenue_retention double precision, OUT net_revenue_retention double precision,
    OUT quick_ratio double precision, OUT start_customers bigint, OUT lost_customers bigint,
    OUT logo_churn double precision, OUT logo_churn_lower double precision, OUT logo_churn_upper double precision,
    OUT arpa numeric)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_rates' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 24;
COMMENT ON FUNCTION mrr_rates(mrr@kind@_state, text, timestamp) IS
    'gross and net revenue retention, quick ratio (new + expansion + reactivation) / (contraction + churned), logo churn with its 95 % Wilson interval, and arpa, revenue per customer at the end, per period; customers are those who pay: where contracts of amount 0 count, collect each with an amount of 1';
CREATE FUNCTION churn_by_period(mrr@kind@_state, period text, as_of timestamp, denominator text DEFAULT 'start',
    OUT period_start date, OUT complete boolean, OUT at_start bigint, OUT joined bigint, OUT lost bigint,
    OUT losses bigint, OUT at_end bigint, OUT customer_days double precision, OUT churn_rate double precision,
    OUT churn_lower double precision, OUT churn_upper double precision, OUT retention_rate double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_churn' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 24;
COMMENT ON FUNCTION churn_by_period(mrr@kind@_state, text, timestamp, text) IS
    'customer churn per period; denominator start (default; of those at the start), average, end, exposure (customer time) or start_and_joined (those of the start and all who joined in the period); with the 95 % Wilson interval where the rate is a proportion, under start and start_and_joined; customers are those who pay: mrr_agg(customer_id, started, ended, 1) counts those with free contracts too';
CREATE FUNCTION mrr_movements_base(mrr@kind@_state, period text, as_of timestamp, method text DEFAULT 'daily') RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_mrr_movements_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION mrr_movements_base(mrr@kind@_state, text, timestamp, text) IS
    'what mrr_movements, mrr_rates and churn_by_period are made of, to be rolled up over values that have different customers';
CREATE FUNCTION mrr_changes(mrr@kind@_state, OUT customer_id @id@, OUT day date, OUT movement text, OUT amount numeric,
    OUT mrr_after numeric)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_changes' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION mrr_changes(mrr@kind@_state) IS 'every movement of every customer: what the reports are made of';
CREATE FUNCTION skipped_rows(mrr@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_mrr_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION skipped_rows(mrr@kind@_state) IS 'number of rows that were skipped, as they had no id, no start, no amount or no currency';
-- @end
CREATE FUNCTION mrr_movements(report_base_state,
    OUT period_start date, OUT complete boolean, OUT start_mrr numeric, OUT new_mrr numeric,
    OUT expansion_mrr numeric, OUT contraction_mrr numeric, OUT churned_mrr numeric, OUT reactivation_mrr numeric,
    OUT end_mrr numeric, OUT start_customers bigint, OUT new_customers bigint, OUT expansions bigint,
    OUT contractions bigint, OUT churned_customers bigint, OUT reactivated_customers bigint, OUT end_customers bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_movements_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 24;
COMMENT ON FUNCTION mrr_movements(report_base_state) IS
    'movements of recurring revenue of many values, from the rolled up mrr_movements_base of each: equal to that of the whole';
CREATE FUNCTION mrr_rates(report_base_state,
    OUT period_start date, OUT complete boolean, OUT start_mrr numeric, OUT end_mrr numeric,
    OUT gross_revenue_retention double precision, OUT net_revenue_retention double precision,
    OUT quick_ratio double precision, OUT start_customers bigint, OUT lost_customers bigint,
    OUT logo_churn double precision, OUT logo_churn_lower double precision, OUT logo_churn_upper double precision,
    OUT arpa numeric)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_rates_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 24;
COMMENT ON FUNCTION mrr_rates(report_base_state) IS
    'rates of recurring revenue of many values, from the rolled up mrr_movements_base of each: equal to that of the whole; of bases by the method daily';
CREATE FUNCTION churn_by_period(report_base_state, denominator text DEFAULT 'start',
    OUT period_start date, OUT complete boolean, OUT at_start bigint, OUT joined bigint, OUT lost bigint,
    OUT losses bigint, OUT at_end bigint, OUT customer_days double precision, OUT churn_rate double precision,
    OUT churn_lower double precision, OUT churn_upper double precision, OUT retention_rate double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_churn_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 24;
COMMENT ON FUNCTION churn_by_period(report_base_state, text) IS
    'customer churn of many values, from the rolled up mrr_movements_base of each: equal to that of the whole; of bases by the method daily';
