-- Every number of the page, in plain SQL without a function of ours: chart, label, series, value. For a region in the variable
-- region, or for all where that is empty. Where our functions read each row once, most of this joins, sorts and counts again.
CREATE TEMPORARY TABLE chosen AS SELECT customer_id, plan, region FROM shop.customers WHERE :'region' IN ('', region);
CREATE TEMPORARY TABLE answers AS SELECT * FROM shop.surveys JOIN chosen USING (customer_id);
CREATE TEMPORARY TABLE bought AS
SELECT customer_id, ordered_at AT TIME ZONE 'UTC' AS at, amount FROM shop.orders JOIN chosen USING (customer_id) WHERE kind = 'order';
CREATE TEMPORARY TABLE paid AS
SELECT s.* FROM shop.subscriptions AS s JOIN (SELECT customer_id FROM chosen) AS c USING (customer_id);

-- Net promoter score.
CREATE TEMPORARY VIEW scored AS
SELECT region, to_char(answered_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, nps_score,
       100.0 * ((nps_score >= 9)::integer - (nps_score <= 6)::integer) AS points
FROM answers;
SELECT 'nps_by_region', region, series, value
FROM (SELECT region, avg(points) AS nps, count(nps_score) AS answers FROM scored GROUP BY region) AS r, LATERAL (VALUES ('nps', nps), ('answers', answers)) AS v(series, value);
SELECT 'nps_by_month', month, 'nps', avg(points) FROM scored GROUP BY month;

-- Drivers: rows that are complete.
SELECT 'drivers', driver, series, value
FROM (SELECT driver, corr(nps_score, rating) AS r, avg(rating) AS mean
      FROM answers, LATERAL (VALUES ('service', service), ('product_quality', product_quality), ('response_speed', response_speed), ('delivery', delivery), ('price', price)) AS d(driver, rating)
      WHERE nps_score + service + product_quality + response_speed + delivery + price IS NOT NULL GROUP BY driver) AS d,
     LATERAL (VALUES ('correlation', r), ('mean_rating', mean)) AS v(series, value);

-- Funnel: from every visit, the next view, the next cart after it, ..., all within a day of the visit; the best of a customer's visits.
CREATE TEMPORARY TABLE seen AS SELECT customer_id, event, occurred_at AS at FROM shop.web_events JOIN chosen USING (customer_id);
CREATE INDEX ON seen (customer_id, event, at);
CREATE TEMPORARY TABLE reached AS
SELECT customer_id, max((t1 IS NOT NULL)::integer + (t2 IS NOT NULL)::integer + (t3 IS NOT NULL)::integer + (t4 IS NOT NULL)::integer + (t5 IS NOT NULL)::integer) AS level
FROM (SELECT customer_id, at AS t1 FROM seen WHERE event = 'visit') AS visit,
     LATERAL (SELECT min(at) AS t2 FROM seen AS s WHERE s.customer_id = visit.customer_id AND event = 'view' AND at BETWEEN t1 AND t1 + interval '1 day') AS view,
     LATERAL (SELECT min(at) AS t3 FROM seen AS s WHERE s.customer_id = visit.customer_id AND event = 'cart' AND at BETWEEN t2 AND t1 + interval '1 day') AS cart,
     LATERAL (SELECT min(at) AS t4 FROM seen AS s WHERE s.customer_id = visit.customer_id AND event = 'checkout' AND at BETWEEN t3 AND t1 + interval '1 day') AS checkout,
     LATERAL (SELECT min(at) AS t5 FROM seen AS s WHERE s.customer_id = visit.customer_id AND event = 'purchase' AND at BETWEEN t4 AND t1 + interval '1 day') AS purchase
GROUP BY customer_id;
SELECT 'funnel', (ARRAY['visit', 'view', 'cart', 'checkout', 'purchase'])[step], series, value
FROM (SELECT step, count(*) FILTER (WHERE level >= step) AS customers, 100.0 * count(*) FILTER (WHERE level >= step) / count(*) AS percent FROM reached, generate_series(1, 5) AS step GROUP BY step) AS s,
     LATERAL (VALUES ('customers', customers), ('percent_of_visitors', percent)) AS v(series, value);

-- Cohorts: quarters counted from year 0.
CREATE TEMPORARY TABLE quarters AS
SELECT DISTINCT customer_id, 4 * extract(year FROM at)::integer + extract(quarter FROM at)::integer - 1 AS quarter FROM bought;
CREATE TEMPORARY TABLE cohort_of AS SELECT customer_id, min(quarter) AS first FROM quarters GROUP BY customer_id;
SELECT 'cohorts', first / 4 || ' Q' || first % 4 + 1, 'customers', count(*) FROM cohort_of GROUP BY first;
SELECT 'cohorts', first / 4 || ' Q' || first % 4 + 1, '+' || n, 100.0 * count(q.quarter) / count(*)
FROM cohort_of JOIN generate_series(1, 7) AS n ON first + n < 4 * 2026 LEFT JOIN quarters AS q ON q.customer_id = cohort_of.customer_id AND q.quarter = first + n
GROUP BY first, n;

-- Revenue: what a customer pays changes on days; what the change is called follows from before and after.
CREATE TEMPORARY TABLE changes AS
SELECT customer_id, day, 4 * extract(year FROM day)::integer + extract(quarter FROM day)::integer - 1 AS quarter, delta, after, after - delta AS before, row_number() OVER (PARTITION BY customer_id ORDER BY day) = 1 AS first
FROM (SELECT customer_id, day, delta, sum(delta) OVER (PARTITION BY customer_id ORDER BY day) AS after
      FROM (SELECT customer_id, day, sum(amount) AS delta
            FROM (SELECT customer_id, started_on, monthly_amount FROM paid WHERE currency = 'EUR'
                  UNION ALL SELECT customer_id, ended_on, -monthly_amount FROM paid WHERE currency = 'EUR' AND ended_on IS NOT NULL) AS e(customer_id, day, amount)
            WHERE day < '2026-01-01' GROUP BY customer_id, day) AS days WHERE delta <> 0) AS running;
SELECT 'mrr', quarter / 4 || ' Q' || quarter % 4 + 1, series, value
FROM (SELECT quarter, sum(delta) FILTER (WHERE first) AS new, sum(delta) FILTER (WHERE before = 0 AND NOT first) AS reactivation, sum(delta) FILTER (WHERE after = 0) AS churned,
             sum(delta) FILTER (WHERE before <> 0 AND delta > 0) AS expansion, sum(delta) FILTER (WHERE after <> 0 AND delta < 0) AS contraction, sum(sum(delta)) OVER (ORDER BY quarter) AS at_end
      FROM changes GROUP BY quarter) AS q,
     LATERAL (VALUES ('new', coalesce(new, 0)), ('expansion', coalesce(expansion, 0)), ('reactivation', coalesce(reactivation, 0)), ('contraction', coalesce(contraction, 0)), ('churned', coalesce(churned, 0)), ('at_end', at_end)) AS v(series, value);

-- Churn: of those who subscribed on the day before the month, those who do not on its last day.
SELECT 'churn', to_char(month, 'YYYY-MM'), series, value
FROM (SELECT month, count(*) AS at_start, count(*) FILTER (WHERE NOT stays) AS lost
      FROM (SELECT month, customer_id, bool_or(started_on < next_month AND coalesce(ended_on >= next_month, true)) AS stays, bool_or(started_on < month AND coalesce(ended_on >= month, true)) AS there
            FROM (SELECT m::date AS month, (m + interval '1 month')::date AS next_month FROM generate_series(timestamp '2024-01-01', '2025-12-01', '1 month') AS m) AS months, paid
            GROUP BY month, customer_id) AS c
      WHERE there GROUP BY month) AS m,
     LATERAL (VALUES ('at_start', at_start), ('lost', lost), ('churn', 100.0 * lost / at_start)) AS v(series, value);

-- Survival: the product, over days on which somebody cancelled, of the share that did not.
CREATE TEMPORARY TABLE spells AS
SELECT plan, coalesce(ended_on, '2026-01-01') - started_on AS days, coalesce(end_reason = 'cancel', false) AS cancelled
FROM paid;
SELECT 'survival', until, plan, 100 * coalesce(exp(sum(ln(1 - cancelled::float8 / at_risk)) FILTER (WHERE days <= until)), 1)
FROM (SELECT plan, days, count(*) FILTER (WHERE cancelled) AS cancelled, sum(count(*)) OVER (PARTITION BY plan ORDER BY days DESC) AS at_risk FROM spells GROUP BY plan, days) AS d,
     unnest('{90,180,270,365,540}'::integer[]) AS until
GROUP BY plan, until HAVING until <= (SELECT max(days) FROM spells AS s WHERE s.plan = d.plan);

-- Segments: a score is 1 and as many fifths of the customers as are worse, rounded down.
CREATE TEMPORARY TABLE ranked AS
SELECT amount, 1 + 5 * (rank() OVER (ORDER BY last) - 1) / count(*) OVER () AS r, 1 + 5 * (rank() OVER (ORDER BY orders) - 1) / count(*) OVER () AS f
FROM (SELECT customer_id, max(at::date) AS last, count(*) AS orders, sum(amount) AS amount FROM bought GROUP BY customer_id) AS c;
SELECT 'segments', segment, series, value
FROM (SELECT CASE WHEN r <= 2 THEN CASE WHEN f = 5 THEN 'Cannot Lose' WHEN f >= 3 THEN 'At Risk' ELSE 'Hibernating' END
                  WHEN r = 5 AND f >= 4 THEN 'Champions' WHEN f >= 4 THEN 'Loyal'
                  WHEN r = 3 THEN CASE WHEN f = 3 THEN 'Needs Attention' ELSE 'About to Sleep' END
                  WHEN f >= 2 THEN 'Potential Loyalist' WHEN r = 5 THEN 'New' ELSE 'Promising' END AS segment, count(*) AS customers, sum(amount) AS revenue
      FROM ranked GROUP BY 1) AS s,
     LATERAL (VALUES ('customers', customers), ('revenue', revenue)) AS v(series, value);

-- What a customer was worth.
SELECT 'value', coalesce(channel, 'unattributed'), series, value
FROM (SELECT channel, sum(amount) / count(DISTINCT customer_id) AS clv, count(DISTINCT customer_id) AS customers, avg(amount) AS average_order
      FROM bought JOIN shop.customers USING (customer_id) GROUP BY channel) AS c,
     LATERAL (VALUES ('clv', clv), ('customers', customers), ('average_order', average_order)) AS v(series, value);
