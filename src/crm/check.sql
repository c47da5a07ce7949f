-- crm_check: what is wrong or worth knowing in the landed data, each with a count, an example and a cure.

-- The query of a check: words of a landed column that neither we nor the table words know.
CREATE FUNCTION _crm_unknown_words(field text, word text, landed text) RETURNS text IMMUTABLE STRICT PARALLEL SAFE
RETURN format('SELECT count(*), min(o.word COLLATE "C") FROM (SELECT %2$s AS word FROM %3$s) AS o WHERE o.word IS NOT NULL AND '
    '{ext}.crm_meaning(%1$L, o.word) IS NULL AND NOT EXISTS '
    '(SELECT FROM {to}.words AS w WHERE w.field = %1$L AND w.word = o.word)', field, word, landed);

-- A check counts in one query, of the columns count and example. It is made where all fields that it needs were landed.
CREATE FUNCTION _crm_checks() RETURNS TABLE (name text, relation text, needs text[], query text,
    cure text) IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES
    ('times before 1990', 'deals', '{deals.created_at}'::text[],
        'SELECT count(*), min(d.deal_id COLLATE "C") FROM {to}._deals() AS d WHERE d.created_at < ''1990-01-01Z''',
        'Were seconds landed for milliseconds? Load them times 1000.'),
    ('times before 1990', 'leads', '{leads.created_at}',
        'SELECT count(*), min(l.lead_id COLLATE "C") FROM {to}._leads() AS l WHERE l.created_at < ''1990-01-01Z''',
        'Were seconds landed for milliseconds? Load them times 1000.'),
    ('closed before created', 'deals', '{deals.created_at}',
        'SELECT count(*), min(d.deal_id COLLATE "C") FROM {to}._deals() AS d WHERE d.closed_at < d.created_at',
        'Their sales cycle is negative. Without a stage history closed_at is what somebody typed as the closing date.'),
    ('converted without a time', 'leads', '{leads.converted,leads.lead_id}',
        'SELECT count(*), min({leads.lead_id} COLLATE "C") FROM {leads.from} WHERE {leads.live} AND {leads.converted} AND {leads.converted_at} IS NULL',
        'They count as not converted. Load the time of conversion, or name its column: columns => ''{"leads.converted_at": "..."}''.'),
    ('derived leads', 'leads', '{deals.lead_conversion_days,leads.lead_id}',
        'SELECT count(*), min(l.lead_id COLLATE "C") FROM {to}._leads() AS l WHERE l.derived',
        'The loader leaves converted leads out: conversion rates are estimates. Load Leads with converted => both, or a backup.'),
    ('leads without channel', 'leads', '{leads.channel}',
        'SELECT count(*) FILTER (WHERE l.channel IS NULL), format(''%s %% of %s'', round(100.0 * count(*) FILTER (WHERE l.channel IS NULL) / nullif(count(*), 0), 1), count(*)) '
        'FROM {to}._leads() AS l', 'Rates by channel leave them in a group of their own, NULL.'),
    ('last stage differs', 'deals', '{deals.stage,deal_stage_history.deal_id}',
        'SELECT count(*), min(format(''%s: %s, history %s'', d.deal_id, d.stage, h.stage) COLLATE "C") FROM {to}._deals() AS d '
        'JOIN (SELECT h.deal_id, h.stage FROM {to}._deal_stage_history() AS h WHERE h.left_at IS NULL) AS h USING (deal_id) WHERE d.stage <> h.stage',
        'The history and the deals were loaded at different times, or one of them incompletely: load both again.'),
    ('deals without history', 'deals', '{deal_stage_history.deal_id}',
        'SELECT count(*), min(d.deal_id COLLATE "C") FROM {to}._deals() AS d WHERE NOT EXISTS (SELECT FROM {to}._deal_stage_history() AS h WHERE h.deal_id = d.deal_id)',
        'Their closed_at is the closing date. Load the history from its beginning.'),
    ('history of unknown deals', 'deal_stage_history', '{deal_stage_history.deal_id}',
        'SELECT count(*), min({deal_stage_history.deal_id} COLLATE "C") FROM {deal_stage_history.from} WHERE {deal_stage_history.live} AND NOT EXISTS '
        '(SELECT FROM {to}._deals() AS d WHERE d.deal_id = {deal_stage_history.deal_id})',
        'These rows are left out: their deals were deleted, or not loaded.'),
    ('deals of unknown customers', 'deals', '{deals.customer_id,customers.customer_id}',
        'SELECT count(*), min(d.deal_id COLLATE "C") FROM {to}._deals() AS d WHERE d.customer_id IS NOT NULL AND NOT EXISTS (SELECT FROM {to}._customers() AS c WHERE c.customer_id = d.customer_id)',
        'Their accounts were deleted or merged, or are not loaded.'),
    ('stage is not in the table', 'stages', '{deals.stage}',
        'SELECT count(*), min(d.stage COLLATE "C") FROM {to}._deals() AS d WHERE NOT EXISTS (SELECT FROM {to}.stages AS s WHERE s.stage = d.stage AND s.pipeline IN ('''', d.pipeline))',
        'It counts by its name. Run crm_views or crm_refresh, which add it to {to}.stages, and give it its place there.'),
    ('open stage with probability 0 or 100', 'stages', '{deals.stage,deals.probability}',
        'SELECT count(*), min(s.stage COLLATE "C") FROM (SELECT d.stage FROM {to}._deals() AS d WHERE d.status = ''open'' GROUP BY d.stage '
        'HAVING bool_and(d.probability = 1) OR bool_and(d.probability = 0)) AS s',
        'It looks like won or lost in words that are not known: UPDATE {to}.stages SET category = ''won'' WHERE stage = ...'),
    ('no stage is won', 'stages', '{deals.stage}',
        'SELECT count(*), NULL FROM (SELECT WHERE NOT EXISTS (SELECT FROM {to}.stages AS s WHERE s.category = ''won'')) AS none',
        'UPDATE {to}.stages SET category = ''won'' WHERE stage = ...'),
    ('several currencies without a rate', 'deals', '{deals.currency}',
        'WITH c AS (SELECT {deals.currency} AS currency, {deals.exchange_rate} AS rate, {deals.deal_id} AS id FROM {deals.from} WHERE {deals.live}), '
        'm AS (SELECT mode() WITHIN GROUP (ORDER BY c.currency COLLATE "C") AS most FROM c) '
        'SELECT count(*), min(c.id COLLATE "C") FROM c, m WHERE c.rate IS NULL AND c.currency <> m.most',
        'Their amounts count as home currency. Load the exchange rate, or name its column: columns => ''{"deals.exchange_rate": "..."}''.'),
    ('unknown status of orders', 'orders', '{invoices.status}',
        _crm_unknown_words('order_status', '{invoices.status}', '{invoices.from} WHERE {invoices.live}'),
        'They count as orders. INSERT INTO {to}.words VALUES (''order_status'', ''...'', ''cancelled'') or ''valid''.'),
    ('unknown status of orders', 'orders', '{sales_orders.status}',
        _crm_unknown_words('order_status', '{sales_orders.status}', '{sales_orders.from} WHERE {sales_orders.live}'),
        'They count as orders. INSERT INTO {to}.words VALUES (''order_status'', ''...'', ''cancelled'') or ''valid''.'),
    ('unknown type of tickets', 'tickets', '{tickets.type}',
        _crm_unknown_words('ticket_type', '{tickets.type}', '{tickets.from} WHERE {tickets.live}'),
        'They count as no complaints. INSERT INTO {to}.words VALUES (''ticket_type'', ''...'', ''complaint'') or ''other''.'),
    ('unknown sales_status', 'deals', '{deals.status_code}',
        'SELECT count(*), min(coalesce(o.label, o.code) COLLATE "C") FROM (SELECT {deals.status_label} AS label, {deals.status_code} AS code FROM {deals.from}) AS o '
        'WHERE coalesce(o.label, o.code) IS NOT NULL AND {ext}.crm_meaning(''sales_status'', o.label) IS NULL AND {ext}.crm_meaning(''sales_status'', o.code) IS NULL '
        'AND NOT EXISTS (SELECT FROM {to}.words AS w WHERE w.field = ''sales_status'' AND w.word = coalesce(o.label, o.code))',
        'Queries that read them fail. INSERT INTO {to}.words VALUES (''sales_status'', ''...'', ''open''), ''won'', ''lost'' or ''invalid''.');
END;

-- Checks of every landed table: ids, and words of approval.
CREATE FUNCTION _crm_checks_of_tables(sources jsonb) RETURNS TABLE (name text, relation text, needs text[],
    query text, cure text) STABLE
BEGIN ATOMIC
    SELECT k.name, s.source, ARRAY[s.source || k.field], replace(k.query, '?', s.source), k.cure
    FROM jsonb_object_keys(sources) AS s(source), (VALUES
        ('duplicate ids', '.id',
            'SELECT count(*), min(i.id COLLATE "C") FROM (SELECT {?.id} AS id FROM {?.from} WHERE {?.live} GROUP BY 1 HAVING count(*) > 1) AS i',
            'Rows count more than once. A loader that appends keeps all versions of a row: versions => ''latest'' reads the last of each.'),
        ('rounded ids', '.id',
            'SELECT CASE WHEN bool_and(i.id LIKE ''%00'') AND count(*) > 2 THEN count(*) ELSE 0 END, min(i.id COLLATE "C") FROM (SELECT {?.id} AS id FROM {?.from}) AS i WHERE length(i.id) >= 16 AND i.id ~ ''^[0-9]+$''',
            'The loader went through a float: different records have one id. Load ids as text.'),
        ('rows without id', '.id', 'SELECT count(*), NULL FROM {?.from} WHERE {?.live} AND {?.id} IS NULL',
            'Load ids.'),
        ('unknown life_status', '.life_status',
            _crm_unknown_words('life_status', '{?.life_status}', '{?.from}'),
            'Queries that read them fail. INSERT INTO {to}.words VALUES (''life_status'', ''...'', ''normal''), ''in_approval'' or ''void''.')
    ) AS k(name, field, query, cure);
END;

-- Both readings of the history's times, compared with the days that were landed: rows that contradict.
CREATE FUNCTION _crm_check_history(dictionary jsonb, OUT rows bigint, OUT entered bigint,
    OUT left_ bigint) LANGUAGE plpgsql STABLE AS $$
BEGIN
    EXECUTE _crm_fill('
        SELECT count(*), count(*) FILTER (WHERE h.next - h.day <> h.days),
            count(*) FILTER (WHERE h.day - h.before <> h.days)
        FROM (SELECT {ext}.crm_date(e.at, {zone}) AS day, e.days, {ext}.crm_date(lead(e.at) OVER w, {zone}) AS next,
            {ext}.crm_date(lag(e.at) OVER w, {zone}) AS before
              FROM (SELECT {deal_stage_history.deal_id} AS deal_id, {deal_stage_history.entered_at} AS at,
                  {deal_stage_history.history_id} AS id, {deal_stage_history.days} AS days
                    FROM {deal_stage_history.from} WHERE {deal_stage_history.live}) AS e
              WHERE e.deal_id IS NOT NULL AND e.at IS NOT NULL
              WINDOW w AS (PARTITION BY e.deal_id ORDER BY e.at, e.id COLLATE "C")) AS h
        WHERE h.days IS NOT NULL AND h.next IS NOT NULL
            AND h.before IS NOT NULL', dictionary) INTO rows, entered, left_;
END $$;

-- Labels that were not landed beside codes: the words of a report would be numbers.
CREATE FUNCTION _crm_codes_without_label(settings jsonb, source jsonb, candidates text[], OUT codes bigint,
    OUT example text) LANGUAGE plpgsql STABLE AS $$
DECLARE
    landed oid := (source ->> 'oid')::bigint::oid;
    label text := _crm_expression(landed, 'text', candidates[1:1], settings ->> 'zone', settings ->> 'extension');
    code text := _crm_expression(landed, 'text', candidates[2:2], settings ->> 'zone', settings ->> 'extension');
BEGIN
    IF code IS NULL THEN RETURN; END IF;
    EXECUTE format('SELECT count(*), min(c.code COLLATE "C") FROM (SELECT %s AS code, %s AS label FROM %s) AS c WHERE c.label IS NULL AND c.code ~ ''^[0-9]{1,6}$''',
                   code, coalesce(label, 'NULL::text'), source ->> 'from') INTO codes, example;
END $$;

-- One query of a check. What cannot be read is a finding of its own, not the end of all.
CREATE FUNCTION _crm_ask(query text, OUT count bigint, OUT example text, OUT failed boolean) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE query INTO count, example;
    failed := false;
EXCEPTION WHEN data_exception OR insufficient_privilege OR undefined_column OR undefined_table OR undefined_function
    THEN
    count := NULL;
    example := sqlerrm;
    failed := true;
END $$;

-- The first record of a landed table of which a field cannot be read: the table is halved until one row is left.
CREATE FUNCTION _crm_bad_record(dictionary jsonb, source text, field text, OUT id text,
    OUT message text) LANGUAGE plpgsql AS $$
DECLARE
    template text := 'SELECT count({' || source || '.' || field || '}), NULL::text FROM (SELECT t.* FROM {' || source
        || '.from} OFFSET {low} LIMIT {n}) AS t';
    low bigint := 0;
    high bigint;
    middle bigint;
    a record;
BEGIN
    EXECUTE _crm_fill('SELECT count(*) FROM {' || source || '.from}', dictionary) INTO high;
    WHILE high - low > 1 LOOP
        middle := low + (high - low) / 2;
        a := _crm_ask(_crm_fill(template, dictionary || jsonb_build_object('low', low, 'n', middle - low)));
        IF a.failed THEN high := middle; ELSE low := middle; END IF;
    END LOOP;
    message := (_crm_ask(_crm_fill(template, dictionary || jsonb_build_object('low', low, 'n', 1)))).example;
    id := (_crm_ask(_crm_fill('SELECT NULL::bigint, {' || source || '.id} FROM (SELECT t.* FROM {' || source
        || '.from} OFFSET {low} LIMIT 1) AS t',
        dictionary || jsonb_build_object('low', low)))).example;
END $$;

-- What cannot be read: each field of each landed table, with the first record of which it is so.
CREATE FUNCTION _crm_unreadable(dictionary jsonb) RETURNS TABLE (relation text, example text) LANGUAGE plpgsql AS $$
DECLARE
    s record;
    f text;
    bad record;
BEGIN
    FOR s IN SELECT key AS source, value AS found FROM jsonb_each(dictionary -> 'sources') ORDER BY key COLLATE "C" LOOP
        CONTINUE WHEN NOT (_crm_ask(_crm_fill((SELECT 'SELECT count(ROW(' || string_agg('{' || s.source || '.' || k
            || '}', ', ') || ')), NULL FROM {' || s.source || '.from}'
            FROM jsonb_object_keys(s.found -> 'fields') AS k), dictionary))).failed;
        FOR f IN SELECT k FROM jsonb_object_keys(s.found -> 'fields') AS k WHERE k <> 'id' ORDER BY k COLLATE "C" LOOP
            CONTINUE WHEN NOT (_crm_ask(_crm_fill('SELECT count({' || s.source || '.' || f || '}), NULL FROM {'
                || s.source || '.from}', dictionary))).failed;
            bad := _crm_bad_record(dictionary, s.source, f);
            relation := s.source;
            example := format('%s of the record %s: %s', f, coalesce(bad.id, 'without an id'), bad.message);
            RETURN NEXT;
        END LOOP;
    END LOOP;
END $$;

CREATE FUNCTION _crm_settings_of(to_schema text) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    settings jsonb;
BEGIN
    IF _crm_is_ours(_crm_function(to_schema, '_crm_settings')) IS NOT TRUE THEN
        RAISE EXCEPTION 'schema "%" has no views that crm_views made', to_schema
            USING ERRCODE = 'invalid_parameter_value',
                HINT = 'Run crm_views first; "to_schema" is the schema that it was given.';
    END IF;
    EXECUTE format('SELECT %I._crm_settings()', to_schema) INTO settings;
    RETURN settings || jsonb_build_object('extension', _crm_extension_schema(), 'to_schema', to_schema, 'dry_run',
        false);
END $$;

CREATE FUNCTION crm_check(to_schema text) RETURNS TABLE ("check" text, relation text, count bigint, example text,
    cure text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    settings jsonb;
    dictionary jsonb;
    sources jsonb;
    c record;
    a record;
    h record;
BEGIN
    PERFORM set_config('search_path', (SELECT format('pg_catalog, %I, pg_temp', n.nspname) FROM pg_extension AS e
        JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'customer_metrics_crm'), true);
    -- A table is read in the same order each time, so that halves of it are halves.
    PERFORM set_config('synchronize_seqscans', 'off', true), set_config('max_parallel_workers_per_gather', '0', true);
    settings := _crm_settings_of(to_schema);
    dictionary := _crm_dictionary(settings);
    sources := dictionary -> 'sources';

    -- Every value of every row is read once.
    FOR c IN SELECT u.relation, u.example FROM _crm_unreadable(dictionary) AS u LOOP
        "check" := 'cannot be read'; relation := c.relation; count := NULL; example := c.example;
        cure := 'Correct it in the CRM, or load it in another form; queries that read this column fail.';
        RETURN NEXT;
    END LOOP;

    FOR c IN SELECT k.* FROM (SELECT * FROM _crm_checks_of_tables(sources) UNION ALL SELECT * FROM _crm_checks()) AS k
             WHERE NOT EXISTS (SELECT FROM unnest(k.needs) AS n WHERE NOT coalesce(sources -> split_part(n, '.',
                 1) -> 'fields' ? split_part(n, '.', 2), false)) LOOP
        a := _crm_ask(_crm_fill(c.query, dictionary));
        IF a.count > 0 THEN
            "check" := c.name; relation := c.relation; count := a.count; example := a.example; cure := _crm_fill(c.cure, dictionary);
            RETURN NEXT;
        END IF;
    END LOOP;

    IF sources -> 'deal_stage_history' -> 'fields' ?& '{days,entered_at,deal_id}' THEN
        h := _crm_check_history(dictionary);
        IF h.rows > 0 THEN
            "check" := 'history times'; relation := 'deal_stage_history'; count := CASE settings ->> 'history_time'
                WHEN 'entered' THEN h.entered ELSE h.left_ END;
            example := format('as times of entering %s of %s rows contradict their days, as times of leaving %s',
                h.entered, h.rows, h.left_);
            cure := CASE WHEN (h.entered <= h.left_) = (settings ->> 'history_time' = 'entered')
                THEN 'The reading in use fits better.'
                         ELSE format('The other reading fits better: history_time => %L.', CASE
                             WHEN h.entered <= h.left_ THEN 'entered' ELSE 'left' END) END;
            RETURN NEXT;
        END IF;
    END IF;

    FOR c IN SELECT f.relation, f.field, f.candidates FROM crm_fields(settings ->> 'system') AS f
             WHERE f.type = 'label' AND f.candidates[1] = f.candidates[2] || '__r' AND sources ? f.relation LOOP
        h := _crm_codes_without_label(settings, sources -> c.relation, c.candidates);
        IF h.codes > 0 THEN
            "check" := 'codes without label'; relation := c.relation; count := h.codes; example := format('%s %s',
                c.candidates[2], h.example);
            cure := format('Load %s beside %s, or read codes.', c.candidates[1], c.candidates[2]);
            RETURN NEXT;
        END IF;
    END LOOP;
END $$;
COMMENT ON FUNCTION crm_check(text) IS
    'what is wrong or worth knowing in the data that the views of a schema read: count, an example and the cure of each finding';

CREATE FUNCTION crm_refresh(to_schema text) RETURNS TABLE (relation text, rows bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
#variable_conflict use_variable
DECLARE
    settings jsonb;
    c record;
    added text;
BEGIN
    PERFORM set_config('search_path', (SELECT format('pg_catalog, %I, pg_temp', n.nspname) FROM pg_extension AS e
        JOIN pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'customer_metrics_crm'), true);
    settings := _crm_settings_of(to_schema);
    EXECUTE _crm_fill_stages(settings, _crm_dictionary(settings)) INTO added;
    relation := 'stages';
    EXECUTE format('SELECT count(*) FROM %I.stages', to_schema) INTO rows;
    RETURN NEXT;
    FOR c IN SELECT x.relation, x.key, k.relispopulated FROM _crm_relations() WITH ORDINALITY AS x(relation, columns,
        key, number)
             JOIN pg_class AS k ON k.relname = x.relation AND k.relkind = 'm'
                 JOIN pg_namespace AS n ON n.oid = k.relnamespace AND n.nspname = to_schema
             ORDER BY x.number LOOP
        CONTINUE WHEN _crm_existing(to_schema, c.relation) IS DISTINCT FROM 'm'::"char";
        PERFORM _crm_run(format('REFRESH MATERIALIZED VIEW %s%I.%I', CASE WHEN c.key IS NOT NULL AND c.relispopulated
            THEN 'CONCURRENTLY ' ELSE '' END, to_schema, c.relation),
                         settings, c.relation);
        relation := c.relation;
        EXECUTE format('SELECT count(*) FROM %I.%I', to_schema, c.relation) INTO rows;
        RETURN NEXT;
    END LOOP;
END $$;
COMMENT ON FUNCTION crm_refresh(text) IS
    'adds new stages to the table stages and refreshes what crm_views made with kind => ''materialized'', one row for each';
