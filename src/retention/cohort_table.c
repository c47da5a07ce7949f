/* Counting and printing cohort tables; see cohort_table.h. A cell whose period is not over at as_of is NULL and says so. */
#include "postgres.h"

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "retention/cohort_table.h"
#include "retention/report.h"

cm_cohort_table
cm_cohort_table_begin(FunctionCallInfo fcinfo, cm_calendar calendar)
{
    static const char *const references[] = {"first", "previous", NULL};
    cm_cohort_table t = {
        .calendar = calendar,
        .mode = cm_retention_mode_from_text(PG_GETARG_TEXT_PP(2)),
        .previous = cm_option(PG_GETARG_TEXT_PP(3), "reference", references) == 1,
    };

    if (t.previous && t.mode == CM_ON_OR_BEFORE)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("mode \"on_or_before\" has no reference \"previous\""),
                        errdetail("Who was back by one period was back by the next one too."),
                        errhint("Use the reference \"first\".")));
    return t;
}

void
cm_cohort_table_rows(cm_cohort_table *t, int64 first, int64 count)
{
    t->first = (int32) first;
    t->count = count;
    t->rows = palloc_extended(Max(count, 1) * sizeof(cm_cohort), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

/* ---- counting ---- */

cm_cohort *
cm_cohort_table_join(cm_cohort_table *t, int64 index, int64 begun, int64 complete, int64 kept)
{
    cm_cohort *row = &t->rows[index];

    if (row->customers++ > 0)
        return row;
    t->cells += begun;
    cm_report_check_cells(t->cells);
    row->begun = begun;
    row->complete = complete;
    row->kept = kept;
    row->retained = cm_counts(kept);
    row->together = row->retained;
    if (t->mode == CM_ON && t->previous)
        row->together = cm_counts(kept);
    return row;
}

static void
count_active(const cm_cohort_table *t, cm_cohort *row, const int32 *periods, int64 n, int64 base)
{
    for (int64 i = 0; i < n; i++) {
        row->retained[periods[i] - base]++;
        if (t->previous && i > 0 && periods[i] - 1 == periods[i - 1])
            row->together[periods[i] - base]++;
    }
}

/* Modes other than 'on' count a customer where retention changes; sum_up makes counts of cells of that. */
static void
count_change(const cm_cohort_table *t, cm_cohort *row, const int32 *periods, int64 n, int64 base)
{
    int64 run = 0;

    if (t->mode == CM_ON_OR_AFTER && n > 0)
        row->retained[periods[n - 1] - base]++;
    else if (t->mode == CM_ON_OR_BEFORE && n > t->begun_by_return)
        row->retained[periods[t->begun_by_return] - base]++;
    else if (t->mode == CM_STREAK) {
        while (run < n && periods[run] == base + run)
            run++;
        if (run > 0)
            row->retained[run - 1]++;
    }
}

void
cm_cohort_table_count(const cm_cohort_table *t, cm_cohort *row, const int32 *periods, int64 n, int64 base)
{
    if (t->mode == CM_ON)
        count_active(t, row, periods, n, base);
    else
        count_change(t, row, periods, n, base);
}

static void
sum_up(const cm_cohort_table *t, cm_cohort *row)
{
    if (t->mode == CM_ON_OR_BEFORE) {
        for (int64 n = 1; n < row->kept; n++)
            row->retained[n] += row->retained[n - 1];
    } else if (t->mode != CM_ON)
        for (int64 n = row->kept - 2; n >= 0; n--)
            row->retained[n] += row->retained[n + 1];
}

void
cm_cohort_table_end(cm_cohort_table *t)
{
    for (int64 i = 0; i < t->count; i++)
        if (t->rows[i].customers > 0)
            sum_up(t, &t->rows[i]);
}

/* ---- rows ---- */

/* Customers retained n periods after the first. */
static int64
retained_in(const cm_cohort_table *t, const cm_cohort *row, int64 n)
{
    if (t->mode == CM_ON_OR_BEFORE && n == 0 && t->begun_by_return)
        return row->customers;
    if (t->mode == CM_ON_OR_BEFORE && row->kept > 0)
        return row->retained[Min(n, row->kept - 1)];
    return n < row->kept ? row->retained[n] : 0;
}

static int64
reference_of(const cm_cohort_table *t, const cm_cohort *row, int64 n)
{
    return t->previous && n > 0 ? retained_in(t, row, n - 1) : row->customers;
}

static int64
hits_of(const cm_cohort_table *t, const cm_cohort *row, int64 n)
{
    if (t->previous && n > 0)
        return n < row->kept ? row->together[n] : 0;
    return retained_in(t, row, n);
}

static void
put_cell(FunctionCallInfo fcinfo, const cm_cohort_table *t, int64 index, int64 n)
{
    const cm_cohort *row = &t->rows[index];
    int64 first = t->first + index;
    bool complete = n < row->complete;
    cm_row out = cm_row_empty();

    cm_row_set_period(&out, 0, t->calendar, first);
    cm_row_set_int(&out, 1, n);
    cm_row_set_period(&out, 2, t->calendar, first + n * (t->days > 0 ? t->days : 1));
    cm_row_set_int(&out, 3, reference_of(t, row, n));
    if (complete)
        cm_row_set_rate(&out, 4, hits_of(t, row, n), reference_of(t, row, n), t->confidence);
    cm_row_set(&out, 8, BoolGetDatum(complete));
    cm_rows_put(fcinfo, &out);
}

Datum
cm_cohort_table_cells(FunctionCallInfo fcinfo, const cm_cohort_table *t)
{
    cm_rows_begin(fcinfo);
    for (int64 index = 0; index < t->count; index++)
        for (int64 n = 0; n < t->rows[index].begun; n++)
            put_cell(fcinfo, t, index, n);
    return (Datum) 0;
}

/* The cells that are complete, of all cohorts. Those that began later have fewer of them, or as many. */
Datum
cm_cohort_table_curve(FunctionCallInfo fcinfo, const cm_cohort_table *t)
{
    int64 known = 0;
    cm_cohort *rows = palloc_extended(Max(t->count, 1) * sizeof(cm_cohort), MCXT_ALLOC_HUGE);

    cm_rows_begin(fcinfo);
    for (int64 index = 0; index < t->count; index++)
        if (t->rows[index].customers > 0)
            rows[known++] = t->rows[index];
    for (int64 n = 0; known > 0 && n < rows[0].complete; n++) {
        int64 total = 0, hits = 0;
        cm_row out = cm_row_empty();

        CHECK_FOR_INTERRUPTS();
        while (rows[known - 1].complete <= n) /* the first stays */
            known--;
        for (int64 i = 0; i < known; i++) {
            total += reference_of(t, &rows[i], n);
            hits += hits_of(t, &rows[i], n);
        }
        cm_row_set_int(&out, 0, n);
        cm_row_set_int(&out, 1, known);
        cm_row_set_int(&out, 2, total);
        cm_row_set_rate(&out, 3, hits, total, t->confidence);
        cm_rows_put(fcinfo, &out);
    }
    return (Datum) 0;
}
