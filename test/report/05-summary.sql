-- What a manager reads first: what moved in the last quarter against the one before, whether that is more than chance,
-- where to act and whom to call. Every sentence is made of numbers that our functions gave; surveys are asked once a half
-- year, so that theirs is the half year before.
SET TimeZone = 'UTC';
\set as_of 2026-01-01
SELECT date_trunc('quarter', date :'as_of' - interval '1 day')::date AS this_quarter, (date_trunc('quarter', date :'as_of' - interval '1 day') - interval '3 months')::date AS quarter_before,
       (date :'as_of' - interval '6 months')::date AS this_half, (date :'as_of' - interval '12 months')::date AS half_before \gset

CREATE FUNCTION pg_temp.moved(what text, difference float8, digits int, unit text) RETURNS text
RETURN what || CASE WHEN difference IS NULL THEN ' is not known'
                    WHEN round(abs(difference)::numeric, digits) = 0 THEN ' did not change'
                    ELSE CASE WHEN difference > 0 THEN ' rose by ' ELSE ' fell by ' END || pg_temp.decimals(abs(difference), digits) || unit END;

CREATE TEMPORARY TABLE moved (place int, what text, test text, p float8);

INSERT INTO moved
SELECT 1, format('%s to %s in a half year (%s answers, %s before)', pg_temp.moved('the net promoter score', difference, 1, ' points'), pg_temp.points(nps(now)),
                 pg_temp.many(responses(now)), pg_temp.many(responses(before))), 'nps_test', p_value
FROM (SELECT survey_agg(nps_score) FILTER (WHERE answered_at >= timestamptz :'this_half' AND answered_at < timestamptz :'as_of') AS now,
             survey_agg(nps_score) FILTER (WHERE answered_at >= timestamptz :'half_before' AND answered_at < timestamptz :'this_half') AS before FROM shop.surveys) AS s,
     nps_test(now, before);

INSERT INTO moved
SELECT 2, format('%s to %s in a half year', pg_temp.moved('the share of the satisfied', 100 * difference, 1, ' points'), pg_temp.percent(csat(now))), 'csat_test', p_value
FROM (SELECT survey_agg(csat_score) FILTER (WHERE answered_at >= timestamptz :'this_half' AND answered_at < timestamptz :'as_of') AS now,
             survey_agg(csat_score) FILTER (WHERE answered_at >= timestamptz :'half_before' AND answered_at < timestamptz :'this_half') AS before FROM shop.surveys) AS s,
     csat_test(now, before);

INSERT INTO moved
SELECT 3, format('%s to %s, %s of %s', pg_temp.moved('the share of subscribers who leave in a quarter', 100 * difference, 1, ' points'),
                 pg_temp.percent(rate_value(churn(now))), pg_temp.many(hits(churn(now))), pg_temp.many(total(churn(now)))), 'rate_test', p_value
FROM (SELECT subscribers_agg(customer_id, started_on, ended_on, :'this_quarter', :'as_of') AS now,
             subscribers_agg(customer_id, started_on, ended_on, :'quarter_before', :'this_quarter') AS before FROM shop.subscriptions) AS s,
     rate_test(churn(now), churn(before));

INSERT INTO moved
SELECT 4, format('%s to %s', pg_temp.moved('the mean time to the first answer of support', difference, 1, ' hours'), pg_temp.decimals(mean_value(now), 1)), 'mean_test', p_value
FROM (SELECT mean_agg(extract(epoch FROM first_response_at - opened_at) / 3600) FILTER (WHERE opened_at >= timestamptz :'this_quarter' AND opened_at < timestamptz :'as_of') AS now,
             mean_agg(extract(epoch FROM first_response_at - opened_at) / 3600) FILTER (WHERE opened_at >= timestamptz :'quarter_before' AND opened_at < timestamptz :'this_quarter') AS before
      FROM shop.tickets) AS s,
     mean_test(now, before);

INSERT INTO moved
SELECT 5, format('%s to %s', pg_temp.moved('the share of leads that become customers within 30 days', 100 * difference, 1, ' points'), pg_temp.percent(rate_value(converted(now)))), 'rate_test of those whose 30 days are over', p_value
FROM (SELECT conversion_agg(created_at, converted_at, '30 days', timestamptz :'as_of') FILTER (WHERE created_at >= timestamptz :'this_quarter') AS now,
             conversion_agg(created_at, converted_at, '30 days', timestamptz :'as_of') FILTER (WHERE created_at >= timestamptz :'quarter_before' AND created_at < timestamptz :'this_quarter') AS before
      FROM shop.leads) AS s,
     rate_test(converted(now), converted(before));

INSERT INTO moved
SELECT 6, format('%s to %s', pg_temp.moved('the mean value of an order', difference, 2, ''), pg_temp.decimals(mean_value(now), 2)), 'mean_test', p_value
FROM (SELECT mean_agg(amount) FILTER (WHERE ordered_at >= timestamptz :'this_quarter') AS now,
             mean_agg(amount) FILTER (WHERE ordered_at >= timestamptz :'quarter_before' AND ordered_at < timestamptz :'this_quarter') AS before
      FROM shop.orders WHERE kind = 'order' AND ordered_at < timestamptz :'as_of') AS s,
     mean_test(now, before);

SELECT format('Summary: %s against %s', to_char(date :'this_quarter', '"Q"Q YYYY'), to_char(date :'quarter_before', '"Q"Q YYYY')) AS summary \gset
\qecho :chapter :summary
\qecho :sentences
SELECT sentence FROM (
    SELECT 0 AS part, 1 AS place, format('%s to %s, with %s customers who bought against %s.', pg_temp.moved('Revenue', 100 * growth_rate(now::float8, before::float8), 1, ' %'),
                                         pg_temp.money(now), pg_temp.many(buyers), pg_temp.many(buyers_before)) AS sentence
    FROM (SELECT sum(amount) FILTER (WHERE ordered_at >= timestamptz :'this_quarter') AS now,
                 sum(amount) FILTER (WHERE ordered_at >= timestamptz :'quarter_before' AND ordered_at < timestamptz :'this_quarter') AS before
          FROM shop.orders WHERE ordered_at < timestamptz :'as_of') AS o,
         (SELECT active_customers(c, :'as_of', 1) AS buyers, active_customers(c, :'this_quarter', 1) AS buyers_before
          FROM (SELECT cohorts_zone_agg(customer_id, ordered_at, 'quarter', 'UTC') AS c FROM shop.orders WHERE kind = 'order') AS b) AS a
    UNION ALL
    SELECT 0, 2, format('%s to %s EUR; the customers of the start of the quarter pay %s of what they paid then, after %s.',
                        pg_temp.moved('Monthly recurring revenue', 100 * growth_rate(end_mrr::float8, start_mrr::float8), 1, ' %'), pg_temp.money(end_mrr),
                        pg_temp.percent(net_revenue_retention), pg_temp.percent(retention_before))
    FROM (SELECT r.*, lag(net_revenue_retention) OVER (ORDER BY period_start) AS retention_before
          FROM (SELECT mrr_currency_agg(customer_id, started_on, ended_on, monthly_amount, 'EUR') AS mrr FROM shop.subscriptions WHERE currency = 'EUR') AS l,
               mrr_rates(mrr, 'quarter', :'as_of') AS r) AS quarters
    WHERE period_start = date :'this_quarter'
    UNION ALL
    SELECT 1, place, format('%s%s: %s.', upper(left(what, 1)), substr(what, 2), pg_temp.verdict(p, test)) FROM moved WHERE p < 0.05
    UNION ALL
    SELECT 2, 1, format('Could be chance: %s.', string_agg(format('%s (%s, %s)', what, test, coalesce('p = ' || pg_temp.p(p), 'too little to tell')), '; ' ORDER BY place)) FROM moved WHERE p IS NULL OR p >= 0.05 HAVING count(*) > 0
    UNION ALL
    SELECT 3, 1, format('Of these %s tests at 5 %%, %s found a difference, and %s if p values are corrected for their number (Holm, p_adjust).', count(*),
                        coalesce(nullif(count(*) FILTER (WHERE p < 0.05), 0)::text, 'none'), coalesce(nullif(count(*) FILTER (WHERE adjusted < 0.05), 0)::text, 'none'))
    FROM (SELECT array_agg(p ORDER BY place) AS all_p FROM moved WHERE p IS NOT NULL) AS m, unnest(all_p, p_adjust(all_p)) AS t(p, adjusted)
    UNION ALL
    SELECT 3, 2, format('The time to the first answer left what was usual in the week of %s: %s hours in the weeks before, %s since (changed_at, a control chart).',
                        to_char(date '2024-07-01' + 7 * week[changed]::int, 'YYYY-MM-DD'), pg_temp.decimals(mean_value(before), 1), pg_temp.decimals(mean_value(since), 1))
    FROM (SELECT array_agg(mean_value(hours) ORDER BY week) AS series, array_agg(week ORDER BY week) AS week, array_agg(hours ORDER BY week) AS states
          FROM (SELECT floor(extract(epoch FROM opened_at - timestamptz '2024-07-01 00:00+00') / 604800) AS week, mean_agg(extract(epoch FROM first_response_at - opened_at) / 3600) AS hours
                FROM shop.tickets WHERE opened_at >= timestamptz '2024-07-01 00:00+00' AND opened_at < timestamptz :'as_of' GROUP BY 1) AS weekly) AS s,
         changed_at(series, 26) AS changed,
         LATERAL (SELECT rollup(state) FILTER (WHERE n < changed) AS before, rollup(state) FILTER (WHERE n >= changed) AS since
                  FROM unnest(states) WITH ORDINALITY AS u(state, n)) AS parts
    WHERE changed IS NOT NULL
    UNION ALL
    SELECT 4, 1, format('Where to act first: %s. Rated %s of 5 on average, it is %s of what explains the net promoter score (driver_priorities).',
                        replace(driver, '_', ' '), pg_temp.decimals(performance, 2), pg_temp.percent(weight / r_squared(answers)))
    FROM (SELECT drivers_agg(nps_score, ARRAY[service, product_quality, response_speed, delivery, price]) AS answers FROM shop.surveys) AS d,
         driver_priorities(answers, '{service,product_quality,response_speed,delivery,price}', cut => 'median')
    WHERE priority = 'improve'
    UNION ALL
    SELECT 5, 1, format('Whom to call first: customers %s. %s customers are overdue or at risk by the rhythm of their orders; these five spent most, %s together (early_warnings).',
                        string_agg(id::text, ', ' ORDER BY place) FILTER (WHERE place <= 5), pg_temp.many(count(*)), pg_temp.money(sum(spent) FILTER (WHERE place <= 5)))
    FROM (SELECT customer_id AS id, spent, row_number() OVER (ORDER BY spent DESC, customer_id) AS place
          FROM (SELECT cohorts_zone_agg(customer_id, ordered_at, 'day', 'UTC') AS c FROM shop.orders WHERE kind = 'order') AS o,
               early_warnings(c, :'as_of') JOIN (SELECT customer_id, sum(amount) AS spent FROM shop.orders GROUP BY 1) AS s USING (customer_id)
          WHERE level IN (1, 2)) AS ranked
) AS summary ORDER BY part, place;
