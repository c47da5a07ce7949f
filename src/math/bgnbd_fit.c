/*
 * Likelihood of the BG/NBD and MBG/NBD and its maximum.
 *
 * With c = r + x and D = ln((alpha + T) / (alpha + t_x)),
 *
 *   ll = sum_{j<x} ln(r + j) + r ln alpha - c ln(alpha + T)
 *        + sum_{j<m} ln((b + j) / (a + b + j)) + ln(1 + e^u),
 *   u  = ln a - ln(b + m - 1) + c D,
 *
 * where m = x for BG (no u at x = 0) and m = x + 1 for MBG. The odds of being
 * dead against alive are e^u, so q = 1 / (1 + e^-u) is P(dead). The overflow-
 * free form follows Fader and Hardie (2013), note 027.
 */
#include "math/bgnbd.h"

#include "math/optimize.h"
#include "math/rising.h"
#include "math/special.h"

#include <math.h>

/* Parameter positions */
enum { R, ALPHA, A, B };

typedef struct bg_context {
    cm_bg_kind kind;
    cm_histories data;
    const cm_host *host;
    cm_rising r;  /* ln(r + j) and its derivatives in r */
    cm_rising b;  /* the same for b */
    cm_rising ab; /* the same for a + b */
} bg_context;

/* What is shared by the rows of equal x and T, and the sums over their t_x */
typedef struct bg_group {
    double x, T;
    double n;                        /* customers */
    double q, qD, qv, qvv;           /* sums of q times 1, D, v = du/dalpha and d2u/dalpha2 */
    double s, sD, sv, sDD, sDv, svv; /* sums of q (1 - q) times the products of 1, D and v */
    double c;                        /* r + x */
    double end;                      /* 1 / (alpha + T) */
    double base;                     /* the likelihood without ln(1 + e^u) */
    double log_odds;                 /* u without c D */
    bool can_be_dead;                /* false at x = 0 in the BG/NBD */
} bg_group;

static void
group_start(const bg_context *bg, const double *p, const cm_purchase_history *row, bg_group *g)
{
    double factors = row->x + (bg->kind == CM_MBG);

    *g = (bg_group){.x = row->x, .T = row->T};
    g->c = p[R] + row->x;
    g->end = 1.0 / (p[ALPHA] + row->T);
    g->base = cm_rising_at(&bg->r, row->x).log - p[R] * log1p(row->T / p[ALPHA]) -
              row->x * log(p[ALPHA] + row->T) + cm_rising_at(&bg->b, factors).log -
              cm_rising_at(&bg->ab, factors).log;
    g->can_be_dead = factors > 0.0;
    g->log_odds = g->can_be_dead ? log(p[A]) - log(p[B] + (factors - 1.0)) : 0.0;
}

static void
group_add(bg_group *g, const double *p, const cm_purchase_history *row, cm_sum *ll)
{
    double n = (double) row->n;
    double softplus = 0.0;

    g->n += n;
    if (g->can_be_dead) {
        double last = 1.0 / (p[ALPHA] + row->t_x);
        double D = log1p((row->T - row->t_x) * last);
        double u = g->log_odds + g->c * D;
        double e = exp(-fabs(u));
        double v = -g->c * (row->T - row->t_x) * g->end * last;
        double q = n * (u > 0.0 ? 1.0 : e) / (1.0 + e);
        double s = q * (u > 0.0 ? e : 1.0) / (1.0 + e);

        softplus = fmax(u, 0.0) + log1p(e);
        g->q += q;
        g->qD += q * D;
        g->qv += q * v;
        g->qvv -= q * v * (g->end + last);
        g->s += s;
        g->sD += s * D;
        g->sv += s * v;
        g->sDD += s * D * D;
        g->sDv += s * D * v;
        g->svv += s * v * v;
    }
    cm_sum_add(ll, n * (g->base + softplus));
}

/* Adds the group's derivatives; the sums of q and s carry all that depends on t_x */
static void
group_finish(const bg_context *bg, const double *p, const bg_group *g, cm_derivs *out)
{
    double factors = g->x + (bg->kind == CM_MBG);
    cm_rising_sums r = cm_rising_at(&bg->r, g->x);
    cm_rising_sums b = cm_rising_at(&bg->b, factors);
    cm_rising_sums ab = cm_rising_at(&bg->ab, factors);
    double ua = 1.0 / p[A];
    double ub = g->can_be_dead ? -1.0 / (p[B] + (factors - 1.0)) : 0.0;
    double start = 1.0 / p[ALPHA];
    double gap = g->T * start * g->end; /* start - end, which cancels when alpha is large */
    double *h = out->hessian;

    out->gradient[R] += g->n * (r.first - log1p(g->T * start)) + g->qD;
    out->gradient[ALPHA] += g->n * (p[R] * g->T * start - g->x) * g->end + g->qv;
    out->gradient[A] += -g->n * ab.first + g->q * ua;
    out->gradient[B] += g->n * (b.first - ab.first) + g->q * ub;

    h[cm_pair(R, R)] += g->n * r.second + g->sDD;
    h[cm_pair(ALPHA, R)] += g->n * gap + g->qv / g->c + g->sDv;
    h[cm_pair(ALPHA, ALPHA)] +=
        g->n * (g->x * g->end * g->end - p[R] * gap * (start + g->end)) + g->qvv + g->svv;
    h[cm_pair(A, R)] += g->sD * ua;
    h[cm_pair(A, ALPHA)] += g->sv * ua;
    h[cm_pair(A, A)] += -g->n * ab.second + (g->s - g->q) * ua * ua;
    h[cm_pair(B, R)] += g->sD * ub;
    h[cm_pair(B, ALPHA)] += g->sv * ub;
    h[cm_pair(B, A)] += -g->n * ab.second + g->s * ua * ub;
    h[cm_pair(B, B)] += g->n * (b.second - ab.second) + (g->s + g->q) * ub * ub;
}

static bool
likelihood(const double *p, void *context, cm_derivs *out)
{
    bg_context *bg = context;
    bg_group group = {.n = 0.0};

    cm_rising_fill(&bg->r, p[R]);
    cm_rising_fill(&bg->b, p[B]);
    cm_rising_fill(&bg->ab, p[A] + p[B]);
    for (size_t i = 0; i < bg->data.count; i++) {
        const cm_purchase_history *row = &bg->data.row[i];

        if (cm_stop_at(bg->host, i))
            return false;
        if (i == 0 || row->x != group.x || row->T != group.T) {
            if (i > 0)
                group_finish(bg, p, &group, out);
            group_start(bg, p, row, &group);
        }
        group_add(&group, p, row, &out->ll);
    }
    if (bg->data.count > 0)
        group_finish(bg, p, &group, out);
    return true;
}

static void
context_init(bg_context *bg, cm_bg_kind kind, cm_histories data, const cm_host *host)
{
    double max_x = data.count > 0 ? data.row[data.count - 1].x : 0.0;

    *bg = (bg_context){.kind = kind, .data = data, .host = host};
    cm_rising_init(&bg->r, max_x + 1.0, host);
    cm_rising_init(&bg->b, max_x + 1.0, host);
    cm_rising_init(&bg->ab, max_x + 1.0, host);
}

static void
context_release(bg_context *bg)
{
    cm_rising_release(&bg->ab, bg->host);
    cm_rising_release(&bg->b, bg->host);
    cm_rising_release(&bg->r, bg->host);
}

bool
cm_bgnbd_likelihood(cm_bg_kind kind, cm_histories data, const double *param, const cm_host *host,
                    cm_derivs *out)
{
    bg_context bg;

    context_init(&bg, kind, data, host);

    bool finished = likelihood(param, &bg, out);

    context_release(&bg);
    return finished;
}

void
cm_bgnbd_fit(cm_bg_kind kind, cm_histories data, const cm_host *host, cm_fit *fit)
{
    bg_context bg;
    double longest = cm_fit_start(fit, 4, data);

    if (fit->status == CM_FIT_TOO_FEW_CUSTOMERS)
        return;
    fit->param[R] = 1.0;
    fit->param[ALPHA] = longest;
    fit->param[A] = 1.0;
    fit->param[B] = 1.0;
    context_init(&bg, kind, data, host);
    cm_maximize(fit, likelihood, &bg, data.count);
    context_release(&bg);
}
