/*
 * Cohort retention: of the customers whose first active period is the same, how many are retained n periods later, in
 * every sense of the word that the field knows. A cell whose period is not over at as_of is NULL and says so.
 */
#include "postgres.h"

#include "core/check.h"
#include "core/row.h"
#include "retention/activity.h"
#include "retention/cohorts.h"
#include "retention/report.h"

/* One cohort; its cells are the periods that have begun, from its own on. */
typedef struct cohort {
    int64 customers;
    int64 *retained; /* by periods after the first */
    int64 *together; /* retained in this cell and in the one before; may be the same array */
} cohort;

typedef struct cohort_table {
    const cm_map *cohorts;
    cm_calendar calendar;
    cm_report_horizon horizon;
    cm_retention_mode mode;
    bool previous;     /* the reference is the cell before, not the whole cohort */
    double confidence; /* of intervals */
    int32 first;       /* the first cohort */
    int64 width;       /* cohorts, and cells of the first one */
    cohort *rows;      /* those without customers have no cells */
} cohort_table;

/* ---- counting ---- */

static cohort *
cohort_of(cohort_table *t, const cm_active_periods *h)
{
    int64 index = (int64) h->periods[0] - t->first;
    cohort *row = &t->rows[index];
    int64 cells = t->width - index;

    if (row->retained == NULL) {
        row->retained = cm_counts(cells);
        row->together = row->retained;
        if (t->mode == CM_ON && t->previous)
            row->together = cm_counts(cells);
    }
    row->customers++;
    return row;
}

static void
count_active(const cohort_table *t, cohort *row, const cm_active_periods *h)
{
    for (int64 i = 0; i < h->n; i++) {
        row->retained[h->periods[i] - h->periods[0]]++;
        if (t->previous && i > 0 && h->periods[i] - 1 == h->periods[i - 1])
            row->together[h->periods[i] - h->periods[0]]++;
    }
}

/* Modes other than 'on' count a customer where retention changes; sum_up makes counts of cells of that. */
static void
count_change(const cohort_table *t, cohort *row, const cm_active_periods *h)
{
    if (t->mode == CM_ON_OR_AFTER)
        row->retained[h->periods[h->n - 1] - h->periods[0]]++;
    else if (t->mode == CM_STREAK)
        row->retained[cm_history_first_run(h) - 1]++;
    else if (h->n > 1)
        row->retained[h->periods[1] - h->periods[0]]++;
}

static void
sum_up(const cohort_table *t, cohort *row, int64 cells)
{
    if (t->mode == CM_ON_OR_BEFORE) {
        for (int64 n = 1; n < cells; n++)
            row->retained[n] += row->retained[n - 1];
        row->retained[0] =
            row->customers; /* all were active in the first period, which does not count after it */
    } else if (t->mode != CM_ON)
        for (int64 n = cells - 2; n >= 0; n--)
            row->retained[n] += row->retained[n + 1];
}

static void
count_customer(void *report, const cm_active_periods *h)
{
    cohort_table *t = report;

    if (t->mode == CM_ON)
        count_active(t, cohort_of(t, h), h);
    else
        count_change(t, cohort_of(t, h), h);
}

/* From arguments (cohorts, as_of, mode, reference, confidence). */
static cohort_table
make_table(FunctionCallInfo fcinfo)
{
    static const char *const references[] = {"first", "previous", NULL};
    cohort_table t = {
        .cohorts = PG_GETARG_COHORTS(0),
        .mode = cm_retention_mode_from_text(PG_GETARG_TEXT_PP(2)),
        .previous = cm_option(PG_GETARG_TEXT_PP(3), "reference", references) == 1,
        .confidence = cm_check_confidence(PG_GETARG_FLOAT8(4)),
    };

    t.calendar = cm_cohorts_calendar(t.cohorts);
    t.horizon = cm_horizon_at(t.calendar, PG_GETARG_DATEADT(1));
    if (t.previous && t.mode == CM_ON_OR_BEFORE)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("mode \"on_or_before\" has no reference \"previous\""),
                        errdetail("Who was back by one period was back by the next one too."),
                        errhint("Use the reference \"first\".")));
    if (cm_cohorts_first(t.cohorts, t.horizon, &t.first)) {
        t.width = (int64) t.horizon.begun - t.first;
        t.rows = palloc0(t.width * sizeof(cohort));
        cm_cohorts_visit(t.cohorts, t.horizon.begun, count_customer, &t);
        for (int64 i = 0; i < t.width; i++)
            if (t.rows[i].customers > 0)
                sum_up(&t, &t.rows[i], t.width - i);
    }
    return t;
}

/* ---- rows ---- */

static int64
reference_of(const cohort_table *t, const cohort *row, int64 n)
{
    return t->previous && n > 0 ? row->retained[n - 1] : row->customers;
}

static int64
hits_of(const cohort_table *t, const cohort *row, int64 n)
{
    return t->previous && n > 0 ? row->together[n] : row->retained[n];
}

static void
put_cell(FunctionCallInfo fcinfo, const cohort_table *t, int64 index, int64 n)
{
    const cohort *row = &t->rows[index];
    int32 first = t->first + index;
    bool finished = first + n < t->horizon.finished;
    cm_row out = cm_row_empty();

    cm_row_set_period(&out, 0, t->calendar, first);
    cm_row_set_int(&out, 1, n);
    cm_row_set_period(&out, 2, t->calendar, first + n);
    if (first < t->horizon.finished) /* otherwise the cohort itself is not complete */
        cm_row_set_int(&out, 3, reference_of(t, row, n));
    if (finished)
        cm_row_set_rate(&out, 4, hits_of(t, row, n), reference_of(t, row, n), t->confidence);
    cm_row_set(&out, 8, BoolGetDatum(finished));
    cm_rows_put(fcinfo, &out);
}

/* cohort_retention(cohorts, as_of, mode, reference, confidence) */
PG_FUNCTION_INFO_V1(cm_cohort_retention);
Datum
cm_cohort_retention(PG_FUNCTION_ARGS)
{
    cohort_table t = make_table(fcinfo);

    cm_rows_begin(fcinfo);
    for (int64 index = 0; index < t.width; index++)
        for (int64 n = 0; t.rows[index].customers > 0 && n < t.width - index; n++)
            put_cell(fcinfo, &t, index, n);
    return (Datum) 0;
}

/* retention_curve(cohorts, as_of, mode, reference, confidence): the cells that are finished, of all cohorts */
PG_FUNCTION_INFO_V1(cm_retention_curve);
Datum
cm_retention_curve(PG_FUNCTION_ARGS)
{
    cohort_table t = make_table(fcinfo);
    int64 cells = (int64) t.horizon.finished - t.first;

    cm_rows_begin(fcinfo);
    for (int64 n = 0; t.width > 0 && n < cells; n++) {
        int64 cohorts = 0, total = 0, hits = 0;
        cm_row out = cm_row_empty();

        for (int64 index = 0; index < cells - n; index++) {
            if (t.rows[index].customers == 0)
                continue;
            cohorts++;
            total += reference_of(&t, &t.rows[index], n);
            hits += hits_of(&t, &t.rows[index], n);
        }
        cm_row_set_int(&out, 0, n);
        cm_row_set_int(&out, 1, cohorts);
        cm_row_set_int(&out, 2, total);
        cm_row_set_rate(&out, 3, hits, total, t.confidence);
        cm_rows_put(fcinfo, &out);
    }
    return (Datum) 0;
}

/* retained(activity, after, as_of, mode): the cell that one customer counts in; NULL if it is not finished */
PG_FUNCTION_INFO_V1(cm_activity_retained);
Datum
cm_activity_retained(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    int64 after = PG_GETARG_INT32(1);
    cm_report_horizon horizon = cm_horizon_at(activity->calendar, PG_GETARG_DATEADT(2));
    cm_retention_mode mode = cm_retention_mode_from_text(PG_GETARG_TEXT_PP(3));
    cm_active_periods h = {0};

    cm_check_count(after, "after");
    cm_history_add(&h, activity->chunks, activity->count, horizon.begun);
    if (h.n == 0 || h.periods[0] + after >= horizon.finished)
        PG_RETURN_NULL();
    PG_RETURN_BOOL(cm_history_retained(&h, mode, after));
}
