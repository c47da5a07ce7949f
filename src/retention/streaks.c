/*
 * Streaks of active periods, and silence: how many periods that are over have passed since the last active one. A
 * running period neither ends a streak nor adds to it, and it ends no silence.
 */
#include "postgres.h"

#include "core/check.h"
#include "retention/activity.h"
#include "retention/cohorts.h"
#include "retention/report.h"
#include "states/report_base.h"

/* What is known of an activity at as_of, argument 1; finished is the first period that is not over. */
static cm_active_periods
known_history(FunctionCallInfo fcinfo, int32 *finished)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    cm_active_periods h = {0};

    *finished = cm_horizon_at(activity->calendar, CM_ARG_DAY_OF(1, "as_of")).finished;
    cm_history_add(&h, activity->calendar, activity->chunks, activity->count, *finished);
    return h;
}

/* current_streak(activity, as_of) */
PG_FUNCTION_INFO_V1(cm_current_streak);
Datum
cm_current_streak(PG_FUNCTION_ARGS)
{
    int32 finished;
    cm_active_periods h = known_history(fcinfo, &finished);

    PG_RETURN_INT64(cm_history_current_run(&h, finished));
}

/* longest_streak(activity, as_of) */
PG_FUNCTION_INFO_V1(cm_longest_streak);
Datum
cm_longest_streak(PG_FUNCTION_ARGS)
{
    int32 finished;
    cm_active_periods h = known_history(fcinfo, &finished);

    PG_RETURN_INT64(cm_history_longest_run(&h));
}

/* inactive_periods(activity, as_of) */
PG_FUNCTION_INFO_V1(cm_inactive_periods);
Datum
cm_inactive_periods(PG_FUNCTION_ARGS)
{
    int32 finished;
    cm_active_periods h = known_history(fcinfo, &finished);

    if (h.n == 0)
        PG_RETURN_NULL();
    PG_RETURN_INT64(cm_history_silence(&h, finished));
}

/* ---- all customers ---- */

typedef struct lengths {
    int32 finished;
    cm_report_span span;      /* zeros if no one is known */
    int64 customers;          /* of by_last together */
    int64 *current, *longest; /* customers by the length of a streak, 0 to span.active */
    int64 *by_last;           /* customers by their last active period, counted from the first of all */
} lengths;

static void
count_streaks(void *report, const cm_active_periods *h)
{
    lengths *l = report;

    l->current[cm_history_current_run(h, l->finished)]++;
    l->longest[cm_history_longest_run(h)]++;
}

static void
count_last(void *report, const cm_active_periods *h)
{
    lengths *l = report;

    l->customers++;
    l->by_last[(int64) h->periods[h->n - 1] - l->span.first]++;
}

/* From arguments (cohorts, as_of). */
static lengths
make_lengths(FunctionCallInfo fcinfo, void (*visit)(void *report, const cm_active_periods *h))
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_report_horizon horizon = cm_horizon_at(cm_cohorts_calendar(cohorts), CM_ARG_DAY_OF(1, "as_of"));
    lengths l = {.finished = horizon.finished};

    (void) cm_cohorts_span(cohorts, horizon, &l.span);
    if (visit == count_streaks) {
        l.current = cm_counts(l.span.active + 1);
        l.longest = cm_counts(l.span.active + 1);
    } else
        l.by_last = cm_counts(l.span.active);
    cm_cohorts_visit(cohorts, horizon.finished, visit, &l);
    return l;
}

static Datum
put_streaks(FunctionCallInfo fcinfo, lengths l)
{
    cm_rows_begin(fcinfo);
    for (int64 streak = 0; streak <= l.span.active; streak++) {
        cm_row row = cm_row_empty();

        if (l.current[streak] == 0 && l.longest[streak] == 0)
            continue;
        cm_row_set_int(&row, 0, streak);
        cm_row_set_int(&row, 1, l.current[streak]);
        cm_row_set_int(&row, 2, l.longest[streak]);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* streaks(cohorts, as_of) */
PG_FUNCTION_INFO_V1(cm_streaks);
Datum
cm_streaks(PG_FUNCTION_ARGS)
{
    return put_streaks(fcinfo, make_lengths(fcinfo, count_streaks));
}

static Datum
put_dormancy(FunctionCallInfo fcinfo, lengths l, double confidence)
{
    int64 at_least = l.customers;

    cm_rows_begin(fcinfo);
    for (int64 last = l.span.active - 1; last >= 0; last--) {
        cm_row row = cm_row_empty();

        if (l.by_last[last] == 0)
            continue;
        cm_row_set_int(&row, 0, l.span.finished - 1 - last);
        cm_row_set_int(&row, 1, l.by_last[last]);
        cm_row_set_float(&row, 2, (double) l.by_last[last] / (double) l.customers);
        cm_row_set_rate(&row, 3, at_least, l.customers, confidence);
        cm_rows_put(fcinfo, &row);
        at_least -= l.by_last[last];
    }
    return (Datum) 0;
}

/* dormancy(cohorts, as_of, confidence) */
PG_FUNCTION_INFO_V1(cm_dormancy);
Datum
cm_dormancy(PG_FUNCTION_ARGS)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(2));

    return put_dormancy(fcinfo, make_lengths(fcinfo, count_last), confidence);
}

static Datum
return_silent(FunctionCallInfo fcinfo, lengths l, int64 periods, double confidence)
{
    int64 silent = 0;
    cm_row row = cm_row_empty();

    for (int64 last = 0; last < l.span.active && last < l.span.finished - periods; last++)
        silent += l.by_last[last];
    cm_row_set_int(&row, 0, l.customers);
    cm_row_set_rate(&row, 1, silent, l.customers, confidence);
    return cm_row_return(fcinfo, &row);
}

/* silent_customers(cohorts, as_of, periods, confidence): known, silent, rate, lower, upper */
PG_FUNCTION_INFO_V1(cm_silent_customers);
Datum
cm_silent_customers(PG_FUNCTION_ARGS)
{
    int64 periods = cm_check_periods(CM_ARG_INT(2, "periods"), "periods");
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));

    return return_silent(fcinfo, make_lengths(fcinfo, count_last), periods, confidence);
}

/* ---- as bases ---- */

/* From arguments (cohorts, as_of). */
static cm_base_writer
begin_base(FunctionCallInfo fcinfo, cm_base_of kind)
{
    cm_calendar calendar = cm_cohorts_calendar(PG_GETARG_COHORTS(0));

    return cm_base_begin(kind, (int64[]){cm_base_from_calendar(calendar), CM_ARG_DAY_OF(1, "as_of")}, NULL);
}

/* streaks_base(cohorts, as_of) */
PG_FUNCTION_INFO_V1(cm_streaks_base);
Datum
cm_streaks_base(PG_FUNCTION_ARGS)
{
    lengths l = make_lengths(fcinfo, count_streaks);
    cm_base_writer w = begin_base(fcinfo, CM_BASE_STREAKS);

    for (int64 streak = 0; streak <= l.span.active; streak++)
        cm_base_put(&w, &(cm_base_row){.keys = {streak}, .counts = {l.current[streak], l.longest[streak]}});
    PG_RETURN_POINTER(cm_base_end(&w));
}

/* streaks(base) */
PG_FUNCTION_INFO_V1(cm_streaks_of_base);
Datum
cm_streaks_of_base(PG_FUNCTION_ARGS)
{
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_STREAKS), ahead = r;
    lengths l = {0};

    while (cm_base_next(&ahead))
        l.span.active = ahead.row.keys[0];
    if (l.span.active < 0 || l.span.active > CM_MAX_PERIODS)
        cm_base_error(&r, "A streak is longer than there are periods");
    l.current = cm_counts(l.span.active + 1);
    l.longest = cm_counts(l.span.active + 1);
    while (cm_base_next(&r)) {
        int64 streak = cm_base_index(&r, 0, 0, l.span.active + 1);

        l.current[streak] = r.row.counts[0];
        l.longest[streak] = r.row.counts[1];
    }
    return put_streaks(fcinfo, l);
}

/* dormancy_base(cohorts, as_of): customers by their last active period */
PG_FUNCTION_INFO_V1(cm_dormancy_base);
Datum
cm_dormancy_base(PG_FUNCTION_ARGS)
{
    lengths l = make_lengths(fcinfo, count_last);
    cm_base_writer w = begin_base(fcinfo, CM_BASE_DORMANCY);

    for (int64 last = 0; last < l.span.active; last++)
        cm_base_put(&w, &(cm_base_row){.keys = {l.span.first + last}, .counts = {l.by_last[last]}});
    PG_RETURN_POINTER(cm_base_end(&w));
}

static lengths
lengths_of_base(FunctionCallInfo fcinfo)
{
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_DORMANCY);
    lengths l = {0};

    for (bool more = cm_report_base_span(&r, &l.span); more; more = cm_base_next(&r)) {
        int64 last = cm_base_index(&r, 0, l.span.first, l.span.active);

        if (l.by_last == NULL)
            l.by_last = cm_counts(l.span.active);
        l.by_last[last] = r.row.counts[0];
        l.customers += r.row.counts[0];
    }
    return l;
}

/* dormancy(base, confidence) */
PG_FUNCTION_INFO_V1(cm_dormancy_of_base);
Datum
cm_dormancy_of_base(PG_FUNCTION_ARGS)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));

    return put_dormancy(fcinfo, lengths_of_base(fcinfo), confidence);
}

/* silent_customers(base, periods, confidence) */
PG_FUNCTION_INFO_V1(cm_silent_customers_of_base);
Datum
cm_silent_customers_of_base(PG_FUNCTION_ARGS)
{
    int64 periods = cm_check_periods(CM_ARG_INT(1, "periods"), "periods");
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(2));

    return return_silent(fcinfo, lengths_of_base(fcinfo), periods, confidence);
}
