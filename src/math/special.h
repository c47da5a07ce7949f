/*
 * Special functions of positive arguments, by libm's exp and log alone:
 * libm's lgamma writes the global signgam and differs between machines.
 */
#ifndef CM_MATH_SPECIAL_H
#define CM_MATH_SPECIAL_H

#include <math.h>

#define CM_LOG_SQRT_2PI 0.91893853320467274178

/*
 * What Stirling's formula leaves out: each of these tends to 0 as x grows, so
 * differences of gamma functions can be taken without cancellation.
 */
extern double cm_stirling_rest(double x); /* ln Gamma(x) - [(x - 1/2) ln x - x + ln(2 pi)/2] */
extern double cm_digamma_rest(double x);  /* ln x - psi(x) */
extern double cm_trigamma_rest(double x); /* psi'(x) - 1/x */

/* ln Gamma(x + n) - ln Gamma(x) for n >= 0, right to the last digits however large x is */
extern double cm_lgamma_rise(double x, double n);

/* ln B(a, b) */
extern double cm_lbeta(double a, double b);

/*
 * The regularised incomplete beta function I_x(a, b), P(Beta(a, b) <= x), where y = 1 - x is an argument because it may
 * be smaller than the rounding of x. a, b > 0 and up to 1e100, the smaller of them up to 1e10. Twelve digits and more,
 * also far in the tails; above the mean of the distribution they are digits of 1.
 */
extern double cm_beta_cdf(double a, double b, double x, double y);

/*
 * ln P(N = n) for a count over time t > 0 that is Poisson with a rate from
 * Gamma(r, alpha): the negative binomial.
 */
extern double cm_log_gamma_poisson(double r, double alpha, double n, double t);

/* ln(1 + e^u) without overflow */
static inline double
cm_softplus(double u)
{
    return u > 0.0 ? u + log1p(exp(-u)) : log1p(exp(u));
}

/* 1 / (1 + e^-u) without overflow */
static inline double
cm_logistic(double u)
{
    double e = exp(-fabs(u));

    return u > 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
}

/* (1 - e^(-c L)) / c with its limit L at c = 0 */
static inline double
cm_decay_integral(double c, double L)
{
    return c == 0.0 ? L : -expm1(-c * L) / c;
}

#endif
