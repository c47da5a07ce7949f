/* Reading landed times without DateStyle, TimeZone or a locale; see crm_time.h. */
#include "postgres.h"

#include <math.h>

#include "utils/datetime.h"

#include "core/check.h"
#include "crm/crm_blank.h"
#include "crm/crm_time.h"

/* What is left of a text. The errors show the whole. */
typedef struct reader {
    const char *at;
    const char *end;
    const char *text;
    int length;
} reader;

static void time_error(const reader *r, const char *why) pg_attribute_noreturn();

static void
time_error(const reader *r, const char *why)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_DATETIME_FORMAT),
         errmsg("time \"%s\" cannot be read", cm_excerpt(pnstrdup(r->text, r->length))), errdetail("%s", why),
         errhint(
             "Load or export it as \"2025-12-31\", \"2025-12-31 10:00:00\", \"2025-12-31T10:00:00+05:30\" "
             "or milliseconds since 1970.")));
}

static void form_error(const reader *r) pg_attribute_noreturn();

static void
form_error(const reader *r)
{
    time_error(
        r,
        "Year, month and day come in this order, in digits, and then hours, minutes and seconds: other forms "
        "would mean what the session's DateStyle says.");
}

static void
skip_blanks(reader *r)
{
    while (r->at < r->end && (*r->at == ' ' || *r->at == '\t'))
        r->at++;
}

static inline bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
maybe(reader *r, char wanted)
{
    if (r->at == r->end || *r->at != wanted)
        return false;
    r->at++;
    return true;
}

/* Exactly so many digits. */
static int
number(reader *r, int digits)
{
    int value = 0;

    if (r->end - r->at < digits)
        form_error(r);
    for (int i = 0; i < digits; i++) {
        if (!is_digit(r->at[i]))
            form_error(r);
        value = value * 10 + (r->at[i] - '0');
    }
    r->at += digits;
    return value;
}

static int
days_of_month(int year, int month)
{
    return day_tab[isleap(year)][month - 1];
}

static Timestamp
read_day(reader *r)
{
    int year = number(r, 4), month, day;

    if (!maybe(r, '-'))
        form_error(r);
    month = number(r, 2);
    if (!maybe(r, '-'))
        form_error(r);
    day = number(r, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > days_of_month(year, month))
        time_error(r, "The calendar has no such day.");
    return (Timestamp) (date2j(year, month, day) - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;
}

/* Up to six digits count; the seventh rounds. */
static int
read_fraction(reader *r)
{
    int value = 0, digits = 0;

    if (r->at == r->end || !is_digit(*r->at))
        form_error(r);
    for (; r->at < r->end && is_digit(*r->at); r->at++, digits++) {
        if (digits < 6)
            value = value * 10 + (*r->at - '0');
        else if (digits == 6)
            value += *r->at >= '5';
    }
    for (; digits < 6; digits++)
        value *= 10;
    return value;
}

static int64
read_time_of_day(reader *r)
{
    int hour = number(r, 2), minute, second = 0, fraction = 0;

    if (!maybe(r, ':'))
        form_error(r);
    minute = number(r, 2);
    if (maybe(r, ':')) {
        second = number(r, 2);
        if (maybe(r, '.'))
            fraction = read_fraction(r);
    }
    if (hour > 23 || minute > 59 || second > 59)
        time_error(r, "A day has no such time.");
    return ((hour * 60 + minute) * 60 + second) * USECS_PER_SEC + fraction;
}

/* "Z", "+08", "+0530", "-03:30": whether there is one, and microseconds east of Greenwich. */
static bool
read_offset(reader *r, int64 *offset)
{
    int sign, hours, minutes = 0;

    skip_blanks(r);
    *offset = 0;
    if (r->at == r->end)
        return false;
    if (maybe(r, 'Z') || maybe(r, 'z'))
        return true;
    sign = *r->at == '-' ? -1 : 1;
    if (!maybe(r, '+') && !maybe(r, '-'))
        form_error(r);
    hours = number(r, 2);
    if (maybe(r, ':') || r->at < r->end)
        minutes = number(r, 2);
    if (hours > 15 || minutes > 59)
        time_error(r, "Offsets are less than 16 hours.");
    *offset = sign * (hours * 60 + minutes) * 60 * USECS_PER_SEC;
    return true;
}

cm_landed_time
cm_landed_milliseconds(double milliseconds)
{
    double at =
        rint(milliseconds * 1000) - (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * (double) USECS_PER_DAY;

    if (!(at >= (double) MIN_TIMESTAMP && at < (double) END_TIMESTAMP))
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                        errmsg("time %g is out of range", milliseconds),
                        errdetail("Milliseconds since 1970 are expected.")));
    return (cm_landed_time){CM_LANDED_INSTANT, (Timestamp) at};
}

/*
 * A number of 9 to 15 digits; days as digits alone, 20251231, have fewer. A loader that went through a float wrote ".0"
 * after them.
 */
static bool
is_milliseconds(const reader *r, double *milliseconds)
{
    const char *first = r->at + (*r->at == '-'), *digit = first;
    int64 value = 0;
    int digits;

    for (; digit < r->end && is_digit(*digit) && digit - first < 16; digit++)
        value = value * 10 + (*digit - '0');
    digits = digit - first;
    if (digit < r->end && *digit == '.')
        for (digit++; digit < r->end && *digit == '0';)
            digit++;
    if (digits < 9 || digits > 15 || digit != r->end)
        return false;
    *milliseconds = first == r->at ? value : -value;
    return true;
}

cm_landed_time
cm_read_landed_time(const char *text, int length)
{
    reader r = {.text = text, .length = length};
    cm_landed_time result;
    double milliseconds;
    int64 offset;

    cm_trim_blanks(&text, &length);
    r.at = text;
    r.end = text + length;
    if (r.at == r.end)
        return (cm_landed_time){CM_LANDED_NOTHING, 0};
    if (is_milliseconds(&r, &milliseconds))
        return cm_landed_milliseconds(milliseconds);
    result.at = read_day(&r);
    result.kind = CM_LANDED_DAY;
    if (r.at == r.end)
        return result;
    if (!maybe(&r, 'T') && !maybe(&r, 't') && *r.at != ' ')
        form_error(&r);
    skip_blanks(&r);
    result.at += read_time_of_day(&r);
    result.kind = read_offset(&r, &offset) ? CM_LANDED_INSTANT : CM_LANDED_LOCAL;
    result.at -= offset;
    if (r.at != r.end)
        form_error(&r);
    return result;
}
