-- profitability: revenue and costs by kind.
CREATE TEMP TABLE ledger AS
    SELECT i, i % 9 AS customer,
           (ARRAY['revenue', 'acquisition', 'serving', 'labour', 'logistics', 'after_sales', 'maintenance', 'other'])[1
               + (i * 7) % 8] AS kind,
           CASE WHEN i % 13 <> 4 THEN ((i * 31 % 9973) / 100.0 * CASE WHEN (i * 7) % 8 = 0 THEN 9 WHEN i % 50 = 0
               THEN -1 ELSE 1 END)::numeric(10, 2) END AS amount
    FROM generate_series(1, 1000) AS i;

-- Text form: revenue, then costs by kind.
SELECT '1:100.00,10.00,0.00,20.00,5.00,0.00,0.00,1.50'::profitability_state AS eight_sums;
SELECT '1:100,10,0,20,5,0,0'::profitability_state AS error;
SELECT '1:100,10,0,20,5,0,0,0,0'::profitability_state AS error;
SELECT '1:100,10,0,20,5,0,0,0.5'::profitability_state AS error_scale;
SELECT '2:100,10,0,20,5,0,0,0'::profitability_state AS error_newer_version;

-- Nothing, NULL, one; bad input.
SELECT profitability_agg(kind, amount) AS nothing FROM ledger WHERE false;
SELECT profitability_agg(NULL, 5.0) AS skipped, profitability_agg('labour', NULL::float8) AS skipped_2,
       profitability_agg('labour', 5) FILTER (WHERE false) AS filtered;
SELECT profit(p) AS ten, profit_margin(p) AS tenth, total_cost(p) AS ninety
FROM profitability(100, acquisition => 40, labour => 50) AS p;
SELECT profit_margin(profitability(0, other => 5)) IS NULL AS no_revenue,
       profit(profitability(0.00, other => 5)) AS a_loss, profitability(7) AS only_revenue;
SELECT profitability_agg('rent', 5.0) AS error;
SELECT profitability_agg('labour', 'NaN'::numeric) AS error;
SELECT profitability_agg('labour', 'Infinity'::float8) AS error;
SELECT profitability(100, labour => 'NaN'::numeric) AS error;
SELECT profitability('-Infinity'::float8) AS error;
SELECT profitability(100, rent => 5) AS error;
-- Every number type, as rows and as sums; kinds are text of any kind, in any letter case.
SELECT count(*) AS forms, count(*) FILTER (WHERE p <> profitability(6, labour => 3)) AS wrong
FROM (WITH t(kind, x) AS (VALUES ('revenue', 6), ('LABOUR', 3))
      SELECT profitability_agg(kind, x) AS p FROM t
      UNION ALL SELECT profitability_agg(kind, x::smallint) FROM t
      UNION ALL SELECT profitability_agg(kind::varchar(9), x::bigint) FROM t
      UNION ALL SELECT profitability_agg(kind::char(9), x::real) FROM t
      UNION ALL SELECT profitability(6::smallint, labour => 3::real)
      UNION ALL SELECT profitability(6::float8, labour => 3)
      UNION ALL SELECT profitability('6', labour => '3')
      UNION ALL SELECT profitability(6::bigint, labour => 3::numeric)) AS f;
SELECT profitability(0.1::float8, other => 0.25) AS tenth, profitability(sum(x), other => sum(y)) AS sums,
       profitability(NULL) IS NULL AS unknown
FROM (VALUES (1.5, 2), (2.5, 3)) AS t(x, y);
PREPARE of_kind AS SELECT profitability_agg($1, $2::numeric);
EXECUTE of_kind('labour', 5);
DEALLOCATE ALL;

-- Against plain SQL, customer by customer.
CREATE TEMP TABLE ours AS SELECT customer, profitability_agg(kind, amount) AS p FROM ledger GROUP BY customer;
CREATE TEMP VIEW plain AS
    SELECT customer, sum(amount) FILTER (WHERE kind = 'revenue') AS revenue,
           sum(amount) FILTER (WHERE kind <> 'revenue') AS cost FROM ledger GROUP BY customer;
SELECT count(*) AS customers, count(*) FILTER (WHERE revenue(p) IS DISTINCT FROM revenue) AS wrong_revenue,
       count(*) FILTER (WHERE total_cost(p) IS DISTINCT FROM cost) AS wrong_cost,
       count(*) FILTER (WHERE profit(p) IS DISTINCT FROM revenue - cost) AS wrong_profit,
       count(*) FILTER (WHERE abs(profit_margin(p) - ((revenue - cost) / revenue)::float8) > 1e-12) AS wrong_margin
FROM ours JOIN plain USING (customer);
SELECT count(*) AS kinds, count(*) FILTER (WHERE cost IS DISTINCT FROM s) AS wrong,
       count(*) FILTER (WHERE abs(share - s / total) > 1e-12) AS wrong_share,
       count(*) FILTER (WHERE abs(share_of_revenue - s / revenue) > 1e-12) AS wrong_share_of_revenue
FROM (SELECT customer, d.* FROM ours, cost_distribution(p) AS d) AS c
JOIN (SELECT customer, kind, sum(amount) AS s FROM ledger GROUP BY customer, kind) AS k USING (customer, kind)
JOIN (SELECT customer, revenue, cost AS total FROM plain) AS t USING (customer);
SELECT * FROM cost_distribution(profitability(200, acquisition => 30, logistics => 10, after_sales => 10));
SELECT * FROM cost_distribution('1:0,0,0,0,0,0,0,0');

-- From rows, from sums, merged in any order: the same. Doubles count as their decimals.
SELECT p = profitability_agg(kind, amount::float8) AS float8, p::text::profitability_state = p AS text_form,
       p = (SELECT profitability(sum(amount) FILTER (WHERE kind = 'revenue'),
               sum(amount) FILTER (WHERE kind = 'acquisition'), sum(amount) FILTER (WHERE kind = 'serving'),
                                 sum(amount) FILTER (WHERE kind = 'labour'),
                                 sum(amount) FILTER (WHERE kind = 'logistics'),
                                 sum(amount) FILTER (WHERE kind = 'after_sales'),
                                 sum(amount) FILTER (WHERE kind = 'maintenance'),
                                 sum(amount) FILTER (WHERE kind = 'other')) FROM ledger) AS sums
FROM (SELECT profitability_agg(kind, amount) AS p FROM ledger) AS a, ledger GROUP BY p;
SELECT rollup(p ORDER BY customer) = (SELECT profitability_agg(kind, amount) FROM ledger) AS rolled_up,
       rollup(p ORDER BY -customer) = rollup(p ORDER BY customer) AS any_order
FROM (SELECT * FROM ours UNION ALL SELECT 99, '1:0,0,0,0,0,0,0,0' UNION ALL SELECT 98, NULL) AS parts;
SELECT rollup(p) AS finer
FROM (VALUES ('1:1.5,0.0,0.0,0.0,0.0,0.0,0.0,0.0'::profitability_state), ('1:0,0,0,0,0,0,0,2')) AS t(p);
SELECT rollup(p) IS NULL AS of_nothing FROM ours WHERE false;
-- Frames that move.
SELECT count(*) AS frames, count(*) FILTER (WHERE revenue(p) IS DISTINCT FROM coalesce(r, 0)) AS wrong
FROM (SELECT profitability_agg(kind, amount) OVER w AS p, sum(amount) FILTER (WHERE kind = 'revenue') OVER w AS r
      FROM ledger WINDOW w AS (ORDER BY i ROWS BETWEEN 9 PRECEDING AND 5 FOLLOWING)) AS t;
-- The operator +, and json: the sum of each kind.
SELECT a + b = ab AS plus, b + a = ab AS either_way, a + NULL = a AS with_null,
       a + '1:0,0,0,0,0,0,0,0' = a AS with_empty
FROM (SELECT profitability_agg(kind, amount) FILTER (WHERE i % 3 = 0) AS a, profitability_agg(kind, amount) AS ab,
             profitability_agg(kind, amount) FILTER (WHERE i % 3 > 0) AS b FROM ledger) AS s;
SELECT profitability(100.00, labour => -20.5, other => 0.125)::json, profitability(0)::jsonb;
