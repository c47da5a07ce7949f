/*
 * mean: how many numbers there are, their sum and the sum of their squares, exactly. It answers the mean, its spread, and
 * whether two means differ.
 */
#ifndef CM_MEANS_H
#define CM_MEANS_H

#include "satisfaction/sums.h"

extern const cm_sums_kind cm_means_kind;

#define PG_GETARG_MEANS(arg) cm_sums_read(PG_GETARG_DATUM(arg), &cm_means_kind)

/* The columns difference (or value), lower, upper, t, df, p_value, from this one on. */
extern void cm_set_t_test(struct cm_row *row, int column, cm_t_test test);

#endif
