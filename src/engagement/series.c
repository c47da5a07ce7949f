/* The series state; see series.h. */
#include "postgres.h"

#include "utils/memutils.h"

#include "core/check.h"
#include "core/parse.h"
#include "core/zone.h"
#include "engagement/series.h"
#include "states/order.h"

const cm_period_sums_kind cm_series_kind = {
    .state = CM_PERIOD_SUMS_CLASS("series_state", 0x5352),
    .least = 1,
    .counted = "rows",
    .one = "a series",
    .another = "one",
    .json_sum = "amount",
    .json_count = "rows",
};

CM_PERIOD_SUMS_TYPE(cm_series, &cm_series_kind);

/* ---- aggregate steps ---- */

/*
 * Transitions over (day, amount, period) and (at, amount, period, zone), whose time and amount are arguments 1 and 2. A row
 * in which anything is NULL is skipped.
 */
static pg_attribute_always_inline Datum
add_row(FunctionCallInfo fcinfo, bool zoned, bool is_float)
{
    if (PG_ARGISNULL(3) || (zoned && PG_ARGISNULL(4)))
        return cm_state_unchanged(fcinfo);

    cm_series *series = cm_period_sums_own(fcinfo, &cm_series_kind, 3);

    if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
        PG_RETURN_POINTER(series);

    DateADT day = zoned ? cm_local_day(cm_instant(PG_GETARG_MOMENT(1), "at", "series_agg"),
                                       cm_zone_from_text(PG_GETARG_OPTION(4)))
                        : CM_ARG_DAY_OF(1, "day");
    int32 period = cm_period_sums_period(series, day, zoned ? "at" : "day");
    cm_money amount = cm_money_arg(fcinfo, 2, is_float, "amount");

    PG_RETURN_POINTER(cm_period_sums_add(series, &cm_series_kind, period, 1, amount));
}

#define STEP(name, zoned, is_float)                                                                          \
    PG_FUNCTION_INFO_V1(cm_series_accum_##name);                                                             \
    Datum cm_series_accum_##name(PG_FUNCTION_ARGS)                                                           \
    {                                                                                                        \
        return add_row(fcinfo, zoned, is_float);                                                             \
    }                                                                                                        \
    extern int cm_no_such_variable

STEP(numeric, false, false);
STEP(float8, false, true);
STEP(zone_numeric, true, false);
STEP(zone_float8, true, true);

PG_FUNCTION_INFO_V1(cm_series_final);
Datum
cm_series_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_SERIES(0));
}
