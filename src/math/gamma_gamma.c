/*
 * With A = p x, B = q, S = gamma + x z and u = x z / S,
 *
 *   ll = ln Gamma(A + B) - ln Gamma(A) - ln Gamma(B) + A ln u + B ln(1 - u) - ln z.
 *
 * Along the flat ridge of customers who all spend alike A and B grow without
 * bound, and these large terms cancel. With Stirling's formula taken out of the
 * gamma functions what remains is small for all parameters:
 *
 *   ll = ln(A B / (2 pi (A + B))) / 2 + c(A + B) - c(A) - c(B)
 *        + A ln(u / a) + B ln((1 - u) / (1 - a)) - ln z,   a = A / (A + B),
 *
 * c being what Stirling's formula leaves out.
 */
#include "math/gamma_gamma.h"

#include "math/optimize.h"
#include "math/special.h"

#include <math.h>

#define CM_LOG_2PI 1.83787706640934548356

enum { P, Q, GAMMA };

typedef struct spend_context {
    cm_histories data;
    const cm_host *host;
} spend_context;

/* What rows of equal x share */
typedef struct spend_group {
    double x;
    double A, B;
    double base;             /* terms without z */
    double first_a, first_b; /* what the gamma functions add to the gradient */
    double aa, ab, bb;       /* second derivatives of the gamma functions */
} spend_group;

static void
group_start(spend_group *g, const double *p, double x)
{
    double A = p[P] * x, B = p[Q], sum = A + B;
    double rest = cm_digamma_rest(sum);
    double second = cm_trigamma_rest(sum);

    g->x = x;
    g->A = A;
    g->B = B;
    g->base = 0.5 * (log(A) + log(B / sum) - CM_LOG_2PI) + cm_stirling_rest(sum) - cm_stirling_rest(A) -
              cm_stirling_rest(B);
    g->first_a = cm_digamma_rest(A) - rest;
    g->first_b = cm_digamma_rest(B) - rest;
    g->aa = second - cm_trigamma_rest(A) - B / (A * sum);
    g->ab = second + 1.0 / sum;
    g->bb = second - cm_trigamma_rest(B) - A / (B * sum);
}

/* ln of a ratio given as 1 + delta, where delta knows more digits when it is small */
static inline double
log_ratio(double ratio, double delta)
{
    return fabs(delta) < 0.5 ? log1p(delta) : log(ratio);
}

static void
group_add(const spend_group *g, const double *p, const cm_purchase_history *row, cm_derivs *out)
{
    double n = (double) row->n;
    double spent = g->x * row->t_x;
    double S = p[GAMMA] + spent;
    double inverse = 1.0 / S;
    double imbalance = (spent * g->B - g->A * p[GAMMA]) * inverse;
    double log_a = log_ratio(spent * inverse * (g->A + g->B) / g->A, imbalance / g->A);
    double log_b = log_ratio(p[GAMMA] * inverse * (g->A + g->B) / g->B, -imbalance / g->B);
    double *h = out->hessian;

    cm_sum_add(&out->ll, n * (g->base + g->A * log_a + g->B * log_b - log(row->t_x)));
    out->gradient[P] += n * g->x * (log_a + g->first_a);
    out->gradient[Q] += n * (log_b + g->first_b);
    out->gradient[GAMMA] += n * imbalance / p[GAMMA];

    h[cm_pair(P, P)] += n * g->x * g->x * g->aa;
    h[cm_pair(Q, P)] += n * g->x * g->ab;
    h[cm_pair(Q, Q)] += n * g->bb;
    h[cm_pair(GAMMA, P)] -= n * g->x * inverse;
    h[cm_pair(GAMMA, Q)] += n * spent * inverse / p[GAMMA];
    h[cm_pair(GAMMA, GAMMA)] += n * ((g->A + g->B) * inverse * inverse - g->B / (p[GAMMA] * p[GAMMA]));
}

static bool
likelihood(const double *p, void *context, cm_derivs *out)
{
    spend_context *spend = context;
    spend_group group = {.x = -1.0};

    for (size_t i = 0; i < spend->data.count; i++) {
        const cm_purchase_history *row = &spend->data.row[i];

        if (cm_stop_at(spend->host, i))
            return false;
        if (row->x != group.x)
            group_start(&group, p, row->x);
        group_add(&group, p, row, out);
    }
    return true;
}

bool
cm_gamma_gamma_likelihood(cm_histories data, const double *param, const cm_host *host, cm_derivs *out)
{
    spend_context spend = {data, host};

    return likelihood(param, &spend, out);
}

/* The scale of money: without it the start would depend on the currency */
static double
mean_spend(cm_histories data, double customers)
{
    cm_sum sum = {0.0, 0.0};

    for (size_t i = 0; i < data.count; i++)
        cm_sum_add(&sum, data.row[i].t_x * ((double) data.row[i].n / customers));
    return cm_sum_value(&sum);
}

void
cm_gamma_gamma_fit(cm_histories data, const cm_host *host, cm_fit *fit)
{
    spend_context spend = {data, host};

    (void) cm_fit_start(fit, 3, data);
    if (fit->status == CM_FIT_TOO_FEW_CUSTOMERS)
        return;
    fit->param[P] = 1.0;
    fit->param[Q] = 1.0;
    fit->param[GAMMA] = mean_spend(data, fit->customers);
    cm_maximize(fit, likelihood, &spend, data.count);
}

double
cm_gamma_gamma_expected(const double *p, double x, double z)
{
    double freedom = p[P] * x + p[Q] - 1.0;

    return freedom > 0.0 ? p[P] * (p[GAMMA] + x * z) / freedom : NAN;
}
