-- Sales cycle: days from the first contact until a deal is won.
CREATE FUNCTION _sales_cycle_accum(survival_state, metric_moment, metric_moment) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_sales_cycle_accum_won' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
CREATE FUNCTION _sales_cycle_accum(survival_state, metric_moment, metric_moment, metric_moment) RETURNS survival_state
    AS 'MODULE_PATHNAME', 'cm_sales_cycle_accum' LANGUAGE C IMMUTABLE PARALLEL SAFE;

CREATE FUNCTION sales_cycle(survival_state) RETURNS double precision
    AS 'MODULE_PATHNAME', 'cm_sales_cycle' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION sales_cycle(survival_state) IS
    'mean days of the deals won; those won before their first contact do not count';
CREATE FUNCTION sales_cycle_summary(survival_state, confidence double precision DEFAULT 0.95, OUT deals bigint, OUT won bigint,
    OUT not_won bigint, OUT negative bigint, OUT mean_won double precision, OUT median_won double precision,
    OUT p90_won double precision, OUT median double precision, OUT median_lower double precision,
    OUT median_upper double precision, OUT p90 double precision) RETURNS record
    AS 'MODULE_PATHNAME', 'cm_sales_cycle_summary' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION sales_cycle_summary(survival_state, double precision) IS
    'days of won deals, and median and p90 with deals not won as censored (Kaplan-Meier); negative counts deals won before their first contact, which are in no other figure';
CREATE AGGREGATE sales_cycle(first_contact metric_moment, won_at metric_moment) (
    SFUNC = _sales_cycle_accum, STYPE = survival_state, INITCOND = '1:', SSPACE = 2048,
    COMBINEFUNC = _survival_combine, FINALFUNC = sales_cycle, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_cycle(metric_moment, metric_moment) IS
    'mean days from the first contact to the win; deals without either are skipped, those won before it do not count';
CREATE AGGREGATE sales_cycle_agg(first_contact metric_moment, won_at metric_moment, seen_until metric_moment) (
    SFUNC = _sales_cycle_accum, STYPE = survival_state, INITCOND = '1:', SSPACE = 2048,
    COMBINEFUNC = _survival_combine, FINALFUNC = _survival_final, PARALLEL = SAFE
);
COMMENT ON AGGREGATE sales_cycle_agg(metric_moment, metric_moment, metric_moment) IS
    'collects days from the first contact to the win; a deal not won by seen_until, its loss or the time of the report, is censored then; a deal won before its first contact is no error here but counted as negative, because exports of CRM systems have them, where the contact was entered later';
