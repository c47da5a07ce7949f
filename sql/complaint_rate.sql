-- Complaints: 12 of 300 customers complained, 20 times.
SELECT complaint_rate(12, 300) AS four_percent, complaints_per_customer(20, 300) AS a_fifteenth;
SELECT complaint_rate(complained) = complaint_rate(12, 300) AS same FROM (SELECT i <= 12 FROM generate_series(1, 300) AS i UNION ALL SELECT NULL) AS t(complained);
SELECT complaint_rate(0, 0) IS NULL AS nothing, complaint_rate(b) FILTER (WHERE false) IS NULL AS nothing, complaints_per_customer(0, 0) IS NULL AS nothing FROM (VALUES (true)) AS t(b);
SELECT complaint_rate(20, 12) AS error;
