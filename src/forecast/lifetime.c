/* Discounted purchases and predicted lifetime value; see lifetime.h. */
#include "postgres.h"

#include <math.h>

#include "core/check.h"
#include "core/row.h"
#include "forecast/lifetime.h"

/* ---- answers kept ---- */

/*
 * Discounted purchases of a customer who is alive depend on x and T only, so that a million customers ask a few thousand
 * different questions. Answers stay where they hash to until another question needs the place.
 */
#define MEMO_SLOTS 65536
#define MEMO_AFTER 64 /* questions: before that it does not pay */

typedef struct memo_key {
    double model; /* id */
    double param[CM_MAX_PARAMS];
    double x, T;
    cm_discount_horizon horizon;
} memo_key;

typedef struct memo_entry {
    memo_key key;
    double value;
} memo_entry;

struct cm_memo {
    MemoryContext context;
    int64 asked;
    memo_entry *entries; /* NULL at first */
};

cm_memo *
cm_memo_new(MemoryContext context)
{
    cm_memo *memo = MemoryContextAllocZero(context, sizeof(cm_memo));

    memo->context = context;
    return memo;
}

static uint32
hash_key(const memo_key *key)
{
    uint64 words[sizeof(memo_key) / sizeof(uint64)];
    uint64 hash = 0;

    memcpy(words, key, sizeof(words));
    for (Size i = 0; i < lengthof(words); i++) {
        hash = (hash ^ words[i]) * UINT64CONST(0x9E3779B97F4A7C15);
        hash ^= hash >> 32; /* whole numbers differ in the high bits of a double only */
    }
    return (uint32) hash;
}

static double
discounted_alive(const cm_customer_model *model, const cm_purchase_history *h, cm_discount_horizon horizon)
{
    return cm_model_kinds[model->id].discounted_alive(model->param, h->x, h->T, horizon.length,
                                                      horizon.delta);
}

static double
remembered(cm_memo *memo, const cm_customer_model *model, const cm_purchase_history *h,
           cm_discount_horizon horizon)
{
    memo_key key = {.model = model->id, .x = h->x, .T = h->T, .horizon = horizon};
    memo_entry *entry;

    if (memo == NULL || ++memo->asked < MEMO_AFTER)
        return discounted_alive(model, h, horizon);
    if (memo->entries == NULL)
        memo->entries = MemoryContextAllocZero(memo->context, MEMO_SLOTS * sizeof(memo_entry));
    memcpy(key.param, model->param, sizeof(key.param));
    entry = &memo->entries[hash_key(&key) % MEMO_SLOTS];
    if (memcmp(&entry->key, &key, sizeof(key)) != 0) {
        entry->value = discounted_alive(model, h, horizon);
        entry->key = key;
    }
    return entry->value;
}

double
cm_discounted_purchases(cm_memo *memo, const cm_customer_model *model, const cm_purchase_history *h,
                        cm_discount_horizon horizon)
{
    double alive = cm_model_kinds[model->id].alive(model->param, h->x, h->t_x, h->T);

    return alive * remembered(memo, model, h, horizon);
}

/* ---- arguments ---- */

/* For ever, a discount rate is needed unless the mean number of purchases to come is finite without one. */
static void
check_for_ever(const cm_customer_model *model, double rate, double delta)
{
    const char *parameter = cm_model_kinds[model->id].params[CM_PARAM_DROPOUT];
    double value = model->param[CM_PARAM_DROPOUT];

    if (rate > 0 && delta < 1e-9)
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("\"discount_rate\" is too near zero for a value without end: %g", rate),
                        errdetail("It is zero, or at least 1e-9 in one unit of time."),
                        errhint("Give a horizon, or a discount rate per year such as 0.1.")));
    if (rate == 0 && cm_model_has_params(model) && !(value > 1))
        ereport(
            ERROR,
            (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
             errmsg("a value without end needs a discount rate in this model"),
             errdetail("Undiscounted, the mean of all purchases to come is finite where %s is above 1 only. "
                       "Here it is %g.",
                       parameter, value),
             errhint("Give a horizon, or a discount rate per year such as 0.1.")));
}

cm_discount_horizon
cm_horizon_args(FunctionCallInfo fcinfo, const cm_customer_model *model, int arg_unit, int arg_length,
                int arg_rate)
{
    double rate = cm_check_share(PG_GETARG_FLOAT8(arg_rate), "discount_rate");
    cm_time_unit unit = cm_model_unit_arg(model, PG_GETARG_TEXT_PP(arg_unit));
    cm_discount_horizon horizon = {INFINITY, log1p(rate) / cm_units_per_year(unit)};

    if (!PG_ARGISNULL(arg_length))
        horizon.length = cm_model_check_time(model, PG_GETARG_FLOAT8(arg_length), "horizon");
    else
        check_for_ever(model, rate, horizon.delta);
    return horizon;
}

static bool
any_null(FunctionCallInfo fcinfo, const int *args, int n)
{
    bool null = false;

    for (int i = 0; i < n; i++)
        null = null || PG_ARGISNULL(args[i]);
    return null;
}

static cm_memo *
memo_of(FunctionCallInfo fcinfo)
{
    if (fcinfo->flinfo->fn_extra == NULL)
        fcinfo->flinfo->fn_extra = cm_memo_new(fcinfo->flinfo->fn_mcxt);
    return fcinfo->flinfo->fn_extra;
}

/* ---- functions ---- */

/* discounted_purchases(model, x, t_x, t, unit, horizon, discount_rate) */
PG_FUNCTION_INFO_V1(cm_discounted_purchases_of);
Datum
cm_discounted_purchases_of(PG_FUNCTION_ARGS)
{
    static const int needed[] = {0, 1, 2, 3, 4, 6};

    if (any_null(fcinfo, needed, lengthof(needed)))
        PG_RETURN_NULL();

    const cm_customer_model *model = cm_purchase_model_arg(fcinfo, 0);
    cm_purchase_history h = cm_model_history_args(fcinfo, 1, model);
    cm_discount_horizon horizon = cm_horizon_args(fcinfo, model, 4, 5, 6);

    if (!cm_model_has_params(model))
        PG_RETURN_NULL();
    CM_RETURN_FINITE(cm_discounted_purchases(memo_of(fcinfo), model, &h, horizon));
}

/* What predicted_clv is asked: of the purchase model, and of the spend model */
typedef struct clv_args {
    const cm_customer_model *model, *spend_model;
    cm_purchase_history h;
    cm_spend_question spend;
    cm_discount_horizon horizon;
    double margin;
} clv_args;

/* (model, spend_model, x, t_x, t, mean_amount, unit, horizon, discount_rate, margin); false if the answer is NULL */
static bool
get_clv_args(FunctionCallInfo fcinfo, clv_args *args)
{
    static const int needed[] = {0, 1, 2, 3, 4, 6, 8, 9};

    if (any_null(fcinfo, needed, lengthof(needed)))
        return false;
    args->model = cm_purchase_model_arg(fcinfo, 0);
    args->spend_model = cm_model_arg(fcinfo, 1, CM_MODEL_GAMMA_GAMMA);
    args->h = cm_model_history_args(fcinfo, 2, args->model);
    args->spend = cm_spend_args(fcinfo, 2, 5);
    args->horizon = cm_horizon_args(fcinfo, args->model, 6, 7, 8);
    args->margin = cm_check_share(PG_GETARG_FLOAT8(9), "margin");
    return cm_model_has_params(args->model) && cm_model_has_params(args->spend_model);
}

PG_FUNCTION_INFO_V1(cm_predicted_clv);
Datum
cm_predicted_clv(PG_FUNCTION_ARGS)
{
    clv_args args;

    if (!get_clv_args(fcinfo, &args))
        PG_RETURN_NULL();
    CM_RETURN_FINITE(cm_discounted_purchases(memo_of(fcinfo), args.model, &args.h, args.horizon) *
                     cm_ask_spend(args.spend_model->param, &args.spend) * args.margin);
}

static double
ask_discounted(const double *p, const void *context)
{
    const clv_args *args = context;
    const cm_model_kind *kind = &cm_model_kinds[args->model->id];

    return kind->alive(p, args->h.x, args->h.t_x, args->h.T) *
           kind->discounted_alive(p, args->h.x, args->h.T, args->horizon.length, args->horizon.delta);
}

/*
 * predicted_clv_estimate(..., confidence): purchases and amounts are independent in the models, and so are the two
 * fits: the variances of their logarithms add.
 */
PG_FUNCTION_INFO_V1(cm_predicted_clv_estimate);
Datum
cm_predicted_clv_estimate(PG_FUNCTION_ARGS)
{
    clv_args args;

    if (PG_ARGISNULL(10))
        PG_RETURN_NULL();

    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(10));

    if (!get_clv_args(fcinfo, &args))
        return cm_interval_row(fcinfo, NAN, NAN, confidence, CM_DELTA_LOG);

    double value =
        ask_discounted(args.model->param, &args) * cm_ask_spend(args.spend_model->param, &args.spend);
    double variance = cm_model_variance(args.model, ask_discounted, &args, CM_DELTA_LOG) +
                      cm_model_variance(args.spend_model, cm_ask_spend, &args.spend, CM_DELTA_LOG);

    return cm_interval_row(fcinfo, value * args.margin, variance, confidence, CM_DELTA_LOG);
}
