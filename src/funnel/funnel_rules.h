/* What an analyst asks of a funnel, from named arguments; and the search for a customer's path by these rules. */
#ifndef CM_FUNNEL_RULES_H
#define CM_FUNNEL_RULES_H

#include "funnel/funnel_log.h"

/*
 * The arguments every reader of funnels takes, in this order: within, steps, ties, entry, step_within, exclude,
 * hold_constant, strict_order, grace, as_of. Any of them may be NULL.
 */
typedef struct cm_funnel_search {
    cm_funnel_rules rules;
    bool steps_known; /* given, not taken from the data */
    bool plain;       /* cm_funnel_find_quick is for them */
    cm_funnel_row *rows;
    cm_funnel_node *nodes;
    uint32 row_capacity;
    size_t node_capacity;
    int64 *words; /* of one customer, and a number for each */
    uint32 *before;
    uint32 word_capacity;
} cm_funnel_search;

/* first: which argument is the first of them; f: the funnels, from whose rows the rules are completed. */
extern cm_funnel_search cm_funnel_search_begin(FunctionCallInfo fcinfo, int first, const cm_funnel *f);
extern void cm_funnel_search_customer(cm_funnel_search *s, const cm_funnel_customer *c, cm_funnel_path *path);
/* Among sorted words of rows of one step. */
extern void cm_funnel_search_words(cm_funnel_search *s, const int64 *words, uint32 count,
                                   cm_funnel_path *path);

static inline double
cm_funnel_days(int64 from, int64 to)
{
    return (double) (to - from) / USECS_PER_DAY;
}

#endif
