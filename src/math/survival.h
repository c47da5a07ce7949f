/*
 * Survival curves of Kaplan and Meier from counts by time, with intervals, quantiles and restricted means, and the
 * log-rank test. Plain C. NaN where a value is undefined.
 */
#ifndef CM_MATH_SURVIVAL_H
#define CM_MATH_SURVIVAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "math/proportion.h"

/* What happened at one time. Those censored are still there then: at equal times ends come first. */
typedef struct cm_lifetime {
    double time;
    int64_t ended;
    int64_t censored;
} cm_lifetime;

/* Ascending times, none below zero, no two alike, no count of nobody. */
typedef struct cm_lifetimes {
    const cm_lifetime *times;
    size_t n;
} cm_lifetimes;

/* A walk along the curve: the values after the time visited last. */
typedef struct cm_curve {
    cm_lifetimes of;
    size_t next;
    const cm_lifetime *last; /* the time visited last; NULL before the first */
    int64_t at_risk;         /* who was still there just before that time */
    int64_t left;            /* who is still there after it */
    double survival;         /* share that lives on */
    double greenwood; /* sum of d / (n (n - d)): the variance of ln survival; infinite once survival is 0 */
    double run_survival; /* survival when someone was censored last, */
    int64_t run_left;    /* and who was left then */
} cm_curve;

extern cm_curve cm_curve_begin(cm_lifetimes of);
extern bool cm_curve_next(cm_curve *curve);
extern double cm_curve_std_error(const cm_curve *curve);
/* Of ln(-ln survival); the limits are NaN while survival is 0 or 1. */
extern cm_interval cm_curve_interval(const cm_curve *curve, double confidence);

/* The curve as it is at t >= 0. Its survival is NaN without anyone, and after the last time unless nobody was left. */
extern cm_curve cm_curve_at(cm_lifetimes of, double t);

/* The first time at which at least this share, in (0, 1), has ended; NaN if the curve does not get there. */
extern cm_interval cm_survival_quantile(cm_lifetimes of, double share, double confidence);

typedef struct cm_restricted_mean {
    double value;
    double std_error;
} cm_restricted_mean;

/* Mean time lived up to horizon: the area under the curve. NaN if the horizon lies beyond what was seen. */
extern cm_restricted_mean cm_survival_restricted_mean(cm_lifetimes of, double horizon);

#define CM_LOG_RANK_GROUPS 32 /* the most that can be compared */

typedef struct cm_log_rank {
    double chi_square;
    int df;         /* 0 if there is nothing to compare */
    double p_value; /* NaN then */
    double observed[CM_LOG_RANK_GROUPS];
    double expected[CM_LOG_RANK_GROUPS]; /* ends if all groups had one curve */
} cm_log_rank;

extern cm_log_rank cm_log_rank_test(const cm_lifetimes *groups, int n_groups);

#endif
