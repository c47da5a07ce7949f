/*
 * BG/NBD and MBG/NBD: while alive a customer buys as a Poisson process whose
 * rate varies between customers as Gamma(r, alpha); after each purchase (MBG:
 * also after the first, at age 0) he drops out with a probability that varies
 * as Beta(a, b).
 *
 * BG/NBD: Fader, Hardie, Lee (2005), Marketing Science 24(2). MBG/NBD:
 * Batislam, Denizel, Filiztekin (2007), IJRM 24; Hoppe, Wagner (2007).
 * Parameters in this order: r, alpha (in units of time), a, b.
 */
#ifndef CM_MATH_BGNBD_H
#define CM_MATH_BGNBD_H

#include "math/model.h"

typedef enum cm_bg_kind { CM_BG = 0, CM_MBG = 1 } cm_bg_kind;

/* Log-likelihood with derivatives of all rows; false if the host said stop. max_x bounds the x of rows */
extern bool cm_bgnbd_likelihood(cm_bg_kind kind, cm_histories data, const double *param, const cm_host *host,
                                cm_derivs *out);

extern void cm_bgnbd_fit(cm_bg_kind kind, cm_histories data, const cm_host *host, cm_fit *fit);

/* P(alive at T | x, t_x, T) */
extern double cm_bgnbd_alive(cm_bg_kind kind, const double *param, double x, double t_x, double T);

/* P(alive at T + t | alive at T, x purchases) */
extern double cm_bgnbd_alive_after(cm_bg_kind kind, const double *param, double x, double T, double t);

/* Expected repeat purchases in (0, t] of a new customer, and in (T, T + t] of one alive at T who bought x times */
extern double cm_bgnbd_expected(cm_bg_kind kind, const double *param, double t);
extern double cm_bgnbd_expected_alive(cm_bg_kind kind, const double *param, double x, double T, double t);

/* P(at least one purchase in (T, T + t] | alive at T, x purchases) */
extern double cm_bgnbd_active_alive(const double *param, double x, double T, double t);

/* Expected purchases after T, discounted at the continuous rate delta to T, for one alive at T; t may be infinite:
 * without discount the value then is finite where a > 1 only */
extern double cm_bgnbd_discounted_alive(cm_bg_kind kind, const double *param, double x, double T, double t,
                                        double delta);

/* P(a new customer makes n repeat purchases in (0, t]) */
extern double cm_bgnbd_pmf(cm_bg_kind kind, const double *param, double n, double t);

#endif
