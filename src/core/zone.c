/* Time zones by name and local days; see zone.h. */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/zone.h"

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
    DateADT left_out; /* see zone.h */
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
is_zone(const known_zone *known, const cm_word *name)
{
    return known != NULL && known->zone != NULL && known->length == (int) VARSIZE_ANY_EXHDR(name) &&
           cm_same_bytes(known->name, VARDATA_ANY(name), known->length);
}

/*
 * Whether pg_timezone_names has the name, letter case apart. PostgreSQL itself also takes POSIX specifications, in which
 * UTC+8 is eight hours west of Greenwich; all of them have a digit or a comma, so that only such names must be looked for.
 */
static bool
is_listed(const char *name)
{
    pg_tzenum *names;
    pg_tz *zone;
    bool found = false;

    if (pg_strcasecmp(name, "localtime") == 0 || pg_strcasecmp(name, "posixrules") == 0 ||
        pg_strcasecmp(name, "Factory") == 0)
        return false;
    if (strpbrk(name, "0123456789,<") == NULL)
        return true;
    names = pg_tzenumerate_start();
    while (!found && (zone = pg_tzenumerate_next(names)) != NULL)
        found = pg_strcasecmp(pg_get_timezone_name(zone), name) == 0;
    pg_tzenumerate_end(names);
    return found;
}

/* "Etc/GMT-8" for what its writer means by UTC+8, GMT+08:00, +8 or 8: the sign of these names is turned round too. NULL for others. */
static const char *
meant_by(const char *name)
{
    const char *at = name;
    int sign = 1, hours = 0, digits = 0;

    if (pg_strncasecmp(at, "UTC", 3) == 0 || pg_strncasecmp(at, "GMT", 3) == 0)
        at += 3;
    if (*at == '+' || *at == '-')
        sign = *at++ == '-' ? -1 : 1;
    for (; *at >= '0' && *at <= '9' && digits < 2; at++, digits++)
        hours = hours * 10 + (*at - '0');
    if (digits == 0 || hours > 14 || (*at != '\0' && strcmp(at, ":00") != 0 && strcmp(at, "00") != 0))
        return NULL;
    return hours == 0 ? "UTC" : psprintf("Etc/GMT%c%d", sign > 0 ? '-' : '+', hours);
}

static void zone_error(const char *given) pg_attribute_noreturn();

static void
zone_error(const char *given)
{
    const char *meant = meant_by(given);

    if (meant != NULL)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("time zone \"%s\" is not known", cm_excerpt(given)),
                 errhint("Use the name of a city's zone, such as \"Asia/Shanghai\", or \"%s\", which is what "
                         "pg_timezone_names calls this offset.",
                         meant)));
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("time zone \"%s\" is not known", cm_excerpt(given)),
                    errhint("Use a name of pg_timezone_names, such as \"Asia/Shanghai\" or \"UTC\".")));
}

static int64
floor_divide_int64(int64 a, int64 b)
{
    return a / b - (a % b < 0);
}

#define FIRST_YEAR 1800 /* zones are older, the date line and clocks that were set by it are not */
#define LAST_YEAR 2100  /* no change is known beyond it but those of summer and winter */

static int64
seconds_of_year(int year)
{
    return (int64) (date2j(year, 1, 1) - UNIX_EPOCH_JDATE) * SECS_PER_DAY;
}

/* The day that begins and ends while the clocks are put forward. */
static DateADT
find_left_out(pg_tz *zone)
{
    pg_time_t moment = seconds_of_year(FIRST_YEAR), until;
    long before, after;
    int before_is_dst, after_is_dst;

    while (pg_next_dst_boundary(&moment, &before, &before_is_dst, &until, &after, &after_is_dst, zone) > 0 &&
           until < seconds_of_year(LAST_YEAR)) {
        int64 day = floor_divide_int64(until + before + SECS_PER_DAY - 1, SECS_PER_DAY);

        if ((day + 1) * SECS_PER_DAY <= until + after)
            return (DateADT) (day - (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE));
        moment = until;
    }
    return 0;
}

DateADT
cm_zone_left_out(pg_tz *zone)
{
    return likely(zones[0] != NULL && zones[0]->zone == zone) ? zones[0]->left_out : find_left_out(zone);
}

pg_tz *
cm_zone_from_text(const cm_word *name)
{
    for (int place = 0; place < ZONES; place++)
        if (is_zone(zones[place], name))
            return place == 0 ? zones[0]->zone : use_zone(place)->zone;

    char *given = text_to_cstring(name);
    int length = strlen(given);
    pg_tz *zone = length > 0 && length <= TZ_STRLEN_MAX ? pg_tzset(given) : NULL;

    if (zone == NULL || !pg_tz_acceptable(zone) || !is_listed(given))
        zone_error(given);

    known_zone *known = replace_zone();

    strlcpy(known->name, given, sizeof(known->name));
    known->length = length;
    for (int i = 0; i < ZONE_DAYS; i++)
        known->days[i].day = NO_DAY;
    known->left_out = find_left_out(zone);
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

static void out_of_range(void) pg_attribute_noreturn();

static void
out_of_range(void)
{
    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE), errmsg("timestamp out of range")));
}

Timestamp
cm_local_time(TimestampTz at, pg_tz *zone)
{
    struct pg_tm parts;
    fsec_t fraction;
    int offset;
    Timestamp local;

    if (timestamp2tm(at, &offset, &parts, &fraction, NULL, zone) != 0 ||
        tm2timestamp(&parts, fraction, NULL, &local) != 0)
        out_of_range();
    return local;
}

/*
 * The instant at which the clock of a zone shows a time. timestamp_zone() is not asked: it takes a name first for an
 * abbreviation, and the setting timezone_abbreviations says what EST is.
 */
TimestampTz
cm_instant_in_zone(Timestamp local, pg_tz *zone)
{
    struct pg_tm parts;
    fsec_t fraction;
    TimestampTz instant;

    if (timestamp2tm(local, NULL, &parts, &fraction, NULL, NULL) == 0) {
        int offset = DetermineTimeZoneOffset(&parts, zone);

        if (tm2timestamp(&parts, fraction, &offset, &instant) == 0 && IS_VALID_TIMESTAMP(instant))
            return instant;
    }
    out_of_range();
}
