/*
 * activity: the calendar periods in which one customer was active, as a bitmap. It answers every dialect of
 * retention, lifecycle, streaks, dormancy and rhythm. Always canonical: chunks ascending, none empty.
 */
#ifndef CM_ACTIVITY_H
#define CM_ACTIVITY_H

#include "core/period.h"
#include "core/state.h"
#include "math/bitmap.h"

typedef struct cm_activity {
    cm_state head;
    cm_calendar calendar;
    uint16 unused; /* zero */
    uint32 count;  /* chunks */
    cm_chunk chunks[FLEXIBLE_ARRAY_MEMBER];
} cm_activity;

extern const cm_state_class cm_activity_class;

extern cm_activity *cm_activity_new(cm_calendar calendar, int64 chunks);

#define PG_GETARG_ACTIVITY(arg)                                                                              \
    ((const cm_activity *) cm_state_read(PG_GETARG_DATUM(arg), &cm_activity_class))

#endif
