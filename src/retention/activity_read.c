/* What an activity says by itself, without a day as_of. */
#include "postgres.h"

#include "utils/builtins.h"

#include "core/check.h"
#include "core/row.h"
#include "retention/activity.h"
#include "retention/calendar.h"

/* activity_period(activity): the calendar's word */
PG_FUNCTION_INFO_V1(cm_activity_period);
Datum
cm_activity_period(PG_FUNCTION_ARGS)
{
    PG_RETURN_TEXT_P(cstring_to_text(cm_calendar_name(PG_GETARG_ACTIVITY(0)->calendar)));
}

/* first_active(activity): the first day of the first active period */
PG_FUNCTION_INFO_V1(cm_activity_first);
Datum
cm_activity_first(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    cm_bit_cursor cursor = cm_bitmap_begin(activity->chunks, activity->count);
    int32 period;

    if (!cm_bitmap_next(&cursor, &period))
        PG_RETURN_NULL();
    PG_RETURN_DATEADT(cm_period_start(cm_calendar_by_date(activity->calendar), period));
}

/* last_active(activity): the first day of the last active period */
PG_FUNCTION_INFO_V1(cm_activity_last);
Datum
cm_activity_last(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    const cm_chunk *last = &activity->chunks[activity->count - 1];

    if (activity->count == 0)
        PG_RETURN_NULL();
    PG_RETURN_DATEADT(cm_period_start(cm_calendar_by_date(activity->calendar),
                                      last->word * 64 + 63 - __builtin_clzll(last->bits)));
}

/* active_at(activity, at): whether the period of the day, or of hours the hour, is an active one */
PG_FUNCTION_INFO_V1(cm_activity_at);
Datum
cm_activity_at(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    int32 period = cm_period_of_timestamp(cm_calendar_by_date(activity->calendar),
                                          cm_check_timestamp(PG_GETARG_TIMESTAMP(1), "at"));
    int64 at = cm_bitmap_find(activity->chunks, activity->count, cm_chunk_word(period));

    PG_RETURN_BOOL(at < activity->count && activity->chunks[at].word == cm_chunk_word(period) &&
                   (activity->chunks[at].bits & cm_chunk_bit(period)) != 0);
}

/* active_periods(activity) */
PG_FUNCTION_INFO_V1(cm_activity_count);
Datum
cm_activity_count(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);

    PG_RETURN_INT64(cm_bitmap_count(activity->chunks, activity->count));
}

/* active_periods(activity, window_start, window_end): both are boundaries of periods, the end is excluded */
PG_FUNCTION_INFO_V1(cm_activity_count_within);
Datum
cm_activity_count_within(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    int32 from = CM_ARG_PERIOD_BEGINNING(1, cm_calendar_by_date(activity->calendar), "window_start");
    int32 to = CM_ARG_PERIOD_BEGINNING(2, cm_calendar_by_date(activity->calendar), "window_end");
    cm_bit_cursor cursor = cm_bitmap_begin(activity->chunks, activity->count);
    int64 count = 0;
    int32 period;

    cm_check_window(from, to, "window_start", "window_end");
    while (cm_bitmap_next(&cursor, &period) && period < to)
        count += period >= from;
    PG_RETURN_INT64(count);
}

/* activity_periods(activity) -> period_start, period_no, hour */
PG_FUNCTION_INFO_V1(cm_activity_periods);
Datum
cm_activity_periods(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    cm_bit_cursor cursor = cm_bitmap_begin(activity->chunks, activity->count);
    int64 first = PG_INT64_MAX;
    int32 period;

    cm_rows_begin(fcinfo);
    while (cm_bitmap_next(&cursor, &period)) {
        DateADT start = cm_period_start(cm_calendar_by_date(activity->calendar), period);
        int64 number = cm_day_number(activity->calendar, period);
        cm_row row = cm_row_empty();

        first = Min(first, number);
        cm_row_set(&row, 0, DateADTGetDatum(start));
        cm_row_set_int(&row, 1, number - first);
        if (activity->calendar.unit == CM_HOUR)
            cm_row_set(&row, 2, Int16GetDatum(period - cm_period_of(activity->calendar, start)));
        cm_rows_put(fcinfo, &row);
    }
    return (Datum) 0;
}
