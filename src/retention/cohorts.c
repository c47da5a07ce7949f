/* The cohorts state: adding rows and activities, merging. What reports read is in cohorts_read.c, text and binary form in cohorts_text.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/map_join.h"
#include "core/collation.h"
#include "retention/activity.h"
#include "retention/cohorts.h"

#define EARLIER offsetof(cm_cohorts_entry, earlier)

/* Adds a chunk to those before the latest, of which none has its word. */
static void
put_earlier(cm_map_edit *edit, uint32 entry, const cm_chunk *chunk)
{
    const cm_list *list;

    (void) cm_list_push(edit, entry, EARLIER, sizeof(cm_chunk)); /* may move all */
    list = &((cm_cohorts_entry *) cm_map_payload(edit->map, entry))->earlier;
    cm_ladder_insert(&cm_chunk_ladder, cm_list_data(edit->map, list), list->used - 1, chunk);
}

static void
add_earlier(cm_map_edit *edit, uint32 entry, const cm_chunk *chunk)
{
    const cm_list *list = &((cm_cohorts_entry *) cm_map_payload(edit->map, entry))->earlier;
    cm_chunk *chunks = cm_list_data(edit->map, list);
    int64 at = cm_ladder_find(&cm_chunk_ladder, chunks, list->used, chunk->word);

    if (at >= 0)
        chunks[at].bits |= chunk->bits;
    else
        put_earlier(edit, entry, chunk);
}

void
cm_cohorts_add_chunk(cm_map_edit *edit, uint32 entry, const cm_chunk *chunk)
{
    cm_cohorts_entry *customer = cm_map_payload(edit->map, entry);

    if (customer->bits != 0 && chunk->word < customer->word) {
        add_earlier(edit, entry, chunk);
        return;
    }
    if (customer->bits != 0 && chunk->word > customer->word) {
        put_earlier(edit, entry, &(cm_chunk){customer->bits, customer->word, 0});
        customer = cm_map_payload(edit->map, entry);
        customer->bits = 0;
    }
    customer->bits |= chunk->bits;
    customer->word = chunk->word;
}

static inline void
add_row(cm_map_edit *edit, uint32 entry, const void *value)
{
    int32 period = ((const cm_cohorts_row *) value)->period;
    int32 word = cm_chunk_word(period);
    cm_cohorts_entry *customer = cm_map_payload(edit->map, entry);

    if (likely(customer->word == word && customer->bits != 0))
        customer->bits |= cm_chunk_bit(period);
    else
        cm_cohorts_add_chunk(edit, entry, &(cm_chunk){cm_chunk_bit(period), word, 0});
}

static void
merge_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload)
{
    const cm_cohorts_entry *other = payload;
    const cm_chunk *collected = cm_list_data(from, &other->earlier);
    const cm_chunk *earlier = cm_chunks_in_order(collected, other->earlier.used);
    cm_chunk latest = {other->bits, other->word, 0};

    if (((cm_cohorts_entry *) cm_map_payload(edit->map, entry))->bits == 0 && other->earlier.used > 0)
        cm_list_reserve(edit, entry, EARLIER, sizeof(cm_chunk), other->earlier.used);
    for (uint32 i = 0; i < other->earlier.used; i++)
        cm_cohorts_add_chunk(edit, entry, &earlier[i]);
    cm_cohorts_add_chunk(edit, entry, &latest);
    if (earlier != collected)
        pfree((cm_chunk *) earlier);
}

static bool
is_flat(const void *payload, const void *params pg_attribute_unused(),
        const void *others pg_attribute_unused())
{
    return ((const cm_cohorts_entry *) payload)->earlier.capacity == 0;
}

/* Rows come mostly in the order of time: to the latest chunk, or to the end of those before it. */
static inline void
prefetch_earlier(const cm_map *map, const void *payload)
{
    const cm_list *list = &((const cm_cohorts_entry *) payload)->earlier;

    if (list->used > 0)
        __builtin_prefetch((const cm_chunk *) cm_list_data(map, list) + list->used, 1);
}

static void
agree(void *params, const void *others)
{
    cm_cohorts_params *both = params;

    both->calendar = cm_calendar_agree(both->calendar, ((const cm_cohorts_params *) others)->calendar,
                                       cm_cohorts_class.state.name);
}

/* ---- packed: of each customer the latest chunk, and those before it by their distance from it ---- */

enum { BITS, WORD };

static void
split_customers(const cm_map *map, uint32 first, cm_map_columns *c)
{
    for (uint32 i = 0; i < c->count; i++) {
        const cm_cohorts_entry *customer = cm_map_payload(map, first + i);
        const cm_chunk *earlier = cm_list_data(map, &customer->earlier);
        uint64 at = cm_map_add_items(c, i, customer->earlier.used);

        c->column[BITS][i] = (int64) customer->bits;
        c->column[WORD][i] = customer->word;
        for (uint32 k = 0; k < customer->earlier.used; k++) {
            c->item[BITS][at + k] = (int64) earlier[k].bits;
            c->item[WORD][at + k] = (int64) customer->word - earlier[k].word;
        }
    }
}

static bool
join_customers(cm_map *map, uint32 first, const cm_map_columns *c)
{
    uint64 at = 0;

    for (uint32 i = 0; i < c->count; i++) {
        cm_cohorts_entry *customer = cm_map_payload(map, first + i);
        cm_chunk *earlier;

        customer->bits = (uint64) c->column[BITS][i];
        customer->word = (int32) c->column[WORD][i];
        if (!cm_list_take(map, &customer->earlier, (uint64) c->items[i], sizeof(cm_chunk)))
            return false;
        earlier = cm_list_data(map, &customer->earlier);
        for (uint32 k = 0; k < customer->earlier.used; k++, at++)
            earlier[k] = (cm_chunk){(uint64) c->item[BITS][at],
                                    (int32) ((uint64) c->column[WORD][i] - (uint64) c->item[WORD][at]), 0};
    }
    return true;
}

static const char *
fault_of(const cm_map *map)
{
    cm_calendar calendar = cm_cohorts_calendar(map);
    const char *fault = cm_calendar_fault(calendar, false);
    cm_chunk_check check;

    if (fault != NULL)
        return fault;
    check = cm_chunk_check_begin(calendar);
    for (uint32 entry = 0; entry < map->count && fault == NULL; entry++) {
        const cm_cohorts_entry *customer = cm_map_payload(map, entry);
        const cm_chunk *earlier = cm_list_data(map, &customer->earlier);
        cm_chunk latest = {customer->bits, customer->word, 0};

        CHECK_FOR_INTERRUPTS();
        check.after = PG_INT64_MIN;
        for (uint32 i = 0; i < customer->earlier.used && fault == NULL; i++)
            fault = cm_chunk_fault(&check, &earlier[i]);
        if (fault == NULL)
            fault = cm_chunk_fault(&check, &latest);
    }
    return fault;
}

CM_MAP_ADD_EACH(add_rows, add_row);
CM_MAP_PREFETCH_EACH(prefetch_lists, prefetch_earlier);

const cm_map_class cm_cohorts_class = {
    .state =
        {
            .name = "cohorts_state",
            .min_size = sizeof(cm_state),
            .max_size = MaxAllocSize,
            .magic = 0x434F,
            .version = 1,
        },
    .params_size = sizeof(cm_cohorts_params),
    .value_size = sizeof(cm_cohorts_row),
    .payload_size = sizeof(cm_cohorts_entry),
    .add = add_rows,
    .merge = merge_customer,
    .flat = is_flat,
    .prefetch = prefetch_lists,
    .agree = agree,
    .packing = {.params = CM_CALENDAR_FORM,
                .columns = 2,
                .item_columns = 2,
                .split = split_customers,
                .join = join_customers,
                .fault = fault_of},
};

/* ---- aggregate steps ---- */

/* A row with a NULL is skipped, and counted. */
static inline bool
has_null(FunctionCallInfo fcinfo, int args)
{
    for (int arg = 1; arg < args; arg++)
        if (PG_ARGISNULL(arg))
            return true;
    return false;
}

/* Every calendar passes here with the first of its rows: those of hours do not. */
static cm_map_edit
begin_map(cm_key_type type, cm_calendar calendar)
{
    cm_cohorts_params params = {calendar};

    if (calendar.unit == CM_HOUR)
        cm_period_error(cm_calendar_name(calendar), false);

    return (cm_map_edit){cm_map_new(&cm_cohorts_class, type, &params), NULL, &cm_cohorts_class};
}

/* A skipped row is of no kind of period, whatever it names: what it says must not depend on the order of rows. */
static pg_noinline Datum
skip_row(FunctionCallInfo fcinfo, cm_key_type type)
{
    return cm_map_skip_row(PG_ARGISNULL(0) ? begin_map(type, CM_NO_CALENDAR)
                                           : cm_map_edit_arg(fcinfo, 0, &cm_cohorts_class));
}

/* The state that the row is added to. One of no kind of period, where all rows were skipped, becomes one of the row's. */
static inline cm_map_edit
begin_row(FunctionCallInfo fcinfo, cm_key_type type, cm_calendar calendar)
{
    if (PG_ARGISNULL(0))
        return begin_map(type, calendar);

    cm_map_edit edit = cm_map_edit_arg(fcinfo, 0, &cm_cohorts_class);

    calendar = cm_calendar_agree(cm_cohorts_calendar(edit.map), calendar, cm_cohorts_class.state.name);
    ((cm_cohorts_params *) cm_map_params(edit.map))->calendar.left_out = calendar.left_out;
    if (unlikely(cm_cohorts_calendar(edit.map).unit == CM_NO_PERIOD)) {
        int64 skipped = edit.map->skipped;

        edit = begin_map(type, calendar);
        edit.map->skipped = skipped;
    }
    return edit;
}

static pg_noinline Datum
accumulate_slowly(FunctionCallInfo fcinfo, cm_key_type type, cm_calendar calendar, int32 period)
{
    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");

    cm_map_edit edit = begin_row(fcinfo, type, calendar);
    cm_key key = cm_key_from_arg(fcinfo, 1, type);
    cm_cohorts_row row = {period, 0};

    cm_map_add(&edit, &key, &row, sizeof(row));
    PG_RETURN_POINTER(edit.map);
}

/* The period of a row, whose at is a timestamp, or with a zone a moment: both are of 64 bits, and alike at infinity. */
static pg_attribute_always_inline int32
period_of_row(FunctionCallInfo fcinfo, cm_key_type type, cm_calendar calendar, bool zoned)
{
    int64 at = PG_GETARG_INT64(2);

    if (zoned && cm_in_last_period(calendar, at, PG_GETARG_OPTION(4)))
        return cm_last.period;
    if (unlikely(TIMESTAMP_NOT_FINITE(at)))
        cm_row_infinity_error(fcinfo, type, "at");
    return zoned ? cm_period_of_other_row(calendar, at, PG_GETARG_OPTION(4), "cohorts_agg")
                 : cm_period_of_local_row(calendar, at);
}

/* Transition over (customer_id, at, period) and (customer_id, at, period, zone). */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, cm_key_type type, bool zoned)
{
    if (unlikely(has_null(fcinfo, zoned ? 5 : 4)))
        return skip_row(fcinfo, type);

    cm_calendar calendar = cm_calendar_of_row(PG_GETARG_OPTION(3), false);
    int32 period = period_of_row(fcinfo, type, calendar, zoned);

    if (zoned)
        calendar = cm_calendar_in_last_zone(calendar);
    if (type != CM_KEY_TEXT) {
        cm_key key = cm_key_from_arg(fcinfo, 1, type);
        cm_cohorts_row *row = cm_map_wait_in_arg(fcinfo, 0, &cm_cohorts_class, &key, sizeof(*row));

        if (likely(row != NULL)) {
            cm_cohorts_params *params = cm_map_params((cm_map *) DatumGetPointer(PG_GETARG_DATUM(0)));

            params->calendar = cm_calendar_agree(params->calendar, calendar, cm_cohorts_class.state.name);
            *row = (cm_cohorts_row){period, 0};
            PG_RETURN_DATUM(PG_GETARG_DATUM(0));
        }
    }
    return accumulate_slowly(fcinfo, type, calendar, period);
}

/* Transition over (customer_id, activity). An activity over no rows adds nothing. */
static Datum
accumulate_activity(FunctionCallInfo fcinfo, cm_key_type type)
{
    if (has_null(fcinfo, 3))
        return skip_row(fcinfo, type);
    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");

    const cm_activity *activity = PG_GETARG_ACTIVITY(2);

    if (activity->calendar.unit == CM_NO_PERIOD)
        return cm_state_unchanged(fcinfo);

    cm_map_edit edit = begin_row(fcinfo, type, activity->calendar);
    cm_key key = cm_key_from_arg(fcinfo, 1, type);
    cm_bit_cursor cursor = cm_bitmap_begin(activity->chunks, activity->count);
    cm_cohorts_row row = {0, 0};

    while (cm_bitmap_next(&cursor, &row.period))
        cm_map_add(&edit, &key, &row, sizeof(row));
    PG_RETURN_POINTER(edit.map);
}

/* One function for each type of id: an aggregate cannot always ask for the types of its arguments. */
#define BY_ID(name, call)                                                                                    \
    PG_FUNCTION_INFO_V1(cm_cohorts_##name);                                                                  \
    Datum cm_cohorts_##name(PG_FUNCTION_ARGS)                                                                \
    {                                                                                                        \
        return call;                                                                                         \
    }                                                                                                        \
    extern int cm_no_such_variable

BY_ID(accum_bigint, accumulate(fcinfo, CM_KEY_BIGINT, false));
BY_ID(accum_uuid, accumulate(fcinfo, CM_KEY_UUID, false));
BY_ID(accum_text, accumulate(fcinfo, CM_KEY_TEXT, false));
BY_ID(accum_zone_bigint, accumulate(fcinfo, CM_KEY_BIGINT, true));
BY_ID(accum_zone_uuid, accumulate(fcinfo, CM_KEY_UUID, true));
BY_ID(accum_zone_text, accumulate(fcinfo, CM_KEY_TEXT, true));
BY_ID(accum_activity_bigint, accumulate_activity(fcinfo, CM_KEY_BIGINT));
BY_ID(accum_activity_uuid, accumulate_activity(fcinfo, CM_KEY_UUID));
BY_ID(accum_activity_text, accumulate_activity(fcinfo, CM_KEY_TEXT));

static void
check_params(const void *a, const void *b)
{
    (void) cm_calendar_agree(((const cm_cohorts_params *) a)->calendar,
                             ((const cm_cohorts_params *) b)->calendar, cm_cohorts_class.state.name);
}

static bool
is_over_no_rows(const cm_map *cohorts)
{
    return cm_cohorts_calendar(cohorts).unit == CM_NO_PERIOD;
}

/* The union: combine function, and transition of rollup(cohorts). A value over no rows gives way to any other. */
PG_FUNCTION_INFO_V1(cm_cohorts_combine);
Datum
cm_cohorts_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_cohorts_class, is_over_no_rows, check_params);
}

/* Final function of rollup. */
PG_FUNCTION_INFO_V1(cm_cohorts_final);
Datum
cm_cohorts_final(PG_FUNCTION_ARGS)
{
    return cm_map_stored(PG_GETARG_DATUM(0), &cm_cohorts_class);
}

/* Final functions of the aggregates over rows: without a row an empty value, of no kind of period. */
static const cm_cohorts_params no_rows = {.calendar = {.unit = CM_NO_PERIOD}};

BY_ID(final_bigint, cm_map_final(fcinfo, &cm_cohorts_class, CM_KEY_BIGINT, &no_rows));
BY_ID(final_uuid, cm_map_final(fcinfo, &cm_cohorts_class, CM_KEY_UUID, &no_rows));
BY_ID(final_text, cm_map_final(fcinfo, &cm_cohorts_class, CM_KEY_TEXT, &no_rows));
