/*
 * Likelihood of the BG/BB and its maximum: a customer either lives through all
 * T opportunities or dies before opportunity m + 1, m = t_x .. T - 1.
 *
 *   L = (alpha)_x [ (beta)_{T-x} / (alpha+beta)_T * (delta)_T / (gamma+delta)_T
 *       + sum_m (beta)_{m-x} / (alpha+beta)_m * gamma (delta)_m / (gamma+delta)_{m+1} ],
 *
 * (a)_n the rising factorial (equations 6 and A1 of the paper with the beta
 * functions written out). All terms are positive; a mixture of them has the
 * gradient E[g] and the Hessian E[H] + Cov(g).
 */
#include "math/bgbb.h"

#include "math/optimize.h"
#include "math/rising.h"
#include "math/special.h"

#include <math.h>
#include <string.h>

enum { ALPHA, BETA, GAMMA, DELTA };

typedef struct bgbb_context {
    cm_histories data;
    const cm_host *host;
    cm_rising alpha, beta, alpha_beta, delta, gamma_delta;
} bgbb_context;

/* Sums over the terms of one kind: their total, and the totals of g and of H + g g' */
typedef struct mixture {
    double log_first; /* logarithm of the first term, the unit of the sums */
    double total;
    double first[4];
    double second[CM_MAX_PAIRS];
} mixture;

/* Adds a term: he was alive at m opportunities, and died then or (at m = T) did not */
static void
mixture_add(mixture *mix, const bgbb_context *bb, const double *p, double x, double m, bool died,
            double weight)
{
    cm_rising_sums a = cm_rising_at(&bb->alpha, x);
    cm_rising_sums b = cm_rising_at(&bb->beta, m - x);
    cm_rising_sums ab = cm_rising_at(&bb->alpha_beta, m);
    cm_rising_sums d = cm_rising_at(&bb->delta, m);
    cm_rising_sums gd = cm_rising_at(&bb->gamma_delta, m + died);
    double death = died ? 1.0 / p[GAMMA] : 0.0;
    double g[4] = {a.first - ab.first, b.first - ab.first, death - gd.first, d.first - gd.first};
    double h[CM_MAX_PAIRS] = {a.second - ab.second,
                              -ab.second,
                              b.second - ab.second,
                              0.0,
                              0.0,
                              -death * death - gd.second,
                              0.0,
                              0.0,
                              -gd.second,
                              d.second - gd.second};

    if (mix->total == 0.0)
        mix->log_first = a.log + b.log - ab.log + d.log - gd.log + (died ? log(p[GAMMA]) : 0.0);
    mix->total += weight;
    for (int i = 0; i < 4; i++) {
        mix->first[i] += weight * g[i];
        for (int j = 0; j <= i; j++)
            mix->second[cm_pair(i, j)] += weight * (h[cm_pair(i, j)] + g[i] * g[j]);
    }
}

static void
mixture_of_deaths(mixture *mix, const bgbb_context *bb, const double *p, const cm_purchase_history *row)
{
    double weight = 1.0;

    for (double m = row->t_x; m < row->T && weight > 1e-300; m += 1.0) {
        mixture_add(mix, bb, p, row->x, m, true, weight);
        /* the next term by its ratio to this one, always below 1 */
        weight *= (p[BETA] + (m - row->x)) / (p[ALPHA] + p[BETA] + m) * (p[DELTA] + m) /
                  (p[GAMMA] + p[DELTA] + m + 1.0);
    }
}

static void
add_row(const bgbb_context *bb, const double *p, const cm_purchase_history *row, cm_derivs *out)
{
    mixture alive, dead;
    double n = (double) row->n;
    double q = 0.0; /* P(dead) */
    double ll;
    double mean[4];

    memset(&alive, 0, sizeof(alive));
    memset(&dead, 0, sizeof(dead));
    mixture_add(&alive, bb, p, row->x, row->T, false, 1.0);
    ll = alive.log_first;
    if (row->t_x < row->T) {
        mixture_of_deaths(&dead, bb, p, row);

        double odds = dead.log_first + log(dead.total) - alive.log_first;

        q = cm_logistic(odds);
        ll += cm_softplus(odds);
    }

    double from_dead = q > 0.0 ? q / dead.total : 0.0;

    cm_sum_add(&out->ll, n * ll);
    for (int i = 0; i < 4; i++) {
        mean[i] = (1.0 - q) * alive.first[i] + from_dead * dead.first[i];
        out->gradient[i] += n * mean[i];
        for (int j = 0; j <= i; j++)
            out->hessian[cm_pair(i, j)] += n * ((1.0 - q) * alive.second[cm_pair(i, j)] +
                                                from_dead * dead.second[cm_pair(i, j)] - mean[i] * mean[j]);
    }
}

static bool
likelihood(const double *p, void *context, cm_derivs *out)
{
    bgbb_context *bb = context;

    cm_rising_fill(&bb->alpha, p[ALPHA]);
    cm_rising_fill(&bb->beta, p[BETA]);
    cm_rising_fill(&bb->alpha_beta, p[ALPHA] + p[BETA]);
    cm_rising_fill(&bb->delta, p[DELTA]);
    cm_rising_fill(&bb->gamma_delta, p[GAMMA] + p[DELTA]);
    for (size_t i = 0; i < bb->data.count; i++) {
        /* one row may cost as much as thousands of other models */
        if (bb->host->poll())
            return false;
        add_row(bb, p, &bb->data.row[i], out);
    }
    return true;
}

static double
most_opportunities(cm_histories data)
{
    double most = 0.0;

    for (size_t i = 0; i < data.count; i++)
        most = fmax(most, data.row[i].T);
    return most;
}

static void
context_init(bgbb_context *bb, cm_histories data, const cm_host *host)
{
    double most = most_opportunities(data);

    *bb = (bgbb_context){.data = data, .host = host};
    cm_rising_init(&bb->alpha, most, host);
    cm_rising_init(&bb->beta, most, host);
    cm_rising_init(&bb->alpha_beta, most, host);
    cm_rising_init(&bb->delta, most, host);
    cm_rising_init(&bb->gamma_delta, most, host);
}

static void
context_release(bgbb_context *bb)
{
    cm_rising_release(&bb->gamma_delta, bb->host);
    cm_rising_release(&bb->delta, bb->host);
    cm_rising_release(&bb->alpha_beta, bb->host);
    cm_rising_release(&bb->beta, bb->host);
    cm_rising_release(&bb->alpha, bb->host);
}

bool
cm_bgbb_likelihood(cm_histories data, const double *param, const cm_host *host, cm_derivs *out)
{
    bgbb_context bb;

    context_init(&bb, data, host);

    bool finished = likelihood(param, &bb, out);

    context_release(&bb);
    return finished;
}

void
cm_bgbb_fit(cm_histories data, const cm_host *host, cm_fit *fit)
{
    bgbb_context bb;

    (void) cm_fit_start(fit, 4, data);
    if (fit->status == CM_FIT_TOO_FEW_CUSTOMERS)
        return;
    for (int i = 0; i < 4; i++)
        fit->param[i] = 1.0;
    context_init(&bb, data, host);
    cm_maximize(fit, likelihood, &bb, data.count);
    context_release(&bb);
}
