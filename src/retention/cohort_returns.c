/* The state of returns: adding rows and merging; see cohort_returns.h. Text and binary form are in cohort_returns_text.c. */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/check.h"
#include "core/collation.h"
#include "retention/cohort_returns.h"

#define EARLIER offsetof(cm_cohort_returns_entry, earlier)

/* ---- kinds of periods ---- */

static const char rolling[] = "rolling:";
#define ROLLING_LENGTH ((int) sizeof(rolling) - 1)

static bool
read_rolling(const cm_word *word, uint16 *days)
{
    const char *at = VARDATA_ANY(word);
    int length = VARSIZE_ANY_EXHDR(word), value = 0;

    if (length < ROLLING_LENGTH - 1 || pg_strncasecmp(at, rolling, ROLLING_LENGTH - 1) != 0)
        return false;
    for (int i = ROLLING_LENGTH; i < length && value <= CM_MAX_ROLLING; i++)
        value = at[i] >= '0' && at[i] <= '9' ? value * 10 + (at[i] - '0') : CM_MAX_ROLLING + 1;
    if (length <= ROLLING_LENGTH || at[ROLLING_LENGTH - 1] != ':' || value < 1 || value > CM_MAX_ROLLING)
        ereport(ERROR,
                (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                 errmsg("period \"%s\" is not known", cm_excerpt(text_to_cstring((const text *) word))),
                 errdetail("A rolling period has from 1 to %d days.", CM_MAX_ROLLING),
                 errhint("Write rolling:1 for periods of 24 hours from each customer's beginning, "
                         "rolling:7 for periods of 7 days.")));
    *days = (uint16) value;
    return true;
}

cm_cohort_returns_periods
cm_cohort_returns_periods_from_text(const cm_word *word)
{
    cm_cohort_returns_periods periods = {{CM_DAY, 0}, 0, 0};
    int length = VARSIZE_ANY_EXHDR(word);

    if (length > 0 && (*VARDATA_ANY(word) | 0x20) == 'r' && read_rolling(word, &periods.days))
        return periods;
    periods.calendar = cm_calendar_of_row(word);
    if (unlikely(periods.calendar.unit == CM_HOUR))
        (void) cm_calendar_from_text(word); /* the error of other words */
    return periods;
}

const char *
cm_cohort_returns_periods_name(const cm_cohort_returns_periods *periods)
{
    return periods->days > 0 ? psprintf("%s%d", rolling, periods->days) : cm_calendar_name(periods->calendar);
}

static inline bool
is_over_no_rows(const cm_map *map)
{
    return cm_cohort_returns_periods_of(map)->calendar.unit == CM_NO_PERIOD;
}

static void periods_error(const cm_cohort_returns_periods *state, const cm_cohort_returns_periods *other)
    pg_attribute_noreturn();

static void
periods_error(const cm_cohort_returns_periods *state, const cm_cohort_returns_periods *other)
{
    ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
                    errmsg("period \"%s\" does not agree with \"%s\"", cm_cohort_returns_periods_name(other),
                           cm_cohort_returns_periods_name(state)),
                    errdetail("All rows and parts of one value of type %s share one period.",
                              cm_cohort_returns_class.state.name),
                    errhint("Keep values of different periods apart, for example with GROUP BY.")));
}

/* A value over no rows agrees with any. */
static inline void
agree(const cm_cohort_returns_periods *state, const cm_cohort_returns_periods *other)
{
    if (unlikely(memcmp(state, other, sizeof(*state)) != 0 && state->calendar.unit != CM_NO_PERIOD &&
                 other->calendar.unit != CM_NO_PERIOD))
        periods_error(state, other);
}

/* ---- chunks of a customer ---- */

static inline int
compare(const cm_returns_chunk *a, const cm_returns_chunk *b)
{
    if (a->cohort != b->cohort)
        return a->cohort < b->cohort ? -1 : 1;
    return (a->word > b->word) - (a->word < b->word);
}

static int
compare_chunks(const void *a, const void *b, void *arg pg_attribute_unused())
{
    return compare(a, b);
}

/* Sorts chunks and unites those that are repeated; returns how many are left. Mostly they are in order. */
static uint32
sort_chunks(cm_returns_chunk *chunks, uint32 n)
{
    uint32 ascending = 1, kept = 0;

    while (ascending < n && compare(&chunks[ascending - 1], &chunks[ascending]) < 0)
        ascending++;
    if (ascending >= n)
        return n;
    qsort_interruptible(chunks, n, sizeof(*chunks), compare_chunks, NULL);
    for (uint32 i = 1; i < n; i++) {
        if (compare(&chunks[kept], &chunks[i]) == 0)
            chunks[kept].bits |= chunks[i].bits;
        else
            chunks[++kept] = chunks[i];
    }
    return kept + 1;
}

#define LOOKED_AT 16 /* of the earlier chunks, the last ones */

/*
 * Puts a chunk behind the earlier ones. Once they fill their place they are sorted and united, and get a larger one if that has
 * not freed half of it: so a row costs the logarithm of their number, in whatever order rows come.
 */
static inline void
push_earlier(cm_map_edit *edit, uint32 entry, const cm_returns_chunk *chunk)
{
    cm_list *list = &((cm_cohort_returns_entry *) cm_map_payload(edit->map, entry))->earlier;

    if (unlikely(list->used == list->capacity && list->used > LOOKED_AT)) {
        cm_returns_chunk *chunks = cm_list_data(edit->map, list);

        list->used = sort_chunks(chunks, list->used);
        if (list->used > list->capacity / 2)
            cm_list_reserve(edit, entry, EARLIER, sizeof(*chunk), list->capacity - list->used + 1);
    }
    *(cm_returns_chunk *) cm_list_push(edit, entry, EARLIER, sizeof(*chunk)) = *chunk;
}

/* Puts a chunk into its like where that is near the end of the earlier ones, else behind them. */
static void
add_earlier(cm_map_edit *edit, uint32 entry, const cm_returns_chunk *chunk)
{
    cm_list *list = &((cm_cohort_returns_entry *) cm_map_payload(edit->map, entry))->earlier;
    cm_returns_chunk *chunks = cm_list_data(edit->map, list);
    uint32 looked_at = Min(list->used, LOOKED_AT);

    for (uint32 i = 1; i <= looked_at; i++)
        if (compare(&chunks[list->used - i], chunk) == 0) {
            chunks[list->used - i].bits |= chunk->bits;
            return;
        }
    push_earlier(edit, entry, chunk);
}

static inline void
add_chunk(cm_map_edit *edit, uint32 entry, const cm_returns_chunk *chunk)
{
    cm_cohort_returns_entry *customer = cm_map_payload(edit->map, entry);
    cm_returns_chunk latest = customer->latest;
    int order = compare(chunk, &latest);

    if (latest.bits == 0)
        customer->latest = *chunk;
    else if (likely(order == 0))
        customer->latest.bits |= chunk->bits;
    else if (order < 0)
        add_earlier(edit, entry, chunk);
    else {
        customer->latest = *chunk;
        push_earlier(edit, entry, &latest); /* none of the earlier ones is its like */
    }
}

static inline void
add_row(cm_map_edit *edit, uint32 entry, const void *value)
{
    const cm_cohort_returns_row *row = value;
    cm_returns_chunk begun = {1, 0, row->cohort};
    cm_returns_chunk chunk = {cm_chunk_bit(row->number), cm_chunk_word(row->number), row->cohort};
    const cm_returns_chunk *latest = &((cm_cohort_returns_entry *) cm_map_payload(edit->map, entry))->latest;

    if (likely(chunk.word == 0))
        chunk.bits |= begun.bits;
    else if (latest->bits == 0 || latest->cohort != row->cohort) /* else the cohort has its beginning */
        add_chunk(edit, entry, &begun);
    add_chunk(edit, entry, &chunk);
}

void
cm_cohort_returns_set(cm_map_edit *edit, uint32 entry, cm_returns_chunk *chunks, uint32 n)
{
    n = sort_chunks(chunks, n);
    if (n > 1)
        cm_list_reserve(edit, entry, EARLIER, sizeof(*chunks), n - 1);

    cm_cohort_returns_entry *customer = cm_map_payload(edit->map, entry);

    if (n > 1)
        memcpy(cm_list_data(edit->map, &customer->earlier), chunks, (n - 1) * sizeof(*chunks));
    customer->earlier.used = n - 1;
    customer->latest = chunks[n - 1];
}

static void
merge_customer(cm_map_edit *edit, uint32 entry, const cm_map *from, const void *payload)
{
    const cm_cohort_returns_entry *other = payload;
    uint32 n = other->earlier.used + 1;

    if (edit->map->index_bits > 0) {
        for (uint32 i = 0; i < n; i++)
            add_chunk(edit, entry, cm_cohort_returns_chunk(from, other, i));
        return;
    }

    cm_returns_chunk stack[16];
    cm_returns_chunk *chunks = n <= lengthof(stack)
                                   ? stack
                                   : MemoryContextAllocHuge(CurrentMemoryContext, (Size) n * sizeof(*chunks));

    for (uint32 i = 0; i < n; i++)
        chunks[i] = *cm_cohort_returns_chunk(from, other, i);
    cm_cohort_returns_set(edit, entry, chunks, n);
    if (chunks != stack)
        pfree(chunks);
}

static bool
is_flat(const void *payload, const void *params pg_attribute_unused(),
        const void *others pg_attribute_unused())
{
    return ((const cm_cohort_returns_entry *) payload)->earlier.capacity == 0;
}

static inline void
prefetch_earlier(const cm_map *map, const void *payload)
{
    const cm_list *list = &((const cm_cohort_returns_entry *) payload)->earlier;

    if (list->used > 0)
        __builtin_prefetch((const cm_returns_chunk *) cm_list_data(map, list) + list->used, 1);
}

CM_MAP_ADD_EACH(add_rows, add_row);
CM_MAP_PREFETCH_EACH(prefetch_lists, prefetch_earlier);

const cm_map_class cm_cohort_returns_class = {
    .state =
        {
            .name = "cohort_returns_state",
            .min_size = sizeof(cm_map) + sizeof(cm_cohort_returns_periods),
            .max_size = MaxAllocSize,
            .magic = 0x5245,
            .version = 1,
        },
    .params_size = sizeof(cm_cohort_returns_periods),
    .value_size = sizeof(cm_cohort_returns_row),
    .payload_size = sizeof(cm_cohort_returns_entry),
    .add = add_rows,
    .merge = merge_customer,
    .flat = is_flat,
    .prefetch = prefetch_lists,
};

/* ---- aggregate steps ---- */

static cm_map_edit
begin_map(cm_key_type type, const cm_cohort_returns_periods *periods)
{
    return (cm_map_edit){cm_map_new(&cm_cohort_returns_class, type, periods), NULL, &cm_cohort_returns_class};
}

static const cm_cohort_returns_periods no_periods = {{CM_NO_PERIOD, 0}, 0, 0};

/* A row without an id, a beginning, a period or a zone is skipped, and counted. One without at is a beginning. */
static inline bool
has_null(FunctionCallInfo fcinfo, bool zoned)
{
    return PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(4) || (zoned && PG_ARGISNULL(5));
}

/* The state that the row is added to. One over no rows, where all were skipped, becomes one of the row's periods. */
static cm_map_edit
begin_row(FunctionCallInfo fcinfo, cm_key_type type, const cm_cohort_returns_periods *periods)
{
    if (PG_ARGISNULL(0))
        return begin_map(type, periods);

    cm_map_edit edit = cm_map_edit_arg(fcinfo, 0, &cm_cohort_returns_class);

    agree(cm_cohort_returns_periods_of(edit.map), periods);
    if (unlikely(is_over_no_rows(edit.map))) {
        int64 skipped = edit.map->skipped;

        edit = begin_map(type, periods);
        edit.map->skipped = skipped;
    }
    return edit;
}

static void infinity_error(FunctionCallInfo fcinfo, cm_key_type type, const char *what)
    pg_attribute_noreturn();

static void
infinity_error(FunctionCallInfo fcinfo, cm_key_type type, const char *what)
{
    cm_key key = cm_key_from_arg(fcinfo, 1, type);

    ereport(ERROR, (errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
                    errmsg("%s: %s must be finite", cm_customer_name(&key), cm_quoted(what)),
                    errhint("Use NULL for what has not happened yet.")));
}

/* Argument n, which is finite: a timestamp, or with a zone an instant. */
static inline int64
moment_of(FunctionCallInfo fcinfo, cm_key_type type, int n, const char *what, bool zoned)
{
    int64 at = PG_GETARG_INT64(n);

    if (unlikely(TIMESTAMP_NOT_FINITE(at)))
        infinity_error(fcinfo, type, what);
    return zoned ? cm_instant(at, what, "cohort_returns_agg") : at;
}

/* What the clock of the form shows: of a zone, or none. */
static inline Timestamp
clock_at(int64 moment, pg_tz *zone)
{
    return zone == NULL ? moment : cm_local_time(moment, zone);
}

static inline int32
period_at(cm_calendar calendar, int64 moment, pg_tz *zone)
{
    return cm_period_of_day(calendar, zone == NULL ? cm_day_of(moment, "at") : cm_local_day(moment, zone));
}

/* What is kept of a row. What happened before its beginning is no return. */
static pg_attribute_always_inline cm_cohort_returns_row
read_row(FunctionCallInfo fcinfo, cm_key_type type, const cm_cohort_returns_periods *periods, bool zoned)
{
    int64 began = moment_of(fcinfo, type, 2, "began", zoned);
    int64 at = PG_ARGISNULL(3) ? began : moment_of(fcinfo, type, 3, "at", zoned);
    pg_tz *zone = zoned ? cm_zone_from_text(PG_GETARG_OPTION(5)) : NULL;
    cm_cohort_returns_row row = {period_at(periods->calendar, began, zone), 0};

    if (PG_ARGISNULL(3) || at < began)
        return row;
    if (periods->days == 0)
        row.number = period_at(periods->calendar, at, zone) - row.cohort + 1;
    else { /* clocks that are set back may show less at a later moment */
        int64 elapsed = clock_at(at, zone) - clock_at(began, zone);

        row.number = (int32) (Max(elapsed, 0) / (periods->days * USECS_PER_DAY)) + 1;
    }
    row.number = Max(row.number, 1);
    return row;
}

/* Transition over (customer_id, began, at, period) and (customer_id, began, at, period, zone). */
static pg_attribute_always_inline Datum
accumulate(FunctionCallInfo fcinfo, cm_key_type type, bool zoned)
{
    if (unlikely(has_null(fcinfo, zoned)))
        return cm_map_skip_row(PG_ARGISNULL(0) ? begin_map(type, &no_periods)
                                               : cm_map_edit_arg(fcinfo, 0, &cm_cohort_returns_class));
    if (type == CM_KEY_TEXT)
        cm_check_text_arg(fcinfo, 1, "customer_id");

    cm_cohort_returns_periods periods = cm_cohort_returns_periods_from_text(PG_GETARG_OPTION(4));
    cm_cohort_returns_row row = read_row(fcinfo, type, &periods, zoned);
    cm_key key = cm_key_from_arg(fcinfo, 1, type);
    cm_map_edit edit = begin_row(fcinfo, type, &periods);

    cm_map_add(&edit, &key, &row, sizeof(row));
    PG_RETURN_POINTER(edit.map);
}

#define BY_ID(name, call)                                                                                    \
    PG_FUNCTION_INFO_V1(cm_cohort_returns_##name);                                                           \
    Datum cm_cohort_returns_##name(PG_FUNCTION_ARGS)                                                         \
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

static void
check_params(const void *a, const void *b)
{
    agree(a, b);
}

/* The union: combine function, and transition of rollup(returns). */
PG_FUNCTION_INFO_V1(cm_cohort_returns_combine);
Datum
cm_cohort_returns_combine(PG_FUNCTION_ARGS)
{
    return cm_map_combine(fcinfo, &cm_cohort_returns_class, is_over_no_rows, check_params);
}

/* Final function of rollup. */
PG_FUNCTION_INFO_V1(cm_cohort_returns_final);
Datum
cm_cohort_returns_final(PG_FUNCTION_ARGS)
{
    PG_RETURN_POINTER(PG_GETARG_COHORT_RETURNS(0));
}

/* Final functions of the aggregates over rows: without a row an empty value, of no kind of period. */
static Datum
final_or_empty(FunctionCallInfo fcinfo, cm_key_type type)
{
    if (PG_ARGISNULL(0))
        PG_RETURN_POINTER(cm_map_canonical(begin_map(type, &no_periods).map, &cm_cohort_returns_class));
    return cm_cohort_returns_final(fcinfo);
}

BY_ID(final_bigint, final_or_empty(fcinfo, CM_KEY_BIGINT));
BY_ID(final_uuid, final_or_empty(fcinfo, CM_KEY_UUID));
BY_ID(final_text, final_or_empty(fcinfo, CM_KEY_TEXT));
