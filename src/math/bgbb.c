/*
 * Predictions of the BG/BB. Of a customer alive at opportunity T the buying
 * probability is Beta(alpha + x, beta + T - x), the dropout probability
 * Beta(gamma, delta + T), independent of each other.
 */
#include "math/bgbb.h"

#include "math/quadrature.h"
#include "math/special.h"

#include <math.h>

enum { ALPHA, BETA, GAMMA, DELTA };

/* Beyond so many opportunities a sum over them becomes an integral over the dropout probability */
#define CM_MAX_SUM 1000.0

/* ln of (beta)_{m-x} / (alpha+beta)_m (delta)_m / (gamma+delta)_m, up to a factor of x */
static double
log_lived(const double *p, double x, double m)
{
    return cm_lgamma_rise(p[BETA], m - x) - cm_lgamma_rise(p[ALPHA] + p[BETA], m) +
           cm_lgamma_rise(p[DELTA], m) - cm_lgamma_rise(p[GAMMA] + p[DELTA], m);
}

double
cm_bgbb_alive(const double *p, double x, double t_x, double T, double ahead)
{
    double lives_on =
        exp(cm_lgamma_rise(p[DELTA] + T, ahead) - cm_lgamma_rise(p[GAMMA] + p[DELTA] + T, ahead));
    double term = 1.0;
    double deaths = 0.0;

    if (t_x >= T)
        return lives_on;
    for (double m = t_x; m < T && term > 1e-17 * deaths; m += 1.0) {
        double lived = p[GAMMA] + p[DELTA] + m;

        deaths += term * p[GAMMA] / lived;
        term *= (p[BETA] + (m - x)) / (p[ALPHA] + p[BETA] + m) * (p[DELTA] + m) / lived;
    }
    return lives_on * cm_logistic(log_lived(p, x, T) - log_lived(p, x, t_x) - log(deaths));
}

typedef struct opportunity_args {
    double count;
    double d;
} opportunity_args;

/* sum_{i=1..h} ((1 - theta) / (1 + d))^i */
static double
lived_opportunities(double theta, void *context)
{
    const opportunity_args *o = context;
    double done = isinf(o->count) ? 1.0 : -expm1(o->count * (log1p(-theta) - log1p(o->d)));

    return (1.0 - theta) / (o->d + theta) * done;
}

double
cm_bgbb_discounted_alive(const double *p, double x, double T, double h, double d)
{
    double buys = (p[ALPHA] + x) / (p[ALPHA] + p[BETA] + T);
    double lives = 1.0;
    double sum = 0.0;

    if (isinf(h) && d == 0.0) /* the mean of (1 - theta) / theta */
        return p[GAMMA] > 1.0 ? buys * (p[DELTA] + T) / (p[GAMMA] - 1.0) : INFINITY;
    if (h > CM_MAX_SUM) {
        opportunity_args o = {h, d};

        return buys * cm_beta_mean(p[GAMMA], p[DELTA] + T, lived_opportunities, &o);
    }
    for (double i = 0.0; i < h; i += 1.0) {
        lives *= (p[DELTA] + T + i) / (p[GAMMA] + p[DELTA] + T + i) / (1.0 + d);
        sum += lives;
    }
    return buys * sum;
}

/* One minus the chance of silence: dead before the i-th opportunity, or alive and not buying at all */
double
cm_bgbb_active_alive(const double *p, double x, double T, double h)
{
    double silent = 1.0; /* P(alive at the i-th, silent before) */
    double active = 0.0;

    for (double i = 0.0; i < h && silent > 1e-17 * active; i += 1.0) {
        double alive = silent * (p[DELTA] + T + i) / (p[GAMMA] + p[DELTA] + T + i);
        double all = p[ALPHA] + p[BETA] + T + i;

        active += alive * (p[ALPHA] + x) / all;
        silent = alive * (p[BETA] + (T - x) + i) / all;
    }
    return fmin(active, 1.0);
}

/* Equation 7 of the paper: deaths before opportunity m + 1 for m = x .. n - 1, and none */
double
cm_bgbb_pmf(const double *p, double x, double n)
{
    double base = cm_lgamma_rise(p[ALPHA], x) - cm_lgamma_rise(p[ALPHA] + p[BETA], x) +
                  cm_lgamma_rise(p[DELTA], x) - cm_lgamma_rise(p[GAMMA] + p[DELTA], x);
    double term = exp(base);
    double pmf = 0.0;

    if (x > n)
        return 0.0;
    for (double m = x; m < n; m += 1.0) {
        double lived = p[GAMMA] + p[DELTA] + m;

        pmf += term * p[GAMMA] / lived;
        term *= (m + 1.0) / (m + 1.0 - x) * (p[BETA] + (m - x)) / (p[ALPHA] + p[BETA] + m) * (p[DELTA] + m) /
                lived;
    }
    return pmf + term;
}
