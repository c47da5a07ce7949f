/*
 * Churn and retention of the customers who were there at the start: lost / at_start, and its complement.
 * Customers who join later count in neither. A fraction from 0 to 1; NULL where no one was there at the start.
 */
#include "postgres.h"

#include <math.h>

#include "common/check.h"
#include "common/rate.h"
#include "common/row.h"

/* churn_rate(lost, at_start) */
PG_FUNCTION_INFO_V1(cm_churn_rate);
Datum
cm_churn_rate(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_make(PG_GETARG_INT64(0), PG_GETARG_INT64(1), "lost", "at_start")));
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
