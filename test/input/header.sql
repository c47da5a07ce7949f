-- Makes the table :"table" in schema landed for a CSV file whose first line is :'header'. Names that come twice get a number.
SELECT format('CREATE TABLE landed.%I (%s)', :'table', string_agg(format('%I text', CASE twin WHEN 1 THEN name
    ELSE name || ' ' || twin END), ', ' ORDER BY n))
FROM (SELECT n, name, row_number() OVER (PARTITION BY name ORDER BY n) AS twin
      FROM (SELECT n, CASE WHEN m[1] LIKE '"%' THEN replace(substr(m[1], 2, length(m[1]) - 2), '""', '"')
          ELSE m[1] END AS name
            FROM regexp_matches(:'header' || ',', '("(?:[^"]|"")*"|[^,]*),', 'g') WITH ORDINALITY AS r(m,
                n)) AS fields) AS columns
\gexec
