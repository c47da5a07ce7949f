/* The activity state: reading, writing, adding rows, merging. Its accessors are in activity_read.c. */
#include "postgres.h"

#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "retention/activity.h"
#include "retention/calendar.h"

static const cm_state_class activity_class = {
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
        cm_state_new(&activity_class, offsetof(cm_activity, chunks) + chunks * sizeof(cm_chunk));

    activity->calendar = calendar;
    activity->count = chunks;
    return activity;
}

/* A dump must be able to write it. */
static const cm_activity *
checked(const cm_activity *activity)
{
    if (cm_text_may_be_long(activity, CM_TEXT_OF_CHUNK_BYTE))
        cm_state_check_text(&activity_class, cm_text_of_periods(activity->chunks, activity->count));
    return activity;
}

static const cm_activity *
from_chunks(cm_calendar calendar, int64 skipped, const cm_chunks *set)
{
    cm_activity *activity = cm_activity_new(calendar, set->count);

    activity->skipped = skipped;
    if (set->count > 0)
        memcpy(activity->chunks, set->chunks, set->count * sizeof(cm_chunk));
    return checked(activity);
}

static uint32
capacity_of(const cm_activity *activity)
{
    return (VARSIZE(activity) - offsetof(cm_activity, chunks)) / sizeof(cm_chunk);
}

const cm_activity *
cm_activity_read(Datum datum)
{
    const cm_activity *activity = cm_state_read(datum, &activity_class);
    const cm_chunk *chunks;
    cm_activity *canonical;

    if (unlikely(activity->count > capacity_of(activity)))
        cm_state_error(&activity->head, &activity_class);
    chunks = cm_chunks_in_order(activity->chunks, activity->count);
    if (chunks == activity->chunks && activity->count == capacity_of(activity))
        return activity;
    canonical = cm_activity_new(activity->calendar, activity->count);
    canonical->skipped = activity->skipped;
    memcpy(canonical->chunks, chunks, activity->count * sizeof(cm_chunk));
    return canonical;
}

/* ---- text and binary form ---- */

/* "1:", the calendar, ":" and the periods, as calendar.h describes them; "1:+3:" where three rows were skipped. */
CM_INPUT_FUNCTION(cm_activity_in)
{
    cm_parser p = cm_parse_begin("activity_state", PG_GETARG_CSTRING(0));
    cm_chunks set = {0};

    cm_parse_version(&p, activity_class.version);

    int64 skipped = cm_parse_skipped(&p);
    cm_calendar calendar = cm_parse_calendar(&p, true);

    cm_parse_periods(&p, calendar, &set);
    cm_parse_end(&p);
    PG_RETURN_POINTER(from_chunks(calendar, skipped, &set));
}

PG_FUNCTION_INFO_V1(cm_activity_out);
Datum
cm_activity_out(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfo(&out, "%d:", activity->head.version);
    cm_append_skipped(&out, activity->skipped);
    cm_append_calendar(&out, activity->calendar);
    appendStringInfoChar(&out, ':');
    cm_append_periods(&out, activity->calendar, activity->chunks, activity->count);
    PG_RETURN_CSTRING(out.data);
}

PG_FUNCTION_INFO_V1(cm_activity_recv);
Datum
cm_activity_recv(PG_FUNCTION_ARGS)
{
    StringInfo in = (StringInfo) PG_GETARG_POINTER(0);
    cm_chunks set = {0};
    int64 skipped;

    cm_receive_version(in, "activity_state", activity_class.version);
    skipped = cm_receive_skipped(in);

    cm_calendar calendar = cm_receive_calendar(in, "activity_state", true);

    cm_receive_chunks(in, calendar, "activity_state", &set);
    PG_RETURN_POINTER(from_chunks(calendar, skipped, &set));
}

PG_FUNCTION_INFO_V1(cm_activity_send);
Datum
cm_activity_send(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    StringInfoData out;

    pq_begintypsend(&out);
    pq_sendbyte(&out, activity->head.version);
    pq_sendint64(&out, activity->skipped);
    cm_send_calendar(&out, activity->calendar);
    cm_send_chunks(&out, activity->chunks, activity->count);
    PG_RETURN_BYTEA_P(pq_endtypsend(&out));
}

/* {"period": "month", "skipped_rows": 0, "periods": ["2024-01", "2024-02"]}; the period of an activity over no rows is null. */
PG_FUNCTION_INFO_V1(cm_activity_json);
Datum
cm_activity_json(PG_FUNCTION_ARGS)
{
    const cm_activity *activity = PG_GETARG_ACTIVITY(0);
    StringInfoData out;

    initStringInfo(&out);
    appendStringInfoChar(&out, '{');
    cm_append_json_calendar(&out, activity->calendar);
    appendStringInfo(&out, ", \"skipped_rows\": " INT64_FORMAT ", ", activity->skipped);
    cm_append_json_periods(&out, activity->calendar, activity->chunks, activity->count, "activity_state");
    appendStringInfoChar(&out, '}');
    PG_RETURN_TEXT_P(cstring_to_text_with_len(out.data, out.len));
}

/* ---- aggregate steps ---- */

/* A copy with about twice the room: the bytes are a power of two, which is what palloc hands out. */
static cm_activity *
grow(const cm_activity *activity)
{
    Size needed = offsetof(cm_activity, chunks) + ((Size) activity->count + 1) * sizeof(cm_chunk);
    Size size = 64;

    cm_state_check_size(&activity_class, needed);
    while (size < needed)
        size *= 2;
    size = Min(size, MaxAllocSize & ~(Size) 7);

    cm_activity *grown = cm_state_new(&activity_class, Max(size, needed));
    int32 length = grown->head.vl_len_;

    memcpy(grown, activity, needed - sizeof(cm_chunk));
    grown->head.vl_len_ = length;
    return grown;
}

/* The activity with the members of a chunk: changed in place, or a larger copy. */
static cm_activity *
add_chunk(cm_activity *activity, const cm_chunk *chunk)
{
    int64 at = cm_ladder_find(&cm_chunk_ladder, activity->chunks, activity->count, chunk->word);

    if (at >= 0) {
        activity->chunks[at].bits |= chunk->bits;
        return activity;
    }
    if (activity->count == capacity_of(activity))
        activity = grow(activity);
    cm_ladder_insert(&cm_chunk_ladder, activity->chunks, activity->count++, chunk);
    return activity;
}

/* Argument 0 of a step, which is NULL before the first row. */
static cm_activity *
own_activity(FunctionCallInfo fcinfo)
{
    return PG_ARGISNULL(0) ? cm_activity_new(CM_NO_CALENDAR, 0) : cm_state_own(fcinfo, 0, &activity_class);
}

/* A row with a NULL is skipped, and counted. */
static Datum
skip_row(FunctionCallInfo fcinfo)
{
    cm_activity *activity = own_activity(fcinfo);

    activity->skipped = cm_add_counts(activity->skipped, 1, "skipped rows");
    PG_RETURN_POINTER(activity);
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

/* Transition over (at, period) and (at, period, zone). */
static Datum
accumulate(FunctionCallInfo fcinfo, bool zoned)
{
    for (int arg = 1; arg < PG_NARGS(); arg++)
        if (PG_ARGISNULL(arg))
            return skip_row(fcinfo);

    cm_calendar calendar = cm_calendar_of_row(PG_GETARG_OPTION(2), true);
    int32 period = period_of_row(calendar, PG_GETARG_INT64(1), zoned ? PG_GETARG_OPTION(3) : NULL);
    cm_activity *activity = own_activity(fcinfo);
    cm_chunk chunk = {cm_chunk_bit(period), cm_chunk_word(period), 0};

    if (zoned)
        calendar = cm_calendar_in_last_zone(calendar);
    activity->calendar = cm_calendar_agree(activity->calendar, calendar, "activity_state");
    PG_RETURN_POINTER(add_chunk(activity, &chunk));
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
    PG_RETURN_POINTER(checked(PG_GETARG_ACTIVITY(0)));
}

/* ---- merging ---- */

#define FEW 8 /* times as many chunks in one activity: those of the other are added to them one by one */

static cm_activity *
union_of(const cm_activity *a, const cm_activity *b)
{
    int64 chunks = cm_bitmap_union(a->chunks, a->count, b->chunks, b->count, NULL);
    cm_activity *both = cm_activity_new(a->calendar, chunks);

    cm_bitmap_union(a->chunks, a->count, b->chunks, b->count, both->chunks);
    return both;
}

/* The union: combine function, and transition of rollup(activity). */
PG_FUNCTION_INFO_V1(cm_activity_combine);
Datum
cm_activity_combine(PG_FUNCTION_ARGS)
{
    cm_activity *a = cm_state_own(fcinfo, 0, &activity_class);
    const cm_activity *b = PG_GETARG_ACTIVITY(1);
    cm_calendar calendar = cm_calendar_agree(a->calendar, b->calendar, "activity_state");
    int64 skipped = cm_add_counts(a->skipped, b->skipped, "skipped rows");

    if (b->count <= a->count / FEW)
        for (uint32 i = 0; i < b->count; i++)
            a = add_chunk(a, &b->chunks[i]);
    else
        a = union_of(cm_activity_read(PointerGetDatum(a)), b);
    a->calendar = calendar;
    a->skipped = skipped;
    PG_RETURN_POINTER(a);
}

/* Final function of rollup. */
PG_FUNCTION_INFO_V1(cm_activity_rollup_final);
Datum
cm_activity_rollup_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(checked(PG_GETARG_ACTIVITY(0)));
}

/* skipped_rows(activity) */
PG_FUNCTION_INFO_V1(cm_activity_skipped_rows);
Datum
cm_activity_skipped_rows(PG_FUNCTION_ARGS)
{
    PG_RETURN_INT64(((const cm_activity *) cm_state_read(PG_GETARG_DATUM(0), &activity_class))->skipped);
}
