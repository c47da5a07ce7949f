/*
 * Sales cycle: days from the first contact until a deal is won. The mean of won deals is too low while a business grows,
 * because long cycles are still open: with deals that are not won as censored, median and p90 come from the survival
 * curve. Deals won before their first contact are counted, and are in no other figure: exports of CRM systems have them,
 * where the contact was entered after the deal, and they say something about the data that one has to know.
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/moment.h"
#include "core/row.h"
#include "states/survival.h"

/* ---- aggregate steps ---- */

/* Argument arg in microseconds of its clock, which must be that of other; NULL is said to be for ever. */
static int64
time_beside(FunctionCallInfo fcinfo, int arg, const char *what, int other, const char *what_other)
{
    if (PG_ARGISNULL(arg))
        return PG_INT64_MAX;

    cm_moment moment = PG_GETARG_MOMENT(arg);
    int64 time = cm_moment_time(moment, what);

    cm_clock_agree(cm_clock_of(moment), what, cm_clock_of(PG_GETARG_MOMENT(other)), what_other);
    return time;
}

/*
 * Transition over (first_contact, won_at, seen_until). What was won after seen_until was not won then, and what begins
 * later is not there yet. Without first_contact or seen_until a row is skipped.
 */
PG_FUNCTION_INFO_V1(cm_sales_cycle_accum);
Datum
cm_sales_cycle_accum(PG_FUNCTION_ARGS)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);

    if (PG_ARGISNULL(3))
        PG_RETURN_POINTER(survival);

    int64 seen_until = cm_moment_time(PG_GETARG_MOMENT(3), "seen_until");
    int64 contact = time_beside(fcinfo, 1, "first_contact", 3, "seen_until");
    int64 won_at = time_beside(fcinfo, 2, "won_at", 3, "seen_until");

    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(survival);
    if (won_at <= seen_until)
        PG_RETURN_POINTER(cm_survival_add(survival, cm_days_between(contact, won_at), 1, 0));
    if (contact <= seen_until)
        PG_RETURN_POINTER(cm_survival_add(survival, cm_days_between(contact, seen_until), 0, 1));
    PG_RETURN_POINTER(survival);
}

/* Strict transition over (first_contact, won_at): the won deals alone. */
PG_FUNCTION_INFO_V1(cm_sales_cycle_accum_won);
Datum
cm_sales_cycle_accum_won(PG_FUNCTION_ARGS)
{
    cm_survival *survival = cm_state_own(fcinfo, 0, &cm_survival_class);
    int64 contact = cm_moment_time(PG_GETARG_MOMENT(1), "first_contact");
    int64 won_at = time_beside(fcinfo, 2, "won_at", 1, "first_contact");

    PG_RETURN_POINTER(cm_survival_add(survival, cm_days_between(contact, won_at), 1, 0));
}

/* ---- metrics ---- */

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
