-- Survival curves.
-- Weeks of remission of 21 patients under 6-mercaptopurine and 21 under placebo (Gehan 1965): published figures.
CREATE TEMP TABLE patients AS
    SELECT 'treated' AS arm, abs(t) AS weeks, t > 0 AS ended
    FROM unnest('{6,6,6,-6,7,-9,10,-10,-11,13,16,-17,-19,-20,22,23,-25,-32,-32,-34,-35}'::int[]) AS t
    UNION ALL SELECT 'placebo', t, true FROM unnest('{1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23}'::int[]) AS t;
CREATE TEMP TABLE arms AS SELECT arm, survival_agg(weeks, ended) AS s FROM patients GROUP BY arm;
SELECT duration, at_risk, ended, censored, round(value::numeric, 4) AS value, round(std_error::numeric, 4) AS std_error
FROM arms, survival_curve(s) WHERE arm = 'treated';
SELECT value AS twenty_three, lower AS thirteen, upper AS not_reached, n FROM arms, survival_quantile_estimate(s)
WHERE arm = 'treated';
SELECT value AS eight, lower AS four, upper AS eleven FROM arms, survival_quantile_estimate(s) WHERE arm = 'placebo';
SELECT round(chi_square::numeric, 4) AS chi_square, degrees_of_freedom, round(p_value::numeric, 7) AS p_value,
       round(hazard_ratio::numeric, 4) AS hazard_ratio
FROM arms AS a, arms AS b, log_rank_test(a.s, b.s) WHERE a.arm = 'treated' AND b.arm = 'placebo';
SELECT group_no, n, observed, round(expected::numeric, 4) AS expected, round(ratio::numeric, 4) AS ratio
FROM (SELECT array_agg(s ORDER BY arm) AS groups FROM arms) AS t, log_rank_groups(groups);
SELECT a.chi_square = b.chi_square AND a.p_value = b.p_value AS same_as_array
FROM (SELECT array_agg(s ORDER BY arm) AS g FROM arms) AS t, log_rank_test(g) AS a, log_rank_test(g[1], g[2]) AS b;

-- Four customers, nobody censored: shares as they are counted. Placebo's curve is the plain share of those still there.
SELECT survival_at(s, 0) AS one, survival_at(s, 1) AS three_quarters, survival_at(s, 2.9) AS half,
       survival_at(s, 4) AS nobody, survival_at(s, 99) AS nobody_2,
       survival_quantile(s) AS two, survival_quantile(s, 0.75) AS three, survival_quantile(s, 0.76) AS four,
       restricted_mean(s) AS two_and_a_half, restricted_mean(s, 2) AS one_and_three_quarters
FROM (SELECT survival_from_counts('{1,2,3,4}', '{1,1,1,1}', '{0,0,0,0}')) AS t(s);
-- Of n customers one ends each day: the share k / n has ended on day k, however the fraction rounds.
SELECT count(*) AS levels, count(*) FILTER (WHERE survival_quantile(s, k::float8 / n) <> k) AS another_day,
       count(*) FILTER (WHERE survival_quantile(s, (k - 0.5) / n) <> k) AS another_day_between
FROM (SELECT n, survival_agg(d, true) AS s FROM generate_series(2, 60) AS n, generate_series(1, n) AS d
      GROUP BY n) AS c,
     generate_series(1, n - 1) AS k;
SELECT bool_and(abs(survival_at(s, w) - (SELECT avg((weeks > w)::int) FROM patients WHERE arm = 'placebo')) <
           1e-15) AS counted,
       bool_and(survival_quantile(s, w / 25.0) = (SELECT percentile_disc(w / 25.0) WITHIN GROUP (ORDER BY weeks)
               FROM patients WHERE arm = 'placebo')) AS quantiles
FROM arms, generate_series(1, 24) AS w WHERE arm = 'placebo';
SELECT round(restricted_mean(s)::numeric, 12) = round(avg(weeks), 12) AS plain_mean FROM arms JOIN patients USING (arm)
WHERE arm = 'placebo' GROUP BY s;

-- The product in plain SQL beside it, on 300 random groups of up to 40, with ties and durations of zero.
CREATE TEMP TABLE random_lives AS
    SELECT g, (i * 7919 + g * 104729 + i * g * 31) % (3 + g % 20) AS duration,
           (i * i * 13 + g * 7 + i) % 10 >= g % 10 AS ended
    FROM generate_series(1, 300) AS g, generate_series(1, 1 + g * 17 % 40) AS i;
WITH tables AS (
    SELECT g, duration, count(*) FILTER (WHERE ended) AS d,
           sum(count(*)) OVER (PARTITION BY g ORDER BY duration DESC) AS n FROM random_lives GROUP BY g, duration
), curves AS (
    SELECT g, duration, n, d, exp(sum(CASE WHEN d < n THEN ln(1 - d / n) ELSE -1e4 END) OVER w)::float8 AS s,
           sum(CASE WHEN d < n THEN d / (n * (n - d)) END) OVER w::float8 AS v
    FROM tables WINDOW w AS (PARTITION BY g ORDER BY duration)
)
SELECT count(*) AS rows, max(abs(c.s - k.value)) < 1e-12 AS survival,
       bool_and(c.n = k.at_risk AND c.d = k.ended) AS counts,
       bool_and(abs(c.s * sqrt(c.v) - k.std_error) < 1e-12 OR c.s < 1e-12 AND k.std_error IS NULL) AS errors,
       bool_and(CASE WHEN c.s < 1e-12 OR c.d = 0 AND c.v = 0 THEN k.lower IS NULL AND k.upper IS NULL
                     ELSE abs(k.lower - c.s ^ exp(1.959963984540054 * sqrt(c.v) / abs(ln(c.s)))) < 1e-12
                      AND abs(k.upper - c.s ^ exp(-1.959963984540054 * sqrt(c.v) / abs(ln(c.s)))) <
                          1e-12 END) AS intervals
FROM curves AS c JOIN (SELECT g, survival_agg(duration, ended) AS s FROM random_lives GROUP BY g) AS a USING (g)
CROSS JOIN LATERAL survival_curve(a.s) AS k
WHERE k.duration = c.duration;
SELECT bool_and(e.value = k.value AND e.lower IS NOT DISTINCT FROM k.lower AND e.upper IS NOT DISTINCT FROM k.upper
           AND e.at_risk = k.at_risk
                AND survival_at(s, k.duration) = k.value AND survival_lower(s, k.duration) IS NOT DISTINCT FROM k.lower
                    AND survival_upper(s, k.duration) IS NOT DISTINCT FROM k.upper) AS same
FROM (SELECT g, survival_agg(duration, ended) AS s FROM random_lives GROUP BY g) AS a CROSS JOIN
    LATERAL survival_curve(a.s) AS k CROSS JOIN LATERAL survival_estimate(a.s, k.duration) AS e;

-- Hazards: ends / time lived in each stretch, customer by customer.
SELECT count(*) AS rows, count(*) FILTER (WHERE h.ended <> w.ended OR h.censored <> w.censored OR h.at_risk <> w.at_risk
           OR abs(h.time_lived - w.lived) > 1e-9
                                                    OR h.hazard IS DISTINCT FROM h.ended /
                                                        nullif(h.time_lived, 0)) AS wrong
FROM (SELECT g, survival_agg(duration, ended) AS s FROM random_lives GROUP BY g) AS a
CROSS JOIN LATERAL hazard_table(a.s, 2.5) AS h
CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE ended AND duration >= duration_from
            AND duration < duration_to) AS ended, count(*) FILTER (WHERE NOT ended AND duration >= duration_from
            AND duration < duration_to) AS censored,
                           count(*) FILTER (WHERE duration >= duration_from) AS at_risk,
                           sum(greatest(least(duration, duration_to) - duration_from, 0)) AS lived
                           FROM random_lives AS r WHERE r.g = a.g) AS w;
SELECT * FROM hazard_table('1:1=2+0,2=0+1,4=1+1', 2);
SELECT * FROM hazard_table('1:1=2+0', 0);
SELECT * FROM hazard_table('1:1e9=2+0', 1e-3);

-- Beyond what was seen; nobody; not reached.
SELECT survival_at(s, 35) IS NOT NULL AS seen, survival_at(s, 36) IS NULL AS unknown,
       survival_quantile(s, 0.9) IS NULL AS not_reached,
       restricted_mean(s, 36) IS NULL AS unknown_2, restricted_mean(s, 35) = restricted_mean(s) AS to_the_end FROM arms
       WHERE arm = 'treated';
SELECT * FROM arms CROSS JOIN LATERAL survival_estimate(s, 36) WHERE arm = 'treated';
SELECT e.value, e.n, survival_at('1:', 0) IS NULL AS nobody, survival_quantile('1:') IS NULL AS nobody_2,
       restricted_mean('1:') IS NULL AS nobody_3 FROM survival_estimate('1:', 0) AS e;
SELECT * FROM survival_curve('1:');
SELECT * FROM restricted_mean_estimate('1:');
SELECT * FROM log_rank_test('1:', '1:3=1+0');
SELECT * FROM log_rank_test('{}'::survival_state[]);
SELECT round(chi_square::numeric, 12) AS three, degrees_of_freedom FROM log_rank_test('1:1=1+0', '1:1=0+1,2=1+1');
SELECT ended(s) AS only_the_one_not_negative, survival_at(s, 0) AS one
FROM (VALUES ('1:-2=3+0,5=1+0'::survival_state)) AS t(s);
SELECT n AS not_negative, value FROM survival_estimate('1:-2=3+0,0=1+1', 0);

-- Durations are numbers or intervals, which are their days; literals and parameters.
SELECT survival_at(s, interval '36 hours') = survival_at(s, 1.5) AS at,
       survival_at(s, '1 day 12:00') = survival_at(s, '1.5') AS literal,
       survival_lower(s, interval '2 days') = survival_lower(s, 2::smallint) AS lower,
       survival_upper(s, 2::numeric) = survival_upper(s, 2::bigint) AS upper,
       restricted_mean(s, interval '3 days') = restricted_mean(s, 3::real) AS mean,
       survival_estimate(s, '2 days') = survival_estimate(s, 2) AS estimate,
       restricted_mean_estimate(s, '3 days') = restricted_mean_estimate(s, 3) AS mean_estimate,
       (SELECT array_agg(h) FROM hazard_table(s, interval '2 days') AS h)
           = (SELECT array_agg(h) FROM hazard_table(s, 2) AS h) AS hazards
FROM (SELECT survival_from_counts('{1,2,3,4}', '{1,1,1,1}', '{0,0,1,0}')) AS t(s);
PREPARE asked AS SELECT survival_at('1:1=1+0,2=1+1', $1) AS one_third;
EXECUTE asked(2);
EXECUTE asked('2 days');
SELECT survival_at('1:1=1+0', interval '1 month') AS error;

-- Errors.
SELECT survival_at('1:1=1+0', -1) AS error;
SELECT survival_at('1:1=1+0', 'NaN') AS error;
SELECT survival_at('1:1=1+0', 'NaN'::float8) AS error;
SELECT survival_quantile('1:1=1+0', 1) AS error;
SELECT survival_quantile('1:1=1+0', 50) AS error;
SELECT restricted_mean('1:1=1+0', -1) AS error;
SELECT * FROM survival_estimate('1:1=1+0', 1, 95);
SELECT * FROM log_rank_test(array_fill('1:'::survival_state, '{33}'));

-- Exactly on the share for a while: the begin of it, where R (quantile.survfit) and SAS (LIFETEST) give the middle.
-- Theirs in plain SQL: half of the first time at or below the level and of the first one below it.
SELECT n, share, survival_quantile(s, share) = begins AS its_begin,
       (survival_quantile(s, share) + survival_quantile(s, share + 1e-9)) / 2 = (begins + below) / 2.0 AS middle_of_r,
       begins, below
FROM (VALUES (4, 0.5), (4, 0.25), (5, 0.5), (6, 0.5), (10, 0.3), (10, 0.35)) AS v(n, share),
     LATERAL (SELECT survival_agg(d, true) AS s FROM generate_series(1, n) AS d) AS a,
     LATERAL (SELECT min(d) AS begins FROM generate_series(1, n) AS d WHERE n - d <= n * (1 - share)) AS b,
     LATERAL (SELECT min(d) AS below FROM generate_series(1, n) AS d WHERE n - d < n * (1 - share)) AS c;

-- NULL is unknown; without a horizon it is the longest time.
SELECT restricted_mean(NULL) IS NULL AS no_state, restricted_mean(s, NULL) AS seven,
       restricted_mean(s, 10) AS up_to_ten,
       restricted_mean_estimate(NULL) IS NULL AS no_estimate,
       restricted_mean_estimate(s, 3, NULL) IS NULL AS no_confidence
FROM (SELECT survival_agg(t, true) AS s FROM (VALUES (4), (10)) AS v(t)) AS two;

-- Where next to no one has ended yet: the first time at which someone has, not the first time.
SELECT share, e.value AS three, e.lower, e.upper, survival_quantile(s, share) AS value_alone
FROM (SELECT '1:2=0+1,3=1+2,7=1+0'::survival_state AS s) AS one, unnest('{5e-324,1e-13,0.1}'::float8[]) AS share,
     survival_quantile_estimate(s, share, 0.1) AS e;

-- Four groups, against the quadratic form of three of them in plain SQL.
CREATE TEMP TABLE several AS
    SELECT g, 1 + abs(hashint8(i * 4 + g)) % (6 + 4 * g) AS t, abs(hashint8extended(i * 4 + g, 1)) % 4 > 0 AS ended
    FROM generate_series(0, 3) AS g, generate_series(1, 30 + 5 * g) AS i;
WITH moments AS (SELECT DISTINCT t FROM several WHERE ended),
     at AS (SELECT m.t, g, count(*) FILTER (WHERE s.t >= m.t)::float8 AS n,
                   count(*) FILTER (WHERE s.t = m.t AND ended)::float8 AS d
            FROM moments AS m, several AS s GROUP BY m.t, g),
     total AS (SELECT t, sum(n) AS n, sum(d) AS d FROM at GROUP BY t),
     u AS (SELECT g, sum(a.d - o.d * a.n / o.n) AS u FROM at AS a JOIN total AS o USING (t) GROUP BY g),
     v AS (SELECT a.g, b.g AS h,
                  sum(o.d * (o.n - o.d) / nullif(o.n - 1, 0) * a.n / o.n * ((a.g = b.g)::int - b.n / o.n)) AS v
           FROM at AS a JOIN at AS b USING (t) JOIN total AS o USING (t) GROUP BY a.g, b.g),
     m AS (SELECT max(v) FILTER (WHERE (g, h) = (1, 1)) AS a, max(v) FILTER (WHERE (g, h) = (1, 2)) AS b,
                  max(v) FILTER (WHERE (g, h) = (1, 3)) AS c, max(v) FILTER (WHERE (g, h) = (2, 2)) AS d,
                  max(v) FILTER (WHERE (g, h) = (2, 3)) AS e, max(v) FILTER (WHERE (g, h) = (3, 3)) AS f FROM v),
     w AS (SELECT max(u) FILTER (WHERE g = 1) AS x, max(u) FILTER (WHERE g = 2) AS y,
                  max(u) FILTER (WHERE g = 3) AS z FROM u)
SELECT r.degrees_of_freedom AS three, round(r.chi_square::numeric, 9) AS chi_square,
       round(r.p_value::numeric, 12) AS p_value,
       abs(r.chi_square - (x * x * (d * f - e * e) + y * y * (a * f - c * c) + z * z * (a * d - b * b)
                           + 2 * x * y * (c * e - b * f) + 2 * x * z * (b * e - c * d) + 2 * y * z * (b * c - a * e))
                          / (a * (d * f - e * e) - b * (b * f - c * e) + c * (b * e - c * d))) < 1e-9 AS as_in_sql
FROM m, w, (SELECT array_agg(s ORDER BY g) AS groups
            FROM (SELECT g, survival_agg(t, ended) AS s FROM several GROUP BY g) AS p) AS q, log_rank_test(groups) AS r;
