/*
 * Intervals and tests for proportions. Plain C. NaN where a value is undefined (no observations).
 */
#ifndef CM_PROPORTION_H
#define CM_PROPORTION_H

#include <stdint.h>

typedef struct cm_interval {
    double value; /* the estimate */
    double lower, upper;
} cm_interval;

typedef struct cm_difference {
    cm_interval interval; /* of a - b */
    double z;             /* test statistic of a = b */
    double p_value;       /* two-sided */
} cm_difference;

extern cm_interval cm_wilson(int64_t hits, int64_t total, double confidence);
extern cm_difference cm_rate_difference(int64_t hits_a, int64_t total_a, int64_t hits_b, int64_t total_b,
                                        double confidence);

#endif
