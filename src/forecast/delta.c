/*
 * Intervals of predictions by the delta method: the variance of g(p) is its gradient in ln p, in the metric of their
 * covariance. (Rao 1973, Linear Statistical Inference, 6a.2.) The gradient is taken by central differences: predictions
 * are exact to 13 digits, so that eight of the gradient are, far more than an interval means.
 */
#include "postgres.h"

#include <math.h>

#include "common/check.h"
#include "common/row.h"
#include "forecast/customer_model.h"
#include "math/normal.h"
#include "math/special.h"

#define CM_DELTA_STEP 1e-4

static double
to_scale(double value, cm_delta_scale scale)
{
    return scale == CM_DELTA_LOG ? log(value) : log(value) - log1p(-value);
}

static double
from_scale(double value, cm_delta_scale scale)
{
    return scale == CM_DELTA_LOG ? exp(value) : cm_logistic(value);
}

/* f where ln p[i] is moved by a step, on the scale */
static double
moved(const cm_customer_model *model, cm_prediction f, const void *context, cm_delta_scale scale, int i,
      double step)
{
    double p[CM_MAX_PARAMS];

    memcpy(p, model->param, sizeof(p));
    p[i] *= exp(step);
    return to_scale(f(p, context), scale);
}

double
cm_delta_variance(const cm_customer_model *model, cm_prediction f, const void *context, cm_delta_scale scale)
{
    int k = cm_model_params(model);
    double gradient[CM_MAX_PARAMS];
    double variance = 0.0;

    if (!model->has_covariance)
        return NAN;
    for (int i = 0; i < k; i++) {
        double up = moved(model, f, context, scale, i, CM_DELTA_STEP);
        double down = moved(model, f, context, scale, i, -CM_DELTA_STEP);

        gradient[i] =
            up == down ? 0.0 : (up - down) / (2.0 * CM_DELTA_STEP); /* also where both are infinite */
    }
    for (int i = 0; i < k; i++)
        for (int j = 0; j < k; j++)
            variance += gradient[i] * gradient[j] * model->covariance[i > j ? cm_pair(i, j) : cm_pair(j, i)];
    return fmax(variance, 0.0);
}

Datum
cm_delta_row(FunctionCallInfo fcinfo, double value, double variance, double confidence, cm_delta_scale scale)
{
    double reach = cm_normal_two_sided(cm_check_confidence(confidence)) * sqrt(variance);
    cm_row row = cm_row_empty();

    if (!isfinite(value))
        return cm_row_return(fcinfo, &row);
    cm_row_set_float(&row, 0, value);
    if (reach == 0.0) {
        cm_row_set_float(&row, 1, value);
        cm_row_set_float(&row, 2, value);
    } else if (isfinite(reach)) {
        double centre = to_scale(value, scale);
        double upper = from_scale(centre + reach, scale);

        cm_row_set_float(&row, 1, from_scale(centre - reach, scale));
        if (isfinite(upper))
            cm_row_set_float(&row, 2, upper);
    }
    return cm_row_return(fcinfo, &row);
}
