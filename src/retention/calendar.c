/* Calendars of rows and states; see calendar.h. Sets of periods as text and bytes are in period_text.c. */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/memutils.h"

#include "retention/calendar.h"
#include "core/check.h"

const cm_ladder cm_chunk_ladder = {sizeof(cm_chunk), offsetof(cm_chunk, word)};

const cm_chunk *
cm_chunks_in_order(const cm_chunk *chunks, int64 n)
{
    if (cm_ladder_is_sorted(&cm_chunk_ladder, chunks, n))
        return chunks;

    Size size = n * sizeof(cm_chunk);
    cm_chunk *sorted = memcpy(MemoryContextAllocHuge(CurrentMemoryContext, size), chunks, size);

    cm_ladder_sort(&cm_chunk_ladder, sorted, n);
    return sorted;
}

cm_last_row cm_last = {.word_length = -1, .zone_length = -1};

cm_calendar
cm_calendar_of_other_row(const cm_word *word, bool hours)
{
    static const char *const names[] = {"hour", "hours", "hourly"};
    int length = VARSIZE_ANY_EXHDR(word);
    cm_calendar calendar = CM_NO_CALENDAR;

    for (int i = 0; i < (int) lengthof(names); i++)
        if (length == (int) strlen(names[i]) && pg_strncasecmp(VARDATA_ANY(word), names[i], length) == 0)
            calendar = CM_HOURS;
    if (calendar.unit == CM_NO_PERIOD && !cm_calendar_from_cstring(text_to_cstring(word), &calendar))
        cm_period_error(text_to_cstring(word), hours);

    if (length <= (int) sizeof(cm_last.word)) {
        memcpy(cm_last.word, VARDATA_ANY(word), length);
        cm_last.word_length = length;
        cm_last.calendar = calendar;
    }
    return calendar;
}

void
cm_calendar_error(cm_calendar state, cm_calendar other, const char *type)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("period \"%s\" does not agree with \"%s\"", cm_calendar_name(other),
                           cm_calendar_name(state)),
                    errdetail("All rows and parts of one value of type %s share one period.", type),
                    errhint("Keep values of different periods apart, for example with GROUP BY.")));
}

void
cm_calendar_check_days(cm_calendar calendar, const char *what)
{
    if (calendar.unit != CM_DAY && calendar.unit != CM_NO_PERIOD)
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("%s needs the period \"day\", not \"%s\"", cm_quoted(what), cm_calendar_name(calendar)),
             errhint("Collect the rows with the period \"day\": it keeps every day of activity.")));
}

int32
cm_period_beginning(cm_calendar calendar, Timestamp at, const char *what)
{
    static const cm_calendar days = {.unit = CM_DAY};
    DateADT day = cm_day_of(at, what);
    int32 period = cm_period_of(calendar, day);
    StringInfoData text;

    if (calendar.unit == CM_HOUR && at % USECS_PER_HOUR == 0)
        return cm_period_of_timestamp(calendar, at);
    if (calendar.unit == CM_HOUR)
        ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                        errmsg("%s is not the beginning of an hour", cm_quoted(what)),
                        errhint("Use the whole hour, as in date_trunc('hour', %s).", what)));
    if (calendar.unit == CM_DAY || cm_period_start(calendar, period) == day)
        return period;
    initStringInfo(&text);
    cm_append_period(&text, days, day);
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("%s is not the first day of a period of \"%s\": %s", cm_quoted(what),
                           cm_calendar_name(calendar), text.data),
                    errhint("Use the first day of a period, or collect the rows with the period \"day\".")));
}

/* Months, quarters and years of days come from a table of those seen last: taking a date apart costs more. */
#define KNOWN_DAYS 4096

int32
cm_period_of_day(cm_calendar calendar, DateADT day)
{
    static struct {
        int64 key; /* day and calendar; 0, which is never asked for, while empty */
        int32 period;
    } known[KNOWN_DAYS];

    if (calendar.unit == CM_DAY || calendar.unit == CM_WEEK)
        return cm_period_of(calendar, day);

    int64 key = ((int64) day * 16 + calendar.start) * 8 + calendar.unit;
    int place = day & (KNOWN_DAYS - 1);

    if (unlikely(known[place].key != key)) {
        known[place].period = cm_period_of(calendar, day);
        known[place].key = key;
    }
    return known[place].period;
}

int32
cm_period_of_local_row(cm_calendar calendar, Timestamp at)
{
    if (unlikely(calendar.unit == CM_HOUR))
        return cm_period_of_timestamp(calendar, at);
    return cm_period_of_day(calendar, cm_day_of(at, "at"));
}

int32
cm_period_of_other_row(cm_calendar calendar, cm_moment at, const cm_word *zone, const char *local_form)
{
    pg_tz *tz = cm_zone_from_text(zone);
    TimestampTz moment = cm_instant(at, "at", local_form);
    int length = VARSIZE_ANY_EXHDR(zone);
    TimestampTz from, until;

    if (calendar.unit == CM_HOUR)
        return cm_period_of_timestamp(calendar, cm_local_time(moment, tz));

    int32 period = cm_period_of_day(calendar, cm_local_day_around(moment, tz, &from, &until));

    memcpy(cm_last.zone, VARDATA_ANY(zone), length);
    cm_last.zone_length = length;
    cm_last.period_calendar = calendar;
    cm_last.left_out = cm_zone_left_out(tz);
    cm_last.period = period;
    cm_last.from = from;
    cm_last.until = until;
    return period;
}

void
cm_row_infinity_error(FunctionCallInfo fcinfo, cm_key_type type, const char *what)
{
    cm_key key = cm_key_from_arg(fcinfo, 1, type);

    cm_moment_error(psprintf("%s: \"%s\"", cm_customer_name(&key), what));
}

void
cm_check_window(int32 start, int32 end, const char *what_start, const char *what_end)
{
    if (start >= end)
        ereport(
            ERROR,
            (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
             errmsg("%s must be later than %s", cm_quoted(what_end), cm_quoted(what_start)),
             errdetail("A window holds the day that it starts with, but not the one that it ends with.")));
}
