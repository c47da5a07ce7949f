/*
 * Customer lifetime value from numbers that are known: the plain formula, and the value of a constant margin under
 * constant retention and discount. From orders: clv_orders.c.
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/money.h"
#include "core/row.h"

/*
 * clv(average_order_value, purchase_frequency, lifespan, margin): the product. Frequency and lifespan share a unit of
 * time: orders a year and years. Money in, money out.
 */
PG_FUNCTION_INFO_V1(cm_clv_float8);
Datum
cm_clv_float8(PG_FUNCTION_ARGS)
{
    double value = cm_check_finite(PG_GETARG_FLOAT8(0), "average_order_value") *
                   cm_check_not_negative(PG_GETARG_FLOAT8(1), "purchase_frequency") *
                   cm_check_not_negative(PG_GETARG_FLOAT8(2), "lifespan") *
                   cm_check_share(PG_GETARG_FLOAT8(3), "margin");

    PG_RETURN_FLOAT8(cm_check_finite(value, "customer lifetime value"));
}

/* The argument, checked by the rules for doubles; their messages show enough of it. */
static Datum
check_numeric(FunctionCallInfo fcinfo, int arg, const char *what, double (*check)(double, const char *))
{
    Numeric value = PG_GETARG_NUMERIC(arg);

    if (numeric_is_nan(value) || numeric_is_inf(value) ||
        DatumGetBool(
            DirectFunctionCall2(numeric_lt, NumericGetDatum(value), NumericGetDatum(int64_to_numeric(0)))))
        check(cm_float_from_numeric(NumericGetDatum(value)), what);
    return NumericGetDatum(value);
}

PG_FUNCTION_INFO_V1(cm_clv_numeric);
Datum
cm_clv_numeric(PG_FUNCTION_ARGS)
{
    Datum value = check_numeric(fcinfo, 0, "average_order_value", cm_check_finite);

    value = DirectFunctionCall2(numeric_mul, value,
                                check_numeric(fcinfo, 1, "purchase_frequency", cm_check_not_negative));
    value =
        DirectFunctionCall2(numeric_mul, value, check_numeric(fcinfo, 2, "lifespan", cm_check_not_negative));
    (void) cm_check_share(cm_float_from_numeric(PG_GETARG_DATUM(3)), "margin");
    PG_RETURN_DATUM(DirectFunctionCall2(numeric_mul, value, PG_GETARG_DATUM(3)));
}

/*
 * 1 + q + q^2 + ... of n terms, or of infinitely many (n < 0), where q = retention / (1 + discount): the sum of a
 * geometric series as expm1(n ln q) / expm1(ln q), which stays right where q is close to 1.
 */
static double
discounted_periods(double retention, double discount, int64 n)
{
    double loss = (discount + (1 - retention)) / (1 + discount); /* 1 - q */

    if (n < 0 && loss <= 0)
        ereport(ERROR,
                (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                 errmsg("the lifetime value is infinite: retention %g, discount %g", retention, discount),
                 errdetail("Without a \"horizon\", \"retention\" must be below 1 + \"discount\"."),
                 errhint("Name a \"horizon\", in periods.")));
    if (n < 0)
        return 1 / loss;
    if (loss == 0)
        return (double) n;
    if (loss == 1) /* nobody is retained */
        return n > 0 ? 1 : 0;

    double log_q = log1p(-loss);

    return expm1((double) n * log_q) / expm1(log_q);
}

/*
 * clv_discounted(margin per period m, retention r, discount d, timing, horizon of n periods), the sum over periods of margin x
 * chance of being a customer x discount factor. Three conventions about the first margin (with n infinite):
 *   after_retention  m r / (1 + d - r)        after surviving one period (Gupta and Lehmann, Managing Customers as
 *                                             Investments, 2005)
 *   end_of_period    m / (1 + d - r)          certain, at the end of the first period
 *   immediate        m (1 + d) / (1 + d - r)  certain, now
 */
PG_FUNCTION_INFO_V1(cm_clv_discounted);
Datum
cm_clv_discounted(PG_FUNCTION_ARGS)
{
    static const char *const timings[] = {"after_retention", "end_of_period", "immediate", NULL};

    for (int arg = 0; arg < 4; arg++)
        if (PG_ARGISNULL(arg))
            PG_RETURN_NULL();

    double margin = cm_check_finite(PG_GETARG_FLOAT8(0), "margin_per_period");
    double retention = cm_check_share(PG_GETARG_FLOAT8(1), "retention");
    double discount = cm_check_share(PG_GETARG_FLOAT8(2), "discount");
    int timing = cm_option(PG_GETARG_TEXT_PP(3), "timing", timings);
    int64 horizon = PG_ARGISNULL(4) ? -1 : CM_ARG_COUNT(4, "horizon");

    double value = margin * discounted_periods(retention, discount, horizon);

    if (timing == 0)
        value *= retention / (1 + discount);
    else if (timing == 1)
        value /= 1 + discount;
    PG_RETURN_FLOAT8(cm_check_finite(value, "customer lifetime value"));
}

/* clv_cac_ratio(clv, cac, margin): what a customer is worth for what it cost to win; NULL where it cost nothing */
PG_FUNCTION_INFO_V1(cm_clv_cac_ratio);
Datum
cm_clv_cac_ratio(PG_FUNCTION_ARGS)
{
    double value = cm_check_finite(PG_GETARG_FLOAT8(0), "clv");
    double cost = cm_check_not_negative(PG_GETARG_FLOAT8(1), "cac");
    double margin = cm_check_share(PG_GETARG_FLOAT8(2), "margin");

    if (cost == 0)
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(cm_check_finite(value * margin / cost, "ratio"));
}
