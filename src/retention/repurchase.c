/*
 * Repurchase from days of purchase. repurchase_rate: of those who bought in a window, who bought on two or more days
 * (orders of one day are one purchase). repeat_purchase_rate: of those who bought in one window, who bought again in
 * the next. The field gives both names to both; here each name has one meaning.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "states/rate.h"
#include "retention/cohorts.h"
#include "retention/report.h"

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
count_repeat(void *report, const cm_active_periods *h)
{
    purchase_windows *w = report;

    if (cm_history_count(h, w->from, w->middle) > 0) {
        w->rate.total++;
        w->rate.hits += cm_history_count(h, w->middle, w->to) > 0;
    }
}

/* From arguments (cohorts, window_start, window_end, among). */
static cm_rate
repurchase(FunctionCallInfo fcinfo)
{
    static const char *const among[] = {"all", "first", NULL};
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    purchase_windows w = {.from = cm_check_date(PG_GETARG_DATEADT(1), "window_start"),
                          .to = cm_check_date(PG_GETARG_DATEADT(2), "window_end"),
                          .first_only = cm_option(PG_GETARG_TEXT_PP(3), "among", among) == 1};

    cm_calendar_check_days(cm_cohorts_calendar(cohorts), "the repurchase rate");
    cm_check_window(w.from, w.to);
    cm_cohorts_visit(cohorts, w.to, count_repurchase, &w);
    return w.rate;
}

/* From arguments (cohorts, window_start, next_start, next_end). */
static cm_rate
repeat_purchase(FunctionCallInfo fcinfo)
{
    const cm_map *cohorts = PG_GETARG_COHORTS(0);
    cm_calendar calendar = cm_cohorts_calendar(cohorts);
    purchase_windows w = {.from = cm_period_beginning(calendar, PG_GETARG_DATEADT(1), "window_start"),
                          .middle = cm_period_beginning(calendar, PG_GETARG_DATEADT(2), "next_start"),
                          .to = cm_period_beginning(calendar, PG_GETARG_DATEADT(3), "next_end")};

    cm_check_window(w.from, w.middle);
    cm_check_window(w.middle, w.to);
    cm_cohorts_visit(cohorts, w.to, count_repeat, &w);
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

/* repeat_purchase(cohorts, window_start, next_start, next_end, confidence) */
PG_FUNCTION_INFO_V1(cm_repeat_purchase);
Datum
cm_repeat_purchase(PG_FUNCTION_ARGS)
{
    return rate_row(fcinfo, repeat_purchase(fcinfo), PG_GETARG_FLOAT8(4));
}

/* repeat_purchase_rate(cohorts, window_start, next_start, next_end) */
PG_FUNCTION_INFO_V1(cm_repeat_purchase_rate);
Datum
cm_repeat_purchase_rate(PG_FUNCTION_ARGS)
{
    cm_rate rate = repeat_purchase(fcinfo);

    CM_RETURN_FLOAT(cm_rate_value(&rate));
}

/* repurchase_rate(repeat_customers, customers) */
PG_FUNCTION_INFO_V1(cm_repurchase_from_counts);
Datum
cm_repurchase_from_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(
        cm_rate_value(cm_rate_make(PG_GETARG_INT64(0), PG_GETARG_INT64(1), "repeat_customers", "customers")));
}

/* repeat_purchase_rate(bought_again, bought_before) */
PG_FUNCTION_INFO_V1(cm_repeat_purchase_from_counts);
Datum
cm_repeat_purchase_from_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(
        cm_rate_value(cm_rate_make(PG_GETARG_INT64(0), PG_GETARG_INT64(1), "bought_again", "bought_before")));
}

/* Transition over the purchase days of each customer. */
PG_FUNCTION_INFO_V1(cm_repurchase_accum);
Datum
cm_repurchase_accum(PG_FUNCTION_ARGS)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);
    int64 days = cm_check_count(PG_GETARG_INT64(1), "purchase_days");

    rate->total += days > 0;
    rate->hits += days > 1;
    PG_RETURN_POINTER(rate);
}
