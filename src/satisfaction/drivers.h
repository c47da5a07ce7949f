/*
 * drivers: what a linear model of an outcome on several predictors needs to know: how many rows, their means and
 * their cross-products.
 *
 * Two forms of the same content. While every value is a multiple of 1/16 (ratings, counts, yes and no) and the sums
 * of squares stay below 2^45, the state holds plain sums, which are then exact in double precision: rows and states
 * may come in any order and give the same bytes. Any other value turns the state to means and centred
 * cross-products, updated and merged as in T. F. Chan, G. H. Golub, R. J. LeVeque (1983), The American Statistician
 * 37: stable, and rounded, so that another order may change the last digits. Which form a state has depends on its
 * rows only.
 *
 * Rows may have weights. They too must be multiples of 1/16 for the exact form, whose cross-products are then multiples of
 * 1/4096, and whose sums of squares stay below 2^41.
 */
#ifndef CM_DRIVERS_H
#define CM_DRIVERS_H

#include "core/state.h"

#define CM_DRIVERS_MOST 100      /* predictors */
#define CM_DRIVERS_LARGEST 1e100 /* a value, and the smallest but 0 is one over this: squares are numbers */
#define CM_DRIVERS_LARGEST_WEIGHT 1e50 /* and the smallest above 0 is one over this */
#define CM_DRIVERS_LARGEST_SQUARE (CM_DRIVERS_LARGEST * CM_DRIVERS_LARGEST)

#define CM_DRIVERS_CENTRED 1  /* in head.flags: means and centred cross-products, not sums */
#define CM_DRIVERS_WEIGHTED 2 /* in head.flags: rows have weights */
#define CM_DRIVERS_GRID 16.0  /* exact values are multiples of one over this */
#define CM_DRIVERS_EXACT_STEPS 9007199254740992.0 /* 2^53: integers up to here are exact */
#define CM_DRIVERS_EXACT_SQUARES (CM_DRIVERS_EXACT_STEPS / (CM_DRIVERS_GRID * CM_DRIVERS_GRID)) /* 2^45 */

typedef struct cm_drivers {
    cm_state head;
    int32 predictors; /* 0: no row had any yet */
    int32 unused;
    int64 rows;       /* complete ones, which alone enter the sums */
    int64 incomplete; /* rows with a NULL in outcome, predictors or weight */
    double weight;    /* of a weighted state: the sum of the weights of complete rows */
    double squares;   /* and of their squares; both 0 without weights */
    int64 data[FLEXIBLE_ARRAY_MEMBER];
} cm_drivers;

/*
 * data: for each variable, the outcome last, how many rows miss it; then as doubles their sums (or means); then the
 * lower triangle of the cross-products, row by row.
 */
static inline int
cm_drivers_variables(const cm_drivers *d)
{
    return d->predictors == 0 ? 0 : d->predictors + 1;
}

static inline bool
cm_drivers_weighted(const cm_drivers *d)
{
    return (d->head.flags & CM_DRIVERS_WEIGHTED) != 0;
}

/* What all rows weigh: their number where they have no weights. */
static inline double
cm_drivers_weight(const cm_drivers *d)
{
    return cm_drivers_weighted(d) ? d->weight : (double) d->rows;
}

/* So many rows of equal weight would know as much (Kish 1965). */
static inline double
cm_drivers_effective_rows(const cm_drivers *d)
{
    return cm_drivers_weighted(d) ? d->weight * (d->weight / d->squares) : (double) d->rows;
}

/* The largest sum of squares of the exact form. */
static inline double
cm_drivers_exact_squares(const cm_drivers *d)
{
    return cm_drivers_weighted(d) ? CM_DRIVERS_EXACT_SQUARES / CM_DRIVERS_GRID : CM_DRIVERS_EXACT_SQUARES;
}

/* How many places the first rows of the triangle take. */
#define CM_DRIVERS_TRIANGLE(rows) ((rows) * ((rows) + 1) / 2)

static inline double *
cm_drivers_sums(const cm_drivers *d)
{
    return (double *) d->data + cm_drivers_variables(d);
}

static inline double *
cm_drivers_products(const cm_drivers *d)
{
    return (double *) d->data + 2 * cm_drivers_variables(d);
}

static inline double
cm_drivers_product(const cm_drivers *d, int i, int j)
{
    return cm_drivers_products(d)[i >= j ? CM_DRIVERS_TRIANGLE(i) + j : CM_DRIVERS_TRIANGLE(j) + i];
}

extern const cm_state_class cm_drivers_class;

extern cm_drivers *cm_drivers_new(int predictors);
extern cm_drivers *cm_drivers_check(void *state);           /* its size fits its predictors, or an error */
extern cm_drivers *cm_drivers_own(FunctionCallInfo fcinfo); /* the transition state, argument 0 */
extern cm_drivers *cm_drivers_with_predictors(const cm_drivers *empty, int predictors);
extern void cm_drivers_check_predictors(const cm_drivers *d, int given); /* as many as the rows before had */
extern void cm_drivers_use_weights(cm_drivers *d);
/* n rows, or what rows weigh, whose means lie at this distance from ours. */
extern void cm_drivers_add_centred(cm_drivers *d, const double *distance, double n);
extern void cm_drivers_centre(cm_drivers *d); /* sums become means; means stay as they are */

#define PG_GETARG_DRIVERS(arg)                                                                               \
    ((const cm_drivers *) cm_drivers_check(cm_state_read(PG_GETARG_DATUM(arg), &cm_drivers_class)))

#endif
