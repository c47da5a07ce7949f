-- Churn on a file of the user's own. Variables: name, churned and segment = column numbers (segment 0: no segments),
-- churned_how and segment_how = how they were chosen, encoding.
\ir ../report/00-style.sql

-- What each row says: yes, no, a date, nothing, or what cannot be read.
CREATE TEMPORARY TABLE said AS
SELECT line, segment, text,
       CASE
           WHEN word ~ '^(yes|y|true|t|1([.]0*)?|churned|exited|left|lost|是|已流失|流失)$' THEN 'yes'
           WHEN word ~ '^(no|n|false|f|0([.]0*)?|active|existing|stayed|retained|否|未流失)$' THEN 'no'
           WHEN word ~ '^(|null|\\n|n/?a|nan|nat|none|-|–|—|0000-00-00( 00:00:00)?)$' THEN 'nothing'
           WHEN word ~ '^(19|20)\d\d([-/.]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])([ t].*)?$' THEN 'date' -- 2025-01-31, 20250131
           WHEN word ~ '^(19|20)\d\d *年 *\d{1,2} *月( *\d{1,2} *日)?' THEN 'date'
           WHEN word ~ '^(0?[1-9]|[12]\d|3[01])([-/.])(0?[1-9]|[12]\d|3[01])\2(19|20)?\d\d([ t].*)?$' THEN 'date' -- 31.1.2025, 1/31/25
           WHEN word ~ '^\d{1,2}[- ]([a-z]{3,9})[.]?[- ](19|20)?\d\d' OR word ~ '^[a-z]{3,9}[.]? \d{1,2},? (19|20)\d\d' THEN 'date' -- 31-Jan-25
           ELSE 'other'
       END AS says
FROM (SELECT line, trim(fields[:churned]) AS text, lower(trim(fields[:churned])) AS word,
             coalesce(nullif(trim(fields[:segment]), ''), '(none)') AS segment
      FROM input WHERE kind = 'row') AS read;

-- The day on which a customer left is a yes. Where the column has such days and neither yes nor no, nothing is a no.
SELECT coalesce(bool_or(says = 'date') AND NOT bool_or(says IN ('yes', 'no')), false) AS only_dates,
       coalesce(CASE WHEN bool_or(says = 'date') THEN format('; a date is a yes%s, and an empty one %s',
           CASE WHEN bool_and(text ~ '^\d{4}-\d\d-\d\d') FILTER (WHERE says = 'date')
               THEN format(' (%s to %s)', left(min(text COLLATE "C") FILTER (WHERE says = 'date'), 10), left(max(text COLLATE "C") FILTER (WHERE says = 'date'), 10)) END,
           CASE WHEN bool_or(says IN ('yes', 'no')) THEN 'is left open' ELSE 'a no' END) END, '') AS dates_how
FROM said \gset

CREATE TABLE answer AS
SELECT line, segment,
       CASE WHEN says IN ('yes', 'date') THEN 1 WHEN says = 'no' OR says = 'nothing' AND :'only_dates' THEN 0 END AS value,
       CASE WHEN says = 'other' THEN format('"%s" says neither yes nor no', left(text, 20)) END AS problem
FROM said;

CREATE TEMPORARY TABLE by_segment AS
SELECT segment, churn_agg(true, value = 0) AS lost, rank() OVER (ORDER BY count(value) DESC, segment COLLATE "C") AS place
FROM answer WHERE value IS NOT NULL GROUP BY segment;

SELECT count(value) > 0 AS some_used FROM answer \gset
\if :some_used
    -- What the file says, in a sentence or two. The largest segments are compared, at most 25.
    CREATE TEMPORARY TABLE compared AS
    SELECT array_agg(lost ORDER BY place) AS rates, array_agg(segment ORDER BY place) AS segments, count(*) AS many
    FROM by_segment WHERE :segment > 0 AND place <= 25;
    \qecho :sentences
    SELECT format('%s of %s customers left: %s, 95 %% from %s to %s.', pg_temp.many(hits(lost)), pg_temp.many(n),
                  pg_temp.percent(value), pg_temp.percent(lower), pg_temp.percent(upper))
    FROM (SELECT rollup(lost) AS lost FROM by_segment) AS everybody, rate_estimate(lost)
    UNION ALL
    SELECT format('Most leave of %s with %s, fewest of %s with %s: %s.', segments[ranked[1]], pg_temp.percent(rate_value(rates[ranked[1]])),
                  segments[ranked[many]], pg_temp.percent(rate_value(rates[ranked[many]])), pg_temp.verdict(p_value, 'chi-square test of all segments'))
    FROM compared, LATERAL (SELECT array_agg(n ORDER BY rate_value(rates[n]) DESC, n) AS ranked FROM generate_series(1, many) AS n) AS r,
         rate_groups_test(rates)
    WHERE rate_value(rates[ranked[1]]) > rate_value(rates[ranked[many]]);
\endif

\ir reading.sql
\qecho :sentences
SELECT format('Churned: %s%s.', :'churned_how', :'dates_how') UNION ALL SELECT format('Segment: %s.', :'segment_how');
\if :nothing_used
    \q
\endif

\qecho :title 'Churn rate by segment, with 95 % Wilson intervals'
WITH lines AS (
    SELECT place, segment, lost FROM by_segment WHERE :segment > 0 AND place <= 25
    UNION ALL
    SELECT 26, format('(%s smaller ones)', count(*)), rollup(lost)
    FROM by_segment WHERE :segment > 0 AND place > 25 HAVING count(*) > 0
    UNION ALL
    SELECT 27, 'ALL', rollup(lost) FROM by_segment
)
SELECT segment, pg_temp.many(n) AS customers, pg_temp.percent(value) AS "churn rate", pg_temp.percent(lower) AS "from",
       pg_temp.percent(upper) AS "to", pg_temp.strip(value, lower, upper, 0, 1, 30) AS "0 %                       100 %"
FROM lines, rate_estimate(lost, 0.95)
ORDER BY place;
\qecho :by 'rate_estimate(churn_agg(there_at_start, there_at_end)), rollup(lost)'
