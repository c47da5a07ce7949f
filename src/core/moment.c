/* Moments and days as arguments; see moment.h. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/fmgrprotos.h"

#include "core/check.h"
#include "core/moment.h"
#include "core/zone.h"

const char *const cm_clock_names[] = {"none", "local", "instant", NULL};

void
cm_moment_error(const char *what)
{
    ereport(ERROR,
            (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("%s must be finite", cm_quoted(what)),
             strcmp(what, "as_of") == 0 ? errhint("Name the day up to which all is known.")
                                        : errhint("Use NULL for what has not happened yet.")));
}

void
cm_day_of_infinity(const char *what)
{
    cm_moment_error(what);
}

void
cm_clock_error(cm_clock a, const char *what_a, cm_clock b, const char *what_b)
{
    const char *local = a == CM_LOCAL ? what_a : what_b;
    const char *instant = a == CM_LOCAL ? what_b : what_a;

    (void) b;
    ereport(ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("%s has no time zone and %s has one", cm_quoted(local), cm_quoted(instant)),
             errdetail("How much time lies between them depends on the zone in which the first was written."),
             errhint("Say that zone, as in AT TIME ZONE 'Asia/Shanghai', or in a literal the offset: "
                     "'2025-06-01 00:00+08'.")));
}

void
cm_not_an_instant(const char *what, const char *other_form)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s has no time zone", cm_quoted(what)),
         errdetail("A date or a timestamp without time zone has no day in another zone."),
         errhint("Use %s, which takes days as they are written, or say where it was written: %s AT TIME ZONE "
                 "'Asia/Shanghai'.",
                 other_form, what)));
}

static char *
encode_time(int64 time, cm_clock clock, int style)
{
    struct pg_tm parts;
    fsec_t fraction;
    char *text = palloc(MAXDATELEN + 1);

    if (timestamp2tm(time, NULL, &parts, &fraction, NULL, NULL) != 0)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
    parts.tm_isdst = clock == CM_INSTANT ? 0 : -1; /* less than 0: no offset is written */
    EncodeDateTime(&parts, fraction, clock == CM_INSTANT, 0, NULL, style, text);
    return text;
}

char *
cm_time_text(int64 time, cm_clock clock)
{
    return encode_time(time, clock, USE_ISO_DATES);
}

void
cm_append_json_time(StringInfo out, int64 time, cm_clock clock)
{
    appendStringInfo(out, "\"%s\"", encode_time(time, clock, USE_XSD_DATES));
}

const char *
cm_moment_text(cm_moment moment)
{
    int64 time = cm_moment_time(moment, "moment");
    cm_clock clock = cm_clock_of(moment);
    char *text = cm_time_text(time, clock);

    if (clock == CM_LOCAL && time % USECS_PER_DAY == 0)
        *strstr(text, " 00:00:00") = '\0'; /* what follows, BC, nobody's customers lived in */
    return text;
}

/* Infinities stay what they are; an error beyond the year 280000. */
static cm_moment
cm_moment_local(Timestamp at)
{
    if (TIMESTAMP_NOT_FINITE(at))
        return at;
    if (at >= MIN_TIMESTAMP + CM_LOCAL_SHIFT)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range"),
                        errdetail("Timestamps without time zone are taken up to the year 280000.")));
    return at - CM_LOCAL_SHIFT;
}

/* ---- the type ---- */

static Timestamp
read_timestamp(const char *text)
{
    return DatumGetTimestamp(DirectFunctionCall3(timestamp_in, CStringGetDatum(text),
                                                 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

static void
text_error(const char *text)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_DATETIME_FORMAT),
                    errmsg("invalid input syntax for type metric_moment: \"%s\"", cm_excerpt(text)),
                    errhint("Write a date as \"2025-06-01\", a time of a clock as \"2025-06-01 12:30\", and "
                            "an instant with its "
                            "offset or zone: \"2025-06-01 12:30+08\", \"2025-06-01 12:30 Asia/Shanghai\".")));
}

/* The year, month and day that every text of a moment begins with, so that DateStyle cannot turn them round. */
static const char *
after_date(const char *text)
{
    const char *at = text + strspn(text, "0123456789");

    if (at - text < 4 || at - text > 6)
        text_error(text);
    for (int i = 0; i < 2; i++, at += 3)
        if (at[0] != '-' || !isdigit((unsigned char) at[1]) || !isdigit((unsigned char) at[2]))
            text_error(text);
    return at;
}

/*
 * A text is local unless it ends in an offset, Z or a zone. Only what PostgreSQL reads alike in every session is taken:
 * years first, and of zones those that cm_zone_from_text knows.
 */
PG_FUNCTION_INFO_V1(cm_metric_moment_in);
Datum
cm_metric_moment_in(PG_FUNCTION_ARGS)
{
    char *text = PG_GETARG_CSTRING(0);

    while (isspace((unsigned char) *text))
        text++;
    if (pg_strcasecmp(text, "infinity") == 0)
        PG_RETURN_INT64(DT_NOEND);
    if (pg_strcasecmp(text, "-infinity") == 0)
        PG_RETURN_INT64(DT_NOBEGIN);

    const char *time = after_date(text);
    const char *zone = time;

    if ((*zone == 'T' || *zone == 't' || *zone == ' ') && isdigit((unsigned char) zone[1]))
        zone += 1 + strspn(zone + 1, "0123456789:.");

    char *local = pnstrdup(text, zone - text);

    while (*zone == ' ')
        zone++;
    if (pg_strncasecmp(zone, "BC", 2) == 0 || pg_strncasecmp(zone, "AD", 2) == 0) {
        local = psprintf("%s %.2s", local, zone);
        zone += 2;
    }
    while (*zone == ' ')
        zone++;

    char *name = pstrdup(zone);

    for (int end = strlen(name); end > 0 && isspace((unsigned char) name[end - 1]); end--)
        name[end - 1] = '\0';
    if (*name == '\0')
        PG_RETURN_INT64(cm_moment_local(read_timestamp(local)));
    if (*name == '+' || *name == '-') /* an offset, which PostgreSQL reads as ISO 8601 does */
        return DirectFunctionCall3(timestamptz_in, CStringGetDatum(psprintf("%s%s", local, name)),
                                   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
    if (pg_strcasecmp(name, "Z") == 0)
        name = pstrdup("UTC");
    PG_RETURN_INT64(cm_instant_in_zone(read_timestamp(local), cm_zone_from_text(cstring_to_text(name))));
}

PG_FUNCTION_INFO_V1(cm_metric_moment_out);
Datum
cm_metric_moment_out(PG_FUNCTION_ARGS)
{
    cm_moment moment = PG_GETARG_MOMENT(0);

    if (moment == DT_NOBEGIN || moment == DT_NOEND)
        PG_RETURN_CSTRING(pstrdup(moment == DT_NOEND ? "infinity" : "-infinity"));
    PG_RETURN_CSTRING(cm_time_text(cm_moment_time(moment, "moment"), cm_clock_of(moment)));
}

PG_FUNCTION_INFO_V1(cm_metric_moment_recv);
Datum
cm_metric_moment_recv(PG_FUNCTION_ARGS)
{
    cm_moment moment = pq_getmsgint64((StringInfo) PG_GETARG_POINTER(0));

    if (moment != DT_NOBEGIN && moment != DT_NOEND && !IS_VALID_TIMESTAMP(cm_moment_time(moment, "moment")))
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
    PG_RETURN_INT64(moment);
}

PG_FUNCTION_INFO_V1(cm_metric_moment_send);
Datum
cm_metric_moment_send(PG_FUNCTION_ARGS)
{
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendint64(&out, PG_GETARG_MOMENT(0));
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* ---- order and hash: local moments come before instants, each kind in the order of its clock ---- */

#define MOMENT_COMPARISON(name, operator)                                                                    \
    PG_FUNCTION_INFO_V1(cm_metric_moment_##name);                                                            \
    Datum cm_metric_moment_##name(PG_FUNCTION_ARGS)                                                          \
    {                                                                                                        \
        PG_RETURN_BOOL(PG_GETARG_MOMENT(0) operator PG_GETARG_MOMENT(1));                                    \
    }                                                                                                        \
    extern int cm_no_such_variable

MOMENT_COMPARISON(eq, ==);
MOMENT_COMPARISON(ne, !=);
MOMENT_COMPARISON(lt, <);
MOMENT_COMPARISON(le, <=);
MOMENT_COMPARISON(gt, >);
MOMENT_COMPARISON(ge, >=);

PG_FUNCTION_INFO_V1(cm_metric_moment_cmp);
Datum
cm_metric_moment_cmp(PG_FUNCTION_ARGS)
{
    cm_moment a = PG_GETARG_MOMENT(0);
    cm_moment b = PG_GETARG_MOMENT(1);

    PG_RETURN_INT32((a > b) - (a < b));
}

PG_FUNCTION_INFO_V1(cm_metric_moment_hash);
Datum
cm_metric_moment_hash(PG_FUNCTION_ARGS)
{
    return DirectFunctionCall1(hashint8, PG_GETARG_DATUM(0));
}

PG_FUNCTION_INFO_V1(cm_metric_moment_hash_extended);
Datum
cm_metric_moment_hash_extended(PG_FUNCTION_ARGS)
{
    return DirectFunctionCall2(hashint8extended, PG_GETARG_DATUM(0), PG_GETARG_DATUM(1));
}

/* ---- casts; that of timestamptz needs no function ---- */

PG_FUNCTION_INFO_V1(cm_metric_moment_of_timestamp);
Datum
cm_metric_moment_of_timestamp(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(cm_moment_local(PG_GETARG_TIMESTAMP(0)));
}

PG_FUNCTION_INFO_V1(cm_metric_moment_of_date);
Datum
cm_metric_moment_of_date(PG_FUNCTION_ARGS)
{
    DateADT day = PG_GETARG_DATEADT(0);

    if (likely(day > -1000000 &&
               day < 1000000)) /* a column of dates is cast row by row: two calls more are felt */
        PG_RETURN_INT64(day * USECS_PER_DAY - CM_LOCAL_SHIFT);
    return DirectFunctionCall1(cm_metric_moment_of_timestamp,
                               DirectFunctionCall1(date_timestamp, PG_GETARG_DATUM(0)));
}
