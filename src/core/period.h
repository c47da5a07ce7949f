/*
 * Calendar periods. A period is an integer: how many of its unit lie between it and the one of 2000-01-01, so that
 * neighbours differ by one and rows need no date_trunc. Nothing depends on the session.
 */
#ifndef CM_PERIOD_H
#define CM_PERIOD_H

#include "fmgr.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "core/option.h"

/*
 * Hours are a unit of activity only, and no word that cm_calendar_from_text knows. CM_NO_PERIOD is the unit of a value over
 * no rows, to which no row has named a period yet.
 */
typedef enum cm_unit { CM_DAY, CM_WEEK, CM_MONTH, CM_QUARTER, CM_YEAR, CM_HOUR, CM_NO_PERIOD } cm_unit;

typedef struct cm_calendar {
    uint8 unit; /* cm_unit */
    /*
     * What periods begin with: of weeks 1 Monday to 7 Sunday (ISO 8601), of quarters 1 to 3 (the first months of the
     * year in which one begins), of years 1 January to 12 December; 0 for the others, so that equal is equal bytes.
     */
    uint8 start;
    uint16 unused; /* zero */
    /*
     * Of days: the one that a time zone left out as it went over the date line, such as 2011-12-30 in Pacific/Apia. The days
     * before it and behind it are neighbours: cm_period_of counts the days that there were. 0: none (no zone left out
     * 2000-01-01, which is day 0, and none left out two days).
     */
    DateADT left_out;
} cm_calendar;

/*
 * The calendar that an argument names: "day", "week", "month", "quarter", "year", in any letter case, also as "weekly"
 * or "years"; "week:sunday", "quarter:february", "year:april" for those that start elsewhere.
 */
extern cm_calendar cm_calendar_from_text(const cm_word *word);
extern bool cm_calendar_from_cstring(const char *name,
                                     cm_calendar *calendar); /* false: there is none of this name */
/* The same for the word of a row, which mostly is the name of the calendar that the rows before had. */
extern cm_calendar cm_calendar_of_word(const cm_word *word, cm_calendar before);
/* The error for a word that names none; its hint says "hour" where hours are allowed. */
extern void cm_period_error(const char *word, bool hours) pg_attribute_noreturn();
extern bool cm_calendar_is_valid(cm_calendar calendar);    /* hours and CM_NO_PERIOD are not */
extern const char *cm_calendar_name(cm_calendar calendar); /* the canonical word; "none" of CM_NO_PERIOD */

static inline bool
cm_calendar_same(cm_calendar a, cm_calendar b)
{
    return a.unit == b.unit && a.start == b.start;
}

#define CM_NO_CALENDAR ((cm_calendar){.unit = CM_NO_PERIOD})
#define CM_HOURS ((cm_calendar){.unit = CM_HOUR})
#define CM_LAST_YEAR_OF_HOURS 246000
#define CM_LAST_HOUR 2138868863 /* its last one */

/* The number of a day among those that there were, and the day of such a number. */
static inline int32
cm_day_number(cm_calendar calendar, DateADT day)
{
    return day + (calendar.left_out != 0 && day <= calendar.left_out);
}

static inline DateADT
cm_day_of_number(cm_calendar calendar, int32 number)
{
    return number - (calendar.left_out != 0 && number <= calendar.left_out);
}

extern int32 cm_period_of(cm_calendar calendar, DateADT day);            /* of hours the first of the day */
extern int32 cm_period_of_timestamp(cm_calendar calendar, Timestamp at); /* finite */
extern DateADT cm_period_start(cm_calendar calendar, int32 period);      /* its first day */
static inline DateADT
cm_period_end(cm_calendar calendar, int32 period) /* the first day after it */
{
    return cm_period_start(calendar, period + 1);
}

extern DateADT cm_check_date(DateADT day, const char *what); /* infinity is an error */

#endif
