/*
 * Whether to trust a forecast of value: purchases expected in a holdout x the expected amount of one (Gamma-Gamma),
 * against what was bought. A customers value keeps no amounts by day, so calibration and holdout are two values.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "forecast/customer_model.h"
#include "forecast/holdout.h"
#include "math/sum.h"

typedef struct value_check {
    const cm_map *calibration, *holdout;
    const cm_customer_model *model, *spend_model;
    DateADT calibration_end, holdout_end;
    double unit_days;
    double length;       /* of the holdout, in units of time */
    uint32 next_holdout; /* entries of both maps rise by id */
} value_check;

/* What one customer was expected to do, and did. */
typedef struct outcome {
    cm_customer_totals before;
    double expected_purchases, expected_spend;
    int64 purchases; /* days with one, as the models count them */
    cm_money paid;
} outcome;

static void
later_error(DateADT latest, const char *which, const char *end, DateADT day)
{
    ereport(ERROR, (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
                    errmsg("%s has a row of %s, after %s %s", cm_quoted(which), cm_day_text(latest),
                           cm_quoted(end), cm_day_text(day)),
                    errdetail("It keeps sums of amounts, from which later rows cannot be taken away."),
                    errhint("Build it from the rows up to that day.")));
}

static void
early_error(const cm_map *map, uint32 entry, DateADT first, DateADT calibration_end)
{
    ereport(ERROR,
            (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
             errmsg("\"holdout\" has a purchase of %s on %s, which is not after \"calibration_end\" %s",
                    cm_map_customer_name(map, entry), cm_day_text(first), cm_day_text(calibration_end)),
             errhint("Build it from the rows after that day.")));
}

static void
check_days(const value_check *v)
{
    DateADT calibrated = cm_customers_params_of(v->calibration)->latest;
    DateADT latest = cm_customers_params_of(v->holdout)->latest;

    cm_check_holdout(v->calibration_end, v->holdout_end);
    if (v->calibration->count > 0 && calibrated > v->calibration_end)
        later_error(calibrated, "calibration", "calibration_end", v->calibration_end);
    if (v->holdout->count > 0 && latest > v->holdout_end)
        later_error(latest, "holdout", "holdout_end", v->holdout_end);
    for (uint32 entry = 0; entry < v->holdout->count; entry++) {
        const cm_customer *c = cm_map_payload(v->holdout, entry);

        if (entry % 65536 == 0)
            CHECK_FOR_INTERRUPTS();
        if (c->purchases > 0 && c->first <= v->calibration_end)
            early_error(v->holdout, entry, c->first, v->calibration_end);
    }
}

/* calibration, holdout, model, spend_model, calibration_end, holdout_end, unit */
static value_check
check_args(FunctionCallInfo fcinfo)
{
    value_check v = {
        .calibration = PG_GETARG_CUSTOMERS(0),
        .holdout = PG_GETARG_CUSTOMERS(1),
        .model = cm_continuous_model_arg(fcinfo, 2),
        .spend_model = cm_model_arg(fcinfo, 3, CM_MODEL_GAMMA_GAMMA),
        .calibration_end = CM_ARG_CALENDAR_DAY(4, "calibration_end"),
        .holdout_end = CM_ARG_CALENDAR_DAY(5, "holdout_end"),
    };

    v.unit_days = cm_days_of_unit(cm_model_unit_arg(v.model, PG_GETARG_TEXT_PP(6)));
    check_days(&v);
    v.length = (v.holdout_end - v.calibration_end) / v.unit_days;
    return v;
}

/* What a customer of the calibration did in the holdout. */
static void
look_up(value_check *v, uint32 entry, outcome *o)
{
    o->purchases = 0;
    o->paid = (cm_money){0, cm_customers_params_of(v->holdout)->scale, 0};
    while (v->next_holdout < v->holdout->count &&
           cm_map_compare_keys(v->holdout, v->next_holdout, v->calibration, entry) < 0)
        v->next_holdout++;
    if (v->next_holdout == v->holdout->count ||
        cm_map_compare_keys(v->holdout, v->next_holdout, v->calibration, entry) != 0)
        return;

    cm_customer_totals later = cm_customers_get(v->holdout, v->next_holdout);

    o->purchases = later.purchases > 0 ? later.purchase_days : 0;
    o->paid = later.paid;
}

static double
finite_or_nan(double value)
{
    return isfinite(value) ? value : NAN;
}

/* False for who had no purchase in the calibration. */
static bool
next_outcome(value_check *v, uint32 entry, outcome *o)
{
    const cm_model_kind *kind = &cm_model_kinds[v->model->id];
    const double *p = v->model->param;
    cm_holdout seen;

    if (entry % 4096 == 0)
        CHECK_FOR_INTERRUPTS();
    if (!cm_holdout_split(v->calibration, entry, v->calibration_end, v->calibration_end, v->unit_days, &seen))
        return false;
    o->before = cm_customers_get(v->calibration, entry);
    o->expected_purchases = NAN;
    if (cm_model_has_params(v->model))
        o->expected_purchases =
            finite_or_nan(kind->alive(p, seen.history.x, seen.history.t_x, seen.history.T) *
                          kind->expected_alive(p, seen.history.x, seen.history.T, v->length));
    o->expected_spend = cm_spend_of_customer(v->spend_model, &o->before);
    look_up(v, entry, o);
    return true;
}

/* holdout_value_customers(...) -> a row for each customer of the calibration */
PG_FUNCTION_INFO_V1(cm_holdout_value_customers);
Datum
cm_holdout_value_customers(PG_FUNCTION_ARGS)
{
    value_check v = check_args(fcinfo);

    cm_rows_begin(fcinfo);
    for (uint32 entry = 0; entry < v.calibration->count; entry++) {
        cm_row row = cm_row_empty();
        outcome o;

        if (!next_outcome(&v, entry, &o))
            continue;
        cm_row_set_id(&row, 0, v.calibration, entry);
        cm_row_set_int(&row, 1, (int64) cm_totals_repeats(&o.before));
        cm_row_set_float(&row, 2, cm_totals_repeat_amount(&o.before));
        cm_row_set_float(&row, 3, o.expected_purchases);
        cm_row_set_int(&row, 4, o.purchases);
        cm_row_set_float(&row, 5, o.expected_spend);
        if (o.purchases > 0)
            cm_row_set_float(&row, 6, cm_money_to_float(o.paid) / (double) o.purchases);
        cm_row_set_float(&row, 7, finite_or_nan(o.expected_purchases * o.expected_spend));
        cm_row_set(&row, 8, cm_money_to_numeric(o.paid));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* holdout_value_summary(...) */
PG_FUNCTION_INFO_V1(cm_holdout_value_summary);
Datum
cm_holdout_value_summary(PG_FUNCTION_ARGS)
{
    value_check v = check_args(fcinfo);
    cm_sum expected = {0}, squares = {0}, errors = {0}, of_purchases = {0};
    cm_money actual = {0, cm_customers_params_of(v.holdout)->scale, 0};
    int64 customers = 0, unknown = 0, purchases = 0;
    cm_row row = cm_row_empty();

    for (uint32 entry = 0; entry < v.calibration->count; entry++) {
        outcome o;

        if (!next_outcome(&v, entry, &o))
            continue;

        double value = finite_or_nan(o.expected_purchases * o.expected_spend);
        double error = value - cm_money_to_float(o.paid);

        if (isnan(value)) {
            unknown++;
            continue;
        }
        customers++;
        purchases += o.purchases;
        actual = cm_money_add(actual, o.paid);
        cm_sum_add(&expected, value);
        cm_sum_add(&errors, fabs(error));
        cm_sum_add(&squares, error * error);
        cm_sum_add(&of_purchases, o.expected_spend * (double) o.purchases);
    }
    cm_row_set_int(&row, 0, customers);
    cm_row_set_int(&row, 1, unknown);
    if (customers > 0) {
        double made = cm_money_to_float(actual);

        cm_row_set_float(&row, 2, finite_or_nan(cm_sum_value(&expected)));
        cm_row_set(&row, 3, cm_money_to_numeric(actual));
        cm_row_set_float(&row, 4, made > 0 ? finite_or_nan((cm_sum_value(&expected) - made) / made) : NAN);
        cm_row_set_float(&row, 5, finite_or_nan(sqrt(cm_sum_value(&squares) / (double) customers)));
        cm_row_set_float(&row, 6, finite_or_nan(cm_sum_value(&errors) / (double) customers));
        cm_row_set_int(&row, 7, purchases);
        cm_row_set_float(&row, 8, finite_or_nan(cm_sum_value(&of_purchases)));
    }
    return cm_row_return(fcinfo, &row);
}
