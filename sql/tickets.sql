-- Tickets: 1 and 2 at the first contact, 3 took three, 4 was opened again and solved, 5 opened twice again and
-- is open,
-- 6 is open, of 7 the contacts and of 8 the reopenings are not known.
CREATE TEMP TABLE tickets (id int, solved boolean, contacts int, reopens int);
INSERT INTO tickets VALUES (1, true, 1, 0), (2, true, 0, 0), (3, true, 3, 0), (4, true, 1, 1), (5, false, 2, 2),
       (6, NULL, 1, 0), (7, true, NULL, 0), (8, true, 1, NULL);
SELECT tickets_agg(solved, contacts, reopens) AS state, first_contact_resolution(solved, contacts,
       reopens) AS two_of_four,
       reopen_rate(tickets_agg(solved, contacts, reopens)) AS two_of_six, tickets_agg(solved, contacts,
       reopens)::json FROM tickets;
SELECT r.tickets, r.solved, first_contact, ever_solved, reopened, r.reopens,
       first_contact_resolution = first_contact_resolution(s) AS same, reopen_rate = reopen_rate(s) AS same_2,
       resolution_lower = rate_lower(rate(2, 4), 0.9) AS same_3, resolution_upper = rate_upper(rate(2, 4),
       0.9) AS same_4, reopen_lower = rate_lower(rate(2, 6), 0.9) AS same_5, reopen_upper = rate_upper(rate(2, 6),
       0.9) AS same_6
FROM (SELECT tickets_agg(solved, contacts, reopens) FROM tickets) AS t(s), tickets_report(s, 0.9) AS r;
SELECT tickets_agg(solved, contacts, reopens) = ALL (ARRAY[tickets_agg(solved, contacts::numeric,
       reopens::bigint), tickets_agg(solved, contacts::real, reopens::smallint)]) AS same FROM tickets;
-- Random tickets in plain SQL, merged in any order.
SELECT setseed(0.9);
CREATE TEMP TABLE many AS
SELECT i, CASE WHEN random() < 0.9 THEN random() < 0.8 END AS solved,
       CASE WHEN random() < 0.9 THEN (random() * 3)::int END AS contacts,
       CASE WHEN random() < 0.9 THEN greatest((random() * 4)::int - 2, 0) END AS reopens
FROM generate_series(1, 2000) AS i;
SELECT h.resolution = first_contact_resolution(s) AS same, h.resolution = direct AS same_2,
       h.reopening = reopen_rate(s) AS same_3, r.reopens = h.reopens AS same_4, r.tickets = h.tickets AS same_5,
       r.solved = h.solved AS same_6
FROM (SELECT tickets_agg(solved, contacts, reopens), first_contact_resolution(solved, contacts, reopens) FROM many)
         AS t(s, direct), tickets_report(s) AS r,
     (SELECT avg((contacts <= 1 AND reopens = 0)::int) FILTER (WHERE solved AND contacts IS NOT NULL
                 AND reopens IS NOT NULL)::float8 AS resolution,
             avg((reopens > 0)::int) FILTER (WHERE (solved OR reopens > 0) AND reopens IS NOT NULL)::float8 AS
             reopening,
             sum(reopens) AS reopens, count(*) AS tickets, count(*) FILTER (WHERE solved) AS solved FROM many) AS h;
SELECT rollup(s ORDER BY part) = (SELECT tickets_agg(solved, contacts, reopens) FROM many) AS merged,
       rollup(s ORDER BY part DESC) = rollup(s ORDER BY part) AS any_order,
       rollup(s::text::tickets_state) = rollup(s) AS text_and_back
FROM (SELECT i % 7 AS part, tickets_agg(solved, contacts, reopens) AS s FROM many GROUP BY 1) AS t;
-- Nothing, and what is wrong.
SELECT tickets_agg(solved, contacts, reopens) AS state, first_contact_resolution(solved, contacts,
       reopens) IS NULL AS nothing FROM tickets WHERE false;
SELECT * FROM tickets_report('1:0,0,0,0,0,0,0');
SELECT tickets_agg(solved, -1, reopens) FROM tickets;
SELECT tickets_agg(solved, contacts, 0.5) FROM tickets;
SELECT tickets_report('1:0,0,0,0,0,0,0', 0);
SELECT '1:1,2,0,0,0,0,0'::tickets_state;
SELECT '1:2,2,2,1,2,1,0'::tickets_state;
SELECT '1:2,2,2,1,2,0,1'::tickets_state;
SELECT '1:2,2,2,1,2,1'::tickets_state;
SELECT '1:2,1,2,0,2,0,0'::tickets_state;
SELECT '1:2,1,1,2,2,0,0'::tickets_state;
SELECT '1:2,1,1,1,3,0,0'::tickets_state;
SELECT '1:2,1,1,1,1,2,2'::tickets_state;
SELECT '1:2,2,2,1,1,0,0'::tickets_state;
-- Bytes: the version and seven counts.
SELECT _tickets_state_send('1:8,6,4,2,6,2,3');
