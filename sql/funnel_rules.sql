-- The rules of funnels as one value.
SELECT funnel_rules() AS none, ''::funnel_ruleset AS none_2, funnel_rules() = '' AS same,
       funnel_rules(ties => 'any', entry => 'best', grace => '0 s', strict_order => false) = '' AS same_2;
SELECT funnel_rules(within => '1 day') AS one, funnel_rules('14 days', 4) AS two,
       funnel_rules(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) AS none;
-- Each argument is the rule of its name.
SELECT funnel_rules(within => '36 hours') AS within, funnel_rules(steps => 64) AS steps,
       funnel_rules(ties => 'ORDER_KEY') AS ties, funnel_rules(entry => 'first') AS entry,
       funnel_rules(step_within => '{1 day,NULL,90 min}') AS step_within, funnel_rules(exclude => '5/4:1-2') AS exclude;
SELECT funnel_rules(hold_constant => true) AS hold_constant, funnel_rules(strict_order => true) AS strict_order,
       funnel_rules(grace => '1.5 s') AS grace;
SELECT funnel_rules(within => '1 month 3 days', zone => 'europe/berlin') AS zone,
    funnel_rules(any_order => true) AS any,
       funnel_rules(count => 'totals') AS count, funnel_rules(within => '1 year') AS year;
SELECT funnel_rules('1 day', 3, 'any', 'first', '{1 h,2 h}', '4', true, true, '1 s') AS most_of_them,
       funnel_rules('1 month', 3, exclude => '4', hold_constant => true, grace => '1 s', zone => 'UTC',
                    any_order => true, count => 'totals') AS the_others;

-- One spelling, whatever was written: order, blanks, letter case, units.
CREATE TEMP TABLE spellings (given text, rules text);
INSERT INTO spellings VALUES
    ('within=1 day, steps=3, ties=strict', 'within=1 day, steps=3, ties=strict'),
    ('  TIES = Strict,steps=3 ,within =  24h', 'within=1 day, steps=3, ties=strict'),
    ('within=1d0h', 'within=1 day'), ('within=2 weeks', 'within=14 days'), ('within=1.5 days', 'within=1 day 12 hours'),
    ('within=90 min', 'within=1 hour 30 minutes'), ('within=1 day 02:03', 'within=1 day 2 hours 3 minutes'),
    ('within=02:03:04.000005', 'within=2 hours 3 minutes 4.000005 seconds'), ('within=1ms', 'within=0.001 seconds'),
    ('within=1 us', 'within=0.000001 seconds'), ('within=61 s', 'within=1 minute 1 second'),
    ('within=0.5 s 1 day 1 s', 'within=1 day 1.5 seconds'), ('within=1600000 days', 'within=1600000 days'),
    ('step_within=1 Day / NONE/ 2 hours', 'step_within=1 day/none/2 hours'), ('step_within=none', 'step_within=none'),
    ('exclude=5/3:1-2 / 5/4', 'exclude=3:1-2/4/5'), ('exclude=5:1-2/5/5:1-3', 'exclude=5/5:1-2/5:1-3'),
    ('hold_constant=TRUE, strict_order=false', 'hold_constant=true'), ('ties=any, entry=best, grace=0 s', ''),
    ('within => 1 day, steps => 3', 'within=1 day, steps=3'),
    ('steps=3, step_within=1 h/1 h', 'steps=3, step_within=1 hour/1 hour'), ('   ', ''),
    ('within=1 mon', 'within=1 month'), ('within=1 Year 2 months', 'within=14 months'),
    ('within=2 mons 36 h', 'within=2 months 1 day 12 hours'),
    ('zone=asia/shanghai, within=1month', 'within=1 month, zone=Asia/Shanghai'),
    ('zone = utc,within= 01:30 1 month', 'within=1 month 1 hour 30 minutes, zone=UTC'),
    ('zone=Etc/GMT-8, within=1 month', 'within=1 month, zone=Etc/GMT-8'), ('count=Uniques, any_order=false', ''),
    ('count=TOTALS, any_order=true, exclude=5', 'exclude=5, any_order=true, count=totals');
SET IntervalStyle = 'sql_standard'; SET DateStyle = 'SQL, DMY';
SELECT given, given::funnel_ruleset AS differs, rules FROM spellings WHERE given::funnel_ruleset::text <> rules;
SET IntervalStyle = 'iso_8601'; SET DateStyle = 'German';
SELECT given, given::funnel_ruleset AS differs, rules FROM spellings WHERE given::funnel_ruleset::text <> rules;
SELECT funnel_rules(within => 'P1DT2H', grace => 'PT0.25S') AS alike;
RESET IntervalStyle; RESET DateStyle;
SELECT count(*) AS of, count(DISTINCT given::funnel_ruleset) AS values, count(DISTINCT rules) AS same FROM spellings;

-- Random rules: from arguments and from their text in any order it is one value, and it reads back.
CREATE TEMP TABLE random_rules AS
SELECT i, h, c.*, funnel_rules(c.within, c.steps, c.ties, c.entry, c.step_within, c.exclude, c.hold, c.strict,
                               c.grace) AS made
FROM generate_series(1, 3000) AS i, abs(hashint8(i)) AS h, LATERAL (
    SELECT CASE WHEN h % 3 > 0 THEN (1 + h % 400) * interval '1 hour' + h % 7 * interval '0.123457 s' END AS within,
           CASE WHEN h / 3 % 2 = 0 THEN 4 END AS steps,
           (ARRAY['any', 'strict', 'order_key', NULL])[1 + h / 7 % 4] AS ties,
           (ARRAY['best', 'first', NULL])[1 + h / 31 % 3] AS entry,
           CASE WHEN h / 11 % 3 = 0
                THEN ARRAY[h % 100 * interval '1 min' + interval '1 s', NULL, h % 9 * interval '1 day 1 us' + '1 us']
           END AS step_within,
           CASE h / 13 % 4 WHEN 0 THEN (1 + h % 64)::text WHEN 1 THEN '9:1-3/7/9:2-4' WHEN 2 THEN '2:1-4'
           END AS exclude,
           (ARRAY[true, false, NULL])[1 + h / 17 % 3] AS hold, (ARRAY[true, false, NULL])[1 + h / 19 % 3] AS strict,
           CASE WHEN h / 7 % 4 IN (0, 3) AND h / 23 % 2 = 0 THEN h % 5 * interval '250 ms' END AS grace) AS c;
SELECT count(*) AS rules, count(DISTINCT made) > 2000 AS many,
       bool_and(made::text::funnel_ruleset = made) AS reads_back,
       bool_and(made::text::funnel_ruleset::text = made::text) AS same,
       bool_and(convert_from(_funnel_ruleset_send(made), 'UTF8') = made::text) AS sent,
       count(DISTINCT _funnel_ruleset_hash_extended(made, 7)) = count(DISTINCT made) AS hashed
FROM random_rules;
-- The same rules written by hand, in an order that differs from row to row; lengths as PostgreSQL writes them.
CREATE FUNCTION pg_temp.plain(given interval) RETURNS text
RETURN CASE WHEN given = '0' THEN '0 s' ELSE replace(given::text, '@ ', '') END;
CREATE TEMP TABLE written AS
SELECT i, made,
       coalesce(string_agg(rule, CASE h % 2 WHEN 0 THEN ',' ELSE ' , ' END ORDER BY hashint8(i * n)), '') AS text
FROM random_rules AS r LEFT JOIN LATERAL (
    SELECT n, name || (ARRAY['=', ' = ', ' => '])[1 + r.h % 3] || value AS rule
    FROM (VALUES (1, 'within', pg_temp.plain(within)), (2, 'STEPS', steps::text), (3, 'ties', upper(ties COLLATE "C")),
                 (4, 'entry', entry), (5, 'step_within', pg_temp.plain(step_within[1]) || '/none/'
                                                         || pg_temp.plain(step_within[3])),
                 (6, 'exclude', exclude), (7, 'hold_constant', hold::text), (8, 'strict_order', strict::text),
                 (9, 'grace', pg_temp.plain(grace))) AS v(n, name, value)
    WHERE value IS NOT NULL) AS l ON true
GROUP BY i, h, made;
SELECT count(*) AS rules, count(*) FILTER (WHERE text::funnel_ruleset <> made) AS none_differ,
       count(DISTINCT text) > 2000 AS many
FROM written;
-- Lengths: the text is the interval that was given.
SELECT count(*) AS lengths,
       bool_and(extract(epoch FROM substr(funnel_rules(within => given)::text, 8)::interval)
                = extract(epoch FROM given)) AS same
FROM (SELECT (1 + abs(hashint8(i)) % 86400000) * interval '1 ms' * (1 + i % 90) + i % 7 * interval '1 us'
             + i % 40 * interval '1 day' AS given
      FROM generate_series(1, 2000) AS i) AS g;

-- Values compare, group, sort and are stored; a definition is a column, and rows of one call have rules of their own.
CREATE TEMP TABLE definitions (name text PRIMARY KEY, rules funnel_ruleset UNIQUE);
INSERT INTO definitions VALUES ('any', ''), ('day', 'within=1 day'), ('strict', 'strict_order=true'),
    ('hour', 'within=1 h'), ('two', 'steps=2, within=1 day');
INSERT INTO definitions VALUES ('again', 'within=24:00');
CREATE TEMP TABLE history AS
SELECT customer, funnel_agg(timestamptz '2025-01-01Z' + hours * interval '1 h', step) AS f
FROM (VALUES (1, 0, 1), (1, 1, 2), (1, 30, 3), (2, 0, 1), (2, 0, 4), (2, 2, 2), (2, 3, 3)) AS v(customer, hours, step)
GROUP BY customer;
SELECT customer, name, funnel_level(f, rules) FROM history, definitions ORDER BY customer, name;
SELECT name, funnel_level(f, rules) AS level FROM history, definitions
WHERE customer = 1 AND rules IN ('within=1 day, steps=2', 'within=60 min') ORDER BY name;
PREPARE by_rules(funnel_ruleset) AS SELECT funnel_level(f, $1) FROM history WHERE customer = 1;
EXECUTE by_rules('within=1 hour');
EXECUTE by_rules('');
DEALLOCATE by_rules;
SELECT funnel_level(f, 'within=1 day'::text::funnel_ruleset) AS two,
       funnel_level(f, funnel_rules(within => '1 day')) AS two_2
FROM history WHERE customer = 1;
-- NULL rules give NULL.
SELECT funnel_level(f, NULL) IS NULL AS nothing, funnel_days(f, NULL) IS NULL AS nothing_2,
       funnel_step_at(f, 1, NULL) IS NULL AS nothing_3, funnel_summary(f, NULL) IS NULL AS nothing_4,
       (SELECT count(*) FROM funnel_path(f, NULL)) AS zero
FROM history WHERE customer = 1;
SELECT (SELECT count(*) FROM funnel_report(f, NULL)) AS zero, (SELECT count(*) FROM customer_funnels(f, NULL)) AS zero_2
FROM (SELECT funnels_agg(1, '2025-01-01', 1)) AS t(f);
SELECT NULL::text::funnel_ruleset IS NULL AS nothing;

-- JSON.
SELECT rules::json, rules::jsonb -> 'within' AS within FROM definitions ORDER BY name;
SELECT funnel_rules('1 day 2 s', 3, 'any', 'first', '{1 h,NULL}', '4/5:1-2', true, true, '1 s')::json AS all_of_them;

-- What is not a list of rules shows what was meant.
SELECT '1 day'::funnel_ruleset AS error;
SELECT '02:30'::funnel_ruleset AS error;
SELECT '4'::funnel_ruleset AS error;
SELECT 'strict'::funnel_ruleset AS error;
SELECT 'within'::funnel_ruleset AS error;
SELECT ','::funnel_ruleset AS error;
SELECT 'steps=3,'::funnel_ruleset AS error;
SELECT 'exclude=4,5'::funnel_ruleset AS error;
SELECT 'window=1 day'::funnel_ruleset AS error;
SELECT 'within=1 day, within=1 day'::funnel_ruleset AS error;
SELECT 'within 1 day'::funnel_ruleset AS error;
SELECT 'within==1 day'::funnel_ruleset AS error;
SELECT 'within=14'::funnel_ruleset AS error;
SELECT 'within=1 fortnight'::funnel_ruleset AS error;
SELECT 'within=0 months'::funnel_ruleset AS error;
SELECT 'within=-1 month'::funnel_ruleset AS error;
SELECT 'within=1.5 months'::funnel_ruleset AS error;
SELECT 'within=52001 months'::funnel_ruleset AS error;
SELECT 'within=999999999999999 years'::funnel_ruleset AS error;
SELECT 'within=1 month 1600001 days'::funnel_ruleset AS error;
SELECT 'step_within=1 month'::funnel_ruleset AS error;
SELECT 'grace=1 month'::funnel_ruleset AS error;
SELECT 'zone=UTC'::funnel_ruleset AS error;
SELECT 'within=30 days, zone=Europe/Berlin'::funnel_ruleset AS error;
SELECT 'within=1 month, zone=UTC+8'::funnel_ruleset AS error;
SELECT 'within=1 month, zone='::funnel_ruleset AS error;
SELECT 'within=1 month, zone=Middle Earth'::funnel_ruleset AS error;
SELECT 'any_order=true, strict_order=true'::funnel_ruleset AS error;
SELECT 'any_order=true, ties=strict'::funnel_ruleset AS error;
SELECT 'any_order=true, step_within=1 day'::funnel_ruleset AS error;
SELECT 'any_order=true, exclude=5:1-2'::funnel_ruleset AS error;
SELECT 'count=all'::funnel_ruleset AS error;
SELECT 'within=0 days'::funnel_ruleset AS error;
SELECT 'within=-1 day'::funnel_ruleset AS error;
SELECT 'within=1600000 days 1 us'::funnel_ruleset AS error;
SELECT 'within=99999999999999999999 days'::funnel_ruleset AS error;
SELECT 'within=0.0000001 s'::funnel_ruleset AS error;
SELECT 'within=1 day ties=any'::funnel_ruleset AS error;
SELECT 'grace=-1 s'::funnel_ruleset AS error;
SELECT 'steps=65'::funnel_ruleset AS error;
SELECT 'steps=x'::funnel_ruleset AS error;
SELECT 'ties=some'::funnel_ruleset AS error;
SELECT 'ties='::funnel_ruleset AS error;
SELECT 'entry=last'::funnel_ruleset AS error;
SELECT 'hold_constant=yes'::funnel_ruleset AS error;
SELECT 'step_within=1 day/'::funnel_ruleset AS error;
SELECT ('step_within=none' || repeat('/none', 63))::funnel_ruleset AS error;
SELECT 'exclude=3:2-2'::funnel_ruleset AS error;
SELECT 'exclude=65'::funnel_ruleset AS error;
SELECT ('exclude=1' || string_agg('/' || i, '' ORDER BY i))::funnel_ruleset AS error FROM generate_series(2, 17) AS i;
-- Rules that contradict each other.
SELECT 'steps=3, step_within=1 day'::funnel_ruleset AS error;
SELECT 'ties=strict, grace=1 s'::funnel_ruleset AS error;
SELECT 'exclude=4:1-5, steps=3'::funnel_ruleset AS error;
SELECT 'exclude=4:1-3, step_within=1 day'::funnel_ruleset AS error;
-- The same of arguments.
SELECT funnel_rules(within => '1 month -1 day') AS error;
SELECT funnel_rules(within => '-1 month') AS error;
SELECT funnel_rules(within => '1 month', zone => 'UTC/') AS error;
SELECT funnel_rules(within => '1 month', zone => 'UTC, steps=3') AS error;
SELECT funnel_rules(grace => '1 month') AS error;
SELECT funnel_rules(within => '-1 day') AS error;
SELECT funnel_rules(within => '0') AS error;
SELECT funnel_rules(within => '1600001 days') AS error;
SELECT funnel_rules(steps => 0) AS error;
SELECT funnel_rules(ties => 'some') AS error;
SELECT funnel_rules(entry => '') AS error;
SELECT funnel_rules(step_within => '{}') AS error;
SELECT funnel_rules(step_within => '{{1 day},{2 days}}') AS error;
SELECT funnel_rules(step_within => '{1 month}') AS error;
SELECT funnel_rules(exclude => '4,5') AS error;
SELECT funnel_rules(exclude => '4, steps=3') AS error;
SELECT funnel_rules(steps => 3, step_within => '{1 day}') AS error;
SELECT funnel_rules(ties => 'strict', grace => '1 s') AS error;
-- A long text is cut in the message.
SELECT repeat('x', 1000)::funnel_ruleset AS error;
