/*
 * How much of the explained variance each predictor of a linear model carries. Everything follows from the
 * correlations of the predictors with each other (rxx, p x p, positive definite) and with the outcome (rxy).
 */
#ifndef CM_MATH_IMPORTANCE_H
#define CM_MATH_IMPORTANCE_H

#include <stdbool.h>
#include <stddef.h>

/* LMG fits every subset of the predictors: 2^20 of them, and 8 MB, are the most that is worth waiting for. */
#define CM_LMG_MOST 20

typedef struct cm_regression {
    double r_squared;
    double *beta; /* standardised coefficients, p of them */
    double
        *inflation; /* variance inflation factors 1 / (1 - R2 of this predictor on the others), p of them */
} cm_regression;

/* Fills in what fit points to; work has p x (p + 3) / 2 places. False where rxx is not positive definite. */
extern bool cm_regress(const double *rxx, const double *rxy, int p, cm_regression *fit, double *work);

/*
 * LMG (Lindeman, Merenda and Gold 1980), the Shapley value of R2: what a predictor adds to R2, averaged over all
 * orders in which the predictors can enter. The p shares add up to R2. p <= CM_LMG_MOST; work has
 * cm_lmg_work(p) places.
 */
extern size_t cm_lmg_work(int p);
extern void cm_lmg(const double *rxx, const double *rxy, int p, double *share, double *work);

/*
 * Relative weights (Johnson 2000, Multivariate Behavioral Research 35): R2 shared out by way of the orthogonal
 * variables nearest to the predictors. They add up to R2. work has 3 p x p places.
 */
extern void cm_relative_weights(const double *rxx, const double *rxy, int p, double *weight, double *work);

#endif
