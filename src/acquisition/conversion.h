/*
 * conversion: leads that had their time to convert, and those that still have it. Converted within a window from their
 * creation, both ends included, as it was known at as_of. It keeps counts and no moments, so that leads whose times were
 * written local merge with those whose times are instants.
 */
#ifndef CM_CONVERSION_H
#define CM_CONVERSION_H

#include "core/state.h"

enum { CM_CONVERTED, CM_LATE, CM_NEVER, CM_PENDING_CONVERTED, CM_PENDING, CM_CONVERSION_COUNTS };

typedef struct cm_conversion {
    cm_state head;
    double window_days; /* 0 in a state without leads */
    int64 leads
        [CM_CONVERSION_COUNTS]; /* window over: converted in it, after it, not yet; window open: converted, not yet */
} cm_conversion;

extern const cm_state_class cm_conversion_class;

#define PG_GETARG_CONVERSION(arg)                                                                            \
    ((const cm_conversion *) cm_state_read(PG_GETARG_DATUM(arg), &cm_conversion_class))

#endif
