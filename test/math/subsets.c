/*
 * Small samples, where maximum likelihood is hardest: 30 to 100 customers, often
 * so alike that the maximum lies at infinity. Every fit must end with a status
 * and never below what a slow, independent optimiser finds: Nelder and Mead's
 * simplex (1965), without derivatives, from several starts.
 */
#include "math/bgbb.h"
#include "math/bgnbd.h"
#include "math/gamma_gamma.h"
#include "math/pareto_nbd.h"
#include "cdnow.h"

typedef struct test_model {
    const char *name;
    int params;
    likelihood_of likelihood;
    void (*fit)(cm_histories data, cm_fit *fit);
} test_model;

static bool
bg(cm_histories data, const double *p, cm_derivs *out)
{
    return cm_bgnbd_likelihood(CM_BG, data, p, &host, out);
}

static bool
mbg(cm_histories data, const double *p, cm_derivs *out)
{
    return cm_bgnbd_likelihood(CM_MBG, data, p, &host, out);
}

static bool
pareto(cm_histories data, const double *p, cm_derivs *out)
{
    return cm_pareto_nbd_likelihood(data, p, &host, out);
}

static bool
spend(cm_histories data, const double *p, cm_derivs *out)
{
    return cm_gamma_gamma_likelihood(data, p, &host, out);
}

static bool
bgbb(cm_histories data, const double *p, cm_derivs *out)
{
    return cm_bgbb_likelihood(data, p, &host, out);
}

static void
fit_bg(cm_histories data, cm_fit *fit)
{
    cm_bgnbd_fit(CM_BG, data, &host, fit);
}

static void
fit_mbg(cm_histories data, cm_fit *fit)
{
    cm_bgnbd_fit(CM_MBG, data, &host, fit);
}

static void
fit_pareto(cm_histories data, cm_fit *fit)
{
    cm_pareto_nbd_fit(data, &host, fit);
}

static void
fit_spend(cm_histories data, cm_fit *fit)
{
    cm_gamma_gamma_fit(data, &host, fit);
}

static void
fit_bgbb(cm_histories data, cm_fit *fit)
{
    cm_bgbb_fit(data, &host, fit);
}

static const test_model models[] = {{"BG/NBD", 4, bg, fit_bg},
                                    {"MBG/NBD", 4, mbg, fit_mbg},
                                    {"Pareto/NBD", 4, pareto, fit_pareto},
                                    {"Gamma-Gamma", 3, spend, fit_spend},
                                    {"BG/BB", 4, bgbb, fit_bgbb}};

typedef struct simplex_vertex {
    double theta[CM_MAX_PARAMS];
    double ll;
} simplex_vertex;

/* The simplex wanders along flat ridges; where parameters leave e^+-25 it has seen enough */
static void
evaluate(const test_model *m, cm_histories data, simplex_vertex *v)
{
    double p[CM_MAX_PARAMS] = {0.0};

    for (int i = 0; i < m->params; i++) {
        if (fabs(v->theta[i]) > 25.0) {
            v->ll = -INFINITY;
            return;
        }
        p[i] = exp(v->theta[i]);
    }

    cm_derivs d = derivs_at(m->likelihood, data, p);

    v->ll = cm_sum_value(&d.ll);
}

static int
best_first(const void *a, const void *b)
{
    double l = ((const simplex_vertex *) a)->ll, r = ((const simplex_vertex *) b)->ll;

    return (l < r) - (l > r);
}

/* The point at centroid + factor (worst - centroid) */
static simplex_vertex
along(const test_model *m, cm_histories data, const simplex_vertex *simplex, double factor)
{
    int k = m->params;
    simplex_vertex v;

    for (int i = 0; i < k; i++) {
        double centroid = 0.0;

        for (int j = 0; j < k; j++)
            centroid += simplex[j].theta[i] / k;
        v.theta[i] = centroid + factor * (simplex[k].theta[i] - centroid);
    }
    evaluate(m, data, &v);
    return v;
}

static double
nelder_mead(const test_model *m, cm_histories data, const double *start, int steps)
{
    int k = m->params;
    simplex_vertex simplex[CM_MAX_PARAMS + 1];

    for (int j = 0; j <= k; j++) {
        for (int i = 0; i < k; i++)
            simplex[j].theta[i] = start[i] + (j == i + 1 ? 1.0 : 0.0);
        evaluate(m, data, &simplex[j]);
    }
    for (int step = 0; step < steps; step++) {
        qsort(simplex, k + 1, sizeof(simplex_vertex), best_first);

        simplex_vertex mirror = along(m, data, simplex, -1.0);

        if (mirror.ll > simplex[0].ll) {
            simplex_vertex further = along(m, data, simplex, -2.0);

            simplex[k] = further.ll > mirror.ll ? further : mirror;
        } else if (mirror.ll > simplex[k - 1].ll)
            simplex[k] = mirror;
        else {
            simplex_vertex inner = along(m, data, simplex, mirror.ll > simplex[k].ll ? -0.5 : 0.5);

            if (inner.ll > fmax(mirror.ll, simplex[k].ll))
                simplex[k] = inner;
            else
                for (int j = 1; j <= k; j++) {
                    for (int i = 0; i < k; i++)
                        simplex[j].theta[i] = 0.5 * (simplex[j].theta[i] + simplex[0].theta[i]);
                    evaluate(m, data, &simplex[j]);
                }
        }
    }
    qsort(simplex, k + 1, sizeof(simplex_vertex), best_first);
    return simplex[0].ll;
}

static double
slow_maximum(const test_model *m, cm_histories data, int steps)
{
    static const double starts[][CM_MAX_PARAMS] = {{0, 3, 0, 0}, {-1, 1, -1, 2}, {2, 4, 2, 4}};
    double best = -INFINITY;

    for (size_t i = 0; i < COUNT(starts); i++)
        best = fmax(best, nelder_mead(m, data, starts[i], steps));
    return best;
}

typedef struct fit_tally {
    int fits, converged, flat, too_few, other;
    int below; /* fits that end below the slow optimiser */
    double worst;
} fit_tally;

static void
tally_fit(const test_model *m, cm_histories data, int steps, fit_tally *tally)
{
    cm_fit fit;
    bool finite = true;

    m->fit(data, &fit);
    tally->fits++;
    if (fit.status == CM_FIT_TOO_FEW_CUSTOMERS) {
        tally->too_few++;
        return;
    }
    for (int i = 0; i < m->params; i++)
        finite = finite && isfinite(fit.param[i]) && fit.param[i] > 0.0 &&
                 (!fit.has_covariance || standard_error(&fit, i) > 0.0);
    if (fit.status == CM_FIT_CONVERGED && finite && fit.has_covariance)
        tally->converged++;
    else if (fit.status == CM_FIT_NOT_IDENTIFIED && finite)
        tally->flat++;
    else
        tally->other++;

    double gap = slow_maximum(m, data, steps) - fit.loglik;

    tally->worst = fmax(tally->worst, gap);
    if (!(gap < 1e-6))
        tally->below++;
}

static void
report(const test_model *m, const char *source, const fit_tally *t)
{
    ok(t->other == 0 && t->below == 0, "%s on %d subsets of %s: a status each, none below the simplex",
       m->name, t->fits, source);
    printf("# %d converged, %d not identified, %d too few, %d otherwise; %d below, worst by %.3g\n",
           t->converged, t->flat, t->too_few, t->other, t->below, t->worst);
}

/* Customers of a made-up shop, all of one kind or of two, so that both ridges and maxima occur */
static cm_purchase_history
invented(uint64_t *seed, const test_model *m)
{
    double rate = uniform(seed) < 0.5 ? 0.02 : 0.2 * uniform(seed);
    double end = 20.0 + floor(20.0 * uniform(seed));
    double drop = 0.3 * uniform(seed);
    double age = 0.0;
    cm_purchase_history h = {0, 0, end, 1};

    for (;;) {
        age += ceil(-log(1.0 - uniform(seed)) / rate);
        if (age > end || uniform(seed) < drop)
            break;
        h.x += 1.0;
        h.t_x = age;
    }
    if (m->fit == fit_spend) {
        h.x += 1.0;
        h.t_x = 10.0 + floor(30.0 * uniform(seed) * uniform(seed));
        h.T = 0;
    }
    return h;
}

static void
test_invented(void)
{
    cm_purchase_history rows[100];

    for (size_t i = 0; i < COUNT(models); i++) {
        uint64_t seed = 7 + i;
        fit_tally tally = {0};

        for (int trial = 0; trial < 12; trial++) {
            size_t n = trial % 3 == 0 ? 30 : trial % 3 == 1 ? 50 : 100;

            for (size_t j = 0; j < n; j++)
                rows[j] = invented(&seed, &models[i]);
            tally_fit(&models[i], grouped(rows, n), 300, &tally);
        }
        report(&models[i], "an invented shop", &tally);
    }
}

static void
test_cdnow(void)
{
    static cdnow_customer customer[CDNOW_CUSTOMERS];
    cm_purchase_history rows[100];

    if (!cdnow_read(customer)) {
        ok(true, "CDNOW # SKIP no data folder in CM_DATA");
        return;
    }
    for (size_t i = 0; i < COUNT(models) - 1; i++) {
        uint64_t seed = 11;
        fit_tally tally = {0};

        for (int trial = 0; trial < 24; trial++) {
            size_t n = trial % 3 == 0 ? 30 : trial % 3 == 1 ? 50 : 100;
            size_t kept = 0;

            while (kept < n) {
                const cdnow_customer *c = &customer[(int) (uniform(&seed) * CDNOW_CUSTOMERS)];

                if (models[i].fit != fit_spend)
                    rows[kept++] = (cm_purchase_history){c->x, c->last / 7.0, c->end / 7.0, 1};
                else if (c->x > 0 && c->spend > 0)
                    rows[kept++] = (cm_purchase_history){c->x, c->spend / c->x, 0, 1};
            }
            tally_fit(&models[i], grouped(rows, n), 300, &tally);
        }
        report(&models[i], "CDNOW", &tally);
    }
}

int
main(void)
{
    test_invented();
    test_cdnow();
    return tap_done();
}
