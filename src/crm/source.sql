-- One landed table (or several that are one) as the bodies of views read it. Settings are the arguments of crm_views.

CREATE FUNCTION _crm_table_name(landed oid) RETURNS text STABLE STRICT
BEGIN ATOMIC
    SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE c.oid = landed;
END;

-- FROM: the table under the alias t, its parts one after the other, or of each id the version that was modified last.
CREATE FUNCTION _crm_from(tables oid[], id text, latest text[]) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    names text[] := ARRAY(SELECT _crm_table_name(u.oid) FROM unnest(tables) WITH ORDINALITY AS u(oid, number)
        ORDER BY u.number);
    columns text;
    landed text := names[1] || ' AS t';
BEGIN
    IF cardinality(names) > 1 THEN
        SELECT string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum) INTO columns
        FROM pg_attribute AS a
        WHERE a.attrelid = tables[1] AND a.attnum > 0 AND NOT a.attisdropped
              AND NOT EXISTS (SELECT FROM unnest(tables) AS o(oid) WHERE NOT EXISTS
                  (SELECT FROM pg_attribute AS b WHERE b.attrelid = o.oid AND b.attname = a.attname AND b.attnum > 0
                      AND NOT b.attisdropped));
        landed := format('(%s) AS t', (SELECT string_agg(format('SELECT %s FROM %s AS t', columns, name),
            ' UNION ALL ' ORDER BY number)
                                       FROM unnest(names) WITH ORDINALITY AS u(name, number)));
    END IF;
    IF latest <> '{}' AND id IS NOT NULL THEN
        landed := format('(SELECT DISTINCT ON (%1$s COLLATE "C") t.* FROM %2$s ORDER BY %1$s COLLATE "C", %3$s) AS t',
            id, landed,
                         (SELECT string_agg(expression || ' DESC NULLS LAST', ', ' ORDER BY number)
                             FROM unnest(latest) WITH ORDINALITY AS u(expression, number)));
    END IF;
    RETURN landed;
END $$;

-- Which rows count, over the alias t.
CREATE FUNCTION _crm_live(settings jsonb, fields jsonb, deleted oid[]) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    extension text := settings ->> 'extension';
    parts text[] := '{}';
    gone oid;
    deleted_id text;
BEGIN
    IF fields ? 'deleted' THEN parts := parts || format('%s IS NOT TRUE', fields ->> 'deleted'); END IF;
    IF fields ? 'deleted_at' THEN parts := parts || format('%s IS NULL', fields ->> 'deleted_at'); END IF;
    IF fields ? 'record_status' THEN
        parts := parts || format('coalesce(%s, ''Available'') = ''Available''', fields ->> 'record_status');
    END IF;
    IF fields ? 'life_status' THEN
        parts := parts || format(
            'coalesce(%2$I.crm_meaning(''life_status'', %1$s), CASE WHEN %1$s IS NOT NULL THEN coalesce('
            '(SELECT w.meaning FROM %3$I.words AS w WHERE w.field = ''life_status'' AND w.word = %1$s), '
            '%2$I.crm_unknown(''life_status'', %1$s, coalesce(%4$s, ''''), %5$L)) END, ''normal'') %6$s',
            fields ->> 'life_status', extension, settings ->> 'to_schema', coalesce(fields ->> 'id', 'NULL::text'),
                quote_ident(settings ->> 'to_schema'),
            CASE WHEN (settings ->> 'in_approval')::boolean THEN '<> ''void''' ELSE '= ''normal''' END);
    END IF;
    FOREACH gone IN ARRAY coalesce(deleted, '{}') LOOP
        deleted_id := _crm_expression(gone, 'id', '{id,_id}', 'UTC', extension);
        CONTINUE WHEN deleted_id IS NULL OR NOT fields ? 'id';
        parts := parts || format('NOT EXISTS (SELECT FROM (SELECT %s AS id FROM %s) AS gone WHERE gone.id = %s)',
            deleted_id, _crm_from(ARRAY[gone], NULL, '{}'), fields ->> 'id');
    END LOOP;
    RETURN CASE parts WHEN '{}' THEN 'true' ELSE array_to_string(parts, ' AND ') END;
END $$;

-- The column or key that "columns" names for a field: an error if the table does not have it.
CREATE FUNCTION _crm_overridden(landed oid, relation text, field text,
    given text) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    raw name := _crm_raw_column(landed);
    found boolean := _crm_column(landed, given) IS NOT NULL;
BEGIN
    IF NOT found AND raw IS NOT NULL THEN
        EXECUTE format('SELECT count(*) = 0 OR bool_or(t.%I::jsonb ? $1) FROM %s AS t', raw,
            _crm_table_name(landed)) INTO found USING given;
    END IF;
    IF NOT found THEN
        RAISE EXCEPTION 'table % has no column "%"', _crm_table_name(landed), given
            USING ERRCODE = 'invalid_parameter_value',
                HINT = format('"columns" or "extra" names it for %s.%s; names are written as they are, without quotes.', relation, field);
    END IF;
    RETURN ARRAY[given];
END $$;

-- Of fields that are read from records in JSON, those that no record has. A few thousand records tell of most fields that
-- they are there; the others are looked for in all.
CREATE FUNCTION _crm_absent_keys(landed oid, raw name, keys jsonb) RETURNS text[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    known text[];
    absent text[] := '{}';
    f record;
    found boolean;
BEGIN
    EXECUTE format($q$SELECT array_agg(DISTINCT k) FROM (SELECT t.%I::jsonb AS r FROM %s AS t LIMIT 5000) AS s,
                      jsonb_object_keys(CASE jsonb_typeof(s.r) WHEN 'object' THEN s.r ELSE '{}' END) AS k$q$, raw,
                          _crm_table_name(landed)) INTO known;
    IF known IS NULL THEN RETURN '{}'; END IF;
    FOR f IN SELECT key AS field, ARRAY(SELECT jsonb_array_elements_text(value)) AS names FROM jsonb_each(keys) LOOP
        CONTINUE WHEN f.names && known;
        EXECUTE format('SELECT EXISTS (SELECT FROM %s AS t WHERE t.%I::jsonb ?| $1)', _crm_table_name(landed),
            raw) INTO found USING f.names;
        IF NOT found THEN absent := absent || f.field; END IF;
    END LOOP;
    RETURN absent;
END $$;

-- Of the fields that a table does not have, those that somebody should know of: not what another field says as well, nor a
-- currency where there is only one.
CREATE FUNCTION _crm_missing(system text, relation text, absent text[]) RETURNS text[] STABLE STRICT
BEGIN ATOMIC
    SELECT coalesce(array_agg(a.field ORDER BY a.number), '{}'::text[])
    FROM unnest(absent) WITH ORDINALITY AS a(field, number)
    WHERE EXISTS (SELECT FROM crm_fields(system) AS c WHERE c.relation = _crm_missing.relation AND c.field = a.field)
          AND NOT (a.field = 'stage_id' AND NOT 'stage' = ANY (absent)) AND NOT (a.field = 'stage'
              AND NOT 'stage_id' = ANY (absent))
          AND NOT (a.field = 'converted' AND NOT 'converted_at' = ANY (absent)) AND a.field <> 'moved_to'
          AND NOT (a.field = 'status_label' AND NOT 'status_code' = ANY (absent))
          AND NOT (a.field IN ('currency', 'exchange_rate') AND 'currency' = ANY (absent)
              AND 'exchange_rate' = ANY (absent));
END;

-- {"reads": "zoho.deal", "from": "...", "live": "...", "absent": [...], "unseen": [...], "fields": {"deal_id": "expression over t", ...}},
-- NULL if no such table was landed. The field id stands for the relation's first id.
CREATE FUNCTION _crm_source(settings jsonb, relation text, words text[]) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    schema text := settings ->> 'from_schema';
    extension text := settings ->> 'extension';
    tables oid[] := CASE WHEN settings -> 'tables' ? relation THEN _crm_named(schema, relation,
        settings -> 'tables' -> relation)
                         ELSE _crm_find(schema, relation, words) END;
    fields jsonb := '{}';
    absent text[] := '{}';
    f record;
    expression text;
    candidates text[];
    keys jsonb := '{}';
    raw name := _crm_raw_column(tables[1]);
BEGIN
    IF tables IS NULL THEN RETURN NULL; END IF;
    FOR f IN SELECT c.field, c.type, c.candidates, c.relation = '*' AS everywhere
        FROM crm_fields(settings ->> 'system') AS c
             WHERE c.relation IN ('*', _crm_source.relation) LOOP
        candidates := f.candidates;
        IF settings -> 'columns' ? (relation || '.' || f.field) THEN
            candidates := _crm_overridden(tables[1], relation, f.field, settings -> 'columns' ->> (relation || '.'
                || f.field));
        END IF;
        expression := _crm_expression(tables[1], f.type, candidates, settings ->> 'zone', extension);
        IF expression IS NOT NULL THEN
            fields := fields || jsonb_build_object(f.field, expression);
            IF raw IS NOT NULL AND NOT EXISTS (SELECT FROM unnest(candidates) AS c(name) WHERE _crm_column(tables[1],
                c.name) IS NOT NULL) THEN
                keys := keys || jsonb_build_object(f.field, candidates);
            END IF;
            IF f.type = 'id' AND NOT fields ? 'id' THEN fields := fields || jsonb_build_object('id',
                expression); END IF;
        ELSE
            absent := absent || f.field;
        END IF;
    END LOOP;
    IF keys <> '{}' THEN absent := absent || _crm_absent_keys(tables[1], raw, keys); END IF;
    RETURN jsonb_build_object(
        'reads', (SELECT string_agg(_crm_table_name(u.oid), ', ' ORDER BY u.number)
            FROM unnest(tables) WITH ORDINALITY AS u(oid, number)),
        'from', _crm_from(tables, fields ->> 'id', CASE WHEN settings ->> 'versions' = 'latest'
            THEN array_remove(ARRAY[fields ->> 'modified_at', fields ->> 'synced_at'], NULL) ELSE '{}' END),
        'live', _crm_live(settings, fields, CASE WHEN cardinality(words) > 0
            THEN (SELECT array_agg(l.oid) FROM _crm_landed(schema) AS l
                  WHERE l.word IN (SELECT 'deleted' || w FROM unnest(words) AS w)) END),
        'absent', _crm_missing(settings ->> 'system', relation, absent), 'unseen', absent, 'oid', tables[1]::bigint,
            'fields', fields);
END $$;
