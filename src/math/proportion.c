/*
 * Wilson's score interval: E. B. Wilson, Probable inference, the law of succession, and statistical
 * inference, JASA 22 (1927). Difference of two rates: hybrid score interval, method 10 of R. G. Newcombe,
 * Interval estimation for the difference between independent proportions, Statistics in Medicine 17 (1998);
 * test by the pooled z statistic.
 */
#include "math/proportion.h"

#include <math.h>

#include "math/normal.h"

cm_interval
cm_wilson(double hits, double total, double confidence)
{
    if (total == 0)
        return (cm_interval){NAN, NAN, NAN};

    double n = total;
    double p = hits / n;
    double z = cm_normal_two_sided(confidence);
    double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

    /* Rounding must not leave the ends just beside 0, 1 or the value itself. */
    return (cm_interval){p, hits == 0 ? 0 : fmin(p, fmax(0, centre - half)),
                         hits == total ? 1 : fmax(p, fmin(1, centre + half))};
}

cm_difference
cm_rate_difference(double hits_a, double total_a, double hits_b, double total_b, double confidence)
{
    cm_interval a = cm_wilson(hits_a, total_a, confidence);
    cm_interval b = cm_wilson(hits_b, total_b, confidence);
    double difference = a.value - b.value; /* NaN if either is empty, and so is all that follows */
    double pooled = (hits_a + hits_b) / (total_a + total_b);
    double error = sqrt(pooled * (1 - pooled) * (1 / total_a + 1 / total_b));
    double z = difference == 0 ? 0 : error > 0 ? difference / error : NAN; /* all but a few of 2^53 */

    return (cm_difference){
        .interval = {difference, difference - hypot(a.value - a.lower, b.upper - b.value),
                     difference + hypot(a.upper - a.value, b.value - b.lower)},
        .z = z,
        .p_value = erfc(fabs(z) / M_SQRT2),
    };
}

cm_difference
cm_rate_trend(const double *hits, const double *totals, const double *scores, int n_groups, double confidence)
{
    double n = 0, all = 0, centre = 0, xx = 0, xy = 0, within = 0;

    for (int i = 0; i < n_groups; i++)
        if (totals[i] > 0) {
            n += totals[i];
            all += hits[i];
            centre += (scores[i] - centre) * (totals[i] / n);
        }
    for (int i = 0; i < n_groups; i++)
        if (totals[i] > 0) {
            double distance = scores[i] - centre;
            double rate = hits[i] / totals[i];

            xx += totals[i] * distance * distance;
            xy += hits[i] * distance;
            within += totals[i] * distance * distance * rate * (1 - rate); /* no trend need be true for it */
        }

    double pooled = all / n;
    double slope = xx > 0 ? xy / xx : NAN;
    double error = sqrt(pooled * (1 - pooled) / xx);
    double half = cm_normal_two_sided(confidence) * sqrt(within) / xx;
    double z = error > 0 ? slope / error : NAN;

    return (cm_difference){{slope, slope - half, slope + half}, z, erfc(fabs(z) / M_SQRT2)};
}
