/*
 * Pareto/NBD: while alive a customer buys as a Poisson process whose rate
 * varies between customers as Gamma(r, alpha); his lifetime is exponential with
 * a rate that varies as Gamma(s, beta).
 *
 * Schmittlein, Morrison, Colombo (1987), Management Science 33. Fader, Hardie
 * (2005), notes 008 and 009. Parameters in this order: r, alpha (units of
 * time), s, beta (units of time).
 */
#ifndef CM_MATH_PARETO_NBD_H
#define CM_MATH_PARETO_NBD_H

#include "math/model.h"

extern bool cm_pareto_nbd_likelihood(cm_histories data, const double *param, const cm_host *host,
                                     cm_derivs *out);

extern void cm_pareto_nbd_fit(cm_histories data, const cm_host *host, cm_fit *fit);

/* P(alive at T | x, t_x, T) */
extern double cm_pareto_nbd_alive(const double *param, double x, double t_x, double T);

/* P(alive at T + t | alive at T) */
extern double cm_pareto_nbd_alive_after(const double *param, double T, double t);

/* Expected repeat purchases in (0, t] of a new customer, and in (T, T + t] of one alive at T */
extern double cm_pareto_nbd_expected(const double *param, double t);
extern double cm_pareto_nbd_expected_alive(const double *param, double x, double T, double t);

/* P(at least one purchase in (T, T + t] | alive at T, x purchases) */
extern double cm_pareto_nbd_active_alive(const double *param, double x, double T, double t);

/* Expected purchases after T, discounted at the continuous rate delta; t may be infinite: without discount
 * the value then is finite where s > 1 only */
extern double cm_pareto_nbd_discounted_alive(const double *param, double x, double T, double t, double delta);

/* P(a new customer makes n repeat purchases in (0, t]) */
extern double cm_pareto_nbd_pmf(const double *param, double n, double t);

#endif
