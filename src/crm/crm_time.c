/* crm_timestamp and crm_date: an overload for each type that a loader may have chosen; see crm_time.h. */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/numeric.h"

#include "core/check.h"
#include "core/money.h"
#include "crm/crm_time.h"

static cm_landed_time
landed_text(const text *value)
{
    return cm_read_landed_time(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
}

static cm_landed_time
landed_jsonb(Jsonb *value)
{
    JsonbValue scalar;

    if (JsonbExtractScalar(&value->root, &scalar)) {
        if (scalar.type == jbvNull)
            return (cm_landed_time){CM_LANDED_NOTHING, 0};
        if (scalar.type == jbvString)
            return cm_read_landed_time(scalar.val.string.val, scalar.val.string.len);
        if (scalar.type == jbvNumeric)
            return cm_landed_milliseconds(cm_float_from_numeric(NumericGetDatum(scalar.val.numeric)));
    }
    ereport(ERROR, (errcode(ERRCODE_INVALID_DATETIME_FORMAT),
                    errmsg("time %s cannot be read",
                           cm_excerpt(JsonbToCString(NULL, &value->root, VARSIZE_ANY_EXHDR(value)))),
                    errdetail("In JSON a time is a text or a number of milliseconds since 1970.")));
}

static pg_tz *
zone_arg(FunctionCallInfo fcinfo)
{
    if (PG_ARGISNULL(1))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("a time without an offset, and no zone to read it in"),
                        errdetail("Exports write local times of the user who exported."),
                        errhint("Name that user's zone, such as zone => 'Asia/Kolkata'.")));
    return cm_zone_from_text(PG_GETARG_TEXT_PP(1));
}

static Datum
return_timestamp(FunctionCallInfo fcinfo, cm_landed_time landed)
{
    if (landed.kind == CM_LANDED_NOTHING)
        PG_RETURN_NULL();
    PG_RETURN_TIMESTAMPTZ(landed.kind == CM_LANDED_INSTANT ? landed.at
                                                           : cm_instant_in_zone(landed.at, zone_arg(fcinfo)));
}

/* A day is one on every clock, and a time without an offset is of the day that it names. */
static Datum
return_date(FunctionCallInfo fcinfo, cm_landed_time landed)
{
    if (landed.kind == CM_LANDED_NOTHING)
        PG_RETURN_NULL();
    if (landed.kind == CM_LANDED_INSTANT)
        PG_RETURN_DATEADT(cm_local_day(landed.at, zone_arg(fcinfo)));
    PG_RETURN_DATEADT((DateADT) (landed.at / USECS_PER_DAY - (landed.at % USECS_PER_DAY < 0)));
}

static void infinity_error(void) pg_attribute_noreturn();

static void
infinity_error(void)
{
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("time is infinite"),
                    errdetail("A landed time is a moment or NULL.")));
}

/* Arguments may be NULL: only a time without an offset asks for the zone. */
#define LANDED(name, type, landed)                                                                           \
    PG_FUNCTION_INFO_V1(cm_crm_timestamp_##name);                                                            \
    Datum cm_crm_timestamp_##name(PG_FUNCTION_ARGS)                                                          \
    {                                                                                                        \
        if (PG_ARGISNULL(0))                                                                                 \
            PG_RETURN_NULL();                                                                                \
        return return_timestamp(fcinfo, landed(PG_GETARG_##type(0)));                                        \
    }                                                                                                        \
    PG_FUNCTION_INFO_V1(cm_crm_date_##name);                                                                 \
    Datum cm_crm_date_##name(PG_FUNCTION_ARGS)                                                               \
    {                                                                                                        \
        if (PG_ARGISNULL(0))                                                                                 \
            PG_RETURN_NULL();                                                                                \
        return return_date(fcinfo, landed(PG_GETARG_##type(0)));                                             \
    }

LANDED(text, TEXT_PP, landed_text)
LANDED(jsonb, JSONB_P, landed_jsonb)
LANDED(bigint, INT64, cm_landed_milliseconds)
LANDED(double, FLOAT8, cm_landed_milliseconds)

static cm_landed_time
landed_timestamp(Timestamp at)
{
    if (TIMESTAMP_NOT_FINITE(at))
        infinity_error();
    return (cm_landed_time){CM_LANDED_LOCAL, at};
}

static cm_landed_time
landed_date(DateADT day)
{
    if (DATE_NOT_FINITE(day))
        infinity_error();
    if (day >= TIMESTAMP_END_JULIAN - POSTGRES_EPOCH_JDATE)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("date out of range")));
    return (cm_landed_time){CM_LANDED_DAY, day * USECS_PER_DAY};
}

static cm_landed_time
landed_timestamptz(TimestampTz at)
{
    if (TIMESTAMP_NOT_FINITE(at))
        infinity_error();
    return (cm_landed_time){CM_LANDED_INSTANT, at};
}

LANDED(timestamp, TIMESTAMP, landed_timestamp)

PG_FUNCTION_INFO_V1(cm_crm_timestamp_date);
Datum
cm_crm_timestamp_date(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        PG_RETURN_NULL();
    return return_timestamp(fcinfo, landed_date(PG_GETARG_DATEADT(0)));
}

PG_FUNCTION_INFO_V1(cm_crm_date_timestamptz);
Datum
cm_crm_date_timestamptz(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        PG_RETURN_NULL();
    return return_date(fcinfo, landed_timestamptz(PG_GETARG_TIMESTAMPTZ(0)));
}

/* The same time of the clock so many days before: what a count of local days means for a moment. */
PG_FUNCTION_INFO_V1(cm_crm_days_before);
Datum
cm_crm_days_before(PG_FUNCTION_ARGS)
{
    TimestampTz at = PG_GETARG_TIMESTAMPTZ(0);
    int32 days = PG_GETARG_INT32(1);
    pg_tz *zone = cm_zone_from_text(PG_GETARG_TEXT_PP(2));

    if (TIMESTAMP_NOT_FINITE(at))
        infinity_error();
    if (abs(days) > 1000000)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
    PG_RETURN_TIMESTAMPTZ(cm_instant_in_zone(cm_local_time(at, zone) - days * USECS_PER_DAY, zone));
}
