/*
 * points_ledger: a customer's loyalty points, every entry of them, so that balance and expiry can be asked for at any
 * time. In canonical form, which is what leaves an aggregate, entries are sorted and alike ones are one.
 */
#ifndef CM_POINTS_H
#define CM_POINTS_H

#include "utils/timestamp.h"

#include "core/state.h"

#define CM_NEVER PG_INT64_MAX

typedef struct cm_points_entry {
    Timestamp at;
    Timestamp expires_at; /* the first moment without them; CM_NEVER, as for all that are spent */
    int64 points;         /* earned; negative: spent; never zero */
} cm_points_entry;

typedef struct cm_points {
    cm_state head; /* flags: CM_POINTS_CANONICAL */
    int64 used;    /* entries; behind them there may be room for more */
    cm_points_entry entries[FLEXIBLE_ARRAY_MEMBER];
} cm_points;

#define CM_POINTS_CANONICAL 1

extern const cm_state_class cm_points_class;

extern cm_points *cm_points_new(int64 entries); /* empty, with room for so many */
extern cm_points *cm_points_check(void *state); /* its size fits its entries, or an error */
extern int cm_points_compare(const void *a, const void *b);
/* The ledger itself if it is canonical, or a copy that is. */
extern const cm_points *cm_points_canonical(const cm_points *ledger);

#define PG_GETARG_POINTS(arg)                                                                                \
    cm_points_canonical(cm_points_check(cm_state_read(PG_GETARG_DATUM(arg), &cm_points_class)))

#endif
