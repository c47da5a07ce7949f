/*
 * Compensated summation: a log-likelihood of a million customers is a sum near
 * 5e6 in which the optimiser must still see changes of 1e-7. Source: Neumaier
 * (1974), "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
 * Summen", ZAMM 54.
 */
#ifndef CM_MATH_SUM_H
#define CM_MATH_SUM_H

#include <math.h>

typedef struct cm_sum {
    double sum;  /* the plain running sum */
    double lost; /* what rounding took from it so far */
} cm_sum;

static inline void
cm_sum_add(cm_sum *s, double term)
{
    double sum = s->sum + term;

    if (fabs(s->sum) >= fabs(term))
        s->lost += (s->sum - sum) + term;
    else
        s->lost += (term - sum) + s->sum;
    s->sum = sum;
}

static inline double
cm_sum_value(const cm_sum *s)
{
    return s->sum + s->lost;
}

#endif
