/* What the steps of the aggregates of funnel and funnels share. */
#ifndef CM_FUNNEL_STEP_H
#define CM_FUNNEL_STEP_H

#include "funnel/funnel_log.h"

static inline Datum
cm_funnel_unchanged(FunctionCallInfo fcinfo)
{
    if (unlikely(PG_ARGISNULL(0)))
        cm_state_is_null();
    return PG_GETARG_DATUM(0);
}

#endif
