/*
 * Incomplete beta function and Student's t against 30-digit arithmetic.
 */
#include "math/student.h"
#include "math/normal.h"
#include "tap.h"

int
main(void)
{
    static const double beta[][4] = {{2, 3, 0.4, 0.5248},
                                     {0.5, 0.5, 0.3, 0.369010119565545375},
                                     {100, 0.5, 0.99, 0.156775865424440783},
                                     {1e5, 0.5, 0.99999, 0.157298688162425779},
                                     {50, 60, 0.1, 7.83708113197000536e-22}};
    static const double student[][3] = {{2, 1, 0.295167235300866548},       {0.5, 3, 0.651447964848150994},
                                        {2.5, 10, 0.0314468442366088042},   {-1.7, 41, 0.0967063678200092259},
                                        {2.01, 1e6, 0.0444314569107873883}, {30, 5, 7.71864862049605199e-7},
                                        {5, 250.5, 1.07852963235848722e-6}};
    char name[64];

    for (size_t i = 0; i < sizeof(beta) / sizeof(beta[0]); i++) {
        snprintf(name, sizeof(name), "beta share of %g at %g, %g", beta[i][2], beta[i][0], beta[i][1]);
        ok_near(cm_beta_share(beta[i][0], beta[i][1], beta[i][2]), beta[i][3], 1e-12, name);
    }
    for (size_t i = 0; i < sizeof(student) / sizeof(student[0]); i++) {
        snprintf(name, sizeof(name), "two-sided t of %g, %g degrees of freedom", student[i][0],
                 student[i][1]);
        ok_near(cm_student_two_sided(student[i][0], student[i][1]), student[i][2],
                student[i][1] > 1e4 ? 1e-10 : 1e-12, name);
    }

    bool falling = true;
    bool even = true;
    bool mirrored = true;

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
    for (int i = 1; i < 1000; i++)
        mirrored =
            mirrored &&
            near_to(cm_beta_share(3.5, 7, i / 1000.0) + cm_beta_share(7, 3.5, 1 - i / 1000.0), 1, 1e-13);
    ok(falling, "the tail falls as t grows");
    ok(even, "the sign of t does not matter");
    ok(mirrored, "the two sides of a beta distribution make one");
    ok(cm_student_two_sided(0, 7) == 1, "t of zero has probability one");
    ok_near(cm_student_two_sided(1, 1), 0.5, 1e-15, "Cauchy: half lies beyond one");
    ok_near(cm_student_two_sided(1.5, 1e9), 2 * cm_normal_cdf(-1.5), 1e-8, "many degrees are normal");
    ok(cm_student_two_sided(INFINITY, 3) == 0 && cm_student_two_sided(1e200, 3) == 0,
       "nothing lies beyond infinity");
    ok(isnan(cm_student_two_sided(1, 0)) && isnan(cm_student_two_sided(NAN, 3)),
       "no degrees of freedom, no answer");
    ok(cm_beta_share(2, 3, 0) == 0 && cm_beta_share(2, 3, 1) == 1, "ends of the beta distribution");
    ok(isnan(cm_beta_share(0, 1, 0.5)) && isnan(cm_beta_share(1, 1, 1.5)), "outside is not a number");
    return tap_done();
}
