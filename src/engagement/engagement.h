/* engagement_state; engagement.c tells what it holds and why. */
#ifndef CM_ENGAGEMENT_H
#define CM_ENGAGEMENT_H

#include "core/moment.h"
#include "core/state.h"

#define CM_STEPS ((int64) 1 << 60) /* of a sum's fraction */

/* Older sums are let go: what is left of a weight of 2^40 after 100 half-lives is less than one step. */
#define CM_KEPT_HALF_LIVES 100

#define CM_SHORTEST_HALF_LIFE USECS_PER_SEC
#define CM_LONGEST_HALF_LIFE (1000000 * USECS_PER_DAY)

typedef struct cm_fading_sum {
    int64 number; /* half-lives from 2000-01-01 to this one */
    int64 whole;  /* the sum is whole + steps / 2^60 */
    int64 steps;
} cm_fading_sum;

typedef struct cm_engagement {
    cm_state head;   /* flags: the cm_clock of the events */
    int64 half_life; /* microseconds; 0: no event yet */
    int64 events;
    int64 skipped;       /* rows without a time, a weight or a half-life */
    int64 first, latest; /* microseconds from 2000-01-01 of that clock; 0: no event yet */
    cm_fading_sum sums[FLEXIBLE_ARRAY_MEMBER]; /* by rising number, none zero; the size tells how many */
} cm_engagement;

extern const cm_state_class cm_engagement_class;

#define PG_GETARG_ENGAGEMENT(arg)                                                                            \
    ((const cm_engagement *) cm_state_read(PG_GETARG_DATUM(arg), &cm_engagement_class))

static inline cm_clock
cm_engagement_clock(const cm_engagement *e)
{
    return (cm_clock) e->head.flags;
}

static inline int
cm_engagement_sums(const cm_engagement *e)
{
    return (VARSIZE(e) - sizeof(cm_engagement)) / sizeof(cm_fading_sum);
}

static inline Size
cm_engagement_size(int sums)
{
    return sizeof(cm_engagement) + sums * sizeof(cm_fading_sum);
}

extern double cm_engagement_score_at(const cm_engagement *e,
                                     int64 as_of); /* of at least one event, none after as_of */

/* The number of the half-life in which a time lies. */
static inline int64
cm_half_lives(int64 at, int64 half_life)
{
    int64 number = at / half_life;

    return number - (at % half_life < 0);
}

static inline bool
cm_engagement_keeps(const cm_engagement *e, int64 number)
{
    return number > cm_half_lives(e->latest, e->half_life) - CM_KEPT_HALF_LIVES;
}

#endif
