/*
 * Predictions of the BG/NBD and MBG/NBD.
 *
 * Of a customer alive at T with x repeat purchases we know the posterior: his
 * rate is Gamma(r + x, alpha + T), his dropout probability Beta(a, b + x) (MBG:
 * b + x + 1), independent of t_x. All expectations below are for such a
 * customer; times P(alive) they hold for (x, t_x, T).
 */
#include "math/bgnbd.h"

#include "math/quadrature.h"
#include "math/special.h"

#include <math.h>

enum { R, ALPHA, A, B };

/* The series below takes about 40 (1 + t / alpha) terms beyond its mean; longer ones are integrals instead */
#define CM_MAX_TERMS 4000.0

/* The (posterior) mixing distributions of a customer who is alive */
typedef struct alive_state {
    double r, alpha;
    double a, b;
} alive_state;

/* A time, and a discount rate where one is needed, for the integrands */
typedef struct horizon_args {
    alive_state c;
    double t;
    double delta;
} horizon_args;

static alive_state
alive_after(cm_bg_kind kind, const double *p, double x, double T)
{
    return (alive_state){p[R] + x, p[ALPHA] + T, p[A], p[B] + x + (kind == CM_MBG)};
}

double
cm_bgnbd_alive(cm_bg_kind kind, const double *p, double x, double t_x, double T)
{
    double factors = x + (kind == CM_MBG);

    if (factors == 0.0)
        return 1.0;

    double D = log1p((T - t_x) / (p[ALPHA] + t_x));

    return cm_logistic(log(p[B] + (factors - 1.0)) - log(p[A]) - (p[R] + x) * D);
}

/* Expected purchases in t given dropout probability p: [1 - (1 + p t / alpha)^-r] / p */
static double
thinned_purchases(double p, void *context)
{
    const horizon_args *h = context;

    return -expm1(-h->c.r * log1p(p * h->t / h->c.alpha)) / p;
}

/*
 * E[purchases in t] = sum_n P(N = n) e_n, N the purchases were there no dropout
 * (negative binomial) and e_n = sum_{j<n} E[(1-p)^j] those made alive: terms
 * all positive, where the textbook 2F1 form cancels and is 0/0 at a = 1.
 */
static double
purchases_series(const alive_state *c, double t)
{
    double z = t / (c->alpha + t);
    double probability = exp(-c->r * log1p(t / c->alpha)) * c->r * z; /* of N = n */
    double survive = 1.0;                                             /* E[(1-p)^(n-1)] */
    double made = 1.0;                                                /* e_n */
    double sum = probability;

    for (double n = 1.0; n < CM_MAX_TERMS; n += 1.0) {
        double ratio = z * (c->r + n) / (n + 1.0);
        double rest = ratio * (n + 1.0) / n; /* no later term shrinks more slowly, once below 1 */

        if (rest < 1.0 && probability * made * rest < 1e-16 * sum * (1.0 - rest))
            break;
        survive *= (c->b + n - 1.0) / (c->a + c->b + n - 1.0);
        made += survive;
        probability *= ratio;
        sum += probability * made;
    }
    return sum;
}

static double
purchases_alive(const alive_state *c, double t)
{
    double odds = t / c->alpha;

    if (t <= 0.0)
        return 0.0;
    /* long series, or (1-z)^r below the smallest number: the same as an integral over p */
    if (40.0 * (1.0 + odds) + c->r * odds > 0.5 * CM_MAX_TERMS || c->r * log1p(odds) > 600.0) {
        horizon_args h = {*c, t, 0.0};

        return cm_beta_mean(c->a, c->b, thinned_purchases, &h);
    }
    return purchases_series(c, t);
}

/* P(no dropout in t) given dropout probability p: dropouts come at p times the rate of purchases */
static double
no_dropout(double p, void *context)
{
    const horizon_args *h = context;

    return exp(-h->c.r * log1p(p * h->t / h->c.alpha));
}

/* sum_n P(N = n) E[(1-p)^n], N as in purchases_series: terms all positive */
double
cm_bgnbd_alive_after(cm_bg_kind kind, const double *p, double x, double T, double t)
{
    horizon_args h = {alive_after(kind, p, x, T), t, 0.0};
    const alive_state *c = &h.c;
    double odds = t / c->alpha;
    double z = t / (c->alpha + t);
    double term = exp(-c->r * log1p(odds)); /* of n = 0 */
    double sum = term;

    if (t <= 0.0)
        return 1.0;
    if (40.0 * (1.0 + odds) + c->r * odds > 0.5 * CM_MAX_TERMS || c->r * log1p(odds) > 600.0)
        return fmin(cm_beta_mean(c->a, c->b, no_dropout, &h), 1.0);
    for (double n = 0.0; n < CM_MAX_TERMS; n += 1.0) {
        double rest = z * fmax(1.0, (c->r + n) / (n + 1.0)); /* no later term shrinks more slowly */

        if (rest < 1.0 && term * rest < 1e-16 * sum * (1.0 - rest))
            break;
        term *= z * (c->r + n) / (n + 1.0) * (c->b + n) / (c->a + c->b + n);
        sum += term;
    }
    return fmin(sum, 1.0);
}

double
cm_bgnbd_expected(cm_bg_kind kind, const double *p, double t)
{
    alive_state c = {p[R], p[ALPHA], p[A], p[B] + (kind == CM_MBG)};
    double starts = kind == CM_MBG ? p[B] / (p[A] + p[B]) : 1.0;

    return starts * purchases_alive(&c, t);
}

double
cm_bgnbd_expected_alive(cm_bg_kind kind, const double *p, double x, double T, double t)
{
    alive_state c = alive_after(kind, p, x, T);

    return purchases_alive(&c, t);
}

double
cm_bgnbd_active_alive(const double *p, double x, double T, double t)
{
    return -expm1(-(p[R] + x) * log1p(t / (p[ALPHA] + T)));
}

/* (r/p) e^y E_{r+1}(y), y = delta alpha / p: discounted purchases for ever given dropout probability p */
static double
thinned_for_ever(double p, void *context)
{
    const horizon_args *h = context;

    return h->c.r / p * cm_scaled_expint(h->c.r + 1.0, h->delta * h->c.alpha / p, INFINITY);
}

/* delta e^(-delta s) E[purchases in s] ds over w = ln(1 + s / alpha) */
static double
discount_density(double w, void *context)
{
    const horizon_args *h = context;
    double s = h->c.alpha * expm1(w);

    return h->delta * exp(-h->delta * s) * purchases_alive(&h->c, s) * (h->c.alpha + s);
}

double
cm_bgnbd_discounted_alive(cm_bg_kind kind, const double *p, double x, double T, double t, double delta)
{
    horizon_args h = {alive_after(kind, p, x, T), t, delta};

    if (isinf(t) && delta == 0.0) /* he buys until he drops out: the mean of 1 / p */
        return h.c.a > 1.0 ? (h.c.a + h.c.b - 1.0) / (h.c.a - 1.0) : INFINITY;
    if (isinf(t))
        return cm_beta_mean(h.c.a, h.c.b, thinned_for_ever, &h);
    if (delta == 0.0)
        return purchases_alive(&h.c, t);
    /* integration by parts of e^(-delta s) dE(s); what comes after delta s = 45 no longer counts */
    double value = exp(-delta * t) * purchases_alive(&h.c, t);
    double end = log1p(fmin(t, 45.0 / delta) / h.c.alpha);

    for (double w = 0.0; w < end;) {
        double width = fmin(1.0, 4.0 / (delta * h.c.alpha * exp(w + 1.0)));
        double next = width < end - w ? w + width : end;

        value += cm_gauss_panel(discount_density, &h, w, next);
        w = next;
    }
    return value;
}

double
cm_bgnbd_pmf(cm_bg_kind kind, const double *p, double n, double t)
{
    double factors = n + (kind == CM_MBG);
    double survived = exp(cm_lgamma_rise(p[B], factors) - cm_lgamma_rise(p[A] + p[B], factors));

    if (t <= 0.0)
        return n == 0.0 ? 1.0 : 0.0;

    double pmf = survived * exp(cm_log_gamma_poisson(p[R], p[ALPHA], n, t));

    if (factors > 0.0) {
        double dropped = survived * p[A] / (p[B] + (factors - 1.0));

        /* P(N >= n) */
        pmf +=
            dropped * (n == 0.0 ? 1.0 : cm_beta_cdf(n, p[R], t / (p[ALPHA] + t), p[ALPHA] / (p[ALPHA] + t)));
    }
    return pmf;
}
