/* Metrics of one customer's purchases; see customer_totals.h. */
#include "postgres.h"

#include <math.h>

#include "states/customer_totals.h"
#include "core/check.h"
#include "states/order.h"

DateADT
cm_check_as_of(DateADT as_of, DateADT latest)
{
    cm_check_day(as_of, "as_of");
    if (latest > as_of)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_FIELD_OVERFLOW),
                        errmsg("there is a purchase or refund on %s, after \"as_of\" %s", cm_day_text(latest),
                               cm_day_text(as_of)),
                        errdetail("A value of all customers keeps sums of amounts and counts of orders, from "
                                  "which later rows cannot be taken away."),
                        errhint("%s", cm_hint_to_leave_out(as_of))));
    return as_of;
}

const char *
cm_hint_to_leave_out(DateADT as_of)
{
    return psprintf(
        "Leave later rows out with FILTER (WHERE at < '%s'). For month-ends, keep a value for each "
        "month and read rollup(c) OVER (ORDER BY month).",
        cm_day_text(as_of + 1));
}

cm_money
cm_totals_revenue(const cm_customer_totals *b)
{
    return cm_money_subtract(b->paid, b->refunded);
}

double
cm_totals_repeats(const cm_customer_totals *b)
{
    return b->purchases > 0 ? (double) (b->purchase_days - 1) : NAN;
}

double
cm_totals_age_at_last(const cm_customer_totals *b)
{
    return b->purchases > 0 ? (double) (b->last - b->first) : NAN;
}

double
cm_totals_tenure(const cm_customer_totals *b, DateADT as_of)
{
    return b->purchases > 0 ? (double) (as_of - b->first) : NAN;
}

double
cm_totals_recency(const cm_customer_totals *b, DateADT as_of)
{
    return b->purchases > 0 ? (double) (as_of - b->last) : NAN;
}

double
cm_totals_repeat_amount(const cm_customer_totals *b)
{
    if (b->purchase_days < 2)
        return NAN;
    return cm_money_to_float(cm_money_subtract(b->paid, b->paid_first_day)) / (double) (b->purchase_days - 1);
}

void
cm_row_set_money(cm_row *row, int column, cm_money value)
{
    cm_row_set(row, column, cm_money_to_numeric(value));
}

void
cm_row_set_mean(cm_row *row, int column, cm_money sum, int64 count)
{
    if (count > 0)
        cm_row_set(row, column, cm_money_mean(sum, count));
}

void
cm_row_set_model_inputs(cm_row *row, int column, const cm_customer_totals *b, DateADT as_of, double unit_days)
{
    if (b->purchases == 0)
        return;
    cm_row_set_int(row, column, b->purchase_days - 1);
    cm_row_set_float(row, column + 1,
                     cm_check_finite(cm_totals_age_at_last(b) / unit_days, "days / unit_days"));
    cm_row_set_float(row, column + 2,
                     cm_check_finite(cm_totals_tenure(b, as_of) / unit_days, "days / unit_days"));
    cm_row_set_float(row, column + 3, cm_totals_repeat_amount(b));
}
