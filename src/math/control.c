/* EWMA and CUSUM; see control.h. */
#include "math/control.h"

#include <math.h>

double
cm_ewma_limit(const cm_ewma *chart, double smoothing, double width)
{
    return width * sqrt(smoothing / (2.0 - smoothing) * chart->faded);
}

double
cm_ewma_add(cm_ewma *chart, double value, double smoothing, double width)
{
    double kept = 1.0 - smoothing;

    chart->average = smoothing * value + kept * chart->average;
    chart->faded = 1.0 - (1.0 - chart->faded) * kept * kept;
    return chart->average / cm_ewma_limit(chart, smoothing, width);
}

double
cm_cusum_add(cm_cusum *chart, double value, double slack, double threshold)
{
    chart->high = fmax(0.0, chart->high + value - slack);
    chart->low = fmax(0.0, chart->low - value - slack);
    return (chart->high >= chart->low ? chart->high : -chart->low) / threshold;
}
