/* What a purchase of a customer will be worth: the Gamma-Gamma model; see math/gamma_gamma.h. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "forecast/customer_model.h"
#include "math/gamma_gamma.h"

double
cm_ask_spend(const double *p, const void *context)
{
    const cm_spend_question *q = context;

    return cm_gamma_gamma_expected(p, q->x, q->mean_amount);
}

cm_spend_question
cm_spend_args(FunctionCallInfo fcinfo, int arg_x, int arg_mean)
{
    cm_purchase_history h = {PG_GETARG_FLOAT8(arg_x), 0.0, 0.0, 1};

    if (h.x == 0)
        return (cm_spend_question){0.0, 0.0};
    if (PG_ARGISNULL(arg_mean))
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("\"mean_amount\" is NULL, and x is %g", h.x),
                 errhint("It is the mean of the x repeat purchases, and NULL for x = 0 only.")));
    h.t_x = PG_GETARG_FLOAT8(arg_mean);
    if (cm_spending_is_free(&h))
        return (cm_spend_question){h.x, NAN};
    cm_history_check(CM_HISTORY_SPENDING, &h);
    return (cm_spend_question){h.x, h.t_x};
}

/* expected_spend(model, x, mean_amount); not strict, as the mean may be NULL */
PG_FUNCTION_INFO_V1(cm_expected_spend);
Datum
cm_expected_spend(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
        PG_RETURN_NULL();

    const cm_customer_model *model = cm_model_arg(fcinfo, 0, CM_MODEL_GAMMA_GAMMA);
    cm_spend_question q = cm_spend_args(fcinfo, 1, 2);

    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    CM_RETURN_FINITE(cm_ask_spend(model->param, &q));
}

PG_FUNCTION_INFO_V1(cm_expected_spend_estimate);
Datum
cm_expected_spend_estimate(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0) || PG_ARGISNULL(1) || PG_ARGISNULL(3))
        PG_RETURN_NULL();

    const cm_customer_model *model = cm_model_arg(fcinfo, 0, CM_MODEL_GAMMA_GAMMA);
    cm_spend_question q = cm_spend_args(fcinfo, 1, 2);
    double value = cm_model_has_params(model) ? cm_ask_spend(model->param, &q) : NAN;
    double variance = isnan(value) ? NAN : cm_model_variance(model, cm_ask_spend, &q, CM_DELTA_LOG);

    return cm_interval_row(fcinfo, value, variance, PG_GETARG_FLOAT8(3), CM_DELTA_LOG);
}
