-- Early warning.
-- At March 31 all is known up to the 30th. 1 comes every 10 days, on time; 2 too, silent for 12: overdue; 3 for 20:
-- at risk; 4 for 60: lost. 5 bought once and 6 twice: measured by the population. 7 comes in April only.
CREATE TEMP TABLE visits (customer_id bigint, day date);
INSERT INTO visits SELECT c, date '2024-03-30' - silent - 10 * n
FROM (VALUES (1, 5), (2, 12), (3, 20), (4, 60)) AS v(c, silent), generate_series(0, 4) AS n;
INSERT INTO visits VALUES (1, '2024-03-25'), (5, '2024-03-21'), (6, '2024-01-01'), (6, '2024-01-03'), (7, '2024-04-01'),
    (1, '2024-04-02');
CREATE TEMP TABLE state AS SELECT cohorts_agg(customer_id, day, 'day') AS c FROM visits;
SELECT w.* FROM state, early_warnings(c, '2024-03-31') AS w;
SELECT purchase_gaps(c, '2024-03-31') AS sixteen_of_ten_days_and_one_of_two FROM state;
SELECT customer_id, warning, basis FROM state, early_warnings(c, '2024-03-31', min_gaps => 5) AS w
WHERE customer_id IN (1, 4);
SELECT customer_id, warning FROM state, early_warnings(c, '2024-03-31', at_risk => 1, lost => 2) AS w;

-- One customer with the population given or not; from activities as from cohorts.
SELECT count(*) AS customers, bool_and((w.last_purchase, w.silent_days, w.gaps, w.expected_within, w.basis, w.overdue,
       w.level, w.warning, w.reason) IS NOT DISTINCT FROM one) AS same
FROM state, early_warnings(c, '2024-03-31') AS w, LATERAL early_warning(activity_of(c, w.customer_id), '2024-03-31',
     purchase_gaps(c, '2024-03-31')) AS one;
SELECT silent_days, gaps, expected_within, basis, overdue, level, warning, reason FROM state,
       early_warning(activity_of(c, 5), '2024-03-31');
SELECT early_warning(activity_of(c, 7), '2024-03-31') IS NULL AS not_there_yet,
       early_warning(NULL, '2024-03-31') IS NULL AS unknown, early_warning(activity_of(c, 7), NULL) IS NULL AS unknown_2
FROM state;
SELECT rollup(purchase_gaps(activity, '2024-03-31')) = purchase_gaps(c, '2024-03-31') AS rolled_up FROM state,
       customer_activities(c) GROUP BY c;

-- In plain SQL beside it: customers most of whom have few purchases, many on one day.
CREATE TEMP TABLE many AS SELECT 'c' || (i * i * 31 + i * 7 + i / 3) % 1300 AS customer_id,
    date '2024-01-01' + (i * 7919 % 730) * (i % 17) / 16 AS day FROM generate_series(1, 2500) AS i;
CREATE TEMP TABLE expected AS
WITH days AS (SELECT DISTINCT customer_id, day FROM many WHERE day < '2025-07-01'),
    gaps AS (SELECT customer_id, day, day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS gap FROM days),
     population AS (SELECT percentile_cont(0.8) WITHIN GROUP (ORDER BY gap) AS p80 FROM gaps),
     own AS (SELECT customer_id, max(day) AS last, count(gap) AS gaps,
         percentile_cont(0.8) WITHIN GROUP (ORDER BY gap) AS p80 FROM gaps GROUP BY customer_id)
SELECT customer_id, last, date '2025-06-30' - last AS silent, gaps, CASE WHEN gaps >= 4 THEN own.p80
       ELSE population.p80 END AS within, gaps >= 4 AS own FROM own, population;
SELECT count(*) AS customers, count(*) FILTER (WHERE basis = 'own') AS own,
       bool_and(last_purchase = last AND silent_days = silent AND w.gaps = e.gaps AND (basis = 'own') = own) AS counts,
       max(abs(expected_within - within)) < 1e-9 AS expected,
       bool_and(abs(overdue - silent / within) < 1e-9) AS overdue,
           bool_and(level = CASE WHEN overdue <= 1 THEN 0 WHEN overdue <= 1.5 THEN 1 WHEN overdue <= 3 THEN 2
           ELSE 3 END) AS level,
       bool_and(warning = (ARRAY['on_time', 'overdue', 'at_risk', 'lost'])[level + 1]) AS warning
FROM (SELECT cohorts_agg(customer_id, day, 'day') AS c FROM many) AS t,
     early_warnings(c, '2025-07-01', quantile => 0.8, min_gaps => 4) AS w FULL JOIN expected AS e USING (customer_id);
-- The open gaps are there as censored, so the time to the next purchase is a survival curve.
SELECT ended(g) = sum(gaps) AS gaps, censored(g) = count(*) AS open FROM expected,
       (SELECT purchase_gaps(cohorts_agg(customer_id, day, 'day'), '2025-07-01') AS g FROM many) AS t GROUP BY g;

-- In Chinese.
SELECT w.customer_id, w.warning, w.reason FROM state, early_warnings(c, '2024-03-31', lang => 'zh') AS w;
SELECT w.warning, w.reason FROM state, early_warning(activity_of(c, 5), '2024-03-31', purchase_gaps(c, '2024-03-31'),
       lang => 'zh-CN') AS w;
SELECT count(*) AS customers, bool_and((a.level, a.basis, a.overdue) IS NOT DISTINCT
       FROM (b.level, b.basis, b.overdue)) AS same
FROM state, early_warnings(c, '2024-03-31') AS a JOIN LATERAL early_warnings(c, '2024-03-31',
     lang => 'ZH') AS b USING (customer_id);
-- A population whose gaps are shorter than a day: one day is to be expected.
SELECT as_of, w.silent_days, w.expected_within, w.basis, w.overdue, w.level, w.warning, w.reason
FROM (SELECT survival_agg(gap, true) AS s FROM (VALUES (0::float8), (0), (0.5)) AS t(gap)) AS p,
     unnest('{2024-03-02,2024-03-03,2024-03-04,2024-03-06}'::date[]) AS as_of,
     early_warning('1:day:2024-03-01', as_of, s) AS w;
-- Any time of as_of's day is that day.
SELECT count(*) AS customers, bool_and(a.silent_days = b.silent_days) AS same
FROM state, early_warnings(c, '2024-03-31') AS a JOIN LATERAL early_warnings(c,
     timestamp '2024-03-31 23:59:59') AS b USING (customer_id);

-- Nobody; nobody with a gap.
SELECT * FROM early_warnings('1:bigint:day:{}'::cohorts_state, '2024-03-31');
SELECT customer_id, silent_days, basis, warning, reason
FROM early_warnings('1:bigint:day:{1=2024-03-01}'::cohorts_state, '2024-03-31');
SELECT customer_id, silent_days, reason FROM early_warnings('1:bigint:day:{1=2024-03-29}'::cohorts_state, '2024-03-31');
SELECT purchase_gaps('1:bigint:day:{}'::cohorts_state, '2024-03-31') AS nobody;

-- Errors.
SELECT * FROM early_warnings('1:bigint:month:{}'::cohorts_state, '2024-03-31');
SELECT * FROM early_warning('1:week:'::activity_state, '2024-03-31');
SELECT * FROM early_warnings('1:bigint:day:{}'::cohorts_state, 'infinity');
SELECT * FROM early_warnings('1:bigint:day:{}'::cohorts_state, '2024-03-31', quantile => 90);
SELECT * FROM early_warnings('1:bigint:day:{}'::cohorts_state, '2024-03-31', min_gaps => 0);
SELECT * FROM early_warnings('1:bigint:day:{}'::cohorts_state, '2024-03-31', at_risk => 0.5);
SELECT * FROM early_warnings('1:bigint:day:{}'::cohorts_state, '2024-03-31', at_risk => 4);
SELECT * FROM early_warnings('1:bigint:day:{}'::cohorts_state, '2024-03-31', lang => 'fr');
SELECT * FROM early_warnings('1:bigint:day:{}'::cohorts_state, timestamptz '2024-03-31 00:00Z');

-- One purchase, and no population to compare with.
SELECT w.silent_days, w.reason
FROM (SELECT activity_agg('2024-03-01', 'day') AS a) AS one, unnest('{en,zh}'::text[]) AS lang,
     early_warning(a, '2024-03-31', lang => lang) AS w;
