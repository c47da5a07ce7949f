/* Customers at the end of an observation; see holdout.h. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "forecast/customer_model.h"
#include "forecast/holdout.h"

double
cm_days_of_unit(cm_time_unit unit)
{
    return 365.25 / cm_units_per_year(unit);
}

/* Counts a purchase day: before the end it moves the last one, after it it is a later one. */
static void
count_day(DateADT day, DateADT end, DateADT holdout, int *repeats, DateADT *last, int *later)
{
    if (day <= end) {
        (*repeats)++;
        *last = day;
    } else if (day <= holdout)
        (*later)++;
}

bool
cm_holdout_split(const cm_map *map, uint32 entry, DateADT end, DateADT holdout, double unit_days,
                 cm_holdout *out)
{
    const cm_customer *c = cm_map_payload(map, entry);
    cm_customer_days days = cm_customers_days(map, entry);
    DateADT last = c->first;
    int repeats = 0;

    if (c->purchases == 0 || c->first > end)
        return false;
    *out = (cm_holdout){.first = c->first};
    while (cm_customer_days_next(&days))
        if (days.gap > 0)
            count_day(days.day, end, holdout, &repeats, &last, &out->later);
    out->history =
        (cm_purchase_history){repeats, (last - c->first) / unit_days, (end - c->first) / unit_days, 1};
    return true;
}

/* All customers who were there by the end, as histories of purchases */
static const cm_histories_state *
all_histories(const cm_map *map, DateADT end, cm_time_unit unit)
{
    cm_histories_state *state = cm_histories_new(CM_HISTORY_PURCHASES, 0);
    double unit_days = cm_days_of_unit(unit);

    state->unit = unit;

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_holdout seen;

        if (entry % 65536 == 0)
            CHECK_FOR_INTERRUPTS();
        if (cm_holdout_split(map, entry, end, end, unit_days, &seen)) {
            cm_histories_state *before = state;

            state = cm_histories_add(state, seen.history);
            if (state != before)
                pfree(before);
        }
    }
    return cm_histories_canonical(state);
}

void
cm_check_holdout(DateADT calibration_end, DateADT holdout_end)
{
    if (holdout_end > calibration_end)
        return;
    ereport(ERROR,
            (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
             errmsg("\"holdout_end\" %s is not after \"calibration_end\" %s", cm_day_text(holdout_end),
                    cm_day_text(calibration_end)),
             errdetail("The holdout begins on the day after \"calibration_end\", and \"holdout_end\" is its "
                       "last day.")));
}

double
cm_spend_of_customer(const cm_customer_model *model, const cm_customer_totals *b)
{
    double mean = cm_totals_repeat_amount(b);
    cm_spend_question q = {cm_totals_repeats(b), isnan(mean) ? 0.0 : mean};

    if (model == NULL || !cm_model_has_params(model) || mean <= 0)
        return NAN;
    double value = cm_ask_spend(model->param, &q);

    return isfinite(value) ? value : NAN;
}

/* ---- functions ---- */

static Datum
histories_at(FunctionCallInfo fcinfo, const char *end)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    DateADT day = CM_ARG_CALENDAR_DAY(1, end);

    PG_RETURN_POINTER(all_histories(map, day, cm_time_unit_arg(PG_GETARG_TEXT_PP(2))));
}

/* histories(customers, as_of, unit) */
PG_FUNCTION_INFO_V1(cm_histories_of_customers);
Datum
cm_histories_of_customers(PG_FUNCTION_ARGS)
{
    return histories_at(fcinfo, "as_of");
}

/* spend_histories(customers): the mean amounts of repeat days; who has none, or only free ones, stays out */
PG_FUNCTION_INFO_V1(cm_spending_of_customers);
Datum
cm_spending_of_customers(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    cm_histories_state *state = cm_histories_new(CM_HISTORY_SPENDING, 0);

    for (uint32 entry = 0; entry < map->count; entry++) {
        cm_customer_totals b = cm_customers_get(map, entry);
        double mean = cm_totals_repeat_amount(&b);

        if (entry % 65536 == 0)
            CHECK_FOR_INTERRUPTS();
        if (mean > 0) {
            cm_histories_state *before = state;

            state = cm_histories_add(state, (cm_purchase_history){cm_totals_repeats(&b), mean, 0.0, 1});
            if (state != before)
                pfree(before);
        }
    }
    PG_RETURN_POINTER(cm_histories_canonical(state));
}
