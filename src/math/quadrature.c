/*
 * Composite Gauss-Legendre quadrature. Panels are at most one unit wide in a
 * logarithmic variable and the exponent changes by at most eight over each:
 * there twelve points leave a relative error near 1e-15.
 */
#include "math/quadrature.h"

#include "math/special.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

/* beyond this exponent an integrand no longer reaches the last digit of its integral */
#define CM_NEGLIGIBLE 40.0
#define CM_PANEL_EXPONENT 8.0

const double cm_gauss_node[CM_GAUSS_HALF] = {0.12523340851146891547, 0.36783149899818019375,
                                             0.5873179542866174473,  0.76990267419430468704,
                                             0.90411725637047485668, 0.98156063424671925069};
const double cm_gauss_weight[CM_GAUSS_HALF] = {0.249147045813402785,   0.23349253653835480876,
                                               0.20316742672306592175, 0.16007832854334622633,
                                               0.10693932599531843096, 0.047175336386511827195};

double
cm_gauss_panel(cm_integrand f, void *context, double from, double to)
{
    double middle = 0.5 * (from + to);
    double half = 0.5 * (to - from);
    double sum = 0.0;

    for (int i = 0; i < CM_GAUSS_HALF; i++) {
        double offset = half * cm_gauss_node[i];

        sum += cm_gauss_weight[i] * (f(middle - offset, context) + f(middle + offset, context));
    }
    return half * sum;
}

/*
 * e^y E_s(y) by the even part of its continued fraction, quick for y > 1
 * (Abramowitz and Stegun 1964, 5.1.22), evaluated forwards by Lentz's method.
 */
static double
expint_fraction(double s, double y)
{
    double b = y + s;
    double c = 1e300;
    double d = 1.0 / b;
    double f = d;

    for (int i = 1; i <= 500; i++) {
        double a = -i * (s + i - 1.0);
        double change;

        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        change = c * d;
        f *= change;
        if (fabs(change - 1.0) < 1e-15)
            break;
    }
    return f;
}

double
cm_scaled_expint(double s, double y, double upper)
{
    if (isinf(upper) && y > 1.0)
        return expint_fraction(s, y);

    double total = 0.0;
    double top = 0.0; /* the largest exponent met: below s = 1 the integrand first rises */

    for (double w = 0.0; w < upper;) {
        double exponent = -(s - 1.0) * w - y * expm1(w);
        double slope = fabs(s - 1.0) + y * exp(w + 1.0);
        double width = fmin(fmin(1.0, CM_PANEL_EXPONENT / slope), upper - w);
        double half = 0.5 * width;
        double middle = w + half;

        top = fmax(top, exponent);
        if (exponent < top - CM_NEGLIGIBLE || middle + half <= w) /* the rest is lost in rounding */
            break;
        for (int i = 0; i < 2 * CM_GAUSS_HALF; i++) {
            double at = middle + (i & 1 ? half : -half) * cm_gauss_node[i / 2];

            total += half * cm_gauss_weight[i / 2] * exp(-(s - 1.0) * at - y * expm1(at));
        }
        w = width < upper - w ? w + width : upper;
    }
    return total;
}

/* ln of the Beta(a, b) weight at p = logistic(t), without its constant and with dp/dt */
static double
beta_weight(double a, double b, double t)
{
    return -a * cm_softplus(-t) - b * cm_softplus(t);
}

/*
 * Whether all that is left on this side is a pure exponential in t times a constant: with small a or b that may be most
 * of the mass, thousands of units wide.
 */
static bool
only_tail_left(double t, double direction, cm_integrand g, void *context)
{
    double here, further;

    if (direction * t < 40.0)
        return false;
    here = g(cm_logistic(t), context);
    further = g(cm_logistic(t + 20.0 * direction), context);
    return fabs(here - further) <= 1e-14 * fabs(here);
}

/* One side of the mode, in steps of one panel, and the tail p -> 0 or 1 where g is constant */
static void
beta_side(double a, double b, double direction, cm_integrand g, void *context, double sums[2])
{
    double t = log(a / b);
    double top = beta_weight(a, b, t);
    /* towards p = 0 all is smooth in e^t, towards p = 1 the weight falls like exp(-e^t) */
    double widest = fmin(direction < 0.0 ? 2.5 : 1.0, 2.0 * sqrt(1.0 / a + 1.0 / b));
    double weight = top;

    while (weight > top - CM_NEGLIGIBLE && fabs(t) < 680.0 && !only_tail_left(t, direction, g, context)) {
        double width = widest;

        while (fabs(beta_weight(a, b, t + direction * width) - weight) > CM_PANEL_EXPONENT)
            width *= 0.5;
        for (int i = 0; i < 2 * CM_GAUSS_HALF; i++) {
            double at = t + direction * 0.5 * width * (1.0 + (i & 1 ? 1.0 : -1.0) * cm_gauss_node[i / 2]);
            double mass = 0.5 * width * cm_gauss_weight[i / 2] * exp(beta_weight(a, b, at) - top);

            sums[0] += mass;
            sums[1] += mass * g(cm_logistic(at), context);
        }
        t += direction * width;
        weight = beta_weight(a, b, t);
    }
    double tail = exp(weight - top) / (direction < 0.0 ? a : b);

    sums[0] += tail;
    sums[1] += tail * g(cm_logistic(t), context);
}

double
cm_beta_mean(double a, double b, cm_integrand g, void *context)
{
    double sums[2] = {0.0, 0.0};

    /* so narrow that panels would no longer move t: a point */
    if (1.0 / a + 1.0 / b < 1e-22)
        return g(a / (a + b), context);

    beta_side(a, b, -1.0, g, context, sums);
    beta_side(a, b, 1.0, g, context, sums);
    return sums[1] / sums[0];
}
