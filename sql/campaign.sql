-- Campaigns: 10,000 brought 45,000 of revenue, 200 leads and 9 deals. At a margin of 40 % they brought 18,000.
SELECT campaign_roi(45000, 10000) AS three_and_a_half, campaign_roi(45000, 10000, 0.4) AS zero_point_eight,
       roas(45000, 10000) AS four_and_a_half,
       cost_per_lead(10000.00, 200) AS fifty, cost_per_deal(10000, 9) AS float, cost_per_deal(10000.00,
       9) AS numeric;
SELECT campaign_roi(0, 10000) AS all_lost, campaign_roi(5, 0) IS NULL AS free, roas(5, 0) IS NULL AS free_2,
       cost_per_lead(5, 0) IS NULL AS no_lead,
       cost_per_deal(5.0, 0) IS NULL AS no_deal, roas(-5, 10) AS refunded, campaign_roi(NULL, 1) IS NULL AS unknown;
-- Costs, leads and deals lie in three tables: a row has what its table has.
CREATE TEMP TABLE facts (campaign text, revenue numeric, cost numeric, leads int, deals int);
INSERT INTO facts VALUES ('expo', NULL, 9800, NULL, NULL), ('expo', NULL, NULL, 1, NULL), ('expo', NULL, NULL,
       1, NULL),
    ('expo', 43457.50, NULL, NULL, 1), ('ads', NULL, 3200.25, NULL, NULL), ('ads', NULL, NULL, 1, NULL),
    ('none', 120, NULL, NULL, 1);
SELECT campaign, r.* FROM (SELECT campaign, campaign_agg(revenue, cost, leads, deals) AS c FROM facts GROUP BY
       campaign) AS t, campaign_report(c) AS r ORDER BY campaign;
SELECT campaign_roi(c, 0.5) = (43577.5 * 0.5 - 13000.25) / 13000.25 AS roi,
       roas(c) = 43577.5::float8 / 13000.25 AS roas, cost_per_lead(c), cost_per_deal(c), c, c::json
FROM (SELECT campaign_agg(revenue, cost, leads, deals) FROM facts) AS t(c);
SELECT campaign_agg(cost, revenue, leads, deals) = ALL (ARRAY[campaign_agg(cost, revenue, leads::bigint,
       deals::numeric),
           campaign_agg(cost, revenue, leads::real, deals::smallint)]) AS same,
       campaign_report(campaign_agg(revenue::float8, cost::float8, leads, deals)) =
       campaign_report(campaign_agg(revenue, cost, leads, deals)) AS same_2,
       campaign_report(campaign_agg(revenue::real, cost::real, leads, deals)) =
       campaign_report(campaign_agg(revenue, cost, leads, deals)) AS same_3
FROM facts;

-- Random rows in plain SQL, merged in any order.
SELECT setseed(0.7);
CREATE TEMP TABLE many AS
SELECT i, CASE WHEN random() < 0.7 THEN (random() * 900 - 50)::numeric(9,3) END AS revenue,
       CASE WHEN random() < 0.6 THEN (random() * 100)::numeric(9,2) END AS cost,
       CASE WHEN random() < 0.6 THEN (random() * 9)::int END AS leads,
       CASE WHEN random() < 0.6 THEN (random() * 3)::int END AS deals
FROM generate_series(1, 2000) AS i;
SELECT r.revenue = sum(m.revenue) AS same, r.cost = sum(m.cost) AS same_2, r.leads = sum(m.leads) AS same_3,
       r.deals = sum(m.deals) AS same_4,
       abs(r.roi - (sum(m.revenue) * 0.3 - sum(m.cost)) / sum(m.cost)) < 1e-12 AS same_5,
       abs(r.roas - sum(m.revenue) / sum(m.cost)) < 1e-12 AS same_6,
       r.cost_per_lead = sum(m.cost) / sum(m.leads) AS same_7, r.cost_per_deal = sum(m.cost) / sum(m.deals) AS same_8,
       abs(r.deals_per_lead - sum(m.deals) / sum(m.leads)::float8) < 1e-12 AS same_9
FROM many AS m, (SELECT c.* FROM (SELECT campaign_agg(revenue, cost, leads, deals) FROM many) AS t(s),
       campaign_report(s, 0.3) AS c) AS r GROUP BY r.*, r.revenue, r.cost, r.leads, r.deals, r.roi, r.roas,
       r.cost_per_lead, r.cost_per_deal, r.deals_per_lead;
SELECT rollup(c ORDER BY part) = (SELECT campaign_agg(revenue, cost, leads, deals) FROM many) AS merged,
       rollup(c ORDER BY part DESC) = rollup(c ORDER BY part) AS any_order,
       rollup(c::text::campaign_state) = rollup(c) AS text_and_back
FROM (SELECT i % 7 AS part, campaign_agg(revenue, cost, leads, deals) AS c FROM many GROUP BY 1) AS t;

-- Nothing, and what is wrong.
SELECT campaign_agg(revenue, cost, leads, deals) FROM facts WHERE false;
SELECT * FROM campaign_report('1:0/0,0,0');
SELECT campaign_roi('1:0/0,0,0'::campaign_state) IS NULL AS nothing,
       roas('1:5/-1,0,0') IS NULL AS a_cost_below_zero;
SELECT campaign_roi(1, -1);
SELECT campaign_roi(1, 1, 40);
SELECT campaign_roi('1:0/0,0,0'::campaign_state, 40);
SELECT roas('NaN', 1);
SELECT roas(1e300, 1e-300);
SELECT cost_per_lead(-1.5, 2);
SELECT cost_per_deal(1, 0.5);
SELECT campaign_agg(1, 1, -1, 0);
SELECT campaign_agg('Infinity'::float8, 1, 0, 0);
SELECT '1:0/0,-1,0'::campaign_state;
SELECT '1:0/0,1'::campaign_state;
-- Bytes: the version, revenue and cost in 17 each, two counts.
SELECT _campaign_state_send('1:-2.50/7,3,4');
