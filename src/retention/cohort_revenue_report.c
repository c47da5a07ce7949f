/* Revenue, orders and margin by cohort and period, and what they add up to per customer; see cohort_revenue.sql. */
#include "postgres.h"

#include <math.h>

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/row.h"
#include "retention/cohort_revenue_table.h"
#include "retention/report.h"
#include "states/customer_totals.h"

/* ---- amounts in rows ---- */

/* Of revenue and cost the one, and where costs are known what is left, in a column each. */
static void
set_amounts(cm_row *row, int revenue_column, int margin_column, const cm_revenue_table *t, int128 units,
            int128 cost)
{
    cm_row_set_money(row, revenue_column, cm_revenue_money(t, units));
    if (t->params->with_costs)
        cm_row_set_money(row, margin_column, cm_margin_money(t, units, cost));
}

static void
set_means(cm_row *row, int revenue_column, int margin_column, const cm_revenue_table *t, int128 units,
          int128 cost, int64 customers)
{
    cm_row_set_mean(row, revenue_column, cm_revenue_money(t, units), customers);
    if (t->params->with_costs)
        cm_row_set_mean(row, margin_column, cm_margin_money(t, units, cost), customers);
}

/* NaN for nothing at the start. */
static double
ratio(const cm_revenue_table *t, int128 part, int128 whole)
{
    return whole == 0
               ? NAN
               : cm_money_to_float(cm_revenue_money(t, part)) / cm_money_to_float(cm_revenue_money(t, whole));
}

/* ---- cohort_revenue(cohort_revenue, as_of) ---- */

static void
put_cell(FunctionCallInfo fcinfo, const cm_revenue_table *t, int64 index, int64 n, cm_revenue_cell *sum)
{
    const cm_revenue_cohort *row = &t->rows[index];
    cm_revenue_cell c = cm_revenue_cell_of(row, n), first = row->cells[0];
    cm_row out = cm_row_empty();

    cm_row_set_period(&out, 0, t->params->calendar, t->span.first + index);
    cm_row_set_int(&out, 1, n);
    cm_row_set_period(&out, 2, t->params->calendar, t->span.first + index + n);
    cm_row_set_int(&out, 3, row->customers);
    if (n < row->complete) {
        cm_revenue_sum(&sum->revenue, c.revenue, t->params->scales[0]);
        cm_revenue_sum(&sum->cost, c.cost, t->params->scales[1]);
        cm_row_set_int(&out, 4, c.buyers);
        cm_row_set_int(&out, 5, c.orders);
        set_amounts(&out, 6, 7, t, c.revenue, c.cost);
        set_amounts(&out, 8, 9, t, sum->revenue, sum->cost);
        set_means(&out, 10, 11, t, sum->revenue, sum->cost, row->customers);
        cm_row_set_float(&out, 12, ratio(t, c.end, first.end));
        cm_row_set_float(&out, 13, ratio(t, c.kept, first.end));
    }
    cm_row_set(&out, 14, BoolGetDatum(n < row->complete));
    cm_rows_put(fcinfo, &out);
}

PG_FUNCTION_INFO_V1(cm_cohort_revenue_cells);
Datum
cm_cohort_revenue_cells(PG_FUNCTION_ARGS)
{
    cm_revenue_table t = cm_revenue_table_of(fcinfo);

    cm_rows_begin(fcinfo);
    for (int64 index = 0; index < t.count; index++) {
        cm_revenue_cell sum = {0};

        for (int64 n = 0; n < t.rows[index].begun; n++)
            put_cell(fcinfo, &t, index, n, &sum);
    }
    return (Datum) 0;
}

/* ---- ltv_curve(cohort_revenue, as_of): the cells that are complete, of all cohorts ---- */

/* sum + amount / customers, both numeric; the sum is a piece of memory of its own, and given up. */
static Datum
add_mean(Datum sum, cm_money amount, int64 customers)
{
    Datum mean = cm_money_mean(amount, customers), more = DirectFunctionCall2(numeric_add, sum, mean);

    pfree(DatumGetPointer(mean));
    pfree(DatumGetPointer(sum));
    return more;
}

static Datum
copy_numeric(Datum value)
{
    return PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
}

PG_FUNCTION_INFO_V1(cm_ltv_curve);
Datum
cm_ltv_curve(PG_FUNCTION_ARGS)
{
    cm_revenue_table t = cm_revenue_table_of(fcinfo);
    Datum ltv = cm_money_to_numeric(CM_MONEY_ZERO), margin_ltv = cm_money_to_numeric(CM_MONEY_ZERO);
    int64 known = 0; /* cohorts with customers, moved to the front: those that began later have fewer cells */

    cm_rows_begin(fcinfo);
    for (int64 index = 0; index < t.count; index++)
        if (t.rows[index].customers > 0)
            t.rows[known++] = t.rows[index];
    for (int64 n = 0; known > 0 && n < t.rows[0].complete; n++) {
        cm_revenue_cell sum = {0};
        int64 customers = 0;
        cm_row out = cm_row_empty();

        CHECK_FOR_INTERRUPTS();
        while (t.rows[known - 1].complete <= n) /* the first stays */
            known--;
        for (int64 i = 0; i < known; i++) {
            cm_revenue_cell c = cm_revenue_cell_of(&t.rows[i], n);

            customers += t.rows[i].customers;
            cm_revenue_sum(&sum.revenue, c.revenue, t.params->scales[0]);
            cm_revenue_sum(&sum.cost, c.cost, t.params->scales[1]);
            sum.orders = cm_add_counts(sum.orders, c.orders, "orders");
            sum.buyers += c.buyers;
        }
        cm_row_set_int(&out, 0, n);
        cm_row_set_int(&out, 1, known);
        cm_row_set_int(&out, 2, customers);
        cm_row_set_int(&out, 3, sum.buyers);
        cm_row_set_int(&out, 4, sum.orders);
        set_amounts(&out, 5, 6, &t, sum.revenue, sum.cost);
        cm_row_set_mean(&out, 7, cm_revenue_money(&t, sum.revenue), customers);
        ltv = add_mean(ltv, cm_revenue_money(&t, sum.revenue), customers);
        cm_row_set(&out, 8, copy_numeric(ltv));
        if (t.params->with_costs) {
            margin_ltv = add_mean(margin_ltv, cm_margin_money(&t, sum.revenue, sum.cost), customers);
            cm_row_set(&out, 9, copy_numeric(margin_ltv));
        }
        cm_rows_put(fcinfo, &out);
    }
    return (Datum) 0;
}
