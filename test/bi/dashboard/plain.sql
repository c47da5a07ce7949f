-- The numbers of the page in plain SQL without a function of ours: panel, row, column, value. Variables: from, to, before and
-- the filters region, plan and channel, empty for all. Where our functions read each row once, most of this joins, sorts and
-- counts again. What has no plain SQL of a bearable length (fitted models,
-- control limits, importance of drivers, early warnings) is held against the SQL that the page shows, as all of it is.
CREATE TEMPORARY TABLE chosen AS SELECT * FROM shop.customers
WHERE :'region' IN ('', region) AND :'plan' IN ('', plan) AND :'channel' IN ('', coalesce(channel, '(none)'));
CREATE TEMPORARY TABLE answers AS SELECT s.*, date_trunc('month', answered_at AT TIME ZONE 'UTC')::date AS month, region, plan, coalesce(channel, '(none)') AS channel,
    100.0 * ((nps_score >= 9)::integer - (nps_score <= 6)::integer) AS points
FROM shop.surveys AS s JOIN chosen USING (customer_id) WHERE answered_at < :'to' AND nps_score IS NOT NULL;
CREATE TEMPORARY TABLE bought AS
SELECT o.*, ordered_at AT TIME ZONE 'UTC' AS at FROM shop.orders AS o WHERE customer_id IN (SELECT customer_id FROM chosen) AND ordered_at < :'to';
CREATE TEMPORARY TABLE paid AS
SELECT * FROM shop.subscriptions WHERE customer_id IN (SELECT customer_id FROM chosen) AND started_on < :'to';
CREATE FUNCTION pg_temp.normal(z float8) RETURNS float8 -- two-sided p value, by the series of erf
RETURN (SELECT 1 - 2 / sqrt(pi()) * sum((-1) ^ n * (z / sqrt(2)) ^ (2 * n + 1) / (factorial(n) * (2 * n + 1))::float8) FROM generate_series(0, 60) AS n);
-- Wilson's interval and the adjusted Wald interval of NPS (three quarters of an answer at each end, one and a half between).
CREATE FUNCTION pg_temp.wilson(hits float8, n float8, side float8) RETURNS float8
RETURN (hits / n + 1.959963984540054 ^ 2 / (2 * n) + side * 1.959963984540054 * sqrt(hits / n * (1 - hits / n) / n + 1.959963984540054 ^ 2 / (4 * n * n))) / (1 + 1.959963984540054 ^ 2 / n);
CREATE FUNCTION pg_temp.nps_limit(p float8, d float8, n float8, side float8) RETURNS float8
RETURN (SELECT 100 * greatest(-1, least(1, (a - b) / m + side * 1.959963984540054 * sqrt(((a + b) / m - ((a - b) / m) ^ 2) / m)))
        FROM (SELECT p + 0.75 AS a, d + 0.75 AS b, n + 3 AS m) AS adjusted);

-- ---- headline figures ----
SELECT 'nps', 0, name, value
FROM (SELECT n, mean, before, mean - before AS change, p, d, 100 * (p - d) / n AS x
      FROM (SELECT count(*) FILTER (WHERE now) AS n, avg(points) FILTER (WHERE now) AS mean, avg(points) FILTER (WHERE NOT now) AS before,
                   count(*) FILTER (WHERE now AND nps_score >= 9)::float8 AS p, count(*) FILTER (WHERE now AND nps_score <= 6)::float8 AS d
            FROM (SELECT *, answered_at >= :'from' AS now FROM answers WHERE answered_at >= :'before') AS a) AS counts) AS k,
     LATERAL (VALUES ('value', mean), ('lower', pg_temp.nps_limit(p, d, n, -1)), ('upper', pg_temp.nps_limit(p, d, n, 1)), ('n', n), ('previous', before), ('target', 30), ('attainment', mean / 30)) AS v(name, value);

CREATE TEMPORARY TABLE monthly AS -- those there at the start of each month, and whether they are at its end
SELECT month, count(*) AS at_start, count(*) FILTER (WHERE NOT stays) AS lost
FROM (SELECT month, customer_id, bool_or(started_on < next_month AND coalesce(ended_on >= next_month, true)) AS stays, bool_or(started_on < month AND coalesce(ended_on >= month, true)) AS there
      FROM (SELECT m::date AS month, (m + interval '1 month')::date AS next_month FROM generate_series(timestamp '2024-01-01', :'to'::date - 1, '1 month') AS m) AS months, paid
      GROUP BY month, customer_id) AS c WHERE there GROUP BY month;
SELECT 'churn', 0, name, value
FROM (SELECT sum(lost) FILTER (WHERE month >= :'from')::float8 AS lost, sum(at_start) FILTER (WHERE month >= :'from')::float8 AS n,
             sum(lost) FILTER (WHERE month < :'from')::float8 / sum(at_start) FILTER (WHERE month < :'from') AS before FROM monthly WHERE month >= :'before') AS k,
     LATERAL (VALUES ('value', lost / n), ('lower', pg_temp.wilson(lost, n, -1)), ('upper', pg_temp.wilson(lost, n, 1)), ('n', n), ('previous', before), ('target', 0.05), ('attainment', lost / n / 0.05)) AS v(name, value);

CREATE TEMPORARY TABLE money AS SELECT * FROM paid WHERE currency = (SELECT currency FROM paid GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1);
CREATE TEMPORARY TABLE paying AS -- what each paid on the last day of the month before the period's start and end, and a year before both
SELECT day, customer_id, sum(monthly_amount) AS amount FROM money,
       (SELECT (d - part)::date - 1 AS day FROM (VALUES (:'to'::date), (:'from'::date)) AS e(d), (VALUES (interval '0'), (interval '1 year')) AS p(part)) AS days
WHERE started_on <= day AND coalesce(ended_on > day, true) GROUP BY 1, 2;
SELECT 'nrr', 0, name, value
FROM (SELECT max(rate) FILTER (WHERE day = :'to'::date - 1) AS now, max(rate) FILTER (WHERE day = :'from'::date - 1) AS before
      FROM (SELECT e.day, sum(coalesce(now.amount, 0))::float8 / nullif(sum(base.amount), 0) AS rate
            FROM (VALUES (:'to'::date - 1), (:'from'::date - 1)) AS e(day) JOIN paying AS base ON base.day = (e.day + 1 - interval '1 year')::date - 1
            LEFT JOIN paying AS now ON now.day = e.day AND now.customer_id = base.customer_id GROUP BY 1) AS r) AS k,
     LATERAL (VALUES ('value', now), ('previous', before), ('target', 1), ('attainment', now)) AS v(name, value);
SELECT 'active', 0, name, value
FROM (SELECT count(DISTINCT customer_id) FILTER (WHERE ordered_at >= :'from')::float8 AS now, count(DISTINCT customer_id) FILTER (WHERE ordered_at < :'from')::float8 AS before FROM bought WHERE kind = 'order' AND ordered_at >= :'before') AS k,
     LATERAL (VALUES ('value', now), ('previous', before), ('target', before * 1.1), ('attainment', now / (before * 1.1))) AS v(name, value);
SELECT 'revenue', 0, name, value
FROM (SELECT sum(amount) FILTER (WHERE ordered_at >= :'from')::float8 AS now, sum(amount) FILTER (WHERE ordered_at < :'from')::float8 AS before FROM bought WHERE ordered_at >= :'before') AS k,
     LATERAL (VALUES ('value', now), ('previous', before), ('target', before * 1.1), ('attainment', now / (before * 1.1)), ('pace', now / (before * 1.1))) AS v(name, value);

-- LTV : CAC knows the channel only.
CREATE TEMPORARY TABLE worth AS
SELECT c.channel, customer_id, ordered_at < :'from' AS past, sum(amount) AS amount, sum(cost) AS cost FROM shop.orders JOIN shop.customers AS c USING (customer_id)
WHERE kind <> 'sample' AND ordered_at < :'to' AND :'channel' IN ('', coalesce(channel, '(none)')) GROUP BY 1, 2, 3;
CREATE TEMPORARY TABLE spent AS
SELECT channel, month < :'from' AS past, sum(marketing_cost + sales_cost + ad_cost) AS cost, 0 AS won FROM shop.channel_costs WHERE month < :'to' AND :'channel' IN ('', coalesce(channel, '(none)')) GROUP BY 1, 2
UNION ALL SELECT channel, signed_up_on < :'from', 0, count(*) FROM shop.customers WHERE signed_up_on < :'to' AND :'channel' IN ('', coalesce(channel, '(none)')) GROUP BY 1, 2;
SELECT 'ltv_cac', 0, name, value
FROM (SELECT (SELECT (sum(amount) - sum(cost)) / count(DISTINCT customer_id) FROM worth) / (SELECT sum(cost) / sum(won) FROM spent) AS now, (SELECT count(DISTINCT customer_id) FROM worth) AS n,
             (SELECT (sum(amount) - sum(cost)) / count(DISTINCT customer_id) FROM worth WHERE past) / (SELECT sum(cost) / sum(won) FROM spent WHERE past) AS before) AS k,
     LATERAL (VALUES ('value', now), ('n', n), ('previous', before), ('target', 3), ('attainment', now / 3)) AS v(name, value);
SELECT 'channels', channel, name, value
FROM (SELECT channel, (sum(amount) - sum(w.cost)) / count(DISTINCT customer_id) AS ltv, count(DISTINCT customer_id) AS n, max(s.cac) AS cac
      FROM worth AS w JOIN (SELECT channel, sum(cost) / sum(won) AS cac FROM spent GROUP BY 1) AS s USING (channel) GROUP BY 1) AS k,
     LATERAL (VALUES ('ltv', ltv), ('cac', cac), ('value', ltv / cac), ('n', n)) AS v(name, value);

-- ---- satisfaction ----
SELECT 'nps_time', month, name, value
FROM (SELECT m::date AS month, count(points) AS n, avg(points) AS mean, count(*) FILTER (WHERE nps_score >= 9)::float8 AS p, count(*) FILTER (WHERE nps_score <= 6)::float8 AS d
      FROM generate_series(date_trunc('month', :'to'::timestamp - interval '24 months'), :'to'::date - 1, '1 month') AS m LEFT JOIN answers ON month = m GROUP BY 1) AS k,
     LATERAL (VALUES ('n', n::float8), ('value', mean), ('promoters', p / nullif(n, 0)), ('passives', (n - p - d) / nullif(n, 0)), ('detractors', d / nullif(n, 0)),
                     ('lower', CASE WHEN n > 0 THEN pg_temp.nps_limit(p, d, n, -1) END), ('upper', CASE WHEN n > 0 THEN pg_temp.nps_limit(p, d, n, 1) END)) AS v(name, value);
SELECT 'nps_groups', dimension || ' ' || label, name, value
FROM (SELECT dimension, label, count(*) AS n, avg(points) AS mean, count(*) FILTER (WHERE nps_score >= 9)::float8 AS p, count(*) FILTER (WHERE nps_score <= 6)::float8 AS d
      FROM answers, LATERAL (VALUES ('region', region), ('plan', plan), ('channel', channel)) AS l(dimension, label) WHERE answered_at >= :'from' GROUP BY 1, 2) AS k,
     LATERAL (VALUES ('value', mean), ('lower', pg_temp.nps_limit(p, d, n, -1)), ('upper', pg_temp.nps_limit(p, d, n, 1)), ('n', n)) AS v(name, value);
SELECT 'drivers', driver, 'performance', avg(rating)
FROM answers, LATERAL (VALUES ('service', service), ('product_quality', product_quality), ('response_speed', response_speed), ('delivery', delivery), ('price', price)) AS d(driver, rating)
WHERE nps_score + service + product_quality + response_speed + delivery + price IS NOT NULL AND answered_at >= :'from' GROUP BY driver;

-- ---- funnels ----
-- From every visit, the next view, the next cart after it, ..., all within a day of the visit; the best of a customer's visits.
CREATE TEMPORARY TABLE seen AS SELECT customer_id, event, occurred_at AS at FROM shop.web_events WHERE customer_id IN (SELECT customer_id FROM chosen) AND occurred_at >= :'from' AND occurred_at < :'to';
CREATE INDEX ON seen (customer_id, event, at);
CREATE TEMPORARY TABLE reached AS
SELECT customer_id, max((t1 IS NOT NULL)::integer + (t2 IS NOT NULL)::integer + (t3 IS NOT NULL)::integer + (t4 IS NOT NULL)::integer + (t5 IS NOT NULL)::integer) AS level
FROM (SELECT customer_id, at AS t1 FROM seen WHERE event = 'visit') AS visit,
     LATERAL (SELECT min(at) AS t2 FROM seen AS s WHERE s.customer_id = visit.customer_id AND event = 'view' AND at BETWEEN t1 AND t1 + interval '1 day') AS view,
     LATERAL (SELECT min(at) AS t3 FROM seen AS s WHERE s.customer_id = visit.customer_id AND event = 'cart' AND at BETWEEN t2 AND t1 + interval '1 day') AS cart,
     LATERAL (SELECT min(at) AS t4 FROM seen AS s WHERE s.customer_id = visit.customer_id AND event = 'checkout' AND at BETWEEN t3 AND t1 + interval '1 day') AS checkout,
     LATERAL (SELECT min(at) AS t5 FROM seen AS s WHERE s.customer_id = visit.customer_id AND event = 'purchase' AND at BETWEEN t4 AND t1 + interval '1 day') AS purchase
GROUP BY customer_id;
CREATE TEMPORARY TABLE won AS -- what a lead came to within 180 days of its creation; those younger still have time
SELECT lead_id, 1 + (deal <= until)::integer + coalesce(deal <= until AND won <= until, false)::integer AS level, until >= :'to' AS open
FROM (SELECT lead_id, created_at + interval '180 days' AS until, (SELECT min(created_at) FROM shop.deals AS d WHERE d.lead_id = l.lead_id AND d.created_at >= l.created_at AND d.created_at < :'to') AS deal,
             (SELECT min(closed_at) FROM shop.deals AS d WHERE d.lead_id = l.lead_id AND status = 'won' AND closed_at >= d.created_at AND closed_at < :'to') AS won
      FROM shop.leads AS l WHERE created_at >= :'to'::timestamp - interval '1 year' AND created_at < :'to' AND :'channel' IN ('', coalesce(channel, '(none)'))) AS s;
UPDATE won SET level = 1 WHERE level IS NULL;
SELECT panel, place, name, value
FROM (SELECT 'funnel' AS panel, (ARRAY['visit', 'view', 'cart', 'checkout', 'purchase'])[step] AS place, step, count(*) FILTER (WHERE level >= step) AS n, count(*) AS of, count(*) FILTER (WHERE level >= step - 1) AS before, NULL::bigint AS pending
      FROM reached, generate_series(1, 5) AS step GROUP BY step
      UNION ALL SELECT 'leads', (ARRAY['lead', 'deal', 'won'])[step], step, count(*) FILTER (WHERE level >= step), count(*), count(*) FILTER (WHERE level >= step - 1), count(*) FILTER (WHERE level < step AND open)
      FROM won, generate_series(1, 3) AS step GROUP BY step) AS k,
     LATERAL (VALUES ('converted', n::float8), ('from_start', n::float8 / of), ('from_previous', CASE WHEN step > 1 THEN n::float8 / nullif(before, 0) END)) AS v(name, value);

-- ---- retention ----
CREATE TEMPORARY TABLE quarters AS -- counted from year 0
SELECT customer_id, 4 * extract(year FROM at)::integer + extract(quarter FROM at)::integer - 1 AS quarter, sum(amount) AS amount FROM bought WHERE kind = 'order' GROUP BY 1, 2;
CREATE TEMPORARY TABLE cohort_of AS SELECT customer_id, min(quarter) AS first FROM quarters GROUP BY customer_id;
SELECT 'cohorts', make_date(first / 4, 1 + 3 * (first % 4), 1) || ' ' || n, name, value
FROM (SELECT first, n, count(*) AS customers, count(q.quarter) AS retained, sum(amount) AS revenue
      FROM cohort_of JOIN generate_series(0, 12) AS n ON make_date((first + n) / 4, 1 + 3 * ((first + n) % 4), 1) < :'to' LEFT JOIN quarters AS q ON q.customer_id = cohort_of.customer_id AND q.quarter = first + n
      GROUP BY first, n) AS k,
     LATERAL (VALUES ('customers', customers::float8), ('retained', retained::float8), ('rate', retained::float8 / customers), ('revenue', coalesce(revenue, 0)::float8)) AS v(name, value);
CREATE TEMPORARY TABLE months AS -- counted from year 0
SELECT DISTINCT customer_id, 12 * extract(year FROM at)::integer + extract(month FROM at)::integer - 1 AS month FROM bought WHERE kind = 'order';
SELECT 'lifecycle', make_date(m / 12, 1 + m % 12, 1), name, value
FROM generate_series((SELECT min(month) FROM months), 12 * extract(year FROM :'to'::date - 1)::integer + extract(month FROM :'to'::date - 1)::integer - 1) AS m,
     LATERAL (SELECT count(*) FILTER (WHERE here AND first = m) AS new, count(*) FILTER (WHERE here AND first < m AND last >= m - 3) AS came_back,
                     count(*) FILTER (WHERE here AND first < m AND last < m - 3) AS resurrected, count(*) FILTER (WHERE NOT here AND last = m - 4 + 1) AS dormant
              FROM (SELECT min(month) AS first, bool_or(month = m) AS here, max(month) FILTER (WHERE month < m) AS last FROM months WHERE month <= m GROUP BY customer_id) AS c) AS k,
     LATERAL (VALUES ('new', new), ('returning', came_back), ('resurrected', resurrected), ('dormant', dormant)) AS v(name, value)
WHERE make_date(m / 12, 1 + m % 12, 1) >= date_trunc('month', :'to'::date - interval '24 months');
-- Survival: the product, over days on which somebody cancelled, of the share that did not.
CREATE TEMPORARY TABLE spells AS
SELECT plan, least(coalesce(ended_on, :'to'), :'to') - started_on AS days, coalesce(end_reason = 'cancel' AND ended_on < :'to', false) AS cancelled FROM paid;
SELECT 'survival', plan || ' ' || days, name, value
FROM (SELECT *, exp(sum(ln(1 - nullif(cancelled, at_risk)::float8 / at_risk)) OVER (PARTITION BY plan ORDER BY days)) AS stays
      FROM (SELECT plan, days, count(*) FILTER (WHERE cancelled) AS cancelled, sum(count(*)) OVER (PARTITION BY plan ORDER BY days DESC) AS at_risk FROM spells GROUP BY plan, days) AS d) AS k,
     LATERAL (VALUES ('value', stays), ('at_risk', at_risk)) AS v(name, value)
WHERE cancelled > 0 AND days <= 540 AND at_risk >= 10;
SELECT 'churn_groups', dimension || ' ' || label, name, value
FROM (SELECT dimension, label, count(*)::float8 AS n, count(*) FILTER (WHERE NOT stays)::float8 AS lost
      FROM (SELECT dimension, label, customer_id, bool_or(coalesce(ended_on >= :'to', true)) AS stays, bool_or(started_on < :'from' AND coalesce(ended_on >= :'from', true)) AS there
            FROM (SELECT p.customer_id, started_on, ended_on, dimension, label FROM paid AS p JOIN chosen AS c USING (customer_id),
                         LATERAL (VALUES ('region', region), ('plan', p.plan), ('channel', coalesce(channel, '(none)'))) AS d(dimension, label)) AS r GROUP BY 1, 2, 3) AS c WHERE there GROUP BY 1, 2) AS k,
     LATERAL (VALUES ('value', lost / n), ('lower', pg_temp.wilson(lost, n, -1)), ('upper', pg_temp.wilson(lost, n, 1)), ('n', n)) AS v(name, value);

-- ---- money ----
-- What a customer pays changes on days; what the change is called follows from before and after.
CREATE TEMPORARY TABLE changes AS
SELECT customer_id, day, delta, after, after - delta AS before, row_number() OVER (PARTITION BY customer_id ORDER BY day) = 1 AS first
FROM (SELECT customer_id, day, delta, sum(delta) OVER (PARTITION BY customer_id ORDER BY day) AS after
      FROM (SELECT customer_id, day, sum(amount) AS delta
            FROM (SELECT customer_id, started_on, monthly_amount FROM money UNION ALL SELECT customer_id, ended_on, -monthly_amount FROM money WHERE ended_on IS NOT NULL) AS e(customer_id, day, amount)
            WHERE day < :'to' GROUP BY customer_id, day) AS days WHERE delta <> 0) AS running;
SELECT 'mrr', item, 'amount', coalesce(amount, 0)
FROM (SELECT sum(delta) FILTER (WHERE day < :'from') AS mrr_start, sum(delta) FILTER (WHERE now AND first) AS mrr_new, sum(delta) FILTER (WHERE now AND before = 0 AND NOT first) AS reactivation, sum(delta) FILTER (WHERE now AND after = 0) AS churned,
             sum(delta) FILTER (WHERE now AND before <> 0 AND delta > 0) AS expansion, sum(delta) FILTER (WHERE now AND after <> 0 AND delta < 0) AS contraction, sum(delta) AS mrr_end
      FROM (SELECT *, day >= :'from' AS now FROM changes) AS c) AS q,
     LATERAL (VALUES ('mrr_start', mrr_start), ('mrr_new', mrr_new), ('expansion', expansion), ('reactivation', reactivation), ('contraction', contraction), ('churned', churned), ('mrr_end', mrr_end)) AS v(item, amount);
-- Segments: a score is 1 and as many fifths of the customers as are worse, rounded down.
CREATE TEMPORARY TABLE ranked AS
SELECT amount, 1 + 5 * (rank() OVER (ORDER BY last) - 1) / count(*) OVER () AS r, 1 + 5 * (rank() OVER (ORDER BY orders) - 1) / count(*) OVER () AS f
FROM (SELECT customer_id, max(at::date) AS last, count(*) AS orders, sum(amount) AS amount FROM bought WHERE kind = 'order' GROUP BY customer_id) AS c;
SELECT 'rfm', r || ' ' || f, name, value
FROM (SELECT r, f, count(*) AS customers, sum(amount) AS revenue FROM ranked GROUP BY 1, 2) AS k, LATERAL (VALUES ('customers', customers), ('revenue', revenue)) AS v(name, value);

-- ---- what changed, and what comes ----
SELECT 'changes', series || ' ' || :'to'::date - 7 * (ago + 1), 'value', value
FROM (SELECT *, count(*) OVER (PARTITION BY series) AS weeks
      FROM (SELECT 'orders' AS series, (:'to'::date - at::date - 1) / 7 AS ago, count(*)::float8 AS value FROM bought WHERE kind = 'order' GROUP BY 2
            UNION ALL SELECT 'mean_order', (:'to'::date - at::date - 1) / 7, avg(amount) FROM bought WHERE kind = 'order' GROUP BY 2
            UNION ALL SELECT 'hours_to_answer', (:'to'::date - (opened_at AT TIME ZONE 'UTC')::date - 1) / 7, avg(extract(epoch FROM first_response_at - opened_at)) / 3600
            FROM shop.tickets WHERE first_response_at < :'to' AND customer_id IN (SELECT customer_id FROM chosen) GROUP BY 2) AS s WHERE ago < 78) AS w WHERE weeks > 26;
-- Until the half year, and in it: days on which they bought.
SELECT 'holdout', CASE WHEN x >= 6 THEN '6' ELSE x::text END, name, value
FROM (SELECT least(x, 6) AS x, count(*) AS customers, avg(y) AS actual
      FROM (SELECT customer_id, count(DISTINCT at::date) FILTER (WHERE at < split) - 1 AS x, count(DISTINCT at::date) FILTER (WHERE at >= split) AS y
            FROM bought, (SELECT :'to'::timestamp - interval '6 months' AS split) AS h WHERE kind = 'order' GROUP BY 1 HAVING min(at) < max(split)) AS c GROUP BY 1) AS k,
     LATERAL (VALUES ('customers', customers), ('actual', actual)) AS v(name, value);
