-- What crm_views makes: for each relation a function _X() whose body is text, and a view or materialized view X over it.
-- The planner puts the body in the place of the view, and nothing depends on the landed tables: a loader may drop them,
-- swap them and make them again.

-- Whether an object of the schema is one that crm_views made: its functions depend on this extension.
CREATE FUNCTION _crm_is_ours(function oid) RETURNS boolean STABLE STRICT
BEGIN ATOMIC
    SELECT EXISTS (SELECT FROM pg_depend AS d JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass
        AND e.oid = d.refobjid
                   WHERE d.classid = 'pg_proc'::regclass AND d.objid = function AND d.deptype = 'x'
                       AND e.extname = 'customer_metrics_crm');
END;

CREATE FUNCTION _crm_function(schema text, name text) RETURNS oid STABLE STRICT
BEGIN ATOMIC
    SELECT p.oid FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname = schema AND p.proname = name AND p.pronargs = 0;
END;

CREATE FUNCTION _crm_relation_owner(schema text, name text) RETURNS oid STABLE STRICT
BEGIN ATOMIC
    SELECT c.relowner FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema AND c.relname = name;
END;

-- What is replaced or written into must belong to the caller, to the owner of the schema or to a superuser. Anybody else who may create in
-- the schema could put something of that name there before, keep it when it is replaced, and change it once others read the views.
CREATE FUNCTION _crm_check_owner(schema text, name text, owner oid) RETURNS void LANGUAGE plpgsql STABLE STRICT AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles AS r WHERE r.oid = owner AND (r.rolname = current_user OR r.rolsuper OR r.oid = (
                       SELECT n.nspowner FROM pg_namespace AS n WHERE n.nspname = schema))) THEN
        RAISE EXCEPTION '"%" in schema "%" belongs to %, who is neither you nor the owner of the schema', name, schema, owner::regrole
            USING ERRCODE = 'insufficient_privilege', HINT = 'Name another to_schema, or let its owner run this.';
    END IF;
END $$;

-- 'v' or 'm' for a relation that crm_views made, NULL if there is none of the name, an error if it is somebody's own.
CREATE FUNCTION _crm_existing(schema text, relation text) RETURNS "char" LANGUAGE plpgsql STABLE AS $$
DECLARE
    function oid := _crm_function(schema, '_' || relation);
    held pg_class;
BEGIN
    IF function IS NOT NULL AND NOT _crm_is_ours(function) THEN
        RAISE EXCEPTION 'schema "%" has a function "_%" that crm_views did not make', schema, relation
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name another to_schema.';
    END IF;
    PERFORM _crm_check_owner(schema, '_' || relation, (SELECT p.proowner FROM pg_proc AS p WHERE p.oid = function));
    SELECT c.* INTO held FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = schema
        AND c.relname = relation;
    IF NOT FOUND THEN RETURN NULL; END IF;
    IF held.relkind NOT IN ('v', 'm') OR function IS NULL OR NOT EXISTS (
        SELECT FROM pg_rewrite AS r JOIN pg_depend AS d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
        WHERE r.ev_class = held.oid AND d.refclassid = 'pg_proc'::regclass AND d.refobjid = function) THEN
        RAISE EXCEPTION 'schema "%" has a relation "%" that crm_views did not make', schema, relation
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name another to_schema.';
    END IF;
    PERFORM _crm_check_owner(schema, relation, held.relowner);
    RETURN held.relkind;
END $$;

-- The statements that make a relation or replace it in place. Nothing is dropped with what depends on it.
CREATE FUNCTION _crm_define(settings jsonb, relation text, columns text, key text, body text,
    comment text) RETURNS text[]
LANGUAGE plpgsql STABLE AS $$
DECLARE
    schema text := settings ->> 'to_schema';
    name text := format('%I.%I', schema, relation);
    function text := format('%I.%I', schema, '_' || relation);
    next_function text := format('%I.%I', schema, '_' || relation || '_next');
    wanted "char" := CASE settings ->> 'kind' WHEN 'materialized' THEN 'm' ELSE 'v' END;
    existing "char" := _crm_existing(schema, relation);
    former oid := _crm_function(schema, '_' || relation);
    same boolean := former IS NOT NULL AND pg_get_function_result(former) = format('TABLE(%s)', replace(columns,
        'timestamptz', 'timestamp with time zone'));
    kinds jsonb := '{"v": "VIEW", "m": "MATERIALIZED VIEW"}';
    s text[] := '{}';
BEGIN
    IF existing <> wanted OR (existing = 'm' AND NOT same) THEN
        s := s || format('DROP %s %s', kinds ->> existing::text, name);
        existing := NULL;
    END IF;
    IF former IS NOT NULL AND NOT same AND existing IS NULL THEN
        s := s || format('DROP FUNCTION %s()', function);
        former := NULL;
    END IF;
    s := s || format(E'CREATE %sFUNCTION %s() RETURNS TABLE (%s)\nLANGUAGE sql STABLE PARALLEL SAFE AS %L', CASE
        WHEN former IS NOT NULL AND same THEN 'OR REPLACE ' ELSE '' END,
                     CASE WHEN former IS NULL OR same THEN function ELSE next_function END, columns, body || E'\n');
    -- The view is there, and _crm_existing has seen that it is ours: others may depend on it, so it is replaced and not dropped.
    IF wanted = 'v' AND former IS NOT NULL AND NOT same THEN
        s := s || ARRAY[format('CREATE OR REPLACE VIEW %s AS SELECT * FROM %s()', name, next_function),
            format('DROP FUNCTION %s()', function),
                        format('ALTER FUNCTION %s() RENAME TO %I', next_function, '_' || relation)];
    ELSIF wanted = 'v' THEN
        s := s || format('CREATE %sVIEW %s AS SELECT * FROM %s()', CASE existing WHEN 'v' THEN 'OR REPLACE ' ELSE '' END, name, function);
    ELSIF existing IS NULL THEN
        s := s || format('CREATE MATERIALIZED VIEW %s AS SELECT * FROM %s()', name, function);
        IF key IS NOT NULL THEN s := s || format('CREATE UNIQUE INDEX ON %s (%s)', name, key); END IF;
    ELSE
        s := s || format('REFRESH MATERIALIZED VIEW %s', name);
    END IF;
    RETURN s || ARRAY[format('ALTER FUNCTION %s() DEPENDS ON EXTENSION customer_metrics_crm', function),
                      format('COMMENT ON %s %s IS %L', kinds ->> wanted::text, name, comment)];
END $$;

-- Two tables of the user, made where they are not there: what stages mean, and what other words mean.
CREATE FUNCTION _crm_user_tables(schema text) RETURNS text[] STABLE PARALLEL SAFE
RETURN CASE WHEN _crm_relation_owner(schema, 'stages') IS NULL THEN ARRAY[
    format('CREATE TABLE %I.stages (pipeline text NOT NULL DEFAULT '''', stage text NOT NULL, stage_number integer, '
           'category text NOT NULL CHECK (category IN (''open'', ''won'', ''lost'', ''invalid'')), PRIMARY KEY (pipeline, stage))', schema),
    format('COMMENT ON TABLE %I.stages IS ''what stages mean, of a pipeline or (pipeline empty) of all; crm_views adds rows and changes none''', schema)]
    ELSE '{}' END || CASE WHEN _crm_relation_owner(schema, 'words') IS NULL THEN ARRAY[
    format('CREATE TABLE %I.words (field text NOT NULL, word text NOT NULL, meaning text NOT NULL, PRIMARY KEY (field, word), '
           'CHECK (CASE field WHEN ''sales_status'' THEN meaning IN (''open'', ''won'', ''lost'', ''invalid'') '
           'WHEN ''life_status'' THEN meaning IN (''normal'', ''in_approval'', ''void'') WHEN ''order_status'' THEN meaning IN (''valid'', ''cancelled'') '
           'WHEN ''ticket_type'' THEN meaning IN (''complaint'', ''other'') ELSE false END))', schema),
    format('COMMENT ON TABLE %I.words IS ''what words mean that customer_metrics_crm does not know: field sales_status, life_status, order_status or ticket_type''', schema)]
    ELSE '{}' END;
