-- funnel_ruleset: what is asked of a funnel, as one value: 'within=1 day, steps=3'.
-- @type funnel_ruleset cm_funnel_ruleset cm_state INTERNALLENGTH = VARIABLE, ALIGNMENT = int4, STORAGE = extended
COMMENT ON TYPE funnel_ruleset IS
    'the rules by which funnels are read, a list like ''within=1 day, steps=3, ties=strict''; an empty text is no rule; funnel_rules() makes one of named arguments';

CREATE FUNCTION funnel_rules(within interval DEFAULT NULL, steps bigint DEFAULT NULL, ties text DEFAULT 'any',
    entry text DEFAULT 'best', step_within interval[] DEFAULT NULL, exclude text DEFAULT NULL,
    hold_constant boolean DEFAULT false, strict_order boolean DEFAULT false, grace interval DEFAULT NULL,
    zone text DEFAULT NULL, any_order boolean DEFAULT false, count text DEFAULT 'uniques')
    RETURNS funnel_ruleset
    AS 'MODULE_PATHNAME', 'cm_make_funnel_rules' LANGUAGE C IMMUTABLE PARALLEL SAFE COST 50;
COMMENT ON FUNCTION funnel_rules(interval, bigint, text, text, interval[], text, boolean, boolean, interval, text,
    boolean, text) IS
    'rules of a funnel from named arguments; a rule that is NULL is not asked for. Months of within are of the calendar, of instants by the clock of zone. With any_order steps may be done in any order. count totals is every attempt, not one for each customer. With hold_constant rows of another hold_key are not seen; a row without one is in no path, but exclude and strict_order see it between the rows of any';
CREATE FUNCTION _funnel_ruleset_json(funnel_ruleset) RETURNS json
    AS 'MODULE_PATHNAME', 'cm_funnel_ruleset_json' LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE COST 50;
COMMENT ON FUNCTION _funnel_ruleset_json(funnel_ruleset) IS
    'an object with a member for each rule that is asked for: {"within": "1 day", "steps": 3, "step_within": ["1 hour", null], "exclude": ["5:1-2"]}';
-- @json funnel_ruleset
