/* What the steps of the aggregates of funnel and funnels share. */
#ifndef CM_FUNNEL_STEP_H
#define CM_FUNNEL_STEP_H

#include "acquisition/funnel_book.h"

static inline Datum
cm_funnel_unchanged(FunctionCallInfo fcinfo)
{
    if (unlikely(PG_ARGISNULL(0)))
        cm_state_is_null();
    return PG_GETARG_DATUM(0);
}

/* Argument 1. */
static inline cm_key
cm_funnel_key_argument(FunctionCallInfo fcinfo, cm_key_type type)
{
    if (type == CM_KEY_BIGINT)
        return (cm_key){.type = type, .id.number = PG_GETARG_INT64(1)};
    if (type == CM_KEY_UUID)
        return (cm_key){.type = type, .id.uuid = *PG_GETARG_UUID_P(1)};

    text *id = PG_GETARG_TEXT_PP(1);

    return (cm_key){.type = type, .id.text = {VARDATA_ANY(id), VARSIZE_ANY_EXHDR(id)}};
}

/* A log of many rows goes on as a book, where there is an aggregate to hold it. */
static inline Datum
cm_funnel_grown(FunctionCallInfo fcinfo, cm_funnel *f)
{
    MemoryContext context;

    if (likely(f->used < 2 * CM_FUNNEL_BOOK_FROM) || !cm_funnel_may_be_book(f) ||
        AggCheckCallContext(fcinfo, &context) == 0)
        PG_RETURN_POINTER(f);
    return cm_funnel_book_state(cm_funnel_book_new(f, context));
}

#endif
