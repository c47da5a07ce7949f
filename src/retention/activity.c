/* The activity state: reading, writing, adding rows, merging. Its accessors are in activity_read.c. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "retention/activity.h"
#include "retention/calendar.h"

const cm_state_class cm_activity_class = {
    .name = "activity_state",
    .min_size = offsetof(cm_activity, chunks),
    .max_size = MaxAllocSize,
    .magic = 0x4143,
    .version = 1,
};

cm_activity *
cm_activity_new(cm_calendar calendar, int64 chunks)
{
    cm_activity *activity =
        cm_state_new(&cm_activity_class, offsetof(cm_activity, chunks) + chunks * sizeof(cm_chunk));

    activity->calendar = calendar;
    activity->count = chunks;
    return activity;
}

static cm_activity *
from_chunks(cm_calendar calendar, const cm_chunks *set)
{
    cm_activity *activity = cm_activity_new(calendar, set->count);

    if (set->count > 0)
        memcpy(activity->chunks, set->chunks, set->count * sizeof(cm_chunk));
    return activity;
}

/* ---- text and binary form ---- */

/* "1:", the calendar, ":" and the periods, as calendar.h describes them. */
CM_INPUT_FUNCTION(cm_activity_in)
{
    cm_parser p = cm_parse_begin("activity_state", PG_GETARG_CSTRING(0));
    cm_chunks set = {0};

    cm_parse_version(&p, cm_activity_class.version);

    cm_calendar calendar = cm_parse_calendar(&p, true);

    cm_parse_periods(&p, calendar, &set);
    cm_parse_end(&p);
    PG_RETURN_POINTER(from_chunks(calendar, &set));
}

PG_FUNCTION_INFO_V1(cm_activity_out);
Datum
cm_activity_out(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:%s:", activity->head.version, cm_calendar_name(activity->calendar));
    cm_append_periods(&out, activity->calendar, activity->chunks, activity->count);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_activity_recv);
Datum
cm_activity_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_chunks set = {0};

    cm_receive_version(in, "activity_state", cm_activity_class.version);

    cm_calendar calendar = cm_receive_calendar(in, "activity_state", true);

    cm_receive_chunks(in, calendar, "activity_state", &set);
    PG_RETURN_POINTER(from_chunks(calendar, &set));
}

PG_FUNCTION_INFO_V1(cm_activity_send);
Datum
cm_activity_send(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, activity->head.version);
    cm_send_calendar(&out, activity->calendar);
    cm_send_chunks(&out, activity->chunks, activity->count);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"period": "month", "periods": ["2024-01", "2024-02"]}; the period of an empty activity of none is null. */
PG_FUNCTION_INFO_V1(cm_activity_json);
Datum
cm_activity_json(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoChar(&out, '{');
    cm_append_json_calendar(&out, activity->calendar);
    appendStringInfoString(&out, ", ");
    cm_append_json_periods(&out, activity->calendar, activity->chunks, activity->count, "activity_state");
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- aggregate steps ---- */

/* The activity with one more period: changed in place if its chunk is there, otherwise a larger copy. */
static cm_activity *
add_period(cm_activity *activity, int32 period)
{
    int32 word = cm_chunk_word(period);
    int64 at = cm_bitmap_find(activity->chunks, activity->count, word);

    if (at < activity->count && activity->chunks[at].word == word) {
        activity->chunks[at].bits |= cm_chunk_bit(period);
        return activity;
    }

    cm_activity *grown = cm_activity_new(activity->calendar, (int64) activity->count + 1);

    memcpy(grown->chunks, activity->chunks, at * sizeof(cm_chunk));
    grown->chunks[at] = (cm_chunk){cm_chunk_bit(period), word, 0};
    memcpy(&grown->chunks[at + 1], &activity->chunks[at], (activity->count - at) * sizeof(cm_chunk));
    return grown;
}

/* The period of a row: of a day as it is written, or of a moment in a zone. */
static int32
period_of_row(cm_calendar calendar, int64 at, const cm_word *zone)
{
    if (zone == NULL)
        return cm_period_of_local_row(calendar, cm_check_timestamp(at, "at"));
    if (cm_in_last_period(calendar, at, zone))
        return cm_last.period;
    return cm_period_of_other_row(calendar, at, zone, "activity_agg");
}

/* Transition over (at, period) and (at, period, zone). A row with a NULL is skipped. */
static Datum
accumulate(FunctionCallInfo fcinfo, bool zoned)
{
    for (int arg = 1; arg < PG_NARGS(); arg++)
        if (PG_ARGISNULL(arg)) {
            if (PG_ARGISNULL(0))
                PG_RETURN_NULL();
            PG_RETURN_DATUM(PG_GETARG_DATUM(0));
        }

    cm_calendar calendar = cm_calendar_of_row(PG_GETARG_OPTION(2), true);
    int32 period = period_of_row(calendar, PG_GETARG_INT64(1), zoned ? PG_GETARG_OPTION(3) : NULL);
    cm_activity *activity =
        PG_ARGISNULL(0) ? cm_activity_new(calendar, 0) : cm_state_own(fcinfo, 0, &cm_activity_class);

    (void) cm_calendar_agree(activity->calendar, calendar, "activity_state");
    if (activity->calendar.unit == CM_NO_PERIOD)
        activity = cm_activity_new(calendar, 0);
    PG_RETURN_POINTER(add_period(activity, period));
}

PG_FUNCTION_INFO_V1(cm_activity_accum);
Datum
cm_activity_accum(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, false);
}

PG_FUNCTION_INFO_V1(cm_activity_accum_zone);
Datum
cm_activity_accum_zone(PG_FUNCTION_ARGS)
{
    return accumulate(fcinfo, true);
}

/* Final function of the aggregates over rows: without a row an empty activity, of no kind of period. */
PG_FUNCTION_INFO_V1(cm_activity_final);
Datum
cm_activity_final(PG_FUNCTION_ARGS)
{
    if (PG_ARGISNULL(0))
        PG_RETURN_POINTER(cm_activity_new(CM_NO_CALENDAR, 0));
    PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* The union: combine function, and transition of rollup(activity). */
PG_FUNCTION_INFO_V1(cm_activity_combine);
Datum
cm_activity_combine(PG_FUNCTION_ARGS)
{
    const cm_activity *a = PG_GETARG_ACTIVITY(0);
    const cm_activity *b = PG_GETARG_ACTIVITY(1);

    cm_calendar calendar = cm_calendar_agree(a->calendar, b->calendar, "activity_state");
    int64 chunks = cm_bitmap_union(a->chunks, a->count, b->chunks, b->count, NULL);
    cm_activity *both = cm_activity_new(calendar, chunks);

    cm_bitmap_union(a->chunks, a->count, b->chunks, b->count, both->chunks);
    PG_RETURN_POINTER(both);
}
