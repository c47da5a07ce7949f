/*
 * The standard normal distribution: its cdf by erfc, its quantile by Halley's
 * method on that cdf.
 */
#include "math/normal.h"

#include <math.h>

#include "math/special.h"

#define CM_SQRT1_2 0.70710678118654752440

double
cm_normal_cdf(double z)
{
    /* erfc, not 1 + erf: the lower tail would be lost to rounding */
    return 0.5 * erfc(-z * CM_SQRT1_2);
}

/*
 * First guess for p <= 1/2, absolute error below 4.5e-4: Abramowitz and
 * Stegun (1964), Handbook of Mathematical Functions, 26.2.23.
 */
static double
lower_tail_guess(double p)
{
    double t = sqrt(-2.0 * log(p));
    double num = 2.515517 + t * (0.802853 + t * 0.010328);
    double den = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308));

    return num / den - t;
}

/*
 * Each step of Halley's method triples the number of right digits, so three
 * steps from the guess above reach the precision of erfc itself.
 */
static double
lower_tail_quantile(double p)
{
    double z = lower_tail_guess(p);

    for (int i = 0; i < 3; i++) {
        /* the cap keeps exp finite where p itself is subnormal and has lost its digits */
        double error = (cm_normal_cdf(z) - p) * exp(fmin(0.5 * z * z + CM_LOG_SQRT_2PI, 705.0));

        z -= error / (1.0 + 0.5 * z * error);
    }
    return z;
}

double
cm_normal_quantile(double p)
{
    if (!(p >= 0.0 && p <= 1.0))
        return NAN;
    if (p == 0.0)
        return -INFINITY;
    if (p == 1.0)
        return INFINITY;
    if (p == 0.5)
        return 0.0;

    /* 1 - p is exact for p in [1/2, 1], so the halves are mirror images */
    return p < 0.5 ? lower_tail_quantile(p) : -lower_tail_quantile(1.0 - p);
}

double
cm_normal_two_sided(double confidence)
{
    /* the tail itself: 1 - (1 - confidence) / 2 would round it away */
    return -cm_normal_quantile(0.5 * (1.0 - confidence));
}
