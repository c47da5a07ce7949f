/*
 * Sales cycle: days from the first contact until a deal is won. The mean of won deals is too low while a business grows,
 * because long cycles are still open: with deals that are not won as censored, median and p90 come from the survival
 * curve. Deals won before their first contact are typing mistakes: counted and reported, in no other figure.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "states/survival.h"

/* Transitions over (first_contact, won_at, seen_until). */
PG_FUNCTION_INFO_V1(cm_sales_cycle_accum_dates);
Datum
cm_sales_cycle_accum_dates(PG_FUNCTION_ARGS)
{
    return cm_survival_accum_span(fcinfo, true, true);
}

PG_FUNCTION_INFO_V1(cm_sales_cycle_accum_times);
Datum
cm_sales_cycle_accum_times(PG_FUNCTION_ARGS)
{
    return cm_survival_accum_span(fcinfo, false, true);
}

/* Strict transitions over (first_contact, won_at): the won deals alone. */
PG_FUNCTION_INFO_V1(cm_sales_cycle_accum_won_dates);
Datum
cm_sales_cycle_accum_won_dates(PG_FUNCTION_ARGS)
{
    return cm_survival_accum_ended(fcinfo, true);
}

PG_FUNCTION_INFO_V1(cm_sales_cycle_accum_won_times);
Datum
cm_sales_cycle_accum_won_times(PG_FUNCTION_ARGS)
{
    return cm_survival_accum_ended(fcinfo, false);
}

typedef struct won_deals {
    cm_lifetimes cycles;
    int64 n;
    double mean; /* NaN without any */
} won_deals;

static won_deals
won(const cm_survival *survival)
{
    won_deals w = {cm_survival_lifetimes(survival), 0, NAN};
    double sum = 0.0;

    for (size_t i = 0; i < w.cycles.n; i++) {
        w.n += w.cycles.times[i].ended;
        sum += w.cycles.times[i].time * (double) w.cycles.times[i].ended;
    }
    if (w.n > 0)
        w.mean = sum / (double) w.n;
    return w;
}

PG_FUNCTION_INFO_V1(cm_sales_cycle);
Datum
cm_sales_cycle(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(won(PG_GETARG_SURVIVAL(0)).mean);
}

/* sales_cycle_summary(survival, confidence) */
PG_FUNCTION_INFO_V1(cm_sales_cycle_summary);
Datum
cm_sales_cycle_summary(PG_FUNCTION_ARGS)
{
    const cm_survival *survival = PG_GETARG_SURVIVAL(0);
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(1));
    won_deals w = won(survival);
    int64 deals = cm_curve_begin(w.cycles).left;
    cm_interval median = cm_survival_quantile(w.cycles, 0.5, confidence);
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, deals);
    cm_row_set_int(&row, 1, w.n);
    cm_row_set_int(&row, 2, deals - w.n);
    cm_row_set_int(&row, 3, survival->total - deals);
    cm_row_set_float(&row, 4, w.mean);
    cm_row_set_float(&row, 5, cm_survival_percentile_ended(w.cycles, 0.5));
    cm_row_set_float(&row, 6, cm_survival_percentile_ended(w.cycles, 0.9));
    cm_row_set_float(&row, 7, median.value);
    cm_row_set_float(&row, 8, median.lower);
    cm_row_set_float(&row, 9, median.upper);
    cm_row_set_float(&row, 10, cm_survival_quantile(w.cycles, 0.9, confidence).value);
    return cm_row_return(fcinfo, &row);
}
