-- The table of stages gets a row for each stage that it does not hold yet. The category is what a landed table of stages says,
-- else the name (of a pipeline's stage first what the user says of it for all pipelines); of Fxiaoke the name, else what the deals in it are. Numbers: open stages by mean probability, then won, then
-- lost. Where deals have several pipelines, each has rows of its own beside those of all.
CREATE FUNCTION _crm_fill_stages(settings jsonb, dictionary jsonb) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
    sources jsonb := dictionary -> 'sources';
    zoho boolean := settings ->> 'system' = 'zoho';
    history text := 'SELECT NULL::text AS deal_id, NULL::text AS stage, NULL::numeric AS probability WHERE false';
    known text := 'SELECT NULL::text AS stage, NULL::text AS category, NULL::numeric AS probability WHERE false';
BEGIN
    IF sources ? 'deal_stage_history' THEN
        history := 'SELECT e.deal_id, e.stage, e.probability FROM ('
            || _crm_entries(settings || '{"history_time": "entered"}', dictionary)
                || ') AS e WHERE e.stage IS NOT NULL';
    END IF;
    IF sources ? 'stages' THEN
        known := 'SELECT DISTINCT ON (k.stage) k.stage, coalesce({ext}.crm_meaning(''forecast_type'', k.forecast_type), {ext}.crm_meaning(''stage'', k.stage), ''open'') AS category,
                         k.probability
                  FROM (SELECT {stages.stage} AS stage, {stages.forecast_type} AS forecast_type,
                      {stages.probability} AS probability FROM {stages.from} WHERE {stages.live}) AS k
                  WHERE k.stage IS NOT NULL ORDER BY k.stage, k.probability';
    END IF;
    RETURN _crm_fill('
WITH deal AS (SELECT d.deal_id, d.pipeline, d.stage, d.probability,
    ' || CASE WHEN zoho THEN 'NULL::text' ELSE 'd.status' END || ' AS status
              FROM {to}._deals() AS d WHERE d.stage IS NOT NULL),
     history AS (' || history || '),
     known AS (' || known || '),
     many AS (SELECT count(DISTINCT pipeline) > 1 AS pipelines FROM deal),
     seen AS (SELECT '''' AS pipeline, stage, probability, status FROM deal
              UNION ALL SELECT '''', stage, probability * 0.01, NULL FROM history
              UNION ALL SELECT '''', stage, probability * 0.01, NULL FROM known
              UNION ALL SELECT pipeline, stage, probability, status FROM deal, many WHERE pipelines
                  AND pipeline IS NOT NULL
              UNION ALL SELECT d.pipeline, h.stage, h.probability * 0.01, NULL FROM history AS h JOIN deal AS d
                  USING (deal_id), many
                        WHERE pipelines AND d.pipeline IS NOT NULL),
     meant AS (SELECT s.pipeline, s.stage, avg(s.probability) AS probability,
                      coalesce((SELECT o.category FROM {to}.stages AS o WHERE o.pipeline = ''''
                          AND o.stage = s.stage), min(k.category COLLATE "C"), {ext}.crm_meaning(''stage'', s.stage), CASE
                          WHEN bool_or(s.status = ''open'') THEN ''open'' END,
                               mode() WITHIN GROUP (ORDER BY s.status COLLATE "C"), ''open'') AS category
               FROM seen AS s LEFT JOIN known AS k ON k.stage = s.stage GROUP BY s.pipeline, s.stage),
     added AS (INSERT INTO {to}.stages AS o (pipeline, stage, stage_number, category)
               SELECT m.pipeline, m.stage, coalesce((SELECT max(s.stage_number) FROM {to}.stages AS s
                   WHERE s.pipeline = m.pipeline), 0)
                      + row_number() OVER (PARTITION BY m.pipeline ORDER BY array_position(ARRAY[''open'', ''won'',
                          ''lost'', ''invalid''], m.category), m.probability, m.stage COLLATE "C"),
                      m.category
               FROM meant AS m
               WHERE NOT EXISTS (SELECT FROM {to}.stages AS s WHERE s.pipeline = m.pipeline AND s.stage = m.stage)
               RETURNING o.pipeline, o.stage, o.stage_number, o.category)
SELECT string_agg(format(''%s%s (%s)'', nullif(pipeline, '''') || '': '', stage, category), '', ''
    ORDER BY pipeline COLLATE "C", stage_number) FROM added',
        dictionary || jsonb_build_object('extra', ''));
END $$;
