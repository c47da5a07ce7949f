/*
 * Shifted beta-geometric model of contracts: at each renewal a customer leaves
 * with a probability that varies between customers as Beta(alpha, beta).
 *
 * Fader, Hardie (2007), Journal of Interactive Marketing 21; (2010), Marketing
 * Science 29. Parameters in this order: alpha, beta.
 *
 * Histories hold the age x in periods: with t_x = 1 customers lost at their
 * x-th renewal (x >= 1), with t_x = 0 customers still there after x renewals.
 * T is 0. Cohorts of different ages join in one likelihood.
 */
#ifndef CM_MATH_SBG_H
#define CM_MATH_SBG_H

#include "math/model.h"

extern bool cm_sbg_likelihood(cm_histories data, const double *param, const cm_host *host, cm_derivs *out);

extern void cm_sbg_fit(cm_histories data, const cm_host *host, cm_fit *fit);

/* P(renews at renewal number t | was there before it), t >= 1 */
extern double cm_sbg_retention(const double *param, double t);

/* P(still there after t renewals | still there after `after` of them) */
extern double cm_sbg_survival(const double *param, double after, double t);

/*
 * Expected periods still to come after so many renewals, the renewal now due
 * counting 1 if made, later ones discounted at d per period. NaN where it is
 * infinite: d = 0 and alpha <= 1.
 */
extern double cm_sbg_residual_lifetime(const double *param, double after, double d);

#endif
