/*
 * Bracket retention: of each cohort, how many were active at least once in a range of periods after their first, such
 * as days 1 to 7. Brackets are [b1, b2), [b2, b3), ... ; a bracket that is not over at as_of is NULL and says so.
 */
#include "postgres.h"

#include "utils/array.h"

#include "core/check.h"
#include "core/row.h"
#include "retention/cohorts.h"
#include "retention/report.h"
#include "retention/cohort_returns.h"

typedef struct cohort {
    int64 customers;
    int64 begun, complete; /* periods */
    int64 *active;         /* by bracket; NULL without customers */
} cohort;

typedef struct bracket_table {
    cm_calendar calendar;
    double confidence;
    const int64 *bounds; /* brackets + 1 */
    int brackets;
    int64 cells; /* of all cohorts */
    int64 first; /* the cohort of the first row */
    int64 count;
    cohort *rows; /* count of them */
} bracket_table;

static void
check_bounds(bracket_table *t, ArrayType *bounds)
{
    if (ARR_NDIM(bounds) != 1 || ARR_DIMS(bounds)[0] < 2 || array_contains_nulls(bounds))
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("brackets need two or more bounds"),
                        errhint("Write the first period of each bracket and the end of the last, such as "
                                "{1,8,31} for periods 1 to 7 and 8 to 30.")));
    t->bounds = (const int64 *) ARR_DATA_PTR(bounds);
    t->brackets = ARR_DIMS(bounds)[0] - 1;
    for (int i = 0; i <= t->brackets; i++)
        if (cm_int_of(t->bounds[i], "brackets") < 0 || (i > 0 && t->bounds[i] <= t->bounds[i - 1]))
            ereport(ERROR,
                    (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                     errmsg("bracket bound " INT64_FORMAT " is out of range", t->bounds[i]),
                     errdetail("Bounds are counted from the first period, which is 0, in ascending order.")));
}

static bracket_table
make_table(ArrayType *bounds, double confidence, cm_calendar calendar)
{
    bracket_table t = {.calendar = calendar, .confidence = cm_check_confidence(confidence)};

    check_bounds(&t, bounds);
    return t;
}

static void
make_rows(bracket_table *t, int64 first, int64 count)
{
    t->first = first;
    t->count = count;
    t->rows = palloc_extended(count * sizeof(cohort), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* A customer of a cohort, of which so many periods have begun and are over, with active periods counted from a base. */
static void
count_brackets(bracket_table *t, int64 index, int64 begun, int64 complete, const cm_active_periods *h,
               int64 base)
{
    cohort *row = &t->rows[index];

    if (row->customers++ == 0) {
        t->cells += t->brackets;
        cm_report_check_cells(t->cells);
        row->begun = begun;
        row->complete = complete;
        row->active = cm_counts(t->brackets);
    }
    for (int i = 0; i < t->brackets; i++)
        row->active[i] += cm_history_count(h, base + t->bounds[i], base + t->bounds[i + 1]) > 0;
}

static void
put_bracket(FunctionCallInfo fcinfo, const bracket_table *t, int64 index, int bracket)
{
    const cohort *row = &t->rows[index];
    bool complete = t->bounds[bracket + 1] <= row->complete;
    cm_row out = cm_row_empty();

    cm_row_set_period(&out, 0, t->calendar, t->first + index);
    cm_row_set_int(&out, 1, t->bounds[bracket]);
    cm_row_set_int(&out, 2, t->bounds[bracket + 1] - 1);
    cm_row_set_int(&out, 3, row->customers);
    if (complete)
        cm_row_set_rate(&out, 4, row->active[bracket], row->customers, t->confidence);
    cm_row_set(&out, 8, BoolGetDatum(complete));
    cm_rows_put(fcinfo, &out);
}

static Datum
put_brackets(FunctionCallInfo fcinfo, const bracket_table *t)
{
    cm_rows_begin(fcinfo);
    for (int64 index = 0; index < t->count; index++)
        for (int i = 0; i < t->brackets && t->rows[index].customers > 0; i++)
            if (t->bounds[i] < t->rows[index].begun)
                put_bracket(fcinfo, t, index, i);
    return (Datum) 0;
}

/* ---- of cohorts ---- */

typedef struct cohorts_counting {
    bracket_table table;
    cm_report_span span;
} cohorts_counting;

static void
count_active(void *report, const cm_active_periods *h)
{
    cohorts_counting *c = report;
    int64 index = (int64) h->periods[0] - c->span.first;

    count_brackets(&c->table, index, c->span.begun - index, c->span.finished - index, h, h->periods[0]);
}

/* bracket_retention(cohorts, as_of, brackets, confidence) */
PG_FUNCTION_INFO_V1(cm_bracket_retention);
Datum
cm_bracket_retention(PG_FUNCTION_ARGS)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cohorts_counting c = {
        .table = make_table(PG_GETARG_ARRAYTYPE_P(2), PG_GETARG_FLOAT8(3), cm_cohorts_calendar(cohorts))};
    cm_report_horizon horizon = cm_horizon_at(c.table.calendar, CM_ARG_DAY_OF(1, "as_of"));

    if (cm_cohorts_span(cohorts, horizon, &c.span)) {
        make_rows(&c.table, c.span.first, c.span.active);
        cm_cohorts_visit(cohorts, horizon.finished, count_active, &c);
    }
    return put_brackets(fcinfo, &c.table);
}

/* ---- of returns ---- */

typedef struct returns_counting {
    bracket_table table;
    cm_cohort_returns_reading reading;
} returns_counting;

static void
count_returns(void *report, int64 cohort, const cm_active_periods *returns)
{
    returns_counting *c = report;

    count_brackets(&c->table, cohort - c->table.first, cm_cohort_returns_begun(&c->reading, cohort),
                   cm_cohort_returns_complete(&c->reading, cohort), returns, 0);
}

/* bracket_retention(returns, as_of, brackets, confidence, beginnings) */
PG_FUNCTION_INFO_V1(cm_cohort_returns_brackets);
Datum
cm_cohort_returns_brackets(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_COHORT_RETURNS(0);
    returns_counting c = {.table = make_table(PG_GETARG_ARRAYTYPE_P(2), PG_GETARG_FLOAT8(3),
                                              cm_cohort_returns_periods_of(map)->calendar)};

    c.reading = cm_cohort_returns_read(map, CM_ARG_DAY_OF(1, "as_of"), PG_GETARG_TEXT_PP(4));
    if (c.reading.count > 0) {
        make_rows(&c.table, c.reading.first, c.reading.count);
        cm_cohort_returns_visit(&c.reading, count_returns, &c);
    }
    return put_brackets(fcinfo, &c.table);
}
