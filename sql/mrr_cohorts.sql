-- Monthly recurring revenue by cohort.
-- Two begin in January: one pays more from March on, one leaves at once; one begins in February, pauses, comes back.
CREATE TEMP TABLE contracts (customer bigint, started date, ended date, amount numeric);
INSERT INTO contracts VALUES (1, '2024-01-10', '2024-03-05', 100), (1, '2024-03-05', NULL, 150.50),
    (2, '2024-01-15', '2024-01-20', 50), (3, '2024-02-10', '2024-03-10', 80), (3, '2024-04-15', NULL, 60),
    (4, '2024-02-01', NULL, 0), (5, '2024-04-10', NULL, 10);
SELECT cohort, period_no, period_start, customers, active, start_mrr, mrr, cumulative_mrr,
       round(gross_revenue_retention::numeric, 4) AS grr, round(net_revenue_retention::numeric, 4) AS nrr, complete
FROM mrr_cohorts((SELECT mrr_agg(customer, started, ended, amount) FROM contracts), 'month', as_of => '2024-05-15');
SELECT cohort, period_no, round(logo_retention::numeric, 4) AS logo, round(lower::numeric, 4) AS lower,
       round(upper::numeric, 4) AS upper
FROM mrr_cohorts((SELECT mrr_agg(customer, started, ended, amount) FROM contracts), 'quarter', as_of => '2024-07-01',
     confidence => 0.9);
-- Nobody, and what is no period, day or share.
SELECT * FROM mrr_cohorts((SELECT mrr_agg(customer, started, ended, amount) FROM contracts WHERE amount = 0), 'month',
       '2024-05-15');
SELECT count(*) FROM mrr_cohorts((SELECT mrr_agg(customer, started, ended, amount) FROM contracts), 'month',
       '2024-01-31');
SELECT * FROM mrr_cohorts('1:bigint(,2){}'::mrr_state, 'hour', '2024-05-15');
SELECT * FROM mrr_cohorts('1:bigint(,2){}'::mrr_state, 'month', 'infinity');
SELECT * FROM mrr_cohorts('1:bigint(,2){}'::mrr_state, 'month', '2024-05-15', 95);
SELECT count(*) FROM mrr_cohorts('1:bigint(,2){1:0001-01-01+1.00}'::mrr_state, 'day', '9999-12-31');
-- A discount beyond what it is taken from: an error, unless that is in a period which is not over.
SELECT * FROM mrr_cohorts('1:bigint(,0){1:2024-01-10+10,2024-02-05-15}'::mrr_state, 'month', '2024-03-01');
SELECT * FROM mrr_cohorts('1:bigint(,0){1:2024-01-10-10,2024-02-05+15}'::mrr_state, 'month', '2024-03-01');
SELECT cohort, period_no, mrr, complete
FROM mrr_cohorts('1:bigint(,0){1:2024-01-10+10,2024-02-05-15}'::mrr_state, 'month', '2024-02-15');
-- Random contracts, overlapping, against the revenue of each customer on the last day of each period.
SELECT setseed(0.6) \gset
CREATE TEMP TABLE cases AS
    SELECT s, (ARRAY['week', 'month', 'quarter'])[1 + s % 3] AS period,
           date '2024-06-01' + (random() * 200)::int AS as_of
    FROM generate_series(1, 60) AS s;
CREATE TEMP TABLE random_contracts AS
    SELECT s, c, started, CASE WHEN random() < 0.7 THEN started + 1 + (random() * 150)::int END AS ended,
           round((random() * 100)::numeric, 1 + c % 2) AS amount
    FROM (SELECT s, c, date '2024-01-01' + (random() * 250)::int AS started
          FROM cases, generate_series(1, 12) AS c, generate_series(1, 3) AS n WHERE n <= 1 + c % 3) AS d;
CREATE TEMP TABLE beginnings AS
    SELECT s, c, period, as_of, day, date_trunc(period, day)::date AS cohort, (SELECT sum(amount) FROM random_contracts
               AS r WHERE (r.s, r.c) = (b.s, b.c) AND started = day) AS start
    FROM (SELECT s, c, min(started) AS day FROM random_contracts WHERE amount > 0 GROUP BY s, c) AS b
    JOIN cases USING (s);
CREATE TEMP TABLE cells AS
    SELECT s, cohort, n, starts, ends, ends <= as_of AS complete
    FROM (SELECT DISTINCT s, period, as_of, cohort FROM beginnings) AS b, generate_series(0, 60) AS n,
         LATERAL (SELECT (CASE period WHEN 'quarter' THEN '3 months' ELSE '1 ' || period END)::interval AS one) AS i,
         LATERAL (SELECT (cohort + n * one)::date AS starts, (cohort + (n + 1) * one)::date AS ends) AS p
    WHERE starts < as_of AND (cohort + one)::date <= as_of;
CREATE TEMP TABLE truth AS
    SELECT s, cohort, n::bigint AS period_no, starts AS period_start, count(*) AS customers,
           CASE WHEN complete THEN count(*) FILTER (WHERE revenue > 0) END AS active, sum(start) AS start_mrr,
           CASE WHEN complete THEN sum(revenue) END AS mrr,
           CASE WHEN complete THEN sum(sum(revenue)) OVER (PARTITION BY s, cohort ORDER BY n) END AS cumulative_mrr,
           CASE WHEN complete THEN sum(least(revenue, start))::float8 / sum(start)::float8 END AS grr,
           CASE WHEN complete THEN sum(revenue)::float8 / sum(start)::float8 END AS nrr, complete
    FROM cells JOIN beginnings AS b USING (s, cohort), LATERAL (SELECT coalesce(sum(amount), 0) AS revenue
         FROM random_contracts AS r WHERE (r.s, r.c) = (b.s, b.c) AND started < ends
             AND (ended IS NULL OR ended >= ends)) AS m
    GROUP BY s, cohort, n, starts, complete;
CREATE TEMP TABLE ours AS
    SELECT s, m.* FROM (SELECT s, period, as_of, mrr_agg(c, started, ended, amount) AS ledger FROM random_contracts
           JOIN cases USING (s) GROUP BY s, period, as_of) AS l, mrr_cohorts(ledger, period, as_of) AS m;
SELECT (SELECT count(*) FROM truth) > 1000 AS many, (SELECT count(*) FROM ours WHERE NOT complete) > 100 AS pending_too,
       (SELECT count(*) FROM (TABLE truth EXCEPT ALL SELECT s, cohort, period_no, period_start, customers, active,
           start_mrr, mrr, cumulative_mrr, gross_revenue_retention, net_revenue_retention, complete FROM ours) AS t)
       + (SELECT count(*) FROM (SELECT s, cohort, period_no, period_start, customers, active, start_mrr, mrr,
           cumulative_mrr, gross_revenue_retention, net_revenue_retention, complete FROM ours
           EXCEPT ALL TABLE truth) AS t) AS wrong;
SELECT count(*) AS wrong FROM ours, rate_estimate(rate(active, customers)) AS e
WHERE (logo_retention, ours.lower, ours.upper) IS DISTINCT FROM (e.value, e.lower, e.upper) AND complete;
