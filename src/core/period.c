/* Calendar periods and local days; see period.h. */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datetime.h"

#include "core/check.h"
#include "core/compat.h"
#include "core/period.h"

static const char *const unit_names[] = {"day", "week", "month", "quarter", "year", "hour", "none"};
/* What else people write for them; in any letter case, as the names are. */
static const struct {
    const char *word;
    uint8 unit;
} unit_words[] = {
    {"day", CM_DAY},       {"days", CM_DAY},        {"daily", CM_DAY},        {"week", CM_WEEK},
    {"weeks", CM_WEEK},    {"weekly", CM_WEEK},     {"month", CM_MONTH},      {"months", CM_MONTH},
    {"monthly", CM_MONTH}, {"quarter", CM_QUARTER}, {"quarters", CM_QUARTER}, {"quarterly", CM_QUARTER},
    {"year", CM_YEAR},     {"years", CM_YEAR},      {"yearly", CM_YEAR},      {"annual", CM_YEAR},
    {"annually", CM_YEAR},
};
static const char *const day_names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
static const char *const month_names[] = {"january",   "february", "march",    "april",
                                          "may",       "june",     "july",     "august",
                                          "september", "october",  "november", "december"};

#define SATURDAY 6 /* 2000-01-01, where days and periods count from, was one (Monday is 1) */

void
cm_period_error(const char *word, bool hours)
{
    ereport(
        ERROR,
        (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("period \"%s\" is not known", cm_excerpt(word)),
         errhint("Use one of %s\"day\", \"week\", \"month\", \"quarter\", \"year\". Weeks start on Monday, "
                 "quarters and years in January; others are written \"week:sunday\", "
                 "\"quarter:february\", \"year:april\".",
                 hours ? "\"hour\", " : "")));
}

/* The place of a word among names, from 1; three letters of it are enough. 0: it is none of them. */
static int
find_name(const char *word, const char *const *names, int n)
{
    size_t length = strlen(word);

    for (int i = 0; i < n; i++)
        if (length >= 3 && length <= strlen(names[i]) && pg_strncasecmp(word, names[i], length) == 0 &&
            (length == 3 || length == strlen(names[i])))
            return i + 1;
    return 0;
}

bool
cm_calendar_from_cstring(const char *name, cm_calendar *calendar)
{
    const char *colon = strchr(name, ':');
    size_t length = colon == NULL ? strlen(name) : (size_t) (colon - name);
    size_t word = 0;
    int start = 1;

    while (word < lengthof(unit_words) && (strlen(unit_words[word].word) != length ||
                                           pg_strncasecmp(name, unit_words[word].word, length) != 0))
        word++;
    if (word == lengthof(unit_words))
        return false;

    uint8 unit = unit_words[word].unit;

    if (colon != NULL && unit == CM_WEEK)
        start = find_name(colon + 1, day_names, lengthof(day_names));
    else if (colon != NULL && (unit == CM_QUARTER || unit == CM_YEAR))
        start = find_name(colon + 1, month_names, lengthof(month_names));
    else if (colon != NULL)
        return false;
    if (start == 0)
        return false;
    if (unit == CM_QUARTER) /* those that begin in April also begin in January */
        start = (start - 1) % 3 + 1;
    *calendar = (cm_calendar){.unit = unit, .start = unit == CM_DAY || unit == CM_MONTH ? 0 : (uint8) start};
    return true;
}

cm_calendar
cm_calendar_from_text(const cm_word *word)
{
    char *name = text_to_cstring(word);
    cm_calendar calendar;

    if (!cm_calendar_from_cstring(name, &calendar))
        cm_period_error(name, false);
    pfree(name);
    return calendar;
}

cm_calendar
cm_calendar_of_word(const cm_word *word, cm_calendar before)
{
    const char *name = unit_names[before.unit];
    size_t length = VARSIZE_ANY_EXHDR(word);

    if (before.unit <= CM_YEAR && before.start <= 1 && strlen(name) == length &&
        memcmp(name, VARDATA_ANY(word), length) == 0)
        return before;
    return cm_calendar_from_text(word);
}

bool
cm_calendar_is_valid(cm_calendar calendar)
{
    static const uint8 most[] = {0, 7, 0, 3, 12};

    return calendar.unit <= CM_YEAR && calendar.start <= most[calendar.unit] &&
           (most[calendar.unit] == 0 || calendar.start > 0);
}

const char *
cm_calendar_name(cm_calendar calendar)
{
    const char *const *names = calendar.unit == CM_WEEK ? day_names : month_names;

    if (calendar.start > 1)
        return psprintf("%s:%s", unit_names[calendar.unit], names[calendar.start - 1]);
    return unit_names[calendar.unit];
}

static int32
floor_divide(int32 a, int32 b)
{
    return a / b - (a % b < 0);
}

/* Days from 2000-01-01 to the first day of week 0, which holds it. */
static int32
week_zero(cm_calendar calendar)
{
    return -((SATURDAY - calendar.start + 7) % 7);
}

static int32
check_hour(int64 hour)
{
    if (hour > CM_LAST_HOUR)
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("date out of range for hours"),
                        errdetail("Hours are counted up to the year %d.", CM_LAST_YEAR_OF_HOURS)));
    return (int32) hour;
}

int32
cm_period_of_timestamp(cm_calendar calendar, Timestamp at)
{
    if (calendar.unit == CM_HOUR)
        return check_hour(at / USECS_PER_HOUR - (at % USECS_PER_HOUR < 0));
    return cm_period_of(calendar, (DateADT) (at / USECS_PER_DAY - (at % USECS_PER_DAY < 0)));
}

int32
cm_period_of(cm_calendar calendar, DateADT day)
{
    int year, month, day_of_month;

    if (calendar.unit == CM_DAY || calendar.unit == CM_NO_PERIOD)
        return cm_day_number(calendar, day);
    if (calendar.unit == CM_HOUR)
        return check_hour((int64) day * HOURS_PER_DAY);
    if (calendar.unit == CM_WEEK)
        return floor_divide(day - week_zero(calendar), 7);

    j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);

    int32 months = (year - 2000) * 12 + month - 1;

    if (calendar.unit == CM_MONTH)
        return months;
    return floor_divide(months - (calendar.start - 1), calendar.unit == CM_QUARTER ? 3 : 12);
}

DateADT
cm_period_start(cm_calendar calendar, int32 period)
{
    if (calendar.unit == CM_DAY || calendar.unit == CM_NO_PERIOD)
        return cm_day_of_number(calendar, period);
    if (calendar.unit == CM_HOUR)
        return floor_divide(period, HOURS_PER_DAY);
    if (calendar.unit == CM_WEEK)
        return period * 7 + week_zero(calendar);

    int32 months = calendar.unit == CM_MONTH     ? period
                   : calendar.unit == CM_QUARTER ? period * 3 + calendar.start - 1
                                                 : period * 12 + calendar.start - 1;
    int32 year = floor_divide(months, 12);

    return date2j(2000 + year, months - year * 12 + 1, 1) - POSTGRES_EPOCH_JDATE;
}

DateADT
cm_check_date(DateADT day, const char *what)
{
    if (DATE_NOT_FINITE(day))
        ereport(ERROR,
                (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("%s must be finite", cm_quoted(what)),
                 errhint("Use NULL for what has no date yet.")));
    return day;
}
