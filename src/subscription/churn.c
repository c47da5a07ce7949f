/*
 * Churn and retention of the customers who were there at the start: lost / at_start, and its complement.
 * Customers who join later count in neither. A fraction from 0 to 1; NULL where no one was there at the start.
 *
 * Other denominators go with another numerator, every loss of the period: see churn.h. start_and_joined is that of Stripe,
 * cancelled / (active at the start + new).
 */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "states/rate.h"
#include "subscription/churn.h"

/* churn_rate(lost, at_start) */
PG_FUNCTION_INFO_V1(cm_churn_rate);
Datum
cm_churn_rate(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, "lost", "at_start")));
}

/* Transition over (active_at_start, active_at_end): hits are the lost. NULL is false. */
PG_FUNCTION_INFO_V1(cm_churn_accum);
Datum
cm_churn_accum(PG_FUNCTION_ARGS)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);
    bool at_start = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
    bool at_end = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);

    rate->total += at_start;
    rate->hits += at_start && !at_end;
    PG_RETURN_POINTER(rate);
}

/* The same with the kept as hits. */
PG_FUNCTION_INFO_V1(cm_retention_accum);
Datum
cm_retention_accum(PG_FUNCTION_ARGS)
{
    cm_rate *rate = cm_rate_own(fcinfo, 0);
    bool at_start = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
    bool at_end = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);

    rate->total += at_start;
    rate->hits += at_start && at_end;
    PG_RETURN_POINTER(rate);
}

/*
 * retention_rate(at_end, acquired, at_start) = (at_end - acquired) / at_start. acquired are customers of the end who
 * were none at the start: with all who ever joined, those who left again would count as lost from the start.
 */
PG_FUNCTION_INFO_V1(cm_retention_rate);
Datum
cm_retention_rate(PG_FUNCTION_ARGS)
{
    int64 at_end = CM_ARG_COUNT(0, "at_end");
    int64 acquired = CM_ARG_COUNT(1, "acquired");
    int64 at_start = CM_ARG_COUNT(2, "at_start");

    if (acquired > at_end)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"acquired\" exceeds \"at_end\": " INT64_FORMAT " of " INT64_FORMAT, acquired,
                               at_end),
                        errdetail("Customers acquired are a part of the customers at the end."),
                        errhint("Count only new customers who are still there at the end.")));
    CM_RETURN_FLOAT(at_start == 0 ? NAN : (double) (at_end - acquired) / (double) at_start);
}

/* ---- denominators ---- */

static const char *const denominator_names[] = {"start",    "average",          "end",
                                                "exposure", "start_and_joined", NULL}; /* cm_denominator */

cm_denominator
cm_denominator_from_text(const cm_word *word)
{
    return (cm_denominator) cm_option(word, "denominator", denominator_names);
}

double
cm_churn_under(const cm_churn_counts *counts, cm_denominator denominator)
{
    double losses = denominator == CM_AT_START ? (double) counts->lost : (double) counts->losses;
    double among = NAN;

    switch (denominator) {
        case CM_AT_START:
            among = (double) counts->at_start;
            break;
        case CM_AVERAGE:
            among = ((double) counts->at_start + (double) counts->at_end) / 2.0;
            break;
        case CM_AT_END:
            among = (double) counts->at_end;
            break;
        case CM_EXPOSURE:
            among = counts->customer_periods;
            break;
        case CM_START_AND_JOINED: /* who was there at the start or joined is lost or there at the end */
            among = (double) counts->at_end + (double) counts->losses;
            break;
    }
    return among > 0 ? losses / among : NAN;
}

cm_interval
cm_churn_interval(const cm_churn_counts *counts, cm_denominator denominator, double confidence)
{
    if (denominator == CM_AT_START)
        return cm_wilson(counts->lost, counts->at_start, confidence);
    if (denominator == CM_START_AND_JOINED)
        return cm_wilson(counts->losses, counts->at_end + counts->losses, confidence);
    return (cm_interval){cm_churn_under(counts, denominator), NAN, NAN};
}

/* churn_rate(lost, losses, at_start, at_end, denominator, customer_periods) */
PG_FUNCTION_INFO_V1(cm_churn_rate_under);
Datum
cm_churn_rate_under(PG_FUNCTION_ARGS)
{
    for (int i = 0; i < 5; i++)
        if (PG_ARGISNULL(i))
            PG_RETURN_NULL();

    cm_churn_counts counts = {
        .lost = CM_ARG_COUNT(0, "lost"),
        .losses = CM_ARG_COUNT(1, "losses"),
        .at_start = CM_ARG_COUNT(2, "at_start"),
        .at_end = CM_ARG_COUNT(3, "at_end"),
        .customer_periods =
            PG_ARGISNULL(5) ? NAN : cm_check_not_negative(PG_GETARG_FLOAT8(5), "customer_periods"),
    };

    (void) cm_rate_make(counts.lost, counts.at_start, "lost", "at_start"); /* a part of both, or an error */
    (void) cm_rate_make(counts.lost, counts.losses, "lost", "losses");

    cm_denominator denominator = cm_denominator_from_text(PG_GETARG_OPTION(4));

    if (denominator == CM_START_AND_JOINED && counts.at_start > counts.at_end + counts.losses)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                 errmsg("\"at_start\" exceeds \"at_end\" + \"losses\": " INT64_FORMAT " of " INT64_FORMAT,
                        counts.at_start, counts.at_end + counts.losses),
                 errdetail("Whoever was there at the start is there at the end or was lost."),
                 errhint("Count in losses every time a customer left in the period.")));
    CM_RETURN_FLOAT(cm_churn_under(&counts, denominator));
}

/*
 * annualize_rate(rate, periods): the share lost after so many periods of which each loses this share of what is left,
 * 1 - (1 - rate)^periods; not rate x periods, which passes 100 %.
 */
PG_FUNCTION_INFO_V1(cm_annualize_rate);
Datum
cm_annualize_rate(PG_FUNCTION_ARGS)
{
    double rate = cm_check_share(PG_GETARG_FLOAT8(0), "rate");
    double periods = cm_check_positive(PG_GETARG_FLOAT8(1), "periods");

    PG_RETURN_FLOAT8(-expm1(periods * log1p(-rate)));
}
