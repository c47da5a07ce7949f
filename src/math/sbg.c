/*
 * A customer lost at his k-th renewal contributes
 *   ln alpha + sum_{j<k-1} ln(beta + j) - sum_{j<k} ln(alpha + beta + j),
 * one still there after k renewals
 *   sum_{j<k} ln(beta + j) - sum_{j<k} ln(alpha + beta + j).
 */
#include "math/sbg.h"

#include "math/optimize.h"
#include "math/quadrature.h"
#include "math/rising.h"
#include "math/special.h"

#include <math.h>

enum { ALPHA, BETA };

typedef struct sbg_context {
    cm_histories data;
    const cm_host *host;
    cm_rising beta;
    cm_rising sum; /* of alpha + beta */
} sbg_context;

static bool
likelihood(const double *p, void *context, cm_derivs *out)
{
    sbg_context *sbg = context;

    cm_rising_fill(&sbg->beta, p[BETA]);
    cm_rising_fill(&sbg->sum, p[ALPHA] + p[BETA]);
    for (size_t i = 0; i < sbg->data.count; i++) {
        const cm_purchase_history *row = &sbg->data.row[i];
        double n = (double) row->n;
        double lost = row->t_x;
        cm_rising_sums stayed = cm_rising_at(&sbg->beta, row->x - lost);
        cm_rising_sums all = cm_rising_at(&sbg->sum, row->x);

        if (cm_stop_at(sbg->host, i))
            return false;
        cm_sum_add(&out->ll, n * (lost * log(p[ALPHA]) + stayed.log - all.log));
        out->gradient[ALPHA] += n * (lost / p[ALPHA] - all.first);
        out->gradient[BETA] += n * (stayed.first - all.first);
        out->hessian[cm_pair(ALPHA, ALPHA)] -= n * (lost / (p[ALPHA] * p[ALPHA]) + all.second);
        out->hessian[cm_pair(BETA, ALPHA)] -= n * all.second;
        out->hessian[cm_pair(BETA, BETA)] += n * (stayed.second - all.second);
    }
    return true;
}

static void
context_init(sbg_context *sbg, cm_histories data, const cm_host *host)
{
    double oldest = data.count > 0 ? data.row[data.count - 1].x : 0.0;

    *sbg = (sbg_context){.data = data, .host = host};
    cm_rising_init(&sbg->beta, oldest, host);
    cm_rising_init(&sbg->sum, oldest, host);
}

static void
context_release(sbg_context *sbg)
{
    cm_rising_release(&sbg->sum, sbg->host);
    cm_rising_release(&sbg->beta, sbg->host);
}

bool
cm_sbg_likelihood(cm_histories data, const double *param, const cm_host *host, cm_derivs *out)
{
    sbg_context sbg;

    context_init(&sbg, data, host);

    bool finished = likelihood(param, &sbg, out);

    context_release(&sbg);
    return finished;
}

/* Without a loss, or without a renewal, one parameter has nothing to be estimated from */
static bool
has_losses_and_renewals(cm_histories data)
{
    bool losses = false;
    bool renewals = false;

    for (size_t i = 0; i < data.count; i++) {
        losses = losses || data.row[i].t_x > 0.0;
        renewals = renewals || data.row[i].x > data.row[i].t_x;
    }
    return losses && renewals;
}

void
cm_sbg_fit(cm_histories data, const cm_host *host, cm_fit *fit)
{
    sbg_context sbg;

    (void) cm_fit_start(fit, 2, data);
    if (!has_losses_and_renewals(data))
        fit->status = CM_FIT_TOO_FEW_CUSTOMERS;
    if (fit->status == CM_FIT_TOO_FEW_CUSTOMERS)
        return;
    fit->param[ALPHA] = 1.0;
    fit->param[BETA] = 1.0;
    context_init(&sbg, data, host);
    cm_maximize(fit, likelihood, &sbg, data.count);
    context_release(&sbg);
}

double
cm_sbg_retention(const double *p, double t)
{
    double stay = p[BETA] + (t - 1.0);

    return stay / (p[ALPHA] + stay);
}

double
cm_sbg_survival(const double *p, double after, double t)
{
    double beta = p[BETA] + after;

    return exp(cm_lgamma_rise(beta, t - after) - cm_lgamma_rise(p[ALPHA] + beta, t - after));
}

/* (1 - theta) sum_j ((1 - theta) / (1 + d))^j */
static double
periods_to_come(double theta, void *context)
{
    double d = *(const double *) context;

    return (1.0 - theta) * (1.0 + d) / (d + theta);
}

double
cm_sbg_residual_lifetime(const double *p, double after, double d)
{
    double beta = p[BETA] + after;

    if (d == 0.0)
        return p[ALPHA] > 1.0 ? beta / (p[ALPHA] - 1.0) : NAN;
    return cm_beta_mean(p[ALPHA], beta, periods_to_come, &d);
}
