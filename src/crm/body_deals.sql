-- The bodies of deal_stage_history and deals. They are templates; see _crm_dictionary for their words. What a body calls is
-- named with its schema, operators have operands of exactly their types: no search_path changes what it means.

-- Stages of the alias d: the row of its pipeline counts, then the one of all pipelines, then the name. The second is looked up
-- only where the first is not there, so that a view costs one join.
CREATE FUNCTION _crm_stage_words(dictionary jsonb) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    by_name text := '{ext}.crm_meaning(''stage'', d.stage), ''open'')';
    of_all text := '(SELECT a.@ FROM {to}.stages AS a WHERE a.pipeline = '''' AND a.stage = d.stage)';
BEGIN
    IF (dictionary ->> 'pipelines')::boolean THEN
        RETURN jsonb_build_object(
            'stage_joins', _crm_fill('
    LEFT JOIN {to}.stages AS s ON s.pipeline = d.pipeline AND s.stage = d.stage', dictionary),
            'stage_category', _crm_fill('coalesce(s.category, ' || replace(of_all, '@', 'category') || ', ' || by_name, dictionary),
            'stage_number', _crm_fill('coalesce(s.stage_number, ' || replace(of_all, '@', 'stage_number') || ')', dictionary));
    END IF;
    RETURN jsonb_build_object(
        'stage_joins', _crm_fill('
    LEFT JOIN {to}.stages AS s ON s.pipeline = '''' AND s.stage = d.stage', dictionary),
        'stage_category', _crm_fill('coalesce(s.category, ' || by_name, dictionary), 'stage_number', 's.stage_number');
END $$;

-- Entries into stages: deal_id, stage, entered_at, history_id. A landed row has the time at which its stage was entered; with
-- history_time left, the time at which it was left for the next, and the first stage was entered when the deal was created.
CREATE FUNCTION _crm_entries(settings jsonb, dictionary jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    fields jsonb := dictionary -> 'sources' -> 'deal_stage_history' -> 'fields';
    by_id boolean := fields ? 'stage_id' AND dictionary -> 'sources' ? 'stages';
    landed text;
BEGIN
    landed := '
        SELECT {deal_stage_history.deal_id} AS deal_id, '
        || CASE WHEN by_id THEN 'coalesce(n.stage, {deal_stage_history.stage_id})'
                WHEN fields ? 'stage' OR NOT fields ? 'stage_id' THEN '{deal_stage_history.stage}'
                    ELSE '{deal_stage_history.stage_id}' END || ' AS stage,
            {deal_stage_history.entered_at} AS entered_at, {deal_stage_history.history_id} AS history_id,
            {deal_stage_history.moved_to} AS moved_to, {deal_stage_history.probability} AS probability{extra}
        FROM {deal_stage_history.from}'
        || CASE WHEN by_id THEN '
            LEFT JOIN (SELECT DISTINCT ON (n.stage_id) n.stage_id, n.stage
                       FROM (SELECT {stages.stage_id} AS stage_id, {stages.stage} AS stage FROM {stages.from}) AS n
                       ORDER BY n.stage_id, n.stage COLLATE "C") AS n ON n.stage_id = {deal_stage_history.stage_id}' ELSE '' END || '
        WHERE {deal_stage_history.live}';
    IF settings ->> 'history_time' = 'entered' THEN RETURN landed; END IF;
    RETURN '
        SELECT h.deal_id, coalesce(h.moved_to, pg_catalog.lead(h.stage) OVER (PARTITION BY h.deal_id COLLATE "C"
            ORDER BY h.entered_at, h.history_id COLLATE "C")) AS stage,
            h.entered_at, h.history_id{extra_h}
        FROM (' || landed || ') AS h
        UNION ALL
        SELECT h.deal_id, h.stage, c.created_at, ''first:'' || h.history_id{extra_h}
        FROM (SELECT DISTINCT ON (h.deal_id COLLATE "C") h.* FROM (' || landed || ') AS h
              ORDER BY h.deal_id COLLATE "C", h.entered_at, h.history_id COLLATE "C") AS h
            JOIN (SELECT {deals.deal_id} AS deal_id, pg_catalog.min({deals.created_at}) AS created_at
                FROM {deals.from} WHERE {deals.live} GROUP BY 1) AS c
                ON c.deal_id = h.deal_id';
END $$;

-- Rows without a stage or without a living deal fall, and a stage that was saved again is one stay.
CREATE FUNCTION _crm_body_deal_stage_history(settings jsonb,
    dictionary jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    with_pipeline boolean := (dictionary ->> 'pipelines')::boolean;
    d jsonb;
BEGIN
    IF NOT dictionary -> 'sources' ? 'deal_stage_history' THEN
        RETURN 'SELECT NULL::text, NULL::text, NULL::integer, NULL::text, NULL::timestamptz, NULL::timestamptz, NULL::text'
            || _crm_extra(settings, dictionary, 'deal_stage_history', 'null') || ' WHERE false';
    END IF;
    d := dictionary || _crm_stage_words(dictionary) || jsonb_build_object(
        'extra', _crm_extra(settings, dictionary, 'deal_stage_history', 'expression'),
        'extra_h', _crm_extra(settings, dictionary, 'deal_stage_history', 'h'),
        'extra_d', _crm_extra(settings, dictionary, 'deal_stage_history', 'd'));
    RETURN _crm_fill('
SELECT d.deal_id, d.stage, {stage_number}, {stage_category}, d.entered_at, d.left_at, d.history_id{extra_d}
FROM (SELECT d.*, pg_catalog.lead(d.entered_at) OVER w AS left_at
      FROM (SELECT d.*, pg_catalog.lag(d.stage) OVER w AS before
            FROM (SELECT h.*' || CASE WHEN with_pipeline THEN ', l.pipeline' ELSE '' END || '
                FROM (' || _crm_entries(settings, dictionary) || ') AS h'
            || CASE WHEN with_pipeline THEN '
                JOIN (SELECT {deals.deal_id} AS deal_id, pg_catalog.min({deals.pipeline} COLLATE "C") AS pipeline
                    FROM {deals.from} WHERE {deals.live} GROUP BY 1) AS l
                    ON l.deal_id = h.deal_id
                WHERE ' ELSE '
                WHERE EXISTS (SELECT FROM {deals.from} WHERE {deals.deal_id} = h.deal_id AND {deals.live})
                    AND ' END || 'h.stage IS NOT NULL AND h.entered_at IS NOT NULL) AS d
            WINDOW w AS (PARTITION BY d.deal_id COLLATE "C" ORDER BY d.entered_at, d.history_id COLLATE "C")) AS d
      WHERE d.before IS NULL OR d.stage <> d.before
      WINDOW w AS (PARTITION BY d.deal_id COLLATE "C" ORDER BY d.entered_at,
          d.history_id COLLATE "C")) AS d{stage_joins}', d);
END $$;

-- What a deal came from; one of Fxiaoke has channel and campaign of its lead. The lead is unique by DISTINCT ON, so that the planner drops the join where nothing asks for it.
CREATE FUNCTION _crm_lead_join(settings jsonb, dictionary jsonb) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    leads jsonb := dictionary -> 'sources' -> 'leads' -> 'fields';
BEGIN
    IF settings ->> 'system' = 'zoho' AND leads ? 'deal_id' THEN
        RETURN '
    LEFT JOIN (SELECT DISTINCT ON (l.deal_id) l.deal_id, l.lead_id, l.created_at
               FROM (SELECT {leads.deal_id} AS deal_id, {leads.lead_id} AS lead_id, {leads.created_at} AS created_at
                     FROM {leads.from} WHERE {leads.live}) AS l
               ORDER BY l.deal_id, l.lead_id COLLATE "C") AS l ON l.deal_id = d.deal_id';
    ELSIF settings ->> 'system' = 'fxiaoke' AND leads IS NOT NULL THEN
        RETURN '
    LEFT JOIN (SELECT DISTINCT ON (l.lead_id) l.lead_id, l.created_at, l.channel, l.campaign_id
               FROM (SELECT {leads.lead_id} AS lead_id, {leads.created_at} AS created_at, {leads.channel} AS channel,
                            {leads.campaign_id} AS campaign_id FROM {leads.from} WHERE {leads.live}) AS l
               ORDER BY l.lead_id, l.created_at) AS l ON l.lead_id = d.lead_id';
    END IF;
    RETURN '';
END $$;

-- closed_at: the last entry of the history, else Closing_Date at midnight (Zoho) or the last change of stage (Fxiaoke).
CREATE FUNCTION _crm_body_deals(settings jsonb, dictionary jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    zoho boolean := settings ->> 'system' = 'zoho';
    lead_join text := _crm_lead_join(settings, dictionary);
    d jsonb;
    inner_select text;
BEGIN
    d := dictionary || _crm_stage_words(dictionary) || jsonb_build_object(
        'extra', _crm_extra(settings, dictionary, 'deals', 'expression'), 'extra_d', _crm_extra(settings, dictionary,
            'deals', 'd'));
    d := d || jsonb_build_object('status', CASE WHEN zoho THEN d ->> 'stage_category' ELSE 'd.status' END);
    inner_select := '
      SELECT {deals.deal_id} AS deal_id, {deals.name} AS name, {deals.customer_id} AS customer_id,
          {deals.campaign_id} AS campaign_id,
             {deals.channel} AS channel, {deals.owner} AS owner, {deals.pipeline} AS pipeline, {deals.stage} AS stage,
             {deals.created_at} AS created_at, {deals.closing_on} AS closing_on, {deals.amount} AS amount,
             {deals.probability} * 0.01 AS probability,
                 {deals.lost_reason} AS lost_reason{extra},' || CASE WHEN zoho THEN '
             {deals.lead_conversion_days} AS lead_conversion_days, {deals.sales_cycle_days} AS sales_cycle_days,
             {deals.overall_days} AS overall_days' ELSE '
             {deals.lead_id} AS lead_id, {deals.changed_at} AS changed_at,
                 {deals.cycle_milliseconds} / 86400000.0 AS sales_cycle_days,
             coalesce({ext}.crm_meaning(''sales_status'', {deals.status_label}), {ext}.crm_meaning(''sales_status'',
                 {deals.status_code}),
                      CASE WHEN coalesce({deals.status_label}, {deals.status_code}) IS NOT NULL THEN coalesce(
                          (SELECT w.meaning FROM {to}.words AS w WHERE w.field = ''sales_status''
                              AND w.word = coalesce({deals.status_label}, {deals.status_code})),
                          {ext}.crm_unknown(''sales_status'', coalesce({deals.status_label}, {deals.status_code}),
                              {deals.deal_id}, {to_name})) END) AS status' END || '
      FROM {deals.from} WHERE {deals.live}';
    RETURN _crm_fill('
SELECT d.deal_id, d.name, d.customer_id,
    ' || CASE WHEN zoho AND lead_join = '' THEN 'NULL::text' WHEN zoho THEN 'l.lead_id' ELSE 'd.lead_id' END || ',
    ' || CASE WHEN zoho OR lead_join = '' THEN 'd.campaign_id, d.channel'
              ELSE 'coalesce(d.campaign_id, l.campaign_id), coalesce(d.channel, l.channel)' END || ', d.owner,
    d.pipeline, d.stage, {stage_number}, {status}, d.created_at,
    coalesce(' || CASE WHEN lead_join = '' THEN '' ELSE 'l.created_at, ' END
        || CASE WHEN zoho THEN '{ext}.crm_days_before(d.created_at, d.lead_conversion_days::integer, {zone}), '
            ELSE '' END || 'd.created_at),
    d.closing_on,
    CASE WHEN {status} <> ''open'' THEN coalesce(h.entered_at,
        ' || CASE WHEN zoho THEN '{ext}.crm_timestamp(d.closing_on, {zone})' ELSE 'd.changed_at' END || ') END,
    d.amount, d.probability, ' || CASE WHEN zoho THEN 'd.lead_conversion_days, d.sales_cycle_days,
        d.overall_days' ELSE 'NULL::numeric, d.sales_cycle_days, NULL::numeric' END || ',
    d.lost_reason{extra_d}
FROM (' || inner_select || ') AS d{stage_joins}
    LEFT JOIN (SELECT h.deal_id, pg_catalog.max(h.entered_at) AS entered_at FROM {to}._deal_stage_history() AS h
        GROUP BY h.deal_id) AS h
        ON h.deal_id = d.deal_id' || lead_join, d);
END $$;
