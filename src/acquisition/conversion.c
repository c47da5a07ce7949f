/*
 * Conversion of leads to customers: converted / leads of the same cohort. With a window, only leads whose window is over
 * count: among younger ones those who convert are seen first, and the rate would be too high.
 *
 * conversion holds leads that had their time to convert, and those that still have it. They converted within a window from
 * their creation, both ends included, as it was known at as_of. It keeps counts and no moments, so that leads whose times
 * were written local merge with those whose times are instants.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "utils/datetime.h"
#include "utils/json.h"

#include "acquisition/conversion.h"
#include "core/check.h"
#include "core/moment.h"
#include "core/months.h"
#include "core/row.h"
#include "core/zone.h"
#include "math/proportion.h"
#include "states/rate.h"

const cm_state_class cm_conversion_class = {
    .name = "conversion_state",
    .min_size = sizeof(conversion),
    .max_size = sizeof(conversion),
    .magic = 0x4356,
    .version = 1,
};

static cm_rate
rate_of(const conversion *c)
{
    return (cm_rate){c->leads[CONVERTED], conversion_count(c, CONVERTED, NOT_CONVERTED)};
}

/* ---- aggregate steps ---- */

static const char *
window_text(int32 months, double days)
{
    const char *of_months = psprintf("%d month%s", months, months == 1 ? "" : "s");

    return months == 0 ? psprintf("%g days", days)
           : days == 0 ? of_months
                       : psprintf("%s %g days", of_months, days);
}

/* A state without leads has no window. */
static void
check_same_window(const conversion *c, int32 months, double days)
{
    if ((c->window_months != 0 || c->window_days != 0) && (months != 0 || days != 0) &&
        (c->window_months != months || c->window_days != days))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("conversions within %s and within %s cannot be put together",
                               window_text(c->window_months, c->window_days), window_text(months, days)),
                        errhint("Use one \"within\", or group by it.")));
}

/* The window of a row: months of the calendar, then microseconds. */
typedef struct window {
    int32 months;
    int128 rest;
    pg_tz *zone; /* on whose clock the months are; NULL: on that of the times themselves */
} window;

/* (..., within, as_of [, zone]) from argument 3 on */
static window
window_of(FunctionCallInfo fcinfo)
{
    const Interval *within = PG_GETARG_INTERVAL_P(3);
    window w = {within->month, (int128) within->day * USECS_PER_DAY + within->time, NULL};

    if (w.months < 0 || w.months > CM_CONVERSION_MONTHS || w.rest < 0 || (w.months == 0 && w.rest == 0))
        ereport(
            ERROR,
            (errcode(ERRCODE_INTERVAL_FIELD_OVERFLOW),
             errmsg("\"within\" is out of range: %s", window_text(w.months, (double) w.rest / USECS_PER_DAY)),
             errdetail("It must be longer than zero, and at most %d months.", CM_CONVERSION_MONTHS)));
    if (PG_NARGS() > 5)
        w.zone = cm_zone_from_text(PG_GETARG_OPTION(5));
    else if (w.months > 0 && cm_clock_of(PG_GETARG_MOMENT(4)) == CM_INSTANT)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("\"within\" of months needs a time zone"),
                 errdetail("Months begin and end by the clock of a place."),
                 errhint("Use conversion_zone_agg(created_at, converted_at, within, as_of, "
                         "'Asia/Shanghai'), or days.")));
    return w;
}

/* The last moment of the window. */
static int128
window_until(const window *w, int64 created)
{
    return w->rest + (w->months == 0 ? created : cm_add_months(created, w->months, w->zone));
}

static void
order_error(FunctionCallInfo fcinfo)
{
    ereport(ERROR,
            (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
             errmsg("converted %s, before it was created %s", cm_moment_text(PG_GETARG_MOMENT(2)),
                    cm_moment_text(PG_GETARG_MOMENT(1))),
             errhint("Correct such leads, or leave them out with FILTER (WHERE converted_at IS NULL OR "
                     "converted_at >= created_at).")));
}

/* Argument arg in microseconds of the clock of as_of, which are instants where there is a zone. */
static int64
time_beside_as_of(FunctionCallInfo fcinfo, int arg, const char *what)
{
    cm_moment moment = PG_GETARG_MOMENT(arg);

    if (PG_NARGS() > 5)
        return cm_instant(moment, what, "conversion_agg");

    int64 time = cm_moment_time(moment, what);

    cm_clock_agree(cm_clock_of(moment), what, cm_clock_of(PG_GETARG_MOMENT(4)), "as_of");
    return time;
}

/* Which count a lead is part of; it was created before as_of. */
static int
class_of(int64 converted, int128 until, int64 as_of)
{
    bool open = as_of <= until;

    if (converted >= as_of)
        return open ? PENDING : NOT_CONVERTED;
    if (open)
        return PENDING_CONVERTED;
    return converted <= until ? CONVERTED : CONVERTED_LATE;
}

/*
 * Transition over (created_at, converted_at, within, as_of [, zone]). Nothing is known of as_of and later: leads created then are
 * not there yet, and who converted then has not yet. A row is skipped where anything but converted_at is NULL.
 */
PG_FUNCTION_INFO_V1(cm_conversion_accum);
Datum
cm_conversion_accum(PG_FUNCTION_ARGS)
{
    conversion *c = cm_state_own(fcinfo, 0, &cm_conversion_class);

    if (PG_ARGISNULL(3) || PG_ARGISNULL(4) || (PG_NARGS() > 5 && PG_ARGISNULL(5)))
        PG_RETURN_POINTER(c);

    window w = window_of(fcinfo);
    double window_days = (double) w.rest / (double) USECS_PER_DAY;
    int64 as_of = time_beside_as_of(fcinfo, 4, "as_of");

    check_same_window(c, w.months, window_days);
    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(c);

    int64 created = time_beside_as_of(fcinfo, 1, "created_at");
    int64 converted = PG_ARGISNULL(2) ? PG_INT64_MAX : time_beside_as_of(fcinfo, 2, "converted_at");

    if (converted < created)
        order_error(fcinfo);
    if (created < as_of) {
        c->window_days = window_days;
        c->window_months = w.months;
        c->leads[class_of(converted, window_until(&w, created), as_of)]++;
    }
    PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(cm_conversion_combine);
Datum
cm_conversion_combine(PG_FUNCTION_ARGS)
{
    conversion *c = cm_state_own(fcinfo, 0, &cm_conversion_class);
    const conversion *other = PG_GETARG_CONVERSION(1);

    check_same_window(c, other->window_months, other->window_days);
    if (conversion_leads(c) == 0) {
        c->window_days = other->window_days;
        c->window_months = other->window_months;
    }
    for (int i = 0; i < CLASSES; i++)
        c->leads[i] = cm_add_counts(c->leads[i], other->leads[i], "leads");
    PG_RETURN_POINTER(c);
}

/* ---- metrics ---- */

/* conversion_rate(converted, leads) */
PG_FUNCTION_INFO_V1(cm_conversion_rate_from_counts);
Datum
cm_conversion_rate_from_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(cm_rate_value(cm_rate_from_args(fcinfo, 0, "converted", "leads")));
}

PG_FUNCTION_INFO_V1(cm_conversion_rate);
Datum
cm_conversion_rate(PG_FUNCTION_ARGS)
{
    cm_rate rate = rate_of(PG_GETARG_CONVERSION(0));

    CM_RETURN_FLOAT(cm_rate_value(&rate));
}

/* converted(conversion): as a rate */
PG_FUNCTION_INFO_V1(cm_conversion_converted);
Datum
cm_conversion_converted(PG_FUNCTION_ARGS)
{
    cm_rate rate = rate_of(PG_GETARG_CONVERSION(0));

    PG_RETURN_POINTER(cm_rate_make(rate.hits, rate.total, "converted", "leads"));
}

/* conversion_estimate(conversion, confidence) */
PG_FUNCTION_INFO_V1(cm_conversion_estimate);
Datum
cm_conversion_estimate(PG_FUNCTION_ARGS)
{
    const conversion *c = PG_GETARG_CONVERSION(0);
    cm_rate rate = rate_of(c);
    cm_interval interval = cm_wilson(rate.hits, rate.total, cm_check_confidence(PG_GETARG_FLOAT8(1)));
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, interval.value);
    cm_row_set_float(&row, 1, interval.lower);
    cm_row_set_float(&row, 2, interval.upper);
    cm_row_set_int(&row, 3, rate.total);
    cm_row_set_int(&row, 4, rate.hits);
    cm_row_set_int(&row, 5, c->leads[CONVERTED_LATE]);
    cm_row_set_int(&row, 6, c->leads[NOT_CONVERTED]);
    cm_row_set_int(&row, 7, conversion_count(c, PENDING_CONVERTED, PENDING));
    cm_row_set_int(&row, 8, c->leads[PENDING_CONVERTED]);
    return cm_row_return(fcinfo, &row);
}
