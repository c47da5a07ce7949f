/*
 * What each customer of a customers value will do next: one row for each, ready for a materialized view.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "forecast/lifetime.h"
#include "forecast/holdout.h"

/* The arguments of customer_forecast, read once */
typedef struct forecast_args {
    const cm_map *map;
    const cm_customer_model *model;
    const cm_customer_model *spend_model; /* NULL: without amounts */
    DateADT as_of;
    bool later_rows; /* after as_of; their amounts are in the sums, so that no mean is known */
    double unit_days;
    cm_discount_horizon horizon;
    double margin;
} forecast_args;

static void
later_rows_error(DateADT latest, DateADT as_of)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
         errmsg("there is a purchase or refund on %s, after \"as_of\" %s", cm_day_text(latest),
                cm_day_text(as_of)),
         errdetail("Amounts are kept in sums, so that those up to \"as_of\" are not known; days are."),
         errhint(
             "Leave out \"spend_model\", or use a value of the rows up to \"as_of\". Values at the ends of "
             "months come from one of each month: rollup(c) OVER (ORDER BY month).")));
}

/* customers, model, as_of, unit, horizon, spend_model, discount_rate, margin; false if the answer has no rows */
static bool
get_args(FunctionCallInfo fcinfo, forecast_args *args)
{
    for (int i = 0; i < 8; i++)
        if (PG_ARGISNULL(i) && i != 4 && i != 5)
            return false;
    args->map = PG_GETARG_CUSTOMERS(0);
    args->model = cm_continuous_model_arg(fcinfo, 1);
    args->as_of = CM_ARG_CALENDAR_DAY(2, "as_of");
    args->unit_days = cm_days_of_unit(cm_model_unit_arg(args->model, PG_GETARG_TEXT_PP(3)));
    args->horizon = cm_horizon_args(fcinfo, args->model, 3, 4, 6);
    args->later_rows = cm_customers_params_of(args->map)->latest > args->as_of;
    if (!PG_ARGISNULL(5))
        args->spend_model = cm_model_arg(fcinfo, 5, CM_MODEL_GAMMA_GAMMA);
    if (args->later_rows && args->spend_model != NULL)
        later_rows_error(cm_customers_params_of(args->map)->latest, args->as_of);
    args->margin = cm_check_share(PG_GETARG_FLOAT8(7), "margin");
    return true;
}

static double
finite_or_nan(double value)
{
    return isfinite(value) ? value : NAN;
}

static void
put_predictions(const forecast_args *args, const cm_purchase_history *h, double spend, cm_memo *memo,
                cm_row *row)
{
    const double *p = args->model->param;
    const cm_model_kind *kind = &cm_model_kinds[args->model->id];
    double alive = kind->alive(p, h->x, h->t_x, h->T);

    cm_row_set_float(row, 5, alive);
    if (isfinite(args->horizon.length)) {
        double active = alive * kind->active_alive(p, h->x, h->T, args->horizon.length);

        cm_row_set_float(row, 6,
                         finite_or_nan(alive * kind->expected_alive(p, h->x, h->T, args->horizon.length)));
        cm_row_set_float(row, 7, 1.0 - active);
    }
    cm_row_set_float(row, 8, spend);
    if (!isnan(spend))
        cm_row_set_float(row, 9,
                         finite_or_nan(cm_discounted_purchases(memo, args->model, h, args->horizon) * spend *
                                       args->margin));
}

/*
 * customer_forecast(...) -> customer_id, x, t_x, t, mean_amount, p_alive, expected_purchases, churn_probability,
 * expected_spend, predicted_clv
 */
PG_FUNCTION_INFO_V1(cm_customer_forecast);
Datum
cm_customer_forecast(PG_FUNCTION_ARGS)
{
    forecast_args args = {0};
    cm_memo *memo = cm_memo_new(CurrentMemoryContext);

    cm_rows_begin(fcinfo);
    if (!get_args(fcinfo, &args))
        return (Datum) 0;
    for (uint32 entry = 0; entry < args.map->count; entry++) {
        cm_row row = cm_row_empty();
        cm_holdout seen;

        CHECK_FOR_INTERRUPTS();
        if (!cm_holdout_split(args.map, entry, args.as_of, args.as_of, args.unit_days, &seen))
            continue;

        cm_customer_totals b = cm_customers_get(args.map, entry);

        cm_row_set_id(&row, 0, args.map, entry);
        cm_row_set_int(&row, 1, (int64) seen.history.x);
        cm_row_set_float(&row, 2, seen.history.t_x);
        cm_row_set_float(&row, 3, seen.history.T);
        cm_row_set_float(&row, 4, args.later_rows ? NAN : cm_totals_repeat_amount(&b));
        if (cm_model_has_params(args.model))
            put_predictions(&args, &seen.history, cm_spend_of_customer(args.spend_model, &b), memo, &row);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
