/*
 * Raking: weights that give a sample the margins of a population, by iterative proportional fitting. W. E. Deming, F. F.
 * Stephan, On a least squares adjustment of a sampled frequency table when the expected marginal totals are known, Annals
 * of Mathematical Statistics 11 (1940). Plain C.
 */
#ifndef CM_MATH_RAKING_H
#define CM_MATH_RAKING_H

typedef struct cm_raking {
    int n_cells;
    int n_dimensions;
    const int *category;   /* of each cell in each dimension: a place in targets */
    const int *first;      /* category of each dimension, and one more: their number */
    const double *sizes;   /* of the cells, above zero */
    const double *targets; /* share of each category: those of a dimension add up to 1 */
    double *factors;       /* of each category; all 1 at first. The weight of a cell is their product */
    double *sums;          /* room for one number a category */
} cm_raking;

/* Adjusts to each dimension in turn; returns how far a margin was off before, at most, as a share of the whole. */
extern double cm_raking_step(cm_raking *r);

extern double cm_raking_factor(const cm_raking *r, int cell); /* the product of its factors */

#endif
