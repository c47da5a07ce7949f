/*
 * What a customer will do next, by a model and his history (x, t_x, t). All functions are strict; they give NULL for a
 * model that has no parameters, because there were too few customers to fit it.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "core/check.h"
#include "core/row.h"
#include "forecast/customer_model.h"

#define MAX_TIME 1e15
#define MAX_OPPORTUNITIES 10000
#define MAX_PMF 1000000

/* ---- arguments ---- */

static void
model_error(const cm_customer_model *model, const char *needed)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("the model is %s", cm_model_kinds[model->id].title), errdetail("%s", needed)));
}

const cm_customer_model *
cm_purchase_model_arg(FunctionCallInfo fcinfo, int arg)
{
    const cm_customer_model *model = PG_GETARG_MODEL(arg);

    if (cm_model_kinds[model->id].alive == NULL)
        model_error(model, "A model of purchases is needed here: BG/NBD, MBG/NBD, Pareto/NBD or BG/BB.");
    return model;
}

const cm_customer_model *
cm_continuous_model_arg(FunctionCallInfo fcinfo, int arg)
{
    const cm_customer_model *model = cm_purchase_model_arg(fcinfo, arg);

    if (model->id == CM_MODEL_BGBB)
        model_error(model, "Customers buy on any day: a model in continuous time is needed.");
    return model;
}

const cm_customer_model *
cm_model_arg(FunctionCallInfo fcinfo, int arg, cm_model_id id)
{
    const cm_customer_model *model = PG_GETARG_MODEL(arg);

    if (model->id != (int32) id)
        model_error(model, psprintf("The model needed here is %s.", cm_model_kinds[id].title));
    return model;
}

double
cm_model_check_time(const cm_customer_model *model, double time, const char *what)
{
    cm_check_not_negative(time, what);
    if (model->id == CM_MODEL_BGBB && (time != floor(time) || time > MAX_OPPORTUNITIES))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %g", cm_quoted(what), time),
                        errdetail("In the BG/BB model it is a whole number of opportunities, at most %d.",
                                  MAX_OPPORTUNITIES)));
    if (time > MAX_TIME)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %g", cm_quoted(what), time),
                        errdetail("It must be at most 1e15 units of time.")));
    return time;
}

double
cm_units_per_year(cm_time_unit unit)
{
    static const double per_year[] = {0, 365.25, 365.25 / 7, 12, 4, 1};

    return per_year[unit];
}

cm_time_unit
cm_model_unit_arg(const cm_customer_model *model, const cm_word *unit)
{
    cm_time_unit given = cm_time_unit_arg(unit);

    if (model->unit != CM_UNIT_UNKNOWN && model->unit != (int) given)
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("the model was fitted in units of a %s, not of a %s", cm_time_unit_names[model->unit],
                    cm_time_unit_names[given]),
             errhint("Give unit => '%s', and the horizon in such units; or fit the model with unit => '%s'.",
                     cm_time_unit_names[model->unit], cm_time_unit_names[given])));
    return given;
}

cm_purchase_history
cm_model_history_args(FunctionCallInfo fcinfo, int arg, const cm_customer_model *model)
{
    cm_purchase_history h = {PG_GETARG_FLOAT8(arg), PG_GETARG_FLOAT8(arg + 1), PG_GETARG_FLOAT8(arg + 2), 1};

    cm_history_check(cm_model_kinds[model->id].data, &h);
    return h;
}

/* ---- purchases ---- */

/* One customer's question to a model, as cm_prediction wants it. */
typedef struct question {
    const cm_model_kind *kind;
    cm_purchase_history h;
    double horizon;
} question;

static double
ask_alive(const double *p, const void *context)
{
    const question *q = context;

    return q->kind->alive(p, q->h.x, q->h.t_x, q->h.T) *
           q->kind->lives_on_alive(p, q->h.x, q->h.T, q->horizon);
}

static double
ask_expected(const double *p, const void *context)
{
    const question *q = context;

    return q->kind->alive(p, q->h.x, q->h.t_x, q->h.T) *
           q->kind->expected_alive(p, q->h.x, q->h.T, q->horizon);
}

static double
ask_expected_new(const double *p, const void *context)
{
    const question *q = context;

    return q->kind->expected_new(p, q->horizon);
}

static double
ask_active(const double *p, const void *context)
{
    const question *q = context;

    return q->kind->alive(p, q->h.x, q->h.t_x, q->h.T) * q->kind->active_alive(p, q->h.x, q->h.T, q->horizon);
}

static double
ask_inactive(const double *p, const void *context)
{
    return 1.0 - ask_active(p, context);
}

typedef enum question_form { WITH_HISTORY_AND_HORIZON, WITH_HORIZON } question_form;

/* model, then x, t_x, t where the form says so, then the horizon; returns the number of the next argument */
static int
question_args(FunctionCallInfo fcinfo, question_form form, const cm_customer_model *model, question *q)
{
    int next = 1;

    *q = (question){.kind = &cm_model_kinds[model->id]};
    if (form != WITH_HORIZON) {
        q->h = cm_model_history_args(fcinfo, next, model);
        next += 3;
    }
    q->horizon = cm_model_check_time(model, PG_GETARG_FLOAT8(next++), "horizon");
    return next;
}

static Datum
answer(FunctionCallInfo fcinfo, question_form form, cm_prediction f)
{
    const cm_customer_model *model = cm_purchase_model_arg(fcinfo, 0);
    question q;

    (void) question_args(fcinfo, form, model, &q);
    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    CM_RETURN_FINITE(f(model->param, &q));
}

/* The same with its interval, at the confidence in the last argument */
static Datum
answer_interval(FunctionCallInfo fcinfo, question_form form, cm_prediction f, cm_delta_scale scale)
{
    const cm_customer_model *model = cm_purchase_model_arg(fcinfo, 0);
    question q;
    double confidence = PG_GETARG_FLOAT8(question_args(fcinfo, form, model, &q));

    if (!cm_model_has_params(model))
        return cm_interval_row(fcinfo, NAN, NAN, confidence, scale);
    return cm_interval_row(fcinfo, f(model->param, &q), cm_model_variance(model, f, &q, scale), confidence,
                           scale);
}

#define ANSWER(name, form, f, scale)                                                                         \
    PG_FUNCTION_INFO_V1(cm_##name);                                                                          \
    Datum cm_##name(PG_FUNCTION_ARGS)                                                                        \
    {                                                                                                        \
        return answer(fcinfo, form, f);                                                                      \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_##name##_estimate);                                                               \
    Datum cm_##name##_estimate(PG_FUNCTION_ARGS)                                                             \
    {                                                                                                        \
        return answer_interval(fcinfo, form, f, scale);                                                      \
    }                                                                                                        \
    extern int cm_no_such_variable

ANSWER(p_alive, WITH_HISTORY_AND_HORIZON, ask_alive, CM_DELTA_LOGIT);
ANSWER(expected_purchases, WITH_HISTORY_AND_HORIZON, ask_expected, CM_DELTA_LOG);
ANSWER(expected_purchases_new, WITH_HORIZON, ask_expected_new, CM_DELTA_LOG);
ANSWER(purchase_probability, WITH_HISTORY_AND_HORIZON, ask_active, CM_DELTA_LOGIT);
ANSWER(churn_probability, WITH_HISTORY_AND_HORIZON, ask_inactive, CM_DELTA_LOGIT);

/* purchase_pmf(model, n, t): P(a new customer makes n repeat purchases in t) */
PG_FUNCTION_INFO_V1(cm_purchase_pmf);
Datum
cm_purchase_pmf(PG_FUNCTION_ARGS)
{
    const cm_customer_model *model = cm_purchase_model_arg(fcinfo, 0);
    double n = PG_GETARG_FLOAT8(1);
    double t = cm_model_check_time(model, PG_GETARG_FLOAT8(2), "t");

    if (!(n >= 0 && n <= MAX_PMF && n == floor(n)))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE), errmsg("\"n\" is out of range: %g", n),
                        errdetail("It must be a whole number from 0 to %d.", MAX_PMF)));
    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    CM_RETURN_FINITE(fmin(cm_model_kinds[model->id].pmf(model->param, n, t), 1.0));
}
