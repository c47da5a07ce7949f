/* Complaints from counts; from rows the rate of complaints is a rate (states/rate.h). */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "states/rate.h"

/* complaint_rate(complaining, customers) */
PG_FUNCTION_INFO_V1(cm_complaint_rate);
Datum
cm_complaint_rate(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, "complaining", "customers")));
}

/* complaints_per_customer(complaints, customers): no part of a whole, so it may exceed 1 */
PG_FUNCTION_INFO_V1(cm_complaints_per_customer);
Datum
cm_complaints_per_customer(PG_FUNCTION_ARGS)
{
    double complaints = CM_ARG_COUNT(0, "complaints");
    double customers = CM_ARG_COUNT(1, "customers");

    CM_RETURN_FLOAT(customers == 0 ? NAN : complaints / customers);
}
