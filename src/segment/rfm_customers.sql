-- RFM straight from customers, the value that holds the orders of everybody.
-- @ids
CREATE FUNCTION rfm_scores(customers@kind@_state, as_of timestamp, bins bigint DEFAULT 5, method text DEFAULT 'independent',
    frequency text DEFAULT 'orders', monetary text DEFAULT 'revenue', OUT customer_id @id@, OUT scores rfm_cell,
    OUT recency_days double precision, OUT frequency_value bigint, OUT monetary_value double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_scores' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION rfm_scores(customers@kind@_state, timestamp, bigint, text, text, text) IS
    'scores of every customer among all of them; frequency orders or days, monetary revenue or average; NULL for who never bought; refunds lower revenue, and are no purchases: neither orders nor days, nor recent ones; recency_days from the last purchase to as_of, whose own day is known';
CREATE FUNCTION rfm_scores(customers@kind@_state, as_of timestamp, cuts rfm_cuts,
    frequency text DEFAULT 'orders', monetary text DEFAULT 'revenue', OUT customer_id @id@, OUT scores rfm_cell,
    OUT recency_days double precision, OUT frequency_value bigint, OUT monetary_value double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_scores_by_cuts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 1000000;
COMMENT ON FUNCTION rfm_scores(customers@kind@_state, timestamp, rfm_cuts, text, text) IS
    'scores of every customer by stored or fixed thresholds; frequency orders or days, monetary revenue or average; NULL for who never bought';
CREATE FUNCTION rfm_base(customers@kind@_state, as_of timestamp, frequency text DEFAULT 'orders',
    monetary text DEFAULT 'revenue') RETURNS rfm_base_state
    AS 'MODULE_PATHNAME', 'cm_rfm_base_of_customers' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION rfm_base(customers@kind@_state, timestamp, text, text) IS
    'these customers as those that scores are relative to, to learn thresholds from: rfm_cuts(rfm_base(...))';

CREATE FUNCTION rfm_report(customers@kind@_state, as_of timestamp, map text DEFAULT 'rf10', lang text DEFAULT 'en',
    method text DEFAULT 'independent', frequency text DEFAULT 'orders', monetary text DEFAULT 'revenue',
    OUT segment text, OUT rank smallint, OUT customers bigint, OUT share_of_customers double precision,
    OUT purchases bigint, OUT revenue numeric, OUT share_of_revenue double precision, OUT mean_recency_days double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_report' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 11;
COMMENT ON FUNCTION rfm_report(customers@kind@_state, timestamp, text, text, text, text, text) IS
    'segments of all customers by a built-in map, with customers, purchases, revenue and shares; NULL: never bought';
CREATE FUNCTION rfm_report(customers@kind@_state, as_of timestamp, map rfm_map, method text DEFAULT 'independent',
    frequency text DEFAULT 'orders', monetary text DEFAULT 'revenue',
    OUT segment text, OUT rank smallint, OUT customers bigint, OUT share_of_customers double precision,
    OUT purchases bigint, OUT revenue numeric, OUT share_of_revenue double precision, OUT mean_recency_days double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_report_by_map' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 11;
COMMENT ON FUNCTION rfm_report(customers@kind@_state, timestamp, rfm_map, text, text, text) IS
    'segments of all customers by a map of your own, scored in its bins, with customers, purchases, revenue and shares; NULL: never bought';
CREATE FUNCTION rfm_report(customers@kind@_state, as_of timestamp, cuts rfm_cuts, map text DEFAULT 'rf10',
    lang text DEFAULT 'en', frequency text DEFAULT 'orders', monetary text DEFAULT 'revenue',
    OUT segment text, OUT rank smallint, OUT customers bigint, OUT share_of_customers double precision,
    OUT purchases bigint, OUT revenue numeric, OUT share_of_revenue double precision, OUT mean_recency_days double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_report_by_cuts' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 11;
COMMENT ON FUNCTION rfm_report(customers@kind@_state, timestamp, rfm_cuts, text, text, text, text) IS
    'segments of all customers by stored or fixed thresholds and a built-in map, which reads other cells than those of five bins by rfm_rebin';
CREATE FUNCTION rfm_report(customers@kind@_state, as_of timestamp, cuts rfm_cuts, map rfm_map,
    frequency text DEFAULT 'orders', monetary text DEFAULT 'revenue',
    OUT segment text, OUT rank smallint, OUT customers bigint, OUT share_of_customers double precision,
    OUT purchases bigint, OUT revenue numeric, OUT share_of_revenue double precision, OUT mean_recency_days double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_report_by_cuts_and_map' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000 ROWS 11;
COMMENT ON FUNCTION rfm_report(customers@kind@_state, timestamp, rfm_cuts, rfm_map, text, text) IS
    'segments of all customers by stored or fixed thresholds and a map of your own, which reads other cells than those of its bins by rfm_rebin';
CREATE FUNCTION rfm_report_base(customers@kind@_state, as_of timestamp, cuts rfm_cuts, frequency text DEFAULT 'orders',
    monetary text DEFAULT 'revenue') RETURNS report_base_state
    AS 'MODULE_PATHNAME', 'cm_rfm_report_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION rfm_report_base(customers@kind@_state, timestamp, rfm_cuts, text, text) IS
    'what rfm_report by these thresholds is made of, to be rolled up over values that have different customers';
-- @end
CREATE FUNCTION rfm_report(report_base_state, map text DEFAULT 'rf10', lang text DEFAULT 'en',
    OUT segment text, OUT rank smallint, OUT customers bigint, OUT share_of_customers double precision,
    OUT purchases bigint, OUT revenue numeric, OUT share_of_revenue double precision, OUT mean_recency_days double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_report_of_base' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 11;
COMMENT ON FUNCTION rfm_report(report_base_state, text, text) IS
    'segments by a built-in map of many values, from the rolled up rfm_report_base of each: equal to that of the whole; cells of other than its bins are read by rfm_rebin; thresholds of the whole are rfm_cuts(rollup(rfm_base(...)))';
CREATE FUNCTION rfm_report(report_base_state, map rfm_map,
    OUT segment text, OUT rank smallint, OUT customers bigint, OUT share_of_customers double precision,
    OUT purchases bigint, OUT revenue numeric, OUT share_of_revenue double precision, OUT mean_recency_days double precision)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'cm_rfm_report_of_base_by_map' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 1000 ROWS 11;
COMMENT ON FUNCTION rfm_report(report_base_state, rfm_map) IS
    'segments by a map of your own of many values, from the rolled up rfm_report_base of each: equal to that of the whole; cells of other than its bins are read by rfm_rebin; thresholds of the whole are rfm_cuts(rollup(rfm_base(...)))';
