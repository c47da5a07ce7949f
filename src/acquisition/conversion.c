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
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/json.h"

#include "core/check.h"
#include "core/moment.h"
#include "core/parse.h"
#include "core/row.h"
#include "core/state.h"
#include "math/proportion.h"
#include "states/rate.h"

enum { CONVERTED, CONVERTED_LATE, NOT_CONVERTED, PENDING_CONVERTED, PENDING, CLASSES };

typedef struct conversion {
    cm_state head;
    double window_days; /* 0 in a state without leads */
    int64
        leads[CLASSES]; /* window over: converted in it, after it, not yet; window open: converted, not yet */
} conversion;

static const cm_state_class conversion_class = {
    .name = "conversion_state",
    .min_size = sizeof(conversion),
    .max_size = sizeof(conversion),
    .magic = 0x4356,
    .version = 1,
};

#define PG_GETARG_CONVERSION(arg)                                                                            \
    ((const conversion *) cm_state_read(PG_GETARG_DATUM(arg), &conversion_class))

static int64
count(const conversion *c, int from, int to)
{
    int64 sum = 0;

    for (int i = from; i <= to; i++)
        sum = cm_add_counts(sum, c->leads[i], "leads");
    return sum;
}

static int64
count_all(const conversion *c)
{
    return count(c, 0, CLASSES - 1);
}

static cm_rate
rate_of(const conversion *c)
{
    return (cm_rate){c->leads[CONVERTED], count(c, CONVERTED, NOT_CONVERTED)};
}

static const char *
window_error(const conversion *c)
{
    bool empty = count_all(c) == 0;
    double window = c->window_days;

    if (empty ? window != 0 || signbit(window) : !(window > 0 && isfinite(window)))
        return "The window does not fit the leads";
    return NULL;
}

/* ---- text and binary form ---- */

/* "1:", the window in days, ":", the five counts. */
CM_INPUT_FUNCTION(cm_conversion_in)
{
    cm_parser p = cm_parse_begin("conversion_state", PG_GETARG_CSTRING(0));
    conversion *c = cm_state_new(&conversion_class, sizeof(conversion));

    cm_parse_version(&p, conversion_class.version);
    c->window_days = cm_parse_float(&p);
    for (int i = 0; i < CLASSES; i++) {
        cm_parse_char(&p, i == 0 ? ':' : ',');
        c->leads[i] = cm_parse_int(&p, 0, CM_MAX_COUNT);
    }
    cm_parse_end(&p);
    if (window_error(c) != NULL)
        cm_parse_fail(&p, window_error(c));
    PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(cm_conversion_out);
Datum
cm_conversion_out(PG_FUNCTION_ARGS)
{
    const conversion *c = PG_GETARG_CONVERSION(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", c->head.version);
    cm_append_float(&out, c->window_days);
    for (int i = 0; i < CLASSES; i++)
        appendStringInfo(&out, "%c" INT64_FORMAT, i == 0 ? ':' : ',', c->leads[i]);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_conversion_recv);
Datum
cm_conversion_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    conversion *c = cm_state_new(&conversion_class, sizeof(conversion));

    cm_receive_version(in, "conversion_state", conversion_class.version);
    c->window_days = cm_receive_float(in);
    for (int i = 0; i < CLASSES; i++)
        c->leads[i] = cm_check_count(pq_getmsgint64(in), "the number of leads");
    if (window_error(c) != NULL)
        cm_receive_fail("conversion_state", window_error(c));
    PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(cm_conversion_send);
Datum
cm_conversion_send(PG_FUNCTION_ARGS)
{
    const conversion *c = PG_GETARG_CONVERSION(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, c->head.version);
    pq_sendfloat8(&out, c->window_days);
    for (int i = 0; i < CLASSES; i++)
        pq_sendint64(&out, c->leads[i]);
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
        return open ? PENDING : NOT_CONVERTED;
    if (open)
        return PENDING_CONVERTED;
    return (int128) converted - created <= window ? CONVERTED : CONVERTED_LATE;
}

/*
 * Transition over (created_at, converted_at, within, as_of). Nothing is known of as_of and later: leads created then are
 * not there yet, and who converted then has not yet. Without created_at a row is skipped.
 */
PG_FUNCTION_INFO_V1(cm_conversion_accum);
Datum
cm_conversion_accum(PG_FUNCTION_ARGS)
{
    conversion *c = cm_state_own(fcinfo, 0, &conversion_class);

    if (PG_ARGISNULL(3) || PG_ARGISNULL(4))
        ereport(ERROR,
                (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("\"within\" and \"as_of\" must not be NULL"),
                 errhint("For conversions at any time use conversion_rate(converted).")));

    int128 window = window_of(PG_GETARG_INTERVAL_P(3));
    double window_days = (double) window / (double) USECS_PER_DAY;
    int64 as_of = cm_moment_time(PG_GETARG_MOMENT(4), "as_of");

    check_same_window(c->window_days, window_days);
    if (PG_ARGISNULL(1))
        PG_RETURN_POINTER(c);

    int64 created = time_beside_as_of(fcinfo, 1, "created_at");
    int64 converted = PG_ARGISNULL(2) ? PG_INT64_MAX : time_beside_as_of(fcinfo, 2, "converted_at");

    if (converted < created)
        order_error(fcinfo);
    if (created < as_of) {
        c->window_days = window_days;
        c->leads[class_of(created, converted, window, as_of)]++;
    }
    PG_RETURN_POINTER(c);
}

PG_FUNCTION_INFO_V1(cm_conversion_combine);
Datum
cm_conversion_combine(PG_FUNCTION_ARGS)
{
    conversion *c = cm_state_own(fcinfo, 0, &conversion_class);
    const conversion *other = PG_GETARG_CONVERSION(1);

    check_same_window(c->window_days, other->window_days);
    c->window_days = fmax(c->window_days, other->window_days);
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
    cm_row_set_int(&row, 7, count(c, PENDING_CONVERTED, PENDING));
    cm_row_set_int(&row, 8, c->leads[PENDING_CONVERTED]);
    return cm_row_return(fcinfo, &row);
}

/* {"within_days": 30, "n": 6, "converted": 2, "late": 1, "not_converted": 3, "pending": 2, "pending_converted": 1} */
PG_FUNCTION_INFO_V1(cm_conversion_json);
Datum
cm_conversion_json(PG_FUNCTION_ARGS)
{
    const conversion *c = PG_GETARG_CONVERSION(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoString(&out, "{\"within_days\": ");
    if (c->window_days > 0)
        cm_append_float(&out, c->window_days);
    else
        appendStringInfoString(&out, "null");
    appendStringInfo(&out,
                     ", \"n\": " INT64_FORMAT ", \"converted\": " INT64_FORMAT ", \"late\": " INT64_FORMAT
                     ", \"not_converted\": " INT64_FORMAT ", \"pending\": " INT64_FORMAT
                     ", \"pending_converted\": " INT64_FORMAT "}",
                     rate_of(c).total, c->leads[CONVERTED], c->leads[CONVERTED_LATE], c->leads[NOT_CONVERTED],
                     count(c, PENDING_CONVERTED, PENDING), c->leads[PENDING_CONVERTED]);
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}
