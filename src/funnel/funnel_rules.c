/*
 * funnel_ruleset; see funnel_rules.h. Its text is NAME=VALUE, NAME=VALUE, ... A value has no commas: lists in it are separated
 * by "/". What is read may have its rules in any order, and blanks; what is written has the order of the table of rules, one
 * spelling, and leaves out what is not asked for.
 */
#include "postgres.h"

#include <ctype.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "core/check.h"
#include "funnel/funnel_length.h"
#include "funnel/funnel_rule.h"

/* ---- rules together ---- */

void
cm_exclusion_error(const cm_funnel_exclusion *e, int steps)
{
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("an exclusion ends at step %d of a funnel of %d steps", e->to, steps),
             errdetail("A row of step %d cannot come between steps %d and %d.", e->step, e->from, e->to)));
}

/* Rules that say which step a row is of say nothing where steps have no order. */
static void
check_any_order(const cm_funnel_ruleset *set)
{
    const cm_funnel_rules *rules = &set->rules;
    const char *other = rules->strict_order ? "strict_order" : set->limits > 0 ? "step_within" : NULL;

    for (int i = 0; i < rules->exclusions; i++)
        if (rules->exclusion[i].to != 0)
            other = "an exclusion between two steps";
    if (rules->ties != CM_TIES_ANY)
        other = "ties";
    if (other != NULL)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("\"any_order\" cannot stand beside %s", cm_quoted(other)),
                 errdetail("That rule is about the order of steps."), errhint("Leave out one of them.")));
}

static void
check_together(const cm_funnel_ruleset *set)
{
    const cm_funnel_rules *rules = &set->rules;
    int steps = cm_funnel_known_steps(set);

    if (rules->steps != 0 && set->limits != 0 && set->limits + 1 != rules->steps)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("\"step_within\" has %d elements for %d steps", set->limits, rules->steps),
                        errdetail("It needs one for each step but the first."),
                        errhint("Use NULL for a step without a limit, in a list of rules none.")));
    if (rules->grace > 0 && rules->ties != CM_TIES_ANY)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"grace\" needs ties \"any\""),
                        errdetail("Rows within the grace of each other stand in any order.")));
    if (set->zone != NULL && set->months == 0)
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"zone\" needs a \"within\" of months"),
             errdetail("Days are 24 hours everywhere, months begin and end by the clock of a zone."),
             errhint("Write 'within=1 month, zone=%s', or leave it out.", pg_get_timezone_name(set->zone))));
    if (rules->any_order)
        check_any_order(set);
    for (int i = 0; i < rules->exclusions && steps != 0; i++)
        if (rules->exclusion[i].to > steps)
            cm_exclusion_error(&rules->exclusion[i], steps);
}

static text *
to_text(const cm_funnel_ruleset *set)
{
    StringInfoData out, value;

    check_together(set);
    initStringInfo(&out);
    initStringInfo(&value);
    for (int i = 0; i < cm_funnel_rule_count; i++) {
        const cm_funnel_rule *r = &cm_funnel_all_rules[i];

        resetStringInfo(&value);
        if (r->kind->write(r, set, &value))
            appendStringInfo(&out, "%s%s=%s", out.len > 0 ? ", " : "", r->name, value.data);
    }
    return cstring_to_text_with_len(out.data, out.len);
}

/* ---- reading ---- */

/* A list that does not name its rules shows what was meant. */
static void
nameless_error(const cm_parser *p)
{
    const char *value = p->at + strspn(p->at, "0123456789");
    const char *hint;

    if (strchr(p->text, '=') != NULL)
        hint = "Separate rules by commas and the elements of a value by \"/\": 'exclude=4/5, steps=3'.";
    else if (p->at[0] == '\0' || !isdigit((unsigned char) p->at[0]))
        hint = "Write 'within=1 day, steps=3, ties=strict'.";
    else
        hint = psprintf("Write '%s=%s'.", *value == '\0' ? "steps" : "within", cm_excerpt(p->at));
    ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                    errmsg("invalid input syntax for type funnel_ruleset: \"%s\"", cm_excerpt(p->text)),
                    errdetail("At character %d: the name of a rule and \"=\" expected.",
                              (int) (p->at - p->text) + 1),
                    errhint("%s", hint)));
}

static void
unknown_error(const char *name)
{
    StringInfoData known;

    initStringInfo(&known);
    for (int i = 0; i < cm_funnel_rule_count; i++)
        appendStringInfo(&known, "%s\"%s\"", i > 0 ? ", " : "", cm_funnel_all_rules[i].name);
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("rule \"%s\" is not known", cm_excerpt(name)),
             errhint("Rules are %s.", known.data)));
}

/* The number of the rule whose name and "=" come next. */
static int
read_name(cm_parser *p)
{
    const char *name = p->at;
    size_t length = 0;

    while (isalnum((unsigned char) name[length]) || name[length] == '_')
        length++;
    p->at += length;
    cm_skip_blanks(p);
    if (length == 0 || isdigit((unsigned char) *name) || !cm_parse_maybe(p, '=')) {
        p->at = name;
        nameless_error(p);
    }
    (void) cm_parse_maybe(p, '>'); /* as in a call of funnel_rules() */
    for (int i = 0; i < cm_funnel_rule_count; i++)
        if (strlen(cm_funnel_all_rules[i].name) == length &&
            pg_strncasecmp(name, cm_funnel_all_rules[i].name, length) == 0)
            return i;
    unknown_error(pnstrdup(name, length));
    return -1;
}

static void
read_rule(cm_parser *p, cm_funnel_ruleset *set, uint64 *given)
{
    int number;

    cm_skip_blanks(p);
    number = read_name(p);
    if ((*given >> number & 1) != 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("rule \"%s\" is given twice", cm_funnel_all_rules[number].name)));
    *given |= UINT64CONST(1) << number;
    cm_skip_blanks(p);
    cm_funnel_all_rules[number].kind->read(&cm_funnel_all_rules[number], set, p);
    cm_skip_blanks(p);
}

static void
read_rules(const char *given, cm_funnel_ruleset *set)
{
    cm_parser p = cm_parse_begin("funnel_ruleset", given);
    uint64 names = 0;

    *set = cm_funnel_no_rules;
    cm_skip_blanks(&p);
    if (*p.at == '\0')
        return;
    do
        read_rule(&p, set, &names);
    while (cm_parse_maybe(&p, ','));
    if (*p.at != '\0')
        cm_parse_fail(&p, "\",\" or the end expected");
}

/* What a call site saw last. */
typedef struct seen_rules {
    Size length;
    char *text;
    cm_funnel_ruleset set;
} seen_rules;

const cm_funnel_ruleset *
cm_funnel_rules_arg(FunctionCallInfo fcinfo, int arg)
{
    const text *given = PG_GETARG_TEXT_PP(arg);
    Size length = VARSIZE_ANY_EXHDR(given);
    seen_rules *seen = fcinfo->flinfo->fn_extra;

    if (seen != NULL && seen->length == length && memcmp(seen->text, VARDATA_ANY(given), length) == 0)
        return &seen->set;

    char *copy = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, length + 1);

    memcpy(copy, VARDATA_ANY(given), length);
    copy[length] = '\0';
    if (seen == NULL)
        seen = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(seen_rules));
    else
        pfree(seen->text);
    fcinfo->flinfo->fn_extra = NULL; /* in case that reading fails */
    read_rules(copy, &seen->set);
    seen->length = length;
    seen->text = copy;
    fcinfo->flinfo->fn_extra = seen;
    return &seen->set;
}

/* ---- the type ---- */

static Datum
from_text(const char *given)
{
    cm_funnel_ruleset set;

    read_rules(given, &set);
    PG_RETURN_TEXT_P(to_text(&set));
}

CM_INPUT_FUNCTION(cm_funnel_ruleset_in)
{
    return from_text(PG_GETARG_CSTRING(0));
}

PG_FUNCTION_INFO_V1(cm_funnel_ruleset_out);
Datum
cm_funnel_ruleset_out(PG_FUNCTION_ARGS)
{
    PG_RETURN_CSTRING(TextDatumGetCString(PG_GETARG_DATUM(0)));
}

PG_FUNCTION_INFO_V1(cm_funnel_ruleset_recv);
Datum
cm_funnel_ruleset_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    int length;

    return from_text(pq_getmsgtext(in, in->len - in->cursor, &length));
}

PG_FUNCTION_INFO_V1(cm_funnel_ruleset_send);
Datum
cm_funnel_ruleset_send(PG_FUNCTION_ARGS)
{
    text *rules = PG_GETARG_TEXT_PP(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendtext(&out, VARDATA_ANY(rules), VARSIZE_ANY_EXHDR(rules));
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* An argument for each rule, or for the first of them; NULL: not asked for. */
PG_FUNCTION_INFO_V1(cm_make_funnel_rules);
Datum
cm_make_funnel_rules(PG_FUNCTION_ARGS)
{
    cm_funnel_ruleset set = cm_funnel_no_rules;

    for (int i = 0; i < Min(PG_NARGS(), cm_funnel_rule_count); i++)
        if (!PG_ARGISNULL(i))
            cm_funnel_all_rules[i].kind->take(&cm_funnel_all_rules[i], &set, PG_GETARG_DATUM(i));
    PG_RETURN_TEXT_P(to_text(&set));
}

/* ---- JSON: an object with a member for each rule that is asked for ---- */

static void
append_list(StringInfo out, char *list)
{
    appendStringInfoChar(out, '[');
    for (const char *element, *between = ""; (element = strsep(&list, "/")) != NULL; between = ", ") {
        appendStringInfoString(out, between);
        if (strcmp(element, "none") == 0)
            appendStringInfoString(out, "null");
        else
            escape_json(out, element);
    }
    appendStringInfoChar(out, ']');
}

PG_FUNCTION_INFO_V1(cm_funnel_ruleset_json);
Datum
cm_funnel_ruleset_json(PG_FUNCTION_ARGS)
{
    const cm_funnel_ruleset *set = cm_funnel_rules_arg(fcinfo, 0);
    StringInfoData out, value;

    initStringInfo(&out);
    initStringInfo(&value);
    appendStringInfoChar(&out, '{');
    for (int i = 0; i < cm_funnel_rule_count; i++) {
        const cm_funnel_rule *r = &cm_funnel_all_rules[i];

        resetStringInfo(&value);
        if (!r->kind->write(r, set, &value))
            continue;
        appendStringInfo(&out, "%s\"%s\": ", out.len > 1 ? ", " : "", r->name);
        if (r->kind->json == CM_JSON_LIST)
            append_list(&out, value.data);
        else if (r->kind->json == CM_JSON_STRING)
            escape_json(&out, value.data);
        else
            appendStringInfoString(&out, value.data);
    }
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
