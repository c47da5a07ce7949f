/*
 * Customer acquisition cost: (marketing + sales + ...) / new customers; the parentheses matter. Blended over all
 * channels, paid over the paid ones: that is which rows come in. Money in, money out; NULL without new customers.
 *
 * What is spent in a period brings customers later: with a lag, the cost of a period goes with the customers so many
 * periods after it, and the last periods are pending.
 */
#include "postgres.h"

#include <math.h>

#include "utils/date.h"

#include "acquisition/spending.h"
#include "core/check.h"
#include "core/row.h"

/* ---- from sums ---- */

static const char *const cost_names[] = {"marketing", "sales", NULL, "advertising", "other"};

PG_FUNCTION_INFO_V1(cm_cac_numeric);
Datum
cm_cac_numeric(PG_FUNCTION_ARGS)
{
    int64 customers = CM_ARG_COUNT(2, "new_customers");
    cm_money sum = CM_MONEY_ZERO;

    for (int i = 0; i < (int) lengthof(cost_names); i++) {
        if (cost_names[i] == NULL)
            continue;

        cm_money cost = cm_money_from_numeric(PG_GETARG_DATUM(i), cost_names[i]);

        if (cm_money_sign(cost) < 0)
            cm_check_not_negative(cm_money_to_float(cost), cost_names[i]);
        sum = cm_money_add(sum, cost);
    }
    if (customers == 0)
        PG_RETURN_NULL();
    return cm_money_mean(sum, customers);
}

PG_FUNCTION_INFO_V1(cm_cac_float8);
Datum
cm_cac_float8(PG_FUNCTION_ARGS)
{
    int64 customers = CM_ARG_COUNT(2, "new_customers");
    double sum = 0.0;

    for (int i = 0; i < (int) lengthof(cost_names); i++)
        if (cost_names[i] != NULL)
            sum += cm_check_not_negative(PG_GETARG_FLOAT8(i), cost_names[i]);
    CM_RETURN_FLOAT(customers == 0 ? NAN : cm_check_finite(sum, "the sum of costs") / (double) customers);
}

/* cac_payback(cac, revenue_per_period, gross_margin): periods until a customer has paid for the acquisition */
PG_FUNCTION_INFO_V1(cm_cac_payback);
Datum
cm_cac_payback(PG_FUNCTION_ARGS)
{
    double cac = cm_check_not_negative(PG_GETARG_FLOAT8(0), "cac");
    double revenue = cm_check_not_negative(PG_GETARG_FLOAT8(1), "revenue_per_period");
    double margin = cm_check_share(PG_GETARG_FLOAT8(2), "gross_margin");
    double periods = cac / (revenue * margin);

    CM_RETURN_FLOAT(isfinite(periods) ? periods : NAN);
}

/* ---- from states ---- */

typedef struct totals {
    cm_money cost;
    int64 customers;
} totals;

/* Of the periods from..to; the state need not have them all. */
static totals
sum_periods(const cm_spending *spending, int64 from, int64 to)
{
    totals sum = {CM_MONEY_ZERO, 0};

    for (uint32 i = 0; i < spending->count; i++) {
        const cm_period_sum *at = &spending->periods[i];

        if (at->period < from || at->period > to)
            continue;
        sum.cost = cm_money_add(sum.cost, at->sum);
        sum.customers = cm_add_counts(sum.customers, at->count, "new customers");
    }
    return sum;
}

static totals
sum_all(const cm_spending *spending)
{
    return sum_periods(spending, PG_INT32_MIN, PG_INT32_MAX);
}

static int32
lag_arg(FunctionCallInfo fcinfo, const cm_spending *spending)
{
    int32 lag = CM_ARG_INT(1, "lag");

    if (lag < 0)
        cm_check_count(lag, "lag");
    if (spending->extent == CM_IN_TOTAL)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("spending in total has no periods, so no lag between them"),
                        errhint("Collect it with spending_by_agg(day, cost, new_customers, 'month').")));
    return lag;
}

PG_FUNCTION_INFO_V1(cm_cac);
Datum
cm_cac(PG_FUNCTION_ARGS)
{
    totals sum = sum_all(PG_GETARG_SPENDING(0));

    if (sum.customers == 0)
        PG_RETURN_NULL();
    return cm_money_mean(sum.cost, sum.customers);
}

/* cac(spending, lag): costs whose customers are known / customers whose costs are known */
PG_FUNCTION_INFO_V1(cm_cac_lagged);
Datum
cm_cac_lagged(PG_FUNCTION_ARGS)
{
    const cm_spending *spending = PG_GETARG_SPENDING(0);
    int32 lag = lag_arg(fcinfo, spending);

    if (spending->count == 0)
        PG_RETURN_NULL();

    int64 first = spending->periods[0].period;
    int64 last = spending->periods[spending->count - 1].period;
    cm_money cost = sum_periods(spending, first, last - lag).cost;
    int64 customers = sum_periods(spending, first + lag, last).customers;

    if (customers == 0)
        PG_RETURN_NULL();
    return cm_money_mean(cost, customers);
}

/* cac_by_period(spending, lag) -> period_start, cost, new_customers, cac, pending */
PG_FUNCTION_INFO_V1(cm_cac_by_period);
Datum
cm_cac_by_period(PG_FUNCTION_ARGS)
{
    const cm_spending *spending = PG_GETARG_SPENDING(0);
    int32 lag = lag_arg(fcinfo, spending);
    uint32 paying = 0, won = 0; /* where cost and customers are */

    cm_rows_begin(fcinfo);
    if (spending->count == 0)
        return (Datum) 0;

    int64 last = spending->periods[spending->count - 1].period;

    for (int64 period = spending->periods[0].period; period <= last; period++) {
        cm_money cost = CM_MONEY_ZERO;
        int64 customers = 0;
        cm_row row = cm_row_empty();

        if (spending->periods[paying].period == period)
            cost = spending->periods[paying++].sum;
        while (won < spending->count && spending->periods[won].period < period + lag)
            won++;
        if (won < spending->count && spending->periods[won].period == period + lag)
            customers = spending->periods[won].count;

        cm_row_set(&row, 0, DateADTGetDatum(cm_period_start(spending->calendar, (int32) period)));
        cm_row_set(&row, 1, cm_money_to_numeric(cost));
        cm_row_set(&row, 4, BoolGetDatum(period + lag > last));
        if (period + lag <= last)
            cm_row_set_int(&row, 2, customers);
        if (customers > 0)
            cm_row_set(&row, 3, cm_money_mean(cost, customers));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}

PG_FUNCTION_INFO_V1(cm_spending_cost);
Datum
cm_spending_cost(PG_FUNCTION_ARGS)
{
    const cm_spending *spending = PG_GETARG_SPENDING(0);

    if (spending->count == 0)
        PG_RETURN_NULL();
    return cm_money_to_numeric(sum_all(spending).cost);
}

PG_FUNCTION_INFO_V1(cm_spending_customers);
Datum
cm_spending_customers(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(sum_all(PG_GETARG_SPENDING(0)).customers);
}
