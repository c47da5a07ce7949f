/*
 * BG/BB: derivatives, the published example of donations (Fader, Hardie, Shang
 * 2010), and brute-force sums.
 */
#include "math/bgbb.h"
#include "fixture.h"

static bool
bgbb(cm_histories data, const double *param, cm_derivs *out)
{
    return cm_bgbb_likelihood(data, param, &host, out);
}

/* Log-likelihoods of single histories of six opportunities, from the authors' workbook, at rounded estimates */
static void
test_workbook(void)
{
    static const double p[4] = {1.204, .750, .657, 2.783};
    static const double cells[][3] = {{6, 6, -2.18167}, {5, 6, -4.29485}, {4, 6, -5.38473}, {3, 6, -5.80916},
                                      {2, 6, -5.65173}, {1, 6, -4.88370}, {5, 5, -3.71682}, {4, 5, -5.09558},
                                      {3, 5, -5.61577}, {2, 5, -5.50637}, {1, 5, -4.76724}, {4, 4, -3.84830},
                                      {3, 4, -5.05936}, {2, 4, -5.19562}, {1, 4, -4.57071}, {3, 3, -3.52745},
                                      {2, 3, -4.51620}, {1, 3, -4.22466}, {2, 2, -3.01200}, {1, 2, -3.58818},
                                      {1, 1, -2.28883}, {0, 0, -1.16752}};
    static const double expected[] = {.4985,  .9233,  1.2969, 1.6323, 1.9381, 2.2202,
                                      2.4826, 2.7285, 2.9603, 3.1798, 3.3887};
    static const double exact[4] = {1.203522296, .749716369, .656718260, 2.783442601};
    bool good = true;
    double mass = 0.0, mean = 0.0;

    for (size_t i = 0; i < COUNT(cells); i++) {
        cm_purchase_history row = {cells[i][0], cells[i][1], 6, 1};
        cm_derivs d = derivs_at(bgbb, (cm_histories){&row, 1}, p);

        good = good && fabs(cm_sum_value(&d.ll) - cells[i][2]) < 6e-4;
    }
    ok(good, "BG/BB: 22 log-likelihoods of the workbook");
    good = true;
    for (size_t i = 0; i < COUNT(expected); i++)
        good = good && fabs(cm_bgbb_discounted_alive(exact, 0, 0, i + 1.0, 0.0) - expected[i]) < 1e-4;
    ok(good, "BG/BB: expected purchases of a new customer");

    for (int x = 0; x <= 9; x++) {
        mass += cm_bgbb_pmf(p, x, 9);
        mean += x * cm_bgbb_pmf(p, x, 9);
    }
    ok_near(mass, 1.0, 1e-13, "BG/BB: probabilities sum to one");
    ok(cm_bgbb_pmf(p, 10, 9) == 0.0, "BG/BB: no more purchases than opportunities");
    ok_near(mean, cm_bgbb_discounted_alive(p, 0, 0, 9, 0.0), 1e-13,
            "BG/BB: expectation is the mean of the pmf");
    ok_near(1.0 - cm_bgbb_pmf(p, 0, 9), cm_bgbb_active_alive(p, 0, 0, 9), 1e-13,
            "BG/BB: active is not zero purchases");
    ok_near(cm_bgbb_discounted_alive(p, 2, 6, 1001, .01), cm_bgbb_discounted_alive(p, 2, 6, 999, .01), 1e-5,
            "BG/BB: sum and integral meet");
    ok_near(cm_bgbb_discounted_alive(p, 2, 6, INFINITY, .1), cm_bgbb_discounted_alive(p, 2, 6, 900, .1),
            1e-12, "BG/BB: a very long horizon is for ever");
}

static void
test_derivatives(void)
{
    cm_purchase_history rows[] = {{0, 0, 6, 5}, {1, 1, 6, 2},  {1, 6, 6, 4}, {3, 5, 6, 1},
                                  {6, 6, 6, 2}, {2, 9, 40, 1}, {0, 0, 2, 7}};
    cm_histories data = grouped(rows, COUNT(rows));
    static const double at[][4] = {{1.2, .75, .65, 2.78}, {1e-3, 4, 3, 1e-2}, {50, 20, .1, 90}};
    char name[64];

    for (size_t i = 0; i < COUNT(at); i++) {
        snprintf(name, sizeof(name), "BG/BB derivatives at point %zu", i + 1);
        check_derivatives(bgbb, data, at[i], 4, 2e-8, name);
    }
}

static void
test_stress(void)
{
    static const double params[] = {1e-6, 1e-2, 1.0, 1e3, 1e8};
    cm_purchase_history rows[] = {
        {0, 0, 5000, 2}, {1, 1, 5000, 1}, {4000, 4999, 5000, 1}, {5000, 5000, 5000, 1}, {3, 3, 20, 1}};
    cm_histories data = grouped(rows, COUNT(rows));
    bool finite = true;

    for (int i = 0; i < 625; i += 3) {
        double p[4] = {params[i % 5], params[i / 5 % 5], params[i / 25 % 5], params[i / 125]};
        cm_derivs d = derivs_at(bgbb, data, p);
        double alive = cm_bgbb_alive(p, 3, 5, 20, 1), active = cm_bgbb_active_alive(p, 3, 20, 50);
        double expected = cm_bgbb_discounted_alive(p, 3, 20, 5000, 0.0);

        finite = finite && all_finite(&d, 4) && alive >= 0.0 && alive <= 1.0 && active >= 0.0 &&
                 active <= 1.0 && expected >= 0.0 && expected <= 5000.0 * (1.0 + 1e-9);
    }
    ok(finite, "BG/BB: the stress grid is finite");
}

static void
test_donations(void)
{
    static const double param[] = {1.203522296, .749716369, .656718260, 2.783442601};
    char path[4096];
    const char *folder = getenv("CM_DATA");
    cm_purchase_history rows[32];
    size_t count = 0;
    long n;
    cm_fit fit;

    snprintf(path, sizeof(path), "%s/bgbb_donations.csv", folder == NULL ? "" : folder);

    FILE *file = folder == NULL ? NULL : fopen(path, "r");

    if (file == NULL) {
        ok(true, "donations # SKIP no data folder in CM_DATA");
        return;
    }
    if (fscanf(file, "%*[^\n]") == EOF)
        abort();
    while (count < COUNT(rows) &&
           fscanf(file, "%lf,%lf,%lf,%ld", &rows[count].x, &rows[count].t_x, &rows[count].T, &n) == 4)
        rows[count++].n = n;
    fclose(file);
    ok(count == 22, "22 cells of donors");
    cm_bgbb_fit(grouped(rows, count), &host, &fit);
    check_fit(&fit, param, NULL, -33225.58127435, "BG/BB on the donations");
    ok_near(cm_bgbb_alive(fit.param, 0, 0, 6, 1), .10813329, 1e-7, "BG/BB: alive after no donation");
    ok_near(cm_bgbb_alive(fit.param, 3, 4, 6, 1), .43959389, 1e-7, "BG/BB: alive after 3 by the 4th");
    ok_near(cm_bgbb_alive(fit.param, 3, 4, 6, 0) * cm_bgbb_discounted_alive(fit.param, 3, 6, 5, 0),
            1.03457156, 1e-7, "BG/BB: 3 by the 4th, five more opportunities");
    ok_near(cm_bgbb_alive(fit.param, 6, 6, 6, 0) * cm_bgbb_discounted_alive(fit.param, 6, 6, 1, 0), .84272575,
            1e-7, "BG/BB: 6 of 6, one more opportunity");
    ok_near(cm_bgbb_alive(fit.param, 4, 5, 6, 0) * cm_bgbb_discounted_alive(fit.param, 4, 6, 10, 0), 3.627858,
            1e-4, "BG/BB: 4 by the 5th, ten more opportunities");
}

int
main(void)
{
    test_workbook();
    test_derivatives();
    test_stress();
    test_donations();
    return tap_done();
}
