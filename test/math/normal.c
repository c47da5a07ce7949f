/*
 * Normal cdf and quantile against 40-digit arithmetic and against each other.
 */
#include "math/normal.h"
#include "tap.h"

int
main(void)
{
    static const double quantile[][2] = {
        {0.975, 1.9599639845400542355},  {0.025, -1.9599639845400542355},
        {0.9, 1.281551565544600467},     {0.995, 2.575829303548900761},
        {0.6, 0.2533471031357997988},    {0.4999, -0.00025066283008803509892},
        {1e-10, -6.3613409024040562047}, {1e-300, -37.047096299361199237}};
    static const double cdf[][2] = {{-10, 7.619853024160526066e-24},
                                    {-1.96, 0.024997895148220434137},
                                    {-0.3, 0.38208857781104736269},
                                    {0.5, 0.69146246127401310364},
                                    {3, 0.99865010196836990547}};
    char name[64];

    for (size_t i = 0; i < sizeof(quantile) / sizeof(quantile[0]); i++) {
        snprintf(name, sizeof(name), "quantile of %g", quantile[i][0]);
        ok_near(cm_normal_quantile(quantile[i][0]), quantile[i][1], 4e-13, name);
    }
    for (size_t i = 0; i < sizeof(cdf) / sizeof(cdf[0]); i++) {
        snprintf(name, sizeof(name), "cdf at %g", cdf[i][0]);
        ok_near(cm_normal_cdf(cdf[i][0]), cdf[i][1], 1e-14, name);
    }

    bool inverse = true;
    bool mirrored = true;
    bool rising = true;
    double last = -INFINITY;

    for (int i = 1; i < 4096; i++) {
        double p = i / 4096.0;
        double z = cm_normal_quantile(p);

        inverse = inverse && near_to(cm_normal_cdf(z), p, 1e-14);
        mirrored = mirrored && z == -cm_normal_quantile(1.0 - p);
        rising = rising && z > last;
        last = z;
    }
    ok(inverse, "cdf of quantile gives the probability back");
    ok(mirrored, "quantile is odd around one half");
    ok(rising, "quantile rises");

    ok(cm_normal_quantile(0.5) == 0.0, "median is zero");
    ok(cm_normal_quantile(0.0) == -INFINITY && cm_normal_quantile(1.0) == INFINITY, "ends are infinite");
    ok(isnan(cm_normal_quantile(-0.1)) && isnan(cm_normal_quantile(1.1)) && isnan(cm_normal_quantile(NAN)),
       "outside [0, 1] is not a number");
    ok(isfinite(cm_normal_quantile(4.9e-324)), "smallest positive double has a finite quantile");
    ok_near(cm_normal_two_sided(0.95), 1.9599639845400542355, 1e-14, "two-sided 95 %");
    ok_near(2 * cm_normal_cdf(-cm_normal_two_sided(1 - 0x1p-53)), 0x1p-53, 1e-13,
            "two-sided, as near to one as can be");
    return tap_done();
}
