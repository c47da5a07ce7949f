/* Loyalty points at a moment: what is earned, spent, expired and left; see points_standing.h. */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/money.h"
#include "core/row.h"
#include "engagement/points_standing.h"
#include "states/rate.h"

/* ---- accessors ---- */

/* A moment of the kind that the entries are. */
static int64
moment_arg(FunctionCallInfo fcinfo, int arg, const char *what, const cm_points *ledger)
{
    int64 time = cm_moment_time(PG_GETARG_MOMENT(arg), what);

    cm_clock_agree(cm_points_clock(ledger), "the ledger", cm_clock_of(PG_GETARG_MOMENT(arg)), what);
    return time;
}

static cm_points_method
method_arg(FunctionCallInfo fcinfo, int arg)
{
    static const char *const methods[] = {"fifo", "fefo", NULL}; /* cm_points_method */

    return (cm_points_method) cm_option(PG_GETARG_TEXT_PP(arg), "method", methods);
}

/* Argument 0, the ledger, at argument 1, as_of; the method is a later one. */
static cm_points_standing
standing_of_args(FunctionCallInfo fcinfo, int method)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);

    return cm_points_standing_at(ledger, moment_arg(fcinfo, 1, "as_of", ledger), method_arg(fcinfo, method));
}

static double
share(int64 part, int64 whole)
{
    return whole == 0 ? NAN : (double) part / (double) whole;
}

/* points_balance(points_state, as_of, method) */
PG_FUNCTION_INFO_V1(cm_points_balance);
Datum
cm_points_balance(PG_FUNCTION_ARGS)
{
    cm_points_standing s = standing_of_args(fcinfo, 2);

    PG_RETURN_INT64(s.available - s.overdrawn);
}

/* redemption_rate(points_state, as_of, method) */
PG_FUNCTION_INFO_V1(cm_points_redemption_rate);
Datum
cm_points_redemption_rate(PG_FUNCTION_ARGS)
{
    cm_points_standing s = standing_of_args(fcinfo, 2);

    CM_RETURN_FLOAT(share(s.redeemed, s.issued));
}

/* breakage_rate(points_state, as_of, definition, method) */
PG_FUNCTION_INFO_V1(cm_points_breakage_rate);
Datum
cm_points_breakage_rate(PG_FUNCTION_ARGS)
{
    static const char *const definitions[] = {"expired", "matured", "unredeemed", NULL};
    int definition = cm_option(PG_GETARG_TEXT_PP(2), "definition", definitions);
    cm_points_standing s = standing_of_args(fcinfo, 3);

    if (definition == 2)
        CM_RETURN_FLOAT(share(s.issued - s.redeemed, s.issued));
    CM_RETURN_FLOAT(share(s.expired, definition == 0 ? s.issued : s.matured));
}

/* points_report(points_state, as_of, method) */
PG_FUNCTION_INFO_V1(cm_points_report);
Datum
cm_points_report(PG_FUNCTION_ARGS)
{
    cm_points_standing s = standing_of_args(fcinfo, 2);
    cm_row row = cm_row_empty();

    cm_row_set_int(&row, 0, s.issued);
    cm_row_set_int(&row, 1, s.redeemed);
    cm_row_set_int(&row, 2, s.expired);
    cm_row_set_int(&row, 3, s.available);
    cm_row_set_int(&row, 4, s.overdrawn);
    cm_row_set_int(&row, 5, s.available - s.overdrawn);
    cm_row_set_int(&row, 6, s.matured);
    return cm_row_return(fcinfo, &row);
}

/* points_expiring(points_state, as_of, until, method) */
PG_FUNCTION_INFO_V1(cm_points_expiring);
Datum
cm_points_expiring(PG_FUNCTION_ARGS)
{
    const cm_points *ledger = PG_GETARG_POINTS(0);
    int64 as_of = moment_arg(fcinfo, 1, "as_of", ledger);
    int64 until = moment_arg(fcinfo, 2, "until", ledger);
    cm_points_standing s = cm_points_standing_at(ledger, as_of, method_arg(fcinfo, 3));
    int64 sum = 0;

    cm_clock_agree(cm_clock_of(PG_GETARG_MOMENT(1)), "as_of", cm_clock_of(PG_GETARG_MOMENT(2)), "until");
    if (until < as_of)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("\"until\" precedes \"as_of\""),
                        errhint("Swap them.")));
    for (int64 i = 0; i < s.entries; i++)
        if (ledger->entries[i].expires_at > as_of && ledger->entries[i].expires_at <= until)
            sum += s.left[i];
    PG_RETURN_INT64(sum);
}

/* ---- what is owed for them ---- */

static Datum
money_times(Datum amount, double factor)
{
    Datum by = DirectFunctionCall1(float8_numeric, Float8GetDatum(factor));

    return DirectFunctionCall2(numeric_mul, amount, by);
}

/*
 * points_liability(points_state, as_of, value_per_point, breakage, method): of the points issued, the share breakage will
 * never be redeemed. Those that still will be are owed, and no more than are available.
 */
PG_FUNCTION_INFO_V1(cm_points_liability);
Datum
cm_points_liability(PG_FUNCTION_ARGS)
{
    cm_points_standing s = standing_of_args(fcinfo, 4);
    double breakage = cm_check_share(PG_GETARG_FLOAT8(3), "breakage");
    double to_come = (double) s.issued * (1.0 - breakage) - (double) s.redeemed;

    cm_check_not_negative(cm_float_from_numeric(PG_GETARG_DATUM(2)), "value_per_point");
    return money_times(PG_GETARG_DATUM(2), fmax(0.0, fmin(to_come, (double) s.available)));
}

/*
 * points_liability(deferred, redeemed, issued, breakage): deferred x (1 - redeemed / (issued x (1 - breakage))), IFRS 15
 * Revenue from Contracts with Customers, Example 52 (Customer loyalty programme). NULL where none is to be redeemed.
 */
PG_FUNCTION_INFO_V1(cm_points_liability_from_counts);
Datum
cm_points_liability_from_counts(PG_FUNCTION_ARGS)
{
    const cm_rate *rate = cm_rate_from_args(fcinfo, 1, "redeemed", "issued");
    double expected = (double) rate->total * (1.0 - cm_check_share(PG_GETARG_FLOAT8(3), "breakage"));

    cm_check_not_negative(cm_float_from_numeric(PG_GETARG_DATUM(0)), "deferred");
    if (expected == 0.0)
        PG_RETURN_NULL();
    return money_times(PG_GETARG_DATUM(0), fmax(0.0, 1.0 - (double) rate->hits / expected));
}

/* ---- from sums over many customers ---- */

#define POINTS_COUNTS(name, part, whole)                                                                     \
    PG_FUNCTION_INFO_V1(cm_points_##name##_counts);                                                          \
    Datum cm_points_##name##_counts(PG_FUNCTION_ARGS)                                                        \
    {                                                                                                        \
        CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, part, whole)));                           \
    }                                                                                                        \
    extern int cm_no_such_variable

/* redemption_rate(redeemed, issued), breakage_rate(expired, issued) */
POINTS_COUNTS(redemption, "redeemed", "issued");
POINTS_COUNTS(breakage, "expired", "issued");

/* skipped_rows(points_state) */
PG_FUNCTION_INFO_V1(cm_points_skipped_rows);
Datum
cm_points_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(PG_GETARG_POINTS(0)->skipped);
}
