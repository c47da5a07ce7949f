/*
 * Revenue at the end of each period against a day before it, such as twelve months: the days that are compared, and the
 * figures. The days of all periods are a table, so that a customer costs as many steps as they have changes.
 */
#ifndef CM_MRR_RETENTION_H
#define CM_MRR_RETENTION_H

#include "subscription/mrr_periods.h"

/*
 * Period i compares what is paid at the end of the day before ends[i] with that of the day before bases[i]. Both rise with
 * i, so that each change of revenue counts from one period on in either.
 */
typedef struct mrr_comparison {
    mrr_history history; /* without periods */
    DateADT *ends;       /* the first day after the period, or as_of where that comes first */
    DateADT *bases;
    DateADT first_day;  /* of the first period */
    int32 *end_counts;  /* from which period on a change of each day from then on counts at the end ... */
    int32 *base_counts; /* ... and in the base; the number of periods: in none */
} mrr_comparison;

/* The arguments period, as_of and before from this one on. */
extern mrr_comparison cm_mrr_comparison(FunctionCallInfo fcinfo, int arg, DateADT first);

/* Whether what the base of a period holds is known. */
static inline bool
mrr_base_known(const mrr_comparison *c, int32 i)
{
    return c->bases[i] <= c->history.as_of;
}

#endif
