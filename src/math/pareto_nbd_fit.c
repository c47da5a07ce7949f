/*
 * Likelihood of the Pareto/NBD and its maximum.
 *
 * With c = r + x,
 *
 *   ll = sum_{j<x} ln(r + j) + r ln alpha + s ln beta
 *        - c ln(alpha + T) - s ln(beta + T) + ln(1 + e^u),
 *   e^u = (alpha + T)^c (beta + T)^s
 *         * s integral_{t_x}^{T} (alpha + t)^-c (beta + t)^-(s+1) dt,
 *
 * the odds of having died after t_x against being alive. The integral stands
 * where the papers have two 2F1 functions: its terms are positive, it has
 * derivatives under the integral sign, and it fails for no parameters.
 *
 * With the weights of the integral, E[.] their mean, and
 *   d = -(ln(alpha + t), c / (alpha + t), ln(beta + t), (s + 1) / (beta + t)),
 * the logarithm of the integral has the gradient E[d] and the Hessian
 * Cov(d) + E[d'].
 */
#include "math/pareto_nbd.h"

#include "math/optimize.h"
#include "math/quadrature.h"
#include "math/rising.h"
#include "math/special.h"

#include <math.h>
#include <string.h>

/* Parameter positions */
enum { R, ALPHA, S, BETA };

typedef struct pareto_context {
    cm_histories data;
    const cm_host *host;
    cm_rising r;
} pareto_context;

/* ln(1 + e^u) with P(dead) and the derivatives of u */
typedef struct dead_odds {
    double u;
    double first[4];
    double second[CM_MAX_PAIRS];
} dead_odds;

/* Base derivatives per (x, T), where no t_x enters */
typedef struct pareto_group {
    double x, T;
    double n;
    double base;
    double end_a, end_b; /* 1 / (alpha + T), 1 / (beta + T) */
} pareto_group;

/*
 * u and its derivatives from the mean and covariance of d. The moments are of
 * the differences of d from its value at t_x: constants shift the mean only, and
 * the differences keep their digits where alpha or beta is large.
 */
static void
odds_from_moments(const double *p, double c, const cm_purchase_history *row, const cm_power_sums *sums,
                  dead_odds *odds)
{
    double span = row->T - row->t_x;
    double last_a = 1.0 / (p[ALPHA] + row->t_x), last_b = 1.0 / (p[BETA] + row->t_x);
    double end_a = -span * last_a / (p[ALPHA] + row->T); /* 1 / (alpha + T) less last_a */
    double end_b = -span * last_b / (p[BETA] + row->T);
    const double power[4] = {1.0, c, 1.0, p[S] + 1.0};
    double unit = 1.0 / sums->total;
    double a = unit * sums->first[ALPHA], aa = unit * sums->second[cm_pair(ALPHA, ALPHA)];
    double b = unit * sums->first[BETA], bb = unit * sums->second[cm_pair(BETA, BETA)];
    double *h = odds->second;

    odds->u = log(p[S] * sums->total * last_b) + c * log1p(span * last_a) + p[S] * log1p(span * last_b);
    odds->first[R] = log1p(span * last_a) - unit * sums->first[R];
    odds->first[ALPHA] = c * (end_a - a);
    odds->first[S] = 1.0 / p[S] + log1p(span * last_b) - unit * sums->first[S];
    odds->first[BETA] = p[S] * (end_b - b) - (last_b + b);

    for (int i = 0; i < 4; i++)
        for (int j = 0; j <= i; j++)
            h[cm_pair(i, j)] = power[i] * power[j] * unit *
                               (sums->second[cm_pair(i, j)] - unit * sums->first[i] * sums->first[j]);
    h[cm_pair(ALPHA, R)] += end_a - a;
    h[cm_pair(ALPHA, ALPHA)] += c * (2.0 * last_a * (a - end_a) + aa - end_a * end_a);
    h[cm_pair(S, S)] -= 1.0 / (p[S] * p[S]);
    h[cm_pair(BETA, S)] += end_b - b;
    h[cm_pair(BETA, BETA)] +=
        p[S] * (2.0 * last_b * (b - end_b) + bb - end_b * end_b) + last_b * last_b + 2.0 * last_b * b + bb;
}

static void
group_start(const pareto_context *pareto, const double *p, const cm_purchase_history *row, pareto_group *g)
{
    *g = (pareto_group){.x = row->x, .T = row->T};
    g->end_a = 1.0 / (p[ALPHA] + row->T);
    g->end_b = 1.0 / (p[BETA] + row->T);
    g->base = cm_rising_at(&pareto->r, row->x).log - p[R] * log1p(row->T / p[ALPHA]) -
              row->x * log(p[ALPHA] + row->T) - p[S] * log1p(row->T / p[BETA]);
}

/* A row, with the sums over [t_x, T] */
static void
group_add(pareto_group *g, const double *p, const cm_purchase_history *row, const cm_power_sums *sums,
          cm_derivs *out)
{
    double n = (double) row->n;
    double softplus = 0.0;

    g->n += n;
    if (sums->total > 0.0) {
        dead_odds odds;

        odds_from_moments(p, p[R] + row->x, row, sums, &odds);

        double e = exp(-fabs(odds.u));
        double q = n * (odds.u > 0.0 ? 1.0 : e) / (1.0 + e);
        double v = q * (odds.u > 0.0 ? e : 1.0) / (1.0 + e);

        softplus = fmax(odds.u, 0.0) + log1p(e);
        for (int i = 0; i < 4; i++) {
            out->gradient[i] += q * odds.first[i];
            for (int j = 0; j <= i; j++)
                out->hessian[cm_pair(i, j)] +=
                    q * odds.second[cm_pair(i, j)] + v * odds.first[i] * odds.first[j];
        }
    }
    cm_sum_add(&out->ll, n * (g->base + softplus));
}

static void
group_finish(const pareto_context *pareto, const double *p, const pareto_group *g, cm_derivs *out)
{
    cm_rising_sums r = cm_rising_at(&pareto->r, g->x);
    double start_a = 1.0 / p[ALPHA];
    double start_b = 1.0 / p[BETA];
    double *h = out->hessian;

    out->gradient[R] += g->n * (r.first - log1p(g->T * start_a));
    out->gradient[ALPHA] += g->n * (p[R] * g->T * start_a - g->x) * g->end_a;
    out->gradient[S] -= g->n * log1p(g->T * start_b);
    out->gradient[BETA] += g->n * p[S] * g->T * start_b * g->end_b;

    h[cm_pair(R, R)] += g->n * r.second;
    h[cm_pair(ALPHA, R)] += g->n * g->T * start_a * g->end_a;
    h[cm_pair(ALPHA, ALPHA)] +=
        g->n * (g->x * g->end_a * g->end_a - p[R] * g->T * start_a * g->end_a * (start_a + g->end_a));
    h[cm_pair(BETA, S)] += g->n * g->T * start_b * g->end_b;
    h[cm_pair(BETA, BETA)] -= g->n * p[S] * g->T * start_b * g->end_b * (start_b + g->end_b);
}

/* Rows of equal x and T, from the largest t_x to the smallest: each integral continues the one before */
static bool
add_group(const pareto_context *pareto, const double *p, const cm_purchase_history *rows, size_t count,
          cm_derivs *out)
{
    pareto_group group;
    cm_power_sums sums;
    double start = rows[0].T;

    memset(&sums, 0, sizeof(sums));
    group_start(pareto, p, &rows[0], &group);
    for (size_t i = count; i-- > 0;) {
        if (cm_stop_at(pareto->host, i))
            return false;
        if (rows[i].t_x < start)
            cm_power_sums_prepend(&sums, p[R] + rows[i].x, p[ALPHA], p[S] + 1.0, p[BETA], rows[i].t_x, start);
        start = rows[i].t_x;
        group_add(&group, p, &rows[i], &sums, out);
    }
    group_finish(pareto, p, &group, out);
    return true;
}

static bool
likelihood(const double *p, void *context, cm_derivs *out)
{
    pareto_context *pareto = context;
    const cm_purchase_history *row = pareto->data.row;

    cm_rising_fill(&pareto->r, p[R]);
    for (size_t i = 0, end; i < pareto->data.count; i = end) {
        for (end = i + 1; end < pareto->data.count && row[end].x == row[i].x && row[end].T == row[i].T;)
            end++;
        if (!add_group(pareto, p, &row[i], end - i, out))
            return false;
    }
    return true;
}

static void
context_init(pareto_context *pareto, cm_histories data, const cm_host *host)
{
    *pareto = (pareto_context){.data = data, .host = host};
    cm_rising_init(&pareto->r, data.count > 0 ? data.row[data.count - 1].x : 0.0, host);
}

bool
cm_pareto_nbd_likelihood(cm_histories data, const double *param, const cm_host *host, cm_derivs *out)
{
    pareto_context pareto;

    context_init(&pareto, data, host);

    bool finished = likelihood(param, &pareto, out);

    cm_rising_release(&pareto.r, host);
    return finished;
}

void
cm_pareto_nbd_fit(cm_histories data, const cm_host *host, cm_fit *fit)
{
    pareto_context pareto;
    double longest = cm_fit_start(fit, 4, data);

    if (fit->status == CM_FIT_TOO_FEW_CUSTOMERS)
        return;
    fit->param[R] = 1.0;
    fit->param[ALPHA] = longest;
    fit->param[S] = 1.0;
    fit->param[BETA] = longest;
    context_init(&pareto, data, host);
    cm_maximize(fit, likelihood, &pareto, data.count);
    cm_rising_release(&pareto.r, host);
}
