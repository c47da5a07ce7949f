/*
 * Conversion of leads to customers: converted / leads of the same cohort. With a window, only leads whose window is over
 * count: among younger ones those who convert are seen first, and the rate would be too high.
 */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "acquisition/conversion.h"
#include "core/check.h"
#include "core/parse.h"
#include "core/moment.h"
#include "core/period.h"
#include "core/zone.h"
#include "states/rate.h"
#include "core/row.h"
#include "math/proportion.h"

const cm_state_class cm_conversion_class = {
    .name = "conversion_state",
    .min_size = sizeof(cm_conversion),
    .max_size = sizeof(cm_conversion),
    .magic = 0x4356,
    .version = 1,
};

static int64
count(const cm_conversion *conversion, int from, int to)
{
    int64 sum = 0;

    for (int i = from; i <= to; i++)
        sum = cm_add_counts(sum, conversion->leads[i], "leads");
    return sum;
}

static int64
count_all(const cm_conversion *conversion)
{
    return count(conversion, 0, CM_CONVERSION_COUNTS - 1);
}

static cm_rate
rate_of(const cm_conversion *conversion)
{
    return (cm_rate){conversion->leads[CM_CONVERTED], count(conversion, CM_CONVERTED, CM_NEVER)};
}

static const char *
window_error(const cm_conversion *conversion)
{
    bool empty = count_all(conversion) == 0;
    double window = conversion->window_days;

    if (empty ? window != 0 || signbit(window) : !(window > 0 && isfinite(window)))
        return "The window does not fit the leads";
    return NULL;
}

/* ---- text and binary form ---- */

/* "1:", the window in days, ":", the five counts. */
CM_INPUT_FUNCTION(cm_conversion_in)
{
    cm_parser p = cm_parse_begin("conversion_state", PG_GETARG_CSTRING(0));
    cm_conversion *conversion = cm_state_new(&cm_conversion_class, sizeof(cm_conversion));

    cm_parse_version(&p, cm_conversion_class.version);
    conversion->window_days = cm_parse_float(&p);
    for (int i = 0; i < CM_CONVERSION_COUNTS; i++) {
        cm_parse_char(&p, i == 0 ? ':' : ',');
        conversion->leads[i] = cm_parse_int(&p, 0, CM_MAX_COUNT);
    }
    cm_parse_end(&p);
    if (window_error(conversion) != NULL)
        cm_parse_fail(&p, window_error(conversion));
    PG_RETURN_POINTER(conversion);
}

PG_FUNCTION_INFO_V1(cm_conversion_out);
Datum
cm_conversion_out(PG_FUNCTION_ARGS)
{
    const cm_conversion *conversion = PG_GETARG_CONVERSION(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", conversion->head.version);
    cm_append_float(&out, conversion->window_days);
    for (int i = 0; i < CM_CONVERSION_COUNTS; i++)
        appendStringInfo(&out, "%c" INT64_FORMAT, i == 0 ? ':' : ',', conversion->leads[i]);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_conversion_recv);
Datum
cm_conversion_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_conversion *conversion = cm_state_new(&cm_conversion_class, sizeof(cm_conversion));

    cm_receive_version(in, "conversion_state", cm_conversion_class.version);
    conversion->window_days = cm_receive_float(in);
    for (int i = 0; i < CM_CONVERSION_COUNTS; i++)
        conversion->leads[i] = cm_check_count(pq_getmsgint64(in), "the number of leads");
    if (window_error(conversion) != NULL)
        cm_receive_fail("conversion_state", window_error(conversion));
    PG_RETURN_POINTER(conversion);
}

PG_FUNCTION_INFO_V1(cm_conversion_send);
Datum
cm_conversion_send(PG_FUNCTION_ARGS)
{
    const cm_conversion *conversion = PG_GETARG_CONVERSION(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, conversion->head.version);
    pq_sendfloat8(&out, conversion->window_days);
    for (int i = 0; i < CM_CONVERSION_COUNTS; i++)
        pq_sendint64(&out, conversion->leads[i]);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* ---- aggregate steps ---- */

static void
check_same_window(double a, double b)
{
    if (a != b && a != 0 && b != 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("conversions within %g and within %g days cannot be put together", a, b),
                        errhint("Use one window_days, or group by it.")));
}

static void
order_error(FunctionCallInfo fcinfo, bool dates)
{
    PGFunction out = dates ? date_out : timestamptz_out;

    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                    errmsg("converted %s, before it was created %s",
                           DatumGetCString(DirectFunctionCall1(out, PG_GETARG_DATUM(2))),
                           DatumGetCString(DirectFunctionCall1(out, PG_GETARG_DATUM(1)))),
                    errhint("Correct such leads, or filter them.")));
}

static int64
moment(FunctionCallInfo fcinfo, int arg, bool dates, const char *what)
{
    return dates ? cm_check_date(PG_GETARG_DATEADT(arg), what)
                 : cm_check_timestamp(PG_GETARG_TIMESTAMPTZ(arg), what);
}

static double
days_between(int64 from, int64 to, bool dates)
{
    return (double) ((int128) to - from) / (dates ? 1.0 : (double) USECS_PER_DAY);
}

/*
 * Transition over (created_at, converted_at, window_days, as_of). Nothing is known of as_of and later: leads created then
 * are not there yet, and who converted then has not yet. Without created_at a row is skipped.
 */
static Datum
accumulate(FunctionCallInfo fcinfo, bool dates)
{
    cm_conversion *conversion = cm_state_own(fcinfo, 0, &cm_conversion_class);

    if (PG_ARGISNULL(3) || PG_ARGISNULL(4))
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("window_days and as_of must not be NULL"),
                 errhint("For conversions at any time use conversion_rate(converted).")));

    double window = cm_check_positive(PG_GETARG_FLOAT8(3), "window_days");
    int64 as_of = moment(fcinfo, 4, dates, "as_of");

    check_same_window(conversion->window_days, window);
    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(conversion);

    int64 created = moment(fcinfo, 1, dates, "created_at");
    int64 converted = PG_ARGISNULL(2) ? as_of : moment(fcinfo, 2, dates, "converted_at");
    bool open = days_between(created, as_of, dates) <= window;

    if (converted < created && !PG_ARGISNULL(2))
        order_error(fcinfo, dates);
    if (created >= as_of)
        PG_RETURN_POINTER(conversion);
    conversion->window_days = window;
    if (converted >= as_of)
        conversion->leads[open ? CM_PENDING : CM_NEVER]++;
    else if (open)
        conversion->leads[CM_PENDING_CONVERTED]++;
    else
        conversion->leads[days_between(created, converted, dates) <= window ? CM_CONVERTED : CM_LATE]++;
    PG_RETURN_POINTER(conversion);
}

PG_FUNCTION_INFO_V1(cm_conversion_accum_dates);
Datum
cm_conversion_accum_dates(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, true);
}

PG_FUNCTION_INFO_V1(cm_conversion_accum_times);
Datum
cm_conversion_accum_times(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_conversion_combine);
Datum
cm_conversion_combine(PG_FUNCTION_ARGS)
{
    cm_conversion *conversion = cm_state_own(fcinfo, 0, &cm_conversion_class);
    const cm_conversion *other = PG_GETARG_CONVERSION(1);

    check_same_window(conversion->window_days, other->window_days);
    conversion->window_days = fmax(conversion->window_days, other->window_days);
    for (int i = 0; i < CM_CONVERSION_COUNTS; i++)
        conversion->leads[i] = cm_add_counts(conversion->leads[i], other->leads[i], "leads");
    PG_RETURN_POINTER(conversion);
}

/* ---- metrics ---- */

/* conversion_rate(converted, leads) */
PG_FUNCTION_INFO_V1(cm_conversion_rate_from_counts);
Datum
cm_conversion_rate_from_counts(PG_FUNCTION_ARGS)
{
    CM_RETURN_FLOAT(
        cm_rate_value(cm_rate_make(PG_GETARG_INT64(0), PG_GETARG_INT64(1), "converted", "leads")));
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
    const cm_conversion *conversion = PG_GETARG_CONVERSION(0);
    cm_rate rate = rate_of(conversion);
    cm_interval interval = cm_wilson(rate.hits, rate.total, cm_check_confidence(PG_GETARG_FLOAT8(1)));
    cm_row row = cm_row_empty();

    cm_row_set_float(&row, 0, interval.value);
    cm_row_set_float(&row, 1, interval.lower);
    cm_row_set_float(&row, 2, interval.upper);
    cm_row_set_int(&row, 3, rate.total);
    cm_row_set_int(&row, 4, rate.hits);
    cm_row_set_int(&row, 5, conversion->leads[CM_LATE]);
    cm_row_set_int(&row, 6, conversion->leads[CM_NEVER]);
    cm_row_set_int(&row, 7, count(conversion, CM_PENDING_CONVERTED, CM_PENDING));
    cm_row_set_int(&row, 8, conversion->leads[CM_PENDING_CONVERTED]);
    return cm_row_return(fcinfo, &row);
}
