/* Lengths of time in the rules of funnels; see funnel_length.h. */
#include "postgres.h"

#include <ctype.h>

#include "core/check.h"
#include "funnel/funnel_length.h"

#define MAX_DAYS 1600000 /* all the time that a funnel holds */
#define MAX_MONTHS 52000

static void
month_error(const char *what)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s must not contain months or years", cm_quoted(what)),
                    errdetail("Their length depends on where they begin."),
                    errhint("Use days: 30 days, 365 days.")));
}

static int64
check_length(int128 length, const char *what, bool may_be_zero)
{
    StringInfoData text;

    if (length >= !may_be_zero && length <= MAX_DAYS * (int128) USECS_PER_DAY)
        return (int64) length;
    initStringInfo(&text);
    cm_append_length(&text, (int64) Max(Min(length, PG_INT64_MAX), -PG_INT64_MAX));
    ereport(ERROR, (errcode(ERRCODE_INTERVAL_FIELD_OVERFLOW),
                    errmsg("%s is out of range: %s", cm_quoted(what), text.data),
                    errdetail("It must be %s, and at most %d days.",
                              may_be_zero ? "zero or more" : "longer than zero", MAX_DAYS),
                    errhint("Leave it out for no limit.")));
}

/* Months and microseconds of which not both are zero. */
static cm_window
check_window(int64 months, int128 rest, const char *what)
{
    if (months < 0 || months > MAX_MONTHS || (months > 0 && rest < 0))
        ereport(ERROR, (errcode(ERRCODE_INTERVAL_FIELD_OVERFLOW),
                        errmsg("%s is out of range: " INT64_FORMAT " months and %g days", cm_quoted(what),
                               months, (double) rest / USECS_PER_DAY),
                        errdetail("Neither may be negative, and there may be %d months.", MAX_MONTHS),
                        errhint("Leave it out for no limit.")));
    return (cm_window){(int32) months, check_length(rest, what, months > 0)};
}

cm_window
cm_window_of_interval(const Interval *interval, const char *what)
{
    return check_window(interval->month, (int128) interval->day * USECS_PER_DAY + interval->time, what);
}

int64
cm_length_of_interval(const Interval *interval, const char *what, bool may_be_zero)
{
    if (interval->month != 0)
        month_error(what);
    return check_length((int128) interval->day * USECS_PER_DAY + interval->time, what, may_be_zero);
}

/* ---- reading ---- */

/* The words that PostgreSQL knows. */
typedef struct length_unit {
    const char *name;
    int64 length;
    int months; /* that it has instead of a fixed length */
} length_unit;

static const length_unit units[] = {
    {"d", USECS_PER_DAY, 0},
    {"day", USECS_PER_DAY, 0},
    {"days", USECS_PER_DAY, 0},
    {"h", USECS_PER_HOUR, 0},
    {"hr", USECS_PER_HOUR, 0},
    {"hrs", USECS_PER_HOUR, 0},
    {"hour", USECS_PER_HOUR, 0},
    {"hours", USECS_PER_HOUR, 0},
    {"m", USECS_PER_MINUTE, 0},
    {"min", USECS_PER_MINUTE, 0},
    {"mins", USECS_PER_MINUTE, 0},
    {"minute", USECS_PER_MINUTE, 0},
    {"minutes", USECS_PER_MINUTE, 0},
    {"s", USECS_PER_SEC, 0},
    {"sec", USECS_PER_SEC, 0},
    {"secs", USECS_PER_SEC, 0},
    {"second", USECS_PER_SEC, 0},
    {"seconds", USECS_PER_SEC, 0},
    {"ms", 1000, 0},
    {"msec", 1000, 0},
    {"msecs", 1000, 0},
    {"millisecond", 1000, 0},
    {"milliseconds", 1000, 0},
    {"us", 1, 0},
    {"usec", 1, 0},
    {"usecs", 1, 0},
    {"microsecond", 1, 0},
    {"microseconds", 1, 0},
    {"w", 7 * USECS_PER_DAY, 0},
    {"week", 7 * USECS_PER_DAY, 0},
    {"weeks", 7 * USECS_PER_DAY, 0},
    {"mon", 0, 1},
    {"mons", 0, 1},
    {"month", 0, 1},
    {"months", 0, 1},
    {"y", 0, 12},
    {"yr", 0, 12},
    {"yrs", 0, 12},
    {"year", 0, 12},
    {"years", 0, 12},
};

static const length_unit *
read_unit(cm_parser *p)
{
    size_t length = 0;

    while (isalpha((unsigned char) p->at[length]))
        length++;
    for (size_t i = 0; i < lengthof(units) && length > 0; i++)
        if (strlen(units[i].name) == length && pg_strncasecmp(p->at, units[i].name, length) == 0) {
            p->at += length;
            return &units[i];
        }
    cm_parse_fail(p, "a unit of days, hours, minutes or seconds expected, as in \"14 days\"");
}

#define MOST_DIGITS 15

static int64
read_digits(cm_parser *p, int least, int most)
{
    int64 value = 0;
    int count = 0;

    for (; count < most && isdigit((unsigned char) *p->at); count++)
        value = 10 * value + (*p->at++ - '0');
    if (count < least || isdigit((unsigned char) *p->at))
        cm_parse_fail(p, count < least ? "a length of time expected, as in \"14 days\""
                                       : "fewer digits expected");
    return value;
}

/* What follows a number before its unit, in parts of the unit. */
static int64
read_fraction(cm_parser *p, int64 *parts)
{
    const char *digits = p->at + 1;
    int64 value = 0;

    *parts = 1;
    if (!cm_parse_maybe(p, '.'))
        return 0;
    value = read_digits(p, 1, MOST_DIGITS);
    for (; digits < p->at; digits++)
        *parts *= 10;
    return value;
}

/* Microseconds of a number of units; no less than a microsecond is kept. */
static int128
in_units(const cm_parser *p, int64 whole, int64 fraction, int64 parts, int64 unit)
{
    int128 rest = (int128) fraction * unit;

    if (rest % parts != 0)
        cm_parse_fail(p, "whole microseconds expected");
    return (int128) whole * unit + rest / parts;
}

/* ":MM" or ":MM:SS" with a fraction. */
static int128
read_clock(cm_parser *p, int64 hours)
{
    int128 length = (int128) hours * USECS_PER_HOUR;
    int64 parts = 1, seconds = 0, fraction = 0;

    cm_parse_char(p, ':');
    length += read_digits(p, 2, 2) * USECS_PER_MINUTE;
    if (cm_parse_maybe(p, ':')) {
        seconds = read_digits(p, 2, 2);
        fraction = read_fraction(p, &parts);
    }
    return length + in_units(p, seconds, fraction, parts, USECS_PER_SEC);
}

/* The months of a number of units; parts of them have no length. */
static int64
in_months(const cm_parser *p, int64 whole, int64 fraction, int months)
{
    if (fraction != 0)
        cm_parse_fail(p, "whole months expected");
    return Min(whole, MAX_MONTHS + 1) * months; /* more are out of range */
}

/* A length, with months where they are asked for. */
static int128
read_parts(cm_parser *p, const char *what, int64 *months)
{
    int128 length = 0;
    bool negative;

    cm_skip_blanks(p);
    negative = cm_parse_maybe(p, '-');
    do {
        int64 whole = read_digits(p, 1, MOST_DIGITS), fraction, parts;

        if (*p->at == ':')
            length += read_clock(p, whole);
        else {
            fraction = read_fraction(p, &parts);
            cm_skip_blanks(p);

            const length_unit *unit = read_unit(p);

            if (unit->months > 0 && months == NULL)
                month_error(what);
            if (unit->months > 0)
                *months += in_months(p, whole, fraction, unit->months);
            else
                length += in_units(p, whole, fraction, parts, unit->length);
        }
        cm_skip_blanks(p);
    } while (isdigit((unsigned char) *p->at));
    if (negative && months != NULL)
        *months = -*months;
    return negative ? -length : length;
}

int64
cm_read_length(cm_parser *p, const char *what, bool may_be_zero)
{
    return check_length(read_parts(p, what, NULL), what, may_be_zero);
}

cm_window
cm_read_window(cm_parser *p, const char *what)
{
    int64 months = 0;
    int128 rest = read_parts(p, what, &months);

    return check_window(months, rest, what);
}

/* ---- writing ---- */

static void
append_seconds(StringInfo out, uint64 microseconds)
{
    int fraction = (int) (microseconds % USECS_PER_SEC);

    appendStringInfo(out, UINT64_FORMAT, microseconds / USECS_PER_SEC);
    if (fraction != 0) {
        appendStringInfo(out, ".%06d", fraction);
        while (out->data[out->len - 1] == '0')
            out->data[--out->len] = '\0';
    }
    appendStringInfoString(out, microseconds == USECS_PER_SEC ? " second" : " seconds");
}

void
cm_append_length(StringInfo out, int64 length)
{
    static const struct {
        const char *name;
        int64 length;
    } parts[] = {{"day", USECS_PER_DAY}, {"hour", USECS_PER_HOUR}, {"minute", USECS_PER_MINUTE}};
    uint64 left = length < 0 ? 0 - (uint64) length : (uint64) length;
    const char *between = length < 0 ? "-" : "";

    for (size_t i = 0; i < lengthof(parts); i++) {
        uint64 count = left / parts[i].length;

        left %= parts[i].length;
        if (count != 0) {
            appendStringInfo(out, "%s" UINT64_FORMAT " %s%s", between, count, parts[i].name,
                             count == 1 ? "" : "s");
            between = " ";
        }
    }
    if (left != 0 || *between != ' ') {
        appendStringInfoString(out, between);
        append_seconds(out, left);
    }
}

void
cm_append_window(StringInfo out, cm_window window)
{
    if (window.months > 0)
        appendStringInfo(out, "%d month%s%s", window.months, window.months == 1 ? "" : "s",
                         window.rest > 0 ? " " : "");
    if (window.months == 0 || window.rest > 0)
        cm_append_length(out, window.rest);
}
