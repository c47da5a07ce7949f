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

typedef double (*cm_integrand)(double at, void *context);

/* One panel of the rule */
extern double cm_gauss_panel(cm_integrand f, void *context, double from, double to);

/*
 * Integral over [from, to] of ((p+t)/(p+from))^-c ((q+t)/(q+from))^-d, with
 * 0 <= from <= to and positive p, q, c, d: the heart of the Pareto/NBD.
 */
extern double cm_power_integral(double c, double p, double d, double q, double from, double to);

/*
 * The same integral with moments of the four functions whose exponential it is: under the integrand, the sums of
 * f = (ln((p+t)/(p+from)), 1/(p+t) - 1/(p+from), and the same with q) and of their products (lower triangle).
 *
 * It is built backwards: from sums over [to, end], zero at first, prepend makes those over [from, end]. Of many
 * integrals with one end each then costs only the step to the next start.
 */
typedef struct cm_power_sums {
    double total;
    double first[4];
    double second[10];
} cm_power_sums;

extern void cm_power_sums_prepend(cm_power_sums *sums, double c, double p, double d, double q, double from,
                                  double to);

/*
 * Integral over w in [0, upper] of exp(-(s-1) w - y (e^w - 1)), y >= 0.
 * For upper = infinity (then y > 0) this is e^y E_s(y), the scaled exponential
 * integral.
 */
extern double cm_scaled_expint(double s, double y, double upper);

/* E[g(p)] for p ~ Beta(a, b), g bounded and smooth in ln(p/(1-p)) */
extern double cm_beta_mean(double a, double b, cm_integrand g, void *context);

#endif
