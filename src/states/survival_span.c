/*
 * Durations in days from moments: when something started and ended, and until when it was seen. Between two instants that
 * is the time elapsed, between two readings of a clock the time as it was written.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/datetime.h"
#include "utils/json.h"

#include "core/check.h"
#include "core/moment.h"
#include "states/survival.h"

/* In microseconds of their common clock; NULL is said to be for ever. */
typedef struct span {
    int64 started, ended;
} span;

static span
span_args(FunctionCallInfo fcinfo, const cm_span_form *form, cm_clock as_of)
{
    span s = {PG_INT64_MAX, PG_INT64_MAX};
    cm_clock clock = as_of;

    if (!PG_ARGISNULL(1)) {
        s.started = cm_moment_time(PG_GETARG_MOMENT(1), form->started);
        clock = cm_clock_agree(clock, form->as_of, cm_clock_of(PG_GETARG_MOMENT(1)), form->started);
    }
    if (!PG_ARGISNULL(2)) {
        s.ended = cm_moment_time(PG_GETARG_MOMENT(2), form->ended);
        cm_clock_agree(clock, PG_ARGISNULL(1) ? form->as_of : form->started, cm_clock_of(PG_GETARG_MOMENT(2)),
                       form->ended);
    }
    return s;
}

/* In ISO 8601, an instant in UTC; midnight of a local day is its date. */
static char *
moment_text(cm_moment moment)
{
    char *text = palloc(MAXDATELEN + 1);
    int64 time = cm_moment_time(moment, "moment");
    int utc = 0;

    if (cm_clock_of(moment) == CM_INSTANT)
        JsonEncodeDateTime(text, TimestampTzGetDatum(time), TIMESTAMPTZOID, &utc);
    else if (time % USECS_PER_DAY == 0)
        JsonEncodeDateTime(text, DateADTGetDatum(time / USECS_PER_DAY), DATEOID, NULL);
    else
        JsonEncodeDateTime(text, TimestampGetDatum(time), TIMESTAMPOID, NULL);
    for (char *c = text; *c != '\0'; c++)
        if (*c == 'T')
            *c = ' ';
    return text;
}

static void
order_error(FunctionCallInfo fcinfo)
{
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                    errmsg("a span ends %s, before it starts %s", moment_text(PG_GETARG_MOMENT(2)),
                           moment_text(PG_GETARG_MOMENT(1))),
                    errhint("Correct such rows, or filter them; for what has not ended, use NULL.")));
}

static void
as_of_error(const char *as_of)
{
    ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be NULL", cm_quoted(as_of)),
                    errdetail("It says until when what has not ended was seen."),
                    errhint("Give the time of the report or, row by row, of the last look.")));
}

/* Exact for the times of people: below 2^53 microseconds, 285 years. */
static double
days_between(int64 from, int64 to)
{
    return (double) ((int128) to - from) / (double) USECS_PER_DAY;
}

/* What ended after as_of was still there then; what starts later is not. */
Datum
cm_survival_add_span(FunctionCallInfo fcinfo, const cm_span_form *form)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);

    if (PG_ARGISNULL(3))
        as_of_error(form->as_of);

    int64 as_of = cm_moment_time(PG_GETARG_MOMENT(3), form->as_of);
    span s = span_args(fcinfo, form, cm_clock_of(PG_GETARG_MOMENT(3)));

    if (s.started == PG_INT64_MAX)
        PG_RETURN_POINTER(survival);
    if (s.ended < s.started && !form->may_be_negative)
        order_error(fcinfo);
    if (s.ended <= as_of)
        PG_RETURN_POINTER(cm_survival_add(survival, days_between(s.started, s.ended), 1, 0));
    if (s.started <= as_of)
        PG_RETURN_POINTER(cm_survival_add(survival, days_between(s.started, as_of), 0, 1));
    PG_RETURN_POINTER(survival);
}

Datum
cm_survival_add_ended(FunctionCallInfo fcinfo, const cm_span_form *form)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);
    span s = span_args(fcinfo, form, CM_NO_CLOCK);

    PG_RETURN_POINTER(cm_survival_add(survival, days_between(s.started, s.ended), 1, 0));
}

/* Transition of survival_span_agg(started, ended, as_of). */
PG_FUNCTION_INFO_V1(cm_survival_accum_moments);
Datum
cm_survival_accum_moments(PG_FUNCTION_ARGS)
{
    static const cm_span_form form = {"started", "ended", "as_of", false};

    return cm_survival_add_span(fcinfo, &form);
}
