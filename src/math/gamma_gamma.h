/*
 * Gamma-Gamma model of spending: a customer's purchases are worth Gamma(p, v)
 * with v from Gamma(q, gamma), independent of how often he buys.
 *
 * Colombo, Jiang (1999), Journal of Interactive Marketing 13; Fader, Hardie
 * (2013), note 025. Parameters in this order: p, q, gamma (units of money).
 *
 * Histories hold x > 0 purchases and, as t_x, their mean value z > 0; T is 0.
 */
#ifndef CM_MATH_GAMMA_GAMMA_H
#define CM_MATH_GAMMA_GAMMA_H

#include "math/model.h"

extern bool cm_gamma_gamma_likelihood(cm_histories data, const double *param, const cm_host *host,
                                      cm_derivs *out);

extern void cm_gamma_gamma_fit(cm_histories data, const cm_host *host, cm_fit *fit);

/*
 * Expected value of a future purchase after x of mean value z. NaN where it is
 * infinite: for a customer without purchases when q <= 1.
 */
extern double cm_gamma_gamma_expected(const double *param, double x, double z);

#endif
