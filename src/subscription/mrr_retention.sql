-- Net and gross revenue retention and logo retention against a day before, from mrr: trailing twelve months, as annual
-- reports have it (net dollar retention: what the customers of the base month pay now / what they paid then). A row for each
-- period; amounts are numeric and exact, rates fractions. Of a period that is not complete only the base is given; rates
-- without a base are NULL. "before" is whole months and days, taken from the first day after the period.
-- @ids
CREATE FUNCTION mrr_retention(mrr@kind@_state, period text, as_of timestamp, before interval DEFAULT '1 year',
    OUT period_start date, OUT complete boolean, OUT base_day date, OUT base_mrr numeric, OUT expansion_mrr numeric,
    OUT contraction_mrr numeric, OUT churned_mrr numeric, OUT retained_mrr numeric,
    OUT gross_revenue_retention double precision, OUT net_revenue_retention double precision,
    OUT base_customers bigint, OUT lost_customers bigint, OUT logo_retention double precision,
    OUT logo_retention_lower double precision, OUT logo_retention_upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 24;
COMMENT ON FUNCTION mrr_retention(mrr@kind@_state, text, timestamp, interval) IS
    'gross and net revenue retention and logo retention (with its 95 % Wilson interval) at the end of each period against a day before it, 12 months unless said otherwise: what the customers of the evening of base_day pay now; base + expansion - contraction - churned = retained';
CREATE FUNCTION mrr_segment_retention(ledgers mrr@kind@_state[], segments text[], period text, as_of timestamp,
    before interval DEFAULT '1 year',
    OUT segment text, OUT period_start date, OUT complete boolean, OUT base_day date, OUT base_mrr numeric,
    OUT expansion_mrr numeric, OUT contraction_mrr numeric, OUT churned_mrr numeric, OUT moved_out_mrr numeric,
    OUT moved_out_now_mrr numeric, OUT moved_in_mrr numeric, OUT gross_revenue_retention double precision,
    OUT net_revenue_retention double precision, OUT net_with_moved double precision, OUT base_customers bigint,
    OUT lost_customers bigint, OUT moved_out_customers bigint, OUT moved_in_customers bigint,
    OUT logo_retention double precision, OUT logo_retention_lower double precision,
    OUT logo_retention_upper double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_mrr_segment_retention' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 100;
COMMENT ON FUNCTION mrr_segment_retention(mrr@kind@_state[], text[], text, timestamp, interval) IS
    'mrr_retention by segment, from a ledger for each; a customer is of the segment in which they pay most on the day; gross and net are of those who stayed in their segment or pay nothing, moved_out of those who pay in another now, what they paid and pay; net_with_moved has them too';
-- @end
