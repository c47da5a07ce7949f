/*
 * Means of any numbers: intervals, differences and trends by Student's t. Plain C. NaN where a value is undefined.
 */
#ifndef CM_MATH_MEAN_H
#define CM_MATH_MEAN_H

#include "math/proportion.h"

/* A number as the nearest double and what it has beyond it. */
typedef struct cm_two_doubles {
    double value, rest;
} cm_two_doubles;

extern cm_two_doubles cm_two_doubles_of(__int128 value);
extern cm_two_doubles cm_divide(cm_two_doubles a, double by);

/* What is known of a group of numbers. */
typedef struct cm_moments {
    double n;
    double mean;     /* NaN of none */
    double variance; /* with n - 1; NaN of fewer than two */
    double
        rest; /* what the mean has beyond mean: large means that lie close together keep their difference */
} cm_moments;

typedef struct cm_t_test {
    cm_interval interval; /* of the mean, the difference or the slope */
    double t;
    double df;
    double p_value; /* two-sided */
} cm_t_test;

/* mean - mean, and the nearest double to it */
static inline double
cm_mean_distance(cm_moments a, cm_moments b)
{
    return a.mean - b.mean + (a.rest - b.rest);
}

/* mean - expected of one sample; of the differences of pairs it is the paired test. */
extern cm_t_test cm_mean_test(cm_moments m, double expected, double confidence);

/*
 * a - b of independent samples whose variances may differ: B. L. Welch, The generalization of Student's problem when
 * several different population variances are involved, Biometrika 34 (1947); degrees of freedom as F. E. Satterthwaite,
 * Biometrics Bulletin 2 (1946).
 */
extern cm_t_test cm_mean_difference(cm_moments a, cm_moments b, double confidence);

/*
 * The slope of single values on the scores of their groups by least squares, as if all rows were at hand: the spread
 * within groups and that of their means about the line make the residual. Groups without values do not count.
 */
extern cm_t_test cm_mean_trend(const cm_moments *groups, const double *scores, int n_groups,
                               double confidence);

#endif
