/* The rules of funnels, one by one; see funnel_rule.h. The table is at the end. */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/check.h"
#include "core/option.h"
#include "core/zone.h"
#include "funnel/funnel_length.h"
#include "funnel/funnel_rule.h"

const cm_funnel_ruleset cm_funnel_no_rules = {.rules = {.within = CM_FUNNEL_NO_LIMIT,
                                                        .as_of = CM_FUNNEL_NO_LIMIT,
                                                        .ties = CM_TIES_ANY,
                                                        .entry = CM_ENTRY_BEST}};

#define VALUE(type, r, set) ((type *) ((char *) (set) + (r)->place))
#define GIVEN(type, r, set) (*(const type *) ((const char *) (set) + (r)->place))

/* A text as an argument is read as the same text in a list. */
static void
take_text(const cm_funnel_rule *r, cm_funnel_ruleset *set, Datum argument)
{
    cm_parser p = cm_parse_begin("funnel_ruleset", psprintf("%s=%s", r->name, TextDatumGetCString(argument)));

    p.at += strlen(r->name) + 1;
    r->kind->read(r, set, &p);
    cm_skip_blanks(&p);
    if (*p.at != '\0')
        cm_parse_fail(&p, "\"/\" or the end expected");
}

/* ---- lengths of time ---- */

static void
read_length(const cm_funnel_rule *r, cm_funnel_ruleset *set, cm_parser *p)
{
    *VALUE(int64, r, set) = cm_read_length(p, r->name, r->may_be_zero);
}

static void
take_length(const cm_funnel_rule *r, cm_funnel_ruleset *set, Datum argument)
{
    *VALUE(int64, r, set) = cm_length_of_interval(DatumGetIntervalP(argument), r->name, r->may_be_zero);
}

static bool
write_length(const cm_funnel_rule *r, const cm_funnel_ruleset *set, StringInfo out)
{
    if (GIVEN(int64, r, set) == GIVEN(int64, r, &cm_funnel_no_rules))
        return false;
    cm_append_length(out, GIVEN(int64, r, set));
    return true;
}

/* ---- within: may have months ---- */

static void
set_window(cm_funnel_ruleset *set, cm_window window)
{
    set->months = window.months;
    set->rules.within = window.rest;
}

static void
read_window(const cm_funnel_rule *r, cm_funnel_ruleset *set, cm_parser *p)
{
    set_window(set, cm_read_window(p, r->name));
}

static void
take_window(const cm_funnel_rule *r, cm_funnel_ruleset *set, Datum argument)
{
    set_window(set, cm_window_of_interval(DatumGetIntervalP(argument), r->name));
}

static bool
write_window(const cm_funnel_rule *r, const cm_funnel_ruleset *set, StringInfo out)
{
    (void) r;
    if (set->rules.within == CM_FUNNEL_NO_LIMIT)
        return false;
    cm_append_window(out, (cm_window){set->months, set->rules.within});
    return true;
}

/* ---- zone ---- */

static void
read_zone(const cm_funnel_rule *r, cm_funnel_ruleset *set, cm_parser *p)
{
    size_t length = 0;

    (void) r;
    while (isalnum((unsigned char) p->at[length]) ||
           (p->at[length] != '\0' && strchr("_+-/", p->at[length]) != NULL))
        length++;
    if (length == 0)
        cm_parse_fail(p, "the name of a time zone expected");
    p->at += length;
    set->zone = cm_zone_from_text(cstring_to_text_with_len(p->at - length, (int) Min(length, PG_INT16_MAX)));
}

static bool
write_zone(const cm_funnel_rule *r, const cm_funnel_ruleset *set, StringInfo out)
{
    (void) r;
    if (set->zone != NULL)
        appendStringInfoString(out, pg_get_timezone_name(set->zone));
    return set->zone != NULL;
}

/* ---- a number of steps ---- */

static void
set_number(const cm_funnel_rule *r, cm_funnel_ruleset *set, int number)
{
    if (number < 1 || number > CM_FUNNEL_MAX_STEPS)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %d", cm_quoted(r->name), number),
                        errdetail("A funnel has from 1 to %d steps.", CM_FUNNEL_MAX_STEPS)));
    *VALUE(int, r, set) = number;
}

static void
read_number(const cm_funnel_rule *r, cm_funnel_ruleset *set, cm_parser *p)
{
    set_number(r, set, (int) cm_parse_int(p, PG_INT32_MIN, PG_INT32_MAX));
}

static void
take_number(const cm_funnel_rule *r, cm_funnel_ruleset *set, Datum argument)
{
    set_number(r, set, cm_int_of(DatumGetInt64(argument), r->name));
}

static bool
write_number(const cm_funnel_rule *r, const cm_funnel_ruleset *set, StringInfo out)
{
    if (GIVEN(int, r, set) == GIVEN(int, r, &cm_funnel_no_rules))
        return false;
    appendStringInfo(out, "%d", GIVEN(int, r, set));
    return true;
}

/* ---- words ---- */

static int
parse_word(cm_parser *p, const char *what, const char *const *words)
{
    size_t length = 0;

    while (isalnum((unsigned char) p->at[length]) || p->at[length] == '_')
        length++;
    if (length == 0)
        cm_parse_fail(p, "a word expected");
    p->at += length;
    return cm_option(cstring_to_text_with_len(p->at - length, (int) Min(length, PG_INT16_MAX)), what, words);
}

static void
read_word(const cm_funnel_rule *r, cm_funnel_ruleset *set, cm_parser *p)
{
    *VALUE(int, r, set) = parse_word(p, r->name, r->words);
}

static bool
write_word(const cm_funnel_rule *r, const cm_funnel_ruleset *set, StringInfo out)
{
    if (GIVEN(int, r, set) == GIVEN(int, r, &cm_funnel_no_rules))
        return false;
    appendStringInfoString(out, r->words[GIVEN(int, r, set)]);
    return true;
}

/* ---- yes or no ---- */

static void
read_flag(const cm_funnel_rule *r, cm_funnel_ruleset *set, cm_parser *p)
{
    static const char *const words[] = {"false", "true", NULL};

    *VALUE(bool, r, set) = parse_word(p, r->name, words) == 1;
}

static void
take_flag(const cm_funnel_rule *r, cm_funnel_ruleset *set, Datum argument)
{
    *VALUE(bool, r, set) = DatumGetBool(argument);
}

static bool
write_flag(const cm_funnel_rule *r, const cm_funnel_ruleset *set, StringInfo out)
{
    if (!GIVEN(bool, r, set))
        return false;
    appendStringInfoString(out, "true");
    return true;
}

/* ---- step_within: a limit for each step but the first ---- */

static void
add_limit(cm_funnel_ruleset *set, int64 limit)
{
    if (set->limits == CM_FUNNEL_MAX_STEPS - 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("\"step_within\" has more than %d elements", CM_FUNNEL_MAX_STEPS - 1),
                        errdetail("It is a list of one limit for each step but the first.")));
    set->rules.step_limits = true;
    set->rules.step_within[++set->limits] = limit;
}

static const char *const no_limit = "none";

static void
read_limits(const cm_funnel_rule *r, cm_funnel_ruleset *set, cm_parser *p)
{
    (void) r;
    do {
        cm_skip_blanks(p);
        if (pg_strncasecmp(p->at, no_limit, strlen(no_limit)) == 0) {
            p->at += strlen(no_limit);
            add_limit(set, CM_FUNNEL_NO_LIMIT);
        } else
            add_limit(set, cm_read_length(p, "an element of step_within", false));
        cm_skip_blanks(p);
    } while (cm_parse_maybe(p, '/'));
}

static void
take_limits(const cm_funnel_rule *r, cm_funnel_ruleset *set, Datum argument)
{
    ArrayType *limits = DatumGetArrayTypeP(argument);
    Datum *values;
    bool *nulls;
    int count;

    deconstruct_array(limits, INTERVALOID, sizeof(Interval), false, TYPALIGN_DOUBLE, &values, &nulls, &count);
    if (ARR_NDIM(limits) != 1)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("%s must be a list of intervals", cm_quoted(r->name)),
                        errdetail("It has one limit for each step but the first."),
                        errhint("Use NULL for a step without a limit.")));
    for (int i = 0; i < count; i++)
        add_limit(set, nulls[i] ? CM_FUNNEL_NO_LIMIT
                                : cm_length_of_interval(DatumGetIntervalP(values[i]),
                                                        "an element of step_within", false));
}

static bool
write_limits(const cm_funnel_rule *r, const cm_funnel_ruleset *set, StringInfo out)
{
    (void) r;
    for (int i = 1; i <= set->limits; i++) {
        if (i > 1)
            appendStringInfoChar(out, '/');
        if (set->rules.step_within[i] == CM_FUNNEL_NO_LIMIT)
            appendStringInfoString(out, no_limit);
        else
            cm_append_length(out, set->rules.step_within[i]);
    }
    return set->limits > 0;
}

/* ---- exclude: "5" or "5:1-2": rows of step 5 end a path that is between steps 1 and 2 ---- */

static int
compare_exclusions(const cm_funnel_exclusion *a, const cm_funnel_exclusion *b)
{
    if (a->step != b->step)
        return a->step - b->step;
    return a->from != b->from ? a->from - b->from : a->to - b->to;
}

/* In order, each once: their order has no meaning. */
static void
add_exclusion(cm_funnel_rules *rules, cm_funnel_exclusion added)
{
    int place = rules->exclusions;

    for (int i = 0; i < rules->exclusions; i++)
        if (compare_exclusions(&rules->exclusion[i], &added) == 0)
            return;
    if (rules->exclusions == CM_FUNNEL_MAX_EXCLUSIONS)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many exclusions"),
                        errdetail("There may be at most %d.", CM_FUNNEL_MAX_EXCLUSIONS)));
    for (; place > 0 && compare_exclusions(&rules->exclusion[place - 1], &added) > 0; place--)
        rules->exclusion[place] = rules->exclusion[place - 1];
    rules->exclusion[place] = added;
    rules->exclusions++;
}

static void
read_exclusions(const cm_funnel_rule *r, cm_funnel_ruleset *set, cm_parser *p)
{
    (void) r;
    do {
        cm_funnel_exclusion e = {.from = 1, .to = 0}; /* the last step, when that is known */

        cm_skip_blanks(p);
        e.step = (int) cm_parse_int(p, 1, CM_FUNNEL_MAX_STEPS);
        if (cm_parse_maybe(p, ':')) {
            e.from = (int) cm_parse_int(p, 1, CM_FUNNEL_MAX_STEPS - 1);
            cm_parse_char(p, '-');
            e.to = (int) cm_parse_int(p, e.from + 1, CM_FUNNEL_MAX_STEPS);
        }
        add_exclusion(&set->rules, e);
        cm_skip_blanks(p);
    } while (cm_parse_maybe(p, '/'));
}

static bool
write_exclusions(const cm_funnel_rule *r, const cm_funnel_ruleset *set, StringInfo out)
{
    (void) r;
    for (int i = 0; i < set->rules.exclusions; i++) {
        const cm_funnel_exclusion *e = &set->rules.exclusion[i];

        appendStringInfo(out, "%s%d", i > 0 ? "/" : "", e->step);
        if (e->to != 0)
            appendStringInfo(out, ":%d-%d", e->from, e->to);
    }
    return set->rules.exclusions > 0;
}

/* ---- all rules ---- */

static const cm_funnel_rule_kind length_kind = {read_length, take_length, write_length, CM_JSON_STRING};
static const cm_funnel_rule_kind window_kind = {read_window, take_window, write_window, CM_JSON_STRING};
static const cm_funnel_rule_kind zone_kind = {read_zone, take_text, write_zone, CM_JSON_STRING};
static const cm_funnel_rule_kind number_kind = {read_number, take_number, write_number, CM_JSON_AS_IT_IS};
static const cm_funnel_rule_kind word_kind = {read_word, take_text, write_word, CM_JSON_STRING};
static const cm_funnel_rule_kind flag_kind = {read_flag, take_flag, write_flag, CM_JSON_AS_IT_IS};
static const cm_funnel_rule_kind limits_kind = {read_limits, take_limits, write_limits, CM_JSON_LIST};
static const cm_funnel_rule_kind exclusions_kind = {read_exclusions, take_text, write_exclusions,
                                                    CM_JSON_LIST};

static const char *const ties_words[] = {"any", "strict", "order_key", NULL}; /* cm_funnel_ties */
static const char *const count_words[] = {"uniques", "totals", NULL};         /* cm_funnel_count */
static const char *const entry_words[] = {"best", "first", NULL};             /* cm_funnel_entry */

#define AT(member) offsetof(cm_funnel_ruleset, rules.member)

const cm_funnel_rule cm_funnel_all_rules[] = {
    {.name = "within", .kind = &window_kind},
    {.name = "steps", .kind = &number_kind, .place = AT(steps)},
    {.name = "ties", .kind = &word_kind, .place = AT(ties), .words = ties_words},
    {.name = "entry", .kind = &word_kind, .place = AT(entry), .words = entry_words},
    {.name = "step_within", .kind = &limits_kind},
    {.name = "exclude", .kind = &exclusions_kind},
    {.name = "hold_constant", .kind = &flag_kind, .place = AT(hold)},
    {.name = "strict_order", .kind = &flag_kind, .place = AT(strict_order)},
    {.name = "grace", .kind = &length_kind, .place = AT(grace), .may_be_zero = true},
    {.name = "zone", .kind = &zone_kind},
    {.name = "any_order", .kind = &flag_kind, .place = AT(any_order)},
    {.name = "count", .kind = &word_kind, .place = offsetof(cm_funnel_ruleset, count), .words = count_words},
};
const int cm_funnel_rule_count = lengthof(cm_funnel_all_rules);
