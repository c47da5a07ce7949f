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

/* 1000 customers observed for so many years, of whom so many percent are there after year 0, 1, ... */
static cm_histories
cohort(const double *percent, int years, cm_purchase_history *rows)
{
    for (int i = 1; i <= years; i++)
        rows[i - 1] = (cm_purchase_history){i, 1, 0, (int64_t) llround(10.0 * (percent[i - 1] - percent[i]))};
    rows[years] = (cm_purchase_history){years, 0, 0, (int64_t) llround(10.0 * percent[years])};
    return grouped(rows, years + 1);
}

/* The renewals of Fader and Hardie (2007), two segments over twelve years, from the folder named by CM_DATA */
static bool
read_segments(double *regular, double *high_end)
{
    char path[4096];
    const char *folder = getenv("CM_DATA");
    int year, count = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/sbg_customer_retention.csv", folder == NULL ? "" : folder);
    file = folder == NULL || *folder == '\0' ? NULL : fopen(path, "r");
    if (file == NULL)
        return false;
    if (fscanf(file, "%*[^\n]") == EOF)
        abort();
    while (count < 13 && fscanf(file, "%d,%lf,%lf", &year, &regular[count], &high_end[count]) == 3)
        count++;
    fclose(file);
    return count == 13;
}

static void
test_published(void)
{
    static const struct {
        bool high_end;
        int years;
        double param[2], se[2], loglik;
    } published[] = {
        {false, 7, {.7040772985, 1.1820430262}, {0.06559896, 0.15247563}, -1680.26518846},
        {false, 12, {.6973624517, 1.1689046209}, {0.05466579, 0.13388391}, -1931.49169413},
        {true, 7, {.6680883511, 3.8060949641}, {0.10373493, 0.78553169}, -1611.15814739},
        {true, 12, {.5961112005, 3.3269687412}, {0.06294368, 0.51502906}, -2010.85841957},
        {false, 4, {0.7636650626, 1.2958302722}, {0.09679525, 0.21062574}, -1401.55942358},
        {true, 4, {1.2809763804, 7.7903840953}, {0.55346797, 3.80872234}, -1225.13490704},
    };
    double regular[13], high_end[13];
    cm_purchase_history rows[16];
    char name[64];
    cm_fit fit;

    if (!read_segments(regular, high_end)) {
        ok(true, "renewals of two segments # SKIP no data folder in CM_DATA");
        return;
    }
    for (size_t i = 0; i < COUNT(published); i++) {
        const double *percent = published[i].high_end ? high_end : regular;
        cm_histories data = cohort(percent, published[i].years, rows);

        snprintf(name, sizeof(name), "sBG %s, %d years", published[i].high_end ? "High End" : "Regular",
                 published[i].years);
        cm_sbg_fit(data, &host, &fit);
        check_fit(&fit, published[i].param, published[i].se, published[i].loglik, name);
        if (published[i].years == 7)
            ok_near(cm_sbg_survival(fit.param, 0, 12), published[i].high_end ? .377999 : .170037, 3e-6,
                    "sBG: survival after twelve years");
    }
}

/* Invented losses of 1000 customers, with the likelihood written out by hand for one, two and three renewals */
static void
test_derivatives(void)
{
    static const double percent[] = {100, 72.5, 60.1, 54.4}, at[][2] = {{.7, 1.2}, {12, 1e-2}, {1e3, 4e3}};
    cm_purchase_history rows[4];
    cm_histories data = cohort(percent, 3, rows);
    char name[64];

    for (size_t i = 0; i < COUNT(at); i++) {
        double a = at[i][0], b = at[i][1], sum = a + b;
        cm_derivs d = derivs_at(sbg, data, at[i]);
        double ll = 275 * log(a / sum) + 124 * log(b / sum * a / (sum + 1)) +
                    57 * log(b / sum * (b + 1) / (sum + 1) * a / (sum + 2)) +
                    544 * log(b / sum * (b + 1) / (sum + 1) * (b + 2) / (sum + 2));

        snprintf(name, sizeof(name), "sBG likelihood by hand at point %zu", i + 1);
        ok_near(cm_sum_value(&d.ll), ll, 1e-13, name);
        snprintf(name, sizeof(name), "sBG derivatives at point %zu", i + 1);
        check_derivatives(sbg, data, at[i], 2, 1e-8, name);
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
    cm_purchase_history stayed[] = {{5, 0, 0, 100}}, left[] = {{1, 1, 0, 100}},
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
            cm_purchase_history rows[] = {{1, 1, 0, 3}, {100000, 1, 0, 2}, {100000, 0, 0, 1}};
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
    test_derivatives();
    test_predictions();
    test_status();
    return tap_done();
}
