-- What became of the rows of the user's file. Wants table answer(line, segment, value, problem): value NULL without a
-- problem is a question left open, a problem is a row that could not be used. Sets nothing_used.
INSERT INTO answer (line, problem) SELECT line, problem FROM input WHERE kind = 'bad';

\qecho :title 'What was read'
SELECT pg_temp.many(count(*)) AS rows,
       pg_temp.many(count(value)) AS used,
       pg_temp.many(count(*) FILTER (WHERE value IS NULL AND problem IS NULL)) AS "left open",
       pg_temp.many(count(problem)) AS rejected,
       (SELECT pg_temp.many(count(*)) FROM input WHERE kind = 'blank') AS "blank lines",
       (SELECT CASE fields[1] WHEN E'\t' THEN 'tab' ELSE fields[1] END FROM input WHERE kind = 'format') AS delimiter,
       (SELECT CASE fields[2] WHEN 'header' THEN 'line ' || line ELSE 'none' END
        FROM input WHERE kind = 'format') AS header,
       :'encoding' AS encoding
FROM answer;

SELECT count(*) > 0 AS some_titles,
       format('Above the header: %s', string_agg(array_to_string(array_remove(fields, ''), ' '), '; ' ORDER BY line)) AS titles
FROM input WHERE kind = 'title' \gset
\if :some_titles
    \qecho :note :titles
\endif

SELECT count(problem) > 0 AS some_rejected, count(problem) > 10 AS many_rejected,
       to_char(count(problem), 'FM999,999,999,999') AS rejected, count(value) = 0 AS nothing_used
FROM answer \gset
\if :some_rejected
    \if :many_rejected
        \qecho :title 'The first 10 of ':rejected' rejected rows'
    \else
        \qecho :title 'Rejected rows'
    \endif
    SELECT line, a.problem AS "why",
           left(array_to_string(i.fields, (SELECT fields[1] FROM input WHERE kind = 'format')), 50) AS "the row begins"
    FROM answer a JOIN input i USING (line)
    WHERE a.problem IS NOT NULL AND i.kind IN ('row', 'bad')
    ORDER BY line
    LIMIT 10;
\endif
