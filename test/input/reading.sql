-- What became of the rows of the user's file. Wants table answer(line, segment, value, problem): value NULL without a
-- problem is a question left open, a problem is a row that could not be used.
INSERT INTO answer (line, problem) SELECT line, problem FROM input WHERE kind = 'bad';

\pset title 'What was read from ':name
SELECT pg_temp.many(count(*)) AS rows,
       pg_temp.many(count(value)) AS used,
       pg_temp.many(count(*) FILTER (WHERE value IS NULL AND problem IS NULL)) AS "left open",
       pg_temp.many(count(problem)) AS rejected,
       (SELECT pg_temp.many(count(*)) FROM input WHERE kind = 'blank') AS "blank lines",
       (SELECT CASE fields[1] WHEN E'\t' THEN 'tab' ELSE fields[1] END FROM input WHERE kind = 'format') AS delimiter,
       (SELECT CASE fields[2] WHEN 'header' THEN 'line ' || line ELSE 'none' END
        FROM input WHERE kind = 'format') AS header
FROM answer;

SELECT count(problem) > 0 AS some_rejected, count(problem) > 10 AS many_rejected,
       pg_temp.many(count(problem)) AS rejected, count(value) = 0 AS nothing_used
FROM answer \gset
\if :some_rejected
    \if :many_rejected
        \pset title 'The first 10 of ':rejected' rejected rows'
    \else
        \pset title 'Rejected rows'
    \endif
    SELECT line, a.problem AS "why",
           left(array_to_string(i.fields, (SELECT fields[1] FROM input WHERE kind = 'format')), 50) AS "the row begins"
    FROM answer a JOIN input i USING (line)
    WHERE a.problem IS NOT NULL AND i.kind IN ('row', 'bad')
    ORDER BY line
    LIMIT 10;
\endif
\pset title
\if :nothing_used
    DO $$ BEGIN RAISE EXCEPTION 'no row of the file could be used'; END $$;
\endif
