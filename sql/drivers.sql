-- Key drivers.

-- Published: R's data set swiss, Fertility on five indicators of 47 provinces. Its correlations are facts; a state can
-- carry them.
CREATE TEMP TABLE swiss AS SELECT ('1:centred,5,47,0;0,0,0,0,0,0;0,0,0,0,0,0;1,'
    '-0.686542208617136461,1,-0.639522518948320136,0.698415296288482847,1,'
    '0.401095053048739888,-0.572741806064166624,-0.153858917090914799,1,'
    '-0.060858608416581638,-0.11402159648203352,-0.0993218458213456298,0.175495907596622915,1,'
    '0.353079183619974764,-0.645882706457287564,-0.663788857035069172,0.463684700651793967,'
    '0.41655603143498263,1')::drivers_state AS d;
SELECT driver, round(r::numeric, 6) AS r, round(beta::numeric, 6) AS beta, round(beta_se::numeric, 6) AS se,
       round(p_value::numeric, 8) AS p,
       round(pratt::numeric, 6) AS pratt, round(lmg::numeric, 6) AS lmg, round(johnson::numeric, 6) AS johnson
FROM swiss, driver_importance(d, '{Agriculture,Examination,Education,Catholic,Infant.Mortality}');
SELECT round(r_squared(d)::numeric, 6) AS r_squared_706735, round(adjusted_r_squared(d)::numeric, 6) AS adjusted_670971
FROM swiss;

-- Rows, NULLs, nothing.
SELECT drivers_agg(y, x) AS three_rows FROM (VALUES (9, '{5,4}'::float8[]), (7, '{3,4}'), (2, '{1,2.5}')) AS t(y, x);
SELECT drivers_agg(y, x) AS one_complete, complete_rows(drivers_agg(y, x)) AS one,
       incomplete_rows(drivers_agg(y, x)) AS five
FROM (VALUES (9, '{5,4}'::float8[]), (NULL, '{5,4}'), (3, '{NULL,4}'), (NULL, '{5,NULL}'), (3, NULL),
        (NULL, NULL)) AS t(y, x);
SELECT drivers_agg(y, x) AS empty, r_squared(drivers_agg(y, x)) IS NULL AS nothing
FROM (SELECT 1::float8, '{1}'::float8[] WHERE false) AS t(y, x);
SELECT count(*) AS no_rows FROM driver_importance('1:exact,0,0,0');
SELECT count(*) AS no_rows FROM driver_importance(NULL);
SELECT * FROM driver_importance((SELECT drivers_agg(9, '{5,4}')), '{a,b}');
SELECT driver, missing
FROM driver_importance((SELECT drivers_agg(y, x)
               FROM (VALUES (NULL, '{5,NULL}'::float8[]), (3, '{1,NULL}')) AS t(y, x)));
-- Every kind of number.
SELECT drivers_agg(9::smallint, ARRAY[1, 2]::smallint[]) = drivers_agg(9::bigint, ARRAY[1, 2]::bigint[]) AS same,
       drivers_agg(9, ARRAY[1, 2]) = drivers_agg(9::numeric, ARRAY[1, 2]::numeric[]) AS same_2,
       drivers_agg(9::real, ARRAY[1, 2]::real[]) = drivers_agg('9', '{1,2}') AS same_3,
       drivers_agg(9, ARRAY[1::smallint, 2.0]) = drivers_agg(9, '{1,2}') AS same_4,
       drivers_agg(NULL, NULL) AS one_incomplete;
PREPARE rated AS SELECT drivers_agg($1, $2) AS two_drivers;
EXECUTE rated(9, '{5,4}');

-- Against corr, regr_slope and regr_r2; LMG by its definition, over all subsets fitted each on its own.
CREATE TEMP TABLE answers AS
SELECT i, (i * 7919 % 13) % 5 + 1 AS service, (i * 104729 % 17) % 5 + 1 AS quality,
       ((i * 7919 % 13) + (i * 31 % 7)) % 5 + 1 AS speed,
       (i * 613 % 101) % 5 + 1 AS price
FROM generate_series(1, 1200) AS i;
ALTER TABLE answers ADD nps integer;
UPDATE answers SET nps = least(10, greatest(0, 5 + 2 * (service - 3) + (quality - 3) - (price - 3) + i * 37 % 5 - 2));
CREATE TEMP TABLE full_model AS SELECT drivers_agg(nps, ARRAY[service, quality, speed, price]) AS d FROM answers;
SELECT driver, abs(r - CASE driver WHEN 'service' THEN corr(nps, service) WHEN 'quality' THEN corr(nps, quality)
                                   WHEN 'speed' THEN corr(nps, speed) ELSE corr(nps, price) END) < 1e-14 AS as_corr,
       abs(mean - CASE driver WHEN 'service' THEN avg(service) WHEN 'quality' THEN avg(quality) WHEN 'speed'
           THEN avg(speed) ELSE avg(price) END) < 1e-14 AS as_avg,
       abs(deviation - CASE driver WHEN 'service' THEN stddev(service) WHEN 'quality' THEN stddev(quality) WHEN 'speed'
           THEN stddev(speed) ELSE stddev(price) END) < 1e-14 AS as_stddev
FROM answers, full_model, driver_importance(d, '{service,quality,speed,price}')
GROUP BY driver, r, mean, deviation ORDER BY driver;
SELECT abs(r_squared(drivers_agg(nps, ARRAY[service])) - regr_r2(nps, service)) < 1e-14 AS as_regr_r2,
       abs((SELECT coefficient FROM driver_importance(drivers_agg(nps, ARRAY[service]))) - regr_slope(nps, service)) <
       1e-14 AS as_regr_slope
FROM answers;
CREATE TEMP TABLE subset AS
SELECT s, (SELECT r_squared(drivers_agg(nps,
               (SELECT array_agg(a.x[k] ORDER BY k) FROM generate_series(1, 4) AS k WHERE s >> (k - 1) & 1 = 1)))
           FROM (SELECT nps, ARRAY[service, quality, speed, price]::float8[] AS x FROM answers) AS a) AS r2
FROM generate_series(1, 15) AS s UNION ALL SELECT 0, 0;
SELECT driver,
       abs(lmg - sum((w.r2 - o.r2) * CASE length(replace((o.s)::bit(4)::text, '0', '')) WHEN 1 THEN 1 WHEN 2 THEN 1
               ELSE 3 END / 12)) < 1e-13 AS shapley,
       -- what a driver adds last, tested: t^2 = (n - p - 1) (R2 - R2 without it) / (1 - R2)
       abs((beta / beta_se) ^ 2 / (1195 * (r_squared - (SELECT r2 FROM subset WHERE s = 15 - (1 << (k::int - 1)))) /
               (1 - r_squared)) - 1) < 1e-9 AS t_squared
FROM full_model, driver_importance(d, '{service,quality,speed,price}') WITH ORDINALITY AS i(driver, mean, deviation, r,
        coefficient, beta, beta_se, p_value, pratt, lmg, johnson, r_squared, n, missing, k)
JOIN subset AS o ON o.s & (1 << (k::int - 1)) = 0 JOIN subset AS w ON w.s = o.s | (1 << (k::int - 1))
GROUP BY k, driver, lmg, beta, beta_se, r_squared ORDER BY k;
SELECT abs(sum(lmg) - max(r_squared)) < 1e-14 AS lmg_adds_up,
       abs(sum(johnson) - max(r_squared)) < 1e-14 AS johnson_adds_up,
       abs(sum(pratt) - max(r_squared)) < 1e-14 AS pratt_adds_up,
       count(*) FILTER (WHERE sign(r) <> sign(coefficient)) AS turned_by_others
FROM full_model, driver_importance(d);
-- The weights that made the answers come back where nothing was cut off.
SELECT round(coefficient::numeric, 1) AS two_one_nothing_minus_one
FROM driver_importance((SELECT drivers_agg(5 + 2 * (service - 3) + (quality - 3) - (price - 3) + i * 37 % 5 - 2,
            ARRAY[service, quality, speed, price]) FROM answers));

-- Ratings are exact: rows and parts in any order give the same bytes.
CREATE TEMP TABLE part AS SELECT i % 7 AS k, i % 3 AS m,
    drivers_agg(nps, ARRAY[service, quality, speed / 4.0, price]) AS d FROM answers GROUP BY 1, 2;
CREATE TEMP TABLE whole AS SELECT drivers_agg(nps, ARRAY[service, quality, speed / 4.0, price]) AS d FROM answers;
SELECT (SELECT rollup(d ORDER BY k, m) FROM part) = d AS whole, (SELECT rollup(d ORDER BY m DESC, k) FROM part) =
       d AS whole_2,
       (SELECT rollup(d) FROM (SELECT rollup(d) FROM part GROUP BY k) AS t(d)) = d AS whole_3,
       (SELECT drivers_agg(nps, ARRAY[service, quality, speed / 4.0, price] ORDER BY price, i DESC) FROM answers) =
       d AS whole_4,
       (SELECT rollup(d) FROM (SELECT d FROM part UNION ALL SELECT '1:exact,0,0,0'::drivers_state) AS t) =
       d AS empty_is_nothing,
       d::text::drivers_state = d AS through_text, d::text LIKE '1:exact,4,1200,0;%' AS exact
FROM whole;
-- Other numbers are rounded: the same to about twelve digits. The form depends on the rows only.
CREATE TEMP TABLE odd AS SELECT i, nps,
    ARRAY[service / 3.0, quality + 0.1, speed, CASE WHEN i % 100 = 0 THEN price + 1e-3 ELSE price END]::float8[] AS x
FROM answers;
CREATE TEMP TABLE rounded AS
SELECT 1 AS way, drivers_agg(nps, x ORDER BY i) AS d FROM odd UNION ALL SELECT 2, drivers_agg(nps, x ORDER BY i DESC)
FROM odd
UNION ALL SELECT 3, rollup(d) FROM (SELECT drivers_agg(nps, x) FROM odd GROUP BY i % 11) AS t(d)
UNION ALL SELECT 4, rollup(d ORDER BY k) FROM (SELECT i / 100, drivers_agg(nps, x) FROM odd GROUP BY 1) AS t(k, d);
SELECT bool_and(d::text LIKE '1:centred,4,1200,0;%' AND d::text::drivers_state = d) AS centred FROM rounded;
SELECT count(*) AS sixteen, bool_and(abs(a.beta - b.beta) < 1e-12 AND abs(a.beta_se - b.beta_se) < 1e-12
           AND abs(a.lmg - b.lmg) < 1e-12 AND abs(a.mean - b.mean) < 1e-12) AS agree
FROM rounded AS r, driver_importance(d) AS a, driver_importance((SELECT d FROM rounded WHERE way = 1)) AS b
WHERE a.driver = b.driver;
SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0;
CREATE TABLE drivers_answers AS SELECT * FROM answers; ALTER TABLE drivers_answers SET (parallel_workers = 2);
SELECT (SELECT drivers_agg(nps, ARRAY[service, quality, speed / 4.0, price]) FROM drivers_answers) = d AS parallel
FROM whole;
DROP TABLE drivers_answers;
RESET parallel_setup_cost; RESET parallel_tuple_cost; RESET min_parallel_table_scan_size;

-- Sums of squares beyond 2^45 leave the exact form, whichever row comes first; the same to nine digits.
SELECT left(drivers_agg(y, ARRAY[x])::text, 9) AS exact FROM (VALUES (1, 4194304), (2, 4194304), (3, 0)) AS t(y, x);
SELECT left(drivers_agg(y, ARRAY[x] ORDER BY x)::text, 9) AS centred,
       left(drivers_agg(y, ARRAY[x] ORDER BY y)::text, 9) AS centred_2
FROM (VALUES (1, 4194304), (2, 4194304), (3, 1)) AS t(y, x);
SELECT left(rollup(d)::text, 9) AS centred
FROM (SELECT drivers_agg(y, ARRAY[x]) FROM (VALUES (1, 4194304), (2, 4194304), (3, 1)) AS t(y, x) GROUP BY y) AS t(d);

-- Laws: moving and stretching a scale changes no importance, even far from zero.
SELECT count(*) AS four, bool_and(abs(a.r - b.r) < 1e-9 AND abs(a.beta - b.beta) < 1e-8 AND abs(a.lmg - b.lmg) < 1e-8
           AND abs(a.johnson - b.johnson) < 1e-8) AS same
FROM full_model AS f, driver_importance(f.d) AS a,
     driver_importance((SELECT drivers_agg(nps * 0.1 - 77,
             ARRAY[service + 1e6, quality * 1000 - 5, speed / 7.0 + 1e5, price]) FROM answers)) AS b
WHERE a.driver = b.driver;
-- 1200 equal rows more: r stays, standard errors shrink.
SELECT bool_and(abs(a.r - b.r) < 1e-14 AND abs(a.lmg - b.lmg) < 1e-13
           AND abs(a.beta_se / b.beta_se - sqrt(2395.0 / 1195)) < 1e-12) AS twice
FROM full_model AS f, driver_importance(f.d) AS a,
    driver_importance((SELECT rollup(d) FROM (SELECT d FROM full_model UNION ALL SELECT d FROM full_model) AS t)) AS b
WHERE a.driver = b.driver;

-- Constant, collinear, too few, a perfect fit: a notice, and NULL where nothing can be said.
SELECT driver, round(r::numeric, 3) AS r, round(beta::numeric, 3) AS beta, lmg IS NULL AS no_lmg
FROM driver_importance((SELECT drivers_agg(nps, ARRAY[service, 3, price, service + 2 * price, 0.1]) FROM answers),
        '{service,three,price,both,tenth}');
SELECT driver, round(r::numeric, 3) AS r, beta
FROM driver_importance((SELECT drivers_agg(nps, ARRAY[service, quality, speed, price]) FROM answers WHERE i <= 5));
SELECT driver, mean, r, beta, r_squared
FROM driver_importance((SELECT drivers_agg(7, ARRAY[service, quality]) FROM answers));
SELECT round(beta::numeric, 12) AS beta, round(beta_se::numeric, 6) AS se, round(lmg::numeric, 12) AS lmg
FROM driver_importance((SELECT drivers_agg(3 * service, ARRAY[service, quality]) FROM answers));

-- More than 20: no LMG. More than 100: an error.
CREATE TEMP TABLE wide AS SELECT i % 11 AS y, array_agg((i * (2 * k + 1) * 7919 % 1009) % 5 ORDER BY k)::float8[] AS x
FROM generate_series(1, 500) AS i, generate_series(1, 21) AS k GROUP BY i;
SELECT count(*) AS twenty_one, count(lmg) AS zero, abs(sum(johnson) - max(r_squared)) < 1e-12 AS johnson_adds_up
FROM driver_importance((SELECT drivers_agg(y, x) FROM wide));
SELECT count(lmg) AS twenty, abs(sum(lmg) - max(r_squared)) < 1e-12 AS lmg_adds_up
FROM driver_importance((SELECT drivers_agg(y, x[1:20]) FROM wide));
SELECT drivers_agg(1, array_fill(1::float8, ARRAY[101])) AS error;

-- Priorities. Importance is high from the mean on, and performance.
SELECT driver, round(weight::numeric, 3) AS weight, round(performance::numeric, 2) AS performance, sign(r) AS sign,
       priority
FROM full_model, driver_priorities(d, '{service,quality,speed,price}');
SELECT driver, priority
FROM driver_priorities((SELECT drivers_agg(y, x)
               FROM (VALUES (1, '{1,2,5,1}'::float8[]), (2, '{2,1,5,1}'), (3, '{3,3,4,2}'), (4, '{3,2,5,2}'),
               (5, '{5,2,5,1}'), (6, '{4,3,5,2}'), (8, '{5,3,5,1}')) AS t(y, x)),
    '{improve or keep,b,c,d}', cut => 'median', importance => 'r');
SELECT string_agg(priority, ', ') AS all_alike
FROM driver_priorities((SELECT drivers_agg(nps, ARRAY[service]) FROM answers), importance => 'johnson');
SELECT * FROM driver_priorities((SELECT drivers_agg(nps, ARRAY[service]) FROM answers), importance => 'shapley');
SELECT * FROM driver_priorities((SELECT drivers_agg(nps, ARRAY[service]) FROM answers), cut => 'zero');

SELECT driver, en.priority, zh.priority
FROM (SELECT drivers_agg(y, x) AS d
      FROM (VALUES (1, '{1,3,2,5}'::float8[]), (2, '{1,3,1,4}'), (3, '{2,4,2,5}'), (4, '{2,4,1,5}'), (5, '{3,4,2,4}'),
                   (6, '{3,5,1,5}'), (7, '{3,5,2,5}'), (8, '{4,5,2,5}')) AS t(y, x)) AS made,
     driver_priorities(d, importance => 'r') AS en
     JOIN driver_priorities(d, importance => 'r', lang => 'ZH-cn') AS zh USING (driver)
ORDER BY driver;
SELECT count(*) AS no_rows FROM full_model, driver_priorities(d, lang => NULL);
SELECT * FROM full_model, driver_priorities(d, lang => 'ja');

-- JSON: means and cross-products as plain SQL computes them, of the exact form and of the centred.
SELECT drivers_agg(y, x)::json AS json
FROM (VALUES (9, '{5,4}'::float8[]), (7, '{3,4}'), (2, '{1,2.5}'), (NULL, '{1,NULL}')) AS t(y, x);
SELECT '1:exact,0,0,0'::drivers_state::json AS json;
WITH forms(form, v) AS (SELECT 'exact', ARRAY[service, price, nps]::float8[] FROM answers
                        UNION ALL SELECT 'centred', ARRAY[service / 3.0, price + 0.1, nps] FROM answers),
     states AS (SELECT form, drivers_agg(v[3], v[1:2]) AS d FROM forms GROUP BY form),
     plain AS (SELECT form, a, b, regr_sxy(v[a], v[b]) AS product, avg(v[a]) AS mean
               FROM forms, generate_series(1, 3) AS a, generate_series(1, 3) AS b GROUP BY form, a, b)
SELECT form, d::text LIKE '1:' || form || ',%' AS so, d::jsonb -> 'complete_rows' AS rows, count(*) AS nine,
       bool_and(abs((d::jsonb -> 'cross_products' -> a - 1 ->> b - 1)::float8 - product) < 1e-9) AS products,
       bool_and(abs((CASE a WHEN 3 THEN d::jsonb -> 'outcome' ELSE d::jsonb -> 'drivers' -> a - 1 END
                     ->> 'mean')::float8 - mean) < 1e-12) AS means
FROM states JOIN plain USING (form) GROUP BY form, d ORDER BY form;
SELECT a + b = rollup(d) AS plus, a + NULL = a AS and_nothing
FROM (SELECT drivers_agg(nps, ARRAY[service]) FILTER (WHERE i < 500),
             drivers_agg(nps, ARRAY[service]) FILTER (WHERE i >= 500) FROM answers) AS t(a, b),
     LATERAL (VALUES (a), (b)) AS parts(d)
GROUP BY a, b;

-- Sums stay exact as long as the squares of all variables have room: of two rows, whichever variable has the large
-- value.
SELECT large, split_part(rollup(d)::text, ',', 1) AS merged,
       rollup(d) = drivers_agg(CASE WHEN large = 3 THEN value ELSE i END, x) AS as_from_rows
FROM (SELECT large, value, x, drivers_agg(CASE WHEN large = 3 THEN value ELSE i END, x) AS d, i
      FROM generate_series(1, 3) AS large, generate_series(1, 2) AS i,
           (VALUES (3000000.0625), (4500000)) AS v(value),
           LATERAL (SELECT array_agg(CASE WHEN n = large THEN value ELSE i END ORDER BY n)::float8[]
                    FROM generate_series(1, 2) AS n) AS xs(x)
      GROUP BY large, value, x, i) AS rows
GROUP BY large, value ORDER BY large, value;

-- Bad input.
SELECT drivers_agg(y, x) AS error FROM (VALUES (1, '{1,2}'::float8[]), (2, '{1,2,3}')) AS t(y, x);
SELECT rollup(d) AS error
FROM (VALUES ('1:exact,1,0,0;0,0;0,0;0,0,0'::drivers_state), ('1:exact,2,0,0;0,0,0;0,0,0;0,0,0,0,0,0')) AS t(d);
SELECT drivers_agg(1, '{}') AS error;
SELECT drivers_agg(1, '{{1,2},{3,4}}') AS error;
SELECT drivers_agg('NaN', '{1,2}') AS error;
SELECT drivers_agg(1, '{1,Infinity}') AS error;
SELECT drivers_agg(1, '{1,-1e101}') AS error;
SELECT drivers_agg(1e-101, '{1,2}') AS error;
SELECT * FROM driver_importance((SELECT d FROM full_model), '{a,b,c}');
SELECT * FROM driver_importance((SELECT d FROM full_model), '{a,b,NULL,c}');
SELECT * FROM driver_importance((SELECT d FROM full_model), '{a,b,a,c}');
SELECT _drivers_accum(NULL, 1, '{2}') AS a_state;

-- Text from outside.
SELECT '1:exact,1,2,0;0,0;3,4;5,6,8'::drivers_state AS good;
SELECT '2:exact,1,2,0;0,0;3,4;5,6,8'::drivers_state AS error;
SELECT '1:rough,1,2,0;0,0;3,4;5,6,8'::drivers_state AS error;
SELECT '1:exact,101,0,0'::drivers_state AS error;
SELECT '1:exact,0,1,0'::drivers_state AS error;
SELECT '1:exact,1,2,0;0,1;3,4;5,6,8'::drivers_state AS error;
SELECT '1:exact,1,2,0;0,0;3,4;5,6'::drivers_state AS error;
SELECT '1:exact,1,2,0;0,0;3,4;5,6,8,9'::drivers_state AS error;
SELECT '1:exact,1,2,0;0,0;3.01,4;5,6,8'::drivers_state AS error;
SELECT '1:exact,1,2,0;0,0;3,4;-5,6,8'::drivers_state AS error;
SELECT '1:exact,1,2,0;0,0;3,4;5,7,8'::drivers_state AS error;
SELECT '1:exact,1,0,0;0,0;3,4;5,6,8'::drivers_state AS error;
SELECT '1:centred,1,2,0;0,0;1e101,4;5,6,8'::drivers_state AS error;
SELECT '1:centred,1,2,0;0,0;3,4;1e300,6,8'::drivers_state AS error;
SELECT '1:centred,1,2,0;0,0;3,NaN;5,6,8'::drivers_state AS error;
SELECT '1:centred,0,0,0'::drivers_state AS error;

-- Weights are the sizes of beta and r, which may be negative; as json, rows that all lack something have no mean.
SELECT measure, count(*) AS drivers,
       bool_and(p.weight = CASE measure WHEN 'beta' THEN abs(i.beta) ELSE abs(i.r) END) AS sizes
FROM (SELECT drivers_agg(100 - nps, ARRAY[service, quality]) AS d FROM answers) AS one,
     unnest('{beta,r}'::text[]) AS measure, driver_priorities(d, '{service,quality}', measure) AS p
     JOIN driver_importance(d, '{service,quality}') AS i USING (driver)
GROUP BY measure ORDER BY measure;
SELECT drivers_agg(NULL, ARRAY[service, quality])::json AS none_complete FROM answers WHERE service > 3;

-- As many drivers as there may be, of numbers that no double holds exactly.
SELECT complete_rows(d) AS five, json_array_length(d::json -> 'drivers') AS hundred,
       abs((d::json -> 'drivers' -> 99 ->> 'mean')::float8 - mean) < 1e-14 AS the_last_mean
FROM (SELECT avg(sqrt(i)) AS mean,
             drivers_agg(sqrt(i), (SELECT array_agg(sqrt(i * k / 100.0) ORDER BY k)
                                   FROM generate_series(1, 100) AS k)::float8[]) AS d
      FROM generate_series(1, 5) AS i) AS t;
SELECT drivers_agg(1, array_fill(1::float8, '{101}')) AS error;

-- Where no driver varies there is no model.
SELECT driver, mean, r IS NULL AND beta IS NULL AND lmg IS NULL AS nothing_else, r_squared IS NULL AS none,
       r_squared(d) IS NULL AS alone, adjusted_r_squared(d) IS NULL AS adjusted, n
FROM (SELECT drivers_agg(i, ARRAY[1, 2]) AS d FROM generate_series(1, 9) AS i) AS t, driver_importance(d);
-- Weights. R's lm(weights), cov.wt and survey's svyglm of 80 rows: coefficients, R squared, correlations and means.
CREATE TEMP TABLE weighted AS
    SELECT i, x1, x2, x3, 2 * x1 - x2 + (i * i * 13 % 17) / 2.0 AS y, (1 + i * 13 % 9) / 4.0 AS w
    FROM generate_series(1, 80) AS i, LATERAL (SELECT (i * 7 + i / 5) % 11) AS a(x1),
         LATERAL (SELECT i * i * 3 % 7 + x1 / 2.0) AS b(x2), LATERAL (SELECT i * 5 % 9) AS c(x3);
CREATE TEMP TABLE weighted_drivers AS SELECT drivers_weighted_agg(y, ARRAY[x1, x2, x3], w) AS d FROM weighted;
SELECT driver, abs(coefficient - c) < 1e-11 AS coefficient, abs(i.r - v.r) < 1e-11 AS r, abs(mean - m) < 1e-11
       AS mean, n
FROM weighted_drivers, driver_importance(d) AS i
JOIN (VALUES ('x1', 1.94521838713196, 0.783441233296430, 5.103960396040), ('x2', -1.08452463214826, 0.203518965717161,
    6.626237623762),
             ('x3', 0.03813380459881, -0.005713057644127, 3.475247524752)) AS v(driver, c, r, m) USING (driver);
SELECT abs(r_squared(d) - 0.7561896315132) < 1e-12 AS r_squared, complete_rows(d) AS eighty,
       abs(effective_rows(d) - 63.65678627145) < 1e-10 AS effective,
       abs(adjusted_r_squared(d)
           - (1 - (1 - r_squared(d)) * (effective_rows(d) - 1) / (effective_rows(d) - 4))) < 1e-12 AS adjusted
FROM weighted_drivers;
-- Standard errors are of the effective rows: sqrt((1 - R^2) / (n - p - 1)) for one driver.
SELECT abs(beta_se - sqrt((1 - r * r) / (effective_rows(d) - 2))) < 1e-12 AS beta_se, abs(deviation - s) < 1e-12
       AS deviation
FROM (SELECT drivers_weighted_agg(y, ARRAY[x1], w), sqrt((sum(w * x1 * x1) / sum(w) - (sum(w * x1) / sum(w)) ^ 2)
             * (sum(w) ^ 2 / sum(w * w)) / (sum(w) ^ 2 / sum(w * w) - 1))::float8 FROM weighted) AS t(d, s),
                 driver_importance(d);
-- Weights that are whole are rows that come as often, but for what is known of them; equal weights are none.
SELECT bool_and(abs(i.mean - j.mean) < 1e-12 AND abs(i.r - j.r) < 1e-12 AND abs(i.coefficient - j.coefficient) < 1e-12
       AND abs(i.lmg - j.lmg) < 1e-12) AS as_rows
FROM (SELECT drivers_weighted_agg(y, ARRAY[x1, x2, x3], w * 4) FROM weighted) AS a(d),
     (SELECT drivers_agg(y, ARRAY[x1, x2, x3]) FROM weighted, generate_series(1, (w * 4)::int)) AS b(e),
     driver_importance(d) AS i JOIN LATERAL driver_importance(e) AS j USING (driver);
SELECT bool_and(i::text = j::text) AS same
FROM (SELECT drivers_weighted_agg(y, ARRAY[x1, x2, x3], 1), drivers_agg(y, ARRAY[x1, x2, x3]) FROM weighted) AS t(d,
    e), driver_importance(d) AS i JOIN LATERAL driver_importance(e) AS j USING (driver);
-- Exact for multiples of 1/16, in any order and in parts; others agree to rounding. Merged with rows without weights.
SELECT left(d::text, 28) AS state, (SELECT rollup(s ORDER BY k DESC) FROM (SELECT i % 7 AS k, drivers_weighted_agg(y,
       ARRAY[x1, x2, x3], w) AS s FROM weighted GROUP BY 1) AS t) = d AS whole,
       (SELECT drivers_weighted_agg(y, ARRAY[x1, x2, x3], w ORDER BY y) FROM weighted) = d AS sorted,
           d::text::drivers_state = d AS through_text,
       abs(r_squared(d) - (SELECT r_squared(drivers_weighted_agg(y, ARRAY[x1, x2, x3], w * 0.37))
           FROM weighted)) < 1e-12 AS scale_of_weights
FROM weighted_drivers;
SELECT (SELECT drivers_agg(y, ARRAY[x1, x2]) FROM weighted WHERE i <= 30) + (SELECT drivers_weighted_agg(y, ARRAY[x1,
       x2], w) FROM weighted WHERE i > 30)
       = drivers_weighted_agg(y, ARRAY[x1, x2], CASE WHEN i > 30 THEN w ELSE 1 END) AS same FROM weighted;
SELECT abs(r_squared(a + b) - r_squared(c)) < 1e-12 AS rounded
FROM (SELECT drivers_weighted_agg(y, ARRAY[x1, x2], w / 3) FILTER (WHERE i <= 30), drivers_weighted_agg(y, ARRAY[x1,
    x2], w / 3) FILTER (WHERE i > 30),
             drivers_weighted_agg(y, ARRAY[x1, x2], w / 3) FROM weighted) AS t(a, b, c);
SELECT d::json ->> 'weight' AS weight, d::json ->> 'sum_of_squares' AS squares FROM weighted_drivers;
-- Weight 0, NULL, nothing.
SELECT drivers_weighted_agg(y, ARRAY[x], w) AS state, effective_rows(drivers_weighted_agg(y, ARRAY[x], w)) AS effective
FROM (VALUES (1, 2, 1.5), (3, 4, 0.5), (5, 6, 0), (7, 8, NULL), (NULL, 9, 1)) AS t(y, x, w);
SELECT drivers_weighted_agg(1, '{1}', 1) AS nothing, effective_rows(drivers_weighted_agg(1, '{1}', 1)) IS NULL
       AS nothing FROM (SELECT 1 WHERE false) AS t;
SELECT drivers_weighted_agg(1, '{1}', -1) AS error;
SELECT drivers_weighted_agg(1, '{1}', 'NaN') AS error;
SELECT '1:exact-weighted,1,2,0,0,1.25;0,0;2,3.5;3,4.5,8.5'::drivers_state AS error;
SELECT '1:exact-weighted,1,2,0,1.5,5;0,0;2,3.5;3,4.5,8.5'::drivers_state AS error;
SELECT '1:exact-weighted,1,2,0,1.51,1.25;0,0;2,3.5;3,4.5,8.5'::drivers_state AS error;
