/*
 * customer_model: a fitted probability model, one type for all of them: which model, its estimates with their
 * covariance, and how the fit ended. Predictions go through the table of functions each model has.
 */
#ifndef CM_CUSTOMER_MODEL_H
#define CM_CUSTOMER_MODEL_H

#include "core/state.h"
#include "forecast/histories.h"
#include "math/delta.h"
#include "math/model.h"

typedef enum cm_model_id {
    CM_MODEL_BGNBD = 1,
    CM_MODEL_MBGNBD,
    CM_MODEL_PARETO_NBD,
    CM_MODEL_BGBB,
    CM_MODEL_GAMMA_GAMMA,
    CM_MODEL_SBG
} cm_model_id;
#define CM_MODELS 6

/* Beyond those of a fit: parameters from elsewhere, without data. */
#define CM_MODEL_ASSUMED 5

typedef struct cm_customer_model {
    cm_state head;
    int32 id;     /* cm_model_id */
    int32 status; /* cm_fit_status or CM_MODEL_ASSUMED */
    int32 iterations;
    int16 has_covariance; /* 0 or 1 */
    int16 unit;           /* cm_time_unit of the histories it was fitted to; unknown unless of purchases */
    int64 customers;
    double loglik;               /* 0 without a fit */
    double param[CM_MAX_PARAMS]; /* positive; zero where unused, and all zero where there is nothing to say */
    double covariance[CM_MAX_PAIRS]; /* of their logarithms; zero where unused */
} cm_customer_model;

/* The shape of dropout in all models of purchases: a, s, gamma. Above 1, the mean number of purchases to come is finite. */
#define CM_PARAM_DROPOUT 2

/*
 * What a model can answer. x, t_x, T as in histories, horizons in its unit of time. Those that end in "_alive" are for a
 * customer known to be alive at T, and do not depend on t_x: times alive() they hold for (x, t_x, T). delta is a
 * continuous discount rate per unit of time; a horizon may be infinite if it is positive, or if parameter
 * CM_PARAM_DROPOUT is above 1. The answers about purchases are NULL for the Gamma-Gamma and sBG models.
 */
typedef struct cm_model_kind {
    const char *name;                      /* in SQL */
    const char *title;                     /* in the literature */
    const char *params[CM_MAX_PARAMS + 1]; /* NULL ends */
    cm_history_kind data;
    bool (*likelihood)(cm_histories data, const double *p, const cm_host *host, cm_derivs *out);
    void (*fit)(cm_histories data, const cm_host *host, cm_fit *fit);
    double (*alive)(const double *p, double x, double t_x, double T); /* at T */
    /* Whether one alive at T is alive horizon later; BG/BB: at the opportunity after that. */
    double (*lives_on_alive)(const double *p, double x, double T, double horizon);
    double (*expected_new)(const double *p, double horizon);
    double (*expected_alive)(const double *p, double x, double T, double horizon);
    double (*active_alive)(const double *p, double x, double T, double horizon);
    double (*discounted_alive)(const double *p, double x, double T, double horizon, double delta);
    double (*pmf)(const double *p, double n, double t);
} cm_model_kind;

extern const cm_state_class cm_customer_model_class;
extern const cm_model_kind cm_model_kinds[CM_MODELS + 1]; /* by cm_model_id */
extern const char *const cm_model_status_names[];         /* by status; NULL ends */
extern const cm_host cm_model_host; /* palloc, and a poll that lets the query be cancelled */

extern cm_customer_model *cm_customer_model_new(cm_model_id id);

/* What is wrong with a model that came from outside, or NULL. */
extern const char *cm_customer_model_error(const cm_customer_model *model);

static inline int
cm_model_params(const cm_customer_model *model)
{
    int n = 0;

    while (cm_model_kinds[model->id].params[n] != NULL)
        n++;
    return n;
}

static inline bool
cm_model_has_params(const cm_customer_model *model)
{
    return model->param[0] > 0;
}

#define PG_GETARG_MODEL(arg)                                                                                 \
    ((const cm_customer_model *) cm_state_read(PG_GETARG_DATUM(arg), &cm_customer_model_class))

/* An argument that must be a model of purchases (not of spending or contracts), one in continuous time, or this one. */
extern const cm_customer_model *cm_purchase_model_arg(FunctionCallInfo fcinfo, int arg);
extern const cm_customer_model *cm_continuous_model_arg(FunctionCallInfo fcinfo, int arg);
extern const cm_customer_model *cm_model_arg(FunctionCallInfo fcinfo, int arg, cm_model_id id);

/* A time of that model: finite, not negative, for opportunities whole. */
extern double cm_model_check_time(const cm_customer_model *model, double time, const char *what);
/* A unit of time as an argument, which must be the model's where that is known. */
extern cm_time_unit cm_model_unit_arg(const cm_customer_model *model, const cm_word *unit);
extern double cm_units_per_year(cm_time_unit unit);

/* x and the mean amount of x purchases, which may be NULL where x is 0; and the prediction for it (Gamma-Gamma). */
typedef struct cm_spend_question {
    double x, mean_amount;
} cm_spend_question;

extern cm_spend_question cm_spend_args(FunctionCallInfo fcinfo, int arg_x, int arg_mean);
extern double cm_ask_spend(const double *p, const void *context);

/* A history in the three arguments from arg on, checked. */
extern cm_purchase_history cm_model_history_args(FunctionCallInfo fcinfo, int arg,
                                                 const cm_customer_model *model);

/* Not even extreme parameters, which only a user can give, make a result infinite. */
#define CM_RETURN_FINITE(value)                                                                              \
    do {                                                                                                     \
        double result_ = (value);                                                                            \
                                                                                                             \
        if (!isfinite(result_))                                                                              \
            PG_RETURN_NULL();                                                                                \
        PG_RETURN_FLOAT8(result_);                                                                           \
    } while (0)

/* The variance of a prediction on a scale, by the delta method; NaN without a covariance */
extern double cm_model_variance(const cm_customer_model *model, cm_prediction f, const void *context,
                                cm_delta_scale scale);
/* One row: value, lower, upper */
extern Datum cm_interval_row(FunctionCallInfo fcinfo, double value, double variance, double confidence,
                             cm_delta_scale scale);

#endif
