-- Customer acquisition cost.
-- The parentheses that a widely copied formula loses: 90,000 + 30,000 for 240 customers are 500 each, not 90,125.
SELECT cac(90000, 30000, 240) AS five_hundred, cac(90000.00, 30000.00, 240) AS five_hundred_2,
       cac(90000, 30000, 240, 12000) AS with_advertising, cac(90000, 30000, 240, 12000, other => 6000) AS and_other,
       cac(90000.00, 30000, 240, other => 12000) AS with_other;
SELECT cac(1, 0, 3) AS third, cac(1.00, 0, 3) AS exact_third, pg_typeof(cac(1.00, 0, 3)) AS money_is_numeric;
SELECT cac(100, 100, 0) IS NULL AS no_customers, cac(NULL, 100, 5) IS NULL AS unknown, cac(0, 0, 5) AS free;

-- Rows, state and sums agree. Blended: all channels; paid: those that are paid. Costs without a channel make the whole.
CREATE TEMP TABLE channels (day date, channel text, cost numeric(12,2), customers int, paid boolean);
INSERT INTO channels VALUES ('2024-01-15', 'ads', 60000, 100, true), ('2024-01-15', 'search', 30000, 80, true),
    ('2024-01-20', 'referral', 10000.50, 60, false), ('2024-02-01', NULL, 19999.50, NULL, false),
    ('2024-02-11', NULL, NULL, 0, false), (NULL, 'ads', NULL, NULL, true);
SELECT cac(cost, customers) AS blended, cac(cost, customers) FILTER (WHERE paid) AS paid,
       cac(spending_agg(cost, customers)) = cac(cost, customers) AS same_from_state,
       cac(sum(cost), 0, sum(customers)) = cac(cost, customers) AS same_from_sums,
       cac(cost::float8, customers) = cac(cost, customers) AS same_from_floats FROM channels;
SELECT coalesce(channel, '(unattributed)') AS channel, acquisition_cost(s), new_customers(s), cac(s)
FROM (SELECT channel, spending_agg(cost, customers) AS s FROM channels GROUP BY channel) AS t
ORDER BY channel COLLATE "C";
SELECT rollup(s) = (SELECT spending_agg(cost, customers) FROM channels) AS channels_add_up
FROM (SELECT spending_agg(cost, customers) AS s FROM channels GROUP BY channel) AS t;
SELECT spending_agg(cost, customers) AS state, spending_by_agg(day, cost, customers, 'month') AS by_month,
       spending_by_agg(day, cost, customers, 'week:sunday') AS by_week FROM channels;

-- A lag: what is spent in a month brings the customers of the next but one.
CREATE TEMP TABLE months AS SELECT make_date(2024, m, 1) AS month, m * 1000.00 AS cost, m * m AS customers
FROM generate_series(1, 6) AS m WHERE m <> 4;
SELECT * FROM (SELECT spending_by_agg(month, cost, customers, 'month') AS s FROM months) AS t, cac_by_period(s);
SELECT * FROM (SELECT spending_by_agg(month, cost, customers, 'month') AS s FROM months) AS t, cac_by_period(s, 2);
SELECT cac(s, 2) = (1000.00 + 2000 + 3000) / (9 + 25 + 36) AS six_thousand_for_seventy,
       cac(s, 0) = cac(s) AS without_a_lag, cac(s, 6) IS NULL AS nothing_known,
       cac(s, 2147483647) IS NULL AS nothing_known_2
FROM (SELECT spending_by_agg(month, cost, customers, 'month') AS s FROM months) AS t;
-- The same as a join of the months in plain SQL, on random days, for every lag.
CREATE TEMP TABLE days AS SELECT date '2023-01-01' + i * 7919 % 500 AS day, CASE WHEN i % 3 > 0
    THEN (i * 31 % 977)::numeric / 100 END AS cost, CASE WHEN i % 4 > 0 THEN i % 5 END AS customers, i % 3 AS part
FROM generate_series(1, 2000) AS i;
WITH by_month AS (SELECT date_trunc('month', day)::date AS month, sum(cost) AS cost, sum(customers) AS customers
        FROM days GROUP BY 1),
     lagged AS (SELECT lag, a.month, a.cost, b.customers FROM generate_series(0, 18) AS l(lag) CROSS JOIN by_month AS a
         JOIN by_month AS b ON b.month = a.month + lag * interval '1 month'),
     expected AS (SELECT lag, sum(cost) / nullif(sum(customers), 0) AS cac FROM lagged GROUP BY lag)
SELECT count(*) AS lags, bool_and(cac(s, lag) IS NOT DISTINCT FROM e.cac) AS same,
       (SELECT bool_and(t.cost = l.cost AND t.new_customers = l.customers AND t.cac = l.cost / l.customers
               AND NOT t.pending) FROM lagged AS l, cac_by_period(s, l.lag) AS t
           WHERE t.period_start = l.month) AS same_months
FROM (SELECT spending_by_agg(day, cost, customers, 'month') AS s FROM days) AS t, generate_series(0, 18) AS l(lag)
LEFT JOIN expected AS e USING (lag) GROUP BY s;
SELECT rollup(s ORDER BY part) = (SELECT spending_by_agg(day, cost, customers, 'week') FROM days) AS rolled_up,
       rollup(s ORDER BY part DESC) = rollup(s ORDER BY part) AS any_order,
       rollup(s::text::spending_state) = rollup(s) AS text_and_back
FROM (SELECT part, spending_by_agg(day, cost, customers, 'week') AS s FROM days GROUP BY part UNION ALL SELECT 9,
        '1:week{}') AS t;

-- Payback: 500 for 50 a month at a margin of 80 % are 12.5 months.
SELECT cac_payback(500, 50, 0.8) AS twelve_and_a_half, cac_payback(500, 50) AS ten,
       cac_payback(500, 0) IS NULL AS never, cac_payback(500, 50, 0) IS NULL AS never_2,
       cac_payback(0, 0) IS NULL AS unknown, cac_payback(0, 9) AS at_once;

-- Nothing.
SELECT cac(cost, customers) FILTER (WHERE false) IS NULL AS nothing,
       spending_agg(cost, customers) FILTER (WHERE false) AS nothing_in_total,
       spending_by_agg(day, cost, customers, 'month') FILTER (WHERE false) AS no_period_yet
FROM channels;
SELECT cac(s) IS NULL AS no_cost, cac(s, 1) IS NULL AS no_lagged_cost, acquisition_cost(s) IS NULL AS no_sum,
       new_customers(s) AS none, (SELECT count(*) FROM cac_by_period(s)) AS no_periods, s::json
FROM (VALUES ('1:none{}'::spending_state)) AS v(s);
SELECT rollup(s) = state AS neutral, rollup(s ORDER BY place DESC) = state AS in_any_order,
       state + '1:none{}' = state AS plus_none, '1:none{}'::spending_state + state = state AS none_plus,
       NULL + state = state AS null_plus
FROM (SELECT spending_by_agg(day, cost, customers, 'month') AS state FROM channels) AS c,
     LATERAL (VALUES (1, '1:none{}'::spending_state), (2, state), (3, '1:none{}')) AS v(place, s) GROUP BY state;
SELECT '1:none{}'::spending_state + '1:total{5/1}' AS total, '1:none{}'::spending_state + '1:none{}' AS still_none;
SELECT rollup(s) IS NULL AS of_nothing FROM (VALUES ('1:none{}'::spending_state)) AS v(s) WHERE false;
-- JSON: the sums as they are.
SELECT spending_agg(cost, customers)::json AS total,
       spending_by_agg(day, cost, customers, 'quarter:feb')::json AS by_quarter FROM channels;

-- Days, costs and counts of every type, columns, literals and parameters: the same sums.
SELECT spending_agg(i, i) = ALL (ARRAY[spending_agg(i::smallint, i::real), spending_agg(i::numeric, i::bigint),
           spending_agg(i::float8, i::numeric), spending_agg(i::real, i::smallint)]) AS same,
       spending_by_agg(day, i, i, 'MONTH') = ALL (ARRAY[
           spending_by_agg(day::timestamp, i::numeric, i::numeric, 'monthly'),
           spending_by_agg(day + time '23:59:59.999999', i::real, i::bigint, 'months'::varchar)]) AS same_by_month,
       cac(i, i::numeric) = cac(i::numeric, i::real) AS same_cac,
       cac(sum(i), 0, sum(i)) = cac(sum(i)::real, 0, sum(i)::int) AS same_of_sums
FROM (SELECT i, date '2024-01-01' + i AS day FROM generate_series(1, 60) AS i) AS t;
PREPARE spent(timestamp, numeric, bigint, text) AS SELECT spending_by_agg($1, $2, $3, $4);
EXECUTE spent('2024-05-17 10:00', 9.5, 3, 'Quarter:february');
SELECT spending_by_agg(timestamptz '2024-05-17 10:00+00', 9.5, 3, 'month') AS error;
SELECT spending_agg(9.5, 0.5) AS error;
SELECT cac(100.0, 0, 1.5) AS error;

-- Fiscal periods and other words for them: sums, and costs with a lag, as in plain SQL.
WITH units(unit, canonical, first, step) AS (
    VALUES ('quarter:february', 'quarter:february', date '2022-11-01', interval '3 months'),
           ('Quarter:AUG', 'quarter:february', '2022-11-01', '3 months'),
           ('year:april', 'year:april', '2022-04-01', '1 year'), ('yearly', 'year', '2023-01-01', '1 year'),
           ('Weekly', 'week', '2022-12-26', '7 days'), ('week:sun', 'week:sunday', '2023-01-01', '7 days'),
           ('daily', 'day', '2023-01-01', '1 day')
), sums AS (
    SELECT unit, n, s, coalesce(sum(cost), 0) AS cost, coalesce(sum(customers), 0) AS customers
    FROM (SELECT unit, n, (first + n * step)::date AS s, (first + (n + 1) * step)::date AS e
          FROM units, generate_series(0, 600) AS n WHERE first + n * step < '2024-07-01' OFFSET 0) AS starts
    LEFT JOIN days ON day >= s AND day < e GROUP BY unit, n, s
)
SELECT u.unit COLLATE "C" AS unit, spending::text LIKE '1:' || canonical || '{%' AS named, count(*) AS periods,
       count(this.s) AS known,
       count(*) FILTER (WHERE c.cost <> this.cost OR c.new_customers <> later.customers) AS wrong,
       count(*) FILTER (WHERE c.pending) AS pending
FROM (SELECT u.*, (SELECT spending_by_agg(day, cost, customers, unit) FROM days) AS spending
      FROM units AS u OFFSET 0) AS u
CROSS JOIN LATERAL cac_by_period(spending, 1) AS c
LEFT JOIN sums AS this ON this.unit = u.unit AND this.s = c.period_start
LEFT JOIN sums AS later ON later.unit = u.unit AND later.n = this.n + 1
GROUP BY 1, 2 ORDER BY 1;

-- A state of nothing in its other forms.
SELECT acquisition_cost('1:total{}') IS NULL AS nothing, new_customers('1:total{}') AS none,
       cac('1:month{}'::spending_state, 1) IS NULL AS nothing_2;
SELECT * FROM cac_by_period('1:month{}');

-- Errors.
SELECT cac(-1, 0, 5) AS error;
SELECT cac(-1.00, 0, 5) AS error;
SELECT cac(1, 0, -5) AS error;
SELECT cac('NaN'::float8, 0, 5) AS error;
SELECT cac(cost, -1) AS error FROM channels;
SELECT cac(s, 1) AS error FROM (SELECT spending_agg(cost, customers) AS s FROM channels) AS t;
SELECT cac('1:month{}'::spending_state, -1) AS error;
SELECT spending_by_agg(day, cost, customers, 'fortnight') AS error FROM channels;
SELECT spending_by_agg(day, cost, customers, NULL) AS skipped FROM channels;
SELECT spending_by_agg(day, 5, 1, period) AS second_row
FROM (VALUES (date '2024-01-01', NULL), ('2024-02-01', 'month'), ('2024-02-02', NULL)) AS t(day, period);
SELECT spending_by_agg('infinity', cost, customers, 'month') AS error FROM channels;
SELECT spending_by_agg(day, cost, customers, CASE WHEN customers = 100 THEN 'month' ELSE 'week' END) AS error
FROM channels;
SELECT rollup(s) AS error FROM (VALUES ('1:month{}'::spending_state), ('1:total{}')) AS t(s);
SELECT rollup(s) AS error FROM (VALUES ('1:week{}'::spending_state), ('1:week:sunday{}')) AS t(s);
SELECT cac_payback(500, 50, 1.2) AS error;
SELECT cac_payback(-500, 50) AS error;
SELECT '1:month{2024-01-02=5/1}'::spending_state AS error;
SELECT '1:month{2024-02-01=5/1;2024-01-01=5/1}'::spending_state AS error;
SELECT '1:week:monday{}'::spending_state AS error;
SELECT '1:total{5/1;5/1}'::spending_state AS error;
SELECT '1:total{5/-1}'::spending_state AS error;
SELECT '1:none{5/1}'::spending_state AS error;
SELECT '1:month'::spending_state AS error;
SELECT '1:century{}'::spending_state AS error;
SELECT '2:total{}'::spending_state AS error_newer_version;

SELECT cac(100::numeric, 50::numeric, 0) IS NULL AS nobody, cac(100::float8, 50, 0) IS NULL AS nobody_in_doubles,
       cac(100::numeric, 0) IS NULL AS nobody_of_all;
