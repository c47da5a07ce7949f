/*
 * Shifted beta-geometric: the published example (Fader, Hardie 2007), cohorts,
 * and lifetimes by brute force.
 */
#include "math/sbg.h"
#include "fixture.h"

static bool
sbg(cm_histories data, const double *param, cm_derivs *out)
{
    return cm_sbg_likelihood(data, param, &host, out);
}

/* Percent still there after year 0, 1, ... of the paper's two segments of 1000 customers */
static const double regular[] = {100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3};
static const double high_end[] = {100,  86.9, 74.3, 65.3, 59.3, 55.1, 51.7,
                                  49.1, 46.8, 44.5, 42.7, 40.9, 39.4};

/* 1000 customers observed for so many years */
static cm_histories
cohort(const double *percent, int years, cm_history *rows)
{
    for (int i = 1; i <= years; i++)
        rows[i - 1] = (cm_history){i, 1, 0, (int64_t) llround(10.0 * (percent[i - 1] - percent[i]))};
    rows[years] = (cm_history){years, 0, 0, (int64_t) llround(10.0 * percent[years])};
    return grouped(rows, years + 1);
}

static void
test_published(void)
{
    static const struct {
        const double *percent;
        int years;
        double param[2], se[2], loglik;
    } published[] = {
        {regular, 7, {.7040772985, 1.1820430262}, {0.06559896, 0.15247563}, -1680.26518846},
        {regular, 12, {.6973624517, 1.1689046209}, {0.05466579, 0.13388391}, -1931.49169413},
        {high_end, 7, {.6680883511, 3.8060949641}, {0.10373493, 0.78553169}, -1611.15814739},
        {high_end, 12, {.5961112005, 3.3269687412}, {0.06294368, 0.51502906}, -2010.85841957},
        {regular, 4, {0.7636650626, 1.2958302722}, {0.09679525, 0.21062574}, -1401.55942358},
        {high_end, 4, {1.2809763804, 7.7903840953}, {0.55346797, 3.80872234}, -1225.13490704},
    };
    cm_history rows[16];
    char name[64];
    cm_fit fit;

    for (size_t i = 0; i < COUNT(published); i++) {
        cm_histories data = cohort(published[i].percent, published[i].years, rows);

        snprintf(name, sizeof(name), "sBG %s, %d years",
                 published[i].percent == regular ? "Regular" : "High End", published[i].years);
        cm_sbg_fit(data, &host, &fit);
        check_fit(&fit, published[i].param, published[i].se, published[i].loglik, name);
        if (published[i].years == 7)
            ok_near(cm_sbg_survival(fit.param, 0, 12), published[i].percent == regular ? .170037 : .377999,
                    3e-6, "sBG: survival after twelve years");
        check_derivatives(sbg, data, published[i].param, 2, 1e-8, name);
    }
}

static void
test_predictions(void)
{
    static const double p[2] = {.668, 3.806};
    static const double derl[] = {5.41485605, 5.90175317, 6.29426062, 6.62028032, 6.89705740};
    double sum = 0.0, product = 1.0;
    char name[64];

    for (size_t i = 0; i < COUNT(derl); i++) {
        snprintf(name, sizeof(name), "sBG: residual lifetime before renewal %zu", i + 1);
        ok_near(cm_sbg_residual_lifetime(p, (double) i, .1), derl[i], 2e-9, name);
    }
    for (int t = 1; t <= 4000; t++) {
        product *= cm_sbg_retention(p, t);
        sum += product / pow(1.1, t - 1);
    }
    ok_near(cm_sbg_residual_lifetime(p, 0, .1), sum, 1e-12, "sBG: residual lifetime is the discounted sum");
    ok_near(cm_sbg_survival(p, 0, 4000), product, 1e-12, "sBG: survival is the product of retention rates");
    ok_near(cm_sbg_survival(p, 3, 8), cm_sbg_survival(p, 0, 8) / cm_sbg_survival(p, 0, 3), 1e-13,
            "sBG: conditional survival");
    ok(isnan(cm_sbg_residual_lifetime(p, 0, 0.0)), "sBG: undiscounted lifetime is infinite when alpha <= 1");

    static const double q[2] = {3, 7};

    ok_near(cm_sbg_residual_lifetime(q, 2, 0.0), 4.5, 1e-15, "sBG: undiscounted residual lifetime");
    ok_near(cm_sbg_residual_lifetime(q, 2, 1e-12), 4.5, 1e-9, "sBG: the limit of no discount");
}

static void
test_status(void)
{
    cm_history stayed[] = {{5, 0, 0, 100}}, left[] = {{1, 1, 0, 100}},
               constant[] = {{1, 1, 0, 500000}, {2, 1, 0, 250000}, {2, 0, 0, 250000}};
    bool finite = true;
    cm_fit fit;

    cm_sbg_fit((cm_histories){stayed, 1}, &host, &fit);
    ok(fit.status == CM_FIT_TOO_FEW_CUSTOMERS, "sBG: nobody left");
    cm_sbg_fit((cm_histories){left, 1}, &host, &fit);
    ok(fit.status == CM_FIT_TOO_FEW_CUSTOMERS, "sBG: nobody stayed");
    cm_sbg_fit(grouped(constant, 3), &host, &fit);
    ok(fit.status == CM_FIT_NOT_IDENTIFIED && near_to(cm_sbg_retention(fit.param, 1), 0.5, 1e-5),
       "sBG: the same churn for all is a ridge, and its retention is right");
    for (double a = 1e-9; a < 1e13; a *= 1e3)
        for (double b = 1e-9; b < 1e13; b *= 1e3) {
            double p[2] = {a, b};
            cm_history rows[] = {{1, 1, 0, 3}, {100000, 1, 0, 2}, {100000, 0, 0, 1}};
            cm_derivs d = derivs_at(sbg, grouped(rows, 3), p);
            double lifetime = cm_sbg_residual_lifetime(p, 3, 0.01);

            finite = finite && all_finite(&d, 2) && lifetime >= 0.0 && lifetime <= 101.0 * (1.0 + 1e-9);
        }
    ok(finite, "sBG: the stress grid is finite");
}

int
main(void)
{
    test_published();
    test_predictions();
    test_status();
    return tap_done();
}
