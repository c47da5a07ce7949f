-- What customers say, and why. Streams 4xx.
\echo surveys

-- Ratings share a mood (half of their spread): the customer's, who says the less good the more easily he cancels, and
-- the day's. The NPS follows from the ratings by the weights in simulation_truth, which are applied here.
CREATE TABLE surveys (
  customer_id bigint, answered_at timestamptz, nps_score integer, csat_score integer, ces_score integer,
  product_quality integer, service integer, response_speed integer, price integer, delivery integer);
CREATE FUNCTION pg_temp.rating(share double precision) RETURNS double precision
IMMUTABLE PARALLEL SAFE
RETURN 1 + floor(5 * least(greatest(share, 0), 0.999));

CREATE FUNCTION pg_temp.answer(value double precision, lowest double precision, highest double precision)
RETURNS double precision
IMMUTABLE PARALLEL SAFE
RETURN least(greatest(floor(value + 0.5), lowest), highest);

INSERT INTO surveys
SELECT customer_id, pg_temp.moment(second),
       CASE WHEN u_blank > 0.03 THEN pg_temp.answer(
         :nps_base + :nps_service * (service - 3) + :nps_product_quality * (product_quality - 3)
         + :nps_response_speed * (response_speed - 3) + :nps_delivery * (delivery - 3) + :nps_price * (price - 3)
         + noise_nps, 0, 10) END,
       CASE WHEN u_blank < 0.95 THEN pg_temp.answer(
         3.6 + 0.5 * (service - 3) + 0.4 * (product_quality - 3) + 0.2 * (response_speed - 3) + 0.6 * noise_csat,
         1, 5) END,
       CASE WHEN u_blank > 0.08 THEN pg_temp.answer(
         4.8 + 0.9 * (response_speed - 3) + 0.4 * (service - 3) + 0.8 * noise_ces, 1, 7) END,
       CASE WHEN u_skip > 0.04 THEN product_quality END,
       CASE WHEN u_skip < 0.97 THEN service END,
       CASE WHEN u_skip > 0.03 THEN response_speed END,
       CASE WHEN u_skip NOT BETWEEN 0.20 AND 0.26 THEN price END,
       CASE WHEN u_skip NOT BETWEEN 0.23 AND 0.28 THEN delivery END
FROM (SELECT *,
             pg_temp.rating(mood + 0.5 * u_quality + 0.06) AS product_quality,
             pg_temp.rating(mood + 0.5 * u_service + 0.05 * (level - 1)) AS service,
             pg_temp.rating(mood + 0.5 * u_speed - CASE WHEN wave = 4 THEN 0.15 ELSE 0 END) AS response_speed,
             pg_temp.rating(mood + 0.5 * u_price - 0.05 * (level - 1)) AS price,
             pg_temp.rating(mood + 0.5 * u_delivery - CASE WHEN region = 'Asia' THEN 0.2 ELSE 0 END) AS delivery
      FROM (SELECT customer_id, wave, region, first_second,
                   array_position(ARRAY['basic', 'plus', 'pro'], plan) AS level,
                   86400 * ((ARRAY[182, 366, 547, 731])[wave] - 60 * pg_temp.uniform(customer_id, 401, wave)) AS second,
                   0.25 * chance + 0.25 * pg_temp.uniform(customer_id, 402, wave) AS mood,
                   pg_temp.uniform(customer_id, 411, wave) AS u_quality,
                   pg_temp.uniform(customer_id, 412, wave) AS u_service,
                   pg_temp.uniform(customer_id, 413, wave) AS u_speed,
                   pg_temp.uniform(customer_id, 414, wave) AS u_price,
                   pg_temp.uniform(customer_id, 415, wave) AS u_delivery,
                   pg_temp.noise(customer_id, 421, wave) AS noise_nps,
                   pg_temp.noise(customer_id, 431, wave) AS noise_csat,
                   pg_temp.noise(customer_id, 441, wave) AS noise_ces,
                   pg_temp.uniform(customer_id, 451, wave) AS u_blank,
                   pg_temp.uniform(customer_id, 452, wave) AS u_skip
            FROM customers JOIN latent USING (customer_id), generate_series(1, 4) wave
            WHERE pg_temp.uniform(customer_id, 400, wave) < 0.45 AND day < (ARRAY[182, 366, 547, 731])[wave]
            OFFSET 0) draws
      WHERE second >= first_second + 14 * 86400
      OFFSET 0) ratings
ORDER BY customer_id, wave;
