-- The bodies of the other relations; see body_deals.sql.

-- Leads. Loaders that leave converted leads out do not leave out their deals: a deal that says how long its lead took, and
-- whose lead was not delivered, gives a derived one.
CREATE FUNCTION _crm_body_leads(settings jsonb, dictionary jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    d jsonb := dictionary || jsonb_build_object(
        'extra', _crm_extra(settings, dictionary, 'leads', 'expression'), 'extra_null', _crm_extra(settings,
            dictionary, 'leads', 'null'));
    body text := '
SELECT {leads.lead_id}, {leads.channel}, {leads.status}, {leads.owner}, {leads.created_at}, {leads.converted_at},
    {leads.customer_id}, {leads.deal_id}, {leads.campaign_id}, false{extra}
FROM {leads.from} WHERE {leads.live}';
BEGIN
    IF settings ->> 'system' = 'zoho' AND dictionary -> 'sources' -> 'deals' -> 'fields' ? 'lead_conversion_days' THEN
        body := body || '
UNION ALL
SELECT ''deal:'' || d.deal_id, d.channel, NULL::text, d.owner, {ext}.crm_days_before(d.created_at,
    d.lead_conversion_days::integer, {zone}),
    d.created_at, d.customer_id, d.deal_id, d.campaign_id, true{extra_null}
FROM {to}._deals() AS d
WHERE d.lead_conversion_days IS NOT NULL'
            || CASE WHEN dictionary -> 'sources' -> 'leads' -> 'fields' ? 'deal_id'
                    THEN ' AND NOT EXISTS (SELECT FROM {leads.from} WHERE {leads.deal_id} = d.deal_id)' ELSE '' END;
    END IF;
    RETURN _crm_fill(body, d);
END $$;

-- Orders: invoices, sales orders, or deals that were won.
CREATE FUNCTION _crm_body_orders(settings jsonb, dictionary jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    source text := _crm_main_source(settings, 'orders');
    fields jsonb := dictionary -> 'sources' -> source -> 'fields';
BEGIN
    IF settings ->> 'orders_from' = 'deals' THEN
        RETURN _crm_fill('
SELECT d.deal_id, d.customer_id, d.closed_at, {ext}.crm_date(d.closed_at, {zone}), ''order''::text, d.amount,
    d.deal_id, d.owner
FROM {to}._deals() AS d WHERE d.status = ''won''', dictionary);
    END IF;
    RETURN _crm_fill(replace('
SELECT {?.order_id}, {?.customer_id}, {?.ordered_at}, {?.ordered_on}, ''order''::text, {?.amount}, {?.deal_id},
    {?.owner}{extra}
FROM {?.from} WHERE {?.live}' || CASE WHEN fields ? 'status' THEN '
    AND coalesce({ext}.crm_meaning(''order_status'', {?.status}),
                 (SELECT w.meaning FROM {to}.words AS w WHERE w.field = ''order_status'' AND w.word = {?.status}),
                     ''valid'') <> ''cancelled''' ELSE '' END,
        '?', source), dictionary || jsonb_build_object('extra', _crm_extra(settings, dictionary, 'orders',
            'expression')));
END $$;

CREATE FUNCTION _crm_body_customers(settings jsonb, dictionary jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    zoho boolean := settings ->> 'system' = 'zoho';
    d jsonb := dictionary || jsonb_build_object(
        'extra', _crm_extra(settings, dictionary, 'customers', 'expression'), 'extra_a', _crm_extra(settings,
            dictionary, 'customers', 'a'));
BEGIN
    RETURN _crm_fill('
SELECT a.customer_id, a.name, ' || CASE WHEN zoho THEN 'c.channel' ELSE 'a.channel' END || ', a.region, a.industry,
    a.owner, a.created_at, o.first_on{extra_a}
FROM (SELECT {customers.customer_id} AS customer_id, {customers.name} AS name,
    ' || CASE WHEN zoho THEN '' ELSE '{customers.channel} AS channel, ' END || '{customers.region} AS region,
             {customers.industry} AS industry, {customers.owner} AS owner, {customers.created_at} AS created_at{extra}
      FROM {customers.from} WHERE {customers.live}) AS a' || CASE WHEN zoho THEN '
    LEFT JOIN (SELECT DISTINCT ON (d.customer_id) d.customer_id, d.channel FROM {to}._deals() AS d
               WHERE d.customer_id IS NOT NULL ORDER BY d.customer_id, d.created_at,
                   d.deal_id COLLATE "C") AS c ON c.customer_id = a.customer_id' ELSE '' END || '
    LEFT JOIN (SELECT o.customer_id, pg_catalog.min(o.ordered_on) AS first_on
        FROM ' || CASE WHEN _crm_has_orders(settings, dictionary)
        THEN '{to}._orders()' ELSE '(SELECT NULL::text AS customer_id, NULL::date AS ordered_on WHERE false)' END
            || ' AS o
               GROUP BY o.customer_id) AS o ON o.customer_id = a.customer_id', d);
END $$;

-- Calls, meetings and tasks of Zoho, one after the other; activities of Fxiaoke.
CREATE FUNCTION _crm_body_activities(settings jsonb, dictionary jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    d jsonb := dictionary || jsonb_build_object('extra', _crm_extra(settings, dictionary, 'activities', 'expression'),
        'extra_null', _crm_extra(settings, dictionary, 'activities', 'null'));
    parts text[] := '{}';
    source text;
BEGIN
    FOREACH source IN ARRAY '{activities,calls,meetings,tasks}'::text[] LOOP
        CONTINUE WHEN NOT dictionary -> 'sources' ? source;
        parts := parts || replace('
SELECT {?.activity_id}, {?.customer_id}, {?.at},
    ' || CASE source WHEN 'activities' THEN '{?.kind}' ELSE quote_literal(rtrim(source, 's')) || '::text' END
            || ', {?.owner}, {?.lead_id}' || CASE WHEN source IN ('activities', 'calls') THEN '{extra}'
                ELSE '{extra_null}' END || '
FROM {?.from} WHERE {?.live}', '?', source);
    END LOOP;
    RETURN _crm_fill(array_to_string(parts, '
UNION ALL'), d);
END $$;

-- Relations of which each column is a field of one landed table, or as it is said here.
CREATE FUNCTION _crm_body_plain(settings jsonb, dictionary jsonb,
    relation text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    columns text;
BEGIN
    IF relation = 'channel_costs' THEN
        RETURN _crm_fill('
SELECT pg_catalog.date_trunc(''month'', c.started_on::timestamp)::date, c.channel, pg_catalog.sum(c.cost), 0::numeric,
    0::numeric
FROM {to}._campaigns() AS c WHERE c.cost IS NOT NULL GROUP BY 1, 2', dictionary);
    END IF;
    SELECT string_agg(CASE WHEN relation = 'tickets' AND u.field IN ('first_response_at', 'resolved_at')
        THEN 'NULL::timestamptz'
                           WHEN relation = 'tickets' AND u.field = 'complaint' THEN
                'coalesce({ext}.crm_meaning(''ticket_type'', {tickets.type}), (SELECT w.meaning FROM {to}.words AS w '
                'WHERE w.field = ''ticket_type'' AND w.word = {tickets.type}), CASE WHEN {tickets.type} IS NOT NULL THEN ''other'' END) = ''complaint'''
                           ELSE '{?.' || u.field || '}' END, ', ' ORDER BY u.number)
    INTO columns
    FROM (SELECT split_part(btrim(c), ' ', 1), number FROM _crm_relations() AS r, string_to_table(r.columns,
        ',') WITH ORDINALITY AS s(c, number)
          WHERE r.relation = _crm_body_plain.relation) AS u(field, number);
    RETURN _crm_fill(replace('
SELECT ' || columns || '{extra}
FROM {?.from} WHERE {?.live}', '?', relation),
        dictionary || jsonb_build_object('extra', _crm_extra(settings, dictionary, relation, 'expression')));
END $$;

CREATE FUNCTION _crm_has_orders(settings jsonb, dictionary jsonb) RETURNS boolean IMMUTABLE
RETURN dictionary -> 'sources' ? _crm_main_source(settings, 'orders');

-- The body of a relation, NULL if the table that it needs was not landed.
CREATE FUNCTION _crm_body(settings jsonb, dictionary jsonb, relation text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN CASE relation
        WHEN 'deals' THEN _crm_body_deals(settings, dictionary)
        WHEN 'deal_stage_history' THEN _crm_body_deal_stage_history(settings, dictionary)
        WHEN 'leads' THEN CASE WHEN dictionary -> 'sources' ? 'leads' THEN _crm_body_leads(settings, dictionary) END
        WHEN 'customers' THEN CASE WHEN dictionary -> 'sources' ? 'customers' THEN _crm_body_customers(settings,
            dictionary) END
        WHEN 'orders' THEN CASE WHEN _crm_has_orders(settings, dictionary) THEN _crm_body_orders(settings,
            dictionary) END
        WHEN 'activities' THEN CASE WHEN dictionary -> 'sources' ?| '{activities,calls,meetings,tasks}'
            THEN _crm_body_activities(settings, dictionary) END
        ELSE CASE WHEN dictionary -> 'sources' ? CASE relation WHEN 'channel_costs' THEN 'campaigns' ELSE relation END
                  THEN _crm_body_plain(settings, dictionary, relation) END
    END;
END $$;
