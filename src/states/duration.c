/* Durations as arguments; see duration.h. */
#include "postgres.h"

#include <math.h>

#include "libpq/pqformat.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "core/check.h"
#include "core/money.h"
#include "core/parse.h"
#include "states/duration.h"

double
cm_check_duration(double duration, const char *what)
{
    if (!(duration >= 0 && duration <= CM_MAX_DURATION))
        ereport(ERROR, (errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
                        errmsg("%s is out of range: %g", cm_quoted(what), duration),
                        errdetail("It must be from 0 to %g, in days or any other unit.", CM_MAX_DURATION)));
    return duration;
}

static double
days_of(const Interval *interval)
{
    if (interval->month != 0)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a duration must not contain months or years"),
                        errdetail("Their length depends on where they begin."),
                        errhint("Use days, such as the difference of two timestamps, ended - started. "
                                "Months come from age() and justify_interval().")));
    return (double) ((int128) interval->day * USECS_PER_DAY + interval->time) / (double) USECS_PER_DAY;
}

/* The casts of numbers. */

PG_FUNCTION_INFO_V1(cm_metric_duration_of_float4);
Datum
cm_metric_duration_of_float4(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(PG_GETARG_FLOAT4(0));
}

PG_FUNCTION_INFO_V1(cm_metric_duration_of_int2);
Datum
cm_metric_duration_of_int2(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(PG_GETARG_INT16(0));
}

PG_FUNCTION_INFO_V1(cm_metric_duration_of_int4);
Datum
cm_metric_duration_of_int4(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(PG_GETARG_INT32(0));
}

PG_FUNCTION_INFO_V1(cm_metric_duration_of_int8);
Datum
cm_metric_duration_of_int8(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8((double) PG_GETARG_INT64(0));
}

PG_FUNCTION_INFO_V1(cm_metric_duration_of_numeric);
Datum
cm_metric_duration_of_numeric(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(cm_float_from_numeric(PG_GETARG_DATUM(0)));
}

/* The cast of interval. */
PG_FUNCTION_INFO_V1(cm_metric_duration_of_interval);
Datum
cm_metric_duration_of_interval(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(days_of(PG_GETARG_INTERVAL_P(0)));
}

/* ---- the type ---- */

static void
text_error(const char *text)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
                    errmsg("invalid input syntax for type metric_duration: \"%s\"", cm_excerpt(text)),
                    errhint("Write a number, or an interval as \"30 days\" or \"12 hours\".")));
}

/* A number or an interval. Of intervals those without a sign, which PostgreSQL reads alike under every IntervalStyle. */
CM_INPUT_FUNCTION(cm_metric_duration_in)
{
    const char *text = PG_GETARG_CSTRING(0);
    char *end;
    double number = strtod(text, &end);

    if (end != text && end[strspn(end, " \t\n\r\f\v")] == '\0' && isfinite(number))
        PG_RETURN_FLOAT8(number);
    if (strchr(text, '-') != NULL || strpbrk(text, "0123456789") == NULL)
        text_error(text);
    PG_RETURN_FLOAT8(days_of(DatumGetIntervalP(DirectFunctionCall3(
        interval_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)))));
}

PG_FUNCTION_INFO_V1(cm_metric_duration_out);
Datum
cm_metric_duration_out(PG_FUNCTION_ARGS)
{
    StringInfoData out;

    initStringInfo(&out);
    cm_append_float(&out, PG_GETARG_FLOAT8(0));
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_metric_duration_recv);
Datum
cm_metric_duration_recv(PG_FUNCTION_ARGS)
{
    PG_RETURN_FLOAT8(cm_check_finite(cm_receive_float((StringInfo) PG_GETARG_POINTER(0)), "duration"));
}

PG_FUNCTION_INFO_V1(cm_metric_duration_send);
Datum
cm_metric_duration_send(PG_FUNCTION_ARGS)
{
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendfloat8(&out, PG_GETARG_FLOAT8(0));
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}
