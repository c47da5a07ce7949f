/*
 * survival: how long customers stayed, or deals took, as counts by duration: how many ended then, and how many were
 * seen up to then and had not ended (censored). A mergeable state for Kaplan-Meier curves, medians and means.
 *
 * Durations below zero are kept, in front; only those who admit them (sales_cycle) count them, curves leave them out.
 */
#ifndef CM_SURVIVAL_H
#define CM_SURVIVAL_H

#include "core/state.h"
#include "math/survival.h"

typedef struct cm_survival {
    cm_state head;
    uint32 sorted; /* cells in the order of time, no two alike */
    uint32 used; /* those, and cells that wait behind them, of one duration each; canonical: equals sorted */
    int64 total; /* durations; at most CM_MAX_COUNT */
    cm_lifetime
        cells[FLEXIBLE_ARRAY_MEMBER]; /* room for as many as the size holds; canonical: no room left */
} cm_survival;

extern const cm_state_class cm_survival_class;

extern cm_survival *cm_survival_new(Size capacity);
/* Adds counts at one finite duration; the result is survival or, when it had to grow, a new one. */
extern cm_survival *cm_survival_add(cm_survival *survival, double duration, int64 ended, int64 censored);
/* Any datum as a canonical state, to be read only. */
extern const cm_survival *cm_survival_read(Datum datum);
/* The durations of zero and more, for the curves. */
extern cm_lifetimes cm_survival_lifetimes(const cm_survival *survival);
/* Of those that ended alone, as percentile_cont: between the neighbours of share x (n - 1). NaN if none has ended. */
extern double cm_survival_percentile_ended(cm_lifetimes of, double share);

#define PG_GETARG_SURVIVAL(arg) cm_survival_read(PG_GETARG_DATUM(arg))

#endif
