-- What the planner is told: the costs and row counts of functions, and what it makes of them.
-- A function that reads a value of all customers costs its size, of which the planner knows nothing: 10,000 operators
-- stand for some thousand customers. A fit costs a million, a prediction 50 and more, a row as a result 50.
CREATE TEMP VIEW told AS
    SELECT p.oid::regprocedure AS function, p.procost AS cost, p.prorows AS rows, p.prokind AS kind, proretset AS set,
           'customer_id' = ANY (p.proargnames[pronargs + 1:]) AS of_customers, t.types,
           p.prorettype = 'record'::regtype AND NOT proretset AS row, p.proname AS name
    FROM pg_proc AS p JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
    JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
    CROSS JOIN LATERAL (SELECT array(SELECT format_type(a, NULL) FROM unnest(p.proargtypes) AS a)) AS t(types)
    JOIN pg_language AS l ON l.oid = p.prolang AND l.lanname = 'c'
    WHERE p.proname NOT LIKE '\_%';
SELECT function, cost FROM told
WHERE cost < 10000 AND EXISTS (
    SELECT FROM unnest(types) AS t WHERE t ~ '^(customers|cohorts|funnels|mrr|subscribers)(_uuid|_text)?_state$');
SELECT function, cost FROM told WHERE cost < 1000000 AND name LIKE '%\_fit';
SELECT function, cost FROM told
WHERE cost < 50 AND 'customer_model' = ANY (types) AND 'double precision' = ANY (types) AND name NOT LIKE 'model\_%';
SELECT function, cost FROM told WHERE cost < 50 AND row;
SELECT function, cost FROM told WHERE cost < 50 AND 'funnel_state' = ANY (types) AND name NOT LIKE '%\_rows';
SELECT function, rows FROM told WHERE set AND of_customers AND rows < 1000000;
SELECT function, rows FROM told WHERE set AND NOT of_customers AND rows = 1000 AND name <> 'history_counts';
-- Every aggregate says what its state takes, so that the planner knows what many groups need.
SELECT p.oid::regprocedure AS aggregate
FROM pg_aggregate AS a JOIN pg_proc AS p ON p.oid = a.aggfnoid
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE aggtransspace = 0;

-- The kinds of nodes of a plan from the top, and what a node filters by.
CREATE FUNCTION pg_temp.plan(query text, OUT nodes text, OUT filter text, OUT rows float8) LANGUAGE plpgsql AS $$
DECLARE
    plan jsonb;
BEGIN
    EXECUTE 'EXPLAIN (FORMAT JSON) ' || query INTO plan;
    WITH RECURSIVE node AS (
        SELECT plan -> 0 -> 'Plan' AS n, ARRAY[0] AS place
        UNION ALL
        SELECT child, place || i::int FROM node, jsonb_array_elements(n -> 'Plans') WITH ORDINALITY AS c(child, i))
    SELECT string_agg(n ->> 'Node Type', ' > ' ORDER BY place),
           string_agg(n ->> 'Filter', ' and then ' ORDER BY place),
           max((n ->> 'Plan Rows')::float8)
    INTO nodes, filter, rows FROM node;
END $$;
CREATE TEMP TABLE model AS SELECT pareto_nbd_model(0.553, 10.578, 0.606, 11.669) AS m;
CREATE TABLE plans_buyers AS
    SELECT i AS customer_id, i % 7 AS x, CASE WHEN i % 7 > 0 THEN 1 + i % 29 ELSE 0 END AS t_x, 30 + i % 11 AS t,
           i % 5 AS region
    FROM generate_series(1, 50000) AS i;
CREATE UNIQUE INDEX ON plans_buyers (customer_id);
ALTER TABLE plans_buyers SET (parallel_workers = 2);
ANALYZE plans_buyers, model;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
-- Of the best ten: predicted for ten, not for all of them before they are sorted.
SELECT nodes
FROM model, pg_temp.plan(format('SELECT p_alive(%L::customer_model, x, t_x, t) FROM plans_buyers
                                 ORDER BY x LIMIT 10', m));
-- A cheap condition is tried before a costly one, whatever is written first.
CREATE TEMP TABLE shops AS
    SELECT region, customers_agg(customer_id, date '2024-01-01' + t_x, 1.00) AS c FROM plans_buyers GROUP BY region;
SELECT filter FROM pg_temp.plan($$SELECT region FROM shops WHERE customer_count(c) > 5 AND region = 3$$);
-- Rows for each customer are expected to be a million, so that a join takes a hash table of either side, and not the
-- index for each customer.
SELECT rows FROM pg_temp.plan($$SELECT p.* FROM purchases((SELECT c FROM shops LIMIT 1)) AS p$$);
-- Workers: for predictions, not for a sum.
SET max_parallel_workers_per_gather = 2;
SELECT nodes FROM pg_temp.plan($$SELECT sum(t) FROM plans_buyers$$);
SELECT nodes
FROM model, pg_temp.plan(format('SELECT sum(p_alive(%L::customer_model, x, t_x, t)) FROM plans_buyers', m));
RESET max_parallel_workers_per_gather;
DROP TABLE plans_buyers;
