-- LTV:CAC from orders and costs: what customers have brought, what they cost, and when that is paid back.
-- @ids
CREATE FUNCTION ltv_cac(customers@kind@_state, spending_state, as_of timestamp, margin double precision DEFAULT 1,
    period_days double precision DEFAULT 30.4375, confidence double precision DEFAULT 0.95, OUT customers bigint, OUT new_customers bigint,
    OUT revenue_per_customer numeric, OUT ltv double precision, OUT cac numeric, OUT ratio double precision,
    OUT lower double precision, OUT upper double precision, OUT margin_per_period double precision, OUT payback_periods double precision)
    AS 'MODULE_PATHNAME', 'cm_ltv_cac' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 10000;
COMMENT ON FUNCTION ltv_cac(customers@kind@_state, spending_state, timestamp, double precision, double precision, double precision) IS
    'of the orders of the customers that were won and of what winning them cost, a channel or all: customers with a purchase and new customers of the costs; ltv = revenue per customer so far, refunds subtracted, x margin, a fraction; ratio = ltv / cac, with the interval of a mean over customers (Student''s t), as if the cost were known; margin_per_period = margin of revenue / days since the first purchases of all x period_days, a month unless said; payback_periods = cac / margin_per_period; a row after as_of is an error';
-- @end
