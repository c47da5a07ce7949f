/*
 * Wilson's score interval: E. B. Wilson, Probable inference, the law of succession, and statistical
 * inference, JASA 22 (1927). Difference of two rates: hybrid score interval, method 10 of R. G. Newcombe,
 * Interval estimation for the difference between independent proportions, Statistics in Medicine 17 (1998);
 * test by the pooled z statistic. Clusters: variance of a ratio of sums (W. G. Cochran, Sampling Techniques, 3rd ed.
 * 1977, 6.3), and the effective sample size of E. L. Korn and B. I. Graubard, Confidence intervals for proportions with
 * small expected number of positive counts, Survey Methodology 24 (1998), in Wilson's interval.
 */
#include "math/proportion.h"

#include <math.h>

#include "math/normal.h"

static cm_interval
wilson(double p, double n, double confidence)
{
    double z = cm_normal_two_sided(confidence);
    double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

    /* Rounding must not leave the ends just beside 0, 1 or the value itself. */
    return (cm_interval){p, p == 0 ? 0 : fmin(p, fmax(0, centre - half)),
                         p == 1 ? 1 : fmax(p, fmin(1, centre + half))};
}

cm_interval
cm_wilson(double hits, double total, double confidence)
{
    if (total == 0)
        return (cm_interval){NAN, NAN, NAN};
    return wilson(hits / total, total, confidence);
}

void
cm_clusters_add(cm_clusters *c, int64_t hits, int64_t total)
{
    double h = (double) hits, t = (double) total;

    c->count += total > 0;
    c->hits += h;
    c->total += t;
    c->hits2 += h * h;
    c->total2 += t * t;
    c->both += h * t;
}

cm_interval
cm_cluster_rate(const cm_clusters *c, double confidence)
{
    if (c->total == 0)
        return (cm_interval){NAN, NAN, NAN};

    double n = (double) c->count, p = c->hits / c->total;
    double spread = c->hits2 - 2 * p * c->both + p * p * c->total2;
    double variance = spread / (c->total * c->total) * n / (n - 1);

    /* A single cluster, and clusters of hits only or misses only, say nothing about how they vary. */
    if (c->count == 1 || p == 0 || p == 1)
        return wilson(p, n, confidence);
    return wilson(p, variance > 0 ? fmin(p * (1 - p) / variance, c->total) : c->total, confidence);
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
    cm_scale scale = cm_scale_begin();
    double n = 0, all = 0, centre = 0, xx = 0, xy = 0, within = 0;

    for (int i = 0; i < n_groups; i++)
        if (totals[i] > 0)
            cm_scale_see(&scale, scores[i]);
    for (int i = 0; i < n_groups; i++)
        if (totals[i] > 0) {
            n += totals[i];
            all += hits[i];
            centre += (cm_scaled(&scale, scores[i]) - centre) * (totals[i] / n);
        }
    for (int i = 0; i < n_groups; i++)
        if (totals[i] > 0) {
            double distance = cm_scaled(&scale, scores[i]) - centre;
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

    return (cm_difference){cm_unscaled(&scale, (cm_interval){slope, slope - half, slope + half}), z,
                           erfc(fabs(z) / M_SQRT2)};
}
