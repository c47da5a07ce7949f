/*
 * Control charts against the worked example of D. C. Montgomery, Introduction to Statistical Quality Control: 30
 * observations with mean 10 and deviation 1, of which the last ten have mean 11 (tables 9.1, 9.2 and 9.10).
 */
#include "math/control.h"
#include "tap.h"

static const double series[30] = {9.45,  7.99,  9.29,  11.66, 12.16, 10.18, 8.04,  11.46, 9.20,  10.34,
                                  9.03,  11.47, 10.51, 9.40,  10.08, 9.37,  10.62, 10.31, 8.52,  10.84,
                                  10.90, 9.33,  12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52};

int
main(void)
{
    static const double average[30] = {9.945,   9.7495,  9.70355, 9.8992,  10.1253, 10.1307, 9.92167, 10.0755,
                                       9.98796, 10.0232, 9.92384, 10.0785, 10.1216, 10.0495, 10.0525, 9.98426,
                                       10.0478, 10.074,  9.91864, 10.0108, 10.0997, 10.0227, 10.2495, 10.3745,
                                       10.3971, 10.4654, 10.4568, 10.5731, 10.6468, 10.6341};
    static const double high[30] = {0,    0,    0,    1.16, 2.82, 2.50, 0.04, 1.00, 0,    0,
                                    0,    0.97, 0.98, 0,    0,    0,    0.12, 0,    0,    0.34,
                                    0.74, 0,    1.79, 2.79, 2.89, 3.47, 3.35, 4.47, 5.28, 5.30};
    cm_ewma ewma = {0};
    cm_cusum cusum = {0};
    bool averages = true;
    bool sums = true;
    int ewma_at = 0;
    int cusum_at = 0;

    for (int i = 0; i < 30; i++) {
        double e = cm_ewma_add(&ewma, series[i] - 10, 0.1, 2.7);
        double c = cm_cusum_add(&cusum, series[i] - 10, 0.5, 5);

        averages = averages && fabs(ewma.average + 10 - average[i]) < 6e-5;
        sums = sums && fabs(cusum.high - high[i]) < 1e-9;
        if (ewma_at == 0 && fabs(e) > 1)
            ewma_at = i + 1;
        if (cusum_at == 0 && fabs(c) > 1)
            cusum_at = i + 1;
    }
    ok(averages, "averages as published");
    ok(sums, "upper sums as published");
    ok(cusum_at == 29, "CUSUM signals at 29");
    ok(ewma_at == 29, "EWMA signals at 29");
    ok_near(cm_ewma_limit(&ewma, 0.1, 2.7), 0.62, 2e-3, "limits approach 10.62 and 9.38");

    cm_ewma first = {0};

    ok_near(cm_ewma_add(&first, 3, 0.2, 3), 1, 1e-14, "the first value has the spread of one value");

    /* Mirrored values give mirrored signals. */
    cm_ewma up = {0}, down = {0};
    cm_cusum above = {0}, below = {0};
    bool mirrored = true;

    for (int i = 0; i < 30; i++) {
        mirrored =
            mirrored && cm_ewma_add(&up, series[i] - 9, 0.3, 3) == -cm_ewma_add(&down, 9 - series[i], 0.3, 3);
        cm_cusum_add(&above, series[i] - 9, 0.5, 5);
        cm_cusum_add(&below, 9 - series[i], 0.5, 5);
        mirrored = mirrored && above.high == below.low && above.low == below.high;
    }
    ok(mirrored, "mirrored values give mirrored signals");

    cm_ewma shewhart = {0};

    cm_ewma_add(&shewhart, 100, 1, 3);
    ok_near(cm_ewma_add(&shewhart, 2.4, 1, 3), 0.8, 1e-14, "smoothing of one is each value by itself");
    return tap_done();
}
