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

/*
 * One cohort; its cells are the periods that have begun, from its own on. Counts are kept up to the last period in which
 * anyone was active: what follows is empty, or stays as it is, however far as_of lies.
 */
typedef struct cohort {
    int64 customers;
    int64 kept;      /* cells with counts */
    int64 *retained; /* by periods after the first */
    int64 *together; /* retained in this cell and in the one before; may be the same array */
} cohort;

typedef struct cohort_table {
    cm_calendar calendar;
    cm_report_span span;
    cm_retention_mode mode;
    bool previous;     /* the reference is the cell before, not the whole cohort */
    double confidence; /* of intervals */
    int64 cells;       /* of all cohorts */
    cohort *rows;      /* span.active of them; those without customers have no cells */
} cohort_table;

/* ---- counting ---- */

static void
open_cohort(cohort_table *t, int64 index)
{
    cohort *row = &t->rows[index];

    t->cells += t->span.begun - index;
    cm_report_check_cells(t->cells);
    row->kept = t->span.active - index;
    row->retained = cm_counts(row->kept);
    row->together = row->retained;
    if (t->mode == CM_ON && t->previous)
        row->together = cm_counts(row->kept);
}

static cohort *
cohort_of(cohort_table *t, const cm_active_periods *h)
{
    int64 index = (int64) h->periods[0] - t->span.first;

    if (t->rows[index].customers++ == 0)
        open_cohort(t, index);
    return &t->rows[index];
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
sum_up(const cohort_table *t, cohort *row)
{
    if (t->mode == CM_ON_OR_BEFORE) {
        for (int64 n = 1; n < row->kept; n++)
            row->retained[n] += row->retained[n - 1];
    } else if (t->mode != CM_ON)
        for (int64 n = row->kept - 2; n >= 0; n--)
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
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cohort_table t = {
        .calendar = cm_cohorts_calendar(cohorts),
        .mode = cm_retention_mode_from_text(PG_GETARG_TEXT_PP(2)),
        .previous = cm_option(PG_GETARG_TEXT_PP(3), "reference", references) == 1,
        .confidence = cm_check_confidence(PG_GETARG_FLOAT8(4)),
    };
    cm_report_horizon horizon = cm_horizon_at(t.calendar, CM_ARG_DAY_OF(1, "as_of"));

    if (t.previous && t.mode == CM_ON_OR_BEFORE)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("mode \"on_or_before\" has no reference \"previous\""),
                        errdetail("Who was back by one period was back by the next one too."),
                        errhint("Use the reference \"first\".")));
    if (cm_cohorts_span(cohorts, horizon, &t.span)) {
        cm_report_check_periods(&t.span);
        t.rows = palloc0(t.span.active * sizeof(cohort));
        cm_cohorts_visit(cohorts, horizon.finished, count_customer, &t);
        for (int64 i = 0; i < t.span.active; i++)
            if (t.rows[i].customers > 0)
                sum_up(&t, &t.rows[i]);
    }
    return t;
}

/* ---- rows ---- */

/* Customers retained n periods after the first. */
static int64
retained_in(const cohort_table *t, const cohort *row, int64 n)
{
    if (t->mode == CM_ON_OR_BEFORE) /* all were active in the first period, which does not count after it */
        return n == 0 ? row->customers : row->retained[Min(n, row->kept - 1)];
    return n < row->kept ? row->retained[n] : 0;
}

static int64
reference_of(const cohort_table *t, const cohort *row, int64 n)
{
    return t->previous && n > 0 ? retained_in(t, row, n - 1) : row->customers;
}

static int64
hits_of(const cohort_table *t, const cohort *row, int64 n)
{
    if (t->previous && n > 0)
        return n < row->kept ? row->together[n] : 0;
    return retained_in(t, row, n);
}

static void
put_cell(FunctionCallInfo fcinfo, const cohort_table *t, int64 index, int64 n)
{
    const cohort *row = &t->rows[index];
    int64 first = t->span.first + index;
    bool finished = index + n < t->span.finished;
    cm_row out = cm_row_empty();

    cm_row_set_period(&out, 0, t->calendar, first);
    cm_row_set_int(&out, 1, n);
    cm_row_set_period(&out, 2, t->calendar, first + n);
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
    for (int64 index = 0; index < t.span.active; index++)
        for (int64 n = 0; t.rows[index].customers > 0 && n < t.span.begun - index; n++)
            put_cell(fcinfo, &t, index, n);
    return (Datum) 0;
}

/* retention_curve(cohorts, as_of, mode, reference, confidence): the cells that are finished, of all cohorts */
PG_FUNCTION_INFO_V1(cm_retention_curve);
Datum
cm_retention_curve(PG_FUNCTION_ARGS)
{
    cohort_table t = make_table(fcinfo);
    int64 known = 0; /* cohorts with customers, moved to the front */

    cm_rows_begin(fcinfo);
    if (t.rows == NULL)
        return (Datum) 0;

    int64 *begin = cm_counts(t.span.active); /* of those, in ascending order */

    for (int64 index = 0; index < t.span.active; index++)
        if (t.rows[index].customers > 0) {
            begin[known] = index;
            t.rows[known++] = t.rows[index];
        }
    for (int64 n = 0; n < t.span.finished; n++) {
        int64 total = 0, hits = 0;
        cm_row out = cm_row_empty();

        while (begin[known - 1] + n >= t.span.finished) /* the first begins with the span, so that it stays */
            known--;
        for (int64 i = 0; i < known; i++) {
            total += reference_of(&t, &t.rows[i], n);
            hits += hits_of(&t, &t.rows[i], n);
        }
        cm_row_set_int(&out, 0, n);
        cm_row_set_int(&out, 1, known);
        cm_row_set_int(&out, 2, total);
        cm_row_set_rate(&out, 3, hits, total, t.confidence);
        cm_rows_put(fcinfo, &out);
    }
    return (Datum) 0;
}

/* retained(activity, after, as_of, mode): the cell that one customer counts in; NULL if it is not over */
PG_FUNCTION_INFO_V1(cm_activity_retained);
Datum
cm_activity_retained(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    int64 after = CM_ARG_INT(1, "after");
    cm_report_horizon horizon = cm_horizon_at(activity->calendar, CM_ARG_DAY_OF(2, "as_of"));
    cm_retention_mode mode = cm_retention_mode_from_text(PG_GETARG_TEXT_PP(3));
    cm_active_periods h = {0};

    cm_check_count(after, "after");
    cm_history_add(&h, activity->chunks, activity->count, horizon.finished);
    if (h.n == 0 || h.periods[0] + after >= horizon.finished)
        PG_RETURN_NULL();
    PG_RETURN_BOOL(cm_history_retained(&h, mode, after));
}
