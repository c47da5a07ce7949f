/*
 * Gamma-Gamma: derivatives, the published estimates, and the flat ridge.
 */
#include "math/gamma_gamma.h"
#include "cdnow.h"

static bool
spend(cm_histories data, const double *param, cm_derivs *out)
{
    return cm_gamma_gamma_likelihood(data, param, &host, out);
}

/* The likelihood as the papers print it */
static double
printed(const double *p, double x, double z)
{
    return lgamma(p[0] * x + p[1]) - lgamma(p[0] * x) - lgamma(p[1]) + p[1] * log(p[2]) +
           (p[0] * x - 1) * log(z) + p[0] * x * log(x) - (p[0] * x + p[1]) * log(p[2] + x * z);
}

static void
test_derivatives(void)
{
    cm_purchase_history rows[] = {{1, 12.5, 0, 4},  {1, 30, 0, 2},     {2, 22.345, 0, 3},
                                  {7, 73.74, 0, 1}, {26, 39.97, 0, 1}, {400, 1, 0, 1}};
    cm_histories data = grouped(rows, COUNT(rows));
    static const double at[][3] = {{6.25, 3.74, 15.44}, {0.1, 20, 3}, {80, 0.5, 1e-2}, {1000, 2000, 40}};
    char name[80];

    for (size_t i = 0; i < COUNT(at); i++) {
        double want = 0.0;
        cm_derivs d = derivs_at(spend, data, at[i]);

        for (size_t j = 0; j < data.count; j++)
            want += (double) data.row[j].n * printed(at[i], data.row[j].x, data.row[j].t_x);
        snprintf(name, sizeof(name), "Gamma-Gamma likelihood as printed, point %zu", i + 1);
        ok_near(cm_sum_value(&d.ll), want, 1e-11, name);
        snprintf(name, sizeof(name), "Gamma-Gamma derivatives at point %zu", i + 1);
        check_derivatives(spend, data, at[i], 3, 2e-8, name);
    }
}

/* At p = q = 1e12 the printed form has lost all its digits; the limit is a normal law of the mean */
static void
test_ridge(void)
{
    cm_purchase_history rows[40];
    cm_purchase_history stress = {1e6, 1e-9, 0, 3};
    bool finite = true;
    cm_fit fit;

    for (int i = 0; i < 40; i++)
        rows[i] = (cm_purchase_history){1 + i % 4, 20.0, 0, 1};
    cm_gamma_gamma_fit(grouped(rows, COUNT(rows)), &host, &fit);
    ok(fit.status == CM_FIT_NOT_IDENTIFIED && isfinite(fit.loglik),
       "customers who all spend alike: not identified");

    for (int i = 0; i < 40; i++)
        rows[i] = (cm_purchase_history){1 + i % 4, 20.0 + 0.001 * i, 0, 1};

    cm_histories data = grouped(rows, COUNT(rows));

    /* the printed form in long double, with the best q and gamma: 121.7079504 at p = 1.1e8, 121.7080642 at 8.1e8 */
    cm_gamma_gamma_fit(data, &host, &fit);
    ok(fit.status == CM_FIT_CONVERGED && fabs(fit.loglik - 121.7082072) < 1e-7 && fit.param[0] > 1.1e8 &&
           fit.param[0] < 8.1e8,
       "customers who spend nearly alike: a maximum, although a flat one");
    for (double p = 1e-8; p < 1e13; p *= 1e4)
        for (double q = 1e-8; q < 1e13; q *= 1e4)
            for (double gamma = 1e-8; gamma < 1e13; gamma *= 1e4) {
                double at[3] = {p, q, gamma};
                cm_derivs d = derivs_at(spend, (cm_histories){&stress, 1}, at);
                cm_derivs e = derivs_at(spend, data, at);

                finite = finite && all_finite(&d, 3) && all_finite(&e, 3);
            }
    ok(finite, "Gamma-Gamma: the stress grid is finite");
}

static void
test_cdnow(void)
{
    static cdnow_customer customer[CDNOW_CUSTOMERS];
    static const double param[] = {6.249572271, 3.744224667, 15.44352096};
    static const double se[] = {1.19005534, .290133065, 4.15942275};
    cm_fit fit;
    size_t count = 0;

    if (!cdnow_read(customer)) {
        ok(true, "CDNOW # SKIP no data folder in CM_DATA");
        return;
    }

    cm_purchase_history *rows = host_alloc(sizeof(cm_purchase_history) * CDNOW_CUSTOMERS);
    cm_purchase_history *cents = host_alloc(sizeof(cm_purchase_history) * CDNOW_CUSTOMERS);

    for (int i = 0; i < CDNOW_CUSTOMERS; i++)
        if (customer[i].x > 0 && customer[i].spend > 0) {
            cents[count] =
                (cm_purchase_history){customer[i].x, 100.0 * customer[i].spend / customer[i].x, 0, 1};
            rows[count++] = (cm_purchase_history){customer[i].x, customer[i].spend / customer[i].x, 0, 1};
        }
    ok(count == 946, "946 customers came back");
    cm_gamma_gamma_fit(grouped(rows, count), &host, &fit);
    check_fit(&fit, param, se, -4055.91769480, "Gamma-Gamma on CDNOW");
    ok_near(cm_gamma_gamma_expected(fit.param, 2, 22.345), 24.6539186985, 1e-9,
            "Gamma-Gamma: customer 1 spends");
    ok_near(cm_gamma_gamma_expected(fit.param, 0, 0), 35.1703712667, 1e-9,
            "Gamma-Gamma: a new customer spends");
    ok_near(cm_gamma_gamma_expected(fit.param, 26, 39.97), 39.8902867993, 1e-9,
            "Gamma-Gamma: customer 1516 spends");

    cm_gamma_gamma_fit(grouped(cents, count), &host, &fit);
    ok(near_to(fit.param[0], param[0], 1e-7) && near_to(fit.param[2], 100.0 * param[2], 1e-7),
       "Gamma-Gamma: the same in cents");
    free(rows);
    free(cents);
}

static void
test_expected(void)
{
    static const double p[] = {6.249572271, 3.744224667, 15.44352096}, heavy[] = {2.0, 0.9, 10.0};

    ok_near(cm_gamma_gamma_expected(p, 3, 35), 35.0218, 2e-6, "Gamma-Gamma: E[M] after 3 purchases of 35");
    ok(isnan(cm_gamma_gamma_expected(heavy, 0, 0)), "Gamma-Gamma: no mean for a new customer when q <= 1");
    ok(cm_gamma_gamma_expected(heavy, 1, 20) > 0.0, "Gamma-Gamma: but one after a purchase");
}

int
main(void)
{
    test_derivatives();
    test_ridge();
    test_expected();
    test_cdnow();
    return tap_done();
}
