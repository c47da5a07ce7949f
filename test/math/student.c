/*
 * Student's t against 60-digit arithmetic.
 */
#include "math/student.h"
#include "math/normal.h"
#include "tap.h"

int
main(void)
{
    static const double student[][3] = {
        {2, 1, 0.29516723530086654835},       {0.5, 3, 0.65144796484815099444},
        {2.5, 10, 0.031446844236608804249},   {-1.7, 41, 0.096706367820009225942},
        {30, 5, 7.7186486204960519859e-7},    {5, 250.5, 1.0785296323584872161e-6},
        {2.01, 1e6, 0.044431456910787388326}, {1.5, 1e8, 0.13361440569470752009},
        {-4, 1e9, 6.3342488216467634645e-5},  {0.01, 1e9, 0.99202128737273160356},
        {2, 1e12, 0.045500263896628369233},   {25, 1e12, 6.1133940116851527959e-138},
        {1e5, 0.25, 0.040638864169240622923}, {1e-6, 2, 0.99999929289321881363}};
    char name[64];

    for (size_t i = 0; i < sizeof(student) / sizeof(student[0]); i++) {
        double t = student[i][0], df = student[i][1];

        snprintf(name, sizeof(name), "two-sided t of %g, %g degrees of freedom", t, df);
        ok_near(cm_student_two_sided(t, df), student[i][2], 2e-13, name);
    }

    bool falling = true;
    bool even = true;

    for (int df = 1; df <= 200; df++) {
        double last = 1.0;

        for (int i = 1; i <= 200; i++) {
            double t = i / 10.0;
            double p = cm_student_two_sided(t, df);

            falling = falling && p < last;
            even = even && p == cm_student_two_sided(-t, df);
            last = p;
        }
    }
    ok(falling, "the tail falls as t grows");
    ok(even, "the sign of t does not matter");
    ok(cm_student_two_sided(0, 7) == 1, "t of zero has probability one");
    ok_near(cm_student_two_sided(1, 1), 0.5, 2e-15, "Cauchy: half lies beyond one");
    ok_near(cm_student_two_sided(1.5, 1e15), 2 * cm_normal_cdf(-1.5), 1e-13, "many degrees are normal");
    ok(cm_student_two_sided(INFINITY, 3) == 0 && cm_student_two_sided(1e200, 3) == 0,
       "nothing lies beyond infinity");
    ok(isnan(cm_student_two_sided(1, 0)) && isnan(cm_student_two_sided(NAN, 3)),
       "no degrees of freedom, no answer");

    /* R's qt((1 + confidence) / 2, df), and that the quantile undoes the tail. */
    static const double quantiles[][3] = {{0.95, 1, 12.7062047361747}, {0.95, 2, 4.30265272974946},
                                          {0.95, 3.7, 2.86752070719},  {0.95, 100, 1.98397151852355},
                                          {0.95, 1e6, 1.95996635681},  {0.95, 1e16, 1.95996398454005}};

    for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++) {
        snprintf(name, sizeof(name), "quantile of %g with %g degrees of freedom", quantiles[i][0],
                 quantiles[i][1]);
        ok_near(cm_student_quantile(quantiles[i][0], quantiles[i][1]), quantiles[i][2], 1e-11, name);
    }

    bool inverse = true;

    for (double df = 1; df < 1e12; df *= 7)
        for (double tail = 0.9; tail > 1e-15; tail /= 3) {
            double t = cm_student_quantile(1.0 - tail, df);

            inverse = inverse && fabs(cm_student_two_sided(t, df) / (1.0 - (1.0 - tail)) - 1.0) < 1e-9;
        }
    ok(inverse, "the tail beyond a quantile is the one it was asked for");
    ok(isnan(cm_student_quantile(0.95, 0)) && isnan(cm_student_quantile(1.0, 3)) &&
           isnan(cm_student_quantile(0.0, 3)),
       "no quantile of nothing, or of certainty");
    return tap_done();
}
