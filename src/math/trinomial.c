/*
 * The mean of +1, 0 and -1 answers has variance p + m - (p - m)^2 for shares p of +1 and m of -1.
 * Adjusted Wald: B. Rocks, Interval estimation for the "net promoter score", The American Statistician 70
 * (2016): add 3/4, 3/2, 3/4 answers. Score: the set of differences that the score test with the
 * restricted maximum-likelihood variance does not reject; T. Tango, Equivalence test and confidence interval
 * for the difference in proportions for the paired-sample design, Statistics in Medicine 17 (1998).
 */
#include "math/trinomial.h"

#include <math.h>

#include "math/normal.h"

#define ADJUSTED_END 0.75
#define ADJUSTED_MIDDLE 1.5

typedef struct moments {
    double n, mean, variance; /* variance of one answer */
} moments;

static moments
trinomial_moments(cm_trinomial t, int adjusted)
{
    double plus = t.plus + (adjusted ? ADJUSTED_END : 0);
    double zero = t.zero + (adjusted ? ADJUSTED_MIDDLE : 0);
    double minus = t.minus + (adjusted ? ADJUSTED_END : 0);
    double n = plus + zero + minus;
    double mean = (plus - minus) / n;

    return (moments){n, mean, fmax(0, (plus + minus) / n - mean * mean)};
}

double
cm_trinomial_mean(cm_trinomial t)
{
    double n = t.plus + t.zero + t.minus;

    return (t.plus - t.minus) / n; /* 0/0 is NaN: no answers, no mean */
}

/* Tango's score statistic of the hypothesis that the difference is delta. */
static double
score_statistic(cm_trinomial t, double delta)
{
    double b = t.plus, c = t.minus, n = b + c + t.zero;
    double quadratic = 2 * n;
    double linear = -b - c + (2 * n - b + c) * delta;
    double constant = -c * delta * (1 - delta);
    double minus = (sqrt(fmax(0, linear * linear - 4 * quadratic * constant)) - linear) / (2 * quadratic);
    double variance = n * (2 * minus + delta * (1 - delta));
    double distance = b - c - n * delta;

    if (distance == 0)
        return 0;
    return variance > 0 ? distance / sqrt(variance) : copysign(INFINITY, distance);
}

/* The bound on one side: where the statistic, falling in delta, passes z. 100 halvings exhaust a double. */
static double
score_bound(cm_trinomial t, double z, double from, double to)
{
    for (int i = 0; i < 100; i++) {
        double middle = (from + to) / 2;

        if (score_statistic(t, middle) > z)
            from = middle;
        else
            to = middle;
    }
    return (from + to) / 2;
}

cm_interval
cm_trinomial_interval(cm_trinomial t, double confidence, cm_trinomial_method method)
{
    double mean = cm_trinomial_mean(t);
    double z = cm_normal_two_sided(confidence);

    if (isnan(mean))
        return (cm_interval){NAN, NAN, NAN};
    if (method == CM_SCORE)
        return (cm_interval){mean, score_bound(t, z, -1, mean), score_bound(t, -z, mean, 1)};

    moments m = trinomial_moments(t, method == CM_ADJUSTED_WALD);
    double half = z * sqrt(m.variance / m.n);

    return (cm_interval){mean, fmax(-1, m.mean - half), fmin(1, m.mean + half)};
}

cm_difference
cm_trinomial_difference(cm_trinomial a, cm_trinomial b, double confidence, cm_trinomial_method method)
{
    double observed = cm_trinomial_mean(a) - cm_trinomial_mean(b);

    if (isnan(observed))
        return (cm_difference){{NAN, NAN, NAN}, NAN, NAN};

    moments ma = trinomial_moments(a, method == CM_ADJUSTED_WALD);
    moments mb = trinomial_moments(b, method == CM_ADJUSTED_WALD);
    double difference = ma.mean - mb.mean;
    double error = sqrt(ma.variance / ma.n + mb.variance / mb.n);
    double half = cm_normal_two_sided(confidence) * error;
    double z = difference == 0 ? 0
               : error > 0     ? difference / error
                               : NAN; /* without variance Wald has no test */

    return (cm_difference){
        .interval = {observed, fmax(-2, difference - half), fmin(2, difference + half)},
        .z = z,
        .p_value = erfc(fabs(z) / M_SQRT2),
    };
}
