/*
 * Weighted answers: what their weights cost, and what a mean of them is worth. Plain C. NaN where a value is undefined.
 */
#ifndef CM_MATH_WEIGHTED_H
#define CM_MATH_WEIGHTED_H

#include "math/proportion.h"

/* The answers of one kind, such as those of one score. */
typedef struct cm_weights {
    double n;       /* how many */
    double weight;  /* the sum of their weights */
    double squares; /* the sum of the squares of these */
} cm_weights;

extern cm_weights cm_weights_sum(const cm_weights *bins, int n_bins);

/*
 * So many answers of equal weight would know as much: (sum of w)^2 / sum of w^2; and by which factor weighting widens
 * variances, n over that. L. Kish, Survey Sampling (1965), 11.7; Weighting for unequal Pi, Journal of Official Statistics
 * 8 (1992).
 */
extern double cm_effective_size(cm_weights all);
extern double cm_design_effect(cm_weights all);

/*
 * The weighted mean of bins that have these values, and its interval by Taylor linearisation, as of a sample drawn with
 * replacement: variance n / (n - 1) x sum of w^2 (value - mean)^2 / (sum of w)^2. C.-E. Saerndal, B. Swensson, J. Wretman,
 * Model Assisted Survey Sampling (1992), 5.5; T. Lumley, Complex Surveys (2010), 2.2.
 */
extern double cm_weighted_mean(const cm_weights *bins, const double *values, int n_bins);
extern cm_interval cm_weighted_interval(const cm_weights *bins, const double *values, int n_bins,
                                        double confidence);

/* The difference of two such means of independent samples. */
extern cm_difference cm_weighted_difference(const cm_weights *a, const cm_weights *b, const double *values,
                                            int n_bins, double confidence);

#endif
