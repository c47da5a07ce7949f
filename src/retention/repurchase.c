/*
 * Buying again, from days of purchase. repurchase_rate: of those who bought in a window, who bought on two or more days
 * (orders of one day are one purchase). purchase_retention_rate: of those who bought in one window, who bought again in
 * the next. The field calls both a repurchase or repeat purchase rate; here each has a name of its own.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "states/rate.h"
#include "retention/cohorts.h"
#include "retention/report.h"
#include "states/report_base.h"

typedef struct purchase_windows {
    int64 from, middle, to; /* periods; one window ends where the other begins */
    bool first_only;        /* only customers whose first purchase of all lies in the window */
    cm_rate rate;
} purchase_windows;

static void
count_repurchase(void *report, const cm_active_periods *h)
{
    purchase_windows *w = report;
    int64 days = cm_history_count(h, w->from, w->to);

    if (days > 0 && (!w->first_only || h->periods[0] >= w->from)) {
        w->rate.total++;
        w->rate.hits += days > 1;
    }
}

static void
count_retention(void *report, const cm_active_periods *h)
{
    purchase_windows *w = report;

    if (cm_history_count(h, w->from, w->middle) > 0) {
        w->rate.total++;
        w->rate.hits += cm_history_count(h, w->middle, w->to) > 0;
    }
}

/* Argument among. */
static bool
is_first_only(FunctionCallInfo fcinfo)
{
    static const char *const among[] = {"all", "first", NULL};

    return cm_option(PG_GETARG_TEXT_PP(3), "among", among) == 1;
}

/* From arguments (cohorts, window_start, window_end, among). */
static cm_rate
repurchase(FunctionCallInfo fcinfo)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_calendar calendar = cm_cohorts_calendar(cohorts);
    DateADT from = CM_ARG_DAY_OF(1, "window_start"), to = CM_ARG_DAY_OF(2, "window_end");
    purchase_windows w = {.from = cm_day_number(calendar, from),
                          .to = cm_day_number(calendar, to),
                          .first_only = is_first_only(fcinfo)};

    cm_calendar_check_days(calendar, "the repurchase rate");
    cm_check_window(from, to, "window_start", "window_end");
    cm_cohorts_visit(cohorts, w.to, count_repurchase, &w);
    return w.rate;
}

/* From arguments (cohorts, window_start, next_start, next_end). */
static cm_rate
purchase_retention(FunctionCallInfo fcinfo)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_calendar calendar = cm_cohorts_calendar(cohorts);
    purchase_windows w = {.from = CM_ARG_PERIOD_BEGINNING(1, calendar, "window_start"),
                          .middle = CM_ARG_PERIOD_BEGINNING(2, calendar, "next_start"),
                          .to = CM_ARG_PERIOD_BEGINNING(3, calendar, "next_end")};

    cm_check_window(w.from, w.middle, "window_start", "next_start");
    cm_check_window(w.middle, w.to, "next_start", "next_end");
    cm_cohorts_visit(cohorts, w.to, count_retention, &w);
    return w.rate;
}

/* Columns customers, hits, rate, lower, upper. */
static Datum
rate_row(FunctionCallInfo fcinfo, cm_rate rate, double confidence)
{
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, rate.total);
    cm_row_set_rate(&row, 1, rate.hits, rate.total, cm_check_confidence(confidence));
    return cm_row_return(fcinfo, &row);
}

/* repurchase(cohorts, window_start, window_end, among, confidence) */
PG_FUNCTION_INFO_V1(cm_repurchase);
Datum
cm_repurchase(PG_FUNCTION_ARGS)
{
    return rate_row(fcinfo, repurchase(fcinfo), PG_GETARG_FLOAT8(4));
}

/* repurchase_rate(cohorts, window_start, window_end, among) */
PG_FUNCTION_INFO_V1(cm_repurchase_rate);
Datum
cm_repurchase_rate(PG_FUNCTION_ARGS)
{
    cm_rate rate = repurchase(fcinfo);

    CM_RETURN_FLOAT(cm_rate_value(&rate));
}

/* purchase_retention(cohorts, window_start, next_start, next_end, confidence) */
PG_FUNCTION_INFO_V1(cm_purchase_retention);
Datum
cm_purchase_retention(PG_FUNCTION_ARGS)
{
    return rate_row(fcinfo, purchase_retention(fcinfo), PG_GETARG_FLOAT8(4));
}

/* purchase_retention_rate(cohorts, window_start, next_start, next_end) */
PG_FUNCTION_INFO_V1(cm_purchase_retention_rate);
Datum
cm_purchase_retention_rate(PG_FUNCTION_ARGS)
{
    cm_rate rate = purchase_retention(fcinfo);

    CM_RETURN_FLOAT(cm_rate_value(&rate));
}

/* ---- as bases: one row ---- */

static Datum
base_of(cm_base_of kind, const int64 *params, cm_rate rate)
{
    cm_base_writer w = cm_base_begin(kind, params, NULL);

    cm_base_put(&w, &(cm_base_row){.counts = {rate.total, rate.hits}});
    PG_RETURN_POINTER(cm_base_end(&w));
}

/* repurchase_base(cohorts, window_start, window_end, among) */
PG_FUNCTION_INFO_V1(cm_repurchase_base);
Datum
cm_repurchase_base(PG_FUNCTION_ARGS)
{
    cm_calendar calendar = cm_cohorts_calendar(PG_GETARG_COHORTS(0));
    const int64 params[] = {cm_base_from_calendar(calendar), CM_ARG_DAY_OF(1, "window_start"),
                            CM_ARG_DAY_OF(2, "window_end"), is_first_only(fcinfo)};

    return base_of(CM_BASE_REPURCHASE, params, repurchase(fcinfo));
}

/* purchase_retention_base(cohorts, window_start, next_start, next_end) */
PG_FUNCTION_INFO_V1(cm_purchase_retention_base);
Datum
cm_purchase_retention_base(PG_FUNCTION_ARGS)
{
    cm_calendar calendar = cm_cohorts_calendar(PG_GETARG_COHORTS(0));
    const int64 params[] = {cm_base_from_calendar(calendar), CM_ARG_DAY_OF(1, "window_start"),
                            CM_ARG_DAY_OF(2, "next_start"), CM_ARG_DAY_OF(3, "next_end")};

    return base_of(CM_BASE_PURCHASE_RETENTION, params, purchase_retention(fcinfo));
}

static cm_rate
rate_of_base(FunctionCallInfo fcinfo, cm_base_of kind)
{
    cm_base_reader r = cm_base_arg(fcinfo, 0, kind);
    cm_rate rate = {0};

    if (cm_base_next(&r)) {
        rate.total = r.row.counts[0];
        rate.hits = r.row.counts[1];
        if (rate.hits < 0 || rate.hits > rate.total)
            cm_base_error(&r, "A part is larger than the whole");
    }
    return rate;
}

/* repurchase(base, confidence) */
PG_FUNCTION_INFO_V1(cm_repurchase_of_base);
Datum
cm_repurchase_of_base(PG_FUNCTION_ARGS)
{
    return rate_row(fcinfo, rate_of_base(fcinfo, CM_BASE_REPURCHASE), PG_GETARG_FLOAT8(1));
}

/* purchase_retention(base, confidence) */
PG_FUNCTION_INFO_V1(cm_purchase_retention_of_base);
Datum
cm_purchase_retention_of_base(PG_FUNCTION_ARGS)
{
    return rate_row(fcinfo, rate_of_base(fcinfo, CM_BASE_PURCHASE_RETENTION), PG_GETARG_FLOAT8(1));
}

/* The rate of two counts, the part first. */
static Datum
rate_of_counts(FunctionCallInfo fcinfo, const char *part, const char *whole)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, part, whole)));
}

/* repurchase_rate(repeat_customers, customers) */
PG_FUNCTION_INFO_V1(cm_repurchase_from_counts);
Datum
cm_repurchase_from_counts(PG_FUNCTION_ARGS)
{
    return rate_of_counts(fcinfo, "repeat_customers", "customers");
}

/* purchase_retention_rate(bought_again, bought_before) */
PG_FUNCTION_INFO_V1(cm_purchase_retention_from_counts);
Datum
cm_purchase_retention_from_counts(PG_FUNCTION_ARGS)
{
    return rate_of_counts(fcinfo, "bought_again", "bought_before");
}

/* Transition over the purchase days of each customer. */
PG_FUNCTION_INFO_V1(cm_repurchase_accum);
Datum
cm_repurchase_accum(PG_FUNCTION_ARGS)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);
    int64 days = CM_ARG_COUNT(1, "purchase_days");

    rate->total += days > 0;
    rate->hits += days > 1;
    PG_RETURN_POINTER(rate);
}

/* Transition over (bought_again, bought_before) of each customer; NULL is false. */
PG_FUNCTION_INFO_V1(cm_purchase_retention_accum);
Datum
cm_purchase_retention_accum(PG_FUNCTION_ARGS)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);
    bool again = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
    bool before = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);

    rate->total += before;
    rate->hits += before && again;
    PG_RETURN_POINTER(rate);
}
