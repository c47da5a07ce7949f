-- Receivables on the morning of 1 July: of 150 nothing was paid and of 60 a half, both overdue; 200 falls due on
-- that day,
-- 80 later; 90 were paid in full, of 40 five too much; a credit note; an invoice of that day is not known yet.
CREATE TEMP TABLE invoices (invoiced_on date, due_on date, amount numeric, paid numeric);
INSERT INTO invoices VALUES ('2025-03-01', '2025-03-31', 150, NULL), ('2025-05-10', '2025-06-30', 60, 30.50),
       ('2025-06-01', '2025-07-01', 200, 0),
    ('2025-06-20', '2025-07-20', 80, 0), ('2025-04-01', '2025-05-01', 90, 90), ('2025-05-01', '2025-05-31', 40,
    45), ('2025-05-02', '2025-05-02', -25, 0),
    ('2025-07-01', '2025-07-31', 500, 0), (NULL, '2025-07-31', 1, 0), ('2025-07-01', NULL, 1, 0), ('2025-07-01',
    '2025-07-31', NULL, 0);
SELECT receivables_agg(invoiced_on, due_on, amount, paid) AS state,
       skipped_rows(receivables_agg(invoiced_on, due_on, amount, paid)) FROM invoices;
CREATE TEMP TABLE r AS SELECT receivables_agg(invoiced_on, due_on, amount, paid) AS r FROM invoices;
SELECT s.* FROM r, receivables_summary(r, '2025-07-01') AS s;
SELECT a.* FROM r, receivables_ageing(r, '2025-07-01') AS a;
SELECT a.bucket, label, from_days, until_days, amount FROM r, receivables_ageing(r, '2025-07-01', '{1,92}',
       'zh-CN') AS a;
SELECT a.label, amount FROM r, receivables_ageing(r, '2025-06-30', '{}') AS a;
-- Collected: of what was due by then, and month by month of the due day. July is not over, and not all of its
-- invoices are known.
SELECT collection_rate(r, '2025-07-01') = (150 + 60 + 90 + 40 - 150 - 29.5)::float8 / (150 + 60 + 90 + 40) AS same,
       collection_rate(r, '2025-03-01') IS NULL AS nothing_due FROM r;
SELECT c.* FROM r, collection_by_due(r, '2025-07-01') AS c;
SELECT c.* FROM r, collection_by_due(r, '2025-07-21', 'quarter:feb') AS c;
-- Days sales outstanding: 459.5 are outstanding. Of the last days those since 20 June sold 80, since 1 June 200,
-- since 10 May 60,
-- since 1 May 40; of the 90 of 1 April 79.5 are needed.
SELECT dso(459.5, 620, 365) AS simple, dso(r, '2025-07-01') = dso(459.5, 620, 365) AS same,
       abs(dso(r, '2025-07-01', 30) - 459.5 / 280 * 30) < 1e-9 AS of_a_month,
       dso(r, '2025-07-01', method => 'count_back') = date '2025-06-30' - date '2025-04-01' + 79.5::float8 / 90
       AS count_back
FROM r;
SELECT dso(1, 0, 30) IS NULL AS no_sales, dso(0, 5, 30) AS nothing_open, dso(r,
       '2025-03-01') IS NULL AS none_known, dso(r, '2025-07-01', 5) IS NULL AS none_lately FROM r;

-- Random invoices in plain SQL, on several days, merged in any order.
SELECT setseed(0.8);
CREATE TEMP TABLE many AS
SELECT i, invoiced_on, due_on, amount, CASE WHEN random() < 0.5 THEN amount WHEN random() < 0.5 THEN (amount *
       random())::numeric(9,2) WHEN random() < 0.2 THEN amount + 1.5 WHEN random() < 0.5 THEN 0 END AS paid
FROM (SELECT i, day AS invoiced_on, day + (ARRAY[0, 14, 30, 60])[1 + (random() * 3)::int] AS due_on,
       (random() * 900 - 20)::numeric(9,2) AS amount
      FROM (SELECT i, date '2024-01-01' + (random() * 500)::int AS day FROM generate_series(1, 3000) AS i) AS d)
      AS t;
CREATE TEMP TABLE m AS SELECT receivables_agg(invoiced_on, due_on, amount, paid) AS r FROM many;
CREATE TEMP TABLE known AS
SELECT as_of, invoiced_on, due_on, greatest(amount, 0) AS amount, greatest(amount - coalesce(paid, 0), 0) AS open,
       greatest(coalesce(paid, 0) - amount, 0) AS credit
FROM many, (VALUES (date '2024-03-01'), ('2024-11-11'), ('2025-06-30')) AS v(as_of) WHERE invoiced_on < as_of;
SELECT count(*) FILTER (WHERE amount = 0) > 50 AS credit_notes FROM known;
SELECT h.as_of, s.invoices = h.n AS same, s.open_invoices = open_n AS same_2,
       s.overdue_invoices = overdue_n AS same_3, s.billed = h.billed AS same_4, s.outstanding = h.open AS same_5,
       s.overdue = h.overdue AS same_6, s.credit = h.credit AS same_7,
       abs(s.overdue_share - h.overdue / h.open) < 1e-12 AS same_8, abs(s.mean_days_overdue - h.days) < 1e-9 AS same_9,
       abs(collection_rate(r, h.as_of) - h.rate) < 1e-12 AS same_10,
       abs(dso(r, h.as_of, 90) - h.open / h.lately * 90) < 1e-9 AS same_11, s.credit > 0 AS some_credit
FROM m, (SELECT as_of, count(*) AS n, count(*) FILTER (WHERE open > 0) AS open_n,
       count(*) FILTER (WHERE open > 0 AND due_on < as_of) AS overdue_n, sum(amount) AS billed, sum(open) AS open,
                sum(open) FILTER (WHERE due_on < as_of) AS overdue, sum(credit) AS credit,
                sum(open * (as_of - due_on)) FILTER (WHERE due_on < as_of) / sum(open) FILTER (WHERE due_on <
                as_of) AS days,
                sum(amount - open) FILTER (WHERE due_on < as_of) / sum(amount) FILTER (WHERE due_on < as_of) AS
                rate, sum(amount) FILTER (WHERE invoiced_on >= as_of - 90) AS lately
         FROM known GROUP BY as_of) AS h, receivables_summary(r, h.as_of::timestamp) AS s ORDER BY 1;
SELECT as_of, bool_and(a.amount = h.open AND a.invoices = h.n) AS ages, abs(sum(a.share) - 1) < 1e-12 AS all_of_it
FROM m, (SELECT DISTINCT as_of FROM known) AS d, receivables_ageing(r, as_of, '{10,45}') AS a,
     LATERAL (SELECT coalesce(sum(open), 0), count(*) FILTER (WHERE open > 0) FROM known AS k
              WHERE k.as_of = d.as_of AND CASE WHEN d.as_of - due_on <= 0 THEN 0 WHEN d.as_of - due_on <= 10 THEN
              1 WHEN d.as_of - due_on <= 45 THEN 2 ELSE 3 END = a.bucket) AS h(open, n)
GROUP BY as_of ORDER BY as_of;
SELECT as_of, count(*) AS weeks, bool_and(c.billed = h.billed AND c.invoices = h.n AND c.outstanding = h.open AND
       c.collected = h.billed - h.open AND c.pending = (c.period_start + 7 > as_of)) AS same
FROM m, (SELECT DISTINCT as_of FROM known) AS d, collection_by_due(r, as_of, 'week') AS c,
     LATERAL (SELECT sum(amount), count(*), sum(open) FROM known AS k WHERE k.as_of = d.as_of AND
     date_trunc('week', due_on) = c.period_start) AS h(billed, n, open)
GROUP BY as_of ORDER BY as_of;
-- Counting back in plain SQL: sums of days from the latest on; days whose credit notes exceed what was billed
-- count as none.
WITH days AS (
    SELECT as_of, invoiced_on, sum(sum) OVER (PARTITION BY as_of ORDER BY invoiced_on DESC) AS until_here, sum
    FROM (SELECT as_of, invoiced_on, sum(amount) AS sum FROM known GROUP BY 1, 2) AS s
), reached AS (
    SELECT DISTINCT ON (as_of) as_of, as_of - 1 - invoiced_on + (open - (until_here - sum)) / sum AS days
    FROM days JOIN (SELECT as_of, sum(open) AS open FROM known GROUP BY 1) AS o USING (as_of) WHERE until_here >=
    open ORDER BY as_of, invoiced_on DESC
)
SELECT as_of, abs(dso(r, as_of, method => 'count_back') - days) < 1e-9 AS same FROM m, reached ORDER BY 1;
SELECT rollup(s ORDER BY part) = (SELECT r FROM m) AS merged,
       rollup(s ORDER BY part DESC) = rollup(s ORDER BY part) AS any_order,
       rollup(s::text::receivables_state) = rollup(s) AS text_and_back
FROM (SELECT i % 7 AS part, receivables_agg(invoiced_on, due_on, amount, paid) AS s FROM many GROUP BY 1) AS t;
SELECT (SELECT receivables_agg(invoiced_on, due_on, amount, paid) FROM (SELECT * FROM many ORDER BY due_on DESC,
       invoiced_on) AS t) = r AS any_order,
       (SELECT receivables_agg(invoiced_on::timestamp, due_on + time '23:00', amount, paid) FROM many) = r AS
       days_of_times,
       (SELECT receivables_summary(receivables_agg(invoiced_on, due_on, amount::float8, paid::float8),
       '2024-11-11') FROM many) = receivables_summary(r, '2024-11-11') AS floats FROM m;
SELECT r::json FROM (SELECT receivables_agg(invoiced_on, due_on, amount, paid) FROM invoices WHERE amount < 50)
       AS t(r);

SELECT skipped_rows('1:3{}'::receivables_state + '1:4{}') AS seven,
       '1:0{0001-01-01/9999-12-31=1,0,5,0,0;9999-12-31/0001-01-01=1,1,5,5,0}'::receivables_state AS first_and_last_day;

-- Nothing, and what is wrong.
SELECT receivables_agg(invoiced_on, due_on, amount, paid) FROM invoices WHERE false;
SELECT * FROM receivables_summary('1:0{}', '2025-01-01');
SELECT * FROM receivables_ageing('1:0{}', '2025-01-01');
SELECT * FROM collection_by_due('1:0{}', '2025-01-01');
SELECT dso('1:0{}', '2025-01-01') IS NULL AS dso, dso('1:0{}', '2025-01-01', 30, 'count_back') IS NULL AS dso_2,
       collection_rate('1:0{}', '2025-01-01') IS NULL AS rate, skipped_rows('1:3{}'::receivables_state);
SELECT receivables_agg('infinity', '2025-01-01', 1, 0);
SELECT receivables_agg('2025-01-01', '2025-01-01', 'NaN', 0);
SELECT receivables_agg('2025-01-01', '2025-01-01', 1, 'Infinity'::float8);
SELECT receivables_agg('2025-01-01', '2025-01-31', 10, -5);
SELECT receivables_agg('2025-01-01', '2025-01-31', -10.50, -12);
SELECT receivables_agg('2025-01-01', '2025-01-31', -10.50, -10.50) AS paid_out;
SELECT receivables_ageing('1:0{}', '2025-01-01', '{30,30}');
SELECT receivables_ageing('1:0{}', '2025-01-01', '{0}');
SELECT receivables_ageing('1:0{}', '2025-01-01', '{NULL}');
SELECT receivables_ageing('1:0{}', '2025-01-01', '{{1,2}}');
SELECT receivables_ageing('1:0{}', '2025-01-01', array_agg(i)) FROM generate_series(1, 101) AS i;
SELECT receivables_ageing('1:0{}', '2025-01-01', lang => 'de');
SELECT dso('1:0{}'::receivables_state, '2025-01-01', 0);
SELECT dso('1:0{}', '2025-01-01', 30, 'best');
SELECT dso(-1, 5, 30);
SELECT dso(1, 5, 0);
SELECT collection_by_due('1:0{}', '2025-01-01', 'fortnight');
SELECT '1:0{2025-01-01/2025-01-01=1,1,5,0,0}'::receivables_state;
SELECT '1:0{2025-01-01/2025-01-01=1,2,5,5,0}'::receivables_state;
SELECT '1:0{2025-01-01/2025-01-01=1,1,5,5.5,0}'::receivables_state;
SELECT '1:0{2025-01-01/2025-01-01=1,0,5,0,-1}'::receivables_state;
SELECT '1:0{2025-01-02/2025-01-01=1,0,5,0,0;2025-01-01/2025-01-01=1,0,5,0,0}'::receivables_state;
SELECT '1:0{2025-01-01/2025-01-01=0,0,5,0,0}'::receivables_state;
-- Bytes: the version, the rows skipped, how many pairs of days, and of each the days from 2000-01-01, two
-- counts, three sums.
SELECT _receivables_state_send('1:3{2000-01-31/2000-01-02=2,1,9.50,4.25,0.5}');
