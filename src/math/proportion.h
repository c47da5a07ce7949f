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

/*
 * A rate whose observations come in clusters, such as attempts of customers: within one they are not independent. Of all
 * clusters the sums of hits, of observations, and of their squares and product.
 */
typedef struct cm_clusters {
    int64_t count; /* clusters with observations */
    double hits, total;
    double hits2, total2, both;
} cm_clusters;

extern void cm_clusters_add(cm_clusters *c, int64_t hits, int64_t total);
/* Wilson's interval for the number of independent observations that would vary as much. */
extern cm_interval cm_cluster_rate(const cm_clusters *c, double confidence);

extern cm_difference cm_rate_difference(int64_t hits_a, int64_t total_a, int64_t hits_b, int64_t total_b,
                                        double confidence);

#endif
