/*
 * Customer lifetime value, the plain formula: average order value x purchase frequency x lifespan (x margin).
 * Frequency and lifespan share a unit of time: orders a year and years. Money in, money out.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"

#include "common/check.h"

PG_FUNCTION_INFO_V1(cm_clv_float8);
Datum
cm_clv_float8(PG_FUNCTION_ARGS)
{
    double value = cm_check_finite(PG_GETARG_FLOAT8(0), "average_order_value") *
                   cm_check_not_negative(PG_GETARG_FLOAT8(1), "purchase_frequency") *
                   cm_check_not_negative(PG_GETARG_FLOAT8(2), "lifespan") *
                   cm_check_finite(PG_GETARG_FLOAT8(3), "margin");

    PG_RETURN_FLOAT8(cm_check_finite(value, "customer lifetime value"));
}
