-- Gross and net revenue retention.
-- 1 stays, 2 pays 20 more, 3 pays 30 less, 4 leaves, 5 and 6 come, 7 never was.
CREATE TEMP TABLE paid (customer_id int, before numeric, after numeric, plan int);
INSERT INTO paid VALUES (1, 100, 100, 1), (2, 100, 120.50, 1), (3, 100, 70, 2), (4, 100, 0, 2), (5, NULL, 40, 1),
    (6, 0, 60.25, 1), (7, NULL, NULL, 2);
SELECT gross_revenue_retention(before, after) AS of_400_270_kept, net_revenue_retention(before, after) AS of_400_290_50
FROM paid;
SELECT m.*, start_amount + expansion - contraction - churned + new_amount = end_amount AS identity
FROM (SELECT revenue_change_agg(before, after) AS r FROM paid) AS t, revenue_movements(r) AS m;
SELECT gross_revenue_retention(400, 30, 100) = gross_revenue_retention(before, after) AS same_from_sums,
       net_revenue_retention(400, 20.50, 30, 100) = net_revenue_retention(before, after) AS same_from_sums_2,
       gross_revenue_retention(revenue_change_agg(before, after)) = gross_revenue_retention(before,
           after) AS same_from_state, net_revenue_retention(revenue_change_agg(before, after)) =
       net_revenue_retention(before, after) AS same_from_state_2,
       revenue_change_agg(before::float8, after::float8)::text AS floats,
       gross_revenue_retention(before::float8, after::float8) = gross_revenue_retention(before,
           after) AS same_from_floats,
       net_revenue_retention(before::float8, after::float8) = net_revenue_retention(before, after) AS same_from_floats_2
       FROM paid;
SELECT revenue_change_agg(before, after) AS state FROM paid;

-- In plain SQL beside it, by the cent, on 3000 customers.
CREATE TEMP TABLE many AS
    SELECT i, i % 7 AS plan, CASE WHEN i % 11 > 2 THEN (i * 7919 % 10007)::numeric / 100 END AS before,
           CASE WHEN i % 13 > 1 THEN (i * 104729 % 10009)::numeric / CASE WHEN i % 3 = 0 THEN 100
           ELSE 1000 END END AS after FROM generate_series(1, 3000) AS i;
SELECT (m.customers, m.lost, m.joined, m.start_amount, m.expansion, m.contraction, m.churned, m.new_amount,
           m.end_amount) = s AS same
FROM (SELECT revenue_change_agg(before, after) AS r FROM many) AS t, revenue_movements(r) AS m,
     (SELECT count(*) FILTER (WHERE b > 0), count(*) FILTER (WHERE b > 0 AND a = 0),
         count(*) FILTER (WHERE b = 0 AND a > 0), sum(b), sum(a - b) FILTER (WHERE b > 0 AND a > b),
             sum(b - a) FILTER (WHERE a > 0 AND a < b), sum(b) FILTER (WHERE a = 0), sum(a) FILTER (WHERE b = 0), sum(a)
             FROM (SELECT coalesce(before, 0) AS b, coalesce(after, 0) AS a FROM many) AS c) AS s;
SELECT abs(gross_revenue_retention(before, after) -
           (sum(least(before, coalesce(after, 0))) FILTER (WHERE before > 0) / sum(before))::float8) < 1e-15 AS gross,
       abs(net_revenue_retention(before, after) - (sum(after) FILTER (WHERE before > 0) / sum(before))::float8) <
       1e-15 AS net FROM many;
SELECT rollup(r ORDER BY plan) = (SELECT revenue_change_agg(before, after) FROM many) AS rolled_up,
       rollup(r ORDER BY plan DESC) = rollup(r ORDER BY plan) AS any_order,
       rollup(r::text::revenue_change_state) = rollup(r) AS text_and_back
FROM (SELECT plan, revenue_change_agg(before, after) AS r FROM many GROUP BY plan UNION ALL SELECT 99,
        '1:0,0,0:0,0,0,0,0') AS parts;

-- Amounts of every type; a + b is a roll-up of two; JSON gives what revenue_movements gives.
SELECT revenue_change_agg(i::smallint, i * 2)
       = ALL (ARRAY[revenue_change_agg(i::bigint, i::real * 2), revenue_change_agg(i::numeric, i * 2),
                    revenue_change_agg(i, i::float8 * 2)]) AS same,
       gross_revenue_retention(sum(i), 0, 1) = gross_revenue_retention(sum(i)::real, 0, 1) AS from_sums
FROM generate_series(1, 9) AS i;
SELECT a + b = r AND b + a = r AS plus, a + NULL = a AND NULL + a = a AS null_adds_nothing,
       (SELECT to_jsonb(m) FROM revenue_movements(r) AS m) = r::jsonb AS same_json
FROM (SELECT revenue_change_agg(before, after) AS r, revenue_change_agg(before, after) FILTER (WHERE plan < 3) AS a,
             revenue_change_agg(before, after) FILTER (WHERE plan >= 3) AS b FROM many) AS t;
SELECT revenue_change_agg(before, after)::json AS json FROM paid;
SELECT rollup(r) IS NULL AS of_nothing FROM (SELECT revenue_change_agg(1, 2) AS r) AS t WHERE false;

-- Nothing; nobody at the start.
SELECT gross_revenue_retention(before, after) FILTER (WHERE false) IS NULL AS nothing,
       revenue_change_agg(before, after) FILTER (WHERE false) AS nothing_2,
       net_revenue_retention(0, after) IS NULL AS only_new FROM paid;
SELECT gross_revenue_retention(0, 0, 0) IS NULL AS nothing, net_revenue_retention(NULL, 0, 0, 0) IS NULL AS unknown,
       net_revenue_retention(100.0, 0, 0, 100) AS all_lost;

-- Errors.
SELECT gross_revenue_retention(-1, 5) FROM paid;
SELECT net_revenue_retention(1, 'NaN'::numeric) FROM paid;
SELECT net_revenue_retention(1, 'Infinity'::float8) FROM paid;
SELECT gross_revenue_retention(100, 60, 41) AS error;
SELECT net_revenue_retention(100, -1, 0, 0) AS error;
SELECT '1:1,2,0:5,5,5,0,0'::revenue_change_state AS error;
SELECT '1:1,1,0:5,6,6,0,0'::revenue_change_state AS error;
SELECT '1:1,1,0:5,5,4,0,0'::revenue_change_state AS error;
SELECT '1:1,1,0:5,5,5,-1,0'::revenue_change_state AS error;
SELECT '1:1,1,0:5,5,5,0'::revenue_change_state AS error;
SELECT '2:1,1,0:5,5,5,0,0'::revenue_change_state AS error_newer_version;
-- What the movements add up must fit too: a state that input takes has its report and its JSON.
SELECT format('1:1,0,1:%s,0,%s,0,%s', most, most, most)::revenue_change_state AS error
FROM (SELECT repeat('9', 38)) AS m(most);
SELECT format('1:1,0,0:%s,0.5,1,0,0', repeat('9', 38))::revenue_change_state AS error;
SELECT revenue_change_agg(was, now) AS error
FROM (VALUES (1, repeat('9', 38)::numeric), (0, repeat('9', 38)::numeric)) AS v(was, now);
SELECT json_typeof(format('1:1,0,1:%s,0,1,0,1.5', repeat('9', 37))::revenue_change_state::json) AS large;

-- From sums that are numeric, as sum() gives them, and from doubles.
SELECT gross_revenue_retention(400.0, 30.5, 100.25) AS "0.673125", gross_revenue_retention(400.0, 30.5, 100.25)
           = gross_revenue_retention(400::float8, 30.5, 100.25) AS same_from_doubles,
       gross_revenue_retention(0.0, 0.0, 0.0) IS NULL AS nothing;
SELECT gross_revenue_retention(400.0, 300.5, 100.25) AS error;
