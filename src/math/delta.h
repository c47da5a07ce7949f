/*
 * Intervals of predictions from a maximum-likelihood fit, by the delta method. Plain C.
 */
#ifndef CM_DELTA_H
#define CM_DELTA_H

#include "math/proportion.h"

/*
 * The scale on which an interval is symmetric: the logarithm for positive quantities, the logit for probabilities, so
 * that it stays where it belongs.
 */
typedef enum cm_delta_scale { CM_DELTA_LOG, CM_DELTA_LOGIT } cm_delta_scale;

typedef double (*cm_prediction)(const double *param, const void *context);

/* The variance of f on that scale; the covariance is that of the logarithms of k parameters, lower triangle. */
extern double cm_delta_variance(const double *param, const double *covariance, int k, cm_prediction f,
                                const void *context, cm_delta_scale scale);

/* Value and variance -> interval; its ends are NaN where the variance is, or where they would be infinite. */
extern cm_interval cm_delta_interval(double value, double variance, double confidence, cm_delta_scale scale);

#endif
