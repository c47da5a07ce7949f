/*
 * How often those who are active are active: customers by number of active periods in a window (L-n), the mean share
 * of its periods (stickiness), and daily, weekly and monthly active customers. A window is the last periods that are over
 * at as_of.
 *
 * Stickiness is one number for a window, the average DAU over the customers of all of it. The dau_mau of dau_wau_mau is a
 * number for each day, its own DAU over the customers of the 30 days up to it. The mean of the second over a month is not
 * the first, because each of its days has another MAU.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "retention/activity.h"
#include "retention/cohorts.h"
#include "retention/report.h"
#include "states/report_base.h"

typedef struct window {
    int64 from, to;   /* periods, to excluded */
    int64 *customers; /* by number of active periods in the window, 0 to to - from */
} window;

static void
count_active(void *report, const cm_active_periods *h)
{
    window *w = report;

    w->customers[cm_history_count(h, w->from, w->to)]++;
}

/* From arguments (cohorts, as_of, periods). */
static window
make_window(FunctionCallInfo fcinfo)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_report_horizon horizon = cm_horizon_at(cm_cohorts_calendar(cohorts), CM_ARG_DAY_OF(1, "as_of"));
    int32 periods = cm_check_periods(CM_ARG_INT(2, "periods"), "periods");
    window w = {(int64) horizon.finished - periods, horizon.finished, cm_counts((int64) periods + 1)};

    cm_cohorts_visit(cohorts, horizon.finished, count_active, &w);
    return w;
}

/* Customers with one or more active periods, and the sum of these periods. */
static int64
active_in(const window *w, int64 *periods)
{
    int64 customers = 0;

    *periods = 0;
    for (int64 n = 1; n <= w->to - w->from; n++) {
        customers += w->customers[n];
        *periods += n * w->customers[n];
    }
    return customers;
}

/* active_customers(cohorts, as_of, periods) */
PG_FUNCTION_INFO_V1(cm_active_customers);
Datum
cm_active_customers(PG_FUNCTION_ARGS)
{
    window w = make_window(fcinfo);
    int64 periods;

    PG_RETURN_INT64(active_in(&w, &periods));
}

/* Average active customers of a period / active customers of the window; NaN without any. */
static double
stickiness_of(const window *w)
{
    int64 periods;
    int64 customers = active_in(w, &periods);

    return customers == 0 ? NAN : (double) periods / ((double) customers * (double) (w->to - w->from));
}

/* stickiness(cohorts, as_of, periods) */
PG_FUNCTION_INFO_V1(cm_stickiness);
Datum
cm_stickiness(PG_FUNCTION_ARGS)
{
    window w = make_window(fcinfo);

    CM_RETURN_FLOAT(stickiness_of(&w));
}

static Datum
put_distribution(FunctionCallInfo fcinfo, window w, double confidence)
{
    int64 periods;
    int64 active = active_in(&w, &periods);
    int64 at_least = active;

    cm_rows_begin(fcinfo);
    for (int64 n = 1; active > 0 && n <= w.to - w.from; n++) {
        cm_row row = cm_row_empty();

        cm_row_set_int(&row, 0, n);
        cm_row_set_int(&row, 1, w.customers[n]);
        cm_row_set_float(&row, 2, (double) w.customers[n] / (double) active);
        cm_row_set_rate(&row, 3, at_least, active, confidence);
        cm_rows_put(fcinfo, &row);
        at_least -= w.customers[n];
    }
    return (Datum) 0;
}

/* active_period_distribution(cohorts, as_of, periods, confidence) */
PG_FUNCTION_INFO_V1(cm_active_period_distribution);
Datum
cm_active_period_distribution(PG_FUNCTION_ARGS)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));

    return put_distribution(fcinfo, make_window(fcinfo), confidence);
}

/* stickiness_base(cohorts, as_of, periods): customers by their active periods */
PG_FUNCTION_INFO_V1(cm_stickiness_base);
Datum
cm_stickiness_base(PG_FUNCTION_ARGS)
{
    window w = make_window(fcinfo);
    cm_base_writer out =
        cm_base_begin(CM_BASE_STICKINESS,
                      (int64[]){cm_base_from_calendar(cm_cohorts_calendar(PG_GETARG_COHORTS(0))),
                                CM_ARG_DAY_OF(1, "as_of"), w.to - w.from},
                      NULL);

    for (int64 n = 1; n <= w.to - w.from; n++)
        cm_base_put(&out, &(cm_base_row){.keys = {n}, .counts = {w.customers[n]}});
    PG_RETURN_POINTER(cm_base_end(&out));
}

static window
window_of_base(FunctionCallInfo fcinfo)
{
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_STICKINESS);
    window w = {0};

    w.to = r.base->params[2];
    if (w.to < 1 || w.to > CM_MAX_PERIODS)
        cm_base_error(&r, "It has no such window");
    w.customers = cm_counts(w.to + 1);
    while (cm_base_next(&r))
        w.customers[1 + cm_base_index(&r, 0, 1, w.to)] = r.row.counts[0];
    return w;
}

/* stickiness(base) */
PG_FUNCTION_INFO_V1(cm_stickiness_of_base);
Datum
cm_stickiness_of_base(PG_FUNCTION_ARGS)
{
    window w = window_of_base(fcinfo);

    CM_RETURN_FLOAT(stickiness_of(&w));
}

/* active_period_distribution(base, confidence) */
PG_FUNCTION_INFO_V1(cm_active_period_distribution_of_base);
Datum
cm_active_period_distribution_of_base(PG_FUNCTION_ARGS)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));

    return put_distribution(fcinfo, window_of_base(fcinfo), confidence);
}

/* ---- daily, weekly, monthly ---- */

typedef struct trailing {
    cm_calendar calendar;
    int64 first, width; /* days; width 0: nobody is known */
    int64 weekly, monthly;
    int64 *change[3]; /* by day: change of the customers active in the last 1, weekly, monthly days */
} trailing;

/* A day counts for the days that follow, until the next one takes over. */
static void
count_trailing(void *report, const cm_active_periods *h)
{
    trailing *t = report;
    const int64 lengths[] = {1, t->weekly, t->monthly};

    for (int64 i = 0; i < h->n; i++) {
        int64 day = h->periods[i] - t->first;
        int64 next = i + 1 < h->n ? h->periods[i + 1] - t->first : t->width;

        for (int k = 0; k < 3; k++) {
            t->change[k][day]++;
            t->change[k][Min(day + lengths[k], next)]--;
        }
    }
}

/* Room for the days of a span. */
static void
set_days(trailing *t, const cm_report_span *span)
{
    cm_report_check_periods(span);
    t->first = span->first;
    t->width = span->finished;
    for (int k = 0; k < 3; k++)
        t->change[k] = cm_counts(t->width + 1);
}

/* From arguments (cohorts, as_of, weekly, monthly). */
static trailing
count_days(FunctionCallInfo fcinfo)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_report_horizon horizon = cm_horizon_at(cm_cohorts_calendar(cohorts), CM_ARG_DAY_OF(1, "as_of"));
    trailing t = {.calendar = cm_cohorts_calendar(cohorts),
                  .weekly = cm_check_periods(CM_ARG_INT(2, "weekly"), "weekly"),
                  .monthly = cm_check_periods(CM_ARG_INT(3, "monthly"), "monthly")};
    cm_report_span span;

    cm_calendar_check_days(t.calendar, "dau_wau_mau");
    if (cm_cohorts_span(cohorts, horizon, &span)) {
        set_days(&t, &span);
        cm_cohorts_visit(cohorts, horizon.finished, count_trailing, &t);
    }
    return t;
}

static Datum
put_days(FunctionCallInfo fcinfo, trailing t, double confidence)
{
    int64 active[3] = {0, 0, 0};

    cm_rows_begin(fcinfo);
    for (int64 day = 0; day < t.width; day++) {
        cm_row row = cm_row_empty();

        for (int k = 0; k < 3; k++)
            active[k] += t.change[k][day];
        cm_row_set_period(&row, 0, t.calendar, t.first + day);
        cm_row_set_int(&row, 1, active[0]);
        cm_row_set_int(&row, 2, active[1]);
        cm_row_set_int(&row, 3, active[2]);
        cm_row_set_share(&row, 4, active[0], active[2], confidence);
        cm_row_set(&row, 7, BoolGetDatum(day + 1 >= t.monthly));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* dau_wau_mau(cohorts, as_of, weekly, monthly, confidence) */
PG_FUNCTION_INFO_V1(cm_dau_wau_mau);
Datum
cm_dau_wau_mau(PG_FUNCTION_ARGS)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(4));

    return put_days(fcinfo, count_days(fcinfo), confidence);
}

/* dau_wau_mau_base(cohorts, as_of, weekly, monthly): by day, how active customers change */
PG_FUNCTION_INFO_V1(cm_dau_wau_mau_base);
Datum
cm_dau_wau_mau_base(PG_FUNCTION_ARGS)
{
    trailing t = count_days(fcinfo);
    cm_base_writer w = cm_base_begin(
        CM_BASE_DAU_WAU_MAU,
        (int64[]){cm_base_from_calendar(t.calendar), CM_ARG_DAY_OF(1, "as_of"), t.weekly, t.monthly}, NULL);

    for (int64 day = 0; day < t.width; day++)
        cm_base_put(&w, &(cm_base_row){.keys = {t.first + day},
                                       .counts = {t.change[0][day], t.change[1][day], t.change[2][day]}});
    PG_RETURN_POINTER(cm_base_end(&w));
}

/* dau_wau_mau(base, confidence) */
PG_FUNCTION_INFO_V1(cm_dau_wau_mau_of_base);
Datum
cm_dau_wau_mau_of_base(PG_FUNCTION_ARGS)
{
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));
    cm_base_reader r = cm_base_arg(fcinfo, 0, CM_BASE_DAU_WAU_MAU);
    trailing t = {
        .calendar = cm_base_calendar(&r), .weekly = r.base->params[2], .monthly = r.base->params[3]};
    cm_report_span span;

    for (bool more = cm_report_base_span(&r, &span); more; more = cm_base_next(&r)) {
        int64 day = cm_base_index(&r, 0, span.first, span.finished);

        if (t.width == 0)
            set_days(&t, &span);
        for (int k = 0; k < 3; k++)
            t.change[k][day] = r.row.counts[k];
    }
    return put_days(fcinfo, t, confidence);
}
