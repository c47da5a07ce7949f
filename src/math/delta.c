/*
 * The delta method: the variance of g(p) is its gradient in ln p, in the metric of their covariance (Rao 1973, Linear
 * Statistical Inference, 6a.2). The gradient is taken by central differences: predictions are exact to 13 digits, so
 * that eight of the gradient are, far more than an interval means.
 */
#include "math/delta.h"

#include "math/model.h"
#include "math/normal.h"
#include "math/special.h"

#include <math.h>
#include <string.h>

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

/* f on the scale where ln p[i] is moved by a step */
static double
moved(const double *param, int k, cm_prediction f, const void *context, cm_delta_scale scale, int i,
      double step)
{
    double p[CM_MAX_PARAMS] = {0.0};

    memcpy(p, param, sizeof(double) * (size_t) k);
    p[i] *= exp(step);
    return to_scale(f(p, context), scale);
}

double
cm_delta_variance(const double *param, const double *covariance, int k, cm_prediction f, const void *context,
                  cm_delta_scale scale)
{
    double gradient[CM_MAX_PARAMS] = {0.0};
    double variance = 0.0;

    for (int i = 0; i < k; i++) {
        double up = moved(param, k, f, context, scale, i, CM_DELTA_STEP);
        double down = moved(param, k, f, context, scale, i, -CM_DELTA_STEP);

        gradient[i] =
            up == down ? 0.0 : (up - down) / (2.0 * CM_DELTA_STEP); /* also where both are infinite */
    }
    for (int i = 0; i < k; i++)
        for (int j = 0; j < k; j++)
            variance += gradient[i] * gradient[j] * covariance[i > j ? cm_pair(i, j) : cm_pair(j, i)];
    return isnan(variance) ? variance : fmax(variance, 0.0);
}

cm_interval
cm_delta_interval(double value, double variance, double confidence, cm_delta_scale scale)
{
    double reach = cm_normal_two_sided(confidence) * sqrt(variance);
    double centre = to_scale(value, scale);
    cm_interval interval = {value, value, value};

    if (reach == 0.0)
        return interval;
    interval.lower = from_scale(centre - reach, scale);
    interval.upper = from_scale(centre + reach, scale);
    if (!isfinite(reach))
        interval.lower = interval.upper = NAN;
    if (!isfinite(interval.upper))
        interval.upper = NAN;
    return interval;
}
