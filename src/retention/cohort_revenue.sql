-- cohort_revenue: revenue, orders and margin by cohort and period, and the lifetime value that they add up to.
-- @ids
-- @type cohort_revenue@kind@_state cm_cohort_revenue@kind@ cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = external
COMMENT ON TYPE cohort_revenue@kind@_state IS
    'orders, revenue and cost of each customer by period: answers revenue by cohort, lifetime value curves, payback of acquisition';

CREATE FUNCTION _cohort_revenue_combine(cohort_revenue@kind@_state, cohort_revenue@kind@_state) RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_combine' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohort_revenue_final(cohort_revenue@kind@_state) RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_final_@id@' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE FUNCTION _cohort_revenue_rollup_final(cohort_revenue@kind@_state) RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_final' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;

CREATE FUNCTION _cohort_revenue_accum(cohort_revenue@kind@_state, @id@, timestamp, numeric, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_agg_@id@_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_agg(customer_id @id@, at timestamp, amount numeric, period metric_option) (
    SFUNC = _cohort_revenue_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_agg(@id@, timestamp, numeric, metric_option) IS
    'collects orders by customer and period; a customer''s cohort is the period of their first order; a row is an order, amounts below zero are refunds, which lower revenue and are no order; period is day, week, month, quarter or year, as in cohorts_agg; rows with a NULL are skipped, and counted in skipped_rows';
CREATE FUNCTION _cohort_revenue_accum(cohort_revenue@kind@_state, @id@, timestamp, double precision, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_agg_@id@_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_agg(customer_id @id@, at timestamp, amount double precision, period metric_option) (
    SFUNC = _cohort_revenue_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_agg(@id@, timestamp, double precision, metric_option) IS
    'collects orders by customer and period; a customer''s cohort is the period of their first order; a row is an order, amounts below zero are refunds, which lower revenue and are no order; period is day, week, month, quarter or year, as in cohorts_agg; rows with a NULL are skipped, and counted in skipped_rows';
CREATE FUNCTION _cohort_revenue_zone_accum(cohort_revenue@kind@_state, @id@, metric_moment, numeric, metric_option, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_zone_@id@_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_zone_agg(customer_id @id@, at metric_moment, amount numeric, period metric_option, zone metric_option) (
    SFUNC = _cohort_revenue_zone_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_zone_agg(@id@, metric_moment, numeric, metric_option, metric_option) IS
    'as cohort_revenue_agg, of instants (timestamptz) by the days of a time zone';
CREATE FUNCTION _cohort_revenue_zone_accum(cohort_revenue@kind@_state, @id@, metric_moment, double precision, metric_option, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_zone_@id@_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_zone_agg(customer_id @id@, at metric_moment, amount double precision, period metric_option, zone metric_option) (
    SFUNC = _cohort_revenue_zone_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_zone_agg(@id@, metric_moment, double precision, metric_option, metric_option) IS
    'as cohort_revenue_agg, of instants (timestamptz) by the days of a time zone';
CREATE FUNCTION _cohort_revenue_cost_accum(cohort_revenue@kind@_state, @id@, timestamp, numeric, numeric, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_cost_@id@_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_cost_agg(customer_id @id@, at timestamp, amount numeric, cost numeric, period metric_option) (
    SFUNC = _cohort_revenue_cost_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_cost_agg(@id@, timestamp, numeric, numeric, metric_option) IS
    'as cohort_revenue_agg, with what each order cost: margin is amount - cost';
CREATE FUNCTION _cohort_revenue_cost_accum(cohort_revenue@kind@_state, @id@, timestamp, double precision, double precision, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_cost_@id@_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_cost_agg(customer_id @id@, at timestamp, amount double precision, cost double precision, period metric_option) (
    SFUNC = _cohort_revenue_cost_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_cost_agg(@id@, timestamp, double precision, double precision, metric_option) IS
    'as cohort_revenue_agg, with what each order cost: margin is amount - cost';
CREATE FUNCTION _cohort_revenue_cost_zone_accum(cohort_revenue@kind@_state, @id@, metric_moment, numeric, numeric, metric_option, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_cost_zone_@id@_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_cost_zone_agg(customer_id @id@, at metric_moment, amount numeric, cost numeric, period metric_option, zone metric_option) (
    SFUNC = _cohort_revenue_cost_zone_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_cost_zone_agg(@id@, metric_moment, numeric, numeric, metric_option, metric_option) IS
    'as cohort_revenue_cost_agg, of instants (timestamptz) by the days of a time zone';
CREATE FUNCTION _cohort_revenue_cost_zone_accum(cohort_revenue@kind@_state, @id@, metric_moment, double precision, double precision, metric_option, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_cost_zone_@id@_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_cost_zone_agg(customer_id @id@, at metric_moment, amount double precision, cost double precision, period metric_option, zone metric_option) (
    SFUNC = _cohort_revenue_cost_zone_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_cost_zone_agg(@id@, metric_moment, double precision, double precision, metric_option, metric_option) IS
    'as cohort_revenue_cost_agg, of instants (timestamptz) by the days of a time zone';
CREATE FUNCTION _cohort_revenue_began_accum(cohort_revenue@kind@_state, @id@, timestamp, timestamp, numeric, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_began_@id@_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_began_agg(customer_id @id@, began timestamp, at timestamp, amount numeric, period metric_option) (
    SFUNC = _cohort_revenue_began_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_began_agg(@id@, timestamp, timestamp, numeric, metric_option) IS
    'as cohort_revenue_agg, where customers begin by an event of their own, such as the sign-up or the install: a row is an order with the beginning of its customer, whose earliest one counts; a row without at and amount is a beginning without an order, and what was paid before the beginning of its row is left out';
CREATE FUNCTION _cohort_revenue_began_accum(cohort_revenue@kind@_state, @id@, timestamp, timestamp, double precision, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_began_@id@_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_began_agg(customer_id @id@, began timestamp, at timestamp, amount double precision, period metric_option) (
    SFUNC = _cohort_revenue_began_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_began_agg(@id@, timestamp, timestamp, double precision, metric_option) IS
    'as cohort_revenue_agg, where customers begin by an event of their own, such as the sign-up or the install: a row is an order with the beginning of its customer, whose earliest one counts; a row without at and amount is a beginning without an order, and what was paid before the beginning of its row is left out';
CREATE FUNCTION _cohort_revenue_began_zone_accum(cohort_revenue@kind@_state, @id@, metric_moment, metric_moment, numeric, metric_option, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_began_zone_@id@_numeric' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_began_zone_agg(customer_id @id@, began metric_moment, at metric_moment, amount numeric, period metric_option, zone metric_option) (
    SFUNC = _cohort_revenue_began_zone_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_began_zone_agg(@id@, metric_moment, metric_moment, numeric, metric_option, metric_option) IS
    'as cohort_revenue_began_agg, of instants (timestamptz) by the days of a time zone';
CREATE FUNCTION _cohort_revenue_began_zone_accum(cohort_revenue@kind@_state, @id@, metric_moment, metric_moment, double precision, metric_option, metric_option)
    RETURNS cohort_revenue@kind@_state
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_began_zone_@id@_float8' LANGUAGE C IMMUTABLE PARALLEL SAFE;
CREATE AGGREGATE cohort_revenue_began_zone_agg(customer_id @id@, began metric_moment, at metric_moment, amount double precision, period metric_option, zone metric_option) (
    SFUNC = _cohort_revenue_began_zone_accum, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE cohort_revenue_began_zone_agg(@id@, metric_moment, metric_moment, double precision, metric_option, metric_option) IS
    'as cohort_revenue_began_agg, of instants (timestamptz) by the days of a time zone';
CREATE AGGREGATE rollup(cohort_revenue@kind@_state) (
    SFUNC = _cohort_revenue_combine, STYPE = cohort_revenue@kind@_state, SSPACE = 65536,
    COMBINEFUNC = _cohort_revenue_combine, FINALFUNC = _cohort_revenue_rollup_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE rollup(cohort_revenue@kind@_state) IS
    'merges cohorts with their money: the orders of all of them, a customer known to several counted once, in the cohort of the earliest beginning';
-- @plus cohort_revenue@kind@_state
CREATE FUNCTION _cohort_revenue@kind@_state_json(cohort_revenue@kind@_state) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION _cohort_revenue@kind@_state_json(cohort_revenue@kind@_state) IS
    'cast to json: {"period": "month", "skipped_rows": 0, "customers": [{"customer_id": 7, "periods": [{"period": "2024-01", "orders": 2, "revenue": 5.00}]}]}; with "cost" where there are costs, and "began" where customers begin by an event of their own';
-- @json cohort_revenue@kind@_state

CREATE FUNCTION cohort_revenue(cohort_revenue@kind@_state, as_of timestamp,
    OUT cohort date, OUT period_no bigint, OUT period_start date, OUT customers bigint, OUT buyers bigint, OUT orders bigint,
    OUT revenue numeric, OUT margin numeric, OUT cumulative_revenue numeric, OUT cumulative_margin numeric,
    OUT ltv numeric, OUT margin_ltv numeric, OUT net_revenue_retention double precision,
    OUT gross_revenue_retention double precision, OUT complete boolean)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_cells' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 500;
COMMENT ON FUNCTION cohort_revenue(cohort_revenue@kind@_state, timestamp) IS
    'money by cohort and period: ltv is the cumulative revenue / customers of the cohort, margin_ltv that of amount - cost; net revenue retention is revenue of the customers who paid in period 0 / what they paid then, gross of each no more than then; only periods that are over at as_of are known, one that as_of cuts has NULL and complete = false';
CREATE FUNCTION ltv_curve(cohort_revenue@kind@_state, as_of timestamp,
    OUT period_no bigint, OUT cohorts bigint, OUT customers bigint, OUT buyers bigint, OUT orders bigint, OUT revenue numeric,
    OUT margin numeric, OUT revenue_per_customer numeric, OUT ltv numeric, OUT margin_ltv numeric)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_ltv_curve' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 50;
COMMENT ON FUNCTION ltv_curve(cohort_revenue@kind@_state, timestamp) IS
    'all cohorts as one: the revenue per customer n periods after the beginning, of the customers whose period n is over at as_of, and ltv, its sum over the periods up to n: so that young cohorts count where they are known';

CREATE FUNCTION cohort_payback(cohort_revenue@kind@_state, as_of timestamp, cac numeric,
    margin double precision DEFAULT 1, OUT cohort date, OUT customers bigint, OUT periods_known bigint,
    OUT acquisition_cost numeric, OUT recovered numeric, OUT recovered_share double precision, OUT payback_period bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohort_payback_numeric' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 50;
COMMENT ON FUNCTION cohort_payback(cohort_revenue@kind@_state, timestamp, numeric, double precision) IS
    'whether each cohort has paid for its acquisition, cac for each customer: what it recovered up to as_of, margin (a share) of its revenue, or of amount - cost where there are costs; payback_period is the period_no since whose end that is no less than the cost, NULL while it is less';
CREATE FUNCTION cohort_payback(cohort_revenue@kind@_state, as_of timestamp, cac double precision,
    margin double precision DEFAULT 1, OUT cohort date, OUT customers bigint, OUT periods_known bigint,
    OUT acquisition_cost numeric, OUT recovered numeric, OUT recovered_share double precision, OUT payback_period bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_cohort_payback_float8' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 50;
COMMENT ON FUNCTION cohort_payback(cohort_revenue@kind@_state, timestamp, double precision, double precision) IS
    'whether each cohort has paid for its acquisition, cac for each customer: what it recovered up to as_of, margin (a share) of its revenue, or of amount - cost where there are costs; payback_period is the period_no since whose end that is no less than the cost, NULL while it is less';

CREATE FUNCTION customer_revenue(cohort_revenue@kind@_state, OUT customer_id @id@, OUT began date, OUT period_start date,
    OUT orders bigint, OUT revenue numeric, OUT margin numeric) RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_customer_revenue' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION customer_revenue(cohort_revenue@kind@_state) IS
    'what the cohorts are made of: a row for each customer and period with an amount; began is the period of a beginning of its own, else NULL';
CREATE FUNCTION revenue(cohort_revenue@kind@_state) RETURNS numeric
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_total' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION revenue(cohort_revenue@kind@_state) IS
    'sum of all amounts that are in the value, refunds subtracted; exact; NULL without one';
CREATE FUNCTION customer_count(cohort_revenue@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_count' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION customer_count(cohort_revenue@kind@_state) IS
    'number of customers, those without an order included';
CREATE FUNCTION activity_period(cohort_revenue@kind@_state) RETURNS text
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_period' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION activity_period(cohort_revenue@kind@_state) IS
    'the kind of period: day, week, month, quarter, year, with a start such as week:sunday or year:april; none of a value over no rows';
CREATE FUNCTION skipped_rows(cohort_revenue@kind@_state) RETURNS bigint
    AS 'MODULE_PATHNAME', 'cm_cohort_revenue_skipped_rows' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION skipped_rows(cohort_revenue@kind@_state) IS
    'number of rows that were skipped, as they had no id, no time, no amount, no period or no zone';
-- @end
