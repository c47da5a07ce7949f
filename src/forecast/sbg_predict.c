/* How long a contract will last, by the shifted beta-geometric model; see math/sbg.h. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "forecast/customer_model.h"
#include "math/sbg.h"

#define MAX_PERIODS 1e9

static double
periods_arg(FunctionCallInfo fcinfo, int arg, const char *what)
{
    double periods = PG_GETARG_FLOAT8(arg);

    if (!(periods >= 0 && periods <= MAX_PERIODS && periods == floor(periods)))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %g", cm_quoted(what), periods),
                        errdetail("It must be a whole number of periods, from 0 to 1,000,000,000.")));
    return periods;
}

/* renewal_probability(model, renewals): of the next renewal, after so many */
PG_FUNCTION_INFO_V1(cm_renewal_probability);
Datum
cm_renewal_probability(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = cm_model_arg(fcinfo, 0, CM_MODEL_SBG);
    double renewals = periods_arg(fcinfo, 1, "renewals");

    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    CM_RETURN_FINITE(cm_sbg_retention(model->param, renewals + 1.0));
}

PG_FUNCTION_INFO_V1(cm_renewal_churn_probability);
Datum
cm_renewal_churn_probability(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = cm_model_arg(fcinfo, 0, CM_MODEL_SBG);
    double renewals = periods_arg(fcinfo, 1, "renewals");

    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    CM_RETURN_FINITE(model->param[0] / (model->param[0] + model->param[1] + renewals));
}

/* survival_probability(model, periods, after): still there after so many more periods */
PG_FUNCTION_INFO_V1(cm_survival_probability);
Datum
cm_survival_probability(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = cm_model_arg(fcinfo, 0, CM_MODEL_SBG);
    double periods = periods_arg(fcinfo, 1, "periods");
    double after = periods_arg(fcinfo, 2, "after");

    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    CM_RETURN_FINITE(cm_sbg_survival(model->param, after, after + periods));
}

/* residual_lifetime(model, renewals, discount_rate): periods still to come, discounted per period */
PG_FUNCTION_INFO_V1(cm_residual_lifetime);
Datum
cm_residual_lifetime(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = cm_model_arg(fcinfo, 0, CM_MODEL_SBG);
    double renewals = periods_arg(fcinfo, 1, "renewals");
    double rate = cm_check_share(PG_GETARG_FLOAT8(2), "discount_rate");

    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    CM_RETURN_FINITE(cm_sbg_residual_lifetime(model->param, renewals, rate));
}
