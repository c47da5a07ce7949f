/*
 * Maximum likelihood by damped Newton steps on the logarithms of positive
 * parameters.
 */
#ifndef CM_MATH_OPTIMIZE_H
#define CM_MATH_OPTIMIZE_H

#include "math/model.h"

/*
 * Log-likelihood, gradient and Hessian in the parameters themselves (not their
 * logarithms), added into a zeroed out. Returns false when poll said stop.
 */
typedef bool (*cm_likelihood)(const double *param, void *context, cm_derivs *out);

/*
 * Fills status, iterations, loglik, param and covariance of fit, whose params
 * and customers are set and whose param holds the start. rows is the number of
 * distinct histories behind one evaluation.
 */
extern void cm_maximize(cm_fit *fit, cm_likelihood likelihood, void *context, size_t rows);

#endif
