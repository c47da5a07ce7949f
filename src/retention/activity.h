/*
 * activity: the calendar periods in which one customer was active, as a bitmap. It answers every dialect of
 * retention, lifecycle, streaks, dormancy and rhythm. Canonical: chunks ascending, none empty, no room for more. While it is built
 * there is room, and chunks that came in no order are sorted in runs (core/ladder.h).
 */
#ifndef CM_ACTIVITY_H
#define CM_ACTIVITY_H

#include "core/period.h"
#include "core/state.h"
#include "math/bitmap.h"

typedef struct cm_activity {
    cm_state head;
    cm_calendar calendar;
    int64 skipped; /* rows without a time, a period or a zone */
    uint32 count;  /* chunks */
    uint32 unused; /* zero */
    cm_chunk chunks[FLEXIBLE_ARRAY_MEMBER];
} cm_activity;

extern cm_activity *cm_activity_new(cm_calendar calendar, int64 chunks);
extern const cm_activity *cm_activity_read(Datum datum); /* in canonical form */

#define PG_GETARG_ACTIVITY(arg) cm_activity_read(PG_GETARG_DATUM(arg))

#endif
