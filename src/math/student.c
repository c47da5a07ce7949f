/* Student's t distribution; see student.h. */
#include "math/student.h"

#include <math.h>

#include "math/normal.h"
#include "math/special.h"

/* Abramowitz and Stegun (1964) 26.5.27: P(|T| >= t) = I_x(df / 2, 1 / 2) with x = df / (df + t^2). */
double
cm_student_two_sided(double t, double df)
{
    if (!(df > 0.0) || isnan(t))
        return NAN;

    double square = t * t;

    if (isinf(square))
        return 0.0;
    return cm_beta_cdf(df / 2.0, 0.5, df / (df + square), square / (df + square));
}

/*
 * The quantile lies above that of the normal distribution, its limit. Doubling finds an upper end; halvings in log t, as
 * it may be very large for few degrees of freedom, end where doubles do.
 */
double
cm_student_quantile(double confidence, double df)
{
    double tail = 1.0 - confidence;
    double low = cm_normal_two_sided(confidence);
    double high = 2.0 * low;

    if (!(df > 0.0) || !(tail > 0.0 && tail < 1.0))
        return NAN;
    if (df > 1e15)
        return low;
    while (cm_student_two_sided(high, df) > tail && high < 1e150) {
        low = high;
        high *= 2.0;
    }
    for (int i = 0; i < 100; i++) {
        double middle = low + (high - low) / 2.0;

        if (middle <= low || middle >= high)
            break;
        if (cm_student_two_sided(middle, df) > tail)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2.0;
}
