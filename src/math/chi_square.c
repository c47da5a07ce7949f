/* The upper tail of chi-square; see chi_square.h. */
#include "math/chi_square.h"

#include <math.h>

#define CM_SQRT_PI 1.7724538509055160273

/*
 * With h = x / 2: exp(-h) sum h^i / i! over i < df / 2 for even df; for odd df erfc(sqrt(h)) + exp(-h) sum
 * h^(i - 1/2) / Gamma(i + 1/2) over 1 <= i < df / 2. All terms are positive, so nothing cancels. (Abramowitz and
 * Stegun 1964, Handbook of Mathematical Functions, 26.4.4 and 26.4.5.)
 */
double
cm_chi_square_tail(double x, int df)
{
    double h = x / 2.0;
    double sum = 0.0;
    double term;
    double at; /* the argument of Gamma that the next term divides by */

    if (df < 1 || df > 1000 || isnan(x))
        return NAN;
    if (x <= 0.0)
        return 1.0;
    if (isinf(x))
        return 0.0;

    /* exp(-h) goes into every term in halves, so that neither it nor the power under- or overflows alone */
    double half = exp(-h / 2.0);

    term = df % 2 == 0 ? half : half * 2.0 * sqrt(h) / CM_SQRT_PI;
    at = df % 2 == 0 ? 1.0 : 1.5;
    for (int i = df % 2 == 0 ? 0 : 1; i < (df + 1) / 2; i++) {
        sum += term;
        term *= h / at;
        at += 1.0;
    }
    return fmin(1.0, (df % 2 == 0 ? 0.0 : erfc(sqrt(h))) + half * sum);
}
