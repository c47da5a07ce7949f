/*
 * The linear model behind a drivers state: every measure of every driver. NaN is what cannot be known.
 */
#ifndef CM_DRIVER_MODEL_H
#define CM_DRIVER_MODEL_H

#include "satisfaction/drivers.h"

typedef struct cm_driver {
    const char *name;
    double mean, deviation;        /* of the complete rows; effective - 1 in the deviation */
    double r;                      /* correlation with the outcome */
    double coefficient;            /* change of the outcome for one more of this driver, the others held */
    double beta, beta_se, p_value; /* the same in standard deviations; Student's t, two-sided */
    double pratt, lmg, johnson;    /* shares of R squared */
} cm_driver;

typedef struct cm_driver_model {
    int64 rows;
    double effective; /* rows; of weighted ones, how many of equal weight would know as much */
    int count;        /* drivers */
    int fitted;       /* those in the model: neither constant nor collinear; 0 where there is no model */
    double r_squared;
    cm_driver driver[CM_DRIVERS_MOST];
} cm_driver_model;

/* Notices name what was left out and why; names may be NULL for x1, x2, ... */
extern cm_driver_model *cm_driver_model_fit(const cm_drivers *d, const char *const *names, bool notices);

#endif
