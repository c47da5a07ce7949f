/*
 * funnel_ruleset: what an analyst asks of a funnel, as one value. It is kept as the text that a user writes, in one
 * spelling: 'within=1 day, steps=3'. So values can be compared and stored, and a rule that a later version brings changes
 * no stored value and no signature.
 */
#ifndef CM_FUNNEL_RULES_H
#define CM_FUNNEL_RULES_H

#include "fmgr.h"
#include "pgtime.h"

#include "core/compat.h"

#include "math/funnel_path.h"

typedef enum cm_funnel_count { CM_COUNT_UNIQUES, CM_COUNT_TOTALS } cm_funnel_count;

typedef struct cm_funnel_ruleset {
    cm_funnel_rules rules; /* steps 0: as many as the rows have; to of an exclusion 0: the last step */
    int limits;            /* elements of step_within */
    int months;            /* of the window, which has rules.within besides */
    int count;             /* cm_funnel_count */
    pg_tz *zone;           /* on whose clock the months are; NULL: on that of the times themselves */
} cm_funnel_ruleset;

/* How many steps a full path has, 0 where only the rows say so. */
static inline int
cm_funnel_known_steps(const cm_funnel_ruleset *set)
{
    return set->rules.steps != 0 ? set->rules.steps : set->limits != 0 ? set->limits + 1 : 0;
}

/* An argument, which is read once for each call site: flinfo->fn_extra keeps it. */
extern const cm_funnel_ruleset *cm_funnel_rules_arg(FunctionCallInfo fcinfo, int arg);

extern void cm_exclusion_error(const cm_funnel_exclusion *e, int steps) pg_attribute_noreturn();

#endif
