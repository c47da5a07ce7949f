SELECT column_number
FROM input,
     unnest(fields) WITH ORDINALITY AS f(name, column_number),
     unnest(string_to_array(:'patterns', E'\n')) WITH ORDINALITY AS p(pattern, preference)
WHERE kind = 'header' AND lower(trim(name)) ~ pattern
ORDER BY preference, column_number
LIMIT 1;
