/*
 * Streaks of active periods, and silence: how many periods that are over have passed since the last active one. A
 * running period keeps a streak alive and, if active, ends a silence.
 */
#include "postgres.h"

#include "core/check.h"
#include "retention/activity.h"
#include "retention/cohorts.h"
#include "retention/report.h"

static cm_active_periods
history_at(const cm_activity *activity, cm_report_horizon horizon)
{
    cm_active_periods h = {0};

    cm_history_add(&h, activity->chunks, activity->count, horizon.begun);
    return h;
}

/* current_streak(activity, as_of) */
PG_FUNCTION_INFO_V1(cm_current_streak);
Datum
cm_current_streak(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    cm_report_horizon horizon = cm_horizon_at(activity->calendar, PG_GETARG_DATEADT(1));
    cm_active_periods h = history_at(activity, horizon);

    PG_RETURN_INT64(cm_history_current_run(&h, horizon));
}

/* longest_streak(activity, as_of) */
PG_FUNCTION_INFO_V1(cm_longest_streak);
Datum
cm_longest_streak(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    cm_active_periods h = history_at(activity, cm_horizon_at(activity->calendar, PG_GETARG_DATEADT(1)));

    PG_RETURN_INT64(cm_history_longest_run(&h));
}

/* inactive_periods(activity, as_of) */
PG_FUNCTION_INFO_V1(cm_inactive_periods);
Datum
cm_inactive_periods(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    cm_report_horizon horizon = cm_horizon_at(activity->calendar, PG_GETARG_DATEADT(1));
    cm_active_periods h = history_at(activity, horizon);

    if (h.n == 0)
        PG_RETURN_NULL();
    PG_RETURN_INT64(cm_history_silence(&h, horizon));
}

/* ---- all customers ---- */

typedef struct lengths {
    cm_report_horizon horizon;
    int64 longest_possible; /* periods from the first one to the horizon */
    int64 customers;
    int64 *current, *longest, *silent; /* customers by length; those not asked for are NULL */
} lengths;

static void
count_streaks(void *report, const cm_active_periods *h)
{
    lengths *l = report;

    l->current[cm_history_current_run(h, l->horizon)]++;
    l->longest[cm_history_longest_run(h)]++;
}

static void
count_silence(void *report, const cm_active_periods *h)
{
    lengths *l = report;

    l->customers++;
    l->silent[cm_history_silence(h, l->horizon)]++;
}

/* From arguments (cohorts, as_of). */
static lengths
make_lengths(const cm_map *cohorts, DateADT as_of)
{
    lengths l = {.horizon = cm_horizon_at(cm_cohorts_calendar(cohorts), as_of)};
    int32 first;

    if (cm_cohorts_first(cohorts, l.horizon, &first))
        l.longest_possible = (int64) l.horizon.begun - first;
    return l;
}

/* streaks(cohorts, as_of) */
PG_FUNCTION_INFO_V1(cm_streaks);
Datum
cm_streaks(PG_FUNCTION_ARGS)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    lengths l = make_lengths(cohorts, PG_GETARG_DATEADT(1));

    l.current = cm_counts(l.longest_possible + 1);
    l.longest = cm_counts(l.longest_possible + 1);
    cm_cohorts_visit(cohorts, l.horizon.begun, count_streaks, &l);

    cm_rows_begin(fcinfo);
    for (int64 streak = 0; streak <= l.longest_possible; streak++) {
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

static lengths
make_silence(const cm_map *cohorts, DateADT as_of)
{
    lengths l = make_lengths(cohorts, as_of);

    l.silent = cm_counts(l.longest_possible + 1);
    cm_cohorts_visit(cohorts, l.horizon.begun, count_silence, &l);
    return l;
}

/* dormancy(cohorts, as_of, confidence) */
PG_FUNCTION_INFO_V1(cm_dormancy);
Datum
cm_dormancy(PG_FUNCTION_ARGS)
{
    lengths l = make_silence(PG_GETARG_COHORTS(0), PG_GETARG_DATEADT(1));
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(2));
    int64 at_least = l.customers;

    cm_rows_begin(fcinfo);
    for (int64 length = 0; length <= l.longest_possible; length++) {
        cm_row row = cm_row_empty();

        if (l.silent[length] == 0)
            continue;
        cm_row_set_int(&row, 0, length);
        cm_row_set_int(&row, 1, l.silent[length]);
        cm_row_set_float(&row, 2, (double) l.silent[length] / (double) l.customers);
        cm_row_set_rate(&row, 3, at_least, l.customers, confidence);
        cm_rows_put(fcinfo, &row);
        at_least -= l.silent[length];
    }
    return (Datum) 0;
}

/* silent_customers(cohorts, as_of, periods, confidence): known, silent, rate, lower, upper */
PG_FUNCTION_INFO_V1(cm_silent_customers);
Datum
cm_silent_customers(PG_FUNCTION_ARGS)
{
    lengths l = make_silence(PG_GETARG_COHORTS(0), PG_GETARG_DATEADT(1));
    int64 silent = 0;
    cm_row row = cm_row_empty();

    for (int64 length = cm_check_periods(PG_GETARG_INT32(2), "periods"); length <= l.longest_possible;
         length++)
        silent += l.silent[length];
    cm_row_set_int(&row, 0, l.customers);
    cm_row_set_rate(&row, 1, silent, l.customers, cm_check_confidence(PG_GETARG_FLOAT8(3)));
    return cm_row_return(fcinfo, &row);
}
