/* From funnels to funnels: those of one customer under an id, merging, and what leaves an aggregate. */
#include "postgres.h"

#include "funnel/funnel_step.h"
#include "funnel/funnel_stored.h"
#include "core/check.h"
#include "core/collation.h"

/* ---- whole funnels ---- */

/* (funnels, id, funnel): the rows of a funnel under an id */
static Datum
from_funnel_accum(FunctionCallInfo fcinfo, cm_key_type type)
{
    if (PG_ARGISNULL(2))
        return cm_funnel_unchanged(fcinfo);

    const cm_funnel *one = PG_GETARG_FUNNEL(2);
    cm_funnel *f = cm_funnel_own(fcinfo, &cm_funnels_class);
    cm_funnel_customer c = {.from = one};

    f->skipped = cm_add_counts(f->skipped, one->skipped, "skipped rows");
    if (!cm_funnel_next(&c))
        PG_RETURN_POINTER(f);
    if (PG_ARGISNULL(1)) {
        f->skipped = cm_add_counts(f->skipped, c.rows, "skipped rows");
        PG_RETURN_POINTER(f);
    }

    cm_key id = cm_key_from_arg(fcinfo, 1, type);
    cm_funnel_event event;

    cm_funnel_agree(f, type, (cm_funnel_layout) one->layout, (cm_clock) one->clock);
    for (uint32 at = c.at; cm_funnel_next_row(&c, &at, &event);)
        f = cm_funnel_append(f, &id, &event, &cm_funnels_class);
    PG_RETURN_POINTER(cm_funnel_may_pack(f) ? cm_funnel_pack(f, &cm_funnels_class) : f);
}

PG_FUNCTION_INFO_V1(cm_funnels_from_funnel_bigint);
Datum
cm_funnels_from_funnel_bigint(PG_FUNCTION_ARGS)
{
    return from_funnel_accum(fcinfo, CM_KEY_BIGINT);
}

PG_FUNCTION_INFO_V1(cm_funnels_from_funnel_uuid);
Datum
cm_funnels_from_funnel_uuid(PG_FUNCTION_ARGS)
{
    return from_funnel_accum(fcinfo, CM_KEY_UUID);
}

PG_FUNCTION_INFO_V1(cm_funnels_from_funnel_text);
Datum
cm_funnels_from_funnel_text(PG_FUNCTION_ARGS)
{
    cm_check_text_arg(fcinfo, 1, "customer_id");
    return from_funnel_accum(fcinfo, CM_KEY_TEXT);
}

/* ---- merging ---- */

static Datum
combine(FunctionCallInfo fcinfo, const cm_state_class *cls)
{
    cm_funnel *f = cm_funnel_own(fcinfo, cls);

    PG_RETURN_POINTER(cm_funnel_merge(f, cm_funnel_read_any(PG_GETARG_DATUM(1), cls), cls));
}

PG_FUNCTION_INFO_V1(cm_funnel_combine);
Datum
cm_funnel_combine(PG_FUNCTION_ARGS)
{
    return combine(fcinfo, &cm_funnel_class);
}

PG_FUNCTION_INFO_V1(cm_funnels_combine);
Datum
cm_funnels_combine(PG_FUNCTION_ARGS)
{
    return combine(fcinfo, &cm_funnels_class);
}

/* ---- what leaves an aggregate ---- */

PG_FUNCTION_INFO_V1(cm_funnel_final);
Datum
cm_funnel_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_FUNNEL(0));
}

PG_FUNCTION_INFO_V1(cm_funnels_final);
Datum
cm_funnels_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(cm_funnel_to_stored(PG_GETARG_FUNNELS(0)));
}
