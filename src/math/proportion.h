/*
 * Intervals and tests for proportions. Plain C. NaN where a value is undefined (no observations).
 */
#ifndef CM_PROPORTION_H
#define CM_PROPORTION_H

#include <math.h>
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

/* Counts, or what weighted rows are worth: hits from 0 to total. */
extern cm_interval cm_wilson(double hits, double total, double confidence);

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

extern cm_difference cm_rate_difference(double hits_a, double total_a, double hits_b, double total_b,
                                        double confidence);

/*
 * Scores of groups, which a trend is drawn along. The test of a trend does not depend on their origin and unit: they are
 * counted from the first, so that large ones that lie close together keep their distances, and in a power of two near
 * the widest distance, so that the squares of very small and very large ones are numbers.
 */
typedef struct cm_scale {
    double origin; /* NaN before the first */
    double widest; /* distance from it */
} cm_scale;

static inline cm_scale
cm_scale_begin(void)
{
    return (cm_scale){NAN, 0.0};
}

static inline void
cm_scale_see(cm_scale *scale, double score)
{
    if (isnan(scale->origin))
        scale->origin = score;
    scale->widest = fmax(scale->widest, fabs(score - scale->origin));
}

static inline double
cm_scaled(const cm_scale *scale, double score)
{
    return scale->widest > 0.0 ? ldexp(score - scale->origin, -ilogb(scale->widest)) : 0.0;
}

/* Of a slope along the scores. */
static inline cm_interval
cm_unscaled(const cm_scale *scale, cm_interval slope)
{
    int power = scale->widest > 0.0 ? -ilogb(scale->widest) : 0;

    return (cm_interval){ldexp(slope.value, power), ldexp(slope.lower, power), ldexp(slope.upper, power)};
}

/*
 * Whether rates rise or fall along the scores of their groups: P. Armitage, Tests for linear trends in proportions and
 * frequencies, Biometrics 11 (1955); W. G. Cochran, Some methods for strengthening the common chi-square tests,
 * Biometrics 10 (1954). The value is the slope of the rate for each step of one of the score, by least squares weighted by
 * the totals; z squared is chi-square with one degree of freedom. Groups without a total do not count.
 */
extern cm_difference cm_rate_trend(const double *hits, const double *totals, const double *scores,
                                   int n_groups, double confidence);

#endif
