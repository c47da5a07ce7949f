-- subscribers: churn from validity ranges.
-- Five customers in January: 1 stays, 2 leaves, 3 joins, 4 joins and leaves, 5 changes plans without a gap; 6 left on
-- the
-- last day of December, whose first day without is the 1st: a loss of January. 7 has not come yet, 8 was gone before.
CREATE TEMP TABLE january (customer_id bigint, started date, ended date);
INSERT INTO january VALUES (1, '2023-05-01', NULL), (2, '2023-05-01', '2024-01-11'), (3, '2024-01-22', NULL),
    (4, '2024-01-01', '2024-01-06'),
    (5, '2023-12-01', '2024-01-15'), (5, '2024-01-15', NULL), (6, '2023-01-01', '2024-01-01'), (7, '2024-02-01', NULL),
    (8, '2023-01-01', '2023-12-31'),
    (9, '2024-01-09', '2024-01-09'), (NULL, '2024-01-01', NULL), (10, NULL, NULL);
SELECT subscribers_agg(customer_id, started, ended, '2024-01-01', '2024-02-01') AS five_and_one FROM january;
SELECT c.*, at_start + joined - lost = at_end AS identity
FROM (SELECT subscribers_agg(customer_id, started, ended, '2024-01-01', '2024-02-01') AS s FROM january) AS t,
       churn_counts(s) AS c;
SELECT denominator, churn_rate(s, denominator)
FROM (SELECT subscribers_agg(customer_id, started, ended, '2024-01-01', '2024-02-01') AS s FROM january) AS t,
       unnest('{start,average,end,exposure,start_and_joined}'::text[]) AS denominator;
-- Ranges that follow each other without a gap are one, in any order, and of several states.
SELECT n, subscribers_agg(1, started, ended, '2024-01-01', '2025-01-01' ORDER BY started) AS rising,
       subscribers_agg(1, started, ended, '2024-01-01', '2025-01-01' ORDER BY started DESC) AS falling,
       subscribers_agg(1, started, ended, '2024-01-01', '2025-01-01' ORDER BY md5(started::text)) AS mixed,
       subscribers_agg(1, started, ended, '2024-01-01', '2025-01-01') FILTER (WHERE i % 2 = 0)
       + subscribers_agg(1, started, ended, '2024-01-01', '2025-01-01') FILTER (WHERE i % 2 = 1) AS added
FROM generate_series(2, 5) AS n, generate_series(1, n) AS i,
     LATERAL (SELECT date '2024-01-01' + 30 * i, date '2024-01-01' + 30 * (i + 1)) AS r(started, ended)
GROUP BY n ORDER BY n;
SELECT range_churn_rate(customer_id, started, ended, '2024-01-01', '2024-02-01') AS half,
       range_retention_rate(customer_id, started, ended, '2024-01-01', '2024-02-01') AS half_2 FROM january;

-- The published example, with dates: 100 at the start, 10 leave after 10 days, 20 join after 5, 5 of them leave 20 days
-- later.
CREATE TEMP TABLE example AS
    SELECT i AS customer_id, date '2023-06-01' AS started, CASE WHEN i <= 10 THEN date '2024-04-11' END AS ended
    FROM generate_series(1, 100) AS i
    UNION ALL SELECT i, '2024-04-06', CASE WHEN i <= 105 THEN date '2024-04-26' END FROM generate_series(101, 120) AS i;
SELECT denominator, round(churn_rate(s, denominator)::numeric, 6) AS churn,
       churn_rate(s, denominator) = churn_rate(lost, losses, at_start, at_end, denominator,
           customer_days / 30.0) AS same_from_counts
FROM (SELECT subscribers_agg(customer_id, started, ended, '2024-04-01', '2024-05-01') AS s FROM example) AS t,
    churn_counts(s), unnest('{start,average,end,exposure,start_and_joined}'::text[]) AS denominator;
SELECT retention_rate(s) AS ninety_percent, churn(s) AS ten_of_a_hundred, churn_rate(s) = rate_value(churn(s)) AS same
FROM (SELECT subscribers_agg(customer_id, started, ended, '2024-04-01', '2024-05-01') AS s FROM example) AS t;

-- Brute force over days: 400 customers with up to 6 ranges, overlapping, nested, touching, empty, open; 8 periods.
CREATE TEMP TABLE ranges AS
    SELECT (i * 7919 % 400)::bigint AS customer_id, date '2024-01-01' + (i * 104729 % 900) AS started,
           CASE WHEN i % 5 > 0 THEN date '2024-01-01' + (i * 104729 % 900) + (i * i * 31 % 7) * (i % 23) END AS ended,
           i % 3 AS part
    FROM generate_series(1, 1500) AS i;
CREATE TEMP TABLE periods AS SELECT d::date AS s, (d + length)::date AS e
    FROM (VALUES (date '2024-01-01', interval '1 month'), ('2024-02-01', '1 month'), ('2024-02-29', '1 day'),
            ('2024-06-03', '7 days'), ('2025-01-01', '1 year'), ('2023-06-01', '18 months'), ('2023-01-01', '1 year'),
            ('2030-01-01', '1 month')) AS p(d, length);
CREATE TEMP TABLE counted AS
    SELECT s, e, c.*, a.state FROM periods,
        LATERAL (SELECT subscribers_agg(customer_id, started, ended, s, e) AS state FROM ranges) AS a,
            LATERAL churn_counts(a.state) AS c;
WITH days AS (
    SELECT s, e, customer_id, day, lead(day) OVER (PARTITION BY s, e, customer_id ORDER BY day) AS next
    FROM (SELECT DISTINCT s, e, customer_id, day::date FROM periods, ranges,
            generate_series(greatest(started, s - 1), least(ended - 1, e - 1), interval '1 day') AS day) AS d
), customers AS (
    SELECT s, e, customer_id, bool_or(day = s - 1) AS at_start, bool_or(day = e - 1) AS at_end,
           count(*) FILTER (WHERE day >= s) AS days,
           count(*) FILTER (WHERE day < e - 1 AND next IS DISTINCT FROM day + 1) AS losses
    FROM days GROUP BY s, e, customer_id
), brute AS (
    SELECT s, e, count(*) FILTER (WHERE at_start) AS at_start,
           count(*) FILTER (WHERE at_end AND NOT at_start) AS joined,
           count(*) FILTER (WHERE at_start AND NOT at_end) AS lost,
           sum(losses) AS losses, count(*) FILTER (WHERE at_end) AS at_end, sum(days) AS customer_days FROM customers
           GROUP BY s, e
)
SELECT count(*) AS eight,
       count(*) FILTER (WHERE (c.at_start, c.joined, c.lost, c.losses, c.at_end, c.customer_days) IS DISTINCT FROM
    (coalesce(b.at_start, 0), coalesce(b.joined, 0), coalesce(b.lost, 0), coalesce(b.losses, 0), coalesce(b.at_end, 0),
        coalesce(b.customer_days, 0))) AS wrong
FROM counted AS c LEFT JOIN brute AS b USING (s, e);

-- The ledger of subscriptions tells the same of every month.
SELECT count(*) AS months,
       count(*) FILTER (WHERE (c.at_start, c.joined, c.lost, c.losses, c.at_end,
               c.customer_days) IS DISTINCT FROM (m.at_start, m.joined, m.lost, m.losses, m.at_end,
               m.customer_days::bigint)
                                                OR churn_rate(a.s, 'exposure') IS DISTINCT FROM m.churn_rate) AS wrong
FROM (SELECT mrr_agg(customer_id, started, ended, 1) AS ledger FROM ranges) AS l,
    churn_by_period(ledger, 'month', '2026-01-01', 'exposure') AS m,
    LATERAL (SELECT subscribers_agg(customer_id, started, ended, m.period_start,
                (m.period_start + interval '1 month')::date) AS s FROM ranges) AS a, churn_counts(a.s) AS c;

-- Merging in any order; ids of every type; text and back; the end of a period is the start of the next.
SELECT bool_and(rolled = state AND reverse = state AND again = state) AS rolled_up
FROM counted AS c, LATERAL (
    SELECT rollup(p ORDER BY part) AS rolled, rollup(p ORDER BY part DESC) AS reverse,
           rollup(p::text::subscribers_state) AS again
    FROM (SELECT part, subscribers_agg(customer_id, started, ended, c.s, c.e) AS p FROM ranges GROUP BY part
            UNION ALL SELECT 9, subscribers_agg(x, '2000-01-01', '2000-01-02', c.s, c.e)
            FROM (VALUES (1)) AS gone(x)) AS parts) AS r;
SELECT bool_and(churn_counts(state) = churn_counts(by_uuid) AND churn_counts(state) = churn_counts(by_text)) AS ids
FROM counted AS c,
    LATERAL (SELECT subscribers_agg(lpad(customer_id::text, 32, '0')::uuid, started, ended, s, e) AS by_uuid,
        subscribers_agg('客 "' || customer_id, started, ended, s, e) AS by_text FROM ranges) AS i;
SELECT bool_and(a.at_end = b.at_start) AS follow FROM counted AS a JOIN counted AS b ON a.e = b.s;
SELECT subscribers_agg('a"b'::text, '2024-01-03', '2024-01-05', '2024-01-01', '2024-01-31') AS quoted,
       subscribers_agg('00000000-0000-0000-0000-00000000000a'::uuid, '2024-01-03', NULL, '2024-01-01',
           '2024-01-31') AS uuid;
-- Many ranges of one customer.
SELECT state::text AS every_second_day FROM (SELECT subscribers_agg(1, d, d + 1, '2024-01-01', '2024-01-21') AS state
           FROM (SELECT date '2023-12-01' + 2 * (i * 7 % 45) AS d FROM generate_series(1, 9000) AS i) AS t) AS s;

-- Ids and days of every type, columns, literals and parameters: the same value. A time of day stands for its day.
SELECT subscribers_agg(customer_id, started, ended, date '2024-01-01', date '2024-02-01')
       = ALL (ARRAY[subscribers_agg(customer_id::int, started + time '23:59', ended + time '10:00',
                                    '2024-01-01', '2024-02-01'),
                    subscribers_agg(customer_id::smallint, started, ended + time '23:59:59.999999',
                                    timestamp '2024-01-01 15:00', '2024-02-01 00:00:01')]) AS same,
       subscribers_agg(customer_id::varchar(9), started, ended, '2024-01-01', '2024-02-01')
       = subscribers_agg(customer_id::text, started::timestamp, ended::timestamp, '2024-01-01', '2024-02-01') AS texts,
       range_churn_rate(customer_id, started, ended, '2024-01-01', '2024-02-01') + range_retention_rate(
           customer_id, started + time '12:00', ended + time '12:00', '2024-01-01', '2024-02-01') AS one
FROM january;
PREPARE churn AS SELECT range_churn_rate(customer_id, started, ended, $1, $2) AS churn FROM january;
EXECUTE churn('2024-01-01', '2024-02-01');
SELECT range_churn_rate(customer_id, started::timestamptz, ended, '2024-01-01', '2024-02-01') AS error FROM january;
CREATE COLLATION pg_temp.any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
SELECT range_churn_rate(id COLLATE pg_temp.any_case, '2024-01-01', NULL, '2024-01-01', '2024-02-01') AS error
FROM (VALUES ('a'), ('A')) AS v(id);

-- Nothing: a state of no rows has no period yet, and adds nothing; a roll-up of nothing is NULL.
SELECT subscribers_agg(customer_id, started, ended, '2024-01-01', '2024-02-01') FILTER (WHERE false) AS nothing,
       subscribers_agg(NULL::uuid, NULL, NULL, '2024-01-01', '2024-02-01') FILTER (WHERE false) AS nothing_of_uuid,
       subscribers_agg(NULL::text, NULL, NULL, '2024-01-01', '2024-02-01') AS nobody,
       range_churn_rate(customer_id, started, ended, '2024-01-01', '2024-02-01') FILTER (WHERE false) IS NULL AS no_rate
FROM january;
SELECT s, churn_rate(s) IS NULL AS none, churn_rate(s, 'exposure') IS NULL AS no_time,
       retention_rate(s) IS NULL AS no_one, churn(s), (churn_counts(s)).*, s::json
FROM (VALUES ('1:uuid:none{}'::subscribers_state)) AS v(s);
SELECT rollup(s) = state AS neutral, rollup(s ORDER BY place DESC) = state AS in_any_order,
       state + '1:text:none{}' = state AS plus_none, '1:text:none{}'::subscribers_state + state = state AS none_plus,
       NULL + state = state AS null_plus, '1:text:none{}'::subscribers_state + '1:text:none{}' AS still_none
FROM (SELECT state FROM counted LIMIT 1) AS c,
     LATERAL (VALUES (1, '1:uuid:none{}'::subscribers_state), (2, state), (3, '1:bigint:none{}')) AS v(place, s)
GROUP BY state;
SELECT rollup(s) IS NULL AS of_nothing FROM (VALUES ('1:uuid:none{}'::subscribers_state)) AS v(s) WHERE false;
-- JSON: spans as days, cut to the period and the day before it.
SELECT subscribers_agg(customer_id, started, ended, '2024-01-01', '2024-02-01')::json AS json
FROM january WHERE customer_id IN (2, 4);
SELECT subscribers_agg('客 "a"', '2023-01-01', NULL, '2024-01-01', '2024-02-01')::jsonb AS text_ids;
SELECT count(*) > 300 AS customers, count(*) FILTER (WHERE j.days IS DISTINCT FROM c.days) AS wrong
FROM (SELECT customer ->> 'customer_id' AS id,
             sum((span ->> 'ended')::date - greatest((span ->> 'started')::date, '2025-01-01')) AS days
      FROM counted, jsonb_array_elements(state::jsonb -> 'customers') AS customer,
           jsonb_array_elements(customer -> 'spans') AS span
      WHERE s = '2025-01-01' GROUP BY 1) AS j
FULL JOIN (SELECT customer_id::text AS id, count(DISTINCT day) FILTER (WHERE day >= '2025-01-01') AS days
           FROM ranges, generate_series(greatest(started, '2024-12-31'), least(ended, '2026-01-01') - 1,
                                        interval '1 day') AS day
           GROUP BY 1) AS c USING (id);
-- Nobody in the period.
SELECT s, churn_rate(s) IS NULL AS no_one, retention_rate(s) IS NULL AS no_one_2,
       churn_rate(s, 'exposure') IS NULL AS no_one_3, churn(s)
FROM (SELECT subscribers_agg(customer_id, started, ended, '1999-01-01', '1999-02-01') AS s FROM january) AS t;

-- Errors.
SELECT subscribers_agg(4711, '2025-05-01', '2025-04-01', '2024-01-01', '2024-02-01') AS error;
SELECT range_churn_rate('a-7', date '2025-05-01', date '2025-04-01', '2024-01-01', '2024-02-01') AS error;
SELECT range_retention_rate(1, '0001-01-01 BC', NULL, '2024-01-01', '2024-02-01') AS error;
SELECT '1:bigint:none{1=0..1}'::subscribers_state AS error;
SELECT '1:bigint:{}'::subscribers_state AS error;
SELECT subscribers_agg(1, '2024-01-02', NULL, '2024-02-01', '2024-02-01') AS error;
SELECT subscribers_agg(1, '2024-01-02', NULL, NULL, '2024-02-01') AS skipped;
-- A row without a period takes none from the others, first or last.
SELECT bool_and(subscribers = rollup) AS same, max(rollup::text) AS one_skipped
FROM (SELECT subscribers_agg(id, '2024-01-02', NULL, period, '2024-02-01' ORDER BY id) AS subscribers
      FROM (VALUES (1, timestamp '2024-01-01'), (2, NULL)) AS t(id, period)
      UNION ALL
      SELECT subscribers_agg(id, '2024-01-02', NULL, period, '2024-02-01' ORDER BY id DESC)
      FROM (VALUES (1, timestamp '2024-01-01'), (2, NULL)) AS t(id, period)) AS orders,
     (SELECT rollup(s) FROM (SELECT subscribers_agg(id, '2024-01-02', NULL, period, '2024-02-01') AS s
                             FROM (VALUES (1, timestamp '2024-01-01'), (2, NULL)) AS t(id, period)
                             GROUP BY id) AS parts) AS r;
-- Nor is the first of 2000, which is zero inside, a period of a value of none.
SELECT subscribers_agg(id, '2024-01-02', NULL, period, '2000-01-01') AS error
FROM (VALUES (1, NULL), (2, timestamp '2000-01-01')) AS t(id, period);
SELECT subscribers_agg(1, '2024-01-02', 'infinity', '2024-01-01', '2024-02-01') AS error;
SELECT subscribers_agg(1, '2024-01-02', NULL, '2024-01-01', s) AS error
FROM (VALUES (date '2024-02-01'), ('2024-03-01')) AS t(s);
SELECT rollup(s) AS error
FROM (VALUES ('1:bigint:2024-01-01..2024-02-01{}'::subscribers_state), ('1:bigint:2024-02-01..2024-03-01{}')) AS t(s);
SELECT rollup(s) AS error
FROM (VALUES ('1:bigint:2024-01-01..2024-02-01{1=0..1}'::subscribers_state),
           ('1:text:2024-01-01..2024-02-01{"a"=0..1}')) AS t(s);
SELECT churn_rate('1:bigint:2024-01-01..2024-02-01{}'::subscribers_state, 'mean') AS error;
SELECT '1:bigint:2024-01-01..2024-02-01{1=0..32}'::subscribers_state AS error;
SELECT '1:bigint:2024-01-01..2024-02-01{1=-2..3}'::subscribers_state AS error;
SELECT '1:bigint:2024-01-01..2024-02-01{1=0..3,3..5}'::subscribers_state AS error;
SELECT '1:bigint:2024-01-01..2024-02-01{1=3..3}'::subscribers_state AS error;
SELECT '1:bigint:2024-01-01..2024-02-01{2=0..1;1=0..1}'::subscribers_state AS error;
SELECT '1:bigint:2024-02-01..2024-01-01{}'::subscribers_state AS error;
SELECT '1:bigint:2024-01-01..2024-02-01{1=}'::subscribers_state AS error;
SELECT '2:bigint:2024-01-01..2024-02-01{}'::subscribers_state AS error_newer_version;

-- Rows without an id or a start are in nothing but their number, which plain SQL counts as well; an end may be missing,
-- and ranges outside the period are not skipped. A seventh of the rows has no id: one part is of skipped rows only.
CREATE TEMP TABLE holes AS
    SELECT i, CASE WHEN i % 7 <> 3 THEN i * 7919::bigint % 6007 END AS id,
           CASE WHEN i % 11 <> 5 THEN date '2024-01-01' + i % 90 END AS started,
           CASE WHEN i % 3 > 0 THEN date '2024-04-01' + i % 90 END AS ended
    FROM generate_series(1, 20000) AS i;
CREATE TEMP TABLE of_holes AS
    SELECT subscribers_agg(id, started, ended, '2024-02-01', '2024-06-01') AS s,
           subscribers_agg(md5(id::text)::uuid, started, ended, '2024-02-01', '2024-06-01') AS u,
           subscribers_agg('c' || id, started, ended, '2024-02-01', '2024-06-01') AS t,
           subscribers_agg(id, started, ended, '2024-02-01', '2024-06-01')
           FILTER (WHERE id IS NOT NULL AND started IS NOT NULL) AS without,
           subscribers_agg(id, started, ended, '1999-02-01', '1999-03-01') AS outside,
           range_churn_rate(id, started, ended, '2024-02-01', '2024-06-01') AS churn,
           count(*) - count(id::text || started::text) AS skipped
    FROM holes;
SELECT skipped > 4000 AS many, skipped_rows(s) = skipped AS bigint, skipped_rows(u) = skipped AS uuid,
       skipped_rows(t) = skipped AS text, skipped_rows(outside) = skipped AS outside, skipped_rows(without) AS zero,
       (s::json ->> 'skipped_rows')::bigint = skipped AS json, churn = churn_rate(without)
       AND churn_rate(s) = churn AS churn
FROM of_holes;
-- The number is part of the value, in text and binary form; all else is as if those rows had not been there.
SELECT s = without AS no, s::text = replace(without::text, '1:bigint:', '1:bigint+' || skipped || ':') AS text,
       s::text::subscribers_state = s AS and_back, t::text::subscribers_state = t AS of_texts,
       get_byte(_subscribers_state_send(s), 3) + 256 * get_byte(_subscribers_state_send(s), 4) = skipped AS binary,
       substr(_subscribers_state_send(s), 12) = substr(_subscribers_state_send(without), 12) AS the_rest,
       churn_counts(s) = churn_counts(without) AS counts
FROM of_holes;
-- In parts, in any order, one of skipped rows only first, last or between; in frames of a window.
SELECT min(skipped_rows(part)) > 0 AS each, string_agg(k || ' ' || part, ',')
       FILTER (WHERE part::text LIKE '%{}') AS skipped,
       rollup(part ORDER BY k) = s AS up, rollup(part ORDER BY -k) = s AS down,
       rollup(part ORDER BY k = 3, k) = s AS last, rollup(part ORDER BY k <> 3, k) = s AS first
FROM (SELECT i % 7 AS k, subscribers_agg(id, started, ended, '2024-02-01', '2024-06-01') AS part
             FROM holes GROUP BY 1) AS parts,
     of_holes GROUP BY s;
SELECT count(*) AS frames, count(*) FILTER (WHERE skipped_rows(running) <> n) AS wrong,
       count(*) FILTER (WHERE skipped_rows(moving) <> m) AS wrong_2
FROM (SELECT subscribers_agg(id, started, ended, '2024-02-01', '2024-06-01') OVER running AS running,
             subscribers_agg(id, started, ended, '2024-02-01', '2024-06-01') OVER moving AS moving,
             count(*) OVER running - count(id::text || started::text) OVER running AS n,
             count(*) OVER moving - count(id::text || started::text) OVER moving AS m
      FROM holes WHERE i <= 500
      WINDOW running AS (ORDER BY i), moving AS (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 2 FOLLOWING)) AS t;
SELECT '1:bigint+1:none{}'::subscribers_state + '1:bigint+2:2024-01-01..2024-02-01{1=0..1}' AS three,
       '1:bigint+2:2024-01-01..2024-02-01{1=0..1}'::subscribers_state + '1:bigint+1:none{}' AS three_2,
       '1:bigint+1:none{}'::subscribers_state + '1:bigint+2:none{}' AS of_none;
SELECT '1:bigint+0:none{}'::subscribers_state AS error_not_written;
