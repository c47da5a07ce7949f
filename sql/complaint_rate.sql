-- Complaints: 12 of 300 customers complained, 20 times.
SELECT complaint_rate(12, 300) AS four_percent, complaints_per_customer(20, 300) AS a_fifteenth;
SELECT complaint_rate(complained) = complaint_rate(12, 300) AS same
FROM (SELECT i <= 12 FROM generate_series(1, 300) AS i UNION ALL SELECT NULL) AS t(complained);
SELECT complaint_rate(0, 0) IS NULL AS nothing, complaint_rate(b) FILTER (WHERE false) IS NULL AS nothing_2,
       complaints_per_customer(0, 0) IS NULL AS nothing_3 FROM (VALUES (true)) AS t(b);
-- Counts of every type, sums of counts, words for booleans.
SELECT complaint_rate(sum(c), sum(n)) AS four_percent, complaints_per_customer(sum(15), sum(n)) AS a_tenth,
       complaint_rate('12', '300') AS four_percent_2, complaint_rate(12::smallint, 300::numeric) AS four_percent_3
FROM (VALUES (10, 100), (2, 200)) AS t(c, n);
SELECT complaint_rate(complained) AS half, complaint_rate(complained = 'Yes') AS half_2
FROM (VALUES ('Yes'), ('No'), (NULL)) AS t(complained);
SELECT count(*) AS wrong_frames
FROM (SELECT complaint_rate(b) OVER w AS r, complaint_rate(b::text) OVER w AS words, avg(b::int) OVER w AS plain
      FROM (SELECT i, nullif(i % 7, 3) % 2 = 0 AS b FROM generate_series(1, 200) AS i) AS t
      WINDOW w AS (ORDER BY i ROWS BETWEEN 5 PRECEDING AND 4 FOLLOWING)) AS f
WHERE words <> r OR abs(r - plain) > 1e-15;
SELECT complaint_rate('vielleicht') AS error;
SELECT complaint_rate(20, 12) AS error;
