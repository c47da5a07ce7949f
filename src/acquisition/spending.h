/*
 * spending: what acquisition cost and how many customers came of it, in total or by calendar period. Exact sums.
 */
#ifndef CM_SPENDING_H
#define CM_SPENDING_H

#include "core/money.h"
#include "core/period.h"
#include "core/state.h"

typedef struct cm_spending_period {
    int32 period;  /* of the calendar; 0 without one */
    uint32 unused; /* zero */
    int64 customers;
    cm_money cost;
} cm_spending_period;

typedef enum cm_spending_kind {
    CM_SPENDING_IN_TOTAL,  /* one sum for all time, no calendar */
    CM_SPENDING_BY_PERIOD, /* a sum for each period */
    CM_SPENDING_OF_NO_ROWS /* by a period that is not known, with no sums */
} cm_spending_kind;

typedef struct cm_spending {
    cm_state head;
    cm_calendar calendar; /* of the periods */
    uint8 kind;           /* cm_spending_kind */
    uint8 unused;
    uint32 count;
    cm_spending_period
        periods[FLEXIBLE_ARRAY_MEMBER]; /* canonical: ascending; while it is built sorted as ladder.h says */
} cm_spending;

extern const cm_state_class cm_spending_class;

extern cm_spending *cm_spending_new(uint32 capacity);
/* Adds to a period; the result is spending or, when it had to grow, a new one. */
extern cm_spending *cm_spending_add(cm_spending *spending, int32 period, int64 customers, cm_money cost);
extern const cm_spending *cm_spending_read(Datum datum); /* canonical: no room left */

#define PG_GETARG_SPENDING(arg) cm_spending_read(PG_GETARG_DATUM(arg))

#endif
