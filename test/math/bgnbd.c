/*
 * BG/NBD and MBG/NBD: derivatives, published estimates and predictions, and
 * what must stay finite.
 */
#include "math/bgnbd.h"
#include "math/quadrature.h"
#include "cdnow.h"

static bool
bg(cm_histories data, const double *param, cm_derivs *out)
{
    return cm_bgnbd_likelihood(CM_BG, data, param, &host, out);
}

static bool
mbg(cm_histories data, const double *param, cm_derivs *out)
{
    return cm_bgnbd_likelihood(CM_MBG, data, param, &host, out);
}

static void
test_derivatives(void)
{
    cm_purchase_history rows[] = {
        {0, 0, 38.86, 5},    {1, 1.71, 38.86, 2}, {2, 30.43, 38.86, 3}, {0, 0, 27, 4},     {3, 30, 30, 1},
        {26, 30.857, 31, 1}, {5, 12, 31, 1},      {2, 4, 38.86, 2},     {5000, 30, 31, 1}, {2, 30.43, 35, 1}};
    cm_histories data = grouped(rows, COUNT(rows));
    static const double at[][4] = {
        {.243, 4.414, .793, 2.426}, {5, 0.1, 30, 0.2}, {0.01, 200, 0.05, 12}, {40, 9, 400, 700}};
    char name[80];

    for (size_t i = 0; i < COUNT(at); i++) {
        snprintf(name, sizeof(name), "BG/NBD derivatives at point %zu", i + 1);
        check_derivatives(bg, data, at[i], 4, 2e-8, name);
        snprintf(name, sizeof(name), "MBG/NBD derivatives at point %zu", i + 1);
        check_derivatives(mbg, data, at[i], 4, 2e-8, name);
    }
}

static void
test_published(void)
{
    static const double p[4] = {.243, 4.414, .793, 2.426};
    static const double expected[][2] = {{.1429, .00782835},    {1, .05326789},   {3, .15086523},
                                         {31.8571, 1.04199606}, {32, 1.04524333}, {52, 1.44605060},
                                         {78, 1.86051906}};
    static const double pmf[] = {.573786352, .199395281, .0854297595, .0458603538, .0276714493, .0179654939};
    /* the textbook 2F1 form in 30-digit arithmetic */
    static const double paradox[][2] = {
        {10, .347399763}, {15, .042827176}, {20, .0041584331}, {25, .000358332462}};
    char name[80];

    ok_near(cm_bgnbd_alive(CM_BG, p, 2, 30.43, 38.86) * cm_bgnbd_expected_alive(CM_BG, p, 2, 38.86, 39),
            1.22602817, 5e-9, "BG/NBD: the paper's customer expects 1.226 purchases");
    for (size_t i = 0; i < COUNT(expected); i++) {
        snprintf(name, sizeof(name), "BG/NBD: new customer in %g weeks", expected[i][0]);
        ok_near(cm_bgnbd_expected(CM_BG, p, expected[i][0]), expected[i][1], 1e-6, name);
    }
    for (size_t i = 0; i < COUNT(pmf); i++) {
        snprintf(name, sizeof(name), "BG/NBD: P(%zu purchases in 39 weeks)", i);
        ok_near(cm_bgnbd_pmf(CM_BG, p, (double) i, 39), pmf[i], 3e-9, name);
    }
    ok_near(cm_bgnbd_pmf(CM_BG, p, 11, 30), .0019995214, 3e-8, "BG/NBD: P(11 purchases in 30 weeks)");
    ok_near(cm_bgnbd_pmf(CM_BG, p, 20, 30), .000222226048, 3e-9, "BG/NBD: P(20 purchases in 30 weeks)");
    ok_near(cm_bgnbd_pmf(CM_BG, p, 10, 2), 1.07869e-07, 5e-6, "BG/NBD: P(10 purchases in 2 weeks)");
    for (size_t i = 0; i < COUNT(paradox); i++) {
        double x = paradox[i][0];

        snprintf(name, sizeof(name), "BG/NBD: increasing frequency paradox, x=%g", x);
        ok_near(cm_bgnbd_alive(CM_BG, p, x, 20, 39) * cm_bgnbd_expected_alive(CM_BG, p, x, 39, 52),
                paradox[i][1], 5e-9, name);
    }
    ok(cm_bgnbd_alive(CM_BG, p, 1000, 10, 100) < 1e-300, "BG/NBD: long silent after 1000 purchases is dead");
    ok(cm_bgnbd_alive(CM_BG, p, 0, 0, 39) == 1.0, "BG/NBD: who bought once counts as alive");
    ok(cm_bgnbd_alive(CM_MBG, p, 0, 0, 39) < 1.0, "MBG/NBD: who bought once may be dead");
}

/* Different ways to the same number */
static void
test_identities(cm_bg_kind kind, const char *model)
{
    static const double p[4] = {.525, 6.18, .89, 1.61};
    double sum = 0.0, mean = 0.0;

    for (int n = 0; n < 2000; n++) {
        double mass = cm_bgnbd_pmf(kind, p, n, 20);

        sum += mass;
        mean += n * mass;
    }
    ok(near_to(sum, 1.0, 1e-12), "%s: probabilities sum to one", model);
    ok(near_to(mean, cm_bgnbd_expected(kind, p, 20), 1e-11), "%s: expectation is the mean of the pmf", model);

    double finite = cm_bgnbd_discounted_alive(kind, p, 2, 38, 1e6, 0.0027);
    double infinite = cm_bgnbd_discounted_alive(kind, p, 2, 38, INFINITY, 0.0027);

    ok(near_to(finite, infinite, 1e-11), "%s: a very long horizon is for ever", model);
    ok(near_to(cm_bgnbd_discounted_alive(kind, p, 2, 38, 52, 1e-12),
               cm_bgnbd_expected_alive(kind, p, 2, 38, 52), 1e-9),
       "%s: without discount the value is the expectation", model);
    ok(isinf(cm_bgnbd_discounted_alive(kind, p, 2, 38, INFINITY, 0.0)),
       "%s: for ever without discount is infinite where a <= 1", model);

    static const double mortal[4] = {1.525, 6.18, 1.89, 1.61};

    ok(near_to(cm_bgnbd_discounted_alive(kind, mortal, 2, 38, INFINITY, 0.0),
               cm_bgnbd_expected_alive(kind, mortal, 2, 38, 1e15), 1e-8),
       "%s: for ever without discount is the limit of the expectation where a > 1", model);

    /* the series and the integral over p meet where one takes over from the other */
    static const double big[4] = {3.0, 1.0, 1.0, 2.0};
    double below = cm_bgnbd_expected(kind, big, 45.5), above = cm_bgnbd_expected(kind, big, 45.7);
    double further = cm_bgnbd_expected(kind, big, 45.6);

    ok(fabs(below + above - 2.0 * further) < 1e-5 * further && below < further && further < above,
       "%s: series and integral agree", model);
}

static void
test_stress(void)
{
    static const double params[] = {1e-8, 1e-3, 1.0, 1e3, 1e10};
    static const double ages[] = {1e-6, 1.0, 300.0, 1e9};
    static const double counts[] = {0, 1, 7, 300, 1e6};
    bool finite = true, probability = true;
    int cases = 0;

    for (int i = 0; i < 625; i++) {
        double p[4] = {params[i % 5], params[i / 5 % 5], params[i / 25 % 5], params[i / 125]};

        for (int j = 0; j < 40; j++) {
            double x = counts[j % 5], T = ages[j / 5 % 4];
            double t_x = x == 0 ? 0.0 : (j / 20 ? T : 0.5 * T);
            cm_purchase_history row = {x, t_x, T, 3};
            cm_histories data = {&row, 1};

            for (cm_bg_kind kind = CM_BG; kind <= CM_MBG; kind++) {
                cm_derivs d = derivs_at(kind == CM_BG ? bg : mbg, data, p);
                double alive = cm_bgnbd_alive(kind, p, x, t_x, T);
                double active = cm_bgnbd_active_alive(p, x, T, T);

                finite = finite && all_finite(&d, 4);
                probability = probability && alive >= 0.0 && alive <= 1.0 && active >= 0.0 && active <= 1.0;
                if (j % 5 == i % 5) {
                    double expected = cm_bgnbd_expected_alive(kind, p, x, T, T);
                    double pmf = x < 1e5 ? cm_bgnbd_pmf(kind, p, x, T) : 0.5;

                    finite =
                        finite && isfinite(expected) && expected >= 0.0 && pmf >= 0.0 && pmf < 1.0 + 1e-9;
                }
                cases++;
            }
        }
    }
    ok(finite, "%d stress cases are finite", cases);
    ok(probability, "%d stress cases are probabilities", cases);
}

static void
test_status(void)
{
    cm_purchase_history idle[] = {{0, 0, 10, 500}, {0, 0, 12, 400}};
    cm_purchase_history one[] = {{2, 5, 10, 1}};
    cm_purchase_history same[] = {{2, 8, 10, 500}, {2, 10, 10, 300}};
    cm_fit fit;

    cm_bgnbd_fit(CM_BG, grouped(idle, 2), &host, &fit);
    ok(fit.status == CM_FIT_TOO_FEW_CUSTOMERS, "nobody came back: nothing to fit");
    cm_bgnbd_fit(CM_MBG, grouped(one, 1), &host, &fit);
    ok(fit.status == CM_FIT_TOO_FEW_CUSTOMERS, "one customer: too few");
    cm_bgnbd_fit(CM_BG, (cm_histories){NULL, 0}, &host, &fit);
    ok(fit.status == CM_FIT_TOO_FEW_CUSTOMERS, "no customer: too few");
    cm_bgnbd_fit(CM_BG, grouped(same, 2), &host, &fit);
    ok(fit.status == CM_FIT_NOT_IDENTIFIED && isfinite(fit.loglik) && !fit.has_covariance,
       "customers all alike: not identified");
    host_polls_left = 3;
    cm_bgnbd_fit(CM_BG, grouped(same, 2), &host, &fit);
    host_polls_left = -1;
    ok(fit.status == CM_FIT_INTERRUPTED, "a fit can be interrupted");
}

static void
test_cdnow(void)
{
    static cdnow_customer customer[CDNOW_CUSTOMERS];
    static const double units[] = {1.0 / 86400, 1.0 / 24, 1.0, 7.0, 365.25};
    static const double bg_param[] = {0.2425945224, 4.413602019, 0.7929220172, 2.425906777};
    static const double bg_se[] = {.0125573781, .37822406, .185733821, .70541426};
    static const double mbg_param[] = {0.5248431591, 6.18308528, 0.8913593907, 1.61400224};
    static const double mbg_se[] = {.0832682066, .695620643, .154789928, .537494798};
    cm_fit fit;

    if (!cdnow_read(customer)) {
        ok(true, "CDNOW # SKIP no data folder in CM_DATA");
        return;
    }

    cm_histories weeks = cdnow_histories(customer, 7.0);

    cm_bgnbd_fit(CM_BG, weeks, &host, &fit);
    check_fit(&fit, bg_param, bg_se, -9582.42920667, "BG/NBD on CDNOW");
    /* customers 1 and 6 of the sample */
    ok_near(cm_bgnbd_alive(CM_BG, fit.param, 2, 213 / 7.0, 272 / 7.0), 0.726620311658, 1e-9,
            "BG/NBD: customer 1 alive");
    double alive = cm_bgnbd_alive(CM_BG, fit.param, 7, 206 / 7.0, 272 / 7.0);

    ok_near(alive * cm_bgnbd_expected_alive(CM_BG, fit.param, 7, 272 / 7.0, 39), 3.337571358, 1e-9,
            "BG/NBD: customer 6 in 39 weeks");
    ok_near(alive * cm_bgnbd_discounted_alive(CM_BG, fit.param, 7, 272 / 7.0, INFINITY, .0027), 12.6733741636,
            1e-9, "BG/NBD: customer 6 discounted for ever");

    double scale_loglik = 0.0;

    for (size_t i = 0; i < COUNT(units); i++) {
        cm_histories data = cdnow_histories(customer, units[i]);
        double repeats = 0.0;

        for (size_t j = 0; j < data.count; j++)
            repeats += data.row[j].x * (double) data.row[j].n;
        cm_bgnbd_fit(CM_BG, data, &host, &fit);
        scale_loglik = fit.loglik - repeats * log(units[i] / 7.0);
        ok(fit.status == CM_FIT_CONVERGED && near_to(fit.param[0], bg_param[0], 1e-8) &&
               near_to(fit.param[1] * units[i] / 7.0, bg_param[1], 1e-8) &&
               near_to(scale_loglik, -9582.42920667, 1e-11),
           "BG/NBD: the same with %g days as the unit of time", units[i]);
        free((void *) data.row);
    }

    cm_bgnbd_fit(CM_MBG, weeks, &host, &fit);
    check_fit(&fit, mbg_param, mbg_se, -9582.13571555, "MBG/NBD on CDNOW");
    ok_near(cm_bgnbd_alive(CM_MBG, fit.param, 0, 0, 272 / 7.0), 0.389722976604, 1e-9,
            "MBG/NBD: customer 3 alive");
    ok_near(cm_bgnbd_alive(CM_MBG, fit.param, 26, 216 / 7.0, 31) *
                cm_bgnbd_expected_alive(CM_MBG, fit.param, 26, 31, 52),
            23.9981908937, 1e-9, "MBG/NBD: customer 1516 in 52 weeks");
    free((void *) weeks.row);
}

int
main(void)
{
    test_derivatives();
    test_published();
    test_identities(CM_BG, "BG/NBD");
    test_identities(CM_MBG, "MBG/NBD");
    test_stress();
    test_status();
    test_cdnow();
    return tap_done();
}
