SELECT ordinality
FROM input, unnest(fields) WITH ORDINALITY AS name
WHERE kind = 'header' AND lower(trim(name)) = lower(trim(:'name'))
ORDER BY name <> :'name', ordinality
LIMIT 1;
