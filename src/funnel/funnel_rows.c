/*
 * From rows to funnel and funnels: the steps of the aggregates. Rows that match no step leave the state as it is; rows
 * that do, but have no time or no id, are counted as skipped.
 */
#include "postgres.h"

#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "funnel/funnel_step.h"
#include "core/check.h"
#include "core/collation.h"

extern Datum cm_metric_moment_out(PG_FUNCTION_ARGS);

/* ---- what is wrong with a row ---- */

/* Whose row it is, as messages begin; type 0: rows have no id. */
static const char *
whose(FunctionCallInfo fcinfo, int type)
{
    if (type == 0)
        return "";

    cm_key id = cm_key_from_arg(fcinfo, 1, (cm_key_type) type);

    return psprintf("%s: ", cm_customer_name(&id));
}

static void
step_error(FunctionCallInfo fcinfo, int type, int step)
{
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s\"step\" is out of range: %d", whose(fcinfo, type), step),
                    errdetail("Steps are numbered from 1 to %d.", CM_FUNNEL_MAX_STEPS),
                    errhint("Use NULL for a row that matches no step.")));
}

static void
time_error(FunctionCallInfo fcinfo, int type, cm_moment at)
{
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                    errmsg("%s\"at\" is out of range: %s", whose(fcinfo, type),
                           DatumGetCString(DirectFunctionCall1(cm_metric_moment_out, MomentGetDatum(at)))),
                    errdetail("A funnel holds times from 284 BC to 4283 AD."),
                    errhint("Use NULL for what has not happened yet.")));
}

static bool
in_range(int64 at)
{
    return at <= CM_FUNNEL_MAX_TIME && at >= -CM_FUNNEL_MAX_TIME;
}

/* The time of a moment that is no instant of the usual range: a local one, or an error. */
static int64
unusual_time(FunctionCallInfo fcinfo, int type, cm_moment at)
{
    int64 time;

    if (at == DT_NOBEGIN || at == DT_NOEND)
        time_error(fcinfo, type, at);
    time = cm_moment_time(at, "at");
    if (!in_range(time))
        time_error(fcinfo, type, at);
    return time;
}

static inline int64
time_of(FunctionCallInfo fcinfo, int type, cm_moment at)
{
    return likely(in_range(at)) ? at : unusual_time(fcinfo, type, at);
}

static inline void
check_step(FunctionCallInfo fcinfo, int type, int step)
{
    if (unlikely(step < 1 || step > CM_FUNNEL_MAX_STEPS))
        step_error(fcinfo, type, step);
}

static void
skip_row(cm_funnel *f)
{
    f->skipped = cm_add_counts(f->skipped, 1, "skipped rows");
}

static inline void
agree_on_steps(cm_funnel *f, int type, cm_clock clock)
{
    if (unlikely(f->layout != CM_FUNNEL_STEPS || f->ids != type || f->clock != clock))
        cm_funnel_agree(f, type, CM_FUNNEL_STEPS, clock);
}

/* ---- one step for each row ---- */

/* (funnel, at, step) */
PG_FUNCTION_INFO_V1(cm_funnel_accum);
Datum
cm_funnel_accum(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(2))
        return cm_funnel_unchanged(fcinfo);

    cm_funnel *f = cm_funnel_own(fcinfo, &cm_funnel_class);

    if (PG_ARGISNULL(1)) {
        skip_row(f);
        PG_RETURN_POINTER(f);
    }

    cm_moment at = PG_GETARG_MOMENT(1);
    int step = CM_ARG_INT(2, "step");

    check_step(fcinfo, 0, step);

    int64 time = time_of(fcinfo, 0, at);

    agree_on_steps(f, 0, cm_clock_of(at));
    f = cm_funnel_reserve(f, 1, &cm_funnel_class);
    f->words[f->used++] = cm_funnel_word(time, step, false);
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

    cm_funnel *f = cm_funnel_own(fcinfo, &cm_funnels_class);

    if (unlikely(PG_ARGISNULL(1) || PG_ARGISNULL(2))) {
        skip_row(f);
        PG_RETURN_POINTER(f);
    }

    cm_moment at = PG_GETARG_MOMENT(2);
    int step = CM_ARG_INT(3, "step");

    check_step(fcinfo, CM_KEY_BIGINT, step);

    int64 time = time_of(fcinfo, CM_KEY_BIGINT, at);

    agree_on_steps(f, CM_KEY_BIGINT, cm_clock_of(at));
    f = cm_funnel_reserve(f, 2, &cm_funnels_class);
    f->words[f->used] = PG_GETARG_INT64(1);
    f->words[f->used + 1] = cm_funnel_word(time, step, false);
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

    cm_funnel *f = cm_funnel_own(fcinfo, &cm_funnels_class);

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
        skip_row(f);
    else {
        cm_key id = cm_key_from_arg(fcinfo, 1, type);
        cm_moment at = PG_GETARG_MOMENT(2);
        int step = CM_ARG_INT(3, "step");
        cm_funnel_event event = {.row.at = time_of(fcinfo, type, at)};

        check_step(fcinfo, type, step);
        agree_on_steps(f, type, cm_clock_of(at));
        event.row.steps = UINT64CONST(1) << (step - 1);
        f = cm_funnel_append(f, &id, &event, &cm_funnels_class);
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
    cm_check_text_arg(fcinfo, 1, "customer_id");
    return funnels_accum(fcinfo, CM_KEY_TEXT);
}

/* ---- several conditions for each row ---- */

/* Which conditions are true, as bits; NULL is false. */
static uint64
steps_of(FunctionCallInfo fcinfo, int type, ArrayType *conditions)
{
    int count = ArrayGetNItems(ARR_NDIM(conditions), ARR_DIMS(conditions));
    const char *value = ARR_DATA_PTR(conditions);
    const uint8 *present = (const uint8 *) ARR_NULLBITMAP(conditions);
    uint64 steps = 0;

    if (ARR_NDIM(conditions) > 1 || count > CM_FUNNEL_MAX_STEPS)
        ereport(
            ERROR,
            (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
             errmsg("%sa row has %d conditions", PG_ARGISNULL(1) ? "" : whose(fcinfo, type), count),
             errdetail("They are a list of one condition for each step, at most %d.", CM_FUNNEL_MAX_STEPS)));
    for (int i = 0; i < count; i++)
        if ((present == NULL || (present[i / 8] >> (i % 8) & 1) != 0) && *value++ != 0)
            steps |= UINT64CONST(1) << i;
    return steps;
}

static inline void
check_texts(FunctionCallInfo fcinfo, int hold_arg, int type)
{
    if (likely(fcinfo->flinfo->fn_extra != NULL))
        return;
    cm_check_bytes_decide(fcinfo, hold_arg, "hold_key");
    if (type == CM_KEY_TEXT)
        cm_check_bytes_decide(fcinfo, 1, "customer_id");
}

/* Arguments from `arg` on: at, conditions, order_key, hold_key. type 0: one customer's. */
static Datum
events_accum(FunctionCallInfo fcinfo, int arg, int type, const cm_state_class *cls)
{
    cm_funnel_event event = {.held = NULL};

    check_texts(fcinfo, arg + 3, type);
    if (!PG_ARGISNULL(arg + 1))
        event.row.steps = steps_of(fcinfo, type, PG_GETARG_ARRAYTYPE_P(arg + 1));
    if (event.row.steps == 0)
        return cm_funnel_unchanged(fcinfo);

    cm_funnel *f = cm_funnel_own(fcinfo, cls);
    cm_key id = {0};

    if (PG_ARGISNULL(1) || PG_ARGISNULL(arg)) {
        skip_row(f);
        PG_RETURN_POINTER(f);
    }
    event.row.at = time_of(fcinfo, type, PG_GETARG_MOMENT(arg));
    event.row.unheld = PG_ARGISNULL(arg + 3);
    if (!PG_ARGISNULL(arg + 2))
        event.row.order = PG_GETARG_INT64(arg + 2);
    if (!event.row.unheld) {
        const text *held = PG_GETARG_TEXT_PP(arg + 3);

        event.held = VARDATA_ANY(held);
        event.held_length = VARSIZE_ANY_EXHDR(held);
    }
    if (type != 0)
        id = cm_key_from_arg(fcinfo, 1, (cm_key_type) type);
    cm_funnel_agree(f, type, PG_ARGISNULL(arg + 2) ? CM_FUNNEL_EVENTS : CM_FUNNEL_ORDERED,
                    cm_clock_of(PG_GETARG_MOMENT(arg)));
    PG_RETURN_POINTER(cm_funnel_append(f, &id, &event, cls));
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
