/*
 * The reports on monthly recurring revenue: movements, rates and churn of customers by period, each movement of each
 * customer, and revenue and customers on a day.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "core/check.h"
#include "core/row.h"
#include "math/proportion.h"
#include "states/order.h"
#include "subscription/churn.h"
#include "subscription/mrr_base.h"
#include "subscription/mrr_periods.h"

#define CONFIDENCE 0.95

static const char *const method_names[] = {"daily", "net", NULL}; /* mrr_method */

static void
set_money(cm_row *row, int column, int scale, int128 units)
{
    cm_row_set(row, column, cm_money_to_numeric((cm_money){units, scale, 0}));
}

/* NaN for a denominator of zero. */
static double
ratio(int scale, int128 part, int128 whole)
{
    return whole == 0 ? NAN
                      : cm_money_to_float((cm_money){part, scale, 0}) /
                            cm_money_to_float((cm_money){whole, scale, 0});
}

/* The first two columns of all reports by period. */
static cm_row
begin_row(const mrr_history *h, int32 i)
{
    cm_row row = cm_row_empty();

    cm_row_set(&row, 0, DateADTGetDatum(cm_period_start(h->calendar, h->first + i)));
    cm_row_set(&row, 1, BoolGetDatum(mrr_complete(h, i)));
    return row;
}

/* Argument method. */
static mrr_method
method_arg(FunctionCallInfo fcinfo)
{
    return (mrr_method) cm_option(PG_GETARG_OPTION(3), "method", method_names);
}

/* From arguments (mrr, period, as_of). */
static mrr_history
history_of_value(FunctionCallInfo fcinfo, mrr_method method)
{
    return cm_mrr_history(PG_GETARG_MRR(0), PG_GETARG_OPTION(1), CM_ARG_DAY_OF(2, "as_of"), method);
}

static Datum
put_movements(FunctionCallInfo fcinfo, mrr_history h)
{
    cm_rows_begin(fcinfo);
    for (int32 i = 0; i < h.count; i++) {
        const mrr_period *p = &h.periods[i];
        cm_row row = begin_row(&h, i);

        set_money(&row, 2, h.scale, p->start);
        for (int m = 0; m < MRR_MOVEMENTS; m++)
            set_money(&row, 3 + m, h.scale, p->movements[m]);
        set_money(&row, 8, h.scale, p->end);
        cm_row_set_int(&row, 9, p->customers_start);
        for (int m = 0; m < MRR_MOVEMENTS; m++)
            cm_row_set_int(&row, 10 + m, p->customers[m]);
        cm_row_set_int(&row, 15, p->customers_end);
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* mrr_movements(mrr, period, as_of, method) */
PG_FUNCTION_INFO_V1(cm_mrr_movements);
Datum
cm_mrr_movements(PG_FUNCTION_ARGS)
{
    return put_movements(fcinfo, history_of_value(fcinfo, method_arg(fcinfo)));
}

/* mrr_movements(base) */
PG_FUNCTION_INFO_V1(cm_mrr_movements_of_base);
Datum
cm_mrr_movements_of_base(PG_FUNCTION_ARGS)
{
    return put_movements(fcinfo, cm_mrr_history_of_base(fcinfo, NULL));
}

/* mrr_movements_base(mrr, period, as_of, method) */
PG_FUNCTION_INFO_V1(cm_mrr_movements_base);
Datum
cm_mrr_movements_base(PG_FUNCTION_ARGS)
{
    mrr_method method = method_arg(fcinfo);
    mrr_history h = history_of_value(fcinfo, method);

    return cm_mrr_base(&h, method, PG_GETARG_MRR(0));
}

/*
 * mrr_rates(mrr, period, as_of): gross revenue retention = sum of min(start, end) / sum of start, net = end of those
 * customers / start, quick ratio = (new + expansion + reactivation) / (contraction + churn), ARPA = end / customers.
 * Rates of a period that is not complete are NULL.
 */
static Datum
put_rates(FunctionCallInfo fcinfo, mrr_history h)
{
    cm_rows_begin(fcinfo);
    for (int32 i = 0; i < h.count; i++) {
        const mrr_period *p = &h.periods[i];
        cm_row row = begin_row(&h, i);

        set_money(&row, 2, h.scale, p->start);
        set_money(&row, 3, h.scale, p->end);
        cm_row_set_int(&row, 7, p->customers_start);
        cm_row_set_int(&row, 8, p->lost);
        if (p->customers_end > 0)
            cm_row_set(&row, 12, cm_money_mean((cm_money){p->end, h.scale, 0}, p->customers_end));
        if (mrr_complete(&h, i)) {
            cm_interval churn = cm_wilson(p->lost, p->customers_start, CONFIDENCE);
            int128 gained =
                p->movements[MRR_NEW] + p->movements[MRR_EXPANSION] + p->movements[MRR_REACTIVATION];

            cm_row_set_float(&row, 4, ratio(h.scale, p->kept, p->start));
            cm_row_set_float(&row, 5, ratio(h.scale, p->kept_and_grown, p->start));
            cm_row_set_float(&row, 6,
                             ratio(h.scale, gained, p->movements[MRR_CONTRACTION] + p->movements[MRR_CHURN]));
            cm_row_set_float(&row, 9, churn.value);
            cm_row_set_float(&row, 10, churn.lower);
            cm_row_set_float(&row, 11, churn.upper);
        }
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

PG_FUNCTION_INFO_V1(cm_mrr_rates);
Datum
cm_mrr_rates(PG_FUNCTION_ARGS)
{
    return put_rates(fcinfo, history_of_value(fcinfo, MRR_DAILY));
}

/* mrr_rates(base) */
PG_FUNCTION_INFO_V1(cm_mrr_rates_of_base);
Datum
cm_mrr_rates_of_base(PG_FUNCTION_ARGS)
{
    return put_rates(fcinfo, cm_mrr_history_of_base(fcinfo, "mrr_rates"));
}

/* What churn.c divides, of one period. */
static cm_churn_counts
counts_of(const mrr_history *h, int32 i)
{
    const mrr_period *p = &h->periods[i];
    double length = cm_period_end(h->calendar, h->first + i) - cm_period_start(h->calendar, h->first + i);

    return (cm_churn_counts){.at_start = p->customers_start,
                             .joined = p->joined,
                             .lost = p->lost,
                             .losses = p->customers[MRR_CHURN],
                             .at_end = p->customers_end,
                             .customer_periods = (double) p->days / length};
}

/* Rates of a period that is not complete are NULL. */
static Datum
put_churn(FunctionCallInfo fcinfo, mrr_history h, cm_denominator denominator)
{
    cm_rows_begin(fcinfo);
    for (int32 i = 0; i < h.count; i++) {
        cm_churn_counts counts = counts_of(&h, i);
        cm_row row = begin_row(&h, i);

        cm_row_set_int(&row, 2, counts.at_start);
        cm_row_set_int(&row, 3, counts.joined);
        cm_row_set_int(&row, 4, counts.lost);
        cm_row_set_int(&row, 5, counts.losses);
        cm_row_set_int(&row, 6, counts.at_end);
        cm_row_set_float(&row, 7, (double) h.periods[i].days);
        if (mrr_complete(&h, i)) {
            cm_interval churn = cm_churn_interval(&counts, denominator, CONFIDENCE);

            cm_row_set_float(&row, 8, churn.value);
            cm_row_set_float(&row, 9, churn.lower);
            cm_row_set_float(&row, 10, churn.upper);
            cm_row_set_float(&row, 11, 1 - cm_churn_under(&counts, CM_AT_START));
        }
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

/* churn_by_period(mrr, period, as_of, denominator) */
PG_FUNCTION_INFO_V1(cm_mrr_churn);
Datum
cm_mrr_churn(PG_FUNCTION_ARGS)
{
    cm_denominator denominator = cm_denominator_from_text(PG_GETARG_OPTION(3));

    return put_churn(fcinfo, history_of_value(fcinfo, MRR_DAILY), denominator);
}

/* churn_by_period(base, denominator) */
PG_FUNCTION_INFO_V1(cm_mrr_churn_of_base);
Datum
cm_mrr_churn_of_base(PG_FUNCTION_ARGS)
{
    cm_denominator denominator = cm_denominator_from_text(PG_GETARG_OPTION(1));

    return put_churn(fcinfo, cm_mrr_history_of_base(fcinfo, "churn_by_period"), denominator);
}

/* mrr_changes(mrr) -> customer_id, day, movement, amount (with its sign), mrr after it: what the reports are made of */
PG_FUNCTION_INFO_V1(cm_mrr_changes);
Datum
cm_mrr_changes(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);

    cm_rows_begin(fcinfo);
    for (uint32 i = 0; i < map->count; i++) {
        uint32 count;
        const cm_mrr_change *changes = mrr_changes(map, i, &count);
        int128 revenue = 0;

        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        for (uint32 k = 0; k < count; k++) {
            int128 after = cm_mrr_after(map, i, revenue, &changes[k]);
            mrr_movement m = revenue == 0      ? (k > 0 ? MRR_REACTIVATION : MRR_NEW)
                             : after == 0      ? MRR_CHURN
                             : after > revenue ? MRR_EXPANSION
                                               : MRR_CONTRACTION;
            cm_row row = cm_row_empty();

            cm_row_set_id(&row, 0, map, i);
            cm_row_set(&row, 1, DateADTGetDatum(changes[k].day));
            cm_row_set_text(&row, 2, cm_mrr_movement_names[m]);
            set_money(&row, 3, mrr_scale(map), cm_mrr_units(&changes[k]));
            set_money(&row, 4, mrr_scale(map), after);
            cm_rows_put(fcinfo, &row);
            revenue = after;
        }
    }
    return (Datum) 0;
}

/* ---- on a day ---- */

/* A customer's revenue at the end of a day. */
static int128
revenue_on(const cm_map *map, uint32 customer, DateADT day)
{
    uint32 count;
    const cm_mrr_change *changes = mrr_changes(map, customer, &count);
    int128 revenue = 0;

    for (uint32 i = 0; i < count && changes[i].day <= day; i++)
        revenue = cm_units_add(revenue, cm_mrr_units(&changes[i]), mrr_scale(map));
    if (unlikely(revenue < 0))
        cm_mrr_negative(map, customer, day, revenue);
    return revenue;
}

/* mrr_on(mrr, day) */
PG_FUNCTION_INFO_V1(cm_mrr_on);
Datum
cm_mrr_on(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);
    DateADT day = CM_ARG_CALENDAR_DAY(1, "day");
    int128 sum = 0;

    for (uint32 i = 0; i < map->count; i++) {
        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        sum = cm_units_add(sum, revenue_on(map, i, day), mrr_scale(map));
    }
    PG_RETURN_DATUM(cm_money_to_numeric(mrr_money(map, sum)));
}

/* subscribers_on(mrr, day) */
PG_FUNCTION_INFO_V1(cm_mrr_subscribers_on);
Datum
cm_mrr_subscribers_on(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_MRR(0);
    DateADT day = CM_ARG_CALENDAR_DAY(1, "day");
    int64 count = 0;

    for (uint32 i = 0; i < map->count; i++) {
        if (i % CM_MAP_BATCH == 0)
            CHECK_FOR_INTERRUPTS();
        count += revenue_on(map, i, day) > 0;
    }
    PG_RETURN_INT64(count);
}
