/* Special functions and quadrature: finite where they promise it, monotone where they are, never slow. */
#include "bytes.h"

#include "math/quadrature.h"
#include "math/special.h"
#include "math/student.h"

static double
digamma(double x)
{
    return log(x) - cm_digamma_rest(x);
}

static void
check_gamma(double x, double n)
{
    CLAIM(cm_stirling_rest(x) >= 0 && isfinite(cm_stirling_rest(x)));
    CLAIM(isfinite(digamma(x)));
    CLAIM(cm_trigamma_rest(x) >= 0);
    CLAIM(!isnan(cm_lgamma_rise(x, n)));
    if (x < 1e15 && n >= 1)
        CLAIM(digamma(x + n) >= digamma(x));
}

static void
check_beta(double t, double df, double a, double b, double x)
{
    double p = cm_student_two_sided(t, df), share = cm_beta_cdf(a, b, x, 1 - x);

    CLAIM(p >= 0 && p <= 1);
    CLAIM(share >= 0 && share <= 1);
    CLAIM(cm_student_two_sided(fabs(t) + 1, df) <= p + 1e-12);
    CLAIM(fabs(share + cm_beta_cdf(b, a, 1 - x, x) - 1) < 1e-11);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes in = {data, size};
    double c = take_within(&in, 1e-6, 1e6), p = take_within(&in, 1e-6, 1e6), d = take_within(&in, 1e-6, 1e6);
    double q = take_within(&in, 1e-6, 1e6), from = take_within(&in, 0, 1e5),
           to = from + take_within(&in, 0, 1e5);
    double area = cm_power_integral(c, p, d, q, from, to);

    check_gamma(take_within(&in, 1e-300, 1e300), take_within(&in, 0, 1e9));
    check_beta(take_within(&in, -1e300, 1e300), take_within(&in, 1e-3, 1e12), take_within(&in, 1e-3, 1e6),
               take_within(&in, 1e-3, 1e6), take_within(&in, 0, 1));
    CLAIM(area >= 0 && area <= (to - from) * (1 + 1e-9) + 1e-300);
    CLAIM(cm_scaled_expint(take_within(&in, 1e-3, 1e3), take_within(&in, 0, 1e6), take_within(&in, 0, 50)) >=
          0);
    return 0;
}
