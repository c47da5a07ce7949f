-- Net promoter score of ten million answers: within a tenth of counting them, and no slower than the plain SQL form, in one
-- group, in 8 and in 100,000.
SELECT format('CALL bench_pair(%L, %L, %L, most => %s)', format('nps(score) against %s, %s', against, groups),
              format('SELECT %s FROM answers%s', replace(shape, '@', 'nps(score)'), grouping),
              format('SELECT %s FROM answers%s', replace(shape, '@', form), grouping), most)
FROM (VALUES (1, 'one group', '@', ''),
             (2, '8 groups', 'segment, @', ' GROUP BY segment'),
             (3, '100,000 groups', 'grp, @', ' GROUP BY grp')) AS g(g, groups, shape, grouping),
     (VALUES (1, 'count(score)', 'count(score)', 1.10),
             (2, 'plain SQL', '100.0 * (count(*) FILTER (WHERE score >= 9) - count(*) FILTER (WHERE score <= 6)) / nullif(count(score), 0)', 1.0)) AS a(a, against, form, most)
ORDER BY g, a \gexec
