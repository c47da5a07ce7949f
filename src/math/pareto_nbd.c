/*
 * Predictions of the Pareto/NBD. Of a customer alive at T the rates are
 * independent, Gamma(r + x, alpha + T) and Gamma(s, beta + T); all expectations
 * are for such a customer, times P(alive) they hold for (x, t_x, T).
 */
#include "math/pareto_nbd.h"

#include "math/quadrature.h"
#include "math/special.h"

#include <math.h>

enum { R, ALPHA, S, BETA };

double
cm_pareto_nbd_alive(const double *p, double x, double t_x, double T)
{
    double c = p[R] + x;
    double span = T - t_x;

    if (span <= 0.0)
        return 1.0;

    double integral = cm_power_integral(c, p[ALPHA], p[S] + 1.0, p[BETA], t_x, T);
    double u = log(p[S] * integral / (p[BETA] + t_x)) + c * log1p(span / (p[ALPHA] + t_x)) +
               p[S] * log1p(span / (p[BETA] + t_x));

    return cm_logistic(-u);
}

double
cm_pareto_nbd_alive_after(const double *p, double T, double t)
{
    return exp(-p[S] * log1p(t / (p[BETA] + T)));
}

double
cm_pareto_nbd_expected(const double *p, double t)
{
    return p[R] * p[BETA] / p[ALPHA] * cm_decay_integral(p[S] - 1.0, log1p(t / p[BETA]));
}

double
cm_pareto_nbd_expected_alive(const double *p, double x, double T, double t)
{
    double after[4] = {p[R] + x, p[ALPHA] + T, p[S], p[BETA] + T};

    return cm_pareto_nbd_expected(after, t);
}

double
cm_pareto_nbd_active_alive(const double *p, double x, double T, double t)
{
    double r = p[R] + x;
    double alpha = p[ALPHA] + T;

    return fmin(1.0, r / alpha * cm_power_integral(r + 1.0, alpha, p[S], p[BETA] + T, 0.0, t));
}

/* Fader, Hardie, Lee (2005), Journal of Marketing Research 42; e^y E_s(y) is their Tricomi function */
double
cm_pareto_nbd_discounted_alive(const double *p, double x, double T, double t, double delta)
{
    double beta = p[BETA] + T;

    if (isinf(t) && delta == 0.0) /* mean rate times mean lifetime to come */
        return p[S] > 1.0 ? (p[R] + x) / (p[ALPHA] + T) * beta / (p[S] - 1.0) : INFINITY;
    return (p[R] + x) / (p[ALPHA] + T) * beta * cm_scaled_expint(p[S], delta * beta, log1p(t / beta));
}

typedef struct count_integrand {
    const double *p;
    double n;
    double unit; /* time is unit (e^w - 1) */
} count_integrand;

/* n purchases by the time tau, and death there */
static double
count_at_death(double w, void *context)
{
    const count_integrand *c = context;
    const double *p = c->p;
    double tau = c->unit * expm1(w);

    if (tau <= 0.0)
        return 0.0;
    return (c->unit + tau) * p[S] / (p[BETA] + tau) *
           exp(cm_log_gamma_poisson(p[R], p[ALPHA], c->n, tau) - p[S] * log1p(tau / p[BETA]));
}

double
cm_pareto_nbd_pmf(const double *p, double n, double t)
{
    if (t <= 0.0)
        return n == 0.0 ? 1.0 : 0.0;

    count_integrand c = {p, n, fmin(p[ALPHA], p[BETA])};
    double end = log1p(t / c.unit);
    double pmf = exp(cm_log_gamma_poisson(p[R], p[ALPHA], n, t) - p[S] * log1p(t / p[BETA]));
    double panels = ceil(end * fmax(2.0, sqrt(n))); /* the peak of n purchases is 1 / sqrt(n) wide */

    for (double i = 0.0; i < panels; i += 1.0)
        pmf += cm_gauss_panel(count_at_death, &c, end * i / panels, end * (i + 1.0) / panels);
    return pmf;
}
