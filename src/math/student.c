/*
 * The incomplete beta function by its continued fraction (Abramowitz and Stegun 1964, 26.5.8), evaluated with
 * Lentz's method as modified by Thompson and Barnett (1986), J. Comput. Phys. 64. It converges fast where
 * x < (a + 1) / (a + b + 2); elsewhere I_x(a, b) = 1 - I_{1-x}(b, a).
 */
#include "math/student.h"

#include <float.h>
#include <math.h>

#include "math/special.h"

/* Lentz's stand-in for a denominator of zero. */
#define TINY 1e-300

/* About sqrt(max(a, b)) terms are needed at worst: this is enough for 10^9 degrees of freedom. */
#define MOST_TERMS 200000

static double
away_from_zero(double value)
{
    return fabs(value) < TINY ? TINY : value;
}

/* The fraction of 26.5.8 after the leading 1 / (1 + ...). */
static double
continued_fraction(double a, double b, double x)
{
    double c = 1.0;
    double d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    double value = d;

    for (int m = 1; m < MOST_TERMS; m++) {
        double even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));

        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        value *= d * c;
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);

        double change = d * c;

        value *= change;
        if (fabs(change - 1.0) <= DBL_EPSILON)
            break;
    }
    return value;
}

/* I_x(a, b) for x <= (a + 1) / (a + b + 2); y = 1 - x is given because it may be known better than by subtraction */
static double
lower_part(double a, double b, double x, double y)
{
    double log_x = x < 0.5 ? log(x) : log1p(-y);
    double log_y = y < 0.5 ? log(y) : log1p(-x);

    return exp(a * log_x + b * log_y - cm_lbeta(a, b)) * continued_fraction(a, b, x) / a;
}

static double
beta_share(double a, double b, double x, double y)
{
    if (x <= 0.0 || y <= 0.0)
        return x <= 0.0 ? 0.0 : 1.0;
    if (x <= (a + 1.0) / (a + b + 2.0))
        return lower_part(a, b, x, y);
    return 1.0 - lower_part(b, a, y, x);
}

double
cm_beta_share(double a, double b, double x)
{
    if (!(a > 0.0 && b > 0.0 && x >= 0.0 && x <= 1.0))
        return NAN;
    return beta_share(a, b, x, 1.0 - x);
}

/* Abramowitz and Stegun 26.5.27: P(|T| >= t) = I_x(df / 2, 1 / 2) with x = df / (df + t^2). */
double
cm_student_two_sided(double t, double df)
{
    if (!(df > 0.0) || isnan(t))
        return NAN;

    double square = t * t;

    if (isinf(square))
        return 0.0;
    return beta_share(df / 2.0, 0.5, df / (df + square), square / (df + square));
}
