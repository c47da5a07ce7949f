-- What became of e-mails.

-- 100 sent, 90 delivered; of these 20 opened by a person and 30 by a machine, 10, 6 and 3 of opened, machine's and
-- unopened clicked.
CREATE TEMP TABLE mail AS
SELECT i, i <= 90 AS delivered, i <= 50 AS opened, i <= 10 OR i BETWEEN 21 AND 26 OR i BETWEEN 51 AND 53 AS clicked,
       i BETWEEN 21 AND 50 AS machine
FROM generate_series(1, 100) AS i;
CREATE TEMP TABLE state AS SELECT mailing_agg(delivered, opened, clicked, machine) AS e FROM mail;
SELECT e AS ten_37_10_24_3_10_6 FROM state;
SELECT * FROM state, mailing_report(e);
SELECT * FROM state, mailing_report(e, machine_opens => 'include');
-- Three forms, and plain SQL, give the same.
SELECT open_rate(e) = (SELECT open_rate(opened, delivered, machine) FROM mail) AND open_rate(e) = open_rate(20, 90)
           AND open_rate(e) =
               (SELECT count(*) FILTER (WHERE opened AND NOT machine)::float8 / count(*) FILTER (WHERE delivered)
                   FROM mail) AS open,
       open_rate(e, 'include') = (SELECT open_rate(opened, delivered, false) FROM mail) AS open_all,
       click_rate(e) = (SELECT click_rate(clicked, delivered) FROM mail)
           AND click_rate(e) = click_rate(19, 90) AS click,
       click_to_open_rate(e) = (SELECT click_to_open_rate(clicked, opened, machine) FROM mail)
           AND click_to_open_rate(e) = click_to_open_rate(10, 20) AS click_to_open,
       click_to_open_rate(e, 'include') = (SELECT click_to_open_rate(clicked, opened, NULL)
           FROM mail) AS click_to_open_all
FROM state;
-- As rates they have intervals and can be tested.
SELECT deliveries(e) AS "90/100", opens(e) AS "20/90", opens(e, 'include') AS "50/90", clicks(e) AS "19/90",
       clicks_of_opens(e) AS "10/20", clicks_of_opens(e, 'include') AS "16/50",
       delivery_rate(e) AS "0.9", round(rate_lower(opens(e))::numeric, 4) AS lower FROM state;

-- The part first, then the whole, from rows as from counts: a click without delivery is no click.
SELECT click_rate(c, d) AS "1/3", open_rate(o, d, false) AS "2/3", click_to_open_rate(c, o, false) AS "1/2"
FROM (VALUES (true, true, true), (true, true, false), (true, false, false), (false, false, true)) AS t(d, o, c);
-- Counts of every number type, also sums of them, which are numeric.
SELECT open_rate(1::smallint, 4) AS s, open_rate(1, 4) AS i, open_rate(1::bigint, 4::bigint) AS b,
       open_rate(1::real, 4) AS r,
       open_rate(1::float8, 4) AS f, open_rate(sum(1), sum(4)) AS sums, click_rate(1, '4') AS a_literal,
       click_to_open_rate(clicked => 1, opened => 4) AS named;
-- Of two literals or parameters nothing says whether they are counts or booleans of a row: one needs its type.
SELECT click_rate('1', '4') AS error;
PREPARE from_counts AS SELECT click_rate($1::float8, $2) AS fifth;
EXECUTE from_counts(19, 95);
SELECT open_rate(1.5, 4) AS error;

-- JSON, + and no states.
SELECT e::json AS json, '1:0,0,0,0,0,0,0'::mailing_state::jsonb->'sent' AS zero FROM state;
SELECT '1:1,2,3,4,5,6,7'::mailing_state + '1:10,20,30,40,50,60,70' AS both,
       '1:1,2,3,4,5,6,7'::mailing_state + NULL AS one,
       rollup(m) IS NULL AS of_no_states FROM (SELECT NULL::mailing_state WHERE false) AS t(m);

-- In any order, in parts, through text.
SELECT (SELECT rollup(e ORDER BY k DESC) FROM (SELECT i % 7 AS k, mailing_agg(delivered, opened, clicked, machine) AS e
               FROM mail GROUP BY 1) AS t) = e AS whole,
       (SELECT mailing_agg(delivered, opened, clicked, machine ORDER BY i DESC) FROM mail) = e AS whole_2,
       e::text::mailing_state = e AS through_text FROM state;

-- All sixteen rows, and NULL for each word: it is false.
SELECT d, o, c, m, mailing_agg(d, o, c, m),
       mailing_agg(nullif(d, false), nullif(o, false), nullif(c, false), nullif(m, false)) =
       mailing_agg(d, o, c, m) AS null_is_false
FROM (VALUES (false), (true)) AS d(d), (VALUES (false), (true)) AS o(o), (VALUES (false), (true)) AS c(c),
    (VALUES (false), (true)) AS m(m)
GROUP BY d, o, c, m ORDER BY d, o, c, m;

-- Nothing.
SELECT mailing_agg(true, true, true, true) AS nothing FROM mail WHERE i < 0;
SELECT open_rate('1:0,0,0,0,0,0,0') IS NULL AS nothing, click_rate('1:5,0,0,0,0,0,0') IS NULL AS bounced,
       delivery_rate('1:5,0,0,0,0,0,0') AS zero,
       click_to_open_rate('1:0,5,0,0,2,0,0') IS NULL AS unopened, open_rate(0, 0) IS NULL AS nothing_2,
       open_rate(NULL, 5) IS NULL AS unknown;
SELECT open_rate(opened, delivered, machine) IS NULL AS nothing FROM mail WHERE NOT delivered;
SELECT _mailing_accum(NULL, true, true, true, false), _open_accum(NULL, true, true, false),
       _click_accum(NULL, true, false), _click_accum(NULL, false, true);

-- Bad input.
SELECT open_rate(91, 90) AS error;
SELECT click_rate(-1, 90) AS error;
SELECT click_to_open_rate(21, 20) AS error;
SELECT open_rate(e, 'ignore') AS error FROM state;
SELECT '1:1,2,3,4,5,6'::mailing_state AS error;
SELECT '1:1,2,3,4,5,6,-7'::mailing_state AS error;
SELECT '2:1,2,3,4,5,6,7'::mailing_state AS error;
SELECT '1:2305843009213693951,1,0,0,0,0,0'::mailing_state AS error;
SELECT rollup(e) AS error
FROM (VALUES ('1:2305843009213693951,0,0,0,0,0,0'::mailing_state), ('1:0,1,0,0,0,0,0')) AS t(e);
