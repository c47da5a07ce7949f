/*
 * Kaplan-Meier curves and log-rank tests: published figures, and brute force over single customers in a thousand
 * random samples.
 */
#include <stdint.h>
#include <stdlib.h>

#include "math/normal.h"
#include "math/survival.h"
#include "tap.h"

#define MOST 60

typedef struct sample {
    int n;
    double time[MOST];
    bool ended[MOST];
    cm_lifetime counts[MOST];
    cm_lifetimes lifetimes;
} sample;

static uint64_t seed = 20240229;

static double
uniform(void)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double) (seed >> 11) / 9007199254740992.0;
}

static int
by_time(const void *a, const void *b)
{
    double x = ((const cm_lifetime *) a)->time;
    double y = ((const cm_lifetime *) b)->time;

    return (x > y) - (x < y);
}

/* Counts by time of the customers in the sample. */
static void
count(sample *s)
{
    size_t n = 0;

    for (int i = 0; i < s->n; i++)
        s->counts[i] = (cm_lifetime){s->time[i], s->ended[i], !s->ended[i]};
    qsort(s->counts, s->n, sizeof(cm_lifetime), by_time);
    for (int i = 0; i < s->n; i++)
        if (n > 0 && s->counts[n - 1].time == s->counts[i].time) {
            s->counts[n - 1].ended += s->counts[i].ended;
            s->counts[n - 1].censored += s->counts[i].censored;
        } else
            s->counts[n++] = s->counts[i];
    s->lifetimes = (cm_lifetimes){s->counts, n};
}

static void
draw(sample *s, int most)
{
    double censored = uniform();

    s->n = 1 + (int) (uniform() * most);
    for (int i = 0; i < s->n; i++) {
        s->time[i] = floor(uniform() * 12.0) / (i % 5 == 0 ? 2.0 : 1.0);
        s->ended[i] = uniform() > censored;
    }
    count(s);
}

static void
given(sample *s, const int *times, int n) /* negative: censored */
{
    s->n = n;

    for (int i = 0; i < n; i++) {
        s->time[i] = abs(times[i]);
        s->ended[i] = times[i] > 0;
    }
    count(s);
}

/* Gehan (1965), after Freireich et al. (1963): weeks of remission of 21 patients under 6-mercaptopurine and placebo. */
static const int treated[] = {6,   6,   6,   -6, 7,  -9,  10,  -10, -11, 13, 16,
                              -17, -19, -20, 22, 23, -25, -32, -32, -34, -35};
static const int placebo[] = {1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23};

static void
published(void)
{
    /* survival and standard error as in Collett, Modelling Survival Data in Medical Research, and Kleinbaum, Klein */
    static const double curve[][3] = {{6, .8571, .0764},  {7, .8067, .0869},  {10, .7529, .0963},
                                      {13, .6902, .1068}, {16, .6275, .1141}, {22, .5378, .1282},
                                      {23, .4482, .1346}, {35, .4482, .1346}};
    sample a, b;
    cm_interval median;
    char name[64];

    given(&a, treated, 21);
    given(&b, placebo, 21);

    cm_lifetimes both[] = {a.lifetimes, b.lifetimes};
    cm_log_rank test = cm_log_rank_test(both, 2);

    for (size_t i = 0; i < sizeof(curve) / sizeof(curve[0]); i++) {
        cm_curve at = cm_curve_at(a.lifetimes, curve[i][0]);

        snprintf(name, sizeof(name), "6-MP, week %g", curve[i][0]);
        ok(fabs(at.survival - curve[i][1]) < 5.1e-5 && fabs(cm_curve_std_error(&at) - curve[i][2]) < 5.1e-5,
           name);
    }
    median = cm_survival_quantile(a.lifetimes, 0.5, 0.95);
    ok(median.value == 23 && median.lower == 13 && isnan(median.upper),
       "6-MP: median 23 weeks, from 13 to not reached");
    median = cm_survival_quantile(b.lifetimes, 0.5, 0.95);
    ok(median.value == 8 && median.lower == 4 && median.upper == 11, "placebo: median 8 weeks, from 4 to 11");
    ok(test.observed[0] == 9 && test.observed[1] == 21, "ends observed");
    ok(fabs(test.expected[0] - 19.2505) < 5e-5 && fabs(test.expected[1] - 10.7495) < 5e-5, "ends expected");
    ok(fabs(test.chi_square - 16.7929) < 5.1e-5 && test.df == 1, "log-rank: chi-square 16.7929 with 1 df");
    ok(fabs(test.p_value - 4.17e-5) < 5e-8, "p value 0.0000417");
}

/* ---- brute force ---- */

static double
slow_survival(const sample *s, double t, double *greenwood)
{
    double survival = 1.0;

    *greenwood = 0.0;
    for (size_t i = 0; i < s->lifetimes.n && s->counts[i].time <= t; i++) {
        int n = 0;
        int d = 0;

        for (int c = 0; c < s->n; c++) {
            n += s->time[c] >= s->counts[i].time;
            d += s->time[c] == s->counts[i].time && s->ended[c];
        }
        survival *= 1.0 - (double) d / n;
        *greenwood += d == 0 ? 0.0 : (double) d / ((double) n * (n - d));
    }
    return survival;
}

static double
last_time(const sample *s)
{
    return s->counts[s->lifetimes.n - 1].time;
}

static bool
curve_agrees(const sample *s)
{
    for (double t = 0.0; t <= 13.0; t += 0.25) {
        cm_curve at = cm_curve_at(s->lifetimes, t);
        double greenwood;
        double survival = slow_survival(s, t, &greenwood);
        int at_risk = 0;

        for (int c = 0; c < s->n; c++)
            at_risk += s->time[c] >= t;
        if (at_risk != at.at_risk)
            return false;
        if (t > last_time(s) && survival > 1e-12) {
            if (!isnan(at.survival))
                return false;
            continue;
        }
        if (fabs(at.survival - survival) > 1e-13)
            return false;
        if (survival > 1e-12 && !near_to(cm_curve_std_error(&at), survival * sqrt(greenwood), 1e-11))
            return false;

        cm_interval interval = cm_curve_interval(&at, 0.9);

        if (survival < 1e-12 || survival == 1.0) {
            if (!isnan(interval.lower) || !isnan(interval.upper))
                return false;
            continue;
        }
        for (int side = -1; side <= 1; side += 2) {
            double z = side * cm_normal_two_sided(0.9);
            double want = pow(survival, exp(-z * sqrt(greenwood) / fabs(log(survival))));

            if (fabs((side < 0 ? interval.lower : interval.upper) - want) > 1e-12)
                return false;
        }
    }
    return true;
}

static bool
quantile_agrees(const sample *s)
{
    for (double share = 0.1; share < 0.95; share += 0.1) {
        double want = NAN;
        double greenwood;

        for (double t = 13.0; t >= 0.0; t -= 0.25)
            if (t <= last_time(s) && slow_survival(s, t, &greenwood) <= 1.0 - share + 1e-9)
                want = t;

        double got = cm_survival_quantile(s->lifetimes, share, 0.95).value;

        if (isnan(want) ? !isnan(got) : got != want)
            return false;
    }
    return true;
}

static bool
mean_agrees(const sample *s)
{
    double greenwood;

    for (double horizon = 0.0; horizon <= 13.0; horizon += 0.25) {
        double area = 0.0;
        double variance = 0.0;
        cm_restricted_mean mean = cm_survival_restricted_mean(s->lifetimes, horizon);

        for (double t = 0.0; t < horizon; t += 0.25)
            area += 0.25 * slow_survival(s, t, &greenwood);
        for (double event = 0.0; event <= horizon; event += 0.25) {
            double after = 0.0;
            double now;
            double before;
            double survival = slow_survival(s, event, &now);

            slow_survival(s, event - 0.125, &before);
            for (double t = event; t < horizon; t += 0.25)
                after += 0.25 * slow_survival(s, t, &greenwood);
            variance += survival < 1e-12 ? 0.0 : after * after * (now - before);
        }
        if (horizon > last_time(s) && slow_survival(s, horizon, &greenwood) > 1e-12) {
            if (!isnan(mean.value))
                return false;
        } else if (fabs(mean.value - area) > 1e-11 || fabs(mean.std_error - sqrt(variance)) > 1e-6)
            return false;
    }
    return true;
}

/* Two groups by the textbook formula; the test must not care which is first. */
static bool
log_rank_agrees(const sample *a, const sample *b)
{
    double observed = 0.0, expected = 0.0, variance = 0.0;
    cm_lifetimes ab[] = {a->lifetimes, b->lifetimes};
    cm_lifetimes ba[] = {b->lifetimes, a->lifetimes};
    cm_log_rank test = cm_log_rank_test(ab, 2);
    cm_log_rank mirrored = cm_log_rank_test(ba, 2);

    for (double t = 0.0; t < 13.0; t += 0.25) {
        double n[2] = {0}, d[2] = {0};

        for (int g = 0; g < 2; g++)
            for (int c = 0; c < (g == 0 ? a : b)->n; c++) {
                n[g] += (g == 0 ? a : b)->time[c] >= t;
                d[g] += (g == 0 ? a : b)->time[c] == t && (g == 0 ? a : b)->ended[c];
            }

        double all = n[0] + n[1];
        double ends = d[0] + d[1];

        observed += d[0];
        expected += all == 0 ? 0 : ends * n[0] / all;
        variance += all <= 1 ? 0 : ends * (n[0] / all) * (n[1] / all) * (all - ends) / (all - 1);
    }
    if (fabs(test.observed[0] - observed) > 0 || fabs(test.expected[0] - expected) > 1e-12)
        return false;
    if (variance < 1e-9)
        return test.df == 0 && isnan(test.chi_square) && isnan(test.p_value);

    double want = (observed - expected) * (observed - expected) / variance;

    return test.df == 1 && fabs(test.chi_square - want) < 1e-9 && fabs(mirrored.chi_square - want) < 1e-9;
}

/* Several groups: the same in any order, and one that repeats a group or adds nobody changes no degrees of freedom. */
static bool
groups_agree(const sample *s)
{
    cm_lifetimes forward[] = {s[0].lifetimes, s[1].lifetimes, s[2].lifetimes, s[3].lifetimes};
    cm_lifetimes backward[] = {s[3].lifetimes, s[2].lifetimes, {NULL, 0}, s[1].lifetimes, s[0].lifetimes};
    cm_log_rank a = cm_log_rank_test(forward, 4);
    cm_log_rank b = cm_log_rank_test(backward, 5);

    return a.df == b.df && (a.df == 0 || near_to(a.chi_square, b.chi_square, 1e-7)) && a.chi_square != 0.0;
}

int
main(void)
{
    bool curves = true, quantiles = true, means = true, tests = true, many = true;

    published();
    for (int i = 0; i < 1000; i++) {
        sample s[4];

        for (int g = 0; g < 4; g++)
            draw(&s[g], i % 10 == 0 ? 3 : MOST);
        curves = curves && curve_agrees(&s[0]);
        quantiles = quantiles && quantile_agrees(&s[0]);
        if (i % 10 < 2)
            means = means && mean_agrees(&s[0]);
        tests = tests && log_rank_agrees(&s[0], &s[1]);
        many = many && groups_agree(s);
    }
    ok(curves, "curves, errors and intervals as by brute force");
    ok(quantiles, "quantiles as by brute force");
    ok(means, "restricted means as by brute force");
    ok(tests, "log-rank tests of two as by the textbook");
    ok(many, "log-rank tests of several do not depend on their order");

    cm_lifetimes nobody = {NULL, 0};

    ok(isnan(cm_curve_at(nobody, 0).survival) && isnan(cm_survival_quantile(nobody, 0.5, 0.95).value) &&
           isnan(cm_survival_restricted_mean(nobody, 1).value) && cm_log_rank_test(&nobody, 1).df == 0,
       "of nobody");
    return tap_done();
}
