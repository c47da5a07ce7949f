-- Loyalty points.

-- 100 points that last until March, 50 that last until June; 120 are spent in February: first the 100, then 20 of the
-- 50.
CREATE TEMP TABLE entry AS SELECT *
FROM (VALUES (date '2026-01-01', 100, date '2026-03-01'), ('2026-02-01', 50, '2026-06-01'),
        ('2026-02-10', -120, NULL)) AS t(at, points, expires_at);
SELECT points_agg(at, points, expires_at) AS ledger FROM entry;
SELECT points_agg(at, points, expires_at)::jsonb -> 'entries'
       = jsonb_agg(jsonb_build_object('at', at::timestamp, 'points', points,
                                      'expires_at', expires_at::timestamp) ORDER BY at) AS as_json
FROM entry;
SELECT as_of, r.*, points_balance(l, as_of) = balance AS same, redemption_rate(l, as_of) AS redemption,
       breakage_rate(l, as_of) AS expired, breakage_rate(l, as_of, 'matured') AS matured_share,
       breakage_rate(l, as_of, 'unredeemed') AS unredeemed
FROM (SELECT points_agg(at, points, expires_at) FROM entry) AS t(l),
    (VALUES (date '2025-12-31'), ('2026-01-01'), ('2026-02-01'), ('2026-02-10'), ('2026-05-31'),
        ('2026-06-01')) AS d(as_of), points_report(l, as_of) AS r;
-- Had they been spent in April, the 100 would have gone before, and 20 would be owed; what comes later pays that first.
SELECT as_of, r.*
FROM (SELECT points_agg(at, points, expires_at)
           FROM (VALUES (date '2026-01-01', 100, date '2026-03-01'), ('2026-02-01', 50, '2026-06-01'),
               ('2026-04-10', -70, NULL), ('2026-07-01', 15, NULL), ('2026-08-01', 30, NULL)) AS t(at, points,
               expires_at)) AS t(l),
    (VALUES (date '2026-03-01'), ('2026-04-10'), ('2026-07-01'), ('2026-08-01')) AS d(as_of),
    points_report(l, as_of) AS r;
-- Points that expire at a moment cannot be spent then; what is earned at a moment can.
SELECT r.* FROM points_report((SELECT points_agg(at, points, expires_at)
               FROM (VALUES (date '2026-01-01', 10, date '2026-02-01'), ('2026-02-01', -4, NULL),
               ('2026-02-01', 3, NULL)) AS t(at, points, expires_at)), date '2026-02-01') AS r;
-- What will go if nothing is spent.
SELECT points_expiring(l, date '2026-02-10', date '2026-05-31') AS zero,
       points_expiring(l, date '2026-02-10', date '2026-06-01') AS thirty,
       points_expiring(l, date '2026-01-15', date '2026-06-01') AS hundred
FROM (SELECT points_agg(at, points, expires_at) FROM entry) AS t(l);
-- From sums over customers.
SELECT redemption_rate(30, 120) AS quarter, breakage_rate(12, 120) AS tenth, redemption_rate(0, 0) IS NULL AS nothing;

-- Point by point, each on its own: 600 random ledgers, many with debts, at every day of theirs.
DO $$
DECLARE
    ledger points_state; want text; got text; units date[]; gone boolean[]; debt integer; issued integer; redeemed
    integer; expired integer; available integer; e record; r record; checked integer := 0;
BEGIN
    FOR seed IN 1..600 LOOP
        CREATE TEMP TABLE random_entry AS
        SELECT n, date '2026-01-01' + (seed * 31 + n * n * 7) % 12 AS at, CASE WHEN (seed * 7 + n * 13) % 5 < 2
               THEN -1 - (seed + n * 3) % 9 ELSE 1 + (seed * 3 + n) % 8 END AS points, (seed + n * 5) % 4 AS lasts
        FROM generate_series(1, 2 + seed % 9) AS n;
        SELECT points_agg(at, points, CASE WHEN points > 0 AND lasts > 0 THEN at + lasts * 2 END) INTO ledger
        FROM random_entry;
        FOR as_of IN 0..14 BY 1 + seed % 3 LOOP
            units := '{}'; gone := '{}'; debt := 0; issued := 0; redeemed := 0;
            FOR e IN SELECT at, points, CASE WHEN points > 0 AND lasts > 0 THEN at + lasts * 2 END AS expires_at
            FROM random_entry WHERE at <= date '2026-01-01' + as_of ORDER BY at, points < 0, 3 NULLS LAST LOOP
                FOR unit IN 1..abs(e.points) LOOP
                    IF e.points > 0 THEN
                        issued := issued + 1;
                        units := units || coalesce(e.expires_at, date '2999-01-01');
                        gone := gone || (debt > 0);
                        IF debt > 0 THEN debt := debt - 1; redeemed := redeemed + 1; END IF;
                    ELSE
                        DECLARE pick integer := (SELECT min(k) FROM unnest(units, gone) WITH ORDINALITY AS u(x, g, k)
                            WHERE NOT g AND x > e.at);
                        BEGIN
                            IF pick IS NULL THEN debt := debt + 1;
                            ELSE gone[pick] := true; redeemed := redeemed + 1; END IF;
                        END;
                    END IF;
                END LOOP;
            END LOOP;
            SELECT count(*) FILTER (WHERE x <= date '2026-01-01' + as_of),
                   count(*) FILTER (WHERE x > date '2026-01-01' + as_of) INTO expired, available
            FROM unnest(units, gone) AS u(x, g) WHERE NOT g;
            SELECT * INTO r FROM points_report(ledger, date '2026-01-01' + as_of);
            want := format('%s %s %s %s %s', issued, redeemed, expired, available, debt);
            got := format('%s %s %s %s %s', r.issued, r.redeemed, r.expired, r.available, r.overdrawn);
            IF want <> got OR r.issued <> r.redeemed + r.expired + r.available OR r.balance <> r.available - r.overdrawn
            THEN
                RAISE EXCEPTION 'ledger % at day %: % instead of %', seed, as_of, got, want;
            END IF;
            checked := checked + 1;
        END LOOP;
        DROP TABLE random_entry;
    END LOOP;
    RAISE NOTICE '% standings', checked;
END $$;

-- In any order and in parts; alike entries are one; through text; every kind of number and time.
CREATE TEMP TABLE many AS SELECT i, timestamptz '2026-01-01 00:00+00' + (i * 7919 % 331) * interval '7 hours' AS at,
    CASE WHEN i % 4 = 0 THEN -1 - i % 7 ELSE 1 + i % 11 END AS points, i % 3 AS lasts
FROM generate_series(1, 1500) AS i;
CREATE TEMP TABLE whole AS SELECT points_agg(at, points, CASE WHEN points > 0 AND lasts > 0
        THEN at + lasts * interval '400 hours' END) AS l FROM many;
SELECT (SELECT points_agg(at, points, CASE WHEN points > 0 AND lasts > 0 THEN at + lasts * interval '400 hours' END
               ORDER BY i DESC) FROM many) = l AS whole,
       (SELECT points_agg(at, points::numeric, CASE WHEN points > 0 AND lasts > 0
               THEN at + lasts * interval '400 hours' END ORDER BY points) FROM many) = l AS numeric,
       (SELECT rollup(p ORDER BY k DESC)
           FROM (SELECT i % 13 AS k,
               points_agg(at, points, CASE WHEN points > 0 AND lasts > 0
               THEN at + lasts * interval '400 hours' END) AS p FROM many GROUP BY 1) AS t) = l AS whole_2,
       (SELECT points_agg(at AT TIME ZONE 'UTC', points,
            CASE WHEN points > 0 AND lasts > 0 THEN at AT TIME ZONE 'UTC' + lasts * interval '400 hours' END)
         FROM many)::text
           = replace(l::text, 'instant', 'local') AS same_moments,
       (SELECT rollup(p) FROM (SELECT l AS p FROM whole UNION ALL SELECT '1:none:'::points_state) AS t)
           = l AS empty_is_nothing,
       l::text::points_state = l AS through_text
FROM whole;
SELECT points_agg(date '2000-01-02', 5, NULL) AS fifteen, points_agg(at, points, NULL) AS six_and_one
FROM (VALUES (date '2000-01-02', 5), ('2000-01-02', -1), ('2000-01-02', 1)) AS t(at, points);
-- In a window: the ledger as it grows.
SELECT at, points_balance(points_agg(at, points, expires_at) OVER (ORDER BY at), at) AS balance FROM entry;

-- Nothing, NULL, zero.
SELECT points_agg(at, points, expires_at) AS empty,
       points_balance(points_agg(at, points, expires_at), date '2026-01-01') AS zero,
       redemption_rate(points_agg(at, points, expires_at), date '2026-01-01') IS NULL AS nothing FROM entry WHERE false;
SELECT points_agg(at, points, NULL) AS skips_two
FROM (VALUES (NULL, 5), (date '2000-01-01', NULL), ('2000-01-01', 0), ('2000-01-01', 7)) AS t(at, points);
SELECT breakage_rate('1:local:0+5', date '2026-01-01', 'matured') IS NULL AS none_matured,
       points_balance('1:local:0-5', date '2026-01-01') AS minus_five,
       redemption_rate('1:local:0-5', date '2026-01-01') IS NULL AS none_issued;
SELECT points_balance(_points_accum(_points_accum(NULL, date '2000-01-02', -3, NULL), date '2000-01-01', 5, NULL),
           date '2000-01-02') AS two;

-- One answer in every session: a ledger of local times is asked at local ones, one of instants at instants.
CREATE TEMP TABLE ledgers AS
    SELECT points_agg(timestamptz '2025-01-01 20:00+00', 5, '2025-01-02 20:00+00') AS instants,
           points_agg(timestamp '2025-01-01 20:00', 5, '2025-01-02 20:00') AS local;
SET TimeZone = 'Asia/Shanghai'; SET DateStyle = 'German';
SELECT points_balance(local, '2025-01-02') AS five, points_balance(instants, '2025-01-02 00:00+00') AS five_2,
       points_balance(instants, '2025-01-02 00:00+08') AS zero,
           points_balance(instants, '2025-01-02 00:00 Asia/Shanghai') AS zero_2,
       points_expiring(local, '2025-01-02', '2025-01-03') AS five_3,
           points_expiring(instants, '2025-01-02Z', '2025-01-03Z') AS five_4 FROM ledgers;
SELECT instants, local, instants::json AS json, local::jsonb AS json_local FROM ledgers;
SELECT points_balance(instants, '2025-01-02') AS error FROM ledgers;
SET TimeZone = 'UTC';
SELECT points_balance(local, '2025-01-02') AS five, points_balance(instants, '2025-01-02 00:00+00') AS five_2,
       points_balance(instants, '2025-01-02 00:00+08') AS zero FROM ledgers;
SELECT points_balance(instants, '2025-01-02') AS error FROM ledgers;
SELECT points_report(local, timestamptz '2025-01-02 00:00+00') AS error FROM ledgers;
SELECT points_expiring(instants, '2025-01-02 00:00+00', '2025-01-03') AS error FROM ledgers;
SELECT redemption_rate(instants, date '2025-01-02') AS error FROM ledgers;
SELECT breakage_rate(instants, timestamp '2025-01-02') AS error FROM ledgers;
RESET TimeZone; RESET DateStyle;
SELECT points_agg(timestamp '2025-01-01', 5, timestamptz '2025-01-02 00:00+00') AS error;
SELECT points_agg(at, 5, NULL) AS error FROM (VALUES ('2026-01-01'::metric_moment), ('2026-01-01 00:00+00')) AS t(at);
SELECT rollup(l) AS error FROM (SELECT unnest(ARRAY[instants, local]) FROM ledgers) AS t(l);
SELECT local + local AS twice, points_balance(local + local, '2025-01-02') AS ten,
       '1:none:'::points_state + local = local AS same,
       (SELECT rollup(l) IS NULL FROM (SELECT NULL::points_state WHERE false) AS t(l)) AS of_no_states FROM ledgers;
PREPARE balance AS SELECT points_balance(points_agg($1, $2, $3), $4) AS seven;
EXECUTE balance('2025-01-01', 7, NULL, '2025-01-02');
-- The balance of points that never expire stays to the end of time; what no timestamp can be is refused.
SELECT points_balance(l, '2024-01-01') AS five, points_balance(l, '9999-12-31') AS five_2,
       points_balance(l, '280000-12-31') AS five_3
FROM (SELECT points_agg(date '2024-01-01', 5, NULL)) AS t(l);
SELECT points_balance(points_agg(timestamptz '4713-01-01 00:00+00 BC', 5, NULL),
       timestamptz '294276-12-31 23:59:59+00') AS five;
SELECT points_agg(date '5000000-01-01', 5, NULL) AS error;
SELECT points_agg(date '2024-01-01', 5, date '400000-01-01') AS error;
SELECT points_balance(points_agg(date '2024-01-01', 5, NULL), date '300000-01-01') AS error;
-- Points and counts of every number type, also sums, which are numeric.
SELECT count(DISTINCT l::text) AS one
FROM (SELECT unnest(ARRAY[points_agg('2026-01-01', 2::smallint, NULL), points_agg('2026-01-01', 2, NULL),
                          points_agg('2026-01-01', 2::bigint, NULL),
                          points_agg('2026-01-01', 2::numeric, NULL), points_agg('2026-01-01', 2::real, NULL),
                          points_agg('2026-01-01', '2', NULL)])) AS t(l);
SELECT redemption_rate(sum(x), sum(4)) AS quarter, breakage_rate(sum(x), sum(2 * x)) AS half,
       redemption_rate(redeemed => '1', issued => '4') AS literals
FROM (SELECT 1::bigint) AS t(x);

-- Bad input.
SELECT breakage_rate(1, 2.5) AS error;
SELECT points_agg(date '2026-01-01', -5, date '2026-02-01') AS error;
SELECT points_agg(date '2026-01-01', 5, date '2026-01-01') AS error;
SELECT points_agg(date '2026-01-01', 5, date 'infinity') AS error;
SELECT points_agg(date '2026-01-01', 1.5, NULL) AS error;
SELECT points_agg(date '2026-01-01', 'NaN'::float8, NULL) AS error;
SELECT points_agg(date '2026-01-01', 9007199254740992, NULL) AS error,
       points_agg(date '2026-01-01', 9007199254740991, NULL) AS not_reached;
SELECT points_agg(date '2026-01-01', -9007199254740991, NULL) AS most_that_are_spent;
SELECT rollup(l) AS error FROM (VALUES ('1:local:0+2000000000000000000'::points_state),
       ('1:local:0+2000000000000000000')) AS t(l);
SELECT points_balance('1:local:0+2000000000000000000,1+2000000000000000000', date '2026-02-01') AS error;
SELECT points_balance(l, date 'infinity') AS error FROM whole;
SELECT points_expiring(l, '2026-02-02Z', '2026-02-01Z') AS error FROM whole;
SELECT breakage_rate(l, '2026-02-01Z', 'actuarial') AS error FROM whole;
SELECT redemption_rate(121, 120) AS error;
SELECT '1:local:0+5>86400000000,3-2'::points_state AS good;
SELECT '2:local:0+5'::points_state AS error;
SELECT '1:local:0+0'::points_state AS error;
SELECT '1:local:0-5>9'::points_state AS error;
SELECT '1:local:5+5>5'::points_state AS error;
SELECT '1:local:5+5,0+5'::points_state AS error;
SELECT '1:local:5+5,5+5'::points_state AS error;
SELECT '1:local:5+5,'::points_state AS error;
SELECT '1:local:5'::points_state AS error;
SELECT '1:none:5+5'::points_state AS error;
SELECT '1:local:'::points_state AS error;
SELECT '1:'::points_state AS error;

-- Rows without a time or points are in nothing but their number.
SELECT skipped_rows(whole) AS skipped, rolled_up = whole AS rolled_up, whole::text::points_state = whole AS text
FROM (SELECT points_agg(at, points, NULL) AS whole, rollup(part) AS rolled_up FROM
     (SELECT at, points, points_agg(at, points, NULL) OVER (PARTITION BY n) AS part FROM (VALUES
         (1, date '2024-01-01', 5), (2, NULL, 5), (3, '2024-01-02', NULL), (4, NULL, NULL))
         AS t(n, at, points)) AS r) AS w;
-- First those that expire first: 50 of 100 are spent from the lot that expires in January, and nothing expires.
CREATE TEMP TABLE two_lots AS
    SELECT points_agg(at, points, expires_at) AS l
    FROM (VALUES (date '2026-01-01', 100, date '2027-06-01'), ('2026-02-01', 50, '2027-01-01'), ('2026-02-10', -50,
        NULL))
        AS t(at, points, expires_at);
SELECT m AS method, r.*, points_balance(l, '2027-02-01', m) = balance AS same, redemption_rate(l, '2027-02-01', m)
       AS redemption,
       breakage_rate(l, '2027-02-01', method => m) AS breakage, points_expiring(l, '2026-03-01', '2027-02-01', m)
           AS expiring
FROM two_lots, unnest('{fifo,fefo}'::text[]) AS m, points_report(l, '2027-02-01', m) AS r;
SELECT points_report(l, '2027-02-01', 'lifo') AS error FROM two_lots;

-- An order is cancelled: the 21 it earned are taken back, the 50 it was paid with given back, as if it had not been.
CREATE TEMP TABLE cancelled AS
    SELECT points_reversal_agg(at, points, expires_at, reversal) AS l
    FROM (VALUES (date '2026-01-01', 50, date '2026-01-10', false), ('2026-01-02', -50, NULL, false), ('2026-01-02',
        21, NULL, NULL),
                 ('2026-01-03', -21, NULL, true), ('2026-01-04', 50, NULL, true)) AS t(at, points, expires_at,
                     reversal);
SELECT l, l::text::points_state = l AS through_text, l::jsonb -> 'entries' -> 3 AS fourth FROM cancelled;
SELECT as_of, r.* FROM cancelled, unnest('{2026-01-01,2026-01-02,2026-01-03,2026-01-04,2026-01-10}'::date[]) AS as_of,
       points_report(l, as_of) AS r;
-- Points that were earned and are spent already leave a debt.
SELECT r.* FROM points_report('1:local:0+10,1-10,2-10!', '2026-01-01') AS r;
SELECT points_balance('1:local:0+10,1-4,2-11!', '2026-01-01') AS error;
SELECT points_balance('1:local:0+10,1-4,2+5!', '2026-01-01') AS error;
SELECT points_balance('1:local:0+10,1-4,2+5!', '2000-01-01') AS six_before_it;
SELECT points_reversal_agg('2026-01-01', 5, '2026-02-01', true) AS error;
SELECT points_agg('2026-01-01', 5, NULL) = points_reversal_agg('2026-01-01', 5, NULL, false) AS same,
       points_reversal_agg(NULL, 5, NULL, true) AS nothing;
SELECT '1:local:5+5!,5-5'::points_state AS error;
SELECT '1:local:5+5>6!'::points_state AS error;

-- Point by point, as above, with reversals and both methods: a reversal takes the last unit of its kind off a list.
DO $$
DECLARE
    ledger points_state; want text; got text; day date; e record; r record; checked integer := 0; undone integer := 0;
    kept integer[]; kind integer[]; at_day date[]; expiry date[]; pick integer; debt integer; gone boolean[]; m text;
BEGIN
    FOR seed IN 1..150 LOOP
        kept := '{}'; kind := '{}'; at_day := '{}'; expiry := '{}';
        CREATE TEMP TABLE random_entry AS
            SELECT n, date '2026-01-01' + (n + seed % 3) / 2 AS at, (seed * 7 + n * 13) % 4 = 0 AND n > 2 AS reversal,
                   CASE WHEN (seed * 5 + n * 11) % 5 < 2 THEN -1 - (seed + n * 3) % 6 ELSE 1 + (seed * 3 + n) % 8 END
                       AS points,
                   (seed + n * 5) % 4 AS lasts
            FROM generate_series(1, 4 + seed % 9) AS n;
        -- What a reversal would not find is no row; units are rows of four arrays, in the order of the ledger.
        FOR e IN SELECT * FROM random_entry ORDER BY at, reversal, points < 0,
                        CASE WHEN points > 0 AND lasts > 0 THEN at + lasts * 2 END NULLS LAST LOOP
            IF e.reversal THEN
                IF (SELECT count(*) FROM unnest(kept, kind) AS u(x, s) WHERE x = 1
                    AND s = -sign(e.points)) < abs(e.points) THEN
                    DELETE FROM random_entry WHERE n = e.n;
                    CONTINUE;
                END IF;
                undone := undone + 1;
                FOR unit IN 1..abs(e.points) LOOP
                    pick := (SELECT max(k) FROM unnest(kept, kind) WITH ORDINALITY AS u(x, s, k) WHERE x = 1
                        AND s = -sign(e.points));
                    kept[pick] := 0;
                END LOOP;
            ELSE
                FOR unit IN 1..abs(e.points) LOOP
                    kept := kept || 1; kind := kind || sign(e.points)::integer; at_day := at_day || e.at;
                    expiry := expiry || CASE WHEN e.points > 0 AND e.lasts > 0 THEN e.at + e.lasts * 2
                        ELSE date '2999-01-01' END;
                END LOOP;
            END IF;
        END LOOP;
        SELECT points_reversal_agg(at, points, CASE WHEN points > 0 AND lasts > 0
               AND NOT reversal THEN at + lasts * 2 END, reversal) INTO ledger FROM random_entry;
        day := date '2026-01-01' + 8 + seed % 7;
        FOREACH m IN ARRAY '{fifo,fefo}'::text[] LOOP
            debt := 0; gone := array_fill(false, ARRAY[coalesce(cardinality(kept), 0)]);
            FOR k IN 1..coalesce(cardinality(kept), 0) LOOP
                CONTINUE WHEN kept[k] = 0;
                IF kind[k] > 0 THEN
                    IF debt > 0 THEN debt := debt - 1; gone[k] := true; END IF;
                ELSE
                    pick := (SELECT j FROM unnest(kept, kind, gone, expiry) WITH ORDINALITY AS u(x, s, g, until, j)
                             WHERE j < k AND x = 1 AND s > 0 AND NOT g AND until > at_day[k]
                             ORDER BY CASE WHEN m = 'fefo' THEN until END, j LIMIT 1);
                    IF pick IS NULL THEN debt := debt + 1; ELSE gone[pick] := true; END IF;
                END IF;
            END LOOP;
            SELECT format('%s %s %s %s %s', count(*), count(*) FILTER (WHERE g), count(*) FILTER (WHERE NOT g
                   AND until <= day),
                          count(*) FILTER (WHERE NOT g AND until > day), debt) INTO want
            FROM unnest(kept, kind, gone, expiry) AS u(x, s, g, until) WHERE x = 1 AND s > 0;
            SELECT * INTO r FROM points_report(ledger, day, m);
            got := format('%s %s %s %s %s', r.issued, r.redeemed, r.expired, r.available, r.overdrawn);
            IF want <> got THEN RAISE EXCEPTION 'ledger % by %: % instead of %', seed, m, got, want; END IF;
            checked := checked + 1;
        END LOOP;
        DROP TABLE random_entry;
    END LOOP;
    RAISE NOTICE '% standings, % reversals', checked, undone;
END $$;
-- Both methods differ where it matters.
SELECT count(*) FILTER (WHERE (points_report(l, '2026-02-10')).expired > (points_report(l, '2026-02-10',
       'fefo')).expired) > 50 AS fewer_expire,
       count(*) FILTER (WHERE (points_report(l, '2026-02-10')).expired < (points_report(l, '2026-02-10',
           'fefo')).expired) AS never_more
FROM (SELECT points_agg(date '2026-01-01' + (g * 3 + n * 7) % 30, CASE WHEN n % 3 = 0 THEN -5 ELSE 4 + (g + n) % 5 END,
                        CASE WHEN n % 3 > 0 THEN date '2026-02-01' + (g * 5 + n * 11) % 20 END) AS l
      FROM generate_series(1, 200) AS g, generate_series(1, 9) AS n GROUP BY g) AS t;

-- What is owed. IFRS 15, Example 52: of 10,000 points 9,500 are expected to be redeemed, 8,676 are deferred; 4,500
-- are redeemed
-- in the first year, 8,500 up to the second, when 9,700 are expected.
SELECT round(points_liability(8676, 4500, 10000, 0.05), 0) AS "4566", round(points_liability(8676, 8500, 10000, 0.03),
       0) AS "1073",
       points_liability(8676, 9800, 10000, 0.05) AS zero, points_liability(8676, 0, 0) IS NULL AS nothing;
-- Of a ledger: 150 issued, 120 redeemed; a tenth of all is not expected to be redeemed, so that 15 of the 30 left are
-- owed.
SELECT points_liability(l, '2026-02-10', 0.02, 0.1) AS "0.30", points_liability(l, '2026-02-10', 0.02) AS "0.60",
       points_liability(l, '2026-02-10', 0.02, 0.9) AS zero, points_liability(l, '2026-06-01', 0.02, 0.1)
           AS nothing_left,
       round(points_liability(0.02 * 150 * 0.9, 120, 150, 0.1), 9) AS as_from_sums
FROM (SELECT points_agg(at, points, expires_at) FROM entry) AS t(l);
SELECT points_liability(l, '2026-02-10', -1) AS error FROM two_lots;
SELECT points_liability(l, '2026-02-10', 1, 10) AS error FROM two_lots;
SELECT points_liability(8676, 10001, 10000) AS error;
