/*
 * The state of conversions: leads that had their time to convert, and those that still have it; see conversion.c.
 */
#ifndef CM_CONVERSION_H
#define CM_CONVERSION_H

#include "core/check.h"
#include "core/state.h"

#define CM_CONVERSION_MONTHS 12000 /* of a window, at most */

enum { CONVERTED, CONVERTED_LATE, NOT_CONVERTED, PENDING_CONVERTED, PENDING, CLASSES };

typedef struct conversion {
    cm_state head;
    double window_days; /* the window is months, then days of 24 hours; both are 0 in a state without leads */
    int32 window_months;
    int32 unused;
    int64
        leads[CLASSES]; /* window over: converted in it, after it, not yet; window open: converted, not yet */
} conversion;

extern const cm_state_class cm_conversion_class;

#define PG_GETARG_CONVERSION(arg)                                                                            \
    ((const conversion *) cm_state_read(PG_GETARG_DATUM(arg), &cm_conversion_class))

static inline int64
conversion_count(const conversion *c, int from, int to)
{
    int64 sum = 0;

    for (int i = from; i <= to; i++)
        sum = cm_add_counts(sum, c->leads[i], "leads");
    return sum;
}

static inline int64
conversion_leads(const conversion *c)
{
    return conversion_count(c, 0, CLASSES - 1);
}

#endif
