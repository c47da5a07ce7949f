/* The models behind customer_model: what each is called, what it is fitted to, and what it can answer. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "forecast/customer_model.h"
#include "math/bgbb.h"
#include "math/bgnbd.h"
#include "math/gamma_gamma.h"
#include "math/pareto_nbd.h"
#include "math/sbg.h"

/* ---- BG/NBD and MBG/NBD: one implementation, told apart by its first argument ---- */

#define BG_FUNCTIONS(name, kind)                                                                             \
    static bool name##_likelihood(cm_histories data, const double *p, const cm_host *host, cm_derivs *out)   \
    {                                                                                                        \
        return cm_bgnbd_likelihood(kind, data, p, host, out);                                                \
    }                                                                                                        \
    static void name##_fit(cm_histories data, const cm_host *host, cm_fit *fit)                              \
    {                                                                                                        \
        cm_bgnbd_fit(kind, data, host, fit);                                                                 \
    }                                                                                                        \
    static double name##_alive(const double *p, double x, double t_x, double T)                              \
    {                                                                                                        \
        return cm_bgnbd_alive(kind, p, x, t_x, T);                                                           \
    }                                                                                                        \
    static double name##_lives_on(const double *p, double x, double T, double horizon)                       \
    {                                                                                                        \
        return cm_bgnbd_alive_after(kind, p, x, T, horizon);                                                 \
    }                                                                                                        \
    static double name##_expected_new(const double *p, double horizon)                                       \
    {                                                                                                        \
        return cm_bgnbd_expected(kind, p, horizon);                                                          \
    }                                                                                                        \
    static double name##_expected(const double *p, double x, double T, double horizon)                       \
    {                                                                                                        \
        return cm_bgnbd_expected_alive(kind, p, x, T, horizon);                                              \
    }                                                                                                        \
    static double name##_discounted(const double *p, double x, double T, double horizon, double delta)       \
    {                                                                                                        \
        return cm_bgnbd_discounted_alive(kind, p, x, T, horizon, delta);                                     \
    }                                                                                                        \
    static double name##_pmf(const double *p, double n, double t)                                            \
    {                                                                                                        \
        return cm_bgnbd_pmf(kind, p, n, t);                                                                  \
    }                                                                                                        \
    extern int cm_no_such_variable

BG_FUNCTIONS(bg, CM_BG);
BG_FUNCTIONS(mbg, CM_MBG);

static double
pareto_lives_on(const double *p, double x, double T, double horizon)
{
    (void) x;
    return cm_pareto_nbd_alive_after(p, T, horizon);
}

/* ---- BG/BB: time is a number of opportunities ---- */

static double
bgbb_alive(const double *p, double x, double t_x, double T)
{
    return cm_bgbb_alive(p, x, t_x, T, 0.0);
}

static double
bgbb_lives_on(const double *p, double x, double T, double horizon)
{
    return cm_bgbb_alive(p, x, T, T, 1.0 + horizon); /* one who buys at T is alive then */
}

static double
bgbb_expected_new(const double *p, double horizon)
{
    return cm_bgbb_discounted_alive(p, 0.0, 0.0, horizon, 0.0);
}

static double
bgbb_expected(const double *p, double x, double T, double horizon)
{
    return cm_bgbb_discounted_alive(p, x, T, horizon, 0.0);
}

static double
bgbb_discounted(const double *p, double x, double T, double horizon, double delta)
{
    return cm_bgbb_discounted_alive(p, x, T, horizon, expm1(delta));
}

const cm_model_kind cm_model_kinds[CM_MODELS + 1] = {
    [CM_MODEL_BGNBD] = {"bgnbd",
                        "BG/NBD",
                        {"r", "alpha", "a", "b"},
                        CM_HISTORY_PURCHASES,
                        bg_likelihood,
                        bg_fit,
                        bg_alive,
                        bg_lives_on,
                        bg_expected_new,
                        bg_expected,
                        cm_bgnbd_active_alive,
                        bg_discounted,
                        bg_pmf},
    [CM_MODEL_MBGNBD] = {"mbgnbd",
                         "MBG/NBD",
                         {"r", "alpha", "a", "b"},
                         CM_HISTORY_PURCHASES,
                         mbg_likelihood,
                         mbg_fit,
                         mbg_alive,
                         mbg_lives_on,
                         mbg_expected_new,
                         mbg_expected,
                         cm_bgnbd_active_alive,
                         mbg_discounted,
                         mbg_pmf},
    [CM_MODEL_PARETO_NBD] = {"pareto_nbd",
                             "Pareto/NBD",
                             {"r", "alpha", "s", "beta"},
                             CM_HISTORY_PURCHASES,
                             cm_pareto_nbd_likelihood,
                             cm_pareto_nbd_fit,
                             cm_pareto_nbd_alive,
                             pareto_lives_on,
                             cm_pareto_nbd_expected,
                             cm_pareto_nbd_expected_alive,
                             cm_pareto_nbd_active_alive,
                             cm_pareto_nbd_discounted_alive,
                             cm_pareto_nbd_pmf},
    [CM_MODEL_BGBB] = {"bgbb",
                       "BG/BB",
                       {"alpha", "beta", "gamma", "delta"},
                       CM_HISTORY_OPPORTUNITIES,
                       cm_bgbb_likelihood,
                       cm_bgbb_fit,
                       bgbb_alive,
                       bgbb_lives_on,
                       bgbb_expected_new,
                       bgbb_expected,
                       cm_bgbb_active_alive,
                       bgbb_discounted,
                       cm_bgbb_pmf},
    [CM_MODEL_GAMMA_GAMMA] = {"gamma_gamma",
                              "Gamma-Gamma",
                              {"p", "q", "gamma"},
                              CM_HISTORY_SPENDING,
                              cm_gamma_gamma_likelihood,
                              cm_gamma_gamma_fit},
    [CM_MODEL_SBG] = {"sbg", "sBG", {"alpha", "beta"}, CM_HISTORY_RENEWALS, cm_sbg_likelihood, cm_sbg_fit},
};

/* ---- the surroundings of a fit ---- */

static void *
host_alloc(size_t size)
{
    return palloc(size);
}

static void
host_release(void *memory)
{
    pfree(memory);
}

/* A cancelled query leaves the fit here; its memory goes with the context. */
static bool
host_poll(void)
{
    CHECK_FOR_INTERRUPTS();
    return false;
}

const cm_host cm_model_host = {host_alloc, host_release, host_poll};
