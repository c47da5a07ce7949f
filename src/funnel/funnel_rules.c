/* Rules from named arguments, checked; see funnel_rules.h. */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "funnel/funnel_rules.h"
#include "core/check.h"
#include "core/parse.h"
#include "core/moment.h"
#include "core/period.h"
#include "core/zone.h"

static const char *const ties_names[] = {"any", "strict", "order_key", NULL}; /* cm_funnel_ties */
static const char *const entry_names[] = {"best", "first", NULL};

enum { WITHIN, STEPS, TIES, ENTRY, STEP_WITHIN, EXCLUDE, HOLD_CONSTANT, STRICT_ORDER, GRACE, AS_OF };

#define MAX_DAYS 1600000 /* all the times that a funnel holds */

/* Microseconds; a month has no fixed length. */
static int64
length_of(const Interval *interval, const char *what, bool may_be_zero)
{
    int128 length = (int128) interval->day * USECS_PER_DAY + interval->time;

    if (interval->month != 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("%s must not contain months or years", cm_quoted(what)),
                        errdetail("Their length depends on where they begin."),
                        errhint("Use days: 30 days, 365 days.")));
    if (length < 0 || (length == 0 && !may_be_zero) || length > MAX_DAYS * (int128) USECS_PER_DAY)
        ereport(ERROR, (errcode(ERRCODE_INTERVAL_FIELD_OVERFLOW),
                        errmsg("%s is out of range: %s", cm_quoted(what),
                               DatumGetCString(DirectFunctionCall1(interval_out, PointerGetDatum(interval)))),
                        errdetail("It must be %s, and at most %d days.",
                                  may_be_zero ? "zero or more" : "longer than zero", MAX_DAYS),
                        errhint("Leave it out for no limit.")));
    return (int64) length;
}

/* "5" or "5:1-2", several with commas between: rows of step 5 end a path that is between steps 1 and 2. */
static void
read_exclusions(cm_funnel_rules *rules, const char *given)
{
    cm_parser p = cm_parse_begin("exclude", given);

    do {
        cm_funnel_exclusion *e = &rules->exclusion[rules->exclusions];

        if (rules->exclusions == CM_FUNNEL_MAX_EXCLUSIONS)
            ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED), errmsg("too many exclusions"),
                            errdetail("There may be at most %d.", CM_FUNNEL_MAX_EXCLUSIONS)));
        e->step = (int) cm_parse_int(&p, 1, CM_FUNNEL_MAX_STEPS);
        e->from = 1;
        e->to = 0; /* the last step, when that is known */
        if (cm_parse_maybe(&p, ':')) {
            e->from = (int) cm_parse_int(&p, 1, CM_FUNNEL_MAX_STEPS - 1);
            cm_parse_char(&p, '-');
            e->to = (int) cm_parse_int(&p, e->from + 1, CM_FUNNEL_MAX_STEPS);
        }
        rules->exclusions++;
    } while (cm_parse_maybe(&p, ','));
    cm_parse_end(&p);
}

/* The limits between neighbouring steps; how many steps they are for. */
static int
read_step_limits(cm_funnel_rules *rules, ArrayType *limits)
{
    Datum *values;
    bool *nulls;
    int count;

    deconstruct_array(limits, INTERVALOID, sizeof(Interval), false, TYPALIGN_DOUBLE, &values, &nulls, &count);
    if (ARR_NDIM(limits) > 1 || count >= CM_FUNNEL_MAX_STEPS)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("step_within has %d elements", count),
                        errdetail("It is a list of one limit for each step but the first, at most %d.",
                                  CM_FUNNEL_MAX_STEPS - 1)));
    rules->step_limits = true;
    for (int i = 0; i < count; i++)
        rules->step_within[i + 1] =
            nulls[i] ? CM_FUNNEL_NO_LIMIT
                     : length_of(DatumGetIntervalP(values[i]), "an element of step_within", false);
    return count + 1;
}

/* The highest step in the data that is not there to exclude. */
static int
highest_step(const cm_funnel *f, const cm_funnel_rules *rules)
{
    cm_funnel_customer c = {.from = f};
    uint64 steps = 0;

    while (cm_funnel_next(&c))
        for (uint32 i = 0; i < c.rows; i++)
            steps |= cm_funnel_row_at(&c, i).steps;
    for (int i = 0; i < rules->exclusions; i++)
        steps &= ~(UINT64CONST(1) << (rules->exclusion[i].step - 1));
    return steps == 0 ? 1 : 64 - __builtin_clzll(steps);
}

static int
check_steps(int steps, int limited_steps)
{
    if (steps < 1 || steps > CM_FUNNEL_MAX_STEPS)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("steps is out of range: %d", steps),
                 errdetail("A funnel has from 1 to %d steps.", CM_FUNNEL_MAX_STEPS)));
    if (limited_steps != 0 && limited_steps != steps)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
                        errmsg("step_within has %d elements for %d steps", limited_steps - 1, steps),
                        errdetail("It needs one for each step but the first."),
                        errhint("Use NULL for a step without a limit.")));
    return steps;
}

static void
complete_exclusions(cm_funnel_rules *rules)
{
    int kept = 0;

    for (int i = 0; i < rules->exclusions; i++) {
        cm_funnel_exclusion e = rules->exclusion[i];

        if (e.to > rules->steps)
            ereport(ERROR,
                    (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                     errmsg("an exclusion ends at step %d of a funnel of %d steps", e.to, rules->steps)));
        if (e.to == 0)
            e.to = rules->steps;
        if (e.from < e.to)
            rules->exclusion[kept++] = e;
    }
    rules->exclusions = kept;
}

static void
check_layout(const cm_funnel_rules *rules, cm_funnel_layout layout)
{
    if (rules->hold && layout == CM_FUNNEL_STEPS)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("this funnel has no values to hold constant"),
                        errhint("Build it with funnel_events_agg or funnels_events_agg and a hold_key.")));
    if (rules->ties == CM_TIES_ORDER_KEY && layout != CM_FUNNEL_ORDERED && layout != CM_FUNNEL_EMPTY)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("this funnel has no order keys"),
                        errhint("Build it with funnel_events_agg or funnels_events_agg and an order_key.")));
    if (rules->grace > 0 && rules->ties != CM_TIES_ANY)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("grace needs ties \"any\""),
                        errdetail("Rows within the grace of each other stand in any order.")));
}

static void
poll(void)
{
    CHECK_FOR_INTERRUPTS();
}

#define FAR (INT64CONST(1) << 60) /* from all rows by more than any window, and safe to calculate with */

cm_funnel_search
cm_funnel_search_begin(FunctionCallInfo fcinfo, int first, const cm_funnel *f)
{
    cm_funnel_search s = {.steps_known = !PG_ARGISNULL(first + STEPS) || !PG_ARGISNULL(first + STEP_WITHIN)};
    cm_funnel_rules *rules = &s.rules;
    int limited_steps = 0;

    rules->within = rules->as_of = CM_FUNNEL_NO_LIMIT;
    rules->poll = poll;
    if (!PG_ARGISNULL(first + WITHIN))
        rules->within = length_of(PG_GETARG_INTERVAL_P(first + WITHIN), "within", false);
    if (!PG_ARGISNULL(first + TIES))
        rules->ties = (cm_funnel_ties) cm_option(PG_GETARG_TEXT_PP(first + TIES), "ties", ties_names);
    if (!PG_ARGISNULL(first + ENTRY))
        rules->first_entry = cm_option(PG_GETARG_TEXT_PP(first + ENTRY), "entry", entry_names) == 1;
    if (!PG_ARGISNULL(first + STEP_WITHIN))
        limited_steps = read_step_limits(rules, PG_GETARG_ARRAYTYPE_P(first + STEP_WITHIN));
    if (!PG_ARGISNULL(first + EXCLUDE))
        read_exclusions(rules, text_to_cstring(PG_GETARG_TEXT_PP(first + EXCLUDE)));
    rules->hold = !PG_ARGISNULL(first + HOLD_CONSTANT) && PG_GETARG_BOOL(first + HOLD_CONSTANT);
    rules->strict_order = !PG_ARGISNULL(first + STRICT_ORDER) && PG_GETARG_BOOL(first + STRICT_ORDER);
    if (!PG_ARGISNULL(first + GRACE))
        rules->grace = length_of(PG_GETARG_INTERVAL_P(first + GRACE), "grace", true);
    if (!PG_ARGISNULL(first + AS_OF))
        rules->as_of = Min(Max(cm_check_timestamp(PG_GETARG_TIMESTAMPTZ(first + AS_OF), "as_of"), -FAR), FAR);
    rules->steps = check_steps(!PG_ARGISNULL(first + STEPS) ? PG_GETARG_INT32(first + STEPS)
                               : limited_steps != 0         ? limited_steps
                                                            : highest_step(f, rules),
                               limited_steps);
    complete_exclusions(rules);
    check_layout(rules, (cm_funnel_layout) f->layout);
    s.plain = cm_funnel_is_plain(rules);
    return s;
}
