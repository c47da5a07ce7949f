/*
 * Gamma functions by Stirling's series (Abramowitz and Stegun 1964, 6.1.41,
 * 6.3.18, 6.4.12), shifted upwards by their recurrences until it converges.
 */
#include "math/special.h"

#include <float.h>

/* from here on seven terms of the series give full precision */
#define CM_SERIES_FROM 12.0

double
cm_stirling_rest(double x)
{
    double shifted = 0.0;

    while (x < CM_SERIES_FROM) {
        /* rest(x) - rest(x + 1) */
        shifted += (x + 0.5) * log1p(1.0 / x) - 1.0;
        x += 1.0;
    }

    double z = 1.0 / (x * x);
    double series =
        1.0 / 12 -
        z * (1.0 / 360 -
             z * (1.0 / 1260 - z * (1.0 / 1680 - z * (1.0 / 1188 - z * (691.0 / 360360 - z / 156)))));

    return shifted + series / x;
}

double
cm_digamma_rest(double x)
{
    double shifted = 0.0;

    while (x < CM_SERIES_FROM) {
        shifted += 1.0 / x - log1p(1.0 / x);
        x += 1.0;
    }

    double z = 1.0 / (x * x);
    double series =
        1.0 / 12 -
        z * (1.0 / 120 - z * (1.0 / 252 - z * (1.0 / 240 - z * (1.0 / 132 - z * (691.0 / 32760 - z / 12)))));

    return shifted + 0.5 / x + z * series;
}

double
cm_trigamma_rest(double x)
{
    double shifted = 0.0;

    while (x < CM_SERIES_FROM) {
        /* 1/x^2 - [1/x - 1/(x + 1)] */
        shifted += 1.0 / (x * x * (x + 1.0));
        x += 1.0;
    }

    double z = 1.0 / (x * x);
    double series =
        1.0 / 6 -
        z * (1.0 / 30 - z * (1.0 / 42 - z * (1.0 / 30 - z * (5.0 / 66 - z * (691.0 / 2730 - z * 7.0 / 6)))));

    return shifted + z * (0.5 + series / x);
}

double
cm_lgamma_rise(double x, double n)
{
    double rest = cm_stirling_rest(x + n) - cm_stirling_rest(x);

    return (x - 0.5) * log1p(n / x) + n * (log(x + n) - 1.0) + rest;
}

double
cm_lbeta(double a, double b)
{
    double s = a + b;
    double rest = cm_stirling_rest(a) + cm_stirling_rest(b) - cm_stirling_rest(s);

    /* with p = a/(a+b): a ln p + b ln(1-p) - ln(s p (1-p)) / 2 + ln(2 pi) / 2, each log of a ratio */
    return -a * log1p(b / a) - b * log1p(a / b) + 0.5 * (log1p(b / a) + log1p(a / b) - log(s)) +
           CM_LOG_SQRT_2PI + rest;
}

/* ln(1 + u) - u, with all its digits where it is small. With r = u / (2 + u), ln(1 + u) is 2 artanh(r). */
static double
log1p_less(double u)
{
    if (fabs(u) > 0.5)
        return log1p(u) - u;

    double r = u / (2.0 + u);
    double series = 0.0;
    double power = 1.0;

    for (int k = 3; power > DBL_EPSILON / 4.0; k += 2) {
        series += power / k;
        power *= r * r;
    }
    return -u * r + 2.0 * r * r * r * series;
}

/* a ln(x (a + b) / a) + excess, where excess = a y - b x is how far x lies below the mean a / (a + b) */
static double
log_share(double a, double b, double x, double excess)
{
    if (2.0 * excess > a)
        return a * log(x * ((a + b) / a)) + excess;
    return a * log1p_less(-excess / a);
}

/* x^a y^b / B(a, b). Its powers are taken relative to those at the mean, so that large ones do not cancel. */
static double
beta_power(double a, double b, double x, double y)
{
    double excess = a * y - b * x;
    double rest = cm_stirling_rest(a) + cm_stirling_rest(b) - cm_stirling_rest(a + b);
    double relative = log_share(a, b, x, excess) + log_share(b, a, y, -excess);

    return exp(relative - rest - CM_LOG_SQRT_2PI) * sqrt(a / (a + b) * b);
}

/* The fraction takes about sqrt(min(a, b)) / 2 steps at the mean and a few elsewhere: these do for 10^11. */
#define CM_MOST_STEPS 200000

/* Stands for a denominator of zero. */
#define CM_TINY 1e-300

static double
not_zero(double value)
{
    return fabs(value) < CM_TINY ? CM_TINY : value;
}

/*
 * x^a y^b / B(a, b) / I_x(a, b) for x up to about the mean, by the continued fraction of A. R. DiDonato and A. H.
 * Morris (1992), ACM Transactions on Mathematical Software 18, 360-373 (equation 9), whose terms do not cancel as those
 * of Abramowitz and Stegun's 26.5.8 do when a or b is large; evaluated in Lentz's way, as modified by Thompson and
 * Barnett (NIST Digital Library of Mathematical Functions, 3.10(iii)).
 */
static double
beta_fraction(double a, double b, double x, double y)
{
    double excess = a * y - b * x;
    double value = not_zero(a / (a + 1.0) * (excess + 1.0));
    double c = value;
    double d = 0.0;

    for (int m = 1; m < CM_MOST_STEPS; m++) {
        double end = a + 2.0 * m - 1.0;
        double numerator = (a + m - 1.0) / end * ((a + b + m - 1.0) / end) * m * (b - m) * x * x;
        double denominator =
            m + m * (b - m) * x / end + (a + m) * (excess + 1.0 + m * (1.0 + y)) / (end + 2.0);

        d = 1.0 / not_zero(denominator + numerator * d);
        c = not_zero(denominator + numerator / c);
        value *= c * d;
        if (fabs(c * d - 1.0) <= DBL_EPSILON)
            break;
    }
    return value;
}

double
cm_beta_cdf(double a, double b, double x, double y)
{
    double p;

    if (x <= 0.0 || y <= 0.0)
        return x <= 0.0 ? 0.0 : 1.0;
    if (x <= (a + 1.0) / (a + b + 2.0))
        p = beta_power(a, b, x, y) / beta_fraction(a, b, x, y);
    else
        p = 1.0 - beta_power(b, a, y, x) / beta_fraction(b, a, y, x);
    return fmin(fmax(p, 0.0), 1.0);
}

double
cm_log_gamma_poisson(double r, double alpha, double n, double t)
{
    double none = -r * log1p(t / alpha);

    return n == 0.0 ? none : none - n * log1p(alpha / t) - cm_lbeta(r, n) - log(n);
}
