/* cohort_payback(cohort_revenue, as_of, cac, margin): whether cohorts have paid for their acquisition. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/row.h"
#include "retention/cohort_revenue_table.h"
#include "retention/report.h"

static cm_money
cost_per_customer(FunctionCallInfo fcinfo, bool is_float)
{
    cm_money cac = is_float ? cm_money_from_float(PG_GETARG_FLOAT8(2), "cac")
                            : cm_money_from_numeric(PG_GETARG_DATUM(2), "cac");
    StringInfoData text;

    if (cm_money_sign(cac) >= 0)
        return cac;
    initStringInfo(&text);
    cm_append_money(&text, cac);
    ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                    errmsg("%s is negative: %s", cm_quoted("cac"), text.data),
                    errdetail("It is what acquiring a customer cost, zero or more.")));
}

/* The part of revenue, or where costs are known of margin, that counts; numeric. */
static Datum
part_of(const cm_revenue_table *t, const cm_revenue_cell *sum, Datum part)
{
    Datum value = cm_money_to_numeric(t->params->with_costs ? cm_margin_money(t, sum->revenue, sum->cost)
                                                            : cm_revenue_money(t, sum->revenue));
    Datum result = DirectFunctionCall2(numeric_mul, value, part);

    pfree(DatumGetPointer(value));
    return result;
}

static void
put_payback(FunctionCallInfo fcinfo, const cm_revenue_table *t, int64 index, cm_money cac, Datum part)
{
    const cm_revenue_cohort *row = &t->rows[index];
    Datum customers = NumericGetDatum(int64_to_numeric(row->customers));
    Datum each = cm_money_to_numeric(cac), cost = DirectFunctionCall2(numeric_mul, each, customers);
    cm_revenue_cell sum = {0};
    int64 paid_back = -1;
    cm_row out = cm_row_empty();

    for (int64 n = 0; n < Min(row->kept, row->complete); n++) {
        cm_revenue_sum(&sum.revenue, row->cells[n].revenue, t->params->scales[0]);
        cm_revenue_sum(&sum.cost, row->cells[n].cost, t->params->scales[1]);

        Datum value = part_of(t, &sum, part);

        if (!DatumGetBool(DirectFunctionCall2(numeric_ge, value, cost)))
            paid_back = -1; /* refunds may take back what had paid for it */
        else if (paid_back < 0)
            paid_back = n;
        pfree(DatumGetPointer(value));
    }

    Datum recovered = part_of(t, &sum, part);
    double cost_float = cm_float_from_numeric(cost);

    cm_row_set_period(&out, 0, t->params->calendar, t->span.first + index);
    cm_row_set_int(&out, 1, row->customers);
    cm_row_set_int(&out, 2, row->complete);
    if (cost_float > 0)
        cm_row_set_float(&out, 5, cm_float_from_numeric(recovered) / cost_float);
    cm_row_set(&out, 3, cost);
    cm_row_set(&out, 4, recovered);
    if (paid_back >= 0)
        cm_row_set_int(&out, 6, paid_back);
    pfree(DatumGetPointer(customers));
    pfree(DatumGetPointer(each));
    cm_rows_put(fcinfo, &out);
}

static Datum
payback(FunctionCallInfo fcinfo, bool is_float)
{
    cm_money cac = cost_per_customer(fcinfo, is_float);
    double share = cm_check_share(PG_GETARG_FLOAT8(3), "margin");
    Datum part = cm_money_to_numeric(cm_money_from_float(share, "margin"));
    cm_revenue_table t = cm_revenue_table_of(fcinfo);

    cm_rows_begin(fcinfo);
    for (int64 index = 0; index < t.count; index++)
        if (t.rows[index].customers > 0)
            put_payback(fcinfo, &t, index, cac, part);
    return (Datum) 0;
}

PG_FUNCTION_INFO_V1(cm_cohort_payback_numeric);
Datum
cm_cohort_payback_numeric(PG_FUNCTION_ARGS)
{
    return payback(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_cohort_payback_float8);
Datum
cm_cohort_payback_float8(PG_FUNCTION_ARGS)
{
    return payback(fcinfo, true);
}
