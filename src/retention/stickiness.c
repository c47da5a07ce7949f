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

#include "core/check.h"
#include "retention/activity.h"
#include "retention/cohorts.h"
#include "retention/report.h"

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

/* stickiness(cohorts, as_of, periods): average active customers of a period / active customers of the window */
PG_FUNCTION_INFO_V1(cm_stickiness);
Datum
cm_stickiness(PG_FUNCTION_ARGS)
{
    window w = make_window(fcinfo);
    int64 periods;
    int64 customers = active_in(&w, &periods);

    if (customers == 0)
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8((double) periods / ((double) customers * (double) (w.to - w.from)));
}

/* active_period_distribution(cohorts, as_of, periods, confidence) */
PG_FUNCTION_INFO_V1(cm_active_period_distribution);
Datum
cm_active_period_distribution(PG_FUNCTION_ARGS)
{
    window w = make_window(fcinfo);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(3));
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

/* ---- daily, weekly, monthly ---- */

typedef struct trailing {
    int64 first, width; /* days */
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

/* dau_wau_mau(cohorts, as_of, weekly, monthly, confidence) */
PG_FUNCTION_INFO_V1(cm_dau_wau_mau);
Datum
cm_dau_wau_mau(PG_FUNCTION_ARGS)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_report_horizon horizon = cm_horizon_at(cm_cohorts_calendar(cohorts), CM_ARG_DAY_OF(1, "as_of"));
    trailing t = {.weekly = cm_check_periods(CM_ARG_INT(2, "weekly"), "weekly"),
                  .monthly = cm_check_periods(CM_ARG_INT(3, "monthly"), "monthly")};
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(4));
    int64 active[3] = {0, 0, 0};
    cm_report_span span;

    cm_calendar_check_days(cm_cohorts_calendar(cohorts), "dau_wau_mau");
    cm_rows_begin(fcinfo);
    if (!cm_cohorts_span(cohorts, horizon, &span))
        return (Datum) 0;
    cm_report_check_periods(&span);
    t.first = span.first;
    t.width = span.finished;
    for (int k = 0; k < 3; k++)
        t.change[k] = cm_counts(t.width + 1);
    cm_cohorts_visit(cohorts, horizon.finished, count_trailing, &t);

    for (int64 day = 0; day < t.width; day++) {
        cm_row row = cm_row_empty();

        for (int k = 0; k < 3; k++)
            active[k] += t.change[k][day];
        cm_row_set_period(&row, 0, cm_cohorts_calendar(cohorts), t.first + day);
        cm_row_set_int(&row, 1, active[0]);
        cm_row_set_int(&row, 2, active[1]);
        cm_row_set_int(&row, 3, active[2]);
        cm_row_set_share(&row, 4, active[0], active[2], confidence);
        cm_row_set(&row, 7, BoolGetDatum(day + 1 >= t.monthly));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
