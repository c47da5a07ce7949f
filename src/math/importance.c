/* Regression, LMG and relative weights from correlations; see importance.h. */
#include "math/importance.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "math/linalg.h"

/* A predictor of which the ones in the subset leave less than this adds nothing to them. */
#define NOTHING_LEFT 1e-12

bool
cm_regress(const double *rxx, const double *rxy, int p, cm_regression *fit, double *work)
{
    double *factor = work;
    double *column = work + cm_pair(p, 0); /* of the inverse of rxx */

    for (int i = 0; i < p; i++)
        memcpy(factor + cm_pair(i, 0), rxx + i * p, sizeof(double) * (i + 1));
    if (!cm_cholesky(factor, p))
        return false;
    cm_cholesky_solve(factor, p, rxy, fit->beta);
    fit->r_squared = 0.0;
    for (int i = 0; i < p; i++) {
        fit->r_squared += fit->beta[i] * rxy[i];
        memset(column, 0, sizeof(double) * p);
        column[i] = 1.0;
        cm_cholesky_solve(factor, p, column, column);
        fit->inflation[i] = column[i];
    }
    return true;
}

/* ---- LMG ---- */

typedef struct subsets {
    int p;
    double *r_squared; /* of each subset, bit j standing for predictor j */
    double *level; /* matrices of p + 1 rows, one for each depth: what the predictors in the subset leave */
} subsets;

/* What predictor j takes away from the variables behind it, the outcome (the last one) included. */
static void
eliminate(const double *from, double *to, int size, int j)
{
    double pivot = from[j * size + j];
    bool nothing = !(pivot > NOTHING_LEFT);

    for (int i = j + 1; i < size; i++) {
        double factor = nothing ? 0.0 : from[j * size + i] / pivot;

        for (int k = i; k < size; k++)
            to[i * size + k] = from[i * size + k] - factor * from[j * size + k];
    }
}

/*
 * R2 of the subset with each predictor from first on added, and of everything below. Predictors enter in rising
 * order, so each subset is met once and costs one step of elimination on the few variables behind its last one.
 */
static void
visit_subsets(const subsets *s, int depth, int first, uint32_t subset)
{
    int size = s->p + 1;
    const double *matrix = s->level + (size_t) depth * size * size;

    for (int j = first; j < s->p; j++) {
        uint32_t with = subset | (uint32_t) 1 << j;
        double pivot = matrix[j * size + j];
        double cross = matrix[j * size + s->p];

        s->r_squared[with] = s->r_squared[subset] + (pivot > NOTHING_LEFT ? cross * cross / pivot : 0.0);
        if (j + 1 < s->p) {
            eliminate(matrix, s->level + (size_t) (depth + 1) * size * size, size, j);
            visit_subsets(s, depth + 1, j + 1, with);
        }
    }
}

/* How many of all orders put exactly these k of the other p - 1 predictors first: k! (p - 1 - k)! / p! of them. */
static void
order_shares(int p, double *share)
{
    double choices = 1.0; /* p - 1 over k */

    for (int k = 0; k < p; k++) {
        share[k] = 1.0 / (p * choices);
        choices = choices * (p - 1 - k) / (k + 1);
    }
}

static int
count_bits(uint32_t subset)
{
    int count = 0;

    for (; subset != 0; subset &= subset - 1)
        count++;
    return count;
}

size_t
cm_lmg_work(int p)
{
    return ((size_t) 1 << p) + (size_t) p * (p + 1) * (p + 1);
}

void
cm_lmg(const double *rxx, const double *rxy, int p, double *share, double *work)
{
    double weight[CM_LMG_MOST];
    subsets s = {.p = p, .r_squared = work, .level = work + ((size_t) 1 << p)};

    for (int i = 0; i < p; i++) {
        memcpy(s.level + i * (p + 1), rxx + i * p, sizeof(double) * p);
        s.level[i * (p + 1) + p] = rxy[i];
        share[i] = 0.0;
    }
    s.r_squared[0] = 0.0;
    visit_subsets(&s, 0, 0, 0);

    order_shares(p, weight);
    for (uint32_t subset = 0; subset < (uint32_t) 1 << p; subset++) {
        double orders = weight[count_bits(subset) % p]; /* the full subset is nobody's predecessor */

        for (int j = 0; j < p; j++)
            if (!(subset >> j & 1))
                share[j] += orders * (s.r_squared[subset | (uint32_t) 1 << j] - s.r_squared[subset]);
    }
}

/* ---- relative weights ---- */

void
cm_relative_weights(const double *rxx, const double *rxy, int p, double *weight, double *work)
{
    double *root =
        work; /* the symmetric square root of rxx: correlations of predictors and orthogonal variables */
    double *vectors = work + (size_t) p * p;
    double *matrix = vectors + (size_t) p * p;

    memcpy(matrix, rxx, sizeof(double) * p * p);
    cm_eigen_symmetric(matrix, p, weight, vectors); /* weight holds the eigenvalues for a while */
    memset(root, 0, sizeof(double) * p * p);
    memset(matrix, 0, sizeof(double) * p * p); /* from here on the inverse of root */
    for (int k = 0; k < p; k++) {
        double scale = sqrt(fmax(weight[k], 0.0));

        for (int i = 0; i < p; i++)
            for (int j = 0; j < p; j++) {
                double part = vectors[i * p + k] * vectors[j * p + k];

                root[i * p + j] += scale * part;
                matrix[i * p + j] += scale > 0.0 ? part / scale : 0.0;
            }
    }
    memset(weight, 0, sizeof(double) * p);
    for (int k = 0; k < p; k++) {
        double beta = 0.0; /* of orthogonal variable k on the outcome */

        for (int i = 0; i < p; i++)
            beta += matrix[k * p + i] * rxy[i];
        for (int j = 0; j < p; j++)
            weight[j] += root[j * p + k] * root[j * p + k] * beta * beta;
    }
}
