/*
 * series: sums of amounts by calendar period, and how many rows each period has. Exact, so that rows and parts in any
 * order give the same bytes. A period without rows is not there, which is not the same as one whose rows add up to zero.
 */
#ifndef CM_SERIES_H
#define CM_SERIES_H

#include "core/money.h"
#include "core/period.h"
#include "core/state.h"

typedef struct cm_series_period {
    int32 period;  /* of the calendar */
    uint32 unused; /* zero */
    int64 rows;    /* 1 and more */
    cm_money sum;
} cm_series_period;

typedef struct cm_series {
    cm_state head;
    cm_calendar calendar; /* CM_NO_CALENDAR: of no rows, which have not named it yet */
    uint16 unused;
    uint32 count;
    cm_series_period periods[FLEXIBLE_ARRAY_MEMBER]; /* ascending; canonical: no room left */
} cm_series;

extern const cm_state_class cm_series_class;

extern cm_series *cm_series_new(cm_calendar calendar, uint32 capacity);
/* Adds rows to a period; the result is series or, when it had to grow, a new one. */
extern cm_series *cm_series_add(cm_series *series, int32 period, int64 rows, cm_money sum);
extern const cm_series *cm_series_read(Datum datum); /* canonical */

#define PG_GETARG_SERIES(arg) cm_series_read(PG_GETARG_DATUM(arg))

#endif
