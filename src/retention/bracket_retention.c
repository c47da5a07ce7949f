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

typedef struct cohort {
    int64 customers;
    int64 *active; /* by bracket; NULL without customers */
} cohort;

typedef struct bracket_table {
    cm_calendar calendar;
    cm_report_span span;
    double confidence;
    const int64 *bounds; /* brackets + 1 */
    int brackets;
    int64 cells;  /* of all cohorts */
    cohort *rows; /* span.active of them */
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

static void
count_brackets(void *report, const cm_active_periods *h)
{
    bracket_table *t = report;
    int64 first = h->periods[0];
    cohort *row = &t->rows[first - t->span.first];

    if (row->customers++ == 0) {
        t->cells += t->brackets;
        cm_report_check_cells(t->cells);
        row->active = cm_counts(t->brackets);
    }
    for (int i = 0; i < t->brackets; i++)
        row->active[i] += cm_history_count(h, first + t->bounds[i], first + t->bounds[i + 1]) > 0;
}

static void
put_bracket(FunctionCallInfo fcinfo, const bracket_table *t, int64 index, int bracket)
{
    const cohort *row = &t->rows[index];
    bool finished = index + t->bounds[bracket + 1] <= t->span.finished;
    cm_row out = cm_row_empty();

    cm_row_set_period(&out, 0, t->calendar, t->span.first + index);
    cm_row_set_int(&out, 1, t->bounds[bracket]);
    cm_row_set_int(&out, 2, t->bounds[bracket + 1] - 1);
    cm_row_set_int(&out, 3, row->customers);
    if (finished)
        cm_row_set_rate(&out, 4, row->active[bracket], row->customers, t->confidence);
    cm_row_set(&out, 8, BoolGetDatum(finished));
    cm_rows_put(fcinfo, &out);
}

/* bracket_retention(cohorts, as_of, brackets, confidence) */
PG_FUNCTION_INFO_V1(cm_bracket_retention);
Datum
cm_bracket_retention(PG_FUNCTION_ARGS)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    bracket_table t = {.calendar = cm_cohorts_calendar(cohorts),
                       .confidence = cm_check_confidence(PG_GETARG_FLOAT8(3))};
    cm_report_horizon horizon = cm_horizon_at(t.calendar, CM_ARG_DAY_OF(1, "as_of"));

    check_bounds(&t, PG_GETARG_ARRAYTYPE_P(2));
    cm_rows_begin(fcinfo);
    if (!cm_cohorts_span(cohorts, horizon, &t.span))
        return (Datum) 0;

    t.rows = palloc0(t.span.active * sizeof(cohort));
    cm_cohorts_visit(cohorts, horizon.finished, count_brackets, &t);
    for (int64 index = 0; index < t.span.active; index++)
        for (int i = 0; i < t.brackets && t.rows[index].customers > 0; i++)
            if (index + t.bounds[i] < t.span.begun)
                put_bracket(fcinfo, &t, index, i);
    return (Datum) 0;
}
