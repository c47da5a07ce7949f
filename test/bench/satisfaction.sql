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

-- What a test of means needs, exactly, against the aggregates of PostgreSQL that give as much; weights; reasons.
CALL bench_pair('mean_agg(amount) against avg, stddev and count', 'SELECT mean_agg(amount) FROM orders',
    'SELECT avg(amount), stddev(amount), count(amount) FROM orders', most => 1.0);
CALL bench_pair('the same by customer', 'SELECT count(m) FROM (SELECT mean_agg(amount) AS m FROM orders GROUP BY customer_id) AS c',
    'SELECT count(m) FROM (SELECT avg(amount) AS m, stddev(amount) AS s FROM orders GROUP BY customer_id) AS c', runs => 3, most => 1.1);
CALL bench_pair('nps_weighted(score, weight) against plain SQL', 'SELECT nps_weighted(score, (1 + grp % 7) * 0.25::float8) FROM answers',
    $$SELECT 100 * (sum(w) FILTER (WHERE score >= 9) - sum(w) FILTER (WHERE score <= 6)) / sum(w), sum(w) ^ 2 / sum(w * w)
      FROM (SELECT score, ((1 + grp % 7) * 0.25)::numeric AS w FROM answers) AS a$$, runs => 3, most => 1.0);
CALL bench_pair('reasons_agg(segment) against GROUP BY', 'SELECT reasons_agg(segment::text) FROM answers',
    'SELECT segment::text, count(*) FROM answers GROUP BY 1', runs => 3, most => 1.2);
