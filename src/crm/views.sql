-- The one step: crm_views.

CREATE FUNCTION _crm_extension_schema() RETURNS name STABLE
BEGIN ATOMIC
    SELECT n.nspname FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
        WHERE e.extname = 'customer_metrics_crm';
END;

-- What to know about a relation, beside what is read: NULL if nothing.
CREATE FUNCTION _crm_note(settings jsonb, dictionary jsonb, relation text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    sources jsonb := dictionary -> 'sources';
    zoho boolean := settings ->> 'system' = 'zoho';
    notes text[] := '{}';
    derived bigint;
    others text;
BEGIN
    IF relation = 'deal_stage_history' AND NOT sources ? relation THEN
        notes := notes || format('absent: stages have no times; closed_at is %s', CASE WHEN zoho
            THEN 'the Closing_Date' ELSE 'the last change of stage' END);
    END IF;
    IF relation = 'deals' AND zoho THEN
        EXECUTE format('SELECT CASE WHEN NOT EXISTS (SELECT FROM %1$I.stages WHERE category = ''won'') '
                       'THEN ''no stage is known as won: UPDATE %1$I.stages SET category = ''''won'''' WHERE stage = ...'' END', settings ->> 'to_schema') INTO others;
        notes := notes || others;
    END IF;
    IF relation = 'leads' AND zoho AND sources ? 'leads' THEN
        EXECUTE format('SELECT count(*) FROM %I._leads() WHERE derived', settings ->> 'to_schema') INTO derived;
        IF derived > 0 THEN
            notes := notes || format('ESTIMATE: %s converted leads were not delivered and are derived from their deals (derived = true); '
                                     'those without a deal are missing', derived);
        END IF;
    END IF;
    IF relation = 'orders' AND _crm_has_orders(settings, dictionary) THEN
        SELECT string_agg(s ->> 'reads', ', ') INTO others
        FROM jsonb_each(sources) AS e(name, s)
        WHERE name IN ('invoices', 'sales_orders', 'orders') AND name <> _crm_main_source(settings, 'orders');
        notes := notes || (CASE settings ->> 'orders_from' WHEN 'deals' THEN 'won deals' WHEN 'invoices'
            THEN 'invoices that are not cancelled' ELSE 'sales orders that are not cancelled' END
            || coalesce('; not read: ' || others || ' (orders_from)', ''));
    END IF;
    IF relation = 'channel_costs' THEN notes := notes
        || 'costs of campaigns by the month of their start; a channel is the type of a campaign, which may have other words than sources of leads'::text; END IF;
    IF relation = 'tickets' AND zoho AND sources ? 'tickets' THEN notes := notes
        || 'cases do not say when they were answered or closed'::text; END IF;
    IF relation = 'campaigns' AND NOT zoho AND sources ? 'campaigns' THEN notes := notes
        || 'ESTIMATE: the names of its fields are not documented; compare them with "absent"'::text; END IF;
    IF NOT zoho AND (settings ->> 'in_approval')::boolean AND relation <> 'channel_costs' THEN notes := notes
        || 'with rows in approval'::text; END IF;
    IF NOT zoho AND settings ->> 'currency' = 'home' AND sources -> relation -> 'fields' ?& '{exchange_rate,amount}'
       AND NOT sources -> relation -> 'unseen' ? 'exchange_rate' THEN
        notes := notes || 'ESTIMATE: amount * mc_exchange_rate; currency => ''divide'' where the rate is the other way round'::text;
    END IF;
    IF settings ->> 'versions' = 'latest' AND sources ? relation
        AND NOT sources -> relation -> 'fields' ?| '{modified_at,synced_at}' THEN
        notes := notes || 'all versions: the table does not say when a row was modified'::text;
    END IF;
    RETURN nullif(array_to_string(array_remove(notes, NULL), '; '), '');
END $$;

-- What a relation reads, and which fields its tables do not have.
CREATE FUNCTION _crm_reads(settings jsonb, dictionary jsonb, relation text, OUT reads text,
    OUT absent text[]) LANGUAGE plpgsql STABLE AS $$
DECLARE
    sources jsonb := dictionary -> 'sources';
    names text[] := CASE relation WHEN 'activities' THEN '{activities,calls,meetings,tasks}'::text[]
        WHEN 'channel_costs' THEN '{campaigns}'
                                  ELSE ARRAY[_crm_main_source(settings, relation)] END;
BEGIN
    SELECT string_agg(sources -> n.name ->> 'reads', ', ' ORDER BY n.number) INTO reads
    FROM unnest(names) WITH ORDINALITY AS n(name, number) WHERE sources ? n.name;
    SELECT array_agg(a.field ORDER BY n.number) INTO absent
    FROM unnest(names) WITH ORDINALITY AS n(name, number),
        jsonb_array_elements_text(sources -> n.name -> 'absent') AS a(field);
END $$;

-- A statement of ours, whose failures say what to do.
CREATE FUNCTION _crm_run(statement text, settings jsonb, relation text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    why text;
    detail text;
BEGIN
    EXECUTE statement;
EXCEPTION
    WHEN unique_violation THEN
        GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
        RAISE EXCEPTION 'relation % has an id more than once', relation
            USING ERRCODE = 'unique_violation', DETAIL = detail,
                HINT = 'A loader that appends keeps all versions of a row: versions => ''latest'' reads the last of each.';
    WHEN invalid_table_definition THEN
        GET STACKED DIAGNOSTICS why = MESSAGE_TEXT;
        RAISE EXCEPTION 'the columns of %.% change: %', quote_ident(settings ->> 'to_schema'), relation, why
            USING ERRCODE = 'invalid_table_definition',
                HINT = 'Columns can be added but not taken away: name the same "extra" as before, or drop the view first.';
    WHEN dependent_objects_still_exist THEN
        GET STACKED DIAGNOSTICS why = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
        RAISE EXCEPTION 'relation %.% cannot be made anew: %', quote_ident(settings ->> 'to_schema'), relation, why
            USING ERRCODE = 'dependent_objects_still_exist', DETAIL = detail,
                HINT = 'Drop what depends on it, run crm_views, and make it again.';
END $$;

CREATE FUNCTION crm_views(from_schema text, to_schema text, zone text, system text DEFAULT NULL,
    tables jsonb DEFAULT '{}', columns jsonb DEFAULT '{}',
    extra jsonb DEFAULT '{}', orders_from text DEFAULT NULL, currency text DEFAULT 'home',
        in_approval boolean DEFAULT false, versions text DEFAULT 'all',
    history_time text DEFAULT 'entered', kind text DEFAULT 'view', dry_run boolean DEFAULT false)
RETURNS TABLE (relation text, reads text, rows bigint, absent text[], note text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    settings jsonb;
    dictionary jsonb;
    r record;
    f record;
    statement text;
    statements text[];
    body text;
    added text;
    made text[] := '{}';
    empty boolean;
BEGIN
    PERFORM set_config('search_path', (SELECT format('pg_catalog, %I, pg_temp', n.nspname) FROM pg_extension AS e
        JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'customer_metrics_crm'), true);
    IF from_schema IS NULL OR to_schema IS NULL OR zone IS NULL THEN
        RAISE EXCEPTION '"from_schema", "to_schema" and "zone" are needed' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'The zone is that of the user who exports, and in which days begin: zone => ''Asia/Kolkata''.';
    END IF;
    IF from_schema = to_schema THEN
        RAISE EXCEPTION '"to_schema" is the schema of the landed tables' USING ERRCODE = 'invalid_parameter_value',
            HINT = 'Name one of its own for the views.';
    END IF;
    PERFORM crm_timestamp('2000-01-01'::text, zone);
    tables := _crm_check_keys('tables', tables, ARRAY(SELECT DISTINCT t.relation COLLATE "C" FROM crm_tables(system) AS t
        ORDER BY 1), true);
    settings := jsonb_build_object('from_schema', from_schema, 'to_schema', to_schema, 'zone', zone, 'system',
        _crm_system(from_schema, system, tables),
        'tables', tables, 'extension', _crm_extension_schema(), 'currency', _crm_check_word('currency', currency,
            '{home,own,divide,multiply}'),
        'in_approval', coalesce(in_approval, false), 'versions', _crm_check_word('versions', versions, '{all,latest}'),
        'history_time', _crm_check_word('history_time', history_time, '{entered,left}'), 'kind',
            _crm_check_word('kind', kind, '{view,materialized}'),
        'dry_run', coalesce(dry_run, false));
    PERFORM _crm_check_keys('tables', tables, ARRAY(SELECT t.relation COLLATE "C"
        FROM crm_tables(settings ->> 'system') AS t ORDER BY 1), true);
    settings := settings || jsonb_build_object(
        'orders_from', _crm_orders_from(settings, orders_from),
        'columns', _crm_check_keys('columns', columns, ARRAY(SELECT t.relation || '.' || d.field COLLATE "C"
            FROM crm_tables(settings ->> 'system') AS t
            JOIN crm_fields(settings ->> 'system') AS d ON d.relation IN ('*', t.relation) ORDER BY 1), false),
        'extra', _crm_check_keys('extra', extra, ARRAY(SELECT c.relation FROM _crm_relations() AS c
            WHERE c.relation <> 'channel_costs'), true));
    dictionary := _crm_dictionary(settings);
    PERFORM _crm_check_named(settings, dictionary);
    PERFORM set_config('client_min_messages', 'warning', true);

    statements := CASE WHEN to_regnamespace(quote_ident(to_schema)) IS NULL THEN ARRAY[format('CREATE SCHEMA %I',
        to_schema)] ELSE '{}' END || _crm_user_tables(to_schema)
        || ARRAY[format('CREATE %sFUNCTION %I._crm_settings() RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE AS %L', CASE
                        WHEN _crm_function(to_schema, '_crm_settings') IS NOT NULL THEN 'OR REPLACE ' ELSE '' END, to_schema,
                        format('SELECT %L::pg_catalog.jsonb', settings - 'dry_run')),
                 format('ALTER FUNCTION %I._crm_settings() DEPENDS ON EXTENSION customer_metrics_crm', to_schema)];
    IF dry_run THEN
        RETURN QUERY SELECT 'stages'::text, NULL::text, NULL::bigint, NULL::text[], s FROM unnest(statements) AS s;
    ELSE
        IF _crm_function(to_schema, '_crm_settings') IS NOT NULL AND NOT _crm_is_ours(_crm_function(to_schema,
            '_crm_settings')) THEN
            RAISE EXCEPTION 'schema "%" has a function "_crm_settings" that crm_views did not make', to_schema
                USING ERRCODE = 'invalid_parameter_value';
        END IF;
        PERFORM _crm_check_owner(to_schema, '_crm_settings', (SELECT p.proowner FROM pg_proc AS p
            WHERE p.oid = _crm_function(to_schema, '_crm_settings')));
        PERFORM _crm_check_owner(to_schema, t, _crm_relation_owner(to_schema, t)) FROM unnest('{stages,words}'::text[]) AS t;
        FOREACH statement IN ARRAY statements LOOP PERFORM _crm_run(statement, settings, 'stages'); END LOOP;
    END IF;

    FOR r IN SELECT c.relation, c.columns, c.key FROM _crm_relations() AS c LOOP
        body := _crm_body(settings, dictionary, r.relation);
        CONTINUE WHEN body IS NULL;
        made := made || r.relation;
        statements := _crm_define(settings, r.relation, r.columns || _crm_extra(settings, dictionary, r.relation,
            'type'), r.key, body,
            format('%s of %s, read from %s by crm_views of customer_metrics_crm', r.relation,
                CASE settings ->> 'system' WHEN 'zoho' THEN 'Zoho CRM' ELSE 'Fxiaoke' END,
                   coalesce((_crm_reads(settings, dictionary, r.relation)).reads, 'nothing')));
        IF dry_run THEN
            RETURN QUERY SELECT r.relation, NULL::text, NULL::bigint, NULL::text[], s FROM unnest(statements) AS s;
        ELSE
            FOREACH statement IN ARRAY statements LOOP PERFORM _crm_run(statement, settings, r.relation); END LOOP;
        END IF;
    END LOOP;
    IF dry_run THEN
        RETURN QUERY SELECT 'stages'::text, NULL::text, NULL::bigint, NULL::text[], _crm_fill_stages(settings,
            dictionary);
        RETURN;
    END IF;
    EXECUTE _crm_fill_stages(settings, dictionary) INTO added;
    -- Numbers of stages are known now: materialized views hold them.
    IF settings ->> 'kind' = 'materialized' AND added IS NOT NULL THEN
        EXECUTE format('REFRESH MATERIALIZED VIEW %I.deal_stage_history', to_schema);
        EXECUTE format('REFRESH MATERIALIZED VIEW %I.deals', to_schema);
    END IF;

    relation := 'stages'; reads := dictionary -> 'sources' -> 'stages' ->> 'reads'; absent := NULL;
    EXECUTE format('SELECT count(*) FROM %I.stages', to_schema) INTO rows;
    note := 'new: ' || added; RETURN NEXT;
    FOR r IN SELECT c.relation AS name FROM _crm_relations() AS c LOOP
        relation := r.name;
        f := _crm_reads(settings, dictionary, r.name);
        reads := f.reads; rows := NULL;
        absent := CASE WHEN r.name <> 'orders' OR settings ->> 'orders_from' <> 'deals' THEN f.absent END;
        IF r.name = ANY (made) THEN
            EXECUTE format('SELECT count(*) FROM %I.%I', to_schema, r.name) INTO rows;
            note := _crm_note(settings, dictionary, r.name);
        ELSIF _crm_existing(to_schema, r.name) IS NOT NULL THEN
            note := 'absent; the view is of an earlier run';
        ELSE
            note := 'absent';
        END IF;
        CONTINUE WHEN note = 'absent' AND r.name IN ('surveys', 'points', 'targets', 'subscriptions')
            OR note = 'absent' AND settings ->> 'system' = 'zoho' AND r.name IN ('returns', 'refunds', 'payments');
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION crm_views(text, text, text, text, jsonb, jsonb, jsonb, text, text, boolean, text, text, text,
    boolean) IS
    'makes customers, leads, deals, orders and more over the landed tables of Zoho CRM or Fxiaoke: one row of result for each';

-- "columns" and "extra" are of tables that were landed.
CREATE FUNCTION _crm_check_named(settings jsonb, dictionary jsonb) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    k text;
    source text;
BEGIN
    FOR k IN SELECT jsonb_object_keys(settings -> 'columns') LOOP
        IF NOT dictionary -> 'sources' ? split_part(k, '.', 1) THEN
            RAISE EXCEPTION '"columns" names %, and no table of % was landed', k, split_part(k, '.', 1)
                USING ERRCODE = 'invalid_parameter_value',
                    HINT = format('Name the table too: tables => ''{"%s": "..."}''.', split_part(k, '.', 1));
        END IF;
    END LOOP;
    FOR k IN SELECT jsonb_object_keys(settings -> 'extra') LOOP
        source := _crm_main_source(settings, k);
        IF k = 'orders' AND source = 'deals' THEN
            RAISE EXCEPTION '"extra" names orders, which are won deals' USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Name the columns for deals.';
        ELSIF NOT dictionary -> 'sources' ? source THEN
            RAISE EXCEPTION '"extra" names %, and no table of it was landed', k
                USING ERRCODE = 'invalid_parameter_value';
        END IF;
    END LOOP;
END $$;
