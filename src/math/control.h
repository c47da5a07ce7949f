/*
 * Control charts that notice when a series leaves its usual level: EWMA and CUSUM, one value at a time.
 */
#ifndef CM_MATH_CONTROL_H
#define CM_MATH_CONTROL_H

/* Both start as {0}. Values are standardised: distance from the usual level in standard deviations. */
typedef struct cm_ewma {
    double average; /* exponentially weighted, starting at the usual level: 0 */
    double faded;   /* 1 - (1 - smoothing)^(2 n): how near its spread is to that of a long series */
} cm_ewma;

typedef struct cm_cusum {
    double high, low; /* sums of what exceeds the slack above and below, never negative */
} cm_cusum;

/*
 * Adds a value; returns where the average lies between its limits: 1 is the upper, -1 the lower one, beyond is out of
 * control. S. W. Roberts (1959), Technometrics 1; limits that widen with n as in D. C. Montgomery, Introduction to
 * Statistical Quality Control, 9.2. smoothing in (0, 1], width > 0 in standard deviations.
 */
extern double cm_ewma_add(cm_ewma *chart, double value, double smoothing, double width);
extern double cm_ewma_limit(const cm_ewma *chart, double smoothing, double width); /* of the average */

/*
 * Adds a value; returns the larger of the two sums over the threshold, negative if it is the lower one. E. S. Page
 * (1954), Biometrika 41, in tabular form (Montgomery, 9.1). slack >= 0, threshold > 0.
 */
extern double cm_cusum_add(cm_cusum *chart, double value, double slack, double threshold);

#endif
