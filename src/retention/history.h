/*
 * One customer's active periods, as far as they are known at a day as_of, and the questions that retention asks of them.
 *
 * The rule of the room: the days before as_of are known, and no others. A value of periods cannot tell on which day of a
 * period its customer was active, so it knows the periods that are over at as_of, and nothing of a period that as_of
 * cuts. Activity in that one counts from its end on, and until then what depends on it is pending. An as_of on the first
 * day of a period cuts none, and by days no as_of does.
 */
#ifndef CM_HISTORY_H
#define CM_HISTORY_H

#include "core/option.h"
#include "core/period.h"
#include "math/bitmap.h"

typedef struct cm_report_horizon {
    int32 finished; /* the first period that is not over: those below it are known */
    int32 begun; /* the first that has not begun: one later while a period is running, otherwise the same */
} cm_report_horizon;

extern cm_report_horizon cm_horizon_at(cm_calendar calendar, DateADT as_of);

typedef struct cm_active_periods {
    int32 *periods; /* ascending */
    int64 n;
    int64 capacity;
} cm_active_periods;

extern void cm_history_reserve(cm_active_periods *h, int64 more);

/* Appends the members of these chunks that are below before, a period as the calendar counts them. */
static inline void
cm_history_add(cm_active_periods *h, cm_calendar calendar, const cm_chunk *chunks, int64 n, int64 before)
{
    int64 from = h->n;

    if (unlikely(calendar.left_out != 0)) /* sets have the dates of days */
        before -= before <= calendar.left_out;
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
    if (unlikely(calendar.left_out != 0))
        for (; from < h->n; from++)
            h->periods[from] = cm_day_number(calendar, h->periods[from]);
}

/* How a customer counts as retained some periods after the first. */
typedef enum cm_retention_mode { CM_ON, CM_ON_OR_AFTER, CM_ON_OR_BEFORE, CM_STREAK } cm_retention_mode;

extern cm_retention_mode cm_retention_mode_from_text(const cm_word *word);
extern bool cm_history_retained(const cm_active_periods *h, cm_retention_mode mode, int64 after);

/* Members in from..to, to excluded. */
extern int64 cm_history_count(const cm_active_periods *h, int64 from, int64 to);
/* Members of the longest run of neighbours. */
extern int64 cm_history_longest_run(const cm_active_periods *h);
/* Members of the run that ends with the last period that is over; 0 if that one was missed. */
extern int64 cm_history_current_run(const cm_active_periods *h, int32 finished);
/* Periods that are over since the last member. */
extern int64 cm_history_silence(const cm_active_periods *h, int32 finished);

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
