/*
 * Durations in days from moments: when something started and ended, and until when it was seen. Between two instants that
 * is the time elapsed, between two readings of a clock the time as it was written.
 */
#include "postgres.h"

#include "core/moment.h"
#include "states/survival.h"

/* Argument arg in microseconds of its clock, which must be that of as_of; NULL is said to be for ever. */
static int64
time_arg(FunctionCallInfo fcinfo, int arg, cm_clock clock, const char *what)
{
    if (PG_ARGISNULL(arg))
        return PG_INT64_MAX;

    int64 time = cm_moment_time(PG_GETARG_MOMENT(arg), what);

    cm_clock_agree(clock, "as_of", cm_clock_of(PG_GETARG_MOMENT(arg)), what);
    return time;
}

static void
order_error(FunctionCallInfo fcinfo)
{
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                    errmsg("a span ends %s, before it starts %s", cm_moment_text(PG_GETARG_MOMENT(2)),
                           cm_moment_text(PG_GETARG_MOMENT(1))),
                    errhint("Correct such rows, or filter them; for what has not ended, use NULL.")));
}

/*
 * Transition of survival_span_agg(started, ended, as_of). What ended after as_of was still there then; what starts later
 * is not there yet. Without started or as_of a row is skipped.
 */
PG_FUNCTION_INFO_V1(cm_survival_accum_moments);
Datum
cm_survival_accum_moments(PG_FUNCTION_ARGS)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);

    if (PG_ARGISNULL(3))
        PG_RETURN_POINTER(survival);

    cm_clock clock = cm_clock_of(PG_GETARG_MOMENT(3));
    int64 as_of = cm_moment_time(PG_GETARG_MOMENT(3), "as_of");
    int64 started = time_arg(fcinfo, 1, clock, "started");
    int64 ended = time_arg(fcinfo, 2, clock, "ended");

    if (started == PG_INT64_MAX)
        PG_RETURN_POINTER(survival);
    if (ended < started)
        order_error(fcinfo);
    if (ended <= as_of)
        PG_RETURN_POINTER(cm_survival_add(survival, cm_days_between(started, ended), 1, 0));
    if (started <= as_of)
        PG_RETURN_POINTER(cm_survival_add(survival, cm_days_between(started, as_of), 0, 1));
    PG_RETURN_POINTER(survival);
}
