-- The plain formula: order value x frequency x lifespan x margin.
SELECT clv(80, 4, 3) AS revenue, clv(80, 4, 3, margin => 0.25) AS margin, clv(79.95, 4.5, 3) = 79.95 * 4.5 * 3 AS as_in_sql;
SELECT clv(NULL, 4, 3) IS NULL AS unknown, clv(80, 0, 3) AS never_buys;
SELECT clv(80, -1, 3) AS error;
SELECT clv(80, 4, 'infinity') AS error;
SELECT clv('NaN', 4, 3) AS error;
SELECT clv(1e200, 1e200, 3) AS error;
