-- mrr: a ledger of monthly recurring revenue from subscription ranges.
CREATE TEMP TABLE subscriptions (customer_id bigint, started date, ended date, monthly_amount numeric);
INSERT INTO subscriptions VALUES
    (1, '2024-01-10', '2024-03-05', 10.00), (1, '2024-02-01', NULL, 5),
    -- one closed and one open: contraction, no churn
    (2, '2024-01-15', '2024-01-20', 7.5), (2, '2024-04-01', NULL, 8),             -- within a month; comes back
    (3, '2024-01-01', '2024-03-01', 20), (3, '2024-03-01', '2024-04-01', 30),     -- an upgrade on the day
    (4, '2024-02-10', NULL, 3), (4, '2024-02-20', NULL, 4);                       -- two in parallel, both open

-- Text form: ids in order, days in order, one scale.
SELECT mrr_agg(customer_id, started, ended, monthly_amount) FROM subscriptions;
SELECT mrr_agg(customer_id::text, started, ended, monthly_amount) FROM subscriptions WHERE customer_id IN (2, 4);
SELECT mrr_currency_agg(customer_id, started, ended, monthly_amount, 'EUR') FROM subscriptions WHERE customer_id = 4;
SELECT '1:bigint(,2){1:2024-01-10+10.00,2024-01-09+1.00}'::mrr_state AS error;
SELECT '1:bigint(,2){1:2024-01-10+10.00,2024-01-11-10.01}'::mrr_state AS a_part_of_a_whole;
SELECT '1:bigint(,2){1:2024-01-10+10.0}'::mrr_state AS error;
SELECT '1:bigint(,2){2:2024-01-10+10.00;1:2024-01-10+10.00}'::mrr_state AS error;
SELECT '1:bigint(,2){1:2024-01-10+0.00}'::mrr_state AS error;
SELECT '1:bigint("",2){}'::mrr_state AS error;
SELECT '2:bigint(,2){}'::mrr_state AS error;

-- Open subscriptions stay, parallel ones are one customer, what begins and ends in a month is seen.
SELECT period_start, complete, start_mrr, new_mrr AS new, expansion_mrr AS expansion, contraction_mrr AS contraction,
       churned_mrr AS churned,
       reactivation_mrr AS reactivation, end_mrr
FROM (SELECT mrr_agg(customer_id, started, ended, monthly_amount) FROM subscriptions) AS s(m),
    mrr_movements(m, 'month', '2024-05-15');
SELECT period_start, start_customers AS start, new_customers AS new, expansions, contractions,
       churned_customers AS churned,
       reactivated_customers AS reactivated, end_customers AS "end"
FROM (SELECT mrr_agg(customer_id, started, ended, monthly_amount) FROM subscriptions) AS s(m),
    mrr_movements(m, 'month', '2024-05-15');
SELECT period_start, new_mrr, churned_mrr, end_mrr AS net_of_january
FROM (SELECT mrr_agg(customer_id, started, ended, monthly_amount) FROM subscriptions) AS s(m),
    mrr_movements(m, 'month', '2024-02-01', 'net');
SELECT * FROM mrr_changes((SELECT mrr_agg(customer_id, started, ended, monthly_amount) FROM subscriptions));
SELECT period_start, complete, round(gross_revenue_retention::numeric, 4) AS grr,
       round(net_revenue_retention::numeric, 4) AS nrr,
       round(quick_ratio::numeric, 4) AS quick, start_customers AS start, lost_customers AS lost,
       round(logo_churn::numeric, 4) AS churn, arpa
FROM (SELECT mrr_agg(customer_id, started, ended, monthly_amount) FROM subscriptions) AS s(m),
    mrr_rates(m, 'month', '2024-05-15');
SELECT mrr_on(m, '2024-03-31') AS fortytwo, subscribers_on(m, '2024-03-31') AS three,
       mrr_on(m, '2023-12-31') AS nothing_yet
FROM (SELECT mrr_agg(customer_id, started, ended, monthly_amount) FROM subscriptions) AS s(m);

-- 100 customers, 10 of them leave; 20 join, 5 of these leave again: five denominators, five rates.
SELECT denominator, at_start, joined, lost, losses, at_end, round(customer_days) AS customer_days,
       round(churn_rate::numeric, 4) AS churn_rate,
       round(retention_rate::numeric, 4) AS retention, churn_lower = rate_lower(rate(hits, total)) AS interval
FROM (SELECT mrr_agg(c, CASE WHEN c <= 100 THEN date '2023-06-01' ELSE date '2024-04-11' END,
                     CASE WHEN c <= 10 OR c > 115 THEN date '2024-04-16' END, 1)
      FROM generate_series(1, 120) AS c) AS s(m),
     (VALUES ('start', 10, 100), ('average', NULL, NULL), ('end', NULL, NULL), ('exposure', NULL, NULL),
             ('start_and_joined', 15, 120)) AS d(denominator, hits, total),
     churn_by_period(m, 'month', '2024-05-01', denominator)
WHERE period_start = '2024-04-01';

-- Many small worlds against a day-by-day calendar in plain SQL.
CREATE TEMP TABLE worlds AS
SELECT w, 1 + (h / 7) % 3 AS customer_id, date '2023-11-20' + (h / 31) % 150 AS started,
       CASE WHEN h % 5 > 0 THEN date '2023-11-20' + (h / 31) % 150 + (h / 1009) % 90 END AS ended,
       (h % 4)::numeric + (h % 3) * 0.25 AS monthly_amount
FROM (SELECT w, abs(hashint8(w * 100 + k)) AS h FROM generate_series(1, 250) AS w,
        generate_series(1, 7) AS k) AS random;
CREATE TEMP TABLE ledgers AS SELECT w, mrr_agg(customer_id, started, ended, monthly_amount) AS m FROM worlds GROUP BY w;
CREATE TEMP TABLE days AS
SELECT w, customer_id, day::date,
       coalesce(sum(monthly_amount) FILTER (WHERE started <= day AND (ended IS NULL OR day < ended)), 0) AS mrr
FROM worlds, generate_series(date '2023-10-31', date '2024-06-30', '1 day') AS day
GROUP BY 1, 2, 3;
CREATE TEMP TABLE moves AS
SELECT w, customer_id, day, lag(mrr) OVER c AS before, mrr AS after,
       max(mrr) OVER (PARTITION BY w, customer_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) >
       0 AS ever
FROM days WINDOW c AS (PARTITION BY w, customer_id ORDER BY day);
CREATE TEMP TABLE oracle AS
SELECT w, date_trunc('month', day)::date AS period_start,
       sum(after - before) FILTER (WHERE before = 0 AND after > 0 AND NOT ever) AS new,
       sum(after - before) FILTER (WHERE before > 0 AND after > before) AS expansion,
       sum(before - after) FILTER (WHERE after > 0 AND after < before) AS contraction,
       sum(before) FILTER (WHERE after = 0) AS churned,
       sum(after) FILTER (WHERE before = 0 AND after > 0 AND ever) AS reactivation,
       count(*) FILTER (WHERE before = 0 AND after > 0 AND NOT ever) AS new_customers,
       count(*) FILTER (WHERE before > 0 AND after = 0) AS churned_customers,
       count(*) FILTER (WHERE after > 0) AS customer_days,
       sum(before) FILTER (WHERE extract(day FROM day) = 1) AS start_mrr,
       sum(after) FILTER (WHERE day = (date_trunc('month', day) + interval '1 month - 1 day')::date) AS end_mrr
FROM moves WHERE day > '2023-10-31' GROUP BY 1, 2;
CREATE TEMP TABLE kept AS
SELECT w, period_start, sum(least(s, e)) AS kept, sum(e) FILTER (WHERE s > 0) AS grown,
       count(*) FILTER (WHERE s > 0 AND e = 0) AS lost, count(*) FILTER (WHERE s > 0) AS at_start
FROM (SELECT w, customer_id, date_trunc('month', day)::date AS period_start,
        max(before) FILTER (WHERE extract(day FROM day) = 1) AS s,
             max(after) FILTER (WHERE day = (date_trunc('month', day) + interval '1 month - 1 day')::date) AS e
      FROM moves WHERE day > '2023-10-31' GROUP BY 1, 2, 3) AS c
GROUP BY 1, 2;
SELECT count(*) > 1500 AS many, count(*) FILTER (WHERE
       o.start_mrr <> r.start_mrr OR o.end_mrr <> r.end_mrr OR coalesce(o.new, 0) <> r.new_mrr
       OR coalesce(o.expansion, 0) <> r.expansion_mrr
       OR coalesce(o.contraction, 0) <> r.contraction_mrr OR coalesce(o.churned, 0) <> r.churned_mrr
           OR coalesce(o.reactivation, 0) <> r.reactivation_mrr
       OR o.new_customers <> r.new_customers OR o.churned_customers <> r.churned_customers
           OR c.customer_days <> o.customer_days
       OR k.lost <> q.lost_customers OR k.at_start <> q.start_customers OR c.lost <> k.lost
       OR abs(q.gross_revenue_retention - (k.kept / nullif(o.start_mrr, 0))::float8) > 1e-12
       OR abs(q.net_revenue_retention - (k.grown / nullif(o.start_mrr, 0))::float8) > 1e-12) AS wrong
FROM ledgers CROSS JOIN LATERAL mrr_movements(m, 'month', '2024-07-01') AS r
JOIN oracle AS o ON o.w = ledgers.w AND o.period_start = r.period_start
JOIN kept AS k ON k.w = ledgers.w AND k.period_start = r.period_start
CROSS JOIN LATERAL (SELECT * FROM mrr_rates(m, 'month', '2024-07-01') AS q WHERE q.period_start = r.period_start) AS q
CROSS JOIN LATERAL (SELECT * FROM churn_by_period(m, 'month', '2024-07-01', 'exposure') AS c
        WHERE c.period_start = r.period_start) AS c;
-- Every period, unit and method: what moves is the difference, and periods follow each other.
SELECT unit, method,
       count(*) FILTER (WHERE start_mrr + new_mrr + expansion_mrr - contraction_mrr - churned_mrr + reactivation_mrr <>
           end_mrr
                                         OR end_mrr <> mrr_on(m, least(next, date '2024-05-17') - 1)
                                             OR end_customers <>
                                             subscribers_on(m, least(next, date '2024-05-17') - 1)) AS wrong
FROM (SELECT m, unit, method, r.*, lead(period_start, 1, date '2024-05-17') OVER (PARTITION BY w, unit, method
            ORDER BY period_start) AS next
      FROM ledgers, unnest('{day,week,week:sunday,quarter,year}'::text[]) AS unit,
          unnest('{daily,net}'::text[]) AS method,
           mrr_movements(m, unit, '2024-05-17', method) AS r WHERE w <= 25) AS p
GROUP BY 1, 2 ORDER BY 1, 2;
-- Rolled up, in any order, with any kind of id: the same.
SELECT count(*) FILTER (WHERE whole <> rolled OR whole <> reversed) AS wrong
FROM (SELECT w, rollup(m ORDER BY k) AS rolled, rollup(m ORDER BY k DESC) AS reversed
      FROM (SELECT w, k, mrr_agg(customer_id, started, ended, monthly_amount) AS m
            FROM (SELECT *, (row_number() OVER ())::int % 4 AS k FROM worlds) AS s GROUP BY w, k) AS p GROUP BY w) AS r
JOIN (SELECT w, m AS whole FROM ledgers) AS l USING (w);
SELECT count(*) FILTER (WHERE a <> b OR a <> c) AS wrong
FROM (SELECT (SELECT array_agg(r ORDER BY r.period_start)
            FROM mrr_movements(mrr_agg(customer_id, started, ended, monthly_amount), 'month', '2024-07-01') AS r) AS a,
             (SELECT array_agg(r ORDER BY r.period_start)
                 FROM mrr_movements(mrr_agg('c' || customer_id, started, ended, monthly_amount), 'month',
                     '2024-07-01') AS r) AS b,
             (SELECT array_agg(r ORDER BY r.period_start)
                 FROM mrr_movements(mrr_agg(md5(customer_id::text)::uuid, started, ended, monthly_amount), 'month',
                     '2024-07-01') AS r) AS c
      FROM worlds GROUP BY w) AS ids;
-- Revenue whose currency nobody said is no revenue in one.
SELECT (SELECT mrr_agg(1, '2025-01-01', NULL, 10)) +
       (SELECT mrr_currency_agg(1, '2025-01-01', NULL, 5, 'CNY')) AS error;
-- Rows that still wait merge with rows that wait, and with what is complete: the same, at the finest scale, with any
-- kind of id.
CREATE AGGREGATE pg_temp.waiting(bigint, timestamp, timestamp, numeric) (SFUNC = _mrr_accum, STYPE = mrr_state);
CREATE AGGREGATE pg_temp.waiting(text, timestamp, timestamp, numeric) (SFUNC = _mrr_accum, STYPE = mrr_text_state);
CREATE AGGREGATE pg_temp.waiting(uuid, timestamp, timestamp, numeric) (SFUNC = _mrr_accum, STYPE = mrr_uuid_state);
CREATE TEMP VIEW halves AS
SELECT *, w % 2 = 0 AS second,
       (CASE WHEN w % 2 = 0 THEN monthly_amount + 0.125 ELSE monthly_amount END)::numeric AS amount,
       repeat('customer ', 1 + customer_id::int % 3) || customer_id AS label, md5(customer_id::text)::uuid AS identity
       FROM worlds;
SELECT kind, count(*) FILTER (WHERE differs) AS wrong, count(*) > 0 AS some
FROM (
    SELECT 'bigint' AS kind, whole <> _mrr_final(merged) AS differs
    FROM (SELECT whole,
            unnest(ARRAY[_mrr_combine(a, b), _mrr_combine(b, a), _mrr_combine(a, _mrr_final(b)),
                _mrr_combine(_mrr_final(a), b),
                  _mrr_combine(_mrr_final(b), a), _mrr_combine(b, _mrr_final(a)),
                  _mrr_combine(_mrr_final(a), _mrr_final(b))]) AS merged
          FROM (SELECT mrr_agg(customer_id, started, ended, amount) AS whole,
                  pg_temp.waiting(customer_id, started, ended, amount) FILTER (WHERE second) AS a,
                       pg_temp.waiting(customer_id, started, ended, amount) FILTER (WHERE NOT second) AS b
                       FROM halves) AS parts) AS m
    UNION ALL
    SELECT 'text' AS kind, whole <> _mrr_final(merged) AS differs
    FROM (SELECT whole,
            unnest(ARRAY[_mrr_combine(a, b), _mrr_combine(b, a), _mrr_combine(a, _mrr_final(b)),
                _mrr_combine(_mrr_final(a), b),
                  _mrr_combine(_mrr_final(b), a), _mrr_combine(b, _mrr_final(a)),
                  _mrr_combine(_mrr_final(a), _mrr_final(b))]) AS merged
          FROM (SELECT mrr_agg(label, started, ended, amount) AS whole,
                  pg_temp.waiting(label, started, ended, amount) FILTER (WHERE second) AS a,
                       pg_temp.waiting(label, started, ended, amount) FILTER (WHERE NOT second) AS b
                       FROM halves) AS parts) AS m
    UNION ALL
    SELECT 'uuid' AS kind, whole <> _mrr_final(merged) AS differs
    FROM (SELECT whole,
            unnest(ARRAY[_mrr_combine(a, b), _mrr_combine(b, a), _mrr_combine(a, _mrr_final(b)),
                _mrr_combine(_mrr_final(a), b),
                  _mrr_combine(_mrr_final(b), a), _mrr_combine(b, _mrr_final(a)),
                  _mrr_combine(_mrr_final(a), _mrr_final(b))]) AS merged
          FROM (SELECT mrr_agg(identity, started, ended, amount) AS whole,
                  pg_temp.waiting(identity, started, ended, amount) FILTER (WHERE second) AS a,
                       pg_temp.waiting(identity, started, ended, amount) FILTER (WHERE NOT second) AS b
                       FROM halves) AS parts) AS m) AS kinds
GROUP BY kind ORDER BY kind;
-- What waits can be read as it is: 20,000 customers, each with one subscription of their own.
SELECT mrr_on(m, '2024-01-31') = 20000 * 20001 / 2 AS sum, subscribers_on(m, '2024-01-31') AS "20000",
       mrr_on(m, '2024-02-01') AS "0.0"
FROM (SELECT pg_temp.waiting(n, date '2024-01-01', date '2024-02-01', n::numeric(9,1)) AS m
        FROM generate_series(20000, 1, -1) AS n) AS w;

-- Nothing, NULL, one.
SELECT mrr_agg(1, NULL, NULL, 5) AS nothing, mrr_agg(NULL::text, date '2024-01-01', NULL, 5) AS no_one,
       mrr_agg(NULL::uuid, '2024-01-01', NULL, 5) FILTER (WHERE false) AS no_rows,
       mrr_currency_agg(NULL::bigint, '2024-01-01', NULL, 5, 'EUR') AS no_one_in_euros;
-- What had no rows has no currency yet, and adds nothing; a roll-up of nothing is NULL.
SELECT rollup(m) AS euros, rollup(m ORDER BY i DESC) = rollup(m ORDER BY i) AS any_order
FROM (SELECT i, mrr_currency_agg(i, '2024-01-01', NULL, 5, 'EUR') FILTER (WHERE i > 1) AS m
      FROM generate_series(1, 4) AS i GROUP BY i) AS groups;
SELECT rollup(m) IS NULL AS of_nothing FROM (SELECT mrr_agg(1, '2024-01-01', NULL, 5) AS m) AS s WHERE false;
SELECT mrr_on(m, '2024-01-01') AS zero, subscribers_on(m, '2024-01-01') AS none,
       (SELECT count(*) FROM mrr_movements(m, 'month', '2025-01-01')) AS no_periods
FROM (SELECT mrr_agg(1, '2024-01-01', NULL, 5) FILTER (WHERE false)) AS s(m);
-- a + b is a roll-up of two; NULL adds nothing.
SELECT a + b = whole AND b + a = whole AND a + NULL = a AND NULL + b = b AS plus,
       (NULL::mrr_state + NULL) IS NULL AS nothing
FROM (SELECT mrr_agg(customer_id, started, ended, monthly_amount) AS whole,
             mrr_agg(customer_id, started, ended, monthly_amount) FILTER (WHERE customer_id < 3) AS a,
             mrr_agg(customer_id, started, ended, monthly_amount) FILTER (WHERE customer_id >= 3) AS b
      FROM subscriptions) AS s;
-- JSON says what the text says: ids as numbers or strings, days, amounts.
SELECT mrr_currency_agg(customer_id, started, ended, monthly_amount, 'EUR')::json AS json
FROM subscriptions WHERE customer_id = 2;
SELECT mrr_agg('客 "a"', date '2024-01-01', NULL, 5.50)::json AS text_ids,
       mrr_agg(1, NULL, NULL, 5)::jsonb AS nothing;
SELECT bool_and((c, d, a) IS NOT DISTINCT FROM (customer_id, day, amount)) AS same, count(*) > 10 AS some
FROM (SELECT (customer ->> 'customer_id')::bigint AS c, (change ->> 'day')::date AS d,
        (change ->> 'amount')::numeric AS a,
             row_number() OVER () AS n
      FROM (SELECT mrr_agg(customer_id, started, ended, monthly_amount)::jsonb AS m FROM subscriptions) AS s,
           jsonb_array_elements(m -> 'customers') AS customer,
           jsonb_array_elements(customer -> 'changes') AS change) AS j
FULL JOIN (SELECT r.*, row_number() OVER () AS n
           FROM (SELECT mrr_agg(customer_id, started, ended, monthly_amount) AS m FROM subscriptions) AS s,
                mrr_changes(m) AS r) AS r USING (n);
-- Ids, days and amounts of every type, columns, literals and parameters: the same value.
CREATE TEMP TABLE typed AS
SELECT customer_id, started, ended, monthly_amount, customer_id::smallint AS small, customer_id::int AS int,
       customer_id::varchar(9) AS varchar, started + time '23:59:59.999999' AS from_time,
       ended + time '12:00' AS to_time, monthly_amount::int AS whole
FROM subscriptions;
SELECT mrr_agg(customer_id, started, ended, whole)
       = ALL (ARRAY[mrr_agg(small, started, ended, whole::smallint), mrr_agg(int, from_time, to_time, whole::bigint),
                    mrr_agg(int, started, to_time, whole::real),
                    mrr_agg(small, from_time, ended, whole::float8)]) AS same,
       mrr_agg(varchar, started, ended, whole) = mrr_agg(varchar::text, from_time, to_time, whole::numeric) AS texts,
       mrr_agg(int, started, ended, whole * 1.25) = mrr_agg(int, started, ended, (whole * 1.25)::float8) AS floats,
       mrr_currency_agg(small, from_time, ended, whole::real, 'EUR'::varchar)
       = mrr_currency_agg(customer_id, started, to_time, whole, 'EUR'::char(3)) AS currencies
FROM typed;
PREPARE subscription(bigint, timestamp, timestamp, numeric, text) AS SELECT mrr_currency_agg($1, $2, $3, $4, $5);
EXECUTE subscription(7, '2024-01-10 18:00', '2024-02-01', 10, 'EUR');
PREPARE on_day AS SELECT mrr_on(mrr_agg(7, '2024-01-10 18:00', '2024-02-01', 10), $1);
EXECUTE on_day('2024-01-10 00:01');
EXECUTE on_day('2024-02-01');
SELECT mrr_agg(7, timestamptz '2024-01-10 18:00+00', NULL, 10) AS error;
-- Whole amounts of double precision are read without a call: also where numbers become inexact.
SELECT count(*) FILTER (WHERE mrr <> a::numeric) AS wrong, count(*) AS nine
FROM (SELECT a, mrr_on(mrr_agg(1, '2024-01-01', NULL, a::float8), '2024-01-01') AS mrr
      FROM unnest('{0,-0,1,999999999999999,1000000000000001,1e15,1e20,0.1,1e-7}'::text[]) AS a GROUP BY a) AS read;
-- Texts are compared by their bytes, which is wrong for some.
CREATE COLLATION pg_temp.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT mrr_agg(id COLLATE pg_temp.any_case, '2024-01-01', NULL, 5) AS error FROM (VALUES ('a'), ('A')) AS v(id);
-- Fiscal periods and other words for periods, against plain SQL.
WITH units AS (
    SELECT * FROM (VALUES ('quarter:february', interval '3 months', date '2023-08-01'),
                          ('QUARTERLY', '3 months', '2023-07-01'), ('year:april', '12 months', '2023-04-01'),
                          ('annual', '12 months', '2023-01-01'), ('week:sunday', '7 days', '2023-10-29'),
                          ('Weeks', '7 days', '2023-10-30')) AS v(unit, step, first)
), few AS MATERIALIZED (
    SELECT * FROM days WHERE w <= 20
), expected AS (
    SELECT w, unit, s::date AS period_start, sum(mrr) FILTER (WHERE day < s) AS start_mrr,
           sum(mrr) FILTER (WHERE day = s + step - interval '1 day') AS end_mrr,
           count(*) FILTER (WHERE mrr > 0 AND day >= s) AS customer_days
    FROM units, generate_series(first, date '2024-06-30', step) AS s,
         LATERAL (SELECT * FROM few WHERE day >= s - interval '1 day' AND day < s + step) AS d
    GROUP BY w, unit, s, step
)
SELECT unit, count(*) AS periods, count(e.start_mrr) AS starts, count(e.end_mrr) AS ends,
       count(*) FILTER (WHERE m.start_mrr <> e.start_mrr OR q.start_mrr <> e.start_mrr OR m.end_mrr <> e.end_mrr
                           OR q.end_mrr <> e.end_mrr OR c.customer_days <> e.customer_days) AS wrong
FROM (SELECT w, unit, m FROM ledgers, units WHERE w <= 20) AS l
CROSS JOIN LATERAL mrr_movements(l.m, unit, timestamp '2024-07-01 09:30') AS m
JOIN LATERAL mrr_rates(l.m, unit, '2024-07-01') AS q USING (period_start)
JOIN LATERAL churn_by_period(l.m, unit, '2024-07-01', 'Exposure') AS c USING (period_start)
LEFT JOIN expected AS e USING (w, unit, period_start)
GROUP BY unit ORDER BY unit COLLATE "C";
SELECT DISTINCT period_start AS first_of_february_may_august_november
FROM mrr_movements((SELECT mrr_agg(1, '2023-11-15', NULL, 5)), 'quarter:February', '2024-08-02') ORDER BY 1;
-- An as_of with a time of day stands for its day: nothing is known of that day.
SELECT count(*) AS one, bool_or(complete) AS not_complete
FROM mrr_movements((SELECT mrr_agg(1, '2024-01-01', NULL, 5)), 'month', '2024-01-31 23:59');
-- Free contracts: no customers of these figures, unless each is collected with an amount of 1.
CREATE TEMP TABLE contracts AS
SELECT i AS customer_id, date '2024-01-01' AS started, CASE WHEN i % 10 = 0 THEN date '2024-03-10' END AS ended,
       CASE WHEN i % 4 > 0 THEN 10 ELSE 0 END AS amount
FROM generate_series(1, 100) AS i;
SELECT r.start_customers AS paying, r.lost_customers AS paying_lost, r.logo_churn AS of_paying,
       c.at_start AS all_contracts, c.lost AS all_lost, c.churn_rate AS of_all
FROM (SELECT mrr_agg(customer_id, started, ended, amount) AS paid, mrr_agg(customer_id, started, ended, 1) AS held
      FROM contracts) AS m,
     mrr_rates(paid, 'month', '2024-04-01') AS r, churn_by_period(held, 'month', '2024-04-01') AS c
WHERE r.period_start = '2024-03-01' AND c.period_start = r.period_start;
-- Discounts are negative amounts: 50, and 10 less for January; a full one makes nobody a customer; the same as the
-- amounts they leave, from every type of amount and in any parts.
SELECT mrr_on(l, '2025-01-15') AS forty, mrr_on(l, '2025-02-15') AS fifty, subscribers_on(l, '2025-03-15') AS none,
       l, l = (SELECT mrr_agg(1, s, e, a) FROM (VALUES (date '2025-01-01', date '2025-02-01', 40),
               ('2025-02-01', '2025-03-01', 50), ('2025-04-01', NULL, 50)) AS v(s, e, a)) AS same
FROM (SELECT mrr_agg(1, s, e, a) AS l FROM (VALUES (date '2025-01-01', NULL::date, 50),
      ('2025-01-01', '2025-02-01', -10), ('2025-03-01', '2025-04-01', -50)) AS v(s, e, a)) AS d;
SELECT period_start, new_mrr, expansion_mrr AS expansion, churned_mrr AS churned, reactivation_mrr AS back, end_mrr
FROM mrr_movements((SELECT mrr_agg(1, s, e, a) FROM (VALUES (date '2025-01-01', NULL::date, 50),
      ('2025-01-01', '2025-02-01', -10), ('2025-03-01', '2025-04-01', -50)) AS v(s, e, a)), 'month', '2025-05-01');
CREATE TEMP TABLE discounted AS
SELECT i, i % 500 AS c, date '2024-01-01' + i * 7 % 300 AS s, date '2024-12-01' + i * 11 % 300 AS e,
       (1 + i % 7) * 12.25 AS a, date '2024-01-01' + i * 7 % 300 + i % 40 AS ds,
       date '2024-01-01' + i * 7 % 300 + i % 40 + i * 13 % 290 AS de, ((1 + i % 7) * 12.25 * (i % 5) / 4)::numeric(9,
           4) AS d
FROM generate_series(1, 5000) AS i;
CREATE TEMP TABLE lines AS
SELECT i, c, s, e, a FROM discounted UNION ALL SELECT -i, c, ds, least(de, e), -d FROM discounted
WHERE least(de, e) > ds AND d > 0;
SELECT mrr_agg(c, s, e, a) = mrr_agg(c, s, e, a::float8) AS floats,
       mrr_agg(c, s, e, a) = (SELECT rollup(m ORDER BY k) FROM (SELECT i % 7 AS k, mrr_agg(c, s, e, a) AS m
                                                               FROM lines GROUP BY 1) AS p) AS parts,
       mrr_agg(c, s, e, a) FILTER (WHERE a > 0) + mrr_agg(c, s, e, a) FILTER (WHERE a < 0)
       = mrr_agg(c, s, e, a) AS subscriptions_and_discounts,
       mrr_agg(c, s, e, a) FILTER (WHERE a < 0)
       = (mrr_agg(c, s, e, a) FILTER (WHERE a < 0))::text::mrr_state AS and_back,
       (SELECT count(*) FILTER (WHERE mrr_on(m, day::date) <> (SELECT coalesce(sum(a), 0) FROM lines
                                                              WHERE s <= day AND day < e))
        FROM (SELECT mrr_agg(c, s, e, a) AS m FROM lines) AS l,
             generate_series(date '2024-01-01', '2025-10-01', '17 days') AS day) AS none_differ
FROM lines;
-- What a customer pays is not negative: where they are read, not where they are kept.
SELECT mrr_agg(1, date '2024-01-01', date '2024-02-01', -5.5) AS a_part_of_a_whole,
       mrr_on(mrr_agg(1, date '2024-01-01', date '2024-02-01', -5.5), '2024-02-01') AS zero;
SELECT mrr_on(mrr_agg(1, date '2024-01-01', NULL, -5.5), '2024-02-01') AS error;
SELECT subscribers_on(mrr_agg('a b', date '2024-01-01', NULL, -5.5::float8), '2024-02-01') AS error;
SELECT * FROM mrr_changes((SELECT mrr_agg(1, '2024-01-01', NULL, 5) + mrr_agg(1, '2024-03-01', NULL, -6))) AS error;
SELECT * FROM mrr_movements((SELECT mrr_agg(1, '2024-01-01', NULL, -1)), 'month', '2025-01-01') AS error;
SELECT * FROM mrr_rates((SELECT mrr_agg(1, '2024-01-01', NULL, -1)), 'month', '2025-01-01') AS error;
SELECT * FROM churn_by_period((SELECT mrr_agg(1, '2024-01-01', NULL, -1)), 'month', '2025-01-01') AS error;
SELECT count(*) AS not_read FROM churn_by_period((SELECT mrr_agg(1, s, NULL, a) FROM (VALUES (date '2024-01-01', 5),
    ('2025-01-01', -6)) AS v(s, a)), 'month', '2025-01-01');
-- Scales and bad input; errors name the customer.
SELECT count(*) AS no_periods
FROM mrr_movements((SELECT mrr_agg(1, date '2024-01-01', NULL, 5)), 'month', '2023-01-01');
SELECT mrr_agg(1, date '2024-01-01', date '2024-01-01', 5) AS never_active;
SELECT mrr_agg(c, date '2024-01-01', NULL, a) AS finest FROM (VALUES (1, 5), (2, 5.125), (3, 5.1)) AS v(c, a);
SELECT mrr_agg(4711, date '2025-05-01', date '2025-04-01', 5) AS error;
SELECT mrr_agg('a "b"', date '2025-05-01', '2025-04-01', 5) AS error;
SELECT mrr_agg('00000000-0000-0000-0000-00000000000a'::uuid, '2025-05-01', '2025-04-01', 5.0::float8) AS error;
SELECT mrr_agg(1, date '2024-01-01', NULL, 'NaN') AS error;
SELECT mrr_currency_agg(2, date '2024-01-01', NULL, 'NaN'::numeric, 'EUR') AS error;
SELECT mrr_agg(3, date '2024-01-01', NULL, 'Infinity'::real) AS error;
SELECT mrr_agg(1, date 'infinity', NULL, 5) AS error;
SELECT mrr_agg(1, date '2024-01-01', 'infinity', 5) AS error;
SELECT mrr_agg(1, '10000-01-01', NULL, 5) AS error;
SELECT mrr_agg(1, date '2024-01-01', '-infinity', 5) AS error;
SELECT mrr_agg(1, date '2024-01-01', '4000-01-01 BC', 5) AS error;
SELECT mrr_agg(i, started, ended, 5) AS first_and_last_day
FROM (VALUES (1, timestamp '0001-01-01', timestamp '0001-01-02 23:59'), (2, '9999-12-31 23:59:59.999999', NULL),
             (3, '9999-12-31', '9999-12-31 12:00')) AS v(i, started, ended);
SELECT mrr_agg(1, '2024-01-01 10:00', '2024-01-01 09:00', 5) AS the_same_day;
SELECT mrr_currency_agg(1, '2024-01-01', NULL, 5, 'too long a currency') AS error;
SELECT mrr_currency_agg(c, date '2024-01-01', NULL, 5, currency) AS error
FROM (VALUES (1, 'EUR'), (2, 'USD')) AS v(c, currency);
SELECT rollup(m) AS error
FROM (SELECT mrr_currency_agg(1, date '2024-01-01', NULL, 5, currency) FROM (VALUES ('EUR'), ('USD')) AS v(currency)
           GROUP BY currency) AS s(m);
SELECT '1:text(,2){}'::mrr_state AS error;
SELECT * FROM mrr_movements((SELECT mrr_agg(1, date '2024-01-01', NULL, 5)), 'fortnight', '2024-02-01');
SELECT * FROM mrr_movements((SELECT mrr_agg(1, date '2024-01-01', NULL, 5)), 'month', '2024-02-01', 'weekly');
SELECT * FROM mrr_movements((SELECT mrr_agg(1, date '2024-01-01', NULL, 5)), 'month', 'infinity');
SELECT * FROM churn_by_period((SELECT mrr_agg(1, date '2024-01-01', NULL, 5)), 'month', '2024-02-01', 'ever');
-- Billing periods, in all their words; amounts of every type give numeric.
SELECT monthly_amount(120, 'year') AS ten, monthly_amount(30, 'quarter') AS ten_2,
       round(monthly_amount(12, 'week'), 2) AS fiftytwo, monthly_amount(60, 'month', 6) AS ten_3,
       round(monthly_amount(26, 'Week', every => 2), 2) AS fortnightly;
SELECT unit, bool_and(monthly_amount(365 * 12, word) = monthly_amount(365 * 12, unit)) AS same, count(*) AS words
FROM (VALUES ('day', 'days'), ('day', 'Daily'), ('week', 'WEEK'), ('week', 'weekly'), ('month', 'Monthly'),
             ('month', 'months'),
             ('quarter', 'quarterly'), ('year', 'yearly'), ('year', 'annual'), ('year', 'Annually'),
             ('year', 'year:april')) AS v(unit, word)
GROUP BY unit ORDER BY unit;
SELECT n AS numeric, monthly_amount(a::float8, 'year') = n AS double_too,
       monthly_amount(a::real, 'year') = n AS real_too, pg_typeof(monthly_amount(a::real, 'year'))
FROM (SELECT 120.50 AS a, monthly_amount(120.50, 'year') AS n) AS v;
SELECT monthly_amount(120, 'decade') AS error;
SELECT monthly_amount(120, 'biweekly') AS error;
SELECT monthly_amount(120, 'month', 0) AS error;
SELECT monthly_amount('NaN'::float8, 'month') AS error;

-- Rows without an id, a start, an amount or a currency are in nothing but their number, which plain SQL counts as well;
-- an end may be missing. A seventh of the rows has no id, so that one of the parts below is of skipped rows only.
CREATE TEMP TABLE holes AS
    SELECT i, CASE WHEN i % 7 <> 3 THEN i * 7919::bigint % 6007 END AS id,
           CASE WHEN i % 11 <> 5 THEN date '2024-01-01' + i % 90 END AS started,
           CASE WHEN i % 3 > 0 THEN date '2024-06-01' + i % 90 END AS ended,
           CASE WHEN i % 13 <> 8 THEN i % 100 / 4.0 END AS amount, CASE WHEN i % 17 <> 2 THEN 'EUR' END AS currency
    FROM generate_series(1, 20000) AS i;
CREATE TEMP TABLE of_holes AS
    SELECT mrr_agg(id, started, ended, amount) AS m, mrr_agg(md5(id::text)::uuid, started, ended, amount) AS u,
           mrr_agg('c' || id, started, ended, amount) AS t, mrr_agg(id, started, ended, amount::float8) AS f,
           mrr_currency_agg(id, started, ended, amount, currency) AS euros,
           mrr_agg(id, started, ended, amount) FILTER (WHERE num_nulls(id, started, amount) = 0) AS without,
           count(*) - count(id::text || started::text || amount) AS skipped,
           count(*) - count(id::text || started::text || amount || currency) AS skipped_with_currency
    FROM holes;
SELECT skipped > 5000 AS many, skipped_rows(m) = skipped AS bigint, skipped_rows(u) = skipped AS uuid,
       skipped_rows(t) = skipped AS text, skipped_rows(f) = skipped AS float8,
       skipped_rows(euros) = skipped_with_currency AND skipped_with_currency > skipped AS euros,
       skipped_rows(without) AS zero, (m::json ->> 'skipped_rows')::bigint = skipped AS json,
       (u::jsonb ->> 'skipped_rows')::bigint = skipped AS jsonb
FROM of_holes;
-- The number is part of the value, in text and binary form; all else is as if those rows had not been there.
SELECT m = without AS no, m::text = replace(without::text, '1:bigint(', '1:bigint+' || skipped || '(') AS text,
       m::text::mrr_state = m AS and_back, t::text::mrr_text_state = t AS of_texts,
       get_byte(_mrr_state_send(m), 3) + 256 * get_byte(_mrr_state_send(m), 4) = skipped AS binary,
       substr(_mrr_state_send(m), 12) = substr(_mrr_state_send(without), 12) AS the_rest
FROM of_holes;
-- In parts, in any order, one of skipped rows only first, last or between; in frames of a window.
SELECT min(skipped_rows(part)) > 0 AS each, string_agg(k || ' ' || part, ',')
       FILTER (WHERE mrr_on(part, '2024-05-01') = 0) AS skipped,
       rollup(part ORDER BY k) = euros AS up, rollup(part ORDER BY -k) = euros AS down,
       rollup(part ORDER BY k = 3, k) = euros AS last, rollup(part ORDER BY k <> 3, k) = euros AS first
FROM (SELECT i % 7 AS k, mrr_currency_agg(id, started, ended, amount, currency) AS part FROM holes GROUP BY 1) AS parts,
     of_holes GROUP BY euros;
SELECT mrr_currency_agg(id, started, ended, amount, currency ORDER BY id DESC NULLS FIRST, i) = (SELECT euros
       FROM of_holes) AS skipped_first,
       mrr_currency_agg(id, started, ended, amount, currency ORDER BY id NULLS LAST, i) = (SELECT euros
       FROM of_holes) AS skipped_last
FROM holes;
SELECT count(*) AS frames, count(*) FILTER (WHERE skipped_rows(running) <> n) AS wrong,
       count(*) FILTER (WHERE skipped_rows(moving) <> m) AS wrong_2
FROM (SELECT mrr_agg(id, started, ended, amount) OVER running AS running,
             mrr_agg(id, started, ended, amount) OVER moving AS moving,
             count(*) OVER running - count(id::text || started::text || amount) OVER running AS n,
             count(*) OVER moving - count(id::text || started::text || amount) OVER moving AS m
      FROM holes WHERE i <= 500
      WINDOW running AS (ORDER BY i), moving AS (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING)) AS t;
SELECT count(*) AS frames, count(*) FILTER (WHERE running <> (
           SELECT mrr_currency_agg(id, started, ended, amount, currency) FROM holes WHERE (i + 4) % 7 <= k)) AS wrong
FROM (SELECT k, rollup(part) OVER (ORDER BY k) AS running
      FROM (SELECT (i + 4) % 7 AS k, mrr_currency_agg(id, started, ended, amount, currency) AS part
            FROM holes GROUP BY 1) AS parts) AS t;
-- The currency of a skipped row is not looked at.
SELECT mrr_currency_agg(id, '2024-01-01', NULL, 5, currency) AS euros
FROM (VALUES (NULL::bigint, 'USD'), (1, 'EUR'), (NULL, 'CNY'), (2, NULL)) AS v(id, currency);
SELECT '1:bigint+1(,0){}'::mrr_state + '1:bigint+2("EUR",2){1:2024-01-01+5.00}' AS euros,
       '1:bigint+2("EUR",2){1:2024-01-01+5.00}'::mrr_state + '1:bigint+1(,0){}' AS euros_2,
       '1:bigint+1(,0){}'::mrr_state + '1:bigint+2(,0){}' AS of_none,
       '1:bigint+1(,0){}'::mrr_state = '1:bigint(,0){}' AS no;
SELECT '1:bigint+0(,0){}'::mrr_state AS error_not_written;
SELECT '1:bigint+(,0){}'::mrr_state AS error;

-- A currency of one letter is one.
SELECT m AS one_letter, m::text::mrr_state = m AS same
FROM (SELECT mrr_currency_agg(1, '2024-01-01', NULL, 5, 'K') AS m) AS one;

-- Limits of the churn of customers: Wilson's interval, as of the counts.
SELECT count(*) > 3 AS periods, bool_and(r.logo_churn_lower = e.lower AND r.logo_churn_upper = e.upper
                                         AND r.logo_churn = e.value) AS as_of_counts
FROM (SELECT mrr_agg(i % 40, date '2024-01-01' + i % 90, date '2024-01-21' + i % 90 + i * 7 % 100, 10) AS m
      FROM generate_series(1, 60) AS i) AS one, mrr_rates(m, 'month', '2024-09-01') AS r,
     rate_estimate(rate(r.lost_customers, r.start_customers)) AS e
WHERE r.start_customers > 0 AND r.logo_churn > 0;
