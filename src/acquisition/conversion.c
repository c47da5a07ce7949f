/*
 * Conversion of leads to customers: converted / leads of the same cohort. With a window, only leads whose window is over
 * count: among younger ones those who convert are seen first, and the rate would be too high.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"

#include "acquisition/conversion.h"
#include "core/check.h"
#include "core/moment.h"
#include "core/parse.h"
#include "core/row.h"
#include "math/proportion.h"
#include "states/rate.h"

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
                        errhint("Use one \"within\", or group by it.")));
}

/* Microseconds; a month has no fixed length. */
static int128
window_of(const Interval *within)
{
    int128 window = (int128) within->day * USECS_PER_DAY + within->time;

    if (within->month != 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("\"within\" must not contain months or years"),
                        errdetail("Their length depends on where they begin."),
                        errhint("Use days: 30 days, 365 days.")));
    if (window <= 0)
        ereport(ERROR, (errcode(ERRCODE_INTERVAL_FIELD_OVERFLOW),
                        errmsg("\"within\" is out of range: %g days", (double) window / USECS_PER_DAY),
                        errdetail("It must be longer than zero.")));
    return window;
}

/* In ISO 8601, an instant in UTC; midnight of a local day is its date. */
static const char *
moment_text(cm_moment moment)
{
    char *text = palloc(MAXDATELEN + 1);
    int64 time = cm_moment_time(moment, "moment");
    int utc = 0;

    if (cm_clock_of(moment) == CM_INSTANT)
        return JsonEncodeDateTime(text, TimestampTzGetDatum(time), TIMESTAMPTZOID, &utc);
    if (time % USECS_PER_DAY == 0)
        return JsonEncodeDateTime(text, DateADTGetDatum(time / USECS_PER_DAY), DATEOID, NULL);
    return JsonEncodeDateTime(text, TimestampGetDatum(time), TIMESTAMPOID, NULL);
}

static void
order_error(FunctionCallInfo fcinfo)
{
    ereport(ERROR,
            (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
             errmsg("converted %s, before it was created %s", moment_text(PG_GETARG_MOMENT(2)),
                    moment_text(PG_GETARG_MOMENT(1))),
             errhint("Correct such leads, or leave them out with FILTER (WHERE converted_at IS NULL OR "
                     "converted_at >= created_at).")));
}

/* Argument arg in microseconds of the clock of as_of. */
static int64
time_beside_as_of(FunctionCallInfo fcinfo, int arg, const char *what)
{
    cm_moment moment = PG_GETARG_MOMENT(arg);
    int64 time = cm_moment_time(moment, what);

    cm_clock_agree(cm_clock_of(moment), what, cm_clock_of(PG_GETARG_MOMENT(4)), "as_of");
    return time;
}

/* Which count a lead is part of; it was created before as_of. */
static int
class_of(int64 created, int64 converted, int128 window, int64 as_of)
{
    bool open = (int128) as_of - created <= window;

    if (converted >= as_of)
        return open ? CM_PENDING : CM_NEVER;
    if (open)
        return CM_PENDING_CONVERTED;
    return (int128) converted - created <= window ? CM_CONVERTED : CM_LATE;
}

/*
 * Transition over (created_at, converted_at, within, as_of). Nothing is known of as_of and later: leads created then are
 * not there yet, and who converted then has not yet. Without created_at a row is skipped.
 */
PG_FUNCTION_INFO_V1(cm_conversion_accum);
Datum
cm_conversion_accum(PG_FUNCTION_ARGS)
{
    cm_conversion *conversion = cm_state_own(fcinfo, 0, &cm_conversion_class);

    if (PG_ARGISNULL(3) || PG_ARGISNULL(4))
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("\"within\" and \"as_of\" must not be NULL"),
                 errhint("For conversions at any time use conversion_rate(converted).")));

    int128 window = window_of(PG_GETARG_INTERVAL_P(3));
    double window_days = (double) window / (double) USECS_PER_DAY;
    int64 as_of = cm_moment_time(PG_GETARG_MOMENT(4), "as_of");

    check_same_window(conversion->window_days, window_days);
    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(conversion);

    int64 created = time_beside_as_of(fcinfo, 1, "created_at");
    int64 converted = PG_ARGISNULL(2) ? PG_INT64_MAX : time_beside_as_of(fcinfo, 2, "converted_at");

    if (converted < created)
        order_error(fcinfo);
    if (created < as_of) {
        conversion->window_days = window_days;
        conversion->leads[class_of(created, converted, window, as_of)]++;
    }
    PG_RETURN_POINTER(conversion);
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
    CM_RETURN_FLOAT(cm_rate_value(
        cm_rate_make(CM_ARG_COUNT(0, "converted"), CM_ARG_COUNT(1, "leads"), "converted", "leads")));
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

/* {"within_days":30,"n":6,"converted":2,"late":1,"not_converted":3,"pending":2,"pending_converted":1} */
PG_FUNCTION_INFO_V1(cm_conversion_json);
Datum
cm_conversion_json(PG_FUNCTION_ARGS)
{
    const cm_conversion *conversion = PG_GETARG_CONVERSION(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoString(&out, "{\"within_days\":");
    if (conversion->window_days > 0)
        cm_append_float(&out, conversion->window_days);
    else
        appendStringInfoString(&out, "null");
    appendStringInfo(&out,
                     ",\"n\":" INT64_FORMAT ",\"converted\":" INT64_FORMAT ",\"late\":" INT64_FORMAT
                     ",\"not_converted\":" INT64_FORMAT ",\"pending\":" INT64_FORMAT
                     ",\"pending_converted\":" INT64_FORMAT "}",
                     rate_of(conversion).total, conversion->leads[CM_CONVERTED], conversion->leads[CM_LATE],
                     conversion->leads[CM_NEVER], count(conversion, CM_PENDING_CONVERTED, CM_PENDING),
                     conversion->leads[CM_PENDING_CONVERTED]);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
