-- Web sessions, mailings and service tickets. Streams 6xx.
\echo traffic

-- A session goes some way down the funnel. The first comes up to ten days before sign-up, the others more and more
-- rarely after it. Step 2, the view, may repeat.
CREATE TABLE web_events (
  customer_id bigint, session_id bigint, occurred_at timestamptz, event text, device text, duration_s integer);
INSERT INTO web_events
SELECT customer_id, 100 * customer_id + session, pg_temp.moment(second),
       (ARRAY['visit', 'view', 'cart', 'checkout', 'purchase'])[step],
       CASE WHEN mobile THEN 'mobile' ELSE 'desktop' END, CASE WHEN i < depth + repeats THEN floor(gap * u_duration) END
FROM (SELECT customer_id, session, mobile, depth, repeats, gap, i,
             CASE WHEN i = 1 THEN 1 WHEN i <= 2 + repeats THEN 2 ELSE i - repeats END AS step,
             straight, start + (i - 1) * gap AS second,
             pg_temp.uniform(customer_id, 621 + session, i) AS u_duration
      FROM (SELECT customer_id, session, mobile, straight, gap, start, depth,
                   CASE WHEN depth > 1 AND NOT straight THEN floor(3 * u_repeats * u_repeats)::integer ELSE 0 END
                     AS repeats
            FROM (SELECT customer_id, session, mobile, u_repeats,
                         5 - width_bucket(u_depth,
                                          CASE WHEN mobile THEN ARRAY[0.06, 0.16, 0.36, 0.80]::double precision[]
                                               ELSE ARRAY[0.15, 0.21, 0.37, 0.80] END) AS depth,
                         pg_temp.uniform(customer_id, 605, session) < 0.08 AS straight,
                         CASE WHEN pg_temp.uniform(customer_id, 606, session) < 0.03 THEN 0
                              ELSE 30 + floor(200 * pg_temp.uniform(customer_id, 607, session)) END AS gap,
                         CASE session WHEN 1 THEN first_second - least(first_second, 864000) * u_start
                                      ELSE first_second + u_start * u_start * (63158400 - first_second) END AS start
                  FROM (SELECT customer_id, first_second, session,
                               pg_temp.uniform(customer_id, 601, session) < 0.55 AS mobile,
                               pg_temp.uniform(customer_id, 602, session) AS u_depth,
                               pg_temp.uniform(customer_id, 603, session) AS u_start,
                               pg_temp.uniform(customer_id, 604, session) AS u_repeats
                        FROM latent,
                             generate_series(1, 1 + floor(8 * pg_temp.uniform(customer_id, 611, 0)
                                                            * pg_temp.uniform(customer_id, 612, 0))::integer) session
                        OFFSET 0) draws
                  OFFSET 0) sessions
            OFFSET 0) paths, generate_series(1, depth + repeats) i
      OFFSET 0) steps
WHERE second < 63158400 AND NOT (straight AND step = 2 AND depth > 2)
ORDER BY customer_id, session, i;

-- A quarter of the customers read with a program that opens every mail by itself.
CREATE TABLE email_events (
  customer_id bigint, campaign text, sent_at timestamptz, delivered_at timestamptz, opened_at timestamptz,
  clicked_at timestamptz, machine_open boolean);
INSERT INTO email_events
SELECT customer_id, campaign, pg_temp.moment(sent), pg_temp.moment(delivered),
       CASE WHEN machine THEN pg_temp.moment(delivered + 1 + 5 * u_click)
            WHEN delivered + delay < 63158100 THEN pg_temp.moment(delivered + delay) END,
       CASE WHEN delivered + delay < 63158100 AND u_click < appeal
            THEN pg_temp.moment(delivered + delay + 10 + 200 * u_click) END,
       machine AND delivered IS NOT NULL
FROM (SELECT customer_id, campaign, appeal, machine, sent, u_click,
             CASE WHEN u_bounce > 0.02 THEN sent + 2 + floor(60 * u_bounce) END AS delivered,
             CASE WHEN u_open < CASE number WHEN 0 THEN 0.55 ELSE 0.2 + 0.2 * chance END
                  THEN 172800 * u_read * u_read END AS delay
      FROM (SELECT customer_id, campaign, number, appeal, chance,
                   CASE number WHEN 0 THEN first_second + 3600 ELSE send_day * 86400 + 32400 END AS sent,
                   pg_temp.uniform(customer_id, 631, 0) < 0.25 AS machine,
                   pg_temp.uniform(customer_id, 632, number) AS u_bounce,
                   pg_temp.uniform(customer_id, 633, number) AS u_open,
                   pg_temp.uniform(customer_id, 634, number) AS u_read,
                   pg_temp.uniform(customer_id, 635, number) AS u_click
            FROM latent JOIN (VALUES (0, 'welcome', 0, 0.30),
                                     (1, '2024 spring', 75, 0.12), (2, '2024 summer', 170, 0.10),
                                     (3, '2024 autumn', 265, 0.15), (4, '2024 winter', 330, 0.25),
                                     (5, '2025 spring', 441, 0.12), (6, '2025 summer', 536, 0.10),
                                     (7, '2025 autumn', 631, 0.08), (8, '2025 winter', 696, 0.25))
                              campaigns (number, campaign, send_day, appeal) ON number = 0 OR day < send_day
            OFFSET 0) draws
      OFFSET 0) mails
WHERE sent < 63158100
ORDER BY customer_id, sent;

CREATE TABLE tickets (
  ticket_id bigint, customer_id bigint, opened_at timestamptz, first_response_at timestamptz, resolved_at timestamptz,
  category text, complaint boolean, handling_cost numeric(12,2));
INSERT INTO tickets
SELECT row_number() OVER (ORDER BY opened, customer_id, n), customer_id, pg_temp.moment(opened),
       CASE WHEN answered < 63158400 THEN pg_temp.moment(answered) END,
       CASE WHEN answered + solving < 63158400 THEN pg_temp.moment(answered + solving) END,
       category, category = 'complaint', (300 + floor(2500 * u_cost * u_cost))::numeric * 0.01
FROM (SELECT customer_id, n, opened, category, u_cost,
             opened + 86400 * 2 * u_answer * u_answer * CASE WHEN opened >= 547 * 86400 THEN 2 ELSE 1 END AS answered,
             86400 * 5 * u_cost * u_cost AS solving
      FROM (SELECT customer_id, n,
                   first_second + pg_temp.uniform(customer_id, 641, n) * (63158400 - first_second) AS opened,
                   (ARRAY['question', 'delivery', 'billing', 'complaint'])
                   [1 + width_bucket(pg_temp.uniform(customer_id, 642, n), ARRAY[0.4, 0.65, 0.8])] AS category,
                   pg_temp.uniform(customer_id, 643, n) AS u_answer,
                   pg_temp.uniform(customer_id, 644, n) AS u_cost
            FROM latent, generate_series(1, width_bucket(pg_temp.uniform(customer_id, 645, 0) + 0.2 * (1 - chance),
                                                         ARRAY[0.75, 0.95, 1.05])) n
            OFFSET 0) draws
      OFFSET 0) tickets
ORDER BY opened, customer_id, n;
