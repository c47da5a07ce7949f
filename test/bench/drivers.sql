-- Key drivers: one state against corr() for every pair of columns, from which plain SQL would have to start. 5 and 20
-- predictors, ratings of 1 to 5, on one row in ten of what the other benchmarks read.
SELECT format('CREATE TABLE bench.ratings%s AS SELECT (i * 7919 %% 11)::float8 AS y, %s FROM generate_series(1::bigint, %s) AS i',
              p, (SELECT string_agg(format('(1 + i * %s %% %s %% 5)::float8 AS x%s', 7919 + 104 * k, 1009 + 2 * k, k), ', ') FROM generate_series(1, p) AS k),
              greatest(:rows / 10, 1000))
FROM (VALUES (5), (20)) AS n(p) \gexec
VACUUM ANALYZE bench.ratings5;
VACUUM ANALYZE bench.ratings20;
SELECT format('CALL bench_pair(%L, %L, %L, most => %s)', format('drivers of %s against corr of all pairs', p),
              format('SELECT complete_rows(drivers_agg(y, ARRAY[%s])) FROM bench.ratings%s', x, p),
              format('SELECT %s FROM bench.ratings%s', pairs, p), most)
FROM (VALUES (5, 0.8), (20, 0.2)) AS n(p, most),
     LATERAL (SELECT string_agg('x' || k, ', ' ORDER BY k) FROM generate_series(1, p) AS k) AS a(x),
     LATERAL (SELECT string_agg(format('corr(%s, x%s)', CASE WHEN i = 0 THEN 'y' ELSE 'x' || i END, j), ', ')
              FROM generate_series(0, p) AS i, generate_series(1, p) AS j WHERE i < j) AS b(pairs) \gexec
-- Ratings that lie in an array already, and numbers that are no multiples of 1/16.
CREATE TABLE bench.rating_arrays AS SELECT y, ARRAY[x1, x2, x3, x4, x5] AS x FROM bench.ratings5;
VACUUM ANALYZE bench.rating_arrays;
SELECT format('CALL bench_pair(%L, %L, %L, most => 0.2)', 'drivers of 5 in an array against corr of all pairs',
              'SELECT complete_rows(drivers_agg(y, x)) FROM bench.rating_arrays',
              'SELECT ' || string_agg(format('corr(%s, x[%s])', CASE WHEN i = 0 THEN 'y' ELSE format('x[%s]', i) END, j), ', ') || ' FROM bench.rating_arrays')
FROM generate_series(0, 5) AS i, generate_series(1, 5) AS j WHERE i < j \gexec
CALL bench_pair('drivers of 5, rounded against exact', 'SELECT complete_rows(drivers_agg(y + 0.01, ARRAY[x1, x2, x3, x4, x5])) FROM bench.ratings5',
                'SELECT complete_rows(drivers_agg(y + 1, ARRAY[x1, x2, x3, x4, x5])) FROM bench.ratings5');
-- All shares of R squared from a state.
CALL bench_pair('importance of 20 drivers, with 2^20 fits, against collecting them',
                'SELECT count(lmg) FROM driver_importance((SELECT drivers_agg(y, ARRAY[x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15, x16, x17, x18, x19, x20]) FROM (SELECT * FROM bench.ratings20 LIMIT 1000) AS few))',
                'SELECT complete_rows(drivers_agg(y, ARRAY[x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11, x12, x13, x14, x15, x16, x17, x18, x19, x20])) FROM bench.ratings20', runs => 3);
