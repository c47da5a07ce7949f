/* Rows of predictions with their intervals; the arithmetic is in math/delta.c. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "forecast/customer_model.h"

double
cm_model_variance(const cm_customer_model *model, cm_prediction f, const void *context, cm_delta_scale scale)
{
    if (!model->has_covariance)
        return NAN;
    return cm_delta_variance(model->param, model->covariance, cm_model_params(model), f, context, scale);
}

Datum
cm_interval_row(FunctionCallInfo fcinfo, double value, double variance, double confidence,
                cm_delta_scale scale)
{
    cm_interval interval = cm_delta_interval(value, variance, cm_check_confidence(confidence), scale);
    cm_row row = cm_row_empty();

    if (isfinite(value)) {
        cm_row_set_float(&row, 0, interval.value);
        cm_row_set_float(&row, 1, interval.lower);
        cm_row_set_float(&row, 2, interval.upper);
    }
    return cm_row_return(fcinfo, &row);
}
