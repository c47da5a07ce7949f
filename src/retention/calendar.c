/* Calendars of rows and states; see calendar.h. Sets of periods as text and bytes are in period_text.c. */
#include "postgres.h"

#include "utils/builtins.h"

#include "retention/calendar.h"

#define LONGEST_WORD 14 /* "week:wednesday" */

cm_calendar
cm_calendar_of_row(text *word)
{
    static char last_word[LONGEST_WORD];
    static int last_length = -1;
    static cm_calendar last;
    int length = VARSIZE_ANY_EXHDR(word);

    if (likely(length == last_length && cm_same_bytes(VARDATA_ANY(word), last_word, length)))
        return last;

    cm_calendar calendar = cm_calendar_from_text(word); /* an error for unknown words */

    if (length <= LONGEST_WORD) {
        memcpy(last_word, VARDATA_ANY(word), length);
        last_length = length;
        last = calendar;
    }
    return calendar;
}

void
cm_calendar_check_same(cm_calendar state, cm_calendar other, const char *type)
{
    if (unlikely(!cm_calendar_same(state, other)))
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("period \"%s\" does not agree with \"%s\"", cm_calendar_name(other),
                               cm_calendar_name(state)),
                        errdetail("All rows and parts of one value of type %s share one period.", type),
                        errhint("Keep values of different periods apart, for example with GROUP BY.")));
}

void
cm_calendar_check_days(cm_calendar calendar, const char *what)
{
    if (calendar.unit != CM_DAY)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("%s needs the period \"day\", not \"%s\"", what, cm_calendar_name(calendar)),
                 errhint("Collect the rows with the period \"day\": it keeps every day of activity.")));
}

int32
cm_period_beginning(cm_calendar calendar, DateADT day, const char *what)
{
    static const cm_calendar days = {CM_DAY, 0};
    int32 period = cm_period_of(calendar, cm_check_date(day, what));
    StringInfoData text;

    if (cm_period_start(calendar, period) == day)
        return period;
    initStringInfo(&text);
    cm_append_period(&text, days, day);
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s is not the first day of a period of \"%s\": %s", what,
                           cm_calendar_name(calendar), text.data),
                    errhint("Use the first day of a period, or collect the rows with the period \"day\".")));
}

/* Months, quarters and years of days come from a table of those seen last: taking a date apart costs more. */
#define KNOWN_DAYS 4096

static int32
period_of_day(cm_calendar calendar, DateADT day)
{
    static struct {
        int64 key; /* day and unit; 0, which is never asked for, while empty */
        int32 period;
    } known[KNOWN_DAYS];

    if (calendar.unit == CM_DAY || calendar.unit == CM_WEEK)
        return cm_period_of(calendar, day);

    int64 key = (int64) day * 8 + calendar.unit;
    int place = day & (KNOWN_DAYS - 1);

    if (unlikely(known[place].key != key)) {
        known[place].period = cm_period_of(calendar, day);
        known[place].key = key;
    }
    return known[place].period;
}

int32
cm_period_of_row(cm_calendar calendar, Datum at, text *zone)
{
    if (zone == NULL)
        return period_of_day(calendar, cm_check_date(DatumGetDateADT(at), "the day of an activity"));
    return period_of_day(calendar,
                         cm_local_day(cm_check_timestamp(DatumGetTimestampTz(at), "the time of an activity"),
                                      cm_zone_from_text(zone)));
}

void
cm_check_window(int32 start, int32 end)
{
    if (start >= end)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("window_end must be later than window_start"),
                        errdetail("A window holds its first day, but not its end.")));
}
