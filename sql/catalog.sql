-- The whole public surface: no change of it without a change here. Names that begin with _ are private.

-- Rules every aggregate keeps, so that it runs in parallel, partitioned and on many nodes. Expected: no rows.
SELECT p.oid::regprocedure AS breaks_the_rules
FROM pg_aggregate AS a
JOIN pg_proc AS p ON p.oid = a.aggfnoid
JOIN pg_type AS s ON s.oid = a.aggtranstype
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE a.aggcombinefn = 0 OR s.typtype = 'p' OR p.proparallel <> 's' OR a.aggtransspace = 0 OR a.aggkind <> 'n'
   OR p.pronargs = 0 OR p.provariadic <> 0 OR a.aggfinalmodify <> 'r' OR a.aggmfinalmodify <> 'r'
   OR p.proname IN ('avg', 'min', 'max', 'sum', 'count', 'array_agg', 'every', 'bool_and', 'bool_or', 'any_value')
   OR EXISTS (SELECT FROM unnest(p.proargtypes) AS t JOIN pg_type ON pg_type.oid = t WHERE typtype = 'p');
-- Every function is immutable and parallel safe, and its body no string. Expected: no rows.
SELECT p.oid::regprocedure AS breaks_the_rules
FROM pg_proc AS p
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE p.prokind IN ('f', 'w')
    AND (p.provolatile <> 'i' OR p.proparallel <> 's'
        OR (p.prosrc <> '' AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'sql')));
-- The function of every cast takes and gives its types exactly, because pg_upgrade makes casts in an order of its own.
SELECT c.castsource::regtype, c.casttarget::regtype
FROM pg_cast AS c
JOIN pg_proc AS p ON p.oid = c.castfunc
JOIN pg_depend AS d ON d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE p.prorettype <> c.casttarget OR p.proargtypes[0] <> c.castsource;
-- PostgreSQL shows an argument without a name, beside others with one, as "" in a body, and could not restore it.
SELECT p.oid::regprocedure AS cannot_be_restored
FROM pg_proc AS p
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE p.prosqlbody IS NOT NULL AND pg_get_functiondef(p.oid) LIKE '%""%';
-- Every public function has a comment. Expected: no rows.
SELECT p.oid::regprocedure AS has_no_comment
FROM pg_proc AS p
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE p.proname NOT LIKE '\_%' AND obj_description(p.oid, 'pg_proc') IS NULL;
-- Every type can be sent and received, and has a comment; all but metric_duration, which is only an argument, can be
-- compared and hashed. Expected: no rows.
SELECT t.oid::regtype AS not_storable
FROM pg_type AS t
JOIN pg_depend AS d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE t.typtype = 'b' AND t.typelem = 0
  AND (t.typsend = 0 OR t.typreceive = 0 OR obj_description(t.oid, 'pg_type') IS NULL
       OR (SELECT count(*) FROM pg_opclass AS c WHERE c.opcintype = t.oid AND c.opcdefault)
          <> CASE t.typname WHEN 'metric_duration' THEN 0 ELSE 2 END);
-- No type has a name that somebody's table may have, because a table has a type of its name: see test/t/names.pl.
-- Expected: no rows.
SELECT t.typname AS outside_the_rule
FROM pg_type AS t
JOIN pg_depend AS d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE t.typelem = 0 AND t.typname NOT LIKE '%\_state' AND t.typname NOT LIKE 'metric\_%'
  AND t.typname NOT IN ('rfm_cell', 'funnel_ruleset', 'rfm_cuts', 'rfm_map', 'rfm_segment', 'customer_model');

\pset format unaligned
\pset tuples_only on
SELECT CASE t.typtype WHEN 'e' THEN 'enum ' ELSE 'type ' END || t.typname
FROM pg_type AS t
JOIN pg_depend AS d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE t.typtype IN ('b', 'e') AND t.typelem = 0
ORDER BY t.typname COLLATE "C";
SELECT CASE p.prokind WHEN 'a' THEN 'aggregate ' WHEN 'w' THEN 'window function ' ELSE 'function ' END || p.proname
       || '(' || pg_get_function_arguments(p.oid) || ') -> ' || pg_get_function_result(p.oid)
       || CASE WHEN p.proisstrict OR p.prokind = 'a' THEN '' ELSE ', takes NULL' END
FROM pg_proc AS p
JOIN pg_depend AS d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
WHERE p.proname NOT LIKE '\_%'
ORDER BY p.proname COLLATE "C", pg_get_function_arguments(p.oid) COLLATE "C", p.prokind;
SELECT 'cast ' || castsource::regtype || ' as ' || casttarget::regtype || ' ' || castcontext::text
FROM pg_cast AS c
JOIN pg_depend AS d ON d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype = 'e'
JOIN pg_extension AS e ON e.oid = d.refobjid AND e.extname = 'customer_metrics'
ORDER BY castsource::regtype::text COLLATE "C", casttarget::regtype::text COLLATE "C";
