/*
 * Gamma functions by Stirling's series (Abramowitz and Stegun 1964, 6.1.41,
 * 6.3.18, 6.4.12), shifted upwards by their recurrences until it converges.
 */
#include "math/special.h"

#define CM_LOG_SQRT_2PI 0.91893853320467274178

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
cm_lgamma(double x)
{
    return (x - 0.5) * log(x) - x + CM_LOG_SQRT_2PI + cm_stirling_rest(x);
}

double
cm_digamma(double x)
{
    return log(x) - cm_digamma_rest(x);
}

double
cm_trigamma(double x)
{
    return 1.0 / x + cm_trigamma_rest(x);
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

/*
 * I_x(a, b) by its continued fraction, fast for x < (a + 1) / (a + b + 2), in
 * the modified Lentz way. (NIST Digital Library of Mathematical Functions,
 * 8.17.22 and 3.10.)
 */
static double
beta_fraction(double a, double b, double x, double y)
{
    const double tiny = 1e-300; /* stands for a zero denominator */
    double c = 1.0;
    double d = 0.0;
    double f = 1.0;

    for (int i = 1; i <= 100000; i++) {
        double m = i / 2;
        double up = i % 2 == 0 ? m * (b - m) : -(a + m) * (a + b + m);
        double coefficient = up * x / ((a + i - 1.0) * (a + i));

        d = 1.0 + coefficient * d;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = 1.0 + coefficient / c;
        c = fabs(c) < tiny ? tiny : c;
        f *= c * d;
        if (fabs(c * d - 1.0) < 1e-15)
            break;
    }
    return exp(a * log(x) + b * log(y) - cm_lbeta(a, b) - log(a)) / f;
}

double
cm_beta_cdf(double a, double b, double x, double y)
{
    double p;

    if (x <= 0.0 || y <= 0.0)
        return x <= 0.0 ? 0.0 : 1.0;
    p = x < (a + 1.0) / (a + b + 2.0) ? beta_fraction(a, b, x, y) : 1.0 - beta_fraction(b, a, y, x);
    return fmin(fmax(p, 0.0), 1.0);
}

double
cm_log_gamma_poisson(double r, double alpha, double n, double t)
{
    double none = -r * log1p(t / alpha);

    return n == 0.0 ? none : none - n * log1p(alpha / t) - cm_lbeta(r, n) - log(n);
}
