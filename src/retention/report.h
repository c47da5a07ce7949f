/* What the reports over cohorts share. */
#ifndef CM_REPORT_H
#define CM_REPORT_H

#include "core/check.h"
#include "core/row.h"
#include "math/proportion.h"
#include "retention/calendar.h"

/* Three columns from first_column on: hits / total and its Wilson interval; NULL for a total of 0. */
static inline void
cm_row_set_share(cm_row *row, int first_column, int64 hits, int64 total, double confidence)
{
    cm_interval interval = cm_wilson(hits, total, confidence);

    cm_row_set_float(row, first_column, interval.value);
    cm_row_set_float(row, first_column + 1, interval.lower);
    cm_row_set_float(row, first_column + 2, interval.upper);
}

/* The same after a column of hits. */
static inline void
cm_row_set_rate(cm_row *row, int first_column, int64 hits, int64 total, double confidence)
{
    cm_row_set_int(row, first_column, hits);
    cm_row_set_share(row, first_column + 1, hits, total, confidence);
}

static inline void
cm_row_set_period(cm_row *row, int column, cm_calendar calendar, int64 period)
{
    cm_row_set(row, column, DateADTGetDatum(cm_period_start(calendar, (int32) period)));
}

/* A number of periods, as an argument. */
static inline int32
cm_check_periods(int32 periods, const char *what)
{
    if (periods < 1 || periods > 1000000)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %d", cm_quoted(what), periods),
                        errdetail("It is a number of periods, from 1 to 1000000.")));
    return periods;
}

/* Cohorts times periods may be so many in one report. */
#define CM_MAX_CELLS 10000000

static inline void
cm_report_check_cells(int64 cells)
{
    if (cells > CM_MAX_CELLS)
        ereport(ERROR, (errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
                        errmsg("the cohorts have more than %d cells up to \"as_of\"", CM_MAX_CELLS),
                        errdetail("Each has one for each period since its first."),
                        errhint("Check \"as_of\", use longer periods, or look at fewer customers at once.")));
}

/* An array of zeros for periods or shares of customers. */
static inline int64 *
cm_counts(int64 n)
{
    return palloc_extended(Max(n, 1) * sizeof(int64), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

#endif
