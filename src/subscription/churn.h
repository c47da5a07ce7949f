/*
 * Churn of a period from its counts, under a named denominator.
 */
#ifndef CM_CHURN_H
#define CM_CHURN_H

#include "core/option.h"
#include "math/proportion.h"

typedef struct cm_churn_counts {
    int64 at_start; /* customers at the end of the day before the period */
    int64 joined;   /* customers of the end who were none at the start */
    int64 lost;     /* customers of the start who are none at the end */
    int64 losses;   /* every time a customer left, also those who came in the period or come back in it */
    int64 at_end;   /* customers at the end of the last day */
    double customer_periods; /* time that all were customers, in lengths of the period; NaN: not known */
} cm_churn_counts;

typedef enum cm_denominator {
    CM_AT_START,
    CM_AVERAGE,
    CM_AT_END,
    CM_EXPOSURE,
    CM_START_AND_JOINED /* at_start and every time a customer joined, which is at_end + losses */
} cm_denominator;

extern cm_denominator cm_denominator_from_text(const cm_word *word);
extern double cm_churn_under(const cm_churn_counts *counts, cm_denominator denominator); /* NaN: undefined */
/* The same with its interval, where it is a proportion: NaN as bounds under the other denominators. */
extern cm_interval cm_churn_interval(const cm_churn_counts *counts, cm_denominator denominator,
                                     double confidence);

#endif
