#include "math/student.h"

#include <math.h>

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
