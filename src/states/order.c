/* Days and amounts of orders; see order.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "core/check.h"
#include "core/zone.h"
#include "states/order.h"

/* ---- days ---- */

void
cm_day_error(DateADT day, const char *what)
{
    char text[MAXDATELEN + 1];
    struct pg_tm parts = {0};

    if (DATE_NOT_FINITE(day))
        EncodeSpecialDate(day, text);
    else if (!IS_VALID_DATE(day)) /* nor has PostgreSQL a name for it: it can only come in binary */
        snprintf(text, sizeof(text), "day %d", day);
    else {
        j2date(day + POSTGRES_EPOCH_JDATE, &parts.tm_year, &parts.tm_mon, &parts.tm_mday);
        EncodeDateOnly(&parts, USE_ISO_DATES, text);
    }
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                    errmsg("%s is out of range: %s", cm_quoted(what), text),
                    errdetail("It must lie from 0001-01-01 to 9999-12-31."),
                    errhint("Use NULL for what has not happened yet.")));
}

void
cm_append_day(StringInfo out, DateADT day)
{
    int year, month, day_of_month;

    j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
    appendStringInfo(out, "%04d-%02d-%02d", year, month, day_of_month);
}

void
cm_append_json_day(StringInfo out, DateADT day)
{
    appendStringInfoChar(out, '"');
    cm_append_day(out, day);
    appendStringInfoChar(out, '"');
}

const char *
cm_day_text(DateADT day)
{
    StringInfoData text;

    initStringInfo(&text);
    cm_append_day(&text, day);
    return text.data;
}

static int
parse_digits(cm_parser *p, int digits)
{
    int value = 0;

    for (int i = 0; i < digits; i++, p->at++) {
        if (*p->at < '0' || *p->at > '9')
            cm_parse_fail(p, "a date such as 2024-01-31 expected");
        value = value * 10 + (*p->at - '0');
    }
    return value;
}

DateADT
cm_parse_day(cm_parser *p)
{
    int year = parse_digits(p, 4);

    cm_parse_char(p, '-');

    int month = parse_digits(p, 2);

    cm_parse_char(p, '-');

    int day_of_month = parse_digits(p, 2);

    if (year < 1 || month < 1 || month > 12 || day_of_month < 1 ||
        day_of_month > day_tab[isleap(year)][month - 1])
        cm_parse_fail(p, "a date of the calendar expected");
    return date2j(year, month, day_of_month) - POSTGRES_EPOCH_JDATE;
}

/* ---- rows ---- */

cm_known_day cm_last_known_day; /* of no moment at first */

static bool
is_finite(cm_moment at)
{
    return at != DT_NOBEGIN && at != DT_NOEND;
}

bool
cm_find_zone_day(cm_moment at, Datum name, DateADT *day)
{
    const cm_word *zone = (const cm_word *) DatumGetTextPP(name);
    cm_known_day *known = &cm_last_known_day;
    TimestampTz from, until;

    if (!is_finite(at) || cm_clock_of(at) == CM_LOCAL)
        return false;
    *day = cm_local_day_around(at, cm_zone_from_text(zone), &from, &until);
    if (*day < CM_FIRST_DAY || *day > CM_LAST_DAY)
        return false;
    known->from = from;
    known->until = until;
    known->day = *day;
    known->zone_length = VARSIZE_ANY_EXHDR(zone); /* no longer than names of zones are */
    memcpy(known->zone, VARDATA_ANY(zone), known->zone_length);
    return true;
}

/* Also of a time that is infinite. */
static DateADT
day_of_any(Timestamp at)
{
    if (TIMESTAMP_NOT_FINITE(at))
        return TIMESTAMP_IS_NOEND(at) ? DATEVAL_NOEND : DATEVAL_NOBEGIN;
    return cm_day_of(at, "at");
}

static DateADT
day_of_argument(FunctionCallInfo fcinfo, int n, cm_order_form form)
{
    if (form.sibling == NULL)
        return day_of_any(PG_GETARG_TIMESTAMP(n));
    if (!is_finite(PG_GETARG_MOMENT(n)))
        return day_of_any(PG_GETARG_MOMENT(n));
    return cm_local_day(cm_instant(PG_GETARG_MOMENT(n), "at", form.sibling),
                        cm_zone_from_text(PG_GETARG_OPTION(n + 2)));
}

void
cm_amount_error(FunctionCallInfo fcinfo, int n, bool is_float, const char *what)
{
    if (is_float)
        (void) cm_money_from_float(PG_GETARG_FLOAT8(n), what);
    else
        (void) cm_money_from_numeric(PG_GETARG_DATUM(n), what);
    elog(ERROR, "%s is in range", what); /* not reached */
}

void
cm_order_error(FunctionCallInfo fcinfo, int n, cm_order_form form, const char *whose)
{
    DateADT day = day_of_argument(fcinfo, n, form);

    cm_check_day(day, whose == NULL ? "at" : psprintf("%s: \"at\"", whose));
    cm_amount_error(fcinfo, n + 1, form.is_float,
                    whose == NULL ? psprintf("\"amount\" on %s", cm_day_text(day))
                                  : psprintf("%s: \"amount\"", whose));
}
