/* What the reports over cohorts share. */
#ifndef CM_REPORT_H
#define CM_REPORT_H

#include "common/row.h"
#include "math/proportion.h"
#include "retention/calendar.h"

/* Four columns from first_column on: hits, hits / total, and its Wilson interval. */
static inline void
cm_row_set_rate(cm_row *row, int first_column, int64 hits, int64 total, double confidence)
{
    cm_interval interval = cm_wilson(hits, total, confidence);

    cm_row_set_int(row, first_column, hits);
    cm_row_set_float(row, first_column + 1, interval.value);
    cm_row_set_float(row, first_column + 2, interval.lower);
    cm_row_set_float(row, first_column + 3, interval.upper);
}

static inline void
cm_row_set_period(cm_row *row, int column, cm_calendar calendar, int64 period)
{
    cm_row_set(row, column, DateADTGetDatum(cm_period_start(calendar, (int32) period)));
}

/* An array of zeros for periods or shares of customers. */
static inline int64 *
cm_counts(int64 n)
{
    return palloc_extended(Max(n, 1) * sizeof(int64), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
}

#endif
