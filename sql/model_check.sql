-- Expected against actual purchases: where a model was fitted, and in a holdout after it.
CREATE TEMP TABLE orders AS
    SELECT i, (i * 7919) % 601 AS customer,
           date '2024-01-01' + (((i * 7919) % 601) % 90 + ((i / 601) * (i / 601 + (i * 31) % 23 + 3))) % 360 AS day
    FROM generate_series(1, 4000) AS i WHERE (i * 7919) % 601 % 5 > 2 OR i % 3 = 0;
CREATE TEMP TABLE c AS SELECT customers_agg(customer, day, 1) AS customers FROM orders;
CREATE TEMP TABLE m AS SELECT mbgnbd_fit(histories(customers, '2024-08-31')) AS model,
    histories(customers, '2024-08-31') AS h FROM c;
-- What happened, in plain SQL: inputs at the end of August and purchase days from September to November.
CREATE TEMP TABLE truth AS
    SELECT customer, count(DISTINCT day) FILTER (WHERE day <= '2024-08-31') - 1 AS x,
           (max(day) FILTER (WHERE day <= '2024-08-31') - min(day)) / 7.0::float8 AS t_x,
           ('2024-08-31' - min(day)) / 7.0::float8 AS t,
           count(DISTINCT day) FILTER (WHERE day > '2024-08-31' AND day <= '2024-11-30') AS actual
    FROM orders GROUP BY customer HAVING min(day) <= '2024-08-31';

-- By number of repeat purchases where it was fitted.
SELECT purchases, or_more, actual = (SELECT count(*) FROM truth WHERE CASE WHEN or_more THEN x >= purchases
           ELSE x = purchases END) AS right_count,
       abs(expected - CASE WHEN or_more
           THEN (SELECT sum(1 - (SELECT sum(purchase_pmf(model, n, t)) FROM generate_series(0, purchases - 1) AS n))
               FROM truth)
                           ELSE (SELECT sum(purchase_pmf(model, purchases, t)) FROM truth) END) <
                               1e-9 AS right_expectation
FROM m, fitted_counts(model, h, 3);
SELECT sum(actual) = history_customers(h) AS all_of_them,
       abs(sum(expected) - history_customers(h)) < 1e-9 AS all_expected FROM m, fitted_counts(model, h) GROUP BY h;
SELECT count(*) AS rows, count(expected) AS no_expectation FROM m,
       fitted_counts('1:mbgnbd:too few customers:3,0,0', h, 1);
SELECT * FROM fitted_counts(bgnbd_model(1, 1, 1, 1), '1:spending:');
SELECT * FROM fitted_counts(bgnbd_model(1, 1, 1, 1), '1:purchases:', 0);
SELECT purchases, or_more, actual, expected
FROM fitted_counts(bgbb_model(1, 1, 1, 1), '1:opportunities:0,0,1,4;1,1,1,2', 1);

-- In the holdout: customer by customer.
SELECT count(*) = (SELECT count(*) FROM truth) AS all_of_the_calibration,
       bool_and((f.x, f.t_x, f.t, f.actual) = (t.x, t.t_x, t.t, t.actual)) AS what_happened,
       bool_and(abs(expected - expected_purchases(model, t.x, t.t_x, t.t, 13)) < 1e-13) AS what_was_expected
FROM c, m, holdout_customers(customers, model, '2024-08-31', '2024-11-30') AS f
JOIN truth AS t ON t.customer = f.customer_id;
SELECT abs(s.expected - t.expected) < 1e-9 AS expected, s.actual = t.actual AS actual,
       abs(s.rmse - t.rmse) < 1e-12 AS rmse, abs(s.mae - t.mae) < 1e-12 AS mae, s.customers = n AS customers
FROM c, m, holdout_summary(c.customers, model, '2024-08-31', '2024-11-30') AS s,
     LATERAL (SELECT sum(expected) AS expected, sum(actual) AS actual, sqrt(avg((expected - actual) ^ 2)) AS rmse,
             avg(abs(expected - actual)) AS mae, count(*) AS n
              FROM holdout_customers(c.customers, model, '2024-08-31', '2024-11-30')) AS t;
SELECT bool_and((n, round(expected::numeric, 9), round(actual::numeric, 9)) IS NOT DISTINCT FROM
               (customers, round(f_expected::numeric, 9), round(f_actual::numeric, 9))) AS by_count,
       count(*) AS groups, count(*) FILTER (WHERE n = 0) AS of_nobody,
       count(*) FILTER (WHERE or_more AND n > 0) AS more_than_most
FROM (SELECT f.customers, f.expected AS f_expected, f.actual AS f_actual, f.or_more, t.*
      FROM c, m, unnest('{1,6}'::bigint[]) AS most,
           holdout_by_count(c.customers, model, '2024-08-31', '2024-11-30', most => most) AS f,
           LATERAL (SELECT count(*) AS n, avg(h.expected) AS expected, avg(h.actual) AS actual
                   FROM holdout_customers(c.customers, model, '2024-08-31', '2024-11-30') AS h
                    WHERE CASE WHEN f.or_more THEN h.x >= f.purchases ELSE h.x = f.purchases END) AS t) AS s;
-- Week by week: totals by the end of each in plain SQL, also of the short weeks at the two ends.
CREATE TEMP TABLE weeks AS
    SELECT w.* FROM c, m, purchases_by_week(customers, model, '2024-08-31', '2024-11-28') AS w;
SELECT count(*) AS weeks, bool_and(actual_total = repeats) AS actual,
       bool_and(abs(expected_total - expected_repeats) < 1e-9) AS expected
FROM m, weeks AS w,
     LATERAL (SELECT count(*) AS repeats
              FROM (SELECT DISTINCT customer, day FROM orders) AS d JOIN truth USING (customer)
              WHERE day > '2024-08-31'::date - (7 * t)::int AND day <= w.until) AS r,
     LATERAL (SELECT sum(expected_purchases_new(model, greatest(t + (w.until - '2024-08-31') / 7.0::float8, 0)))
                         AS expected_repeats FROM truth) AS e;
SELECT sum(actual) = max(actual_total) AS actual, abs(sum(expected) - max(expected_total)) < 1e-9 AS expected
FROM weeks;
-- Every day from the first purchase on is in one week, no week mixes the two, and only the last ones are short.
SELECT bool_and(since = coalesce(before.until + 1, (SELECT min(day) FROM orders))) AS without_gaps,
       bool_and(holdout = (since > '2024-08-31') AND holdout = (w.until > '2024-08-31')) AS unmixed,
       bool_and(w.until - since = 6 OR w.until IN ('2024-08-31', '2024-11-28')) AS whole
FROM weeks AS w LEFT JOIN (SELECT week + 1 AS week, until FROM weeks) AS before USING (week);
SELECT week, since, until, holdout, until - since + 1 AS days FROM weeks WHERE until - since < 6 ORDER BY week;
-- The weeks of the holdout are what the summary counts, whatever day either ends on.
SELECT count(*) AS holdouts, count(DISTINCT w.actual) AS different, bool_and(w.actual = s.actual) AS adds_up,
       bool_and(last = holdout_end AND first = calibration_end + 1) AS from_the_first_to_the_last_day
FROM c, m, (SELECT date '2024-08-31' + i AS calibration_end, date '2024-08-31' + i + j AS holdout_end
            FROM generate_series(0, 6) AS i, generate_series(1, 22) AS j) AS d,
     holdout_summary(c.customers, model, calibration_end, holdout_end) AS s,
     LATERAL (SELECT sum(w.actual) AS actual, min(since) AS first, max(until) AS last
              FROM purchases_by_week(c.customers, model, calibration_end, holdout_end) AS w WHERE holdout) AS w;

-- Days of the calibration and the holdout: at any time of the day, as a date or a parameter, never as a timestamptz.
SELECT a.* = b.* AS any_time_of_day
FROM c, m, holdout_summary(c.customers, model, '2024-08-31 23:59', date '2024-11-30') AS a,
     holdout_summary(c.customers, model, '2024-08-31', '2024-11-30') AS b;
PREPARE one AS SELECT count(*) AS weeks FROM c, m, purchases_by_week(c.customers, model, $1, $2);
EXECUTE one('2024-08-31', '2024-11-30');
SELECT count(*) FROM c, m, holdout_customers(c.customers, model, '2024-08-31', timestamptz '2024-11-30 00:00+00');
SELECT count(*) FROM c, m, holdout_by_count(c.customers, model, '2024-08-31', 'infinity');

-- Nobody there; wrong questions.
SELECT customers, expected, actual, rmse, mae
FROM holdout_summary('1:bigint'::customers_state, bgnbd_model(1, 1, 1, 1), '2024-08-31', '2024-11-30');
SELECT count(*) AS no_weeks FROM purchases_by_week('1:bigint'::customers_state, bgnbd_model(1, 1, 1, 1), '2024-08-31',
           '2024-11-30');
SELECT * FROM c, holdout_summary(customers, bgnbd_model(1, 1, 1, 1), '2024-08-31', '2024-08-31');
SELECT * FROM c, holdout_summary(customers, bgbb_model(1, 1, 1, 1), '2024-08-31', '2024-11-30');
SELECT * FROM c, holdout_by_count(customers, bgnbd_model(1, 1, 1, 1), '2024-08-31', '2024-11-30', most => 5000);

-- Who comes after the calibration, or only had refunds, is not in the holdout.
SELECT a = b AS same_summary,
       (SELECT array_agg(f) FROM holdout_by_count(c.customers, model, '2024-08-31', '2024-11-30') AS f)
           = (SELECT array_agg(f) FROM holdout_by_count(more, model, '2024-08-31', '2024-11-30') AS f) AS same_counts,
       (SELECT array_agg(f) FROM holdout_customers(c.customers, model, '2024-08-31', '2024-11-30') AS f)
           = (SELECT array_agg(f) FROM holdout_customers(more, model, '2024-08-31', '2024-11-30') AS f) AS same_ones
FROM c, m, LATERAL (SELECT rollup(s) AS more
                    FROM (SELECT c.customers AS s UNION ALL SELECT customers_agg(1000001, '2024-09-05', 1)
                          UNION ALL SELECT customers_agg(1000002, '2024-06-05', -1)) AS parts) AS p,
     holdout_summary(c.customers, model, '2024-08-31', '2024-11-30') AS a,
     holdout_summary(more, model, '2024-08-31', '2024-11-30') AS b;
