/*
 * Integrals the probability models need: every integrand here is positive and
 * smooth, so composite Gauss-Legendre rules give full precision without the
 * cancellation of hypergeometric closed forms.
 */
#ifndef CM_MATH_QUADRATURE_H
#define CM_MATH_QUADRATURE_H

/* The 12-point Gauss-Legendre rule on [-1, 1]: nodes +-node[i], both of weight weight[i] */
#define CM_GAUSS_HALF 6
extern const double cm_gauss_node[CM_GAUSS_HALF];
extern const double cm_gauss_weight[CM_GAUSS_HALF];

typedef double (*CmIntegrand)(double at, void *context);

/* One panel of the rule, and the same with panels halved until they agree to a relative 1e-13 */
extern double cm_gauss_panel(CmIntegrand f, void *context, double from, double to);
extern double cm_integrate(CmIntegrand f, void *context, double from, double to);

/*
 * Integral over [from, to] of ((p+t)/(p+from))^-c ((q+t)/(q+from))^-d, with
 * 0 <= from <= to and positive p, q, c, d: the heart of the Pareto/NBD.
 */
extern double cm_power_integral(double c, double p, double d, double q, double from, double to);

/*
 * Integral over w in [0, upper] of exp(-(s-1) w - y (e^w - 1)), y >= 0.
 * For upper = infinity (then y > 0) this is e^y E_s(y), the scaled exponential
 * integral.
 */
extern double cm_scaled_expint(double s, double y, double upper);

/* E[g(p)] for p ~ Beta(a, b), g bounded and smooth in ln(p/(1-p)) */
extern double cm_beta_mean(double a, double b, CmIntegrand g, void *context);

#endif
