-- How a report is written. psql prints csv; test/report/render makes text or a page of it. Between the tables stand lines
-- that begin with :mark, a word that no data can know:
--   \qecho :document '...'     the title of all
--   \qecho :chapter '...'      a chapter
--   \qecho :title '...'        of the table that the next SELECT prints; columns of numbers go to the right, others left
--   \qecho :by '...'           below a table: the calls that made it
--   \qecho :note '...'         a paragraph
--   \qecho :sentences          the next SELECT gives sentences, one a row
-- A NULL is printed as "no data". A table in which it means something else says what.
\pset format csv
\pset csv_fieldsep ','
\pset null 'no data'
\pset footer off
\pset pager off
\set document :mark 'document'
\set chapter :mark 'chapter'
\set title :mark 'title'
\set by :mark 'by'
\set note :mark 'note'
\set sentences :mark 'sentences'

-- ━━●━━ from lower to upper with the value inside, on an axis from axis_from to axis_to of so many places; ┊ marks zero.
CREATE FUNCTION pg_temp.strip(value float8, lower float8, upper float8, axis_from float8, axis_to float8, places int DEFAULT 40)
RETURNS text
BEGIN ATOMIC
    SELECT string_agg(CASE place
                          WHEN round(places * (value - axis_from) / (axis_to - axis_from)) THEN '●'
                          ELSE CASE
                              WHEN place BETWEEN round(places * (lower - axis_from) / (axis_to - axis_from))
                                             AND round(places * (upper - axis_from) / (axis_to - axis_from)) THEN '━'
                              WHEN place = round(places * -axis_from / (axis_to - axis_from)) THEN '┊'
                              ELSE ' '
                          END
                      END, '' ORDER BY place)
    FROM generate_series(0, places) AS place;
END;

-- A share drawn as a bar of up to so many blocks.
CREATE FUNCTION pg_temp.bar(share float8, places int DEFAULT 20) RETURNS text
RETURN repeat('█', round(places * share)::int);

CREATE FUNCTION pg_temp.points(value float8) RETURNS text
RETURN to_char(value, 'FMSG990.0');

CREATE FUNCTION pg_temp.percent(value float8) RETURNS text
RETURN to_char(100 * value, 'FM999,990.0') || ' %';

CREATE FUNCTION pg_temp.many(value bigint) RETURNS text
RETURN to_char(value, 'FM999,999,999,999');

CREATE FUNCTION pg_temp.money(value numeric) RETURNS text
RETURN to_char(value, 'FM999,999,999,990.00');

CREATE FUNCTION pg_temp.money(value float8) RETURNS text
RETURN to_char(value, 'FM999,999,999,990.00');

-- In whole units of a currency.
CREATE FUNCTION pg_temp.whole(value numeric) RETURNS text
RETURN to_char(value, 'FM999,999,999,990');

-- With so many decimals.
CREATE FUNCTION pg_temp.decimals(value float8, digits int) RETURNS text
RETURN to_char(value, 'FM999,999,990.' || repeat('0', digits));

CREATE FUNCTION pg_temp.p(value float8) RETURNS text
RETURN CASE WHEN value < 0.001 THEN '< 0.001' ELSE to_char(value, 'FM0.000') END;

-- "more than chance (p = 0.012)", as a sentence ends: p is what the test of that name gave.
CREATE FUNCTION pg_temp.verdict(p float8, test text) RETURNS text
RETURN CASE
           WHEN p IS NULL THEN format('too little to tell (%s)', test)
           WHEN p < 0.05 THEN format('more than chance (%s, p %s)', test, CASE WHEN p < 0.001 THEN '< 0.001' ELSE '= ' || to_char(p, 'FM0.000') END)
           ELSE format('could be chance (%s, p = %s)', test, to_char(p, 'FM0.000'))
       END;
