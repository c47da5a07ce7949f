-- Who the customers are: truth first, then what a CRM knows. Streams 1xx.
\echo customers

-- Stated once, used in the draws and told to the tests. r, a, b, p, q of the order models have no variable here: they
-- are the shape of the draws below and in orders.sql.
\set alpha 8
\set gamma 25
\set beta_basic 8
\set beta_plus 16
\set beta_pro 32
\set beta_yearly 4
\set nps_base 7.9
\set nps_service 1.0
\set nps_product_quality 0.8
\set nps_response_speed 0.45
\set nps_delivery 0.25
\set nps_price 0.05
CREATE TABLE simulation_truth (name text, value double precision);
INSERT INTO simulation_truth VALUES
  ('scale', :scale), ('customers', :scale * 1000),
  ('bgnbd_r', 0.5), ('bgnbd_alpha_weeks', :alpha), ('bgnbd_a', 0.5), ('bgnbd_b', 2.5),
  ('gamma_gamma_p', 6), ('gamma_gamma_q', 4), ('gamma_gamma_gamma', :gamma),
  ('sbg_alpha', 1), ('sbg_beta_basic', :beta_basic), ('sbg_beta_plus', :beta_plus), ('sbg_beta_pro', :beta_pro),
  ('sbg_beta_yearly', :beta_yearly),
  ('nps_base', :nps_base), ('nps_noise', 1), ('nps_weight_service', :nps_service),
  ('nps_weight_product_quality', :nps_product_quality), ('nps_weight_response_speed', :nps_response_speed),
  ('nps_weight_delivery', :nps_delivery), ('nps_weight_price', :nps_price);

-- The share of all sign-ups (and leads) reached at the end of each day: the business doubles, winter is strong and
-- weekends are weak. width_bucket of a share in it is the day, 0 being Monday 2024-01-01.
CREATE TEMP TABLE calendar ON COMMIT DROP AS
SELECT array_agg(sum_to_day / total ORDER BY day) AS share
FROM (SELECT day, (sum(weight) OVER (ORDER BY day))::double precision AS sum_to_day,
             (sum(weight) OVER ())::double precision AS total
      FROM (SELECT day, (731 + day) * CASE WHEN day % 7 >= 5 THEN 6 ELSE 10 END
                        * (ARRAY[9, 8, 10, 10, 9, 8, 7, 7, 10, 11, 15, 14])
                          [extract(month FROM date '2024-01-01' + day)::integer] AS weight
            FROM generate_series(0, 730) day) weights) sums;

-- grade is how good a customer is. Channel and plan depend on it rather than the other way round: so channels differ,
-- and all customers together still follow the models exactly.
CREATE TEMP TABLE latent ON COMMIT DROP AS
SELECT *, (rate > 0.05)::integer + (dropout < 0.1)::integer + (amount_rate < 0.12)::integer AS grade
FROM (SELECT customer_id, day, day * 86400 + floor(u_hour * 86400) AS first_second,
             pg_temp.neg_ln(s_rate) * pg_temp.arcsine(v_rate) / :alpha AS rate,
             pg_temp.arcsine(v_dropout) * (1 - sqrt(u_dropout)) AS dropout,
             pg_temp.neg_ln(s_amount) / :gamma AS amount_rate,
             chance
      FROM (SELECT customer_id, width_bucket((customer_id - 0.5::double precision) / (:scale * 1000),
                                             (SELECT share FROM calendar)) AS day,
                   pg_temp.uniform(customer_id, 101, 0) AS u_hour,
                   pg_temp.step(pg_temp.uniform(customer_id, 102, 0)) AS s_rate,
                   pg_temp.uniform(customer_id, 103, 0) AS v_rate,
                   pg_temp.uniform(customer_id, 104, 0) AS v_dropout,
                   pg_temp.uniform(customer_id, 105, 0) AS u_dropout,
                   pg_temp.step(pg_temp.uniform(customer_id, 106, 1) * pg_temp.uniform(customer_id, 106, 2)
                                * pg_temp.uniform(customer_id, 106, 3) * pg_temp.uniform(customer_id, 106, 4))
                     AS s_amount,
                   pg_temp.uniform(customer_id, 107, 0) AS chance
            FROM generate_series(1::bigint, :scale * 1000) customer_id
            OFFSET 0) draws
      OFFSET 0) truth;
ANALYZE latent;

CREATE TABLE customers (
  customer_id bigint, channel text, region text, plan text, signed_up_on date, referred_by bigint);
INSERT INTO customers
SELECT customer_id, channel, region, plan, date '2024-01-01' + day,
       CASE WHEN channel = 'referral' AND customer_id > 1 THEN 1 + floor(u_referrer * (customer_id - 1)) END
FROM (SELECT customer_id, day,
             CASE WHEN pg_temp.uniform(customer_id, 111, 0) > 0.06 THEN
               (ARRAY['search', 'social', 'ads', 'referral', 'partner', 'events'])
               [1 + width_bucket(pg_temp.uniform(customer_id, 112, 0),
                                 CASE grade WHEN 0 THEN ARRAY[0.22, 0.46, 0.80, 0.85, 0.95]::double precision[]
                                            WHEN 1 THEN ARRAY[0.25, 0.43, 0.67, 0.79, 0.91]
                                            WHEN 2 THEN ARRAY[0.27, 0.41, 0.56, 0.77, 0.90]
                                            ELSE ARRAY[0.25, 0.35, 0.44, 0.75, 0.88] END)] END AS channel,
             (ARRAY['Europe', 'Americas', 'Asia', 'Africa'])
             [1 + width_bucket(pg_temp.uniform(customer_id, 113, 0), ARRAY[0.45, 0.75, 0.95])] AS region,
             (ARRAY['basic', 'plus', 'pro'])
             [1 + width_bucket(pg_temp.uniform(customer_id, 114, 0) + 0.12 * grade, ARRAY[0.65, 1.0])] AS plan,
             pg_temp.uniform(customer_id, 115, 0) AS u_referrer
      FROM latent
      OFFSET 0) draws
ORDER BY customer_id;
ANALYZE customers;
