/*
 * What happened to monthly recurring revenue and its customers, period by period; see mrr_periods.c.
 */
#ifndef CM_MRR_PERIODS_H
#define CM_MRR_PERIODS_H

#include "subscription/mrr.h"

typedef enum mrr_movement {
    MRR_NEW,
    MRR_EXPANSION,
    MRR_CONTRACTION,
    MRR_CHURN,
    MRR_REACTIVATION
} mrr_movement;
#define MRR_MOVEMENTS 5

typedef enum mrr_method { MRR_DAILY, MRR_NET } mrr_method;

extern const char *const cm_mrr_movement_names[];

/* One period. Amounts in the state's units, each without sign: churn lowers revenue by what it says. */
typedef struct mrr_period {
    int128 start, end; /* revenue at the end of the day before the period, and of its last known day */
    int128 movements[MRR_MOVEMENTS]; /* start + new + expansion - contraction - churn + reactivation = end */
    int128 kept;                     /* of the start: the smaller of start and end, customer by customer */
    int128 kept_and_grown;           /* at the end, from customers of the start */
    int64 customers_start, customers_end;
    int64 customers[MRR_MOVEMENTS]; /* movements counted, not customers */
    int64 lost;                     /* customers of the start who are none at the end */
    int64 joined;                   /* customers of the end who were none at the start */
    int64 days;                     /* on which customers were customers, summed over them */
} mrr_period;

typedef struct mrr_history {
    cm_calendar calendar;
    int32 first;   /* the period of the first change */
    int32 count;   /* periods, up to the one that holds the last day before as_of; 0 without changes */
    DateADT as_of; /* nothing is known of this day and later ones */
    int scale;     /* of amounts */
    mrr_period *periods;
} mrr_history;

/* The day of the first change of anyone; as_of if there is none before. */
extern DateADT cm_mrr_first_day(const cm_map *map, DateADT as_of);
/* From the first day to as_of, without what happened: periods is NULL. */
extern mrr_history cm_mrr_no_history(const cm_word *period, DateADT as_of, DateADT first);
extern mrr_history cm_mrr_history(const cm_map *map, const cm_word *period, DateADT as_of, mrr_method method);

/* Whether all days of a period are known. */
static inline bool
mrr_complete(const mrr_history *history, int32 i)
{
    return cm_period_end(history->calendar, history->first + i) <= history->as_of;
}

#endif
