/*
 * Damped Newton: Cholesky of the negative Hessian, shifted until positive
 * definite; steps of at most a factor e per parameter; halved until the
 * likelihood rises enough (Armijo). It ends when the Newton decrement, half
 * the squared gradient in the metric of the Hessian, promises a gain below
 * 1e-7 in log-likelihood. (Boyd and Vandenberghe 2004, Convex Optimization,
 * 9.5; Nocedal and Wright 2006, Numerical Optimization, 3.4.)
 */
#include "math/optimize.h"

#include <math.h>
#include <string.h>

#define CM_MAX_ITERATIONS 100
#define CM_DECREMENT 1e-7 /* log-likelihood units */
#define CM_ARMIJO 1e-4
#define CM_ROUNDING 1e-13 /* relative noise of a compensated log-likelihood */
#define CM_MAX_HALVINGS 40
#define CM_MAX_LOG_TRAVEL 60 /* no parameter goes further than e^60 from its start */

/*
 * Samples of few distinct histories can have several maxima: there it is cheap
 * to climb from several starts and keep the highest, the first of equals.
 */
#define CM_SMALL_SAMPLE 5000
#define CM_SAME_MAXIMUM 1e-6

/*
 * What tells a maximum from a ridge that rises towards infinity: at a maximum the next step is short, however flat it
 * is; on a ridge, which rises as L - C exp(-k theta), each step is 1 / k long. Beyond the last standard error rounding
 * makes maxima of ridges, and intervals leave the numbers.
 */
#define CM_SHORT_STEP 0.1
#define CM_FLAT_SE 1000.0

/* A point: log-parameters with the likelihood and its derivatives in them */
typedef struct newton_point {
    double theta[CM_MAX_PARAMS];
    double ll;
    double gradient[CM_MAX_PARAMS];
    double curvature[CM_MAX_PAIRS]; /* the negative Hessian */
} newton_point;

/* Cholesky factor of m with shift * size added to its diagonal; false if that is not positive definite */
static bool
shifted_cholesky(const double *m, double shift, const double *size, int k, double *factor)
{
    memcpy(factor, m, sizeof(double) * cm_pair(k, 0));
    for (int i = 0; i < k; i++)
        factor[cm_pair(i, i)] += shift * size[i];
    return cm_cholesky(factor, k);
}

/* Evaluates at point->theta and turns the derivatives into those in log-parameters */
static bool
evaluate(newton_point *point, int k, cm_likelihood likelihood, void *context)
{
    double param[CM_MAX_PARAMS] = {0.0};
    cm_derivs d;

    memset(&d, 0, sizeof(d));
    for (int i = 0; i < k; i++)
        param[i] = exp(point->theta[i]);
    if (!likelihood(param, context, &d))
        return false;

    point->ll = cm_sum_value(&d.ll);
    for (int i = 0; i < k; i++) {
        point->gradient[i] = param[i] * d.gradient[i];
        for (int j = 0; j <= i; j++)
            point->curvature[cm_pair(i, j)] = -param[i] * param[j] * d.hessian[cm_pair(i, j)];
        point->curvature[cm_pair(i, i)] -= point->gradient[i];
    }
    return true;
}

static bool
usable(const newton_point *point, int k)
{
    bool finite = isfinite(point->ll);

    for (int i = 0; i < k; i++)
        finite = finite && isfinite(point->gradient[i]);
    for (int i = 0; i < cm_pair(k, 0); i++)
        finite = finite && isfinite(point->curvature[i]);
    return finite;
}

/* The Newton direction, and its decrement; false if no shift makes the curvature positive definite */
static bool
newton_step(const newton_point *point, int k, double *step, double *decrement)
{
    double factor[CM_MAX_PAIRS];
    double size[CM_MAX_PARAMS] = {0.0};
    double largest = 0.0;
    double shift = 0.0;

    for (int i = 0; i < k; i++)
        largest = fmax(largest, fabs(point->curvature[cm_pair(i, i)]));
    /* in proportion to each parameter's own curvature: on a ridge they differ by many powers of ten */
    for (int i = 0; i < k; i++)
        size[i] = fmax(fabs(point->curvature[cm_pair(i, i)]), 1e-14 * largest + 1e-300);
    while (!shifted_cholesky(point->curvature, shift, size, k, factor)) {
        shift = shift == 0.0 ? 1e-3 : 4.0 * shift;
        if (shift > 1e12)
            return false;
    }
    cm_cholesky_solve(factor, k, point->gradient, step);

    double cap = 1.0;

    *decrement = 0.0;
    for (int i = 0; i < k; i++) {
        *decrement += 0.5 * point->gradient[i] * step[i];
        cap = fmax(cap, fabs(step[i]));
    }
    for (int i = 0; i < k; i++)
        step[i] /= cap;
    return true;
}

typedef enum line_result { LINE_MOVED, LINE_STUCK, LINE_STOPPED } line_result;

/* Moves point along step as far as the likelihood rises enough */
static line_result
line_search(newton_point *point, int k, const double *step, cm_likelihood likelihood, void *context)
{
    double slope = 0.0;
    double length = 1.0;
    newton_point trial;

    for (int i = 0; i < k; i++)
        slope += point->gradient[i] * step[i];
    for (int halvings = 0; halvings <= CM_MAX_HALVINGS; halvings++) {
        for (int i = 0; i < k; i++)
            trial.theta[i] = point->theta[i] + length * step[i];
        if (!evaluate(&trial, k, likelihood, context))
            return LINE_STOPPED;
        if (usable(&trial, k) &&
            trial.ll >= point->ll + CM_ARMIJO * length * slope - CM_ROUNDING * fabs(point->ll)) {
            *point = trial;
            return LINE_MOVED;
        }
        length *= 0.5;
    }
    return LINE_STUCK;
}

static bool
travelled_too_far(const newton_point *point, const double *start, int k)
{
    bool far = false;

    for (int i = 0; i < k; i++)
        far = far || fabs(point->theta[i] - log(start[i])) > CM_MAX_LOG_TRAVEL;
    return far;
}

/* Inverse of the curvature; false where this is no maximum: not positive definite, or on a ridge */
static bool
covariance(const newton_point *point, int k, double *out)
{
    double factor[CM_MAX_PAIRS];
    double step[CM_MAX_PARAMS];
    bool inner = true;

    memcpy(factor, point->curvature, sizeof(factor));
    if (!cm_cholesky(factor, k))
        return false;
    cm_cholesky_solve(factor, k, point->gradient, step);
    for (int i = 0; i < k; i++) {
        double unit[CM_MAX_PARAMS] = {0.0};
        double column[CM_MAX_PARAMS];

        unit[i] = 1.0;
        cm_cholesky_solve(factor, k, unit, column);
        for (int j = i; j < k; j++)
            out[cm_pair(j, i)] = column[j];
        inner = inner && fabs(step[i]) < CM_SHORT_STEP && column[i] < CM_FLAT_SE * CM_FLAT_SE;
    }
    return inner;
}

/* Newton steps from point to where they end, and why they ended there */
static cm_fit_status
climb(cm_fit *fit, newton_point *point, cm_likelihood likelihood, void *context)
{
    int k = fit->params;
    bool close = false;

    while (fit->iterations < CM_MAX_ITERATIONS) {
        double step[CM_MAX_PARAMS];
        double decrement;

        if (!newton_step(point, k, step, &decrement))
            return CM_FIT_NOT_CONVERGED;

        line_result moved = line_search(point, k, step, likelihood, context);

        if (moved == LINE_STOPPED)
            return CM_FIT_INTERRUPTED;
        fit->iterations++;
        /* one step more than promised: it squares the error, and customers' predictions keep nine digits */
        if (close && decrement < CM_DECREMENT)
            return CM_FIT_CONVERGED;
        close = decrement < CM_DECREMENT;
        if (moved == LINE_STUCK)
            return CM_FIT_NOT_CONVERGED;
        if (travelled_too_far(point, fit->param, k))
            return CM_FIT_NOT_IDENTIFIED;
    }
    return CM_FIT_NOT_CONVERGED;
}

/* One climb from fit->param */
static void
maximize_once(cm_fit *fit, cm_likelihood likelihood, void *context)
{
    int k = fit->params;
    newton_point point;

    fit->iterations = 0;
    fit->has_covariance = false;
    memset(&point, 0, sizeof(point));
    for (int i = 0; i < k; i++)
        point.theta[i] = log(fit->param[i]);
    if (!evaluate(&point, k, likelihood, context)) {
        fit->status = CM_FIT_INTERRUPTED;
        return;
    }

    fit->status = usable(&point, k) ? climb(fit, &point, likelihood, context) : CM_FIT_NOT_CONVERGED;
    if (fit->status == CM_FIT_INTERRUPTED)
        return;

    fit->loglik = usable(&point, k) ? point.ll : -INFINITY;
    for (int i = 0; i < k; i++)
        fit->param[i] = exp(point.theta[i]);
    fit->has_covariance = covariance(&point, k, fit->covariance);
    if (!fit->has_covariance)
        fit->status = CM_FIT_NOT_IDENTIFIED;
}

void
cm_maximize(cm_fit *fit, cm_likelihood likelihood, void *context, size_t rows)
{
    /* logarithms, relative to the model's own start; the last: dropout at once or never */
    static const double starts[][CM_MAX_PARAMS] = {
        {0.0, 0.0, 0.0, 0.0},    {-1.5, -2.0, -1.5, 1.0}, {1.5, 1.5, 2.0, 3.5},
        {0.0, -1.0, -3.0, -2.0}, {-1.0, -1.0, 1.0, -2.0}, {0.5, 0.5, -4.0, -15.0},
    };
    size_t tries = rows <= CM_SMALL_SAMPLE ? sizeof(starts) / sizeof(starts[0]) : 1;
    cm_fit origin = *fit;

    for (size_t i = 0; i < tries; i++) {
        cm_fit trial = origin;

        for (int j = 0; j < fit->params; j++)
            trial.param[j] *= exp(starts[i][j]);
        maximize_once(&trial, likelihood, context);
        if (i == 0 || trial.status == CM_FIT_INTERRUPTED || trial.loglik > fit->loglik + CM_SAME_MAXIMUM)
            *fit = trial;
        if (trial.status == CM_FIT_INTERRUPTED)
            return;
    }
}
