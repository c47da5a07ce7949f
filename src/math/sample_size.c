/* Sizes of samples; see sample_size.h. */
#include "math/sample_size.h"

#include <math.h>

#include "math/normal.h"

double
cm_size_for_margin(double variance, double margin, double confidence)
{
    double z = cm_normal_two_sided(confidence) / margin;

    return variance * z * z;
}

double
cm_size_of_population(double size, double population)
{
    return isinf(population) ? size : size / (1.0 + (size - 1.0) / population);
}

double
cm_size_for_means(double variance_a, double variance_b, double difference, double power, double confidence)
{
    double z = (cm_normal_two_sided(confidence) + cm_normal_quantile(power)) / difference;

    return (variance_a + variance_b) * z * z;
}

double
cm_size_for_rates(double a, double b, double power, double confidence)
{
    double mean = (a + b) / 2.0;
    double z = (cm_normal_two_sided(confidence) * sqrt(2.0 * mean * (1.0 - mean)) +
                cm_normal_quantile(power) * sqrt(a * (1.0 - a) + b * (1.0 - b))) /
               (a - b);

    return z * z;
}

double
cm_detectable_mean(double variance_a, double variance_b, double n, double power, double confidence)
{
    return (cm_normal_two_sided(confidence) + cm_normal_quantile(power)) *
           sqrt((variance_a + variance_b) / n);
}

/* The size that is needed falls as the difference grows. 100 halvings exhaust a double. */
double
cm_detectable_rate(double baseline, double n, double power, double confidence)
{
    double low = 0.0;
    double high = 1.0 - baseline;

    if (!(cm_size_for_rates(baseline, 1.0, power, confidence) <= n))
        return NAN;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2.0;

        if (cm_size_for_rates(baseline, baseline + middle, power, confidence) > n)
            low = middle;
        else
            high = middle;
    }
    return high;
}
