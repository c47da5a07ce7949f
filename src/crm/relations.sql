-- The relations that views are made of: their columns, in the order in which they are made, and their key.
CREATE FUNCTION _crm_relations() RETURNS TABLE (relation text, columns text, key text) IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES
    ('deal_stage_history', 'deal_id text, stage text, stage_number integer, category text, entered_at timestamptz, '
        'left_at timestamptz, history_id text', 'history_id'),
    ('deals', 'deal_id text, name text, customer_id text, lead_id text, campaign_id text, channel text, owner text, '
        'pipeline text, stage text, current_stage_number integer, status text, created_at timestamptz, first_contact_at timestamptz, '
        'closing_on date, closed_at timestamptz, amount numeric, probability numeric, lead_conversion_days numeric, '
        'sales_cycle_days numeric, overall_days numeric, lost_reason text', 'deal_id'),
    ('leads', 'lead_id text, channel text, status text, owner text, created_at timestamptz, converted_at timestamptz, '
        'customer_id text, deal_id text, campaign_id text, derived boolean', 'lead_id'),
    ('orders', 'order_id text, customer_id text, ordered_at timestamptz, ordered_on date, kind text, amount numeric, '
        'deal_id text, owner text', 'order_id'),
    ('customers', 'customer_id text, name text, channel text, region text, industry text, owner text, '
        'created_at timestamptz, signed_up_on date', 'customer_id'),
    ('returns', 'return_id text, order_id text, customer_id text, returned_at timestamptz, amount numeric, reason text', 'return_id'),
    ('refunds', 'refund_id text, order_id text, customer_id text, refunded_at timestamptz, amount numeric, reason text', 'refund_id'),
    ('payments', 'payment_id text, order_id text, customer_id text, paid_at timestamptz, amount numeric', 'payment_id'),
    ('campaigns', 'campaign_id text, name text, channel text, started_on date, ended_on date, cost numeric, budget numeric', 'campaign_id'),
    ('channel_costs', 'month date, channel text, marketing_cost numeric, sales_cost numeric, ad_cost numeric',
        'month, channel'),
    ('tickets', 'ticket_id text, customer_id text, opened_at timestamptz, first_response_at timestamptz, '
        'resolved_at timestamptz, category text, status text, complaint boolean', 'ticket_id'),
    ('activities', 'activity_id text, customer_id text, at timestamptz, kind text, owner text, lead_id text',
        'activity_id'),
    ('surveys', 'customer_id text, answered_at timestamptz, nps_score numeric, csat_score numeric, ces_score numeric',
        NULL),
    ('points', 'customer_id text, at timestamptz, points numeric, expires_at timestamptz', NULL),
    ('targets', 'owner text, starts_on date, target numeric, achieved numeric', NULL),
    ('subscriptions', 'subscription_id text, customer_id text, plan text, started_on date, ended_on date, '
        'monthly_amount numeric, currency text, billing_period text, end_reason text', 'subscription_id');
END;

-- A template whose {words} are replaced by those of a dictionary; other braces stay.
CREATE FUNCTION _crm_fill(template text, dictionary jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    missing text;
    filled text;
BEGIN
    SELECT string_agg(coalesce(part[1], dictionary ->> part[2], part[3]), '' ORDER BY number),
           string_agg(part[2], ', ') FILTER (WHERE NOT dictionary ? part[2])
    INTO filled, missing
    FROM regexp_matches(template, '([^{]+)|\{([a-z_.]+)\}|(\{)', 'g') WITH ORDINALITY AS u(part, number);
    IF missing IS NOT NULL THEN RAISE EXCEPTION 'a template has the word % that no source gives', missing; END IF;
    RETURN filled;
END $$;

-- Whether stages are looked up by pipeline too: where deals have several, or the user's table says something of one. Views
-- that need not look are a little faster, and would look in vain for each row.
CREATE FUNCTION _crm_pipelines(settings jsonb, dictionary jsonb,
    sources jsonb) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
    several boolean := false;
BEGIN
    IF NOT coalesce(sources -> 'deals' -> 'fields' ? 'pipeline', false) THEN RETURN false; END IF;
    IF to_regclass(format('%I.stages', settings ->> 'to_schema')) IS NOT NULL THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %I.stages AS s WHERE s.pipeline <> '''')',
            settings ->> 'to_schema') INTO several;
    END IF;
    IF NOT several THEN
        EXECUTE _crm_fill('SELECT min({deals.pipeline} COLLATE "C") <> max({deals.pipeline} COLLATE "C") FROM {deals.from}', dictionary) INTO several;
    END IF;
    RETURN coalesce(several, false);
END $$;

-- All that templates may name: {deals.amount}, {deals.from}, {deals.live}, {deals.extra} of each landed table, {to}, {zone}.
-- Its key sources has what is reported of each table.
CREATE FUNCTION _crm_dictionary(settings jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    extension text := settings ->> 'extension';
    d jsonb := jsonb_build_object('to', quote_ident(settings ->> 'to_schema'), 'to_name',
        quote_literal(quote_ident(settings ->> 'to_schema')),
                                  'zone', quote_literal(settings ->> 'zone'), 'ext', quote_ident(extension));
    sources jsonb := '{}';
    r record;
    f record;
    source jsonb;
    expression text;
BEGIN
    FOR r IN SELECT t.relation, t.words FROM crm_tables(settings ->> 'system') AS t LOOP
        CONTINUE WHEN cardinality(r.words) = 0 AND NOT settings -> 'tables' ? r.relation;
        source := _crm_source(settings, r.relation, r.words);
        CONTINUE WHEN source IS NULL;
        sources := sources || jsonb_build_object(r.relation, source);
        d := d || jsonb_build_object(r.relation || '.from', source ->> 'from', r.relation || '.live', source ->> 'live',
            r.relation || '.id', coalesce(source -> 'fields' ->> 'id', 'NULL::text'));
        FOR f IN SELECT c.field, c.type FROM crm_fields(settings ->> 'system') AS c WHERE c.relation IN ('*',
            r.relation) LOOP
            expression := coalesce(source -> 'fields' ->> f.field, _crm_null(f.type));
            IF f.field IN ('amount', 'cost', 'budget') AND source -> 'fields' ? f.field
                AND source -> 'fields' ? 'exchange_rate'
               AND settings ->> 'currency' <> 'own' THEN
                expression := format('%I.crm_amount(%s, %s, %s, %s)', extension, expression,
                    source -> 'fields' ->> 'exchange_rate',
                    CASE settings ->> 'currency' WHEN 'divide' THEN 'true' WHEN 'multiply' THEN 'false'
                        ELSE CASE settings ->> 'system' WHEN 'zoho' THEN 'true' ELSE 'false' END END,
                    coalesce(source -> 'fields' ->> 'id', 'NULL::text'));
            END IF;
            d := d || jsonb_build_object(r.relation || '.' || f.field, expression);
        END LOOP;
    END LOOP;
    RETURN d || jsonb_build_object('sources', sources, 'pipelines', _crm_pipelines(settings, d, sources));
END $$;

-- The landed table that the columns of "extra" of a relation come from.
CREATE FUNCTION _crm_main_source(settings jsonb, relation text) RETURNS text IMMUTABLE
RETURN CASE WHEN relation = 'orders' AND settings ->> 'system' = 'zoho' THEN settings ->> 'orders_from'
            WHEN relation = 'orders' AND settings ->> 'orders_from' = 'deals' THEN 'deals'
            WHEN relation = 'activities' AND settings ->> 'system' = 'zoho' THEN 'calls'
            ELSE relation END;

-- The columns that "extra" adds to a relation: ', expression AS "name"' over the alias t, or what stands in their place.
CREATE FUNCTION _crm_extra(settings jsonb, dictionary jsonb, relation text,
    form text) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    one text;
    source text := _crm_main_source(settings, relation);
    result text := '';
    landed oid;
BEGIN
    FOR one IN SELECT jsonb_array_elements_text(settings -> 'extra' -> relation) LOOP
        IF form = 'expression' THEN
            landed := (dictionary -> 'sources' -> source ->> 'oid')::bigint::oid;
            PERFORM _crm_overridden(landed, relation, one, one);
            result := result || format(', %s AS %I', _crm_expression(landed, 'text', ARRAY[one], settings ->> 'zone',
                settings ->> 'extension'), one);
        ELSE
            result := result || CASE form WHEN 'null' THEN ', NULL::text' WHEN 'type' THEN format(', %I text', one)
                ELSE format(', %s.%I', form, one) END;
        END IF;
    END LOOP;
    RETURN result;
END $$;
