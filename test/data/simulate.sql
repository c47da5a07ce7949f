-- A simulated business, the same on every machine: two years of an online shop with subscriptions and a sales team.
--
--   psql -X -v scale=1 -f test/data/simulate.sql            1,000 customers in about a second; 1000 is a million
--   psql -X -v scale=1 -v schema=mine -f ...                tables go into that schema, "shop" unless said
--   psql -X -f test/data/checksum.sql                       at scale 1 prints test/data/checksum.out
--
-- Everything happens in one transaction; tables of the same names stop it. Random numbers come from random.sql.
-- The period is [2024-01-01, 2026-01-01) in UTC: as_of is 2026-01-01, and what ends later is still open (NULL).
-- Tables look as a CRM would export them: no keys, no constraints, gaps and typing mistakes as noted. Rows are written
-- in a fixed order, so that dumps are equal too.
--
-- simulation_truth  name, value: the parameters of everything below, and the scale
-- customer_truth    customer_id; what no export knows: rate (orders per week while alive), dropout (probability to
--                   leave after a repeat order), mean_amount (of an order), alive (has not left at as_of),
--                   future_orders and future_amount (what really happens in the 52 weeks after as_of)
-- customers         customer_id, channel (NULL: unattributed, 6 %), region, plan, signed_up_on, referred_by
-- orders            order_id, customer_id, ordered_at, kind (order, refund, sample), brand, units, amount, cost.
--                   kind = 'order': BG/NBD in weeks, no season in it: the first at sign-up, gaps exponential with the
--                   customer's rate ~ Gamma(r, alpha), after each repeat order gone with probability ~ Beta(a, b);
--                   amounts Gamma-Gamma, the first included. All customers together follow the models; channels and
--                   plans differ because they were given by how good a customer is. From 10,000 customers on, fit
--                   exact times: merging the orders of a day loses 1 % of them, which moves alpha by 4 %
--                   'refund': negative, one per return. 'sample': free, amount 0.
-- returns           return_id, order_id, customer_id, returned_at, units, amount, reason: 4 % of orders, some in part
-- points            customer_id, at, points, expires_at: a point per whole euro, kept 365 days; 15 % of orders redeem
--                   half of what the order before earned (negative, expires_at NULL), so a balance is never below 0
-- subscriptions     subscription_id, customer_id, plan, started_on, ended_on (first day without it; NULL: open),
--                   monthly_amount, currency, billing_period (month, year), end_reason (upgrade, downgrade, pause,
--                   cancel). 70 % of customers; 12 % of those hold a second one in parallel. After an upgrade or
--                   downgrade the next row starts the day this one ends, after a pause 1 to 3 months later; a fifth of
--                   the cancelled come back. Cancelled at each renewal with a probability ~ Beta(1, beta of the plan
--                   at sign-up): shifted beta-geometric in paid months, or years
-- surveys           customer_id, answered_at, nps_score (0-10), csat_score (1-5), ces_score (1-7), product_quality,
--                   service, response_speed, price, delivery (1-5). Each half year 45 % of customers answer; 3 to 8 %
--                   of values are NULL. nps = base + sum of weight * (rating - 3) + noise of deviation 1, rounded and
--                   kept in 0..10 (a regression therefore finds weights some 15 % smaller, in the same order).
--                   Delivery is worse in Asia, response slowed in the second half of 2025, customers who cancel easily
--                   are less happy
-- leads             lead_id, channel, created_at, converted_at, customer_id: one per customer, four times as many of
--                   nobody
-- deals             deal_id, lead_id, channel, created_at, first_contact_at (NULL 2 %), stage (last reached), status
--                   (open, won, lost), closed_at, amount. A lead that converts has a won deal, half of the others one
--                   that is lost or open. In 0.5 % of won deals the first contact was typed in after the closing
-- deal_stage_history deal_id, stage, stage_number 1-5 (new, qualified, proposal, negotiation, won), entered_at; 6 %
--                   skip a middle stage, 4 % enter the proposal twice
-- channel_costs     month, channel, marketing_cost, sales_cost, ad_cost; channel NULL is brand marketing
-- web_events        customer_id, session_id, occurred_at, event (visit, view, cart, checkout, purchase), device,
--                   duration_s (NULL for the last of a session). Mobile loses customers at checkout; 8 % of carts come
--                   back without a view, 3 % of sessions carry one timestamp
-- email_events      customer_id, campaign, sent_at, delivered_at (NULL: bounced), opened_at, clicked_at, machine_open
-- tickets           ticket_id, customer_id, opened_at, first_response_at, resolved_at, category, complaint,
--                   handling_cost. Answers take twice as long in the second half of 2025

\set ON_ERROR_STOP on
\set QUIET on
\if :{?scale}
\else
  \set scale 1
\endif
\if :{?schema}
\else
  \set schema shop
\endif

BEGIN;
SET LOCAL client_min_messages = warning;
CREATE SCHEMA IF NOT EXISTS :"schema";
SET LOCAL search_path = :"schema";
-- What follows depends on no setting but the time zone, and is fastest with these.
SET LOCAL TimeZone = 'UTC';
SET LOCAL jit = off;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL work_mem = '256MB';
\ir random.sql
\ir simulate/customers.sql
\ir simulate/orders.sql
\ir simulate/subscriptions.sql
\ir simulate/surveys.sql
\ir simulate/pipeline.sql
\ir simulate/traffic.sql
COMMIT;
SELECT format('ANALYZE %I.%I', :'schema', relname) FROM pg_class
WHERE relnamespace = quote_ident(:'schema')::regnamespace AND relkind = 'r' ORDER BY relname \gexec
