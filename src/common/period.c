/* Calendar periods and local days; see period.h. */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

#include "common/compat.h"
#include "common/period.h"

static const char *const unit_names[] = {"day", "week", "month", "quarter", "year"};
static const char *const day_names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};

#define SATURDAY 6 /* 2000-01-01, where days and periods count from, was one (Monday is 1) */

static void
refuse_calendar(const char *word)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("period \"%s\" is not known", word),
                    errhint("Use one of \"day\", \"week\", \"month\", \"quarter\", \"year\"; weeks start on "
                            "Monday, others are written \"week:sunday\".")));
}

cm_calendar
cm_calendar_from_text(text *word)
{
    char *name = text_to_cstring(word);
    char *colon = strchr(name, ':');
    cm_calendar calendar = {0, 0};

    if (colon != NULL)
        *colon = '\0';
    while (calendar.unit < lengthof(unit_names) && strcmp(name, unit_names[calendar.unit]) != 0)
        calendar.unit++;
    if (calendar.unit == CM_WEEK)
        calendar.week_start = 1;
    if (colon != NULL) {
        while (calendar.week_start <= lengthof(day_names) && calendar.week_start > 0 &&
               strcmp(colon + 1, day_names[calendar.week_start - 1]) != 0)
            calendar.week_start++;
        *colon = ':';
    }
    if (calendar.unit == lengthof(unit_names) || calendar.week_start > lengthof(day_names) ||
        (colon != NULL && calendar.unit != CM_WEEK))
        refuse_calendar(name);
    return calendar;
}

const char *
cm_calendar_name(cm_calendar calendar)
{
    if (calendar.week_start > 1)
        return psprintf("week:%s", day_names[calendar.week_start - 1]);
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
    return -((SATURDAY - calendar.week_start + 7) % 7);
}

int32
cm_period_of(cm_calendar calendar, DateADT day)
{
    int year, month, day_of_month;

    if (calendar.unit == CM_DAY)
        return day;
    if (calendar.unit == CM_WEEK)
        return floor_divide(day - week_zero(calendar), 7);

    j2date(day + POSTGRES_EPOCH_JDATE, &year, &month, &day_of_month);
    if (calendar.unit == CM_MONTH)
        return (year - 2000) * 12 + month - 1;
    if (calendar.unit == CM_QUARTER)
        return (year - 2000) * 4 + (month - 1) / 3;
    return year - 2000;
}

DateADT
cm_period_start(cm_calendar calendar, int32 period)
{
    int months = calendar.unit == CM_MONTH ? 1 : calendar.unit == CM_QUARTER ? 3 : 12;
    int per_year = 12 / months;

    if (calendar.unit == CM_DAY)
        return period;
    if (calendar.unit == CM_WEEK)
        return period * 7 + week_zero(calendar);

    int32 year = floor_divide(period, per_year);

    return date2j(2000 + year, (period - year * per_year) * months + 1, 1) - POSTGRES_EPOCH_JDATE;
}

DateADT
cm_check_date(DateADT day, const char *what)
{
    if (DATE_NOT_FINITE(day))
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("%s must be finite", what),
                        errhint("Use NULL for what has no date yet.")));
    return day;
}

TimestampTz
cm_check_timestamp(TimestampTz at, const char *what)
{
    if (TIMESTAMP_NOT_FINITE(at))
        ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("%s must be finite", what),
                        errhint("Use NULL for what has not happened yet.")));
    return at;
}

/* ---- zones ---- */

/*
 * What is known of the zones used last: rows may name a zone each. A direct-mapped table over days of UTC holds the
 * offset where it is the same all that day, which is all but about two days a year.
 */
#define ZONE_DAYS 8192
#define ZONES 8

typedef struct zone_day {
    int32 day;    /* days of UTC since 2000-01-01 */
    int32 offset; /* seconds east of UTC, or CHANGES */
} zone_day;

#define CHANGES PG_INT32_MIN
#define NO_DAY PG_INT32_MIN

typedef struct known_zone {
    pg_tz *zone; /* NULL: not in use */
    int length;
    char name[TZ_STRLEN_MAX + 1];
    zone_day days[ZONE_DAYS];
} known_zone;

static known_zone *zones[ZONES]; /* the first is the one used last */

/* Makes the zone at this place the first one. */
static known_zone *
use_zone(int place)
{
    known_zone *zone = zones[place];

    memmove(&zones[1], &zones[0], place * sizeof(zones[0]));
    zones[0] = zone;
    return zone;
}

/* The last place, which is free or of the zone not used for longest. */
static known_zone *
replace_zone(void)
{
    if (zones[ZONES - 1] == NULL)
        zones[ZONES - 1] = MemoryContextAlloc(TopMemoryContext, sizeof(known_zone));
    zones[ZONES - 1]->zone = NULL;
    return use_zone(ZONES - 1);
}

static inline bool
is_zone(const known_zone *known, const text *name)
{
    return known != NULL && known->zone != NULL && known->length == (int) VARSIZE_ANY_EXHDR(name) &&
           cm_same_bytes(known->name, VARDATA_ANY(name), known->length);
}

pg_tz *
cm_zone_from_text(text *name)
{
    for (int place = 0; place < ZONES; place++)
        if (is_zone(zones[place], name))
            return place == 0 ? zones[0]->zone : use_zone(place)->zone;

    char *given = text_to_cstring(name);
    int length = strlen(given);
    pg_tz *zone = length > 0 && length <= TZ_STRLEN_MAX ? pg_tzset(given) : NULL;

    if (zone == NULL || !pg_tz_acceptable(zone))
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("time zone \"%s\" is not known", given),
                 errhint("Use a name of pg_timezone_names, such as \"Asia/Shanghai\" or \"UTC\".")));

    known_zone *known = replace_zone();

    strlcpy(known->name, given, sizeof(known->name));
    known->length = length;
    for (int i = 0; i < ZONE_DAYS; i++)
        known->days[i].day = NO_DAY;
    known->zone = zone;
    return zone;
}

/* The offset at a moment, and until when (in Unix time) it holds. */
static int32
offset_at(pg_time_t moment, pg_tz *zone, pg_time_t *until)
{
    long before, after;
    int before_is_dst, after_is_dst;
    int next = pg_next_dst_boundary(&moment, &before, &before_is_dst, until, &after, &after_is_dst, zone);

    if (next <= 0) /* no change ever after */
        *until = PG_INT64_MAX;
    return (int32) before;
}

static pg_time_t
unix_time(int64 seconds_since_2000)
{
    return seconds_since_2000 + (int64) (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
}

static int64
floor_divide_int64(int64 a, int64 b)
{
    return a / b - (a % b < 0);
}

/* The offset at a moment of a day of UTC, and what the table says from now on of that day. */
static int32
find_offset(TimestampTz at, int32 day, pg_tz *zone, zone_day *known)
{
    pg_time_t midnight = unix_time((int64) day * SECS_PER_DAY);
    pg_time_t until;
    int32 offset = offset_at(midnight, zone, &until);
    bool changes = until < midnight + SECS_PER_DAY;

    *known = (zone_day){day, changes ? CHANGES : offset};
    return changes ? offset_at(unix_time(floor_divide_int64(at, USECS_PER_SEC)), zone, &until) : offset;
}

DateADT
cm_local_day_around(TimestampTz at, pg_tz *zone, TimestampTz *from, TimestampTz *until)
{
    int32 day = (int32) floor_divide_int64(at, USECS_PER_DAY);
    zone_day unknown = {NO_DAY, 0}; /* of a zone that is not among those used last */
    zone_day *known = &unknown;
    int32 offset;

    if (likely(zones[0] != NULL && zones[0]->zone == zone))
        known = &zones[0]->days[(uint32) day % ZONE_DAYS];
    if (likely(known->day == day && known->offset != CHANGES))
        offset = known->offset;
    else
        offset = find_offset(at, day, zone, known);

    /* Offsets are less than a day: the local day is this one or a neighbour. */
    int64 local = at - (int64) day * USECS_PER_DAY + (int64) offset * USECS_PER_SEC;
    int past = (local >= USECS_PER_DAY) - (local < 0);

    if (known->offset == CHANGES) {
        *from = at;
        *until = at + 1;
    } else { /* what the day of UTC and the local day have in common */
        int64 utc_begins = (int64) day * USECS_PER_DAY;
        int64 local_begins = utc_begins + past * USECS_PER_DAY - (int64) offset * USECS_PER_SEC;

        *from = Max(utc_begins, local_begins);
        *until = Min(utc_begins, local_begins) + USECS_PER_DAY;
    }
    return day + past;
}

DateADT
cm_local_day(TimestampTz at, pg_tz *zone)
{
    TimestampTz from, until;

    return cm_local_day_around(at, zone, &from, &until);
}

TimestampTz
cm_day_begins(DateADT day, pg_tz *zone)
{
    /* The day begins where local days change; offsets are below a day and a half, zones jump at most a day. */
    int64 low = ((int64) day - 2) * SECS_PER_DAY;  /* surely before */
    int64 high = ((int64) day + 2) * SECS_PER_DAY; /* surely after */

    while (high - low > 1) {
        int64 middle = low + (high - low) / 2;

        if (cm_local_day(middle * USECS_PER_SEC, zone) < day)
            low = middle;
        else
            high = middle;
    }
    return high * USECS_PER_SEC;
}
