/*
 * Where a ledger of points stands at a moment: what has been earned, spent, expired and left by then.
 */
#ifndef CM_POINTS_STANDING_H
#define CM_POINTS_STANDING_H

#include "engagement/points.h"

/* Which points are spent first. */
typedef enum cm_points_method {
    CM_POINTS_FIFO, /* those that were earned first */
    CM_POINTS_FEFO  /* those that expire first */
} cm_points_method;

typedef struct cm_points_standing {
    int64 issued;
    int64 redeemed; /* spent, as far as points were there */
    int64 expired;  /* unspent when their time came */
    int64 available;
    int64 overdrawn; /* spent, and not covered yet */
    int64 matured;   /* issued, of lots whose time has come */
    int64 *left;     /* of each entry */
    int64 entries;   /* up to the moment */
} cm_points_standing;

/* Entries up to and at that moment count. */
extern cm_points_standing cm_points_standing_at(const cm_points *ledger, int64 as_of,
                                                cm_points_method method);

#endif
