/*
 * Answers with weights: a survey whose respondents stand for more or fewer people than themselves. The counts of answers
 * stay whole; beside them are the sums of their weights and of the squares of these, exactly.
 */
#ifndef CM_WEIGHTED_H
#define CM_WEIGHTED_H

#include "math/weighted.h"
#include "satisfaction/sums.h"

extern const cm_sums_kind cm_rate_weighted_kind;

/* Bins of a rate. */
enum { CM_WEIGHTED_HITS, CM_WEIGHTED_MISSES, CM_WEIGHTED_RATE_BINS };

/* The bins of a state as numbers. */
extern void cm_weights_of(const cm_sums *s, cm_weights *bins, int n_bins);

/* What answers of equal weight would have counted: weights scaled to the effective size. NaN without answers. */
extern double cm_effective_count(const cm_weights *bins, int n_bins, int from, int to);

/* value, lower, upper, n, effective_n, design_effect */
extern Datum cm_return_weighted_estimate(FunctionCallInfo fcinfo, cm_interval interval,
                                         const cm_weights *bins, int n_bins, double factor);
/* difference, lower, upper, z, p_value */
extern Datum cm_return_weighted_test(FunctionCallInfo fcinfo, cm_difference d, double factor);

#endif
