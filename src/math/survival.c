/* The curve of Kaplan and Meier; see survival.h. */
#include "math/survival.h"

#include <float.h>
#include <math.h>

#include "math/normal.h"

/* How far rounding may lift a curve above a level that it reaches exactly. */
#define LEVEL_ROUNDING 1e-12

cm_curve
cm_curve_begin(cm_lifetimes of)
{
    cm_curve curve = {.of = of, .survival = 1.0, .run_survival = 1.0};

    for (size_t i = 0; i < of.n; i++)
        curve.left += of.times[i].ended + of.times[i].censored;
    curve.run_left = curve.left;
    curve.at_risk = curve.left;
    return curve;
}

/*
 * E. L. Kaplan and P. Meier, Nonparametric estimation from incomplete observations, J. Am. Stat. Assoc. 53 (1958):
 * the product of (n - d) / n. As long as nobody is censored it telescopes, so that 5 of 10 are exactly one half.
 */
bool
cm_curve_next(cm_curve *curve)
{
    if (curve->next == curve->of.n)
        return false;

    const cm_lifetime *now = &curve->of.times[curve->next++];
    double n = (double) curve->left;
    double d = (double) now->ended;

    curve->last = now;
    curve->at_risk = curve->left;
    if (now->ended > 0) {
        curve->survival = curve->run_survival * ((n - d) / (double) curve->run_left);
        curve->greenwood += d / (n * (n - d));
    }
    curve->left -= now->ended + now->censored;
    if (now->censored > 0) {
        curve->run_survival = curve->survival;
        curve->run_left = curve->left;
    }
    return true;
}

/* M. Greenwood, The natural duration of cancer, Reports on Public Health 33 (1926). */
double
cm_curve_std_error(const cm_curve *curve)
{
    return curve->survival > 0.0 ? curve->survival * sqrt(curve->greenwood) : NAN;
}

/* J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data (1980), section 1.3. */
cm_interval
cm_curve_interval(const cm_curve *curve, double confidence)
{
    cm_interval interval = {curve->survival, NAN, NAN};

    if (curve->survival > 0.0 && curve->survival < 1.0) {
        double log_survival = log(curve->survival);
        double spread = exp(cm_normal_two_sided(confidence) * sqrt(curve->greenwood) / fabs(log_survival));

        interval.lower = exp(log_survival * spread);
        interval.upper = exp(log_survival / spread);
    }
    return interval;
}

cm_curve
cm_curve_at(cm_lifetimes of, double t)
{
    cm_curve curve = cm_curve_begin(of);

    while (curve.next < of.n && of.times[curve.next].time <= t)
        cm_curve_next(&curve);
    if (curve.last == NULL || curve.last->time < t)
        curve.at_risk = curve.left; /* just before t as well as after the time visited last */
    if (of.n == 0 || (curve.next == of.n && t > curve.last->time && curve.survival > 0.0))
        curve.survival = NAN;
    return curve;
}

/* Limits: where the limits of the curve cross the level. R. Brookmeyer and J. Crowley, Biometrics 38 (1982). */
cm_interval
cm_survival_quantile(cm_lifetimes of, double share, double confidence)
{
    cm_curve curve = cm_curve_begin(of);
    cm_interval quantile = {NAN, NAN, NAN};
    double level =
        fmin(1.0 - share + LEVEL_ROUNDING, 1.0 - DBL_EPSILON / 2); /* a curve of 1 has met no level */

    while (isnan(quantile.upper) && cm_curve_next(&curve)) {
        cm_interval now = cm_curve_interval(&curve, confidence);

        if (isnan(quantile.value) && now.value <= level)
            quantile.value = curve.last->time;
        if (isnan(quantile.lower) && now.lower <= level)
            quantile.lower = curve.last->time;
        if (now.upper <= level)
            quantile.upper = curve.last->time;
    }
    return quantile;
}

/*
 * The area A under the curve, with the variance sum (area after the time)^2 d / (n (n - d)): J. P. Klein and M. L.
 * Moeschberger, Survival Analysis (2003), 4.5.1 and 4.5.2.
 */
cm_restricted_mean
cm_survival_restricted_mean(cm_lifetimes of, double horizon)
{
    cm_curve curve = cm_curve_begin(of);
    double area = 0.0;
    double from = 0.0; /* the area is known up to here */
    double before = 0.0;
    double variance = 0.0;

    if (isnan(cm_curve_at(of, horizon).survival))
        return (cm_restricted_mean){NAN, NAN};
    while (curve.next < of.n && of.times[curve.next].time <= horizon) {
        double survival = curve.survival;

        cm_curve_next(&curve);
        area += survival * (curve.last->time - from);
        from = curve.last->time;
    }
    area += curve.survival * (horizon - from);

    curve = cm_curve_begin(of);
    from = 0.0;
    while (curve.next < of.n && of.times[curve.next].time <= horizon) {
        double survival = curve.survival;
        double greenwood = curve.greenwood;

        cm_curve_next(&curve);
        before += survival * (curve.last->time - from);
        from = curve.last->time;
        if (curve.survival > 0.0) /* else no area follows */
            variance += (area - before) * (area - before) * (curve.greenwood - greenwood);
    }
    return (cm_restricted_mean){area, sqrt(variance)};
}
