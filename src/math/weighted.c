/* Weighted answers; see weighted.h. */
#include "math/weighted.h"

#include <math.h>

#include "math/normal.h"

cm_weights
cm_weights_sum(const cm_weights *bins, int n_bins)
{
    cm_weights all = {0, 0, 0};

    for (int i = 0; i < n_bins; i++) {
        all.n += bins[i].n;
        all.weight += bins[i].weight;
        all.squares += bins[i].squares;
    }
    return all;
}

double
cm_effective_size(cm_weights all)
{
    return all.weight * (all.weight / all.squares);
}

double
cm_design_effect(cm_weights all)
{
    return all.n / cm_effective_size(all);
}

double
cm_weighted_mean(const cm_weights *bins, const double *values, int n_bins)
{
    double sum = 0;

    for (int i = 0; i < n_bins; i++)
        sum += bins[i].weight * values[i];
    return sum / cm_weights_sum(bins, n_bins).weight;
}

static double
weighted_error(const cm_weights *bins, const double *values, int n_bins)
{
    cm_weights all = cm_weights_sum(bins, n_bins);
    double mean = cm_weighted_mean(bins, values, n_bins);
    double sum = 0;

    for (int i = 0; i < n_bins; i++)
        sum += bins[i].squares * (values[i] - mean) * (values[i] - mean);
    return all.n > 1 ? sqrt(sum * all.n / (all.n - 1)) / all.weight : NAN;
}

cm_interval
cm_weighted_interval(const cm_weights *bins, const double *values, int n_bins, double confidence)
{
    double mean = cm_weighted_mean(bins, values, n_bins);
    double half = cm_normal_two_sided(confidence) * weighted_error(bins, values, n_bins);

    return (cm_interval){mean, mean - half, mean + half};
}

cm_difference
cm_weighted_difference(const cm_weights *a, const cm_weights *b, const double *values, int n_bins,
                       double confidence)
{
    double difference = cm_weighted_mean(a, values, n_bins) - cm_weighted_mean(b, values, n_bins);
    double error = hypot(weighted_error(a, values, n_bins), weighted_error(b, values, n_bins));
    double half = cm_normal_two_sided(confidence) * error;
    double z = error > 0 ? difference / error : NAN;

    return (cm_difference){{difference, difference - half, difference + half}, z, erfc(fabs(z) / M_SQRT2)};
}
