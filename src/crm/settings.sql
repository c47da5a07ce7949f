-- The arguments of crm_views, checked, as one value that its steps read.

-- An error unless a word is one of those allowed.
CREATE FUNCTION _crm_check_word(argument text, given text, allowed text[]) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF given IS NULL OR lower(given) <> ALL (allowed) THEN
        RAISE EXCEPTION '"%" is not known: %', argument, coalesce('"' || left(given, 100) || '"', 'NULL')
            USING ERRCODE = 'invalid_parameter_value', HINT = format('Use one of %s.', array_to_string(allowed, ', '));
    END IF;
    RETURN lower(given);
END $$;

-- An error unless every key of an argument is known, and its value a text or a list of texts.
CREATE FUNCTION _crm_check_keys(argument text, given jsonb, known text[],
    lists boolean) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    unknown text;
BEGIN
    IF given IS NULL OR jsonb_typeof(given) <> 'object' THEN
        RAISE EXCEPTION '"%" is not an object', argument
            USING ERRCODE = 'invalid_parameter_value', HINT = format('Write it as {"%s": ...}.', known[1]);
    END IF;
    SELECT k INTO unknown FROM jsonb_object_keys(given) AS k WHERE k <> ALL (known) ORDER BY k COLLATE "C" LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '"%" has an unknown key "%"', argument, left(unknown, 100)
            USING ERRCODE = 'invalid_parameter_value', HINT = format('Keys are %s.', array_to_string(known, ', '));
    END IF;
    SELECT k INTO unknown FROM jsonb_each(given) AS e(k, v)
    WHERE NOT CASE jsonb_typeof(v) WHEN 'string' THEN NOT lists OR argument = 'tables'
                                   WHEN 'array' THEN lists AND jsonb_array_length(v) > 0 AND NOT EXISTS (SELECT
                                       FROM jsonb_array_elements(v) AS x WHERE jsonb_typeof(x) <> 'string')
                                   ELSE false END LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '"%" of "%" is not a name', unknown, argument
            USING ERRCODE = 'invalid_parameter_value', HINT = CASE WHEN lists
                THEN 'Write names in a list: ["...", "..."].' ELSE 'Write one name: "...".' END;
    END IF;
    RETURN given;
END $$;

-- The system whose tables the schema has: an error if it is none, both, or only the old object of Fxiaoke.
CREATE FUNCTION _crm_system(schema text, given text, tables jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    zoho boolean;
    fxiaoke boolean;
    system text := _crm_check_system(given);
    old text;
    landed text[];
BEGIN
    IF NOT EXISTS (SELECT FROM pg_namespace AS n WHERE n.nspname = schema) THEN
        RAISE EXCEPTION 'there is no schema "%"', schema USING ERRCODE = 'invalid_parameter_value',
            HINT = '"from_schema" is the schema into which the loader writes.';
    END IF;
    SELECT coalesce(array_agg(l.word), '{}'), min(l.name) FILTER (WHERE l.word = 'opportunityobj') INTO landed, old
    FROM _crm_landed(schema) AS l;
    SELECT bool_or(t.words && landed) FILTER (WHERE t.system = 'zoho' AND (t.relation = 'deals' OR tables ? 'deals')),
           bool_or(t.words && landed) FILTER (WHERE t.system = 'fxiaoke' AND (t.relation = 'deals' OR tables ? 'deals'))
    INTO zoho, fxiaoke FROM crm_tables() AS t;
    IF _crm_table_word(tables ->> 'deals') = 'opportunityobj' OR (old IS NOT NULL AND NOT fxiaoke
        AND (system = 'fxiaoke' OR NOT zoho)) THEN
        RAISE EXCEPTION 'table "%" is the old object of opportunities, which is not read', coalesce(old,
            tables ->> 'deals')
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Load NewOpportunityObj, whose stages and results are those that Fxiaoke shows.';
    END IF;
    IF system IS NULL AND zoho AND fxiaoke THEN
        RAISE EXCEPTION 'schema "%" has tables of Zoho CRM and of Fxiaoke', schema
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name one: system => ''zoho'' or system => ''fxiaoke''.';
    END IF;
    IF NOT tables ? 'deals' AND NOT (CASE system WHEN 'zoho' THEN zoho WHEN 'fxiaoke' THEN fxiaoke ELSE zoho
        OR fxiaoke END) THEN
        RAISE EXCEPTION 'schema "%" has no table of deals of %', schema, CASE system WHEN 'zoho' THEN 'Zoho CRM'
            WHEN 'fxiaoke' THEN 'Fxiaoke' ELSE 'Zoho CRM or Fxiaoke' END
            USING ERRCODE = 'invalid_parameter_value',
                HINT = format('Such a table is called %s; another name is said by tables => ''{"deals": "..."}''.',
                CASE system WHEN 'zoho' THEN 'incremental_deals_zoho_crm_stream, deal or Deals_001' WHEN 'fxiaoke'
                    THEN 'NewOpportunityObj'
                            ELSE 'incremental_deals_zoho_crm_stream, deal, Deals_001 or NewOpportunityObj' END);
    END IF;
    system := coalesce(system, CASE WHEN zoho THEN 'zoho' WHEN fxiaoke THEN 'fxiaoke' END);
    IF system IS NULL THEN
        RAISE EXCEPTION 'which system do the tables of schema "%" come from', schema
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name it: system => ''zoho'' or system => ''fxiaoke''.';
    END IF;
    RETURN system;
END $$;

-- Which orders are read, and an error where they were not landed.
CREATE FUNCTION _crm_orders_from(settings jsonb, given text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    zoho boolean := settings ->> 'system' = 'zoho';
    wanted text := _crm_check_word('orders_from', coalesce(given, CASE WHEN zoho THEN 'deals' ELSE 'sales_orders' END),
                                   CASE WHEN zoho THEN '{deals,invoices,sales_orders}'::text[]
                                       ELSE '{sales_orders,deals}'::text[] END);
    module text := CASE WHEN zoho THEN wanted ELSE 'orders' END;
BEGIN
    IF given IS NOT NULL AND wanted <> 'deals' AND NOT settings -> 'tables' ? module
       AND _crm_find(settings ->> 'from_schema', module, (SELECT t.words FROM crm_tables(settings ->> 'system') AS t
           WHERE t.relation = module)) IS NULL THEN
        RAISE EXCEPTION 'schema "%" has no table of %', settings ->> 'from_schema', replace(wanted, '_', ' ')
            USING ERRCODE = 'invalid_parameter_value',
                HINT = format('Load that module, name its table by tables => ''{"%s": "..."}'', or use orders_from => ''deals''.', module);
    END IF;
    RETURN wanted;
END $$;
