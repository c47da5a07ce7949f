/*
 * Pareto/NBD: derivatives, published estimates and predictions, and what must
 * stay finite.
 */
#include "math/pareto_nbd.h"
#include "cdnow.h"

static bool
pareto(cm_histories data, const double *param, cm_derivs *out)
{
    return cm_pareto_nbd_likelihood(data, param, &host, out);
}

static void
test_derivatives(void)
{
    cm_purchase_history rows[] = {
        {0, 0, 38.86, 5},    {1, 1.71, 38.86, 2}, {2, 30.43, 38.86, 3}, {0, 0, 27, 4},     {3, 30, 30, 1},
        {26, 30.857, 31, 1}, {5, 12, 31, 1},      {2, 4, 38.86, 2},     {5000, 30, 31, 1}, {2, 30.43, 35, 1}};
    cm_histories data = grouped(rows, COUNT(rows));
    static const double at[][4] = {
        {.553, 10.578, .606, 11.669}, {5, 0.1, 3, 200}, {0.01, 200, 0.05, 12}, {40, 9, 4, 7}};
    char name[80];

    for (size_t i = 0; i < COUNT(at); i++) {
        snprintf(name, sizeof(name), "Pareto/NBD derivatives at point %zu", i + 1);
        check_derivatives(pareto, data, at[i], 4, 2e-8, name);
    }
}

/* Computed with the two-2F1 forms of the R package BTYD, at its estimates rounded to five digits */
static void
test_published(void)
{
    static const double p[4] = {.55315, 10.57633, .60625, 11.67150};
    static const double pmf[] = {.593524,  .165590,  .0825072,  .0490541,  .0317060, .0214923,
                                 .0150167, .0107118, .00775616, .00567944, .00419513};
    static const double clv[4] = {.5629966, 12.559037, .4081095, 10.5148048};
    static const double dert[] = {2.19915545, 2.84353441, 2.86712839, 2.44541008, 1.84050192,
                                  1.26241647, .80961812,  .49480362,  .29202470,  .16792751};
    static const double paradox[][2] = {{10, .706229}, {15, .144240}, {20, .0225066}, {25, .00309267}};
    char name[80];

    for (size_t i = 0; i < COUNT(pmf); i++) {
        snprintf(name, sizeof(name), "Pareto/NBD: P(%zu purchases in 39 weeks)", i);
        ok_near(cm_pareto_nbd_pmf(p, (double) i, 39), pmf[i], 5e-4, name);
    }
    for (size_t i = 0; i < COUNT(paradox); i++) {
        double x = paradox[i][0];

        snprintf(name, sizeof(name), "Pareto/NBD: increasing frequency paradox, x=%g", x);
        ok_near(cm_pareto_nbd_alive(p, x, 20, 39) * cm_pareto_nbd_expected_alive(p, x, 39, 52), paradox[i][1],
                2e-3, name);
    }
    ok_near(cm_pareto_nbd_alive(clv, 7, 35, 77.86) *
                cm_pareto_nbd_discounted_alive(clv, 7, 77.86, INFINITY, .0027),
            1.864183328, 1e-9, "Pareto/NBD: residual transactions of the paper's customer");
    for (size_t i = 0; i < COUNT(dert); i++) {
        double x = i + 1.0;

        snprintf(name, sizeof(name), "Pareto/NBD: residual transactions, x=%g", x);
        ok_near(cm_pareto_nbd_alive(clv, x, 30, 77.86) *
                    cm_pareto_nbd_discounted_alive(clv, x, 77.86, INFINITY, .0027),
                dert[i], 1e-8, name);
    }
}

static void
test_identities(void)
{
    static const double p[4] = {.553, 10.578, .606, 11.669};
    double sum = 0.0, mean = 0.0;

    for (int n = 0; n < 800; n++) {
        double mass = cm_pareto_nbd_pmf(p, n, 20);

        sum += mass;
        mean += n * mass;
    }
    ok_near(sum, 1.0, 1e-12, "Pareto/NBD: probabilities sum to one");
    ok_near(mean, cm_pareto_nbd_expected(p, 20), 1e-11, "Pareto/NBD: expectation is the mean of the pmf");
    ok_near(1.0 - cm_pareto_nbd_pmf(p, 0, 20), cm_pareto_nbd_active_alive(p, 0, 0, 20), 1e-12,
            "Pareto/NBD: active is not zero purchases");
    ok_near(cm_pareto_nbd_discounted_alive(p, 2, 38, 52, 0.0), cm_pareto_nbd_expected_alive(p, 2, 38, 52),
            1e-13, "Pareto/NBD: without discount the value is the expectation");
    ok(isinf(cm_pareto_nbd_discounted_alive(p, 2, 38, INFINITY, 0.0)),
       "Pareto/NBD: for ever without discount is infinite where s <= 1");

    static const double mortal[4] = {.553, 10.578, 1.606, 11.669};

    ok_near(cm_pareto_nbd_discounted_alive(mortal, 2, 38, INFINITY, 0.0),
            cm_pareto_nbd_expected_alive(mortal, 2, 38, 1e300), 1e-12,
            "Pareto/NBD: for ever without discount is the limit of the expectation where s > 1");

    static const double one[4] = {.5, 10, 1.0, 11}, beside[4] = {.5, 10, 1.0 + 1e-9, 11};

    ok_near(cm_pareto_nbd_expected(one, 52), cm_pareto_nbd_expected(beside, 52), 1e-8,
            "Pareto/NBD: s = 1 is no pole");
}

/* Inputs on which other packages return NaN or infinity */
static void
test_known_failures(void)
{
    static const double p[4] = {.5143, 2.8845, .2856, 14.1087};
    static const double q[4] = {10.465, .00798565181, 3.0516, 2.820};
    cm_purchase_history rows[] = {{221, 103.42857, 103.57143, 1},
                                  {254, 97.14286, 97.28571, 1},
                                  {161, 94.71429, 98, 1},
                                  {204, 98.57143, 99.42857, 1}};
    cm_purchase_history more[] = {{400, 5, 6, 1}, {500, 1, 37, 1}, {500, 4, 37, 1}};
    cm_derivs d = derivs_at(pareto, grouped(rows, COUNT(rows)), p);

    ok(all_finite(&d, 4), "Pareto/NBD: frequent buyers seen shortly before the end");
    d = derivs_at(pareto, grouped(more, COUNT(more)), q);
    ok(all_finite(&d, 4), "Pareto/NBD: hundreds of purchases, then silence");

    static const double r[4] = {.55, 10.58, .61, 11.67};

    ok_near(cm_pareto_nbd_alive(r, 132, 200, 200) * cm_pareto_nbd_expected_alive(r, 132, 200, 10), 6.20605,
            1e-6, "Pareto/NBD: 132 purchases");
    ok_near(cm_pareto_nbd_alive(r, 133, 200, 200) * cm_pareto_nbd_expected_alive(r, 133, 200, 10), 6.25287,
            1e-6, "Pareto/NBD: 133 purchases");
}

static void
test_stress(void)
{
    static const double params[] = {1e-6, 1e-2, 1.0, 1e3, 1e8};
    static const double ages[] = {1e-6, 1.0, 300.0, 1e9};
    static const double counts[] = {0, 1, 7, 300, 1e6};
    bool finite = true, probability = true;
    int cases = 0;

    for (int i = 0; i < 625; i++) {
        double p[4] = {params[i % 5], params[i / 5 % 5], params[i / 25 % 5], params[i / 125]};

        for (int j = 0; j < 40; j++) {
            double x = counts[j % 5], T = ages[j / 5 % 4];
            double t_x = x == 0 ? 0.0 : (j / 20 ? T * (1.0 - 1e-15) : 0.5 * T);
            cm_purchase_history row = {x, t_x, T, 3};
            cm_derivs d = derivs_at(pareto, (cm_histories){&row, 1}, p);
            double alive = cm_pareto_nbd_alive(p, x, t_x, T);
            double active = cm_pareto_nbd_active_alive(p, x, T, T);
            double expected = cm_pareto_nbd_expected_alive(p, x, T, T);

            finite = finite && all_finite(&d, 4) && isfinite(expected) && expected >= 0.0;
            probability = probability && alive >= 0.0 && alive <= 1.0 && active >= 0.0 && active <= 1.0;
            cases++;
        }
    }
    ok(finite, "%d stress cases are finite", cases);
    ok(probability, "%d stress cases are probabilities", cases);
}

static void
test_cdnow(void)
{
    static cdnow_customer customer[CDNOW_CUSTOMERS];
    static const double units[] = {1.0 / 86400, 1.0, 365.25};
    static const double param[] = {0.5532770469, 10.57768346, 0.6062399891, 11.66873529};
    static const double se[] = {.047627926, .842722534, .187281342, 6.21111359};
    cm_fit fit;

    if (!cdnow_read(customer)) {
        ok(true, "CDNOW # SKIP no data folder in CM_DATA");
        return;
    }

    cm_histories weeks = cdnow_histories(customer, 7.0);
    double T = 272 / 7.0;

    cm_pareto_nbd_fit(weeks, &host, &fit);
    check_fit(&fit, param, se, -9594.97617894, "Pareto/NBD on CDNOW");
    ok_near(cm_pareto_nbd_alive(fit.param, 2, 213 / 7.0, T), 0.869134263614, 1e-9,
            "Pareto/NBD: customer 1 alive");
    ok_near(cm_pareto_nbd_alive(fit.param, 0, 0, T) * cm_pareto_nbd_expected_alive(fit.param, 0, T, 39),
            0.107070232467, 1e-9, "Pareto/NBD: customer 3 in 39 weeks");

    double alive = cm_pareto_nbd_alive(fit.param, 7, 206 / 7.0, T);

    ok_near(alive, 0.749452909634, 1e-9, "Pareto/NBD: customer 6 alive");
    ok_near(alive * cm_pareto_nbd_expected_alive(fit.param, 7, T, 39), 3.71208699849, 1e-9,
            "Pareto/NBD: customer 6 in 39 weeks");
    ok_near(alive * cm_pareto_nbd_expected_alive(fit.param, 7, T, 52), 4.72145331906, 1e-9,
            "Pareto/NBD: customer 6 in 52 weeks");
    ok_near(alive * cm_pareto_nbd_discounted_alive(fit.param, 7, T, INFINITY, .0027), 16.5360185443, 1e-9,
            "Pareto/NBD: customer 6 discounted for ever");
    free((void *) weeks.row);

    for (size_t i = 0; i < COUNT(units); i++) {
        cm_histories data = cdnow_histories(customer, units[i]);

        cm_pareto_nbd_fit(data, &host, &fit);
        ok(fit.status == CM_FIT_CONVERGED && near_to(fit.param[0], param[0], 1e-7) &&
               near_to(fit.param[1] * units[i] / 7.0, param[1], 1e-7) &&
               near_to(fit.param[3] * units[i] / 7.0, param[3], 1e-6),
           "Pareto/NBD: the same with %g days as the unit of time", units[i]);
        free((void *) data.row);
    }
}

int
main(void)
{
    test_derivatives();
    test_published();
    test_identities();
    test_known_failures();
    test_stress();
    test_cdnow();
    return tap_done();
}
