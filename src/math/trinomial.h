/*
 * Intervals for the difference of two shares of one sample, such as promoters less detractors. Plain C.
 */
#ifndef CM_TRINOMIAL_H
#define CM_TRINOMIAL_H

#include "math/proportion.h"

typedef struct cm_trinomial {
    double plus, zero, minus; /* answers counted +1, 0 and -1, or what weighted ones are worth */
} cm_trinomial;

typedef enum cm_trinomial_method {
    CM_ADJUSTED_WALD, /* three quarters of an answer added to each end, one and a half in the middle */
    CM_SCORE,
    CM_WALD
} cm_trinomial_method;

extern double cm_trinomial_mean(cm_trinomial t); /* (plus - minus) / n, in [-1, 1] */
extern cm_interval cm_trinomial_interval(cm_trinomial t, double confidence, cm_trinomial_method method);
extern cm_difference cm_trinomial_difference(cm_trinomial a, cm_trinomial b, double confidence,
                                             cm_trinomial_method method); /* Wald or adjusted Wald */

#endif
