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
#include "states/report_base.h"

typedef struct cohort {
    int64 customers;
    int64 begun, complete; /* periods */
    int64 *active;         /* by bracket; NULL without customers */
} cohort;

typedef struct bracket_table {
    cm_calendar calendar;
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
make_table(ArrayType *bounds, cm_calendar calendar)
{
    bracket_table t = {.calendar = calendar};

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

/* One bracket of a cohort: periods from one to another, of which so many have begun and are over. */
typedef struct bracket {
    int64 cohort;
    int64 from, to; /* to is no part of it */
    int64 begun, complete;
    int64 customers, active;
} bracket;

static void
put_bracket(FunctionCallInfo fcinfo, cm_calendar calendar, const bracket *b, double confidence)
{
    bool complete = b->to <= b->complete;
    cm_row out = cm_row_empty();

    if (b->from >= b->begun)
        return;
    cm_row_set_period(&out, 0, calendar, b->cohort);
    cm_row_set_int(&out, 1, b->from);
    cm_row_set_int(&out, 2, b->to - 1);
    cm_row_set_int(&out, 3, b->customers);
    if (complete)
        cm_row_set_rate(&out, 4, b->active, b->customers, confidence);
    cm_row_set(&out, 8, BoolGetDatum(complete));
    cm_rows_put(fcinfo, &out);
}

static Datum
put_brackets(FunctionCallInfo fcinfo, const bracket_table *t, double confidence)
{
    cm_rows_begin(fcinfo);
    for (int64 index = 0; index < t->count; index++) {
        const cohort *row = &t->rows[index];

        for (int i = 0; i < t->brackets && row->customers > 0; i++)
            put_bracket(fcinfo, t->calendar,
                        &(bracket){.cohort = t->first + index,
                                   .from = t->bounds[i],
                                   .to = t->bounds[i + 1],
                                   .begun = row->begun,
                                   .complete = row->complete,
                                   .customers = row->customers,
                                   .active = row->active[i]},
                        confidence);
    }
    return (Datum) 0;
}

/* ---- as a base: cohorts by brackets ---- */

static Datum
base_of(const bracket_table *t, DateADT as_of, int beginnings, int days)
{
    cm_base_writer w =
        cm_base_begin(CM_BASE_BRACKET_RETENTION,
                      (int64[]){cm_base_from_calendar(t->calendar), as_of, beginnings, days}, NULL);

    for (int64 index = 0; index < t->count; index++)
        for (int i = 0; i < t->brackets && t->rows[index].customers > 0; i++)
            cm_base_put(&w, &(cm_base_row){.keys = {t->first + index, t->bounds[i], t->bounds[i + 1]},
                                           .counts = {t->rows[index].customers, t->rows[index].active[i]}});
    PG_RETURN_POINTER(cm_base_end(&w));
}

/* bracket_retention(base, confidence) */
PG_FUNCTION_INFO_V1(cm_bracket_retention_of_base);
Datum
cm_bracket_retention_of_base(PG_FUNCTION_ARGS)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_BRACKET_RETENTION);
    cm_cohort_returns_reading at = {.periods = {.calendar = cm_base_calendar(&r)},
                                    .as_of = (DateADT) r.base->params[1]};

    cm_rows_begin(fcinfo);
    if (r.base->rows == 0)
        return (Datum) 0;
    if (r.base->params[3] < 0 || r.base->params[3] > CM_MAX_ROLLING)
        cm_base_error(&r, "It has no such periods");
    at.periods.days = (uint16) r.base->params[3];
    at.horizon = cm_horizon_at(at.periods.calendar, at.as_of);
    while (cm_base_next(&r)) {
        bracket b = {.cohort = r.row.keys[0],
                     .from = r.row.keys[1],
                     .to = r.row.keys[2],
                     .begun = cm_cohort_returns_begun(&at, r.row.keys[0]),
                     .complete = cm_cohort_returns_complete(&at, r.row.keys[0]),
                     .customers = r.row.counts[0],
                     .active = r.row.counts[1]};

        if (b.from < 0 || b.to <= b.from || b.active < 0 || b.customers < b.active)
            cm_base_error(&r, "A bracket or its counts are out of range");
        put_bracket(fcinfo, at.periods.calendar, &b, confidence);
    }
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

/* From arguments (cohorts, as_of, brackets). */
static bracket_table
table_of_cohorts(FunctionCallInfo fcinfo)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cohorts_counting c = {.table = make_table(PG_GETARG_ARRAYTYPE_P(2), cm_cohorts_calendar(cohorts))};
    cm_report_horizon horizon = cm_horizon_at(c.table.calendar, CM_ARG_DAY_OF(1, "as_of"));

    if (cm_cohorts_span(cohorts, horizon, &c.span)) {
        make_rows(&c.table, c.span.first, c.span.active);
        cm_cohorts_visit(cohorts, horizon.finished, count_active, &c);
    }
    return c.table;
}

/* bracket_retention(cohorts, as_of, brackets, confidence) */
PG_FUNCTION_INFO_V1(cm_bracket_retention);
Datum
cm_bracket_retention(PG_FUNCTION_ARGS)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
    bracket_table t = table_of_cohorts(fcinfo);

    return put_brackets(fcinfo, &t, confidence);
}

/* bracket_retention_base(cohorts, as_of, brackets) */
PG_FUNCTION_INFO_V1(cm_bracket_retention_base);
Datum
cm_bracket_retention_base(PG_FUNCTION_ARGS)
{
    bracket_table t = table_of_cohorts(fcinfo);

    return base_of(&t, CM_ARG_DAY_OF(1, "as_of"), 0, 0);
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

/* From arguments (returns, as_of, brackets). */
static returns_counting
table_of_returns(FunctionCallInfo fcinfo, const cm_word *beginnings)
{
    const cm_map *map = PG_GETARG_COHORT_RETURNS(0);
    returns_counting c = {
        .table = make_table(PG_GETARG_ARRAYTYPE_P(2), cm_cohort_returns_periods_of(map)->calendar)};

    c.reading = cm_cohort_returns_read(map, CM_ARG_DAY_OF(1, "as_of"), beginnings);
    if (c.reading.count > 0) {
        make_rows(&c.table, c.reading.first, c.reading.count);
        cm_cohort_returns_visit(&c.reading, count_returns, &c);
    }
    return c;
}

/* bracket_retention(returns, as_of, brackets, confidence, beginnings) */
PG_FUNCTION_INFO_V1(cm_cohort_returns_brackets);
Datum
cm_cohort_returns_brackets(PG_FUNCTION_ARGS)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
    returns_counting c = table_of_returns(fcinfo, PG_GETARG_TEXT_PP(4));

    return put_brackets(fcinfo, &c.table, confidence);
}

/* bracket_retention_base(returns, as_of, brackets, beginnings) */
PG_FUNCTION_INFO_V1(cm_cohort_returns_brackets_base);
Datum
cm_cohort_returns_brackets_base(PG_FUNCTION_ARGS)
{
    returns_counting c = table_of_returns(fcinfo, PG_GETARG_TEXT_PP(3));

    return base_of(&c.table, CM_ARG_DAY_OF(1, "as_of"), 1 + c.reading.every, c.reading.periods.days);
}
