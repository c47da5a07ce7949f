/*
 * BG/BB: purchases at discrete opportunities (a yearly drive, a weekly market).
 * While alive a customer buys at each opportunity with a probability from
 * Beta(alpha, beta), and dies before each with a probability from
 * Beta(gamma, delta).
 *
 * Fader, Hardie, Shang (2010), Marketing Science 29. Parameters in this order:
 * alpha, beta, gamma, delta. Histories hold x purchases in T opportunities, the
 * last at opportunity t_x (0 without one): whole numbers.
 */
#ifndef CM_MATH_BGBB_H
#define CM_MATH_BGBB_H

#include "math/model.h"

extern bool cm_bgbb_likelihood(cm_histories data, const double *param, const cm_host *host, cm_derivs *out);

extern void cm_bgbb_fit(cm_histories data, const cm_host *host, cm_fit *fit);

/* P(alive at opportunity T + ahead | x, t_x, T); ahead = 1 is what the paper prints */
extern double cm_bgbb_alive(const double *param, double x, double t_x, double T, double ahead);

/*
 * For one alive at opportunity T after x purchases: expected purchases in the
 * next h opportunities, the i-th discounted by (1 + d)^i. h may be infinite:
 * for d = 0 the value then is finite where gamma > 1 only. A new customer has x = T = 0.
 */
extern double cm_bgbb_discounted_alive(const double *param, double x, double T, double h, double d);

/* P(at least one purchase in the next h opportunities | alive at T, x purchases) */
extern double cm_bgbb_active_alive(const double *param, double x, double T, double h);

/* P(a new customer makes x purchases in n opportunities) */
extern double cm_bgbb_pmf(const double *param, double x, double n);

#endif
