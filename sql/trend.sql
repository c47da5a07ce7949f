-- Trends.
SELECT growth_rate(120, 100) AS fifth, growth_rate(80, 100) AS minus_fifth, growth_rate(0, 100) AS minus_one,
       growth_rate(5, 0) IS NULL AS from_nothing,
       growth_rate(50, -100) IS NULL AS from_a_loss,
       growth_rate(50, -100, negative_base => 'absolute') AS one_and_a_half,
       growth_rate(-150, -100, 'absolute') AS minus_half, growth_rate(NULL, 1) IS NULL AS unknown;
SELECT growth_rate(1, 'Infinity') AS error;
SELECT growth_rate(1e308, 1e-308) AS error;
SELECT growth_rate(1, 1, 'zero') AS error;
SELECT round(compound_growth_rate(100, 121, 2)::numeric, 12) AS tenth, compound_growth_rate(100, 100, 7) AS zero,
       compound_growth_rate(100, 0, 3) AS minus_one, compound_growth_rate(0, 5, 2) IS NULL AS from_nothing,
       compound_growth_rate(5, -5, 2) IS NULL AS to_a_loss;
SELECT compound_growth_rate(100, 121, 0) AS error;
-- Churn was to fall from 10 % to 5 %, and fell to 7 %.
SELECT attainment(80, 100) AS eight_tenths, attainment(120, 100) AS more_than_all,
       round(attainment(0.07, 0.05, baseline => 0.10)::numeric, 12) AS six_tenths,
       attainment(0.12, 0.05, 0.10) < 0 AS away, attainment(5, 0) IS NULL AS no_target,
       attainment(5, 3, 3) IS NULL AS no_way;
SELECT attainment('NaN', 1) AS error;

-- Montgomery's example: 30 observations, usual mean 10 and deviation 1; the last ten have mean 11.
CREATE TEMP TABLE observed AS SELECT *
FROM unnest(string_to_array('9.45 7.99 9.29 11.66 12.16 10.18 8.04 11.46 9.20 10.34 9.03 11.47 10.51 9.40 10.08 9.37 '
                            '10.62 10.31 8.52 10.84 10.90 9.33 12.29 11.50 10.60 11.08 10.38 11.62 11.31 10.52',
                            ' ')::float8[]) WITH ORDINALITY AS t(x, i);
CREATE TEMP TABLE signals AS SELECT i, ewma_signal(x, 10, 1, 0.1, 2.7) OVER w AS ewma,
    cusum_signal(x, 10, 1) OVER w AS cusum FROM observed WINDOW w AS (ORDER BY i);
SELECT i, round((ewma * 2.7 * sqrt(0.1 / 1.9 * (1 - 0.9 ^ (2 * i))) + 10)::numeric, 4) AS average,
       round((5 * greatest(cusum, 0))::numeric, 2) AS upper_sum, abs(ewma) > 1 AS ewma_moved,
       abs(cusum) > 1 AS cusum_moved FROM signals WHERE i >= 23 ORDER BY i;
-- Against recursion in plain SQL.
WITH RECURSIVE chart AS (
    SELECT 0::bigint AS i, 0::float8 AS z, 0::float8 AS high, 0::float8 AS low
    UNION ALL SELECT o.i, 0.3 * (x - 9.8) / 1.2 + 0.7 * z, greatest(0, high + (x - 9.8) / 1.2 - 0.25),
        greatest(0, low - (x - 9.8) / 1.2 - 0.25) FROM chart AS c JOIN observed AS o ON o.i = c.i + 1
), charted AS (SELECT i, ewma_signal(x, 9.8, 1.2, 0.3, 2) OVER (ORDER BY i) AS e,
        cusum_signal(x, 9.8, 1.2, 0.25, 4) OVER (ORDER BY i) AS s FROM observed)
SELECT count(*) AS thirty, bool_and(abs(e - z / (2 * sqrt(0.3 / 1.7 * (1 - 0.7 ^ (2 * i))))) < 1e-12) AS ewma,
       bool_and(abs(s - CASE WHEN high >= low THEN high ELSE -low END / 4) < 1e-12) AS cusum
FROM chart JOIN charted USING (i);
-- Each series has its own chart; what is unknown changes nothing.
SELECT bool_and(abs(CASE WHEN s = 1 THEN e - f ELSE e + f END) < 1e-12) AS mirrored, count(*) AS sixty
FROM (SELECT s, i, ewma_signal(10 + s * (x - 10), 10, 1) OVER (PARTITION BY s ORDER BY i) AS e FROM observed,
        (VALUES (1), (-1)) AS t(s)) AS two JOIN (SELECT i, ewma_signal(x, 10, 1) OVER (ORDER BY i) AS f
        FROM observed) AS one USING (i);
SELECT x, ewma_signal(x, 10, 1, 1, 2) OVER (ORDER BY i) AS signal
FROM (VALUES (1, 12), (2, NULL), (3, 8), (4, 15)) AS t(i, x) ORDER BY i;
SELECT count(ewma_signal) AS none
FROM (SELECT ewma_signal(x, c, d) OVER () FROM (VALUES (1, NULL, 1), (1, 1, NULL), (1, 1, 0)) AS t(x, c, d)) AS s;

-- From an array, whose first values say what is usual.
SELECT place, value, round(statistic::numeric, 3) AS statistic, round(lower::numeric, 3) AS lower,
       round(upper::numeric, 3) AS upper, round(signal::numeric, 3) AS signal, moved
FROM detect_changes('{10,12,NULL,8,10,10,13,NULL,14,15}', baseline => 5);
SELECT place, value, round(statistic::numeric, 3) AS statistic, lower, upper, round(signal::numeric, 3) AS signal, moved
FROM detect_changes('{10,12,NULL,8,10,10,13,NULL,14,15}', baseline => 5, method => 'cusum');
SELECT changed_at(series) IS NULL AS not_by_ewma, changed_at(series, smoothing => 0.1, width => 2) AS by_narrow_ewma,
       changed_at(series, 20, 'cusum', threshold => 3) AS by_cusum,
       (SELECT min(place) FROM detect_changes(series, method => 'cusum', threshold => 3) WHERE moved) =
       changed_at(series, 20, 'cusum', threshold => 3) AS same,
       changed_at(series[1:25], 20, 'cusum', threshold => 3) IS NULL AS not_yet
FROM (SELECT array_agg(x ORDER BY i) FROM observed) AS t(series);
-- The three forms agree.
SELECT bool_and(abs(d.signal - s.signal) < 1e-12) AS same, count(*) AS ten
FROM (SELECT array_agg(x ORDER BY i), avg(x) FILTER (WHERE i <= 20), stddev(x) FILTER (WHERE i <= 20)
        FROM observed) AS t(series, center, deviation),
     LATERAL detect_changes(series) AS d,
         LATERAL (SELECT i, ewma_signal(x, center, deviation) OVER (ORDER BY i) AS signal FROM observed
             WHERE i > 20) AS s WHERE d.place = s.i;
SELECT changed_at('{}') IS NULL AS nothing, changed_at('{1,2,3}') IS NULL AS too_few,
       changed_at('{0.1,0.1,0.1,9}', 3) IS NULL AS all_alike, changed_at('{5,5,6,9}', 3, smoothing => 1) AS four,
       changed_at(NULL) IS NULL AS unknown;
SELECT count(*) AS four, count(signal) AS zero FROM detect_changes('{1,2,3,NULL}');

-- Bad input.
SELECT changed_at('{1,2,3}', 1) AS error;
SELECT changed_at('{1,2,NaN}', 2) AS error;
SELECT changed_at('{{1,2},{3,4}}') AS error;
SELECT changed_at('{1,2,3}', 2, 'shewhart') AS error;
SELECT changed_at('{1,2,3}', 2, smoothing => 0) AS error;
SELECT changed_at('{1,2,3}', 2, width => -1) AS error;
SELECT changed_at('{1,2,3}', 2, slack => -1) AS error;
SELECT changed_at('{1,2,3}', 2, threshold => 0) AS error;
SELECT ewma_signal(1, 0, -1) OVER () AS error;
SELECT ewma_signal('NaN', 0, 1) OVER () AS error;
SELECT ewma_signal(1, 0, 1, 1.5) OVER () AS error;
SELECT cusum_signal(1, 0, 1, 0.5, 0) OVER () AS error;
