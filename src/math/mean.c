/* Means of any numbers; see mean.h. */
#include "math/mean.h"

#include <math.h>

#include "math/student.h"

cm_two_doubles
cm_two_doubles_of(__int128 value)
{
    double nearest = (double) value;

    return (cm_two_doubles){nearest, (double) (value - (__int128) nearest)};
}

cm_two_doubles
cm_divide(cm_two_doubles a, double by)
{
    double quotient = a.value / by;
    double more = (fma(-quotient, by, a.value) + a.rest) / by;
    double value = quotient + more;

    return (cm_two_doubles){value, more - (value - quotient)};
}

/* A test of estimate = 0, with the error that it has. Without spread there is an estimate, but no test. */
static cm_t_test
t_test(double estimate, double error, double df, double confidence)
{
    if (!(df > 0.0) || isnan(error))
        return (cm_t_test){{estimate, NAN, NAN}, NAN, NAN, NAN};

    double half = error > 0.0 ? cm_student_quantile(confidence, df) * error : 0.0;
    double t = error > 0.0 ? estimate / error : NAN;

    return (cm_t_test){{estimate, estimate - half, estimate + half}, t, df, cm_student_two_sided(t, df)};
}

cm_t_test
cm_mean_test(cm_moments m, double expected, double confidence)
{
    return t_test(m.mean - expected + m.rest, sqrt(m.variance / m.n), m.n - 1.0, confidence);
}

cm_t_test
cm_mean_difference(cm_moments a, cm_moments b, double confidence)
{
    double part_a = a.variance / a.n;
    double part_b = b.variance / b.n;
    double both = part_a + part_b;
    double share_a = part_a / both;
    double share_b = part_b / both;
    double df = 1.0 / (share_a * share_a / (a.n - 1.0) + share_b * share_b / (b.n - 1.0));

    if (both == 0.0) /* no spread at all: any degrees of freedom */
        df = a.n + b.n - 2.0;
    return t_test(cm_mean_distance(a, b), sqrt(both), df, confidence);
}

cm_t_test
cm_mean_trend(const cm_moments *groups, const double *scores, int n_groups, double confidence)
{
    cm_moments origin = {0.0, 0.0, 0.0, 0.0};
    cm_scale scale = cm_scale_begin();
    double n = 0.0, mean = 0.0, centre = 0.0; /* means from that of the first group */
    double xx = 0.0, xy = 0.0, residual = 0.0;

    for (int i = 0; i < n_groups; i++)
        if (groups[i].n > 0.0)
            cm_scale_see(&scale, scores[i]);
    for (int i = 0; i < n_groups; i++)
        if (groups[i].n > 0.0) {
            double share = groups[i].n / (n + groups[i].n);

            if (n == 0.0)
                origin = groups[i];
            n += groups[i].n;
            mean += (cm_mean_distance(groups[i], origin) - mean) * share;
            centre += (cm_scaled(&scale, scores[i]) - centre) * share;
        }
    for (int i = 0; i < n_groups; i++)
        if (groups[i].n > 0.0) {
            double distance = cm_scaled(&scale, scores[i]) - centre;

            xx += groups[i].n * distance * distance;
            xy += groups[i].n * distance * (cm_mean_distance(groups[i], origin) - mean);
        }

    double slope = xx > 0.0 ? xy / xx : NAN;

    for (int i = 0; i < n_groups; i++)
        if (groups[i].n > 0.0) {
            double off =
                cm_mean_distance(groups[i], origin) - mean - slope * (cm_scaled(&scale, scores[i]) - centre);

            residual += groups[i].n * off * off;
            if (groups[i].n > 1.0)
                residual += (groups[i].n - 1.0) * groups[i].variance;
        }

    cm_t_test test = t_test(slope, sqrt(residual / (n - 2.0) / xx), n - 2.0, confidence);

    test.interval = cm_unscaled(&scale, test.interval);
    return test;
}
