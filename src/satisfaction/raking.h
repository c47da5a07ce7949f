/*
 * Raking of rows: the margins that are known, and how many rows of the sample are in each cell, which is a combination of
 * categories. The cells are fitted by math/raking.h.
 */
#ifndef CM_SATISFACTION_RAKING_H
#define CM_SATISFACTION_RAKING_H

#include "core/money.h"
#include "math/raking.h"
#include "utils/jsonb.h"

#define CM_RAKING_STEPS 1000      /* at most */
#define CM_RAKING_PRECISION 1e-10 /* how far margins may be off, as a share of the whole */

typedef struct cm_category {
    const char *name;
    int length;
    int dimension;
    double target;
} cm_category;

typedef struct cm_raking_sample {
    int n_dimensions;
    int *first;              /* category of each dimension, and one more: their number */
    cm_category *categories; /* of each dimension in the order of their names */
    int64 cells;             /* combinations of categories */
    cm_money *sizes;         /* of the cells: the sums of the weights that rows came with, exactly */
    int64 rows;
    int steps;
    double off;     /* how far margins are off, at most */
    double *factor; /* of each cell, so that weights add up to the number of rows */
} cm_raking_sample;

extern cm_raking_sample *cm_raking_begin(Jsonb *margins);
/* Adds a row, given by one name a dimension; returns its cell. A weight of zero is a row that does not count. */
extern int64 cm_raking_add(cm_raking_sample *s, const Datum *names, const bool *nulls, int count,
                           double weight);
/* Fits the cells: whether the margins were reached. */
extern bool cm_raking_fit(cm_raking_sample *s);

#endif
