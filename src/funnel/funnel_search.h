/* The search for a customer's path by the rules that a reader of funnels was given. */
#ifndef CM_FUNNEL_SEARCH_H
#define CM_FUNNEL_SEARCH_H

#include "funnel/funnel_log.h"

typedef struct cm_funnel_search {
    cm_funnel_rules rules;
    bool steps_known; /* given, not taken from the data */
    bool plain;       /* cm_funnel_find_quick is for them */
    bool totals;      /* every attempt is asked for */
    int64 *words;     /* of one customer, and a number for each */
    uint32 *before;
    Size word_capacity, before_capacity;
    cm_funnel_row *rows;   /* of one customer */
    cm_funnel_pair *pairs; /* hashes of values and places of rows, and room to sort them */
    cm_funnel_node *nodes;
    cm_funnel_bar *bars;
    Size row_capacity, pair_capacity, node_capacity, bar_capacity;
} cm_funnel_search;

/*
 * Readers of funnels take (state, rules, as_of), some of them with an argument before the rules. rules_arg: which argument
 * the rules are, as_of follows; f: the state, from whose rows the rules are completed; steps: how many there are by
 * their names, or 0.
 */
extern cm_funnel_search cm_funnel_search_begin(FunctionCallInfo fcinfo, int rules_arg, const cm_funnel *f,
                                               int steps);
extern void cm_funnel_search_customer(cm_funnel_search *s, const cm_funnel_customer *c, cm_funnel_path *path);

extern void cm_funnel_search_attempts(cm_funnel_search *s, const cm_funnel_customer *c,
                                      const cm_funnel_attempts *attempts);

/* The argument as a time of the state's clock; where it is NULL none, which is CM_FUNNEL_NO_LIMIT for as_of. */
extern int64 cm_funnel_time(FunctionCallInfo fcinfo, int arg, const char *what, int64 none,
                            const cm_funnel *f);
extern int64 cm_funnel_as_of(FunctionCallInfo fcinfo, int arg, const cm_funnel *f);

static inline double
cm_funnel_days(int64 from, int64 to)
{
    return (double) (to - from) / USECS_PER_DAY;
}

#endif
