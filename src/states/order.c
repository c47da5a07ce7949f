/* Days of orders; see order.h. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/datetime.h"

#include "states/order.h"
#include "core/check.h"

static void day_error(const char *what, const char *value) pg_attribute_noreturn();

static void
day_error(const char *what, const char *value)
{
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                    errmsg("%s is out of range: %s", cm_quoted(what), value),
                    errdetail("It must lie from 0001-01-01 to 9999-12-31."),
                    errhint("Use NULL for what has not happened yet.")));
}

static void
encode_day(DateADT day, char *text)
{
    struct pg_tm parts = {0};

    j2date(day + POSTGRES_EPOCH_JDATE, &parts.tm_year, &parts.tm_mon, &parts.tm_mday);
    EncodeDateOnly(&parts, USE_ISO_DATES, text);
}

void
cm_day_error(DateADT day, const char *what)
{
    char text[MAXDATELEN + 1];

    if (DATE_NOT_FINITE(day))
        EncodeSpecialDate(day, text);
    else if (!IS_VALID_DATE(day)) /* nor has PostgreSQL a name for it: it can only come in binary */
        snprintf(text, sizeof(text), "day %d", day);
    else
        encode_day(day, text);
    day_error(what, text);
}

void
cm_timestamp_error(Timestamp at, const char *what)
{
    if (TIMESTAMP_NOT_FINITE(at))
        day_error(what, TIMESTAMP_IS_NOBEGIN(at) ? "-infinity" : "infinity");
    cm_day_error((DateADT) (at / USECS_PER_DAY - (at % USECS_PER_DAY < 0)), what);
}

DateADT
cm_day_in_zone(TimestampTz at, text *zone, const char *what)
{
    if (unlikely(TIMESTAMP_NOT_FINITE(at)))
        cm_timestamp_error(at, what);
    return cm_check_day(cm_local_day(at, cm_zone_from_text(zone)), what);
}

void
cm_append_day(StringInfo out, DateADT day)
{
    int year, month, day_of_month;

    j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
    appendStringInfo(out, "%04d-%02d-%02d", year, month, day_of_month);
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
