-- What was landed: tables by their names, columns by theirs.

-- The one spelling in which names are compared: "Probability (%)" and probability are the same, _id and id are not.
CREATE FUNCTION _crm_norm(name text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN left(name, 1) = '_' THEN '_' ELSE '' END
    || btrim(regexp_replace(lower(name COLLATE "C"), '[\x01-\x2f\x3a-\x60\x7b-\x7f]+', '_', 'g'), '_');

-- A table's name without what loaders put around it: incremental_deals_zoho_crm_stream, Deals_001, Deals_2026_01_26.
CREATE FUNCTION _crm_table_word(name text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
RETURN replace(regexp_replace(regexp_replace(_crm_norm(name), '^incremental_|_zoho_crm_stream$', '', 'g'),
    '(_c)?_[0-9]{3}$|_20[0-9]{2}_[0-9]{2}_[0-9]{2}$', ''), '_', '');

-- The same without a number of a part: backup archives cut a module of many rows into Deals_001, Deals_002.
CREATE FUNCTION _crm_without_part(name text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(_crm_norm(name), '_[0-9]{3}$', '');

-- The tables of a schema, and what else is read like one.
CREATE FUNCTION _crm_landed(schema text) RETURNS TABLE (oid oid, name name, word text, is_partition boolean) STABLE
BEGIN ATOMIC
    SELECT c.oid, c.relname, _crm_table_word(c.relname), c.relispartition
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = schema AND c.relkind IN ('r', 'v', 'm', 'p', 'f');
END;

CREATE FUNCTION _crm_named(schema text, relation text, named jsonb) RETURNS oid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    one text;
    tables oid[] := '{}';
    found oid;
BEGIN
    FOR one IN SELECT value FROM jsonb_array_elements_text(CASE jsonb_typeof(named) WHEN 'array' THEN named
        ELSE jsonb_build_array(named) END) LOOP
        SELECT l.oid INTO found FROM _crm_landed(schema) AS l WHERE l.name = one;
        IF found IS NULL THEN
            RAISE EXCEPTION 'schema "%" has no table "%"', schema, one
                USING ERRCODE = 'invalid_parameter_value',
                    HINT = format('"tables" names it for %s; names are written as they are, without quotes.', relation);
        END IF;
        tables := tables || found;
    END LOOP;
    RETURN nullif(tables, '{}');
END $$;

-- The tables of a relation, more than one where an archive was cut; NULL if there is none.
CREATE FUNCTION _crm_find(schema text, relation text, words text[]) RETURNS oid[] LANGUAGE plpgsql STABLE AS $$
DECLARE
    tables oid[];
    names text[];
    kinds bigint;
BEGIN
    SELECT array_agg(l.oid ORDER BY l.name COLLATE "C"), array_agg(format('%I.%I', schema, l.name)
        ORDER BY l.name COLLATE "C"),
           count(DISTINCT CASE WHEN _crm_norm(l.name) ~ '_[0-9]{3}$' THEN _crm_without_part(l.name)
               ELSE l.name || '/' END)
    INTO tables, names, kinds
    FROM _crm_landed(schema) AS l WHERE l.word = ANY (words) AND NOT l.is_partition;
    IF kinds > 1 THEN
        RAISE EXCEPTION 'more than one table of % in schema "%": %', relation, schema, array_to_string(names, ', ')
            USING ERRCODE = 'invalid_parameter_value',
                HINT = format('Name the one to read: tables => ''{"%s": "..."}''.', relation);
    END IF;
    RETURN tables;
END $$;

-- ---- columns ---------------------------------------------------------------------------------------------------

-- What is written behind a column so that the converter of a type of field takes it: nothing for most types.
CREATE FUNCTION _crm_cast(type text, landed oid) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN landed = 'json'::regtype THEN '::jsonb'
    WHEN landed IN ('text'::regtype, 'character varying'::regtype, 'character'::regtype, 'name'::regtype,
        'jsonb'::regtype) THEN ''
    WHEN landed IN ('integer'::regtype, 'smallint'::regtype, 'bigint'::regtype) THEN ''
    WHEN landed = 'text[]'::regtype AND type IN ('id', 'text', 'label', 'name', 'owner') THEN ''
    WHEN landed IN ('numeric'::regtype, 'real'::regtype, 'double precision'::regtype) AND type NOT IN ('name',
        'owner', 'boolean') THEN ''
    WHEN landed = 'boolean'::regtype AND type IN ('text', 'label', 'boolean') THEN ''
    WHEN landed = 'uuid'::regtype AND type IN ('id', 'text', 'label') THEN ''
    WHEN landed IN ('date'::regtype, 'timestamp'::regtype, 'timestamptz'::regtype) AND type IN ('text', 'label',
        'timestamp', 'date') THEN ''
    ELSE '::text' END;

-- The column of a table that has a name, written so or in our spelling; NULL if none has it.
CREATE FUNCTION _crm_column(landed oid, wanted text) RETURNS name STABLE STRICT
BEGIN ATOMIC
    SELECT a.attname FROM pg_attribute AS a
    WHERE a.attrelid = landed AND a.attnum > 0 AND NOT a.attisdropped AND _crm_norm(a.attname) = _crm_norm(wanted)
    ORDER BY a.attname = wanted DESC, a.attnum LIMIT 1;
END;

-- The column that holds whole records as JSON: the only one of JSON, or one of the names that loaders give it.
CREATE FUNCTION _crm_raw_column(landed oid) RETURNS name STABLE STRICT
BEGIN ATOMIC
    SELECT a.attname FROM pg_attribute AS a
    WHERE a.attrelid = landed AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid IN ('jsonb'::regtype,
        'json'::regtype)
          AND (a.attname IN ('data', '_airbyte_data', 'record', 'payload', 'raw', '_raw', 'doc')
               OR NOT EXISTS (SELECT FROM pg_attribute AS o WHERE o.attrelid = landed AND o.attnum > 0
                   AND NOT o.attisdropped
                                     AND _crm_norm(o.attname) IN ('_id', 'id', 'record_id')))
    ORDER BY a.attname NOT IN ('data', '_airbyte_data', 'record', 'payload', 'raw', '_raw', 'doc'), a.attnum LIMIT 1;
END;

-- How a column t.X is read as a type of field; more arguments come after it.
CREATE FUNCTION _crm_call(type text, argument text, zone text,
    extension text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
RETURN format('%I.%s(%s%s)', extension,
    CASE type WHEN 'id' THEN 'crm_ref' WHEN 'name' THEN 'crm_name' WHEN 'owner' THEN 'crm_name' WHEN 'number'
        THEN 'crm_number'
              WHEN 'boolean' THEN 'crm_boolean' WHEN 'timestamp' THEN 'crm_timestamp' WHEN 'date' THEN 'crm_date'
                  ELSE 'crm_text' END,
    argument, CASE WHEN type IN ('timestamp', 'date') THEN format(', %L', zone) ELSE '' END);

CREATE FUNCTION _crm_null(type text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
RETURN 'NULL::' || CASE type WHEN 'number' THEN 'numeric' WHEN 'timestamp' THEN 'timestamptz' WHEN 'boolean'
    THEN 'boolean'
                             WHEN 'date' THEN 'date' ELSE 'text' END;

-- A field's expression over the alias t, NULL if the table has none of its candidates. A label or an owner is the first that
-- is not empty; of others the first that the table has is read, of whole records the first that a record has.
CREATE FUNCTION _crm_expression(landed oid, type text, candidates text[], zone text, extension text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    candidate text;
    col name;
    col_type oid;
    parts text[] := '{}';
    raw name;
BEGIN
    FOREACH candidate IN ARRAY candidates LOOP
        col := _crm_column(landed, candidate);
        CONTINUE WHEN col IS NULL;
        SELECT a.atttypid INTO col_type FROM pg_attribute AS a WHERE a.attrelid = landed AND a.attname = col;
        parts := parts || _crm_call(type, format('t.%I%s', col, _crm_cast(type, col_type)), zone, extension);
        EXIT WHEN type NOT IN ('label', 'owner');
    END LOOP;
    raw := _crm_raw_column(landed);
    IF parts = '{}' AND raw IS NOT NULL THEN
        SELECT array_agg(_crm_call(type, format('(t.%I%s -> %L)', raw, cast_to, c.name), zone, extension)
            ORDER BY c.number)
        INTO parts
        FROM unnest(candidates) WITH ORDINALITY AS c(name, number),
             (SELECT CASE a.atttypid WHEN 'json'::regtype THEN '::jsonb' ELSE '' END FROM pg_attribute AS a
              WHERE a.attrelid = landed AND a.attname = raw) AS json(cast_to)
        WHERE c.name !~ '[. ]';
    END IF;
    RETURN CASE coalesce(cardinality(parts), 0) WHEN 0 THEN NULL WHEN 1 THEN parts[1] ELSE format('coalesce(%s)',
        array_to_string(parts, ', ')) END;
END $$;
