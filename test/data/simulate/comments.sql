-- What each table holds: \dt+ and \d+ TABLE show it in psql.
COMMENT ON TABLE simulation_truth IS
'The parameters of everything below, and the scale.';
COMMENT ON TABLE customer_truth IS
'What no export knows of a customer.';
COMMENT ON COLUMN customer_truth.rate IS 'orders per week while alive';
COMMENT ON COLUMN customer_truth.dropout IS 'probability to leave after a repeat order';
COMMENT ON COLUMN customer_truth.mean_amount IS 'mean amount of an order';
COMMENT ON COLUMN customer_truth.alive IS 'has not left at as_of';
COMMENT ON COLUMN customer_truth.future_orders IS 'orders in the 52 weeks after as_of, as they really happen';
COMMENT ON COLUMN customer_truth.future_amount IS 'their amounts';

COMMENT ON TABLE customers IS
'One row per customer. All together follow the models of orders; channels and plans differ because they were given by how good a customer is.';
COMMENT ON COLUMN customers.channel IS 'how the customer came; NULL: unattributed, 6 %';
COMMENT ON COLUMN customers.plan IS 'at sign-up: basic, plus, pro';
COMMENT ON COLUMN customers.referred_by IS 'customer_id of the one who brought this one';

COMMENT ON TABLE orders IS
'Orders, refunds and samples: see kind. Orders follow BG/NBD in weeks, no season in it: the first at sign-up, gaps exponential with the customer''s rate ~ Gamma(r, alpha), after each repeat order gone with probability ~ Beta(a, b); amounts Gamma-Gamma, the first included. From 10,000 customers on, fit exact times: merging the orders of a day loses 1 % of them, which moves alpha by 4 %.';
COMMENT ON COLUMN orders.kind IS 'order; refund: one per return, its amount negative; sample: free, its amount 0';
COMMENT ON COLUMN orders.amount IS 'what the customer paid, without currency; of a refund what they got back, negative';
COMMENT ON COLUMN orders.cost IS 'what the goods cost: 50 to 65 % of the price, by brand';

COMMENT ON TABLE returns IS
'What came back: 4 % of orders, some in part.';
COMMENT ON COLUMN returns.order_id IS 'the order, not the refund';
COMMENT ON COLUMN returns.amount IS 'what was refunded, positive';

COMMENT ON TABLE points IS
'Loyalty points: one per whole euro, kept 365 days; 15 % of orders redeem half of what the order before earned, so a balance is never below 0.';
COMMENT ON COLUMN points.points IS 'earned, or negative: redeemed';
COMMENT ON COLUMN points.expires_at IS 'first moment without them; NULL for the redeemed';

COMMENT ON TABLE subscriptions IS
'A row for each plan held without a break. 70 % of customers; 12 % of those hold a second one in parallel. After an upgrade or downgrade the next row starts the day this one ends, after a pause 1 to 3 months later; a fifth of the cancelled come back. Cancelled at each renewal with a probability ~ Beta(1, beta of the plan at sign-up): shifted beta-geometric in paid months, or years.';
COMMENT ON COLUMN subscriptions.ended_on IS 'first day without it; NULL: open';
COMMENT ON COLUMN subscriptions.monthly_amount IS 'in currency, a month, whatever the billing period';
COMMENT ON COLUMN subscriptions.currency IS 'EUR, USD (Americas), CNY (Asia)';
COMMENT ON COLUMN subscriptions.billing_period IS 'month, year';
COMMENT ON COLUMN subscriptions.end_reason IS 'upgrade, downgrade, pause, cancel; NULL: open';

COMMENT ON TABLE surveys IS
'One answer per row: each half year 45 % of customers, 3 to 8 % of values NULL. nps = base + sum of weight * (rating - 3) + noise of deviation 1, rounded and kept in 0..10 (a regression therefore finds weights some 15 % smaller, in the same order). Delivery is worse in Asia, response slowed in the second half of 2025, customers who cancel easily are less happy.';
COMMENT ON COLUMN surveys.nps_score IS '0 to 10';
COMMENT ON COLUMN surveys.csat_score IS '1 to 5';
COMMENT ON COLUMN surveys.ces_score IS '1 to 7, 7 is easy';
COMMENT ON COLUMN surveys.product_quality IS '1 to 5, as the ratings beside it';

COMMENT ON TABLE leads IS
'One per customer, and four times as many of nobody.';
COMMENT ON COLUMN leads.converted_at IS 'NULL: not, or not yet';
COMMENT ON COLUMN leads.customer_id IS 'whom it became';

COMMENT ON TABLE deals IS
'A lead that converts has a won deal, half of the others one that is lost or open.';
COMMENT ON COLUMN deals.first_contact_at IS 'NULL 2 %; in 0.5 % of won deals typed in wrongly, after the closing';
COMMENT ON COLUMN deals.stage IS 'the last reached';
COMMENT ON COLUMN deals.status IS 'open, won, lost';
COMMENT ON COLUMN deals.closed_at IS 'NULL: open';

COMMENT ON TABLE deal_stage_history IS
'When a deal came into a stage; 6 % skip a middle one, 4 % enter the proposal twice.';
COMMENT ON COLUMN deal_stage_history.stage_number IS '1 new, 2 qualified, 3 proposal, 4 negotiation, 5 won';

COMMENT ON TABLE channel_costs IS
'What was spent, by month and channel.';
COMMENT ON COLUMN channel_costs.month IS 'its first day';
COMMENT ON COLUMN channel_costs.channel IS 'NULL: brand marketing';

COMMENT ON TABLE web_events IS
'One event per row. Mobile loses customers at checkout; 8 % of carts come back without a view, 3 % of sessions carry one timestamp.';
COMMENT ON COLUMN web_events.event IS 'visit, view, cart, checkout, purchase';
COMMENT ON COLUMN web_events.duration_s IS 'seconds; NULL for the last of a session';

COMMENT ON TABLE email_events IS
'One email to one customer per row.';
COMMENT ON COLUMN email_events.delivered_at IS 'NULL: bounced';
COMMENT ON COLUMN email_events.machine_open IS 'opened by the mail program, not by a person';

COMMENT ON TABLE tickets IS
'What customers asked of support. Answers take twice as long in the second half of 2025.';
COMMENT ON COLUMN tickets.handling_cost IS 'what the ticket cost us';
