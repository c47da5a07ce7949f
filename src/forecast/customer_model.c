/* The customer_model type: fits over histories, parameters, standard errors; see customer_model.h. */
#include "postgres.h"

#include <math.h>

#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "core/check.h"
#include "core/row.h"
#include "forecast/customer_model.h"
#include "math/normal.h"

const cm_state_class cm_customer_model_class = {
    .name = "customer_model",
    .min_size = sizeof(cm_customer_model),
    .max_size = sizeof(cm_customer_model),
    .magic = 0x434D,
    .version = 1,
};

const char *const cm_model_status_names[] = {
    "converged", "not identified", "too few customers", "not converged", "", "assumed", NULL};

cm_customer_model *
cm_customer_model_new(cm_model_id id)
{
    cm_customer_model *model = cm_state_new(&cm_customer_model_class, sizeof(cm_customer_model));

    model->id = id;
    return model;
}

const char *
cm_customer_model_error(const cm_customer_model *model)
{
    int k = cm_model_params(model);

    if (model->unit != CM_UNIT_UNKNOWN && cm_model_kinds[model->id].data != CM_HISTORY_PURCHASES)
        return "only models of purchases have a unit of time";
    if (!isfinite(model->loglik))
        return "the log-likelihood is a finite number";
    if (cm_model_has_params(model)
            ? model->status == CM_FIT_TOO_FEW_CUSTOMERS
            : model->status != CM_FIT_TOO_FEW_CUSTOMERS && model->status != CM_FIT_NOT_CONVERGED)
        return "a model has parameters unless there were too few customers";
    if (model->has_covariance && !cm_model_has_params(model))
        return "a covariance needs parameters";
    for (int i = 0; i < CM_MAX_PARAMS; i++) {
        bool used = i < k && cm_model_has_params(model);

        if (used ? !(model->param[i] >= 1e-100 && model->param[i] <= 1e100) : model->param[i] != 0)
            return "parameters are from 1e-100 to 1e100";
    }
    for (int i = 0; i < CM_MAX_PARAMS; i++)
        for (int j = 0; j <= i; j++) {
            double entry = model->covariance[cm_pair(i, j)];
            bool used = i < k && model->has_covariance;

            if (used ? !(fabs(entry) <= 1e100) || (i == j && entry <= 0) : entry != 0)
                return "the covariance has positive variances";
        }
    return NULL;
}

static cm_customer_model *
fit_histories(cm_model_id id, cm_histories data)
{
    cm_customer_model *model = cm_customer_model_new(id);
    cm_fit fit;

    cm_model_kinds[id].fit(data, &cm_model_host, &fit);
    model->status = fit.status;
    model->iterations = fit.iterations;
    model->customers = (int64) fit.customers;
    if (fit.status == CM_FIT_TOO_FEW_CUSTOMERS || !isfinite(fit.loglik))
        return model;
    model->loglik = fit.loglik;
    memcpy(model->param, fit.param, sizeof(model->param));
    model->has_covariance = fit.has_covariance;
    if (fit.has_covariance)
        memcpy(model->covariance, fit.covariance, sizeof(model->covariance));
    return model;
}

static double
standard_error(const cm_customer_model *model, int i)
{
    return model->has_covariance ? model->param[i] * sqrt(model->covariance[cm_pair(i, i)]) : NAN;
}

/* ---- fits ---- */

static Datum
fit(FunctionCallInfo fcinfo, cm_model_id id)
{
    cm_customer_model *model = fit_histories(id, cm_histories_arg(fcinfo, 0, cm_model_kinds[id].data));

    model->unit = cm_histories_unit_arg(fcinfo, 0);
    PG_RETURN_POINTER(model);
}

#define FIT(name, id)                                                                                        \
    PG_FUNCTION_INFO_V1(cm_fit_##name);                                                                      \
    Datum cm_fit_##name(PG_FUNCTION_ARGS)                                                                    \
    {                                                                                                        \
        return fit(fcinfo, id);                                                                              \
    }                                                                                                        \
    extern int cm_no_such_variable

FIT(bgnbd, CM_MODEL_BGNBD);
FIT(mbgnbd, CM_MODEL_MBGNBD);
FIT(pareto_nbd, CM_MODEL_PARETO_NBD);
FIT(bgbb, CM_MODEL_BGBB);
FIT(gamma_gamma, CM_MODEL_GAMMA_GAMMA);
FIT(sbg, CM_MODEL_SBG);

/* A model from parameters that somebody else estimated, or that a user would like to try. */
static Datum
assumed(FunctionCallInfo fcinfo, cm_model_id id)
{
    cm_customer_model *model = cm_customer_model_new(id);
    const char *wrong;

    model->status = CM_MODEL_ASSUMED;
    for (int i = 0; i < cm_model_params(model); i++)
        model->param[i] = cm_check_positive(PG_GETARG_FLOAT8(i), cm_model_kinds[id].params[i]);
    wrong = cm_customer_model_error(model);
    if (wrong != NULL)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("a parameter of %s is out of range", cm_model_kinds[id].title),
                        errdetail("The %s.", wrong)));
    PG_RETURN_POINTER(model);
}

#define ASSUMED(name, id)                                                                                    \
    PG_FUNCTION_INFO_V1(cm_assumed_##name);                                                                  \
    Datum cm_assumed_##name(PG_FUNCTION_ARGS)                                                                \
    {                                                                                                        \
        return assumed(fcinfo, id);                                                                          \
    }                                                                                                        \
    extern int cm_no_such_variable

ASSUMED(bgnbd, CM_MODEL_BGNBD);
ASSUMED(mbgnbd, CM_MODEL_MBGNBD);
ASSUMED(pareto_nbd, CM_MODEL_PARETO_NBD);
ASSUMED(bgbb, CM_MODEL_BGBB);
ASSUMED(gamma_gamma, CM_MODEL_GAMMA_GAMMA);
ASSUMED(sbg, CM_MODEL_SBG);

/* ---- accessors ---- */

/* model_summary(model) -> model, status, customers, log_likelihood, aic, iterations */
PG_FUNCTION_INFO_V1(cm_customer_model_summary);
Datum
cm_customer_model_summary(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = PG_GETARG_MODEL(0);
    cm_row row = cm_row_empty();

    cm_row_set_text(&row, 0, cm_model_kinds[model->id].title);
    cm_row_set_text(&row, 1, cm_model_status_names[model->status]);
    if (model->status != CM_MODEL_ASSUMED) {
        cm_row_set_int(&row, 2, model->customers);
        if (cm_model_has_params(model)) {
            cm_row_set_float(&row, 3, model->loglik);
            cm_row_set_float(&row, 4, 2.0 * cm_model_params(model) - 2.0 * model->loglik); /* Akaike (1974) */
        }
        cm_row_set(&row, 5, Int32GetDatum(model->iterations));
    }
    return cm_row_return(fcinfo, &row);
}

/* model_parameters(model, confidence) -> parameter, estimate, standard_error, lower, upper */
PG_FUNCTION_INFO_V1(cm_customer_model_parameters);
Datum
cm_customer_model_parameters(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = PG_GETARG_MODEL(0);
    double z = cm_normal_two_sided(cm_check_confidence(PG_GETARG_FLOAT8(1)));

    cm_rows_begin(fcinfo);
    for (int i = 0; i < cm_model_params(model); i++) {
        cm_row row = cm_row_empty();

        cm_row_set_text(&row, 0, cm_model_kinds[model->id].params[i]);
        if (cm_model_has_params(model))
            cm_row_set_float(&row, 1, model->param[i]);
        cm_row_set_float(&row, 2, standard_error(model, i));
        if (model->has_covariance) {
            /* on the logarithm, where the likelihood is nearly a parabola and no bound is negative */
            double factor = exp(z * sqrt(model->covariance[cm_pair(i, i)]));

            if (isfinite(factor)) {
                cm_row_set_float(&row, 3, model->param[i] / factor);
                cm_row_set_float(&row, 4, model->param[i] * factor);
            }
        }
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

PG_FUNCTION_INFO_V1(cm_customer_model_parameter);
Datum
cm_customer_model_parameter(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = PG_GETARG_MODEL(0);
    int i = cm_option(PG_GETARG_TEXT_PP(1), "parameter", cm_model_kinds[model->id].params);

    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(model->param[i]);
}

PG_FUNCTION_INFO_V1(cm_customer_model_name);
Datum
cm_customer_model_name(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(cm_model_kinds[PG_GETARG_MODEL(0)->id].title));
}

PG_FUNCTION_INFO_V1(cm_customer_model_status);
Datum
cm_customer_model_status(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(cm_model_status_names[PG_GETARG_MODEL(0)->status]));
}

/* NULL if it is not known */
PG_FUNCTION_INFO_V1(cm_customer_model_unit);
Datum
cm_customer_model_unit(PG_FUNCTION_ARGS)
{
    int unit = PG_GETARG_MODEL(0)->unit;

    if (unit == CM_UNIT_UNKNOWN)
        PG_RETURN_NULL();
    PG_RETURN_TEXT_P(cstring_to_text(cm_time_unit_names[unit]));
}

PG_FUNCTION_INFO_V1(cm_customer_model_loglik);
Datum
cm_customer_model_loglik(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = PG_GETARG_MODEL(0);

    if (!cm_model_has_params(model) || model->status == CM_MODEL_ASSUMED)
        PG_RETURN_NULL();
    PG_RETURN_FLOAT8(model->loglik);
}

/* log_likelihood(model, histories): of these customers, whether or not the model was fitted to them */
PG_FUNCTION_INFO_V1(cm_customer_model_loglik_of);
Datum
cm_customer_model_loglik_of(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = PG_GETARG_MODEL(0);
    const cm_model_kind *kind = &cm_model_kinds[model->id];
    cm_histories data = cm_histories_arg(fcinfo, 1, kind->data);
    cm_derivs derivs;

    cm_time_unit_check_same(model->unit, cm_histories_unit_arg(fcinfo, 1), "the model and the histories");
    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    memset(&derivs, 0, sizeof(derivs));
    kind->likelihood(data, model->param, &cm_model_host, &derivs);
    CM_RETURN_FINITE(cm_sum_value(&derivs.ll));
}

/* "BG/NBD, converged: r 0.2426 (0.0126), alpha 4.414 (0.378), ...; 2357 customers, log-likelihood -9582.43" */
PG_FUNCTION_INFO_V1(cm_customer_model_describe);
Datum
cm_customer_model_describe(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = PG_GETARG_MODEL(0);
    const cm_model_kind *kind = &cm_model_kinds[model->id];
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%s, %s", kind->title, cm_model_status_names[model->status]);
    for (int i = 0; cm_model_has_params(model) && i < cm_model_params(model); i++) {
        appendStringInfo(&out, "%s %s %.4g", i == 0 ? ":" : ",", kind->params[i], model->param[i]);
        if (model->has_covariance)
            appendStringInfo(&out, " (%.2g)", standard_error(model, i));
    }
    if (model->status != CM_MODEL_ASSUMED) {
        appendStringInfo(&out, "; " INT64_FORMAT " customer%s", model->customers,
                         model->customers == 1 ? "" : "s");
        if (cm_model_has_params(model))
            appendStringInfo(&out, ", log-likelihood %.2f, %d iteration%s", model->loglik, model->iterations,
                             model->iterations == 1 ? "" : "s");
    }
    PG_RETURN_TEXT_P(cstring_to_text(out.data));
}
