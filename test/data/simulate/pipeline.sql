-- From leads through deals to customers, and what it costs. Streams 5xx; a lead is drawn by its number.
\echo pipeline

-- Every customer was a lead, up to 45 days before (twice as long from partners and events); four times as many leads
-- never became one.
CREATE TEMP TABLE lead ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY created, customer_id, draw) AS lead_id, *
FROM (SELECT customer_id, 0::bigint AS draw, channel, first_second AS converted,
             first_second - floor(least(first_second,
                                        86400 * CASE WHEN channel IN ('partner', 'events') THEN 90 ELSE 45 END)
                                  * (0.01 + 0.99 * sqrt(pg_temp.uniform(customer_id, 501, 0))
                                                 * pg_temp.uniform(customer_id, 502, 0))) AS created
      FROM customers JOIN latent USING (customer_id)
      UNION ALL
      SELECT NULL, draw,
             CASE WHEN pg_temp.uniform(draw, 511, 0) > 0.06 THEN
               (ARRAY['search', 'social', 'ads', 'referral', 'partner', 'events'])
               [1 + width_bucket(pg_temp.uniform(draw, 512, 0), ARRAY[0.20, 0.46, 0.82, 0.88, 0.96])] END,
             NULL,
             86400 * width_bucket((draw - 0.5::double precision) / (:scale * 4000), (SELECT share FROM calendar))
             + floor(86400 * pg_temp.uniform(draw, 513, 0))
      FROM generate_series(1::bigint, :scale * 4000) draw) all_leads;
ANALYZE lead;

CREATE TABLE leads (
  lead_id bigint, channel text, created_at timestamptz, converted_at timestamptz, customer_id bigint);
INSERT INTO leads
SELECT lead_id, channel, pg_temp.moment(created), pg_temp.moment(converted), customer_id FROM lead ORDER BY lead_id;

-- A deal's life is a span of time; it enters stages at rising shares of it. Those that are lost reach stage 1 to 4, and
-- a tenth of them is never closed. What would happen after as_of has not happened: the deal is open.
CREATE TEMP TABLE deal ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY lead_id) AS deal_id, lead_id, channel, won,
       lead_created + span * 0.05 * u_start AS created,
       lead_created + span * (0.05 + 0.1 * u_contact) AS contacted,
       CASE WHEN won THEN 5 ELSE 1 + width_bucket(u_stage, ARRAY[0.35, 0.65, 0.85]) END AS last_stage,
       lead_created, span, lead_created + span AS closed, NOT won AND u_stale < 0.1 AS stale
FROM (SELECT lead_id, channel, customer_id IS NOT NULL AS won, created AS lead_created,
             CASE WHEN customer_id IS NOT NULL THEN converted - created
                  ELSE 86400 * (3 + 100 * pg_temp.uniform(lead_id, 521, 0) * pg_temp.uniform(lead_id, 522, 0)) END
               AS span,
             pg_temp.uniform(lead_id, 523, 0) AS u_start,
             pg_temp.uniform(lead_id, 524, 0) AS u_contact,
             pg_temp.uniform(lead_id, 525, 0) AS u_stage,
             pg_temp.uniform(lead_id, 526, 0) AS u_stale
      FROM lead WHERE customer_id IS NOT NULL OR pg_temp.uniform(lead_id, 527, 0) < 0.5
      OFFSET 0) draws
WHERE lead_created + span * 0.05 * u_start < 63158400;

CREATE TABLE deal_stage_history (deal_id bigint, stage text, stage_number integer, entered_at timestamptz);
INSERT INTO deal_stage_history
SELECT deal_id, (ARRAY['new', 'qualified', 'proposal', 'negotiation', 'won'])[stage], stage, pg_temp.moment(entered)
FROM (SELECT deal_id, visit, CASE visit WHEN 6 THEN 3 ELSE visit END AS stage,
             CASE visit WHEN 1 THEN created WHEN 5 THEN closed
                        ELSE lead_created + span * ((ARRAY[0, 0.15, 0.40, 0.60, 1, 0.85])[visit]
                                                    + 0.15 * pg_temp.uniform(deal_id, 531, visit)) END AS entered
      FROM deal, generate_series(1, CASE WHEN last_stage >= 4 THEN 6 ELSE last_stage END) visit
      WHERE visit <= last_stage AND (visit NOT IN (2, 3) OR pg_temp.uniform(deal_id, 532, visit) > 0.06)
            OR visit = 6 AND pg_temp.uniform(deal_id, 532, visit) < 0.04
      OFFSET 0) visits
WHERE entered < 63158400
ORDER BY deal_id, entered, visit;
ANALYZE deal, deal_stage_history;

CREATE TABLE deals (
  deal_id bigint, lead_id bigint, channel text, created_at timestamptz, first_contact_at timestamptz, stage text,
  status text, closed_at timestamptz, amount numeric(12,2));
INSERT INTO deals
SELECT deal_id, lead_id, channel, pg_temp.moment(created),
       CASE WHEN won AND u_mistake < 0.005 THEN pg_temp.moment(least(closed + 86400 * (1 + 300 * u_mistake), 63158399))
            WHEN u_mistake < 0.98 AND contacted < 63158400 THEN pg_temp.moment(contacted) END,
       (ARRAY['new', 'qualified', 'proposal', 'negotiation', 'won'])[stage],
       CASE WHEN won THEN 'won' WHEN ended THEN 'lost' ELSE 'open' END,
       CASE WHEN ended THEN pg_temp.moment(closed) END,
       (4 + floor(96 * u_amount * u_amount)) * CASE WHEN channel IN ('partner', 'events') THEN 100 ELSE 50 END
FROM (SELECT deal.*, stage, NOT stale AND closed < 63158400 AS ended,
             pg_temp.uniform(deal_id, 541, 0) AS u_mistake,
             pg_temp.uniform(deal_id, 542, 0) AS u_amount
      FROM deal JOIN (SELECT deal_id, max(stage_number) AS stage FROM deal_stage_history GROUP BY deal_id) reached
                     USING (deal_id)
      OFFSET 0) draws
ORDER BY deal_id;

-- Costs follow the leads of the month, within a tenth; so the price of a lead tells the channels apart.
CREATE TABLE channel_costs (
  month date, channel text, marketing_cost numeric(14,2), sales_cost numeric(14,2), ad_cost numeric(14,2));
INSERT INTO channel_costs
SELECT month, channel, round(leads * marketing * luck, 2), round(leads * sales * luck, 2), round(leads * ad * luck, 2)
FROM (SELECT month, rank, rates.channel, leads, marketing, sales, ad,
             (90 + floor(21 * pg_temp.uniform(rates.rank, 551, month - date '2024-01-01')))::numeric / 100 AS luck
      FROM (SELECT date_trunc('month', created_at AT TIME ZONE 'UTC')::date AS month, channel, count(*) AS leads
            FROM leads GROUP BY 1, 2) monthly
           JOIN (VALUES (1, 'search', 1.5, 2.5, 2.5), (2, 'social', 2.0, 2.5, 3.0), (3, 'ads', 1.5, 3.0, 7.0),
                        (4, 'referral', 1.0, 2.0, 0.0), (5, 'partner', 2.5, 5.5, 0.0), (6, 'events', 9.0, 5.0, 1.5),
                        (7, NULL, 3.0, 0.0, 0.0)) rates (rank, channel, marketing, sales, ad)
             ON monthly.channel IS NOT DISTINCT FROM rates.channel
      OFFSET 0) costs
ORDER BY month, rank;
