/* Collecting and merging spending; see spending.h. Text, binary form and JSON are in spending_io.c. */
#include "postgres.h"

#include "utils/memutils.h"

#include "acquisition/spending.h"
#include "core/check.h"
#include "core/ladder.h"
#include "states/order.h"

const cm_state_class cm_spending_class = {
    .name = "spending_state",
    .min_size = offsetof(cm_spending, periods),
    .max_size = MaxAllocSize,
    .magic = 0x5350,
    .version = 1,
};

static Size
size_of(Size periods)
{
    return offsetof(cm_spending, periods) + periods * sizeof(cm_spending_period);
}

cm_spending *
cm_spending_new(uint32 capacity)
{
    return cm_state_new(&cm_spending_class, size_of(capacity));
}

static Size
capacity_of(const cm_spending *spending)
{
    return (VARSIZE(spending) - offsetof(cm_spending, periods)) / sizeof(cm_spending_period);
}

/* A copy with this much room. */
static cm_spending *
with_capacity(const cm_spending *spending, uint32 capacity)
{
    cm_spending *copy = cm_spending_new(capacity);
    cm_state head = copy->head;

    memcpy(copy, spending, size_of(spending->count));
    copy->head = head;
    return copy;
}

static const cm_ladder by_period = {sizeof(cm_spending_period), offsetof(cm_spending_period, period)};

const cm_spending *
cm_spending_read(Datum datum)
{
    const cm_spending *spending = cm_state_read(datum, &cm_spending_class);
    cm_spending *canonical;

    if (unlikely(spending->count > capacity_of(spending)))
        cm_state_error(&spending->head, &cm_spending_class);
    if (spending->count == capacity_of(spending) &&
        cm_ladder_is_sorted(&by_period, spending->periods, spending->count))
        return spending;
    canonical = with_capacity(spending, spending->count);
    cm_ladder_sort(&by_period, canonical->periods, canonical->count);
    return canonical;
}

cm_spending *
cm_spending_add(cm_spending *spending, int32 period, int64 customers, cm_money cost)
{
    int64 place = cm_ladder_find(&by_period, spending->periods, spending->count, period);

    if (place < 0) {
        cm_spending_period added = {period, 0, customers, cost};

        if (spending->count == capacity_of(spending))
            spending = with_capacity(
                spending, Max(2 * spending->count, spending->kind == CM_SPENDING_IN_TOTAL ? 1 : 8));
        cm_ladder_insert(&by_period, spending->periods, spending->count++, &added);
        return spending;
    }

    cm_spending_period *at = &spending->periods[place];

    at->customers = cm_add_counts(at->customers, customers, "new customers");
    at->cost = cm_money_add(at->cost, cost);
    return spending;
}

/* ---- aggregate steps ---- */

static const char *
kind_name(const cm_spending *spending)
{
    return spending->kind == CM_SPENDING_IN_TOTAL ? "in total"
                                                  : psprintf("by %s", cm_calendar_name(spending->calendar));
}

static void
kinds_error(const cm_spending *a, const cm_spending *b)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("cannot merge spending %s with spending %s", kind_name(a), kind_name(b)),
                    errhint("Collect both with the same period.")));
}

static bool
same_kind(const cm_spending *a, const cm_spending *b)
{
    return a->kind == b->kind && a->calendar.unit == b->calendar.unit &&
           a->calendar.start == b->calendar.start;
}

/* Without a cost, or without customers, a row gives what it has. */
static cm_spending *
add_row(FunctionCallInfo fcinfo, cm_spending *spending, int32 period, int arg, bool floats)
{
    cm_money cost = PG_ARGISNULL(arg) ? CM_MONEY_ZERO
                    : floats          ? cm_money_from_float(PG_GETARG_FLOAT8(arg), "cost")
                                      : cm_money_from_numeric(PG_GETARG_DATUM(arg), "cost");
    int64 customers = PG_ARGISNULL(arg + 1) ? 0 : CM_ARG_COUNT(arg + 1, "new_customers");

    if (PG_ARGISNULL(arg) && PG_ARGISNULL(arg + 1))
        return spending;
    return cm_spending_add(spending, period, customers, cost);
}

/* Transitions over (cost, new_customers). */
PG_FUNCTION_INFO_V1(cm_spending_accum_numeric);
Datum
cm_spending_accum_numeric(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(add_row(fcinfo, cm_state_own(fcinfo, 0, &cm_spending_class), 0, 1, false));
}

PG_FUNCTION_INFO_V1(cm_spending_accum_float8);
Datum
cm_spending_accum_float8(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(add_row(fcinfo, cm_state_own(fcinfo, 0, &cm_spending_class), 0, 1, true));
}

/* Transitions over (day, cost, new_customers, period); without a day the row is skipped. */
static Datum
accumulate_period(FunctionCallInfo fcinfo, bool floats)
{
    if (PG_ARGISNULL(4))
        ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("\"period\" must not be NULL"),
                        errhint("Use \"month\", for example.")));

    cm_spending row = {.kind = CM_SPENDING_BY_PERIOD};
    cm_spending *spending;

    if (PG_ARGISNULL(0)) {
        row.calendar = cm_calendar_from_text(PG_GETARG_OPTION(4));
        spending = cm_spending_new(8);
        spending->calendar = row.calendar;
        spending->kind = row.kind;
    } else {
        spending = cm_state_own(fcinfo, 0, &cm_spending_class);
        row.calendar = cm_calendar_of_word(PG_GETARG_OPTION(4), spending->calendar);
    }
    if (!same_kind(spending, &row))
        kinds_error(spending, &row);
    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(spending);

    DateADT day = cm_check_day(CM_ARG_DAY_OF(1, "day"), "day");
    int32 period = cm_period_of(row.calendar, day);

    if (unlikely(day < CM_FIRST_DAY + 366)) /* a period may begin before the first day there is */
        cm_check_day(cm_period_start(row.calendar, period), "the first day of the period");
    PG_RETURN_POINTER(add_row(fcinfo, spending, period, 2, floats));
}

PG_FUNCTION_INFO_V1(cm_spending_accum_period_numeric);
Datum
cm_spending_accum_period_numeric(PG_FUNCTION_ARGS)
{
    return accumulate_period(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_spending_accum_period_float8);
Datum
cm_spending_accum_period_float8(PG_FUNCTION_ARGS)
{
    return accumulate_period(fcinfo, true);
}

/* ---- merging ---- */

PG_FUNCTION_INFO_V1(cm_spending_combine);
Datum
cm_spending_combine(PG_FUNCTION_ARGS)
{
    cm_spending *spending = cm_state_own(fcinfo, 0, &cm_spending_class);
    const cm_spending *other = cm_state_read(PG_GETARG_DATUM(1), &cm_spending_class);

    if (other->kind == CM_SPENDING_OF_NO_ROWS)
        PG_RETURN_POINTER(spending);
    if (spending->kind == CM_SPENDING_OF_NO_ROWS)
        PG_RETURN_POINTER(other);
    if (!same_kind(spending, other))
        kinds_error(spending, other);
    for (uint32 i = 0; i < other->count; i++)
        spending = cm_spending_add(spending, other->periods[i].period, other->periods[i].customers,
                                   other->periods[i].cost);
    PG_RETURN_POINTER(spending);
}

/* Final function of spending_agg, which begins with a state, and of rollup. */
PG_FUNCTION_INFO_V1(cm_spending_rollup_final);
Datum
cm_spending_rollup_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_SPENDING(0));
}

/* Final function of spending_by_agg: the period of no rows is not known. */
PG_FUNCTION_INFO_V1(cm_spending_final);
Datum
cm_spending_final(PG_FUNCTION_ARGS)
{
    if (!PG_ARGISNULL(0))
        return cm_spending_rollup_final(fcinfo);

    cm_spending *spending = cm_spending_new(0);

    spending->kind = CM_SPENDING_OF_NO_ROWS;
    PG_RETURN_POINTER(spending);
}
