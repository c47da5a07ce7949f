/*
 * What the tests of the probability models share: a host, derivatives by
 * differences, and the CDNOW customers (from the folder named by CM_DATA).
 */
#ifndef CM_TEST_FIXTURE_H
#define CM_TEST_FIXTURE_H

#include "math/model.h"
#include "tap.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline void *
host_alloc(size_t size)
{
    void *memory = malloc(size);

    if (memory == NULL)
        abort();
    return memory;
}

static int host_polls_left = -1; /* negative: never stop */

static inline bool
host_poll(void)
{
    return host_polls_left >= 0 && host_polls_left-- == 0;
}

static const cm_host host = {host_alloc, free, host_poll};

/* Sorts rows, joins equal ones, and returns them as the fit wants them */
static inline cm_histories
grouped(cm_purchase_history *rows, size_t count)
{
    size_t kept = 0;

    qsort(rows, count, sizeof(cm_purchase_history), cm_history_compare);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && cm_history_compare(&rows[kept - 1], &rows[i]) == 0)
            rows[kept - 1].n += rows[i].n;
        else
            rows[kept++] = rows[i];
    }
    return (cm_histories){rows, kept};
}

typedef bool (*likelihood_of)(cm_histories data, const double *param, cm_derivs *out);

static inline cm_derivs
derivs_at(likelihood_of f, cm_histories data, const double *param)
{
    cm_derivs d;

    memset(&d, 0, sizeof(d));
    f(data, param, &d);
    return d;
}

/* Analytic derivatives against central differences, in logarithms of the parameters */
static inline void
check_derivatives(likelihood_of f, cm_histories data, const double *param, int k, double tolerance,
                  const char *name)
{
    cm_derivs at = derivs_at(f, data, param);
    double worst = 0.0;
    double scale = fabs(cm_sum_value(&at.ll)) + 1.0;

    for (int i = 0; i < k; i++) {
        double up[CM_MAX_PARAMS], down[CM_MAX_PARAMS];
        double step = 1e-4;

        memcpy(up, param, sizeof(double) * k);
        memcpy(down, param, sizeof(double) * k);
        up[i] *= exp(step);
        down[i] *= exp(-step);

        cm_derivs u = derivs_at(f, data, up);
        cm_derivs d = derivs_at(f, data, down);
        double slope = (cm_sum_value(&u.ll) - cm_sum_value(&d.ll)) / (2.0 * step);

        worst = fmax(worst, fabs(slope - param[i] * at.gradient[i]) / scale);
        for (int j = 0; j < k; j++) {
            int pair = i > j ? cm_pair(i, j) : cm_pair(j, i);
            double curve =
                param[j] *
                (u.gradient[j] * (i == j ? exp(step) : 1.0) - d.gradient[j] * (i == j ? exp(-step) : 1.0)) /
                (2.0 * step);
            double want = param[i] * param[j] * at.hessian[pair] + (i == j ? param[i] * at.gradient[i] : 0.0);

            worst = fmax(worst, fabs(curve - want) / scale);
        }
    }
    ok(worst <= tolerance, "%s", name);
    if (!(worst <= tolerance))
        printf("# worst relative difference %.3g\n", worst);
}

static inline bool
all_finite(const cm_derivs *d, int k)
{
    bool finite = isfinite(cm_sum_value(&d->ll));

    for (int i = 0; i < k; i++)
        finite = finite && isfinite(d->gradient[i]);
    for (int i = 0; i < cm_pair(k, 0); i++)
        finite = finite && isfinite(d->hessian[i]);
    return finite;
}

/* Standard error of a parameter, by the delta method from its logarithm; NaN without covariance */
static inline double
standard_error(const cm_fit *fit, int i)
{
    return fit->has_covariance ? fit->param[i] * sqrt(fit->covariance[cm_pair(i, i)]) : NAN;
}

/* Published or independently computed estimates, to as many digits as they have */
static inline void
check_fit(const cm_fit *fit, const double *param, const double *se, double loglik, const char *name)
{
    char line[128];

    ok(fit->status == CM_FIT_CONVERGED, "%s converges", name);
    for (int i = 0; i < fit->params; i++) {
        snprintf(line, sizeof(line), "%s: parameter %d", name, i + 1);
        ok_near(fit->param[i], param[i], 5e-7, line);
        if (se != NULL) {
            snprintf(line, sizeof(line), "%s: standard error %d", name, i + 1);
            ok_near(standard_error(fit, i), se[i], 5e-6, line);
        }
    }
    snprintf(line, sizeof(line), "%s: log-likelihood", name);
    ok_near(fit->loglik, loglik, 1e-11, line);
}

/* A repeatable stream of uniform numbers (Steele, Lea, Flood 2014: SplitMix64) */
static inline double
uniform(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);

    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (double) ((z ^ (z >> 31)) >> 11) / 9007199254740992.0;
}

#endif
