/*
 * The tail of chi-square against published critical values, the normal distribution and its own density integrated.
 */
#include "math/chi_square.h"
#include "math/normal.h"
#include "tap.h"

/* Simpson's rule on the density of the square root of chi-square, which is smooth at 0. */
static double
by_integration(double x, int df)
{
    double from = sqrt(x);
    double to = from + 12.0;
    int steps = 20000;
    double width = (to - from) / steps;
    double sum = 0.0;

    for (int i = 0; i <= steps; i++) {
        double u = from + i * width;
        double density =
            exp((df - 1) * log(u) - u * u / 2.0 - (df / 2.0 - 1.0) * log(2.0) - lgamma(df / 2.0));

        sum += (i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) * density;
    }
    return sum * width / 3.0;
}

int
main(void)
{
    /* 5 % points: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.4, with more digits */
    static const double critical[][2] = {{1, 3.841458820694124},  {2, 5.991464547107979},
                                         {3, 7.814727903251179},  {10, 18.307038053275146},
                                         {30, 43.77297182574219}, {100, 124.34211340400407}};
    bool agrees = true;
    bool normal = true;

    for (size_t i = 0; i < sizeof(critical) / sizeof(critical[0]); i++)
        ok_near(cm_chi_square_tail(critical[i][1], (int) critical[i][0]), 0.05, 1e-12, "a 5 % point");
    for (int df = 1; df <= 40; df++)
        for (double x = 0.25; x < 80.0; x *= 1.7)
            agrees = agrees && near_to(cm_chi_square_tail(x, df), by_integration(x, df), 1e-9);
    ok(agrees, "the integral of the density");
    for (double z = 0.1; z < 35.0; z *= 1.3)
        normal = normal && near_to(cm_chi_square_tail(z * z, 1), 2.0 * cm_normal_cdf(-z), 1e-12);
    ok(normal, "with one degree of freedom a squared normal, far out too");
    ok_near(cm_chi_square_tail(1400.0, 2), exp(-700.0), 1e-12, "does not underflow early");
    ok(cm_chi_square_tail(0.0, 3) == 1.0 && cm_chi_square_tail(INFINITY, 3) == 0.0, "ends");
    ok(isnan(cm_chi_square_tail(1.0, 0)) && isnan(cm_chi_square_tail(NAN, 1)), "undefined");
    return tap_done();
}
