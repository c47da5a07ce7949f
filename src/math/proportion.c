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
cm_wilson(int64_t hits, int64_t total, double confidence)
{
    if (total == 0)
        return (cm_interval){NAN, NAN, NAN};

    double n = (double) total;
    double p = (double) hits / n;
    double z = cm_normal_two_sided(confidence);
    double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

    /* Rounding must not leave the ends just beside 0, 1 or the value itself. */
    return (cm_interval){p, hits == 0 ? 0 : fmin(p, fmax(0, centre - half)),
                         hits == total ? 1 : fmax(p, fmin(1, centre + half))};
}

cm_difference
cm_rate_difference(int64_t hits_a, int64_t total_a, int64_t hits_b, int64_t total_b, double confidence)
{
    cm_interval a = cm_wilson(hits_a, total_a, confidence);
    cm_interval b = cm_wilson(hits_b, total_b, confidence);
    double difference = a.value - b.value; /* NaN if either is empty, and so is all that follows */
    double pooled = ((double) hits_a + (double) hits_b) / ((double) total_a + (double) total_b);
    double error = sqrt(pooled * (1 - pooled) * (1 / (double) total_a + 1 / (double) total_b));
    double z = difference == 0 ? 0 : error > 0 ? difference / error : NAN; /* all but a few of 2^53 */

    return (cm_difference){
        .interval = {difference, difference - hypot(a.value - a.lower, b.upper - b.value),
                     difference + hypot(a.upper - a.value, b.value - b.lower)},
        .z = z,
        .p_value = erfc(fabs(z) / M_SQRT2),
    };
}
