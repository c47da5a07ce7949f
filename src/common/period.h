/*
 * Calendar periods. A period is an integer: how many of its unit lie between it and the one of 2000-01-01, so that
 * neighbours differ by one and rows need no date_trunc. Days come from dates, or from timestamps in a named zone:
 * nothing depends on the session.
 */
#ifndef CM_PERIOD_H
#define CM_PERIOD_H

#include "fmgr.h"
#include "pgtime.h"
#include "utils/date.h"
#include "utils/timestamp.h"

typedef enum cm_unit { CM_DAY, CM_WEEK, CM_MONTH, CM_QUARTER, CM_YEAR } cm_unit;

typedef struct cm_calendar {
    uint8 unit; /* cm_unit */
    uint8
        week_start; /* of weeks: 1 Monday to 7 Sunday (ISO 8601); 0 for other units, so that equal is equal bytes */
} cm_calendar;

/*
 * The calendar that an argument names: 'day', 'week', 'month', 'quarter', 'year'. Weeks start on Monday unless
 * the word says otherwise: 'week:sunday'. Cached by the caller if it matters; this is a few comparisons.
 */
extern cm_calendar cm_calendar_from_text(text *word);
extern const char *cm_calendar_name(cm_calendar calendar); /* the word again */

extern int32 cm_period_of(cm_calendar calendar, DateADT day);
extern DateADT cm_period_start(cm_calendar calendar, int32 period); /* its first day */
static inline DateADT
cm_period_end(cm_calendar calendar, int32 period) /* the first day after it */
{
    return cm_period_start(calendar, period + 1);
}

extern DateADT cm_check_date(DateADT day, const char *what); /* infinity is an error */
extern TimestampTz cm_check_timestamp(TimestampTz at, const char *what);

/* Whether two short texts are equal: a few instructions instead of a call, for arguments that come with every row. */
static inline bool
cm_same_bytes(const char *a, const char *b, int length)
{
    uint64 x, y;
    int i = 0;

    for (; i + 8 <= length; i += 8) {
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        if (x != y)
            return false;
    }
    for (; i < length; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

/* A zone by name, as in pg_timezone_names; unknown names are errors. Remembers the last one asked for. */
extern pg_tz *cm_zone_from_text(text *name);
/* The calendar day of a moment in a zone. A table of days makes it a few instructions. */
extern DateADT cm_local_day(TimestampTz at, pg_tz *zone);
/* The same, and moments from one on and up to another that are surely of that day. */
extern DateADT cm_local_day_around(TimestampTz at, pg_tz *zone, TimestampTz *from, TimestampTz *until);
/* The moment at which a day begins in a zone (the first one, where clocks change at midnight). */
extern TimestampTz cm_day_begins(DateADT day, pg_tz *zone);

#endif
