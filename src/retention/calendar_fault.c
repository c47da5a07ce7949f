/* The range of periods, and what is wrong with calendars and sets of periods that come from outside; see calendar.h. */
#include "postgres.h"

#include "port/pg_bitutils.h"

#include "retention/calendar.h"

void
cm_period_range(cm_calendar calendar, int32 *first, int32 *last)
{
    *first = cm_period_of(calendar, DATETIME_MIN_JULIAN - POSTGRES_EPOCH_JDATE);
    *last = calendar.unit == CM_HOUR ? CM_LAST_HOUR
                                     : cm_period_of(calendar, DATE_END_JULIAN - POSTGRES_EPOCH_JDATE - 1);
}

const char *
cm_calendar_fault(cm_calendar calendar, bool hours)
{
    if (calendar.unused != 0 ||
        (calendar.left_out != 0 && (calendar.unit != CM_DAY || !IS_VALID_DATE(calendar.left_out))))
        return "There is no such day to leave out";
    if (!cm_calendar_is_valid(calendar) && !cm_calendar_same(calendar, CM_NO_CALENDAR) &&
        !(hours && cm_calendar_same(calendar, CM_HOURS)))
        return "There is no such period";
    return NULL;
}

cm_chunk_check
cm_chunk_check_begin(cm_calendar calendar)
{
    cm_chunk_check check = {.calendar = calendar, .after = PG_INT64_MIN};

    if (calendar.unit != CM_NO_PERIOD)
        cm_period_range(cm_calendar_by_date(calendar), &check.first, &check.last);
    return check;
}

const char *
cm_chunk_fault(cm_chunk_check *check, const cm_chunk *chunk)
{
    if (check->calendar.unit == CM_NO_PERIOD)
        return "A value without a kind of period has no periods";
    if (chunk->word <= check->after || chunk->bits == 0)
        return "Periods must be in ascending order";
    if ((int64) chunk->word * 64 + pg_rightmost_one_pos64(chunk->bits) < check->first ||
        (int64) chunk->word * 64 + pg_leftmost_one_pos64(chunk->bits) > check->last)
        return "A period is out of range";
    if (check->calendar.left_out != 0 && chunk->word == cm_chunk_word(check->calendar.left_out) &&
        (chunk->bits & cm_chunk_bit(check->calendar.left_out)) != 0)
        return "There is activity on the day that is left out";
    check->after = chunk->word;
    return NULL;
}
