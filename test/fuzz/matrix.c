/* Correlations of any rows: shares of R2 are finite and add up, whatever the columns are. */
#include "bytes.h"

#include "math/importance.h"
#include "math/linalg.h"

#define MOST 6
#define ROWS 12

/* The correlation matrix of the columns of x; false where a column does not vary enough. */
static int
correlate(double x[ROWS][MOST + 1], int columns, double r[MOST + 1][MOST + 1])
{
    double mean[MOST + 1] = {0}, spread[MOST + 1] = {0};

    for (int c = 0; c < columns; c++) {
        for (int i = 0; i < ROWS; i++)
            mean[c] += x[i][c] / ROWS;
        for (int i = 0; i < ROWS; i++)
            spread[c] += (x[i][c] - mean[c]) * (x[i][c] - mean[c]);
        if (!(spread[c] > 1e-6))
            return 0;
    }
    for (int a = 0; a < columns; a++)
        for (int b = 0; b < columns; b++) {
            r[a][b] = 0;
            for (int i = 0; i < ROWS; i++)
                r[a][b] += (x[i][a] - mean[a]) * (x[i][b] - mean[b]) / sqrt(spread[a] * spread[b]);
        }
    for (int a = 0; a < columns; a++)
        r[a][a] = 1;
    return 1;
}

static void
check_shares(const double *rxx, const double *rxy, int p)
{
    double beta[MOST], inflation[MOST], share[MOST], weight[MOST], work[3 * MOST * MOST], sum = 0,
                                                                                          weights = 0;
    cm_regression fit = {.beta = beta, .inflation = inflation};

    if (!cm_regress(rxx, rxy, p, &fit, work))
        return;
    CLAIM(!isnan(fit.r_squared));
    for (int i = 0; i < p; i++)
        if (!(inflation[i] < 1e6))
            return; /* columns that nearly are combinations of others leave no digits */

    double *lmg_work = malloc(cm_lmg_work(p) * sizeof(double));

    cm_lmg(rxx, rxy, p, share, lmg_work);
    cm_relative_weights(rxx, rxy, p, weight, work);
    for (int i = 0; i < p; i++) {
        CLAIM(share[i] >= -1e-6 && share[i] <= 1 + 1e-6);
        CLAIM(weight[i] >= -1e-6 && weight[i] <= 1 + 1e-6);
        sum += share[i];
        weights += weight[i];
    }
    CLAIM(fabs(sum - fit.r_squared) < 1e-6);
    CLAIM(fabs(weights - fit.r_squared) < 1e-6);
    free(lmg_work);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bytes in = {data, size};
    double x[ROWS][MOST + 1], r[MOST + 1][MOST + 1], rxx[MOST * MOST], rxy[MOST], values[MOST],
        vectors[MOST * MOST];
    int p = take_between(&in, 1, MOST);

    for (int i = 0; i < ROWS; i++)
        for (int c = 0; c <= p; c++)
            x[i][c] = take_within(&in, -1000, 1000);
    if (!correlate(x, p + 1, r))
        return 0;
    for (int a = 0; a < p; a++) {
        rxy[a] = r[a][p];
        for (int b = 0; b < p; b++)
            rxx[a * p + b] = r[a][b];
    }
    check_shares(rxx, rxy, p);

    double trace = 0;

    cm_eigen_symmetric(rxx, p, values, vectors);
    for (int i = 0; i < p; i++)
        trace += values[i];
    CLAIM(fabs(trace - p) < 1e-9);
    return 0;
}
