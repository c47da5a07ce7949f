/*
 * LTV:CAC of the customers of a channel: what they have brought so far x margin, against what winning one cost. Payback:
 * the cost divided by the margin that a customer brings a period, where the time of a customer runs from the first
 * purchase to as_of.
 */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"

#include "acquisition/spending.h"
#include "core/check.h"
#include "core/row.h"
#include "math/student.h"
#include "math/sum.h"
#include "states/customers.h"

typedef struct brought {
    cm_money revenue;
    int64 customers; /* with a purchase */
    double days; /* since the first purchase of each, of all together: a whole number, exact in any order */
} brought;

static brought
brought_by(const cm_map *map, DateADT as_of)
{
    brought b = {.revenue.scale = cm_customers_params_of(map)->scale};

    CM_MAP_EACH (map, entry) {
        cm_customer_totals totals = cm_customers_get(map, entry);

        b.revenue = cm_money_add(b.revenue, cm_totals_revenue(&totals));
        if (totals.purchases == 0)
            continue;
        b.customers++;
        b.days += cm_totals_tenure(&totals, as_of);
    }
    return b;
}

/* The standard error of the mean revenue of a customer with a purchase; NaN for fewer than two of them. */
static double
error_of_mean(const cm_map *map, const brought *b)
{
    double mean = cm_money_to_float(b->revenue) / (double) b->customers;
    cm_sum squares = {0};

    if (b->customers < 2)
        return NAN;
    CM_MAP_EACH (map, entry) {
        cm_customer_totals totals = cm_customers_get(map, entry);
        double off = cm_money_to_float(cm_totals_revenue(&totals)) - mean;

        if (totals.purchases > 0)
            cm_sum_add(&squares, off * off);
    }
    return sqrt(cm_sum_value(&squares) / (double) (b->customers - 1) / (double) b->customers);
}

/* ltv_cac(customers, spending, as_of, margin, period_days, confidence) */
PG_FUNCTION_INFO_V1(cm_ltv_cac);
Datum
cm_ltv_cac(PG_FUNCTION_ARGS)
{
    const cm_map *map = PG_GETARG_CUSTOMERS(0);
    const cm_spending *spending = PG_GETARG_SPENDING(1);
    DateADT as_of = cm_check_as_of(CM_ARG_DAY_OF(2, "as_of"), cm_customers_params_of(map)->latest);
    double margin = cm_check_share(PG_GETARG_FLOAT8(3), "margin");
    double period = cm_check_positive(PG_GETARG_FLOAT8(4), "period_days");
    double confidence = cm_check_confidence(PG_GETARG_FLOAT8(5));
    brought b = brought_by(map, as_of);
    double revenue = cm_money_to_float(b.revenue);
    double ltv = b.customers > 0 ? revenue / (double) b.customers * margin : NAN;
    double per_period =
        b.days > 0 ? cm_check_finite(revenue * margin / b.days * period, "the margin of a period") : NAN;
    cm_money cost = CM_MONEY_ZERO;
    int64 won = 0;
    cm_row row = cm_row_empty();

    for (uint32 i = 0; i < spending->count; i++) {
        cost = cm_money_add(cost, spending->periods[i].sum);
        won = cm_add_counts(won, spending->periods[i].count, "new customers");
    }

    double cac = won > 0 ? cm_money_to_float(cost) / (double) won : NAN;

    cm_row_set_int(&row, 0, b.customers);
    cm_row_set_int(&row, 1, won);
    if (b.customers > 0)
        cm_row_set(&row, 2, cm_money_mean(b.revenue, b.customers));
    cm_row_set_float(&row, 3, ltv);
    if (won > 0)
        cm_row_set(&row, 4, cm_money_mean(cost, won));
    cm_row_set_float(&row, 5, cac > 0 ? ltv / cac : NAN);
    if (cac > 0 && b.customers > 1) {
        double half =
            error_of_mean(map, &b) * margin / cac * cm_student_quantile(confidence, (double) b.customers - 1);

        cm_row_set_float(&row, 6, ltv / cac - half);
        cm_row_set_float(&row, 7, ltv / cac + half);
    }
    cm_row_set_float(&row, 8, per_period);
    if (per_period > 0 && isfinite(cac / per_period))
        cm_row_set_float(&row, 9, cac / per_period);
    return cm_row_return(fcinfo, &row);
}
