/*
 * Linear algebra and driver importance: published values (R's data set swiss, regression of Fertility on five
 * indicators of 47 provinces; its correlations are facts), identities, and LMG by its definition over all orders.
 */
#include "math/importance.h"

#include <stdlib.h>
#include <string.h>

#include "math/linalg.h"
#include "math/student.h"
#include "tap.h"

#define MOST 12

/* Agriculture, Examination, Education, Catholic, Infant.Mortality */
static const double swiss[25] = {1,
                                 -0.686542208617136461,
                                 -0.639522518948320136,
                                 0.401095053048739888,
                                 -0.060858608416581638,
                                 -0.686542208617136461,
                                 1,
                                 0.698415296288482847,
                                 -0.572741806064166624,
                                 -0.11402159648203352,
                                 -0.639522518948320136,
                                 0.698415296288482847,
                                 1,
                                 -0.153858917090914799,
                                 -0.0993218458213456298,
                                 0.401095053048739888,
                                 -0.572741806064166624,
                                 -0.153858917090914799,
                                 1,
                                 0.175495907596622915,
                                 -0.060858608416581638,
                                 -0.11402159648203352,
                                 -0.0993218458213456298,
                                 0.175495907596622915,
                                 1};
static const double fertility[5] = {0.353079183619974764, -0.645882706457287564, -0.663788857035069172,
                                    0.463684700651793967, 0.41655603143498263};

static double work[1 << 17];

/* A deterministic correlation matrix of p + 1 variables: the outcome is the last one. */
static void
random_correlations(unsigned seed, int p, double *rxx, double *rxy)
{
    double z[MOST + 1][MOST + 3];
    double r[MOST + 1][MOST + 1];

    srand(seed);
    for (int i = 0; i <= p; i++)
        for (int k = 0; k < p + 3; k++)
            z[i][k] = rand() / (double) RAND_MAX - 0.4;
    for (int i = 0; i <= p; i++)
        for (int j = 0; j <= p; j++) {
            r[i][j] = 0;
            for (int k = 0; k < p + 3; k++)
                r[i][j] += z[i][k] * z[j][k];
        }
    for (int i = 0; i < p; i++) {
        for (int j = 0; j < p; j++)
            rxx[i * p + j] = i == j ? 1 : r[i][j] / sqrt(r[i][i] * r[j][j]);
        rxy[i] = r[i][p] / sqrt(r[i][i] * r[p][p]);
    }
}

/* R2 of the predictors listed, by a regression of its own. */
static double
r_squared_of(const double *rxx, const double *rxy, int p, const int *list, int count)
{
    double small_xx[MOST * MOST], small_xy[MOST], beta[MOST], inflation[MOST], space[MOST * MOST + MOST];
    cm_regression fit = {.beta = beta, .inflation = inflation};

    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++)
            small_xx[i * count + j] = rxx[list[i] * p + list[j]];
        small_xy[i] = rxy[list[i]];
    }
    if (count == 0)
        return 0;
    return cm_regress(small_xx, small_xy, count, &fit, space) ? fit.r_squared : NAN;
}

/* What each predictor adds, summed over every order of the rest of list. Returns the number of orders. */
static int
all_orders(const double *rxx, const double *rxy, int p, int *list, int done, double *sum)
{
    int orders = 0;

    if (done == p) {
        for (int k = 0; k < p; k++)
            sum[list[k]] += r_squared_of(rxx, rxy, p, list, k + 1) - r_squared_of(rxx, rxy, p, list, k);
        return 1;
    }
    for (int i = done; i < p; i++) {
        int swap = list[done];

        list[done] = list[i];
        list[i] = swap;
        orders += all_orders(rxx, rxy, p, list, done + 1, sum);
        swap = list[done];
        list[done] = list[i];
        list[i] = swap;
    }
    return orders;
}

static void
test_swiss(void)
{
    static const double beta[5] = {-0.31292128249992, -0.164778222539348, -0.670400780106074,
                                   0.347600028144219, 0.251135976298711};
    static const double error[5] = {0.127819918891544, 0.162140552996623, 0.140885145254399,
                                    0.117712064556935, 0.0890058053757401};
    static const double p_value[5] = {0.0187271543851754, 0.315461723143726, 2.4306045907379e-5,
                                      0.00519007854516591, 0.00733571532060158};
    static const double lmg[5] = {0.0570912207680913, 0.171173028900234, 0.260134678624385, 0.105570150373494,
                                  0.112765922926522};
    static const double johnson[5] = {0.0484168958119006, 0.15470824980616, 0.271964104645999,
                                      0.114680029947561, 0.116965721381105};
    double b[5], inflation[5], share[5], weight[5];
    cm_regression fit = {.beta = b, .inflation = inflation};

    ok(cm_regress(swiss, fertility, 5, &fit, work), "swiss: positive definite");
    ok_near(fit.r_squared, 0.706735001592725554, 1e-13, "swiss: R squared");
    cm_lmg(swiss, fertility, 5, share, work);
    cm_relative_weights(swiss, fertility, 5, weight, work);
    for (int i = 0; i < 5; i++) {
        double se = sqrt((1 - fit.r_squared) * inflation[i] / 41);

        ok_near(b[i], beta[i], 1e-12, "swiss: standardised coefficient");
        ok_near(se, error[i], 1e-12, "swiss: its standard error");
        ok_near(cm_student_two_sided(b[i] / se, 41), p_value[i], 1e-10, "swiss: its p value");
        ok_near(share[i], lmg[i], 1e-12, "swiss: LMG");
        ok_near(weight[i], johnson[i], 1e-12, "swiss: relative weight");
    }
}

static void
test_laws(void)
{
    bool sums = true;
    bool orders = true;
    double rxx[MOST * MOST], rxy[MOST], share[MOST], weight[MOST], b[MOST], inflation[MOST];
    cm_regression fit = {.beta = b, .inflation = inflation};

    for (int p = 1; p <= MOST; p++) {
        double lmg = 0;
        double johnson = 0;

        random_correlations(p, p, rxx, rxy);
        cm_regress(rxx, rxy, p, &fit, work);
        cm_lmg(rxx, rxy, p, share, work);
        cm_relative_weights(rxx, rxy, p, weight, work);
        for (int i = 0; i < p; i++) {
            lmg += share[i];
            johnson += weight[i];
        }
        sums = sums && near_to(lmg, fit.r_squared, 1e-11) && near_to(johnson, fit.r_squared, 1e-11);
    }
    for (int p = 1; p <= 6; p++) {
        int list[MOST];
        double sum[MOST] = {0};

        random_correlations(100 + p, p, rxx, rxy);
        for (int i = 0; i < p; i++)
            list[i] = i;

        int count = all_orders(rxx, rxy, p, list, 0, sum);

        cm_lmg(rxx, rxy, p, share, work);
        for (int i = 0; i < p; i++)
            orders = orders && near_to(share[i], sum[i] / count, 1e-10);
    }
    ok(sums, "LMG and relative weights add up to R squared");
    ok(orders, "LMG is the mean over all orders");
}

/* Uncorrelated predictors: every measure is the squared correlation with the outcome. */
static void
test_uncorrelated(void)
{
    double rxx[16] = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    double rxy[4] = {0.5, -0.3, 0.0, 0.7};
    double share[4], weight[4];
    bool squared = true;

    cm_lmg(rxx, rxy, 4, share, work);
    cm_relative_weights(rxx, rxy, 4, weight, work);
    for (int i = 0; i < 4; i++)
        squared = squared && near_to(share[i], rxy[i] * rxy[i], 1e-14) &&
                  near_to(weight[i], rxy[i] * rxy[i], 1e-14);
    ok(squared, "without correlation importance is r squared");
}

static void
test_linalg(void)
{
    double rxx[MOST * MOST], rxy[MOST], inverse[MOST * MOST], values[MOST], vectors[MOST * MOST];
    double copy[MOST * MOST];
    double factor[MOST * (MOST + 1) / 2];
    bool same = true;
    bool identity = true;
    bool eigen = true;
    bool orthogonal = true;
    int n = MOST;

    random_correlations(7, n, rxx, rxy);
    for (int i = 0; i < n; i++)
        memcpy(factor + cm_pair(i, 0), rxx + i * n, sizeof(double) * (i + 1));
    ok(cm_cholesky(factor, n), "factor of a positive definite matrix");
    for (int i = 0; i < n; i++) {
        double unit[MOST] = {0};

        unit[i] = 1;
        cm_cholesky_solve(factor, n, unit, inverse + i * n);
        cm_cholesky_solve(factor, n, unit, unit);
        same = same && memcmp(unit, inverse + i * n, sizeof(unit)) == 0;
    }
    ok(same, "the solution may take the place of the right side");
    memcpy(copy, rxx, sizeof(rxx));
    cm_eigen_symmetric(copy, n, values, vectors);
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++) {
            double product = 0, image = 0, inner = 0;

            for (int k = 0; k < n; k++) {
                product += rxx[i * n + k] * inverse[k * n + j];
                image += rxx[i * n + k] * vectors[k * n + j];
                inner += vectors[k * n + i] * vectors[k * n + j];
            }
            identity = identity && fabs(product - (i == j)) < 1e-9;
            eigen = eigen && fabs(image - values[j] * vectors[i * n + j]) < 1e-13;
            orthogonal = orthogonal && fabs(inner - (i == j)) < 1e-13;
        }
    ok(identity, "matrix times inverse is one");
    ok(eigen, "matrix times eigenvector is eigenvalue times eigenvector");
    ok(orthogonal, "eigenvectors are orthonormal");

    double indefinite[3] = {1, 2, 1}, endless[1] = {INFINITY};

    ok(!cm_cholesky(indefinite, 2), "an indefinite matrix is refused");
    ok(!cm_cholesky(endless, 1), "an infinite matrix is refused");
}

static void
test_collinear(void)
{
    /* of the variables a, b, a + b, c, with a, b, c uncorrelated and of variance one */
    double h = sqrt(0.5);
    double rxx[16] = {1, 0, h, 0, 0, 1, h, 0, h, h, 1, 0, 0, 0, 0, 1};
    double zero[4] = {0, 0, 0, 1};
    bool kept[4];

    ok(cm_independent_columns(rxx, 4, 1e-10, kept, work) == 3 && kept[0] && kept[1] && !kept[2] && kept[3],
       "a sum of two columns is found");
    ok(cm_independent_columns(zero, 2, 1e-10, kept, work) == 1 && !kept[0] && kept[1],
       "a constant column is found");
}

int
main(void)
{
    test_swiss();
    test_laws();
    test_uncorrelated();
    test_linalg();
    test_collinear();

    /* The largest case ends in reasonable time. */
    double *large = malloc(sizeof(double) * cm_lmg_work(CM_LMG_MOST));
    double rxx[CM_LMG_MOST * CM_LMG_MOST], rxy[CM_LMG_MOST], share[CM_LMG_MOST];
    double sum = 0;

    for (int i = 0; i < CM_LMG_MOST; i++)
        for (int j = 0; j < CM_LMG_MOST; j++)
            rxx[i * CM_LMG_MOST + j] = i == j ? 1 : 0.5;
    for (int i = 0; i < CM_LMG_MOST; i++)
        rxy[i] = 0.6;
    cm_lmg(rxx, rxy, CM_LMG_MOST, share, large);
    for (int i = 0; i < CM_LMG_MOST; i++)
        sum += share[i];
    /* equally correlated: R2 = p r^2 / (1 + (p - 1) / 2) */
    ok_near(sum, 20 * 0.36 / 10.5, 1e-12, "twenty predictors add up");
    ok_near(share[3], sum / 20, 1e-10, "and are alike");
    free(large);
    return tap_done();
}
