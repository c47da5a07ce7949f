/*
 * Stays of deals in stages, from the rows of a stage history: each row says that a deal came to a stage at a time. A stay
 * begins with the first row of its stage and ends with the next row of another one; a second row of the same stage is a
 * row of the same stay. The last stay is running.
 */
#ifndef CM_STAYS_H
#define CM_STAYS_H

#include "funnel/funnel_search.h"
#include "states/survival.h"

#define CM_STAGES CM_FUNNEL_MAX_STEPS

/* The stays of one deal in order: the first row of each. Zeroed before the first deal, and used for all of them. */
typedef struct cm_stays {
    cm_funnel_row *rows;
    uint32 count, capacity;
} cm_stays;

/* Those that had begun at as_of. Two stages at one time whose order nobody knows are an error. */
extern void cm_stays_read(const cm_funnel_customer *c, int64 as_of, cm_stays *s);

static inline int
cm_stage_of(const cm_funnel_row *row)
{
    return __builtin_ctzll(row->steps) + 1;
}

static inline bool
cm_stay_runs(const cm_stays *s, uint32 i)
{
    return i + 1 == s->count;
}

/* Adds a time in microseconds, of what ended or is still running, as days. */
extern void cm_add_stay(cm_survival **durations, int128 time, bool ended);

/* How many stages there are: argument 1, called this, or the highest stage in the data. */
extern int cm_stages_argument(FunctionCallInfo fcinfo, const char *what, const cm_funnel *f);

#endif
