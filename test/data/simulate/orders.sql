-- Orders and what follows from them: returns, refunds, points, and the truth about each customer. Streams 2xx.
\echo orders

-- Buy till you die: an order, then death or a gap, until the end of 2026. One round of the recursion is one more order
-- of everybody still there; the second is counted from the beginning of 2024, a week being 604800 of them.
CREATE TEMP TABLE buying ON COMMIT DROP AS
WITH RECURSIVE buying AS (
  SELECT customer_id, rate, dropout, 0 AS n, first_second AS second, true AS stays FROM latent
  UNION ALL
  SELECT customer_id, rate, dropout, n, second, u_dropout >= dropout
  FROM (SELECT customer_id, rate, dropout, n + 1 AS n, u_dropout,
               second + floor(604800 * pg_temp.neg_ln(s_gap) / rate) AS second
        FROM (SELECT customer_id, rate, dropout, n, second,
                     pg_temp.step(pg_temp.uniform(customer_id, 201, n)) AS s_gap,
                     pg_temp.uniform(customer_id, 202, n) AS u_dropout
              FROM buying WHERE stays
              OFFSET 0) draws) next_order
  WHERE second < (731 + 364) * 86400)
SELECT customer_id, n, second, stays, greatest(floor(100 * pg_temp.neg_ln(s_amount) / amount_rate), 1)::bigint AS cents
FROM (SELECT customer_id, n, second, stays, amount_rate,
             pg_temp.step(pg_temp.uniform(customer_id, 211, n) * pg_temp.uniform(customer_id, 212, n)
                          * pg_temp.uniform(customer_id, 213, n) * pg_temp.uniform(customer_id, 214, n)
                          * pg_temp.uniform(customer_id, 215, n) * pg_temp.uniform(customer_id, 216, n)) AS s_amount
      FROM buying JOIN latent USING (customer_id)
      OFFSET 0) draws;
ANALYZE buying;

CREATE TABLE customer_truth (
  customer_id bigint, rate double precision, dropout double precision, mean_amount double precision,
  alive boolean, future_orders bigint, future_amount numeric(14,2));
INSERT INTO customer_truth
SELECT customer_id, rate, dropout, 6 / amount_rate, alive, future_orders, future_cents * 0.01
FROM latent JOIN
     (SELECT customer_id, bool_and(stays) FILTER (WHERE second < 63158400) AS alive,
             count(*) FILTER (WHERE second >= 63158400) AS future_orders,
             coalesce(sum(cents) FILTER (WHERE second >= 63158400), 0) AS future_cents
      FROM buying GROUP BY customer_id) histories USING (customer_id)
ORDER BY customer_id;

-- The four brands cost 50, 55, 60 and 65 % of their price; the last comes back twice as often.
CREATE TEMP TABLE bought ON COMMIT DROP AS
SELECT customer_id, n, second, cents, brand, units,
       CASE WHEN u_return < CASE brand WHEN 4 THEN 0.06 ELSE 0.03 END
            THEN CASE WHEN u_part < 0.5 THEN (units + 1) / 2 ELSE units END END AS units_back,
       second + floor((2 + 26 * u_delay) * 86400) AS back_second
FROM (SELECT customer_id, n, second, cents,
             CASE WHEN pg_temp.uniform(customer_id, 221, n) < 0.75
                  THEN 1 + floor(4 * pg_temp.uniform(customer_id, 222, 0))
                  ELSE 1 + floor(4 * pg_temp.uniform(customer_id, 223, n)) END::integer AS brand,
             1 + width_bucket(pg_temp.uniform(customer_id, 224, n), ARRAY[0.5, 0.75, 0.9]) AS units,
             pg_temp.uniform(customer_id, 225, n) AS u_return,
             pg_temp.uniform(customer_id, 226, n) AS u_part,
             pg_temp.uniform(customer_id, 227, n) AS u_delay
      FROM buying WHERE second < 63158400
      OFFSET 0) draws;
ANALYZE bought;

-- Refunds and samples take their numbers among the orders, in the order of time.
CREATE TEMP TABLE sale ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY second, customer_id, n, kind) AS order_id, *
FROM (SELECT customer_id, n, 1 AS kind, second, brand, units, cents, cents * (45 + 5 * brand) / 100 AS cost FROM bought
      UNION ALL
      SELECT customer_id, n, 2, back_second, brand, units_back,
             -cents * units_back / units, -(cents * (45 + 5 * brand) / 100) * units_back / units
      FROM bought WHERE units_back IS NOT NULL AND back_second < 63158400
      UNION ALL
      SELECT customer_id, 0, 3, first_second + floor(pg_temp.uniform(customer_id, 232, 0) * (63158400 - first_second)),
             1 + floor(4 * pg_temp.uniform(customer_id, 233, 0))::integer, 1, 0, 300
      FROM latent WHERE pg_temp.uniform(customer_id, 231, 0) < 0.05) sales;
ANALYZE sale;

CREATE TABLE orders (
  order_id bigint, customer_id bigint, ordered_at timestamptz, kind text, brand text, units integer,
  amount numeric(12,2), cost numeric(12,2));
INSERT INTO orders
SELECT order_id, customer_id, pg_temp.moment(second), (ARRAY['order', 'refund', 'sample'])[kind],
       (ARRAY['Aurora', 'Borea', 'Cirrus', 'Delta'])[brand], units, cents * 0.01, cost * 0.01
FROM sale ORDER BY order_id;

CREATE TABLE returns (
  return_id bigint, order_id bigint, customer_id bigint, returned_at timestamptz, units integer,
  amount numeric(12,2), reason text);
INSERT INTO returns
SELECT row_number() OVER (ORDER BY refund.order_id), sold.order_id, customer_id, pg_temp.moment(refund.second),
       refund.units, -refund.cents * 0.01,
       (ARRAY['defect', 'not as described', 'too late', 'changed mind'])
       [1 + width_bucket(pg_temp.uniform(customer_id, 241, n), ARRAY[0.3, 0.5, 0.65])]
FROM sale refund JOIN sale sold USING (customer_id, n) WHERE refund.kind = 2 AND sold.kind = 1
ORDER BY refund.order_id;

CREATE TABLE points (customer_id bigint, at timestamptz, points integer, expires_at timestamptz);
INSERT INTO points
SELECT customer_id, pg_temp.moment(second), entry.points, pg_temp.moment(entry.expires)
FROM (SELECT customer_id, n, second, cents / 100 AS earned, pg_temp.uniform(customer_id, 251, n) < 0.15
             AND second - lag(second) OVER history < 365 * 86400 AS redeems,
             lag(cents / 100) OVER history / 2 AS redeemed
      FROM bought WINDOW history AS (PARTITION BY customer_id ORDER BY n)) ledger,
     LATERAL (VALUES (earned, second + 365 * 86400), (CASE WHEN redeems THEN -redeemed END, NULL))
             entry (points, expires)
WHERE entry.points <> 0
ORDER BY customer_id, n, entry.points;
