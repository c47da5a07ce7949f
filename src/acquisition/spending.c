/* The spending state; see spending.h. */
#include "postgres.h"

#include "utils/memutils.h"

#include "acquisition/spending.h"
#include "core/check.h"
#include "core/parse.h"
#include "states/order.h"

const cm_period_sums_kind cm_spending_kind = {
    .state = CM_PERIOD_SUMS_CLASS("spending_state", 0x5350),
    .in_total = true,
    .counted = "new customers",
    .one = "spending",
    .another = "spending",
    .json_sum = "cost",
    .json_count = "new_customers",
};

CM_PERIOD_SUMS_TYPE(cm_spending, &cm_spending_kind);

/* ---- aggregate steps ---- */

/* Without a cost, or without customers, a row gives what it has. */
static Datum
add_row(FunctionCallInfo fcinfo, cm_spending *spending, int32 period, int arg, bool floats)
{
    cm_money cost = cm_money_arg(fcinfo, arg, floats, "cost");
    int64 customers = PG_ARGISNULL(arg + 1) ? 0 : CM_ARG_COUNT(arg + 1, "new_customers");

    if (PG_ARGISNULL(arg) && PG_ARGISNULL(arg + 1))
        PG_RETURN_POINTER(spending);
    PG_RETURN_POINTER(cm_period_sums_add(spending, &cm_spending_kind, period, customers, cost));
}

/* Transitions over (cost, new_customers). */
PG_FUNCTION_INFO_V1(cm_spending_accum_numeric);
Datum
cm_spending_accum_numeric(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, cm_state_own(fcinfo, 0, &cm_spending_kind.state), 0, 1, false);
}

PG_FUNCTION_INFO_V1(cm_spending_accum_float8);
Datum
cm_spending_accum_float8(PG_FUNCTION_ARGS)
{
    return add_row(fcinfo, cm_state_own(fcinfo, 0, &cm_spending_kind.state), 0, 1, true);
}

/* Transitions over (day, cost, new_customers, period); without a day or a period the row is skipped. */
static Datum
accumulate_period(FunctionCallInfo fcinfo, bool floats)
{
    if (PG_ARGISNULL(4))
        return cm_state_unchanged(fcinfo);

    cm_spending *spending = cm_period_sums_own(fcinfo, &cm_spending_kind, 4);

    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(spending);
    return add_row(fcinfo, spending, cm_period_sums_period(spending, CM_ARG_DAY_OF(1, "day"), "day"), 2,
                   floats);
}

PG_FUNCTION_INFO_V1(cm_spending_accum_period_numeric);
Datum
cm_spending_accum_period_numeric(PG_FUNCTION_ARGS)
{
    return accumulate_period(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_spending_accum_period_float8);
Datum
cm_spending_accum_period_float8(PG_FUNCTION_ARGS)
{
    return accumulate_period(fcinfo, true);
}

/* Final function of spending_agg, which begins with a state, and of rollup. */
PG_FUNCTION_INFO_V1(cm_spending_rollup_final);
Datum
cm_spending_rollup_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_SPENDING(0));
}

/* Final function of spending_by_agg: the period of no rows is not known. */
PG_FUNCTION_INFO_V1(cm_spending_final);
Datum
cm_spending_final(PG_FUNCTION_ARGS)
{
    if (!PG_ARGISNULL(0))
        return cm_spending_rollup_final(fcinfo);
    PG_RETURN_POINTER(cm_period_sums_new(&cm_spending_kind, CM_OF_NO_ROWS, CM_NO_CALENDAR, 0));
}
