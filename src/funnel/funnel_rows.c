/*
 * From rows to funnel and funnels: the steps of the aggregates. Rows that match no step leave the state as it is; rows
 * that do, but have no time or no id, are counted as skipped.
 */
#include "postgres.h"

#include "utils/array.h"
#include "utils/builtins.h"

#include "funnel/funnel_step.h"
#include "core/check.h"

static void
step_error(int step)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("funnel step %d is not valid", step),
                    errdetail("Steps are numbered from 1 to %d.", CM_FUNNEL_MAX_STEPS),
                    errhint("Use NULL for a row that matches no step.")));
}

static void
skip_row(cm_funnel *f)
{
    f->skipped = cm_add_counts(f->skipped, 1, "skipped rows");
}

static inline void
check_step_and_time(TimestampTz at, int step)
{
    if (unlikely(step < 1 || step > CM_FUNNEL_MAX_STEPS))
        step_error(step);
    if (unlikely(at > CM_FUNNEL_MAX_TIME || at < -CM_FUNNEL_MAX_TIME))
        cm_funnel_check_time(at);
}

static inline void
check_row(cm_funnel *f, int ids, TimestampTz at, int step)
{
    check_step_and_time(at, step);
    if (unlikely(f->layout != CM_FUNNEL_STEPS || f->ids != ids))
        cm_funnel_agree(f, ids, CM_FUNNEL_STEPS);
}

/* ---- one step for each row ---- */

/* (funnel, at, step) */
PG_FUNCTION_INFO_V1(cm_funnel_accum);
Datum
cm_funnel_accum(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(2))
        return cm_funnel_unchanged(fcinfo);

    cm_funnel *f = cm_state_own(fcinfo, 0, &cm_funnel_class);

    if (PG_ARGISNULL(1)) {
        skip_row(f);
        PG_RETURN_POINTER(f);
    }
    check_row(f, 0, PG_GETARG_TIMESTAMPTZ(1), PG_GETARG_INT32(2));
    f = cm_funnel_reserve(f, 1, &cm_funnel_class);
    f->words[f->used++] = cm_funnel_word(PG_GETARG_TIMESTAMPTZ(1), PG_GETARG_INT32(2), false);
    f->sorted = 0;
    PG_RETURN_POINTER(f);
}

/* (funnels, id, at, step) */
PG_FUNCTION_INFO_V1(cm_funnels_accum_bigint);
Datum
cm_funnels_accum_bigint(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(3))
        return cm_funnel_unchanged(fcinfo);

    cm_funnel *f = cm_state_own(fcinfo, 0, &cm_funnels_class);

    if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2))) {
        skip_row(f);
        PG_RETURN_POINTER(f);
    }
    check_row(f, CM_KEY_BIGINT, PG_GETARG_TIMESTAMPTZ(2), PG_GETARG_INT32(3));
    f = cm_funnel_reserve(f, 2, &cm_funnels_class);
    f->words[f->used] = PG_GETARG_INT64(1);
    f->words[f->used + 1] = cm_funnel_word(PG_GETARG_TIMESTAMPTZ(2), PG_GETARG_INT32(3), false);
    f->used += 2;
    f->sorted = 0;
    if (unlikely(f->used - f->packed >= 2 * CM_FUNNEL_BLOCK))
        f = cm_funnel_pack(f, &cm_funnels_class);
    PG_RETURN_POINTER(f);
}

static Datum
funnels_accum(FunctionCallInfo fcinfo, cm_key_type type)
{
    if (PG_ARGISNULL(3))
        return cm_funnel_unchanged(fcinfo);

    cm_funnel *f = cm_state_own(fcinfo, 0, &cm_funnels_class);

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
        skip_row(f);
    else {
        cm_key id = cm_key_from_arg(fcinfo, 1, type);
        cm_funnel_row row = {.at = PG_GETARG_TIMESTAMPTZ(2)};

        check_row(f, type, row.at, PG_GETARG_INT32(3));
        row.steps = UINT64CONST(1) << (PG_GETARG_INT32(3) - 1);
        f = cm_funnel_append_id(f, &id, &cm_funnels_class);
        f = cm_funnel_append_row(f, &row, &cm_funnels_class);
    }
    PG_RETURN_POINTER(f);
}

PG_FUNCTION_INFO_V1(cm_funnels_accum_uuid);
Datum
cm_funnels_accum_uuid(PG_FUNCTION_ARGS)
{
    return funnels_accum(fcinfo, CM_KEY_UUID);
}

PG_FUNCTION_INFO_V1(cm_funnels_accum_text);
Datum
cm_funnels_accum_text(PG_FUNCTION_ARGS)
{
    return funnels_accum(fcinfo, CM_KEY_TEXT);
}

/* ---- several conditions for each row ---- */

/* Which conditions are true, as bits; NULL is false. */
static uint64
steps_of(ArrayType *conditions)
{
    int count = ArrayGetNItems(ARR_NDIM(conditions), ARR_DIMS(conditions));
    const char *value = ARR_DATA_PTR(conditions);
    const bits8 *present = ARR_NULLBITMAP(conditions);
    uint64 steps = 0;

    if (ARR_NDIM(conditions) > 1 || count > CM_FUNNEL_MAX_STEPS)
        ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR), errmsg("a row has %d conditions", count),
                        errdetail("They are a list of one condition for each step, at most %d.",
                                  CM_FUNNEL_MAX_STEPS)));
    for (int i = 0; i < count; i++)
        if ((present == NULL || (present[i / 8] >> (i % 8) & 1) != 0) && *value++ != 0)
            steps |= UINT64CONST(1) << i;
    return steps;
}

/*
 * The value to hold constant, as a number. Rows are only compared within one customer, so 64 bits of FNV-1a (Fowler, Noll
 * and Vo) are as good as the text itself; and it is the same on every machine.
 */
static int64
held_value(const text *value)
{
    const unsigned char *bytes = (const unsigned char *) VARDATA_ANY(value);
    uint64 hash = UINT64CONST(0xcbf29ce484222325);

    for (size_t i = 0; i < VARSIZE_ANY_EXHDR(value); i++)
        hash = (hash ^ bytes[i]) * UINT64CONST(0x100000001b3);
    return (int64) hash;
}

/* Arguments from `arg` on: at, conditions, order_key, hold_key. type 0: one customer's. */
static Datum
events_accum(FunctionCallInfo fcinfo, int arg, int type, const cm_state_class *cls)
{
    cm_funnel_row row = {.steps = PG_ARGISNULL(arg + 1) ? 0 : steps_of(PG_GETARG_ARRAYTYPE_P(arg + 1))};

    if (row.steps == 0)
        return cm_funnel_unchanged(fcinfo);

    cm_funnel *f = cm_state_own(fcinfo, 0, cls);

    if (PG_ARGISNULL(1) || PG_ARGISNULL(arg)) {
        skip_row(f);
        PG_RETURN_POINTER(f);
    }
    row.at = PG_GETARG_TIMESTAMPTZ(arg);
    row.unheld = PG_ARGISNULL(arg + 3);
    if (!PG_ARGISNULL(arg + 2))
        row.order = PG_GETARG_INT64(arg + 2);
    if (!row.unheld)
        row.hold = held_value(PG_GETARG_TEXT_PP(arg + 3));
    cm_funnel_check_time(row.at);
    cm_funnel_agree(f, type, PG_ARGISNULL(arg + 2) ? CM_FUNNEL_EVENTS : CM_FUNNEL_ORDERED);
    if (type != 0) {
        cm_key id = cm_key_from_arg(fcinfo, 1, (cm_key_type) type);

        f = cm_funnel_append_id(f, &id, cls);
    }
    PG_RETURN_POINTER(cm_funnel_append_row(f, &row, cls));
}

PG_FUNCTION_INFO_V1(cm_funnel_events_accum);
Datum
cm_funnel_events_accum(PG_FUNCTION_ARGS)
{
    return events_accum(fcinfo, 1, 0, &cm_funnel_class);
}

PG_FUNCTION_INFO_V1(cm_funnels_events_accum_bigint);
Datum
cm_funnels_events_accum_bigint(PG_FUNCTION_ARGS)
{
    return events_accum(fcinfo, 2, CM_KEY_BIGINT, &cm_funnels_class);
}

PG_FUNCTION_INFO_V1(cm_funnels_events_accum_uuid);
Datum
cm_funnels_events_accum_uuid(PG_FUNCTION_ARGS)
{
    return events_accum(fcinfo, 2, CM_KEY_UUID, &cm_funnels_class);
}

PG_FUNCTION_INFO_V1(cm_funnels_events_accum_text);
Datum
cm_funnels_events_accum_text(PG_FUNCTION_ARGS)
{
    return events_accum(fcinfo, 2, CM_KEY_TEXT, &cm_funnels_class);
}
