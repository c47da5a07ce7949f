-- Subscriptions as spells between events. Streams 3xx.
\echo subscriptions

-- A line is one of a customer's parallel subscriptions. The probability to cancel at a renewal is 1 - chance^(1/beta),
-- a Beta(1, beta) draw; so -ln(uniform) / hazard, with hazard = -ln(chance) / beta, rounded down is the number of
-- renewals survived.
CREATE TEMP TABLE line ON COMMIT DROP AS
SELECT customer_id, line, 4 * customer_id + line AS line_id, level, yearly, started_on,
       pg_temp.neg_ln(s_chance)
       / CASE WHEN yearly THEN :beta_yearly ELSE (ARRAY[:beta_basic, :beta_plus, :beta_pro])[level] END AS hazard
FROM (SELECT customer_id, line,
             CASE line WHEN 1 THEN array_position(ARRAY['basic', 'plus', 'pro'], plan) ELSE 1 END AS level,
             signed_up_on + floor(pg_temp.uniform(customer_id, 301, line)
                                  * CASE line WHEN 1 THEN 30 ELSE 400 END)::integer AS started_on,
             pg_temp.uniform(customer_id, 302, line) < 0.2 AS yearly, pg_temp.step(chance) AS s_chance
      FROM customers JOIN latent USING (customer_id), generate_series(1, 2) line
      WHERE pg_temp.uniform(customer_id, 303, 0) < CASE line WHEN 1 THEN 0.7 ELSE 0.084 END
      OFFSET 0) draws
WHERE started_on < '2026-01-01';
ANALYZE line;

-- Months count from the start of the line. An event ends every spell: 1 upgrade, 2 downgrade, 3 pause, 4 cancellation;
-- a fifth of the cancelled come back. paid_left are the months still to pay before the cancellation.
CREATE TEMP TABLE spell ON COMMIT DROP AS
WITH RECURSIVE spell AS (
  SELECT line_id, hazard, CASE WHEN yearly THEN 12 ELSE 1 END AS period, level, 0 AS n, 0 AS from_month, 0 AS to_month,
         0::double precision AS paid_left, 0 AS event
  FROM line
  UNION ALL
  SELECT line_id, hazard, period, level, n, from_month, from_month + least(paid_left, months_to_event)::integer,
         greatest(paid_left - months_to_event, 0),
         CASE WHEN paid_left <= months_to_event THEN 4
              WHEN u_event < 0.5 AND level < 3 THEN 1
              WHEN u_event > 0.8 AND level > 1 THEN 2
              ELSE 3 END
  FROM (SELECT line_id, hazard, period, n + 1 AS n, u_event,
               CASE event WHEN 1 THEN level + 1 WHEN 2 THEN level - 1 ELSE level END AS level,
               to_month + CASE event WHEN 3 THEN 1 + floor(3 * u_gap)
                                     WHEN 4 THEN 2 + floor(5 * u_gap) ELSE 0 END::integer AS from_month,
               CASE WHEN paid_left > 0 THEN paid_left
                    ELSE period * (1 + least(floor(pg_temp.neg_ln(s_paid) / hazard), 1000)) END AS paid_left,
               1 + floor(20 * pg_temp.neg_ln(s_event)) AS months_to_event
        FROM (SELECT *, pg_temp.step(pg_temp.uniform(line_id, 311, n)) AS s_paid,
                     pg_temp.step(pg_temp.uniform(line_id, 312, n)) AS s_event,
                     pg_temp.uniform(line_id, 313, n) AS u_event,
                     pg_temp.uniform(line_id, 314, n) AS u_gap
              FROM spell
              WHERE to_month < 24 AND (event < 4 OR pg_temp.uniform(line_id, 315, n) < 0.2)
              OFFSET 0) draws
        OFFSET 0) next_spell)
SELECT line_id, level, n, from_month, to_month, event FROM spell WHERE n > 0;
ANALYZE spell;

CREATE TABLE subscriptions (
  subscription_id bigint, customer_id bigint, plan text, started_on date, ended_on date,
  monthly_amount numeric(12,2), currency text, billing_period text, end_reason text);
INSERT INTO subscriptions
SELECT row_number() OVER (ORDER BY started_on, line_id, n), customer_id, (ARRAY['basic', 'plus', 'pro'])[level],
       started_on,
       CASE WHEN ended_on < '2026-01-01' THEN ended_on END,
       round(CASE WHEN yearly THEN monthly_price * 10 / 12 ELSE monthly_price END, 2),
       (ARRAY['EUR', 'USD', 'CNY'])[currency], CASE WHEN yearly THEN 'year' ELSE 'month' END,
       CASE WHEN ended_on < '2026-01-01' THEN (ARRAY['upgrade', 'downgrade', 'pause', 'cancel'])[event] END
FROM (SELECT line_id, n, event, customer_id, spell.level, yearly, currency,
             (started_on + from_month * interval '1 month')::date AS started_on,
             (started_on + to_month * interval '1 month')::date AS ended_on,
             (ARRAY[[29, 59, 149], [32, 65, 165], [229, 459, 1159]])[currency][spell.level]::numeric AS monthly_price
      FROM spell JOIN line USING (line_id)
           JOIN (SELECT customer_id, CASE region WHEN 'Americas' THEN 2 WHEN 'Asia' THEN 3 ELSE 1 END AS currency
                 FROM customers) money USING (customer_id)
      OFFSET 0) spells
WHERE started_on < '2026-01-01'
ORDER BY started_on, line_id, n;
