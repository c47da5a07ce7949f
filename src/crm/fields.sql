-- The mapping as rows. Of four relations neither system's layout is known: there the user names table and columns.
CREATE FUNCTION _crm_fields_named() RETURNS TABLE (relation text, field text, type text, candidates text)
IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    VALUES
    ('surveys', 'customer_id', 'id', 'customer_id'),
    ('surveys', 'answered_at', 'timestamp', 'answered_at'),
    ('surveys', 'nps_score', 'number', 'nps_score'),
    ('surveys', 'csat_score', 'number', 'csat_score'),
    ('surveys', 'ces_score', 'number', 'ces_score'),
    ('points', 'customer_id', 'id', 'customer_id'),
    ('points', 'at', 'timestamp', 'at'),
    ('points', 'points', 'number', 'points'),
    ('points', 'expires_at', 'timestamp', 'expires_at'),
    ('targets', 'owner', 'name', 'owner'),
    ('targets', 'starts_on', 'date', 'starts_on'),
    ('targets', 'target', 'number', 'target'),
    ('targets', 'achieved', 'number', 'achieved'),
    ('subscriptions', 'subscription_id', 'id', 'subscription_id'),
    ('subscriptions', 'customer_id', 'id', 'customer_id'),
    ('subscriptions', 'plan', 'text', 'plan'),
    ('subscriptions', 'started_on', 'date', 'started_on'),
    ('subscriptions', 'ended_on', 'date', 'ended_on'),
    ('subscriptions', 'monthly_amount', 'number', 'monthly_amount'),
    ('subscriptions', 'currency', 'text', 'currency'),
    ('subscriptions', 'billing_period', 'text', 'billing_period'),
    ('subscriptions', 'end_reason', 'text', 'end_reason');
END;

CREATE FUNCTION _crm_check_system(system text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF lower(system) NOT IN ('zoho', 'fxiaoke') THEN
        RAISE EXCEPTION '"system" is not known: "%"', left(system, 100)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use one of zoho, fxiaoke.';
    END IF;
    RETURN lower(system);
END $$;

CREATE FUNCTION crm_tables(system text DEFAULT NULL)
RETURNS TABLE (system text, relation text, words text[], example text) IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT t.system, t.relation, t.words, t.example
    FROM (SELECT 'zoho', z.relation, z.words, z.example FROM _crm_tables_zoho() AS z
          UNION ALL SELECT 'fxiaoke', f.relation, f.words, f.example FROM _crm_tables_fxiaoke() AS f
          UNION ALL SELECT s.system, r.relation, '{}'::text[], NULL::text
          FROM (VALUES ('zoho'), ('fxiaoke')) AS s(system),
               (VALUES ('surveys'), ('points'), ('targets'), ('subscriptions')) AS r(relation)
         ) AS t(system, relation, words, example)
    WHERE t.system = coalesce(_crm_check_system($1), t.system);
END;
COMMENT ON FUNCTION crm_tables(text) IS
    'the tables that crm_views looks for: the words by which each is recognised, and an example of a name';

CREATE FUNCTION crm_fields(system text DEFAULT NULL)
RETURNS TABLE (system text, relation text, field text, type text, candidates text[]) IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT t.system, t.relation, t.field, t.type, string_to_array(t.candidates, ', ')
    FROM (SELECT 'zoho', z.relation, z.field, z.type, z.candidates FROM _crm_fields_zoho() AS z
          UNION ALL SELECT 'fxiaoke', f.relation, f.field, f.type, f.candidates FROM _crm_fields_fxiaoke() AS f
          UNION ALL SELECT s.system, n.relation, n.field, n.type, n.candidates
          FROM (VALUES ('zoho'), ('fxiaoke')) AS s(system), _crm_fields_named() AS n
         ) AS t(system, relation, field, type, candidates)
    WHERE t.system = coalesce(_crm_check_system($1), t.system);
END;
COMMENT ON FUNCTION crm_fields(text) IS
    'the mapping of crm_views: of each field its type and the names of columns under which it is looked for, the best first';
