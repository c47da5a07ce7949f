/*
 * One customer's active periods, as far as they are known at a day as_of, and the questions that retention asks of
 * them. The rule of the room: what has happened counts from the moment its period has begun; what has not happened
 * counts only in periods that are over.
 */
#ifndef CM_HISTORY_H
#define CM_HISTORY_H

#include "core/period.h"
#include "math/bitmap.h"

/* Days before as_of are known. */
typedef struct cm_report_horizon {
    int32 finished; /* the first period that is not over */
    int32 begun; /* the first that has not begun: one later while a period is running, otherwise the same */
} cm_report_horizon;

extern cm_report_horizon cm_horizon_at(cm_calendar calendar, DateADT as_of);

typedef struct cm_active_periods {
    int32 *periods; /* ascending */
    int64 n;
    int64 capacity;
} cm_active_periods;

extern void cm_history_reserve(cm_active_periods *h, int64 more);

/* Appends the members of these chunks that are below before. */
static inline void
cm_history_add(cm_active_periods *h, const cm_chunk *chunks, int64 n, int64 before)
{
    for (int64 i = 0; i < n && (int64) chunks[i].word * 64 < before; i++) {
        uint64 bits = chunks[i].bits;
        int64 base = (int64) chunks[i].word * 64;

        if (base + 64 > before)
            bits &= PG_UINT64_MAX >> (64 - (before - base));
        if (h->capacity - h->n < 64)
            cm_history_reserve(h, 64);
        for (; bits != 0; bits &= bits - 1)
            h->periods[h->n++] = (int32) (base + __builtin_ctzll(bits));
    }
}

/* How a customer counts as retained some periods after the first. */
typedef enum cm_retention_mode { CM_ON, CM_ON_OR_AFTER, CM_ON_OR_BEFORE, CM_STREAK } cm_retention_mode;

extern cm_retention_mode cm_retention_mode_from_text(text *word);
extern bool cm_history_retained(const cm_active_periods *h, cm_retention_mode mode, int64 after);

/* Members in from..to, to excluded. */
extern int64 cm_history_count(const cm_active_periods *h, int64 from, int64 to);
/* Members of the first run of neighbours, and of the longest. */
extern int64 cm_history_first_run(const cm_active_periods *h);
extern int64 cm_history_longest_run(const cm_active_periods *h);
/* Members of the run that has not ended at the horizon; 0 if the last period that is over was missed. */
extern int64 cm_history_current_run(const cm_active_periods *h, cm_report_horizon horizon);
/* Periods that are over since the last member. */
extern int64 cm_history_silence(const cm_active_periods *h, cm_report_horizon horizon);

/* What a customer who is known in a period is to it; lookback is in periods. */
typedef enum cm_stage {
    CM_NEW,         /* active, for the first time */
    CM_RETURNING,   /* active, and in one of the lookback periods before */
    CM_RESURRECTED, /* active again, after none of the lookback periods before */
    CM_QUIET,       /* not active, but in one of the lookback - 1 periods before */
    CM_DORMANT,     /* not active, last time exactly lookback periods before */
    CM_INACTIVE     /* not active, dormant before this period */
} cm_stage;

extern cm_stage cm_history_stage(const cm_active_periods *h, int64 period,
                                 int64 lookback); /* first period <= period */

#endif
