/*
 * Do the intervals keep their promise? Customers are drawn from each model many times over, the model is fitted to each
 * draw, and the 95 % intervals of parameters and of a prediction must hold the truth in about 95 % of the draws.
 *
 *   test/check coverage
 */
#include "math/bgbb.h"
#include "math/bgnbd.h"
#include "math/delta.h"
#include "math/gamma_gamma.h"
#include "math/normal.h"
#include "math/pareto_nbd.h"
#include "math/sbg.h"
#include "fixture.h"

#define CUSTOMERS 1000
#define CONFIDENCE 0.95

static uint64_t seed = 20240601;

/* ---- drawing ---- */

static double
draw_exponential(double rate)
{
    return -log(1.0 - uniform(&seed)) / rate;
}

/* Marsaglia and Tsang (2000), ACM Transactions on Mathematical Software 26; below 1 by their boost */
static double
draw_gamma(double shape, double rate)
{
    double d, c;

    if (shape < 1.0)
        return draw_gamma(shape + 1.0, rate) * pow(1.0 - uniform(&seed), 1.0 / shape);
    d = shape - 1.0 / 3.0;
    c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        double z =
            cm_normal_quantile(0.5 / 4503599627370496.0 + (1.0 - 1.0 / 4503599627370496.0) * uniform(&seed));
        double v = pow(1.0 + c * z, 3.0);

        if (v > 0.0 && log(1.0 - uniform(&seed)) < 0.5 * z * z + d - d * v + d * log(v))
            return d * v / rate;
    }
}

static double
draw_beta(double a, double b)
{
    double x = draw_gamma(a, 1.0);

    return x / (x + draw_gamma(b, 1.0));
}

static cm_purchase_history
draw_bgnbd(const double *p, bool at_start)
{
    double rate = draw_gamma(p[0], p[1]), dropout = draw_beta(p[2], p[3]);
    cm_purchase_history h = {0, 0, 30.0 + floor(22.0 * uniform(&seed)), 1};
    double age = 0.0;
    bool alive = !at_start || uniform(&seed) >= dropout;

    while (alive && (age += draw_exponential(rate)) <= h.T) {
        h.x += 1.0;
        h.t_x = age;
        alive = uniform(&seed) >= dropout;
    }
    return h;
}

static cm_purchase_history
draw_bg(const double *p)
{
    return draw_bgnbd(p, false);
}

static cm_purchase_history
draw_mbg(const double *p)
{
    return draw_bgnbd(p, true);
}

static cm_purchase_history
draw_pareto(const double *p)
{
    double rate = draw_gamma(p[0], p[1]), death = draw_exponential(draw_gamma(p[2], p[3]));
    cm_purchase_history h = {0, 0, 30.0 + floor(22.0 * uniform(&seed)), 1};
    double age = 0.0;

    while ((age += draw_exponential(rate)) <= fmin(h.T, death)) {
        h.x += 1.0;
        h.t_x = age;
    }
    return h;
}

static cm_purchase_history
draw_bgbb(const double *p)
{
    double buys = draw_beta(p[0], p[1]), dies = draw_beta(p[2], p[3]);
    cm_purchase_history h = {0, 0, 8, 1};

    for (int i = 1; i <= 8 && uniform(&seed) >= dies; i++)
        if (uniform(&seed) < buys) {
            h.x += 1.0;
            h.t_x = i;
        }
    return h;
}

static cm_purchase_history
draw_spend(const double *p)
{
    double rate = draw_gamma(p[1], p[2]);
    double x = 1.0 + floor(6.0 * uniform(&seed));

    return (cm_purchase_history){x, draw_gamma(p[0] * x, rate) / x, 0, 1};
}

static cm_purchase_history
draw_contract(const double *p)
{
    double leaves = draw_beta(p[0], p[1]);
    cm_purchase_history h = {0, 0, 0, 1};

    while (h.x < 8 && h.t_x == 0) {
        h.x += 1.0;
        h.t_x = uniform(&seed) < leaves;
    }
    return h;
}

/* ---- fitting and predicting ---- */

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
fit_bgbb(cm_histories data, cm_fit *fit)
{
    cm_bgbb_fit(data, &host, fit);
}

static void
fit_spend(cm_histories data, cm_fit *fit)
{
    cm_gamma_gamma_fit(data, &host, fit);
}

static void
fit_contract(cm_histories data, cm_fit *fit)
{
    cm_sbg_fit(data, &host, fit);
}

static double
predict_bg(const double *p, const void *context)
{
    (void) context;
    return cm_bgnbd_alive(CM_BG, p, 3, 20, 40) * cm_bgnbd_expected_alive(CM_BG, p, 3, 40, 52);
}

static double
predict_mbg(const double *p, const void *context)
{
    (void) context;
    return cm_bgnbd_alive(CM_MBG, p, 3, 20, 40) * cm_bgnbd_expected_alive(CM_MBG, p, 3, 40, 52);
}

static double
predict_pareto(const double *p, const void *context)
{
    (void) context;
    return cm_pareto_nbd_alive(p, 3, 20, 40) * cm_pareto_nbd_expected_alive(p, 3, 40, 52);
}

static double
predict_bgbb(const double *p, const void *context)
{
    (void) context;
    return cm_bgbb_alive(p, 3, 5, 8, 0) * cm_bgbb_discounted_alive(p, 3, 8, 5, 0);
}

static double
predict_spend(const double *p, const void *context)
{
    (void) context;
    return cm_gamma_gamma_expected(p, 2, 30);
}

static double
predict_contract(const double *p, const void *context)
{
    (void) context;
    return cm_sbg_residual_lifetime(p, 3, 0.1);
}

typedef struct law {
    const char *name;
    int params, draws;
    double truth[CM_MAX_PARAMS];
    cm_purchase_history (*draw)(const double *p);
    void (*fit)(cm_histories data, cm_fit *fit);
    cm_prediction predict;
} law;

static const law laws[] = {
    {"BG/NBD", 4, 120, {1.0, 3.0, 1.0, 2.5}, draw_bg, fit_bg, predict_bg},
    {"MBG/NBD", 4, 120, {1.0, 3.0, 1.0, 3.5}, draw_mbg, fit_mbg, predict_mbg},
    {"Pareto/NBD", 4, 30, {1.0, 3.0, 1.2, 15.0}, draw_pareto, fit_pareto, predict_pareto},
    {"BG/BB", 4, 120, {1.2, 1.0, 0.8, 3.0}, draw_bgbb, fit_bgbb, predict_bgbb},
    {"Gamma-Gamma", 3, 120, {4.0, 4.0, 20.0}, draw_spend, fit_spend, predict_spend},
    {"sBG", 2, 120, {0.8, 2.0}, draw_contract, fit_contract, predict_contract},
};

/* ---- counting ---- */

/* So many of so many are a likely result if each has probability 0.95: within four standard deviations */
static bool
is_likely(int hits, int trials)
{
    return fabs(hits - CONFIDENCE * trials) <= 4.0 * sqrt(CONFIDENCE * (1.0 - CONFIDENCE) * trials);
}

static void
test_law(const law *l)
{
    double z = cm_normal_two_sided(CONFIDENCE);
    double truth = l->predict(l->truth, NULL);
    int ended = 0, held = 0, predicted = 0, far = 0;

    for (int draw = 0; draw < l->draws; draw++) {
        static cm_purchase_history rows[CUSTOMERS];
        cm_fit fit;

        for (int i = 0; i < CUSTOMERS; i++)
            rows[i] = l->draw(l->truth);
        l->fit(grouped(rows, CUSTOMERS), &fit);
        if (fit.status != CM_FIT_CONVERGED)
            continue;
        ended++;
        for (int i = 0; i < l->params; i++) {
            double off = fabs(log(fit.param[i] / l->truth[i])) / sqrt(fit.covariance[cm_pair(i, i)]);

            held += off <= z;
            far += off > 5.0;
        }

        double value = l->predict(fit.param, NULL);
        double variance =
            cm_delta_variance(fit.param, fit.covariance, l->params, l->predict, NULL, CM_DELTA_LOG);
        cm_interval interval = cm_delta_interval(value, variance, CONFIDENCE, CM_DELTA_LOG);

        predicted += interval.lower <= truth && truth <= interval.upper;
    }
    ok(ended >= l->draws * 9 / 10, "%s: %d of %d fits converge", l->name, ended, l->draws);
    ok(far == 0, "%s: no parameter is five standard errors off", l->name);
    ok(is_likely(held, ended * l->params), "%s: %.1f %% of the parameters' intervals hold the truth", l->name,
       100.0 * held / (ended * l->params));
    ok(is_likely(predicted, ended), "%s: %.1f %% of the prediction's intervals hold it", l->name,
       100.0 * predicted / ended);
}

int
main(void)
{
    for (size_t i = 0; i < COUNT(laws); i++)
        test_law(&laws[i]);
    return tap_done();
}
