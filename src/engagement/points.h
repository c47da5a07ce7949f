/*
 * points_state: a customer's loyalty points, every entry of them, so that balance and expiry can be asked for at any
 * time. In canonical form, which is what leaves an aggregate, entries are sorted and alike ones are one.
 */
#ifndef CM_POINTS_H
#define CM_POINTS_H

#include "core/moment.h"
#include "core/state.h"

#define CM_NEVER PG_INT64_MAX
#define CM_REVERSAL PG_INT64_MIN

typedef struct cm_points_entry {
    int64 at;         /* microseconds since 2000-01-01 of the ledger's clock */
    int64 expires_at; /* the first moment without them; CM_NEVER, as for all that are spent; or CM_REVERSAL */
    int64
        points; /* earned; negative: spent; never zero. Of a reversal: spent ones given back, earned ones taken back */
} cm_points_entry;

typedef struct cm_points {
    cm_state head; /* flags: the cm_clock of the entries, and CM_POINTS_CANONICAL */
    int64 skipped; /* rows without a time or points */
    int64 used;    /* entries; behind them there may be memory for more */
    cm_points_entry entries[FLEXIBLE_ARRAY_MEMBER];
} cm_points;

#define CM_POINTS_CANONICAL 0x80

static inline cm_clock
cm_points_clock(const cm_points *ledger)
{
    return (cm_clock) (ledger->head.flags & ~CM_POINTS_CANONICAL);
}

extern const cm_state_class cm_points_class;

extern cm_points *cm_points_new(int64 entries); /* empty, with memory for so many */
extern cm_points *cm_points_with_room(cm_points *ledger, int64 more);
extern int cm_points_compare(const void *a, const void *b); /* two entries in canonical order */
extern void cm_points_check_entry(const cm_points_entry *entry, cm_clock clock);
extern cm_points *cm_points_check(void *state); /* its size fits its entries, or an error */
/* The ledger itself if it is canonical, or a copy that is. */
extern const cm_points *cm_points_canonical(const cm_points *ledger);

#define PG_GETARG_POINTS(arg)                                                                                \
    cm_points_canonical(cm_points_check(cm_state_read(PG_GETARG_DATUM(arg), &cm_points_class)))

#endif
