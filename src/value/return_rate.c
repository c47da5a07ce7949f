/* Return rate from counts; from rows it is a rate (states/rate.h) or a rate of amounts. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "states/rate.h"

/* return_rate(returned, sold) */
PG_FUNCTION_INFO_V1(cm_return_rate);
Datum
cm_return_rate(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, "returned", "sold")));
}
